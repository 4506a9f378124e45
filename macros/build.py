"""Builds the Excel add-in 绩效工具.xlam from the sources beside this file, without Excel: `python -m macros.build [-o FILE]`.

VBA modules (`vba/*.bas`, ASCII), the ribbon (`customUI/customUI14.xml`) and the texts (`文字.csv`, which becomes the sheet 文字)
come in, checked against each other; the add-in goes out. The same sources always give the same bytes.
"""

from __future__ import annotations

import csv
import re
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import click
from lxml import etree

from toolkit.errors import JixiaoError
from toolkit.package.atomic import Outlet
from toolkit.package.draft import Draft
from toolkit.package.opc import open_package

HERE = Path(__file__).resolve().parent
ADDIN = HERE.parent / "dist" / "绩效工具.xlam"

TEXT_SHEET = "文字"
RIBBON_PART = "customUI/customUI14.xml"
RIBBON_LINK = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"
_RIBBON_NS = "http://schemas.microsoft.com/office/2009/07/customui"
_WORKBOOK = "xl/workbook.xml"
_MACRO_TYPE = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"

# The only argument a button's callback gets.
CALLBACK = re.compile(r"^Public Sub (\w+)\((?:ByVal )?control As IRibbonControl\)$", re.MULTILINE)
_SUB = re.compile(r"^(?:Public |Private )?Sub (\w+)\(", re.MULTILINE)
_NAME = re.compile(r'^Attribute VB_Name = "(\w+)"$', re.MULTILINE)
_KEY = re.compile(r'\b(?:TextOf|FilledText)\("([^"]+)"')


class MacroError(JixiaoError):
    """The sources do not fit together; a line for each mistake: file, place, what was found, what to do."""


@dataclass(frozen=True)
class Sources:
    """The modules by name (lines parted by LF), the ribbon's XML, and the texts: key, text, what it is for."""

    modules: Mapping[str, str]
    ribbon: bytes
    texts: Sequence[Sequence[str]]


def read_sources(folder: Path = HERE) -> Sources:
    """Return the sources in `folder`. Raises MacroError for one that is missing or cannot be read, and for all `mistakes`."""
    try:
        paths = sorted((folder / "vba").glob("*.bas"))
        modules = {path.stem: path.read_text(encoding="utf-8") for path in paths}
        ribbon = (folder / RIBBON_PART).read_bytes()
        with (folder / "文字.csv").open(encoding="utf-8-sig", newline="") as stream:
            texts = [row for row in csv.reader(stream) if row]
    except (OSError, UnicodeDecodeError) as error:
        raise MacroError(f"{folder}：宏的源码读不出来（{error}）。请核对文件是否齐全、编码是否为 UTF-8。") from error
    sources = Sources(modules, ribbon, texts)
    found = list(mistakes(sources))
    if found:
        raise MacroError("\n".join(found))
    return sources


def mistakes(sources: Sources) -> Iterator[str]:
    """Yield what does not fit, a Chinese line each; none when the add-in can be built."""
    if not sources.modules:
        yield "vba：没有 .bas 模块。请把模块放在 macros/vba。"
    for name, source in sources.modules.items():
        yield from _module_mistakes(name, source)
    yield from _text_mistakes(sources)
    yield from _ribbon_mistakes(sources)


def build_addin(sources: Sources) -> bytes:
    """Return the add-in as bytes."""
    return with_ribbon(with_modules(text_workbook(sources.texts), sources.modules), sources.ribbon)


def text_workbook(texts: Sequence[Sequence[str]]) -> bytes:
    """Return a workbook with the sheet of texts."""
    import xlsxwriter

    stream = BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": "绩效工具", "created": datetime(2024, 1, 1)})
    sheet = book.add_worksheet(TEXT_SHEET)
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 90)
    sheet.set_column(2, 2, 24)
    for number, row in enumerate(texts):
        sheet.write_row(number, 0, row)
    sheet.freeze_panes(1, 0)
    book.close()
    return stream.getvalue()


def with_modules(workbook: bytes, modules: Mapping[str, str]) -> bytes:
    """Return `workbook` (an .xlsx without macros) as an .xlsm with the modules in it."""
    from pyopenvba import ExcelFile

    draft = _draft(workbook)
    draft.retype(_WORKBOOK, _MACRO_TYPE)
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        path = Path(folder) / "book.xlsm"
        path.write_bytes(draft.to_bytes())
        with ExcelFile(path) as book:
            book.add_vba_project()
            for name, source in modules.items():
                book.vba_project().add_module(name, source.replace("\n", "\r\n"))
            book.save()
        return _draft(path.read_bytes()).to_bytes()


def with_ribbon(workbook: bytes, ribbon: bytes) -> bytes:
    """Return a macro workbook as an add-in with the ribbon."""
    draft = _draft(workbook)
    draft.retype(_WORKBOOK, _ADDIN_TYPE)
    draft.put(RIBBON_PART, ribbon, "application/xml")
    draft.link("", RIBBON_LINK, RIBBON_PART)
    return draft.to_bytes()


def callbacks(ribbon: bytes) -> list[str]:
    """Return the Subs that the ribbon calls, in order of its controls. Raises XMLSyntaxError for what is no XML."""
    return [value for element in etree.fromstring(ribbon).iter() if (value := element.get("onAction")) is not None]


def _draft(workbook: bytes) -> Draft:
    with open_package(BytesIO(workbook), "绩效工具") as package:
        return Draft(package)


def _module_mistakes(name: str, source: str) -> Iterator[str]:
    for number, line in enumerate(source.split("\n"), 1):
        strange = next((character for character in line if not " " <= character <= "~" and character != "\t"), None)
        if strange is not None:
            yield (
                f"vba/{name}.bas 第 {number} 行：有非 ASCII 字符“{strange}”，写进 Excel 会变成问号。请把中文放进 文字.csv，用 TextOf 取。"
            )
    if _NAME.findall(source) != [name]:
        yield f'vba/{name}.bas：首行应是 Attribute VB_Name = "{name}"，与文件名一致。请改正。'
    if "Option Explicit" not in source.split("\n"):
        yield f"vba/{name}.bas：没有 Option Explicit，写错的变量名查不出来。请在首行之后加上。"


def _text_mistakes(sources: Sources) -> Iterator[str]:
    known: set[str] = set()
    for number, row in enumerate(sources.texts[1:], 2):
        if len(row) < 2 or not row[0].strip() or not row[1].strip():
            yield f"文字.csv 第 {number} 行：键或文字是空的。请填写，或删去这一行。"
            continue
        if row[0] in known:
            yield f"文字.csv 第 {number} 行：键 {row[0]} 重复。请改名，或删去一个。"
        known.add(row[0])
    used = {key: name for name, source in sources.modules.items() for key in _KEY.findall(source)}
    for key in sorted(used.keys() - known):
        yield f"vba/{used[key]}.bas：用到的文字 {key} 不在 文字.csv 里。请补上一行。"
    for key in sorted(known - used.keys()):
        yield f"文字.csv：键 {key} 没有模块用到。请删去，或核对拼写。"


def _ribbon_mistakes(sources: Sources) -> Iterator[str]:
    try:
        called = callbacks(sources.ribbon)
        wrong = etree.fromstring(sources.ribbon).tag != f"{{{_RIBBON_NS}}}customUI"
    except etree.XMLSyntaxError as error:
        yield f"{RIBBON_PART}：不是完好的 XML（{error}）。请改正。"
        return
    if wrong:
        yield f"{RIBBON_PART}：根元素应是 {_RIBBON_NS} 的 customUI。请改正。"
    text = "\n".join(sources.modules.values())
    right, subs = CALLBACK.findall(text), set(_SUB.findall(text))
    for name in called:
        if name not in subs:
            yield f"{RIBBON_PART}：按钮调用的 {name} 在 vba 里没有。请核对名称，或加上这个 Sub。"
        elif name not in right:
            yield f"{RIBBON_PART}：按钮调用的 {name} 写法不对，应是 Public Sub {name}(control As IRibbonControl)。请改正。"
    for name in right:
        if name not in called:
            yield f"{RIBBON_PART}：没有按钮调用 {name}。请加上按钮，或删去这个 Sub。"


@click.command()
@click.option("-o", "--output", type=click.Path(path_type=Path), default=ADDIN, show_default=True, help="写到哪里；已有的会换成新的。")
def main(output: Path) -> None:
    """由 macros/ 里的源码生成 Excel 加载项 绩效工具.xlam。"""
    try:
        Outlet(force=True).write(output, build_addin(read_sources()))
    except JixiaoError as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    click.echo(f"已生成 {output}")


if __name__ == "__main__":
    main()

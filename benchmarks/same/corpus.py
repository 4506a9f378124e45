"""Makes the inputs: a return in every mess, by three writers and in every kind of file, published documents, two rounds.

The commands of BASE make what only they make (imported, merged, marked files). It runs once: both trees read the very same bytes, so what is by chance in them does no harm.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path

import openpyxl

from benchmarks.same.jobs import BATCHES, CORPUS, DAMAGED, PASSWORD, ROUNDS
from benchmarks.same.runs import ROOT, call
from benchmarks.same.whole_books import WHOLE_BOOKS
from tests.hostile.hostile_files import encrypted, hostile, zipped
from tests.office import convert_all, soffice
from tests.outputs.annotate_samples import rich_workbook, threaded_workbook
from tests.outputs.annotate_variants import VARIANTS
from tests.reading.messes import NOTED, SILENT
from tests.reading.messy import edited, filled, plain, saved, written
from tests.shipped import at
from tests.sources import messy_files

# The cell of the unit and of the project, as the messes have them.
_UNIT, _PROJECT = at("实施单位"), at("项目名称")

# Packages as other programs write them, of `VARIANTS` those that need no second sheet.
_PACKAGES = ("strict", "prefixed", "absolute", "locked", "utf16", "wps", "resaved")

# 2026-02-01: status and versions tell the time of a file.
_WRITTEN = 1_769_904_000


def build(run: Path, base: Path) -> list[str]:
    """Write the corpus into `run/corpus`; return what could not be made, in Chinese."""
    corpus = run / CORPUS
    corpus.mkdir(parents=True)
    for name in (*BATCHES, DAMAGED, ROUNDS):
        (corpus / name).mkdir()
    missing = []
    _messes(corpus / "回收")
    _writers(corpus / "写者")
    _unusual(corpus / "异样", run / "tmp")
    _published(run, base)
    _rounds(run, base)
    _rosters(corpus)
    _damaged(corpus / DAMAGED)
    if soffice() is None:
        missing.append("没有 LibreOffice：它写的工作簿、.xls、.ods、.html、.csv 和 PDF 没有生成。")
    else:
        _by_libreoffice(corpus, run / "tmp" / "office")
    cases = _cases()
    if cases is not None:
        shutil.copytree(cases, corpus / "案例", dirs_exist_ok=True, ignore=shutil.ignore_patterns("hostile"))

        # Files that never end are read until the time for a file is over; what comes of them is a matter of the machine.
        shutil.copytree(cases / "hostile", corpus / DAMAGED / "案例", ignore=shutil.ignore_patterns("redos-*"))
    else:
        missing.append("没有 ../shared/cases：其中的案例没有比较。")
    for number, path in enumerate(sorted(path for path in corpus.rglob("*") if path.is_file())):
        path.chmod(0o644)
        os.utime(path, (_WRITTEN + 60 * number, _WRITTEN + 60 * number))
    return missing


def _cases() -> Path | None:
    """The folder ../shared/cases, beside this checkout or the one it is a work tree of."""
    command = ("git", "rev-parse", "--path-format=absolute", "--git-common-dir")
    common = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    folders = (each.parent / "shared" / "cases" for each in (ROOT, Path(common).parent))
    return next((folder for folder in folders if folder.is_dir()), None)


def _named(number: int) -> str:
    return f"云岭市第{number:02d}小学"


def _return(number: int, *changes: object, data: bytes | None = None) -> bytes:
    """A clean return of unit `number` and then the changes."""

    def name(sheet: openpyxl.worksheet.worksheet.Worksheet) -> None:
        sheet[_UNIT], sheet[_PROJECT] = _named(number), f"校园食堂改造{number:02d}"

    return edited(name, *changes, data=data)  # type: ignore[arg-type]


def _messes(folder: Path) -> None:
    for number, mess in enumerate((*SILENT, *NOTED), 1):
        (folder / f"{number:02d}{mess.name}.xlsx".replace("/", "_")).write_bytes(_return(number, mess.change))
    for number, mess in enumerate(NOTED[::6], 71):
        (folder / f"{number:02d}带自检-{mess.name}.xlsx").write_bytes(_return(number, mess.change, data=filled()))


def _writers(folder: Path) -> None:
    variants: dict[str, tuple[dict[str, object], dict[str, str]]] = {
        "干净": ({}, {}),
        "公式有结果": (
            {
                at("年度资金申请总额"): (f"=SUM({at('当年财政拨款')}:{at('年度其他资金')})", 1200000),
                at("上年结转资金"): ("=100000+50000.5", 150000.5),
            },
            {},
        ),
        "公式没有结果": ({at("当年财政拨款"): "=VLOOKUP(1,A1:B2,2)", at("数值", 2): ("=200*2", 400)}, {}),
        "等号公式": ({at("符号", 2): None, at("数值", 2): ("=400", 400)}, {}),
        "百分比格式": (
            {at("数值", 6): 0.905, at("计量单位", 6): None, at("数值", 3): ("=100%", 1)},
            {at("数值", 6): "0.0%", at("数值", 3): "0%"},
        ),
        "外部链接": ({at("当年财政拨款"): ("='[预算.xlsx]汇总'!B2", 1000000)}, {}),
        "错误值": ({at("当年财政拨款"): ("=1/0", "#DIV/0!"), at("数值"): ("=NA()", "#N/A")}, {}),
        "合计不符": ({at("当年财政拨款"): 900000, at("上年结转资金"): "待定", at("计划开始日期"): "明年", at("计量单位", 3): None}, {}),
    }
    for number, (name, (cells, formats)) in enumerate(variants.items(), 1):
        mine = {_UNIT: _named(number), _PROJECT: f"校园食堂改造{number:02d}", **cells}
        (folder / f"XlsxWriter-{name}.xlsx").write_bytes(written(mine, number_format=formats))
    (folder / "XlsxWriter-文本框.xlsx").write_bytes(written({_UNIT: _named(9)}, text_box="请看右侧说明"))
    (folder / "2003.xml").write_bytes(messy_files.as_xml_2003())
    (folder / "表格.docx").write_bytes(messy_files.as_word())
    (folder / "宏.xlsm").write_bytes(messy_files.as_macro_workbook(_return(10)))
    (folder / "链接.xlsx").write_bytes(messy_files.linked(_return(11), ["预算.xlsx", r"\\服务器\共享\预算.xlsx"]))


def _unusual(folder: Path, temporary: Path) -> None:
    """What units do to a workbook as a whole, and packages that programs other than Excel write."""
    for number, name in enumerate(_PACKAGES, 21):
        (folder / f"零件-{name}.xlsx".replace("/", "_")).write_bytes(
            VARIANTS[name](
                written({_UNIT: _named(number), _PROJECT: f"道路养护{number:02d}", at("当年财政拨款"): 900000}, text_box="盖章处")
            )
        )
    work = temporary / "samples"
    work.mkdir(parents=True)
    (folder / "图片和批注.xlsx").write_bytes(rich_workbook(work))
    (folder / "宏和图片.xlsm").write_bytes(rich_workbook(work, macros=True))
    (folder / "会话批注.xlsx").write_bytes(threaded_workbook(work))
    (folder / "加密.xlsx").write_bytes(encrypted(_return(51), PASSWORD))
    (folder / "加密另有密码.xlsx").write_bytes(encrypted(_return(52), "另一个"))
    (folder / "打包.zip").write_bytes(
        zipped(
            {
                "甲/53.xlsx": _return(53),
                "乙/54.xlsx": _return(54),
                "说明.txt": "见附件",
                "内层.zip": zipped({"55.xlsx": _return(55)}),
            }
        )
    )
    (folder / "盖章.pdf").write_bytes(messy_files.scanned_pdf())
    (folder / "盖章.docx").write_bytes(messy_files.scanned_word())
    shutil.copy(ROOT / "templates" / "绩效目标申报表.xlsx", folder / "空白表样.xlsx")
    for name, change in WHOLE_BOOKS.items():
        book = openpyxl.load_workbook(io.BytesIO(_return(len(name) + 60)))
        change(book)
        (folder / f"{name}.xlsx").write_bytes(saved(book))


def _published(run: Path, base: Path) -> None:
    """Published texts, what BASE imports and prints of them, and marked copies that come back."""
    folder, made = run / CORPUS / "公布", run / "tmp" / "made"
    texts = base / "examples" / "已公布文档"
    shutil.copytree(texts, folder / "文本")
    for path in sorted(texts.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        (folder / f"分行乱-{path.stem[:12]}.txt").write_text(
            text.replace("。", "。\n").replace("：", ":"), encoding="gb18030", errors="replace"
        )
    call(base, run, "import", f"{CORPUS}/公布/文本", "-o", "tmp/made/填报")
    call(base, run, "merge", "tmp/made/填报", "--draft", "-o", "tmp/made/草稿")
    call(base, run, "annotate", "tmp/made/填报", "--all", "-o", "tmp/made/退改")
    call(base, run, "check", "tmp/made/填报", "-o", "tmp/made/审核")
    shutil.copytree(made / "退改", folder / "退改后交回", ignore=shutil.ignore_patterns("*.docx"))
    drafts = sorted((made / "草稿").glob("*.docx"))
    (folder / "汇总表").mkdir()
    for path in drafts:
        shutil.copy(path, folder / "汇总表" / path.name)


def _rounds(run: Path, base: Path) -> None:
    """The imported returns as they are, then the same with a few changes; and a report in which a reviewer wrote."""
    made, corpus = run / "tmp" / "made", run / CORPUS
    shutil.copytree(made / "填报", corpus / ROUNDS / "一上")
    (corpus / ROUNDS / "二上").mkdir()
    for path in sorted((made / "填报").glob("*.xlsx")):
        book = openpyxl.load_workbook(path)
        sheet = book["项目1"]
        sheet[at("当年财政拨款")], sheet[at("数值")], sheet[at("三级指标")] = 1234567.89, 77, "改写后的三级指标名称"
        if "项目3" in book.sheetnames:
            del book["项目3"]
        book["项目2"][at("项目名称")] = f"{book['项目2'][at('项目名称')].value}（二期）"
        book.save(corpus / ROUNDS / "二上" / path.name)
    book = openpyxl.load_workbook(made / "审核" / "审核报告.xlsx")
    sheet = book["问题清单"]
    heads = {cell.value: cell.column for cell in sheet[1]}
    for row, (action, reason, remark) in enumerate((("保留", "已核实", None), ("退回", None, "请重报"), (None, None, "请补充依据")), 2):
        for head, text in (("处理意见", action), ("理由", reason), ("人工意见", remark)):
            sheet.cell(row, heads[head]).value = text
    book.save(corpus / "审核报告.xlsx")


def _rosters(corpus: Path) -> None:
    shutil.copy(ROOT / "examples" / "名单.xlsx", corpus / "名单-示例.xlsx")
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "单位"
    sheet.append(("单位", "主管部门", "归口科室", "控制数", "密码", "别名", "联系人"))
    for number in range(1, 81):
        sheet.append((_named(number), "青溪区教育局", f"科室{number % 3}", 1_200_000, None, f"第{number:02d}小学", None))
    book.save(corpus / "名单.xlsx")


def _damaged(folder: Path) -> None:
    for name, (make, _, _) in hostile.items():
        (folder / name).write_bytes(make())


def _by_libreoffice(corpus: Path, temporary: Path) -> None:
    """A part of the messes saved again by LibreOffice in three formats, and other kinds of file of one return."""
    messes = sorted((corpus / "回收").glob("*.xlsx"))[::12]
    for suffix in ("xlsx", "xls", "ods"):
        for path in convert_all(messes, suffix, temporary / suffix):
            shutil.copy(path, corpus / "写者" / f"LibreOffice-{path.name}")
    filled_in = corpus / "写者" / "LibreOffice-带自检.xlsx"
    source = temporary / "带自检.xlsx"
    source.write_bytes(filled())
    shutil.copy(convert_all([source], "xlsx", temporary / "又")[0], filled_in)
    plain_source = temporary / "素表.xlsx"
    plain_source.write_bytes(plain())
    for suffix, way in (("html", "html"), ("pdf", "pdf"), ("csv", "csv:Text - txt - csv (StarCalc):44,34,76,1")):
        shutil.copy(convert_all([plain_source], way, temporary / suffix)[0], corpus / "写者" / f"LibreOffice-素表.{suffix}")
    documents = sorted((corpus / "公布" / "汇总表").glob("*.docx"))[-1:]
    for path in convert_all(documents, "pdf", temporary / "公布"):
        shutil.copy(path, corpus / "公布" / path.name)

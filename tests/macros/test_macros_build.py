"""The add-in that is built without Excel: its modules, its ribbon, its texts, and sources that do not fit together."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import click
import pytest
from lxml import etree
from python_calamine import CalamineWorkbook

from macros.build import MacroError, Sources, build_addin, callbacks, mistakes, read_sources
from tests.validator import needs_validator, validate
from toolkit.apps.cli import cli
from toolkit.apps.excel.run import ACTIONS, JOBS
from toolkit.apps.excel_command import excel
from toolkit.package.draft import Draft
from toolkit.package.opc import open_package

ROOT = Path(__file__).resolve().parents[2]
VBA = ROOT / "macros" / "vba"
RIBBON = "{http://schemas.microsoft.com/office/2009/07/customui}"

LABELS = {
    "OnIssue": "下发",
    "OnIssueFrom": "沿用去年下发",
    "OnAuditWorkbook": "审核当前工作簿",
    "OnAuditFolder": "审核文件夹",
    "OnNextFinding": "定位下一个问题",
    "OnExplainFinding": "怎样判定",
    "OnClearMarks": "清除标记",
    "OnAnnotate": "退改",
    "OnRemind": "催报",
    "OnTidy": "整理",
    "OnMakeSummary": "生成汇总表",
    "OnExportData": "导出数据",
    "OnCompareYears": "对比",
    "OnImportLastYear": "导入去年",
    "OnShowSeason": "本季进度",
    "OnStartSeason": "开始一季",
    "OnJoinSeasons": "合并几季",
    "OnArchiveSeason": "归档",
    "OnVerifyArchive": "核对归档",
    "OnNewForm": "提出新表样",
    "OnLintForm": "检查表样",
    "OnRefreshSelfCheck": "自检刷新",
    "OnExportFindings": "导出审核意见",
}


@pytest.fixture(scope="module")
def addin(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("pyopenvba", reason="需要 pyOpenVBA：pip install pyOpenVBA")
    path = tmp_path_factory.mktemp("addin") / "绩效工具.xlam"
    path.write_bytes(build_addin(read_sources()))
    return path


def test_the_modules_read_back_as_in_the_sources(addin: Path) -> None:
    olevba = pytest.importorskip("oletools.olevba", reason="需要 oletools：pip install oletools")
    parser = olevba.VBA_Parser(str(addin))
    try:
        found = {name: code for _, _, name, code in parser.extract_macros()}
    finally:
        parser.close()
    ours = {name: code.replace("\r\n", "\n") for name, code in found.items() if name.startswith("Jx")}
    assert ours == {path.name: path.read_text(encoding="ascii") for path in VBA.glob("*.bas")}


def test_a_checker_of_vba_accepts_the_modules(tmp_path: Path) -> None:
    pytest.importorskip("vbalidator", reason="需要 vbalidator：pip install vbalidator")
    report = tmp_path / "report.json"
    program = Path(sys.executable).with_name("vbalidator")
    done = subprocess.run([str(program), "--host", "excel", str(VBA), "--output", str(report)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert json.loads(report.read_text(encoding="utf-8"))["issues"] == []


@needs_validator
def test_microsofts_validator_accepts_the_add_in(addin: Path) -> None:
    assert validate(addin) == []


def test_the_same_sources_give_the_same_bytes(addin: Path) -> None:
    assert build_addin(read_sources()) == addin.read_bytes()


def test_the_add_in_is_one_and_holds_the_ribbon(addin: Path) -> None:
    with open_package(addin, addin.name) as package:
        draft = Draft(package)
    assert draft.types["xl/workbook.xml"] == "application/vnd.ms-excel.addin.macroEnabled.main+xml"
    links = [link.target for link in draft.links("") if link.type.endswith("2007/relationships/ui/extensibility")]
    assert links == ["customUI/customUI14.xml"]
    assert draft.read(links[0]) == (ROOT / "macros" / links[0]).read_bytes()


def test_the_texts_are_on_the_sheet(addin: Path) -> None:
    sheet = CalamineWorkbook.from_filelike(BytesIO(addin.read_bytes())).get_sheet_by_name("文字")
    rows = [[str(value) for value in row] for row in sheet.to_python()]
    assert rows == [list(row) for row in read_sources().texts]
    assert rows[0] == ["键", "文字", "用处"]


def test_every_button_calls_a_sub_of_the_right_signature_and_every_callback_has_its_button() -> None:
    sources = read_sources()
    signature = re.compile(r"^Public Sub (On\w+)\(control As IRibbonControl\)$", re.MULTILINE)
    subs = [name for source in sources.modules.values() for name in signature.findall(source)]
    assert sorted(subs) == sorted(callbacks(sources.ribbon)) == sorted(LABELS)


def test_every_button_has_label_icon_and_tips_in_chinese() -> None:
    buttons = list(etree.fromstring(read_sources().ribbon).iter(f"{RIBBON}button"))
    assert {button.get("onAction"): button.get("label") for button in buttons} == LABELS
    for button in buttons:
        assert button.get("screentip") == button.get("label")
        assert re.search("[一-鿿]", button.get("supertip", "")) and button.get("imageMso")
    identifiers = [element.get("id") for element in etree.fromstring(read_sources().ribbon).iter() if element.get("id")]
    assert len(identifiers) == len(set(identifiers))


def test_every_text_that_vba_asks_for_exists() -> None:
    sources = read_sources()
    asked = {key for source in sources.modules.values() for key in re.findall(r'(?:TextOf|FilledText)\("([^"]+)"', source)}
    assert asked == {row[0] for row in sources.texts[1:]}


def test_every_action_that_vba_asks_for_is_one_of_pythons() -> None:
    bridge, ribbon = read_sources().modules["JxBridge"], read_sources().modules["JxRibbon"]
    runs = re.findall(r'RunJob "(\w+)", "--(\w+)", TextOf\("\S+"\)(, TextOf)?', ribbon)
    assert {action: (kind, bool(other)) for action, kind, other in runs} == {
        action: (job.chosen, bool(job.other)) for action, job in JOBS.items()
    }
    jobs = [action for action, _, _ in runs]
    by_xlwings = re.findall(r'RunPython "(\w+)"', bridge)
    assert sorted([*jobs, *by_xlwings]) == sorted(ACTIONS)
    (action,) = excel.params[:1]
    assert isinstance(action.type, click.Choice)
    assert sorted([*jobs, *re.findall(r'CopyResults[ (]book, "(\w+)"', bridge)]) == sorted(action.type.choices)
    options = {option for parameter in excel.params for option in parameter.opts}
    assert set(re.findall(r"--\w+", bridge + ribbon)) <= options


# What a command does by an option alone that has a button of its own.
BY_OPTION = ("issue --from", "season --start", "season archive --verify")


def commands() -> list[str]:
    """Return every command of `jixiao`, of a group its own and those below it."""
    found = []
    for name in cli.list_commands(click.Context(cli)):
        command = cli.get_command(click.Context(cli), name)
        below = command.list_commands(click.Context(command)) if isinstance(command, click.Group) else []
        alone = not isinstance(command, click.Group) or command.invoke_without_command
        found += [*([name] if alone else []), *(f"{name} {each}" for each in below)]
    return [*found, *BY_OPTION]


def test_every_command_is_reached_from_excel_or_has_a_reason_why_not() -> None:
    """The table of README.md is what a clerk is told: a new command needs a line in it, and a button or the reason."""
    lines = (ROOT / "macros" / "README.md").read_text(encoding="utf-8").partition("## 每个命令在 Excel 里怎样做")[2].partition("\n## ")[0]
    ways = dict(re.findall(r"^\| ([a-z -]+) \| (.+) \|$", lines, re.MULTILINE))
    assert sorted(ways) == sorted(commands())
    assert [command for command, way in ways.items() if not re.match("按钮“|没有按钮：.{6}", way)] == []
    named = {label for way in ways.values() if way.startswith("按钮") for label in re.findall("“(.+?)”", way)}
    by_itself = {LABELS["OnRefreshSelfCheck"], LABELS["OnExportFindings"]}
    assert named | by_itself == set(LABELS.values()) and not named & by_itself


def test_the_readme_names_every_button_and_every_action() -> None:
    text = (ROOT / "macros" / "README.md").read_text(encoding="utf-8")
    table = text.partition("## 按钮\n\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split(" | ")[1] for line in table[2:]] == list(LABELS.values())
    assert [action for action in JOBS if not re.search(rf"\b{action}\b", text)] == []


def test_the_vba_binds_late_and_declares_nothing_of_windows() -> None:
    for name, source in read_sources().modules.items():
        code = "\n".join(line for line in source.split("\n") if not line.lstrip().startswith("'"))
        assert not re.search(r"\bDeclare\b|\bAs New\b|\bAs (Scripting|ADODB|IWshRuntimeLibrary)\.", code), name


def changed(
    modules: Mapping[str, str] | None = None, ribbon: bytes | None = None, texts: Sequence[Sequence[str]] | None = None
) -> list[str]:
    sources: Sources = read_sources()
    return list(
        mistakes(
            replace(
                sources,
                modules={**sources.modules, **(modules or {})},
                ribbon=sources.ribbon if ribbon is None else ribbon,
                texts=[*sources.texts, *(texts or [])],
            )
        )
    )


HEAD = 'Attribute VB_Name = "{}"\nOption Explicit\n'


def test_mistakes_in_modules_are_told() -> None:
    assert changed({"New": HEAD.format("New") + "' 中文\n"}) == [
        "vba/New.bas 第 3 行：有非 ASCII 字符“中”，写进 Excel 会变成问号。请把中文放进 文字.csv，用 TextOf 取。"
    ]
    assert changed({"New": 'Attribute VB_Name = "Other"\n'}) == [
        'vba/New.bas：首行应是 Attribute VB_Name = "New"，与文件名一致。请改正。',
        "vba/New.bas：没有 Option Explicit，写错的变量名查不出来。请在首行之后加上。",
    ]
    assert list(mistakes(replace(read_sources(), modules={})))[0] == "vba：没有 .bas 模块。请把模块放在 macros/vba。"


def test_mistakes_in_texts_are_told() -> None:
    last = len(read_sources().texts)
    asking = HEAD.format("New") + 'Sub A()\n    Say TextOf("no.such")\nEnd Sub\n'
    assert changed({"New": asking}) == ["vba/New.bas：用到的文字 no.such 不在 文字.csv 里。请补上一行。"]
    assert changed(texts=[["title", "又一个", ""], ["unused", "没人用", ""], ["", "x"]]) == [
        f"文字.csv 第 {last + 1} 行：键 title 重复。请改名，或删去一个。",
        f"文字.csv 第 {last + 3} 行：键或文字是空的。请填写，或删去这一行。",
        "文字.csv：键 unused 没有模块用到。请删去，或核对拼写。",
    ]


def test_mistakes_in_the_ribbon_are_told() -> None:
    ribbon = read_sources().ribbon
    assert changed(ribbon=ribbon.replace(b'"OnRemind"', b'"OnReminder"')) == [
        "customUI/customUI14.xml：按钮调用的 OnReminder 在 vba 里没有。请核对名称，或加上这个 Sub。",
        "customUI/customUI14.xml：没有按钮调用 OnRemind。请加上按钮，或删去这个 Sub。",
    ]
    assert changed(ribbon=ribbon.replace(b'"OnRemind"', b'"NextFinding"'))[0] == (
        "customUI/customUI14.xml：按钮调用的 NextFinding 写法不对，应是 Public Sub NextFinding(control As IRibbonControl)。请改正。"
    )
    assert changed(ribbon=ribbon[:-20])[0].startswith("customUI/customUI14.xml：不是完好的 XML（")


def test_sources_that_are_missing_are_told(tmp_path: Path) -> None:
    with pytest.raises(MacroError, match="宏的源码读不出来"):
        read_sources(tmp_path)

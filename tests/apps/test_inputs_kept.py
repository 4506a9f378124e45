"""No command and no option writes onto what it reads: every output, put onto every input, is refused and leaves it as it was."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest

from tests.command import WRONG_SUM, Run, put
from tests.shipped import ROOT
from tests.workflow.roster_samples import write_roster

pytestmark = pytest.mark.slow

UNIT = "青溪区第一小学"
FORM = ROOT / "templates" / "绩效目标申报表.xlsx"
RETURN, OTHER, ROSTER, DECISIONS, LEDGER, TEMPLATE, OLD = "报送", "另一份", "名单", "审核报告", "台账", "表样", "旧表样"


@dataclass(frozen=True)
class Case:
    """A command with the places of its inputs in braces, the option that says where its results go, and what it writes there.

    An output named `*` is named after the return. `folder` is False where the option names the file itself.
    """

    words: str
    writes: tuple[str, ...]
    option: str = "-o"
    folder: bool = True
    ends: str = "--force"


READ = f"{{{RETURN}}} --form {{{TEMPLATE}}}"
LISTED = f"{READ} --roster {{{ROSTER}}}"
CASES = {
    "check": Case(f"check {LISTED} --ledger {{{LEDGER}}}", ("审核报告.xlsx", "审核报告.html")),
    "check, its ledger": Case(f"check {LISTED}", ("台账.sqlite",)),
    "annotate": Case(f"annotate {LISTED} --decisions {{{DECISIONS}}} --ledger {{{LEDGER}}}", ("*", f"{UNIT}退改通知.docx")),
    "merge": Case(
        f"merge {LISTED} --decisions {{{DECISIONS}}} --ledger {{{LEDGER}}} --draft --pdf",
        ("总表.xlsx", f"{UNIT}2025年度项目绩效目标汇总表.docx", f"{UNIT}2025年度项目绩效目标汇总表.pdf"),
    ),
    "tidy": Case(f"tidy {READ}", ("*", "修复记录.xlsx")),
    "import": Case(f"import {READ}", (f"{UNIT}.xlsx",)),
    "issue": Case(f"issue {{{ROSTER}}} --form {{{TEMPLATE}}}", (f"{UNIT}.xlsx",)),
    "export": Case(f"export {LISTED}", ("数据.xlsx", "数据.csv", "数据.json"), folder=False),
    "diff": Case(
        f"diff {{{RETURN}}} {{{OTHER}}} --form {{{TEMPLATE}}} --old-form {{{OLD}}} --roster {{{ROSTER}}}", ("对比.xlsx",), folder=False
    ),
    "diff of a ledger": Case(
        f"diff --ledger {{{LEDGER}}} --unit {UNIT} --roster {{{ROSTER}}} --form {{{TEMPLATE}}}", ("对比.xlsx",), folder=False
    ),
    "status": Case(f"status {LISTED} --ledger {{{LEDGER}}}", ("催报名单.xlsx",)),
    "status of a ledger": Case(f"status --roster {{{ROSTER}}} --ledger {{{LEDGER}}}", ("催报名单.xlsx",), folder=False),
    "excel audit_workbook": Case(
        f"excel audit_workbook --workbook {{{RETURN}}} --form {{{TEMPLATE}}}", ("结果.txt",), "--results", False, ""
    ),
    "excel import_last_year": Case(f"excel import_last_year --file {{{RETURN}}}", ("结果.txt",), "--results", False),
    "a ledger": Case(f"status {LISTED} --password 一", ("新台账.sqlite",), "--ledger", False),
    "a ledger for decisions": Case(f"annotate {LISTED} --decisions {{{DECISIONS}}} -o 退改", ("新台账.sqlite",), "--ledger", False),
}


@pytest.fixture
def inputs(run: Run) -> dict[str, Path]:
    """One sound file for each thing that a command may read."""
    put("回收/甲.xlsx", WRONG_SUM)
    put("回收/乙.xlsx", {})
    write_roster(Path("名单.xlsx"), [{"单位": UNIT}])
    for name in ("表样.xlsx", "旧表样.xlsx"):
        shutil.copy(FORM, name)
    assert run("check", "回收", "-o", "审核", "--form", "表样.xlsx").code == 3
    places = ("回收/甲.xlsx", "回收/乙.xlsx", "名单.xlsx", "审核/审核报告.xlsx", "审核/台账.sqlite", "表样.xlsx", "旧表样.xlsx")
    return dict(zip((RETURN, OTHER, ROSTER, DECISIONS, LEDGER, TEMPLATE, OLD), map(Path, places), strict=True))


def contents() -> dict[str, bytes]:
    """What is in all files; of a ledger that it is one, for a run writes itself down in it."""
    found = {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    return {name: data[:16] if data.startswith(b"SQLite format 3") else data for name, data in found.items()}


def itself(source: Path, output: Path) -> Path:
    """The input lies where the output would."""
    shutil.copy(source, output)
    return output


def hard_link(source: Path, output: Path) -> Path:
    os.link(source, output)
    return source


def symbolic_link(source: Path, output: Path) -> Path:
    output.symlink_to(source.resolve())
    return source


def linked_folder(source: Path, output: Path) -> Path:
    """The output folder is the input's under another name."""
    shutil.copy(source, output)
    Path("别名").symlink_to(output.parent.resolve())
    return Path("别名", output.name)


def tries(case: Case, inputs: Mapping[str, Path], put_there: Callable[[Path, Path], Path]) -> Iterator[tuple[str, list[str], Path]]:
    """Yield for each output (with links the first) and each input of a command its words, where the two are one file."""
    for written in case.writes if put_there is itself else case.writes[:1]:
        for role in [role for role in inputs if f"{{{role}}}" in case.words]:
            if (written == "*" and role != RETURN) or (written.endswith(".docx") and role == TEMPLATE):
                continue
            shutil.rmtree("出", ignore_errors=True)
            Path("别名").unlink(missing_ok=True)
            Path("出").mkdir()
            output = Path("出", inputs[role].name if written == "*" else written)
            given = {**inputs, role: put_there(inputs[role], output)}
            words = [word.format(**given) for word in case.words.split()]
            yield f"{written} onto {role}", [*words, case.option, "出" if case.folder else str(output), *case.ends.split()], output


# Links are tried where outputs of each kind are written: copies under the returns' names, a file named by the user, the ledger.
LINKED = ("annotate", "export", "excel audit_workbook", "a ledger")
TRIED = [(name, itself) for name in CASES] + [(name, link) for name in LINKED for link in (hard_link, symbolic_link, linked_folder)]


@pytest.mark.parametrize(("name", "put_there"), TRIED, ids=lambda each: each if isinstance(each, str) else each.__name__)
def test_every_output_onto_every_input(run: Run, inputs: dict[str, Path], name: str, put_there: Callable[[Path, Path], Path]) -> None:
    if os.name == "nt" and put_there is not itself:
        pytest.skip("links need rights on Windows")
    tried = 0
    for what, words, output in tries(CASES[name], inputs, put_there):
        before = contents()
        done = run(*words)
        assert done.code == 2, (what, done)
        assert done.err == f"错误：{output}：这是本次要读取的文件，不能把结果写在它上面，没有改动它。请换一个输出位置。\n", what
        assert contents() == before, what
        tried += 1
    assert tried >= 1


def test_copies_never_replace_the_returns_beside_which_they_would_lie(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`annotate *.xlsx -o .` inside the folder of the returns: the message offers another place, and --force is none."""
    put("回收/甲.xlsx", WRONG_SUM)
    put("回收/乙.xlsx", {})
    monkeypatch.chdir("回收")
    before = contents()
    for command in ("annotate", "tidy"):
        for force in ((), ("--force",)):
            done = run(command, "甲.xlsx", "乙.xlsx", "-o", ".", *force)
            assert (done.code, done.out) == (2, "")
            assert done.err == "错误：甲.xlsx：这是本次要读取的文件，不能把结果写在它上面，没有改动它。请换一个输出位置。\n"
    assert contents() == before


def test_results_stay_out_of_a_folder_that_is_read(run: Run) -> None:
    put("回收/下级/甲.xlsx", WRONG_SUM)
    before = contents()
    folder = "输出位置在输入文件夹 回收 里面。请另选一个输出位置，以免与回收的文件混在一起。\n"
    for command in (["check"], ["annotate"], ["merge"], ["tidy"], ["import"]):
        done = run(*command, "回收", "-o", "回收/下级/出", "--force")
        assert (done.code, done.err) == (2, f"错误：回收/下级/出：{folder}")
    for words in (
        ("export", "回收", "-o", "回收/下级/数据.xlsx"),
        ("diff", "回收", "回收", "-o", "回收/下级/对比.xlsx"),
        ("status", "回收", "-o", "回收/下级/催报.xlsx"),
    ):
        done = run(*words, "--force")
        assert (done.code, done.err) == (2, f"错误：回收/下级：{folder}")
    done = run("check", "回收", "-o", "出", "--ledger", "回收/下级/台账.sqlite")
    assert (done.code, done.err) == (2, f"错误：回收/下级：{folder}")
    for action in ("audit_folder", "make_summary", "remind"):
        done = run("excel", action, "--folder", "回收", "--results", "回收/下级/甲.xlsx", "--force")
        assert (done.code, done.err) == (2, f"错误：回收/下级：{folder}")
    assert contents() == before


def test_a_report_is_followed_by_the_next_and_kept_beside_it(run: Run) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    run("check", "回收", "-o", "审核结果")
    report = Path("审核结果/审核报告.xlsx")
    book = openpyxl.load_workbook(report)
    book["问题清单"]["A1"].comment = openpyxl.comments.Comment("我的记录", "我")
    book.save(report)
    read = report.read_bytes()
    again = run("check", "回收", "-o", "审核结果", "--decisions", report, "--force")
    assert again.code == 3
    assert Path("审核结果/审核报告（上一份）.xlsx").read_bytes() == read != report.read_bytes()
    assert run("check", "回收", "-o", "审核结果", "--decisions", report).code == 5

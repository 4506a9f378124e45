"""Every command that the documents print is run exactly as it is printed, in a folder that holds what it speaks of.

The code blocks of the handbook are run by `test_handbook`, one page after the other; all others here: README, the help pages, the
documents on forms and examples, and commands within a line. Names of commands alone, and words to be filled in, are no commands.
"""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import office
from tests.command import Run, put
from tests.shipped import ROOT, TEMPLATE

pytestmark = pytest.mark.slow

DOCUMENTS = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "examples/README.md", "macros/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "docs" / "使用手册").glob("*.md")),
)
EXAMPLES = ROOT / "examples"

# What stands in a printed command for words of the reader's own.
FILLED_IN = ("命令", "动作", "原名", r"\|")

# Commands that are whole without another word; options that are spoken of, with nothing to work on.
ALONE = ("demo", "season", "--version")
SPOKEN_OF = ("form lint", "form new", "merge --draft", "check --json", "check -o", "export -o", "issue --from")


def printed(path: Path) -> list[str]:
    """The commands of a document, without `jixiao`, those of the handbook's blocks aside."""
    text = path.read_text(encoding="utf-8")
    blocks, between = re.split(r"^ *```.*$", text, flags=re.M)[1::2], "".join(re.split(r"^ *```.*$", text, flags=re.M)[::2])
    found = [line for block in blocks for line in re.findall(r"^ *(?:\$ |例：)?jixiao +([^#\n]+)", block, re.M)]
    found = ([] if path.parent.name == "使用手册" else found) + re.findall(r"`jixiao ([^`]+)`", between)
    return [each.strip() for each in found if is_whole(each.split())]


def is_whole(words: list[str]) -> bool:
    return not set(words) & set(FILLED_IN) and (len(words) > 1 or words[0] in ALONE) and " ".join(words) not in SPOKEN_OF


COMMANDS = sorted({command for path in DOCUMENTS for command in printed(path)})


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for what takes time to make."""
    return tmp_path_factory.mktemp("留存")


def scene(command: str, run: Run, kept: Path) -> None:
    """Lay out in the current folder what `command` speaks of; of the returns what is read soonest."""
    season = EXAMPLES / "申报季"
    shutil.copy(season / "名单.xlsx", ".")
    for name, part in (("回收", "回收"), ("去年", "回收"), ("今年", "改正")):
        shutil.copytree(season / part, name, ignore=lambda folder, names: [each for each in names if not each.endswith((".xlsx", ".txt"))])
    put("回收/甲中心.xlsx", {"实施单位": "甲中心"})
    shutil.copy("回收/甲中心.xlsx", "甲.xlsx")
    shutil.copy(next((EXAMPLES / "已公布文档").glob("*梧桐路*")), "公布文本.txt")
    shutil.copytree(EXAMPLES / "已公布文档", "已公布文档")
    for name in ("我的表样", "新表样", "表样"):
        shutil.copy(TEMPLATE, f"{name}.xlsx")
    shutil.copytree(EXAMPLES, "examples")
    for part, make in INPUTS.items():
        if part in command:
            make(run, kept)


def two_rounds(run: Run, kept: Path) -> None:
    """审核结果 with a ledger of two rounds."""
    if not (kept / "审核结果").exists():
        run("check", "回收", "-o", "审核结果", "--round", "一上")
        run("check", "今年", "-o", "审核结果", "--round", "二上", "--force")
        shutil.copytree("审核结果", kept / "审核结果")
    shutil.copytree(kept / "审核结果", "审核结果", dirs_exist_ok=True)


def imported(run: Run, kept: Path) -> None:
    """填报, as the line before makes it."""
    assert run("import", "examples/已公布文档", "-o", "填报").code == 0


def printed_form(run: Run, kept: Path) -> None:
    shutil.copy(EXAMPLES / "新表" / "空白表.docx", ".")


def proposed(run: Run, kept: Path) -> None:
    printed_form(run, kept)
    assert run("form", "new", "培训项目绩效目标表", "--from", "空白表.docx").code == 0


def approved(run: Run, kept: Path) -> None:
    shutil.copytree("去年", "批复")


def finished(run: Run, kept: Path) -> None:
    """A season whose returns were checked and published."""
    if Path("本季.txt").exists():
        return
    run("season", "--start", "--year", "2026")
    run("check", "-o", "审核结果")
    run("merge", "-o", "汇总")


def archived(run: Run, kept: Path) -> None:
    finished(run, kept)
    assert run("season", "archive").code in (0, 3)


def two_hands(run: Run, kept: Path) -> None:
    """The same season begun by two clerks."""
    finished(run, kept)
    for name in ("甲", "乙"):
        Path(name).mkdir()
        for part in ("回收", "审核结果"):
            shutil.copytree(part, f"{name}/{part}")
        for part in ("名单.xlsx", "本季.txt"):
            shutil.copy(part, name)


INPUTS: dict[str, Callable[[Run, Path], None]] = {
    "审核结果/台账.sqlite": two_rounds,
    "check 填报": imported,
    "--name-round": two_rounds,
    "空白表.docx": printed_form,
    "form lint 培训": proposed,
    "form show 培训": proposed,
    "批复": approved,
    "归档": archived,
    "season archive": finished,
    "season join": two_hands,
}


def test_they_are_found() -> None:
    assert len(COMMANDS) > 30
    assert {command.split()[0] for command in COMMANDS} >= {"issue", "check", "annotate", "status", "merge", "export", "diff", "tidy"}


@pytest.mark.parametrize("command", COMMANDS)
def test_it_runs_as_printed(command: str, run: Run, kept: Path) -> None:
    if "--pdf" in command and office.soffice() is None:
        pytest.skip(office.MISSING["office"])
    scene(command, run, kept)
    if command == "season":
        run("season", "--start", "--year", 2026)
    if command == "--version":
        assert run(command).out.startswith("jixiao ")
        return
    done = run(*shlex.split(command))
    assert (done.code in (0, 3), [line for line in done.err.splitlines() if line.startswith("错误：")]) == (True, []), done
    output = re.search(r"(?:-o|--results) (\S+)", command)
    assert output is None or Path(output[1]).exists()

"""A folder dropped on the icon: checked beside itself, the report opened, earlier results kept; all else is the command line."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field
from pathlib import Path

import click
import pytest

from tests.command import UNIT, WRONG_SUM, put
from tests.roundtrips.generate import made_up
from toolkit.apps import dropped
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.workflow.forms import list_forms


@dataclass
class Desk:
    """What a person sees besides the window: the files opened, and how often a key was asked for."""

    opened: list[str] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    desk = Desk()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(click, "launch", desk.opened.append)
    monkeypatch.setattr(click, "pause", desk.keys.append)
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    monkeypatch.delenv(dropped.COMMAND_LINE, raising=False)
    return desk


def start(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["dropped.py", *map(str, arguments)])
    return dropped.run()


def test_a_folder_is_checked_and_the_report_opened(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    folder = put("回收 & 2024(一)/甲.xlsx", {**UNIT, **WRONG_SUM}).parent.resolve()
    before = sorted(folder.iterdir())
    assert start(monkeypatch, folder) == 3
    assert "10,000.00" in capsys.readouterr().out
    assert sorted(folder.iterdir()) == before
    result = tmp_path / "回收 & 2024(一)-审核结果"
    assert desk == Desk([str(result / "审核报告.html")], [dropped.PRESS_A_KEY])
    assert (result / "审核报告.xlsx").exists()

    assert start(monkeypatch, folder) == 3
    assert desk.opened[1:] == [str(tmp_path / "回收 & 2024(一)-审核结果-2" / "审核报告.html")]


def test_returns_of_every_shipped_form_may_be_dropped_together(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "各种表"
    folder.mkdir()
    forms, broken = list_forms()
    assert broken == {}
    for form in forms:
        (folder / f"{form.name}.xlsx").write_bytes(fill_workbook(form, [made_up(form, 1)]))
    start(monkeypatch, folder)
    assert len(forms) >= 4 and f"共 {len(forms)} 个文件、{len(forms)} 个项目：" in capsys.readouterr().out
    page = Path(desk.opened[0]).read_text(encoding="utf-8")
    assert [form.name for form in forms if f"{form.name}.xlsx" not in page] == []


def test_explorer_cuts_a_path_at_an_ampersand(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = put("研发R&D/甲.xlsx", UNIT).parent.resolve()
    monkeypatch.setenv(dropped.COMMAND_LINE, rf'C:\Windows\system32\cmd.exe /c ""C:\工具\jixiao.bat" {folder}"')
    assert start(monkeypatch) == 0
    assert desk.opened == [str(tmp_path / "研发R&D-审核结果" / "审核报告.html")]


def test_a_file_leaves_its_suffix_out_of_the_name(desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = put("甲.xlsx", UNIT)
    assert start(monkeypatch, file) == 0
    assert desk.opened == [str(tmp_path / "甲-审核结果" / "审核报告.html")]


def test_a_folder_without_returns_opens_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "空").mkdir()
    assert start(monkeypatch, tmp_path / "空") == 2
    assert "空" in capsys.readouterr().err
    assert desk == Desk([], [dropped.PRESS_A_KEY])
    assert list(tmp_path.rglob("审核报告.*")) == []


def test_nothing_dropped_says_what_to_do(desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(dropped.COMMAND_LINE, r'C:\Windows\system32\cmd.exe /c ""C:\工具\jixiao.bat" "')
    assert start(monkeypatch) == 0
    assert capsys.readouterr().out == dropped.WELCOME + "\n"
    assert desk.keys == [dropped.PRESS_A_KEY]


def test_a_command_goes_to_the_command_line(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "form").mkdir()  # a folder with a command's name
    assert start(monkeypatch, "form", "list") == 0
    assert "绩效目标申报表" in capsys.readouterr().out
    assert start(monkeypatch, "没有这个") == 2
    assert desk == Desk()

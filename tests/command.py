"""The command line driven in-process, and small folders of returns to drive it on: what tests of many commands share."""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.shipped import ROWS, TEMPLATE, declaration, shipped_form
from toolkit.apps.cli import main
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Value

Run = Callable[..., "Done"]

UNIT = {"实施单位": "青溪区第二小学"}
WRONG_SUM = {"年度资金申请总额": Decimal("1210000.00")}


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Done:
        monkeypatch.setattr(sys, "argv", ["jixiao", *map(str, arguments)])
        monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
        code = main()
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Done(code, captured.out, captured.err)

    return call


def put(name: str, *changes: Mapping[str, Value], rows: object = ROWS) -> Path:
    """Write a filled workbook into the current folder, one project for each of `changes`."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    declarations = [declaration({"项目名称": f"项目{n}", **each}) for n, each in enumerate(changes, start=1)]
    path.write_bytes(fill_workbook(shipped_form(), declarations))
    return path


def blank_template(name: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(TEMPLATE, path)
    return path


def other_form(name: str) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    book.active["A1"] = "部门整体支出绩效自评表"
    book.save(path)
    return path


def hashes(folder: str) -> dict[str, str]:
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def decide(report: str, rule: str, *, number: int = 1, **cells: str) -> None:
    """Write into the row of `rule`, the `number`-th, in a report's 问题清单."""
    path = Path(report) / "审核报告.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["问题清单"]
    heads = [cell.value for cell in sheet[1]]
    row = [cell.row for cell in sheet[chr(65 + heads.index("编号"))] if cell.value == rule][number - 1]
    for name, text in cells.items():
        sheet.cell(row, heads.index(name) + 1).value = text
    book.save(path)

"""The invented form with two of its rules of level 核实, and returns of it whose units explained or did not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import openpyxl

from tests.forms import invented
from toolkit.forms import Form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Declaration

# A rule of the declaration, and one of its rows.
OF_FORM, OF_ROW = "任务-合计", "分值-为正"
REASON = "上级年底追加任务，经费另行下达"


def template(path: Path, *levels: str) -> Path:
    """Write the invented form; `levels` are the rules of level 核实."""
    book = openpyxl.load_workbook(invented.template(path))
    for row in book["审核规则"].iter_rows(min_row=2):
        if row[0].value in (levels or (OF_FORM, OF_ROW)):
            row[1].value = "核实"
    book.save(path)
    return path


def declaration(form: Form, explanations: Mapping[str, str] | None = None, *, wrong: bool = True) -> Declaration:
    """A project whose tasks come to more than its funds and that has two rows of negative marks, unless it is not `wrong`."""
    marks = (
        ("论文", "核心期刊论文", Decimal(-40), "两篇"),
        ("专利", "发明专利", Decimal(-1), None),
        ("转化", "成果转化", Decimal(141), None),
    )
    made = invented.declaration(form, {"经费": Decimal("5.00")}, marks=marks) if wrong else invented.declaration(form)
    return replace(made, explanations=explanations or {})


def returned(path: Path, form: Form, *declarations: Declaration) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(fill_workbook(form, declarations))
    return path

"""A small form of another office, drawn with openpyxl: two amounts and their sum above a table of purchases.

Comes in: further rules, columns of 字段 and lists. Goes out: its template, workbooks filled by hand in it, what `check` and a
recalculated 自检 say of each rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import openpyxl
from openpyxl.workbook.defined_name import DefinedName

from tests import office
from tests.oracle.selfcheck import verdicts
from tests.rules.kit import tells_of
from toolkit.checking.check import check_declarations, not_applicable
from toolkit.forms import Form
from toolkit.forms.rules import compile_rules
from toolkit.outputs.filled.workbook import FilledBook
from toolkit.reading.model import Declaration
from toolkit.reading.sheet import read_sheet
from toolkit.sources.open import open_source
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.sheet_patch import CellContent
from toolkit.values.words import DECLARATION

Cells = Mapping[str, object]

SINGLE = {
    "项目名称": ("B2", "文本"),
    "实施单位": ("D2", "文本"),
    "合计": ("B3", "金额"),
    "甲款": ("D3", "金额"),
    "乙款": ("B4", "金额"),
    "备注": ("D4", "文本"),
}
COLUMNS = {"品名": ("A", "文本"), "单价": ("B", "金额"), "件数": ("C", "小数"), "金额": ("D", "金额")}
FIRST, LAST = 7, 12
GOOD: Cells = {"B2": "设备更新", "D2": "甲中心", "B3": 300, "D3": 100, "B4": 200, "A7": "电脑", "B7": 50, "C7": 2, "D7": 100}


def template(
    folder: Path,
    rules: Sequence[Mapping[str, str]],
    fields: Mapping[str, Mapping[str, str]] | None = None,
    lists: Mapping[str, Sequence[str]] | None = None,
) -> Path:
    """Return a template with these rules; `fields` adds cells of 字段 by 字段名, or whole rows for further names."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "申报表"
    sheet["A1"] = "购置经费申请表"
    for name, (cell, _) in SINGLE.items():
        sheet.cell(sheet[cell].row, sheet[cell].column - 1, name)
        book.defined_names[name] = DefinedName(name, attr_text=f"申报表!${cell[0]}${cell[1:]}")
    for name, (letter, _) in COLUMNS.items():
        sheet[f"{letter}{FIRST - 1}"] = name
        book.defined_names[name] = DefinedName(name, attr_text=f"申报表!${letter}${FIRST}:${letter}${LAST}")
    sheet.print_area = f"A1:D{LAST}"
    declared = {name: {"字段名": name, "显示名": name, "类型": kind} for name, (_, kind) in (SINGLE | COLUMNS).items()}
    for name, more in (fields or {}).items():
        declared[name] = {"字段名": name, "显示名": name, **declared.get(name, {}), **more}
    _table(book, "字段", list(declared.values()))
    _table(book, "审核规则", [{"级别": "错误", "范围": "表", "提示": f"{rule['编号']} 不对。", **rule} for rule in rules])
    words = book.create_sheet("代码表")
    for column, (head, items) in enumerate((lists or {"词": ["甲"]}).items(), 1):
        for row, text in enumerate((head, *items), 1):
            words.cell(row, column, text)
    path = folder / "购置.xlsx"
    book.save(path)
    return path


def _table(book: openpyxl.Workbook, name: str, rows: Sequence[Mapping[str, str]]) -> None:
    sheet = book.create_sheet(name)
    heads = list(dict.fromkeys(head for row in rows for head in row))
    for column, head in enumerate(heads, 1):
        sheet.cell(1, column, head)
        for number, row in enumerate(rows, 2):
            cell = sheet.cell(number, column)
            cell.value = row.get(head)
            if isinstance(cell.value, str):
                cell.data_type = "s"


def filled(form: Form, path: Path, cells: Cells, *, checked_first: bool = True) -> Path:
    """Write the issued workbook with `cells` typed into it afterwards, or before its results are stored."""
    book = FilledBook(form, [])
    if checked_first:
        book.add_self_checks()
    for cell, value in cells.items():
        row, column = a1.parse_cell(cell)
        content = CellContent(None, value[1:]) if isinstance(value, str) and value.startswith("=") else CellContent(value)  # type: ignore[arg-type]
        book.projects[0].patch.put(row, column, content)
    if not checked_first:
        book.add_self_checks()
    path.write_bytes(book.to_bytes())
    return path


def read(form: Form, path: Path) -> Declaration:
    found = [d for grid in open_source(path, path.name).grids if (d := read_sheet(grid, form, path.name)) is not None]
    assert [d.sheet for d in found] == ["项目1"]
    return found[0]


def judged(form: Form, declaration: Declaration) -> dict[str, str]:
    """What `check` says of each rule, ✔, ✘, 不适用, and of the cells that are wrong."""
    wrong = {f.rule for f in check_declarations([declaration], form) if f.family == DECLARATION}
    over = {each.rule for each in not_applicable([declaration], form)}
    rules = {rule.rule.id: rule.rule for rule in compile_rules(form)}
    for id_, rule in rules.items():
        # Alone: a finding about a cell names few of the rules that it keeps from being calculated.
        if any(tells_of(f, id_) for f in check_declarations([declaration], replace(form, rules=(rule,)))):
            wrong.add(id_)
    assert not wrong & over
    return {rule: "✘" if rule in wrong else "不适用" if rule in over else "✔" for rule in [*rules, *sorted(wrong - set(rules))]}


def listed(form: Form, paths: Sequence[Path], folder: Path) -> list[dict[str, str]]:
    """What the recalculated 自检 of each workbook says of each rule, and of those of single cells that fail."""
    rules = {rule.rule.id for rule in compile_rules(form)}
    found = [verdicts(path) for path in office.convert_all(paths, "xlsx", folder)]
    return [{rule: mark for rule, mark in one.items() if rule in rules or mark != "✔"} for one in found]

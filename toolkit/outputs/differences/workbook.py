"""对比.xlsx: 概览, 项目对照, 字段变动 and 指标变动 of two sides, for the leaders first and the clerk after.

Comes in: a `Comparison`. Goes out: the workbook's bytes. Counts and sums of 概览 are live formulas over 项目对照, with their
results cached; every text is written as text. Called by `workflow.diff`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from toolkit.comparing.model import ADDED, BY_CODE, BY_NAME, DROPPED, PROJECT_STATES, STATES, Comparison, ProjectPair, UnitPair, percent
from toolkit.outputs.differences.lists import Shades, place_words, write_changes, write_rows
from toolkit.outputs.differences.text import form_lines
from toolkit.outputs.fit import list_height
from toolkit.outputs.review.cells import open_sheet
from toolkit.outputs.sheets import A3, workbook_bytes, write_across, write_figure
from toolkit.spreadsheet.a1 import cell_name, column_letters
from toolkit.spreadsheet.properties import COMPARISON

OVERVIEW, PROJECTS, CHANGES, ROWS = "概览", "项目对照", "字段变动", "指标变动"
_HEAD = 3


def differences_workbook(comparison: Comparison, *, everything: bool = False) -> bytes:
    """Return 对比.xlsx; `everything` lists unchanged indicators, and dates that moved on with the year, too."""

    def fill(book: Any) -> None:
        shades = Shades(book)
        overview = book.add_worksheet(OVERVIEW)
        _projects(book.add_worksheet(PROJECTS), shades, comparison)
        write_changes(book.add_worksheet(CHANGES), shades, comparison, everything=everything)
        write_rows(book.add_worksheet(ROWS), shades, comparison, everything=everything)
        _overview(overview, shades, comparison)
        overview.activate()

    return workbook_bytes(COMPARISON, fill)


def _amount_columns(comparison: Comparison) -> tuple[tuple[str, int], ...]:
    if comparison.amount is None:
        return ()
    label = comparison.amount.label
    return ((f"{label}（原）", 17), (f"{label}（现）", 17), ("差额", 16), ("增减", 9))


def _overview(sheet: Any, shades: Shades, comparison: Comparison) -> None:
    counts = (("原项目数", 8), ("现项目数", 8), *((STATES[state], 7) for state in PROJECT_STATES))
    columns = (("单位", 34), ("原单位名称", 20), *counts, *_amount_columns(comparison))
    last = len(columns) - 1
    for row, (text, look) in enumerate(_head_lines(comparison, shades)):
        write_across(sheet, row, (0, last), text, look)
        sheet.set_row(row, 30 if row == 0 else list_height([(text, 120)]))
    open_sheet(sheet, shades.looks, columns, _HEAD)
    sheet.set_row(_HEAD, 32)
    first = _HEAD + 1
    for row, unit in enumerate(comparison.units, start=first):
        _unit(sheet, shades, comparison, row, unit)
    bottom = first + len(comparison.units)
    sheet.autofilter(_HEAD, 0, max(bottom - 1, first), last)
    _total(sheet, shades, comparison, bottom, first)
    for row, note in enumerate(_notes(comparison), start=bottom + 2):
        write_across(sheet, row, (0, last), note, shades.looks.note)
        sheet.set_row(row, list_height([(note, 120)]))


def _head_lines(comparison: Comparison, shades: Shades) -> tuple[tuple[str, Any], ...]:
    counts = "，".join(f"{STATES[state]} {comparison.counts[state]}" for state in PROJECT_STATES)
    return (
        (f"对比：{len(comparison.units)} 个单位，项目{counts}", shades.title),
        (f"原：{comparison.before.title}　　现：{comparison.after.title}", shades.looks.note),
        ("“原”是先写的一边，“现”是后写的一边。项目数和金额由“项目对照”表计算得出。", shades.looks.note),
    )


def _notes(comparison: Comparison) -> list[str]:
    notes = [*comparison.notes, *form_lines(comparison)]
    if comparison.routine:
        notes.append(f"有 {comparison.routine} 处日期只是随年度顺延，不算变动。")
    return notes


def _unit(sheet: Any, shades: Shades, comparison: Comparison, row: int, unit: UnitPair) -> None:
    state = ADDED if unit.before is None else DROPPED if unit.after is None else None
    shades.looks.write(sheet, row, 0, unit.name, shades.states.get(state) if state else None)
    shades.looks.write(sheet, row, 1, unit.before if unit.before != unit.name else "")
    names, states = (_column(comparison, index) for index in (0, 1))
    match = f"({names}=$A{row + 1})"
    one_side = {2: ADDED, 3: DROPPED}
    for column, absent in one_side.items():
        number = len(unit.projects) - unit.counts[absent]
        formula = f'=SUMPRODUCT({match}*({states}<>"{STATES[absent]}"))'
        sheet.write_formula(row, column, formula, shades.looks.number, number)
    for column, kind in enumerate(PROJECT_STATES, start=4):
        look = shades.counts.get(kind, shades.looks.number) if unit.counts[kind] else shades.looks.number
        sheet.write_formula(row, column, f'=SUMPRODUCT({match}*({states}="{STATES[kind]}"))', look, unit.counts[kind])
    sheet.set_row(row, list_height([(unit.name, 34), (unit.before or "", 20)]))
    if comparison.amount is None:
        return
    start, sums = 4 + len(PROJECT_STATES), []
    for offset, later in enumerate((False, True)):
        total = unit.total(comparison.amount.name, later=later)
        sums.append(total)
        values = _column(comparison, 7 + offset)
        sheet.write_formula(row, start + offset, f"=SUMPRODUCT({match}*1,{values})", shades.money, float(total))
    _gap(sheet, shades, row, start, sums)


def _gap(sheet: Any, shades: Shades, row: int, column: int, sums: Sequence[Decimal]) -> None:
    """The difference of the two amounts left of it, and its share of the first."""
    old, new = cell_name(row + 1, column + 1), cell_name(row + 1, column + 2)
    sheet.write_formula(row, column + 2, f"=N({new})-N({old})", shades.gap, float(sums[1] - sums[0]))
    share = percent(sums[0], sums[1] - sums[0])
    cached = "" if share is None else float(share) / 100
    sheet.write_formula(row, column + 3, f'=IF(N({old})=0,"",(N({new})-N({old}))/ABS(N({old})))', shades.share, cached)


def _column(comparison: Comparison, index: int) -> str:
    """A column of 项目对照 below its heading, as a formula names it."""
    letters = column_letters(index + 1)
    last = 1 + max(sum(len(unit.projects) for unit in comparison.units), 1)
    return f"{PROJECTS}!${letters}$2:${letters}${last}"


def _total(sheet: Any, shades: Shades, comparison: Comparison, row: int, first: int) -> None:
    sheet.set_row(row, 22)
    sheet.write_string(row, 0, "合计", shades.looks.total)
    sheet.write_blank(row, 1, None, shades.looks.total)
    projects = sum(len(unit.projects) for unit in comparison.units)
    counts = comparison.counts
    numbers = [projects - counts[ADDED], projects - counts[DROPPED], *(counts[state] for state in PROJECT_STATES)]
    for column, number in enumerate(numbers, start=2):
        sheet.write_formula(row, column, _sum(column, first, row), shades.looks.total, number)
    if comparison.amount is not None:
        start, name = 2 + len(numbers), comparison.amount.name
        sums = [sum((u.total(name, later=later) for u in comparison.units), Decimal(0)) for later in (False, True)]
        for offset, total in enumerate(sums):
            sheet.write_formula(row, start + offset, _sum(start + offset, first, row), shades.total_money, float(total))
        _gap(sheet, shades, row, start, sums)


def _sum(column: int, first: int, row: int) -> str:
    return f"=SUM({cell_name(first + 1, column + 1)}:{cell_name(max(row, first + 1), column + 1)})"


def _projects(sheet: Any, shades: Shades, comparison: Comparison) -> None:
    """A row per project of either side; 概览 counts and adds up these."""
    columns = (
        *(("单位", 24), ("状态", 7), ("原项目名称", 28), ("现项目名称", 28), ("对应依据", 11), ("原年度", 7), ("现年度", 7)),
        *(_amount_columns(comparison) or ()),
        *(("字段变动", 7), ("指标变动", 7), ("原位置", 26), ("现位置", 26)),
    )
    open_sheet(sheet, shades.looks, columns, 0, frozen=4)
    sheet.set_paper(A3)
    sheet.set_row(0, 32)
    projects = [(unit, project) for unit in comparison.units for project in unit.projects]
    for row, each in enumerate(projects, start=1):
        _project(sheet, shades, comparison, row, *each)
    sheet.autofilter(0, 0, max(len(projects), 1), len(columns) - 1)


def _project(sheet: Any, shades: Shades, comparison: Comparison, row: int, unit: UnitPair, project: ProjectPair) -> None:
    old, new = (d.project or "（未填）" if d else "" for d in (project.before, project.after))
    looks = shades.looks
    looks.write(sheet, row, 0, unit.name)
    sheet.write_string(row, 1, STATES[project.state], shades.states[project.state])
    looks.write(sheet, row, 2, old, shades.removed if project.state == DROPPED else None)
    looks.write(sheet, row, 3, new, shades.added if project.state == ADDED else None)
    looks.write(sheet, row, 4, matched_words(project), looks.centre)
    for column, side in ((5, project.before), (6, project.after)):
        write_figure(sheet, row, column, side.year if side else None, looks.number)
    column = 7
    if comparison.amount is not None:
        sums = []
        for offset, side in enumerate((project.before, project.after)):
            value = side.value(comparison.amount.name) if side else None
            amount = value if isinstance(value, Decimal) else None
            sums.append(amount or Decimal(0))
            write_figure(sheet, row, column + offset, amount, shades.money)
        _gap(sheet, shades, row, column, sums)
        column += 4
    sheet.write_number(row, column, len(project.real_changes), looks.number)
    sheet.write_number(row, column + 1, len(project.changed_rows), looks.number)
    places = [place_words(side) for side in (project.before, project.after)]
    for offset, place in enumerate(places):
        looks.write(sheet, row, column + 2 + offset, place)
    sheet.set_row(row, list_height([(unit.name, 24), (old, 28), (new, 28), *((place, 26) for place in places)]))


def matched_words(project: ProjectPair) -> str:
    """Return how the two projects were found to be the same one."""
    if project.likeness is not None:
        return f"相似 {project.likeness:.0%}"
    return {BY_CODE: "代码相同", BY_NAME: "名称相同"}.get(project.matched or "", "")

"""Every live rule as plain Excel, recalculated by LibreOffice: passes and fails, with its message, as the toolkit says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from xlsxwriter.utility import xl_col_to_name

from tests import office
from tests.rules.clean import DRAFTS
from tests.rules.kit import COLUMNS, Draft, declaration
from tests.rules.mutations import CASES
from tests.shipped import shipped_form
from toolkit.checking.check import check_declarations
from toolkit.forms.computed import Helper, helpers_of
from toolkit.forms.rules import CompiledRule, compile_rules
from toolkit.formula import to_excel
from toolkit.reading.computed import entry_value
from toolkit.reading.model import MISSING

pytestmark = pytest.mark.office

RULES = {rule.rule.id: rule for rule in compile_rules(shipped_form()) if not rule.rule.batch_only}
HELPERS = helpers_of(shipped_form()).needed(name for rule in RULES.values() for name in {*rule.condition.names, *rule.message.names})
FIELDS = [field.name for field in shipped_form().fields] + [helper.name for helper in HELPERS.single]
IN_ROWS = [*COLUMNS, *(helper.name for helper in HELPERS.of_row)]
LISTS = list(shipped_form().lists)


@dataclass(frozen=True)
class Try:
    """One rule on one draft, or on one of its rows (from 0); the draft's block starts at `top` (from 1)."""

    rule: CompiledRule
    draft: int
    row: int | None
    top: int


def drafts(every: int = 1) -> list[tuple[str, Draft]]:
    """A rule's clean draft, each `every`-th way of breaking it and near miss, all on one draft where it fits."""
    made = []
    for number, (rule, case) in enumerate(CASES.items()):
        if rule not in RULES:
            continue
        base = DRAFTS[number % len(DRAFTS)]
        made.append((rule, base))
        for change in (*case.breaks[::every], *case.nears[::every]):
            fitting = (change(draft) for draft in (base, *DRAFTS))
            made.append((rule, next(changed.draft for changed in fitting if changed is not None)))
    return [(rule, draft) for rule, draft in made if not _gone(draft)]


def _gone(draft: Draft) -> bool:
    """A label that was deleted has no cell to calculate with."""
    return any(getattr(content, "state", "") == MISSING for content in draft.head.values())


def tries(made: list[tuple[str, Draft]]) -> Iterator[Try]:
    top = 1
    for number, (rule, draft) in enumerate(made):
        rows = range(len(draft.rows)) if RULES[rule].rule.scope == "行" else [None]
        for row in rows:
            yield Try(RULES[rule], number, row, top)
        top += len(draft.rows) + 2


def address(one: Try, rows: int) -> Callable[[str], str]:
    """Cells of a block: its fields in the first line from column A, its rows below from column A, one row more."""
    first = one.top + 1

    def cells(name: str) -> str:
        plain = name.removeprefix("全部.")
        if plain not in IN_ROWS:
            return f"${xl_col_to_name(FIELDS.index(plain))}${one.top}"
        column = xl_col_to_name(IN_ROWS.index(plain))
        if one.row is not None and plain == name:
            return f"${column}${first + one.row}"
        return f"${column}${first}:${column}${first + rows}"

    return cells


def list_address(name: str) -> str:
    column = xl_col_to_name(LISTS.index(name))
    return f"代码表!${column}$1:${column}${max(1, len(shipped_form().lists[name]))}"


def write(path: Path, made: list[tuple[str, Draft]], plan: list[Try]) -> None:
    form = shipped_form()
    assert form.table is not None
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    sheet, results, lists = (book.add_worksheet(name) for name in ("表", "结果", "代码表"))
    for column, words in enumerate(form.lists.values()):
        lists.write_column(0, column, words)
    tops = {one.draft: one.top for one in plan}
    for number, (_, draft) in enumerate(made):
        if number not in tops:
            continue
        read = declaration(draft)
        for column, field in enumerate(form.fields):
            _put(sheet, tops[number] - 1, column, entry_value(read[field.name], field))
        for line, row in enumerate(read.rows, tops[number]):
            for column, name in enumerate(COLUMNS):
                _put(sheet, line, column, entry_value(row[name], form.by_name[name]))
        _put_helpers(sheet, tops[number], len(read.rows))
    for line, one in enumerate(plan):
        cells = address(one, len(made[one.draft][1].rows))

        def placed(name: str, cells: Callable[[str], str] = cells) -> str:
            return f"表!{cells(name)}"

        condition = to_excel(one.rule.condition, address=placed, list_address=list_address)
        message = one.rule.message.to_excel_text(_kind, address=placed, list_address=list_address)
        results.write_array_formula(line, 0, line, 0, f"{{=IF({condition},1,0)}}")
        results.write_array_formula(line, 1, line, 1, f"{{={message}}}")
    book.close()


def _put_helpers(sheet: xlsxwriter.workbook.Worksheet, top: int, rows: int) -> None:
    """Write the helpers of a draft behind its fields, those of each row behind its columns."""
    rule = next(iter(RULES.values()))
    for helper in HELPERS.single:
        _put_helper(sheet, top - 1, FIELDS.index(helper.name), helper, address(Try(rule, 0, None, top), rows))
    for row in range(rows):
        for helper in HELPERS.of_row:
            _put_helper(sheet, top + row, IN_ROWS.index(helper.name), helper, address(Try(rule, 0, row, top), rows))


def _put_helper(sheet: xlsxwriter.workbook.Worksheet, row: int, column: int, helper: Helper, cells: Callable[[str], str]) -> None:
    text = to_excel(helper.formula, address=cells, list_address=list_address)
    sheet.write_array_formula(row, column, row, column, f'{{=({text})&""}}' if helper.as_text else f"{{={text}}}")


def _put(sheet: xlsxwriter.workbook.Worksheet, row: int, column: int, value: object) -> None:
    if isinstance(value, str):
        sheet.write_string(row, column, value)
    elif isinstance(value, (int, float)):
        sheet.write_number(row, column, value)


def _kind(name: str) -> str | None:
    field = shipped_form().known.get(name)
    return field.type if field else None


def expected(made: list[tuple[str, Draft]], plan: list[Try]) -> list[str | None]:
    """The message of each try's finding, None where the rule passes."""
    form = shipped_form()
    assert form.table is not None
    declarations = [declaration(draft.put(), f"{number}.xlsx") for number, (_, draft) in enumerate(made)]
    messages: dict[tuple[str, str, str | None], str] = {}
    for finding in check_declarations(declarations, form):
        row = None
        if finding.rule in RULES and RULES[finding.rule].rule.scope == "行":
            row = "".join(char for char in str(finding.cell) if char.isdigit())
        # `check` adds the sum with its cells to what the rule says.
        messages[finding.rule, finding.file, row] = re.sub(r"(?<=。)[^。]*（[A-Z]+[0-9]+）应[^。]*[0-9]）?[^。]*。$", "", finding.message)
    return [
        messages.get((one.rule.rule.id, f"{one.draft}.xlsx", None if one.row is None else str(form.table.first_row + one.row)))
        for one in plan
    ]


def test_live_rules_give_the_same_result_and_message_in_a_spreadsheet(tmp_path: Path) -> None:
    """`make judges` takes them all."""
    made = drafts(every=10)
    plan = list(tries(made))
    write(tmp_path / "rules.xlsx", made, plan)
    output = office.convert(tmp_path / "rules.xlsx", "xlsx", tmp_path / "out")
    sheet = openpyxl.load_workbook(output, data_only=True)["结果"]
    found = [(None if passes == 1 else message) for passes, message in sheet.iter_rows(max_col=2, values_only=True)]
    wanted = expected(made, plan)
    different = [
        (one.rule.rule.id, one.row, made[one.draft][1].head["项目名称"], theirs, ours)
        for one, theirs, ours in zip(plan, found, wanted, strict=True)
        if theirs != ours
    ]
    assert different == []
    assert {one.rule.rule.id for one, message in zip(plan, wanted, strict=True) if message} == set(RULES)

"""The live self-check of a filled workbook: every project sheet judges itself while it is being filled in.

The project sheets of a workbook being filled come in; each gets its checks, a headline and marks, and the sheet 自检 goes
out. Called by `filled`.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from lxml import etree

from toolkit.forms.model import Form
from toolkit.formula.coerce import to_text
from toolkit.outputs.filled.selfcheck_formulas import make_plan
from toolkit.outputs.filled.selfcheck_lines import CheckedSheet
from toolkit.outputs.filled.selfcheck_list import LISTING, Listing, make_listing
from toolkit.outputs.filled.selfcheck_mirror import Cell
from toolkit.outputs.filled.selfcheck_rules import live_rules
from toolkit.outputs.filled.selfcheck_sheet import first_free_column, make_looks, put_checks, put_computed
from toolkit.outputs.filled.selfcheck_values import calculate, computed
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.cells import Position, Strings, read_cell
from toolkit.spreadsheet.markup import MAIN_NS
from toolkit.spreadsheet.row_insertion import RowInsertion
from toolkit.spreadsheet.sheet_patch import SheetPatch
from toolkit.spreadsheet.styles import Stylesheet
from toolkit.values.words import PROJECT_ROLE

_CELL = f"{{{MAIN_NS}}}c"


def add_self_checks(
    form: Form,
    sheets: Iterable[tuple[str, SheetPatch, RowInsertion | None, Mapping[str, str]]],
    styles: Stylesheet | None,
    strings: Strings,
    listing: str = LISTING,
) -> tuple[Listing, dict[str, dict[str, str]]] | None:
    """Put the form's checks into the project sheets; return the sheet to be called `listing`, and for each of them the names it needs.

    None, and nothing is put in, for a form without rules. `sheets` are names, sheets as filled, rows added, explanations; `strings`
    gives the workbook's shared strings. Raises FormError for a template that cannot be read.
    """
    if not form.rules:
        return None
    rules = live_rules(form)
    looks = make_looks(styles)
    checked, names = [], {}
    column = None
    for name, patch, insertion, explanations in sheets:
        column = column or first_free_column(form, patch)
        plan = make_plan(rules, insertion, column)
        cells = read_cells(patch.root, plan.bound, strings)
        cells |= computed(rules, cells, insertion)
        results = calculate(rules, cells, insertion)
        put_checks(patch, plan, looks, results, listing)
        names[name] = plan.names(name)
        put_computed(patch, plan, cells, styles)
        project = form.role(PROJECT_ROLE)
        title = to_text(cells.get(plan.place(project.name))) if project else ""
        checked.append(CheckedSheet(name, title if isinstance(title, str) else "", plan, results, explanations))
    return make_listing(checked, rules.left_out, styles), names


def read_cells(root: etree._Element, wanted: Container[Position], strings: Strings) -> dict[Position, Cell]:
    """Return the values of a sheet's `wanted` cells as a spreadsheet program sees them; blanks left out."""
    found: dict[Position, Cell] = {}
    for cell in root.iter(_CELL):
        if not len(cell):
            continue
        position = a1.parse_cell(cell.get("r", "A1"))
        if position in wanted:
            _, value, _ = read_cell(cell, strings)
            if value is not None:
                found[position] = value
    return found


__all__ = ["LISTING", "add_self_checks", "read_cells"]

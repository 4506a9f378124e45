"""Which defined names a filled workbook has: the form's own become names of each project sheet, the rest stay or go.

The `definedName` elements of the template come in, those of the new workbook go out. Called by `filled_book`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from toolkit.forms.model import Form
from toolkit.spreadsheet import a1, references
from toolkit.spreadsheet.markup import unescape
from toolkit.spreadsheet.row_insertion import RowInsertion


@dataclass(frozen=True, slots=True)
class TemplateNames:
    """The template's names: `form` ones are for every project sheet, `kept` have their old sheet index or None."""

    form: tuple[etree._Element, ...]
    kept: tuple[tuple[int | None, etree._Element], ...]

    @property
    def own(self) -> frozenset[str]:
        """The names, as written, that belong to project sheets only."""
        return frozenset(unescape(element.get("name", "")) for element in self.form)


def sort_names(elements: Sequence[etree._Element], sheets: Sequence[str], form: str, removed: Collection[str]) -> TemplateNames:
    """Return the names of a template with these `sheets` (in tab order), where `form` is duplicated and `removed` go.

    A name belongs to the form when it points to its sheet, is local to it, or uses another name of the form.
    """
    gone = {name.casefold() for name in removed}
    mine: list[etree._Element] = []
    others: list[tuple[int | None, etree._Element]] = []
    for element in elements:
        text, local = element.text or "", element.get("localSheetId")
        owner = int(local) if local is not None and local.isdigit() else None
        if owner is not None and owner >= len(sheets):
            continue
        if references.sheets_in(text) & gone or (owner is not None and sheets[owner].casefold() in gone):
            continue
        if sheets[owner] == form if owner is not None else form.casefold() in references.sheets_in(text):
            mine.append(element)
        else:
            others.append((owner, element))
    return _follow(mine, others)


def project_names(names: TemplateNames, form: Form, sheet: str, index: int, insertion: RowInsertion | None) -> Iterable[etree._Element]:
    """Yield the form's names for the project sheet `sheet` at 0-based `index`."""
    columns = {name.casefold() for name in form.table.names} if form.table else set()
    for element in names.form:
        local = deepcopy(element)
        local.set("localSheetId", str(index))
        text = element.text or ""
        if insertion is not None:
            grown = insertion.formula(text, own=True)
            if element.get("name", "").casefold() in columns:
                grown = _column(text, insertion) or grown
            text = grown
        local.text = references.rename_sheet(text, form.sheet, sheet)
        yield local


def kept_names(names: TemplateNames, index: Callable[[int], int]) -> Iterable[etree._Element]:
    """Yield the names that do not belong to the form; `index` gives the new index of a sheet for its old one."""
    for owner, element in names.kept:
        copy = deepcopy(element)
        if owner is not None:
            copy.set("localSheetId", str(index(owner)))
        yield copy


def _follow(mine: list[etree._Element], others: list[tuple[int | None, etree._Element]]) -> TemplateNames:
    """Move names that use a name of the form over to the form, until none is left."""
    moved = True
    while moved:
        moved = False
        own = {unescape(element.get("name", "")).casefold() for element in mine}
        for entry in list(others):
            if entry[0] is None and _uses(entry[1].text or "", own):
                others.remove(entry)
                mine.append(entry[1])
                moved = True
    return TemplateNames(tuple(mine), tuple(others))


def _uses(formula: str, names: Collection[str]) -> bool:
    used: list[str] = []

    def look(name: str) -> str:
        used.append(name.casefold())
        return name

    references.map_names(formula, look)
    return not set(used).isdisjoint(names)


def _column(text: str, insertion: RowInsertion) -> str | None:
    """Return the area of a table's column with the new rows in it, or None where the name is no plain area."""
    try:
        sheet, top, left, bottom, right = a1.parse_range(text)
    except ValueError:
        return None
    area = a1.range_name((insertion.row(top), left, bottom + insertion.count, right), absolute=True)
    return f"{a1.quote_sheet(sheet or insertion.sheet)}!{area}"

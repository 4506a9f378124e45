"""The defined names of a workbook whose sheets change: one sheet duplicated, others removed, a sheet of ours added.

The names of a duplicated sheet become names of each of its copies, the rest stay or go. `definedName` elements come in
and go out. Called by `tabs` and by outputs that fill a form.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass

from lxml import etree

from toolkit.spreadsheet import a1, references
from toolkit.spreadsheet.markup import MAIN_NS, unescape
from toolkit.spreadsheet.row_insertion import RowInsertion
from toolkit.spreadsheet.schema import WORKBOOK, insert_in_order

# Names with a meaning to Excel, each of one sheet.
FILTER, PRINT_TITLES = "_xlnm._FilterDatabase", "_xlnm.Print_Titles"
_NAMES, _NAME = f"{{{MAIN_NS}}}definedNames", f"{{{MAIN_NS}}}definedName"


@dataclass(frozen=True, slots=True)
class SortedNames:
    """A workbook's names: `copied` ones are for every copy of a sheet, `kept` have their old sheet index or None."""

    copied: tuple[etree._Element, ...]
    kept: tuple[tuple[int | None, etree._Element], ...]

    @property
    def own(self) -> frozenset[str]:
        """The names, as written, that belong to the copies only."""
        return frozenset(unescape(element.get("name", "")) for element in self.copied)


def sort_names(root: etree._Element, sheets: Sequence[str], copied: str, removed: Collection[str]) -> SortedNames:
    """Return the names of a workbook with these `sheets` (in tab order), where `copied` is duplicated and `removed` go.

    A name belongs to the duplicated sheet when it points there, is local to it, or uses another name of it.
    """
    gone = {name.casefold() for name in removed}
    mine: list[etree._Element] = []
    others: list[tuple[int | None, etree._Element]] = []
    for element in root.iterfind(f"{_NAMES}/{_NAME}"):
        text, local = element.text or "", element.get("localSheetId")
        owner = int(local) if local is not None and local.isdigit() else None
        if owner is not None and owner >= len(sheets):
            continue
        if references.sheets_in(text) & gone or (owner is not None and sheets[owner].casefold() in gone):
            continue
        if sheets[owner] == copied if owner is not None else copied.casefold() in references.sheets_in(text):
            mine.append(element)
        else:
            others.append((owner, element))
    return _follow(mine, others)


@dataclass(frozen=True, slots=True)
class SheetCopy:
    """A copy of sheet `old`, called `new`, at 0-based `index`; `insertion` are the rows put into it.

    A name in `columns` is that of a table's column, which takes the new rows in wherever they are.
    """

    old: str
    new: str
    index: int
    columns: Collection[str]
    insertion: RowInsertion | None


def names_of_copy(names: SortedNames, copy: SheetCopy) -> Iterator[etree._Element]:
    """Yield the names of a duplicated sheet for one of its copies."""
    columns, insertion = {name.casefold() for name in copy.columns}, copy.insertion
    for element in names.copied:
        local = deepcopy(element)
        local.set("localSheetId", str(copy.index))
        text = element.text or ""
        if insertion is not None:
            grown = insertion.formula(text, own=True)
            if element.get("name", "").casefold() in columns:
                grown = _column(text, insertion) or grown
            text = grown
        local.text = references.rename_sheet(text, copy.old, copy.new)
        yield local


def kept_names(names: SortedNames, index: Callable[[int], int]) -> Iterator[etree._Element]:
    """Yield the names that stay; `index` gives the new index of a sheet for its old one."""
    for owner, element in names.kept:
        copy = deepcopy(element)
        if owner is not None:
            copy.set("localSheetId", str(index(owner)))
        yield copy


def sheet_name(name: str, text: str, index: int) -> etree._Element:
    """Return the name `name` of the sheet at 0-based `index`; filters are names that nobody sees."""
    element = etree.Element(_NAME, name=name, localSheetId=str(index))
    if name == FILTER:
        element.set("hidden", "1")
    element.text = text
    return element


def add_names(root: etree._Element, names: Iterable[etree._Element]) -> None:
    """Put names into a workbook behind those it has."""
    found, new = root.find(_NAMES), list(names)
    if found is None and new:
        found = etree.Element(_NAMES)
        insert_in_order(root, found, WORKBOOK)
    if found is not None:
        found.extend(new)


def replace_names(root: etree._Element, names: Iterable[etree._Element]) -> None:
    """Give a workbook these names and no others, in the order Excel wants."""
    for old in root.findall(_NAMES):
        root.remove(old)
    add_names(root, sorted(names, key=lambda e: (e.get("name", ""), int(e.get("localSheetId", "-1")))))


def move_local_names(root: etree._Element, place: Callable[[int], int | None]) -> None:
    """Give names of single sheets the new 0-based place of theirs; those of a sheet that has none go."""
    for element in root.findall(f"{_NAMES}/{_NAME}"):
        local = element.get("localSheetId", "")
        new = place(int(local)) if local.isdigit() else None
        if new is not None:
            element.set("localSheetId", str(new))
        elif local.isdigit():
            element.getparent().remove(element)
    for holder in root.findall(_NAMES):
        if not len(holder):
            root.remove(holder)


def _follow(mine: list[etree._Element], others: list[tuple[int | None, etree._Element]]) -> SortedNames:
    """Move names that use a name of the duplicated sheet over to it, until none is left."""
    moved = True
    while moved:
        moved = False
        own = {unescape(element.get("name", "")).casefold() for element in mine}
        for entry in list(others):
            if entry[0] is None and _uses(entry[1].text or "", own):
                others.remove(entry)
                mine.append(entry[1])
                moved = True
    return SortedNames(tuple(mine), tuple(others))


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

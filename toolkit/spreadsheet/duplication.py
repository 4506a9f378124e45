"""A sheet duplicated: the parts that go along with it, its defined names, and what points to it from other sheets.

`copy_sheet` makes the parts; what is drawn, noted or calculated there comes to belong to the copy. `sort_names` says which
names become names of each copy (`names_of_copy`) and which stay (`kept_names`). `repointed` turns the other sheets'
formulas to one of the copies. Called by outputs that fill a form.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

from lxml import etree

from toolkit.package.draft import Draft
from toolkit.package.parts import parse_xml
from toolkit.spreadsheet import a1, references
from toolkit.spreadsheet.markup import unescape, whole_number
from toolkit.spreadsheet.references import rename_sheet
from toolkit.spreadsheet.row_insertion import RowInsertion, map_formulas, move_related, qualify_names
from toolkit.spreadsheet.tabs import defined_names
from toolkit.spreadsheet.workbook import PRINT_AREA


@dataclass(frozen=True, slots=True)
class SheetCopy:
    """A copy of sheet `old`, called `new`, at 0-based `index`; `insertion` are the rows put into it.

    A name in `columns` is that of a table's column, which takes the new rows in wherever they are. The print area ends with
    row `printed`; None leaves it as it was drawn.
    """

    old: str
    new: str
    index: int
    columns: Collection[str]
    insertion: RowInsertion | None
    printed: int | None = None


@dataclass(frozen=True, slots=True)
class SortedNames:
    """A workbook's names: `copied` ones are for every copy of a sheet, `kept` have their old sheet index or None."""

    copied: tuple[etree._Element, ...]
    kept: tuple[tuple[int | None, etree._Element], ...]

    @property
    def own(self) -> frozenset[str]:
        """The names, as written, that belong to the copies only."""
        return frozenset(unescape(element.get("name", "")) for element in self.copied)


def copy_sheet(draft: Draft, part: str, copy: SheetCopy) -> str:
    """Copy sheet part `part` with all that belongs to it, and return the copy's part; its own content is the caller's."""
    copies = draft.copy(part)
    made = copies.pop(part)
    for each in copies.values():
        _adapt(draft, each, copy)
    return made


def _adapt(draft: Draft, part: str, copy: SheetCopy) -> None:
    """Make a copied part (drawing, notes, table …) belong to the copied sheet."""
    old, new, insertion = copy.old, copy.new, copy.insertion
    links = draft.links(part)
    if any(link.target.startswith("#") for link in links):
        renamed = (
            replace(link, target="#" + rename_sheet(link.target[1:], old, new)) if link.target[0:1] == "#" else link for link in links
        )
        draft.relink(part, list(renamed))
    data = draft.read(part)
    table = draft.types.get(part, "").endswith(".table+xml")
    if not part.endswith((".xml", ".vml")) or not (table or insertion or old.encode() in data):
        return
    try:
        root = parse_xml(data)
    except etree.XMLSyntaxError:
        # Excel writes VML that is no XML (unclosed <br>); it holds positions only, which then stay as they are.
        return
    if insertion is not None:
        move_related(root, insertion)
    map_formulas(root, lambda formula: rename_sheet(formula, old, new))
    if table and copy.index:
        _rename_table(draft, root, copy.index)
    draft.put_xml(part, root)


def repointed(root: etree._Element, names: Collection[str], copy: SheetCopy) -> etree._Element:
    """Return another sheet with its references to a duplicated one leading to a copy; `root` is used up.

    `names` are the duplicated sheet's names, which are no longer known outside its copies.
    """

    def change(formula: str) -> str:
        if copy.insertion is not None:
            formula = copy.insertion.formula(formula, own=False)
        return qualify_names(rename_sheet(formula, copy.old, copy.new), names, copy.new)

    map_formulas(root, change)
    return root


def sort_names(root: etree._Element, sheets: Sequence[str], copied: str, removed: Collection[str]) -> SortedNames:
    """Return the names of a workbook with these `sheets` (in tab order), where `copied` is duplicated and `removed` go.

    A name belongs to the duplicated sheet when it points there, is local to it, or uses another name of it.
    """
    gone = {name.casefold() for name in removed}
    mine: list[etree._Element] = []
    others: list[tuple[int | None, etree._Element]] = []
    for element in defined_names(root):
        text, local = element.text or "", whole_number(element.get("localSheetId"), -1)
        owner = local if local >= 0 else None
        if owner is not None and owner >= len(sheets):
            continue
        if references.sheets_in(text) & gone or (owner is not None and sheets[owner].casefold() in gone):
            continue
        if sheets[owner] == copied if owner is not None else copied.casefold() in references.sheets_in(text):
            mine.append(element)
        else:
            others.append((owner, element))
    return _follow(mine, others)


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
        if copy.printed is not None and element.get("name") == PRINT_AREA:
            text = _ended(text, copy.printed)
        local.text = rename_sheet(text, copy.old, copy.new)
        yield local


def kept_names(names: SortedNames, index: Callable[[int], int]) -> Iterator[etree._Element]:
    """Yield the names that stay; `index` gives the new index of a sheet for its old one."""
    for owner, element in names.kept:
        copy = deepcopy(element)
        if owner is not None:
            copy.set("localSheetId", str(index(owner)))
        yield copy


def _rename_table(draft: Draft, root: etree._Element, number: int) -> None:
    """Give a table its own number and name: both must be unique in a workbook."""
    tables = sum(kind.endswith(".table+xml") for kind in draft.types.values())
    root.set("id", str(whole_number(root.get("id"), 1) + number * tables))
    for attribute in ("name", "displayName"):
        if root.get(attribute):
            root.set(attribute, f"{root.get(attribute)}_{number + 1}")


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


def _ended(text: str, row: int) -> str:
    """Return a print area that ends with a row; one that is no single area stays."""
    try:
        sheet, top, left, _, right = a1.parse_range(text)
    except ValueError:
        return text
    return f"{a1.quote_sheet(sheet or '')}!{a1.range_name((top, left, row, right), absolute=True)}"


def _column(text: str, insertion: RowInsertion) -> str | None:
    """Return the area of a table's column with the new rows in it, or None where the name is no plain area."""
    try:
        sheet, top, left, bottom, right = a1.parse_range(text)
    except ValueError:
        return None
    area = a1.range_name((insertion.row(top), left, bottom + insertion.count, right), absolute=True)
    return f"{a1.quote_sheet(sheet or insertion.sheet)}!{area}"

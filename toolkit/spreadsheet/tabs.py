"""The workbook part: its list of sheets and what counts them by their place, its defined names and views, when it calculates.

A `Draft` comes in and is changed: all tabs written anew, or a sheet of ours put before the others and taken away again; print
areas ended where a sheet ends. Called by outputs that fill a form or mark a copy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

from lxml import etree

from toolkit.package.draft import Draft
from toolkit.package.parts import OFFICE_RELATIONSHIPS
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.markup import MAIN_NS, WORKBOOK, insert_in_order, truth, unescape, whole_number
from toolkit.spreadsheet.sheet_text import SheetText
from toolkit.spreadsheet.workbook import PRINT_AREA, VISIBLE

WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHEETS, _SHEET, _VIEWS, _VIEW = (f"{{{MAIN_NS}}}{tag}" for tag in ("sheets", "sheet", "bookViews", "workbookView"))
_NAMES, _NAME, _CALCULATION = (f"{{{MAIN_NS}}}{tag}" for tag in ("definedNames", "definedName", "calcPr"))

# Names with a meaning to Excel, each of one sheet.
FILTER, PRINT_TITLES = "_xlnm._FilterDatabase", "_xlnm.Print_Titles"
_WORKSHEET_LINK = f"{OFFICE_RELATIONSHIPS}/worksheet"
_ID = f"{{{OFFICE_RELATIONSHIPS}}}id"
_ALTERNATIVE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"

# A cell: its attributes, and where it is closed at once; the address among the attributes.
_CELL = re.compile(rb"<c\s([^<>]*)>(</c>)?")
_ADDRESS = re.compile(rb"""(?:^|\s)r=["']([A-Z]{1,3}\d{1,7})["']""")


@dataclass(frozen=True, slots=True)
class Opening:
    """The tab a workbook opens on, and the first one in view, as written: None where it says nothing."""

    active: str | None
    first: str | None


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet of a new workbook: its name, its part, its state; `old` is its 0-based place in the one it was made from.

    `names` are names of its own (print titles …) with what they refer to.
    """

    name: str
    part: str
    state: str = VISIBLE
    old: int | None = None
    names: tuple[tuple[str, str], ...] = ()


def worksheets(patch: Draft, book: str) -> dict[str, str]:
    """Return the parts of the worksheets by their names, in tab order."""
    targets = dict(patch.targets(book, "worksheet"))
    elements = patch.seen(book).iterfind(f"{_SHEETS}/{_SHEET}")
    return {unescape(e.get("name", "")): targets[e.get(_ID, "")] for e in elements if e.get(_ID) in targets}


def tab_names(patch: Draft, book: str) -> list[str]:
    """Return the names of all sheets in tab order."""
    return [unescape(element.get("name", "")) for element in patch.seen(book).iterfind(f"{_SHEETS}/{_SHEET}")]


def free_name(name: str, taken: Collection[str]) -> str:
    """Return `name`, numbered where one of the sheets `taken` is called so already."""
    used = {each.casefold() for each in taken}
    return next(each for number in count(1) if (each := f"{name}{number if number > 1 else ''}").casefold() not in used)


def put_tabs(root: etree._Element, draft: Draft, workbook: str, tabs: Sequence[Tab]) -> None:
    """Make `tabs` the sheets of workbook part `workbook`, whose content is `root`; it opens on the first."""
    sheets = root.find(_SHEETS)
    ids = {link.target: link.id for link in draft.links(workbook)}
    for element in list(sheets):
        sheets.remove(element)
    for number, tab in enumerate(tabs, 1):
        element = etree.SubElement(sheets, _SHEET, name=tab.name, sheetId=str(number))
        if tab.state != VISIBLE:
            element.set("state", tab.state)
        identifier = ids.get(tab.part) or draft.link(workbook, _WORKSHEET_LINK, tab.part)
        element.set(_ID, identifier)
    for view in root.iter(_VIEW):
        view.attrib.pop("firstSheet", None)
        view.attrib.pop("activeTab", None)

    # Where the author kept the file (`x15ac:absPath`) is no business of others.
    for element in root.findall(_ALTERNATIVE):
        root.remove(element)


def defined_names(root: etree._Element) -> list[etree._Element]:
    """Return the defined names of a workbook."""
    return list(root.findall(f"{_NAMES}/{_NAME}"))


def book_name(name: str, text: str) -> etree._Element:
    """Return a hidden name of the whole workbook."""
    element = etree.Element(_NAME, name=name, hidden="1")
    element.text = text
    return element


def sheet_name(name: str, text: str, index: int) -> etree._Element:
    """Return the name `name` of the sheet at 0-based `index`; nobody sees those that begin with _, save print areas and titles."""
    element = etree.Element(_NAME, name=name, localSheetId=str(index))
    if name.startswith("_") and name not in (PRINT_AREA, PRINT_TITLES):
        element.set("hidden", "1")
    element.text = text
    return element


def printed_row(sheet: SheetText, area: a1.Area, last: int) -> int:
    """Return the row with which a print area is to end: `last`, or one below it in the `area` so far that says anything."""
    top, left, bottom, right = area
    for number in sorted((number for number in sheet.rows if last < number <= bottom), reverse=True):
        for cell in _CELL.finditer(sheet.data, sheet.rows[number][1]):
            address = _ADDRESS.search(cell[1])
            if address is None:
                continue
            row, column = a1.parse_cell(address[1].decode())
            if row != number or column > right:
                break
            if column >= left and not cell[2] and not cell[1].endswith(b"/"):
                return number
    return max(top, last)


def end_print_areas(draft: Draft, book: str, rows: Mapping[str, int]) -> list[tuple[str, str, str]]:
    """Let print areas end with what is filled in: `rows` has the last such row of sheets; return sheet, area before, after.

    A print area that is no single area is left alone.
    """
    root, parts, names = draft.xml(book), worksheets(draft, book), tab_names(draft, book)
    changed = []
    for element in defined_names(root):
        owner = whole_number(element.get("localSheetId"), -1)
        name = names[owner] if 0 <= owner < len(names) else ""
        if element.get("name") != PRINT_AREA or name not in rows or name not in parts:
            continue
        try:
            _, *area = a1.parse_range(element.text or "")
        except ValueError:
            continue
        top, left, bottom, right = area
        row = printed_row(SheetText(draft.read(parts[name])), (top, left, bottom, right), rows[name])
        if row != bottom:
            ended = (top, left, row, right)
            element.text = f"{a1.quote_sheet(name)}!{a1.range_name(ended, absolute=True)}"
            changed.append((name, a1.range_name((top, left, bottom, right)), a1.range_name(ended)))
    if changed:
        draft.put_xml(book, root)
    return changed


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
    add_names(root, sorted(names, key=lambda e: (e.get("name", ""), whole_number(e.get("localSheetId"), -1))))


def move_local_names(root: etree._Element, place: Callable[[int], int | None]) -> None:
    """Give names of single sheets the new 0-based place of theirs; those of a sheet that has none go."""
    for element in defined_names(root):
        old = whole_number(element.get("localSheetId"), -1)
        new = place(old) if old >= 0 else None
        if new is not None:
            element.set("localSheetId", str(new))
        elif old >= 0:
            element.getparent().remove(element)
    for holder in root.findall(_NAMES):
        if not len(holder):
            root.remove(holder)


def calculate_on_load(root: etree._Element) -> bool:
    """Let a workbook calculate when it is opened; return whether that had to be said."""
    element = root.find(_CALCULATION)
    if element is None:
        element = etree.Element(_CALCULATION)
        insert_in_order(root, element, WORKBOOK)
    if truth(element.get("fullCalcOnLoad")):
        return False
    element.set("fullCalcOnLoad", "1")
    return True


def add_first_tab(patch: Draft, book: str, name: str, data: bytes, names: Mapping[str, str], *, open_on_it: bool) -> Opening:
    """Put a sheet before all others; return what the workbook opened on before.

    `names` are defined names of the sheet itself (`_xlnm.Print_Titles` …). With `open_on_it` it is the tab in front.
    """
    part = patch.free_name("xl/worksheets/sheet1.xml")
    patch.put(part, data, WORKSHEET_TYPE)
    identifier = patch.link(book, _WORKSHEET_LINK, part)
    root = patch.xml(book)
    sheets = root.find(_SHEETS)
    number = max((whole_number(sheet.get("sheetId"), 0) for sheet in sheets), default=0) + 1
    sheets.insert(0, etree.Element(_SHEET, {"name": name, "sheetId": str(number), _ID: identifier}))
    move_local_names(root, lambda place: place + 1)
    add_names(root, [sheet_name(key, text, 0) for key, text in names.items()])
    opening = _move_view(root, sheets, open_on_it=open_on_it)
    patch.put_xml(book, root)
    return opening


def remove_tab(patch: Draft, book: str, name: str, opening: Opening) -> None:
    """Take a sheet away; `opening` is what to open on where it was the tab in front. Nothing happens where it is not there."""
    root = patch.xml(book)
    sheets = list(root.iterfind(f"{_SHEETS}/{_SHEET}"))
    index = next((i for i, sheet in enumerate(sheets) if sheet.get("name") == name), None)
    if index is None or len(sheets) == 1:
        return
    gone = sheets[index]
    gone.getparent().remove(gone)
    move_local_names(root, lambda place: None if place == index else place - (place > index))
    for view in root.iterfind(f"{_VIEWS}/{_VIEW}"):
        active, first = whole_number(view.get("activeTab"), 0), whole_number(view.get("firstSheet"), 0)
        if active == index:
            for attribute, value in (("activeTab", opening.active), ("firstSheet", opening.first)):
                view.attrib.pop(attribute, None)
                if value is not None:
                    view.set(attribute, value)
        else:
            _say(view, "activeTab", str(active - (active > index)))
            _say(view, "firstSheet", str(first - (first > index)))
    patch.put_xml(book, root)
    _forget(patch, book, gone.get(_ID, ""), gone.get("sheetId", ""))


def _move_view(root: etree._Element, sheets: etree._Element, *, open_on_it: bool) -> Opening:
    view = root.find(f"{_VIEWS}/{_VIEW}")
    if view is None:
        views = etree.Element(_VIEWS)
        view = etree.SubElement(views, _VIEW)
        insert_in_order(root, views, WORKBOOK)
    opening = Opening(view.get("activeTab"), view.get("firstSheet"))
    if open_on_it:
        _say(view, "activeTab", None)
        _say(view, "firstSheet", None)
    else:
        view.set("activeTab", str(whole_number(opening.active, 0) + 1))
        if opening.first is not None:
            view.set("firstSheet", str(whole_number(opening.first, 0) + 1))
    return opening


def _say(view: etree._Element, attribute: str, value: str | None) -> None:
    """Set an attribute that counts tabs; the first one is what saying nothing means."""
    if value in (None, "0") and (value is None or attribute not in view.attrib):
        view.attrib.pop(attribute, None)
    elif value is not None:
        view.set(attribute, value)


def _forget(patch: Draft, book: str, identifier: str, number: str) -> None:
    """Remove a sheet's part with what belongs to it alone, and the order of calculation where it names the sheet."""
    part = next((target for link, target in patch.targets(book, "worksheet") if link == identifier), None)
    if part is not None:
        for link in patch.links(part):
            if not link.external and link.target in patch:
                patch.remove(link.target)
        patch.detach(book, part)
    for _, chain in list(patch.targets(book, "calcChain")):
        if f'i="{number}"'.encode() in patch.read(chain):
            patch.detach(book, chain)

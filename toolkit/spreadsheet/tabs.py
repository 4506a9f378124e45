"""The tabs of a workbook: a sheet of ours put before all others, and taken away again.

A `Draft` comes in and is changed: the list of sheets, what counts sheets by their place, the defined names of the
new sheet. Called by `outputs.annotate`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from toolkit.package.draft import Draft
from toolkit.package.parts import OFFICE_RELATIONSHIPS
from toolkit.spreadsheet.markup import MAIN_NS, unescape

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_SHEETS, _SHEET, _VIEWS, _VIEW, _NAMES, _NAME = (
    f"{{{MAIN_NS}}}{tag}" for tag in ("sheets", "sheet", "bookViews", "workbookView", "definedNames", "definedName")
)
_ID = f"{{{OFFICE_RELATIONSHIPS}}}id"

# Elements of a workbook that stand before its defined names.
_BEFORE_NAMES = tuple(f"{{{MAIN_NS}}}{tag}" for tag in ("sheets", "functionGroups", "externalReferences"))


@dataclass(frozen=True, slots=True)
class Opening:
    """The tab a workbook opens on, and the first one in view, as written: None where it says nothing."""

    active: str | None
    first: str | None


def worksheets(patch: Draft, book: str) -> dict[str, str]:
    """Return the parts of the worksheets by their names, in tab order."""
    targets = dict(patch.targets(book, "worksheet"))
    elements = patch.xml(book).iterfind(f"{_SHEETS}/{_SHEET}")
    return {unescape(e.get("name", "")): targets[e.get(_ID, "")] for e in elements if e.get(_ID) in targets}


def tab_names(patch: Draft, book: str) -> list[str]:
    """Return the names of all sheets in tab order."""
    return [unescape(element.get("name", "")) for element in patch.xml(book).iterfind(f"{_SHEETS}/{_SHEET}")]


def add_first_tab(patch: Draft, book: str, name: str, data: bytes, names: Mapping[str, str], *, open_on_it: bool) -> Opening:
    """Put a sheet before all others; return what the workbook opened on before.

    `names` are defined names of the sheet itself (`_xlnm.Print_Titles` …). With `open_on_it` it is the tab in front.
    """
    part = patch.free_name("xl/worksheets/sheet1.xml")
    patch.put(part, data, SHEET_TYPE)
    identifier = patch.link(book, f"{OFFICE_RELATIONSHIPS}/worksheet", part)
    root = patch.xml(book)
    sheets = root.find(_SHEETS)
    number = max((int(sheet.get("sheetId", "0")) for sheet in sheets), default=0) + 1
    sheets.insert(0, etree.Element(_SHEET, {"name": name, "sheetId": str(number), _ID: identifier}))
    for each in _local_names(root):
        each.set("localSheetId", str(int(each.get("localSheetId", "0")) + 1))
    holder = root.find(_NAMES)
    if holder is None and names:
        holder = etree.Element(_NAMES)
        [e for e in root if e.tag in _BEFORE_NAMES][-1].addnext(holder)
    for key, text in names.items():
        element = etree.SubElement(holder, _NAME, name=key, localSheetId="0")
        if key.endswith("FilterDatabase"):
            element.set("hidden", "1")
        element.text = text
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
    for each in _local_names(root):
        place = int(each.get("localSheetId", "0"))
        if place == index:
            each.getparent().remove(each)
        elif place > index:
            each.set("localSheetId", str(place - 1))
    holder = root.find(_NAMES)
    if holder is not None and not len(holder):
        root.remove(holder)
    for view in root.iterfind(f"{_VIEWS}/{_VIEW}"):
        active, first = int(view.get("activeTab", "0")), int(view.get("firstSheet", "0"))
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
        sheets.addprevious(views)
    opening = Opening(view.get("activeTab"), view.get("firstSheet"))
    if open_on_it:
        _say(view, "activeTab", None)
        _say(view, "firstSheet", None)
    else:
        view.set("activeTab", str(int(opening.active or "0") + 1))
        if opening.first is not None:
            view.set("firstSheet", str(int(opening.first) + 1))
    return opening


def _say(view: etree._Element, attribute: str, value: str | None) -> None:
    """Set an attribute that counts tabs; the first one is what saying nothing means."""
    if value in (None, "0") and (value is None or attribute not in view.attrib):
        view.attrib.pop(attribute, None)
    elif value is not None:
        view.set(attribute, value)


def _local_names(root: etree._Element) -> Iterator[etree._Element]:
    """Yield the defined names that belong to one sheet."""
    for element in list(root.iterfind(f"{_NAMES}/{_NAME}")):
        if element.get("localSheetId", "").isdigit():
            yield element


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

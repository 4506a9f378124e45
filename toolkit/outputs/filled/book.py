"""The template workbook taken apart once, and put together again with project sheets in place of its form sheet.

`load_template` gives what all filled workbooks of a form share; `assemble` writes workbook.xml and the names round the
sheets of one of them. Called by `filled`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml import etree

from toolkit.errors import FormError
from toolkit.forms.book import DECLARATION_SHEETS, HELP_SHEET, LISTS_SHEET
from toolkit.forms.model import Form
from toolkit.outputs.filled.names import TemplateNames, kept_names, project_names, sort_names
from toolkit.package.draft import Draft
from toolkit.package.opc import open_package
from toolkit.package.parts import OFFICE_RELATIONSHIPS
from toolkit.spreadsheet import references
from toolkit.spreadsheet.formulas import map_formulas, mentions, qualify_names, spell_out_shared
from toolkit.spreadsheet.markup import MAIN_NS
from toolkit.spreadsheet.row_insertion import RowInsertion
from toolkit.spreadsheet.workbook import HIDDEN, VISIBLE, WORKSHEET, SheetPart, read_workbook

WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
FILTER, PRINT_TITLES = "_xlnm._FilterDatabase", "_xlnm.Print_Titles"
WORKSHEET_LINK = f"{OFFICE_RELATIONSHIPS}/worksheet"

# Excel makes the calculation chain anew; a workbook without macros may not hold a macro project.
_LEFT_OUT = ("calcChain", "vbaProject")

_BEFORE_NAMES = ("externalReferences", "functionGroups", "sheets")
_BEFORE_CALCULATION = ("definedNames", *_BEFORE_NAMES)


@dataclass(frozen=True)
class Template:
    """A template workbook ready to be filled; nothing of it is changed by filling.

    `names_itself` says that formulas of the form's sheet name that sheet; `pointing` has the other sheets, by part,
    that have formulas using the form.
    """

    draft: Draft
    part: str
    root: etree._Element
    form_sheet: SheetPart
    form_root: etree._Element
    names_itself: bool
    others: tuple[SheetPart, ...]
    pointing: Mapping[str, etree._Element]
    names: TemplateNames
    formats: tuple[str, ...]
    date1904: bool


@dataclass(frozen=True, slots=True)
class Tab:
    """A sheet of the new workbook: its name, its part, its state; `old` is its 0-based place in the template.

    `names` are names of its own (print titles …) with what they refer to.
    """

    name: str
    part: str
    state: str = VISIBLE
    old: int | None = None
    names: tuple[tuple[str, str], ...] = ()


def load_template(form: Form) -> Template:
    """Return the form's template workbook, read again only when the file has changed. Raises FormError, SourceError."""
    try:
        stamp = form.path.stat().st_mtime_ns, form.path.stat().st_size
    except OSError as error:
        raise FormError(f"{form.path}：表样文件打不开，请确认它没有被移动或删除") from error
    return _load(form.path, form.sheet, stamp)


@lru_cache(maxsize=4)
def _load(path: Path, form_sheet: str, stamp: tuple[int, int]) -> Template:
    with open_package(path, str(path)) as package:
        book = read_workbook(package)
        sheet = book.sheet(form_sheet)
        if sheet is None or sheet.kind != WORKSHEET:
            raise FormError(f"{path}：表样里没有工作表“{form_sheet}”，请检查工作表名称")
        draft = Draft(package)
        removed = [s for s in book.sheets if s.name in DECLARATION_SHEETS and s is not sheet]
        others = [s for s in book.sheets if s is not sheet and s not in removed]
        root, form_root = package.xml(book.part), package.xml(sheet.part)
        spell_out_shared(form_root)
        elements = root.findall(f"{{{MAIN_NS}}}definedNames/{{{MAIN_NS}}}definedName")
        names = sort_names(elements, [s.name for s in book.sheets], sheet.name, [s.name for s in removed])
        gone = {s.part for s in (sheet, *removed)}
        links = draft.links(book.part)
        draft.unlink(book.part, *(link.id for link in links if link.target in gone or link.kind in _LEFT_OUT))
        draft.retype(book.part, WORKBOOK_TYPE)
        roots = {s.part: package.xml(s.part) for s in others if s.kind == WORKSHEET}
        _forget_strings(draft, book.part, [form_root, *roots.values()])
        for part, other in roots.items():
            if _unselect(other):
                draft.put_xml(part, other)
        return Template(
            draft=draft,
            part=book.part,
            root=root,
            form_sheet=sheet,
            form_root=form_root,
            names_itself=mentions(form_root, sheet.name),
            others=_ordered(others),
            pointing={part: other for part, other in roots.items() if _points(other, sheet.name, names.own)},
            names=names,
            formats=book.number_formats,
            date1904=book.date1904,
        )


def assemble(
    template: Template,
    draft: Draft,
    form: Form,
    projects: Sequence[tuple[Tab, RowInsertion | None]],
    more: Sequence[Tab],
) -> bytes:
    """Return the workbook as a file: project sheets, then `more` sheets, and their names; `draft` holds the parts."""
    tabs = [*(tab for tab, _ in projects), *more]
    root = etree.fromstring(etree.tostring(template.root))
    root.attrib.pop("conformance", None)
    _write_sheets(root, draft, template.part, tabs)
    new_index = {tab.old: index for index, tab in enumerate(tabs) if tab.old is not None}
    names = list(kept_names(template.names, lambda old: new_index[old]))
    for index, (tab, insertion) in enumerate(projects):
        names.extend(project_names(template.names, form, tab.name, index, insertion))
    for index, tab in enumerate(tabs):
        for name, text in tab.names:
            element = etree.Element(f"{{{MAIN_NS}}}definedName", name=name, localSheetId=str(index))
            if name == FILTER:
                element.set("hidden", "1")
            element.text = text
            names.append(element)
    _write_names(root, names)
    _write_views(root)
    if any(b"<f>" in (data := draft.read(tab.part)) or b"<f " in data for tab in tabs):
        _calculation(root).set("fullCalcOnLoad", "1")
    draft.put_xml(template.part, root)
    return draft.to_bytes()


def _ordered(others: Sequence[SheetPart]) -> tuple[SheetPart, ...]:
    """Return the sheets that follow the projects: instructions first, code lists last, the others as they were."""
    place = {HELP_SHEET: 0, LISTS_SHEET: 2}
    return tuple(sorted(others, key=lambda sheet: place.get(sheet.name, 1)))


def other_tabs(template: Template) -> list[Tab]:
    """Return the template's other sheets as tabs; the code lists are hidden."""
    states = {LISTS_SHEET: {VISIBLE: HIDDEN}}
    return [Tab(sheet.name, sheet.part, states.get(sheet.name, {}).get(sheet.state, sheet.state), sheet.index) for sheet in template.others]


def _unselect(root: etree._Element) -> bool:
    """Take the selection off a sheet's tab; return whether there was one."""
    popped = [view.attrib.pop("tabSelected", None) for view in root.iter(f"{{{MAIN_NS}}}sheetView")]
    return any(value is not None for value in popped)


def _points(root: etree._Element, sheet: str, names: Collection[str]) -> bool:
    """Return whether formulas of a sheet use the form's sheet or one of its names."""
    found: list[bool] = []

    def look(formula: str) -> str:
        named = qualify_names(formula, names, sheet) != formula
        found.append(named or sheet.casefold() in references.sheets_in(formula))
        return formula

    map_formulas(root, look)
    return any(found)


def _forget_strings(draft: Draft, workbook: str, sheets: Sequence[etree._Element]) -> None:
    """Empty the shared strings that only removed sheets used; the numbers of the others stay as they are."""
    part = draft.related(workbook, "sharedStrings")
    if part is None:
        return
    used = set()
    for sheet in sheets:
        for cell in sheet.iter(f"{{{MAIN_NS}}}c"):
            if cell.get("t") == "s":
                used.add(int(cell.findtext(f"{{{MAIN_NS}}}v", "-1")))
    root = draft.xml(part)
    for index, item in enumerate(root.findall(f"{{{MAIN_NS}}}si")):
        if index not in used:
            for child in list(item):
                item.remove(child)
            etree.SubElement(item, f"{{{MAIN_NS}}}t")
    root.attrib.pop("count", None)
    draft.put_xml(part, root)


def _write_sheets(root: etree._Element, draft: Draft, workbook: str, tabs: Sequence[Tab]) -> None:
    sheets = root.find(f"{{{MAIN_NS}}}sheets")
    ids = {link.target: link.id for link in draft.links(workbook)}
    for element in list(sheets):
        sheets.remove(element)
    for number, tab in enumerate(tabs, 1):
        element = etree.SubElement(sheets, f"{{{MAIN_NS}}}sheet", name=tab.name, sheetId=str(number))
        if tab.state != VISIBLE:
            element.set("state", tab.state)
        identifier = ids.get(tab.part) or draft.link(workbook, WORKSHEET_LINK, tab.part)
        element.set(f"{{{OFFICE_RELATIONSHIPS}}}id", identifier)


def _write_names(root: etree._Element, names: Sequence[etree._Element]) -> None:
    old = root.find(f"{{{MAIN_NS}}}definedNames")
    if old is not None:
        root.remove(old)
    if names:
        holder = etree.Element(f"{{{MAIN_NS}}}definedNames")
        holder.extend(sorted(names, key=lambda e: (e.get("name", ""), int(e.get("localSheetId", "-1")))))
        _after(root, _BEFORE_NAMES, holder)


def _write_views(root: etree._Element) -> None:
    """Open on the first project; forget where the template's author kept it."""
    for view in root.iter(f"{{{MAIN_NS}}}workbookView"):
        view.attrib.pop("firstSheet", None)
        view.attrib.pop("activeTab", None)
    for element in root.findall("{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"):
        root.remove(element)


def _calculation(root: etree._Element) -> etree._Element:
    element = root.find(f"{{{MAIN_NS}}}calcPr")
    if element is None:
        element = etree.Element(f"{{{MAIN_NS}}}calcPr")
        _after(root, _BEFORE_CALCULATION, element)
    return element


def _after(root: etree._Element, tags: Sequence[str], element: etree._Element) -> None:
    """Put `element` behind the first of `tags` that is there, as the schema orders them."""
    for tag in tags:
        found = root.find(f"{{{MAIN_NS}}}{tag}")
        if found is not None:
            found.addnext(element)
            return

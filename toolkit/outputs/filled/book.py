"""The template workbook taken apart once, and put together again with project sheets in place of its form sheet.

`load_template` gives what all filled workbooks of a form share; `assemble` writes workbook.xml and the names round the
sheets of one of them. Called by `filled`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lxml import etree

from toolkit.errors import FormError
from toolkit.forms.book import DECLARATION_SHEETS, HELP_SHEET, LISTS_SHEET
from toolkit.forms.model import Form
from toolkit.package.draft import Draft
from toolkit.package.opc import open_package
from toolkit.spreadsheet.duplication import SheetCopy, SortedNames, kept_names, names_of_copy, sort_names
from toolkit.spreadsheet.markup import MAIN_NS, whole_number
from toolkit.spreadsheet.row_insertion import mentions, spell_out_shared
from toolkit.spreadsheet.sheet_patch import numbered_cells, numbered_rows
from toolkit.spreadsheet.tabs import Tab, book_name, calculate_on_load, put_tabs, replace_names, sheet_name
from toolkit.spreadsheet.workbook import HIDDEN, VISIBLE, WORKSHEET, SheetPart, read_workbook

WORKBOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"

# Excel makes the calculation chain anew; a workbook without macros may not hold a macro project.
_LEFT_OUT = ("calcChain", "vbaProject")


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
    names: SortedNames
    formats: tuple[str, ...]
    strings: Sequence[str]
    date1904: bool


def load_template(form: Form, idle: frozenset[int] = frozenset()) -> Template:
    """Return the form's template workbook without the columns `idle` of 代码表, read again only when the file has changed.

    Raises FormError, SourceError.
    """
    try:
        stamp = form.path.stat().st_mtime_ns, form.path.stat().st_size
    except OSError as error:
        raise FormError(f"{form.path}：表样文件打不开，请确认它没有被移动或删除") from error
    return _load(form.path, form.sheet, stamp, idle)


@lru_cache(maxsize=4)
def _load(path: Path, form_sheet: str, stamp: tuple[int, int], idle: frozenset[int]) -> Template:
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
        names = sort_names(root, [s.name for s in book.sheets], sheet.name, [s.name for s in removed])
        gone = {s.part for s in (sheet, *removed)}
        links = draft.links(book.part)
        draft.unlink(book.part, *(link.id for link in links if link.target in gone or link.kind in _LEFT_OUT))
        draft.retype(book.part, WORKBOOK_TYPE)
        roots = {s.part: package.xml(s.part) for s in others if s.kind == WORKSHEET}
        thinned = {s.part for s in others if s.name == LISTS_SHEET and s.part in roots and _remove_columns(roots[s.part], idle)}
        kept = _keep_strings(draft, book.part, [form_root, *roots.values()])
        for part, other in roots.items():
            if _unselect(other) or part in thinned or kept is not None:
                draft.put_xml(part, other)
        return Template(
            draft=draft,
            part=book.part,
            root=root,
            form_sheet=sheet,
            form_root=form_root,
            names_itself=mentions(form_root, sheet.name),
            others=_ordered(others),
            pointing={part: other for part, other in roots.items() if mentions(other, sheet.name, names.own)},
            names=names,
            formats=book.number_formats,
            strings=book.shared_strings if kept is None else [book.shared_strings[number] for number in kept],
            date1904=book.date1904,
        )


def assemble(
    template: Template,
    draft: Draft,
    projects: Sequence[tuple[Tab, SheetCopy]],
    more: Sequence[Tab],
    own_names: Mapping[str, str],
) -> bytes:
    """Return the workbook as a file: project sheets, then `more` sheets, and their names and `own_names`; `draft` holds the parts."""
    tabs = [*(tab for tab, _ in projects), *more]
    root = etree.fromstring(etree.tostring(template.root))
    root.attrib.pop("conformance", None)
    put_tabs(root, draft, template.part, tabs)
    new_index = {tab.old: index for index, tab in enumerate(tabs) if tab.old is not None}
    names = list(kept_names(template.names, lambda old: new_index[old]))
    for _, copy in projects:
        names.extend(names_of_copy(template.names, copy))
    names += [sheet_name(name, text, index) for index, tab in enumerate(tabs) for name, text in tab.names]
    names += [book_name(name, text) for name, text in own_names.items()]
    replace_names(root, names)
    if any(b"<f>" in (data := draft.read(tab.part)) or b"<f " in data for tab in tabs):
        calculate_on_load(root)
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


def _remove_columns(root: etree._Element, columns: frozenset[int]) -> bool:
    """Remove the cells of some columns of a sheet, their widths, and the rows in which nothing is left; return whether there are such columns."""
    data = root.find(f"{{{MAIN_NS}}}sheetData")
    rows = [] if data is None else [row for _, row in numbered_rows(data)]
    for row in rows:
        for column, cell in list(numbered_cells(row)):
            if column in columns:
                row.remove(cell)
    if data is not None and columns and all(row.get("r") for row in rows):
        for row in rows:
            if not len(row) and set(row.keys()) <= {"r", "spans"}:
                data.remove(row)
    for widths in root.findall(f"{{{MAIN_NS}}}cols"):
        for width in list(widths):
            if columns.issuperset(range(int(width.get("min", "0")), int(width.get("max", "0")) + 1)):
                widths.remove(width)
        if not len(widths):
            root.remove(widths)
    return bool(columns)


def _unselect(root: etree._Element) -> bool:
    """Take the selection off a sheet's tab; return whether there was one."""
    popped = [view.attrib.pop("tabSelected", None) for view in root.iter(f"{{{MAIN_NS}}}sheetView")]
    return any(value is not None for value in popped)


def _keep_strings(draft: Draft, workbook: str, sheets: Sequence[etree._Element]) -> list[int] | None:
    """Leave out the shared strings that only removed sheets used; return the old numbers of the others, None where there are no strings."""
    part = draft.related(workbook, "sharedStrings")
    if part is None:
        return None
    shown = [cell.find(f"{{{MAIN_NS}}}v") for sheet in sheets for cell in sheet.iter(f"{{{MAIN_NS}}}c") if cell.get("t") == "s"]
    values = [(value, whole_number(value.text, -1)) for value in shown if value is not None]
    root = draft.xml(part)
    items = root.findall(f"{{{MAIN_NS}}}si")
    kept = sorted({number for _, number in values if 0 <= number < len(items)})
    for number in set(range(len(items))).difference(kept):
        root.remove(items[number])
    renumbered = {old: new for new, old in enumerate(kept)}
    for value, old in values:
        value.text = str(renumbered[old]) if old in renumbered else value.text
    for count in ("count", "uniqueCount"):
        root.attrib.pop(count, None)
    draft.put_xml(part, root)
    return kept

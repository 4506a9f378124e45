"""Filled workbooks: the template's package with its form sheet duplicated per declaration, everything drawn kept.

Declarations and their form come in, the bytes of an .xlsx go out; the workflow writes them with `package.atomic`. A
caller that has more to put in (self-checks, further sheets) uses `FilledBook` before taking the bytes.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

from lxml import etree

from toolkit.forms.book import HELP_SHEET
from toolkit.forms.model import Form
from toolkit.outputs.filled.book import assemble, load_template, other_tabs
from toolkit.outputs.filled.instructions import suit_instructions
from toolkit.outputs.filled.references import Reference, put_references
from toolkit.outputs.filled.selfcheck import LISTING, add_self_checks
from toolkit.outputs.filled.selfcheck_rules import live_rules
from toolkit.outputs.filled.sheet import Looks, fill_sheet, rows_to_add
from toolkit.reading.model import Declaration
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.duplication import SheetCopy, copy_sheet, repointed
from toolkit.spreadsheet.markup import MAIN_NS
from toolkit.spreadsheet.properties import FILLED, FORM, VERSION, set_sheet_titles, stamp_draft
from toolkit.spreadsheet.references import rename_sheet
from toolkit.spreadsheet.row_insertion import RowInsertion, map_formulas
from toolkit.spreadsheet.sheet_patch import SheetPatch
from toolkit.spreadsheet.sheet_text import SheetText
from toolkit.spreadsheet.styles import Stylesheet
from toolkit.spreadsheet.tabs import FILTER, PRINT_TITLES, WORKSHEET_TYPE, Tab, free_name, printed_row
from toolkit.spreadsheet.workbook import EXPLANATIONS, VISIBLE

PROJECT_SHEET = "项目"


@dataclass(frozen=True, slots=True)
class ProjectSheet:
    """One project's sheet, open to changes through `patch`, with so many `rows` of its table filled in; what the unit explained of it."""

    name: str
    part: str
    patch: SheetPatch
    copy: SheetCopy
    rows: int
    explanations: Mapping[str, str]

    @property
    def insertion(self) -> RowInsertion | None:
        """The rows that were added to the form's table."""
        return self.copy.insertion


class FilledBook:
    """A workbook being filled: a project sheet per declaration (one blank sheet where there is none).

    A sheet is printed as far as its rows are filled; one `to_be_filled`, and one without rows, as far as it is drawn.
    """

    def __init__(
        self, form: Form, declarations: Sequence[Declaration], *, to_be_filled: bool = False, notes: Sequence[Sequence[Reference]] = ()
    ) -> None:
        self.form = form
        self._notes = notes
        self._to_be_filled = to_be_filled
        self._own_names: Mapping[str, Mapping[str, str]] = {}
        self._year = next((each.year for each in declarations if each.year), None)
        self._template = load_template(form, live_rules(form).idle_columns)
        self._draft = self._template.draft.fork()
        self._styles_part = self._draft.related(self._template.part, "styles")
        self.styles = Stylesheet(etree.Element("styleSheet") if self._styles_part is None else self._draft.xml(self._styles_part))
        self._more = other_tabs(self._template)
        names = _sheet_names(len(declarations) or 1, {tab.name.casefold() for tab in self._more})
        filling: Sequence[Declaration | None] = declarations or [None]
        self.projects = tuple(self._project(name, index, one) for index, (name, one) in enumerate(zip(names, filling, strict=True)))

    def add_sheet(self, name: str, data: bytes, state: str = VISIBLE, names: Mapping[str, str] | None = None) -> str:
        """Add a sheet whose XML is `data`, behind the projects, before the template's other sheets; return its part.

        `names` are names of that sheet (`_xlnm.Print_Titles` …), each with what it refers to.
        """
        part = self._draft.free_name("xl/worksheets/sheet1.xml")
        self._draft.put(part, data, WORKSHEET_TYPE)
        added = sum(tab.old is None for tab in self._more)
        self._more.insert(added, Tab(name, part, state, names=tuple((names or {}).items())))
        return part

    def add_self_checks(self) -> None:
        """Let every project sheet check itself, and list all checks on a sheet 自检; without rules nothing is added."""
        taken = {tab.name.casefold() for tab in self._more} | {project.name.casefold() for project in self.projects}
        listing = free_name(LISTING, taken)
        sheets = [(project.name, project.patch, project.insertion, project.explanations) for project in self.projects]
        styles = None if self._styles_part is None else self.styles
        found = add_self_checks(self.form, sheets, styles, lambda: self._template.strings, listing)
        if found is not None:
            sheet, self._own_names = found
            owner = a1.quote_sheet(listing) + "!"
            named = {FILTER: sheet.filtered, PRINT_TITLES: sheet.titles, EXPLANATIONS: sheet.explained}
            self.add_sheet(listing, sheet.xml, names={**{name: owner + area for name, area in named.items() if area}, **sheet.names})

    def to_bytes(self, properties: Mapping[str, str] | None = None) -> bytes:
        """Return the workbook as a file, with further custom `properties`; the same content gives the same bytes."""
        draft, template = self._draft.fork(), self._template
        copies = {}
        for index, project in enumerate(self.projects):
            data = project.patch.to_bytes()
            draft.put(project.part, data)
            if index < len(self._notes):
                put_references(draft, project.part, self._notes[index], self.form, project.insertion)
            copies[project.name] = self._as_printed(project, data)
        if self.styles.changed and self._styles_part is not None:
            draft.put(self._styles_part, self.styles.to_bytes())
        first = self.projects[0]
        for part, root in template.pointing.items():
            draft.put_xml(part, repointed(deepcopy(root), template.names.own, first.copy))
        stamp_draft(draft, FILLED, {FORM: self.form.name, VERSION: self.form.version, **(properties or {})})
        guide = next((tab.part for tab in self._more if tab.name == HELP_SHEET), None) if self._to_be_filled else None
        if guide is not None:
            names = [project.name for project in self.projects]
            suit_instructions(draft, template.part, guide, self.form.sheet, names, self._year)
        set_sheet_titles(draft, [*(project.name for project in self.projects), *(tab.name for tab in self._more)])
        tabs = [
            (Tab(project.name, project.part, names=tuple(self._own_names.get(project.name, {}).items())), copies[project.name])
            for project in self.projects
        ]
        return assemble(template, draft, tabs, self._more, live_rules(self.form).named if self._own_names else {})

    def _as_printed(self, project: ProjectSheet, data: bytes) -> SheetCopy:
        """Return the project's copy of the sheet, printed as far as `data`, its content, is filled in."""
        form, insertion = self.form, project.insertion
        if form.table is None or not project.rows or self._to_be_filled:
            return project.copy
        area = a1.parse_area(form.print_area)
        last = form.table.first_row + project.rows - 1
        return replace(project.copy, printed=printed_row(SheetText(data), insertion.area(area) if insertion else area, last))

    def _project(self, name: str, index: int, declaration: Declaration | None) -> ProjectSheet:
        form, template = self.form, self._template
        insertion = rows_to_add(form, declaration)
        short = next((t for t in form.tables if insertion and t.first_row <= insertion.after <= t.last_row), form.table)
        copy = SheetCopy(form.sheet, name, index, short.names if short else (), insertion)
        part = copy_sheet(self._draft, template.form_sheet.part, copy)
        root = deepcopy(template.form_root)
        looks = Looks(self.styles, template.formats)
        patch = fill_sheet(root, form, declaration, insertion, looks, template.date1904)
        if template.names_itself:
            map_formulas(root, lambda formula: rename_sheet(formula, form.sheet, name))
        _set_tab(root, first=index == 0)
        explanations = declaration.explanations if declaration and not self._to_be_filled else {}
        return ProjectSheet(name, part, patch, copy, len(declaration.rows) if declaration else 0, explanations)


def fill_workbook(
    form: Form,
    declarations: Sequence[Declaration],
    properties: Mapping[str, str] | None = None,
    *,
    to_be_filled: bool = False,
    notes: Sequence[Sequence[Reference]] = (),
) -> bytes:
    """Return an .xlsx with one sheet 项目1, 项目2 … per declaration; without declarations one blank sheet.

    `properties` are custom document properties besides our own, `notes` texts beside the cells of each declaration. Values stand where the form's names put them; drop-downs, formats, protection and print set-up are the template's.
    Every sheet checks itself (see `selfcheck`), and is printed as far as it is filled, unless it is yet `to_be_filled`.

    Raises FormError or SourceError where the template workbook cannot be read.
    """
    book = FilledBook(form, declarations, to_be_filled=to_be_filled, notes=notes)
    book.add_self_checks()
    return book.to_bytes(properties)


def _sheet_names(count: int, taken: Collection[str]) -> list[str]:
    """Return names for the project sheets, numbered on past those that the template uses itself."""
    numbered = (f"{PROJECT_SHEET}{number}" for number in itertools.count(1))
    return list(itertools.islice((name for name in numbered if name.casefold() not in taken), count))


def _set_tab(root: etree._Element, *, first: bool) -> None:
    """Select the first project's tab only; a code name may stand in one sheet of a workbook only."""
    for view in root.iterfind(f"{{{MAIN_NS}}}sheetViews/{{{MAIN_NS}}}sheetView"):
        view.attrib.pop("tabSelected", None)
        if first:
            view.set("tabSelected", "1")
    properties = root.find(f"{{{MAIN_NS}}}sheetPr")
    if properties is not None and not first:
        properties.attrib.pop("codeName", None)

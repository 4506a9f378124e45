"""A `Proposal` → the template workbook: the printed sheet as it is, bound and made ready to be filled, with its declaration sheets.

Comes in: the worksheet the proposal was made of, which is changed in memory. Goes out: the workbook's bytes. What the clerk has to confirm is
coloured in 字段, and said there in the column 待确认; on the form only what has to be decided is, for its colours go out to the units.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from toolkit.forms.book import FIELDS_SHEET, FORM_SHEET, HELP_SHEET, LISTS_SHEET, PROFILE_SHEET, RULES_SHEET
from toolkit.forms.model import DEPENDENT_LIST, LONG_TEXT
from toolkit.proposing.declared import UNDECIDED, declare
from toolkit.proposing.model import Proposal, Proposed
from toolkit.proposing.words import INSTRUCTIONS
from toolkit.spreadsheet.a1 import column_letters, quote_sheet, range_name
from toolkit.spreadsheet.properties import FORM, KIND, ORIGIN, PROJECT_FIELDS, UNIT, UNIT_FIELDS, VERSION

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

# What the hidden property says that tells our own files apart.
_TEMPLATE = "表样"
_OURS = (FIELDS_SHEET, RULES_SHEET, LISTS_SHEET, PROFILE_SHEET)

_INPUT = "FFFFF2CC"
_LIST_ROWS = 200

# What a workbook of ours, taken as the printed form, says of itself; a new template is none of that.
_PROPERTIES = (KIND, FORM, VERSION, UNIT, UNIT_FIELDS, PROJECT_FIELDS, ORIGIN)
_LONG_TEXT_HEIGHT = 75.0


def template_bytes(sheet: Worksheet, proposal: Proposal) -> bytes:
    """Return the template workbook; `sheet` is changed."""
    book: Workbook = sheet.parent
    _leave_alone(book, sheet)
    for place in proposal.clear:
        sheet.cell(*place).value = None
    for area in proposal.merge:
        _merge(sheet, range_name(area))
    for field in proposal.fields:
        if field.area is not None:
            _bind(book, sheet, field)
    _ready(sheet, proposal)
    declare(book, proposal)
    _drop_downs(sheet, proposal)
    book.move_sheet(sheet, -book.index(sheet))
    book.active, book.security = 0, None
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _leave_alone(book: Workbook, sheet: Worksheet) -> None:
    """Take out of the workbook what is not printed: other sheets but the instructions, names, drop-downs, colours of checks."""
    from openpyxl.formatting.formatting import ConditionalFormattingList
    from openpyxl.packaging.custom import StringProperty

    sheet.conditional_formatting = ConditionalFormattingList()
    for other in book.sheetnames:
        if other != sheet.title and not INSTRUCTIONS.fullmatch(other):
            del book[other]
    kept = next((each for each in book.worksheets if each is not sheet), None)
    for other in [each for each in book.worksheets if each is not sheet and each is not kept]:
        book.remove(other)
    if kept is not None:
        kept.title = HELP_SHEET
    others = [each for each in book.custom_doc_props.props if each.name not in _PROPERTIES]
    book.custom_doc_props.props = [*others, StringProperty(name=KIND, value=_TEMPLATE)]
    book.defined_names.clear()
    sheet.defined_names.clear()
    sheet.data_validations.dataValidation = []
    sheet.sheet_state = "visible"
    if sheet.title in (*_OURS, HELP_SHEET):
        sheet.title = FORM_SHEET


def _merge(sheet: Worksheet, area: str) -> None:
    for merge in [each for each in sheet.merged_cells.ranges if each.coord != area and not each.isdisjoint(_range(area))]:
        sheet.unmerge_cells(merge.coord)
    sheet.merge_cells(area)


def _range(area: str) -> object:
    from openpyxl.worksheet.cell_range import CellRange

    return CellRange(area)


def _bind(book: Workbook, sheet: Worksheet, field: Proposed) -> None:
    """Give an area its name, its cells their number format and colour; they are left open when the sheet is protected."""
    from openpyxl.styles import Alignment, PatternFill, Protection
    from openpyxl.workbook.defined_name import DefinedName

    assert field.area is not None
    target = f"{quote_sheet(sheet.title)}!{range_name(field.area, absolute=True)}"
    book.defined_names[field.name] = DefinedName(field.name, attr_text=target)
    fill = PatternFill("solid", fgColor=UNDECIDED if field.undecided and not field.prefilled else _INPUT)
    for row in sheet[range_name(field.area)] if ":" in range_name(field.area) else ((sheet[range_name(field.area)],),):
        for cell in row:
            if field.grid_rows and getattr(cell, "value", None) is not None:
                continue
            cell.protection = Protection(locked=False)
            if field.prefilled:
                continue
            cell.fill = fill
            if field.format:
                cell.number_format = field.format
            cell.alignment = Alignment(horizontal=cell.alignment.horizontal, vertical=cell.alignment.vertical or "center", wrap_text=True)


def _ready(sheet: Worksheet, proposal: Proposal) -> None:
    """Formats of the columns of grids; all else locked; printed on one page's width."""
    from openpyxl.styles import Protection
    from openpyxl.worksheet.protection import SheetProtection

    kinds = {field.name: field for field in proposal.fields}
    for name, grid in proposal.grids.items():
        head = kinds[name]
        for line in grid.cells:
            for part, box in zip(head.grid_columns, line, strict=True):
                column = kinds.get(f"{name}.*.{part}")
                money = "#,##0." + "00" + "#" * max(0, proposal.money.places - 2)
                if not box.crossed:
                    sheet.cell(*box.place).number_format = column.format if column and column.format else money
    own = {place for field in proposal.fields if field.area for place in _places(field.area)}
    for row in sheet.iter_rows():
        for cell in row:
            if (cell.row, cell.column) not in own and not cell.protection.locked:
                cell.protection = Protection(locked=True)
    sheet.protection = SheetProtection(sheet=True)
    for field in proposal.fields:
        if field.type == LONG_TEXT and field.area and field.area[0] == field.area[2]:
            row = sheet.row_dimensions[field.area[0]]
            row.height = max(row.height or 0, _LONG_TEXT_HEIGHT)
    sheet.print_area = range_name((1, 1, max(sheet.max_row, 1), proposal.columns))
    sheet.sheet_properties.pageSetUpPr = _one_page_wide()
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0


def _one_page_wide() -> object:
    from openpyxl.worksheet.properties import PageSetupProperties

    return PageSetupProperties(fitToPage=True)


def _places(area: tuple[int, int, int, int]) -> set[tuple[int, int]]:
    top, left, bottom, right = area
    return {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}


def _drop_downs(sheet: Worksheet, proposal: Proposal) -> None:
    """A drop-down for each field with a list, or with one still to be filled, from its column of 代码表 down to its last word."""
    from openpyxl.worksheet.datavalidation import DataValidation

    columns = {name: column_letters(number) for number, name in enumerate(proposal.lists, start=1)}
    by_name = {field.name: field for field in proposal.fields}
    for field in proposal.fields:
        source = field.code_list or field.offered
        if not source or field.area is None:
            continue
        parent = by_name.get(source.removeprefix(DEPENDENT_LIST)) if source.startswith(DEPENDENT_LIST) else None
        if parent is not None and parent.area is not None:
            row = field.area[0] if parent.table else parent.area[0]
            cell = f"${column_letters(parent.area[1])}{row if parent.table else f'${row}'}"
            last = column_letters(len(columns))
            found = f"MATCH({cell},{LISTS_SHEET}!$A$1:${last}$1,0)"
            column = f"INDEX({LISTS_SHEET}!$A$2:${last}${_LIST_ROWS},0,{found})"
            formula = f"INDEX({LISTS_SHEET}!$A$2:${last}${_LIST_ROWS},1,{found}):INDEX({LISTS_SHEET}!$A$2:${last}${_LIST_ROWS},MAX(1,COUNTA({column})),{found})"
        else:
            letters = columns[source]
            area = f"{LISTS_SHEET}!${letters}$2:${letters}${_LIST_ROWS}"
            formula = f"{LISTS_SHEET}!${letters}$2:INDEX({area},MAX(1,COUNTA({area})))"
        validation = DataValidation(type="list", formula1=formula, allow_blank=True, showErrorMessage=False)
        validation.add(range_name(field.area))
        sheet.add_data_validation(validation)

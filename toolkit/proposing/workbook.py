"""A `Proposal` → the template workbook: the printed sheet as it is, bound and made ready to be filled, with its declaration sheets.

Comes in: the worksheet the proposal was made of, which is changed in memory. Goes out: the workbook's bytes. What the clerk has to confirm is
coloured on both sheets, and said in the column 待确认 of 字段.
"""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

from toolkit.forms.book import FIELDS_SHEET, FORM_SHEET, HELP_SHEET, LISTS_SHEET, PROFILE_SHEET, RULES_SHEET
from toolkit.forms.layout import NO, YES
from toolkit.forms.model import DEPENDENT_LIST
from toolkit.forms.profile import FILE_NAME, MONEY, NAME, PLACES, SHEETS, TITLE
from toolkit.forms.tables import FIELD_HEADINGS, RULE_HEADINGS, TO_CONFIRM
from toolkit.proposing.model import Proposal, Proposed
from toolkit.spreadsheet.a1 import column_letters, quote_sheet, range_name
from toolkit.values.words import UNIT_ROLE, YEAR_ROLE

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

OURS = (FIELDS_SHEET, RULES_SHEET, LISTS_SHEET, PROFILE_SHEET)
INSTRUCTIONS = re.compile("(?:填报|填表|填写|编制)?说明|(?:填报|填表)须知")

_INPUT, _GUESSED, _UNDECIDED, _HEAD = "FFFFF2CC", "FFFCE4D6", "FFF4B084", "FFD9D9D9"
_LIST_ROWS = 200
_WIDTHS = {"字段名": 30, "显示名": 24, "说明": 40, TO_CONFIRM: 60, "方格行": 40, "方格列": 40}


def template_bytes(sheet: Worksheet, proposal: Proposal) -> bytes:
    """Return the template workbook; `sheet` is changed."""
    book: Workbook = sheet.parent
    _leave_alone(book, sheet, proposal.columns)
    for place in proposal.clear:
        sheet.cell(*place).value = None
    for area in proposal.merge:
        _merge(sheet, range_name(area))
    for field in proposal.fields:
        if field.area is not None:
            _bind(book, sheet, field)
    _ready(sheet, proposal)
    _instructions(book, proposal)
    _fields_sheet(book, proposal)
    _rows(book.create_sheet(RULES_SHEET), [RULE_HEADINGS])
    _lists_sheet(book, proposal)
    _profile_sheet(book, proposal)
    _drop_downs(sheet, proposal)
    book.active = 0
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _leave_alone(book: Workbook, sheet: Worksheet, columns: int) -> None:
    """Take out of the workbook what is not printed: other sheets but the instructions, names, drop-downs, what stands right of the form."""
    from openpyxl.formatting.formatting import ConditionalFormattingList

    if sheet.max_column > columns:
        sheet.delete_cols(columns + 1, sheet.max_column - columns)
    sheet.conditional_formatting = ConditionalFormattingList()
    for other in book.sheetnames:
        if other != sheet.title and not INSTRUCTIONS.fullmatch(other):
            del book[other]
    kept = next((each for each in book.worksheets if each is not sheet), None)
    for other in [each for each in book.worksheets if each is not sheet and each is not kept]:
        book.remove(other)
    if kept is not None:
        kept.title = HELP_SHEET
    book.defined_names.clear()
    sheet.defined_names.clear()
    sheet.data_validations.dataValidation = []
    sheet.sheet_state = "visible"
    if sheet.title in (*OURS, HELP_SHEET):
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
    fill = PatternFill("solid", fgColor=_colour(field) or _INPUT)
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
    sheet.protection.sheet = True
    sheet.print_area = range_name((1, 1, max(sheet.max_row, 1), proposal.columns))
    sheet.sheet_properties.pageSetUpPr = _one_page_wide()
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0


def _one_page_wide() -> object:
    from openpyxl.worksheet.properties import PageSetupProperties

    return PageSetupProperties(fitToPage=True)


def _places(area: tuple[int, int, int, int]) -> set[tuple[int, int]]:
    top, left, bottom, right = area
    return {(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)}


def _rows(sheet: Worksheet, rows: list[tuple[object, ...]]) -> None:
    """Write the rows of a declaration sheet, the first as its head."""
    from openpyxl.styles import Alignment, Font, PatternFill

    for row in rows:
        sheet.append(row)
    for cell in sheet[1]:
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor=_HEAD)
        sheet.column_dimensions[cell.column_letter].width = _WIDTHS.get(str(cell.value), 12)
    for row in sheet.iter_rows(min_row=2):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    sheet.freeze_panes = "A2"


def _fields_sheet(book: Workbook, proposal: Proposal) -> None:
    from openpyxl.styles import PatternFill

    sheet = book.create_sheet(FIELDS_SHEET)
    rows = [_field_row(field) for field in proposal.fields]
    used = [heading for heading in FIELD_HEADINGS if heading in _ALWAYS or any(row.get(heading) for row in rows)]
    _rows(sheet, [tuple(used), *(tuple(row.get(heading) or None for heading in used) for row in rows)])
    for number, field in enumerate(proposal.fields, start=2):
        if colour := _colour(field):
            for cell in sheet[number]:
                cell.fill = PatternFill("solid", fgColor=colour)


def _colour(field: Proposed) -> str:
    return _UNDECIDED if field.undecided else _GUESSED if field.why else ""


_ALWAYS = ("字段名", "显示名", "类型", "必填", "列表", "最大长度", "由下发方填", "说明", "角色", "公式", TO_CONFIRM)


def _field_row(field: Proposed) -> dict[str, str]:
    grid = "." in field.name or bool(field.grid_rows)
    return {
        "字段名": field.name,
        "显示名": field.label,
        "类型": field.type,
        "必填": "" if grid else YES if field.required else NO,
        "列表": field.code_list,
        "由下发方填": YES if field.from_issuer else "",
        "角色": field.role,
        "所属表": field.table,
        "层级": YES if field.level else NO if field.table else "",
        "预填": YES if field.prefilled else "",
        "指标值": field.target,
        "方格行": "、".join(field.grid_rows),
        "方格列": "、".join(field.grid_columns),
        TO_CONFIRM: field.why,
    }


def _lists_sheet(book: Workbook, proposal: Proposal) -> None:
    lists = list(proposal.lists.items())
    deep = max((len(words) for _, words in lists), default=0)
    rows: list[tuple[object, ...]] = [tuple(name for name, _ in lists)]
    rows += [tuple(words[n] if n < len(words) else None for _, words in lists) for n in range(deep)]
    _rows(book.create_sheet(LISTS_SHEET), rows if lists else [])


def _profile_sheet(book: Workbook, proposal: Proposal) -> None:
    unit, year = proposal.called(UNIT_ROLE), proposal.called(YEAR_ROLE)
    file_name = "".join((f"{{{unit}}}" if unit else "", f"{{{year}}}年度" if year else "", proposal.title))
    _rows(
        book.create_sheet(PROFILE_SHEET),
        [
            ("项目", "内容", "说明"),
            (NAME, proposal.name, "这张表叫什么"),
            ("版本", "1", "改了表样就换一个"),
            (TITLE, proposal.title, "打印在最上面的文字"),
            (MONEY, proposal.money.unit, "格子、规则和 Word 里的金额以它为单位"),
            (PLACES, proposal.money.places, "金额最多几位小数：到一分钱"),
            (SHEETS, proposal.sheets, "每个项目一张，还是每个单位一张"),
            (FILE_NAME, file_name, "汇总时每个单位的文件名"),
        ],
    )
    book[PROFILE_SHEET].column_dimensions["B"].width = 44


def _instructions(book: Workbook, proposal: Proposal) -> None:
    if HELP_SHEET not in book.sheetnames:
        sheet = book.create_sheet(HELP_SHEET)
        _rows(sheet, [(HELP_SHEET,), (f"“{proposal.title}”：有底色的格子由填报单位填写，其余格子已锁定。",)])
        sheet.column_dimensions["A"].width = 80


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

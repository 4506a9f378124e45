"""A `Proposal` → the declaration sheets of its template: 字段 with what is to be confirmed, 审核规则, 代码表, 表样, 填报说明."""

from __future__ import annotations

from typing import TYPE_CHECKING

from toolkit.forms.book import FIELDS_SHEET, HELP_SHEET, LISTS_SHEET, PROFILE_SHEET, RULES_SHEET
from toolkit.forms.layout import NO, YES
from toolkit.forms.profile import FILE_NAME, MONEY, NAME, PLACES, SHEETS, TITLE
from toolkit.forms.tables import FIELD_HEADINGS, RULE_HEADINGS, TO_CONFIRM
from toolkit.proposing.model import Proposal, Proposed
from toolkit.values.words import UNIT_ROLE, YEAR_ROLE

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_GUESSED, UNDECIDED, _HEAD = "FFFCE4D6", "FFF4B084", "FFD9D9D9"
_WIDTHS = {"字段名": 30, "显示名": 24, "说明": 40, TO_CONFIRM: 60, "方格行": 40, "方格列": 40}
_ALWAYS = ("字段名", "显示名", "类型", "必填", "列表", "最大长度", "由下发方填", "说明", "角色", "公式", TO_CONFIRM)


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
    return UNDECIDED if field.undecided else _GUESSED if field.why else ""


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


def declare(book: Workbook, proposal: Proposal) -> None:
    """Add the declaration sheets to a workbook that holds the form's sheet."""
    _instructions(book, proposal)
    _fields_sheet(book, proposal)
    _rows(book.create_sheet(RULES_SHEET), [RULE_HEADINGS])
    _lists_sheet(book, proposal)
    _profile_sheet(book, proposal)

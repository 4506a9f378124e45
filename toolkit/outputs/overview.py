"""总表.xlsx: all declarations of a merge in one workbook, for the leaders; totals are live formulas over the detail.

Comes in: the form and its declarations in order. Goes out: the workbook's bytes, with results cached beside each formula.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from toolkit.forms.model import (
    AMOUNT,
    CODE,
    DATE,
    DECIMAL,
    IMPLEMENTING_UNIT,
    INTEGER,
    LONG_TEXT,
    PROJECT,
    TARGET,
    Field,
    Form,
)
from toolkit.outputs.fit import needed_height
from toolkit.outputs.properties import OVERVIEW, stamp
from toolkit.outputs.records import row_record
from toolkit.package.a1 import cell_name, column_letters
from toolkit.reading.model import Declaration

DETAIL, INDICATORS, BY_UNIT = "项目明细", "指标明细", "按单位"

# Font size in points, and a Chinese character's width in digits of that size.
_SIZE, _FULL = 10, 1.9

# Excel shows at most this many characters of a cell.
_CELL_TEXT = 32_767


def overview_workbook(form: Form, declarations: Sequence[Declaration], *, draft: bool = False) -> bytes:
    """Return 总表.xlsx: 项目明细, 指标明细 (where the form has rows) and 按单位; `draft` marks every page 草稿."""
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        stamp(book, OVERVIEW)
        formats = _Formats(book)
        title = f"{form.title}总表" + ("（草稿）" if draft else "")
        _detail(book, formats, form, declarations, title)
        if form.table:
            _indicators(book, formats, form, declarations, title)
        _by_unit(book, formats, form, declarations, title)
        if draft:
            for sheet in book.worksheets():
                sheet.set_header('&C&"宋体,Bold"&20&KC00000草稿')
    return buffer.getvalue()


class _Formats:
    """The cell formats of the workbook, made once."""

    def __init__(self, book: Any) -> None:
        font = {"font_name": "宋体", "font_size": _SIZE, "valign": "vcenter", "border": 1}
        self.title = book.add_format({"font_name": "宋体", "font_size": 16, "bold": True, "align": "center"})
        self.head = book.add_format(
            {**font, "bold": True, "bg_color": "#D9E2F3", "align": "center", "text_wrap": True}
        )
        self.text = book.add_format({**font, "text_wrap": True})
        self.money = book.add_format({**font, "num_format": "#,##0.00"})
        self.date = book.add_format({**font, "num_format": "yyyy-mm-dd", "align": "center"})
        self.number = book.add_format({**font, "num_format": "0"})
        self.total = book.add_format({**font, "bold": True, "bg_color": "#F2F2F2"})
        self.total_money = book.add_format({**font, "bold": True, "bg_color": "#F2F2F2", "num_format": "#,##0.00"})


def _open_sheet(book: Any, formats: _Formats, name: str, title: str, heads: Sequence[str], widths: Sequence[int]) -> Any:
    sheet = book.add_worksheet(name)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.set_margins(left=0.4, right=0.4, top=0.8, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C第 &P 页 共 &N 页")
    sheet.repeat_rows(0, 1)
    sheet.freeze_panes(2, 0)
    sheet.set_row(0, 28)
    if len(heads) > 1:
        sheet.merge_range(0, 0, 0, len(heads) - 1, title, formats.title)
    else:
        sheet.write_string(0, 0, title, formats.title)
    for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(1, column, head, formats.head)
    return sheet


def _detail(book: Any, formats: _Formats, form: Form, declarations: Sequence[Declaration], title: str) -> None:
    fields = _detail_fields(form)
    sheet = _open_sheet(
        book, formats, DETAIL, title, ["序号", *(_heading(form, f) for f in fields)], [6, *(_width(f) for f in fields)]
    )
    for index, declaration in enumerate(declarations):
        sheet.write_number(2 + index, 0, index + 1, formats.number)
        sheet.set_row(2 + index, _height((declaration[f.name].value, _width(f)) for f in fields))
        for column, field in enumerate(fields, start=1):
            _write(sheet, 2 + index, column, declaration[field.name].value, field, formats)
    last = 1 + len(declarations)
    sheet.autofilter(1, 0, max(last, 1), len(fields))
    sheet.write_string(last + 1, 0, "合计", formats.total)
    for column, field in enumerate(fields, start=1):
        if field.type == AMOUNT:
            total = _sum(declarations, field.name)
            sheet.write_formula(last + 1, column, _subtotal(column, last), formats.total_money, float(total))
        else:
            sheet.write_blank(last + 1, column, None, formats.total)


def _subtotal(column: int, last: int) -> str:
    """SUBTOTAL over the column's detail, so that the total follows the filter."""
    return f"=SUBTOTAL(9,{cell_name(3, column + 1)}:{cell_name(max(last + 1, 3), column + 1)})"


def _indicators(book: Any, formats: _Formats, form: Form, declarations: Sequence[Declaration], title: str) -> None:
    if form.table is None:
        return
    names = [*form.table.names, *([TARGET] if form.table.has_target else [])]
    leading = [name for name in (IMPLEMENTING_UNIT, PROJECT) if name in form.by_name]
    widths = [6, *(28 for _ in leading), *(14 if n not in (form.table.names[len(form.table.levels)],) else 36 for n in names)]
    sheet = _open_sheet(book, formats, INDICATORS, title, ["序号", *leading, *names], widths)
    number = 0
    for declaration in declarations:
        for row in declaration.rows:
            number += 1
            sheet.write_number(1 + number, 0, number, formats.number)
            record = row_record(row, form)
            values = [*(declaration[name].value for name in leading), *(record[name] for name in names)]
            sheet.set_row(1 + number, _height(zip(values, widths[1:], strict=True)))
            for column, value in enumerate(values, start=1):
                sheet.write_string(1 + number, column, _shown(value), formats.text)
    sheet.autofilter(1, 0, 1 + max(number, 1), len(leading) + len(names))


def _by_unit(book: Any, formats: _Formats, form: Form, declarations: Sequence[Declaration], title: str) -> None:
    if IMPLEMENTING_UNIT not in form.by_name:
        return
    amounts = [f for f in form.fields if f.type == AMOUNT]
    heads = [form.by_name[IMPLEMENTING_UNIT].label, "项目数", *(_heading(form, f) for f in amounts)]
    sheet = _open_sheet(book, formats, BY_UNIT, title, heads, [36, 8, *(16 for _ in amounts)])
    detail = [f.name for f in _detail_fields(form)]
    units = list(dict.fromkeys(d.unit or "" for d in declarations))
    last = max(2 + len(declarations), 3)
    key = _detail_range(detail.index(IMPLEMENTING_UNIT), last)
    for index, unit in enumerate(units):
        row = 2 + index
        mine = [d for d in declarations if (d.unit or "") == unit]
        sheet.write_string(row, 0, unit, formats.text)

        # Not COUNTIF and SUMIF: a unit's name may hold what they take for a wildcard or a comparison.
        match = f"SUMPRODUCT(--({key}=$A{row + 1})"
        sheet.write_formula(row, 1, f"={match})", formats.number, len(mine))
        for column, field in enumerate(amounts, start=2):
            values = _detail_range(detail.index(field.name), last)
            total = float(_sum(mine, field.name))
            sheet.write_formula(row, column, f"={match},{values})", formats.money, total)
    bottom = 2 + len(units)
    sheet.write_string(bottom, 0, "合计", formats.total)
    for column in range(1, 2 + len(amounts)):
        letters = column_letters(column + 1)
        value = len(declarations) if column == 1 else float(_sum(declarations, amounts[column - 2].name))
        cell_format = formats.total if column == 1 else formats.total_money
        sheet.write_formula(bottom, column, f"=SUM({letters}3:{letters}{max(bottom, 3)})", cell_format, value)


def _detail_range(index: int, last: int) -> str:
    letters = column_letters(index + 2)
    return f"{DETAIL}!${letters}$3:${letters}${last}"


def _detail_fields(form: Form) -> list[Field]:
    """The fields of 项目明细: who and what first, then the form's order; long texts stay in the Word report."""
    fields = [f for f in form.fields if f.type != LONG_TEXT]
    first = [f for name in (IMPLEMENTING_UNIT, PROJECT) for f in fields if f.name == name]
    return first + [f for f in fields if f not in first]


def _height(cells: Iterable[tuple[object, float]]) -> float:
    """Return the height in points at which every text of a row shows whole in its column."""
    return max((needed_height(_shown(value), width, _SIZE, _FULL) for value, width in cells), default=15.0)


def _heading(form: Form, field: Field) -> str:
    """The printed label, or the field's own name where two fields are printed alike (其他资金 left and right)."""
    twins = [f for f in form.fields if f.label == field.label]
    return field.label if len(twins) == 1 else field.name


def _width(field: Field) -> int:
    return {AMOUNT: 15, DECIMAL: 12, DATE: 11, INTEGER: 7, CODE: 12}.get(field.type, 22)


def _sum(declarations: Sequence[Declaration], name: str) -> Decimal:
    values = (declaration[name].value for declaration in declarations)
    return sum((value for value in values if isinstance(value, Decimal)), Decimal(0))


def _write(sheet: Any, row: int, column: int, value: object, field: Field, formats: _Formats) -> None:
    if isinstance(value, Decimal):
        sheet.write_number(row, column, float(value), formats.money)
    elif isinstance(value, date):
        sheet.write_datetime(row, column, value, formats.date)
    elif isinstance(value, int):
        sheet.write_number(row, column, value, formats.number)
    elif value is None:
        sheet.write_blank(row, column, None, formats.text)
    else:
        sheet.write_string(row, column, _shown(value), formats.text)


def _shown(value: object) -> str:
    return "" if value is None else str(value)[:_CELL_TEXT]

"""A cell as found → an `Entry` of the field's type, and the repairs made on the way.

Comes in: a grid's value (or a text), the field, the address. Prose keeps its wording; amounts, dates and numbers are read
in every way people write them. What cannot be read keeps its text, so that nothing is lost and checking can name it.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from toolkit.forms.model import AMOUNT, DATE, DECIMAL, INTEGER, YEAR, Field
from toolkit.reading.model import BLANK, ERROR, NOT_OF_TYPE, OK, UNCACHED, Entry, Repair, Value
from toolkit.sources.grid import CellValue, Uncached
from toolkit.values.amounts import AmountError, parse_amount
from toolkit.values.dates import DateError, parse_date, parse_year
from toolkit.values.errors import ErrorValue
from toolkit.values.text import clean_text, is_blank


def cell_entry(value: CellValue | None, field: Field, cell: str | None) -> Entry:
    """Return what `field` holds where `value` stands in `cell`; never raises for what a unit can have typed."""
    if isinstance(value, ErrorValue):
        return Entry(None, value.code, cell, ERROR)
    if isinstance(value, Uncached):
        return Entry(None, f"={value.formula}", cell, UNCACHED)
    if value is None or (isinstance(value, str) and is_blank(value)):
        return Entry(None, "", cell, BLANK)
    text = shown(value)
    try:
        parsed = _parse(value, text, field)
    except (AmountError, DateError):
        return Entry(None, text, cell, NOT_OF_TYPE)
    return Entry(parsed, text, cell, OK)


def _parse(value: CellValue, text: str, field: Field) -> Value:
    if field.type == AMOUNT or field.type == DECIMAL:
        return parse_amount(value)
    if field.type == DATE:
        return parse_date(value)
    if field.type == INTEGER:
        if field.name == YEAR:
            return parse_year(value)
        amount = parse_amount(value)
        if amount is None or amount != amount.to_integral_value():
            raise AmountError(text, f"“{text}”不是整数。")
        return int(amount)
    return clean_text(text)


def shown(value: CellValue) -> str:
    """Return a cell's value as the text a person would read: 2.0 is "2", a date ISO, TRUE "TRUE"."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        return format(Decimal(repr(value)), "f")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def repair_of(value: CellValue | None, entry: Entry, field: Field) -> Repair | None:
    """Return the repair that reading `value` as `entry` was, or None when it already was of the field's type."""
    if entry.state != OK or not isinstance(value, str):
        return None
    if field.type in (AMOUNT, DECIMAL, INTEGER) and field.name != YEAR:
        return Repair(
            "修复-文本数字", field.name, entry.cell, value, str(entry.value), f"{field.label}是以文本存放的数字，已按数字 {entry.value} 读取"
        )
    if field.type == DATE:
        return Repair(
            "修复-文本日期", field.name, entry.cell, value, str(entry.value), f"{field.label}是以文本存放的日期，已按 {entry.value} 读取"
        )
    return None

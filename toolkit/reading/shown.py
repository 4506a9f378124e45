"""An entry turned to text, in the two ways there are: as programs exchange it, and as people read it.

An `Entry` (or its value) and the type of its field come in, a text goes out. Everything that prints, compares or records an
entry asks here: checking, comparing, every output, the review report.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache

from toolkit.forms.model import AMOUNT, Field
from toolkit.reading.model import MISSING, OK, Entry, Row, Value
from toolkit.values.amounts import YUAN, format_amount, plain_amount, round_half_up
from toolkit.values.grammar import TargetColumns
from toolkit.values.targets import Target, number_value

# What stands for nothing where a person would take an empty place for an oversight.
BLANK_WORD, MISSING_WORD = "（空）", "（缺失）"


def plain(value: Value) -> str | int | None:
    """Return a value as records hold it: amounts with two decimals or more, dates ISO, None for a blank.

    >>> plain(Decimal("960000")), plain(date(2026, 1, 1)), plain(2026), plain(None)
    ('960000.00', '2026-01-01', 2026, None)
    """
    if isinstance(value, Decimal):
        return plain_amount(value)
    return value.isoformat() if isinstance(value, date) else value


def plain_text(entry: Entry) -> str:
    """Return an entry as `plain` has it, what did not read as its type as found, "" for a blank.

    >>> plain_text(Entry(Decimal("1200000"), "1，200，000", "E7")), plain_text(Entry(None, "约五万", "E8", "text"))
    ('1200000.00', '约五万')
    """
    value = plain(entry.value) if entry.state == OK else None
    return entry.text if value is None else str(value)


def printed(entry: Entry, kind: str) -> str:
    """Return an entry of a field of type `kind` as people read it: `#,##0.00`, `yyyy-mm-dd`, "" for a blank, else as found.

    >>> printed(Entry(Decimal("960000"), "960000", "D8"), AMOUNT)
    '960,000.00'
    """
    value = entry.value
    if value is None:
        return entry.text
    if isinstance(value, Decimal):
        return format_amount(value) if kind == AMOUNT else f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def printed_in(entry: Entry, field: Field) -> str:
    """Return an entry as the form prints it: by its 显示格式, else as `printed` does, an amount in the form's unit without losing decimals."""
    value = entry.value
    if isinstance(value, str):
        return value
    if field.shown and value is not None:
        return field.formatted(value)
    if field.type != AMOUNT or not isinstance(value, Decimal) or field.money == YUAN:
        return printed(entry, field.type)
    face = field.face(value)
    rounded = round_half_up(face, field.money.places)
    return f"{rounded:,f}" if rounded == face else f"{face.normalize():,f}"


def told(entry: Entry, field: Field) -> str:
    """Return an entry as `printed` does, or by its 显示格式 (an amount in 元), with a word for a blank and for what the sheet lacks."""
    own = field.shown and field.type != AMOUNT
    return MISSING_WORD if entry.state == MISSING else (printed_in(entry, field) if own else printed(entry, field.type)) or BLANK_WORD


@lru_cache(maxsize=4096)
def target_text(symbol: str | None, number: str | None, unit: str | None) -> str:
    """Return 指标值 of its three parts, "" where they are blank.

    >>> target_text("≥", "90", "%")
    '≥90.00(%)'
    """
    return Target(symbol or None, number or None, unit or None).text or ""


def row_target(row: Row, target: TargetColumns) -> str:
    """Return the text of a target that columns of a row make, "" where they are blank."""
    return target_text(*_parts(row, target))


def row_number(row: Row, target: TargetColumns) -> Decimal | None:
    """Return the number of a target that columns of a row make, None for a blank or a text."""
    return number_value(Target(*_parts(row, target)))


def _parts(row: Row, target: TargetColumns) -> tuple[str | None, str | None, str | None]:
    symbol, number, unit = (None if (value := plain(row[name].value)) is None else str(value) for name in target.names)
    return symbol, number, unit

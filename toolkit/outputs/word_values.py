"""What a declaration prints in Word: entry → text, by the type of its field; a row of the table → its 指标值 too.

Called by `word` for every slot of the template. A blank prints nothing; what did not read as its type prints as found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache

from toolkit.forms.model import AMOUNT, NUMBER, SYMBOL, TARGET, UNIT, Field, Form
from toolkit.reading.model import MISSING_ENTRY, Declaration, Entry, Row
from toolkit.values.amounts import format_amount
from toolkit.values.targets import Target


def printed(field: Field, entry: Entry) -> str:
    """Return what `entry` prints as: amounts `#,##0.00`, dates `yyyy-mm-dd`, "" for a blank, else the text as found.

    >>> printed(Field("其他资金", "其他资金", AMOUNT), Entry(Decimal("960000"), "960000", "D8"))
    '960,000.00'
    """
    value = entry.value
    if value is None:
        return entry.text
    if isinstance(value, str):
        return value
    if isinstance(value, Decimal):
        return format_amount(value) if field.type == AMOUNT else f"{value:f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def declaration_values(form: Form, declaration: Declaration) -> Mapping[str, str]:
    """Return the text of every single field by its 字段名."""
    return {field.name: printed(field, declaration[field.name]) for field in form.fields}


def row_printer(form: Form) -> Callable[[Row], dict[str, str]]:
    """Return the function that gives the texts of a row by column, and its 指标值 where the form's rows make one."""
    fields = [(column.name, column.field) for column in form.table.columns] if form.table else []
    with_target = form.table is not None and form.table.has_target and TARGET not in form.table.names

    def texts(row: Row) -> dict[str, str]:
        made: dict[str, str] = {}
        entry_of = row.entries.get
        for name, field in fields:
            entry = entry_of(name, MISSING_ENTRY)
            value = entry.value

            # Nearly all cells are texts, and this is the innermost loop: asking is cheaper than a call.
            made[name] = value if isinstance(value, str) else printed(field, entry)
        if with_target:
            made[TARGET] = _target(made[SYMBOL], made[NUMBER], made[UNIT])
        return made

    return texts


@lru_cache(maxsize=4096)
def _target(symbol: str, number: str, unit: str) -> str:
    return Target(symbol or None, number or None, unit or None).text or ""

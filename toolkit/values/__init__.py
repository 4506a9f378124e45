"""Values of forms: amounts (Decimal in 元), dates, target values, Excel's errors, and the text they are written in.

Everything here is pure, knows no files and no form, and imports the standard library only.
"""

from __future__ import annotations

from toolkit.values.amounts import (
    AmountError,
    decimal_of,
    format_amount,
    parse_amount,
    plain_amount,
    round_half_up,
)
from toolkit.values.dates import DateError, from_serial, parse_date, parse_year, to_serial
from toolkit.values.errors import ERROR_VALUES, ErrorValue
from toolkit.values.targets import SYMBOLS, Target, doubtful_symbol, join_target, number_value, parse_target
from toolkit.values.text import clean_text, close_gaps, half_width, is_blank, label_key, squeeze, unwrap

__all__ = [
    "ERROR_VALUES",
    "SYMBOLS",
    "AmountError",
    "DateError",
    "ErrorValue",
    "Target",
    "clean_text",
    "close_gaps",
    "decimal_of",
    "doubtful_symbol",
    "format_amount",
    "from_serial",
    "half_width",
    "is_blank",
    "join_target",
    "label_key",
    "number_value",
    "parse_amount",
    "parse_date",
    "parse_target",
    "parse_year",
    "plain_amount",
    "round_half_up",
    "squeeze",
    "to_serial",
    "unwrap",
]

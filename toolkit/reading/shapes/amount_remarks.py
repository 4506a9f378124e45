"""An amount with a remark behind it: `120万元（含上年结转20万元）`, `100万元（一般公共预算）`.

In: the text of an amount's cell. Out: the amount alone; the text as it is where either could be the amount. Called by `sheet` for
another office's form; on the template's own a rule asks for the number alone.
"""

from __future__ import annotations

import re

from toolkit.forms.model import Field
from toolkit.reading.arranged.table import Log
from toolkit.reading.model import Doubt
from toolkit.spreadsheet.a1 import cell_name
from toolkit.values.amounts import UNITS, AmountError, parse_amount
from toolkit.values.text import clean_text, half_width
from toolkit.values.words import WARNING

_REMARKED = re.compile(r"([^()]{1,40})\(([^()]{2,60})\)[。;；]?")
_WRITTEN = re.compile(r"^\s{0,9}[(（]?(?:人民币)?[(（]?[大小]写[)）]?[:：]?\s{0,4}(?=\S)")
_IN_BRACKETS = re.compile(r"^\s{0,9}(\d[\d,，.]{0,20})\s{0,4}[(（]((?:[百千]?万|[千亿])?元)[)）]\s{0,9}$")
_UNIT = re.compile("[千万亿元圆]")

# Behind these words stands the same amount again, or another one that is meant.
_AGAIN = re.compile("大写|小写|人民币|核减|核增|调整|实际|应为|更正|^[千万亿元]+$|^单位")


def without_prefix(text: str) -> str:
    """Return an amount without the word before it that says how it is written.

    >>> without_prefix("小写：1560000元"), without_prefix("（大写）壹佰万元整"), without_prefix("156万元")
    ('1560000元', '壹佰万元整', '156万元')
    """
    return _WRITTEN.sub("", text, count=1)


def without_remark(text: str) -> tuple[str, str] | None:
    """Return the amount that a text begins with and the remark in brackets behind it; None where it is not just these.

    An amount that says no unit itself has none in its remark either: it could be meant for both.

    >>> without_remark("120万元（含上年结转20万元）"), without_remark("300000（含税）")
    (('120万元', '含上年结转20万元'), ('300000', '含税'))
    >>> without_remark("120（万元）"), without_remark("120（其中结转20万元）"), without_remark("（1,000.00）"), without_remark("约120万元（暂定）")
    (None, None, None, None)
    """
    found = _REMARKED.fullmatch(half_width(clean_text(text)))
    if found is None or _AGAIN.search(found[2]) or not _UNIT.search(found[1]) and _UNIT.search(found[2]):
        return None
    try:
        amount = parse_amount(found[1])
    except AmountError:
        return None
    return (found[1].strip(), found[2].strip()) if amount is not None else None


def _said_twice(text: str) -> str | None:
    """The figures of an amount that stands in words in the brackets behind them, in the same unit or a larger one of the form's."""
    found = _REMARKED.fullmatch(half_width(clean_text(text)))
    if found is None or any(char.isdigit() for char in found[2]):
        return None
    try:
        figures, words = parse_amount(found[1]), parse_amount(without_prefix(found[2]))
    except AmountError:
        return None
    same = figures is not None and words is not None and any(figures * size == words for size in {1, *UNITS.values()})
    return found[1].strip() if same else None


def bare_amount(field: Field, place: tuple[int, int], text: str, log: Log) -> str:
    """Return an amount's text without 大写 or 小写 before it, without brackets around its unit, and without the remark behind it, which the log tells."""
    text = _IN_BRACKETS.sub(r"\1\2", without_prefix(text))
    if (figures := _said_twice(text)) is not None:
        return figures
    found = without_remark(text)
    if found is None:
        return text
    message = f"{field.label}“{' '.join(text.split())}”括号里还有说明，已按“{found[0]}”读取，说明没有算作任何一项。"
    cure = f"请核对{field.label}；说明里的金额如应填在别的项目，请填到那里。"
    log.doubts.append(Doubt("格式-金额说明", WARNING, field.name, cell_name(*place), text, message, cure))
    return found[0]

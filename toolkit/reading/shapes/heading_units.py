"""The unit that a target's heading prints for all values under it: `目标值（%）`, `指标值（万元）`.

In: the headings of a table. Out: the unit by column, nothing where the brackets say something else (the year, the project); whether a
value says no unit itself, so that the heading's is its own. Called by `table` and `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

from toolkit.reading.entries import shown
from toolkit.reading.plan import Plan, text_key
from toolkit.values.targets import join_target, number_value
from toolkit.values.text import half_width, squeeze
from toolkit.values.units import repair_unit
from toolkit.values.words import TARGET

_IN_BRACKETS = re.compile(r"[(\[【](?:单位:)?([^()\[\]【】]{1,8})[)\]】]$")

# What in brackets behind 指标值 says of which period or thing it is, though it counts something elsewhere.
_PERIODS = re.compile("[年月季]度?|期|项目|次")

# The one unit that every form knows; which others there are its list of units says.
_ALWAYS = "%"


def units_of(headings: Mapping[str, str], plan: Plan) -> dict[str, str]:
    """Return the unit that each heading of a target prints, by the column of the target's number."""
    table = plan.form.table
    numbers = {column.name: column.name for column in (table.columns if table else ()) if column.field.type == TARGET}
    words = {_ALWAYS}
    for target in table.targets if table else ():
        numbers |= {target.name: target.number, target.number: target.number}
        words |= {text_key(word) for word in plan.form.lists.get(target.unit, ()) if word}
    found = {number: unit_under(headings[name], words) for name, number in numbers.items() if name in headings}
    return {number: unit for number, unit in found.items() if unit is not None}


def unit_under(heading: str, words: Container[str]) -> str | None:
    """Return the unit that a heading prints in brackets, in the form's way of writing it.

    >>> [unit_under(text, {"%", "万元", "年"}) for text in ("目标值（％）", "指标值（单位：万元）", "指标值（年）", "指标值（2026年）", "指标值")]
    ['%', '万元', None, None, None]
    """
    found = _IN_BRACKETS.search(squeeze(half_width(heading)))
    if found is None or _PERIODS.fullmatch(found[1]) or text_key(found[1]) not in words:
        return None
    return repair_unit(found[1])


def lacks_unit(symbol: object, number: object) -> bool:
    """Return whether what stands under a heading is a number without a unit.

    >>> lacks_unit("≥", 98.75), lacks_unit(None, "≥98.75"), lacks_unit(None, "98.75%"), lacks_unit(None, "按期完成")
    (True, True, False, False)
    """
    if not isinstance(number, (str, float)):
        return False
    target = join_target(symbol if isinstance(symbol, str) else None, shown(number), None)
    return target.unit is None and number_value(target) is not None

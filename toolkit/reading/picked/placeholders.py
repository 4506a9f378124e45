"""Rows that another office's form prints to show where more may be written: `……`, `指标2：`, `（填写产出数量）`.

In: the rows of a table. Out: those without such rows. Called by `sheet`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from toolkit.reading.model import BLANK, MISSING, Row
from toolkit.reading.placement import Placement
from toolkit.reading.plan import Plan
from toolkit.values.text import squeeze

_PLACEHOLDER = re.compile(
    r"[.…·。]{2,}|指标(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})?[:：]?[.…]*"
    r"|[(（【\[]请?(?:在此|此处)?(?:填[写报入]|录入|输入)[^()（）]{0,40}[)）】\]]|请(?:在此|此处)?(?:填[写报入]|录入|输入).{0,40}"
)


def without_placeholders(rows: Sequence[Row], plan: Plan, placement: Placement) -> tuple[Row, ...]:
    """Return the rows without those of a form that only show where more may be written.

    In the template's own drawing they are what a unit wrote, and a rule says what is wrong with them.
    """
    if placement.exact or placement.is_template:
        return tuple(rows)
    return tuple(row for row in rows if not _is_placeholder(row, plan))


def _is_placeholder(row: Row, plan: Plan) -> bool:
    own = [entry for name, entry in row.entries.items() if name not in plan.levels and entry.text and entry.state not in (BLANK, MISSING)]
    return bool(own) and all(_PLACEHOLDER.fullmatch(squeeze(entry.text)) for entry in own)

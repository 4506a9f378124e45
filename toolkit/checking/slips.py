"""What Excel made of what somebody typed: 1-3 in a target's cell has become a date.

Comes in: a declaration. Goes out: findings about targets whose number is a day, with the likely cause: a rule would take the day for
the number that Excel keeps for it. A day to be done by (≤) and without a unit is meant as one. Called by `check`. (Digits that Excel
dropped are seen by `reading.entries`.)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from toolkit.checking.cells import cell_finding
from toolkit.checking.model import Finding
from toolkit.forms.model import Form
from toolkit.reading.model import OK, Declaration
from toolkit.values.targets import QUALITATIVE
from toolkit.values.words import ERROR

_BY = frozenset("≤<=")
_DAY = re.compile(r"\d{4}-(?P<month>\d{2})-(?P<day>\d{2})")


def slip_findings(declaration: Declaration, form: Form) -> Iterator[Finding]:
    """Yield a finding for each target that compares with a day."""
    targets = [(row, target) for table in form.tables for row in declaration.rows_of(table) for target in table.targets]
    for row, target in targets:
        symbol, entry = row[target.symbol].value, row[target.number]
        found = _DAY.fullmatch(entry.value) if entry.state == OK and isinstance(entry.value, str) else None
        if found is None or symbol is None or symbol == QUALITATIVE:
            continue
        if symbol in _BY and target.unit is not None and not row[target.unit].value:
            continue
        typed = f"{int(found['month'])}-{int(found['day'])}"
        message = f"指标值“{symbol}{entry.value}”的数值是日期；如果填的是“{typed}”，是 Excel 自动把它改成了日期。"
        cure = f"请改填数字；要填范围或日期的，先把单元格设为“文本”格式，符号选“{QUALITATIVE}”。"
        yield cell_finding(declaration, target.number, entry, row.row, ("格式-变成日期", ERROR, message, cure))

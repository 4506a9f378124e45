"""The sum behind a finding: 甲 126.00（D8）应等于 乙 105.00（E8）＋ 丙 20.00（E9）＋ 0，相差 1.00.

Comes in: a rule whose condition does not hold, and what it was judged on. Goes out: the sum with its values and cells, derived from
the condition alone. Called by `check` for the message and by `explain`.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from toolkit.checking.cases import Case
from toolkit.forms.live import ALL, BATCH, UNIT
from toolkit.forms.model import AMOUNT, DATE, Form
from toolkit.forms.rules import CompiledRule, name_kinds
from toolkit.formula.arrays import ARRAYS, cells
from toolkit.formula.functions.rounding import round_half_up
from toolkit.formula.message import format_code, shown
from toolkit.formula.nodes import Literal, Name
from toolkit.formula.sums import Term, failing_sum
from toolkit.reading.model import Entry

_HAS_TO_BE = {"=": "应等于", "<=": "应不大于", ">=": "应不小于", "<": "应小于", ">": "应大于"}

# So many things added up are named one by one; of more than these, the rest stand together.
_MOST_TERMS = 8

# One thing added: its name, its value, where it stands; and what stands for zeros beside one another.
_Addend = tuple[str, float, str]
_ZEROS: _Addend = ("", 0.0, "")


def sum_shown(rule: CompiledRule, case: Case, form: Form, *, beside: str = "") -> str:
    """Return the sum that does not come out, as one sentence; "" where the condition asks for none, or for days.

    The difference is left out where the text `beside` it tells it.
    """
    found = failing_sum(rule.condition, case.environment)
    kinds = {name_kinds(form)(_bare(name)) for name in rule.condition.names}
    if found is None or DATE in kinds:
        return ""
    left, right = ([each for term in side for each in _addends(term, case, form)] for side in (found.left, found.right))
    if len(left) + len(right) < 3:
        return ""
    code = format_code(AMOUNT if AMOUNT in kinds else None, form.money.places)
    totals = [sum(value for _, value, _ in side) for side in (left, right)]
    difference = shown(round_half_up(abs(totals[0] - totals[1]), 8), code)
    asked = _tight(f"{_side(left, code)} {_HAS_TO_BE[found.relation]} {_side(right, code)}")
    return f"{asked}。" if "相差" in beside else f"{asked}，相差 {difference}。"


def _tight(text: str) -> str:
    return text.replace("） ", "）")


def _bare(name: str) -> str:
    return name.removeprefix(ALL).removeprefix(UNIT).removeprefix(BATCH)


def _addends(term: Term, case: Case, form: Form) -> Iterator[_Addend]:
    """What a term adds: its one value, or one for each cell of the name."""
    if isinstance(term.node, Literal):
        yield "", _number(term.node.value), ""
        return
    assert isinstance(term.node, Name)
    name = _bare(term.node.text)
    found = case.environment[term.node.text]
    values = list(cells(found))
    places = _places(name, case, form) if type(found) in ARRAYS or case.declaration else []
    for number, value in enumerate(values):
        label, entry = places[number] if number < len(places) else (name, None)
        yield label, _number(value), entry.cell or "" if entry else ""


def _places(name: str, case: Case, form: Form) -> list[tuple[str, Entry | None]]:
    """What the values of a name are called, and their entries: one, one a row, or one a declaration."""
    entry = case.entry(name)
    if entry is not None:
        return [(name, entry)]
    if case.declaration is not None and name in form.table_of:
        rows = case.declaration.rows_of(form.table_of[name])
        return [(name if number == 0 else "", row[name]) for number, row in enumerate(rows)]
    return [(f"“{each.project}”" if each.project else name, None) for each in case.members]


def _number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else 0.0


def _side(addends: list[_Addend], code: str | None) -> str:
    """One side of the sum: neighbours that are zero stand as one 0, what is then too long is cut and counted."""
    alone = len(addends) == 1
    folded: list[_Addend] = []
    for zero, group in groupby(addends, key=lambda each: each[1] == 0):
        folded += [_ZEROS] if zero and not alone else group
    cut = folded[:_MOST_TERMS] if len(folded) > _MOST_TERMS + 1 else folded
    pieces = ["0" if each is _ZEROS else _piece(each, code) for each in cut]
    rest = folded[len(cut) :]
    if rest:
        pieces.append(f"其余 {len(rest)} 项 {shown(sum(value for _, value, _ in rest), code)}")
    return " ＋ ".join(pieces) or "0"


def _piece(addend: _Addend, code: str | None) -> str:
    name, value, cell = addend
    return f"{name} {shown(value, code)}".strip() + (f"（{cell}）" if cell else "")

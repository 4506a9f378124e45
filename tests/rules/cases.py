"""What a rule's case is: ways to break a clean draft that the rule must find, and near misses it must let pass.

`Change`s take a clean draft and return what to check, or None where the draft has nothing to change that way.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from tests.rules.kit import Content, Draft, Line, Raw


@dataclass(frozen=True)
class Changed:
    """A changed draft, and where a finding about it belongs: a field, its row (from 0) for a column.

    `placeless`: a finding about the unit, or about a cell that is gone, has no cell. `companions` are further
    declarations of the same unit; `control` is the unit's 控制数 in the roster, `approved` the project's 批复金额.
    """

    draft: Draft
    field: str
    row: int | None = None
    placeless: bool = False
    companions: tuple[Draft, ...] = ()
    control: Decimal | None = None
    approved: Decimal | None = None


Change = Callable[[Draft], "Changed | None"]
Condition = Callable[[Line], bool]


@dataclass(frozen=True)
class Case:
    """`breaks` the rule must find, each another way; `nears` it must not."""

    breaks: tuple[Change, ...]
    nears: tuple[Change, ...]


def case(*breaks: Change, near: Change | tuple[Change, ...]) -> Case:
    return Case(breaks, near if isinstance(near, tuple) else (near,))


def put(field: str, value: Content, **others: Content) -> Change:
    """`field` gets `value`, and the finding; other fields may change with it."""
    gone = isinstance(value, Raw) and value.state == "missing"
    return lambda draft: Changed(draft.put(**{field: value, **others}), field, placeless=gone)


def mapped(field: str, change: Callable[[Draft], dict[str, Content]]) -> Change:
    """Fields get what `change` makes of the draft; the finding is at `field`."""
    return lambda draft: Changed(draft.put(**change(draft)), field)


def plus(field: str, *lines: str) -> Change:
    """Rows are added; the finding is in the last of them."""
    return lambda draft: Changed(draft.add(*lines), field, len(draft.rows) + len(lines) - 1)


def edit(field: str, condition: Condition, **cells: str | Raw | None) -> Change:
    """The first row that meets `condition` gets other cells, and the finding at `field`."""

    def change(draft: Draft) -> Changed | None:
        number = next((n for n, row in enumerate(draft.rows) if condition(row)), None)
        return None if number is None else Changed(draft.row(number, **cells), field, number)

    return change


def keep(field: str, condition: Condition, **changes: Content) -> Change:
    """Only the rows that meet `condition` stay; the finding is in the first row, or where the form draws the column."""

    def change(draft: Draft) -> Changed | None:
        rows = tuple(row for row in draft.rows if condition(row))
        if len(rows) == len(draft.rows) and not changes:
            return None
        return Changed(replace(draft, rows=rows).put(**changes), field, 0 if rows else None)

    return change


def relabel(field: str, condition: Condition, **cells: str | None) -> Change:
    """Every row that meets `condition` gets other cells; the finding is in the first row."""

    def change(draft: Draft) -> Changed | None:
        rows = tuple({**row, **cells} if condition(row) else row for row in draft.rows)
        return None if rows == draft.rows else Changed(replace(draft, rows=rows), field, 0)

    return change


def beside(change: Change, *companions: Callable[[Draft], Draft]) -> Change:
    """As `change`, with further declarations of the unit, each made of the changed draft."""

    def both(draft: Draft) -> Changed | None:
        changed = change(draft)
        if changed is None:
            return None
        return replace(changed, companions=tuple(companion(changed.draft) for companion in companions))

    return both


def of_unit(change: Change) -> Change:
    """As `change`, for a rule about the unit, whose findings have no cell."""

    def placeless(draft: Draft) -> Changed | None:
        changed = change(draft)
        return None if changed is None else replace(changed, placeless=True)

    return placeless


def in_first_row(change: Change) -> Change:
    """As `change`, for a rule about a whole column, whose findings point to its first row."""

    def first(draft: Draft) -> Changed | None:
        changed = change(draft)
        return None if changed is None else replace(changed, row=0)

    return first


def controlled(factor: str, difference: str = "0") -> Change:
    """The roster gives the unit a 控制数: its declaration's request × factor + difference."""

    def change(draft: Draft) -> Changed:
        request = draft.head["年度资金申请总额"]
        assert isinstance(request, Decimal)
        control = request * Decimal(factor) + Decimal(difference)
        return Changed(draft, "年度资金申请总额", placeless=True, control=control)

    return change


def approved(factor: str, difference: str = "0") -> Change:
    """The roster gives the project a 批复金额: its request × factor + difference."""

    def change(draft: Draft) -> Changed:
        request = draft.head["年度资金申请总额"]
        assert isinstance(request, Decimal)
        return Changed(draft, "年度资金申请总额", approved=request * Decimal(factor) + Decimal(difference))

    return change


def as_it_is(draft: Draft) -> Changed:
    return Changed(draft, "")


def level1(name: str) -> Condition:
    return lambda row: row["一级指标"] == name


def level2(name: str) -> Condition:
    return lambda row: row["二级指标"] == name


def but(condition: Condition) -> Condition:
    return lambda row: not condition(row)


def rate(row: Line) -> bool:
    """A good-thing rate with ≥."""
    endings = ("合格率", "满意度", "完好率", "准确率", "及时率", "完成率", "成活率", "覆盖率", "有效率", "可用率", "在线率")
    return row["符号"] == "≥" and str(row["三级指标"]).endswith(endings)


def numeric(row: Line) -> bool:
    return row["符号"] not in (None, "定性")

"""The formulas of a sheet's self-check, written for a plan: conditions, what the rows need first, the row checks in groups.

Live rules come in, a `Plan` with its formulas goes out, made once for all sheets that are alike. Called by `selfcheck`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from toolkit.forms.live import RAW
from toolkit.outputs.filled.selfcheck_mirror import cell_formula, figures_formula, number_formula, text_formula
from toolkit.outputs.filled.selfcheck_plan import (
    APPLIES,
    FIGURES_OF,
    FILLED,
    LOOKED_UP,
    NAME,
    NOTHING,
    OWNER,
    ROW,
    TEXT_OF,
    Formula,
    Plan,
    RowColumn,
    pattern,
    quoted,
    token,
)
from toolkit.outputs.filled.selfcheck_rules import EVERY_ROW, LiveCheck, LiveRules
from toolkit.spreadsheet.row_insertion import RowInsertion
from toolkit.spreadsheet.written import clean
from toolkit.values.words import NOT_APPLICABLE

# Room for row checks in one cell: what an .xls can hold.
_CHUNK = 1000


@lru_cache(maxsize=8)
def make_plan(rules: LiveRules, insertion: RowInsertion | None, column: int) -> Plan:
    """Return the formulas for sheets with `insertion`, their marks in `column`; made once for all that are alike."""
    plan = Plan(rules, insertion, column)
    if any(check.by_row for check in rules.checks) or rules.helpers.of_row or rules.mirrored[1]:
        names = (FILLED, *_part_names(rules))
        plan = replace(plan, parts=tuple(RowColumn(name, Formula("")) for name in names))
        plan = replace(plan, parts=tuple(_parts(plan)))
        plan = replace(plan, chunks=tuple(_chunks(plan)), look_ups=tuple(_look_ups(plan)))
    return replace(plan, conditions=tuple(_condition(plan, check) for check in plan.ordered))


def _part_names(rules: LiveRules) -> Iterator[str]:
    yield from (field.name for field in rules.copied[1])
    for field in rules.mirrored[1]:
        yield from (TEXT_OF + field.name, FIGURES_OF + field.name, field.name)
    yield from (helper.name for helper in rules.helpers.of_row)
    yield from (APPLIES + check.key for check in rules.premises)
    yield from (f"{LOOKED_UP}{number}" for number in range(len(rules.look_ups.groups)))


def _condition(plan: Plan, check: LiveCheck) -> Formula:
    rules = plan.rules
    if check.id == EVERY_ROW:
        area = plan.chunks_area
        return Formula(f"AND(COUNTA({area})=ROWS({area})*COLUMNS({area}),NOT(ISERROR(SUM({area}))))")
    if check.by_row:
        text = f"COUNTIF({plan.chunk_area(check)},{quoted(pattern(check))})=0"
        if check.applies is not None:
            text = f'IF({text},IF(COUNTIF({plan.address(APPLIES + check.key, None)},TRUE)>0,TRUE,"{NOT_APPLICABLE}"),FALSE)'
        return Formula(clean(text))
    text, array = rules.formula(check.condition, lambda name: plan.address(name, None), False)
    text = f"IF({text},TRUE,FALSE)"
    if check.applies is not None:
        held, also = rules.formula(check.applies, lambda name: plan.address(name, None), False)
        text, array = f'IF({held},{text},"{NOT_APPLICABLE}")', array or also
    # Which of several errors comes first is the program's business.
    return Formula(clean(f"IFERROR({text},#VALUE!)"), array)


def _parts(plan: Plan) -> Iterator[RowColumn]:
    """Yield the columns of what the checks of a row need: whether it is filled in, numbers, helpers, whether checks are judged."""
    rules, form = plan.rules, plan.rules.form
    inputs = [c for c in (form.table.columns if form.table else ()) if not (c.field.formula or c.field.prefilled)]

    def of_row(name: str) -> str:
        return plan.address(name, ROW)

    filled = "&".join(of_row(RAW + column.name) for column in inputs)
    yield RowColumn(FILLED, Formula(f"IFERROR(LEN(TRIM({filled}))>0,TRUE)" if inputs else "TRUE"))
    for field in rules.copied[1]:
        yield RowColumn(field.name, Formula(cell_formula(plan.drawn(field.name, ROW))))
    for number, field in enumerate(rules.mirrored[1], 1):
        raw, text = of_row(RAW + field.name), of_row(TEXT_OF + field.name)
        yield RowColumn(TEXT_OF + field.name, Formula(text_formula(raw, field)))
        figures = of_row(FIGURES_OF + field.name)
        yield RowColumn(FIGURES_OF + field.name, Formula(f"{NAME}{len(rules.look_ups.groups) + number}", array=True))
        yield RowColumn(field.name, Formula(number_formula(raw, text, field, figures)[0]))
    for helper in rules.helpers.of_row:
        shown, array = rules.formula(helper.formula, of_row, True)
        shown = f'({shown})&""' if helper.as_text else shown
        yield RowColumn(helper.name, Formula(clean(f'IFERROR(IF({of_row(FILLED)},{shown},""),#VALUE!)'), array))
    for check in rules.premises:
        assert check.applies is not None
        shown, array = rules.formula(check.applies, of_row, True)
        yield RowColumn(APPLIES + check.key, Formula(clean(f'IFERROR(IF({of_row(FILLED)},IF({shown},TRUE,FALSE),""),#VALUE!)'), array))
    for number in range(len(rules.look_ups.groups)):
        yield RowColumn(f"{LOOKED_UP}{number}", Formula(f"{NAME}{number + 1}", array=True))


def _look_ups(plan: Plan) -> Iterator[str]:
    """Yield the formulas of the names that hold the look-ups of a row, and whether its texts are figures: relative ones, so that their texts stand once a sheet.

    A name is calculated as an array formula in Excel; the cell is one nevertheless, for programs that take it as it is entered.
    """

    def of_row(name: str) -> str:
        return plan.address(name, ROW, OWNER)

    for group in plan.rules.look_ups.groups:
        pieces = (each.written(plan.rules.written(plan.rules.shape(each.tree, True), of_row, True)[0]) for each in group)
        yield clean(f'IF({of_row(FILLED)},{"&".join(pieces)},"")')
    for field in plan.rules.mirrored[1]:
        text = of_row(TEXT_OF + field.name)
        yield f'IF({text}="","",{figures_formula(text)})'


def _chunks(plan: Plan) -> Iterator[tuple[tuple[LiveCheck, ...], Formula]]:
    """Yield the row checks in groups that fit a cell, each with its formula; those that read other rows stay apart.

    Apart, because they are calculated anew whenever any row changes.
    """
    group: list[LiveCheck] = []
    pieces: list[str] = []
    arrays: list[bool] = []

    def made() -> tuple[tuple[LiveCheck, ...], Formula]:
        return tuple(group), Formula(clean(f'IF({plan.address(FILLED, ROW)},{"&".join(pieces)},"")'), any(arrays))

    own = set(plan.rules.form.row_names)
    by_row = [check for check in plan.rules.checks if check.by_row]
    for check in sorted(by_row, key=lambda check: not _own_row(check, own)):
        condition, array = plan.rules.formula(check.condition, lambda name: plan.address(name, ROW), True)
        if check.applies is not None:
            condition = f"IF({plan.address(APPLIES + check.key, ROW)},{condition},TRUE)"
        piece = f'IFERROR(IF({condition},"",{quoted(token(check, False))}),{quoted(token(check, NOTHING))})'
        apart = bool(group) and (_own_row(group[-1], own) != _own_row(check, own) or arrays[-1] != array)
        if group and (apart or sum(map(len, pieces)) + len(piece) > _CHUNK):
            yield made()
            group, pieces, arrays = [], [], []
        group.append(check)
        pieces.append(piece)
        arrays.append(array)
    if group:
        yield made()


def _own_row(check: LiveCheck, own: set[str]) -> bool:
    return all(name in own or name.startswith("列表.") for name in check.condition.names)

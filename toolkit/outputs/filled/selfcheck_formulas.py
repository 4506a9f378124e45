"""The formulas of a sheet's self-check, written for a plan: conditions, what the rows need first, the row checks in groups.

Live rules come in, a `Plan` with its formulas goes out, made once for all sheets that are alike. Called by `selfcheck`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count

from toolkit.forms.live import RAW
from toolkit.forms.model import IndicatorTable
from toolkit.outputs.filled.selfcheck_check import EVERY_ROW, NOTHING, LiveCheck, pattern, quoted, token
from toolkit.outputs.filled.selfcheck_mirror import cell_formula, number_formula, text_formula
from toolkit.outputs.filled.selfcheck_plan import (
    APPLIES,
    CELLS,
    FILLED,
    FIRST,
    LOOKED_UP,
    NAME,
    OWNER,
    ROW,
    TEXT_OF,
    TEXTS,
    Block,
    Formula,
    Plan,
    RowColumn,
)
from toolkit.outputs.filled.selfcheck_rules import PATTERNS, LiveRules
from toolkit.outputs.filled.selfcheck_values import rows_on_sheet
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.row_insertion import RowInsertion
from toolkit.spreadsheet.written import clean
from toolkit.values.words import NOT_APPLICABLE

# Room for row checks in one name, or in a cell: what an .xls can hold; and for what they leave: what Excel's array formulas give, and names
# are such.
_CHUNK, _TOKENS = 1000, 240

# What may give a long text to what calculates with texts: a name is calculated as an array formula, and IF gives 255 characters there.
_LONG = re.compile(r"(?:\b(?:LEN|TRIM|LEFT|RIGHT|MID|SUBSTITUTE|UPPER|LOWER|EXACT|FIND|SEARCH|T)\([^()]*|[&=<>])\(*(?:IF|CHOOSE)\(")


@lru_cache(maxsize=8)
def make_plan(rules: LiveRules, insertion: RowInsertion | None, column: int) -> Plan:
    """Return the formulas for sheets with `insertion`, their marks in `column`; made once for all that are alike.

    The columns of all tables' parts have their places before any formula is written, for any may read them.
    """
    plan = Plan(rules, insertion, column)
    plan = replace(plan, blocks=_places(plan))
    plan = replace(plan, blocks=tuple(replace(block, parts=tuple(_parts(plan, block))) if block.parts else block for block in plan.blocks))
    blocks, start = [], plan.row_start + sum(len(block.parts) for block in plan.blocks)
    look_ups = [tuple(_look_ups(plan, block)) if block.parts else () for block in plan.blocks]
    named = sum(map(len, look_ups))
    for block, own in zip(plan.blocks, look_ups, strict=True):
        pieces = tuple(_pieces(plan, block))
        chunks = tuple(_chunks(plan, block, pieces, named))
        texts = tuple(piece.formula.text for piece in pieces if piece.named)
        blocks.append(replace(block, chunks=chunks, chunks_start=start, look_ups=own, pieces=texts))
        start, named = start + len(chunks), named + len(texts)
    plan = _with_mirrors(replace(plan, blocks=tuple(blocks)))
    return replace(plan, conditions=tuple(_condition(plan, check) for check in plan.ordered))


def _places(plan: Plan) -> tuple[Block, ...]:
    """Return a block for each table, with the names of its parts; those of the first table stand last, beside its chunks."""
    rules, tables = plan.rules, plan.rules.form.tables
    names = {table.name: tuple(_part_names(rules, table)) for table in tables}
    start, named, starts = plan.row_start, 0, {}
    for table in (*tables[1:], *tables[:1]):
        starts[table.name] = start
        start += len(names[table.name])
    blocks = []
    for table in tables:
        rows, parts = rows_on_sheet(table, plan.insertion), tuple(RowColumn(name, Formula("")) for name in names[table.name])
        blocks.append(Block(table, rows, starts[table.name], named, parts=parts))
        named += len(rules.look_ups[table.name].groups) if parts else 0
    return tuple(blocks)


def _part_names(rules: LiveRules, table: IndicatorTable) -> Iterator[str]:
    helpers = rules.in_columns if table.first else ()
    if not (rules.of_rows(table) or helpers or rules.mirrored(table)):
        return
    suffix = "" if table.first else table.name
    yield FILLED + suffix
    yield from (field.name for field in rules.copied(table))
    for field in rules.mirrored(table):
        yield from (TEXT_OF + field.name, field.name)
    yield from (helper.name for helper in helpers)
    yield from (APPLIES + check.key for check in rules.premises(table))
    yield from (f"{LOOKED_UP}{number}{suffix}" for number in range(len(rules.look_ups[table.name].groups)))


def _with_mirrors(plan: Plan) -> Plan:
    """Return the plan with the mirror cells of single fields: each reads its own row alone, so that those of a kind have one formula."""
    cell, text = (f"${a1.column_letters(plan.block + kind)}{ROW}" for kind in (CELLS, TEXTS))
    fields = plan.rules.mirrored()
    texts = (Formula(text_formula(cell, field)) for field in fields)
    return replace(plan, texts=tuple(texts), numbers=tuple(Formula(number_formula(cell, text, field)) for field in fields))


def _condition(plan: Plan, check: LiveCheck) -> Formula:
    rules = plan.rules
    if check.id == EVERY_ROW:
        return Formula(f"AND({','.join(_every_row(plan))})")
    if check.by_row:
        text = f"{_found_in(plan, check)}=0"
        if check.applies is not None:
            text = f'IF({text},IF(COUNTIF({plan.address(APPLIES + check.key, None)},TRUE)>0,TRUE,"{NOT_APPLICABLE}"),FALSE)'
        return Formula(clean(text))
    text, array = rules.formula(check.condition, plan.in_row("", None), "")
    text = f"IF({text},TRUE,FALSE)"
    if check.applies is not None:
        held, also = rules.formula(check.applies, plan.in_row("", None), "")
        text, array = f'IF({held},{text},"{NOT_APPLICABLE}")', array or also
    # Which of several errors comes first is the program's business.
    return Formula(clean(f"IFERROR({text},#VALUE!)"), array)


def _every_row(plan: Plan) -> Iterator[str]:
    """Yield what has to hold for all to be there: the mirrors of single cells, and in each row of a table its parts and its checks.

    Rows are counted from the one above a table to the one below it, in a column in which nothing stands there: its own areas take in no
    row that is put in at their edges.
    """
    anchor, singles = a1.column_letters(plan.block), (plan.rules.inputs(), plan.texts, plan.numbers, plan.rules.helpers.single)
    yield f"COUNTA({a1.range_name(plan.singles(), absolute=True)})={sum(map(len, singles))}"
    for block in plan.blocks:
        around = f"(ROWS(${anchor}${block.rows[0] - 1}:${anchor}${block.rows[-1] + 1})-2)"
        parts, chunks = (block.start, block.start + len(block.parts)), (block.chunks_start, block.chunks_start + len(block.chunks))
        for start, end in ((parts[0], chunks[1]),) if parts[1] == chunks[0] else (parts, chunks):
            if start < end:
                yield f"COUNTA({block.area(start, end - 1)})>={around}*{end - start}"
    if areas := [block.chunks_area for block in plan.blocks if block.chunks]:
        yield f"NOT(ISERROR(SUM({','.join(areas)})))"


def _found_in(plan: Plan, check: LiveCheck) -> str:
    """Return the formula of how many rows fail a check: one text for all that leave their tokens in a column, where a name has what finds each of them."""
    if not plan.rules.patterns:
        return f"COUNTIF({plan.chunk_area(check)},{quoted(pattern(check))})"
    heading = a1.cell_name(plan.top + FIRST - 1, plan.block, absolute=True)
    return f"COUNTIF({plan.chunk_area(check)},INDEX({PATTERNS},ROW()-ROW({heading})))"


def _parts(plan: Plan, block: Block) -> Iterator[RowColumn]:
    """Yield the columns of what the checks of a row need: whether it is filled in, numbers, helpers, whether checks are judged."""
    rules, table = plan.rules, block.table
    inputs = [c for c in table.columns if not (c.field.formula or c.field.prefilled)]
    groups, filled_in = len(rules.look_ups[table.name].groups), block.own(FILLED)
    of_row = plan.in_row(table.name, ROW)

    filled = "&".join(of_row(RAW + column.name) for column in inputs)
    yield RowColumn(filled_in, Formula(f"IFERROR(LEN(TRIM({filled}))>0,TRUE)" if inputs else "TRUE"))
    for field in rules.copied(table):
        yield RowColumn(field.name, Formula(cell_formula(plan.drawn(field.name, ROW))))
    for field in rules.mirrored(table):
        raw, text = of_row(RAW + field.name), of_row(TEXT_OF + field.name)
        yield RowColumn(TEXT_OF + field.name, Formula(text_formula(raw, field)))
        yield RowColumn(field.name, Formula(number_formula(raw, text, field)))
    for helper in rules.in_columns if table.first else ():
        shown, array = rules.formula(helper.formula, of_row, table.name)
        shown = f'({shown})&""' if helper.as_text else shown
        yield RowColumn(helper.name, Formula(clean(f'IFERROR(IF({of_row(filled_in)},{shown},""),#VALUE!)'), array))
    for check in rules.premises(table):
        assert check.applies is not None
        shown, array = rules.formula(check.applies, of_row, table.name)
        yield RowColumn(APPLIES + check.key, Formula(clean(f'IFERROR(IF({of_row(filled_in)},IF({shown},TRUE,FALSE),""),#VALUE!)'), array))
    for number in range(groups):
        yield RowColumn(block.own(f"{LOOKED_UP}{number}"), Formula(f"{NAME}{block.named + number + 1}", array=True))


def _look_ups(plan: Plan, block: Block) -> Iterator[str]:
    """Yield the formulas of the names that hold the look-ups of a row: relative ones, so that their texts stand once a sheet.

    A name is calculated as an array formula in Excel; the cell is one nevertheless, for programs that take it as it is entered.
    """
    rules, table = plan.rules, block.table.name
    of_row = plan.in_row(table, ROW, OWNER)
    for group in rules.look_ups[table].groups:
        pieces = (each.written(rules.written(rules.shape(each.tree, table), of_row, table)[0]) for each in group)
        yield clean(f'IF({of_row(block.own(FILLED))},{"&".join(pieces)},"")')


@dataclass(frozen=True, slots=True)
class _Piece:
    """Row checks that stand in one name, or (not `named`) in a cell.

    Those that read other rows stay apart, for they are calculated anew whenever any row changes.
    """

    checks: tuple[LiveCheck, ...]
    formula: Formula
    own_row: bool
    named: bool

    @property
    def kind(self) -> tuple[bool, bool, bool]:
        return self.own_row, self.named, self.formula.array

    @property
    def room(self) -> int:
        """What they take of a name."""
        tokens = sum(len(token(check, NOTHING)) for check in self.checks)
        return max(len(self.formula.text.replace(OWNER, "")), tokens * _CHUNK // _TOKENS if self.named or self.formula.array else 0)

    @property
    def room_in_cell(self) -> int:
        """What they take of a cell that reads the name; an array formula gives no more than a name."""
        return len(f"&{NAME}100") if self.named and not self.formula.array else self.room


def _pieces(plan: Plan, block: Block) -> Iterator[_Piece]:
    """Yield the row checks in groups that fit a name, each with its formula."""
    rules, table = plan.rules, block.table
    of_row, own = plan.in_row(table.name, ROW, OWNER), rules.own_names(table.name)
    found = []
    for check in sorted(rules.of_rows(table), key=lambda check: not _own_row(check, own)):
        condition, array = rules.formula(check.condition, of_row, table.name)
        if check.applies is not None:
            condition = f"IF({of_row(APPLIES + check.key)},{condition},TRUE)"
        text = f'IFERROR(IF({condition},"",{quoted(token(check, False))}),{quoted(token(check, NOTHING))})'
        found.append(_Piece((check,), Formula(clean(text), array), _own_row(check, own), named=not _LONG.search(text)))
    for pieces in _grouped(found, lambda piece: piece.room):
        checks, texts = tuple(check for piece in pieces for check in piece.checks), [piece.formula.text for piece in pieces]
        yield replace(pieces[0], checks=checks, formula=replace(pieces[0].formula, text="&".join(texts)))


def _chunks(plan: Plan, block: Block, pieces: Sequence[_Piece], named: int) -> Iterator[tuple[tuple[LiveCheck, ...], Formula]]:
    """Yield the row checks in groups that fit a cell, each with its formula, which reads the `pieces`, names after the `named` ones."""
    filled, number = plan.in_row(block.table.name, ROW)(block.own(FILLED)), count(named + 1)
    for group in _grouped(pieces, lambda piece: piece.room_in_cell):
        texts = [f"{NAME}{next(number)}" if piece.named else piece.formula.text.replace(OWNER, "") for piece in group]
        checks = tuple(check for piece in group for check in piece.checks)
        yield checks, Formula(f'IF({filled},{"&".join(texts)},"")', group[0].formula.array)


def _grouped(pieces: Sequence[_Piece], size: Callable[[_Piece], int]) -> Iterator[list[_Piece]]:
    """Yield those that stand side by side and are of a kind in groups of this size."""
    group: list[_Piece] = []
    for piece in pieces:
        if group and (group[-1].kind != piece.kind or sum(map(size, group)) + size(piece) > _CHUNK):
            yield group
            group = []
        group.append(piece)
    if group:
        yield group


def _own_row(check: LiveCheck, own: frozenset[str]) -> bool:
    return all(name in own or name.startswith("列表.") for name in check.condition.names)

"""Row tables and grids of a printed form: header cells side by side, and under them the same columns row by row.

Comes in: a `Printed`. Goes out: `Table`s and `Block`s (方格) with their boxes. A block has a printed head for every row and every column and
figures between them; in a row table the rows are the unit's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.forms.model import AMOUNT, DECIMAL, INTEGER
from toolkit.proposing.printed import Box, Printed
from toolkit.proposing.words import core, is_level, is_short, is_strong, is_total, type_of
from toolkit.values.text import squeeze

# So many of a header's texts must be such as labels are, unless what is under them is empty.
_SURE, _EMPTY = 0.7, 0.6

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: the lowest text over it, and what is printed over that and others (None: nothing)."""

    box: Box
    over: Box | None = None

    @property
    def columns(self) -> Span:
        return self.box.columns


@dataclass(frozen=True)
class Table:
    """A row table: its heads from left to right, its rows, the boxes of each column, the vertical label left of it or the line above it."""

    heads: tuple[Head, ...]
    first_row: int
    last_row: int
    cells: tuple[tuple[Box, ...], ...]
    label: Box | None = None

    @property
    def filled(self) -> bool:
        """Whether rows are filled in, not only prefilled at their left."""
        last = [box for column in self.cells[len(self.cells) // 2 :] for box in column]
        return sum(bool(box.text) and not box.crossed for box in last) * 3 > len(last)


@dataclass(frozen=True)
class Block:
    """A grid: the heads of its rows and columns, its cells by row; `label` is the vertical label left of it."""

    rows: tuple[Box, ...]
    columns: tuple[Head, ...]
    cells: tuple[tuple[Box, ...], ...]
    label: Box | None = None


def blocks(printed: Printed, title: Box | None) -> tuple[tuple[Table, ...], tuple[Block, ...]]:
    """Return all row tables and grids, from top to bottom; none of them shares a row with another in the same columns."""
    tables: list[Table] = []
    grids: list[Block] = []
    done: set[Box] = set() if title is None else {title}
    for row in range(1, printed.rows + 1):
        for heads in _headers(printed, row, done):
            found = _under(printed, heads)
            if found is None:
                continue
            if isinstance(found, Block):
                grids.append(found)
                done |= {*found.rows, *(box for line in found.cells for box in line)}
            else:
                tables.append(found)
                done |= {box for column in found.cells for box in column}
            done |= {head.box for head in heads} | {head.over for head in heads if head.over}
    return tuple(tables), tuple(grids)


def _headers(printed: Printed, row: int, done: set[Box]) -> Iterator[tuple[Head, ...]]:
    """Yield runs of texts side by side that begin in a row and end with the same line."""
    run: list[Box] = []
    for box in [*printed.across(row), None]:
        if box is not None and box.top == row and box not in done and _may_head(box):
            run.append(box)
            continue
        if len(run) >= 2:
            yield from _runs(printed, run)
        run = []


def _may_head(box: Box) -> bool:
    """Whether a box may be the head of a column: a short text, no figure, nothing that a protected sheet leaves open."""
    return bool(box.text) and is_short(box.text) and not box.number and box.open is not True


def _runs(printed: Printed, run: list[Box]) -> Iterator[tuple[Head, ...]]:
    """The run with two-level heads parted, once with and once without what stands at its left and reaches further down."""
    for start in range(len(run) - 1):
        rest = run[start:]
        bottom = max(box.bottom for box in rest[1:])
        if rest[0].bottom > bottom and start < len(run) - 2:
            continue
        heads = tuple(head for box in rest for head in _heads(printed, box, bottom))
        if len(heads) >= 2 and all(head.box.bottom == bottom for head in heads):
            yield heads
            return


def _heads(printed: Printed, box: Box, bottom: int) -> list[Head]:
    """The lowest heads under a box of the header: itself, or the texts under it."""
    if box.bottom >= bottom:
        return [Head(box)]
    under = printed.across(box.bottom + 1, box.left, box.right)
    if all(each.text and each.left >= box.left and each.right <= box.right and each.bottom == bottom for each in under):
        return [Head(each, box) for each in under]
    return [Head(box)]


def _under(printed: Printed, heads: Sequence[Head]) -> Table | Block | None:
    """What stands under a header: rows of its very columns."""
    columns, header = [head.columns for head in heads], {head.box for head in heads}
    lines: list[list[Box]] = []
    for row in range(heads[0].box.bottom + 1, printed.rows + 1):
        line = _line(printed, row, columns)
        if line is None or _ends(printed, line, row, heads, lines):
            break
        lines.append(line)
    starts = [
        line for number, line in enumerate(lines) if number == 0 or any(a is not b for a, b in zip(line, lines[number - 1], strict=True))
    ]
    if not starts or header & {box for line in lines for box in line}:
        return None
    if len(starts) == 1:
        return _table(printed, heads, lines) if _one_row_will_do(heads, starts[0]) else None
    body = [box for line in starts for box in line]
    sure = sum(is_strong(head.box.text) for head in heads) >= len(heads) * _SURE
    empty = sum(not box.text for box in body) >= len(body) * _EMPTY and not any(map(_gapped, starts))
    grid = _grid(printed, heads, starts)
    if grid is not None:
        return grid
    pairs = len(heads) < 3 and (len(starts) < 3 or not sure or any(box.text for box in body))
    if pairs or not (sure or empty):
        return None
    return _table(printed, heads, lines)


def _gapped(line: Sequence[Box]) -> bool:
    """Whether a row has words right of a blank cell, as labels and cells to fill have that stand side by side."""
    blank = next((number for number, box in enumerate(line) if box.blank), len(line))
    return any(box.text and not box.crossed and not _is_figure(box.text) for box in line[blank:])


def _one_row_will_do(heads: Sequence[Head], line: Sequence[Box]) -> bool:
    """Whether a header over a single blank row is that of a row table: it has levels, or numbers its rows."""
    levels = sum(is_level(head.box.text) for head in heads) > 1
    numbered = type_of(heads[0].box.text)[0] == INTEGER and core(heads[0].box.text).endswith("号")
    return len(heads) > 2 and (levels or numbered) and all(box.blank or box.number for box in line)


def _line(printed: Printed, row: int, columns: Sequence[Span]) -> list[Box] | None:
    """The boxes of a row, one for each column; None where they are drawn otherwise."""
    line = []
    for left, right in columns:
        box = printed.at(row, left)
        if box is None or box.columns != (left, right) or not printed.inside(box):
            return None
        line.append(box)
    return line


def _ends(printed: Printed, line: Sequence[Box], row: int, heads: Sequence[Head], before: Sequence[Sequence[Box]]) -> bool:
    """Whether a row is no longer the table's: totals, a row of labels with blanks between, or a second header."""
    first = printed.across(row)[0]
    if any(is_total(box.text) and box.top == row for box in (first, line[0]) if box.text):
        return not _is_part_of_grid(heads, line)
    strong = [bool(box.text) and is_strong(box.text) for box in line]
    if len(line) > 2 and all(strong) and all(box.top == row for box in line):
        return True
    alternate = [number for number, box in enumerate(line[:-1]) if strong[number] and line[number + 1].blank]
    blank_before = [number for number in range(len(line)) if before and all(each[number].blank for each in before)]
    colons = any(box.text.endswith((":", "：")) for box in line)
    return colons or (len(alternate) >= 2 and len(set(alternate) & set(blank_before)) >= 1)


def _is_part_of_grid(heads: Sequence[Head], line: Sequence[Box]) -> bool:
    """Whether a row of totals stands in a grid of figures: its head is one of its rows."""
    return all(type_of(head.box.text)[0] in (AMOUNT, DECIMAL, INTEGER) for head in heads[1:]) and not line[-1].text


def _grid(printed: Printed, heads: Sequence[Head], lines: Sequence[Sequence[Box]]) -> Block | None:
    """The rows as a grid, where each has a text of its own before its figures, under the first head or left of it."""
    label = _vertical(printed, heads, lines) or _line_above(printed, heads)
    around = label.text if label else ""
    figures = [type_of(head.box.text, around)[0] in (AMOUNT, DECIMAL, INTEGER) for head in heads]
    left = [printed.left_of(line[0]) for line in lines]
    for names, columns, cells in (
        (left, heads, lines),
        ([line[0] for line in lines], heads[1:], [line[1:] for line in lines]),
    ):
        kinds = figures[len(heads) - len(columns) :]
        texts = [core(box.text) for box in names if box is not None and box.text and not box.number]
        own = len(texts) == len(lines) == len(set(texts)) and all(
            box is not None and box.rows == line[0].rows for box, line in zip(names, lines, strict=True)
        )
        free = all(not box.text or box.number or box.crossed or _is_figure(box.text) for line in cells for box in line)
        if own and free and len(columns) >= 2 and sum(kinds) * 3 >= len(kinds) * 2 and all(is_short(text) for text in texts):
            rows = tuple(box for box in names if box is not None)
            label = _label_left(printed, rows) or _line_above(printed, heads)
            return Block(rows, tuple(columns), tuple(map(tuple, cells)), label)
    return None


def _is_figure(text: str) -> bool:
    return not any("\u4e00" <= char <= "\u9fff" for char in text)


def _vertical(printed: Printed, heads: Sequence[Head], lines: Sequence[Sequence[Box]]) -> Box | None:
    """The text left of a table that reaches over all its rows."""
    row, last = lines[0][0].top, lines[-1][0].bottom
    for column in range(heads[0].box.left - 1, 0, -1):
        box = printed.at(row, column)
        if box is not None and box.text and box.bottom >= last and box.top <= row:
            return box
    return None


def _label_left(printed: Printed, rows: Sequence[Box]) -> Box | None:
    for column in range(rows[0].left - 1, 0, -1):
        box = printed.at(rows[0].top, column)
        if box is not None and box.text and box.bottom >= rows[-1].bottom:
            return box
    return None


def _table(printed: Printed, heads: Sequence[Head], lines: Sequence[Sequence[Box]]) -> Table | None:
    """The rows as a row table; a vertical label that stands in its own header's row (绩效↵指标) is no column."""
    label = _vertical(printed, heads, lines)
    first = heads[0].box
    upright = (
        label is None and len(heads) > 3 and "\n" in first.text and first.left == first.right and not any(line[0].text for line in lines)
    )
    if upright:
        label, heads, lines = first, heads[1:], [line[1:] for line in lines]
    if label is None:
        label = _beside_header(printed, heads) or _line_above(printed, heads)
    cells = tuple(tuple(dict.fromkeys(line[number] for line in lines)) for number in range(len(heads)))
    return Table(tuple(heads), lines[0][0].top, max(box.bottom for box in lines[-1]), cells, label)


def _beside_header(printed: Printed, heads: Sequence[Head]) -> Box | None:
    """An upright label that stands beside the header alone."""
    top = min((head.over or head.box).top for head in heads)
    box = printed.at(top, heads[0].box.left - 1)
    return box if box is not None and box.text and box.top == top else None


def _line_above(printed: Printed, heads: Sequence[Head]) -> Box | None:
    """A text over the whole width right above the header (二、年度主要任务)."""
    top = min((head.over or head.box).top for head in heads)
    above = printed.across(top - 1) if top > 1 else []
    texts = [box for box in above if box.text]
    alone = len(texts) == 1 and len(above) == 1
    return texts[0] if alone and len(squeeze(texts[0].text)) <= 20 else None

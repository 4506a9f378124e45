"""A form in one column, a line for each thing: `项目名称：渡船更新`, 产出指标, `数量指标：更新渡船数：6艘` → pairs and rows of a sheet.

In: a sheet or text all of whose lines are of one piece, and a form. Out: the same as a grid with each label before its value and an
indicator a row, and where everything comes from; None where a line under the first word of the tree is neither a word of it nor an
indicator, nor a pair or remark after the last one. Called by `read`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from toolkit.forms.model import Form
from toolkit.reading.arranged.hits import known
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.arranged.notes import is_note
from toolkit.reading.model import Declaration, Repair
from toolkit.reading.plan import Plan, Position, plan_of, text_key
from toolkit.reading.shapes.named_targets import parted
from toolkit.reading.shapes.ordinals import without_number
from toolkit.reading.shapes.turned import Moved, put_back
from toolkit.reading.sheet import read_sheets
from toolkit.sources.grid import CellValue, Grid
from toolkit.sources.text import PAGE_BREAK

# So many pairs with a label of the form's, and so many indicators, make such a form.
_ENOUGH, _ROWS = 3, 2

_PAIR = re.compile(r"([^:：\n]{2,24})[:：]\s{0,4}(\S[^\n]*)")
_TOLD = re.compile(r"([^:：\n]{2,60})[:：]\s{0,4}([^:：\n]{1,60})")
_ENDS = "：:；;。 "


@dataclass
class _Made:
    """What is made of the lines: cells, from where each comes, the rows that are indicators."""

    cells: dict[Position, CellValue] = field(default_factory=dict)
    origins: dict[Position, Position] = field(default_factory=dict)
    rows: int = 0
    pairs: int = 0

    def put(self, place: Position, value: CellValue, origin: Position) -> None:
        self.cells[place], self.origins[place] = value, origin


def read_lines(grid: Grid, form: Form, file: str) -> list[Declaration]:
    """Return what a form in lines declares; nothing where it is none, or not all of its indicators are read."""
    plan = plan_of(form)
    made = _made(grid, plan)
    if made is None:
        return []
    message = "内容是一行一项“标签：内容”，已按标签和层级逐行读取。"
    moved = Moved.of(made.origins, Repair("修复-逐行", "", None, "一行一项", "标签和内容各一格", message))
    found = read_sheets(replace(grid, cells=made.cells, merges=(), flow=False, ruled=False), form, file)
    return [put_back(each, moved) for each in found] if len(found) == 1 and len(found[0].rows) == made.rows else []


def _made(grid: Grid, plan: Plan) -> _Made | None:
    heads = _headings(plan)
    lines = sorted(grid.cells.items())
    if not heads or len({row for (row, _), _ in lines}) < len(lines) or any(value == PAGE_BREAK for _, value in lines):
        return None
    made = _Made()
    levels: dict[int, tuple[str, Position]] = {}
    ended = False
    for place, value in lines:
        text = value.strip() if isinstance(value, str) else ""
        depth, rest = _level(text, plan)
        if depth is None and not levels or ended or not text:
            _put_pair(made, place, value, plan)
            continue
        if not levels:
            _put_headings(made, heads, place)
        if depth is not None:
            word = text[: len(text) - len(rest)].rstrip(_ENDS)
            levels = {each: told for each, told in levels.items() if each < depth} | {depth: (word, place)}
        pieces = _indicator(rest if depth is not None else text)
        if depth is not None and not rest:
            continue
        if pieces is None or len(levels) < len(plan.levels):
            ended = made.rows >= _ROWS and (is_note(text) or _is_pair(text, plan))
            if not ended:
                return None
            _put_pair(made, place, value, plan)
            continue
        for each, (word, origin) in levels.items():
            made.put((place[0], each + 1), word, origin)
        for number, piece in enumerate(pieces, len(plan.levels) + 1):
            made.put((place[0], number), piece, place)
        made.rows += 1
    return made if made.pairs >= _ENOUGH and made.rows >= _ROWS else None


def _headings(plan: Plan) -> list[str]:
    """The headings of the levels, the name and the target; nothing where a level has no column of its own, or the form no target."""
    table = plan.form.table
    wholes = [meaning.text for each in plan.vocabulary.values() for meaning in each if meaning.kind == Kind.WHOLE and meaning.printed]
    if table is None or len(plan.levels) != len({spec.column.name for spec in plan.columns} & set(plan.levels)) or not wholes:
        return []
    printed = {spec.column.name: spec.header.text for spec in plan.columns if spec.header is not None}
    names = [*plan.levels, table.naming]
    return [*(printed[name] for name in names), wholes[0]] if all(name in printed for name in names) else []


def _put_headings(made: _Made, heads: Sequence[str], place: Position) -> None:
    for number, text in enumerate(heads, 1):
        made.put((place[0], number), text, place)


def _put_pair(made: _Made, place: Position, value: CellValue, plan: Plan) -> None:
    """A label of the form's and its value in cells of their own; any other line as it is."""
    pair = _PAIR.fullmatch(value.strip()) if isinstance(value, str) else None
    if pair is None or not _is_field(pair[1], plan):
        made.put((place[0], 1), value, place)
        return
    made.put((place[0], 1), pair[1], place)
    made.put((place[0], 2), pair[2].strip(), place)
    made.pairs += 1


def _is_field(label: str, plan: Plan) -> bool:
    return any(meaning.kind == Kind.FIELD for meaning in known(plan, text_key(label))[0])


def _is_pair(text: str, plan: Plan) -> bool:
    pair = _PAIR.fullmatch(text)
    return pair is not None and _is_field(pair[1], plan)


def _level(text: str, plan: Plan) -> tuple[int | None, str]:
    """How deep in the tree the word is that a line is or begins with before a colon, and what follows it."""
    pair = _PAIR.fullmatch(text)
    for word, rest in ((text, ""), (pair[1], pair[2])) if pair is not None else ((text, ""),):
        level = plan.level_of(text_key(word.rstrip(_ENDS)))
        if level is not None:
            return plan.levels.index(level), rest
    return None, ""


def _indicator(text: str) -> tuple[str, str] | None:
    """The name and the target of a line: `更新渡船数：6艘`, `2.船检合格率≥98%；`, `工期：年底前`; None for any other."""
    bare = without_number(text.strip()).rstrip(_ENDS)
    told = _TOLD.fullmatch(bare)
    return parted(bare) or ((told[1].strip(), told[2].strip()) if told is not None else None)

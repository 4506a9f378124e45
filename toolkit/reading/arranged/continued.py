"""A long text whose paragraphs stand in cells of their own, one under the other: read as one value.

In: the cells of one form, the places chosen for its fields, its labels. Out: for each long text the cells that go on with it. A
program that pastes a web page into a sheet gives each line of a cell a row; people do so by hand. What goes on stands in the very
columns of the first paragraph, right under it, and reads like prose or like the next number of a list. Called by `layout`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from toolkit.forms.model import LONG_TEXT
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.hits import known, looks_like_label
from toolkit.reading.arranged.notes import is_note
from toolkit.reading.plan import Plan, Position

_NUMBERED = re.compile(r"\s*(?:目标|任务)?[（(]?([0-9]{1,2}|[一二三四五六七八九十]{1,2}|[①-⑳])[）)、.．：:]?")
_CHINESE = ("一", "二", "三", "四", "五", "六", "七", "八", "九", "十")
_UNFINISHED = re.compile(r"[；;，,、：:]\s*$")


def continued(
    cells: Cells, found: Mapping[str, Cell | None], labels: Mapping[str, Cell], taken: Collection[Position], plan: Plan
) -> dict[str, tuple[Cell, ...]]:
    """Return the cells that go on with each long text; `taken` are the cells that are something else."""
    parts: dict[str, tuple[Cell, ...]] = {}
    for spot in plan.spots:
        first = found.get(spot.field.name)
        if spot.field.type != LONG_TEXT or first is None or not isinstance(first.value, str):
            continue
        more = tuple(_under(cells, first, labels.get(spot.field.name), taken, plan))
        if more:
            parts[spot.field.name] = more
    return parts


def _under(cells: Cells, first: Cell, label: Cell | None, taken: Collection[Position], plan: Plan) -> Iterator[Cell]:
    last = first
    while True:
        cell = cells.at(last.last_row + 1, first.column)
        if cell is None or cell.place in taken or (cell.column, cell.last_column) != (first.column, first.last_column):
            return
        beside = label is not None and label.column != first.column and cell.last_row <= label.last_row
        printed = cells.grid.flow and cells.grid.ruled
        if not isinstance(cell.value, str) or not (beside or _goes_on(last.text, cell.text, plan, printed)):
            return
        yield cell
        last = cell


def _goes_on(before: str, text: str, plan: Plan, printed: bool) -> bool:
    """Whether a text is the next paragraph of the same value, and neither a label nor a remark under the form.

    A text that has lines of its own was not parted into them, unless a page break of a printed table put two together.
    """
    key = plan.key(text)
    if (key is not None and known(plan, key)[0]) or looks_like_label(text):
        return False
    if not printed and ("\n" in before or "\n" in text):
        return False
    last, number = _number(before.rpartition("\n")[2]), _number(text)
    if last is not None and number is not None and number[0] == last[0] and number[1] == last[1] + 1:
        return True
    return _UNFINISHED.search(before) is not None and not is_note(text)


def _number(text: str) -> tuple[str, int] | None:
    """The number that a paragraph begins with, and in which figures it is written."""
    found = _NUMBERED.match(text)
    if found is None:
        return None
    digits = found[1]
    if digits.isdecimal():
        return "1", int(digits)
    if digits in _CHINESE:
        return "一", _CHINESE.index(digits) + 1
    return ("①", ord(digits) - ord("①") + 1) if len(digits) == 1 and "①" <= digits <= "⑳" else None

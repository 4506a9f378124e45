"""Answers to the questions of a report that came back (合并提问), and what they say of each row of its 问题清单.

Comes in: the sheets of a report. Goes out: `Answers`, asked for each row by `decisions`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from toolkit.outputs.review import model as columns
from toolkit.outputs.review.model import ASKED, PRINTED
from toolkit.reading.entries import shown
from toolkit.sources.grid import Grid, Uncached
from toolkit.values.errors import ErrorValue
from toolkit.values.text import clean_text

# 处理意见 and 理由.
Opinion = tuple[str, str]
NONE: Opinion = ("", "")


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands beside a question in a report that came back; `printed`: the report was printed with an answer there."""

    opinion: Opinion
    printed: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A row of 问题清单: the question it belongs to ("": none), the opinion beside it, whether it was printed with one."""

    question: str
    opinion: Opinion
    printed: bool


class Answers:
    """The answers of a report, to be held against its rows."""

    def __init__(self, given: Mapping[str, Answer], rows: Iterable[Asked]) -> None:
        self._given = given
        self._printed: dict[str, Counter[Opinion]] = {}
        for row in rows:
            if row.question and row.printed and row.opinion != NONE:
                self._printed.setdefault(row.question, Counter())[row.opinion] += 1

    def opinion(self, row: Asked) -> Opinion:
        """Return what is said of a row: its own word, else the answer to its question.

        Rows that were printed with the answer follow it when it is changed or emptied; one whose own cells were changed does not.
        """
        answer = self._given.get(row.question)
        if answer is None:
            return row.opinion
        if row.opinion == NONE:
            return NONE if row.printed else answer.opinion
        printed = self._printed.get(row.question, Counter())
        follows = answer.printed and row.printed and answer.opinion not in printed and row.opinion == printed.most_common(1)[0][0]
        return answer.opinion if follows else row.opinion


def answers_of(grids: Iterable[Grid], lists: Iterable[tuple[Grid, tuple[int, dict[str, int]]]]) -> Answers:
    """Return what 合并提问 of a report says, to be held against the rows of 问题清单."""
    given: dict[str, Answer] = {}
    for grid in grids:
        places = {value: column for (row, column), value in grid.cells.items() if row == 1 and isinstance(value, str)}
        if grid.name == columns.QUESTIONS and {columns.ACTION, columns.REASON, columns.KEY} <= places.keys():
            for row in sorted({row for row, _ in grid.cells if row > 1}):
                action, reason, key = (cell_text(grid, row, places[name]) for name in (columns.ACTION, columns.REASON, columns.KEY))
                given[key.rstrip(PRINTED)] = Answer((action, reason), key.endswith(PRINTED))
    rows = [(grid, places, row) for grid, (head, places) in lists for row in {row for row, _ in grid.cells if row > head}]
    return Answers(given, [asked_in(grid, row, places) for grid, places, row in rows])


def asked_in(grid: Grid, row: int, places: Mapping[str, int]) -> Asked:
    """Return a row of 问题清单 as far as its question goes; `places` are the columns by heading."""
    action, reason, key = (cell_text(grid, row, places.get(name)) for name in (columns.ACTION, columns.REASON, columns.KEY))
    return Asked(key.rstrip(PRINTED).partition(ASKED)[2], (action, reason), key.endswith(PRINTED))


def cell_text(grid: Grid, row: int, column: int | None) -> str:
    """Return what stands in a cell as a person reads it, "" for a blank, an error and a formula without result."""
    value = grid.cells.get((row, column)) if column else None
    return "" if value is None or isinstance(value, (ErrorValue, Uncached)) else clean_text(shown(value))

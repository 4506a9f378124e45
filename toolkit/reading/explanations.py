"""What units wrote on the sheet 自检 beside rules of level 核实: their explanations, by 编号 and sheet.

Comes in: the grids of one file, whatever kind it is, and the declarations read from them. Goes out: the declarations with the
explanations about them. A line is known by what it says, not by where it stands. Called by `intake.onefile`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from toolkit.reading.model import Declaration
from toolkit.sources.grid import Grid
from toolkit.values.text import label_key
from toolkit.values.words import REASON, SELF_CHECK, VERIFY

SHEET, RULE, LEVEL = "工作表", "编号", "级别"


class _Line(NamedTuple):
    sheet: str
    project: str
    rule: str
    text: str


def with_explanations(declarations: Sequence[Declaration], grids: Iterable[Grid]) -> list[Declaration]:
    """Return the declarations with what was written about their sheets; one whose sheet is not named there by its project.

    A sheet renamed in a program that does not tell the list is known by its project, where only one is called so.
    """
    lines = [line for grid in grids if (grid.name or "").strip().startswith(SELF_CHECK) for line in _lines(grid)]
    if not lines:
        return list(declarations)
    sheets = {declaration.sheet for declaration in declarations}
    lost = [line for line in lines if line.sheet not in sheets]
    projects = [label_key(declaration.project or "") for declaration in declarations]

    def about(declaration: Declaration, project: str) -> Mapping[str, str]:
        own = {line.rule: line.text for line in lines if line.sheet == declaration.sheet}
        if own or not project or projects.count(project) > 1:
            return own
        return {line.rule: line.text for line in lost if label_key(line.project) == project}

    return [replace(each, explanations=about(each, project)) for each, project in zip(declarations, projects, strict=True)]


def _lines(grid: Grid) -> Iterator[_Line]:
    """Yield the lines of a list that have room for an explanation."""
    texts = {place: value if isinstance(value, str) else str(value) for place, value in grid.cells.items()}
    head, columns = 0, {}
    for row, column in sorted(texts):
        if texts[row, column] == SHEET:
            found = {text: at for (line, at), text in texts.items() if line == row}
            if {RULE, LEVEL, REASON} <= found.keys():
                head, columns = row, found
                break
    for row, column in sorted(texts):
        if row > head > 0 and column == columns[LEVEL] and texts[row, column] == VERIFY:
            sheet, project, rule, said = (
                texts.get((row, at), "") for at in (columns[SHEET], columns[SHEET] + 1, columns[RULE], columns[REASON])
            )

            # Where nothing was calculated the last cell says whose line it is.
            yield _Line(sheet or texts[max(place for place in texts if place[0] == row)], project, rule, said)

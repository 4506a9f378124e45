"""The self-check before the judges: workbooks with all results stored by us, recalculated by each program, cell by cell.

What a program cannot calculate is known by the text of the formula (`LIMITS`); a cell computed from such a cell, or from one
that the same program shows otherwise, is no verdict. Of the others two judges with the same other value are right, and so is one
whom nobody contradicts, unless `CELL_DIFFERENCES` says what Excel does.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.judges.differences import CELL_DIFFERENCES, limit
from tests.judges.programs import Cell, Judge, Missing, Values, spelled_out
from tests.oracle.selfcheck_mutations import Case
from tests.oracle.test_selfcheck_oracle import workbook
from toolkit.package.opc import open_package
from toolkit.spreadsheet.a1 import column_number
from toolkit.spreadsheet.workbook import read_workbook

FOLLOWS, FOLLOWS_OTHER = "由算不了的格算出", "由它不同的格算出"
REFERENCE = re.compile(r"(?:'([^']+)'!|([^\W\d][\w.]*)!)?\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")


@dataclass
class Workbooks:
    """Counts of cells per judge, what it cannot calculate, and the cells that differ for no known reason."""

    workbooks: int = 0
    cells: int = 0
    formulas: set[str] = field(default_factory=set)
    agreed: Counter[str] = field(default_factory=Counter)
    otherwise: Counter[str] = field(default_factory=Counter)
    beyond: Counter[tuple[str, str]] = field(default_factory=Counter)
    explained: int = 0
    unexplained: list[str] = field(default_factory=list)


def judge_workbooks(made: Sequence[Case], judges: Sequence[Judge], folder: Path) -> Workbooks:
    """Return how the judges recalculate the self-checks of `made`."""
    paths = [folder / f"自检{number}.xlsx" for number in range(len(made))]
    for case, path in zip(made, paths, strict=True):
        path.write_bytes(workbook(case, checked_first=False))
    written = [formulas(path).keys() for path in paths]
    stored = [formulas(spelled_out(path, folder)) for path in paths]
    result = Workbooks(len(made), sum(map(len, written)))
    result.formulas.update(formula for each in stored for formula, _ in each.values())
    others: list[dict[Cell, dict[str, object]]] = [{} for _ in made]
    beyond: list[Counter[Cell]] = [Counter() for _ in made]
    for judge in judges:
        for number, values in enumerate(judge.recalculated(paths, folder)):
            differing, excused = _compared(judge.name, stored[number], written[number], values, result)
            beyond[number].update(excused)
            for cell in differing.keys() - excused:
                others[number].setdefault(cell, {})[judge.name] = differing[cell]
    for case, ours, other, silent in zip(made, stored, others, beyond, strict=True):
        for cell, found in other.items():
            result.otherwise.update(found.keys())
            explained = {judge for judge, value in found.items() if _is_known(*ours[cell], value)}
            result.explained += len(explained)
            found = {judge: value for judge, value in found.items() if judge not in explained}
            if not found:
                continue
            if len(found) + len(explained) + silent[cell] == len(judges) or max(Counter(map(str, found.values())).values()) > 1:
                said = "，".join(f"{judge} {value!r}" for judge, value in found.items())
                result.unexplained.append(f"{case.name} {cell}：本程序 {ours[cell][1]!r}，{said}")
    return result


def formulas(path: Path) -> dict[Cell, tuple[str, object]]:
    """Return the formulas of a workbook with their stored values."""
    with open_package(path, path.name) as package:
        book = read_workbook(package)
        return {
            (ref.name, *place): (cell.formula, cell.value)
            for ref in book.sheets
            for place, cell in book.cells(ref).items()
            if cell.formula is not None
        }


def _compared(
    judge: str, ours: Mapping[Cell, tuple[str, object]], written: Container[Cell], values: Values, result: Workbooks
) -> tuple[dict[Cell, object], set[Cell]]:
    """Return what a judge shows otherwise, and the cells of these that it cannot calculate.

    Nothing is stored in the cells of an array formula that are not `written`; such of them as are beyond a judge are none of these.
    """
    differing = {}
    unseen = {cell for cell, (formula, _) in ours.items() if cell not in written and limit(judge, formula) is not None}
    for cell, (_, stored) in ours.items():
        if cell not in written:
            continue
        found = values.at(*cell)
        if isinstance(found, Missing) or (stored or None) != (found or None):
            differing[cell] = found
    result.agreed[judge] += sum(cell in written for cell in ours) - len(differing)
    excused: set[Cell] = set()
    for cell in differing:
        reason = limit(judge, ours[cell][0])
        if reason is not None:
            excused.add(cell)
            result.beyond[judge, reason] += 1
    while more := {cell for cell in differing.keys() - excused if _reads(ours[cell][0], cell[0], excused | unseen)}:
        excused |= more
        result.beyond[judge, FOLLOWS] += len(more)
    following = {cell for cell in differing.keys() - excused if _reads(ours[cell][0], cell[0], differing.keys())}
    result.beyond[judge, FOLLOWS_OTHER] += len(following)
    return differing, excused | following


def _is_known(formula: str, ours: object, found: object) -> bool:
    return any(each.explains(formula, str(ours), str(found)) for each in CELL_DIFFERENCES)


def _reads(formula: str, sheet: str, cells: Collection[Cell]) -> bool:
    read = list(areas(formula, sheet))
    return any(
        s == sheet_ and top <= row <= bottom and left <= column <= right
        for sheet_, row, column in cells
        for s, top, left, bottom, right in read
    )


def areas(formula: str, sheet: str) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield the areas that a formula on `sheet` names: sheet, first row and column, last row and column."""
    for quoted, plain, column, row, last_column, last_row in REFERENCE.findall(formula):
        left, top = column_number(column), int(row)
        yield quoted or plain or sheet, top, left, int(last_row or row), column_number(last_column) if last_column else left

"""Cells of a sheet with merged areas, also such as lie over each other (no Excel writes them): what covers a place is what a list of all places says."""

from __future__ import annotations

from random import Random

import pytest

from toolkit.reading.arranged.cells import Area, Cells, part_of
from toolkit.reading.plan import Position
from toolkit.sources.grid import Grid

ROWS, COLUMNS = 7, 9


def made_up(seed: int) -> Grid:
    """A small sheet with a few texts, and areas over half of it that may lie over each other."""
    random = Random(seed)
    places = [(row, column) for row in range(1, ROWS + 1) for column in range(1, COLUMNS + 1)]
    areas: list[Area] = []
    for top, left in random.sample(places, 12):
        areas.append((top, left, min(ROWS, top + random.randint(0, 2)), min(COLUMNS, left + random.randint(0, 3))))
    return Grid("甲", {place: f"文{number}" for number, place in enumerate(random.sample(places, 10))}, tuple(areas))


def place_by_place(grid: Grid) -> tuple[dict[Position, tuple[Area, str]], dict[Position, Area]]:
    """What covers each place, and the blank areas: each place is written down for each area that is one, the last one counts."""
    single = dict(grid.cells)
    filled: dict[Position, tuple[Area, str]] = {}
    blank: dict[Position, Area] = {}
    for area in grid.merges:
        top, left, bottom, right = area
        covered = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
        inside = [place for place in covered if place in single]
        if len(covered) < 2 or len(inside) > 1:
            continue
        if inside:
            filled.update(dict.fromkeys(covered, (area, str(single.pop(inside[0])))))
        else:
            blank.update(dict.fromkeys(covered, area))
    return filled | {(row, column): ((row, column, row, column), str(text)) for (row, column), text in single.items()}, blank


@pytest.mark.parametrize("first", range(0, 200, 50))
def test_what_covers_a_place(first: int) -> None:
    for seed in range(first, first + 50):
        grid = made_up(seed)
        cells, (filled, blank) = Cells(grid), place_by_place(grid)
        for row in range(1, ROWS + 2):
            for column in range(1, COLUMNS + 2):
                cell = cells.at(row, column)
                assert (cell and ((cell.row, cell.column, cell.last_row, cell.last_column), cell.text)) == filled.get((row, column)), seed
                assert cells.blank_at(row, column) == blank.get((row, column)), seed
        assert {cell.text for cell in cells} == {text for _, text in filled.values()}
        assert [(cell.row, cell.column) for cell in cells] == sorted((cell.row, cell.column) for cell in cells)


def test_what_is_left_out_covers_nothing() -> None:
    for seed in range(50):
        cells = Cells(made_up(seed))
        rest = cells.without_rows(3, 4, 6)
        for row in range(1, ROWS + 1):
            for column in range(1, COLUMNS + 1):
                cell, gone = cells.at(row, column), 3 <= row <= 4 and column < 6
                begins = cell is not None and 3 <= cell.row <= 4 and cell.column < 6
                assert rest.at(row, column) == (None if begins else cell), seed
                assert rest.blank_at(row, column) == (None if gone else cells.blank_at(row, column)), seed


def test_some_of_the_rows_are_those_of_a_sheet_without_the_others() -> None:
    parted = 0
    for seed in range(250):
        grid = made_up(seed)
        for first in range(1, ROWS + 1):
            for last in range(first, ROWS + 1):
                cells = Cells(grid)
                assert cells.edge >= 0
                own = cells.of_rows(first, last)
                if own is None:
                    assert any(top < first <= bottom or top <= last < bottom for top, _, bottom, _ in grid.merges)
                    continue
                parted += 1
                assert not any(top < first <= bottom or top <= last < bottom for top, _, bottom, _ in grid.merges)
                alone = Cells(part_of(grid, (first, 1, last, COLUMNS)))
                assert (own.grid.cells, own.grid.merges) == (alone.grid.cells, alone.grid.merges)
                assert (own.by_row, own.last_row, own.last_column, own.columns, own.edge) == (
                    alone.by_row,
                    alone.last_row,
                    alone.last_column,
                    alone.columns,
                    alone.edge,
                )
                for row in range(1, ROWS + 2):
                    for column in range(1, COLUMNS + 2):
                        assert own.at(row, column) == alone.at(row, column)
                        assert own.blank_at(row, column) == alone.blank_at(row, column)
    assert parted > 500

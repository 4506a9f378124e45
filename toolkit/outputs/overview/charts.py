"""The charts of 总表.xlsx, native ones that follow their cells. Called by the sheets that show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.outputs.overview.book import Page

# Blues and quiet companions that stay apart in a grey print.
_COLOURS = ("#1F4E79", "#5B9BD5", "#BDD7EE", "#7F7F7F", "#C9A227", "#548235", "#A9D18E", "#843C0C")
_DARK = ("#1F4E79", "#7F7F7F", "#548235", "#843C0C")
_FONT = {"name": "宋体", "size": 9}
_GRID = {"color": "#D9D9D9", "width": 0.5}


@dataclass(frozen=True, slots=True)
class Area:
    """The cells of a sheet a chart shows, 0-based: first and last row, the columns of the amounts. Names stand in the first column, headings
    in the row above.
    """

    rows: tuple[int, int]
    columns: Sequence[int]

    def cells(self, sheet: str, column: int) -> list[str | int]:
        return [sheet, self.rows[0], column, self.rows[1], column]


def amount_chart(page: Page, kind: str, title: str, area: Area, size: tuple[int, int]) -> Any:
    """Return a stacked chart of amounts: `kind` is column or bar."""
    chart = page.file.add_chart({"type": kind, "subtype": "stacked"})
    sheet = page.sheet.name
    for number, column in enumerate(area.columns):
        chart.add_series(
            {
                "name": [sheet, area.rows[0] - 1, column],
                "categories": area.cells(sheet, 0),
                "values": area.cells(sheet, column),
                "fill": {"color": _COLOURS[number % len(_COLOURS)]},
                "border": {"color": "#FFFFFF", "width": 0.5},
                "gap": 60,
            }
        )
    _dress(chart, f"{title}（{page.detail.money.name}）", size, legend=len(area.columns) > 1)
    grid = {"visible": True, "line": _GRID}
    values = {"num_font": _FONT, "num_format": "#,##0", "major_gridlines": grid, "line": {"none": True}}
    labels = {"num_font": _FONT, "line": _GRID}
    if kind == "bar":
        # The first unit on top, the scale at the bottom.
        chart.set_x_axis(values)
        chart.set_y_axis({**labels, "reverse": True, "crossing": "max"})
    else:
        chart.set_x_axis(labels)
        chart.set_y_axis(values)
    return chart


def share_chart(page: Page, title: str, area: Area, size: tuple[int, int]) -> Any:
    """Return a ring of how the amounts of one column share in their sum."""
    chart = page.file.add_chart({"type": "doughnut"})
    colours = [_COLOURS[number % len(_COLOURS)] for number in range(area.rows[1] - area.rows[0] + 1)]
    inks = ["#FFFFFF" if colour in _DARK else "#000000" for colour in colours]
    chart.add_series(
        {
            "name": title,
            "categories": area.cells(page.sheet.name, 0),
            "values": area.cells(page.sheet.name, area.columns[0]),
            "points": [{"fill": {"color": colour}} for colour in colours],
            "border": {"color": "#FFFFFF", "width": 1},
            "data_labels": {
                "percentage": True,
                "num_format": "0.0%",
                "font": _FONT,
                "custom": [{"font": {**_FONT, "color": ink}} for ink in inks],
            },
        }
    )
    chart.set_hole_size(55)
    _dress(chart, title, size, legend=True)
    return chart


def insert_chart(page: Page, place: tuple[int, int], chart: Any, *, left: int = 4) -> None:
    """Put a chart at a 0-based place, `left` pixels into its cell; it keeps its size when rows grow."""
    page.sheet.insert_chart(*place, chart, {"x_offset": left, "y_offset": 6, "object_position": 2})


def _dress(chart: Any, title: str, size: tuple[int, int], *, legend: bool) -> None:
    chart.set_title({"name": title, "name_font": {"name": "黑体", "size": 12, "bold": False}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": _FONT} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": "#BFBFBF"}})
    chart.set_size({"width": size[0], "height": size[1]})

"""The charts of 总表.xlsx, native ones that follow their cells. Called by the sheets that show them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolkit.outputs.overview.book import Money

# Blues and quiet companions that stay apart in a grey print.
_COLOURS = ("#1F4E79", "#5B9BD5", "#BDD7EE", "#7F7F7F", "#C9A227", "#548235", "#A9D18E", "#843C0C")
_DARK = ("#1F4E79", "#7F7F7F", "#548235", "#843C0C")
_FONT = {"name": "宋体", "size": 9}
_GRID = {"color": "#D9D9D9", "width": 0.5}

# 0-based place of a series' heading: sheet, row, column.
Heading = tuple[str, int, int]


def amount_chart(
    book: Any,
    kind: str,
    title: str,
    money: Money,
    sheet: str,
    rows: tuple[int, int],
    names: int,
    series: Sequence[Heading],
    size: tuple[int, int] = (860, 360),
) -> Any:
    """Return a stacked chart of amounts: `kind` is column or bar, `rows` the first and last row, `names` their column.

    Every heading in `series` stands over its amounts.
    """
    chart = book.add_chart({"type": kind, "subtype": "stacked"})
    for number, (place, head, column) in enumerate(series):
        colour = _COLOURS[number % len(_COLOURS)]
        chart.add_series(
            {
                "name": [place, head, column],
                "categories": [sheet, rows[0], names, rows[1], names],
                "values": [place, rows[0], column, rows[1], column],
                "fill": {"color": colour},
                "border": {"color": "#FFFFFF", "width": 0.5},
                "gap": 60,
            }
        )
    _dress(chart, f"{title}（{money.name}）", size, legend=len(series) > 1)
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


def share_chart(book: Any, title: str, sheet: str, rows: tuple[int, int], names: int, column: int, size: tuple[int, int]) -> Any:
    """Return a ring of how amounts share in their sum."""
    chart = book.add_chart({"type": "doughnut"})
    colours = [_COLOURS[number % len(_COLOURS)] for number in range(rows[1] - rows[0] + 1)]
    inks = ["#FFFFFF" if colour in _DARK else "#000000" for colour in colours]
    chart.add_series(
        {
            "name": title,
            "categories": [sheet, rows[0], names, rows[1], names],
            "values": [sheet, rows[0], column, rows[1], column],
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


def _dress(chart: Any, title: str, size: tuple[int, int], *, legend: bool) -> None:
    chart.set_title({"name": title, "name_font": {"name": "黑体", "size": 12, "bold": False}, "overlay": False})
    chart.set_legend({"position": "bottom", "font": _FONT} if legend else {"none": True})
    chart.set_chartarea({"border": {"color": "#BFBFBF"}})
    chart.set_size({"width": size[0], "height": size[1]})

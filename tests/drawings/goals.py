"""The goals: beside each other, one under the other, or under their labels, in cells one or several rows high.

In: a canvas, a content, a style. Out: cells on the canvas. Called by `drawing`.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.drawings.declarations import GOALS, Content
from tests.drawings.funding import SIDE
from tests.drawings.head import draw_section, draw_side
from tests.drawings.labels import typeset
from tests.drawings.measure import MOST, PAGE_WIDTH, text_height
from tests.drawings.model import Canvas, cut
from tests.drawings.style import Style


def draw_goals(canvas: Canvas, content: Content, style: Style) -> None:
    """Draw the goal block."""
    draw_section(canvas, style, "三、项目绩效目标")
    first, width, top = 1, canvas.width, canvas.row
    if style.groups == "侧栏":
        (_, side), (first, width) = cut([SIDE, 6], canvas.width)
    names = tuple(name for name in GOALS if name not in style.omitted)
    names = names[::-1] if style.extras.mirrored else names
    if style.goals == "并排":
        _beside(canvas, content, style, names, (first, width))
    elif style.goals == "成对":
        _paired(canvas, content, style, names, (first, width))
    else:
        for name in names:
            _alone(canvas, content, style, name, (first, width))
    if style.groups == "侧栏":
        draw_side(canvas, style, "项目\n绩效\n目标" if canvas.row - top > 1 else "绩效目标", side, top)


def goal_label(content: Content, style: Style, name: str) -> str:
    """Return the label of a goal; it may carry the year."""
    label = style.labels[name]
    if name == "年度总体目标" and style.year_place == "目标标题":
        label = f"{label}（{content.head['年度']}年度）"
    return typeset(label, style.look)


def _high(canvas: Canvas, content: Content, style: Style, names: Sequence[str], columns: int) -> int:
    """Rows for the goals `names`: what the style says, more where a row can't be high enough for the text."""
    width = PAGE_WIDTH * columns / canvas.width
    heights = (text_height(str(content.head[name] or ""), width) for name in names)
    return max(style.goal_rows, int(max(heights, default=0) // MOST) + 1)


def _beside(canvas: Canvas, content: Content, style: Style, names: tuple[str, ...], area: tuple[int, int]) -> None:
    columns = cut([1] * len(names), area[1], area[0])
    rows = _high(canvas, content, style, names, min(span for _, span in columns))
    for name, (column, span) in zip(names, columns, strict=True):
        canvas.put(column, span, goal_label(content, style, name), "label", field=name)
        canvas.put(column, span, content.head[name], "value", down=1, rows=rows, field=name, align="left")
    canvas.next(1 + rows)


def _paired(canvas: Canvas, content: Content, style: Style, names: tuple[str, ...], area: tuple[int, int]) -> None:
    """Label and goal, label and goal in one row."""
    columns = cut([1, 4] * len(names), area[1], area[0])
    rows = _high(canvas, content, style, names, min(span for _, span in columns[1::2]))
    for index, name in enumerate(names):
        label = goal_label(content, style, name)
        canvas.put(*columns[2 * index], label, "label", rows=rows, field=name)
        canvas.put(*columns[2 * index + 1], content.head[name], "value", rows=rows, field=name, align="left")
    canvas.next(rows)


def _alone(canvas: Canvas, content: Content, style: Style, name: str, area: tuple[int, int]) -> None:
    first, width = area
    label, value = goal_label(content, style, name), content.head[name]
    (column, span), (second, wide) = cut([1, 5], width, first)
    rows = _high(canvas, content, style, (name,), wide)
    if style.goals == "标签在上":
        canvas.put(first, width, label, "label", field=name, align="left")
        canvas.next()
        canvas.put(first, width, value, "value", rows=rows, field=name, align="left")
    else:
        canvas.put(column, span, label, "label", field=name, rows=rows)
        canvas.put(second, wide, value, "value", rows=rows, field=name, align="left")
    canvas.next(rows)

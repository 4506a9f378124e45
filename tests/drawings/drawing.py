"""A random drawing from a seed: contents put on grids in one office's arrangement, forms stacked or on sheets of their own.

`random_drawing(seed)` is the way in; `compose` draws given contents in a given style (fixed layouts, real documents).
"""

from __future__ import annotations

import random
from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.drawings.choices import random_style
from tests.drawings.declarations import Content, Value, contents
from tests.drawings.funding import draw_funding
from tests.drawings.goals import draw_goals
from tests.drawings.habits import Habits, carried_out, random_habits
from tests.drawings.head import CODE, coded, draw_head, draw_section, draw_title, person
from tests.drawings.measure import PAGE_WIDTH, shown
from tests.drawings.model import Canvas, Cell, Drawing, Sheet, cut
from tests.drawings.style import Style
from tests.drawings.table import draw_table

NO_HABITS = Habits()


def random_drawing(seed: int) -> Drawing:
    """Return the drawing of a seed, always the same one."""
    rng = random.Random(f"style {seed}")
    style = random_style(rng)
    return compose(f"{seed:06d}", contents(seed, style.projects), style, rng, random_habits(random.Random(f"habits {seed}")))


def compose(name: str, given: Sequence[Content], style: Style, rng: random.Random, habits: Habits = NO_HABITS) -> Drawing:
    """Return `given` drawn in `style`; fields the style has no place for are blank in the drawing's own contents."""
    given = tuple(_old_tree(content, style) for content in given)
    printed = tuple(content.without(style.omitted) for content in given)
    pairs = enumerate(zip(printed, given, strict=True))
    forms = [carried_out(_form(_printed(content, full), style, rng, number), habits) for number, (content, full) in pairs]
    if style.stacked.startswith("同表"):
        gap = 0 if style.stacked.endswith("紧接") else rng.randint(1, 3)
        sheets = [_sheet("绩效目标", _stacked(forms, gap), style)]
    else:
        sheets = [_sheet("绩效目标表" if len(forms) == 1 else f"项目{number}", cells, style) for number, cells in enumerate(forms, 1)]
    if style.extras.instructions:
        sheets.append(_instructions())
    traits = {**style.traits(), "习惯": habits.words()}
    return Drawing(name, tuple(sheets), printed, traits, style.omitted, _accepted(given, style))


def _printed(content: Content, full: Content) -> Content:
    """The content as drawn: periods in one cell still need the dates."""
    dates = {name: full.head[name] for name in ("计划开始日期", "计划完成日期")}
    return content.put(**dates)


def _accepted(given: Sequence[Content], style: Style) -> dict[tuple[int, str], tuple[Value, ...]]:
    """What a reader may say as well: dates made out of one cell with both days or both months, a department with its printed code."""
    found: dict[tuple[int, str], tuple[Value, ...]] = {}
    for number, content in enumerate(given if "起止时间" in style.strange_pairs else ()):
        start, end, year = (content.head[name] for name in ("计划开始日期", "计划完成日期", "年度"))
        assert isinstance(year, int)
        days = [(start, end)]
        if style.period == "年月":
            days = [(date(year, 1, 1), date(year, 12, 31))]
            if isinstance(start, date) and isinstance(end, date):
                days.append((start.replace(day=1), end.replace(day=monthrange(end.year, end.month)[1])))
        found[number, "计划开始日期"] = tuple(first for first, _ in days)
        found[number, "计划完成日期"] = tuple(last for _, last in days)
    if coded(style):
        found |= {(n, "主管部门"): (f"[{CODE}]{content.head['主管部门']}",) for n, content in enumerate(given)}
    return found


def _old_tree(content: Content, style: Style) -> Content:
    """The older tree, where costs are the fourth kind of output."""
    if not style.old_tree:
        return content
    kept = [row for row in content.rows if row.level1 != "成本指标"]
    costs = [replace(row, level1="产出指标", level2="成本指标") for row in content.rows if row.level1 == "成本指标"]
    last = max(index for index, row in enumerate(kept) if row.level1 == "产出指标")
    return replace(content, rows=(*kept[: last + 1], *costs, *kept[last + 1 :]))


def _form(content: Content, style: Style, rng: random.Random, number: int) -> list[Cell]:
    canvas = Canvas(style.columns, number)
    titled = style.titles == "每份" or number == 0
    draw_title(canvas, content, style, titled=titled)
    draw_section(canvas, style, "一、项目基本情况")
    sections: tuple[Callable[[], None], ...] = (
        lambda: draw_head(canvas, content, style, rng),
        lambda: draw_funding(canvas, content, style),
        lambda: draw_goals(canvas, content, style),
        lambda: draw_table(canvas, content, style, rng),
    )
    for draw in sections:
        draw()
        canvas.next(int(style.gaps and rng.random() < 0.5))
    _tail(canvas, style, rng)
    if style.extras.margin:
        _remark(canvas, style, rng)
    cells = canvas.cells
    return _with_column(cells, style.spacer) if style.spacer else cells


def _tail(canvas: Canvas, style: Style, rng: random.Random) -> None:
    for note in style.notes:
        canvas.put(1, canvas.width, note, "note", align="left")
        canvas.next()
    phone = f"0{rng.randint(21, 29)}-{rng.randint(50000000, 69999999)}"
    signed = (("填报人", person(rng)), ("联系电话", phone), ("单位（盖章）", ""))
    if style.signatures == "一格":
        text = "      ".join(f"{label}：{value}" for label, value in signed)
        canvas.put(1, canvas.width, text, "note", align="left")
        canvas.next()
    elif style.signatures == "成对":
        columns = cut([2, 3] * 2, canvas.width)
        for index, (label, value) in enumerate(signed[:2]):
            canvas.put(*columns[2 * index], label, "strange")
            canvas.put(*columns[2 * index + 1], value, "strange")
        canvas.next()


def _remark(canvas: Canvas, style: Style, rng: random.Random) -> None:
    """Somebody's remarks to the right of the indicators; beside a label they might be meant for its value."""
    rows = rng.sample(sorted({cell.row for cell in canvas.cells if cell.line is not None}), 2)
    for row, text in zip(rows, rng.sample(("←请核实", "（必填）", "与去年一致？"), rng.randint(1, 2)), strict=False):
        canvas.put(style.columns + 1, 1, text, "note", down=row - canvas.row, field="旁注", align="left")


def _instructions() -> Sheet:
    """A sheet of explanations, with the form's own words in it."""
    lines: tuple[tuple[Value, ...], ...] = (
        ("序号", "栏目", "填写说明"),
        (1, "项目名称", "按部门预算批复的全称填写，与预算系统一致。"),
        (2, "年度总体目标", "概括描述本年度通过财政资金投入预期达到的产出和效果。"),
        (3, "一级指标、二级指标", "产出指标、效益指标、满意度指标为必填，成本指标按需填写。"),
        (4, "指标值", "尽量定量，如“≥90%”；不能定量的写可以核实的结果。"),
    )
    cells = [
        Cell(row, column, text, role="strange", align="left") for row, line in enumerate(lines, 1) for column, text in enumerate(line, 1)
    ]
    return Sheet("填表说明", tuple(cells), (6.0, 24.0, 62.0))


def _with_column(cells: list[Cell], at: int) -> list[Cell]:
    """The cells after somebody inserted a column before `at`."""
    moved = []
    for cell in cells:
        if cell.column >= at:
            moved.append(replace(cell, column=cell.column + 1))
        elif cell.column + cell.columns > at:
            moved.append(replace(cell, columns=cell.columns + 1))
        else:
            moved.append(cell)
    return moved


def _stacked(forms: list[list[Cell]], gap: int) -> list[Cell]:
    cells: list[Cell] = []
    below = 0
    for form in forms:
        cells += [replace(cell, row=cell.row + below) for cell in form]
        below = max(cell.row + cell.rows - 1 for cell in cells) + gap
    return cells


def _sheet(name: str, cells: list[Cell], style: Style) -> Sheet:
    placed = tuple(replace(cell, row=cell.row + style.top, column=cell.column + style.left) for cell in cells)
    body = max(cell.column + cell.columns - 1 for cell in cells if cell.field != "旁注")
    widths = [2.0] * style.left + [max(2.2, PAGE_WIDTH / body)] * body + [12.0] * style.extras.margin
    return Sheet(name, tuple(sorted(placed, key=lambda cell: (cell.row, cell.column))), tuple(_widened(placed, widths)))


def _widened(cells: Sequence[Cell], widths: list[float]) -> list[float]:
    """Columns wide enough for their numbers and dates, which would show as #### otherwise."""
    for cell in cells:
        if isinstance(cell.value, (Decimal, date)):
            covered = range(cell.column - 1, cell.column - 1 + cell.columns)
            lacking = len(shown(cell)) + 3 - sum(widths[column] for column in covered)
            for column in covered:
                widths[column] += max(0.0, lacking / cell.columns)
    return widths

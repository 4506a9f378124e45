"""What a sheet says beside the form's cells → doubts: hidden rows, comments, text boxes, an old version, cells not understood.

In: a grid and where the form stands in it. Out: `Doubt`s, at most a few a sheet. Called by `sheet`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from toolkit.forms.model import Form
from toolkit.reading.model import MISSING, NOTE, OLD_VERSION, PICTURE, TEXT_BOX, UNREAD, Doubt, Entry
from toolkit.reading.placement import Placement
from toolkit.sources.grid import Grid
from toolkit.spreadsheet.a1 import cell_name, column_letters
from toolkit.values.words import WARNING

_LONGEST_QUOTE = 60

# So many cells that nobody understood are quoted in the warning, each with so many characters.
_MOST_CELLS, _LONGEST_CELL = 6, 20


def remark_doubts(grid: Grid, placement: Placement, entries: Iterable[Entry]) -> Iterator[Doubt]:
    """Yield a doubt for whatever a reader of the values alone, the `entries`, would not see."""
    yield from _version_doubt(grid, placement.plan.form, entries)
    if grid.hidden:
        message = f"工作表“{grid.name}”是隐藏的，里面有填报内容，已照常读取。"
        yield _doubt("格式-隐藏", None, message, "请确认这张表是否应报送；应报送请取消隐藏，不报送请删除。")
    lines = _hidden_lines(grid, placement)
    if lines or grid.filtered:
        what = ["设有筛选"] * grid.filtered + [f"{'、'.join(lines)}是隐藏的"] * bool(lines)
        message = f"表中{'，'.join(what)}，隐藏的内容已照常读取。"
        yield _doubt("格式-隐藏", None, message, "请取消隐藏和筛选，核对这些内容是否应报送。")
    for (row, column), text in sorted(grid.comments.items()):
        if column <= placement.last_column:
            message = f"单元格有批注“{_quote(text)}”，批注里的内容不会被读取。"
            yield _doubt(NOTE, cell_name(row, column), message, "如批注是填报内容，请写进单元格。", _quote(text))
    for text in grid.shapes:
        message = f"表中有文本框“{_quote(text)}”，文本框里的内容不会被读取。"
        yield _doubt(TEXT_BOX, None, message, "如是填报内容，请写进单元格。", _quote(text))
    if grid.pictures:
        message = f"表中有 {grid.pictures} 张图片，图片里的内容不会被读取。"
        yield _doubt(PICTURE, None, message, "如图片里有填报内容，请写进单元格。")


def _version_doubt(grid: Grid, form: Form, entries: Iterable[Entry]) -> Iterator[Doubt]:
    """A workbook issued with another version of the form; an older one is good enough where all fields and columns of this one are there."""
    if not grid.version or not form.version or grid.version == form.version or grid.form not in (None, form.name):
        return
    older = _version(grid.version) < _version(form.version)
    message = f"用的是{'旧' if older else '另一'}版表样（{grid.version} 版），现行的是 {form.version} 版，已按现行表样读取。"
    suggestion = "请核对两版不同之处；有出入请用现行表样重新填报。" if older else "请核对所用表样是否为最新版，或用 --form 指定对应的表样。"
    if older and all(entry.state != MISSING for entry in entries):
        suggestion = "现行表样的各项都已读到，不用重填；以后请用现行表样。"
    yield Doubt(OLD_VERSION, WARNING, None, None, grid.version, message, suggestion)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", text))


def _hidden_lines(grid: Grid, placement: Placement) -> list[str]:
    """The hidden rows and columns that hold something of the form, in words."""
    last = placement.last_column
    hidden = {column for column in grid.hidden_columns if column <= last}
    if not grid.hidden_rows and not hidden:
        return []
    inside = [(row, column) for row, column in grid.cells if column <= last]
    rows = sorted({row for row, _ in inside} & grid.hidden_rows)
    columns = sorted({column for _, column in inside} & hidden)
    said = [f"第 {_span(str(first), str(last))} 行" for first, last in _runs(rows)]
    return said + [f"{_span(column_letters(first), column_letters(last))} 列" for first, last in _runs(columns)]


def _runs(lines: list[int]) -> list[tuple[int, int]]:
    runs = []
    for _, group in groupby(enumerate(lines), key=lambda each: each[1] - each[0]):
        members = [line for _, line in group]
        runs.append((members[0], members[-1]))
    return runs


def _span(first: str, last: str) -> str:
    return first if first == last else f"{first}–{last}"


def _quote(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_QUOTE else f"{flat[:_LONGEST_QUOTE]}……"


def _doubt(rule: str, cell: str | None, message: str, suggestion: str, value: str | None = None) -> Doubt:
    return Doubt(rule, WARNING, None, cell, value, message, suggestion)


def unread_doubt(found: Sequence[tuple[str, str]]) -> Iterator[Doubt]:
    """Yield the one warning about cells, or lines, that nobody understood: each with its place and its text, in order."""
    if not found:
        return
    short = [(place, " ".join(text.split())) for place, text in found]
    short = [(place, text if len(text) <= _LONGEST_CELL else f"{text[:_LONGEST_CELL]}…") for place, text in short]
    more = f"等 {len(short)} 处" if len(short) > _MOST_CELLS else ""
    message = f"有内容没有读懂，没有算作任何一项：{'、'.join(f'{place}“{text}”' for place, text in short[:_MOST_CELLS])}{more}。"
    yield Doubt(UNREAD, WARNING, None, *short[0], message, "请核对这些内容是否应填在表里的某一项。", tuple(found))

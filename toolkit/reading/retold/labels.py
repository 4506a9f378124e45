"""Labels in two languages, over two cells, or behind and under their values → each in a cell of its own before its value.

In: a grid and the forms it may be of. Out: the same grid with such labels as forms print them, and which cells changed places. Only what is
so throughout a sheet is taken for its way of printing labels. Called by `read`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice

from toolkit.forms.model import CODE, NUMERIC, Form
from toolkit.reading.arranged.cells import Cell, Cells, cells_of
from toolkit.reading.arranged.hits import known
from toolkit.reading.arranged.labels import NUMBERING, Kind
from toolkit.reading.arranged.prices import OF_OFFICES, is_office, misfit
from toolkit.reading.model import Repair
from toolkit.reading.plan import Plan, Position, Spot, plan_of, text_key
from toolkit.reading.shapes.turned import Moved, gathered
from toolkit.sources.grid import Grid
from toolkit.values.amounts import UNITS

# So many labels printed in one way make it the sheet's.
_ENOUGH = 3

# No longer is a label in two languages, and half a label.
_LONGEST, _LONGEST_HALF = 160, 8

# Letters of other scripts than Chinese: Latin words; Uyghur and Kazakh, Tibetan, Mongolian, Yi, Korean.
_FOREIGN = re.compile(
    r"[A-Za-z][A-Za-z'’.-]{2,30}|[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff\u0f00-\u0fff\u1800-\u18af\ua000-\ua4cf\uac00-\ud7af]+"
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")

# A unit of money in a label without brackets of its own.
_UNIT = re.compile(rf"[，,、]\s{{0,3}}(?:单位[:：])?({'|'.join(UNITS)})$")

_ARROWS, _BRACKETS = "←⇐◄◀", "（("
_ARROW = re.compile(rf"^\s{{0,9}}[{_ARROWS}][:：]?\s{{0,9}}")
_CAPTION = re.compile(rf"\s{{0,9}}[{_BRACKETS}](.{{2,24}})[)）]\s{{0,9}}", re.DOTALL)
_OPENING = re.compile(rf"^\s{{0,9}}[{_ARROWS}{_BRACKETS}]", re.MULTILINE)

Test = Callable[[str], bool]


def with_usual_labels(grid: Grid, forms: Sequence[Form]) -> tuple[Grid, Moved | None]:
    """Return the grid with its labels as forms print them; the grid itself where they are."""
    plans = [plan_of(form) for form in forms]

    def is_label(text: str) -> bool:
        key = text_key(text)
        return any(known(plan, key)[0] or key in plan.level_words for plan in plans)

    # Most sheets have no such labels, as all their texts at a glance show.
    texts = _texts(grid)
    if _has_enough(_FOREIGN, texts):
        grid = _in_chinese(grid, is_label)
        texts = _texts(grid)
    if _has_halves(grid, plans, is_label):
        grid = _joined(grid, is_label)
    cells = cells_of(grid)
    swaps = (_captions(cells, is_label) if _has_enough(_OPENING, texts) else {}) or _behind(cells, plans)
    return _swapped(grid, swaps) if swaps else (grid, None)


def _texts(grid: Grid) -> str:
    return "\n".join([value for value in grid.cells.values() if isinstance(value, str)])


def _has_enough(pattern: re.Pattern[str], text: str) -> bool:
    """Whether so much of a kind is in a text that it may be the sheet's way of printing labels."""
    return len([*islice(pattern.finditer(text), _ENOUGH)]) >= _ENOUGH


def _in_chinese(grid: Grid, is_label: Test) -> Grid:
    """The grid with the Chinese alone of labels that are printed in another language as well."""
    texts = {
        place: value for place, value in grid.cells.items() if isinstance(value, str) and len(value) <= _LONGEST and _FOREIGN.search(value)
    }
    if len(texts) < _ENOUGH:
        return grid
    found = {place: text for place, value in texts.items() if (text := _chinese(value)) != value and text and is_label(text)}
    return replace(grid, cells={**grid.cells, **found}) if len(found) >= _ENOUGH else grid


def _chinese(text: str) -> str:
    """What of a text is Chinese, without the words of another script beside it.

    >>> _chinese("年度资金总额（万元）\\nAnnual Budget (10,000 CNY)"), _chinese("Project Name 项目名称"), _chinese("OA系统"), _chinese("Excel")
    ('年度资金总额（万元）', '项目名称', 'OA系统', '')
    """
    return "".join(piece.strip() for piece in _FOREIGN.split(text) if _CHINESE.search(piece))


def _has_halves(grid: Grid, plans: Sequence[Plan], is_label: Test) -> bool:
    """Whether enough short texts begin labels and are none."""
    short = [value for value in grid.cells.values() if isinstance(value, str) and 1 < len(value) <= _LONGEST_HALF]
    keys = {text: NUMBERING.sub("", text_key(text)) for text in short}
    halves = {text for text, key in keys.items() if any(key in plan.halves for plan in plans) and not is_label(text)}
    return sum(text in halves for text in short) >= _ENOUGH


def _joined(grid: Grid, is_label: Test) -> Grid:
    """The grid with labels in one cell whose halves stand in two side by side: `项目 | 名称`."""
    sides = cells_of(grid)
    halves = list(_halves(sides, is_label))
    if sum(not is_label(one.text) and not is_label(other.text) for one, other in halves) < _ENOUGH:
        return grid
    cells, merges = dict(grid.cells), list(grid.merges)
    for one, other in halves:
        cells[one.place] = one.text + other.text
        del cells[other.place]
        merges = [area for area in merges if area[:2] not in ((one.row, one.column), (other.row, other.column))]
        merges.append((one.row, one.column, one.last_row, other.last_column))
    return replace(grid, cells=cells, merges=tuple(merges))


def _halves(cells: Cells, is_label: Test) -> Iterator[tuple[Cell, Cell]]:
    for line in cells.by_row.values():
        last = None
        for one, other in zip(line, line[1:], strict=False):
            if one is last:
                continue
            beside = other.column == one.last_column + 1 and (one.row, one.last_row) == (other.row, other.last_row)
            texts = one.value, other.value
            if not beside or not all(isinstance(text, str) and len(text) <= 2 * _LONGEST_HALF for text in texts):
                continue
            if is_label(one.text + other.text) and not (is_label(one.text) and is_label(other.text)):
                last = other
                yield one, other


def _captions(cells: Cells, is_label: Test) -> dict[Position, Position]:
    """The values over labels in brackets, `云溪农场` over `（实施单位）`, and those an arrow points to, each with its label's place."""
    found: dict[Position, Position] = {}
    for cell in cells:
        if not isinstance(cell.value, str):
            continue
        caption = _CAPTION.fullmatch(cell.value)
        arrow = _ARROW.match(cell.value)
        if caption is None and arrow is None or not is_label(_bare(cell.value)):
            continue
        value = cells.at(cell.row, cell.column - 1) if arrow is not None else cells.at(cell.row - 1, cell.column)
        if value is None or arrow is None and value.column != cell.column or isinstance(value.value, str) and is_label(value.text):
            return {}
        found[value.place] = cell.place
    return found if len(found) >= _ENOUGH else {}


def _behind(cells: Cells, plans: Sequence[Plan]) -> dict[Position, Position]:
    """The values left of their labels, or over them, each with its label's place, where what they are shows it."""
    for plan in plans:
        pairs: list[tuple[Cell, Cell]] = []
        before = after = 0
        for row, line in cells.by_row.items():
            named = [(cell, spot) for cell in line if (spot := _spot(cell, plan)) is not None]
            left = len(line) == 2 * len(named) and all(cell is other for cell, (other, _) in zip(line[1::2], named, strict=True))
            over = len(line) == len(named) > 1
            for label, spot in named if left or over else ():
                near = [cells.at(row, label.column - 1), cells.at(row, label.last_column + 1)]
                if over:
                    near = [cells.at(row - 1, label.column), cells.at(label.last_row + 1, label.column)]
                values = [each if each is not None and not _is_known(each, plan) else None for each in near]
                pairs += [(values[0], label)] if values[0] is not None else []
                before, after = (
                    count + (each is not None and _fits(each, spot)) for count, each in zip((before, after), values, strict=True)
                )
        if before > max(1, after):
            return {value.place: label.place for value, label in pairs}
    return {}


def _is_known(cell: Cell, plan: Plan) -> bool:
    """Whether a cell is a label or heading of the form."""
    key = plan.key(cell.value)
    return key is not None and bool(known(plan, key)[0])


def _spot(cell: Cell, plan: Plan) -> Spot | None:
    """The field that a cell is the label of."""
    key = plan.key(cell.value)
    meanings = known(plan, key)[0] if key is not None else ()
    name = next((m.names[0] for m in meanings if m.kind is Kind.FIELD and m.names), None) if meanings else None
    return plan.named.get(name) if name is not None else None


def _fits(value: Cell, spot: Spot) -> bool:
    """Whether a value is likely to be a field's and hardly another's: an amount, a date, a word of its list, the name of an office."""
    if spot.field.role in OF_OFFICES:
        return is_office(value.text)
    return spot.field.type in (*NUMERIC, CODE) and misfit(value.value, spot) == 0.0


def _swapped(grid: Grid, swaps: Mapping[Position, Position]) -> tuple[Grid, Moved]:
    """The grid with values and labels in each other's places, and where each comes from."""
    places = {**swaps, **{label: value for value, label in swaps.items()}}
    origins = {place: places.get(place, place) for place in grid.cells}
    made = gathered(grid, origins)
    labels = {value: _bare(str(made.cells[value])) for value in swaps}
    made = replace(
        made, cells={**made.cells, **labels}, merges=grid.merges, hidden_rows=grid.hidden_rows, comments=grid.comments, tables=grid.tables
    )
    message = "标签印在内容的右边或下面，已按标签在前读取。"
    return made, Moved.of(origins, Repair("修复-标签在后", "", None, "标签在内容之后", "标签在内容之前", message))


def _bare(text: str) -> str:
    """A label without the arrow before it or the brackets around it."""
    caption = _CAPTION.fullmatch(text)
    return _UNIT.sub(r"（\1）", caption[1] if caption is not None else _ARROW.sub("", text))

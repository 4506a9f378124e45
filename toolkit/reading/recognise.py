"""Whether a sheet is a form at all, and which: by its labels, the same for every source.

In: a placement. Out: yes or no. A form is told by its row table's heading and the labels of its fields; other forms that show
many of the same labels (自评表, 监控表, 区域 and 整体支出绩效目标表, lists of all indicators) are told by what they print and this form does
not. Our own sheets beside the form are none, whatever labels they quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from toolkit.reading.arranged.hits import known
from toolkit.reading.arranged.labels import Kind
from toolkit.reading.placement import Placement
from toolkit.reading.plan import Plan, plan_of, text_key
from toolkit.sources.grid import OWN_SHEETS, Grid
from toolkit.sources.text import PAGE_BREAK
from toolkit.values.text import label_key, squeeze
from toolkit.values.words import PROJECT_ROLE

_OWN_HEADINGS = frozenset(("工作表", "编号", "级别", "结果", "提示", "建议", "位置"))

# A label that has its value behind it in one cell, behind a colon or a gap.
_BEFORE_COLON = re.compile(r"[^:：\n]{2,24}(?=[:：]\s{0,4}\S)|[^\s:：]{2,14}(?=[ \t\u3000\xa0]{2})")

_INSTRUCTIONS = re.compile(r"(?:附[:：]?)?(?:项目)?(?:填[写报表]|编制)说明(?:表)?")
_LONGEST_HEADING = 30

# A sheet is this form when it shows at least this share of the form's labels; with the heading of its table these are enough.
# One that is called a form of targets as this one is needs less.
ENOUGH, _ENOUGH_FIELDS, _FEW_FIELDS = 0.6, 4, 3

# What other forms about the same projects are called (such a word in the name of a unit, a system, a service calls none), and what they ask for.
_OTHER_TITLES = re.compile(
    "自评|整体(?:支出|绩效)|部门整体|(?:监控|评[价估]|区域|运行)"
    "(?![^绩支情表书（(]{0,12}(?:中心|局|委|办|所|站|院|校|馆|队|会|部|处|科|公司|集团|系统|平台|工程|管理|服务|维护|设备|设施|发展|协同|医疗))"
)
_OF_TARGETS = re.compile("目标(?:申报|批复|填报|编报)?[表书]")
_OTHER_LABELS = re.compile("得分|完成值|执行数|执行率|自评|偏差|完成情况|完成程度|调整[前后]")


def is_own_sheet(grid: Grid) -> bool:
    """Return whether a sheet is one that our workbooks carry beside the form."""
    return grid.name is not None and grid.name.strip() in OWN_SHEETS


def names_shown(grid: Grid, plan: Plan) -> tuple[int, float]:
    """Return how many of a form's fields and columns the labels of a grid can name, and which share of them that is."""
    heads = (_BEFORE_COLON.match(value) or value for value in grid.cells.values() if isinstance(value, str))
    texts = (head if isinstance(head, str) else head[0] for head in heads)
    shown = {text_key(text) for text in texts if len(text) <= plan.limit}
    meant = {(m.kind, name) for key in shown for m in known(plan, key)[0] if m.kind in (Kind.FIELD, Kind.COLUMN) for name in m.names}
    return len(meant), len(meant) / max(1, len(plan.spots) + len(plan.columns))


def names_project(grid: Grid, plan: Plan) -> bool:
    """Return whether a sheet shows the label of a form's project."""
    name = plan.form.roles.get(PROJECT_ROLE)
    keys = (plan.key(value) for value in grid.cells.values())
    meant = (meaning for key in keys if key is not None for meaning in plan.vocabulary.get(key, ()))
    return name is not None and any(meaning.kind == Kind.FIELD and name in meaning.names for meaning in meant)


def without_own_pages(grid: Grid, plan: Plan) -> Grid:
    """Return a printed workbook without the pages of our own sheets: from one of their headings to the form's next page."""
    breaks = sorted(row for (row, _), value in grid.cells.items() if value == PAGE_BREAK)
    if not breaks:
        return grid
    rows: dict[int, list[str]] = {}
    for (row, _), value in sorted(grid.cells.items()):
        if isinstance(value, str) and value != PAGE_BREAK:
            rows.setdefault(row, []).append(value)
    starts = [0, *breaks]
    left_out: list[tuple[int, int]] = []
    own = False
    for start, end in zip(starts, [*breaks, max(rows, default=0) + 1], strict=True):
        page = [rows[row] for row in range(start, end) if row in rows]
        own = _is_own_page(page) or (own and not _shows_form(page, plan))
        if own:
            left_out.append((start, end))
    if not left_out:
        return grid
    kept = {place: value for place, value in grid.cells.items() if not any(start <= place[0] < end for start, end in left_out)}
    return replace(grid, cells=kept)


def without_instructions(grid: Grid, plan: Plan) -> Grid:
    """Return a sheet without a table that explains how to fill in the form: it quotes the labels, with advice for values."""
    if not any([isinstance(value, str) and "说" in value for value in grid.cells.values()]):
        return grid
    rows: dict[int, list[str]] = {}
    for (row, _), value in sorted(grid.cells.items()):
        if isinstance(value, str) and len(value) <= _LONGEST_HEADING:
            rows.setdefault(row, []).append(squeeze(value))
    starts = [row for row, texts in rows.items() if len(texts) < 4 and any(_INSTRUCTIONS.fullmatch(text) for text in texts)]
    if not starts:
        return grid
    title = label_key(plan.form.title)
    heads = sorted(row for row, texts in rows.items() if len(texts) == 1 and (label_key(texts[0]) == title or texts[0].endswith("表")))
    ends = {start: min((head for head in heads if head > start), default=None) for start in starts}
    kept = {
        place: value
        for place, value in grid.cells.items()
        if not any(start <= place[0] and (end is None or place[0] < end) for start, end in ends.items())
    }
    return replace(grid, cells=kept)


def _is_own_page(page: list[list[str]]) -> bool:
    if page and len(page[0]) == 1 and squeeze(page[0][0]) in OWN_SHEETS:
        return True
    return any(len({squeeze(text) for text in line} & _OWN_HEADINGS) >= 4 for line in page[:6])


def _shows_form(page: list[list[str]], plan: Plan) -> bool:
    shown = {text_key(text) for line in page for text in line if len(text) <= plan.limit}
    return label_key(plan.form.title) in shown or len(shown & plan.counts.keys()) >= 3


def fits(placement: Placement) -> bool:
    """Return whether what was found is the form; a computed field that another drawing does not print is not missed."""
    plan = placement.plan
    fields = {spot.field.name for spot in plan.spots if spot.field.name in (placement.spots or {}) and not spot.field.grid}
    fields -= {name for name, _, _ in placement.doubtful}
    labelled = [spot for spot in plan.spots if spot.label is not None and (not spot.field.formula or spot.field.name in fields)]
    further = _further_headings(plan)
    shown = {text_key(meaning.text) for hit in placement.hits for meaning in hit.meanings}
    found = len(fields) + sum(len(each.headings) - len(each.doubtful) for each in placement.grids) + len(further & shown)
    asked = len(labelled) + sum(len(grid.headings) for grid in plan.form.grids) + len(further)
    if plan.columns:
        columns = (
            len(placement.table.places) - sum(p.index is None and not p.within for p in placement.table.places) if placement.table else 0
        )
        found, asked = found + columns, asked + len(plan.columns)
    if _is_other(placement) or _is_column_of_words(placement):
        return False
    if found >= ENOUGH * asked:
        return True
    project = plan.form.roles.get(PROJECT_ROLE, "") in {"", *fields}
    table = bool(plan.columns) and placement.table is not None and columns >= max(3, len(plan.columns) // 2)
    return project and table and (len(fields) >= _ENOUGH_FIELDS or len(fields) >= _FEW_FIELDS and _is_titled(placement))


def _is_titled(placement: Placement) -> bool:
    """Whether a sheet is called a form of targets, of the same kind as this one, and has all levels of its row table."""
    title, places = placement.plan.form.title, placement.table.places if placement.table else ()
    levels = {place.name for place in places if place.index is not None} >= set(placement.plan.levels)
    own = _OTHER_TITLES.findall(title)
    alike = (text for text in _titles(placement) if _OF_TARGETS.search(text) and all(word in text for word in own))
    return levels and _OF_TARGETS.search(title) is not None and any(alike)


def _further_headings(plan: Plan) -> frozenset[str]:
    """The keys of the headings of the form's further row tables."""
    headers = (spec.header for view in plan.form.views for spec in plan_of(view).columns)
    return frozenset(text_key(header.text) for header in headers if header is not None)


def _is_other(placement: Placement) -> bool:
    """Whether title or labels are another form's and not this one's."""
    plan, cells = placement.plan, placement.cells
    assert cells is not None
    own = "".join(key for _, _, key in plan.drawn)
    if _calls_another(_titles(placement), plan, own):
        return True
    strange = [cell.text for cell in placement.header.strange] if placement.header else []
    if placement.header is not None and _is_list(placement):
        return True
    labels = {hit.cell.place for hit in placement.hits}
    values = {cell.place for cell in (placement.found or {}).values() if cell is not None}
    below = placement.table.below if placement.table else cells.last_row + 1
    top = placement.header.top if placement.header else below
    others = [
        cell.text
        for row, line in cells.by_row.items()
        if row < top
        for cell in line
        if isinstance(cell.value, str) and len(cell.value) <= 16 and cell.place not in labels and cell.place not in values
    ]
    return len(set(map(label_key, _those(_OTHER_LABELS, [*strange, *others], own)))) >= 2


def _titles(placement: Placement) -> list[str]:
    """The short texts up to the first label."""
    assert placement.cells is not None
    first = min((hit.cell.row for hit in placement.hits), default=0)
    lines = (line for row, line in placement.cells.by_row.items() if row <= first)
    return [squeeze(cell.text) for line in lines for cell in line if len(cell.text) <= 60]


def _calls_another(titles: Sequence[str], plan: Plan, own: str) -> bool:
    """Whether a title calls a sheet another form, in words that are not this one's `own`; or one of targets, where the form's own title calls it
    one of another kind."""
    kinds = [] if _OF_TARGETS.search(plan.form.title) else _OTHER_TITLES.findall(plan.form.title)
    return any(title.endswith(("表", "书")) and _says(_OTHER_TITLES, [title], own) for title in titles) or any(
        kinds and _OF_TARGETS.search(title) is not None and not any(word in title for word in kinds) for title in titles
    )


def _is_column_of_words(placement: Placement) -> bool:
    """Whether labels that are drawn in several columns all stand in one: a list of words."""
    heads = placement.header.labels.values() if placement.header else ()
    found = {cell.column for cell in (*(hit.cell for hit in placement.hits), *heads)}
    return len(found) < 2 and len({label.column for label in placement.plan.form.labels}) > 2


def _is_list(placement: Placement) -> bool:
    """Whether fields of the form are columns of the table: a list of many projects' indicators."""
    header, cells = placement.header, placement.cells
    assert header is not None and cells is not None
    vocabulary, below = placement.plan.vocabulary, placement.table.below if placement.table else cells.last_row + 1
    heads = (cell for row in range(header.top, header.bottom + 1) for cell in cells.by_row.get(row, ()) if cell.column < header.ends)
    named = [
        cell
        for cell in heads
        if isinstance(cell.value, str) and any(meaning.kind == Kind.FIELD for meaning in vocabulary.get(text_key(cell.text), ()))
    ]
    under = ({each.place for row in range(header.bottom + 1, below) if (each := cells.at(row, head.column))} for head in named)
    return any(len(places) > 1 for places in under)


def is_other_text(grid: Grid, plan: Plan) -> bool:
    """Return whether a document whose cells made no sense is another form, by its title or by what it asks for."""
    own = "".join(key for _, _, key in plan.drawn)
    texts = [(place, value) for place, value in sorted(grid.cells.items()) if isinstance(value, str) and len(value) <= 60]
    keys = {text_key(value) for _, value in texts if len(value) <= plan.limit}
    if label_key(plan.form.title) in keys:
        return False
    lines: dict[int, set[Kind]] = {}
    for (row, _), value in texts:
        kinds = (meaning.kind for meaning in plan.vocabulary.get(text_key(value), ()))
        lines.setdefault(row, set()).update(kinds)
    if any({Kind.FIELD, Kind.COLUMN} <= kinds for kinds in lines.values()):
        return True
    first = min((row for (row, _), value in texts if text_key(value) in plan.counts), default=0)
    titles = [squeeze(value) for (row, _), value in texts if row <= first]
    if _calls_another(titles, plan, own):
        return True
    short = [value for _, value in texts if len(value) <= 16]
    return len(set(map(label_key, _those(_OTHER_LABELS, short, own)))) >= 2


def says_little(grid: Grid, plan: Plan) -> bool:
    """Return whether a page asks for so little of what a form does that it is none, of whatever kind."""
    texts = [value for _, value in sorted(grid.cells.items()) if isinstance(value, str)]
    shown = {key for value in texts if len(value) <= plan.limit and (key := text_key(value)) in plan.vocabulary}
    titled = bool(texts) and len(texts[0]) <= _LONGEST_HEADING and squeeze(texts[0]).endswith("表")
    return not titled and not is_worth_a_look(len(shown), plan) and not is_other_text(grid, plan)


def _says(pattern: re.Pattern[str], texts: Iterable[str], own: str) -> bool:
    return bool(list(_those(pattern, texts, own)))


def _those(pattern: re.Pattern[str], texts: Iterable[str], own: str) -> Iterable[str]:
    return (text for text in texts if any(word not in own for word in pattern.findall(label_key(text))))


def is_worth_a_look(labels: int, plan: Plan) -> bool:
    """Whether a sheet that shows so many different labels of the form may be it."""
    return labels >= min(4, max(1, len(plan.vocabulary) // 10))

"""The rows of an indicator table: the prototype row compiled, and which rows belong together.

In: the prototype row of a template → `RowPattern`, which of its cells merge downwards and how each then looks; the printed level
labels of a project's rows → the state of each row in each group, and what stays on one page.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from functools import lru_cache
from itertools import pairwise

from lxml import etree

from toolkit.outputs.word.markup import Element, insert_in_order, instruction, markup, paragraph_properties, text_of, w
from toolkit.outputs.word.pieces import Cell, RowPattern, only_slot, slot_names

# How a cell of a grouped column stands in its group: alone, at its top, or under the top.
SINGLE, FIRST, FOLLOWING = "single", "first", "following"

# Groups of up to so many rows stay on one page; a longer one may part, but not after its first or before its last row.
WHOLE_GROUP = 5


@lru_cache(maxsize=1024)
def row_layout(labels: tuple[tuple[str, ...], ...], breaks: tuple[int, ...] = ()) -> tuple[tuple[tuple[str, ...], bool], ...]:
    """Return for each row the states of its groups, and whether it stays on the page of the next row.

    All groups end before a row of `breaks`, which starts a page; what stands between two of them stays together.

    >>> row_layout((("产出", "数量"), ("产出", "质量")))
    ((('first', 'first', 'single'), True), (('following', 'following', 'single'), False))
    """
    states, kept = [], []
    for start, end in pairwise((0, *breaks, len(labels))):
        states += row_states(labels[start:end])
    if breaks:
        ends = {*breaks, len(labels)}
        kept = [index + 1 not in ends for index in range(len(labels))]
    return tuple(zip(states, kept or _kept(states), strict=True))


def row_states(labels: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Return the states of each row's groups, the whole table first, from the rows' level labels.

    A group of level 2 ends where level 1 changes; blank labels are no group.

    >>> row_states([("产出", "数量"), ("产出", "质量"), ("效益", "质量")])  # doctest: +NORMALIZE_WHITESPACE
    [('first', 'first', 'single'), ('following', 'following', 'single'), ('following', 'single', 'single')]
    """
    joined = [_joined(above, below) for above, below in pairwise(labels)]
    outside = (False,) * (len(labels[0]) + 1) if labels else ()
    return [
        tuple([FOLLOWING if up else FIRST if down else SINGLE for up, down in zip(above, below, strict=True)])
        for above, below in zip([outside, *joined], [*joined, outside], strict=True)
    ][: len(labels)]


def _joined(above: tuple[str, ...], below: tuple[str, ...]) -> tuple[bool, ...]:
    """Return for each group, the whole table first, whether two rows that follow one another are both in it."""
    same = 0
    while same < len(above) and above[same] == below[same] and above[same].strip():
        same += 1
    return (True,) * (same + 1) + (False,) * (len(above) - same)


def _kept(states: Sequence[tuple[str, ...]]) -> list[bool]:
    """Return for each row whether it stays on the page of the next, so that no label stands alone at a page's end."""
    kept = [False] * len(states)
    for group in range(len(states[0])):
        start = 0
        for row, state in enumerate(states):
            if state[group] != FOLLOWING:
                start = row
            if row + 1 == len(states) or states[row + 1][group] != FOLLOWING:
                _keep_group(kept, start, row, whole=group + 1 == len(states[0]))
    return kept


def _keep_group(kept: list[bool], start: int, end: int, *, whole: bool) -> None:
    """Mark the rows of one group, `start` to `end`: all but the last where it is short, else of each end the pair."""
    if start == end:
        return
    kept[start] = kept[end - 1] = True
    if whole and end - start < WHOLE_GROUP:
        kept[start:end] = [True] * (end - start)


# What stands before the merge in the properties of a cell (schema order).
_BEFORE_MERGE = ("cnfStyle", "tcW", "gridSpan", "hMerge")


def compile_row(row: Element, columns: frozenset[str], levels: tuple[str, ...]) -> RowPattern:
    """Return the pattern of `row`, whose placeholders are slots; `columns` are the names that differ by row."""
    for paragraph in row.iter(w("p")):
        _mark_keep(paragraph)
    first = next(row.iter(w("p")), None)
    if first is not None and (properties := paragraph_properties(first)).find(w("pageBreakBefore")) is None:
        insert_in_order(properties, instruction("page"), ("pStyle", "keepNext", "keepLines"), after_marks=True)
    whole = row.find(f"{w('trPr')}/{w('cantSplit')}")
    if whole is not None and whole.get(w("val")) not in ("0", "false", "off"):
        whole.getparent().replace(whole, instruction("whole"))
    empty = etree.Element(row.tag, dict(row.attrib), nsmap=row.nsmap)
    parts: list[str | Cell] = [markup(empty).removesuffix("/>") + ">"]
    for child in row:
        group = _group(child, columns, levels)
        parts.append(markup(child) if group is None else _merged(child, group))
    return RowPattern((*parts, "</w:tr>"))


def _mark_keep(paragraph: Element) -> None:
    properties = paragraph_properties(paragraph)
    if properties.find(w("keepNext")) is None:
        insert_in_order(properties, instruction("keep"), ("pStyle",))


def _group(cell: Element, columns: frozenset[str], levels: tuple[str, ...]) -> int | None:
    """Return the group by which `cell` is merged downwards (0 for all rows), or None when every row has its own."""
    if cell.tag != w("tc"):
        return None
    text = text_of(cell)
    name = only_slot(text)
    if name in levels:
        return levels.index(name) + 1
    merge = cell.find(f"{w('tcPr')}/{w('vMerge')}")
    starts = merge is not None and merge.get(w("val")) == "restart"
    return 0 if starts and columns.isdisjoint(slot_names(text)) else None


def _merged(cell: Element, group: int) -> Cell:
    return Cell(group, tuple((state, markup(_variant(cell, state))) for state in (SINGLE, FIRST, FOLLOWING)))


def _variant(cell: Element, state: str) -> Element:
    """Return a copy of `cell` as it stands in its group: unmerged, with the merge's start, or empty below it."""
    copy = deepcopy(cell)
    properties = copy.find(w("tcPr"))
    if properties is None:
        properties = etree.Element(w("tcPr"))
        copy.insert(0, properties)
    for merge in properties.findall(w("vMerge")):
        properties.remove(merge)
    if state != SINGLE:
        value = "restart" if state == FIRST else "continue"
        insert_in_order(properties, etree.Element(w("vMerge"), {w("val"): value}), _BEFORE_MERGE)
    if state == FOLLOWING:
        _empty(copy)
    return copy


def _empty(cell: Element) -> None:
    """Leave `cell` with its properties and its first paragraph's format."""
    first, *others = [child for child in cell if child.tag != w("tcPr")]
    for child in others:
        cell.remove(child)
    paragraph = first if first.tag == w("p") else etree.Element(w("p"))
    if paragraph is not first:
        cell.replace(first, paragraph)
    for child in [child for child in paragraph if child.tag != w("pPr")]:
        paragraph.remove(child)

"""The prototype row of a Word template → `RowPattern`: which of its cells merge downwards, and how each then looks.

Called by `word_template` for every table row that holds columns of the indicator table.
"""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from toolkit.outputs.word.groups import FIRST, FOLLOWING, SINGLE
from toolkit.outputs.word.markup import Element, insert_in_order, instruction, markup, paragraph_properties, text_of, w
from toolkit.outputs.word.pieces import Cell, RowPattern, only_slot, slot_names

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

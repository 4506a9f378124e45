"""Labels and the cells that belong to them, outside row tables and grids: right of the label, else under it.

Comes in: a `Printed` and the boxes that are taken. Goes out: `Single`s in reading order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.proposing.blocks import Table
from toolkit.proposing.labels import labels_of
from toolkit.proposing.model import Area
from toolkit.proposing.printed import Box, Printed
from toolkit.proposing.words import can_be_summed, is_note, is_total, is_year_line


@dataclass(frozen=True, slots=True)
class Single:
    """A label (None: a year on a line of its own) and its cell; `area` is more than the box where blank cells are to become one.

    `around` is the heading that it stands under, `column` the first label over it in the same column, `kind` the head of the column whose
    total it is.
    """

    label: Box | None
    box: Box
    area: Area
    around: str = ""
    column: str = ""
    kind: str = ""


def title_of(printed: Printed) -> Box | None:
    """Return the title: among the lines above the first table the largest text, else the longest."""
    found: list[Box] = []
    for box in printed.boxes:
        alone = box.text and sum(bool(each.text) for each in printed.across(box.top)) == 1
        if box.top > 8 or (found and alone is False):
            break
        if alone and not is_year_line(box.text) and not is_note(box.text) and not box.text.endswith((":", "：")):
            wide = box.right - box.left + 1 >= printed.columns * 0.6
            if wide or not printed.inside(box):
                found.append(box)
    return max(found, key=lambda box: (box.size, len(box.text)), default=None)


def singles(printed: Printed, taken: frozenset[Box], tables: Sequence[Table]) -> tuple[Single, ...]:
    """Return every label outside `taken` that has a cell, with it."""
    years = [Single(None, box, box.area) for box in printed.boxes if box not in taken and _is_year(printed, box)]
    found = years[:1]
    used = set(taken) | {each.box for each in found}
    labels = labels_of(printed, used)
    totals, summed = _totals(printed, labels, tables, used)
    found += totals
    used |= {each.box for each in totals}
    wanted = [label for label in labels if label not in summed]
    without: list[Box] = []
    for label in wanted:
        area = _right(printed, label, used, labels)
        if area is None:
            without.append(label)
        else:
            found.append(_single(printed, label, area, labels))
            used |= _boxes(printed, area)
    for label in without:
        area = _under(printed, label, used, labels)
        if area is not None:
            found.append(_single(printed, label, area, labels))
            used |= _boxes(printed, area)
    return tuple(sorted(found, key=lambda each: each.area[:2]))


def _single(printed: Printed, label: Box, area: Area, labels: Sequence[Box]) -> Single:
    box = printed.at(area[0], area[1])
    assert box is not None
    heading = _heading(printed, label)
    column = [each for each in labels if each.columns == label.columns and each.top < label.top and _heading(printed, each) == heading]
    return Single(label, box, area, heading.text if heading else "", column[0].text if column and heading else "")


def _heading(printed: Printed, label: Box) -> Box | None:
    """The text left of a label that reaches over more rows than it."""
    for column in range(label.left - 1, 0, -1):
        box = printed.at(label.top, column)
        if box is not None and box.text and box.rows > label.rows and box.bottom >= label.bottom:
            return box
    return None


def _is_year(printed: Printed, box: Box) -> bool:
    """A year on a line of its own, as a text or as the number format of a blank cell."""
    if printed.inside(box) and any(each.text for each in printed.across(box.top) if each is not box):
        return False
    shown = box.format.replace('"', "")
    return (bool(box.text) and is_year_line(box.text)) or (box.blank and box.format.count("年") == 1 and "0年" in shown)


def _totals(printed: Printed, labels: Sequence[Box], tables: Sequence[Table], used: set[Box]) -> tuple[list[Single], set[Box]]:
    """The figures of a line of totals under a row table, each by its column's head; and the labels of such lines."""
    found: list[Single] = []
    done: set[Box] = set()
    for table in tables:
        for label in labels:
            if label.top != table.last_row + 1 or not is_total(label.text):
                continue
            boxes = [
                (head, printed.at(label.top, head.box.left))
                for head in table.heads
                if can_be_summed(head.box.text, head.over.text if head.over else "")
            ]
            own = [(head, box) for head, box in boxes if box is not None and box.columns == head.columns and box not in used]
            own = [(head, box) for head, box in own if box.number] or [(head, box) for head, box in own if box.blank]
            if len(own) > 1 or (own and own[0][1] is not printed.right_of(label)):
                found += [Single(label, box, box.area, head.over.text if head.over else "", kind=head.box.text) for head, box in own]
                done.add(label)
    return found, done


def _free(box: Box | None, used: set[Box], labels: Sequence[Box]) -> bool:
    return box is not None and box not in used and box not in labels and not box.crossed


def _right(printed: Printed, label: Box, used: set[Box], labels: Sequence[Box]) -> Area | None:
    """The cell right of a label; where the label is taller, all blank cells right of it up to the next text."""
    box = printed.right_of(label)
    if box is None or not _free(box, used, labels) or box.top != label.top or box.bottom > label.bottom:
        return None
    if printed.inside(box) != printed.inside(label) or (
        not printed.inside(label) and not label.text.endswith((":", "：")) and printed.framed
    ):
        return None
    if box.bottom == label.bottom:
        return box.area
    right = box.left
    while right <= printed.columns and all(_open(printed.at(row, right), used, label) for row in range(label.top, label.bottom + 1)):
        right += 1
    return (label.top, box.left, label.bottom, right - 1) if right > box.left else None


def _under(printed: Printed, label: Box, used: set[Box], labels: Sequence[Box]) -> Area | None:
    """The cell under a label, if it is as wide; else the blank cells under it down to the end of its heading."""
    box = printed.at(label.bottom + 1, label.left)
    if box is None or not _free(box, used, labels) or not printed.inside(box) or not printed.inside(label):
        return None
    heading = _heading(printed, label)
    if box.columns == label.columns and (box.rows > 1 or heading is None or heading.bottom == box.bottom or box.text):
        return box.area
    bottom = label.bottom
    while bottom < (heading.bottom if heading else label.bottom + 1) and all(
        _open(each, used, label) and label.left <= each.left and each.right <= label.right
        for each in printed.across(bottom + 1, *label.columns)
    ):
        bottom += 1
    return (label.bottom + 1, label.left, bottom, label.right) if bottom > label.bottom else None


def _open(box: Box | None, used: set[Box], label: Box) -> bool:
    return box is not None and box.blank and box not in used and box.top >= label.top


def _boxes(printed: Printed, area: Area) -> set[Box]:
    top, left, bottom, right = area
    return {box for row in range(top, bottom + 1) for box in printed.across(row, left, right)}

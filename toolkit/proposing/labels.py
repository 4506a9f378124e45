"""Which texts of a printed form are labels: in a form that is filled in, a text beside a label is a value.

Comes in: a `Printed` and the boxes that are taken. Goes out: the boxes of labels in reading order.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.proposing.printed import Box, Printed
from toolkit.proposing.words import is_short, is_strong, is_year_line, options


def labels_of(printed: Printed, used: set[Box]) -> list[Box]:
    """The texts that are labels; those beside a label that look like no label themselves are values."""
    labels: list[Box] = []
    filled = any(box.number and not is_year_line(box.text) for box in printed.boxes if box not in used)
    values = {box for row in range(1, printed.rows + 1) for box in _in_turns(printed, row, used)}
    for box in printed.boxes:
        if box in values:
            continue
        plain = box.text and not box.number and not box.crossed and box.open is not True and box not in used
        if not plain or not is_short(box.text) or options(box.text) or (is_year_line(box.text) and not is_strong(box.text)):
            continue
        left, above = printed.left_of(box), printed.above(box)
        beside = (
            left is not None and left in labels and left.rows == box.rows and (is_strong(left.text) or _after_value(printed, left, labels))
        )
        under = above is not None and above in labels and above.columns == box.columns and _over_values(printed, above, labels)
        if not is_strong(box.text) and ((beside and filled) or ((beside or under) and not _has_blank(printed, box))):
            continue
        labels.append(box)
    return labels


def _in_turns(printed: Printed, row: int, used: set[Box]) -> list[Box]:
    """The values of a row that is filled in and in which labels and values take turns; none of any other row."""
    boxes = [box for box in printed.across(row) if box.top == row and box not in used]
    boxes = boxes[1:] if boxes and boxes[0].rows > boxes[-1].rows else boxes
    labels, values = boxes[::2], boxes[1::2]
    if len(boxes) < 4 or len(boxes) % 2 or any(box.blank for box in boxes) or not all(is_short(box.text) for box in labels):
        return []
    looks = sum(is_strong(box.text) for box in labels), sum(is_strong(box.text) for box in values)
    return values if 2 * looks[0] >= len(labels) and 2 * looks[1] < looks[0] + 1 else []


def _after_value(printed: Printed, label: Box, labels: Sequence[Box]) -> bool:
    """Whether labels and values take turns in a row: left of the label stands the value of another."""
    value = printed.left_of(label)
    before = printed.left_of(value) if value is not None and value not in labels and not value.blank else None
    return before is not None and before in labels


def _over_values(printed: Printed, label: Box, labels: Sequence[Box]) -> bool:
    """Whether a label's value stands under it: there is none right of it, and no blank cell."""
    right = printed.right_of(label)
    return is_strong(label.text) and not _has_blank(printed, label) and (right is None or right in labels)


def _has_blank(printed: Printed, box: Box) -> bool:
    """Whether there is a blank cell for a label: right of it, or under it."""
    right, below = printed.right_of(box), printed.below(box)
    return any(each is not None and each.blank and printed.inside(each) == printed.inside(box) for each in (right, below))

"""Whether two entries say the same, whatever the way of writing; how alike two texts are. Called by `projects` and `rows`."""

from __future__ import annotations

from toolkit.forms.model import LONG_TEXT, Field
from toolkit.formula.functions.similar import similarity
from toolkit.reading.model import Entry
from toolkit.reading.shown import plain_text
from toolkit.values.targets import number_value, parse_target
from toolkit.values.text import half_width, squeeze


def content_of(entry: Entry | None) -> str:
    """Return an entry for comparing: the same for every way of writing the same value, "" for a blank.

    >>> content_of(Entry("维修 经费", "维修\\n经费", "B3"))
    '维修经费'
    """
    return squeeze(plain_text(entry)) if entry else ""


def same(field: Field, before: Entry, after: Entry) -> bool:
    """Return whether two entries of a field say the same: numbers and dates by value, texts without white space.

    Width does not count in short texts: `（` is `(` in a name, but not in the prose of a goal.
    """
    left, right = content_of(before), content_of(after)
    return left == right or (field.type != LONG_TEXT and half_width(left) == half_width(right))


def same_target(field: Field, before: Entry, after: Entry) -> bool:
    """Return whether two cells of an indicator say the same, numbers by value: `90` is `90.00`, `≥90%` is `≥90.00(%)`."""
    if same(field, before, after):
        return True
    left, right = (parse_target(content_of(entry)) for entry in (before, after))
    return number_value(left) is not None and left == right


def likeness(before: str, after: str) -> float:
    """Return how alike two texts are, 0 to 1, by the pairs of characters they share; white space does not count.

    >>> likeness("设备维保费", "设备 维保费"), likeness("设备维保费", "安全生产工作")
    (1.0, 0.0)
    """
    found = similarity(before, after)
    return found if isinstance(found, float) else 0.0

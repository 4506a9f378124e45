"""Which printed label belongs to which field, as a person reads the drawing.

A field's label stands left of its cell in the same row, or above it in the same column, and usually says the field's
显示名. Used where a returned sheet's labels are the only way to find a field's place.
"""

from __future__ import annotations

from collections.abc import Mapping

from toolkit.forms.model import Field, Form, Label
from toolkit.spreadsheet.a1 import parse_area
from toolkit.values.text import label_key


def field_labels(form: Form) -> Mapping[str, Label]:
    """Return each single field's label by 字段名; a field that has none (a year in a title line) is not in it."""
    bound = {}
    for field in form.fields:
        label = _label(form, field)
        if label is not None:
            bound[field.name] = label
    return bound


def _label(form: Form, field: Field) -> Label | None:
    first_row, first_column, last_row, last_column = parse_area(field.area)
    key = label_key(field.label)
    left = [label for label in form.labels if first_row <= label.row <= last_row and label.column < first_column]
    above = [label for label in form.labels if label.row < first_row and first_column <= label.column <= last_column]
    nearest_left = max(left, key=lambda label: (label.column, -label.row), default=None)
    nearest_above = max(above, key=lambda label: (label.row, -label.column), default=None)
    for label in (nearest_left, nearest_above):
        if label is not None and label_key(label.text) == key:
            return label

    # The printed text differs from 显示名: the label of the same row is the field's, if no other field stands between.
    if nearest_left is not None and not _between(form, nearest_left, field):
        return nearest_left
    return None


def _between(form: Form, label: Label, field: Field) -> bool:
    column = parse_area(field.area)[1]
    for other in form.fields:
        row, first, last_row, _ = parse_area(other.area)
        if other is not field and row <= label.row <= last_row and label.column < first < column:
            return True
    return False

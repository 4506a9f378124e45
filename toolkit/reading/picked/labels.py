"""Labels that one form does not have and another one has: what stands behind a blank cell is then no value.

In: what a grid declares on one form, all forms. Out: the same without values that are the label of a field of some form. Called by `read`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from toolkit.forms.model import Form
from toolkit.reading.model import BLANK_ENTRY, Declaration
from toolkit.reading.plan import plan_of, text_key


def without_labels(declaration: Declaration, forms: Sequence[Form]) -> Declaration:
    """Return a declaration without values that are labels of another form."""
    said = {name: text_key(entry.value) for name, entry in declaration.entries.items() if isinstance(entry.value, str)}
    others = [plan_of(form).labelled for form in forms if form.name != declaration.form]
    false = {name: BLANK_ENTRY for name, key in said.items() if any(key in labels for labels in others)}
    return replace(declaration, entries={**declaration.entries, **false}) if false else declaration

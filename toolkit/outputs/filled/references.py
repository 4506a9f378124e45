"""Last year's values as notes (批注) beside the cells that are to be filled in anew; and how reading knows such a note again.

Comes in: a workbook being written, and what to say beside which field or row. Called by `workbook`; `intake` takes the notes out of what
comes back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from toolkit.forms.model import Form
from toolkit.package.draft import Draft
from toolkit.spreadsheet.a1 import parse_area
from toolkit.spreadsheet.notes import Note, add_notes, box_beside
from toolkit.spreadsheet.row_insertion import RowInsertion
from toolkit.spreadsheet.sheet_text import SheetText

# A note's first line begins, and the note ends, so; what a unit writes below is its own.
REFERENCE_HEAD, _END, _AUTHOR = "【参考】", "（供参考，不算填报内容）", "下发"
REFERENCE = re.compile(rf"{REFERENCE_HEAD}(?:(?!{REFERENCE_HEAD}).)*?{_END}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reference:
    """A text beside the cell of a field, or of a column in the row of that number, from 0; `source` says where it is from."""

    field: str
    row: int | None
    source: str
    text: str


def put_references(draft: Draft, part: str, references: Sequence[Reference], form: Form, insertion: RowInsertion | None) -> None:
    """Put notes on the sheet whose part is `part`."""
    if not references:
        return
    sheet = SheetText(draft.read(part))
    notes = []
    for each in references:
        first, left, last, right = parse_area(form.by_name[each.field].area)
        first, last = (first, last) if insertion is None else (insertion.row(first), insertion.row(last))
        area = (first, left, last, right) if each.row is None else (first + each.row, left, first + each.row, right)
        notes.append(Note(area, f"{REFERENCE_HEAD}{each.source}", f"{each.text}\n{_END}"))
    add_notes(draft, part, sheet, notes, _AUTHOR, box_beside(sheet.geometry))
    draft.put(part, sheet.data)

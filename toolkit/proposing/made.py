"""A printed form's file → the bytes of a proposed template and of its Word template; the one door of `proposing`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from toolkit.proposing.model import Proposal


@dataclass(frozen=True)
class Made:
    """A proposal and its two files."""

    proposal: Proposal
    workbook: bytes
    word: bytes


def make(name: str, path: Path, sheet: str | None = None, rows: int = 0) -> Made:
    """Return the form called `name` as proposed from the file at `path`, from its sheet `sheet` or the fullest one.

    Its row tables get `rows` rows at least.

    Raises SourceError for a file that cannot be read, UsageError for one without a form.
    """
    from toolkit.proposing.printed import printed
    from toolkit.proposing.propose import propose
    from toolkit.proposing.rows import lengthen
    from toolkit.proposing.sheets import open_printed
    from toolkit.proposing.word import word_bytes
    from toolkit.proposing.workbook import template_bytes
    from toolkit.spreadsheet.a1 import column_letters

    drawn = open_printed(path, sheet)
    proposal = propose(drawn, name)
    if lengthen(drawn, proposal, rows):
        proposal = propose(drawn, name)
    workbook = template_bytes(drawn, proposal)
    form = printed(drawn)
    widths = [float(drawn.column_dimensions[column_letters(column)].width or 9) for column in range(1, form.columns + 1)]
    return Made(proposal, workbook, word_bytes(form, proposal, widths))

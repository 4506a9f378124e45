"""Published documents as text → declarations: the labels are understood, whatever extraction did to the layout.

In: a flow grid (`sources.text`), a `Form`, the file's shown name. Out: a `Declaration` per project, with the
repairs that were made. Steps: words (`words`), cut labels made whole (`mend`), projects and their blocks
(`blocks`), fields (`fields`), rows (`table`, `levels`). Everything it knows of a form comes
from the form.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from toolkit.forms.model import Form
from toolkit.reading.arranged.notes import is_note
from toolkit.reading.flow.blocks import Section, sections_of
from toolkit.reading.flow.fields import field_entries
from toolkit.reading.flow.grids import GridText, grids_in
from toolkit.reading.flow.labels import Kind, Lexicon, Sign, key_of, lexicon_of
from toolkit.reading.flow.levels import table_rows
from toolkit.reading.flow.mend import mend_labels, split_glued
from toolkit.reading.flow.table import read_table
from toolkit.reading.flow.tables import TableText, rows_of, tables_in
from toolkit.reading.flow.words import LEFT_OVER, Word, words_of
from toolkit.reading.model import Declaration, Doubt, Entry, Repair
from toolkit.reading.money import Printed, doubted_alike, in_yuan, unit_in
from toolkit.reading.remarks import unread_doubt
from toolkit.sources.grid import Grid
from toolkit.values.text import squeeze

# A text is this form when it shows at least this share of the form's different labels.
ENOUGH = 0.6

# A unit of money is printed alone or behind a label, in no longer a word.
_LONGEST_UNIT = 16

# So many lines above the first label are looked at.
_ABOVE = 5

# A title above the first label may say the unit behind it.
_LONGEST_TITLE = 40


def read_flow(grid: Grid, form: Form, file: str) -> list[Declaration]:
    """Return a declaration for every project in a text, in reading order; none when the form is not in it."""
    lexicon = lexicon_of(form)
    words, repairs = _mended(grid, lexicon)
    words, grids = grids_in(words, form) if form.grids else (words, [])
    words, tables = tables_in(words, form, lexicon) if len(form.tables) > 1 else (words, [])
    sections = sections_of(words, lexicon)
    found = []
    for number, section in enumerate(sections):
        below = sections[number + 1].lines[0] if number + 1 < len(sections) else sys.maxsize
        own = [each for each in grids if section.lines[0] <= each.line < below]
        further = [each for each in tables if section.lines[0] <= each.line < below]

        # Under a title that nobody knows the form begins with its first label; a unit of money may stand above that.
        above = [] if number else [word for word in words if section.lines[0] - _ABOVE <= word.line < section.lines[0]]
        found.append(_declaration(section, (own, further), form, lexicon, (file, repairs, above)))
    return doubted_alike(found, form)


def flow_score(grid: Grid, form: Form) -> float:
    """Return the share of the form's labels that a text shows, from 0 to 1; the form's title counts like a label."""
    lexicon = lexicon_of(form)
    words, _ = _mended(grid, lexicon)
    seen = {key for start in range(len(words)) for _, key in lexicon.runs(words, start) if key in lexicon.signs}
    meanings = {_meaning(sign) for sign in lexicon.signs.values() if sign.printed and _counts(sign.kind)}
    found = {_meaning(lexicon.signs[key]) for key in seen}
    return len(meanings & found) / len(meanings) if meanings else 0.0


def _meaning(sign: Sign) -> tuple[Kind, tuple[str, ...]]:
    """What a label counts as; the headings of the table together are one."""
    return sign.kind, () if sign.kind == Kind.HEADER else sign.fields


def is_flow_form(grid: Grid, form: Form) -> bool:
    """Return whether a text contains this form."""
    return flow_score(grid, form) >= ENOUGH


def _counts(kind: Kind) -> bool:
    return kind in (Kind.TITLE, Kind.FIELD, Kind.LONG, Kind.HEADER)


def _mended(grid: Grid, lexicon: Lexicon) -> tuple[list[Word], list[Repair]]:
    words, repairs = mend_labels(split_glued(words_of(grid), lexicon), lexicon)

    # A value may hang on a label that was not whole before: `项 / 目 / 目标：……`.
    return split_glued(words, lexicon), repairs


def _declaration(
    section: Section,
    parts: tuple[Sequence[GridText], Sequence[TableText]],
    form: Form,
    lexicon: Lexicon,
    found_in: tuple[str, list[Repair], list[Word]],
) -> Declaration:
    (grids, tables), (file, mended, above) = parts, found_in
    entries, of_fields = field_entries(section, form)
    headed = {name for tag in section.tags for name in tag.sign.fields if tag.sign.kind == Kind.HEADER}
    for each in grids:
        entries.update(each.entries)
    rows, of_rows = table_rows(*read_table(section.table, form, lexicon, headed), section.table, form, lexicon)
    first, last = section.lines
    repairs = [repair for repair in mended if repair.cell and first <= _line(repair.cell) <= last]
    for tag in section.tags:
        if tag.broken:
            before, after = " / ".join(word.text for word in tag.words), "".join(word.text for word in tag.words)
            message = f"第 {tag.words[0].line} 行：断开的标签“{before}”已按“{after}”读取"
            repairs.append(Repair("修复-断行标签", after, tag.words[0].cell, before, after, message))
    changed, doubts = _in_yuan(section, [*above, *(word for each in grids for word in each.headings)], form, entries)
    found = [*repairs, *of_fields, *of_rows]
    repairs = [repair for repair in found if repair.rule != LEFT_OVER]
    values = [*entries.values(), *(each for row in rows for each in row.entries.values())]
    lines = {repair.cell or "": repair.before for repair in found if repair.rule == LEFT_OVER}
    lines.update(_unread(section, lexicon, values, found))
    lines.update(line for each in grids for line in each.unread)
    lines.update(line for each in tables for line in each.unread)
    told = [(cell, text) for cell, text in lines.items() if len(text) > _LONGEST_UNIT or unit_in(text, label=True) is None]
    doubts += unread_doubt(sorted(told, key=lambda each: _line(each[0])))
    return Declaration(
        file,
        None,
        form.name,
        {**entries, **changed},
        rows,
        tuple(repairs),
        tuple(doubts),
        roles=form.roles,
        more_rows=rows_of(tables, form),
    )


def _unread(section: Section, lexicon: Lexicon, entries: Sequence[Entry], repairs: Sequence[Repair]) -> Iterator[tuple[str, str]]:
    """Yield the lines, or parts of them, that are neither a label nor in any value read, nor a note: the first word's place, and the text."""
    said = "\n".join(squeeze(text) for entry in entries for text in (entry.text, str(entry.value or "")))
    said += "\n".join(squeeze(repair.before) for repair in repairs)
    labels = "\n".join((*lexicon.signs, *lexicon.levels))
    known = {id(word) for tag in section.tags for word in tag.words} | {id(section.year)}
    for _, line in groupby(section.words, key=lambda word: word.line):
        left: list[Word] = []
        for word in line:
            text = squeeze(word.text)
            if len(text) > 1 and id(word) not in known and text not in said and key_of(word.text) not in labels:
                left.append(word)
        if left and not is_note(" ".join(word.text for word in left)):
            yield left[0].cell, " ".join(word.text for word in left)


def _in_yuan(section: Section, headings: Sequence[Word], form: Form, entries: Mapping[str, Entry]) -> tuple[dict[str, Entry], list[Doubt]]:
    """The amounts in 元 where the text prints another unit (`项目资金（万元）`, 单位：万元), and the warning about it."""
    if any("万元" in label.text for label in form.labels):
        return {}, []
    table = {id(word) for word in section.table}
    long = {id(item) for item in section.long}
    above = {id(word) for word in headings}
    printed = [
        Printed(size, word.text, word.cell)
        for word in (*headings, *section.words)
        if id(word) not in table and id(word) not in long and len(word.text) <= (_LONGEST_TITLE if id(word) in above else _LONGEST_UNIT)
        if (size := unit_in(word.text, label=True)) is not None
    ]
    return in_yuan(entries, form, {}, printed)


def _line(cell: str) -> int:
    return int("".join(char for char in cell if char.isdigit()))

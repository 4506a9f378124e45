"""Short fields and long texts of one project, out of the labels and words of its section.

In: a `Section` and the form. Out: an `Entry` per field and the repairs. A value follows its label; where several
labels stand together before values, the values are dealt out in order, and a lone value belongs to the last. Used
by `reading.flow`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.forms.model import AMOUNT, DEPENDENT_LIST, LONG_TEXT, TEXT, Field, Form
from toolkit.reading.entries import cell_entry
from toolkit.reading.flow.blocks import Item, Section, Tag
from toolkit.reading.flow.labels import Kind, key_of
from toolkit.reading.flow.long import long_entries
from toolkit.reading.flow.words import Gap, Word, joined, left_out, lines_of, split_at
from toolkit.reading.model import BLANK_ENTRY, MISSING_ENTRY, NOT_OF_TYPE, OK, Entry, Repair
from toolkit.spreadsheet.a1 import parse_cell
from toolkit.values.words import YEAR_ROLE

# An amount, a date or a code is at most that many words.
_MOST_WORDS = 8

# How a line begins that is a pair of its own, whatever its label is called.
_PAIR = re.compile(r"[^\s:：（(0-9]{2,14}[:：]")


@dataclass(frozen=True, slots=True)
class Found:
    """One showing of a label, and the words that belong to it (none for a blank)."""

    tag: Tag
    words: tuple[Word, ...]
    before: Tag | None


def field_entries(section: Section, form: Form) -> tuple[dict[str, Entry], list[Repair]]:
    """Return an entry for every single field of the form: missing where its label is not in the text, but what is worked out."""
    entries = {field.name: BLANK_ENTRY if field.formula else MISSING_ENTRY for field in form.fields}
    found, spare = _found(section.short, form)
    for name, words in _dealt(found, form, spare).items():
        entries[name], used = _entry(words, form.by_name[name], form)
        spare.extend(words[used:])
    year = form.role(YEAR_ROLE)
    if section.year is not None and year is not None and entries[year.name].state != OK:
        entries[year.name] = cell_entry(section.year.text, year, section.year.cell)
    long, repairs = long_entries(section.long, form)
    entries.update(long)
    return entries, [*map(left_out, lines_of(sorted(spare, key=lambda word: word.line))), *repairs]


def _found(items: Sequence[Item], form: Form) -> tuple[list[Found], list[Word]]:
    """Return every label with its words, and the words that stand below no label."""
    found: list[Found] = []
    spare: list[Word] = []
    labels: list[Tag] = []
    words: list[Word] = []

    def flush() -> None:
        for number, (tag, value) in enumerate(zip(labels, _deal(labels, words, form), strict=True)):
            before = labels[number - 1] if number else found[-1].tag if found else None
            found.append(Found(tag, tuple(value), before))
        spare.extend(() if labels else words)
        labels.clear()
        words.clear()

    for item in items:
        if isinstance(item, Word):
            words.append(item)
            continue
        if words or item.sign.kind != Kind.FIELD:
            flush()
        if item.sign.kind == Kind.FIELD:
            labels.append(item)
    flush()
    return found, spare


def _deal(labels: Sequence[Tag], words: Sequence[Word], form: Form) -> list[list[Word]]:
    """Return the words of each label: one each where there are as many values as labels, else all to the last."""
    if len(labels) < 2 or not words or words[0].gap < Gap.LINE:
        return [[] for _ in labels[1:]] + [list(words)] if labels else []
    pieces = split_at(words, Gap.CELL)
    fields = [form.by_name[label.sign.fields[-1]] for label in labels]
    typed = all(field.type not in (TEXT, LONG_TEXT) for field in fields[-len(pieces) :])
    one_line = len(lines_of(words)) == 1 and all(tag.words[0].line == labels[0].words[0].line for tag in labels)
    known = typed and len(pieces) <= len(labels)
    if known and all(_fits(piece, form, field) for piece, field in _last(pieces, fields)):
        return [[] for _ in labels[len(pieces) :]] + pieces
    row = split_at(lines_of(words)[0], Gap.CELL)
    if len(row) == len(labels) and all(f.type not in (TEXT, LONG_TEXT) for f in fields) and all(map(_fits, row, [form] * len(row), fields)):
        return [*row[:-1], [*row[-1], *words[sum(map(len, row)) :]]]  # what stands under the values is somebody else's
    if one_line:
        pieces = pieces if len(pieces) == len(labels) else split_at(words, Gap.SPACE)
        if len(pieces) == len(labels):
            return pieces
    return [[] for _ in labels[1:]] + [list(words)]


def _last(pieces: list[list[Word]], fields: list[Field]) -> list[tuple[list[Word], Field]]:
    return list(zip(pieces, fields[-len(pieces) :], strict=True))


def _fits(words: Sequence[Word], form: Form, field: Field) -> bool:
    text = joined(words)
    options = form.lists.get(field.code_list or "", ())
    return cell_entry(text, field, None).state == OK and (not options or key_of(text) in map(key_of, options))


def _dealt(found: Sequence[Found], form: Form, spare: list[Word]) -> Mapping[str, tuple[Word, ...]]:
    """Return the words of every field whose label was found; showings of one label go to its fields in reading order.

    What a label says once more than it has fields is added to `spare`.
    """
    values: dict[str, tuple[Word, ...]] = {}
    for fields in dict.fromkeys(each.tag.sign.fields for each in found):
        showings = [each for each in found if each.tag.sign.fields == fields]
        names = [name for name in fields if name not in values]
        if len(showings) >= len(names):
            for name, each in zip(names, showings, strict=False):
                values[name] = each.words
            for each in showings[len(names) :]:
                name = (names or fields)[-1]
                if values[name]:
                    spare.extend(each.words)
                values[name] = values[name] or each.words
            continue
        for each in showings:
            name = _beside(each, names, form)
            names = names[names.index(name) + 1 :] or names
            values[name] = each.words
    return values


def _beside(found: Found, names: Sequence[str], form: Form) -> str:
    """Return which of several fields a single showing means: the one drawn below the label before it, else the last."""
    if found.before is not None:
        above = {parse_cell(form.by_name[name].cell)[1] for name in found.before.sign.fields}
        below = [name for name in names if parse_cell(form.by_name[name].cell)[1] in above]
        if len(below) == 1:
            return below[0]
    return names[-1]


def _entry(words: Sequence[Word], field: Field, form: Form) -> tuple[Entry, int]:
    """Return what the words below a label say, and how many of them it took."""
    if not words:
        return BLANK_ENTRY, 0
    usable = split_at(words, Gap.PAGE)[0]
    if field.type == AMOUNT and (several := _amounts(usable, field)):
        return Entry(None, several, usable[0].cell, NOT_OF_TYPE), len(lines_of(usable)[0])
    if (field.code_list or "").startswith(DEPENDENT_LIST):
        options: Mapping[str, str] = {}
    else:
        options = {key_of(option): option for option in form.lists.get(field.code_list or "", ())}
        options |= {key_of(alias): word for alias, word in form.aliases(field.name).items() if options}
    for end in range(min(len(usable), _MOST_WORDS), 0, -1):
        text = joined(usable[:end])
        if options:
            text = options.get(key_of(text), "")
        elif field.type in (TEXT, LONG_TEXT):
            break
        entry = cell_entry(text, field, usable[0].cell)
        if entry.state == OK:
            return entry, end
    short = _short_text(usable)
    return cell_entry(joined(short), field, short[0].cell), len(short)


def _amounts(words: Sequence[Word], field: Field) -> str:
    """Return the amounts that stand in cells of their own behind one label, where there are several: none of them is the label's for sure."""
    pieces = [joined(piece) for piece in split_at(lines_of(words)[0], Gap.CELL)]
    known = [cell_entry(piece, field, None).state == OK for piece in pieces]
    return "　".join(pieces) if len(pieces) > 1 and all(known) else ""


def _short_text(words: Sequence[Word]) -> list[Word]:
    """Return the words of a value of one piece, and the lines it was wrapped onto; what follows is somebody else's."""
    pieces = split_at(words, Gap.CELL)
    text = list(pieces[0])
    for number, piece in enumerate(pieces[1:], start=1):
        alone = number + 1 == len(pieces) or pieces[number + 1][0].gap >= Gap.LINE
        if piece[0].gap != Gap.LINE or len(piece) > 1 or not alone or _PAIR.match(joined(piece)):
            break
        text += piece
    return text

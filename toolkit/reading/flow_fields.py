"""Short fields and long texts of one project, out of the labels and words of its section.

In: a `Section` and the form. Out: an `Entry` per field and the repairs. A value follows its label; where several labels stand
together before values, the values are dealt out in order, and a lone value belongs to the last. Used by `reading.flow`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.forms.model import DEPENDENT_LIST, LONG_TEXT, TEXT, YEAR, Field, Form
from toolkit.package.a1 import parse_cell
from toolkit.reading.entries import cell_entry
from toolkit.reading.flow_blocks import Item, Section, Tag
from toolkit.reading.flow_labels import Kind, key_of
from toolkit.reading.flow_words import Gap, Word, ends_sentence, goes_on_counting, joined, lines_of, prose, split_at
from toolkit.reading.model import BLANK_ENTRY, MISSING_ENTRY, OK, Entry, Repair
from toolkit.values import squeeze

# A repeated text may be joined to the first where it takes up at least that many characters of its end.
_LEAST_OVERLAP = 8


@dataclass(frozen=True, slots=True)
class Found:
    """One showing of a label, and the words that belong to it (none for a blank)."""

    tag: Tag
    words: tuple[Word, ...]
    before: Tag | None


def field_entries(section: Section, form: Form) -> tuple[dict[str, Entry], list[Repair]]:
    """Return an entry for every single field of the form: missing where its label is not in the text."""
    entries = {field.name: MISSING_ENTRY for field in form.fields}
    for name, words in _dealt(_found(section.short, form), form).items():
        entries[name] = _entry(words, form.by_name[name], form)
    if section.year is not None and YEAR in entries and entries[YEAR].state != OK:
        entries[YEAR] = cell_entry(section.year.text, form.by_name[YEAR], section.year.cell)
    long, repairs = _long_entries(section.long, form)
    entries.update(long)
    return entries, repairs


def _found(items: Sequence[Item], form: Form) -> list[Found]:
    found: list[Found] = []
    labels: list[Tag] = []
    words: list[Word] = []

    def flush() -> None:
        for number, (tag, value) in enumerate(zip(labels, _deal(labels, words, form), strict=True)):
            before = labels[number - 1] if number else found[-1].tag if found else None
            found.append(Found(tag, tuple(value), before))
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
    return found


def _deal(labels: Sequence[Tag], words: Sequence[Word], form: Form) -> list[list[Word]]:
    """Return the words of each label: one each where there are as many values as labels, else all to the last."""
    if len(labels) < 2 or not words or words[0].gap < Gap.LINE:
        return [[] for _ in labels[1:]] + [list(words)] if labels else []
    pieces = split_at(words, Gap.CELL)
    fields = [form.by_name[label.sign.fields[-1]] for label in labels]
    typed = all(field.type not in (TEXT, LONG_TEXT) for field in fields[-len(pieces) :])
    one_line = len(lines_of(words)) == 1 and all(tag.words[0].line == labels[0].words[0].line for tag in labels)
    if len(pieces) <= len(labels) and typed and all(_fits(piece, form, field) for piece, field in _last(pieces, fields)):
        return [[] for _ in labels[len(pieces) :]] + pieces
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


def _dealt(found: Sequence[Found], form: Form) -> Mapping[str, tuple[Word, ...]]:
    """Return the words of every field whose label was found; showings of one label go to its fields in reading order."""
    values: dict[str, tuple[Word, ...]] = {}
    for fields in dict.fromkeys(each.tag.sign.fields for each in found):
        showings = [each for each in found if each.tag.sign.fields == fields]
        names = [name for name in fields if name not in values]
        if len(showings) >= len(names):
            for name, each in zip(names, showings, strict=False):
                values[name] = each.words
            for each in showings[len(names) :]:
                values[names[-1]] = values[names[-1]] or each.words
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


def _entry(words: Sequence[Word], field: Field, form: Form) -> Entry:
    if not words:
        return BLANK_ENTRY
    usable = split_at(words, Gap.PAGE)[0]
    options = () if (field.code_list or "").startswith(DEPENDENT_LIST) else form.lists.get(field.code_list or "", ())
    if options:
        known = {key_of(option): option for option in options}
        known |= {key_of(alias): known.get(key_of(word), word) for alias, word in form.aliases(field.name).items()}
        for end in range(min(len(usable), 6), 0, -1):
            option = known.get(key_of("".join(word.text for word in usable[:end])))
            if option:
                return cell_entry(option, field, usable[0].cell)
    elif field.type not in (TEXT, LONG_TEXT):
        for end in range(min(len(usable), 8), 0, -1):
            entry = cell_entry(joined(usable[:end]), field, usable[0].cell)
            if entry.state == OK:
                return entry
    return cell_entry(joined(_short_text(usable)), field, usable[0].cell)


def _short_text(words: Sequence[Word]) -> list[Word]:
    """Return the words of a value of one piece, and the lines it was wrapped onto; what follows is somebody else's."""
    pieces = split_at(words, Gap.CELL)
    text = list(pieces[0])
    for number, piece in enumerate(pieces[1:], start=1):
        alone = number + 1 == len(pieces) or pieces[number + 1][0].gap >= Gap.LINE
        if piece[0].gap != Gap.LINE or len(piece) > 1 or not alone:
            break
        text += piece
    return text


def _long_entries(items: Sequence[Item], form: Form) -> tuple[dict[str, Entry], list[Repair]]:
    entries: dict[str, Entry] = {}
    repairs: list[Repair] = []
    labels: list[str] = []
    words: list[Word] = []
    names = [field.name for field in form.fields if field.type == LONG_TEXT]

    def flush() -> None:
        if words and names:
            for name, text in _texts(labels or [*(n for n in names if n in entries), *names[-1:]], words):
                _put(entries, repairs, form, name, text, repeated=not labels)
        for name in labels:
            entries.setdefault(name, BLANK_ENTRY)
        labels.clear()
        words.clear()

    for item in items:
        if isinstance(item, Word):
            words.append(item)
            continue
        if words:
            flush()
        if item.sign.kind == Kind.LONG:
            labels.extend(name for name in item.sign.fields if name not in labels)
        else:
            flush()
    flush()
    return entries, repairs


def _texts(labels: Sequence[str], words: Sequence[Word]) -> list[tuple[str, list[Word]]]:
    """Return the text of each long field; a single text under several labels belongs to the last (contract)."""
    count = len(dict.fromkeys(labels))
    if count > 1:
        for parts in (_columns(words, count), _paragraphs(words, count)):
            if parts is not None:
                return list(zip(dict.fromkeys(labels), parts, strict=True))
    return [(labels[-1], list(words))]


def _columns(words: Sequence[Word], count: int) -> list[list[Word]] | None:
    """Return texts that stand side by side: most lines, the first one included, have a piece of each."""
    lines = [split_at(line, Gap.CELL, Gap.CELL) for line in lines_of(words)]
    full = [line for line in lines if len(line) == count]
    if len(lines[0]) != count or any(len(line) > count for line in lines) or 3 * len(full) < len(lines):
        return None
    columns: list[list[Word]] = [[] for _ in range(count)]
    places = [piece[0].column for piece in lines[0]]
    for line in lines:
        for number, piece in enumerate(line):
            if len(line) < count:
                number = min(range(count), key=lambda n: abs(places[n] - piece[0].column))
            columns[number].extend(piece)
    return columns


def _paragraphs(words: Sequence[Word], count: int) -> list[list[Word]] | None:
    """Return texts that stand one below the other: whole sentences parted by blank lines, or one to a line."""
    for parts in (split_at(words, Gap.BLANK, Gap.BLANK), lines_of(words)):
        texts = [prose(part) for part in parts]
        if len(parts) == count and all(
            ends_sentence(text) and not goes_on_counting(after) for text, after in zip(texts, texts[1:], strict=False)
        ):
            return parts
    return None


def _put(
    entries: dict[str, Entry], repairs: list[Repair], form: Form, name: str, words: Sequence[Word], repeated: bool
) -> None:
    """Keep a long text; one that was there before is dropped, the rest of it after a page break is added."""
    text = prose(words)
    filled = [other for other, entry in entries.items() if entry.state == OK]
    if not (repeated or (name in filled)) or not filled:
        entries[name] = cell_entry(text, form.by_name[name], words[0].cell)
        return
    bare = squeeze(text)
    message = f"第 {words[0].line} 行：跨页重复的{form.by_name[name].label}只保留一次"
    if any(bare in squeeze(entries[other].text) for other in filled):
        repairs.append(Repair("修复-跨页重复", name, words[0].cell, text, "", message))
        return
    target = name if name in filled else filled[-1]
    kept = entries[target]
    entries[target] = cell_entry(_merged(kept.text, text), form.by_name[target], kept.cell)
    message = f"第 {words[0].line} 行：跨页的{form.by_name[target].label}已接到前一页之后"
    repairs.append(Repair("修复-跨页重复", target, words[0].cell, text, entries[target].text, message))


def _merged(before: str, after: str) -> str:
    """Return the first text continued by the second, what both have only once.

    >>> _merged("完成排水管网的养护", "完成排水管网的养护，保障通畅。"), _merged("一是建设", "平台。")
    ('完成排水管网的养护，保障通畅。', '一是建设平台。')
    """
    bare = squeeze(after)
    if squeeze(before) in bare:
        return after
    for size in range(min(len(before), len(bare)), _LEAST_OVERLAP - 1, -1):
        if before.endswith(bare[:size]):
            return before + bare[size:]
    return before + after

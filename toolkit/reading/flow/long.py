"""Long texts of one project: which field each belongs to, and what a page break repeats or continues.

In: labels and words of a section's long block. Out: an `Entry` per long field that was shown, and repairs. Where
several labels stand side by side above one text, it belongs to the last (contract: one goal text → 年度总体目标); a text
shown again is kept once, the rest of one is added. Used by `fields`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from toolkit.forms.model import LONG_TEXT, Form
from toolkit.reading.entries import cell_entry
from toolkit.reading.flow.blocks import Item
from toolkit.reading.flow.labels import Kind
from toolkit.reading.flow.words import Gap, Word, ends_sentence, goes_on_counting, joined, lines_of, prose, split_at
from toolkit.reading.model import BLANK_ENTRY, OK, Entry, Repair
from toolkit.values.text import squeeze

# A repeated text may be joined to the first where it takes up at least that many characters of its end.
_LEAST_OVERLAP = 8

# Lines wrapped at one width differ by so much (in half-width characters); no page is wider than that.
_RAGGED = 6
_WIDEST_LINE = 160


def long_entries(items: Sequence[Item], form: Form) -> tuple[dict[str, Entry], list[Repair]]:
    """Return what every long field that is shown holds; fields whose label is not there are left out."""
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
    """Return texts that stand one below the other: parted by blank lines, or one to a line."""
    lines = lines_of(words)
    for parts in (split_at(words, Gap.BLANK, Gap.BLANK), lines):
        if len(parts) == count and all(_is_whole(part, prose(after), lines) for part, after in pairwise(parts)):
            return parts
    return None


def _is_whole(words: Sequence[Word], after: str, lines: Sequence[Sequence[Word]]) -> bool:
    """Whether a text is complete before another begins, and not just wrapped: a wrapped line is as full as any."""
    text = prose(words)
    if text[-1] in "，,、；;：:" or goes_on_counting(after):
        return False
    last = joined(lines_of(words)[-1])
    widest = max((joined(line) for line in lines), key=_width)
    full = _width(last) >= _width(widest) - _RAGGED or len(last) >= len(widest) - _RAGGED // 2
    return ends_sentence(text) or not full or _width(last) > _WIDEST_LINE


def _width(line: str) -> int:
    """Return the printed width of a line in half-width characters."""
    return sum(1 if char.isascii() else 2 for char in line)


def _put(entries: dict[str, Entry], repairs: list[Repair], form: Form, name: str, words: Sequence[Word], repeated: bool) -> None:
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

"""Labels that extraction has cut: halves with other text between them come together again, values glued on come off.

In: the words of a text and the form's `Lexicon`. Out: words in which every label stands in one run, and the
repairs. A label broken over consecutive words needs nothing here: `Lexicon` reads it as it is. Used by
`reading.flow`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from toolkit.reading.flow.labels import Kind, Lexicon, key_of
from toolkit.reading.flow.words import Gap, Word, split_at, with_gap
from toolkit.reading.model import Repair

# How many lines further down the other half of a label may stand, and how many pieces a label may be cut into.
_REACH = 4
_MOST_CUTS = 5

# `其中：` and the like, with the colon.
_LONGEST_LEAD = 4


@dataclass(frozen=True, slots=True)
class Cut:
    """A label in pieces: each piece a run of words [start, end)."""

    pieces: tuple[tuple[int, int], ...]
    text: str


def split_glued(words: Sequence[Word], lexicon: Lexicon) -> list[Word]:
    """Return the words with `项目名称：某某` parted into label and value, and without a `其中：` that no label has."""
    result: list[Word] = []
    gap = Gap.WRAP
    for index, word in enumerate(words):
        if _is_lead(words, index, lexicon):
            gap = max(gap, word.gap)
            continue
        after_label = bool(result) and key_of(result[-1].text) in lexicon.signs
        parts = _glued(word, lexicon, after_label) or [_without_lead(word, lexicon)]
        result.append(with_gap(parts[0], gap))
        result.extend(parts[1:])
        gap = Gap.WRAP
    return result


def _is_lead(words: Sequence[Word], index: int, lexicon: Lexicon) -> bool:
    text = words[index].text
    if text[-1] not in ":：" or len(text) > _LONGEST_LEAD or any(True for _ in lexicon.runs(words, index)):
        return False
    return index + 1 < len(words) and lexicon.sign_at(words, index + 1) is not None


def _without_lead(word: Word, lexicon: Lexicon) -> Word:
    lead, _, label = word.text.replace("：", ":").rpartition(":")
    sign = lexicon.signs.get(key_of(label)) if 0 < len(lead) < _LONGEST_LEAD else None
    if sign is None or sign.kind != Kind.FIELD or key_of(word.text) in lexicon.signs:
        return word
    return replace(word, text=label)


def _glued(word: Word, lexicon: Lexicon, after_label: bool) -> list[Word] | None:
    text = word.text.replace("：", ":")
    position = text.find(":")
    while 0 < position < len(text) - 1:
        sign = lexicon.signs.get(key_of(text[:position]))
        own_place = word.gap >= Gap.CELL or after_label
        usable = sign and (sign.kind == Kind.FIELD or (sign.kind == Kind.LONG and sign.printed and own_place))
        if usable and key_of(text) not in lexicon.signs:
            return [
                replace(word, text=word.text[:position]),
                replace(word, text=word.text[position + 1 :], gap=Gap.CELL),
            ]
        position = text.find(":", position + 1)
    return None


def mend_labels(words: Sequence[Word], lexicon: Lexicon) -> tuple[list[Word], list[Repair]]:
    """Return the words with the labels that were cut made whole at their first half, and what was mended."""
    whole = _in_whole_labels(words, lexicon)
    mended: dict[int, Word | None] = {}
    repairs = []
    for start in range(len(words)):
        if start in whole or start in mended:
            continue
        cut = _cut_label(words, start, lexicon, whole | mended.keys())
        if cut is None:
            continue
        for first, last in cut.pieces:
            mended.update(dict.fromkeys(range(first, last)))
        mended[start] = replace(words[start], text=cut.text)
        before = " / ".join("".join(word.text for word in words[a:b]) for a, b in cut.pieces)
        message = f"第 {words[start].line} 行：被拆开的标签“{before}”已按“{cut.text}”读取"
        repairs.append(Repair("修复-断行标签", cut.text, words[start].cell, before, cut.text, message))
        if key_of(cut.text) in lexicon.levels:
            for half in cut.pieces[1:]:
                _move_wrapped_cells(words, start, half, mended)
    return _without(words, mended), repairs


def _without(words: Sequence[Word], mended: dict[int, Word | None]) -> list[Word]:
    """Return the words that are left; a word after one that went takes over the gap."""
    result: list[Word] = []
    gap = Gap.WRAP
    for index, word in enumerate(words):
        kept = mended.get(index, word)
        if kept is None:
            gap = max(gap, word.gap)
            continue
        result.append(with_gap(kept, gap))
        gap = Gap.WRAP
    return result


def _in_whole_labels(words: Sequence[Word], lexicon: Lexicon) -> set[int]:
    """Return the places of words that spell a label in one run, an alias of a single word apart."""
    inside: set[int] = set()
    start = 0
    while start < len(words):
        ends = [end for end, key in lexicon.runs(words, start) if end > start + 1 or _is_printed(lexicon, key)]
        if ends:
            inside.update(range(start, ends[-1]))
        start = ends[-1] if ends else start + 1
    return inside


def _is_printed(lexicon: Lexicon, key: str) -> bool:
    sign = lexicon.signs.get(key)
    return bool(sign and sign.printed) or any(level.printed for level in lexicon.levels.get(key, ()))


def _cut_label(words: Sequence[Word], start: int, lexicon: Lexicon, taken: set[int]) -> Cut | None:
    if words[start].gap < Gap.CELL and not _after_label(words, start, taken):
        return None
    end = start + 1
    while end < len(words) and words[end].gap <= Gap.SPACE and end not in taken:
        text = "".join(word.text for word in words[start : end + 1])
        if key_of(text) not in lexicon.beginnings:
            break
        end += 1
    text = "".join(word.text for word in words[start:end])
    if key_of(text) not in lexicon.beginnings or _is_name(words, start, end, lexicon):
        return None
    return _continued(words, lexicon, taken, ((start, end),), text)


def _is_name(words: Sequence[Word], start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether words that could be another wording of a heading are an indicator's name: only a value follows."""
    if key_of("".join(word.text for word in words[start:end])) not in lexicon.levels:
        return False
    line = [word for word in words[end : end + 12] if word.line == words[start].line]
    return len(split_at(line, Gap.SPACE)) == 1 or (len(line) > 1 and len(split_at(line, Gap.CELL)) == 1)


def _after_label(words: Sequence[Word], start: int, taken: set[int]) -> bool:
    """Whether the words before on this line are labels: `满意度指标 服务对象满 …`."""
    return start > 0 and start - 1 in taken


def _continued(words: Sequence[Word], lexicon: Lexicon, taken: set[int], pieces: tuple[tuple[int, int], ...], text: str) -> Cut | None:
    """Return the label that `pieces` begin, completed by pieces that begin later lines; the nearest completion wins."""
    if len(pieces) > _MOST_CUTS:
        return None
    first, last = pieces[0][0], pieces[-1][1]
    lines: list[int] = []
    for index in range(last, len(words)):
        word = words[index]
        if word.line != words[last - 1].line and (not lines or lines[-1] != word.line):
            lines.append(word.line)
        if len(lines) > _REACH or word.gap == Gap.PAGE:
            return None
        if word.line == words[last - 1].line or index in taken or not _may_continue(words, index):
            continue
        tail = ""
        for end in range(index + 1, min(len(words), index + 4) + 1):
            if end - 1 in taken or (end > index + 1 and words[end - 1].gap > Gap.SPACE):
                break
            tail += words[end - 1].text
            key = key_of(text + tail)
            whole = (*pieces, (index, end))
            if _is_printed(lexicon, key) and index > last:
                return Cut(whole, text + tail)
            if key in lexicon.beginnings and (found := _continued(words, lexicon, taken, whole, text + tail)):
                return found if found.pieces[-1][0] > first + 1 else None
    return None


def _may_continue(words: Sequence[Word], index: int) -> bool:
    """A later half begins its line, or is a piece of its own."""
    ends = index + 1 == len(words) or words[index + 1].gap >= Gap.CELL
    return words[index].gap >= Gap.LINE or (words[index].gap == Gap.CELL and ends)


def _move_wrapped_cells(words: Sequence[Word], start: int, half: tuple[int, int], mended: dict[int, Word | None]) -> None:
    """Put what else was wrapped onto the line of a heading's later half back into the cells beside the first half."""
    first, end = half
    line = words[first].line
    rest = [index for index in range(end, len(words)) if words[index].line == line and index not in mended]
    if not rest or rest[-1] - rest[0] + 1 != len(rest):
        return
    shift = words[start].column - words[first].column
    above = {words[i].column: i for i in range(start + 1, first) if words[i].line == words[start].line}
    columns = {words[index].column + shift for index in rest}
    if not columns <= above.keys() or _is_row(words, rest):
        return
    for index in rest:
        target = above[words[index].column + shift]
        if words[index].text[0] in "（(":
            target = above[max(above)]
        current = mended.get(target) or words[target]
        glue = " " if words[index].gap == Gap.SPACE else ""
        mended[target] = replace(current, text=current.text + glue + words[index].text)
        mended[index] = None


def _is_row(words: Sequence[Word], rest: Sequence[int]) -> bool:
    """Whether the pieces are an indicator of their own: a name and a target, not the end of one."""
    pieces = split_at([words[index] for index in rest], Gap.CELL)
    return len(pieces) > 1 and pieces[-1][0].text[0] not in "（("

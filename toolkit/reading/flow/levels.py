"""Headings and records in reading order → rows with their levels; rows that a page break repeats come once.

In: what `table` read. Out: `Row`s and repairs. A heading holds until the next of its depth; headings stacked
before their rows are dealt out one by one; headings that a page break left without rows vanish. Used by
`reading.flow`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from toolkit.forms.model import Form
from toolkit.reading.entries import cell_entry
from toolkit.reading.flow.costs import piece_texts, read_target
from toolkit.reading.flow.labels import Level, Lexicon, key_of
from toolkit.reading.flow.slots import Slot
from toolkit.reading.flow.table import Heading, Item, Leftover, Record
from toolkit.reading.flow.words import Gap, Word, joined, left_out, lines_of
from toolkit.reading.model import BLANK_ENTRY, MISSING_ENTRY, Entry, Repair, Row
from toolkit.values.grammar import rewritten, whole_parts, whole_text
from toolkit.values.targets import QUALITATIVE
from toolkit.values.text import squeeze


@dataclass(frozen=True, slots=True)
class Placed:
    """A record with a word of the tree per depth (None where the text has none) and the heading that said so."""

    record: Record
    texts: tuple[str | None, ...]
    headings: tuple[Heading | None, ...]
    page: int
    headed: bool


class _Tree:
    """The levels in force while the items are walked through."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.depths = lexicon.depths
        self.texts: list[str | None] = [None] * lexicon.depths
        self.headings: list[Heading | None] = [None] * lexicon.depths
        printed = {(level.depth, level.text): level for levels in lexicon.levels.values() for level in levels}
        self.parents = {place: level.parents for place, level in printed.items()}
        self.children: dict[tuple[int, str], list[str]] = {}
        for (depth, text), parents in self.parents.items():
            for parent in parents:
                self.children.setdefault((depth - 1, parent), []).append(text)

    def enter(self, level: Level, heading: Heading) -> bool:
        """Let `level` hold from here on; return whether a level above it had to be changed to agree.

        Two labels printed side by side in one line are what the unit wrote: when they do not agree, that is a mistake of
        the unit, for checking to find, and not damage.
        """
        changed = False
        self._set(level.depth, level.text, heading)
        depth, text = level.depth, level.text
        while depth > 0:
            parents = self.parents.get((depth, text), ())
            above = self.texts[depth - 1]
            if parents and above not in parents and not self._beside(depth - 1, heading):
                self.texts[depth - 1], self.headings[depth - 1] = parents[0], None
                changed = True
            depth, text = depth - 1, self.texts[depth - 1] or ""
        return changed

    def _beside(self, depth: int, heading: Heading) -> bool:
        said = self.headings[depth]
        return said is not None and said is not heading and said.words[-1].line == heading.words[0].line

    def _set(self, depth: int, text: str, heading: Heading) -> None:
        if self.texts[depth] != text:
            for deeper in range(depth + 1, self.depths):
                self.texts[deeper] = self.headings[deeper] = None
        self.texts[depth], self.headings[depth] = text, heading

    def complete(self) -> tuple[str | None, ...]:
        """Return the levels in force; one that has no choice below its parent needs no heading."""
        texts = list(self.texts)
        for depth in range(1, self.depths):
            only = self.children.get((depth - 1, texts[depth - 1] or ""), [])
            if texts[depth] is None and len(only) == 1:
                texts[depth] = only[0]
        return tuple(texts)


def table_rows(
    items: Sequence[Item], slots: Sequence[Slot], words: Sequence[Word], form: Form, lexicon: Lexicon
) -> tuple[tuple[Row, ...], list[Repair]]:
    """Return the rows of a table with their levels, and what was set right; a column without a slot is missing."""
    if form.table is None:
        return (), []
    repairs: list[Repair] = []
    breaks = [word.line for word in words if word.gap == Gap.PAGE]
    placed = _placed(items, lexicon, breaks, repairs)
    rows = [_row(each, form, slots, repairs) for each in _once(placed, repairs)]
    repairs += _broken_headings(items) + _leftovers(items)
    return tuple(rows), repairs


def _placed(items: Sequence[Item], lexicon: Lexicon, breaks: Sequence[int], repairs: list[Repair]) -> list[Placed]:
    tree = _Tree(lexicon)
    waiting: list[tuple[Level, Heading]] = []
    pending: list[Heading] = []
    placed: list[Placed] = []
    for index, item in enumerate(items):
        if isinstance(item, Heading):
            pending.append(item)
        if not isinstance(item, Record):
            continue
        stack = _stack(pending, item, items[index:], tree)
        entering = [*stack[:-1], stack[-1][:1]] if stack else [waiting[:1]]
        for level, heading in (pair for pairs in entering for pair in pairs):
            if tree.enter(level, heading) and placed:
                message = f"第 {heading.words[0].line} 行：{level.text}之上缺少或错放了上级指标，已按指标体系归位"
                repairs.append(Repair("修复-层级错位", level.text, heading.words[0].cell, "", level.text, message))
        if stack and len(stack[-1]) > 1:
            names = "、".join(level.text for level, _ in stack[-1])
            message = f"第 {item.first.line} 行起：{names}连在一起，已依次归到随后的各行"
            repairs.append(Repair("修复-层级错位", stack[-1][0][0].text, item.first.cell, names, names, message))
        waiting = stack[-1][1:] if stack else waiting[1:]
        page = sum(line <= item.first.line for line in breaks)
        headed = bool(pending) or bool(placed and placed[-1].page == page and placed[-1].headed)
        placed.append(Placed(item, tree.complete(), tuple(tree.headings), page, headed))
        pending = []
    return placed


def _stack(pending: Sequence[Heading], record: Record, ahead: Sequence[Item], tree: _Tree) -> list[list[tuple[Level, Heading]]]:
    """Return the headings before a record by depth, the shallowest first; several only where rows wait for each."""
    found: dict[int, list[tuple[Level, Heading]]] = {}
    for number, heading in enumerate(pending):
        level = _meaning(heading, pending[number + 1 :], found, tree)
        new_page = any(word.gap == Gap.PAGE for word in heading.words)
        if new_page:
            found.pop(level.depth, None)
        for deeper in [depth for depth in found if depth > level.depth]:
            if not all(level.text in other.parents for other, _ in found[deeper]):
                del found[deeper]
        same = found.setdefault(level.depth, [])
        if all(other.text != level.text for other, _ in same):
            same.append((level, heading))
    stack = [found[depth] for depth in sorted(found)]
    return [_dealt(pairs, record, ahead) if pairs[0][0].depth + 1 == tree.depths else pairs[-1:] for pairs in stack]


def _meaning(heading: Heading, after: Sequence[Heading], found: Mapping[int, list[tuple[Level, Heading]]], tree: _Tree) -> Level:
    """Return what a heading means here; a word that stands for two depths means the upper one first."""
    levels = sorted(heading.levels, key=lambda level: (not level.printed, level.depth))
    for level in levels:
        said = [other.text for other, _ in found.get(level.depth, [])]
        holds_already = tree.texts[level.depth] == level.text and not level.printed
        if level.text in said or (holds_already and not said and not after):
            continue
        return level
    return levels[-1]


def _dealt(pairs: list[tuple[Level, Heading]], record: Record, ahead: Sequence[Item]) -> list[tuple[Level, Heading]]:
    """Return the headings of one depth that have rows: all that share a line, or each on a line as the rows are.

    Blank rows of a form leave headings without rows: then only the last one, next to its row, counts.
    """
    if len(pairs) < 2:
        return pairs
    beside = pairs[-1:]
    for pair in reversed(pairs[:-1]):
        if pair[1].words[-1].line != beside[0][1].words[0].line:
            break
        beside.insert(0, pair)
    if len(beside) > 1:
        return beside
    rows = 0
    for item in ahead:
        if isinstance(item, Heading):
            break
        rows += isinstance(item, Record)
    own_line = record.first.line != pairs[-1][1].words[-1].line
    return pairs if own_line and rows >= len(pairs) else pairs[-1:]


def _once(placed: Sequence[Placed], repairs: list[Repair]) -> list[Placed]:
    """Return the records without those that a page begins with and an earlier page already had."""
    kept: list[Placed] = []
    page, repeating = 0, False
    for each in placed:
        if each.page != page:
            page, repeating = each.page, True
            earlier = list(kept)
        if repeating and any(_same(each, other) for other in earlier):
            name = joined(each.record.cells[0])
            message = f"第 {each.record.first.line} 行：跨页重复的“{name}”只保留一次"
            repairs.append(Repair("修复-跨页重复", name, each.record.first.cell, name, "", message))
            continue
        repeating = False
        kept.append(each)
    return kept


def _same(later: Placed, earlier: Placed) -> bool:
    texts = [["".join(word.text for word in cell) for cell in each.record.cells] for each in (later, earlier)]
    return texts[0] == texts[1] and (later.texts == earlier.texts or not later.headed)


def _row(placed: Placed, form: Form, slots: Sequence[Slot], repairs: list[Repair]) -> Row:
    assert form.table is not None
    entries: dict[str, Entry] = {}
    for name, text, heading in zip(form.table.levels, placed.texts, placed.headings, strict=True):
        if text is None:
            entries[name] = BLANK_ENTRY
        elif heading is None:
            entries[name] = Entry(text, text, None)
        else:
            entries[name] = Entry(text, joined(heading.words), heading.words[0].cell)
    for slot, words in zip(slots, placed.record.cells, strict=True):
        if slot.is_target:
            entries.update(_target_entries(words, slot, form, repairs))
        else:
            (name,) = slot.names
            entries[name] = _cell(words, name, form) if words else BLANK_ENTRY
    return Row(placed.record.first.line, {name: entries.get(name, MISSING_ENTRY) for name in form.table.names})


def _cell(words: Sequence[Word], name: str, form: Form) -> Entry:
    field = form.by_name[name]
    text = joined(words)
    known = {key_of(option): option for option in form.lists.get(field.code_list or "", ())}
    known |= {key_of(alias): word for alias, word in form.aliases(name).items() if word in known.values()}
    return cell_entry(known.get(key_of(text), text), field, words[0].cell)


def _target_entries(words: Sequence[Word], slot: Slot, form: Form, repairs: list[Repair]) -> dict[str, Entry]:
    """The entries of a target's columns; of one column where a cell of it holds the whole target."""
    if not words:
        return dict.fromkeys(slot.names, BLANK_ENTRY)
    target, text, cell = read_target(words), joined(words), words[0].cell
    if len(slot.names) == 1:
        symbols = form.table.symbols if form.table else ()
        if len(piece_texts(words)) > 1 and whole_parts(text, symbols).symbol == QUALITATIVE:
            text = whole_text(target)
        made = rewritten(text, symbols) or (target.number or text if target.symbol == QUALITATIVE else text)
        if squeeze(made) != squeeze(text):
            repairs.append(Repair("修复-指标值", slot.names[0], cell, text, made, f"第 {words[0].line} 行：“{text}”已按“{made}”读取"))
        return {slot.names[0]: Entry(made, text, cell)}
    if target.text and any(word.gap != Gap.CELL for word in words[1:]) and squeeze(target.text) != text:
        message = f"第 {words[0].line} 行：指标值“{text}”中的空白和断行已去掉，按“{target.text}”读取"
        repairs.append(Repair("修复-数值空白", slot.names[1], cell, text, target.text, message))
    parts = dict(zip(slot.names, (target.symbol, target.number, target.unit), strict=True))
    return {name: Entry(part, text, cell) if part else BLANK_ENTRY for name, part in parts.items()}


def _leftovers(items: Sequence[Item]) -> list[Repair]:
    """Name what was left out, line by line, so that nothing goes without a trace."""
    words = [item.word for item in items if isinstance(item, Leftover)]
    return [left_out(line) for line in lines_of(words)]


def _broken_headings(items: Sequence[Item]) -> list[Repair]:
    repairs = []
    for item in items:
        if isinstance(item, Heading) and any(word.gap != Gap.PAGE and word.gap >= Gap.CELL for word in item.words[1:]):
            before, after = " / ".join(word.text for word in item.words), "".join(word.text for word in item.words)
            message = f"第 {item.words[0].line} 行：断开的标签“{before}”已按“{after}”读取"
            repairs.append(Repair("修复-断行标签", after, item.words[0].cell, before, after, message))
    return repairs

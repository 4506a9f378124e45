"""A list's word as units write it: ticked among the others, numbered, or with blanks in it.

In: what stands in a cell and the words of the field's list by their keys. Out: the word; none where the text says no single one.
Called by `sheet`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from toolkit.reading.entries import spelt
from toolkit.reading.model import OK, Entry, Repair
from toolkit.reading.plan import text_key, unnumbered

TICKED, _EMPTY = "☑☒✓✔√■", "□☐▢○"
_BOX = re.compile(f"[{TICKED}{_EMPTY}]")


def without_boxes(text: str) -> str:
    """Return a text without the boxes, ticked or not, that stand before or behind its words.

    >>> without_boxes("☑ 特定目标类"), without_boxes("其他运转类□")
    ('特定目标类', '其他运转类')
    """
    return _BOX.sub("", text).strip()


def listed(name: str, label: str, entry: Entry, words: Mapping[str, str]) -> tuple[Entry, Repair | None]:
    """Return the entry with the word of the list that it says, and what that set right; others stay for a rule to report."""
    if entry.state != OK:
        return entry, None
    text = str(entry.value)
    key = text_key(text)
    word = words.get(key) or words.get(unnumbered(key, words)) or _ticked(text, words)
    if word is None or word == text:
        return entry, None
    return Entry(word, entry.text, entry.cell), _repair(name, label, entry, word) if key not in words else spelt(name, label, entry, word)


def _repair(name: str, label: str, entry: Entry, word: str) -> Repair:
    said = " ".join(entry.text.split())
    message = f"{label}“{said if len(said) <= 40 else said[:40] + '……'}”已按列表里的“{word}”读取。"
    return Repair("修复-列表用词", name, entry.cell, entry.text, word, message, word, safe=True)


def _ticked(text: str, words: Mapping[str, str]) -> str | None:
    """The word whose box is ticked, where that is one: the boxes stand all before their words or all behind.

    >>> words = {"是": "是", "否": "否"}
    >>> [_ticked(text, words) for text in ("☑是 □否", "是□ 否√", "□是 □否", "☑是 ☑否", "是")]
    ['是', '否', None, None, None]
    """
    boxes = list(_BOX.finditer(text))
    if not boxes:
        return None
    before = not text[: boxes[0].start()].strip()
    starts = [box.end() for box in boxes] if before else [0, *(box.end() for box in boxes)]
    ends = [*(box.start() for box in boxes[1:]), len(text)] if before else [box.start() for box in boxes]
    parts = [(box[0], words.get(unnumbered(text_key(text[a:b]), words))) for box, a, b in zip(boxes, starts, ends, strict=False)]
    ticked = [word for box, word in parts if box in TICKED]
    return ticked[0] if len(ticked) == 1 else None

"""Two texts → what was taken out and what was put in, for a reader. Called by the outputs that show long texts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from toolkit.values.text import squeeze

KEPT, REMOVED, INSERTED = "same", "removed", "added"
Part = tuple[str, str]
Step = tuple[str, int, int, int, int]

# A number or a Latin word is taken as a whole; white space belongs to what stands before it.
_PIECE = re.compile(r"(?:\d+(?:[.,]\d+)*[%％]?|[A-Za-z]+|\S)\s*")
_SENTENCE = re.compile(r"[^。！？；;\n]*[。！？；;\n]?\s*")

# Longer texts are compared sentence by sentence.
_MOST_PIECES = 3_000

# So little in common between two changes is part of the change.
_CRUMB = 2


def text_parts(before: str, after: str) -> tuple[Part, ...]:
    """Return `after` with what differs from `before` marked, without regard to white space.

    >>> text_parts("服务老人1200名", "服务老年人 1280名")
    (('same', '服务老'), ('added', '年'), ('same', '人 '), ('removed', '1200'), ('added', '1280'), ('same', '名'))
    """
    left, right = _pieces(before), _pieces(after)
    matcher = SequenceMatcher(None, list(map(squeeze, left)), list(map(squeeze, right)), autojunk=False)
    steps = _without_crumbs(matcher.get_opcodes(), left)
    return tuple(part for step in steps for part in _parts(left, right, step))


def excerpt(parts: Sequence[Part], context: int) -> tuple[Part, ...]:
    """Return the parts with what is the same cut down to `context` characters beside a change."""
    found: list[Part] = []
    for index, (kind, text) in enumerate(parts):
        lead, tail = (context if index else 0), (context if index < len(parts) - 1 else 0)
        if kind == KEPT and len(text) > lead + tail + 1:
            text = f"{text[:lead]}…{text[-tail:] if tail else ''}"
        found.append((kind, text))
    return tuple(found)


def _pieces(text: str) -> list[str]:
    found = _PIECE.findall(text.strip())
    return found if len(found) <= _MOST_PIECES else [part for part in _SENTENCE.findall(text) if part]


def _without_crumbs(codes: Sequence[Step], left: Sequence[str]) -> list[Step]:
    """The steps with bits in common between two replacements made part of them: a reader takes in one change, not three."""
    merged: list[Step] = []
    for index, (tag, i1, i2, j1, j2) in enumerate(codes):
        beside = [codes[near][0] for near in (index - 1, index + 1) if 0 <= near < len(codes)]
        crumb = tag == "equal" and beside == ["replace", "replace"] and sum(map(len, left[i1:i2])) < _CRUMB
        if merged and merged[-1][0] != "equal" and (crumb or tag != "equal"):
            merged[-1] = ("replace", merged[-1][1], i2, merged[-1][3], j2)
        else:
            merged.append((tag, i1, i2, j1, j2))
    return merged


def _parts(left: Sequence[str], right: Sequence[str], step: Step) -> list[Part]:
    tag, i1, i2, j1, j2 = step
    old, new = "".join(left[i1:i2]), "".join(right[j1:j2])
    parts = [(KEPT, new)] if tag == "equal" else [(REMOVED, old), (INSERTED, new)]
    return [part for part in parts if part[1]]

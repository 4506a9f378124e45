"""Headings of a summary that take several lines, broken into lines of about the same length: no character stands alone on one.

Compiling: the centred paragraphs outside tables that print fields, their texts made slots of their own, with the room of a line.
Filling: the texts of these slots, with line breaks where the heading is too long. How wide the page and how large the letters are is
the template's; nothing here knows what a heading says.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from toolkit.outputs.fit import ems
from toolkit.outputs.word.markup import Element, own_texts, w
from toolkit.outputs.word.measure import Styles
from toolkit.outputs.word.pieces import LINE, slot_mark, slot_names, slot_parts

# A line is taken for full so many ems before it is: fonts differ a little.
_SPARE = 0.5

# Longer texts are no headings; they break as text does.
_LONGEST = 150

# Where a field ends is a good place to break: lines may differ by so much of their mean for it.
_SEAM = 0.4

# No line begins within a number or a Latin word (nor between a number and what it counts), before a mark that closes, after one
# that opens.
_TOGETHER = re.compile(
    r"[0-9A-Za-z.,%-](?=[0-9A-Za-z.,%年月日-])|.(?=[、，。；：？！）》〉」』】〕”’%℃…—])|[（《〈「『【〔“‘](?=.)", re.DOTALL
)


@dataclass(frozen=True, slots=True, eq=False)
class Heading:
    """The name of the slot of each run's text, what that is made of (constant text and field in turn), and the ems of a line."""

    runs: tuple[tuple[str, tuple[tuple[str, str | None], ...]], ...]
    room: float

    def texts(self, values: Mapping[str, str]) -> dict[str, str]:
        """Return the texts of the runs, with the line breaks that the whole needs."""
        texts, seams, length = [], [], 0
        for _, parts in self.runs:
            made = ""
            for constant, name in parts:
                made += constant + (values[name] if name else "")
                seams.append(length + len(made))
            texts.append(made)
            length += len(made)
        breaks = line_starts("".join(texts), self.room, tuple(seams))
        done: dict[str, str] = {}
        start = 0
        for (name, _), text in zip(self.runs, texts, strict=True):
            inside = [place - start for place in breaks if start <= place < start + len(text)]
            done[name] = "\n".join(text[a:b] for a, b in zip([0, *inside], [*inside, None], strict=True))
            start += len(text)
        return done


def set_headings(paragraphs: Iterable[Element], styles: Styles, width: int) -> tuple[Heading, ...]:
    """Give the texts of every heading among `paragraphs` slots of their own; `width` is that of the page's text in twips."""
    made: list[Heading] = []
    for paragraph in paragraphs:
        texts = [text for text in own_texts(paragraph) if text.text]
        plain = all(child.tag in (w("rPr"), w("t")) for run in paragraph.iter(w("r")) for child in run)
        if not plain or not styles.centred(paragraph) or not slot_names("".join(text.text or "" for text in texts)):
            continue
        form = styles.format(paragraph)
        runs = []
        for number, text in enumerate(texts):
            name = f"#标题{len(made)}.{number}"
            runs.append((name, slot_parts(text.text or "")))
            text.text = slot_mark(name, LINE)
        made.append(Heading(tuple(runs), (width - form.indent) / form.em))
    return tuple(made)


@lru_cache(maxsize=1024)
def line_starts(text: str, room: float, seams: tuple[int, ...] = ()) -> tuple[int, ...]:
    """Return where the lines after the first begin, so that all are about as long; nowhere while one line of `room` ems is enough.

    >>> line_starts("某市某区某某街道社区卫生服务中心2024年度汇总表", 20)
    (12,)
    >>> line_starts("某市某区某某街道社区卫生服务中心2024年度汇总表", 20, (16, 20, 26))
    (16,)
    >>> line_starts("某市某区某某中心汇总表", 20)
    ()
    """
    usable = max(room - _SPARE, 1.0)
    width = ems(text)
    if width <= usable or "\n" in text or len(text) > _LONGEST:
        return ()
    together = {found.end() for found in _TOGETHER.finditer(text)}
    places = [0, *(place for place in range(1, len(text)) if place not in together), len(text)]
    count = math.ceil(width / usable)
    for lines in range(count, count + 3):
        found = _split(text, places, frozenset(seams), lines, usable)
        if found is not None:
            return found
    return ()


def _split(text: str, places: list[int], seams: frozenset[int], lines: int, usable: float) -> tuple[int, ...] | None:
    """Return the best starts of so many lines after the first, None where they do not hold the text."""
    mean = ems(text) / lines
    reward = 2 * (_SEAM * mean) ** 2

    # For each place, the cost of the best way to break what stands before it, and where its lines begin.
    best: dict[int, tuple[float, tuple[int, ...]]] = {0: (0.0, ())}
    for line in range(1, lines + 1):
        after: dict[int, tuple[float, tuple[int, ...]]] = {}
        for end in places if line < lines else places[-1:]:
            for start, (cost, starts) in best.items():
                width = ems(text[start:end])
                if start < end and width <= usable:
                    total = cost + (width - mean) ** 2 - (reward if end in seams and line < lines else 0)
                    if end not in after or total < after[end][0]:
                        after[end] = (total, (*starts, end))
        best = after
    return best[len(text)][1][:-1] if len(text) in best else None

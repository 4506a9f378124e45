"""The prototype of a summary as strings: what is constant, where a value goes, which form a row of the table takes.

`template` makes these from the Word template once; `word` fills them per project. A slot is written into the
markup as characters that no document holds, so that everything between two slots stays a plain string.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from toolkit.forms.model import IndicatorTable

# What a line break in a value becomes: a new paragraph like the slot's own, a break in the line, a blank.
PARAGRAPH, LINE, BLANK = "p", "l", "b"

# What the contents list of a template calls the page of a project.
PAGE_NUMBER = "页码"

# Noncharacters: legal in XML, never in a text.
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_SLOT = re.compile(f"{_OPEN}(.)([^{_OPEN}{_CLOSE}]*){_CLOSE}")

# Stand in the prototype row where "keep with next", "page break before" and "row stays whole" of Word may come.
KEEP_MARK, PAGE_MARK, WHOLE_MARK = (f"<?jixiao {word}?>" for word in ("keep", "page", "whole"))
_KEEP, _PAGE, _WHOLE = "<w:keepNext/>", "<w:pageBreakBefore/>", "<w:cantSplit/>"

_TEXT_END, _TEXT_START = "</w:t>", '<w:t xml:space="preserve">'
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPECIAL = re.compile("[&<>\x00-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one value; `line` and `tab` are the markup that a line break and a tab in it become."""

    name: str
    line: str
    tab: str


@dataclass(frozen=True, slots=True, eq=False)
class Piece:
    """Markup with slots: `pattern` has one `%s` for each."""

    pattern: str
    names: tuple[str, ...]
    slots: tuple[Slot, ...]

    def fill(self, values: Mapping[str, str]) -> str:
        """Return the markup with the value of its name in every slot."""
        texts = list(map(values.__getitem__, self.names))
        if _SPECIAL.search("".join(texts)):
            texts = [xml_text(text, slot) for text, slot in zip(texts, self.slots, strict=True)]
        return self.pattern % tuple(texts)


@dataclass(frozen=True, slots=True, eq=False)
class Cell:
    """A cell of the prototype row that is merged downwards: its markup alone, on top, below.

    `group` is 0 for the whole table, else the 1-based level whose groups it follows.
    """

    group: int
    variants: tuple[tuple[str, str], ...]

    def markup(self, state: str) -> str:
        return dict(self.variants)[state]


@dataclass(frozen=True, slots=True, eq=False)
class RowPattern:
    """The prototype row: constant markup and merged cells in turn.

    `number` counts those of a template; `fixed` tells that fields of the project are printed in the rows too; `table` is whose rows
    they are.
    """

    parts: tuple[str | Cell, ...]
    number: int = 0
    fixed: bool = True
    table: IndicatorTable | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Option:
    """What is left out while all the fields `names` are blank."""

    names: tuple[str, ...]
    parts: tuple[Part, ...]


# What a body is made of.
Part: TypeAlias = "Piece | RowPattern | Option"


def slot_mark(name: str, kind: str) -> str:
    """Return the characters that stand for a slot in markup that `make_piece` reads."""
    return f"{_OPEN}{kind}{name}{_CLOSE}"


def mark_kind(text: str, kind: str) -> str:
    """Return `text` with every slot of it turned into one of this kind."""
    return _SLOT.sub(lambda found: slot_mark(found[2], kind), text)


def slot_names(text: str) -> tuple[str, ...]:
    """Return the names of the slots in a marked text.

    >>> slot_names("第" + slot_mark("年度", LINE) + "年")
    ('年度',)
    """
    return tuple(found[2] for found in _SLOT.finditer(text))


def slot_parts(text: str) -> tuple[tuple[str, str | None], ...]:
    """Return a marked text as pairs of constant text and the name of the slot after it, None after the last.

    >>> slot_parts("第" + slot_mark("年度", LINE) + "年")
    (('第', '年度'), ('年', None))
    """
    constants = _SLOT.split(text)[::3]
    return tuple(zip(constants, (*slot_names(text), None), strict=True))


def without_slots(text: str) -> str:
    """Return a marked text without its slots."""
    return _SLOT.sub("", text)


def only_slot(text: str) -> str | None:
    """Return the name of the slot that is all there is in a marked text, or None."""
    found = _SLOT.fullmatch(text.strip())
    return found[2] if found else None


def make_piece(markup: str) -> Piece:
    """Return marked markup as a piece. A slot that breaks into paragraphs repeats the paragraph it stands in."""
    pattern, slots, done = [], [], 0
    for found in _SLOT.finditer(markup):
        pattern.append(markup[done : found.start()].replace("%", "%%"))
        slots.append(_slot(markup, found))
        done = found.end()
    pattern.append(markup[done:].replace("%", "%%"))
    return Piece("%s".join(pattern), tuple(slot.name for slot in slots), tuple(slots))


def _slot(markup: str, found: re.Match[str]) -> Slot:
    kind, name = found[1], found[2]
    if kind == BLANK:
        return Slot(name, " ", " ")
    line = f"{_TEXT_END}<w:br/>{_TEXT_START}"
    if kind == PARAGRAPH:
        start = max(markup.rfind("<w:p>", 0, found.start()), markup.rfind("<w:p ", 0, found.start()))
        end = markup.index("</w:p>", found.end()) + len("</w:p>")
        line = markup[found.end() : end] + markup[start : found.start()]
    return Slot(name, line, f"{_TEXT_END}<w:tab/>{_TEXT_START}")


def write_part(archive: zipfile.ZipFile, name: str, content: bytes | str) -> None:
    """Write one part of a document whole; the same content always gives the same bytes."""
    info = zipfile.ZipInfo(name)
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content)


@lru_cache(maxsize=1024)
def row_piece(pattern: RowPattern, states: tuple[str, ...], keep: bool, page: bool = False, tall: bool = False) -> Piece:
    """Return the row for cells in these states (by group, 0 first); `keep` holds it on the page of the next row.

    With `page` it begins a page; a `tall` one is higher than a page and may part.
    """
    parts = [part if isinstance(part, str) else part.markup(states[part.group]) for part in pattern.parts]
    markup = "".join(parts).replace(KEEP_MARK, _KEEP if keep else "").replace(PAGE_MARK, _PAGE if page else "")
    return make_piece(markup.replace(WHOLE_MARK, "" if tall else _WHOLE))


def legal_text(text: str) -> str:
    r"""Return `text` without the characters that no XML file can hold (lone surrogates, control characters).

    >>> legal_text("一\x00二\ud800三")
    '一二三'
    """
    return _ILLEGAL.sub("", text)


def illegal_characters(text: str) -> tuple[str, ...]:
    r"""Return what `legal_text` leaves out, each once, as `U+XXXX`.

    >>> illegal_characters("一\x00二\x00\ud800")
    ('U+0000', 'U+D800')
    """
    return tuple(dict.fromkeys(f"U+{ord(found):04X}" for found in _ILLEGAL.findall(text)))


def xml_text(text: str, slot: Slot) -> str:
    """Return `text` as markup for `slot`: escaped, its line breaks and tabs as Word wants them."""
    text = legal_text(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.replace("\n", slot.line).replace("\t", slot.tab)

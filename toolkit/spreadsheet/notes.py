"""Notes (批注) on the cells of a sheet: the comments part that holds their texts, the VML drawing that holds their boxes.

A `Draft` and a sheet come in; notes are put in or taken out, and notes of others stay as they are. A note that is
on a cell already is kept and gets our text below its own. Called by `outputs.marked` and `outputs.filled`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

from lxml import etree

from toolkit.package.draft import Draft
from toolkit.package.parts import OFFICE_RELATIONSHIPS, parse_xml
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.geometry import SheetGeometry, beside
from toolkit.spreadsheet.markup import MAIN_NS, escape, unescape, whole_number
from toolkit.spreadsheet.note_boxes import (
    Box,
    Resized,
    add_boxes,
    empty_drawing,
    grow_boxes,
    has_shapes,
    remove_boxes,
    usual_drawing,
)
from toolkit.spreadsheet.sheet_text import Position, SheetText
from toolkit.spreadsheet.written import clean

_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_AUTHORS, _LIST, _COMMENT, _TEXT, _RUN, _T = (f"{{{MAIN_NS}}}{tag}" for tag in ("authors", "commentList", "comment", "text", "r", "t"))

# What a run of ours looks like: its weight, its colour, its text.
_RUN_OF = '<r><rPr>{}<sz val="9"/><color rgb="{}"/><rFont val="宋体"/><charset val="134"/></rPr><t xml:space="preserve">{}</t></r>'

# The box of a note in pixels: its width, the height of a line, how many lines at most, characters in a line.
_WIDTH, _LINE, _MOST_LINES, _CHARACTERS = 288, 17, 40, 22

# The placeholder that Excel keeps for a threaded comment has such an author; the thread itself is in another part.
_THREAD = "tc="


@dataclass(frozen=True, slots=True)
class Note:
    """A note for the cell at `area`'s top left: a headline and the text below it."""

    area: a1.Area
    headline: str
    body: str

    @property
    def text(self) -> str:
        """What is put into the cell's note, alike for the writer and for whoever takes it out."""
        return clean(f"{self.headline}\n{self.body}")


def box_beside(geometry: SheetGeometry) -> Callable[[Note, str], Box]:
    """Return where the box of a note stands on a sheet: beside its cell, as high as its text needs."""
    sizes = cache(geometry.pixels), cache(geometry.pixels_high)

    def place(note: Note, whole: str) -> Box:
        lines = sum(-(-max(len(line), 1) // _CHARACTERS) for line in whole.split("\n"))
        return beside(note.area, _WIDTH, (min(lines, _MOST_LINES) + 1) * _LINE, *sizes)

    return place


def add_notes(
    patch: Draft, sheet: str, markup: SheetText, notes: Sequence[Note], author: str, place: Callable[[Note, str], Box]
) -> list[Resized]:
    """Put `notes` on the sheet whose part is `sheet` and whose markup is `markup`; return the boxes that had to grow.

    `place` says where the box of a note stands, given all the text in it. Cells with a threaded comment get none.
    """
    threaded = _threaded(patch, sheet)
    drawing = _drawing(patch, sheet, markup)
    vml = None if drawing is None else usual_drawing(patch.read(drawing))
    if vml is not None and b"</xml>" not in vml:
        return []
    part = patch.related(sheet, "comments")
    root = _empty_comments() if part is None else patch.xml(part)
    present = {comment.get("ref", ""): comment for comment in root.iter(_COMMENT)}
    authors = [element.text or "" for element in root.iterfind(f"{_AUTHORS}/*")]
    boxes: list[tuple[Position, Box]] = []
    grown: list[tuple[Position, Box]] = []
    new: list[tuple[str, Note]] = []
    for note in notes:
        cell = a1.cell_name(*note.area[:2])
        old = present.get(cell)
        if cell in threaded or (old is not None and _author(old, authors).startswith(_THREAD)):
            continue
        if old is None:
            new.append((cell, note))
            boxes.append((note.area[:2], place(note, note.text)))
        else:
            text = _text_of(old)
            _append(old, note, after=bool(text))
            grown.append((note.area[:2], place(note, f"{text}\n\n{note.text}")))
    if not boxes and not grown:
        return []
    if new:
        _add_comments(root, author, new)
    if part is None:
        part = patch.free_name("xl/comments1.xml")
        patch.put_xml(part, root, _COMMENTS_TYPE)
        patch.link(sheet, f"{OFFICE_RELATIONSHIPS}/comments", part)
    else:
        patch.put_xml(part, root)
    if drawing is None or vml is None:
        drawing, vml = patch.free_name("xl/drawings/vmlDrawing1.vml"), empty_drawing(patch)
        patch.put(drawing, vml, _VML_TYPE)
        markup.add_legacy_drawing(patch.link(sheet, f"{OFFICE_RELATIONSHIPS}/vmlDrawing", drawing))
    vml, resized = grow_boxes(vml, dict(grown))
    patch.put(drawing, add_boxes(vml, boxes))
    return resized


def remove_notes(
    patch: Draft, sheet: str, markup: SheetText, ours: re.Pattern[str], texts: Sequence[str], resized: Sequence[Resized]
) -> None:
    """Take our texts out of the notes of a sheet, and what held nothing else with them.

    `texts` are those that were put in; of a note that holds none of them, what matches `ours` is taken for ours.
    """
    part = patch.related(sheet, "comments")
    if part is None:
        return
    root = patch.xml(part)
    emptied: set[Position] = set()
    touched = False
    for comment in list(root.iter(_COMMENT)):
        span = _ours(_text_of(comment), ours, texts)
        if span is None:
            continue
        touched = True
        _cut(comment, *span)
        if not _text_of(comment).strip():
            emptied.add(a1.parse_cell(comment.get("ref", "A1")))
            comment.getparent().remove(comment)
    if not touched:
        return
    _drop_authors(root)
    drawing = _drawing(patch, sheet, markup)
    vml = b"" if drawing is None else remove_boxes(usual_drawing(patch.read(drawing)), emptied, resized)
    if drawing is not None and not has_shapes(vml):
        markup.remove_legacy_drawing()
        patch.detach(sheet, drawing)
    elif drawing is not None:
        patch.put(drawing, vml)
    if next(root.iter(_COMMENT), None) is None:
        patch.detach(sheet, part)
    else:
        patch.put_xml(part, root)


def _drawing(patch: Draft, sheet: str, markup: SheetText) -> str | None:
    """Return the VML part of a sheet's notes and controls (pictures in its header stand in another one)."""
    identifier = markup.legacy_drawing
    return next((name for i, name in patch.targets(sheet, "vmlDrawing") if i == identifier), None)


def _threaded(patch: Draft, sheet: str) -> frozenset[str]:
    """Return the cells with threaded comments."""
    cells: set[str] = set()
    for _, part in patch.targets(sheet, "threadedComment"):
        cells |= {element.get("ref", "") for element in patch.xml(part)}
    return frozenset(cells)


def _empty_comments() -> etree._Element:
    root = etree.Element(f"{{{MAIN_NS}}}comments", nsmap={None: MAIN_NS})
    etree.SubElement(root, _AUTHORS)
    etree.SubElement(root, _LIST)
    return root


def _author(comment: etree._Element, authors: Sequence[str]) -> str:
    index = whole_number(comment.get("authorId"), 0)
    return authors[index] if 0 <= index < len(authors) else ""


def _add_comments(root: etree._Element, author: str, notes: Sequence[tuple[str, Note]]) -> None:
    """Add a comment for each of these cells."""
    authors, holder = root.find(_AUTHORS), root.find(_LIST)
    if authors is None:
        authors = etree.Element(_AUTHORS)
        root.insert(0, authors)
    if holder is None:
        holder = etree.Element(_LIST)
        authors.addnext(holder)
    names = [element.text for element in authors]
    if author not in names:
        etree.SubElement(authors, f"{{{MAIN_NS}}}author").text = author
        names.append(author)
    index = names.index(author)
    comments = (f'<comment ref="{cell}" authorId="{index}"><text>{_runs(note)}</text></comment>' for cell, note in notes)
    holder.extend(_elements("".join(comments)))


def _append(comment: etree._Element, note: Note, *, after: bool) -> None:
    """Put the note's text behind what the comment has; a plain text becomes a run first."""
    holder = comment.find(_TEXT)
    if holder is None:
        holder = etree.Element(_TEXT)
        comment.insert(0, holder)
    plain = holder.find(_T)
    if plain is not None:
        run = etree.Element(_RUN)
        holder.replace(plain, run)
        run.append(plain)
    holder.extend(_elements(_runs(note, "\n\n" if after else "")))


def _runs(note: Note, before: str = "") -> str:
    """Return the markup of a note's two runs: its headline, which stands out, and its body."""
    headline, _, body = note.text.partition("\n")
    return _RUN_OF.format("<b/>", "FFC00000", f"{before}{escape(headline)}\n") + _RUN_OF.format("", "FF000000", escape(body))


def _elements(markup: str) -> list[etree._Element]:
    return list(parse_xml(f'<some xmlns="{MAIN_NS}">{markup}</some>'.encode()))


def _texts(comment: etree._Element) -> list[etree._Element]:
    """Return the elements that hold the comment's text, phonetic readings left out."""
    holder = comment.find(_TEXT)
    if holder is None:
        return []
    return [t for t in holder.iter(_T) if t.getparent() is holder or t.getparent().tag == _RUN]


def _text_of(comment: etree._Element) -> str:
    return "".join(_plain(element) for element in _texts(comment))


def _plain(element: etree._Element) -> str:
    return unescape(element.text or "").replace("\r\n", "\n").replace("\r", "\n")


def _ours(text: str, ours: re.Pattern[str], texts: Sequence[str]) -> tuple[int, int] | None:
    """Return where in a comment's text ours begins and ends, the blank line before it included; None for none."""
    known = max((each for each in texts if each in text), key=len, default=None)
    found = ours.search(text)
    if known is not None:
        start = text.index(known)
        end = start + len(known)
    elif found is not None:
        start, end = found.span()
    else:
        return None
    return (start - 2 if text[:start].endswith("\n\n") else start), end


def _cut(comment: etree._Element, start: int, end: int) -> None:
    """Take the characters from start to end out of a comment's runs; runs that are left empty go.

    A single run without a look of its own becomes the plain text it was before ours was put behind it.
    """
    place = 0
    for element in _texts(comment):
        text = _plain(element)
        here, place = place, place + len(text)
        left, right = max(start - here, 0), min(end - here, len(text))
        if left < right:
            element.text = text[:left] + text[right:]
            run = element.getparent()
            if not element.text and run.tag == _RUN:
                run.getparent().remove(run)
    holder = comment.find(_TEXT)
    if holder is not None and len(holder) == 1 and [child.tag for child in holder[0]] == [_T]:
        holder.replace(holder[0], holder[0][0])


def _drop_authors(root: etree._Element) -> None:
    """Take authors from the end of the list who wrote none of the comments."""
    authors = root.find(_AUTHORS)
    used = {comment.get("authorId") for comment in root.iter(_COMMENT)}
    while authors is not None and len(authors) and str(len(authors) - 1) not in used:
        authors.remove(authors[-1])

"""A worksheet's markup changed in place: styles of cells, missing cells, a few single tags, and not one byte more.

The bytes of a sheet's part come in and go out. Cells are found in the text itself, so that everything between the changes
stays as whoever wrote it wrote it, and taking the changes back gives the same bytes. Markup that Excel would not write
(a prefix before every name, comments, cells without address) is brought into its usual form first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from lxml import etree

from toolkit.package.parts import OFFICE_RELATIONSHIPS, serialise
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.geometry import SheetGeometry, geometry_of
from toolkit.spreadsheet.markup import MAIN_NS, YES, place_in_markup
from toolkit.spreadsheet.sheet_patch import numbered_cells, numbered_rows

_CELL = re.compile(rb"<c(?=[\s/>])[^<>]*>")

# Tags of rows; and what Excel would not write: comments and the like, cells without address.
_SCAN = re.compile(rb"<(?:c(?! r=)(?=[\s/>])(?![^<>]*\sr=)|row(?=[\s/>])[^<>]*>|!)")
_NUMBER, _ADDRESS = re.compile(rb"""\sr=["'](\d+)["']"""), re.compile(rb"""\sr=["']([A-Z]{1,3})\d+["']""")
_STYLE = re.compile(rb"""\ss=["'](\d+)["']""")
_SPANS = re.compile(rb"""\sspans=["'](\d+):(\d+)["']""")
_MERGE = re.compile(rb"""<mergeCell\s[^<>]*?\bref=["']\$?([A-Z]+)\$?(\d+):\$?([A-Z]+)\$?(\d+)["']""")
_VIEW, _SELECTED = re.compile(rb"<sheetView(?=[\s/>])[^<>]*>"), re.compile(rb"""\stabSelected=["']""" + YES + rb"""["']""")
_ANY_VIEW = re.compile(rb"<(?:[\w.-]+:)?sheetView(?=[\s/>])[^<>]*>")
_LEGACY = re.compile(rb"""<legacyDrawing\s(?=[^<>]*?:id=["']([^"'<>]+)["'])[^<>]*?(?:/>|>\s*</legacyDrawing>)""")

# How far the views of a sheet may be from its start.
HEAD = 20_000

Position = tuple[int, int]
_Edit = tuple[int, int, bytes]


@dataclass(frozen=True, slots=True)
class Swap:
    """A piece of a sheet's markup that was replaced: `was` stood where `now` stands."""

    was: str
    now: str


class SheetText:
    """The markup of one worksheet, being changed."""

    def __init__(self, data: bytes) -> None:
        rows = _rows(data) if _is_plain(data) else None
        self._text = data if rows is not None else _usual(data)

        # Changes to `_text` not made yet: it is copied once for all of them.
        self._edits: list[_Edit] = []

        # Where the tag of each row begins and ends, as long as nothing is changed.
        self.rows = _rows(self._text) or {} if rows is None else rows

    @property
    def data(self) -> bytes:
        """The markup as it is now."""
        if self._edits:
            self._text, self._edits = _edited(self._text, self._edits), []
        return self._text

    @data.setter
    def data(self, data: bytes) -> None:
        self._text, self._edits = data, []

    @cached_property
    def merges(self) -> dict[Position, a1.Area]:
        """The merged area of every cell in one, by position."""
        found: dict[Position, a1.Area] = {}
        for left, top, right, bottom in _MERGE.findall(self._text, self._end_of_rows()):
            area = (int(top), _column(left), int(bottom), _column(right))
            if (area[2] - area[0] + 1) * (area[3] - area[1] + 1) <= MOST_CELLS:
                for row in range(area[0], area[2] + 1):
                    for column in range(area[1], area[3] + 1):
                        found[row, column] = area
        return found

    @cached_property
    def geometry(self) -> SheetGeometry:
        """Columns and rows as they were before any change."""
        return geometry_of(self._text, self.rows)

    @property
    def legacy_drawing(self) -> str | None:
        """The relationship id of the VML drawing that notes and form controls stand in, or None."""
        found = _LEGACY.search(self._text, self._end_of_rows())
        return found[1].decode() if found else None

    def deselect(self) -> list[Swap]:
        """Take the selection from the tab; return what was replaced."""
        swaps = []
        for view in list(_VIEW.finditer(self.data, 0, HEAD)):
            without = _SELECTED.sub(b"", view[0])
            if without != view[0]:
                swaps.append(Swap(view[0].decode(), without.decode()))
                self.data = self.data.replace(view[0], without, 1)
        return swaps

    def add_legacy_drawing(self, identifier: str) -> None:
        """Say by which relationship the VML drawing is found; the sheet must have none."""
        tag = f'<legacyDrawing xmlns:r="{OFFICE_RELATIONSHIPS}" r:id="{identifier}"/>'
        if re.search(rb'\sxmlns:r="' + OFFICE_RELATIONSHIPS.encode() + b'"', self._text[:4096].partition(b"<sheetData")[0]):
            tag = f'<legacyDrawing r:id="{identifier}"/>'
        place = place_in_markup(self._text, self._text.index(b">", self._end_of_rows()) + 1, "legacyDrawing")
        self._edits.append((place, place, tag.encode()))

    def remove_legacy_drawing(self) -> None:
        self.data = _LEGACY.sub(b"", self.data, count=1)

    def restyle(self, cells: Iterable[Position], style: Callable[[Position, int | None, bool], int]) -> list[Swap]:
        """Give `cells` the style that `style(position, style now, whether the cell is new)` says.

        A cell without a style of its own has None; one that is not there is made, and is given its row's or column's
        style as the one it has now. Returns the tags of rows that had to change for new cells.
        """
        wanted: dict[int, list[int]] = {}
        for row, column in sorted(set(cells)):
            wanted.setdefault(row, []).append(column)
        swaps: list[Swap] = []
        if wanted and self.data.rfind(b"</sheetData>") < 0:
            self.data = re.sub(rb"<sheetData\s*/>", b"<sheetData></sheetData>", self.data, count=1)
        for number, columns in wanted.items():
            if number in self.rows:
                self._edits.append(self._changed_row(number, self.rows[number], columns, style, swaps))
                continue
            place = next((start for n, (start, _) in self.rows.items() if n > number), self._end_of_rows())
            self._edits.append((place, place, self._new_row(number, columns, style, swaps)))
        return swaps

    def restore(self, styles: Mapping[int, tuple[int | None, bool]], swaps: Iterable[Swap]) -> None:
        """Give every cell with a style of `styles` its former one; one that was made and is still empty goes."""
        if styles:
            numbers = b"|".join(str(number).encode() for number in sorted(styles))
            cell = re.compile(rb"""<c(?=\s[^<>]*>)[^<>]*?\ss=["'](""" + numbers + rb""")["'][^<>]*>(</c>)?""")
            self.data = cell.sub(lambda match: _restored(match, styles), self.data)
        for swap in swaps:
            self.data = self.data.replace(swap.now.encode(), swap.was.encode(), 1)

    def _new_row(self, number: int, columns: list[int], style: Callable[[Position, int | None, bool], int], swaps: list[Swap]) -> bytes:
        tag = f'<row r="{number}">'
        swaps.append(Swap("", f"{tag}</row>"))
        cells = (_cell((number, c), style((number, c), self.geometry.style(number, c), True)) for c in columns)
        return tag.encode() + b"".join(cells) + b"</row>"

    def _changed_row(
        self,
        number: int,
        row: tuple[int, int],
        columns: list[int],
        style: Callable[[Position, int | None, bool], int],
        swaps: list[Swap],
    ) -> _Edit:
        """Return the row as it will be, up to its end tag; `row` is where its tag begins and ends."""
        start, inside = row
        tag = self._text[start:inside]
        closed = tag.endswith(b"/>")
        end = inside if closed else self._text.index(b"</row>", inside)
        body = self._text[inside:end]
        present = _cells(body)
        edits: list[_Edit] = []
        made = [column for column in columns if column not in present]
        for column in columns:
            position, found = (number, column), present.get(column)
            if found is not None:
                tag_of_cell = body[found[0] : found[1]]
                own = _STYLE.search(tag_of_cell)
                new = style(position, int(own[1]) if own else None, False)
                edits.append((*found, _styled(tag_of_cell, new)))
            else:
                place = next((begin for c, (begin, _) in present.items() if c > column), len(body))
                edits.append((place, place, _cell(position, style(position, self.geometry.style(*position), True))))
        body = _edited(body, edits)
        if made:
            tag = _opened(tag, made, swaps, closed=closed)
        return start, end, tag + body + (b"</row>" if closed and made else b"")

    def _end_of_rows(self) -> int:
        """Return the place behind the last row: where `</sheetData>` begins, or `<sheetData/>`."""
        place = self._text.rfind(b"</sheetData>")
        return self._text.rindex(b"<sheetData") if place < 0 else place


def is_selected(data: bytes) -> bool:
    """Return whether the tab of a sheet is selected; `data` is its part, or the first `HEAD` bytes of it.

    Markup that Excel would not write is understood too: with prefixes, in UTF-16.
    """
    head = data[:HEAD].replace(b"\0", b"")
    return any(_SELECTED.search(view[0]) for view in _ANY_VIEW.finditer(head))


# A merged area of more cells than this (a whole column) is marked in its first cell only.
MOST_CELLS = 2_000


def _is_plain(data: bytes) -> bool:
    """Whether a sheet's markup is UTF-8 without prefixes, as far as its head tells."""
    head = data[:2000]
    encoding = re.search(rb"""encoding=["']([^"']+)""", head)
    utf8 = encoding is None or encoding[1].lower() == b"utf-8"
    start = data.startswith((b"<?xml", b"<worksheet", b"\xef\xbb\xbf"))
    return start and utf8 and re.search(rb"<worksheet[\s>]", head) is not None and b"<sheetData" in data


def _rows(data: bytes) -> dict[int, tuple[int, int]] | None:
    """Return where the tag of each row begins and ends; None for markup that cannot be taken as it is."""
    rows = {}
    for match in _SCAN.finditer(data):
        number = _NUMBER.search(match[0])
        if number is None:
            return None
        rows[int(number[1])] = match.span()
    return rows


@lru_cache(maxsize=1024)
def _column(letters: bytes) -> int:
    return a1.column_number(letters.decode())


def _cells(body: bytes) -> dict[int, tuple[int, int]]:
    """Return where the tag of each cell of a row begins and ends, by column."""
    cells = {}
    for match in _CELL.finditer(body):
        address = _ADDRESS.search(match[0])
        cells[_column(address[1]) if address else 0] = match.span()
    return cells


def _usual(data: bytes) -> bytes:
    """Return a sheet's markup in the form Excel writes: UTF-8, no prefix, no comments, every address written."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    old = etree.fromstring(data, parser)
    root = etree.Element(old.tag, dict(old.attrib), nsmap={None: MAIN_NS, **{p: u for p, u in old.nsmap.items() if u != MAIN_NS}})
    for child in list(old):
        root.append(child)
    holder = root.find(f"{{{MAIN_NS}}}sheetData")
    for _, row in numbered_rows(etree.SubElement(root, f"{{{MAIN_NS}}}sheetData") if holder is None else holder):
        for _ in numbered_cells(row):
            pass
    kept = [prefix for prefix in root.nsmap if prefix]
    etree.cleanup_namespaces(root, keep_ns_prefixes=kept)
    return serialise(root)


def _edited(data: bytes, edits: Iterable[_Edit]) -> bytes:
    """Return `data` with the bytes from start to end of each edit replaced; edits at one place stay in their order."""
    view, done = memoryview(data), 0
    pieces: list[bytes | memoryview] = []
    for start, end, text in sorted(edits, key=lambda edit: edit[0]):
        pieces += [view[done:start], text]
        done = end
    return b"".join((*pieces, view[done:]))


def _styled(tag: bytes, style: int) -> bytes:
    """Return a cell's tag with this style; a cell without one gets the attribute behind its address."""
    attribute = f' s="{style}"'.encode()
    if _STYLE.search(tag):
        return _STYLE.sub(attribute, tag, count=1)
    return _ADDRESS.sub(lambda match: match[0] + attribute, tag, count=1)


def _cell(position: Position, style: int) -> bytes:
    return f'<c r="{a1.cell_name(*position)}" s="{style}"/>'.encode()


def _restored(match: re.Match[bytes], styles: Mapping[int, tuple[int | None, bool]]) -> bytes:
    style, made = styles[int(match[1])]
    text = match[0]
    if made and (text.endswith(b"/>") or match[2]):
        return b""
    if style is None:
        return _STYLE.sub(b"", text, count=1)
    return _STYLE.sub(f' s="{style}"'.encode(), text, count=1)


def _opened(tag: bytes, made: list[int], swaps: list[Swap], *, closed: bool) -> bytes:
    """Return a row's tag fit for new cells in columns `made`: open, and spanning them."""
    spans = _SPANS.search(tag)
    new = tag
    if spans and not int(spans[1]) <= min(made) <= max(made) <= int(spans[2]):
        wider = f' spans="{min(int(spans[1]), *made)}:{max(int(spans[2]), *made)}"'
        new = _SPANS.sub(wider.encode(), tag, count=1)
    if closed:
        new = new.removesuffix(b"/>").rstrip() + b">"
        swaps.append(Swap(tag.decode(), new.decode() + "</row>"))
    elif new != tag:
        swaps.append(Swap(tag.decode(), new.decode()))
    return new

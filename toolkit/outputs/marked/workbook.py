"""Marked copies: a returned workbook with its findings put where they are, and nothing else of it changed.

The bytes of a workbook and its findings come in, the bytes of the copy go out. A cell with a finding gets a fill by
severity and a note; a sheet 审核意见, first in the book, lists all findings with links. The package is patched: parts the
marks do not need keep their bytes. Marks are taken out again by `unmark_workbook`, before new ones are put in too, so that a
marked copy may come back corrected and go out marked any number of times. Called by `workflow.annotate`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree

from toolkit.checking.model import Finding
from toolkit.outputs.marked.fills import MarkStyles, uncover
from toolkit.outputs.marked.record import Record, take_record, write_record
from toolkit.outputs.marked.sheet import review_looks, review_name, review_names, review_sheet
from toolkit.outputs.marked.texts import AUTHOR, HEADLINE, OURS, REVIEW_SHEET, note_body, ordered
from toolkit.package.draft import Draft
from toolkit.package.opc import open_package
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.markup import whole_number
from toolkit.spreadsheet.note_boxes import Resized
from toolkit.spreadsheet.notes import Note, add_notes, box_beside, remove_notes
from toolkit.spreadsheet.properties import FILLED, FORM, KIND, MARKED, ORIGIN, custom_properties, set_custom_properties
from toolkit.spreadsheet.sheet_text import HEAD, MOST_CELLS, Position, SheetText, Swap, is_selected
from toolkit.spreadsheet.styles import Stylesheet, cut_back, open_styles, sizes
from toolkit.spreadsheet.tabs import Opening, add_first_tab, end_print_areas, remove_tab, tab_names, worksheets
from toolkit.spreadsheet.workbook import read_workbook
from toolkit.values.words import RANK, Severity

# The properties that tell which fills marks cover, for every program keeps properties; how much text Excel keeps of one.
# More colours than this are not worth a property each: the record has them all.
_FILL, _LONGEST, _MOST = "jixiao.fill.", 255, 32


@dataclass
class _Marks:
    """What marks one sheet: the gravest severity by cell, the findings by the area that is noted."""

    severities: dict[Position, Severity] = field(default_factory=dict)
    noted: dict[a1.Area, list[Finding]] = field(default_factory=dict)


def annotate_workbook(
    data: bytes, display: str, findings: Sequence[Finding], printed: Mapping[str, int] | None = None, origin: Sequence[str] = ()
) -> bytes:
    """Return the workbook `data` with `findings` marked in it; marks it has from before are taken out.

    Repairs are not marked; findings without a cell, or on a sheet that is not there, stand in the list alone. `printed` has the
    last row filled in of sheets whose print area is to end there: in a workbook of ours only. `origin` is what the copy is made
    from, by digits of its content, and what that was made from: the copy carries it, so that it is known for the newer version
    when it comes back. Raises SourceError where `data` is no sound workbook.
    """
    with open_package(data, display) as package:
        book = read_workbook(package).part
        patch = Draft(package, data)
        try:
            _unmark(patch, book)
            if printed and FORM in custom_properties(patch):
                end_print_areas(patch, book, printed)
            _mark(patch, book, findings, origin)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise package.damaged("结构无法识别，不能加标注") from error
        return patch.to_bytes()


def unmark_workbook(data: bytes, display: str) -> bytes:
    """Return a marked copy without its marks, values as they are; `data` itself where it has none.

    In a copy that no program has saved since, every sheet is the original's again, byte for byte; in others the cells have
    their former fills and notes. Raises SourceError where `data` is no sound workbook.
    """
    with open_package(data, display) as package:
        book = read_workbook(package).part
        patch = Draft(package, data)
        return patch.to_bytes() if _unmark(patch, book) else data


def _mark(patch: Draft, book: str, findings: Sequence[Finding], origin: Sequence[str]) -> None:
    names = tab_names(patch, book)
    parts = {name.casefold(): part for name, part in worksheets(patch, book).items()}
    listed = ordered(findings, names)
    by_sheet: dict[str, list[Finding]] = {}
    for finding in listed:
        if finding.sheet is not None and finding.cell is not None and finding.sheet.casefold() in parts:
            by_sheet.setdefault(finding.sheet.casefold(), []).append(finding)

    kind, properties = custom_properties(patch).get(KIND), patch.related("", "custom-properties") is not None
    styles_part, root = open_styles(patch, book)
    before, sheet = sizes(root), Stylesheet(root)
    looks, styles = review_looks(sheet), MarkStyles(sheet)

    selected = {name for name, part in parts.items() if is_selected(patch.head(part, HEAD))}
    open_on_it = selected <= set(by_sheet)
    swaps: list[tuple[str, Swap]] = []
    boxes: list[tuple[str, Resized]] = []
    notes: list[str] = []
    for name in by_sheet:
        text = SheetText(patch.read(parts[name]))
        mine, added = _mark_sheet(patch, parts[name], text, by_sheet[name], styles)
        swaps += [(parts[name], swap) for swap in mine[0]]
        boxes += [(parts[name], box) for box in mine[1]]
        notes += added
        if open_on_it:
            swaps += [(parts[name], swap) for swap in text.deselect()]
        patch.put(parts[name], text.data)
        patch.settle(parts[name])

    review = review_name(names)
    xml = review_sheet(listed, looks, set(names), origin, selected=open_on_it)
    opening = add_first_tab(patch, book, review, xml, review_names(review, len(listed)), open_on_it=open_on_it)
    marked = sheet.to_bytes()
    patch.put(styles_part, marked)
    set_custom_properties(patch, {KIND: MARKED, ORIGIN: "、".join(origin) or None, **_fill_properties(styles.fills)})
    record = Record(
        kind, properties, review, opening, _digest(marked), before, styles.formers, tuple(styles.fills),
        tuple(swaps), tuple(boxes), tuple(dict.fromkeys(notes)),
    )  # fmt: skip
    write_record(patch, book, record)


def _mark_sheet(
    patch: Draft, part: str, text: SheetText, findings: Sequence[Finding], styles: MarkStyles
) -> tuple[tuple[list[Swap], list[Resized]], list[str]]:
    """Mark the cells of one sheet; return what was replaced in it, and the texts of its notes."""
    marks = _marks(findings, text.merges)
    place = box_beside(text.geometry)

    def style(position: Position, old: int | None, made: bool) -> int:
        return styles.marked(old, marks.severities[position], made=made)

    swaps = text.restyle(marks.severities, style)
    notes = [Note(area, HEADLINE, note_body(mine)) for area, mine in marks.noted.items()]
    boxes = add_notes(patch, part, text, notes, AUTHOR, place)
    return (swaps, boxes), [note.text for note in notes]


def _marks(findings: Sequence[Finding], merges: Mapping[Position, a1.Area]) -> _Marks:
    """Return what marks a sheet; a merged area is marked as a whole, wherever in it a finding points."""
    marks = _Marks()

    # A cell has but one note, however large the areas are that start at it.
    starts: dict[Position, a1.Area] = {}
    for finding in findings:
        area = a1.parse_area(finding.cell or "A1")
        first = merges.get(area[:2], area)
        noted = (first[0], first[1], max(area[2], first[2]), max(area[3], first[3]))
        marks.noted.setdefault(starts.setdefault(noted[:2], noted), []).append(finding)
        areas = {merges.get(position, (*position, *position)) for position in _cells(noted)}
        for cell in (cell for each in areas for cell in _cells(each)):
            old = marks.severities.get(cell)
            if old is None or RANK[finding.severity] < RANK[old]:
                marks.severities[cell] = finding.severity
    return marks


def _cells(area: a1.Area) -> list[Position]:
    if (area[2] - area[0] + 1) * (area[3] - area[1] + 1) > MOST_CELLS:
        return [area[:2]]
    return [(row, column) for row in range(area[0], area[2] + 1) for column in range(area[1], area[3] + 1)]


def _unmark(patch: Draft, book: str) -> bool:
    """Take marks out of the package; return whether it is a marked copy."""
    record = take_record(patch, book)
    properties = custom_properties(patch)
    if record is None and properties.get(KIND) != MARKED:
        return False
    fills = _covered_fills(properties) | (dict(enumerate(record.fills)) if record else {})
    part = patch.related(book, "styles")
    exact = part is not None and record is not None and _digest(patch.read(part)) == record.digest
    formers = {i: (former.style, former.made) for i, former in record.formers.items()} if record and exact else {}
    name = record.sheet if record else REVIEW_SHEET
    remove_tab(patch, book, name, record.opening if record else Opening(None, None))
    for sheet in worksheets(patch, book).values():
        text = SheetText(patch.read(sheet))
        before = text.data
        boxes = [box for known, box in record.boxes if known == sheet] if record else []
        remove_notes(patch, sheet, text, OURS, record.notes if record else (), boxes)
        text.restore(formers, [swap for known, swap in record.swaps if known == sheet] if record else [])
        if text.data != before:
            patch.put(sheet, text.data)
    if part is not None:
        root = patch.xml(part)
        if record is not None and exact:
            cut_back(root, record.sizes)
            patch.put_xml(part, root)
        elif uncover(root, fills):
            patch.put_xml(part, root)
    gone: dict[str, str | None] = {name: None for name in properties if name.startswith(_FILL) or name == ORIGIN}
    drop = record is not None and not record.properties
    set_custom_properties(patch, {**gone, KIND: record.kind if record else FILLED}, drop=drop)
    return True


def _fill_properties(fills: Sequence[str]) -> dict[str, str | None]:
    """Return the properties that tell the covered fills by their numbers; one that is too long is left out."""
    return {f"{_FILL}{number}": fill for number, fill in enumerate(fills[:_MOST]) if len(fill) <= _LONGEST}


def _covered_fills(properties: Mapping[str, str]) -> dict[int, str]:
    """Return the covered fills that properties tell, by their numbers."""
    found = {whole_number(name.removeprefix(_FILL), -1): text for name, text in properties.items() if name.startswith(_FILL)}
    return {number: text for number, text in found.items() if number >= 0 and text.startswith("<fill")}


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()

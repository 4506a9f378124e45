"""A `Proposal` → the Word template that belongs to it: the form as a Word table, `{{字段名}}` where a value goes, one prototype row a row table.

Comes in: the worksheet (as printed, for its widths) and the proposal. Goes out: the document's bytes. Each project is a block of its own; what
stands outside the tables becomes lines of text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from toolkit.forms.model import NUMERIC
from toolkit.proposing.dropdowns import Position
from toolkit.proposing.model import Proposal, Proposed
from toolkit.proposing.printed import Box, Printed
from toolkit.values.words import UNIT_ROLE, YEAR_ROLE

if TYPE_CHECKING:
    from docx.document import Document as Doc
    from docx.table import _Cell

_FONT, _HEAD_FONT = "宋体", "黑体"
_WIDTH_CM, _LANDSCAPE_CM, _MANY_COLUMNS = 16.0, 25.0, 9


@dataclass(frozen=True)
class _Slots:
    """The placeholder at each place, the rows that are printed (of a row table the first alone), the rows where each begins."""

    at: Mapping[Position, str]
    rows: tuple[int, ...]
    prototypes: frozenset[int]
    figures: frozenset[Position]


def word_bytes(form: Printed, proposal: Proposal, widths: list[float]) -> bytes:
    """Return the Word template; `widths` are those of the sheet's columns, in any unit."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Cm

    document: Doc = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    total = _WIDTH_CM
    if form.columns > _MANY_COLUMNS:
        section.orientation, total = WD_ORIENT.LANDSCAPE, _LANDSCAPE_CM
        section.page_width, section.page_height = section.page_height, section.page_width
    section.left_margin = section.right_margin = Cm(2.2)
    _set_font(document)
    unit, year = proposal.called(UNIT_ROLE), proposal.called(YEAR_ROLE)
    heading = "".join((f"{{{{{unit}}}}}" if unit else "", f"{{{{{year}}}}}年度" if year else "", proposal.title))
    _line(document, heading, size=18, bold=True)
    _line(document, "{{#项目}}", size=2)
    _line(document, proposal.title, size=16, bold=True)
    slots = _slots(form, proposal)
    sizes = [width / sum(widths) * total for width in widths]
    for piece in _pieces(form, slots, proposal):
        if isinstance(piece, str):
            _line(document, piece, size=10.5)
        else:
            _table(document, form, slots, piece, sizes)
    _line(document, "{{/项目}}", size=2)
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _slots(form: Printed, proposal: Proposal) -> _Slots:
    at: dict[Position, str] = {}
    figures: set[Position] = set()
    for field in proposal.fields:
        for place, name in _places(field, proposal):
            at[place] = f"{{{{{name}}}}}"
            if (field.type in NUMERIC and field.role != YEAR_ROLE) or field.grid_rows:
                figures.add(place)
    left_out = {row for table in proposal.tables.values() for row in range(table.first_row + 1, table.last_row + 1)}
    rows = tuple(row for row in range(1, form.rows + 1) if row not in left_out and any(box.top == row for box in form.across(row)))
    prototypes = frozenset(table.first_row for table in proposal.tables.values())
    return _Slots(at, rows, prototypes, frozenset(figures))


def _places(field: Proposed, proposal: Proposal) -> Iterator[tuple[Position, str]]:
    if field.grid_rows:
        kinds = {each.name for each in proposal.fields if each.type == "无"}
        for across, line in zip(field.grid_rows, proposal.grids[field.name].cells, strict=True):
            for down, box in zip(field.grid_columns, line, strict=True):
                if (name := f"{field.name}.{across}.{down}") not in kinds:
                    yield box.place, name
    elif field.area is not None:
        yield field.area[:2], field.name


def _pieces(form: Printed, slots: _Slots, proposal: Proposal) -> Iterator[str | list[int]]:
    """The lines outside the tables as texts, the rows of each table together; the title has been printed."""
    rows: list[int] = []
    for row in slots.rows:
        boxes = form.across(row)
        if any(form.inside(box) for box in boxes):
            if proposal.tables and _stands_alone(form, row, rows, slots):
                yield rows
                rows = []
            rows.append(row)
            continue
        if rows:
            yield rows
            rows = []
        text = "　　".join(_shown(box, slots) for box in boxes if box.top == row and _shown(box, slots))
        if text and text.strip() != proposal.title:
            year = len(boxes) == 1 and boxes[0].place in slots.at
            yield f"（{text}年度）" if year else text
    if rows:
        yield rows


def _stands_alone(form: Printed, row: int, rows: list[int], slots: _Slots) -> bool:
    """Whether a second prototype row would come into one Word table: the header over it begins a new one."""
    if not set(rows) & slots.prototypes:
        return False
    cut = all(box.top == row for box in form.across(row))
    following = [each for each in slots.rows if each >= row]
    ahead = next((each for each in following if each in slots.prototypes), None)
    return ahead is not None and cut


def _shown(box: Box, slots: _Slots) -> str:
    return slots.at.get(box.place, "" if box.number else box.text)


def _set_font(document: Doc) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style = document.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(10.5)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _FONT)


def _line(document: Doc, text: str, *, size: float, bold: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = document.add_paragraph()
    run = paragraph.add_run(text)
    run.font.size, run.bold = Pt(size), bold
    if bold:
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), _HEAD_FONT)
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)


def _table(document: Doc, form: Printed, slots: _Slots, rows: list[int], sizes: list[float]) -> None:
    """One Word table of sheet rows; a label beside a header goes on beside the prototype row, so that it is merged over all rows."""
    from docx.shared import Cm

    table = document.add_table(len(rows), form.columns)
    table.style, table.autofit = "Table Grid", False
    cells = [list(row.cells) for row in table.rows]
    for column, size in enumerate(sizes):
        table.columns[column].width = Cm(size)
        for line in cells:
            line[column].width = Cm(size)
    number = {row: index for index, row in enumerate(rows)}
    for box in dict.fromkeys(box for row in rows for box in form.across(row)):
        own = [number[row] for row in range(box.top, box.bottom + 1) if row in number]
        if not own:
            continue
        prototype = next((number[row] for row in rows if row in slots.prototypes and box.top < row <= box.bottom), None)
        first = prototype if prototype is not None else own[0]
        _fill(_merged(cells, own[0], first - 1, box), "") if first > own[0] else None
        _fill(_merged(cells, first, own[-1] if prototype is None else first, box), _shown(box, slots), figure=box.place in slots.figures)
        if prototype is not None and own[-1] > prototype:
            _fill(_merged(cells, prototype + 1, own[-1], box), "")
    for row in rows:
        if row in slots.prototypes:
            _begin_merges(cells[number[row]], form, row)


def _merged(cells: list[list[_Cell]], first: int, last: int, box: Box) -> _Cell:
    start, end = cells[first][box.left - 1], cells[last][box.right - 1]
    return start if (first, box.left) == (last, box.right) else start.merge(end)


def _begin_merges(line: list[_Cell], form: Printed, row: int) -> None:
    """Let the upright labels beside a prototype row be merged over all rows made of it."""
    from docx.oxml.ns import qn
    from docx.oxml.parser import OxmlElement

    for box in form.across(row):
        if box.text and box.top < row:
            properties = line[box.left - 1]._tc.get_or_add_tcPr()
            if properties.find(qn("w:vMerge")) is None:
                merge = OxmlElement("w:vMerge")
                merge.set(qn("w:val"), "restart")
                span = properties.find(qn("w:gridSpan"))
                width = properties.find(qn("w:tcW"))
                after = span if span is not None else width
                after.addnext(merge) if after is not None else properties.insert(0, merge)


def _fill(cell: _Cell, text: str, *, figure: bool = False) -> None:
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for extra in cell.paragraphs[1:]:
        extra._element.getparent().remove(extra._element)
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if figure and text else WD_ALIGN_PARAGRAPH.CENTER
    for number, line in enumerate(text.split("\n")):
        run = paragraph.add_run(line)
        if number < text.count("\n"):
            run.add_break()

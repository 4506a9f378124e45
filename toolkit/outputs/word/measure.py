"""The measures of a Word template for `pages`: page, widths and heights of rows, sizes and spacing of paragraphs.

In: the trees of a template whose placeholders are slots. Out: a `Layout`. Called by `template`. What a style or the
document's defaults say counts; table styles, nested tables and pictures do not.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, replace

from toolkit.outputs.fit import ems
from toolkit.outputs.word.markup import Element, instruction_words, own_texts, w
from toolkit.outputs.word.pages import Cell, Layout, RowMeasure, TableMeasure, Text
from toolkit.outputs.word.pieces import slot_names, without_slots

# A line of a Chinese font is up to so many times its size high; so much a border adds.
_LEADING, _BORDER = 1.4, 10

# Word's own defaults: 10 pt, no spacing; A4 with its margins; 0.19 cm beside the text of a cell.
_SIZE, _PAGE, _MARGIN, _SIDE = 20, (11906, 16838), 1440, 108

# No measure of a page is as large; Word itself stops at 22 inches.
_MOST = 1_000_000


@dataclass(frozen=True, slots=True)
class _Format:
    """How a paragraph is set: em and line in twips, room above and below, indents."""

    em: float
    line: int
    around: int
    indent: int
    first: int


class Styles:
    """The styles of a document, asked for properties by paragraph."""

    def __init__(self, root: Element | None) -> None:
        self._styles = {s.get(w("styleId")): s for s in root.iter(w("style"))} if root is not None else {}
        self._plain = next((k for k, s in self._styles.items() if _default(s)), None)
        self._defaults = root.find(w("docDefaults")) if root is not None else None

    def level(self, paragraph: Element) -> int | None:
        """Return the 0-based outline level of `paragraph`, None for body text."""
        found = self._value(paragraph, "pPr", "outlineLvl", "val")
        level = number(found, 9)
        return round(level) if 0 <= level < 9 else None

    def centred(self, paragraph: Element) -> bool:
        return self._value(paragraph, "pPr", "jc", "val") == "center"

    def format(self, paragraph: Element) -> _Format:
        """Return how `paragraph` is set: by its first text, which stands for all."""
        run = next((run for run in paragraph.iter(w("r")) if run.find(w("t")) is not None), None)
        size = None if run is None else _attribute(run, "rPr", "sz", "val")
        em = max(number(size or self._value(paragraph, "rPr", "sz", "val", own=False), _SIZE), 1) * 10
        line, rule = (self._value(paragraph, "pPr", "spacing", name) for name in ("line", "lineRule"))
        natural = em * _LEADING
        if line is None or rule in (None, "auto"):
            height = natural * number(line, 240) / 240
        else:
            height = number(line, natural) if rule == "exact" else max(number(line, natural), natural)
        before, after = (self._number(paragraph, "spacing", name) for name in ("before", "after"))
        sides = sum(self._number(paragraph, "ind", name) for name in ("left", "right", "start", "end"))
        first = self._number(paragraph, "ind", "firstLine")
        return _Format(em, round(height), round(before + after), round(sides), round(first))

    def _number(self, paragraph: Element, part: str, name: str) -> float:
        return number(self._value(paragraph, "pPr", part, name), 0)

    def _value(self, paragraph: Element, holder: str, part: str, name: str, *, own: bool = True) -> str | None:
        """Return a property of `paragraph`: its own, else that of its style or what that is based on, else the default."""
        found = _attribute(paragraph, holder, part, name) if own else None
        style = _attribute(paragraph, "pPr", "pStyle", "val") or self._plain
        seen: set[str | None] = set()
        while found is None and style in self._styles and style not in seen:
            seen.add(style)
            element = self._styles[style]
            found = _attribute(element, holder, part, name)
            base = element.find(w("basedOn"))
            style = None if base is None else base.get(w("val"))
        if found is None and self._defaults is not None:
            holders = self._defaults.find(w(f"{holder}Default"))
            found = None if holders is None else _attribute(holders, holder, part, name)
        return found


def number(text: str | None, default: float) -> float:
    """Return a measure, `default` for none and for what no number is (nor one that a page could have)."""
    try:
        found = float(text) if text else default
    except ValueError:
        return default
    return found if abs(found) < _MOST else default


def _default(style: Element) -> bool:
    return style.get(w("type")) == "paragraph" and style.get(w("default")) in ("1", "true", "on")


def _attribute(element: Element, holder: str, part: str, name: str) -> str | None:
    found = element.find(f"{w(holder)}/{w(part)}")
    return None if found is None else found.get(w(name))


def measure(body: Element, rows: Sequence[Element], styles: Styles, levels: Sequence[str], columns: Container[str]) -> Layout:
    """Return the measures of the template's `body`; `rows` are the prototype rows within it, `columns` differ by row."""
    height, width = page_size(body)
    ruler = _Ruler(styles, rows, levels, columns, width)
    parts: dict[str, list[RowMeasure | TableMeasure]] = {"head": [], "contents": [], "block": []}
    where = "head"
    condition: tuple[str, ...] = ()
    for child in body:
        word, *names = instruction_words(child)
        if word in _PLACES:
            where = _PLACES[word]
        elif word in ("if", "fi"):
            condition = tuple(names)
        elif where:
            made = ruler.parts(child)
            parts[where] += [_when(part, condition) for part in made] if condition else made
    return Layout(height, _rows_alone(parts["head"]), _rows_alone(parts["contents"]), tuple(parts["block"]))


# Where the parts after a mark belong; those after the block take no part in breaking it.
_PLACES = {"begin": "block", "end": "", "contents": "contents", "after": "head"}


def _rows_alone(parts: Sequence[RowMeasure | TableMeasure]) -> tuple[RowMeasure, ...]:
    """The parts of a place where a template cannot have an indicator table."""
    return tuple(part for part in parts if isinstance(part, RowMeasure))


def _when(part: RowMeasure | TableMeasure, names: tuple[str, ...]) -> RowMeasure | TableMeasure:
    return replace(part, unless=names) if isinstance(part, RowMeasure) and not part.unless else part


def page_size(body: Element) -> tuple[int, int]:
    """Return height and width of the text of the first section's pages."""
    section = next(body.iter(w("sectPr")), None)
    size = None if section is None else section.find(w("pgSz"))
    margins = None if section is None else section.find(w("pgMar"))
    width, height = (_twips(size, name) or default for name, default in zip(("w", "h"), _PAGE, strict=True))
    left, right, top, bottom = (
        _MARGIN if margins is None else abs(_twips(margins, name) or 0) for name in ("left", "right", "top", "bottom")
    )
    return height - top - bottom, width - left - right


def _twips(element: Element | None, name: str) -> int | None:
    text = None if element is None else element.get(w(name))
    found = number(text, math.inf)
    return None if math.isinf(found) else round(found)


@dataclass(frozen=True)
class _Ruler:
    """Measures the parts of one body."""

    styles: Styles
    rows: Sequence[Element]
    levels: Sequence[str]
    columns: Container[str]
    width: int

    def parts(self, child: Element) -> Iterator[RowMeasure | TableMeasure]:
        """Yield the measures of a paragraph, or of the rows of a table."""
        if child.tag == w("p"):
            cell = self._cell([child], self.width)
            yield _row_measure(0 if cell.texts else cell.constant, [cell])
        elif child.tag == w("tbl"):
            header = 0
            for row in child.iter(w("tr")):
                if next(row.iterancestors(w("tbl"))) is not child:
                    continue
                measured = self._row(child, row)
                if row in self.rows:
                    yield self._table(measured, header)
                else:
                    repeats = row.find(f"{w('trPr')}/{w('tblHeader')}") is not None
                    header += measured.least if repeats else 0
                    yield measured

    def _row(self, table: Element, row: Element) -> RowMeasure:
        least = row.find(f"{w('trPr')}/{w('trHeight')}")
        margins = table.find(f"{w('tblPr')}/{w('tblCellMar')}")
        sides = _sides(margins, ("left", "start"), _SIDE) + _sides(margins, ("right", "end"), _SIDE)
        ends = _sides(margins, ("top",), 0) + _sides(margins, ("bottom",), 0) + _BORDER
        columns = [_twips(column, "w") or 0 for column in table.iterfind(f"{w('tblGrid')}/{w('gridCol')}")]
        cells, place = [], 0
        for cell in row.findall(w("tc")):
            span = cell.find(f"{w('tcPr')}/{w('gridSpan')}")
            count = _twips(span, "val") or 1
            given = cell.find(f"{w('tcPr')}/{w('tcW')}")
            own = _twips(given, "w") if given is not None and given.get(w("type")) == "dxa" else None
            width = own or sum(columns[place : place + count]) or self.width // max(len(row), 1)
            place += count
            merge = cell.find(f"{w('tcPr')}/{w('vMerge')}")
            if merge is None or row in self.rows:
                cells.append(self._cell(cell.findall(w("p")), width - sides, ends, merged=merge is not None))
        fixed = max((cell.constant for cell in cells if not cell.texts), default=0)
        floor = (_twips(least, "val") or 0) + _BORDER
        return _row_measure(max(floor, fixed), [cell for cell in cells if cell.texts], _condition(row))

    def _cell(self, paragraphs: Sequence[Element], width: int, ends: int = 0, *, merged: bool = False) -> Cell:
        texts: list[Text] = []
        constant = 0 if merged else ends
        for paragraph in paragraphs:
            form = self.styles.format(paragraph)
            marked = "".join(text.text or "" for text in own_texts(paragraph))
            names = slot_names(marked)
            plain = ems(without_slots(marked)) + form.first / form.em
            room = max((width - form.indent) / form.em, 1.0)
            if names:
                texts.append(Text(names, plain, room, form.line, form.around))
            elif not merged:
                constant += form.line * (1 + int(plain / room)) + form.around
        return Cell(tuple(texts), constant)

    def _table(self, row: RowMeasure, header: int) -> TableMeasure:
        """Return the measures of an indicator table from those of its prototype row."""
        labels: dict[str, Cell] = {}
        others: list[Cell] = []
        for cell in row.cells:
            names = [name for text in cell.texts for name in text.names]
            if len(names) == 1 and names[0] in self.levels:
                labels[names[0]] = cell
            else:
                others.append(cell)
        measured = _row_measure(row.least, others)
        fixed = any(name not in self.columns for name, _ in measured.short)
        return TableMeasure(measured, header, tuple(labels.get(level) for level in self.levels), fixed)


def _row_measure(least: int, cells: Sequence[Cell], unless: tuple[str, ...] = ()) -> RowMeasure:
    """Return the measures of a row that is at least so high."""
    texts = [text for cell in cells for text in cell.texts]
    short = tuple((name, (text.room - text.constant) / len(text.names)) for text in texts for name in text.names)
    blank = {name: "" for name, _ in short}
    return RowMeasure(max([least, *[cell.height(blank) for cell in cells]]), tuple(cells), short, unless)


def _sides(margins: Element | None, names: tuple[str, ...], default: int) -> int:
    found = (None if margins is None else _twips(margins.find(w(name)), "w") for name in names)
    return next((value for value in found if value is not None), default)


def _condition(row: Element) -> tuple[str, ...]:
    """Return the fields without which `row` is left out."""
    before = row.getprevious()
    word, *names = instruction_words(before) if before is not None else [""]
    return tuple(names) if word == "if" else ()

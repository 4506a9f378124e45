"""Mirror cells: the number that an input cell of a form holds, however it was typed, beside the input and out of its way.

Comes in: a field and its cell. Goes out: the two formulas of its mirror (the text typed, freed of what stands between digits; the
number), and what they give; of a text the one that copies it. A blank is "", what is no number an error; so a rule that reads it cannot pass.

The input cell is found by its place (`Drawn`): an address would follow a cell that is cut or dragged, and be lost when another is put on it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from toolkit.forms.live import FIRST_DAY, LAST_DAY, is_year
from toolkit.forms.model import AMOUNT, DATE, INTEGER, TEXT, Field
from toolkit.formula.functions.dates import datevalue
from toolkit.formula.functions.texts import value_
from toolkit.values.dates import FIRST_YEAR, LAST_YEAR
from toolkit.values.errors import VALUE, ErrorValue

Cell = float | str | bool | ErrorValue | None

# First and last row.
Stretch = tuple[int, int]

_WIDE = {"．": ".", "－": "-", "，": ",", **{chr(0xFF10 + digit): str(digit) for digit in range(10)}}
_BETWEEN = (" ", "　")
_MONEY = ("￥", "¥")
_DAY = {"年": "-", "月": "-", "日": "", ".": "-", "/": "-"}
_WHOLE_DAY = re.compile(r"[0-9]{8}")
_FIGURES = "0123456789.,-"
_PLAIN = re.compile(r"-?[0-9]*(?:\.[0-9]*)?")


def _changes(field: Field) -> dict[str, str]:
    gone = dict.fromkeys((*_BETWEEN, *((field.money.unit, *_MONEY) if field.type == AMOUNT else ())), "")
    return {**gone, **_WIDE, **(_DAY if field.type == DATE else {})}


def stretch_between(computed: Collection[tuple[int, int]], column: int, rows: Stretch, last: int) -> Stretch:
    """Return the rows of a column around `rows`, down to the `last`, in which nothing is computed.

    What is computed of a cell would be so of itself where the cell is looked for among those that are computed. Such rows are more than
    those of a table, where the drawing has a heading above it: an area loses an edge that is cut, or that another cell is put on.
    """
    others = [row for row, each in computed if each == column]
    return max((row for row in others if row < rows[0]), default=0) + 1, min((row for row in others if row > rows[1]), default=last + 1) - 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """A column of the sheet `owner` as it is read: all of it where it stands `alone`, else the `stretch` in which nothing is computed.

    Beside these rows nothing stands in the column `anchor`.
    """

    owner: str
    letters: str
    anchor: str
    stretch: Stretch
    alone: bool

    def cell(self, row: str) -> str:
        """Return the formula of the cell in a row: `$12` one of the sheet, a number without `$` that of the formula itself."""
        if not self.alone:
            return self._among(self._rows(row))
        number = f"ROW({self.owner}${self.anchor}{row})" if row.startswith("$") else "ROW()"
        return f"INDEX({self.owner}${self.letters}:${self.letters},{number})"

    def cells(self, last: int, beside: str) -> str:
        """Return the formula of the cells down to the row `last`, as many as there are `beside` them: when the first or the last cell of an
        area is cut, its edge goes along."""
        end = self._rows(f"${last}")
        return f"{self._among(f'{end}-ROWS({beside})+1')}:{self._among(end)}"

    def _among(self, number: str) -> str:
        first, last = self.stretch
        return f"INDEX({self.owner}${self.letters}${first}:${self.letters}${last},{number})"

    def _rows(self, row: str) -> str:
        return f"ROWS({self.owner}${self.anchor}${self.stretch[0]}:${self.anchor}{row})"


def cell_formula(cell: str) -> str:
    """Return the formula of what stands in `cell`, "" where it is blank or looks so: blanks and line ends are nothing to reading either."""
    return f'IF(TRIM(SUBSTITUTE(CLEAN({cell}),"　",""))="","",{cell})'


def text_formula(cell: str, field: Field) -> str:
    """Return the formula of the text in `cell` without the blanks between its digits, "" where it holds no text, an error where it holds one."""
    text = f"TRIM(T({cell}))"
    for old, new in _changes(field).items():
        text = f'SUBSTITUTE({text},"{old}","{new}")'
    return text


def _figures_formula(text: str) -> str:
    """Return the formula of whether `text` holds figures, their points, commas and minus signs only."""
    for figure in _FIGURES:
        text = f'SUBSTITUTE({text},"{figure}","")'
    return f"LEN({text})=0"


def number_formula(cell: str, text: str, field: Field) -> str:
    """Return the formula of the number in `cell`, whose text is in `text`."""
    if field.type == DATE:
        whole = f'DATEVALUE(TEXT(VALUE({text}),"0000-00-00"))'
        read = f'IF(LEN({text})-LEN(SUBSTITUTE({text},"-",""))=2,DATEVALUE({text}),IF(LEN({text})=8,{whole},#VALUE!))'
        day = f'IF(AND({cell}>={FIRST_DAY},{cell}<={LAST_DAY}),{cell},IF(LEN({cell})=8,DATEVALUE(TEXT({cell},"0000-00-00")),#VALUE!))'
        number = f'IF(ISBLANK({cell}),"",IF(ISNUMBER({cell}),{day},IF(ISERROR({cell}),{cell},#VALUE!)))'
        return f'IF(ISTEXT({cell}),IF({text}="","",{read}),{number})'
    value = f'VALUE(SUBSTITUTE({text},",",""))'

    def kind(number: str) -> list[str]:
        """What a number has to be besides, to be what the field takes."""
        year = [f"{number}>={FIRST_YEAR}", f"{number}<={LAST_YEAR}"] if is_year(field) else []
        return [*year, f"MOD({number},1)=0"] if field.type == INTEGER else year

    # 1,234 is a number; 12,34 may be anything, so that reading refuses it too; a year has no comma.
    commas = f'ISERROR(FIND(",",{text}))'
    in_thousands = commas if is_year(field) else f'OR({commas},TEXT(TRUNC({value}),"#,##0")=LEFT({text},FIND(".",{text}&".")-1))'
    plain = (
        f"IFERROR(AND({_figures_formula(text)},"
        f'LEN({text})-LEN(SUBSTITUTE({text},".",""))<2,ISERROR(FIND("-",{text},2)),{",".join((in_thousands, *kind(value)))}),FALSE)'
    )
    if field.type == TEXT:
        return f'IF(ISTEXT({cell}),IF({text}="",{cell},IF({plain},{value},{cell})),IF(ISBLANK({cell}),"",{cell}))'
    besides = kind(f"N({cell})")
    if not besides:
        return f'IF({text}<>"",IF({plain},{value},#VALUE!),IF(ISNUMBER({cell}),{cell},IF(ISLOGICAL({cell}),#VALUE!,"")))'
    tests = ",".join((f"ISNUMBER({cell})", *besides))
    number = f'IF(ISBLANK({cell}),"",IF(ISERROR({cell}),{cell},IF(AND({tests}),{cell},#VALUE!)))'
    return f'IF(ISTEXT({cell}),IF({text}="","",IF({plain},{value},#VALUE!)),{number})'


def text_of(cell: Cell, field: Field) -> str | ErrorValue:
    """Return what `text_formula` gives."""
    if isinstance(cell, str):
        return _freed(cell, field)
    return cell if isinstance(cell, ErrorValue) else ""


def _freed(text: str, field: Field) -> str:
    text = " ".join(text.split(" ")).strip(" ")
    for old, new in _changes(field).items():
        text = text.replace(old, new)
    return text


def number_of(cell: Cell, field: Field) -> Cell:
    """Return what `number_formula` gives, None for its ""."""
    if isinstance(cell, str):
        text = _freed(cell, field)
        if field.type == DATE:
            return _day(text) if text else None
        if not text:
            return (cell or None) if field.type == TEXT else None
        bare = text.replace(",", "")
        number = value_(bare) if _PLAIN.fullmatch(bare) else VALUE
        if "," in text and isinstance(number, float | int) and (is_year(field) or f"{int(number):,}" != text.partition(".")[0]):
            number = VALUE
        if field.type == TEXT:
            return cell if isinstance(number, ErrorValue) else number  # type: ignore[return-value]
        return number if isinstance(number, ErrorValue) or _fits(number, field) else VALUE  # type: ignore[arg-type,return-value]
    if cell is None or isinstance(cell, ErrorValue) or field.type == TEXT:
        return cell
    if isinstance(cell, bool):
        return VALUE
    if field.type == DATE:
        return cell if FIRST_DAY <= cell <= LAST_DAY else _day(f"{cell:.15g}") if cell > 0 else VALUE
    return cell if _fits(cell, field) else VALUE


def _fits(number: float, field: Field) -> bool:
    return (not is_year(field) or FIRST_YEAR <= number <= LAST_YEAR) and (field.type != INTEGER or number % 1 == 0)


def _day(text: str) -> Cell:
    if _WHOLE_DAY.fullmatch(text):
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return datevalue(text) if text.count("-") == 2 else VALUE  # type: ignore[return-value]

"""Mirror cells: the number that an input cell of a form holds, however it was typed, beside the input and out of its way.

Comes in: a field and its cell. Goes out: the two formulas of its mirror (the text typed, freed of what stands between digits; the
number), and what they give; of a text the one that copies it. A blank is "", what is no number an error; so a rule that reads it cannot pass.
"""

from __future__ import annotations

import re

from toolkit.forms.live import FIRST_DAY, LAST_DAY, is_year
from toolkit.forms.model import AMOUNT, DATE, INTEGER, TEXT, Field
from toolkit.formula.functions.dates import datevalue
from toolkit.formula.functions.texts import value_
from toolkit.values.dates import FIRST_YEAR, LAST_YEAR
from toolkit.values.errors import VALUE, ErrorValue

Cell = float | str | bool | ErrorValue | None

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


def cell_formula(cell: str) -> str:
    """Return the formula of what stands in `cell`, "" where it is blank."""
    return f'IF(ISBLANK({cell}),"",{cell})'


def text_formula(cell: str, field: Field) -> str:
    """Return the formula of the text in `cell` without the blanks between its digits, "" where it holds no text."""
    text = f"TRIM({cell})"
    for old, new in _changes(field).items():
        text = f'SUBSTITUTE({text},"{old}","{new}")'
    return f'IF(ISTEXT({cell}),{text},"")'


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
    tests = [f"ISNUMBER({cell})", *kind(f"N({cell})")]
    number = f'IF(ISBLANK({cell}),"",IF(ISERROR({cell}),{cell},IF(AND({",".join(tests)}),{cell},#VALUE!)))'
    return f'IF(ISTEXT({cell}),IF({text}="","",IF({plain},{value},#VALUE!)),{number})'


def text_of(cell: Cell, field: Field) -> str:
    """Return what `text_formula` gives."""
    if not isinstance(cell, str):
        return ""
    text = " ".join(cell.split(" ")).strip(" ")
    for old, new in _changes(field).items():
        text = text.replace(old, new)
    return text


def number_of(cell: Cell, field: Field) -> Cell:
    """Return what `number_formula` gives, None for its ""."""
    if isinstance(cell, str):
        text = text_of(cell, field)
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

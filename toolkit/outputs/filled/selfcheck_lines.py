"""The lines of the sheet 自检: what is known of each check of each project, in hidden cells, and what is shown of it.

The hidden columns from J on hold what `Shown` picks from: of each check (J–O), of each line (P–T, V, AA), of each sheet (W–Z). Lines read the
project sheets' own checks by their addresses; an error there is a ✘. Called by `selfcheck_list`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from xml.sax.saxutils import escape

from toolkit.formula import Message
from toolkit.outputs.filled.selfcheck_check import NOTHING, LiveCheck, pattern, quoted, token
from toolkit.outputs.filled.selfcheck_plan import NAME, OWNER, ROW, Plan
from toolkit.outputs.filled.selfcheck_values import Results
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.written import SharedFormula, cell_xml, clean, number_xml, shared_xml
from toolkit.values.errors import ErrorValue
from toolkit.values.explained import explained_formula, is_explanation
from toolkit.values.words import EXPLAINED, NOT_APPLICABLE

PASSED, FAILED, GONE = "✔", "✘", "已删除"

# The mark of a check that cannot be calculated, before it is shown; and more than there ever are lines.
UNKNOWN, _MANY = "✘！", 100_000

# Of a formula: a cell of the sheet itself, and one of a row that a cell says; how many values CHOOSE takes; the numbers of shared formulas.
_ONE_CELL = re.compile(rf"{OWNER}\$([A-Z]+)\$([0-9]+)(?![0-9:])")
_IN_ROW = re.compile(rf"INDEX\({OWNER}\$([A-Z]+):\$\1,(\$S[0-9]+)\)")
_CHOICES, _OF_CHECK = 250, 100

# Where the cell with the text of a check goes in a formula: a character that no text has.
_COMMON = "\U0010fffb"

# The first line; where it stands what is said of a rule that cannot be calculated, and which error it is.
FIRST = 5
STATIC = "$M$1"
_CODE = "TRIM(MID($M$2,8*ERROR.TYPE({0})-7,8))"


@dataclass(frozen=True, slots=True)
class CheckedSheet:
    """A project sheet with its checks: `project` is the value of 项目名称 as it stands there, `explanations` what was written beside checks (`known_as`)."""

    name: str
    project: str
    plan: Plan
    results: Results
    explanations: Mapping[str, str]


class Alike:
    """The lines of one check stand together, a line a sheet, and differ by the sheet alone: names of 自检 choose a line's own sheet by the
    line's row, so that the lines share one formula.

    `first` is the first line's row. A name that chooses among areas is no range of its own: INDEX of it takes one cell, not a column.
    """

    def __init__(self, sheets: Sequence[CheckedSheet], first: int) -> None:
        self._owners, self._plan, self._first = [a1.quote_sheet(sheet.name) + "!" for sheet in sheets], sheets[0].plan, first
        self._areas: dict[str, str] = {}
        self._formulas: dict[str, SharedFormula | None] = {}

    @classmethod
    def of(cls, sheets: Sequence[CheckedSheet], first: int) -> Alike | None:
        """Return it for sheets that are alike, as many as CHOOSE takes."""
        return cls(sheets, first) if 1 < len(sheets) <= _CHOICES and len({id(sheet.plan) for sheet in sheets}) == 1 else None

    def formula(self, number: int, column: str, row: int, text: str, table: str) -> SharedFormula | None:
        """Return the formula that a cell of row `row`, the `number`th of its kind, shares with the other lines of its check, that of the first
        of them being `text`; None where it cannot."""
        first = self._first_of(row)
        if row == first:
            shared = self._text(text, table)
            area = f"{column}{first}:{column}{first + len(self._owners) - 1}"
            self._formulas[column] = None if shared is None else SharedFormula(_OF_CHECK + 4 * first + number, area, shared)
        return self._formulas[column]

    def is_known(self, column: str, row: int) -> bool:
        """Return whether a cell shares the formula of a line before it, and its own text is not asked for."""
        return row != self._first_of(row) and self._formulas[column] is not None

    def _first_of(self, row: int) -> int:
        return row - (row - self._first) % len(self._owners)

    @property
    def names(self) -> dict[str, str]:
        """The names that the texts so far use, with their formulas."""
        number = f"MOD(MAX(ROW())-{self._first},{len(self._owners)})+1"
        return {name: f"CHOOSE({number},{','.join(owner + area for owner in self._owners)})" for area, name in self._areas.items()}

    def _text(self, formula: str, table: str) -> str | None:
        """Return a formula, in which `OWNER` stands for the sheet, that gives each line what is on its own; None where it cannot."""
        plan = self._plan
        single = plan.singles()
        text = _ONE_CELL.sub(lambda found: self._cell(single, "", int(found[2]), found[1], found[0]), formula)
        if table:
            block = plan.block_of(table)
            for chunk in range(len(block.chunks)):
                area = block.area(block.chunks_start + chunk, block.chunks_start + chunk)
                if OWNER + area in text:
                    text = text.replace(OWNER + area, self._name(area))
            parts = (block.rows[0], block.start, block.rows[-1], block.start + len(block.parts) - 1)
            text = _IN_ROW.sub(lambda found: self._cell(parts, found[2], 0, found[1], found[0]), text)
        return None if OWNER in text else text

    def _cell(self, area: a1.Area, moving: str, row: int, letters: str, otherwise: str) -> str:
        """Return what reads a cell of an area: in row `row`, or in that which a cell says; `otherwise` where it is not in it."""
        top, left, bottom, right = area
        column = a1.column_number(letters)
        if not left <= column <= right or not (moving or top <= row <= bottom):
            return otherwise
        place = f"{moving}-{top - 1}" if moving else f"{row - top + 1}"
        return f"INDEX({self._name(a1.range_name(area, absolute=True))},{place},{column - left + 1})"

    def _name(self, area: str) -> str:
        return self._areas.setdefault(area, f"{NAME}{len(self._areas) + 1}")


class Line:
    """What is known of one check of one sheet, in hidden cells of a row; of its sheet and check something stands in rows of their own."""

    def __init__(self, row: int, of_sheet: int, of_check: int, sheet: CheckedSheet, check: LiveCheck, alike: Alike | None = None) -> None:
        self.row, self.of_sheet, self.of_check, self.sheet, self.check, self.alike = row, of_sheet, of_check, sheet, check, alike
        self.result = sheet.results.checks[check.key]
        self.explanation = sheet.explanations.get(check.known_as, "")
        self._there, self._common = f"$W${of_sheet}", f"$L${of_check}"
        self.owner = a1.quote_sheet(sheet.name) + "!"

    @property
    def mark(self) -> str:
        result = self.result
        if isinstance(result.passed, ErrorValue):
            return UNKNOWN
        if self.check.verify and result.failed and is_explanation(self.explanation):
            return EXPLAINED
        return FAILED if result.failed else PASSED if result.passed is True else NOT_APPLICABLE

    @property
    def place(self) -> tuple[str, int | None]:
        """Where the check points to: a cell, or the letters of a column and the row in it as things are."""
        plan, target = self.sheet.plan, self.check.target
        form = plan.rules.form
        if target is None or target not in form.by_name:
            return "", None
        row, column = plan.place(target)
        if self.check.by_row and target in form.table_of and form.table_of[target].name == self.check.table:
            return a1.column_letters(column), (self.result.rows or (row,))[0]
        return a1.cell_name(row, column), None

    def cells(self) -> Iterator[tuple[str, str]]:
        """Yield the hidden cells, each with its column: mark, message and advice where they are made for the line, first row that fails, how many do."""
        row, check, plan = self.row, self.check, self.sheet.plan
        verdict = self.owner + plan.verdict(check)
        failed = f'IF({explained_formula(f"$I{row}")},"{EXPLAINED}","{FAILED}")' if check.verify else f'"{FAILED}"'
        judged = f'IF({verdict},"{PASSED}",{failed})'
        if check.applies is not None:
            judged = f'IF({verdict}="{NOT_APPLICABLE}","{NOT_APPLICABLE}",{judged})'
        mark = f'IF({self._there},IFERROR({judged},"{UNKNOWN}"),"{GONE}")'
        yield "P", cell_xml(f"P{row}", self.mark, None, mark, array=check.verify)
        rows = self.result.rows or plan.block_of(check.table).rows[:1] if check.by_row else ()
        values: dict[str, str | int] = {
            "Q": self.result.message,
            "R": self.result.suggestion,
            "S": rows[0] if rows else 0,
            "T": len(self.result.rows),
        }
        for number, (column, written, array) in enumerate(_said(plan, check)):
            alike, place, value = None if array else self.alike, f"{column}{row}", values[column]
            known = alike is not None and alike.is_known(column, row)
            text = "" if known else written.replace(ROW, str(row)).replace(_COMMON, self._common)
            shared = None if alike is None else alike.formula(number, column, row, text, check.table)
            if shared is not None:
                yield column, shared_xml(place, value, shared, first=shared.area.startswith(f"{place}:"))
            elif isinstance(value, int):
                yield column, number_xml(place, value, text.replace(OWNER, self.owner))
            else:
                yield column, cell_xml(place, str(value), None, text.replace(OWNER, self.owner), array=array)


# The formulas of a line in hidden cells: column, text, whether it is an array formula. `ROW`, `OWNER` and `_COMMON` stand for what the line has.
_Formulas = tuple[tuple[str, str, bool], ...]


@lru_cache(maxsize=8)
def _kept(plan: Plan) -> dict[str, _Formulas]:
    """Return where the formulas of a plan's checks are kept, which are the same in all workbooks."""
    return {}


def _said(plan: Plan, check: LiveCheck) -> _Formulas:
    """Return what a line says of a failing check: message, advice, first row and number of rows."""
    kept = _kept(plan)
    if check.key not in kept:
        kept[check.key] = (*_texts(plan, check), *(_rows(plan, check) if check.by_row else ()))
    return kept[check.key]


def _texts(plan: Plan, check: LiveCheck) -> Iterator[tuple[str, str, bool]]:
    for column, message in (("Q", check.message), ("R", check.suggestion)):
        if message.formulas or (check.by_row and column == "Q"):
            text, array = _text(plan, check, message)
            text = _of_rows(plan, check, text) if check.by_row and column == "Q" else text
            text = f'IF($P{ROW}="{UNKNOWN}",{STATIC},{text})' if column == "Q" else text
            wanted = f'LEFT($P{ROW},1)="{FAILED}"'
            wanted = f'OR({wanted},$P{ROW}="{EXPLAINED}")' if check.verify else wanted
            yield column, f'IF({wanted},{text},"")', array


def _rows(plan: Plan, check: LiveCheck) -> Iterator[tuple[str, str, bool]]:
    area, found, passed = f"{OWNER}{plan.chunk_area(check)}", quoted(pattern(check)), f'$P{ROW}="{PASSED}"'
    top = plan.block_of(check.table).rows[0]
    yield "S", f"IF({passed},{top},IFERROR(MATCH({found},{area},0)+{top - 1},{top}))", False
    yield "T", f"IF({passed},0,COUNTIF({area},{found}))", False


def _of_rows(plan: Plan, check: LiveCheck, text: str) -> str:
    row = f"$S{ROW}-{plan.block_of(check.table).rows[0] - 1}"
    wrong = f"ISNUMBER(FIND({quoted(token(check, NOTHING))},INDEX({OWNER}{plan.chunk_area(check)},{row})))"
    return f'"第 "&$S{ROW}&" 行："&IF({wrong},{STATIC},{text})&IF($T{ROW}>1,"（共 "&$T{ROW}&" 行）","")'


def _text(plan: Plan, check: LiveCheck, message: Message) -> tuple[str, bool]:
    """Return a message as Excel text: its formula, or where it stands for all sheets."""
    if not message.formulas:
        return _COMMON, False
    address = plan.in_row(check.table, f"$S{ROW}" if check.by_row else None, OWNER)
    shown, array = plan.rules.text(message, address, check.table, _CODE)
    return clean(f"IFERROR({shown},{STATIC})"), array


class Shown:
    """The lines as they are shown: what is not passed first, sheet by sheet. Each formula stands once, shared by all lines.

    `lines` are check by check. V counts them sheet by sheet, as they are shown.
    """

    def __init__(self, lines: Sequence[Line], first: int, sheets: int, styles: Sequence[int | None]) -> None:
        last, count = first + len(lines) - 1, len(lines) // sheets
        self._lines, self._first, self._styles = lines, first, styles
        self._rank = [number % sheets * count + number // sheets + 1 for number in range(len(lines))]
        self.order = sorted(range(len(lines)), key=lambda number: (not lines[number].result.failed, self._rank[number]))

        # One row more than there are: Gnumeric takes no INDEX of a single cell.
        def of(column: str, place: str, rows: int) -> str:
            return f"INDEX(${column}${first}:${column}${first + rows},{place})"

        check, sheet = f"MOD($V{first}-1,{count})+1", f"INT(($V{first}-1)/{count})+1"
        line = f"MOD($V{first}-1,{count})*{sheets}+{sheet}" if sheets > 1 else f"$V{first}"
        failed, every = f'$E{first}="{FAILED}"', len(lines)

        def said(own: str, common: str, unknown: str) -> str:
            made = of(own, line, every)
            return f'IF({failed},IF(LEN({made})>0,{made},{unknown.format(of(common, check, count))}),"")'

        # Where sheets have more rows than others a check points elsewhere on them: that stands in the line's own row.
        self._elsewhere = {number for number, each in enumerate(lines) if each.place[0] != lines[number - number % sheets].place[0]}
        own, named = of("AA", line, every), of("N", check, count)
        named = f"IF(LEN({own})>0,{own},{named})" if self._elsewhere else named
        place = f'{named}&IF(LEN({of("O", check, count)})>0,{of("S", line, every)},"")'
        mark = of("P", line, every)
        row = f"ROW($P${first}:$P${last})-{first}"
        rank = f"MOD({row},{sheets})*{count}+INT(({row})/{sheets})+1" if sheets > 1 else f"{row}+1"
        ranks = f'IF(LEFT($P${first}:$P${last},1)="{FAILED}",0,{_MANY})+{rank}'
        formulas = {
            "A": of("Y", sheet, sheets),
            "B": f'{of("Z", sheet, sheets)}&""',
            "C": of("J", check, count),
            "D": of("K", check, count),
            "E": f'IF(LEFT({mark},1)="{FAILED}","{FAILED}",{mark})',
            "F": said("Q", "L", f'IF({mark}="{UNKNOWN}",{STATIC},{{0}})&""'),
            "G": said("R", "M", '{0}&""'),
            "H": f'IF(LEN({of("N", check, count)})=0,"",HYPERLINK({of("X", sheet, sheets)}&{place},{place}))',
        }
        areas = ((f"{column}{first}:{column}{last}", column) for column in formulas)
        self._shared = {column: SharedFormula(number, area, formulas[column]) for number, (area, column) in enumerate(areas)}

        # One array formula for all lines: but its first cell, none of them has to be written, and nobody looks at them.
        self._order = f"MOD(SMALL({ranks},{row}+1),{_MANY})"
        self._last = last

    def cells(self, row: int) -> Iterator[tuple[str, str]]:
        """Yield the cells of a row, each with its column."""
        number = self.order[row - self._first]
        line = self._lines[number]
        sheet, check, result, (place, moves) = line.sheet, line.check, line.result, line.place
        mark = FAILED if line.mark == UNKNOWN else line.mark
        own = self._lines[row - self._first]
        texts = (sheet.name, sheet.project, check.id, check.level, mark, result.message, result.suggestion)
        shown = zip("ABCDEFGH", (*texts, f"{place}{moves or ''}"), self._styles, strict=True)
        for column, text, style in shown:
            yield column, shared_xml(f"{column}{row}", text, self._shared[column], style, first=row == self._first)
        if row - self._first in self._elsewhere:
            yield "AA", cell_xml(f"AA{row}", own.place[0], None)
        if row == self._first:
            area = f"V{row}:V{self._last}"
            yield "V", f'<c r="V{row}"><f t="array" ref="{area}">{escape(self._order)}</f><v>{self._rank[number]}</v></c>'

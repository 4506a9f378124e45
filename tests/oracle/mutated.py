"""What units do to the cells of any form, made up from its fields alone: typed over, copied, cleared, swapped, moved apart.

In: a form, the cells of a filled sheet as they are stored, and a seed. Out: cells by place, each with what is typed there; of a formula
also what it comes to. Nothing here knows a form by name.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from toolkit.forms.model import AMOUNT, CODE, DATE, DECIMAL, DEPENDENT_LIST, INTEGER, Field, Form, IndicatorTable
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.written import CellValue
from toolkit.values.errors import ErrorValue
from toolkit.values.words import TARGET, YEAR_ROLE

Typed = CellValue | tuple[str, CellValue]
Place = tuple[int, int]
Cells = dict[Place, Typed]

BLANK: Typed = ('IF(1,"",0)', "")
NAUGHT: Typed = ("1/0", ErrorValue("#DIV/0!"))
LOST: Typed = ErrorValue("#REF!")

# No full-width digits where a text may stand: LibreOffice calculates with them, Excel does not. No amount over 10^12 元.
_QUANTITIES = (0, -5, 1, 3, 2.5, 100, 130000, 90000.5, 0.004, 0.01, 99999999)
_AS_TEXT = ("1，200.50", "120,000元", "5万元", "约三万", "４", "12.5", " 300 ", "见附件", "-", "无", "1e3", "50%")
_DAYS = (46082, 46300, 20260401, 2026, "2026-02-01", "2026年6月1日", "2026.6.30", "明年", 7000000, 40000)
_TEXTS = ("平台", "若干材料", "……", "2026", 2026, "请在此填写", "无", "完成改造。", "联系人 13800138000", "及时", "同上", " 完成 ", "指标1")
_TARGETS = ("≥95%", "≥ 95 %", "不低于95%", "95", 95, "≥", "及时", "=3.50个", "≤-2次", ">=10家(含站点)", "90%-95%", "-")


class Mutations:
    """A filled sheet's changes: `cells` is what stands in it, `changes` what was typed over."""

    def __init__(self, form: Form, stored: Mapping[Place, CellValue], filled: Mapping[str, int], seed: int) -> None:
        self._form, self._stored, self._filled = form, stored, filled
        self._chance = random.Random(f"{form.name}{seed}")
        self.changes: Cells = {}

    def several(self) -> Cells:
        """Return one to four changes made one after the other."""
        kinds: tuple[Callable[[], None], ...] = (self._field, self._field, self._cell, self._cell, self._near, self._slip, self._rows)
        for kind in self._chance.choices(kinds, k=self._chance.choice((1, 1, 2, 3, 4))):
            kind()
        self._named()
        return self.changes

    def _named(self) -> None:
        """A row with nothing but an error, a number or a date is no row to reading: such a one gets a text."""
        for table in self._form.tables:
            columns = [column for column in table.columns if not column.field.formula]
            for row in sorted({row for row, _ in self.changes if table.first_row <= row <= table.last_row}):
                held = [now for column in columns if (now := self._now((row, column.index))) not in (None, BLANK)]
                if held and not any(isinstance(now, str) for now in held):
                    self.changes[row, next(column.index for column in columns if column.name == table.naming)] = "零星"

    def _now(self, place: Place) -> Typed:
        return self.changes.get(place, self._stored.get(place))

    def _fields(self) -> list[tuple[Place, Field]]:
        return [(a1.parse_cell(field.cell), field) for field in self._form.fields if field.cell and not field.formula]

    def _row_cells(self) -> list[tuple[Place, Field]]:
        """The cells of the filled rows."""
        return [
            ((row, column.index), column.field)
            for table in self._form.tables
            for row in range(table.first_row, table.first_row + self._filled[table.name])
            for column in table.columns
            if not column.field.formula
        ]

    def _field(self) -> None:
        place, field = self._chance.choice(self._fields())
        self.changes[place] = self._typed(field)

    def _cell(self) -> None:
        place, field = self._chance.choice(self._row_cells())
        self.changes[place] = self._typed(field)

    def _typed(self, field: Field) -> Typed:
        chance = self._chance
        if chance.random() < 0.3:
            nothing: tuple[Typed, ...] = (None, None, BLANK, NAUGHT, LOST)
            return chance.choice(nothing)
        if field.type in (AMOUNT, INTEGER, DECIMAL) or field.name == self._form.roles.get(YEAR_ROLE):
            return chance.choice((*_QUANTITIES, *_AS_TEXT, ("2*45000", 90000)))
        if field.type == DATE:
            return chance.choice((*_DAYS, date(2025, 12, 31) + timedelta(days=chance.randint(-800, 800))))
        if field.type == CODE:
            return chance.choice((*self._words(field), "没有这一项", "其他"))
        if field.type == TARGET:
            return chance.choice(_TARGETS)
        most = field.max_length or 200
        figures = (text for text in _AS_TEXT if text != "４")
        texts: tuple[Typed, ...] = (*_TEXTS, *figures, *_QUANTITIES[:6], "长" * most, "长" * (most + 1), "甲\n乙")
        return chance.choice(texts)

    def _words(self, field: Field) -> tuple[str, ...]:
        source = field.code_list or ""
        if source.startswith(DEPENDENT_LIST):
            above = self._form.known[source.removeprefix(DEPENDENT_LIST)].code_list or ""
            return tuple(word for parent in self._form.lists.get(above, ()) for word in self._form.lists.get(parent, ()))
        return self._form.lists.get(source, ())

    def _near(self) -> None:
        """A text misspelt, with white space or a sign too much; a number as its text."""
        chance = self._chance
        place, _ = chance.choice([each for each in (*self._fields(), *self._row_cells()) if self._now(each[0]) is not None])
        now = self._now(place)
        if isinstance(now, str) and now:
            cut = chance.randrange(len(now))
            near = (now[:cut] + now[cut + 1 :], now + "。", f" {now}", f"{now[:cut]} {now[cut:]}", now[::-1], f"{now}（{now}）", f"'{now}")
            self.changes[place] = chance.choice(near)
        elif isinstance(now, (int, float)):
            self.changes[place] = chance.choice((f"{now:g}", f"{now:,.2f}", f"{now:g}万元", f"{now:g}元", f" {now:g}"))

    def _slip(self) -> None:
        """A quantity that is a little, or a decimal point, off."""
        numbers = (AMOUNT, INTEGER, DECIMAL)
        places = [place for place, field in (*self._fields(), *self._row_cells()) if field.type in numbers]
        found = [(place, now) for place in places if isinstance(now := self._now(place), (int, float))]
        if found:
            place, now = self._chance.choice(found)
            self.changes[place] = self._chance.choice(
                (now + 0.01, now + 1, now - 0.1, now * 10, now / 10000, now * 10000, -now, now + 0.004)
            )

    def _rows(self) -> None:
        """Two rows swapped, one twice, one cleared, all cleared, one moved further down, one of a single cell."""
        table = self._chance.choice(self._form.tables)
        one, other = (table.first_row + self._chance.randrange(self._filled[table.name]) for _ in range(2))
        below = min(table.last_row, table.first_row + self._filled[table.name] + self._chance.randint(0, 5))
        kind = self._chance.randrange(7)
        if kind == 0:
            line, others = self._line(table, one), self._line(table, other)
            self._write(table, one, others)
            self._write(table, other, line)
        elif kind in (1, 2):
            self._write(table, below, self._line(table, one))
            if kind == 2:
                self._write(table, one, {})
        elif kind == 3:
            self._write(table, one, {})
        elif kind == 4 and self._chance.random() < 0.4:
            for row in range(table.first_row, table.first_row + self._filled[table.name]):
                self._write(table, row, {})
        else:
            column = self._chance.choice([column for column in table.columns if not column.field.formula])
            self.changes[below, column.index] = self._typed(column.field)

    def _line(self, table: IndicatorTable, row: int) -> dict[int, Typed]:
        return {column.index: self._now((row, column.index)) for column in table.columns if not column.field.formula}

    def _write(self, table: IndicatorTable, row: int, line: Mapping[int, Typed]) -> None:
        self.changes |= {(row, column.index): line.get(column.index) for column in table.columns if not column.field.formula}

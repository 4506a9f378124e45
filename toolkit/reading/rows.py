"""The indicator rows of a sheet: levels carried down, targets brought into one way of writing, footers left out.

In: a grid and where the form stands in it. Out: `Row`s; repairs and doubts go into the log. Called by `sheet`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from toolkit.forms.model import NUMERIC, IndicatorTable
from toolkit.reading.arranged.table import Log, Place, Values, drawn_places, drawn_rows, filled_rows, without_footers
from toolkit.reading.entries import cell_entry, doubts_of, repairs_of, shown
from toolkit.reading.levels import by_the_tree, carry_levels, merged_levels, parted_by_the_tree, standard_word
from toolkit.reading.model import BLANK, BLANK_ENTRY, MISSING_ENTRY, OK, Entry, Repair, Row
from toolkit.reading.picked.scores import without_scores
from toolkit.reading.placement import Placement
from toolkit.reading.plan import Plan, Position
from toolkit.reading.several import several, several_doubt
from toolkit.reading.shapes.heading_units import lacks_unit
from toolkit.reading.shapes.joined_levels import with_levels_parted
from toolkit.reading.shapes.named_targets import with_targets_parted
from toolkit.reading.shapes.ordinals import without_number
from toolkit.reading.shapes.outline import is_numbered
from toolkit.reading.targets import DITTO, PERCENT, TargetCells, plain_target, read_target, read_whole
from toolkit.sources.grid import CellValue, Grid, is_blank_value
from toolkit.spreadsheet.a1 import cell_name
from toolkit.spreadsheet.cells import Scaled
from toolkit.values.amounts import as_percent
from toolkit.values.grammar import TargetColumns
from toolkit.values.text import clean_text, squeeze
from toolkit.values.words import NUMBER, SYMBOL, TARGET, UNIT

_PRINTED_NUMBER = re.compile(r"指标(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})\s?[:：、.．]\s?(?=\S)")


def table_rows(grid: Grid, plan: Plan, table: IndicatorTable, placement: Placement, log: Log) -> list[Row]:
    """Return the filled rows of the indicator table, top to bottom; blank ones between keep the true row numbers."""
    if placement.table is None and not placement.exact:
        return []
    places = placement.table.places if placement.table else drawn_places(plan)
    numbers = placement.table.rows if placement.table else drawn_rows(grid, plan)
    present = [place for place in places if place.index is not None]
    found = filled_rows(grid, present, numbers)
    in_target = {name for target in table.targets for name in target.names}
    plain = [place for place in present if place.name not in in_target]
    levels = [place for place in present if place.name in plan.levels]
    over = [place for place in places if place.index is None and place.name in {each.name for each in placement.over}]
    covered = merged_levels(grid, levels, min(numbers, default=1), log)
    usual = not grid.flow and len(present) == len(places) and all(p.spec.column.field.type not in (*NUMERIC, TARGET) for p in places)
    quick = _Quick(plan, present, covered.keys()) if usual and not any(covered.values()) else None
    above: dict[str, Entry] = {}
    rows = []

    # Another office's drawing need not ask for what nobody has to fill in.
    unasked = {p.name for p in places if not (p.spec.column.field.required or p.spec.column.field.required_if or placement.hint)}
    own = [index for index, place in enumerate(present) if not place.spec.column.field.prefilled]
    foreign = not (placement.exact or placement.is_template)
    outline = is_numbered(placement.over, plan)
    indices = [place.index or 0 for place in present]
    shared = len({*indices}) < len(indices)
    if shared:
        specs = [place.spec for place in present]
        found = [(row, with_levels_parted(values, specs, indices)) for row, values in found]
        pair = next(
            ((at, n) for n, place in enumerate(present) if place.name in in_target and (at := _before(indices, n)) is not None), None
        )
        found = list(_with_targets(found, present, pair, log)) if pair else found
    if foreign:
        found = without_scores(
            found, [n for n, place in enumerate(present) if place.name in in_target or place.spec.column.field.type == TARGET]
        )
    for row, values, whole in _single(without_footers(found, plan, present), table, present, log):
        before, doubted = len(log.repairs), len(log.doubts)
        entries = quick.entries(grid, row, values, above) if quick is not None else None
        if entries is None:
            by_place = list(zip(present, values, strict=True))
            by_name = {place.name: value for place, value in by_place}
            entries = {place.name: BLANK_ENTRY if place.within or place.name in unasked else MISSING_ENTRY for place in places}
            for place in plain:
                entries[place.name] = _entry(place, row, by_name[place.name], grid, log, table.symbols)
            carry_levels(plan, row, present, entries, above, covered, log)
            for target in table.targets:
                _read_target(target, grid, row, by_place, entries, above, log)
            for place in over:
                word = next((each.cell for each in reversed(placement.over) if each.name == place.name and each.first <= row), None)
                if word is not None:
                    entries[place.name] = cell_entry(word.value, place.spec.column.field, cell_name(*word.place))
            for place in (*plain, *over):
                standard_word(plan, place, entries, log, ruled=grid.ruled)
            parted_by_the_tree(plan, row, entries, log, absent=foreign)
            if grid.ruled and grid.flow:
                # In Word a merged level is that of its rows; in print the text may be what a page break left to the wrong cell.
                sure = {place.name for place in levels if grid.tables and (row, place.index) in covered}
                blank = [name for name, value in by_name.items() if name not in sure and (value is None or not shown(value).strip())]
                by_the_tree(plan, row, entries, blank, log)
            if not whole or shared:
                log.repairs[before:] = [replace(repair, safe=False) for repair in log.repairs[before:]]
        if foreign:
            _without_numbers(plain, entries, grid, log, outline)
        above = entries
        if len(own) < len(present) and all(is_blank_value(values[index]) for index in own):
            del log.repairs[before:], log.doubts[doubted:]  # what the template prints there
            continue
        rows.append(Row(row, entries))
    return rows


def _before(indices: Sequence[int], number: int) -> int | None:
    """The last place before one that has the same column: the name's that holds a target as well."""
    return next((each for each in reversed(range(number)) if indices[each] == indices[number]), None)


def _with_targets(
    found: Sequence[tuple[int, Values]], places: Sequence[Place], pair: tuple[int, int], log: Log
) -> Iterator[tuple[int, Values]]:
    """The rows with the texts of one column parted into name and target, each line a row of its own."""
    for row, values in found:
        made = with_targets_parted(values, *pair)
        if len(made) > 1:
            log.doubts.append(several_doubt(row, places[pair[0]], len(made), values[pair[0]]))
        yield from ((row, each) for each in made)


def _without_numbers(places: Sequence[Place], entries: dict[str, Entry], grid: Grid, log: Log, outline: bool) -> None:
    """Take off what another office's form prints before each name: `指标1：开放天数`, `1.1.2开放天数` in an outline. In the template's own
    drawing a rule says so."""
    for place in places:
        entry = entries[place.name]
        if entry.state != OK or not isinstance(entry.value, str) or place.spec.words:
            continue
        number = _PRINTED_NUMBER.match(entry.value)
        name = entry.value[number.end() :] if number else entry.value
        name = without_number(name) if outline else name
        if name == entry.value:
            continue
        printed = entry.value.removesuffix(name)
        entries[place.name] = Entry(name, entry.text, entry.cell)
        if not grid.ruled:
            message = f"{place.name}“{' '.join(entry.text.split())}”前面的“{printed.strip()}”是表样印的，已按“{name}”读取。"
            log.repairs.append(Repair("修复-指标序号", place.name, entry.cell, entry.text, name, message, name, safe=True))


def _single(
    found: Sequence[tuple[int, Values]], table: IndicatorTable, places: list[Place], log: Log
) -> Iterator[tuple[int, Values, bool]]:
    """The rows one indicator at a time; whether a row held just that one."""
    for row, values in found:
        broken = "\n" in "".join([value for value in values if isinstance(value, str)])
        parts = several(places, values, table) if broken else None
        if parts is None:
            yield row, values, True
            continue
        index = next(n for n, place in enumerate(places) if place.name not in table.levels)
        log.doubts.append(several_doubt(row, places[index], len(parts), values[index]))
        yield from ((row, part, False) for part in parts)


# Makes an `Entry` without the way over its defaults: most of the time spent on a plain row.
_new = tuple.__new__


class _Quick:
    """Rows as most have them: words of the lists, merged or not, a name, a target in three cells that needs no repair."""

    def __init__(self, plan: Plan, places: list[Place], merged: Collection[Position]) -> None:
        self._merged = merged
        self._words: list[tuple[int, Place, frozenset[str], bool]] = []
        self._texts: list[tuple[int, Place]] = []
        targets = plan.form.table.targets if plan.form.table else ()
        in_target = {name for target in targets for name in target.names}
        for index, place in enumerate(places):
            if place.name in in_target:
                continue
            if place.spec.words:
                self._words.append((index, place, place.spec.standards, place.name in plan.levels))
            else:
                self._texts.append((index, place))
        found = {place.name: (index, place) for index, place in enumerate(places)}
        self._targets = [tuple(found[name] for name in target.names) for target in targets]

    def entries(self, grid: Grid, row: int, values: Values, above: Mapping[str, Entry]) -> dict[str, Entry] | None:
        """Return a row's entries, or None when it is not as plain as that; `above` has those of the row before."""
        entries: dict[str, Entry] = {}
        same_block, number_of_row = bool(above), str(row)
        for index, place, words, is_level in self._words:
            word, name = values[index], place.name
            if word is None and same_block and is_level and (row, place.index) in self._merged:
                carried = above[name]
                if carried.state != OK or carried.text != carried.value:
                    return None
                entries[name] = _new(Entry, (carried.value, carried.text, place.letters + number_of_row, OK, None))
                continue
            if word not in words:
                return None
            same_block = same_block and (not is_level or word == above[name].value)
            entries[name] = _new(Entry, (word, word, place.letters + number_of_row, OK, None))
        for index, place in self._texts:
            text = values[index]
            if text.__class__ is not str or text in DITTO or clean_text(text) != text:
                return None
            entries[place.name] = _new(Entry, (text, text, place.letters + number_of_row, OK, None))
        for (at_symbol, symbol), (at_number, number), (at_unit, unit) in self._targets:
            if values[at_number].__class__ is Scaled:
                return None
            plain = plain_target(values[at_symbol], values[at_number], values[at_unit])
            if plain is None:
                return None
            if values[at_number].__class__ is not str:
                place_of_number = row, number.index or 0
                if place_of_number in grid.percents or (grid.raw and grid.formula(*place_of_number) is not None):
                    return None
            entries[symbol.name] = _new(Entry, (plain.symbol, values[at_symbol], symbol.letters + number_of_row, OK, None))
            entries[number.name] = _new(Entry, (plain.number, plain.number or "", number.letters + number_of_row, OK, None))
            entries[unit.name] = _new(Entry, (plain.unit, values[at_unit], unit.letters + number_of_row, OK, None))
        return entries


def _entry(place: Place, row: int, value: CellValue | None, grid: Grid, log: Log, symbols: Collection[str] = ()) -> Entry:
    column = place.spec.column
    if column.field.type == TARGET and value is not None:
        formula = grid.formula(row, place.index or 0) if grid.raw is not None and not isinstance(value, str) else None
        percent = (row, place.index) in grid.percents
        if place.unit is not None and not percent and lacks_unit(None, value):
            value = f"{shown(value)}{place.unit}"
        whole = read_whole(TargetCells({NUMBER: value}, {NUMBER: f"{place.letters}{row}"}, percent, formula), column.name, symbols)
        if whole is not None:
            log.repairs.extend(whole[1])
            log.doubts.extend(whole[2])
            return whole[0]
    if isinstance(value, float) and column.field.type not in NUMERIC and (row, place.index) in grid.percents:
        # 93.5% typed into a cell for a text: Excel keeps 0.935 and shows what was typed.
        before, value = shown(value), as_percent(value)
        if not grid.ruled:
            message = f"{column.field.label}“{before}”以百分比格式显示，已按看到的 {value} 读取。"
            log.repairs.append(Repair(PERCENT, column.name, f"{place.letters}{row}", before, value, message, value, safe=True))
    entry = cell_entry(value, column.field, f"{place.letters}{row}", date1904=grid.date1904)
    if value is not None and entry.state == OK:
        formula = grid.formula(row, place.index or 0) if grid.raw is not None and not isinstance(value, str) else None
        if not grid.ruled:
            log.repairs.extend(repairs_of(value, entry, column.field, formula))
        log.doubts.extend(doubts_of(value, entry, column.field, formula))
    elif entry.state not in (OK, BLANK) and grid.raw is not None:
        return Entry(None, entry.text, entry.cell, entry.state, grid.formula(row, place.index or 0))
    return entry


def _read_target(
    target: TargetColumns,
    grid: Grid,
    row: int,
    values: Sequence[tuple[Place, CellValue | None]],
    entries: dict[str, Entry],
    above: Mapping[str, Entry],
    log: Log,
) -> None:
    """Bring 符号, 数值 and 计量单位 into the one way of writing them; where one cannot be read they stay as found."""
    part_of = {name: part for part, name in target.parts.items()}
    mine = [(place, value) for place, value in values if place.name in part_of]
    cells = {part_of[place.name]: f"{place.letters}{row}" for place, _ in mine}
    found: dict[str, CellValue | None] = {}
    for place, value in mine:
        ditto = isinstance(value, str) and squeeze(clean_text(value)) in DITTO
        same = above.get(place.name, MISSING_ENTRY)
        found[part_of[place.name]] = str(same.value) if ditto and same.state == OK else value
    number, figure = next(((place.index, value) for place, value in mine if place.name == target.number), (None, None))
    percent = number is not None and (row, number) in grid.percents
    formula = grid.formula(row, number) if number is not None and grid.raw is not None and not isinstance(figure, str) else None
    printed = next((place.unit for place, _ in mine if place.name == target.number), None)
    if printed is not None and UNIT not in found and not percent and lacks_unit(found.get(SYMBOL), found.get(NUMBER)):
        found[UNIT] = printed
    read = read_target(TargetCells(found, cells, percent, formula, target.parts))
    if read is None:
        for place, value in mine:
            entries[place.name] = _entry(place, row, value, grid, log)
        return
    for place, value in mine:
        entry = read.entries[place.name]
        if value != found[part_of[place.name]]:
            entry = Entry(entry.value, str(value), entry.cell, entry.state)
        entries[place.name] = entry
    _without_cell(read.entries, entries)
    log.repairs.extend(repair for repair in read.repairs if repair.cell is not None)
    log.doubts.extend(read.doubts)


def _without_cell(read: Mapping[str, Entry], entries: dict[str, Entry]) -> None:
    """What the other cells say of a column that is gone (`≥90%` where 符号 was deleted) counts all the same."""
    for name, entry in read.items():
        if entry.cell is None and entry.state == OK:
            entries[name] = entry

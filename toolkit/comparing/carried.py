"""What of last year's declaration stands in this year's: values that 沿用 carries over, dates moved on, notes; each value accounted for.

Comes in: a declaration of last year, its form and this year's, how many years later it is. Goes out: `Carried`. What nobody could read, and
what this year's form has no place for, is not carried and said. Called by `workflow.issue`, and by `approved` for what stands now.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from toolkit.comparing.carried_rows import row_line, rows_carried
from toolkit.comparing.counterparts import counterparts
from toolkit.comparing.fates import Line, Put, Remembered, Step, is_blank
from toolkit.forms import Form
from toolkit.reading.model import Declaration, Entry, Row
from toolkit.reading.shown import plain_text
from toolkit.values.words import PROJECT_ROLE, UNIT_ROLE, YEAR_ROLE, Role

# These are the roster's and the season's to say.
_GIVEN: tuple[Role, ...] = (UNIT_ROLE, PROJECT_ROLE, YEAR_ROLE)


@dataclass(frozen=True)
class Carried:
    """What this year's declaration begins with; `lines` say of every value of last year's what became of it."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    rows: tuple[Row, ...] = ()
    more_rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    notes: tuple[Remembered, ...] = ()
    lines: tuple[Line, ...] = ()


def carry(old: Declaration, before: Form, form: Form, years: int | None, given: Mapping[str, Entry] = MappingProxyType({})) -> Carried:
    """Return what of `old`, on the form `before`, stands in a declaration on `form` that is `years` later; None where nobody knows.

    What is `given` already, by 字段名, stays.
    """
    step, known = Step(old.year, years), counterparts(before, form)
    entries: dict[str, Entry] = {}
    notes: list[Remembered] = []
    lines: list[Line] = []
    for each in form.fields:
        entry = old[known.fields.get(each.name, "")]
        if each.role in _GIVEN or each.formula or each.prefilled or is_blank(entry):
            continue
        own = given.get(each.name)
        if own is not None:
            lines += [] if plain_text(own) == plain_text(entry) else [_line(each.name, entry, Put("given", own))]
            continue
        put = step.put(each, entry)
        if put.entry is not None:
            entries[each.name] = put.entry
        elif each.carry:
            notes.append(Remembered(each.name, None, entry))
        lines.append(_line(each.name, entry, put))
    lines += _homeless(old, before, {*known.fields.values(), *(old.roles.get(role, "") for role in _GIVEN)})
    rows: dict[str, tuple[Row, ...]] = {}
    for table in form.tables:
        made = list(rows_carried(old, table, known.tables.get(table.name), step))
        rows[table.name] = tuple(each.row for each in made if each.row is not None)
        for number, one in enumerate(each for each in made if each.row is not None):
            notes += [Remembered(name, number, entry) for name, entry in one.notes]
        lines += [line for one in made for line in one.lines]
    continued = {pair.old.name for pair in known.tables.values()}
    for table in (each for each in before.tables if each.name not in continued):
        lines += [row_line("left", table, (number, row), table.names) for number, row in enumerate(old.rows_of(table), 1)]
    first = form.table.name if form.table else ""
    return Carried(entries, rows.pop(first, ()), rows, tuple(notes), tuple(lines))


def _homeless(old: Declaration, before: Form, used: Collection[str]) -> Iterator[Line]:
    """Values of single fields that this year's form has no field for."""
    for each in before.fields:
        if each.name not in used and not each.formula and not is_blank(old[each.name]):
            yield _line(each.name, old[each.name], Put("left"))


def _line(label: str, entry: Entry, put: Put) -> Line:
    return Line(put.fate, label, entry.cell or "", plain_text(entry), plain_text(put.entry) if put.entry else "", put.note)

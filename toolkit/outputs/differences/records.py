"""A comparison as plain records (the JSON of `diff`), and its entries as people read them.

Amounts are texts with two decimals, dates ISO, percentages texts; null is a blank, or a side that has no such thing. Called by
`workflow.diff`, `differences` and the command line.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.comparing.model import ADDED, CHANGED, DROPPED, SAME, Change, Comparison, ProjectPair, RowPair, UnitPair
from toolkit.comparing.wording import text_parts
from toolkit.forms.model import LONG_TEXT, IndicatorTable
from toolkit.outputs.records import Record, row_record
from toolkit.reading.model import OK, Declaration, Entry, Row
from toolkit.reading.shown import BLANK_WORD, plain, plain_text, printed, row_target
from toolkit.values.amounts import plain_amount
from toolkit.values.words import YEAR_ROLE


def comparison_record(comparison: Comparison, *, everything: bool = False) -> Record:
    """Return a comparison as a record; without `everything` what did not change is left out."""
    return {
        "before": _side(comparison.before.title, comparison.before.declarations),
        "after": _side(comparison.after.title, comparison.after.declarations),
        "summary": {"units": len(comparison.units), **comparison.counts, "routine": comparison.routine},
        "forms": [
            {"before": f.before, "after": f.after, "only_before": list(f.only_before), "only_after": list(f.only_after)}
            for f in comparison.forms
        ],
        "notes": list(comparison.notes),
        "units": [_unit(unit, comparison, everything) for unit in comparison.units],
    }


def _side(title: str, declarations: Sequence[Declaration]) -> Record:
    return {"title": title, "files": len({d.file for d in declarations}), "declarations": len(declarations)}


def unit_state(unit: UnitPair) -> str:
    """Return whether a unit is new, gone, changed or the same."""
    if unit.before is None:
        return ADDED
    if unit.after is None:
        return DROPPED
    return SAME if unit.counts[SAME] == len(unit.projects) else CHANGED


def _unit(unit: UnitPair, comparison: Comparison, everything: bool) -> Record:
    field = comparison.amount
    amount: Record | None = None
    if field is not None:
        before, after = unit.total(field.name, later=False), unit.total(field.name, later=True)
        sums = {"before": plain_amount(before), "after": plain_amount(after), "difference": plain_amount(after - before)}
        amount = {"field": field.name, **sums}
    projects = [project for project in unit.projects if everything or project.state != SAME]
    return {
        "state": unit_state(unit),
        "before": unit.before,
        "after": unit.after,
        "years": {"before": list(unit.years(later=False)), "after": list(unit.years(later=True))},
        "counts": dict(unit.counts),
        "amount": amount,
        "projects": [_project(project, comparison, everything) for project in projects],
    }


def _project(project: ProjectPair, comparison: Comparison, everything: bool) -> Record:
    rows = project.rows if everything else project.changed_rows
    changes = project.changes if everything else project.real_changes
    return {
        "state": project.state,
        "before": _place(project.before),
        "after": _place(project.after),
        "matched": project.matched,
        "likeness": None if project.likeness is None else f"{project.likeness:.2f}",
        "fields": [change_record(change) for change in changes],
        "indicators": [_indicator(row, project, comparison) for row in rows],
    }


def _indicator(row: RowPair, project: ProjectPair, comparison: Comparison) -> Record:
    old, new = row_tables(row, project, comparison)
    return {
        "state": row.state,
        "before": row_words(row.before, old),
        "after": row_words(row.after, new),
        "fields": [change_record(change) for change in row.changes],
    }


def _place(declaration: Declaration | None) -> Record | None:
    if declaration is None:
        return None
    return {
        "project": declaration.project,
        "file": declaration.file,
        "sheet": declaration.sheet,
        "表样": declaration.form,
        YEAR_ROLE: declaration.year,
    }


def row_words(row: Row | None, table: IndicatorTable | None) -> Record | None:
    """Return a row as a record, None where there is none."""
    return row_record(row, table) if row is not None and table is not None else None


def change_record(change: Change) -> Record:
    """Return one changed field as a record: both values, the difference of amounts, the parts of a long text."""
    record: Record = {
        "field": change.field.name,
        "before": _plain(change.before),
        "after": _plain(change.after),
        "difference": None if change.difference is None else plain_amount(change.difference),
        "percent": None if change.percent is None else plain_amount(change.percent),
        "routine": change.routine,
    }
    if change.field.type == LONG_TEXT:
        parts = text_parts(plain_text(change.before), plain_text(change.after))
        record["parts"] = [{"kind": kind, "text": text} for kind, text in parts]
    return record


def _plain(entry: Entry) -> str | int | None:
    return plain(entry.value) if entry.state == OK else entry.text or None


def shown(entry: Entry, kind: str) -> str:
    """Return an entry as people read it, what is not there as （空）."""
    return printed(entry, kind) or BLANK_WORD


def indicator_words(row: Row | None, table: IndicatorTable | None) -> tuple[str, str, str]:
    """Return an indicator in words: its levels, its name, its values; three empty texts where there is none.

    The values are the 指标值 where the form has one, and every other column by name.
    """
    if row is None or table is None:
        return "", "", ""
    name = table.naming
    levels = [level for level in table.levels if level != name]
    others = [n for n in table.names if n != name and n not in levels]
    values = []
    for target in table.targets:
        whole = row_target(row, target) or BLANK_WORD
        values.append(whole if len(table.targets) == 1 else f"{target.name} {whole}")
        others = [n for n in others if n not in (*target.names, target.name)]
    types = {column.name: column.field for column in table.columns}
    values += [f"{n} {shown(row[n], types[n].type)}" for n in others if plain_text(row[n])]
    return "／".join(plain_text(row[level]) or BLANK_WORD for level in levels), plain_text(row[name]), "；".join(values)


def row_tables(pair: RowPair, project: ProjectPair, comparison: Comparison) -> tuple[IndicatorTable | None, IndicatorTable | None]:
    """Return the row tables that a pair of rows stands in before and after; None where the project is not there."""
    old = comparison.before.forms[project.before.form].tables if project.before else ()
    new = comparison.after.forms[project.after.form].table_named(pair.table) if project.after else None
    return next((table for table in old if new is None or table.naming == new.naming), None), new

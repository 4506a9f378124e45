"""Declarations held against what was approved: amounts, targets and texts that 沿用 carries over and that say something else since.

Comes in: declarations as read, and those of the approved documents, on the same form or another. Goes out: findings, at the cells that
differ. What would be carried over when the form is issued is what has to stand there. Called by `workflow.check`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.checking.model import Finding
from toolkit.comparing.carried import carry
from toolkit.comparing.entries import same
from toolkit.comparing.model import ADDED, DROPPED, RowPair
from toolkit.comparing.rows import RowColumns, compare_rows, shared_columns
from toolkit.forms import Form
from toolkit.forms.model import LONG_TEXT, Field, IndicatorTable
from toolkit.forms.roster_model import Roster, name_key, unit_key
from toolkit.reading.model import OK, Declaration, Entry
from toolkit.reading.shown import BLANK_WORD, plain_text, told
from toolkit.values.words import CARRIED, CODE_ROLE, DECLARATION, ERROR, WARNING, Severity

CHANGED, NOT_APPROVED = "批复-不符", "批复-没有"

_CURE = "请改回批复的内容；经批准调整过的，用调整后的批复对照，或由审核人注明理由保留。"
_LONGEST = 60


@dataclass(frozen=True)
class Approved:
    """What was approved, and the forms it is on, by name."""

    declarations: Sequence[Declaration]
    forms: Mapping[str, Form]


def approved_findings(
    declarations: Iterable[Declaration], forms: Mapping[str, Form], approved: Approved, roster: Roster | None
) -> list[Finding]:
    """Return what differs from what was approved; a declaration that could not be held against anything is told too."""
    known: dict[str, list[Declaration]] = {}
    for each in approved.declarations:
        known.setdefault(unit_key(each.unit or "", roster), []).append(each)
    found: list[Finding] = []
    for each in declarations:
        form = forms[each.form]
        if any(field.carry == CARRIED for field in form.by_name.values()):
            found += _against(each, form, known.get(unit_key(each.unit or "", roster), ()), approved)
        else:
            message = f"表样“{form.name}”的“字段”表没有写沿用，没有对照。"
            found.append(_finding(each, NOT_APPROVED, WARNING, message, "请在“沿用”一栏给要与批复一致的字段写“是”。"))
    return found


def _against(each: Declaration, form: Form, known: Sequence[Declaration], approved: Approved) -> Iterator[Finding]:
    same_year = [other for other in known if None in (each.year, other.year) or each.year == other.year]
    code, name = name_key(each.said(CODE_ROLE) or ""), name_key(each.project or "")
    coded = [other for other in same_year if code and name_key(other.said(CODE_ROLE) or "") == code]
    fits = coded or [other for other in same_year if name_key(other.project or "") == name]
    if len(fits) != 1:
        why = f"批复里有 {len(fits)} 份这个项目的" if fits else "批复里没有这个项目（同一单位、同一年度、同一名称或代码）"
        cure = "请核对批复的文件齐不齐、项目名称是否一致。"
        yield _finding(each, NOT_APPROVED, WARNING, f"{why}，没有对照。", cure)
        return
    (source,) = fits
    made = carry(source, approved.forms[source.form], form, 0)
    roles = set(form.roles.values())
    for name_, entry in made.entries.items():
        field = form.by_name[name_]
        if name_ not in roles and not same(field, entry, each[name_]):
            yield _differs(each, field, field.label, (entry, each[name_]))
    for table in form.tables:
        began = made.rows if table.first else made.more_rows.get(table.name, ())
        columns = _columns(table, {name for row in began for name, entry in row.entries.items() if entry.state == OK})
        if columns is not None:
            for pair in compare_rows(began, each.rows_of(table), columns):
                yield from _row_findings(each, pair, columns)


def _columns(table: IndicatorTable, filled: set[str]) -> RowColumns | None:
    """The columns that are compared: those that are carried over and that what was approved fills; None for none."""
    whole = shared_columns(table, table)
    if table.naming not in filled:
        return None
    kept = {column.name for column in table.columns if column.field.carry == CARRIED and column.name in filled}
    return replace(
        whole,
        levels=tuple(field for field in whole.levels if field.name in kept),
        values=tuple(field for field in whole.values if field.name in kept),
    )


def _row_findings(each: Declaration, pair: RowPair, columns: RowColumns) -> Iterator[Finding]:
    name = columns.name
    if pair.state == DROPPED and pair.before:
        text = plain_text(pair.before[name.name])
        message = f"批复的指标“{text}”没有报。"
        yield replace(_finding(each, CHANGED, ERROR, message, _CURE), field=name.name, expected=text)
    elif pair.state == ADDED and pair.after:
        entry = pair.after[name.name]
        made = _finding(each, CHANGED, ERROR, f"批复里没有指标“{plain_text(entry)}”。", _CURE)
        yield replace(made, cell=entry.cell, field=name.name, value=plain_text(entry), row=pair.after.row)
    elif pair.after:
        known_as = plain_text(pair.after[name.name])
        for change in pair.changes:
            label = f"指标“{known_as}”的{change.field.label}"
            yield replace(_differs(each, change.field, label, (change.before, change.after)), row=pair.after.row)


def _differs(each: Declaration, field: Field, label: str, said: tuple[Entry, Entry]) -> Finding:
    before, after = (told(entry, field) for entry in said)
    message = f"{label}与批复不同：批复是 {_cut(before)}，现在是 {_cut(after)}。"
    severity: Severity = WARNING if field.type == LONG_TEXT else ERROR
    made = _finding(each, CHANGED, severity, message, _CURE)
    return replace(made, cell=said[1].cell, field=field.name, value=plain_text(said[1]) or None, expected=plain_text(said[0]) or None)


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if flat == BLANK_WORD or len(flat) <= _LONGEST else f"{flat[:_LONGEST]}……"


def _finding(each: Declaration, rule: str, severity: Severity, message: str, cure: str) -> Finding:
    return Finding(rule, severity, DECLARATION, each.file, each.unit, each.project, each.sheet, None, None, None, None, message, cure)

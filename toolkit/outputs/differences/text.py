"""A comparison as lines of text for the screen: a line per unit with its counts, below it what changed.

Comes in: a `Comparison`. Goes out: lines. Called by `workflow.diff`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal

from toolkit.comparing.model import (
    ADDED,
    DROPPED,
    MOVED,
    PROJECT_STATES,
    RENAMED,
    SAME,
    STATES,
    Change,
    Comparison,
    ProjectPair,
    RowPair,
    UnitPair,
    percent,
)
from toolkit.comparing.wording import INSERTED, REMOVED, excerpt, text_parts
from toolkit.forms.model import LONG_TEXT
from toolkit.outputs.differences.lists import changes_words
from toolkit.outputs.differences.records import indicator_words, row_forms, shown
from toolkit.reading.shown import plain_text
from toolkit.values.amounts import format_amount
from toolkit.values.words import PROJECT_ROLE

# So much of an unchanged passage is shown beside a change.
_CONTEXT = 10


def differences_lines(comparison: Comparison, *, everything: bool = False, quiet: bool = False) -> Iterator[str]:
    """Yield a comparison's lines; `quiet` leaves the units and the sum, `everything` adds what did not change."""
    for unit in comparison.units:
        yield _unit_line(unit, comparison)
        if quiet:
            continue
        for project in unit.projects:
            if everything or project.state != SAME:
                yield from _project_lines(project, comparison, everything)
    if not quiet:
        yield from form_lines(comparison)
        yield from comparison.notes
    routine = f"有 {comparison.routine} 处日期只是随年度顺延，不算变动。" if comparison.routine else ""
    yield f"共 {len(comparison.units)} 个单位，项目{_counts(comparison.counts)}。{routine}"


def form_lines(comparison: Comparison) -> Iterator[str]:
    """Yield a line for each two forms that were compared though they differ: what only one of them has."""
    for pair in comparison.forms:
        sides = (("原", pair.only_before), ("现", pair.only_after))
        words = "；".join(f"只有{side}表样有：{'、'.join(names)}" for side, names in sides if names) or "字段相同"
        yield f"表样不同：{pair.before} → {pair.after}，只对比两边都有的字段。{words}。"


def _counts(counts: Mapping[str, int]) -> str:
    return "，".join(f"{STATES[state]} {counts[state]}" for state in PROJECT_STATES)


def _unit_line(unit: UnitPair, comparison: Comparison) -> str:
    name = f"{unit.before} → {unit.after}" if unit.before and unit.after and unit.before != unit.after else unit.name
    if unit.before is None or unit.after is None:
        name += "（原来没有）" if unit.before is None else "（现在没有）"
    line = f"{name}：{_counts(unit.counts)}"
    years = [unit.years(later=later) for later in (False, True)]
    if all(years) and years[0] != years[1]:
        line += f"；{'、'.join(map(str, years[0]))} → {'、'.join(map(str, years[1]))} 年度"
    if comparison.amount is not None:
        before, after = (unit.total(comparison.amount.name, later=later) for later in (False, True))
        line += f"；{comparison.amount.label} {format_amount(before)} → {format_amount(after)}{_gap(before, after)}"
    return line


def _gap(before: Decimal, after: Decimal) -> str:
    if before == after:
        return ""
    share = percent(before, after - before)
    return f"（{_signed(after - before)}{'' if share is None else f'，{_signed(share)}%'}）"


def _signed(value: Decimal) -> str:
    return f"{'+' if value > 0 else ''}{format_amount(value)}"


def _project_lines(project: ProjectPair, comparison: Comparison, everything: bool) -> Iterator[str]:
    name = f"{project.old_name} → {project.name}" if project.state == RENAMED else project.name
    alike = f"（相似 {project.likeness:.0%}）" if project.likeness is not None else ""
    yield f"  [{STATES[project.state]}] {name}{alike}"
    for change in project.changes if everything else project.real_changes:
        if project.state == RENAMED and change.field.role == PROJECT_ROLE:
            continue
        yield f"      {change.field.name}：{_change(change)}{'（随年度顺延）' if change.routine else ''}"
    for row in project.rows if everything else project.changed_rows:
        yield f"      指标{STATES[row.state]}：{_row(row, project, comparison)}"


def _change(change: Change) -> str:
    before, after = plain_text(change.before), plain_text(change.after)
    if change.field.type == LONG_TEXT and before and after:
        marks = {REMOVED: "〔删：{}〕", INSERTED: "〔增：{}〕"}
        parts = excerpt(text_parts(before, after), _CONTEXT)
        return "".join(marks.get(kind, "{}").format(" ".join(text.split())) for kind, text in parts)
    old, new = (" ".join(shown(side, change.field.type).split()) for side in (change.before, change.after))
    gap = ""
    if isinstance(change.before.value, Decimal) and isinstance(change.after.value, Decimal):
        gap = _gap(change.before.value, change.after.value)
    return f"{old} → {new}{gap}"


def _row(row: RowPair, project: ProjectPair, comparison: Comparison) -> str:
    forms = row_forms(project, comparison)
    old, new = indicator_words(row.before, forms[0]), indicator_words(row.after, forms[1])
    levels, name, values = old if row.state == DROPPED else new
    where = f"{levels}／{name}" if levels else name
    if row.state in (ADDED, DROPPED, SAME):
        return f"{where} {values}"
    told = "，".join(f"{left} → {right}" for left, right in zip(old, new, strict=True) if left != right)
    lead = {MOVED: name, RENAMED: levels}.get(row.state, where)
    return f"{lead}：{told or changes_words(row)}"

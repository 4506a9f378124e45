"""Decisions applied to a check: the findings as they now stand, each with what was decided on it.

Comes in: findings, the batch they are about, a reviewer's `Decisions`. Goes out: `Decided`, with notes about decisions that could not be
used. A finding kept with a reason becomes a hint whose message begins `已说明（原为错误；理由：…）：`: programs that count errors see one
less, and the contract's keys stay as they are. A remark becomes a finding of its own, `人工-意见`: an error where 处理意见 is 退回, else a
warning. Called by `check`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from toolkit.checking.model import Finding
from toolkit.intake.model import Batch
from toolkit.intake.subjects import Subjects
from toolkit.outputs.review import model as columns
from toolkit.outputs.review.model import RETURN
from toolkit.reading.model import Declaration
from toolkit.season.decisions import LEDGER, Decided, Decision, Decisions, Reviewed, note_on
from toolkit.season.remarks import REMARK_RULE, Target, absent, target_key, targets
from toolkit.values.text import label_key, squeeze
from toolkit.values.words import ERROR, FILE, HINT, REPAIR, SEVERITY_WORDS, WARNING, Severity


def apply_decisions(findings: Sequence[Finding], batch: Batch, decisions: Decisions) -> Decided:
    """Return `findings` in their order with the decisions applied; a remark comes right behind what it is about.

    A decision holds as long as its key does, that is as long as the content it was made on is unchanged. Of several
    rows with one key, 退回 outweighs 保留.
    """
    subjects = Subjects(batch)
    by_key: dict[str, Decision] = {}
    for decision in decisions.rows:
        if not decision.is_remark and (decision.action == RETURN or decision.key not in by_key):
            by_key[decision.key] = decision
    reviewed: list[Reviewed] = []
    notes = list(decisions.notes)
    places: set[str] = set()
    readable = {declaration.file for declaration in batch.declarations}
    for finding in findings:
        if finding.family == REPAIR:
            reviewed.append(Reviewed(finding, finding, ""))
            continue
        key = subjects.key(finding)
        places.add(key.place)
        found = by_key.get(str(key))
        if found is not None and found.keeps and finding.family == FILE and finding.file not in readable:
            notes.append(note_on(found, "这个文件没有可以审核的内容，不能保留，没有采用。请该单位重新报送。"))
            found = replace(found, cells={**found.cells, columns.ACTION: "", columns.REASON: ""})
        reviewed.append(Reviewed(_kept(finding, found), finding, str(key), found))
        if found is not None and found.remark:
            reviewed.append(_on_finding(finding, found))
    used = {each.key for each in reviewed}
    is_absent = absent(batch)
    unused = [d for d in decisions.rows if not d.is_remark and d.key not in used]
    carried = [d for d in unused if d.key.partition("-")[0] not in places and is_absent(*d.subject)]
    notes += _unused((d for d in unused if d not in carried), places)
    own: set[str] = set()
    for decision in decisions.rows:
        if decision.is_remark:
            added, why = _own(decision, batch)
            told = decision.sheet == LEDGER and bool(added) and own.issuperset(each.key for each in added)
            reviewed += [] if told else added
            own.update(each.key for each in added if decision.sheet != LEDGER)
            away = not added and any(decision.subject) and is_absent(*decision.subject)
            notes += [] if away and decision.key else why
            carried += [decision] if away else []
    if carried:
        notes.append(
            f"有 {len(carried)} 条原来的意见，所属单位或项目不在这次审核的文件里；新的审核报告（check -o）把它们留在“{columns.EARLIER}”表，"
            "以后审核时照样采用。"
        )
    return Decided(tuple(reviewed), tuple(notes), tuple(carried))


def _kept(finding: Finding, decision: Decision | None) -> Finding:
    if decision is None or not decision.keeps:
        return finding
    reason = " ".join(decision.reason.split())
    message = f"已说明（原为{SEVERITY_WORDS[finding.severity]}；理由：{reason}）：{finding.message}"
    return replace(finding, severity=HINT, message=message)


def _on_finding(finding: Finding, decision: Decision) -> Reviewed:
    """The remark written beside a finding; it points where the finding points and lives as long as it does."""
    return _reviewed(replace(finding, expected=None), decision, "")


def _own(decision: Decision, batch: Batch) -> tuple[list[Reviewed], list[str]]:
    """The findings of a remark in a row of its own: one for each declaration it fits, or the note why there is none."""
    cells = decision.cells
    of_unit = not cells[columns.PROJECT]
    found = [
        target
        for declaration in _candidates(cells, batch)
        for target in targets(declaration, batch.forms[declaration.form], cells[columns.FIELD], of_unit=of_unit)
    ]
    if decision.key:
        place, _, value = decision.key.partition("-")
        found = [target for target in found if target_key(target).place == place]
        same = [target for target in found if target_key(target).value == value]
        if found and not same:
            return [], [note_on(decision, "填报内容已变化，原来的人工意见不再适用，请重新审核。")]
        found = same
    else:
        found = _best(found, cells)
    if not found:
        where = "" if cells[columns.UNIT] or cells[columns.PROJECT] else "单位和项目都是空的，"
        return [], [note_on(decision, f"人工意见没有对应的填报内容，没有采用。{where}请核对单位、项目和字段的名称。")]
    made = found[:1] if of_unit else found
    return [_reviewed(target.finding(), decision, str(target_key(target))) for target in made], []


def _candidates(cells: Mapping[str, str], batch: Batch) -> Iterator[Declaration]:
    unit, project = label_key(cells[columns.UNIT]), label_key(cells[columns.PROJECT])
    for declaration in batch.declarations if unit or project else ():
        if unit in ("", label_key(declaration.unit or "")) and project in ("", label_key(declaration.project or "")):
            yield declaration


def _best(found: Sequence[Target], cells: Mapping[str, str]) -> list[Target]:
    """Of the places a new remark could mean: the cell it names, else the content it names, else the whole field."""
    at_cell = [t for t in found if cells[columns.CELL] and t.cell == cells[columns.CELL].upper()]
    if cells[columns.SHEET]:
        at_cell = [t for t in at_cell if t.declaration.sheet == cells[columns.SHEET]]
    value = squeeze(cells[columns.VALUE])
    with_value = [t for t in found if value and t.row is not None and value in t.contents()]
    return at_cell[:1] or with_value or [t for t in found if t.row is None]


def _reviewed(finding: Finding, decision: Decision, key: str) -> Reviewed:
    severity: Severity = ERROR if decision.action == RETURN else WARNING
    remark = " ".join(decision.remark.split())
    message = f"审核意见：{remark if remark.endswith(('。', '！', '？')) else f'{remark}。'}"
    cure = "请按审核意见修改后重新报送。" if severity == ERROR else "请核对，需要修改的修改后重新报送。"
    made = replace(finding, rule=REMARK_RULE, severity=severity, message=message, suggestion=cure)
    return Reviewed(made, made, key, decision if key else None)


def _unused(decisions: Iterator[Decision], places: set[str]) -> list[str]:
    notes, gone = [], 0
    for decision in decisions:
        if decision.key.partition("-")[0] in places:
            notes.append(note_on(decision, f"填报内容已变化，原来的意见“{decision.action or decision.remark}”不再适用，请重新审核。"))
        else:
            gone += 1
    if gone:
        notes.append(f"有 {gone} 条原来的意见没有对应的问题，看来已经改正。")
    return notes

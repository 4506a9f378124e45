"""The gate before publishing: which units and projects go into the reports, which stay out and why, what to look at first.

Comes in: a checked batch and, where there is one, the roster (是否公开, 顺序). Goes out: a `Gate`; `merge` writes what it lets
through and shows its warnings before anything is written. Nothing here touches a file.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from toolkit.checking.cases import UnitKey
from toolkit.checking.model import Finding
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster, RosterProject
from toolkit.intake.roster import NOT_SENT
from toolkit.intake.units import UnitGroup, by_unit
from toolkit.outputs.overview import DRAFTED, LEFT_OUT, MERGED, NOT_PUBLIC, Coverage, Omission, UnitReview
from toolkit.reading.model import Declaration
from toolkit.reading.money import UNIT_OF_MONEY
from toolkit.season.decisions import Reviewed
from toolkit.values.text import label_key
from toolkit.values.words import DECLARATION, ERROR, FILE, HINT, REPAIR, WARNING
from toolkit.workflow.check import CheckResult

# A rule that asks before publishing: its 编号 begins so, or its condition looks for personal data.
BEFORE_PUBLISHING, PERSONAL_DATA = "公开-", "含敏感信息("

WHOLE_BATCH = "（整批）"
WITHHELD = "名单中“是否公开”为否"
_STOPPED_CURE = "处理后再汇总。"
_KEEP = "在审核报告里填“保留”和理由，汇总时加 --decisions 审核报告。"

GroupKey = tuple[str, UnitKey]
Place = tuple[str, str]


@dataclass(frozen=True)
class Publication:
    """One unit that goes through: its declarations in the roster's order, and for each whether it is public."""

    group: UnitGroup
    declarations: tuple[Declaration, ...]
    public: tuple[bool, ...]

    @property
    def published(self) -> tuple[Declaration, ...]:
        """The declarations its Word report shows."""
        return tuple(d for d, public in zip(self.declarations, self.public, strict=True) if public)


@dataclass(frozen=True)
class Gate:
    """What goes through, and what stays out and why; `warnings` are those about what is going to be published.

    `unusable` are files without a declaration; `missing` units and projects of the roster that did not come; `reviews` the lines
    of 审核情况, `explained` what units explained of what goes through, both by form.
    """

    publications: tuple[Publication, ...]
    left_out: tuple[Omission, ...]
    withheld: tuple[Omission, ...]
    unusable: tuple[Omission, ...]
    missing: tuple[Omission, ...]
    warnings: tuple[Finding, ...]
    reviews: Mapping[str, tuple[UnitReview, ...]]
    explained: Mapping[str, tuple[Finding, ...]]

    @property
    def all_explained(self) -> tuple[Finding, ...]:
        """What units explained, of all forms."""
        return tuple(finding for found in self.explained.values() for finding in found)

    @property
    def omissions(self) -> tuple[Omission, ...]:
        """Everything that stays out, for whatever reason."""
        return self.left_out + self.missing + self.withheld + self.unusable


def open_gate(check: CheckResult, *, draft: bool = False, strict: bool = False, stopped: Mapping[GroupKey, str] | None = None) -> Gate:
    """Return what of a checked batch, read with its roster where there is one, may be published.

    A unit with errors stays out unless `draft`, so does one whose unit of money nobody confirmed, and with `strict` one with a
    warning about publishing; `stopped` gives further units that stay out, each with the reason. A project that the roster does not publish stays out of the report.
    """
    counts = _counts(check)
    doubtful = _unkept(check, {rule for form in check.batch.forms.values() for rule in publishing_rules(form)})
    unconfirmed = _unkept(check, {UNIT_OF_MONEY})
    not_sent = _unkept(check, {NOT_SENT})
    publications: list[Publication] = []
    left_out: list[Omission] = []
    withheld: list[Omission] = []
    warnings: list[Finding] = []
    reviews: dict[str, list[UnitReview]] = {}
    explained: dict[str, list[Finding]] = {}
    told = _told(check)
    spoken_for: set[Place] = set()
    for group in _in_order(check):
        places = list(dict.fromkeys((declaration.file, _key(declaration.unit)) for declaration in group.declarations))
        own = sum((counts.get(place, Counter()) for place in places), Counter())
        spoken_for.update(places)
        publication = _publication(group, check.batch.roster)
        about = _concerning(publication, [finding for place in places for finding in doubtful.get(place, ())])
        money = sum(len(unconfirmed.get(place, ())) for place in places)
        lacking = [str(finding.expected) for place in places for finding in not_sent.get(place, ())]
        reason, cure = ("", "") if draft else _reason(own[ERROR], lacking, money, len(about) if strict else 0)
        if group.key in (stopped or {}):
            reason, cure = (stopped or {})[group.key], _STOPPED_CURE
        if reason:
            left_out.append(Omission(reason, group.name, None, group.files, own[ERROR], group.form, cure))
        else:
            publications.append(publication)
            warnings += about
            explained.setdefault(group.form, []).extend(finding for place in places for finding in told.get(place, ()))
            withheld += _withheld(publication)
        outcome = LEFT_OUT if reason else DRAFTED if draft else MERGED if publication.published else NOT_PUBLIC
        reviews.setdefault(group.form, []).append(_review(group.name, len(group.declarations), own, outcome, reason))
    rest = sum((count for place, count in counts.items() if place not in spoken_for), Counter())
    if rest:
        for lines in reviews.values():
            lines.append(_review(WHOLE_BATCH, 0, rest, "", ""))
    return Gate(
        tuple(publications),
        tuple(left_out),
        tuple(withheld),
        tuple(_unusable(check)),
        tuple(_missing(check)),
        tuple(dict.fromkeys(warnings)),
        {form: tuple(lines) for form, lines in reviews.items()},
        {form: tuple(found) for form, found in explained.items() if found},
    )


def _in_order(check: CheckResult) -> list[UnitGroup]:
    """The units in the order of the roster, those it does not know last, as they came."""
    roster = check.batch.roster
    groups = by_unit(check.batch.declarations)
    return sorted(groups, key=lambda group: roster.place(group.name)) if roster else groups


def _reason(errors: int, lacking: Sequence[str], money: int, doubtful: int) -> tuple[str, str]:
    """Why a unit stays out, and what to do about it; two empty texts where it does not. `lacking`: projects that did not come."""
    if lacking and errors == len(lacking):
        return f"漏报 {errors} 个项目：{'、'.join(lacking)}", f"补报后再汇总；确不申报的，{_KEEP}"
    if errors:
        return f"有 {errors} 处错误", "改正后再汇总，或加 --draft 生成草稿。"
    if money:
        return f"有 {money} 处金额单位待核对", f"核对换算后的金额；无误的，{_KEEP}"
    if doubtful:
        return f"有 {doubtful} 处公开前提醒", "改正后再汇总；可以公开的，在审核报告里填“保留”和理由。"
    return "", ""


def _review(unit: str, projects: int, counts: Counter[str], outcome: str, reason: str) -> UnitReview:
    figures = (counts[ERROR], counts[WARNING], counts[HINT], counts[REPAIR])
    return UnitReview(unit, projects, *figures, outcome, reason)


def _publication(group: UnitGroup, roster: Roster | None) -> Publication:
    """The group in the order of the roster; a project it does not know, or gives no 顺序, comes last and is public."""
    if roster is None:
        return Publication(group, group.declarations, (True,) * len(group.declarations))
    listed = [(_listed(roster, group, declaration), declaration) for declaration in group.declarations]
    listed.sort(key=lambda pair: math.inf if pair[0] is None or pair[0].order is None else pair[0].order)
    public = tuple(project is None or project.public for project, _ in listed)
    return Publication(group, tuple(declaration for _, declaration in listed), public)


def _listed(roster: Roster, group: UnitGroup, declaration: Declaration) -> RosterProject | None:
    return roster.project(group.name, declaration.project, declaration.code)


def _withheld(publication: Publication) -> Iterator[Omission]:
    for declaration, public in zip(publication.declarations, publication.public, strict=True):
        if not public:
            name = declaration.project or declaration.sheet or ""
            yield Omission(WITHHELD, publication.group.name, name, (declaration.file,), form=declaration.form)


def _counts(check: CheckResult) -> dict[Place, Counter[str]]:
    """How many findings of each severity (and repairs) stand against each unit of each file; a file's own go to its first."""
    first: dict[str, str] = {}
    for file in check.files:
        for declaration in file.declarations:
            first.setdefault(file.file, _key(declaration.unit))
    counts: dict[Place, Counter[str]] = {}
    for finding in check.findings:
        if finding.file in first:
            unit = first[finding.file] if finding.family == FILE else _key(finding.unit)
            kind = REPAIR if finding.family == REPAIR else finding.severity
            if kind != ERROR or finding.family == DECLARATION:
                counts.setdefault((finding.file, unit), Counter())[kind] += 1
    return counts


@lru_cache(maxsize=4096)
def _key(unit: str | None) -> str:
    return label_key(unit or "")


def _unkept(check: CheckResult, rules: Container[str]) -> dict[Place, list[Finding]]:
    """The findings of these rules by file and unit; not those a reviewer kept."""
    kept = {each.finding for each in _reviewed(check) if each.kept}
    found: dict[Place, list[Finding]] = {}
    for finding in check.findings:
        if finding.rule in rules and finding not in kept:
            found.setdefault((finding.file, _key(finding.unit)), []).append(finding)
    return found


def _told(check: CheckResult) -> dict[Place, list[Finding]]:
    """What the units explained, by file and unit."""
    found: dict[Place, list[Finding]] = {}
    for finding in check.findings:
        if finding.explanation:
            found.setdefault((finding.file, _key(finding.unit)), []).append(finding)
    return found


def _concerning(publication: Publication, findings: Iterable[Finding]) -> list[Finding]:
    """Those about a project that is published, or about the unit as a whole when any is."""
    shown = {(declaration.sheet, declaration.project) for declaration in publication.published}
    if shown:
        shown.add((None, None))
    return [finding for finding in findings if (finding.sheet, finding.project) in shown]


def publishing_rules(form: Form) -> frozenset[str]:
    """Return the 编号 of the form's rules about what should not be published."""
    return frozenset(r.id for r in form.rules if r.id.startswith(BEFORE_PUBLISHING) or PERSONAL_DATA in r.condition)


def _missing(check: CheckResult) -> Iterator[Omission]:
    """The units of the roster that sent nothing, each with its projects behind it, and the projects that others did not send."""
    absent = {unit.name: unit for unit in check.absent() or ()}
    overruled = {
        (_key(e.original.unit), e.original.project): e.decision for e in _reviewed(check) if e.kept and e.original.rule == NOT_SENT
    }
    useless: dict[str, list[str]] = {}
    for each in _unusable(check):
        useless.setdefault(each.unit, []).extend(each.files)
    projects: dict[str, list[str]] = {}
    readable = {_key(declaration.unit) for declaration in check.batch.declarations}
    for unit, project in check.missing():
        projects.setdefault(unit.name, []).append(project.name)
    for unit in check.batch.roster.units if check.batch.roster else ():
        away = absent.get(unit.name)
        reason = "没有报送"
        if away:
            reason = f"交回的是空表：{'、'.join(away.blank)}" if away.blank else reason
            yield Omission(reason, unit.name, None, away.blank, cure="请催报。")
        elif unit.name in useless and _key(unit.name) not in readable:
            reason = f"报来的文件不能用：{'、'.join(useless[unit.name])}"
        for name in projects.get(unit.name, ()):
            decision = overruled.get((_key(unit.name), name))
            said = f"（已说明：{' '.join(decision.reason.split())}）" if decision else ""
            yield Omission(f"{reason}{said}", unit.name, name, cure="" if decision else "请催报。" if away else "请补报。")


def coverage(gate: Gate, check: CheckResult, form: str) -> Coverage:
    """Return how much of what was expected is in the 总表 of a form."""
    roster = check.batch.roster
    merged = [each.group.name for each in gate.publications if each.group.form == form]
    out = [each for each in gate.left_out if each.form == form]
    groups = {_key(each.unit) for each in out}

    def known_as(unit: str | None, name: str | None, code: str = "") -> tuple[str, object]:
        project = roster.project(unit or "", name, code) if roster else None
        return _key(unit), project.name if project else _key(name)

    # A project that came in two files is one; two of one file that share a name are two.
    left = Counter[tuple[str, object]]()
    for file in check.files:
        kept_back = (d for d in file.declarations if d.form == form and _key(d.unit) in groups)
        left |= Counter(known_as(d.unit, d.project or f"{d.file}/{d.sheet}", d.code or "") for d in kept_back)
    if roster is None:
        return Coverage(len(merged) + len(out), len(merged), 0, left.total())
    left |= Counter(known_as(unit.name, project.name, project.code) for unit, project in check.missing())

    # What came under another name than the roster's is among the missing already.
    left -= Counter(known_as(f.unit, f.project) for f in check.findings if f.rule == NOT_SENT and f.project != f.expected)
    listed = {unit.name for name in merged if (unit := roster.find(name))}
    outside = sum(roster.find(name) is None for name in merged)
    return Coverage(len(roster.units), len(listed), outside, left.total())


def _reviewed(check: CheckResult) -> Sequence[Reviewed]:
    return check.decided.reviewed if check.decided else ()


def _unusable(check: CheckResult) -> Iterator[Omission]:
    for file in check.files:
        found = next((f for f in file.findings if f.severity == ERROR and f.family == FILE), None)
        if found is not None and not file.declarations:
            yield Omission(found.message.rstrip("。"), file.unit or "", None, (file.file,), cure=found.suggestion, whole_file=True)

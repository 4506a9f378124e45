"""What a marked copy says: findings ordered as a unit works through them, the note on a cell, what a list prints.

Findings come in, texts go out; `annotate` puts them into a workbook, `notice` into a letter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from toolkit.checking.model import Finding
from toolkit.spreadsheet import a1
from toolkit.values.words import RANK, REPAIR, SEVERITY_WORDS

REVIEW_SHEET = "审核意见"

# The list's headings, and column widths in digits of the standard font.
COLUMNS: Mapping[str, float] = {
    "编号": 15, "级别": 7, "项目": 20, "工作表": 11, "单元格": 9, "字段": 14, "填报内容": 22, "问题": 44, "建议": 32,
}  # fmt: skip

# A note's first line, by which it is found again; whose notes they are.
HEADLINE, AUTHOR = "【审核意见】", "审核"

# All of a note of ours, from its headline to the last advice: what a unit writes below is its own.
OURS = re.compile(rf"{HEADLINE}\n(?:(?:\d+\. )?(?:{'|'.join(SEVERITY_WORDS.values())})：[^\n]*\n建议：[^\n]*\n?)*")

# How the list says where the copy came from: programs that write other kinds of files keep a text, but no property.
FROM = re.compile(r"退改编号 ([0-9a-f、]+)")

# What an advice says of the roster, clause by clause, is for the clerk where it is about changing it.
_CLAUSE = re.compile(r"[^；。]+[；。]?")

# What is to be done to the roster is the clerk's: words right before it, after it, and before what is in it.
_ROSTER = "名单"
_BEFORE, _AFTER, _INTO = ("改", "更新", "补进", "补入", "填进", "写进", "加进"), ("删去", "删除", "改正", "更正"), ("进", "改", "更新")
_TELL = "名单需要更正的，请告诉下发本表的单位。"

# So many characters of what was filled in are quoted in a list; the cell itself has all of it.
MOST_QUOTED = 100


def ordered(findings: Iterable[Finding], sheets: Sequence[str] = ()) -> list[Finding]:
    """Return the findings a unit must see, in its words, repairs left out: project by project as the sheets stand, errors first in each.

    What is about no sheet (a project that is missing, the whole unit) comes last.
    """
    seen = [for_unit(finding) for finding in findings if finding.family != REPAIR]
    order = {name: index for index, name in enumerate(sheets)}
    projects = {project: index for index, project in enumerate(dict.fromkeys(finding.project for finding in seen))}

    def key(finding: Finding) -> tuple[int, str, int, int, tuple[int, int]]:
        place = a1.parse_area(finding.cell)[:2] if finding.cell else (0, 0)
        sheet = finding.sheet or "\U0010ffff"
        about = (order.get(sheet, len(order)), sheet, projects[finding.project])
        return *about, RANK.get(finding.severity, len(RANK)), place

    return sorted(seen, key=key)


def for_unit(finding: Finding) -> Finding:
    """Return a finding with its advice as the unit takes it: what only who keeps the roster can do is to be told to them."""
    kept = [clause for clause in _CLAUSE.findall(finding.suggestion) if not _is_clerks(clause)]
    advice = "".join(kept)
    if advice == finding.suggestion:
        return finding
    lead = advice if advice.endswith("；") else advice.rstrip("。") + ("。" if advice else "")
    return replace(finding, suggestion=f"{lead}{_TELL}")


def _is_clerks(clause: str) -> bool:
    """Whether a clause asks for a change of the roster."""
    if any(f"{word}{_ROSTER}" in clause for word in _BEFORE):
        return True
    _, found, rest = clause.partition(_ROSTER)
    before = clause.rpartition(f"{_ROSTER}的")[0]
    return bool(found) and (any(word in rest for word in _AFTER) or any(word in before for word in _INTO))


def note_body(findings: Sequence[Finding]) -> str:
    """Return what the note on a cell says below its headline: message and suggestion of each finding, numbered."""
    lines = []
    for number, finding in enumerate(findings, start=1):
        lead = f"{number}. " if len(findings) > 1 else ""
        lines.append(f"{lead}{SEVERITY_WORDS[finding.severity]}：{one_line(finding.message)}")
        lines.append(f"建议：{one_line(finding.suggestion)}")
    return "\n".join(lines)


def counts_text(findings: Iterable[Finding]) -> str:
    """Return how many of each severity there are; a severity that does not occur is left out.

    >>> counts_text([])
    '没有问题'
    """
    counts = Counter(finding.severity for finding in findings)
    return "，".join(f"{name} {counts[severity]} 处" for severity, name in SEVERITY_WORDS.items() if counts[severity]) or "没有问题"


def quoted(text: str | None) -> str:
    """Return what was filled in as a list quotes it: on one line, not too long, （空） for a blank.

    >>> quoted(None), quoted("甲\\n乙")
    ('（空）', '甲 乙')
    """
    line = one_line(text or "")
    if not line:
        return "（空）"
    return line if len(line) <= MOST_QUOTED else f"{line[:MOST_QUOTED]}……"


def one_line(text: str) -> str:
    """Return `text` with every run of blanks and line breaks made one blank."""
    return " ".join(text.split())


def place_text(finding: Finding) -> str:
    """Return where a finding is, as a person would look for it: sheet and cell, else what it is about."""
    if finding.sheet and finding.cell:
        return f"{finding.sheet} {finding.cell}"
    return finding.sheet or finding.field or "整个单位"

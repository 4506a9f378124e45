"""退改通知: the letter that goes back with a unit's marked workbooks, what is to be changed, until when, and whom to ask.

Comes in: a Word template, compiled once, and a unit's findings. Goes out: a .docx. **The template is an ordinary Word
document** with `{{实施单位}}`, `{{年度}}`, `{{统计}}` … in its text and a table whose one row with `{{序号}}`, `{{问题}}` …
is repeated for every finding, in the order they come in. Called by `workflow.annotate`.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from pathlib import Path

from toolkit.checking.model import Finding
from toolkit.forms.roster_model import Office
from toolkit.outputs.marked.notice_template import Letter, NoticeTemplate, compile_template
from toolkit.outputs.marked.texts import counts_text, for_unit, place_text
from toolkit.outputs.word.pieces import Piece, row_piece, write_part
from toolkit.spreadsheet.properties import NOTICE
from toolkit.values.words import REPAIR, SEVERITY_WORDS, UNIT_ROLE, USUAL_NAMES, YEAR_ROLE

# What the letter calls the unit.
_UNIT = USUAL_NAMES[UNIT_ROLE]

NAMES = (
    _UNIT,
    YEAR_ROLE,
    "表样",
    "文件",
    "项目数",
    "问题数",
    "错误数",
    "警告数",
    "提示数",
    "统计",
    "其余",
    "日期",
    "期限",
    "联系",
    "截止日期",
    "联系人",
    "联系电话",
)
COLUMNS = ("序号", "级别", "项目", "位置", "问题", "建议")

# The longest texts of a row; the workbook's own list has all of them.
_MOST: dict[str, int] = {"项目": 40, "位置": 40, "问题": 240, "建议": 160}


@dataclass(frozen=True)
class NoticeCase:
    """What a notice is about: a unit, its findings, its returned files by name, the day it is written; `changes` since its last version."""

    unit: str
    year: int | None
    form: str
    files: tuple[str, ...]
    projects: int
    findings: tuple[Finding, ...]
    day: date
    changes: str = ""
    office: Office = Office()


def compile_notice(path: Path) -> NoticeTemplate:
    """Return the Word template at `path`, ready for notices. Raises FormError with every mistake."""
    return compile_template(path, NOTICE, NAMES, COLUMNS)


def write_notice(template: NoticeTemplate, case: NoticeCase) -> bytes:
    """Return the notice as a .docx; its list holds all findings of the case in their order, repairs left out."""
    listed = [for_unit(finding) for finding in case.findings if finding.family != REPAIR]
    rows = [_row(number, finding) for number, finding in enumerate(listed, start=1)]
    values = _values(case, listed)
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in template.parts:
            write_part(archive, name, _filled(part, values, rows))
    return stream.getvalue()


def _filled(part: bytes | Piece | Letter, values: dict[str, str], rows: Sequence[dict[str, str]]) -> bytes | str:
    if isinstance(part, bytes):
        return part
    if isinstance(part, Piece):
        return part.fill(values)
    row = row_piece(part.row, ("single",), keep=False)
    return part.head.fill(values) + "".join(row.fill({**values, **texts}) for texts in rows) + part.tail.fill(values)


def _row(number: int, finding: Finding) -> dict[str, str]:
    texts = {
        "序号": str(number),
        "级别": SEVERITY_WORDS[finding.severity],
        "项目": finding.project or "整个单位",
        "位置": place_text(finding),
        "问题": finding.message,
        "建议": finding.suggestion,
    }
    return {name: _short(text, _MOST.get(name)) for name, text in texts.items()}


def _short(text: str, most: int | None) -> str:
    line = " ".join(text.split())
    return line if most is None or len(line) <= most else f"{line[:most]}……"


def _files(names: Sequence[str]) -> str:
    """Return the names of the files as a sentence takes them: the first ones, and how many there are."""
    shown = "、".join(_short(name, 40) for name in names[:2])
    return shown if len(names) <= 2 else f"{shown}等 {len(names)} 个文件"


def _values(case: NoticeCase, findings: Sequence[Finding]) -> dict[str, str]:
    counts = Counter(finding.severity for finding in findings)
    office = case.office
    telephone = f"电话 {office.telephone}" if office.telephone else ""
    ask = f"{office.contact}（{telephone}）" if office.contact and telephone else office.contact or telephone
    return {
        _UNIT: case.unit,
        YEAR_ROLE: str(case.year or ""),
        "表样": case.form,
        "文件": _files(case.files),
        "项目数": str(case.projects),
        "问题数": str(len(findings)),
        **{f"{name}数": str(counts[severity]) for severity, name in SEVERITY_WORDS.items()},
        "统计": counts_text(findings) + (f"（与上一版比：{case.changes}）" if case.changes else ""),
        "期限": f"请于{office.deadline}前" if office.deadline else "",
        "联系": f"有疑问请联系：{ask}。" if ask else "",
        "截止日期": office.deadline,
        "联系人": office.contact,
        "联系电话": office.telephone,
        "其余": "",
        "日期": f"{case.day.year}年{case.day.month}月{case.day.day}日",
    }

"""退改通知: the letter that goes back with a unit's marked workbooks, a page with the list of what is to be changed.

Comes in: a Word template, compiled once, and a unit's findings. Goes out: a .docx. **The template is an ordinary Word
document** with `{{实施单位}}`, `{{年度}}`, `{{统计}}` … in its text and a table whose one row with `{{序号}}`, `{{问题}}` …
is repeated. The list stops where the page is full; `{{其余}}` then says how many more there are, and where. Called by
`workflow.annotate`.
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
from toolkit.outputs.fit import line_count
from toolkit.outputs.marked.notice_template import Letter, NoticeTemplate, compile_template
from toolkit.outputs.marked.texts import REVIEW_SHEET, counts_text, ordered, place_text
from toolkit.outputs.word.pieces import Piece, row_piece, write_part
from toolkit.spreadsheet.properties import NOTICE
from toolkit.values.words import SEVERITY_WORDS, UNIT_ROLE, USUAL_NAMES, YEAR_ROLE

# What the letter calls the unit.
_UNIT = USUAL_NAMES[UNIT_ROLE]

NAMES = (_UNIT, YEAR_ROLE, "表样", "文件", "项目数", "问题数", "错误数", "警告数", "提示数", "统计", "其余", "日期")
COLUMNS = ("序号", "级别", "项目", "位置", "问题", "建议")

# How many lines of the list fit on the page of the shipped template, and the least a row takes.
PAGE_LINES = 23
_MOST: dict[str, int] = {"项目": 40, "位置": 40, "问题": 120, "建议": 80}

# So many characters of a name fit into a line of the letter; each further line takes two from the list.
_NAME_LINE = 28


@dataclass(frozen=True)
class NoticeCase:
    """What a notice is about: a unit, its findings, its returned files by name, the day it is written."""

    unit: str
    year: int | None
    form: str
    files: tuple[str, ...]
    projects: int
    findings: tuple[Finding, ...]
    day: date


def compile_notice(path: Path) -> NoticeTemplate:
    """Return the Word template at `path`, ready for notices. Raises FormError with every mistake."""
    return compile_template(path, NOTICE, NAMES, COLUMNS)


def write_notice(template: NoticeTemplate, case: NoticeCase) -> bytes:
    """Return the notice as a .docx; its list holds the gravest findings, as many as the page has room for."""
    listed = ordered(case.findings)
    rows = _fitting(template, [_row(number, finding) for number, finding in enumerate(listed, start=1)], case)
    values = _values(case, listed, len(rows))
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


def _fitting(template: NoticeTemplate, rows: Sequence[dict[str, str]], case: NoticeCase) -> list[dict[str, str]]:
    """Return the rows, from the first on, that fit on the page with the letter; one at least."""
    more = sum(line_count(text, _NAME_LINE, 1.0) - 1 for text in (case.unit, _files(case.files) + case.form))
    left = float(PAGE_LINES - 2 * more)
    fitting: list[dict[str, str]] = []
    for row in rows:
        lines = max((line_count(row[name], room, 1.0) for name, room in template.room if name in row), default=1)
        left -= lines + 0.5
        if left < 0 and fitting:
            break
        fitting.append(row)
    return fitting


def _files(names: Sequence[str]) -> str:
    """Return the names of the files as a sentence takes them: the first ones, and how many there are."""
    shown = "、".join(_short(name, 40) for name in names[:2])
    return shown if len(names) <= 2 else f"{shown}等 {len(names)} 个文件"


def _values(case: NoticeCase, findings: Sequence[Finding], shown: int) -> dict[str, str]:
    counts = Counter(finding.severity for finding in findings)
    more = len(findings) - shown
    return {
        _UNIT: case.unit,
        YEAR_ROLE: str(case.year or ""),
        "表样": case.form,
        "文件": _files(case.files),
        "项目数": str(case.projects),
        "问题数": str(len(findings)),
        **{f"{name}数": str(counts[severity]) for severity, name in SEVERITY_WORDS.items()},
        "统计": counts_text(findings),
        "其余": f"其余 {more} 处见退回工作簿的“{REVIEW_SHEET}”工作表。" if more else "",
        "日期": f"{case.day.year}年{case.day.month}月{case.day.day}日",
    }

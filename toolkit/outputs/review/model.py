"""The review report as data: what 审核报告.xlsx and 审核报告.html both print.

`workflow.report` makes a `Review` of a check's result; `review` and `page` print it. Words in here are Chinese,
ready to print; addresses are A1 strings of the returned file.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from toolkit.checking.model import Finding
from toolkit.values import words
from toolkit.values.words import SEVERITY_WORDS, Severity

# Before what became of a unit's findings.
CHANGED = "与上一版比："

# The sheets of the workbook.
OVERVIEW, ISSUES, BY_RULE, REPAIRS, EARLIER = "概览", "问题清单", "规则统计", "修复记录", "以往意见"
ABSENT, OTHERS, UNREAD, OUTDATED = "未报单位", "其他文件", "没有读懂", "要转入现行表样"

QUESTIONS = "合并提问"

# The columns of 问题清单 (and of 以往意见) that are read back, by their headings.
UNIT, PROJECT, SHEET, CELL, FIELD, VALUE, RULE = "单位", "项目", "工作表", "单元格", "字段", "填报内容", "编号"
ACTION, REASON, REMARK, KEY = "处理意见", "理由", "人工意见", "标识（请勿改动）"
MESSAGE = "问题"

# What a row's key says besides, where it is kept: the question of 合并提问 that it belongs to.
QUESTION = "提问"

KEEP, RETURN = "保留", "退回"

# In the key of a row, before that of the question it belongs to; ends the key of a row that was printed with an opinion: one whose cells are empty when it comes back was withdrawn.
ASKED, PRINTED = "?", "#"
ACTIONS = (KEEP, RETURN)

KEPT = "已说明"

# A longer name of a file is shown by its first and last characters.
_LONG_NAME, _HEAD, _TAIL = 36, 20, 14

PASSED, NEEDS_CHANGES, UNREADABLE = (words.STATUS_WORDS[each] for each in (words.PASSED, words.NEEDS_CHANGES, words.UNREADABLE))


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a finding's context: a printed label, what stands there, whether the finding points at it."""

    label: str
    text: str
    at_fault: bool = False


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One line of 问题清单. `finding` is as the rules made it, `kept` says that a reviewer accepted it with a reason.

    `group` is the index of its line in `Review.groups`; `key` finds the decision again in the next check; `context` is
    the indicator row, or the fields the rule looks at. `label` is the field as printed and `value` what stands there, ""
    where there is none. `how` are the lines that explain the verdict, "" where there is nothing to explain. `question` is the line
    of 合并提问 it belongs to.
    """

    finding: Finding
    group: int
    key: str
    kept: bool = False
    action: str = ""
    reason: str = ""
    remark: str = ""
    label: str = ""
    value: str = ""
    context: tuple[Part, ...] = ()
    how: str = ""
    question: str = ""

    @property
    def level(self) -> str:
        """The words of the 级别 column: 错误, 警告 or 提示, and 已说明 behind it where the finding was kept."""
        word = SEVERITY_WORDS[self.finding.severity]
        return f"{word}\n{KEPT}" if self.kept else word


@dataclass(frozen=True, slots=True)
class Counts:
    """Findings by severity, those with an accepted reason apart; `repairs` were made by reading, not found."""

    errors: int = 0
    warnings: int = 0
    hints: int = 0
    kept: int = 0
    repairs: int = 0

    @property
    def findings(self) -> int:
        return self.errors + self.warnings + self.hints + self.kept


@dataclass(frozen=True, slots=True)
class Group:
    """A line of 概览: a unit, a file that names no unit, or what concerns the whole batch (`status` "" there).

    `changes` says what became of its findings since the unit's last version, "" where there was none.
    """

    name: str
    files: tuple[str, ...]
    status: str
    projects: int
    counts: Counts
    changes: str = ""


@dataclass(frozen=True, slots=True)
class RuleLine:
    """A line of 规则统计: a rule that found something. `basis` is what its author put as 依据."""

    rule: str
    severity: Severity
    findings: int
    kept: int
    units: int
    basis: str


@dataclass(frozen=True, slots=True)
class AbsentUnit:
    """A line of 未报单位: a unit of the roster that sent nothing; `blank` are the files it sent back empty."""

    name: str
    department: str
    office: str
    contact: str
    blank: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        return f"交回的是空表：{'、'.join(self.blank)}" if self.blank else "没有收到"


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A line of 其他文件: a file beside the returns that is none, what it is, whose ("" where nobody knows) and what was seen."""

    file: str
    what: str
    unit: str
    reason: str


@dataclass(frozen=True, slots=True)
class UnreadCell:
    """A line of 没有读懂: a cell, or a line of a text, that no field or row could take, and what it says."""

    unit: str
    project: str
    file: str
    sheet: str
    cell: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A line of 合并提问: what several findings doubt alike, in how many files of which units, how many have an opinion, and the answer."""

    key: str
    rule: str
    message: str
    suggestion: str
    units: tuple[str, ...]
    files: int
    answered: int = 0
    action: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OutdatedFile:
    """A line of 要转入现行表样: a return that is not on the current template, of whom, and why."""

    file: str
    unit: str
    reason: str


@dataclass(frozen=True)
class Review:
    """A whole report. `verdict` is 通过, 需修改 or 无法读取, `counts_line` the figures behind it.

    `groups` and `items` are in the order they are printed, the items of a group together. `notes` say what became of
    earlier decisions; `earlier` are those on units and projects this check did not see, by the headings of 问题清单. `made` is the time as printed; `folder` where the report is put, absolute: links start there. `absent` are the
    units of the roster that sent nothing, None where there was no roster. `others` and `unread` account for what became no record; `outdated` are returns that had better be moved into the current template.
    """

    title: str
    verdict: str
    counts_line: str
    made: str
    folder: str
    files: int
    projects: int
    counts: Counts
    groups: tuple[Group, ...]
    items: tuple[ReviewItem, ...]
    rules: tuple[RuleLine, ...]
    repairs: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    earlier: tuple[Mapping[str, str], ...] = ()
    absent: tuple[AbsentUnit, ...] | None = None
    others: tuple[OtherFile, ...] = ()
    unread: tuple[UnreadCell, ...] = ()
    outdated: tuple[OutdatedFile, ...] = ()
    questions: tuple[QuestionLine, ...] = ()

    @property
    def first_line(self) -> str:
        return f"{self.verdict}：{self.counts_line}"


def file_names(review: Review) -> dict[str, str]:
    """Return how each file is called in the report: by its name, with the folder or archive it is in where another has that name.

    A long one is cut in its middle: a row stays readable, and the link leads to the file.
    """
    found = dict.fromkeys([file for group in review.groups for file in group.files] + [item.finding.file for item in review.items])
    files = {file: file.replace("\\", "/").replace("!/", "/").split("/") for file in found}
    often = Counter(parts[-1] for parts in files.values())
    shown = {file: "/".join(parts[-2 if often[parts[-1]] > 1 else -1 :]) for file, parts in files.items()}
    return {file: name if len(name) <= _LONG_NAME else f"{name[:_HEAD]}……{name[-_TAIL:]}" for file, name in shown.items()}


def source_path(file: str, folder: str) -> str:
    """Return the way from `folder` to a returned file with `/`; the archive for a file inside a .zip.

    On another drive of Windows there is no way, and the absolute path is returned.

    >>> source_path("/a/回收/甲.xlsx", "/a/结果"), source_path("/a/回收/b.zip!/甲.xlsx", "/a")
    ('../回收/甲.xlsx', './回收/b.zip')
    """
    absolute = os.path.abspath(file.split("!/", 1)[0])
    try:
        path = os.path.relpath(absolute, folder).replace(os.sep, "/")
    except ValueError:
        return absolute.replace(os.sep, "/")
    return path if path.startswith("../") else f"./{path}"

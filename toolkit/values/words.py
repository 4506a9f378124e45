"""The words with a fixed set of values that findings, files and rules carry, and what a user reads in their place.

The codes stand in JSON, in ledgers and in templates, so they never change; everything that prints takes its Chinese from
here. Types are literals: a value is a plain string, and mypy knows which strings it can be.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

# How grave a finding is.
Severity = Literal["error", "warning", "hint"]
ERROR: Final = "error"
WARNING: Final = "warning"
HINT: Final = "hint"

# The gravest first.
SEVERITY_WORDS: Final[Mapping[Severity, str]] = {ERROR: "错误", WARNING: "警告", HINT: "提示"}
SEVERITY_OF: Final[Mapping[str, Severity]] = {"错误": ERROR, "警告": WARNING, "提示": HINT}
# The level of a rule whose failure the unit corrects or explains: an error, and a warning once it is explained.
VERIFY: Final = "核实"
LEVELS: Final = (*SEVERITY_OF, VERIFY)
RANK: Final[Mapping[Severity, int]] = {severity: rank for rank, severity in enumerate(SEVERITY_WORDS)}

# Whom a finding is for: the clerk (a file), the unit (its declaration), nobody (a repair, a log).
Family = Literal["file", "declaration", "repair"]
FILE: Final = "file"
DECLARATION: Final = "declaration"
REPAIR: Final = "repair"

# What became of a file.
FileStatus = Literal["passed", "needs_changes", "unreadable", "not_filled", "wrong_form"]
PASSED: Final = "passed"
NEEDS_CHANGES: Final = "needs_changes"
UNREADABLE: Final = "unreadable"
NOT_FILLED: Final = "not_filled"
WRONG_FORM: Final = "wrong_form"
STATUS_WORDS: Final[Mapping[FileStatus, str]] = {
    PASSED: "通过",
    NEEDS_CHANGES: "需修改",
    UNREADABLE: "无法读取",
    NOT_FILLED: "未填报",
    WRONG_FORM: "表样不符",
}

# What a file is that lies beside the returns and is none.
OtherKind = Literal["attachment", "unclaimed", "not_return", "ours"]
ATTACHMENT: Final = "attachment"
UNCLAIMED: Final = "unclaimed"
NOT_RETURN: Final = "not_return"
OURS: Final = "ours"
OTHER_WORDS: Final[Mapping[OtherKind, str]] = {
    ATTACHMENT: "附件",
    UNCLAIMED: "不知归属",
    NOT_RETURN: "不是申报表",
    OURS: "本工具生成",
}

# Where a unit of the roster stands; what it sent may also need changes, be unreadable or not filled in.
REPORTED: Final = "已报"
SENT_TWICE: Final = "重复报送"
NOT_SENT: Final = "未报"

# What a rule is about, and whether it is in force, as the sheet 审核规则 says it.
Scope = Literal["表", "行", "单位", "批次"]
OF_FORM: Final = "表"
OF_ROW: Final = "行"
OF_UNIT: Final = "单位"
OF_BATCH: Final = "批次"
SCOPES: Final[tuple[Scope, ...]] = (OF_FORM, OF_ROW, OF_UNIT, OF_BATCH)

# What the engine itself has to know of a form: which of its fields says it. The column 角色 of the sheet 字段 tells.
Role = Literal["单位", "项目", "项目代码", "年度", "主管部门", "归口科室"]
UNIT_ROLE: Final = "单位"
PROJECT_ROLE: Final = "项目"
CODE_ROLE: Final = "项目代码"
YEAR_ROLE: Final = "年度"
DEPARTMENT_ROLE: Final = "主管部门"
OFFICE_ROLE: Final = "归口科室"
ROLES: Final[tuple[Role, ...]] = (UNIT_ROLE, PROJECT_ROLE, CODE_ROLE, YEAR_ROLE, DEPARTMENT_ROLE, OFFICE_ROLE)

# How a form whose sheet 字段 has no such column calls them.
USUAL_NAMES: Final[Mapping[Role, str]] = {
    UNIT_ROLE: "实施单位",
    PROJECT_ROLE: "项目名称",
    CODE_ROLE: "项目代码",
    YEAR_ROLE: "年度",
    DEPARTMENT_ROLE: "主管部门",
    OFFICE_ROLE: "归口科室",
}

# What becomes of last year's value when this year's form is issued: it is carried over, or shown beside the empty cell.
CARRIED: Final = "是"
AS_NOTE: Final = "参考"
CARRIES: Final = ("", CARRIED, AS_NOTE)

# The parts of a target, by which its columns and rules about it are named, and what they make together.
SYMBOL: Final = "符号"
NUMBER: Final = "数值"
UNIT: Final = "计量单位"
TARGET: Final = "指标值"

RuleState = Literal["启用", "试行", "停用"]
IN_FORCE: Final = "启用"
ON_TRIAL: Final = "试行"
SWITCHED_OFF: Final = "停用"
RULE_STATES: Final[tuple[RuleState, ...]] = (IN_FORCE, ON_TRIAL, SWITCHED_OFF)

# The set that a rule without 规则集 belongs to, and that is run where no other is asked for.
USUAL_SET: Final = "审核"

# What a blank among the fields of a rule's condition does to it.
BlankPolicy = Literal["视为0", "任一空跳过", "全空跳过"]
AS_ZERO: Final = "视为0"
SKIP_ANY: Final = "任一空跳过"
SKIP_ALL: Final = "全空跳过"
BLANK_POLICIES: Final[tuple[BlankPolicy, ...]] = (AS_ZERO, SKIP_ANY, SKIP_ALL)

# The verdict of a rule whose 前提 does not hold: neither a finding nor a pass.
NOT_APPLICABLE: Final = "不适用"

# The verdict of a rule of level 核实 that failed and was explained.
EXPLAINED: Final = "已说明"

# The sheet of a filled workbook that lists its checks, and its column in which they are explained.
SELF_CHECK: Final = "自检"
REASON: Final = "说明"

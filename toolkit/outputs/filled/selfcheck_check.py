"""A check of the live workbook and what it leaves in a cell; and those checks that no rule says: that every row has its checks, and what reading itself finds wrong with a cell.

A form comes in, `LiveCheck`s go out. Called by `selfcheck_rules`, which adds those of the form's rules.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from toolkit.forms.live import ALL, RAW
from toolkit.forms.model import AMOUNT, DATE, NUMERIC, Field, Form
from toolkit.formula import Formula, Message, compile_formula, render_message
from toolkit.values.amounts import YUAN
from toolkit.values.errors import ErrorValue
from toolkit.values.words import ERROR, HINT, NOT_APPLICABLE, SEVERITY_WORDS, VERIFY, WARNING, Severity

# What stands before a rule's 编号 beside an indicator row.
_MARKS = {ERROR: "✘", WARNING: "！", HINT: "？"}

# What COUNTIF and MATCH take for more than itself.
_WILD = re.compile("[*?~]")

Verdict = bool | ErrorValue | Literal["不适用"]

_CURES = {AMOUNT: "请只填数字，单位为元，如 960000.00。", DATE: "请按 2024-01-01 的格式填写到日。"}


@dataclass(frozen=True, slots=True)
class LiveCheck:
    """A check of the live workbook; of a `table`, it judges each of its rows.

    `target` is the field that a failing check points to. Where `applies` is there and FALSE the check is not judged. `verify`: what
    it finds is corrected or explained.
    """

    id: str
    severity: Severity
    condition: Formula
    message: Message
    suggestion: Message
    target: str | None
    table: str = ""
    applies: Formula | None = None
    part: str = ""
    verify: bool = False

    @property
    def by_row(self) -> bool:
        return bool(self.table)

    @property
    def known_as(self) -> str:
        """What an explanation of it is kept under, as `Rule.known_as`."""
        return f"{self.id}·{self.part}" if self.part else self.id

    @property
    def level(self) -> str:
        return VERIFY if self.verify else SEVERITY_WORDS[self.severity]

    @property
    def key(self) -> str:
        """What tells it from all others: its 编号, and whose it is of several that one rule about a grid stands for."""
        return f"{self.id}{self.part}"


# The check that all rows have their checks; false only where a formula is gone, which is no matter of what was filled in.
EVERY_ROW = "自检-每行"


def every_row() -> LiveCheck:
    message = render_message("有的行没有检查：表里插入过行，或者右边隐藏列里的公式被删过。", ())
    cure = render_message("请撤销插入的行，在原有的空行里填写；行不够的，请向下发单位要行数更多的表。", ())
    return LiveCheck(EVERY_ROW, ERROR, compile_formula("TRUE", ()), message, cure, None)


def cell_checks(form: Form) -> Iterator[LiveCheck]:
    """Yield the checks that `checking.cells` makes of single cells: errors, texts where a number or a date belongs."""
    columns = tuple(column.field for table in form.tables for column in table.columns)
    names = {f.name: f.name for f in form.fields} | {f.name: ALL + f.name for f in columns}
    fields = (*form.fields, *columns)
    known = {*names.values(), *(RAW + name for name in names.values())}

    def check(id_: str, found: Sequence[Field], tests: Sequence[str], text: str, cure: str) -> LiveCheck:
        shown = "".join(f'{{IF({test},"{_label(f)} ","")}}' for f, test in zip(found, tests, strict=True))
        condition = compile_formula(f"NOT(OR({','.join(tests)}))", known)
        message, suggestion = render_message(shown + text, known), render_message(cure, known)
        return LiveCheck(id_, ERROR, condition, message, suggestion, found[0].name)

    if fields:
        tests = [f"ISERROR({RAW}{f.name})" if f in form.fields else f"ISERROR(SUM({RAW}{names[f.name]}))" for f in fields]
        yield check("格式-错误值", fields, tests, "是错误值，不能作为填报内容。", "请改正公式，或直接填写结果。")
    groups: dict[str, list[Field]] = {}
    for field in fields:
        if field.type in NUMERIC:
            groups.setdefault(field.type if field.type in (AMOUNT, DATE) else "数字", []).append(field)
    for kind, found in groups.items():
        tests = [
            f"AND(ISERROR({f.name}),NOT(ISERROR({RAW}{f.name})))"
            if f in form.fields
            else f"SUMPRODUCT(ISERROR({names[f.name]})*(1-ISERROR({RAW}{names[f.name]})))>0"
            for f in found
        ]
        cure = _CURES.get(kind, "请只填数字。") if form.money == YUAN or kind != AMOUNT else f"请只填数字，单位为{form.money.unit}。"
        yield check(f"格式-{kind}", found, tests, f"不是可以识别的{kind}。", cure)


def _label(field: Field) -> str:
    return field.label.replace('"', '""').replace("{", "（").replace("}", "）")


# What stands for the verdict of a check that could not be calculated.
NOTHING = ErrorValue("#VALUE!")


def token(check: LiveCheck, passed: Verdict) -> str:
    """Return what a row check leaves in its cell: nothing, its 编号, or that and a blank where it is an error."""
    if passed is True or passed == NOT_APPLICABLE:
        return ""
    mark = _MARKS[WARNING if check.verify else check.severity]
    return f"|{mark}{check.id}|" + (" " if isinstance(passed, ErrorValue) else "")


def pattern(check: LiveCheck, passed: Verdict = False) -> str:
    """Return what finds a cell with a row check's token, as COUNTIF and MATCH understand it."""
    return "*" + _WILD.sub(r"~\g<0>", token(check, passed)) + "*"


def quoted(text: str) -> str:
    """Return a short text as an Excel string."""
    return '"' + text.replace('"', '""') + '"'

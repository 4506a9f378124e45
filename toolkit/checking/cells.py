"""Findings about cells that could not be read as what they should be: text for a number, an error value, no cached result.

These come from the entries' states, before any rule runs; rules that need such a cell then say that they could not be
calculated.
"""

from __future__ import annotations

from collections.abc import Iterator

from toolkit.checking.model import Finding
from toolkit.forms.model import AMOUNT, DATE, Field, Form
from toolkit.reading import model as states
from toolkit.reading.model import Declaration, Entry
from toolkit.values.amounts import YUAN, AmountError, parse_amount
from toolkit.values.dates import DateError, parse_date
from toolkit.values.words import DECLARATION, ERROR, WARNING, Severity

_EXPECTED = {AMOUNT: "金额（数字，单位元）", DATE: "日期（如 2024-01-01）"}
_CURES = {AMOUNT: "请只填数字，单位为元，如 960000.00。", DATE: "请按 2024-01-01 的格式填写到日。"}


def cell_findings(declaration: Declaration, form: Form) -> Iterator[Finding]:
    """Yield a finding for every entry that is neither blank nor readable, in reading order."""
    for field in form.fields:
        yield from _finding(declaration, field, declaration[field.name])
    for table in form.tables:
        for number, row in enumerate(declaration.rows_of(table)):
            for column in table.columns:
                if number and row[column.name].state == states.MISSING:
                    continue  # a column that is gone is told once
                yield from _finding(declaration, column.field, row[column.name], row.row)


def _finding(declaration: Declaration, field: Field, entry: Entry, row: int | None = None) -> Iterator[Finding]:
    if entry.state in (states.OK, states.BLANK):
        return
    severity: Severity = ERROR
    expected = _EXPECTED.get(field.type, "数字").replace(YUAN.unit, field.money.unit)
    if entry.state == states.MISSING:
        if declaration.sheet is None:
            return
        rule, severity = "格式-缺项", WARNING
        message = f"表中找不到“{field.label}”（{field.name}），可能整行被删除，按缺失处理，不按 0 计算。"
        suggestion = "请用下发的表样重新填写，不要删除行或改动标题文字。"
    elif entry.state == states.ERROR:
        rule = "格式-错误值"
        formula = f"，由公式 ={entry.formula} 得出" if entry.formula else ""
        message = f"{field.label}是错误值 {entry.text}{formula}，不能作为填报内容，也不按 0 计算。"
        suggestion = "请改正公式，或直接填写结果。"
    elif entry.state == states.UNCACHED:
        rule = "格式-未计算"
        message = f"{field.label}是公式 {entry.text}，文件里没有保存计算结果。"
        suggestion = "请在 Excel 或 WPS 中打开该文件，待公式算出结果后保存，再重新报送。"
    else:
        kind = field.type if field.type in (AMOUNT, DATE) else "数字"
        rule = f"格式-{kind}"
        message = f"{field.label}：{_reason(field, entry.text) or f'“{entry.text}”不是可以识别的{kind}。'}"
        suggestion = _CURES.get(field.type, "请只填数字。") if field.money == YUAN else f"请只填数字，单位为{field.money.unit}。"
    wanted = expected if entry.state == states.NOT_OF_TYPE else None
    yield cell_finding(declaration, field.name, entry, row, (rule, severity, message, suggestion), wanted)


def cell_finding(
    declaration: Declaration, name: str, entry: Entry, row: int | None, told: tuple[str, Severity, str, str], expected: str | None = None
) -> Finding:
    """Return the finding about what stands in one cell; `told` is its rule, severity, message and suggestion."""
    rule, severity, message, suggestion = told
    return Finding(
        rule=rule,
        severity=severity,
        family=DECLARATION,
        file=declaration.file,
        unit=declaration.unit,
        project=declaration.project,
        sheet=declaration.sheet,
        cell=entry.cell,
        field=name,
        value=entry.text or None,
        expected=expected,
        message=message,
        suggestion=suggestion,
        row=row,
    )


def _reason(field: Field, text: str) -> str | None:
    """Why a text is no date or amount, in the words of whoever tried to read it: no day, two numbers, no such day."""
    try:
        if field.type == DATE:
            parse_date(text)
        elif field.type == AMOUNT:
            parse_amount(text)
    except (DateError, AmountError) as error:
        return str(error).partition("。")[0] + "。"
    return None

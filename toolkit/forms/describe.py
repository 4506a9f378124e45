"""A form, or a roster, in words: what `jixiao form show` prints and `git diff` compares; its rules as a document for docs/.

One thing a line, in the order of the workbook, so that a moved cell or a changed rule is one changed line. The document is
written by cog (`make docs`); rules that follow from 字段 stand in it with those of 审核规则, in the order in which they run.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from toolkit.forms.model import Field, Form
from toolkit.forms.roster_model import Roster
from toolkit.forms.tables import ROWS, Rule
from toolkit.values.amounts import plain_amount
from toolkit.values.words import AS_ZERO, CARRIED, LEVELS, SWITCHED_OFF, USUAL_SET, VERIFY

_HEADINGS = ("编号", "级别", "范围", "不通过时的提示", "建议", "依据", "状态")
_LIST = re.compile(r"列表\.(\w+)")


def describe_form(form: Form) -> str:
    """Return the whole declaration as text; nothing in it depends on where the file lies."""
    return "\n".join(_lines(form)) + "\n"


def as_written(form: Form) -> Iterator[Rule]:
    """Yield the rules, of those that one row about a grid stands for the first."""
    told: set[int] = set()
    for rule in form.rules:
        if not (rule.spread and rule.row in told):
            told.add(rule.row)
            yield rule


def _lines(form: Form) -> Iterator[str]:
    yield f"表样：{form.name}" + (f"（版本 {form.version}）" if form.version else "")
    yield f"标题：{form.title}"
    yield f"工作表：{form.sheet}，打印区域 {form.print_area}"
    yield ""
    yield "【字段】"
    for field in form.fields:
        yield _field_line(field)
    for table in form.tables:
        yield ""
        yield f"【{'指标表' if table.name == ROWS else table.name}】第 {table.first_row}–{table.last_row} 行"
        for column in table.columns:
            yield _field_line(column.field)
    yield ""
    yield "【标签】"
    for label in form.labels:
        yield f"{label.cell}  {_one_line(label.text)}"
    yield ""
    yield "【代码表】"
    for name, words in form.lists.items():
        yield f"{name}：{'、'.join(words)}"
    yield ""
    yield "【审核规则】"
    for rule in as_written(form):
        yield from _rule_lines(rule)
    yield ""
    yield "【填报说明】"
    for text in form.instructions:
        yield _one_line(text)


def _field_line(field: Field) -> str:
    traits = [field.type]
    if field.required:
        traits.append("必填")
    if field.code_list:
        traits.append(f"列表 {field.code_list}")
    if field.max_length:
        traits.append(f"最长 {field.max_length} 字")
    if field.role:
        traits.append(f"角色 {field.role}")
    if field.from_issuer:
        traits.append("由下发方填")
    if field.carry:
        traits.append("沿用" if field.carry == CARRIED else "沿用作参考")
    note = f"  {_one_line(field.note)}" if field.note else ""
    return f"{field.area}  {field.name}（{_one_line(field.label)}）  {'，'.join(traits)}{note}"


def _rule_lines(rule: Rule) -> Iterator[str]:
    batch = "，仅批量审核" if rule.batch_only else ""
    yield f"{rule.id}  {rule.level}，{rule.spread or rule.scope}，{rule.state}{batch}"
    yield f"    条件：{_one_line(rule.condition)}"
    yield f"    提示：{_one_line(rule.message)}"
    more = (("前提", rule.premise), ("缺值", rule.blanks if rule.blanks != AS_ZERO else ""), ("正例", rule.holds), ("反例", rule.breaks))
    sets = "、".join(rule.sets) if rule.sets != (USUAL_SET,) else ""
    said = (("建议", rule.suggestion), ("定位", "、".join(rule.targets)), ("依据", rule.basis), ("规则集", sets), *more)
    for heading, text in said:
        if text:
            yield f"    {heading}：{_one_line(text)}"


def _one_line(text: str) -> str:
    return text.replace("\n", "⏎")


def describe_roster(roster: Roster) -> str:
    """Return the roster as lines of text: units, each with its projects below; passwords are not told."""
    lines = [f"名单：{len(roster.units)} 个单位，{len(roster.projects)} 个项目"]
    for unit in roster.units:
        control = f"控制数 {plain_amount(unit.control)}" if unit.control is not None else ""
        password = "有密码" if unit.password else ""
        owed = f"应报 {'、'.join(unit.forms)}" if unit.forms else ""
        until = f"截止 {unit.deadline}" if unit.deadline else ""
        said = (unit.department, unit.office, control, password, "、".join(unit.aliases), unit.contact, unit.telephone, owed, until)
        lines.append("  ".join((unit.name, *filter(None, said))))
        for project in roster.projects_of(unit):
            approved = f"批复金额 {plain_amount(project.approved)}" if project.approved is not None else ""
            order = f"顺序 {project.order}" if project.order is not None else ""
            former = f"曾用名 {'、'.join(project.formerly)}" if project.formerly else ""
            more = (project.code, approved, "" if project.public else "不公开", order, former)
            lines.append("    " + "  ".join((project.name, *filter(None, more))))
    return "\n".join(lines) + "\n"


def rules_markdown(form: Form) -> str:
    """Return the document: how many rules, the table, the conditions, and the lists they use; ends with a line end."""
    rules = list(as_written(form))
    counts = Counter(rule.level for rule in rules if rule.state != SWITCHED_OFF)
    words = [word for word in LEVELS if word != VERIFY or counts[word]]
    parts = "、".join(f"{word} {counts[word]} 条" for word in words)
    lines = [f"表样“{form.name}”共有 {len(rules)} 条规则，在用的 {sum(counts.values())} 条：{parts}。", ""]
    lines += [_row(_HEADINGS), _row(["---"] * len(_HEADINGS)), *(_row(_rule_cells(rule)) for rule in rules), ""]
    lines += ["## 条件", "", "条件是 Excel 公式，成立表示通过；`列表.…` 是代码表里的一列。", ""]
    lines += [f"- {_cell(rule.id)}：`` {' '.join(rule.condition.split())} ``" for rule in rules]
    lines += ["", "## 用到的列表", "", _row(("列表", "词数", "用到它的规则")), _row(["---"] * 3)]
    lines += [_row((name, str(sum(map(bool, form.lists[name]))), "、".join(ids))) for name, ids in _lists_read(form).items()]
    return "\n".join(lines) + "\n"


def _rule_cells(rule: Rule) -> tuple[str, ...]:
    state = rule.state + ("，仅批量审核" if rule.batch_only else "")
    return (rule.id, rule.level, rule.spread or rule.scope, rule.message, rule.suggestion, rule.basis, state)


def _lists_read(form: Form) -> dict[str, list[str]]:
    """The lists that rules read, in the order of 代码表, each with the rules that read it."""
    users: dict[str, list[str]] = {name: [] for name in form.lists}
    for rule in form.rules:
        for name in dict.fromkeys(_LIST.findall(rule.condition)):
            users.setdefault(name, []).append(rule.id)
    return {name: ids for name, ids in users.items() if ids}


def _row(cells: tuple[str, ...] | list[str]) -> str:
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _cell(text: str) -> str:
    r"""Return `text` on one line, with what Markdown would take for a mark escaped.

    >>> print(_cell("第一行\n甲|乙 *"))
    第一行 甲\|乙 \*
    """
    return re.sub(r"([|*_<\\])", r"\\\1", " ".join(text.split()))

"""A form's rules as a Markdown document: a table of what each says, and the conditions below it.

Comes in: a `Form`. Goes out: text for docs/, written there by cog (`make docs`) and compared by `make check`. Rules that
follow from 字段 are listed with those of 审核规则, in the order in which they run.
"""

from __future__ import annotations

import re
from collections import Counter

from toolkit.forms.model import Form, Rule
from toolkit.values.words import SEVERITY_WORDS, SWITCHED_OFF

_HEADINGS = ("编号", "级别", "范围", "不通过时的提示", "建议", "依据", "状态")
_LIST = re.compile(r"列表\.(\w+)")


def rules_markdown(form: Form) -> str:
    """Return the document: how many rules, the table, the conditions, and the lists they use; ends with a line end."""
    counts = Counter(rule.severity for rule in form.rules if rule.state != SWITCHED_OFF)
    parts = "、".join(f"{word} {counts[code]} 条" for code, word in SEVERITY_WORDS.items())
    lines = [f"表样“{form.name}”共有 {len(form.rules)} 条规则，在用的 {sum(counts.values())} 条：{parts}。", ""]
    lines += [_row(_HEADINGS), _row(["---"] * len(_HEADINGS)), *(_row(_cells(rule)) for rule in form.rules), ""]
    lines += ["## 条件", "", "条件是 Excel 公式，成立表示通过；`列表.…` 是代码表里的一列。", ""]
    lines += [f"- {_cell(rule.id)}：`` {' '.join(rule.condition.split())} ``" for rule in form.rules]
    lines += ["", "## 用到的列表", "", _row(("列表", "词数", "用到它的规则")), _row(["---"] * 3)]
    lines += [_row((name, str(sum(map(bool, form.lists[name]))), "、".join(ids))) for name, ids in _lists(form).items()]
    return "\n".join(lines) + "\n"


def _cells(rule: Rule) -> tuple[str, ...]:
    state = rule.state + ("，仅批量审核" if rule.batch_only else "")
    return (rule.id, SEVERITY_WORDS[rule.severity], rule.scope, rule.message, rule.suggestion, rule.basis, state)


def _lists(form: Form) -> dict[str, list[str]]:
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

"""`explain`: how a rule comes to its verdict, in every place it is judged in.

Comes in: what to read, and a rule's 编号. Goes out: the explanations, by form in the order of the files.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.checking.cases import FAILED, NOT_CALCULATED, PASSED, PASSED_OVER
from toolkit.checking.explain import Explanation, Place, explain
from toolkit.checking.model import Finding
from toolkit.errors import UsageError
from toolkit.forms import Form
from toolkit.forms.rules import compile_rules
from toolkit.intake.batch import read_batch
from toolkit.intake.model import Batch, Progress
from toolkit.values.text import did_you_mean
from toolkit.workflow.request import Request

# So many findings of a report are explained in it; `jixiao explain` has the others.
MOST_EXPLAINED = 2000


def explain_rule(request: Request, rule: str, progress: Progress | None = None) -> tuple[list[Explanation], Batch]:
    """Return how the rule comes to its verdict in everything that is read; and the batch.

    Raises UsageError where no form has such a rule, and where it reads the roster and none is given.
    """
    known: dict[str, list[Form]] = {}
    for form in request.forms:
        for each in compile_rules(form):
            known.setdefault(each.rule.id, []).append(form)
    if rule not in known:
        raise UsageError(_unknown(rule, list(known)))
    needed = {name for form in known[rule] for each in compile_rules(form) if each.rule.id == rule for name in each.roster_names}
    if needed and request.roster is None:
        raise UsageError(f"规则“{rule}”要用名单里的{'、'.join(sorted(needed))}。请加 --roster 名单.xlsx")
    batch = read_batch(request.paths, request.forms, progress, passwords=request.passwords, roster=request.roster)
    names = {form.name for form in known[rule]}
    found: list[Explanation] = []
    for form in batch.forms.values():
        if form.name in names:
            own = [each for each in batch.declarations if each.form == form.name]
            found += explain((rule,), own, form, roster=request.roster)
    return sorted(found, key=lambda each: (FAILED, NOT_CALCULATED, PASSED_OVER, PASSED).index(each.verdict)), batch


def how_judged(findings: Sequence[Finding], batch: Batch) -> dict[Finding, str]:
    """Return for findings of a form's rules how they came about, for people; for the first `MOST_EXPLAINED` of them."""
    wanted: dict[Place, list[Finding]] = {}
    for finding in findings[:MOST_EXPLAINED]:
        wanted.setdefault((finding.rule, finding.file, finding.unit, finding.project, finding.sheet, finding.row), []).append(finding)
    rules = {place[0] for place in wanted}
    told: dict[Finding, str] = {}
    for form in batch.forms.values():
        own = [each for each in batch.declarations if each.form == form.name]
        for each in explain(rules, own, form, roster=batch.roster, places=wanted.keys()):
            for finding in wanted[each.place]:
                told[finding] = "\n".join(each.lines())
    return told


def _unknown(rule: str, known: Sequence[str]) -> str:
    beginning = rule.partition("-")[0]
    like = [name for name in known if name.partition("-")[0] == beginning]
    near = did_you_mean(rule, known) or (f"。以“{beginning}”开头的规则有：{'、'.join(like)}。" if like else "。")
    return f"表样里没有编号为“{rule}”的规则{near}编号写在审核结果里；文件-、格式-、修复- 等开头的是程序自带的检查，没有条件公式。"

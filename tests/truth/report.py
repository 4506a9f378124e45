"""The measured truth as Markdown: how much is found per kind, how often each rule is right, what is flagged on clean rows.

In: the results per part. Out: the tables of docs/规则的把握.md, and lists of the worked part for who changes the rules (the
held-out part shows in figures alone).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from tests.truth.data import PARTS, kinds
from tests.truth.measure import Result
from toolkit.checking.model import Finding
from toolkit.values.words import ERROR, HINT, REPAIR, SEVERITY_WORDS, WARNING

Results = Mapping[str, Sequence[Result]]


def tables(rows: Results, wholes: Results) -> str:
    """Return all tables of the page."""
    return "\n\n".join(
        [
            "## 总的数字",
            _overall(rows),
            "## 整份申报表",
            _overall(wholes),
            _by_kind(wholes),
            "## 每种错误找到多少",
            _by_kind(rows),
            "## 每条规则准不准",
            _by_rule(rows),
        ]
    )


def lists(rows: Sequence[Result]) -> str:
    """Return what is missed and what is wrongly flagged, a line each."""
    lines = []
    for each in rows:
        cells = " ".join(filter(None, each.case.cells)) if not isinstance(each.case, tuple) else str(each.case[0].head["项目名称"])
        said = "、".join(f"{f.rule}（{SEVERITY_WORDS[f.severity]}）" for f in each.own) or "—"
        if each.kind is None and each.own:
            lines.append(f"误报\t{cells}\t{said}")
        if each.kind is not None and not each.right:
            lines.append(f"{each.kind.name}\t{cells}\t{said}")
    return "\n".join(sorted(lines))


def share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "—"


def _table(heading: Sequence[str], lines: Iterable[Sequence[object]]) -> str:
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in (heading, ["---"] * len(heading), *lines))


def _overall(results: Results) -> str:
    lines = []
    for part, each in results.items():
        clean = [result for result in each if result.kind is None]
        wrong = [result for result in each if result.kind is not None]
        false = [sum(any(f.severity == severity for f in _told(r)) for r in clean) for severity in (ERROR, WARNING, HINT)]
        found = [sum(map(bool, (r.own for r in wrong))), sum(bool(r.placed) for r in wrong), sum(r.right for r in wrong)]
        counted = [f"{number}（{share(number, len(wrong))}）" for number in found]
        flagged = [f"{number}（{share(number, len(clean))}）" for number in false]
        lines.append([PARTS[part], len(clean), *flagged, len(wrong), *counted])
    return _table(["部分", "没有错的", "误报错误", "误报警告", "误报提示", "错误", "有所发现", "找到该格", "级别也对"], lines)


def _by_kind(results: Results) -> str:
    names = dict.fromkeys(each.kind.name for part in results.values() for each in part if each.kind is not None)
    lines = []
    for name in [*(known for known in kinds() if known in names), *(name for name in names if name not in kinds())]:
        wrong = {part: [r for r in each if r.kind is not None and r.kind.name == name] for part, each in results.items()}
        severity = next(r.kind.severity for each in wrong.values() for r in each if r.kind is not None)
        cells: list[object] = [name, SEVERITY_WORDS[severity]]
        for each in wrong.values():
            cells += [len(each), sum(bool(r.placed) for r in each), sum(r.right for r in each)]
        lines.append(cells)
    return _table(["错误", "级别", *(f"{word}{head}" for word in PARTS.values() for head in ("", "：找到该格", "：级别也对"))], lines)


def _by_rule(results: Results) -> str:
    right: Counter[tuple[str, str]] = Counter()
    beside: Counter[tuple[str, str]] = Counter()
    false: Counter[tuple[str, str]] = Counter()
    for part, each in results.items():
        for result in each:
            for finding in _told(result):
                where = false if result.kind is None else right if finding in result.placed else beside
                where[part, finding.rule] += 1
    rules = sorted({rule for counted in (right, beside, false) for _, rule in counted})
    lines = []
    for rule in rules:
        cells: list[object] = [f"`{rule}`"]
        for part in results:
            good, bad = right[part, rule], false[part, rule]
            cells += [good, beside[part, rule], bad, share(good, good + bad)]
        lines.append(cells)
    return _table(["规则", *(f"{word}{head}" for word in PARTS.values() for head in ("：对", "：在别格", "：误报", "：准确率"))], lines)


def _told(result: Result) -> Iterable[Finding]:
    return (finding for finding in result.own if finding.family != REPAIR)

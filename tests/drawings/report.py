"""The figures of a run as tables for a terminal: per writer, per dimension of the arrangement, and the worst drawings.

In: the results per writer. Out: text, and whether the run is good enough. Called by `python -m tests.drawings`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from tests.drawings.files import WRITERS
from tests.drawings.measure import width_of
from tests.drawings.score import Result

Results = Mapping[str, Sequence[Result]]

# What issue I accepts: share of exact fields and rows in workbooks and Word, and in prints.
LEAST, LEAST_PRINTED = 0.995, 0.98
HEADINGS = ("写法", "份数", "应有", "正确", "漏读", "未说明", "错值", "错位编造", "误报")


def rate(results: Iterable[Result]) -> float:
    """Return the share of the filled fields and rows that were read exactly."""
    counted = [(each.count("exact"), each.total) for each in results]
    return sum(exact for exact, _ in counted) / max(1, sum(total for _, total in counted))


def failures(results: Results) -> list[str]:
    """Return what is below the acceptance, a line per writer; nothing when the run is good."""
    lines = []
    for writer, each in results.items():
        printed = WRITERS[writer].printed
        least = LEAST_PRINTED if printed else LEAST
        figures = _figures(each)
        reasons = [f"正确率 {rate(each):.2%} 低于 {least:.1%}"] if rate(each) < least else []
        wanted = ("错位编造", "误报", "未说明") if printed else ("错位编造", "误报", "未说明", "错值")
        reasons += [f"{name} {figures[name]} 处" for name in wanted if figures[name]]
        if reasons:
            lines.append(f"{writer}：{'，'.join(reasons)}")
    return lines


def _figures(results: Sequence[Result]) -> dict[str, int]:
    return {
        "份数": len(results),
        "应有": sum(each.total for each in results),
        "漏读": sum(each.count("missed") for each in results),
        "未说明": sum(not mark.said for each in results for mark in each.marks),
        "错值": sum(each.count("wrong") for each in results),
        "错位编造": sum(each.count("invented") for each in results),
        "误报": sum(len(each.false_findings) for each in results),
    }


def by_writer(results: Results) -> str:
    """Return the table of writers."""
    rows: list[tuple[str, ...]] = [HEADINGS]
    for writer, each in results.items():
        figures = {name: str(number) for name, number in _figures(each).items()}
        figures |= {"写法": writer, "正确": f"{rate(each):.1%}"}
        rows.append(tuple(figures[name] for name in HEADINGS))
    return _table(rows)


def by_trait(results: Results) -> str:
    """Return the exact share along each dimension, all writers together."""
    groups: dict[tuple[str, str], list[Result]] = defaultdict(list)
    for each in results.values():
        for result in each:
            for trait in result.drawing.traits.items():
                groups[trait].append(result)
    rows: list[tuple[str, ...]] = [("布置", "取值", "份数", "正确", "错值", "错位编造", "误报")]
    order = {name: index for index, (name, _) in enumerate(groups)}
    first = {name: min(order[n] for n, _ in groups if n == name) for name, _ in groups}
    for (name, value), each in sorted(groups.items(), key=lambda item: (first[item[0][0]], rate(item[1]))):
        figures = _figures(each)
        counts = (str(figures[key]) for key in ("错值", "错位编造", "误报"))
        rows.append((name, value, str(len(each)), f"{rate(each):.1%}", *counts))
    return _table(rows)


def worst(results: Results, count: int = 20) -> str:
    """Return the drawings with most that is not exact, with what went wrong first."""
    ranked = sorted(
        ((each, writer) for writer, found in results.items() for each in found),
        key=lambda item: (-item[0].bad, item[0].drawing.name),
    )
    lines = []
    for each, writer in ranked[:count]:
        if not each.bad:
            break
        lines.append(f"{each.drawing.name}  {writer}  不对 {each.bad} 处，误报 {len(each.false_findings)} 条")
        shown = sorted((m for m in each.marks if m.kind not in ("exact", "blank")), key=lambda m: m.kind)
        lines += [f"    {mark.explain()}"[:220] for mark in shown[:3]]
        lines += [f"    误报：{text}"[:220] for text in each.false_findings[:2]]
    return "\n".join(lines)


def common_findings(results: Results, count: int = 12) -> str:
    """Return the rules behind the false findings, the most frequent first."""
    rules = Counter(text.split(" ", 1)[0] for each in results.values() for r in each for text in r.false_findings)
    return "\n".join(f"{number:6d}  {rule}" for rule, number in rules.most_common(count))


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(width_of(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(text + " " * (width - width_of(text)) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )

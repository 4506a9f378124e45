"""The rows of 字段 and 审核规则 that are about a grid, spread into a row for each cell, and for each row or column of it.

Comes in: the rows as written. Goes out: rows as if a clerk had written them all (`资金.年度资金总额.全年执行数` …), with the bare names of
parts in formulas made whole; so nobody else needs to know of grids. `资金.年度资金总额.全年执行数` beats `资金.*.全年执行数`, that
`资金.年度资金总额.*`, that the grid's own row, heading by heading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.forms.book import Mistake
from toolkit.forms.grids.model import GRID, NO_CELL
from toolkit.forms.model import AMOUNT
from toolkit.forms.tables import TableRow
from toolkit.formula import names_in, renamed, renamed_message
from toolkit.values.text import did_you_mean
from toolkit.values.words import OF_FORM

ANY = "*"
ROW, COLUMN = "方格行", "方格列"

# Where a rule keeps the scope as it was written, and which row or column it is the rule of.
SPREAD, PART = "原范围", "部分"

_PART = re.compile(r"[^\W\d]\w*")
_SEPARATORS = re.compile(r"[、，,；;\s]+")
_SCOPE = re.compile(rf"({ROW}|{COLUMN})\s*[:：]([^()（）]+)(?:[(（](.*)[)）])?")
_YES_NO = ("是", "否", "")


@dataclass(frozen=True)
class Declared:
    """A grid as 字段 declares it: its row there, the names of its parts, the (row part, column part) of each cell that it has."""

    name: str
    row: TableRow
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: frozenset[tuple[str, str]]

    def cell(self, across: str, down: str) -> str:
        return f"{self.name}.{across}.{down}"

    def names(self, axis: str, part: str) -> dict[str, str]:
        """Return what the bare names of parts stand for in one row (its cells by column), or in one column."""
        if axis == ROW:
            return {down: self.cell(part, down) for down in self.columns if (part, down) in self.cells}
        return {across: self.cell(across, part) for across in self.rows if (across, part) in self.cells}


def spread_fields(rows: Sequence[TableRow], mistakes: list[Mistake]) -> tuple[list[TableRow], tuple[Declared, ...]]:
    """Return the rows of 字段 with a row for each cell of each grid in its place, and the grids."""
    heads = {row.get("字段名"): row for row in rows if row.get("类型") == GRID}
    parts = {name: (_parts(row, ROW, mistakes), _parts(row, COLUMN, mistakes)) for name, row in heads.items()}
    refined: dict[str, dict[tuple[str, str], TableRow]] = {name: {} for name in heads}
    found: list[TableRow] = []
    for row in rows:
        grid, _, rest = row.get("字段名").partition(".")
        if row.get("字段名") in heads:
            found.append(row)
        elif grid in heads:
            _refine(row, rest, parts[grid], refined[grid], mistakes)
        elif ANY in row.get("字段名"):
            mistakes.append(row.mistake("字段名", f"没有方格“{grid}”{did_you_mean(grid, heads)}", f"请先写一行类型为“{GRID}”的“{grid}”"))
        else:
            found.append(row)
    spread: list[TableRow] = []
    declared = []
    for row in found:
        name = row.get("字段名")
        if heads.get(name) is not row:
            spread.append(row)
            continue
        cells = {place: each for place in _places(parts[name]) if (each := _cell(row, place, refined[name])).get("类型") != NO_CELL}
        declared.append(Declared(name, row, *parts[name], frozenset(cells)))
        spread += [_whole(declared[-1], place, each, refined[name], mistakes) for place, each in cells.items()]
    return spread, tuple(declared)


def _parts(row: TableRow, heading: str, mistakes: list[Mistake]) -> tuple[str, ...]:
    parts = tuple(filter(None, _SEPARATORS.split(row.get(heading))))
    wrong = [part for part in parts if not _PART.fullmatch(part)]
    if not parts:
        mistakes.append(row.mistake(heading, f"方格“{row.get('字段名')}”没有写{heading}", "请按画的次序写出各行（列）的名称，用顿号隔开"))
    elif wrong or len(set(parts)) < len(parts):
        twice = "、".join(wrong or dict.fromkeys(part for part in parts if parts.count(part) > 1))
        cure = "名称要以汉字、字母或下划线开头，只含字母、数字和下划线，各不相同"
        mistakes.append(row.mistake(heading, f"{heading}里的“{twice}”{'不能作名称' if wrong else '重复'}", cure))
    return tuple(dict.fromkeys(part for part in parts if part not in wrong))


def _refine(
    row: TableRow,
    rest: str,
    parts: tuple[Sequence[str], Sequence[str]],
    refined: dict[tuple[str, str], TableRow],
    mistakes: list[Mistake],
) -> None:
    """Keep a row about some cells by the parts it names, `*` for any."""
    across, _, down = rest.partition(".")
    for part, known, kind in ((across, parts[0], "行"), (down, parts[1], "列")):
        if part != ANY and part not in known:
            text, cure = f"方格没有名为“{part}”的{kind}{did_you_mean(part, known)}", f"请改为：{'、'.join(known)}，或 {ANY}"
            mistakes.append(row.mistake("字段名", text, cure))
            return
    if (across, down) in refined:
        mistakes.append(row.mistake("字段名", f"“{row.get('字段名')}”写了两次", "请只留一行"))
    refined[across, down] = row


def _places(parts: tuple[Sequence[str], Sequence[str]]) -> Iterator[tuple[str, str]]:
    return ((across, down) for across in parts[0] for down in parts[1])


def _sources(place: tuple[str, str], refined: Mapping[tuple[str, str], TableRow]) -> list[tuple[str, TableRow]]:
    """The rows about a cell, the most exact first, each with the axis along which its formula's bare names lie ("" for none)."""
    across, down = place
    keys = {(across, down): "", (ANY, down): ROW, (across, ANY): COLUMN, (ANY, ANY): ""}
    return [(axis, refined[key]) for key, axis in keys.items() if key in refined]


def _cell(head: TableRow, place: tuple[str, str], refined: Mapping[tuple[str, str], TableRow]) -> TableRow:
    """The row of one cell: each heading as the most exact row says that says it."""
    sources = [row for _, row in _sources(place, refined)]
    values = {heading: next((row.get(heading) for row in sources if row.get(heading)), head.get(heading)) for heading in head.columns}
    named = next((row.get("显示名") for row in sources if ANY not in row.get("字段名")), "")
    kind = next((row.get("类型") for row in sources if row.get("类型")), AMOUNT)
    values |= {"字段名": ".".join((head.get("字段名"), *place)), "显示名": named or "·".join(place), "类型": kind, ROW: "", COLUMN: ""}
    return TableRow(head.sheet, sources[0].row if sources else head.row, values, head.columns)


def _whole(
    grid: Declared, place: tuple[str, str], cell: TableRow, refined: Mapping[tuple[str, str], TableRow], mistakes: list[Mistake]
) -> TableRow:
    """The row of a cell with the bare names in its formulas made whole."""
    values = dict(cell.values)
    for heading in ("公式", "必填"):
        source = next(((axis, row) for axis, row in _sources(place, refined) if row.get(heading)), None)
        if source is None or source[1].get(heading) in _YES_NO or not source[0]:
            continue
        axis, row = source
        part, bare = (place[0], grid.columns) if axis == ROW else (place[1], grid.rows)
        own = grid.names(axis, part)
        for name in sorted((names_in(row.get(heading)) & set(bare)) - own.keys()):
            text = f"“{part}”没有“{name}”这一格（类型是“{NO_CELL}”）"
            mistakes.append(row.mistake(heading, text, "请给该格另写一行公式，或把它也写成“无”"))
        values[heading] = renamed(row.get(heading), own)
    return replace(cell, values=values)


def spread_rules(rows: Sequence[TableRow], grids: Sequence[Declared], mistakes: list[Mistake]) -> list[TableRow]:
    """Return the rows of 审核规则 with one for each row or column of the grid that a row's 范围 names."""
    spread: list[TableRow] = []
    for row in rows:
        said = _SCOPE.fullmatch(row.get("范围").strip())
        if said is None:
            spread.append(row)
            continue
        name = said[2].strip()
        grid = next((each for each in grids if each.name == name), None)
        if grid is None:
            text = f"没有方格“{name}”{did_you_mean(name, [each.name for each in grids])}"
            mistakes.append(row.mistake("范围", text, f"请改为：{'、'.join(each.name for each in grids)}" if grids else "请改为“表”"))
            continue
        parts, bare = (grid.rows, grid.columns) if said[1] == ROW else (grid.columns, grid.rows)
        listed = tuple(filter(None, _SEPARATORS.split(said[3] or "")))
        for part in (each for each in listed if each not in parts):
            text = f"方格“{grid.name}”没有“{part}”{did_you_mean(part, parts)}"
            mistakes.append(row.mistake("范围", text, f"请改为：{'、'.join(parts)}"))
        read = (names_in(row.get("条件")) | names_in(row.get("前提"))) & set(bare)
        own = {part: grid.names(said[1], part) for part in parts if part in (listed or parts)}
        made = [_of_part(row, part, names) for part, names in own.items() if read <= names.keys()]
        if not made or (listed and len(made) < len(own)):
            kind = "行" if said[1] == ROW else "列"
            text = f"{'有的' if made else '没有一'}{kind}{'不' if made else ''}齐条件里的各格（{'、'.join(sorted(read))}）"
            mistakes.append(row.mistake("条件", text, "请核对方格里哪些格的类型是“无”"))
        spread += made if len(made) > 1 else [replace(each, values={**each.values, PART: ""}) for each in made]
    return spread


def _of_part(row: TableRow, part: str, names: Mapping[str, str]) -> TableRow:
    """The rule of one row or column; its message says which."""
    values = {
        **row.values,
        "范围": OF_FORM,
        SPREAD: row.get("范围"),
        PART: part,
        "提示": f"{part}：{renamed_message(row.get('提示'), names)}",
    }
    values |= {heading: renamed(row.get(heading), names) for heading in ("条件", "前提")}
    values["建议"] = renamed_message(row.get("建议"), names)
    values["定位"] = "、".join(names.get(name, name) for name in _SEPARATORS.split(row.get("定位")) if name)
    for heading in ("正例", "反例"):
        values[heading] = re.sub(
            r"(^|[；;\n])([ \t　]*[\w.]+)(?=[ \t]*=)", lambda found: found[1] + names.get(found[2].strip(), found[2]), row.get(heading)
        )
    return replace(row, values=values)

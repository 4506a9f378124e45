"""Every indicator and declaration of the truth through reading and checking, as `jixiao check` would see it in a workbook.

In: a part of the truth. Out: per case what was found in its place. An indicator stands as a further row in a declaration
that raises nothing by itself; cells hold what Excel would hold after typing (numbers as numbers).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.shipped import shipped_form
from tests.truth.data import COLUMNS, Indicator, Kind, Mistake, Whole, declarations, indicators
from toolkit.checking.check import check_declarations
from toolkit.checking.model import Finding
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Declaration
from toolkit.reading.sheet import read_sheet
from toolkit.sources.grid import CellValue, Grid
from toolkit.sources.open import open_source
from toolkit.spreadsheet.a1 import parse_cell, parse_range
from toolkit.values.words import HINT, REPAIR

YEAR = 2026
TYPED_NUMBER = re.compile(r"-?\d+(\.\d+)?")
SPAN = {"计划开始日期": "2026-01-01", "计划完成日期": "2026-12-31"}
MONEY = {"年度资金申请总额": "30000000", "当年财政拨款": "30000000", "上年结转资金": "0", "年度其他资金": "0"}
AMOUNTS = {*MONEY, "项目资金总额", "财政资金", "其他资金"}
GOAL = "按照年初确定的工作安排做好{project}，逐月检查进度，年底前组织验收，资金按规定使用，让服务对象得到实在的便利。"
CONTEXT = (
    ("成本指标", "经济成本指标", "资料印制费用", "≤", "2", "万元"),
    ("产出指标", "数量指标", "编发工作简报期数", "≥", "11", "期"),
    ("产出指标", "质量指标", "项目资料归档率", "=", "100", "%"),
    ("产出指标", "时效指标", "月度进度报送及时率", "≥", "99", "%"),
    ("效益指标", "社会效益指标", "政策措施知晓率", "≥", "81", "%"),
    ("满意度指标", "服务对象满意度指标", "基层工作人员满意度", "≥", "89", "%"),
)


@dataclass(frozen=True)
class Result:
    """What checking said of one case: `own` are its findings, `placed` those of them at a right cell."""

    case: Indicator | tuple[Whole, Mistake | None]
    own: tuple[Finding, ...]
    placed: tuple[Finding, ...]

    @property
    def kind(self) -> Kind | Mistake | None:
        return self.case.kind if isinstance(self.case, Indicator) else self.case[1]

    @property
    def right(self) -> bool:
        """Whether a finding stands at a right cell with the right severity."""
        return self.kind is not None and any(finding.severity == self.kind.severity for finding in self.placed)


def measure_indicators(part: str) -> list[Result]:
    return [indicator_result(each) for each in indicators(part)]


def measure_declarations(part: str) -> list[Result]:
    """Return a result per mistake, and one with None for a declaration without any."""
    results = []
    before: list[Whole] = []
    for whole in declarations(part):
        together = [*before, whole] if whole.paired else [whole]
        before = [whole] if whole.paired and not before else []
        read = [_read(each.head, each.rows, f"{number}.xlsx") for number, each in enumerate(together)]
        found = [f for f in _said(read) if f.file == read[-1].file]
        if not whole.mistakes:
            results.append(Result((whole, None), tuple(found), ()))
        for mistake in whole.mistakes:
            cells = {_cell(place, whole, read[-1]) for place in mistake.places}
            placed = [finding for finding in found if _covers(finding, cells) or (finding.cell is None and finding.field in mistake.places)]
            results.append(Result((whole, mistake), tuple(found), tuple(placed)))
    return results


def indicator_result(indicator: Indicator) -> Result:
    """Return what checking says of one indicator."""
    unit = f"青溪区{indicator.department}"
    head: dict[str, str | int] = {**SPAN, **MONEY, "年度": YEAR, "项目名称": indicator.project, "实施单位": unit, "主管部门": unit}
    head["年度总体目标"] = GOAL.format(project=indicator.project)
    read = _read(head, (*CONTEXT, indicator.cells))
    line = _top() + len(CONTEXT)
    own = tuple(finding for finding in _said([read]) if _on_row(finding, line))
    columns = indicator.kind.columns if indicator.kind else ()
    right = {(line, parse_cell(shipped_form().by_name[name].cell)[1]) for name in columns}
    hint = indicator.kind is not None and indicator.kind.severity == HINT

    # What reading puts right and logs is the answer to a slip of the pen, and to nothing else.
    own = tuple(finding for finding in own if finding.family != REPAIR or hint)
    return Result(indicator, own, tuple(finding for finding in own if _covers(finding, right)))


def _said(read: Sequence[Declaration]) -> list[Finding]:
    return check_declarations(read, shipped_form())


def _on_row(finding: Finding, line: int) -> bool:
    if finding.cell is None:
        return False
    _, top, _, bottom, _ = parse_range(finding.cell)
    return top <= line <= bottom and (top == bottom or bottom - top < len(CONTEXT))


def _covers(finding: Finding, cells: set[tuple[int, int]]) -> bool:
    if finding.cell is None:
        return False
    _, top, left, bottom, right = parse_range(finding.cell)
    return any(top <= row <= bottom and left <= column <= right for row, column in cells)


def _cell(place: str, whole: Whole, read: Declaration) -> tuple[int, int]:
    form = shipped_form()
    name, _, column = place.rpartition(".")
    at = parse_cell(form.by_name[column].cell)
    if not name:
        return at
    return (_top() + next(number for number, row in enumerate(whole.rows) if row[2] == name), at[1])


def _top() -> int:
    table = shipped_form().table
    assert table is not None
    return table.first_row


@lru_cache(maxsize=1)
def _blank() -> Grid:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "空白.xlsx"
        path.write_bytes(fill_workbook(shipped_form(), []))
        return open_source(path, path.name).grids[0]


def _read(head: Mapping[str, str | int], rows: Sequence[Sequence[str]], file: str = "甲.xlsx") -> Declaration:
    form = shipped_form()
    cells: dict[tuple[int, int], CellValue] = dict(_blank().cells)
    full: dict[str, str | int] = {
        "项目性质": "其他一次性项目",
        "项目类别": "特定目标类",
        "主管部门": "青溪区政府",
        "实施单位": "青溪区服务中心",
        **head,
    }
    for name, value in full.items():
        cells[parse_cell(form.by_name[name].cell)] = _typed(name, value)
    for line, row in enumerate(rows, _top()):
        for name, text in zip(COLUMNS, row, strict=True):
            at = (line, parse_cell(form.by_name[name].cell)[1])
            if text:
                cells[at] = float(text) if name == "数值" and TYPED_NUMBER.fullmatch(text) else text
    read = read_sheet(replace(_blank(), cells=cells), form, file)
    assert read is not None
    return read


def _typed(name: str, value: str | int) -> CellValue:
    if name in SPAN:
        return datetime.fromisoformat(str(value))
    return float(Decimal(value)) if name in AMOUNTS else value

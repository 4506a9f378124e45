"""Small sheets drawn as text: a line a row, cells parted by `|`, for tests of one idea at a time.

`<` in a cell makes the one left of it reach over it, `^` the one above it; a number is a number.
"""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.document import Document as Word
from docx.table import _Cell

from tests.shipped import shipped_form
from toolkit.outputs.records import declaration_record
from toolkit.reading.model import Declaration
from toolkit.reading.sheet import read_sheets
from toolkit.sources.grid import CellValue, Grid, Position
from toolkit.values.text import squeeze

# The rest of a form, so that a test need only draw the part that it is about.
HEAD = """
财政项目支出绩效目标申报表
（2026年度）
项目名称 | 公园养护 | 项目性质 | 一次性项目 | 项目类别 | 特定目标类
主管部门 | 云溪区绿化局 | 实施单位 | 云溪区公园管理所
计划开始日期 | 2026-01-01 | 计划完成日期 | 2026-12-31
"""
FUNDS = """
项目资金（元） | 项目资金总额 | | 年度资金申请总额 | 300000
^ | 其中：财政资金 | | 其中：当年财政拨款 | 200000
^ | | | 上年结转资金 | 60000
^ | 其他资金 | | 其他资金 | 40000
"""
GOALS = """
项目绩效目标 | 项目总目标 | < | 年度总体目标 | <
^ | | < | 完成三座公园的日常养护，保持设施完好、环境整洁，全年无安全责任事故。 | <
"""
ROWS = """
绩效指标 | 一级指标 | 二级指标 | 三级指标 | 年度(/项目)指标值
^ | 产出指标 | 数量指标 | 养护公园数量 | ≥3.00(座)
^ | ^ | 质量指标 | 设施完好率 | ≥95.00(%)
^ | 效益指标 | 社会效益指标 | 游园人次 | ≥20.00(万人次)
^ | 满意度指标 | 服务对象满意度指标 | 游客满意度 | ≥90.00(%)
"""
FIELDS = {
    "年度": 2026,
    "项目名称": "公园养护",
    "项目性质": "一次性项目",
    "项目类别": "特定目标类",
    "主管部门": "云溪区绿化局",
    "实施单位": "云溪区公园管理所",
    "计划开始日期": "2026-01-01",
    "计划完成日期": "2026-12-31",
    "项目资金总额": None,
    "财政资金": None,
    "其他资金": None,
    "年度资金申请总额": "300000.00",
    "当年财政拨款": "200000.00",
    "上年结转资金": "60000.00",
    "年度其他资金": "40000.00",
    "项目总目标": None,
    "年度总体目标": "完成三座公园的日常养护，保持设施完好、环境整洁，全年无安全责任事故。",
}
LINES = (
    "产出指标 | 数量指标 | 养护公园数量 | ≥3.00(座)",
    "产出指标 | 质量指标 | 设施完好率 | ≥95.00(%)",
    "效益指标 | 社会效益指标 | 游园人次 | ≥20.00(万人次)",
    "满意度指标 | 服务对象满意度指标 | 游客满意度 | ≥90.00(%)",
)


def grid(*parts: str, ruled: bool = False) -> Grid:
    """Return the sheet that the parts draw, one under the other."""
    cells: dict[Position, CellValue] = {}
    owner: dict[Position, Position] = {}
    areas: dict[Position, list[int]] = {}
    lines = [line for part in parts for line in part.strip("\n").split("\n")]
    for row, line in enumerate(lines, 1):
        for column, text in enumerate(line.split("|"), 1):
            piece = text.strip()
            if piece in ("<", "^"):
                first = owner[(row, column - 1) if piece == "<" else (row - 1, column)]
                areas[first][2], areas[first][3] = max(areas[first][2], row), max(areas[first][3], column)
                owner[row, column] = first
                continue
            owner[row, column] = row, column
            areas[row, column] = [row, column, row, column]
            if piece:
                cells[row, column] = float(piece) if piece.replace(".", "", 1).isdigit() else piece.replace("\\n", "\n")
    merges = tuple((a, b, c, d) for a, b, c, d in areas.values() if (a, b) != (c, d))
    return Grid("表一", cells, merges, ruled=ruled)


def read(*parts: str) -> list[Declaration]:
    """Read the sheet that the parts draw."""
    return read_sheets(grid(*parts), shipped_form(), "甲.xlsx")


def one(*parts: str) -> Declaration:
    """Read a sheet that holds one form."""
    (found,) = read(*parts)
    return found


def fields(found: Declaration) -> dict[str, object]:
    """The single fields of a declaration, as exported."""
    record = declaration_record(found, shipped_form())
    return {name: record[name] for name in FIELDS}


def lines(found: Declaration) -> tuple[str, ...]:
    """The indicators of a declaration, a line each."""
    rows = declaration_record(found, shipped_form())["绩效指标"]
    assert isinstance(rows, list)
    return tuple(" | ".join(str(row[name]) for name in ("一级指标", "二级指标", "三级指标", "指标值")) for row in rows)


def told(found: Declaration) -> list[tuple[str, str | None]]:
    """What a person is asked to look at: rule and cell."""
    return [(doubt.rule, doubt.cell) for doubt in found.doubts]


def bare(value: object) -> str:
    """A value without what a print, which breaks lines anywhere, may put between its characters."""
    return squeeze(str(value))


def put_table(word: Word | _Cell, part: Grid) -> None:
    """Put a drawing into a document of Word, or into a cell of one, as a table."""
    rows = max(*(row for row, _ in part.cells), *(area[2] for area in part.merges), 1)
    columns = max(*(column for _, column in part.cells), *(area[3] for area in part.merges), 1)
    table = word.add_table(rows, columns)
    table.style = "Table Grid"
    for top, left, bottom, right in part.merges:
        table.cell(top - 1, left - 1).merge(table.cell(bottom - 1, right - 1))
    for (row, column), value in part.cells.items():
        table.cell(row - 1, column - 1).text = f"{value:.15g}" if isinstance(value, float) else str(value)


def as_document(sheet: Grid, path: Path) -> Path:
    """The drawing as a table of Word."""
    word = Document()
    put_table(word, sheet)
    word.save(str(path))
    return path

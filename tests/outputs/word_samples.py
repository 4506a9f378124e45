"""Forms, declarations and read-back for the tests of the Word summary: hand-made, no workbook needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timezone
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from docx import Document
from docx.document import Document as DocumentType
from docx.oxml.ns import qn

from tests.outputs.word_lint import lint
from tests.shipped import with_usual_roles
from toolkit.forms.model import AMOUNT, DATE, INTEGER, LONG_TEXT, TEXT, Column, Field, Form, IndicatorTable
from toolkit.outputs.word import compile_template, write_summary
from toolkit.reading.model import BLANK_ENTRY, Declaration, Entry, Row, Value

TEMPLATE = Path(__file__).resolve().parents[2] / "templates" / "绩效目标汇总表.docx"
UNIT = "某市第一实验中心"

_TEXTS = ("项目名称", "项目性质", "项目类别", "主管部门", "实施单位")
_AMOUNTS = ("项目资金总额", "财政资金", "其他资金", "年度资金申请总额", "当年财政拨款", "上年结转资金", "年度其他资金")
_TYPES = {
    **dict.fromkeys(_TEXTS, TEXT),
    "计划开始日期": DATE,
    "计划完成日期": DATE,
    **dict.fromkeys(_AMOUNTS, AMOUNT),
    "项目总目标": LONG_TEXT,
    "年度总体目标": LONG_TEXT,
    "年度": INTEGER,
}
COLUMNS = ("一级指标", "二级指标", "三级指标", "符号", "数值", "计量单位")


def make_form(columns: Sequence[str] = COLUMNS, levels: int = 2, **more: str) -> Form:
    """Return a form like the shipped one with other indicator columns, the first `levels` of them grouping."""
    fields = tuple(Field(name, name, kind) for name, kind in {**_TYPES, **more}.items())
    made = tuple(
        Column(Field(name, name, TEXT, code_list=name if number < levels else None), number + 2) for number, name in enumerate(columns)
    )
    table = IndicatorTable(made, 15, 74) if made else None
    return with_usual_roles(Form("测试表", "1", Path("测试表.xlsx"), "申报表", "项目申报表", "A1:G80", fields, table, (), {}))


def entry(value: Value) -> Entry:
    """Return the entry of a cell that holds `value`, blank for None."""
    return BLANK_ENTRY if value is None else Entry(value, str(value), "A1")


def make_rows(rows: Sequence[Sequence[str | None]], columns: Sequence[str] = COLUMNS) -> tuple[Row, ...]:
    """Return table rows from their values, left to right."""
    return tuple(
        Row(number, {name: entry(value) for name, value in zip(columns, row, strict=True)}) for number, row in enumerate(rows, start=15)
    )


ROWS = (
    ("产出指标", "数量指标", "培训场次", "≥", "12", "场"),
    ("产出指标", "数量指标", "参训人数", "≥", "985.5", "人次"),
    ("产出指标", "质量指标", "合格率", "≥", "95", "%"),
    ("效益指标", "社会效益指标", "知晓率", "≥", "80", "%"),
    ("效益指标", "可持续影响指标", "机制建设", "定性", "基本健全", None),
    ("满意度指标", "服务对象满意度指标", "学员满意度", "≥", "90", "%"),
)


def make_declaration(rows: Sequence[Row] | None = None, **values: Value | Entry) -> Declaration:
    """Return a complete declaration; `values` replace fields, None leaves one blank."""
    given: Mapping[str, Value | Entry] = {
        "项目名称": "业务培训经费",
        "项目性质": "经常性专项业务费",
        "项目类别": "特定目标类",
        "主管部门": "某市教育局",
        "实施单位": UNIT,
        "计划开始日期": date(2024, 1, 1),
        "计划完成日期": date(2024, 12, 31),
        "年度资金申请总额": Decimal("1234567.5"),
        "当年财政拨款": Decimal("1000000"),
        "上年结转资金": Decimal("0"),
        "年度其他资金": Decimal("234567.5"),
        "年度总体目标": "组织全年业务培训，提升队伍能力。",
        "年度": 2024,
        **values,
    }
    entries = {name: value if isinstance(value, Entry) else entry(value) for name, value in given.items()}
    return Declaration("甲.xlsx", "项目1", "测试表", entries, make_rows(ROWS) if rows is None else tuple(rows), roles=make_form().roles)


def summary(declarations: Sequence[Declaration], *, path: Path = TEMPLATE, form: Form | None = None, draft: bool = False) -> bytes:
    """Return the summary made of `declarations` with the Word template at `path`; it has passed our own lint."""
    stream = BytesIO()
    created = datetime(2025, 3, 1, 8, 30, tzinfo=timezone.utc)
    write_summary(compile_template(path, form or make_form()), declarations, stream, draft=draft, created=created)
    assert lint(stream.getvalue()) == []
    return stream.getvalue()


def opened(data: bytes) -> DocumentType:
    return Document(BytesIO(data))


def grid(table: object) -> list[list[str]]:
    """Return the text of every cell as stored: "" under the top of a vertical merge."""
    rows = table._tbl.findall(qn("w:tr"))  # type: ignore[attr-defined]
    return [["\n".join(_line(p) for p in tc.findall(qn("w:p"))) for tc in row.findall(qn("w:tc"))] for row in rows]


def merges(table: object) -> list[list[str]]:
    """Return the state of every cell's vertical merge: `-` none, `r` restart, `c` continue."""
    rows = table._tbl.findall(qn("w:tr"))  # type: ignore[attr-defined]
    return [["".join(_merge(tc) for tc in row.findall(qn("w:tc")))] for row in rows]


def _merge(cell: object) -> str:
    found = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")  # type: ignore[attr-defined]
    return "-" if found is None else (found.get(qn("w:val")) or "continue")[0]


def _line(paragraph: object) -> str:
    marks = {qn("w:br"): "\n", qn("w:tab"): "\t"}
    parts = paragraph.iter(qn("w:t"), *marks)  # type: ignore[attr-defined]
    return "".join(marks.get(part.tag) or part.text or "" for part in parts)

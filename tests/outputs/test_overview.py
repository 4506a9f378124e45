"""总表.xlsx: every figure is the sum of the records, cached and recalculated alike, to the cent, whatever things are called."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.office import convert_all
from tests.shipped import ROWS, declaration, shipped_form
from tests.validator import needs_validator, validate
from toolkit.outputs.overview import LEFT_OUT, MERGED, Omission, UnitReview, Verdicts, overview_workbook
from toolkit.reading.model import Declaration, Value
from toolkit.values.amounts import round_half_up
from toolkit.values.text import label_key

# openpyxl does not know the data bars of Excel 2010 and says so.
pytestmark = [pytest.mark.filterwarnings("ignore:.* extension is not supported:UserWarning"), pytest.mark.slow]

# 字段名 of the amounts, and how 总表 heads them.
AMOUNTS = {
    "项目资金总额": "项目资金总额",
    "年度资金申请总额": "年度资金申请总额",
    "财政资金": "财政资金",
    "当年财政拨款": "当年财政拨款",
    "上年结转资金": "上年结转资金",
    "其他资金": "其他资金",
    "年度其他资金": "年度其他资金",
}
MAIN = "年度资金申请总额"
ANNUAL = ("当年财政拨款", "上年结转资金", "年度其他资金")

# What SUMIFS would take for a wildcard, a comparison, a number, a date, or could not compare at all.
HOSTILE = (
    *("*", "?", "~", "~*", "中心*", "中心甲", "=1+1", "<>", ">5", "001", "1", "1e3", "TRUE", "2024年1月1日", "三月五日", "一中"),
    *("甲" * 300, "A公司", "a公司", "Ａ公司", "（北）中心", "上午9:30", "青溪区 第一小学", "青溪区第一小学", '"引号"', "'撇号"),
)


def batch() -> list[Declaration]:
    changes: list[dict[str, Value]] = [
        {},
        {"项目名称": "=cmd|'/c calc'!A1", MAIN: Decimal("0.10"), "上年结转资金": None},
        {"实施单位": "青溪区第二小学", MAIN: Decimal("1234567.89"), "项目资金总额": Decimal("9999999.99")},
        {"实施单位": "*", MAIN: Decimal("0.20")},
    ]
    return [declaration(each) for each in changes]


@lru_cache(maxsize=1)
def thousand() -> tuple[Declaration, ...]:
    """1,000 declarations with random amounts, some blank, of units and kinds with the names above."""
    rng = random.Random(7)
    lists = shipped_form().lists
    units = (None, *HOSTILE, *(f"青溪区第{n}中学" for n in range(1, 30)))

    def amount() -> Value:
        return rng.choice((None, Decimal(0), Decimal(rng.randrange(10 ** rng.randrange(1, 13))) / 100))

    def one(number: int) -> Declaration:
        head: dict[str, Value] = {name: amount() for name in AMOUNTS}
        head |= {"项目名称": f"项目{number}", "实施单位": rng.choice(units)}
        head["项目性质"] = rng.choice((*lists["项目性质"], None, "*", "自拟性质"))
        head["项目类别"] = rng.choice((*lists["项目类别"], None, "=1"))
        return declaration(head, rows=ROWS[:1])

    return tuple(one(number) for number in range(1_000))


def total(declarations: Sequence[Declaration], name: str, *, wan: bool = False) -> Decimal:
    values = (declaration.value(name) for declaration in declarations)
    added = sum((value for value in values if isinstance(value, Decimal)), Decimal(0))
    return added / 10_000 if wan else added


def figure(value: object) -> Decimal:
    """A cell's number as a person reads it; binary fractions end long after the sixth decimal."""
    return round(Decimal(repr(value)), 6)


def rows_under(sheet: Worksheet, first: str, second: str) -> dict[str, dict[str, object]]:
    """The rows below the headings that begin `first`, `second`, down to 合计, by the text under `first`."""
    found: dict[str, dict[str, object]] = {}
    heads: list[str] = []
    start = 0
    for row in sheet.iter_rows(values_only=True):
        texts = ["" if value is None else str(value) for value in row]
        if not heads:
            start = next((n for n in range(len(texts) - 1) if texts[n : n + 2] == [first, second]), -1)
            heads = texts[start:] if start >= 0 else []
        else:
            found[texts[start]] = dict(zip(heads, row[start:], strict=False))
            if "合计" in texts:
                break
    return {**found, "合计": found.pop("合计", found.pop("", {}))}


def test_detail_and_indicators_are_the_records() -> None:
    book = openpyxl.load_workbook(BytesIO(overview_workbook(shipped_form(), batch())), data_only=True)
    assert book.sheetnames == ["项目明细", "指标明细", "按单位", "按类别与性质", "资金构成"]
    blanks = "　合计不含空白：项目资金总额 3 个、上年结转资金 1 个"
    assert book["项目明细"]["A2"].value == f"年度：2025　3 家单位　4 个项目{blanks}"
    assert book["指标明细"]["A2"].value == "年度：2025　3 家单位　4 个项目"
    rows = list(book["项目明细"].iter_rows(min_row=4, values_only=True))
    heads = rows[0]
    assert heads[:3] == ("序号", "实施单位", "项目名称") and {*AMOUNTS.values()} <= {*heads}
    assert [row[2] for row in rows[1:-1]] == ["校园食堂改造", "=cmd|'/c calc'!A1", "校园食堂改造", "校园食堂改造"]
    assert book["项目明细"]["C6"].data_type == "s" and book["项目明细"]["C6"].quotePrefix
    column = heads.index("上年结转资金")
    assert [row[column] for row in rows[1:-1]] == [150000.5, None, 150000.5, 150000.5]
    assert book["指标明细"].max_row == 3 + 4 * len(ROWS)
    written = ["青溪区第一小学", "校园食堂改造", *ROWS[0][:4], int(ROWS[0][4] or 0), *ROWS[0][5:], "≤3000.00(元/平方米)"]
    assert [cell.value for cell in book["指标明细"][4]][1:] == written


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Mapping[bool, Path]:
    """The workbook of the thousand, by whether its summaries are in 万元."""
    folder = tmp_path_factory.mktemp("总表")
    paths = {False: folder / "元.xlsx", True: folder / "万元.xlsx"}
    for wan, path in paths.items():
        path.write_bytes(overview_workbook(shipped_form(), thousand(), wan=wan))
    return paths


@pytest.fixture(scope="module")
def recalculated(books: Mapping[bool, Path]) -> Mapping[bool, Path]:
    """The same two after LibreOffice calculated them."""
    made = convert_all(list(books.values()), "xlsx", books[False].parent / "重算")
    return dict(zip(books, made, strict=True))


@pytest.fixture(scope="module", params=[False, True], ids=["元", "万元"])
def seen(request: pytest.FixtureRequest, kind: str) -> tuple[Workbook, bool]:
    """A workbook and whether its summaries are in 万元."""
    return openpyxl.load_workbook(request.getfixturevalue(kind)[request.param], data_only=True), request.param


@pytest.fixture(scope="module", params=["books", pytest.param("recalculated", marks=pytest.mark.office)])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_total_of_the_detail_is_in_yuan_to_the_cent(seen: tuple[Workbook, bool]) -> None:
    rows = list(seen[0]["项目明细"].iter_rows(min_row=4, values_only=True))
    for name, head in AMOUNTS.items():
        assert figure(rows[-1][rows[0].index(head)]) == total(thousand(), name), name


def test_every_unit_has_the_sum_of_its_records(seen: tuple[Workbook, bool]) -> None:
    book, wan = seen
    units: dict[str, list[Declaration]] = {}
    for each in thousand():
        units.setdefault(label_key(each.unit or "（未填写）"), []).append(each)
    rows = rows_under(book["按单位"], "实施单位", "项目数")
    whole = rows.pop("合计")
    assert len(rows) == len(units)
    for shown, row in rows.items():
        mine = units[label_key(shown)]
        assert row["项目数"] == len(mine), shown
        for name, head in AMOUNTS.items():
            assert figure(row[head]) == total(mine, name, wan=wan), (shown, name)
        assert figure(row["占比"]) == round(total(mine, MAIN) / total(thousand(), MAIN), 6), shown
    assert whole["项目数"] == 1_000
    assert {name: figure(whole[head]) for name, head in AMOUNTS.items()} == {name: total(thousand(), name, wan=wan) for name in AMOUNTS}


@pytest.mark.parametrize("field", ["项目性质", "项目类别"])
def test_every_kind_has_the_sum_of_its_records(seen: tuple[Workbook, bool], field: str) -> None:
    book, wan = seen
    rows = rows_under(book["按类别与性质"], field, "项目数")
    assert rows.pop("合计")["项目数"] == 1_000
    assert set(rows) == {str(each.value(field) or "（未填写）") for each in thousand()}
    for shown, row in rows.items():
        mine = [each for each in thousand() if (each.value(field) or "（未填写）") == shown]
        assert row["项目数"] == len(mine), shown
        for name, head in AMOUNTS.items():
            assert figure(row[head]) == total(mine, name, wan=wan), (shown, name)


def test_kinds_against_each_other(seen: tuple[Workbook, bool]) -> None:
    book, wan = seen
    second = str(shipped_form().lists["项目类别"][0])
    rows = rows_under(book["按类别与性质"], "项目性质＼项目类别", second)
    for shown, row in rows.items():
        for head, value in list(row.items())[1:]:
            if head:
                mine = [
                    each
                    for each in thousand()
                    if shown in ("合计", each.value("项目性质") or "（未填写）")
                    and head in ("合计", each.value("项目类别") or "（未填写）")
                ]
                assert figure(value) == total(mine, MAIN, wan=wan), (shown, head)


def test_funds_and_the_largest_units(seen: tuple[Workbook, bool]) -> None:
    book, wan = seen
    rows = rows_under(book["资金构成"], "资金来源", "金额")
    together = sum((total(thousand(), name, wan=wan) for name in ANNUAL), Decimal(0))
    assert {name: figure(row["金额"]) for name, row in rows.items()} == {
        **{name: total(thousand(), name, wan=wan) for name in ANNUAL},
        "合计": together,
    }
    labels = {row[0].value: row[1].value for row in book["资金构成"].iter_rows(max_col=2)}
    assert figure(labels["年度资金申请总额比分项合计多"]) == total(thousand(), MAIN, wan=wan) - together
    largest = rows_under(book["资金构成"], "实施单位", ANNUAL[0])
    largest.pop("合计")
    units: dict[str, list[Declaration]] = {}
    for each in thousand():
        units.setdefault(label_key(each.unit or "（未填写）"), []).append(each)
    best = sorted(units, key=lambda unit: -total(units[unit], MAIN))[:20]
    assert [label_key(shown) for shown in largest] == best
    for shown, row in largest.items():
        for name in (*ANNUAL, MAIN):
            assert figure(row[name]) == total(units[label_key(shown)], name, wan=wan), (shown, name)


@pytest.mark.office
@pytest.mark.parametrize("wan", [False, True])
def test_cached_values_are_what_a_program_calculates(books: Mapping[bool, Path], recalculated: Mapping[bool, Path], wan: bool) -> None:
    formulas = openpyxl.load_workbook(BytesIO(overview_workbook(shipped_form(), thousand(), wan=wan)))
    cached, again = (openpyxl.load_workbook(made[wan], data_only=True) for made in (books, recalculated))
    cells = [(sheet.title, cell.coordinate) for sheet in formulas for cell in _formulas(sheet)]
    assert len(cells) > 500
    assert {place: cached[place[0]][place[1]].value for place in cells} == {place: again[place[0]][place[1]].value for place in cells}


def _formulas(sheet: Worksheet) -> Iterator[openpyxl.cell.Cell]:
    return (cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f")


def test_figures_can_be_traced_by_name() -> None:
    book = openpyxl.load_workbook(BytesIO(overview_workbook(shipped_form(), batch())))
    sheet = book["按单位"]
    assert [sheet["D3"].value, sheet["G3"].value] == ["项目资金总额及其构成", "年度资金申请总额及其构成"]
    assert sheet["G4"].value == "年度资金申请总额"
    assert sheet["G5"].value == "=ROUND(SUMIFS(项目明细!$M$5:$M$8,项目明细!$B$5:$B$8,$B$5),2)"
    assert sheet["B7"].value == "*"
    assert sheet["G7"].value == "=ROUND(SUMPRODUCT(1*EXACT(项目明细!$B$5:$B$8,$B$7),项目明细!$M$5:$M$8),2)"
    assert sheet["G8"].value == "=ROUND(SUBTOTAL(9,G5:G7),2)"
    book = openpyxl.load_workbook(BytesIO(overview_workbook(shipped_form(), batch(), wan=True)))
    assert book["按单位"]["G5"].value == "=ROUND((SUMIFS(项目明细!$M$5:$M$8,项目明细!$B$5:$B$8,$B$5))/10000,6)"
    units = {sheet.title: [c.value for c in sheet[2] if str(c.value).startswith("单位：")] for sheet in book}
    assert units == {
        "项目明细": ["单位：元"],
        "指标明细": [],
        "按单位": ["单位：万元"],
        "万元舍位平衡": ["单位：万元"],
        "按类别与性质": ["单位：万元"],
        "资金构成": ["单位：万元"],
    }


def test_in_wan_rows_and_columns_add_up_and_what_was_adjusted_is_listed() -> None:
    rng = random.Random(3)
    parts = ("当年财政拨款", "上年结转资金", "年度其他资金")
    made = []
    for number in range(60):
        amounts: dict[str, Value] = {part: Decimal(rng.randrange(1_000_000)) / 10 for part in parts}
        whole = sum((Decimal(str(amounts[part])) for part in parts), Decimal(0))
        made.append(declaration({"实施单位": f"第{number}小学", MAIN: whole, **amounts}))
    book = openpyxl.load_workbook(BytesIO(overview_workbook(shipped_form(), made, wan=True)), data_only=True)
    rows = rows_under(book["万元舍位平衡"], "实施单位", "项目资金总额")
    total_row = rows.pop("合计")
    assert len(rows) == 60
    heads = (MAIN, *(AMOUNTS[part] for part in parts))
    shown = {unit: [figure(row[head]) for head in heads] for unit, row in {**rows, "合计": total_row}.items()}
    assert [unit for unit, (whole, *mine) in shown.items() if whole != sum(mine)] == []
    for column, name in enumerate((MAIN, *parts)):
        assert shown["合计"][column] == sum(row[column] for unit, row in shown.items() if unit != "合计"), name
        assert abs(shown["合计"][column] - total(made, name, wan=True)) < Decimal("0.01"), name

    # Each figure is at most a hundredth away from the exact one; what is not ordinarily rounded is in the list, with both figures.
    exact = {str(each.unit): [total([each], name, wan=True) for name in (MAIN, *parts)] for each in made}
    exact["合计"] = [total(made, name, wan=True) for name in (MAIN, *parts)]
    assert [unit for unit, row in exact.items() if any(abs(a - b) >= Decimal("0.01") for a, b in zip(row, shown[unit], strict=True))] == []
    other = {
        (unit, head): (round_half_up(one, 2), shown[unit][column])
        for unit, row in exact.items()
        for column, (head, one) in enumerate(zip(heads, row, strict=True))
        if round_half_up(one, 2) != shown[unit][column]
    }
    lines = [row for row in book["万元舍位平衡"].iter_rows(values_only=True) if row[2] in heads and row[1] in exact and row[5] is not None]
    listed = {(row[1], row[2]): (figure(row[4]), figure(row[5])) for row in lines if row[0] != "序号" and isinstance(row[4], (int, float))}
    assert other and listed == other


REVIEWS = (
    UnitReview("青溪区第一小学", 2, 0, 1, 2, 3, MERGED),
    UnitReview("=1+1", 1, 3, 0, 0, 0, LEFT_OUT, "有 3 处错误"),
)
OMISSIONS = (
    Omission("有 3 处错误", "=1+1", None, ("回收/乙.xlsx", "回收/丙.xlsx"), 3, cure="改正后再汇总。"),
    Omission("名单中“是否公开”为否", "青溪区第一小学", "保密项目", ("回收/甲.xlsx",)),
    Omission("文件已损坏", files=("回收/坏.xlsx",), cure="请重新报送。"),
)


def test_review_and_what_was_left_out() -> None:
    public = [True, False, True, True]
    data = overview_workbook(shipped_form(), batch(), said=Verdicts(public, REVIEWS, OMISSIONS))
    book = openpyxl.load_workbook(BytesIO(data), data_only=True)
    assert [row[3] for row in book["项目明细"].iter_rows(min_row=4, values_only=True)][:-1] == ["是否公开", "是", "否", "是", "是"]
    assert book["审核情况"]["A2"].value == "共 2 家单位：已汇总 1 家，未汇总 1 家"
    review = [list(row) for row in book["审核情况"].iter_rows(min_row=3, values_only=True)]
    assert review == [
        ["序号", "单位", "项目数", "错误", "警告", "提示", "自动修复", "结果", "原因"],
        [1, "青溪区第一小学", 2, 0, 1, 2, 3, "已汇总", None],
        [2, "=1+1", 1, 3, 0, 0, 0, "未汇总", "有 3 处错误"],
        ["合计", None, 3, 3, 1, 2, 3, None, None],
    ]
    omitted = [list(row) for row in book["未汇总清单"].iter_rows(min_row=3, values_only=True)]
    assert omitted == [
        ["序号", "范围", "单位", "项目", "原因", "怎么办", "文件"],
        [1, "单位", "=1+1", None, "有 3 处错误", "改正后再汇总。", "回收/乙.xlsx\n回收/丙.xlsx"],
        [2, "项目", "青溪区第一小学", "保密项目", "名单中“是否公开”为否", None, "回收/甲.xlsx"],
        [3, "文件", None, None, "文件已损坏", "请重新报送。", "回收/坏.xlsx"],
    ]


def test_a_sum_and_its_parts_stand_under_one_heading() -> None:
    sheet = openpyxl.load_workbook(BytesIO(overview_workbook(shipped_form(), batch())), data_only=True)["项目明细"]
    heads = {cell.value: cell.column_letter for cell in sheet[4]}
    groups = {str(area): sheet.cell(area.min_row, area.min_col).value for area in sheet.merged_cells.ranges if area.min_row == 3}
    assert groups == {
        f"{heads['项目资金总额']}3:{heads['其他资金']}3": "项目资金总额及其构成",
        f"{heads['年度资金申请总额']}3:{heads['年度其他资金']}3": "年度资金申请总额及其构成",
    }
    assert (sheet.freeze_panes, sheet.auto_filter.ref.split(":")[0], sheet.print_title_rows) == ("D5", "A4", "$1:$4")


def test_print_set_up_and_charts() -> None:
    data = overview_workbook(shipped_form(), batch(), said=Verdicts(None, REVIEWS, OMISSIONS))
    book = openpyxl.load_workbook(BytesIO(data))
    for sheet in book:
        assert sheet.page_setup.orientation == "landscape" and sheet.page_setup.fitToHeight == 0
        assert sheet.print_title_rows in ("$1:$4", "$1:$3", "$1:$2") and "第 &P 页" in sheet.oddFooter.center.text
    charts = {sheet.title: len(sheet._charts) for sheet in book}
    assert charts == {"项目明细": 0, "指标明细": 0, "按单位": 0, "按类别与性质": 1, "资金构成": 2, "审核情况": 0, "未汇总清单": 0}
    assert all(book[name].freeze_panes and book[name].auto_filter.ref for name in ("项目明细", "指标明细", "按单位", "审核情况"))


def test_draft_says_so_on_every_sheet() -> None:
    data = overview_workbook(shipped_form(), batch(), draft=True, said=Verdicts(None, REVIEWS, OMISSIONS))
    book = openpyxl.load_workbook(BytesIO(data))
    assert all("草稿" in sheet.oddHeader.center.text and "草稿" in str(sheet["A1"].value) for sheet in book)


def test_a_form_without_amounts_lists_and_rows() -> None:
    bare = replace(shipped_form(), table=None, rules=(), fields=tuple(f for f in shipped_form().fields if f.type == "文本"))
    book = openpyxl.load_workbook(BytesIO(overview_workbook(bare, batch())), data_only=True)
    assert book.sheetnames == ["项目明细", "按单位"]
    assert [row[1:3] for row in book["按单位"].iter_rows(min_row=4, values_only=True)][:2] == [("青溪区第一小学", 2), ("青溪区第二小学", 1)]


@needs_validator
@pytest.mark.parametrize("wan", [False, True])
def test_validator_finds_nothing(tmp_path: Path, wan: bool) -> None:
    path = tmp_path / "总表.xlsx"
    public = [True, False, True, True]
    path.write_bytes(overview_workbook(shipped_form(), batch(), wan=wan, draft=wan, said=Verdicts(public, REVIEWS, OMISSIONS)))
    assert validate(path) == []

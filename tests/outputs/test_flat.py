"""Export: what pandas reads back are the records, with Excel's types; nothing in it can run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas
import pytest

from tests.shipped import ROWS, declaration, shipped_form
from tests.validator import needs_validator, validate
from toolkit.forms import Form
from toolkit.forms.model import AMOUNT, CODE, DATE, DECIMAL, INTEGER, TEXT, Field
from toolkit.outputs.flat import export_parts
from toolkit.outputs.records import Record, declaration_record
from toolkit.reading.model import Declaration, Entry, Value

CHANGES: Sequence[dict[str, Value]] = (
    {"项目名称": "=cmd|'/c calc'!A1", "上年结转资金": None, "年度资金申请总额": Decimal("-1.50")},
    {"项目名称": "http://www.example.com", "年度总体目标": "第一行\n第二行", "年度": None},
    {"项目名称": "007", "计划开始日期": None},
)

# Another form, none of whose fields the shipped one has but the year.
OTHER = replace(
    shipped_form(),
    name="政府采购/需求表[2025]：附件一之一之一之一之一之一之一",
    table=None,
    fields=(
        Field("采购编码", "采购编码", CODE),
        Field("预算", "预算", AMOUNT),
        Field("权重", "权重", DECIMAL),
        Field("签订日", "签订日", DATE),
        Field("份数", "份数", INTEGER),
        Field("采购人", "采购人", TEXT),
    ),
)


def records(form: Form, declarations: Sequence[Declaration]) -> list[Record]:
    return [declaration_record(each, form) for each in declarations]


def exported(found: Sequence[Record], forms: Sequence[Form], suffix: str) -> bytes:
    return b"".join(export_parts(found, forms, suffix))


def shipped_records() -> list[Record]:
    rows = (("产出指标", "数量指标", "改造面积", "=", "100", "平方米"), ("效益指标", "社会效益指标", "影响", "定性", "=1+1", None))
    return records(shipped_form(), [declaration(each, rows=rows) for each in CHANGES])


def other_records() -> list[Record]:
    values: dict[str, Value] = {
        "采购编码": "000123456789012345",
        "预算": Decimal("1234567.80"),
        "权重": Decimal("0.125"),
        "签订日": date(2025, 3, 1),
        "份数": 3,
        "采购人": None,
    }
    entries = {name: Entry(value, str(value), None) for name, value in values.items()}
    return records(OTHER, [Declaration("乙.xlsx", "采购", OTHER.name, entries)])


def back(value: object, like: object, kind: str) -> object:
    """A cell of an .xlsx as the record would have it."""
    if value is None or like is None:
        return value
    if kind == AMOUNT:
        assert isinstance(value, (int, float))
        return f"{Decimal(repr(value)):.2f}"
    if kind == DECIMAL:
        return repr(value)
    if kind == DATE:
        assert isinstance(value, datetime)
        return value.date().isoformat()
    return value


def test_workbook_holds_the_records_with_their_types() -> None:
    form, wanted = shipped_form(), shipped_records()
    book = openpyxl.load_workbook(BytesIO(exported(wanted, [form], ".xlsx")))
    assert book.sheetnames == ["项目", "指标"]
    heads, *rows = [list(row) for row in book["项目"].iter_rows(values_only=True)]
    names = ["file", "sheet", "表样", "年度", *(f.name for f in form.fields if f.name != "年度")]
    assert heads == ["文件", "工作表", *names[2:]]
    for row, record in zip(rows, wanted, strict=True):
        kinds = [form.by_name[name].type if name in form.by_name else TEXT for name in names]
        assert [back(v, record[n], k) for v, n, k in zip(row, names, kinds, strict=True)] == [record[n] for n in names]
    formats = {cell.value: book["项目"][2][number].number_format for number, cell in enumerate(book["项目"][1])}
    assert (formats["年度资金申请总额"], formats["计划完成日期"]) == ("#,##0.00", "yyyy-mm-dd")
    assert book["项目"].cell(2, heads.index("项目名称") + 1).data_type == "s"
    indicators = [list(row) for row in book["指标"].iter_rows(values_only=True)]
    assert indicators[0] == ["文件", "工作表", "实施单位", "项目名称", *(form.table.names if form.table else ()), "指标值"]
    assert indicators[1][4:] == ["产出指标", "数量指标", "改造面积", "=", "100", "平方米", "=100.00(平方米)"]
    assert len(indicators) == 1 + 2 * len(CHANGES)


def test_pandas_reads_numbers_dates_and_texts() -> None:
    data = BytesIO(exported(shipped_records(), [shipped_form()], ".xlsx"))
    table = pandas.read_excel(data, sheet_name="项目", dtype={"项目名称": str}, engine="openpyxl")
    assert table["年度资金申请总额"].tolist() == [-1.5, 1200000.0, 1200000.0]
    assert table["上年结转资金"].isna().tolist() == [True, False, False]
    assert table["计划完成日期"].tolist() == [pandas.Timestamp(2025, 12, 31)] * 3
    assert table["项目名称"].tolist() == ["=cmd|'/c calc'!A1", "http://www.example.com", "007"]


def test_csv_holds_the_records_and_nothing_that_runs() -> None:
    data = exported(shipped_records(), [shipped_form()], ".csv")
    assert data.startswith("\ufeff文件,工作表,表样,年度,".encode())
    table = pandas.read_csv(BytesIO(data), dtype=str, keep_default_na=False)
    assert table["年度"].tolist() == ["2025", "2025", "", "", "2025", "2025"]
    assert table["年度资金申请总额"].tolist()[:3] == ["-1.50", "-1.50", "1200000.00"]
    assert table["符号"].tolist()[:2] == ["=", "定性"]
    assert table["指标值"].tolist()[:2] == ["=100.00(平方米)", "'=1+1"]
    assert table["项目名称"].tolist()[::2] == ["'=cmd|'/c calc'!A1", "http://www.example.com", "007"]
    assert table["年度总体目标"].tolist()[2] == "第一行\n第二行"


def test_codes_of_eighteen_digits_stay_texts_and_other_types_keep_their_digits() -> None:
    book = openpyxl.load_workbook(BytesIO(exported(other_records(), [OTHER], ".xlsx")))
    assert [cell.value for cell in book["项目"][2]][4:] == ["000123456789012345", 1234567.8, 0.125, datetime(2025, 3, 1), 3, None]
    assert [cell.number_format for cell in book["项目"][2]][5:8] == ["#,##0.00", "0.00####", "yyyy-mm-dd"]
    assert [[cell.value for cell in row] for row in book["指标"].iter_rows()] == [["文件", "工作表"]]


def test_several_forms_make_a_pair_of_sheets_each() -> None:
    both = [*shipped_records(), *other_records()]
    twin = replace(OTHER, name=OTHER.name + "二")
    book = openpyxl.load_workbook(BytesIO(exported(both, [shipped_form(), OTHER, twin], ".xlsx")))
    assert book.sheetnames == [
        "项目-绩效目标申报表",
        "指标-绩效目标申报表",
        "项目-政府采购／需求表（2025）：附件一之一之一之一之一之一",
        "指标-政府采购／需求表（2025）：附件一之一之一之一之一之一",
        "项目-政府采购／需求表（2025）：附件一之一之一之一之（2）",
        "指标-政府采购／需求表（2025）：附件一之一之一之一之（2）",
    ]
    assert [book[name].max_row for name in book.sheetnames[:4]] == [4, 7, 2, 1]
    assert json.loads(exported(both, [shipped_form(), OTHER], ".json")) == both


@pytest.mark.parametrize("suffix", [".json", ".csv", ".xlsx"])
def test_a_file_name_that_is_not_unicode(suffix: str) -> None:
    odd = [{**record, "file": "回收/\udcb0\udca1.xlsx"} for record in shipped_records()]
    data = exported(odd, [shipped_form()], suffix)
    if suffix == ".json":
        assert json.loads(data) == odd
    elif suffix == ".csv":
        assert pandas.read_csv(BytesIO(data))["文件"].tolist()[0] == "回收/\\udcb0\\udca1.xlsx"
    else:
        assert openpyxl.load_workbook(BytesIO(data))["项目"]["A2"].value == "回收/.xlsx"


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_columns_are_the_same_without_records(suffix: str) -> None:
    def columns(data: bytes) -> list[str]:
        stream = BytesIO(data)
        return list(pandas.read_csv(stream) if suffix == ".csv" else pandas.read_excel(stream, engine="openpyxl"))

    some = exported(records(shipped_form(), [declaration(rows=ROWS)]), [shipped_form()], suffix)
    assert columns(exported([], [shipped_form()], suffix)) == columns(some)
    assert columns(exported([], [], suffix)) == ["文件", "工作表", "表样", "年度"]


@needs_validator
def test_validator_finds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "数据.xlsx"
    path.write_bytes(exported([*shipped_records(), *other_records()], [shipped_form(), OTHER], ".xlsx"))
    assert validate(path) == []


@pytest.mark.parametrize("suffix", [".csv", ".json"])
def test_many_records_come_in_pieces_and_are_the_same_file(suffix: str) -> None:
    few, many = shipped_records(), shipped_records() * 100
    parts = list(export_parts(many, [shipped_form()], suffix))
    assert max(map(len, parts)) < sum(map(len, parts)) / 2
    whole = b"".join(parts).decode("utf-8-sig")
    if suffix == ".json":
        assert whole == json.dumps(many, ensure_ascii=False, indent=1) + "\n"
    else:
        head, _, lines = exported(few, [shipped_form()], suffix).decode("utf-8-sig").partition("\r\n")
        assert whole == f"{head}\r\n{lines * 100}"

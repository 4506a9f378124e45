"""`toolkit.read`, `check`, `export`: tables with one type per column, blanks as NA; and the page about them, run as printed."""

from __future__ import annotations

import contextlib
import io
import json
import re
import shlex
import shutil
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas
import pytest

import toolkit
from tests.command import Run, put
from tests.shipped import ROOT, ROWS, shipped_form
from toolkit.errors import OutputError, UsageError
from toolkit.values.words import STATUS_WORDS

pytestmark = pytest.mark.slow

PAGE = ROOT / "docs" / "Python接口.md"


@pytest.fixture
def returns(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """A folder with two projects: one as it should be, one whose amount is a text and whose goal is blank."""
    monkeypatch.chdir(tmp_path)
    put("回收/甲.xlsx", {}, {"上年结转资金": None, "项目总目标": None})
    Path("回收/坏.xlsx").write_bytes(b"PK\x03\x04")
    return "回收"


def test_the_page_runs_as_printed(run: Run, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "已公布文档", tmp_path / "已公布文档")
    names: dict[str, object] = {}
    printed = ""
    for kind, text in re.findall(r"^```(sh|python|text)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL):
        if kind == "sh":
            assert run(*shlex.split(text)[1:]).code == 0
            continue
        if kind == "text":
            assert trimmed(printed) == trimmed(text)
            printed = ""
            continue
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(text, PAGE.name, "exec"), names)
        printed += out.getvalue()
    assert printed == ""


def test_tables_have_one_type_per_column(returns: str) -> None:
    tables = toolkit.read(returns)
    form = shipped_form()
    assert form.table is not None
    projects, rows = tables.declarations, tables.rows
    assert list(projects.columns) == ["file", "sheet", "表样", "年度", *(f.name for f in form.fields if f.name != "年度")]
    assert list(rows.columns) == ["declaration", "file", "sheet", "实施单位", "项目名称", *form.table.names, "指标值"]
    kinds = {"string": "string", "Int64": "Int64", "object": "Decimal", "datetime64[s]": "date"}
    assert {kinds[str(projects[name].dtype)] for name in projects} == {"string", "Int64", "Decimal", "date"}
    assert [str(projects[name].dtype) for name in ("年度", "年度资金申请总额", "计划开始日期", "项目名称")] == [
        "Int64",
        "object",
        "datetime64[s]",
        "string",
    ]
    assert rows["declaration"].tolist() == [0] * len(ROWS) + [1] * len(ROWS)
    assert str(rows["数值"].dtype) == "string"


def test_values_are_those_of_the_records_and_blanks_are_na(returns: str) -> None:
    projects = toolkit.read(returns).declarations
    first, second = projects.iloc[0], projects.iloc[1]
    assert isinstance(first["年度资金申请总额"], Decimal) and isinstance(projects["年度资金申请总额"].sum(), Decimal)
    assert isinstance(first["计划开始日期"].date(), date)
    assert second["上年结转资金"] is None and second["项目总目标"] is pandas.NA
    numbers = toolkit.read(returns, exact=False).declarations["上年结转资金"]
    assert str(numbers.dtype) == "float64" and numbers.isna().tolist() == [False, True]


def test_reading_tells_only_of_files_and_checking_of_all(returns: str, run: Run, tmp_path: Path) -> None:
    read, checked = toolkit.read(tmp_path / returns), toolkit.check([tmp_path / returns])
    assert set(read.findings["family"]) == {"file"} and read.files["status"].tolist() == ["unreadable", "passed"]
    contract = json.loads(run("check", tmp_path / returns, "--json").out)
    told = [{name: None if value is pandas.NA else value for name, value in row.items()} for row in checked.findings.to_dict("records")]
    assert told == contract["findings"] and list(checked.findings.columns) == list(contract["findings"][0])
    assert checked.files.to_dict("records")[1] == contract["files"][1]
    assert set(checked.files["status"]) <= set(STATUS_WORDS)


def test_export_is_one_flat_table_and_writes_what_the_command_writes(returns: str, run: Run) -> None:
    flat = toolkit.export(returns, "数据.csv")
    assert len(flat) == 2 * len(ROWS) and "declaration" not in flat.columns and flat["三级指标"].notna().all()
    assert run("export", returns, "-o", "另一份.csv").code == 4
    assert Path("数据.csv").read_bytes() == Path("另一份.csv").read_bytes()
    assert list(flat.columns)[4:] == list(pandas.read_csv("数据.csv").columns)[4:]
    with pytest.raises(OutputError):
        toolkit.export(returns, "数据.csv")


def test_nothing_read_gives_the_columns_all_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    Path("坏.xlsx").write_bytes(b"PK\x03\x04")
    tables = toolkit.check("坏.xlsx", form="绩效目标申报表")
    assert (len(tables.declarations), len(tables.rows), len(tables.findings)) == (0, 0, 1)
    assert str(tables.declarations["年度"].dtype) == "Int64" and "指标值" in tables.rows.columns
    with pytest.raises(UsageError):
        toolkit.read("没有")


def test_other_names_are_no_part_of_it() -> None:
    assert not hasattr(toolkit, "merge")


def test_parquet_is_exact(returns: str, run: Run) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="没有 pyarrow")
    done = run("export", returns, "-o", "数据.parquet")
    assert (done.code, done.out) == (4, "已导出 2 个项目：数据.parquet\n")
    table = parquet.read_table("数据.parquet")
    records = json.loads(run("export", returns, "--json").out)
    assert table.column_names == list(records[0])
    assert [json.loads(json.dumps(each, default=str, ensure_ascii=False)) for each in table.to_pylist()] == records
    types = {name: str(table.schema.field(name).type) for name in ("年度", "年度资金申请总额", "计划开始日期", "项目名称")}
    assert types == {"年度": "int64", "年度资金申请总额": "decimal128(38, 2)", "计划开始日期": "date32[day]", "项目名称": "string"}


def test_without_pyarrow_it_is_said_what_to_install(returns: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    done = run("export", returns, "-o", "数据.parquet")
    line = "错误：数据.parquet：导出 .parquet 需要 pyarrow。请先运行 pip install pyarrow，或导出为 .xlsx、.csv、.json。\n"
    assert (done.code, done.out, done.err) == (2, "", line)
    assert not Path("数据.parquet").exists()


def trimmed(text: str) -> str:
    """Pandas pads the columns of a table with blanks at the end of a line."""
    return "\n".join(line.rstrip() for line in text.strip("\n").splitlines())

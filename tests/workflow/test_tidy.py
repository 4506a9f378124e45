"""`jixiao tidy`: copies with the safe repairs made and nothing else, a log of each, nothing left for a second run."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from msoffcrypto.format.ooxml import OOXMLFile

from tests.command import Done, Run, hashes
from tests.office import convert
from tests.reading.drawn import GOALS, ROWS, grid
from tests.reading.messes import NOTED, Mess, both, put
from tests.reading.messy import clean_record, edited, filled, outcome, plain, raw_edited, saved, written
from tests.shipped import at, label_at
from tests.validator import needs_validator, validate
from tests.workflow.roster_samples import write_roster
from toolkit.intake.copies import locked
from toolkit.package.opc import open_package
from toolkit.spreadsheet.properties import custom_properties

pytestmark = pytest.mark.slow

LOG = ["文件", "工作表", "单元格", "字段", "修复种类", "原内容", "改后内容", "说明"]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"

MESSY = both(
    put(at("当年财政拨款"), "1，000，000.00"),
    put(at("计划开始日期"), "2025年1月1日"),
    put(at("符号", 6), ">="),
    put(at("一级指标", 3), None),
    put(label_at("项目类别"), "项目分类"),
    put(at("年度其他资金"), 49999.5004),
)
REPAIRED = [
    (label_at("项目类别"), "项目类别", "标签", "项目分类", "项目类别"),
    (at("计划开始日期"), "计划开始日期", "文本日期", "2025年1月1日", "2025-01-01"),
    (at("当年财政拨款"), "当年财政拨款", "文本数字", "1，000，000.00", "1000000.00"),
    (at("年度其他资金"), "年度其他资金", "分以下小数", "49999.5004", "49999.50"),
    (at("一级指标", 3), "一级指标", "层级补全", None, "产出指标"),
    (at("符号", 6), "符号", "指标值", ">=", "≥"),
]


def place(name: str, data: bytes) -> Path:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def log(path: str) -> list[tuple[object, ...]]:
    """The lines of 修复记录.xlsx below its heading."""
    with open_package(Path(path), path) as package:
        assert custom_properties(package)["jixiao.kind"] == "修复记录"
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert list(rows[0]) == LOG
    return rows[1:]


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def tidied(run: Run, data: bytes) -> bytes:
    """What `tidy` makes of one workbook."""
    place("回收/甲.xlsx", data)
    assert run("tidy", "回收", "-o", "整理", "--force").code == 0
    return Path("整理/甲.xlsx").read_bytes()


def test_safe_repairs_are_made_in_a_copy_and_logged(run: Run) -> None:
    source = edited(MESSY)
    place("回收/甲.xlsx", source)
    before = hashes("回收")
    done = run("tidy", "回收", "-o", "整理")
    assert (done.code, done.err) == (0, "")
    assert "其中 1 个文件修复了 6 处" in done.out.splitlines()[-1]
    assert hashes("回收") == before
    assert [(row[0], row[1]) for row in log("整理/修复记录.xlsx")] == [("回收/甲.xlsx", "项目1")] * 6
    assert [row[2:7] for row in log("整理/修复记录.xlsx")] == REPAIRED
    assert all(row[7].endswith("。") for row in log("整理/修复记录.xlsx"))  # type: ignore[attr-defined]
    found = outcome(Path("整理/甲.xlsx").read_bytes(), "甲.xlsx")
    assert [{**each, "file": None} for each in found.records] == [{**clean_record(), "file": None}]
    assert found.log == []


def test_nothing_but_the_mended_cells_changes(run: Run) -> None:
    source = edited(MESSY, data=filled())
    old, new = parts(source), parts(tidied(run, source))
    assert list(old) == list(new)
    changed = {name for name in old if old[name] != new[name]}
    assert "xl/worksheets/sheet1.xml" in changed
    assert changed <= {"xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"}
    before, after = (etree.fromstring(each["xl/worksheets/sheet1.xml"]) for each in (old, new))
    cells = [{c.get("r"): etree.tostring(c) for c in root.iter(f"{MAIN}c")} for root in (before, after)]
    differing = {name for name in cells[0].keys() | cells[1].keys() if cells[0].get(name) != cells[1].get(name)}
    assert differing == {label_at("项目类别"), at("计划开始日期"), at("当年财政拨款"), at("年度其他资金"), at("一级指标", 3), at("符号", 6)}
    for root in (before, after):
        root.remove(root.find(f"{MAIN}sheetData"))
    assert etree.tostring(before) == etree.tostring(after)


def test_a_label_that_shares_its_cell_with_the_value_stays(run: Run) -> None:
    """Written as a bare date, the cell would no longer say which date it is."""
    texts = ("项目性质：一次性 项目", "计划开始日期：2026.1.1", "年度资金申请总额：30万元", "其中：当年财政拨款：300,000")
    sheet = grid("财政项目支出绩效目标申报表\n（2026年度）\n项目名称 | 公园养护", "\n".join(texts), GOALS, ROWS)
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for (row, column), value in sheet.cells.items():
        page.cell(row, column, value)
    stream = io.BytesIO()
    book.save(stream)
    after = openpyxl.load_workbook(io.BytesIO(tidied(run, stream.getvalue()))).active
    assert after is not None
    assert tuple(after.cell(row, 1).value for row in range(4, 8)) == texts


def test_tidying_twice_changes_nothing(run: Run) -> None:
    place("回收/甲.xlsx", edited(MESSY))
    place("回收/二/乙.xlsx", edited(MESSY, data=filled()))
    place("回收/丙.xlsx", plain())
    assert run("tidy", "回收", "-o", "整理").code == 0
    done = run("tidy", "整理", "-o", "再整理", "--json")
    assert (done.code, done.json["repairs"]) == (0, [])
    assert log("再整理/修复记录.xlsx") == []
    first, second = hashes("整理"), hashes("再整理")
    assert {name.removeprefix("整理/") for name in first} == {name.removeprefix("再整理/") for name in second}
    names = ("甲.xlsx", "二/乙.xlsx", "丙.xlsx")
    assert [first[f"整理/{name}"] for name in names] == [second[f"再整理/{name}"] for name in names]


MENDED = [mess for mess in NOTED if mess.name not in ("插入列", "左侧插入列")]


@pytest.mark.parametrize("mess", MENDED, ids=lambda mess: mess.name)
def test_every_logged_repair_is_mended_for_good(run: Run, mess: Mess) -> None:
    found = outcome(tidied(run, edited(mess.change)))
    assert (found.records, found.log, found.told) == ([clean_record()], [], [])
    made = [(f"修复-{row[4]}", row[2], row[5] or "", row[6] or "") for row in log("整理/修复记录.xlsx")]
    assert made == list(mess.log)


@pytest.mark.parametrize("name", ["插入列", "左侧插入列"])
def test_moved_columns_are_left_where_they_are(run: Run, name: str) -> None:
    source = edited(next(mess.change for mess in NOTED if mess.name == name))
    assert tidied(run, source) == source
    assert log("整理/修复记录.xlsx") == []


def test_a_workbook_without_repairs_is_copied_byte_by_byte(run: Run) -> None:
    assert tidied(run, plain()) == plain()
    assert tidied(run, filled()) == filled()


def test_what_only_a_person_can_tell_is_left_alone(run: Run) -> None:
    source = edited(
        put(at("符号", 5), "》"),
        put(at("项目性质"), "常年性项目"),
        put(at("上年结转资金"), "十五万左右"),
        put(at("计划开始日期"), "2025年7月"),
    )
    new = openpyxl.load_workbook(io.BytesIO(tidied(run, source)))["项目1"]
    assert [new[cell].value for cell in (at("项目性质"), at("上年结转资金"), at("计划开始日期"))] == [
        "常年性项目",
        "十五万左右",
        "2025年7月",
    ]


def test_numbers_and_dates_become_real_ones_and_show_as_such(run: Run) -> None:
    source = edited(
        put(at("当年财政拨款"), "1000000", "@"),
        put(at("计划开始日期"), "2025.1.1", "@"),
        put(at("计划完成日期"), 20251231, "0"),
        put(at("数值", 6), 0.905, "0.0%"),
    )
    new = openpyxl.load_workbook(io.BytesIO(tidied(run, source)))["项目1"]
    shown = {cell: (new[cell].value, new[cell].number_format) for cell in (at("当年财政拨款"), at("数值", 6))}
    assert shown == {at("当年财政拨款"): (1000000, "#,##0.00"), at("数值", 6): (90.5, "General")}
    assert [new[cell].value.date().isoformat() for cell in (at("计划开始日期"), at("计划完成日期"))] == ["2025-01-01", "2025-12-31"]
    assert new[at("计划开始日期")].font.name == openpyxl.load_workbook(io.BytesIO(plain()))["项目1"][at("计划开始日期")].font.name


def test_formula_in_an_amount_becomes_its_value_and_the_log_keeps_it(run: Run) -> None:
    source = written({at("年度资金申请总额"): (f"=SUM({at('当年财政拨款')}:{at('年度其他资金')})", 1200000)})
    new = tidied(run, source)
    assert openpyxl.load_workbook(io.BytesIO(new))["项目1"][at("年度资金申请总额")].value == 1200000
    assert log("整理/修复记录.xlsx")[0][2:7] == (
        at("年度资金申请总额"),
        "年度资金申请总额",
        "公式取值",
        f"=SUM({at('当年财政拨款')}:{at('年度其他资金')})",
        "1200000.00",
    )


def test_a_shared_formula_survives_for_the_cells_that_are_not_mended(run: Run) -> None:
    shared = f'<f t="shared" ref="{at("当年财政拨款")}:{at("上年结转资金")}" si="0">100000+{at("符号", 19)}</f>'
    data = raw_edited(
        (rf'(<c r="{at("当年财政拨款")}"[^>]*?) t="n"><v>[^<]*</v>', rf"\1>{shared}<v>100000</v>"),
        (rf'(<c r="{at("上年结转资金")}"[^>]*?) t="n"><v>[^<]*</v>', r'\1><f t="shared" si="0"/><v>150000.5</v>'),
        (r"</sheetData>", rf'<row r="99"><c r="J99"><f>{at("上年结转资金")}*2</f><v>300001</v></c></row></sheetData>'),
    )
    sheet = openpyxl.load_workbook(io.BytesIO(tidied(run, data)))["项目1"]
    assert (sheet[at("当年财政拨款")].value, sheet[at("上年结转资金")].value, sheet["J99"].value) == (
        100000,
        150000.5,
        f"={at('上年结转资金')}*2",
    )
    root = etree.fromstring(parts(Path("整理/甲.xlsx").read_bytes())["xl/workbook.xml"])
    assert root.find(f"{MAIN}calcPr").get("fullCalcOnLoad") == "1"


def test_relative_paths_are_kept_and_other_files_copied(run: Run) -> None:
    place("回收/一局/甲.xlsx", edited(MESSY))
    place("回收/二局/甲.xlsx", plain())
    book = openpyxl.Workbook()
    book.active["A1"] = "部门整体支出绩效自评表"
    other = place("回收/二局/自评.xlsx", saved(book))
    done = run("tidy", "回收/", "-o", "整理", "--json")
    assert done.code == 0
    assert done.json["written"] == ["整理/一局/甲.xlsx", "整理/二局/甲.xlsx", "整理/二局/自评.xlsx", "整理/修复记录.xlsx"]
    assert Path("整理/二局/自评.xlsx").read_bytes() == other.read_bytes()
    assert {line["file"] for line in done.json["repairs"]} == {"回收/一局/甲.xlsx"}
    first = done.json["repairs"][0]
    assert list(first) == ["file", "sheet", "cell", "field", "rule", "before", "after", "message"]
    assert (first["rule"], first["cell"]) == ("修复-标签", label_at("项目类别"))


def test_members_of_an_archive_come_out_as_files(run: Run) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("一局/甲.xlsx", edited(MESSY))
        archive.writestr("乙.xlsx", plain())
    place("回收/全部.zip", buffer.getvalue())
    done = run("tidy", "回收", "-o", "整理", "--json")
    assert done.code == 0
    assert set(done.json["written"]) == {"整理/全部/一局/甲.xlsx", "整理/全部/乙.xlsx", "整理/修复记录.xlsx"}
    assert Path("整理/全部/乙.xlsx").read_bytes() == plain()
    assert {line["file"] for line in done.json["repairs"]} == {"回收/全部.zip!/一局/甲.xlsx"}


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_old_and_foreign_kinds_become_new_workbooks(run: Run, suffix: str, tmp_path: Path) -> None:
    source = place("原件/甲.xlsx", edited(MESSY))
    made = convert(source, suffix, tmp_path / "回收")
    done = run("tidy", "回收", "-o", "整理", "--json")
    assert (done.code, done.json["written"]) == (0, ["整理/甲.xlsx", "整理/修复记录.xlsx"])
    lines = log("整理/修复记录.xlsx")
    assert lines[0][4:7] == ("格式转换", made.name, "甲.xlsx")
    assert [row[2:7] for row in lines[1:]] == REPAIRED
    found = outcome(Path("整理/甲.xlsx").read_bytes())
    assert (found.records, found.log) == ([clean_record()], [])
    again = run("tidy", "整理", "-o", "再整理", "--json")
    assert again.json["repairs"] == []
    assert Path("再整理/甲.xlsx").read_bytes() == Path("整理/甲.xlsx").read_bytes()


def test_unreadable_file_is_named_and_the_rest_tidied(run: Run) -> None:
    place("回收/坏.xlsx", b"PK\x03\x04")
    place("回收/甲.xlsx", edited(MESSY))
    done = run("tidy", "回收", "-o", "整理")
    assert done.code == 4
    assert "回收/坏.xlsx" in done.err and not Path("整理/坏.xlsx").exists()
    assert Path("整理/甲.xlsx").exists()


def test_errors_in_declarations_do_not_count(run: Run) -> None:
    place("回收/甲.xlsx", edited(put(at("当年财政拨款"), "约一百万")))
    assert run("tidy", "回收", "-o", "整理").code == 0


def encrypted(data: bytes, password: str) -> bytes:
    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, stream)
    return stream.getvalue()


@pytest.mark.parametrize(("make", "opened"), [(lambda: edited(MESSY), True), (plain, False)], ids=["要修复", "不用修复"])
def test_a_password_is_taken_off_only_where_the_copy_changes(run: Run, make: Callable[[], bytes], opened: bool) -> None:
    source = encrypted(make(), "1234")
    place("回收/甲.xlsx", source)
    assert run("tidy", "回收", "-o", "整理").code == 4
    done = run("tidy", "回收", "-o", "整理", "--password", "1234", "--force", "--json")
    assert done.code == 0
    copy = Path("整理/甲.xlsx").read_bytes()
    assert (copy == source) is not opened
    assert [line["rule"] for line in done.json["repairs"]][:1] == (["修复-去掉密码"] if opened else [])
    if opened:
        assert outcome(copy).log == []


def test_output_place_is_respected(run: Run) -> None:
    place("回收/甲.xlsx", edited(MESSY))
    inside = run("tidy", "回收", "-o", "回收/整理")
    assert inside.code == 2 and not Path("回收/整理").exists()
    place("整理/甲.xlsx", b"mine")
    refused = run("tidy", "回收", "-o", "整理")
    assert refused.code == 5 and "--force" in refused.err
    assert Path("整理/甲.xlsx").read_bytes() == b"mine" and not Path("整理/修复记录.xlsx").exists()
    assert run("tidy", "回收", "-o", "整理", "--force").code == 0
    assert run("tidy", "没有", "-o", "整理").code == 2


def test_the_log_is_no_return(run: Run) -> None:
    place("回收/甲.xlsx", edited(MESSY))
    run("tidy", "回收", "-o", "整理")
    done = run("check", "整理", "--json")
    assert [file["file"] for file in done.json["files"]] == ["整理/甲.xlsx"]
    assert done.json["summary"]["repairs"] == 0


def test_quiet_says_nothing(run: Run) -> None:
    place("回收/甲.xlsx", edited(MESSY))
    done: Done = run("tidy", "回收", "-o", "整理", "-q")
    assert (done.code, done.out, done.err) == (0, "", "")


@needs_validator
def test_the_validator_finds_nothing_new(run: Run) -> None:
    source = edited(MESSY, put(at("数值", 6), 0.905, "0.0%"), put(at("计划完成日期"), 20251231, "0"))
    tidied(run, source)
    assert set(validate(Path("整理/甲.xlsx"))) <= set(validate(Path("回收/甲.xlsx")))
    assert validate(Path("整理/修复记录.xlsx")) == []


def test_json_and_log_agree(run: Run) -> None:
    place("回收/甲.xlsx", edited(MESSY))
    done = run("tidy", "回收", "-o", "整理", "--json")
    lines = [(line["cell"], line["field"], line["before"] or None, line["after"]) for line in done.json["repairs"]]
    assert lines == [(row[2], row[3], row[5], row[6]) for row in log("整理/修复记录.xlsx")]
    assert json.loads(done.out) == done.json


def test_with_the_roster_its_passwords_open_and_an_alias_is_on_record(run: Run) -> None:
    names = write_roster(Path("名单.xlsx"), [{"单位": "青溪区第一小学（本部）", "别名": "青溪区第一小学", "密码": "qx2025"}])
    place("回收/青溪区第一小学.xlsx", locked(edited(MESSY), "qx2025"))
    assert run("tidy", "回收", "-o", "无").code == 4
    done = run("tidy", "回收", "--roster", names, "-o", "整理", "--json")
    assert (done.code, done.json["written"]) == (0, ["整理/青溪区第一小学.xlsx", "整理/修复记录.xlsx"])
    assert {file["unit"] for file in done.json["files"]} == {"青溪区第一小学（本部）"}
    assert {line["rule"] for line in done.json["repairs"]} >= {"修复-标签", "修复-去掉密码"}

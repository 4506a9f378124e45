"""`jixiao status`, the ledger behind `check -o`, and `merge` with several returns: as people and programs meet them."""

from __future__ import annotations

import os
import shutil
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from tests.command import WRONG_SUM, Run, blank_template, decide, hashes, put, run
from tests.office import convert
from tests.sources.messy_files import scanned_pdf
from tests.validator import needs_validator, validate
from toolkit.reading.model import Value

pytestmark = pytest.mark.slow

__all__ = ["run"]

HEADINGS = ("单位", "主管部门", "归口科室", "控制数", "密码", "别名", "联系人")
OTHER_SUM = {"项目资金总额": Decimal("2000000"), "财政资金": Decimal("2000000")}


def roster(*units: str) -> str:
    """Write 名单.xlsx: every unit under 教育局, but those of 卫健委 whose name ends so."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "单位"
    sheet.append(HEADINGS)
    for name in units:
        department = "青溪区卫健委" if name.endswith("医院") else "青溪区教育局"
        sheet.append([name, department, "社保科", None, None, "青溪一小" if name == "青溪区第一小学" else None, f"{name}办公室"])
    projects = book.create_sheet("项目")
    projects.append(["单位", "项目名称", "项目代码", "批复金额", "是否公开", "顺序"])
    book.save("名单.xlsx")
    return "名单.xlsx"


def unit(name: str, **changes: Value) -> dict[str, Value]:
    return {"实施单位": name, **changes}


UNITS = tuple(f"青溪区第{n}小学" for n in "一二三四五六") + ("青溪区人民医院",)


def season() -> str:
    """Returns of every kind, and the roster they are held against."""
    put("回收/一小.xlsx", unit("青溪一小"))
    put("回收/二小.xlsx", unit(UNITS[1], **WRONG_SUM))
    put("回收/三小.xlsx", unit(UNITS[2]))
    put("回收/三小改.xlsx", unit(UNITS[2], **OTHER_SUM))
    put("回收/四小.xlsx", unit(UNITS[3]))
    shutil.copy("回收/四小.xlsx", "回收/四小 副本.xlsx")
    Path("回收/青溪区第五小学.xlsx").write_bytes(b"PK\x03\x04")
    blank_template("回收/青溪区第六小学.xlsx")
    put("回收/外单位.xlsx", unit("丰原县供销社"))
    Path("回收/青溪区第一小学盖章.pdf").write_bytes(scanned_pdf())
    Path("回收/一小.pdf").write_bytes(scanned_pdf())
    return roster(*UNITS)


STATUSES = {
    UNITS[0]: "已报",
    UNITS[1]: "需修改",
    UNITS[2]: "重复报送",
    UNITS[3]: "重复报送",
    UNITS[4]: "无法读取",
    UNITS[5]: "未填报",
    UNITS[6]: "未报",
    "丰原县供销社": "已报",
}


def test_every_unit_has_its_status_and_the_unknown_are_listed(run: Run) -> None:
    names = season()
    before = hashes("回收")
    done = run("status", "回收", "--roster", names, "--json")
    assert done.code == 4 and hashes("回收") == before
    assert sorted(path.name for path in Path().iterdir()) == ["名单.xlsx", "回收"]
    assert {each["unit"]: each["status"] for each in done.json["units"]} == STATUSES
    by_unit = {each["unit"]: each for each in done.json["units"]}
    assert (by_unit[UNITS[0]]["electronic"], by_unit[UNITS[0]]["scanned"]) == (True, True)
    assert by_unit[UNITS[0]]["attachments"] == ["回收/一小.pdf", "回收/青溪区第一小学盖章.pdf"]
    assert (by_unit[UNITS[1]]["errors"], by_unit[UNITS[1]]["contact"]) == (1, "青溪区第二小学办公室")
    assert "三小.xlsx、三小改.xlsx" in by_unit[UNITS[2]]["reason"] and by_unit[UNITS[2]]["versions"] == 2
    assert "内容" in by_unit[UNITS[3]]["reason"] and by_unit[UNITS[3]]["versions"] == 1
    assert (by_unit["丰原县供销社"]["listed"], by_unit[UNITS[6]]["listed"]) == (False, True)
    assert [(group["name"], group["units"]) for group in done.json["groups"]] == [
        ("青溪区教育局", 6), ("青溪区卫健委", 1), ("（名单外）", 1),
    ]  # fmt: skip
    assert done.json["summary"] == {
        "units": 8, "未报": 1, "需修改": 1, "重复报送": 2, "无法读取": 1, "未填报": 1, "已报": 2,
    }  # fmt: skip
    text = run("status", "回收", "--roster", names)
    assert "青溪区人民医院（青溪区卫健委）：未报。没有收到报送。" in text.out
    assert text.out.splitlines()[-1] == "共 8 个单位：未报 1，需修改 1，重复报送 2，无法读取 1，未填报 1，已报 2。"


def test_the_ledger_answers_without_the_files(run: Run) -> None:
    names = season()
    from_files = run("status", "回收", "--roster", names, "--json").json
    run("check", "回收", "-o", "审核结果", "--roster", names)
    shutil.rmtree("回收")
    from_ledger = run("status", "--roster", names, "--json")
    assert from_ledger.code == 4
    assert from_ledger.json == from_files
    assert run("status", "--ledger", "审核结果/台账.sqlite", "--roster", names, "--json").json == from_files


def test_nothing_is_left_to_do_when_all_have_reported(run: Run) -> None:
    put("回收/一小.xlsx", unit(UNITS[0]))
    names = roster(UNITS[0])
    assert run("status", "回收", "--roster", names).code == 0
    names = roster(*UNITS[:2])
    assert run("status", "回收", "--roster", names).code == 3
    quiet = run("status", "回收", "--roster", names, "-q")
    assert quiet.out == "青溪区第二小学（青溪区教育局）：未报。没有收到报送。\n"


def test_a_later_return_takes_the_place_of_the_first(run: Run) -> None:
    names = roster(UNITS[0])
    put("三月/一小.xlsx", unit(UNITS[0], **WRONG_SUM))
    put("四月/一小.xlsx", unit(UNITS[0]))
    run("check", "三月", "--ledger", "台账.sqlite")
    assert run("status", "--roster", names).code == 3
    run("check", "四月", "--ledger", "台账.sqlite")
    done = run("status", "--roster", names, "--json")
    (line,) = done.json["units"]
    assert (done.code, line["status"], line["versions"], line["errors"]) == (0, "已报", 2, 0)
    assert [(file["file"], file["version"], file["current"]) for file in line["files"]] == [
        ("三月/一小.xlsx", 1, False), ("四月/一小.xlsx", 2, True),
    ]  # fmt: skip


def test_the_list_to_chase_with(run: Run) -> None:
    names = season()
    done = run("status", "回收", "--roster", names, "-o", "催报名单.xlsx")
    assert done.out.splitlines()[-1] == "已生成 催报名单.xlsx"
    book = openpyxl.load_workbook("催报名单.xlsx")
    assert book.sheetnames == ["催报名单", "全部单位", "按主管部门"]
    calls = [[cell.value for cell in row] for row in book["催报名单"].iter_rows(min_row=3)]
    assert calls[0] == ["序号", "主管部门", "单位", "状态", "原因", "联系人", "最近报送", "备注"]
    assert [(row[2], row[3]) for row in calls[1:]] == [
        (name, status) for name, status in STATUSES.items() if status != "已报" and name != UNITS[3]
    ]
    assert calls[-1][1:6] == ["青溪区卫健委", "青溪区人民医院", "未报", "没有收到报送。", "青溪区人民医院办公室"]
    assert book["全部单位"].max_row == 3 + len(STATUSES)
    assert run("status", "回收", "--roster", names, "-o", "催报名单.xlsx").code == 5
    assert run("status", "回收", "--roster", names, "-o", "回收/名单.xlsx").code == 2
    assert run("check", "催报名单.xlsx").code == 2


@pytest.mark.office
def test_the_counts_are_live(run: Run, tmp_path: Path) -> None:
    run("status", "回收", "--roster", season(), "-o", "名单/")
    live = openpyxl.load_workbook("名单/催报名单.xlsx")
    live["全部单位"]["D10"] = "已报"
    live.save("改过.xlsx")
    counted = openpyxl.load_workbook(convert(Path("改过.xlsx"), "xlsx", tmp_path / "出"), data_only=True)["按主管部门"]
    rows = [[cell.value for cell in row] for row in counted.iter_rows(min_row=3)]
    assert rows == [
        ["主管部门", "应报单位", "未报", "需修改", "重复报送", "无法读取", "未填报", "已报"],
        ["青溪区教育局", 6, 0, 1, 2, 1, 1, 1],
        ["青溪区卫健委", 1, 0, 0, 0, 0, 0, 1],
        ["（名单外）", 1, 0, 0, 0, 0, 0, 1],
        ["合计", 8, 0, 1, 2, 1, 1, 3],
    ]


@needs_validator
def test_office_would_open_it(run: Run) -> None:
    run("status", "回收", "--roster", season(), "-o", "催报名单.xlsx")
    assert validate("催报名单.xlsx") == []


def test_text_of_strangers_never_becomes_a_formula(run: Run) -> None:
    put("回收/一.xlsx", unit("=1+1"))
    run("status", "回收", "-o", "催报名单.xlsx")
    sheet = openpyxl.load_workbook("催报名单.xlsx")["全部单位"]
    assert [cell.data_type for row in sheet.iter_rows(min_row=4) for cell in row if "=" in str(cell.value)] == ["s"]


def test_without_paths_and_ledger_there_is_one_clear_line(run: Run) -> None:
    done = run("status", "--roster", roster(UNITS[0]))
    assert (done.code, done.out) == (2, "")
    assert done.err == "错误：没有写出要查看的文件夹，当前文件夹里没有台账。请写出回收的文件夹，或用 --ledger 指定台账。\n"


@pytest.mark.parametrize(("options", "code", "amount"), [((), 3, None), (("--latest",), 0, 2), (("--use", "回收/一.xlsx"), 0, 1)])
def test_merge_stops_for_a_unit_with_two_returns(run: Run, options: tuple[str, ...], code: int, amount: int | None) -> None:
    put("回收/一.xlsx", unit(UNITS[0], 项目资金总额=Decimal("1500000"), 财政资金=Decimal("1500000")))
    put("回收/二.xlsx", unit(UNITS[0], **OTHER_SUM))
    put("回收/别.xlsx", unit(UNITS[1]))
    os.utime("回收/一.xlsx", (1_700_000_000,) * 2)
    done = run("merge", "回收", "-o", "汇总", "--json", *options)
    assert done.code == code
    written = sorted(Path(path).name for path in done.json["written"])
    assert ("青溪区第一小学2025年度项目绩效目标汇总表.docx" in written) == bool(amount)
    if amount is None:
        assert [(each["unit"], each["errors"]) for each in done.json["left_out"]] == [(UNITS[0], 0)]
        assert "--latest" in done.json["left_out"][0]["reason"]
    else:
        kept, left = ("二", "一") if amount == 2 else ("一", "二")
        superseded = {"unit": UNITS[0], "file": f"回收/{left}.xlsx", "instead": f"回收/{kept}.xlsx"}
        assert done.json["superseded"] == [superseded]
        told = run("merge", "回收", "-o", "汇总", "--force", *options).err
        assert f"回收/{left}.xlsx：同一单位另有一份不同的报送“回收/{kept}.xlsx”" in told


def test_check_with_a_ledger_prints_what_a_full_check_prints(run: Run) -> None:
    season()
    plain = run("check", "回收", "--json")
    for options in ((), (), ("--all",)):
        again = run("check", "回收", "--json", "--ledger", "台账.sqlite", *options)
        assert (again.code, again.out) == (plain.code, plain.out)
    text = run("check", "回收")
    assert run("check", "回收", "--ledger", "台账.sqlite").out == text.out


@pytest.mark.parametrize("command", [("check", "回收"), ("merge", "回收", "-o", "汇总"), ("annotate", "回收", "-o", "退改")])
def test_a_file_that_is_no_ledger_stops_the_command(run: Run, command: tuple[str, ...]) -> None:
    put("回收/一.xlsx", unit(UNITS[0]))
    Path("台账.sqlite").write_text("别人的文件" * 200, encoding="utf-8")
    done = run(*command, "--ledger", "台账.sqlite")
    assert done.code == 2 and done.err.startswith("错误：台账.sqlite：台账已损坏，或不是台账")
    assert Path("台账.sqlite").read_text("utf-8") == "别人的文件" * 200
    assert run(*command, "--ledger", "回收/台账.sqlite").code == 2 and not Path("回收/台账.sqlite").exists()


def test_decisions_hold_without_the_report_they_were_written_in(run: Run) -> None:
    put("回收/一.xlsx", unit(UNITS[0], **WRONG_SUM))
    put("别处/二.xlsx", unit(UNITS[1], **WRONG_SUM))
    ledger = ("--ledger", "台账.sqlite")
    run("check", "回收", "别处", "-o", "一审", *ledger)
    decide("一审", "资金-F1", 处理意见="保留", 理由="已核实")
    assert run("check", "回收", "别处", "--decisions", "一审/审核报告.xlsx", *ledger).code == 3
    shutil.rmtree("一审")
    codes = [run("check", folder, *ledger).code for folder in ("回收", "别处", "回收")]
    assert sorted(codes[:2]) == [0, 3] and codes[2] == codes[0]
    kept = ("回收", "别处")[codes.index(0)]
    assert "已说明（原为错误；理由：已核实）" in run("check", kept, *ledger).out
    assert run("merge", kept, "-o", "汇总", *ledger).code == 0
    assert run("check", kept).code == 3

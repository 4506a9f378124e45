"""File and sheet names as file systems and programs can hold them: every command works, and each message stays on its line."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import openpyxl
import pytest

from tests.command import WRONG_SUM, Run, put
from tests.workflow.roster_samples import write_roster

pytestmark = pytest.mark.slow

# As the file system holds them, and as they are shown.
NAMES = {
    "青溪区第一小学申报表.xlsx".encode("gbk"): "青溪区第一小学申报表.xlsx",
    b"\xff\xfe\x80.xlsx": "\ufffd\ufffd\ufffd.xlsx",
    "换\n行\r\t.xlsx".encode(): "换␊行␍␉.xlsx",
    "红\x1b[31m\x07.xlsx".encode(): "红␛[31m␇.xlsx",
    "分\u2028行\u202e倒.xlsx".encode(): "分\ufffd行\ufffd倒.xlsx",
    b"-x.xlsx": "-x.xlsx",
    "子\n夹/".encode() + "里.xlsx".encode("gbk"): "子␊夹/里.xlsx",
    "坏\n的.xlsx".encode(): "坏␊的.xlsx",
    "青溪区第一小学申报表.xlsx".encode(): "青溪区第一小学申报表.xlsx（2）",
}
JOBS = {
    ("check", "回收"): 4,
    ("check", "回收", "-o", "审核"): 4,
    ("check", "回收", "-o", "审核", "--force"): 4,
    ("status", "回收", "--roster", "名单.xlsx", "-o", "状态"): 4,
    ("annotate", "回收", "-o", "退改"): 4,
    ("tidy", "回收", "-o", "整理"): 4,
    ("merge", "回收", "-o", "汇总", "--draft"): 4,
    ("export", "回收", "-o", "数据.xlsx"): 4,
    ("import", "回收", "-o", "填报"): 4,
    ("diff", "回收", "回收", "-o", "对比.xlsx"): 4,
}


def test_every_name_that_a_file_system_can_hold(run: Run) -> None:
    put("样.xlsx", WRONG_SUM)
    write_roster(Path("名单.xlsx"), [{"单位": "青溪区第一小学"}])
    try:
        for name in NAMES:
            place = "回收/".encode() + name
            os.makedirs(os.path.dirname(place), exist_ok=True)
            with open(place, "wb") as file:
                file.write(b"PK\x03\x04" if "坏".encode() in name else Path("样.xlsx").read_bytes())
    except OSError:
        pytest.skip("这个文件系统不收这样的名称")
    for job, code in JOBS.items():
        done = run(*job)
        assert done.code == code, (job, done.out, done.err)
        lines = (done.out + done.err).split("\n")
        assert all(line == "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs", "Zl", "Zp")) for line in lines), job
        assert sum("坏␊的.xlsx" in line for line in lines) >= 1, job
    shown = [line.rpartition("：")[0].rpartition("（青溪区")[0] for line in run("check", "回收", "-q").out.splitlines()]
    assert sorted(name.removeprefix("回收/") for name in shown if name) == sorted(set(NAMES.values()) - {"坏␊的.xlsx"})


def test_a_line_break_in_the_name_of_a_sheet(run: Run) -> None:
    path = put("回收/甲.xlsx", WRONG_SUM)
    book = openpyxl.load_workbook(path)
    book["项目1"].title = "项目\n1"
    book.save(path)
    done = run("check", "回收")
    assert done.code == 3
    assert any("项目␊1 › " in line for line in done.out.splitlines())

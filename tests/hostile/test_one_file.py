"""Whatever a file does to the program, in whatever job, it costs that file: it is named, with cause and cure, and the rest is done."""

from __future__ import annotations

import errno
import json
import os
import re
import socket
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import UNIT, WRONG_SUM, Run, put
from tests.hostile.hostile_files import sound, zipped
from tests.workflow.roster_samples import write_roster
from toolkit.errors import SourceError
from toolkit.intake import onefile
from toolkit.intake.guard import Lost, attempt, attempt_within, can_limit_time, costs_itself
from toolkit.outputs.marked import tidied
from toolkit.sources.open import load, open_source

pytestmark = pytest.mark.slow

DAMAGED = "部件 _rels/.rels 读不出来。请重新取得完整的文件（重新下载或请对方重发）。"
JOBS = {
    "check": ("check", "回收/甲.xlsx", "{}"),
    "check -o": ("check", "回收", "-o", "结果"),
    "annotate": ("annotate", "回收/甲.xlsx", "{}", "-o", "结果"),
    "tidy": ("tidy", "回收/甲.xlsx", "{}", "-o", "结果"),
    "merge": ("merge", "回收/甲.xlsx", "{}", "-o", "结果", "--draft"),
    "export": ("export", "回收/甲.xlsx", "{}", "-o", "结果/数据.json"),
    "import": ("import", "回收/甲.xlsx", "{}", "-o", "结果"),
    "diff": ("diff", "回收", "另一份", "-o", "结果/对比.xlsx"),
    "status": ("status", "回收/甲.xlsx", "{}", "--roster", "名单.xlsx", "-o", "结果"),
    "excel audit_folder": ("excel", "audit_folder", "--folder", "回收", "--results", "结果/结果.txt"),
}


def without_the_middle(data: bytes) -> bytes:
    """The file as a broken transfer leaves it: its directory points before its beginning."""
    return data[:100] + data[-len(data) // 2 :]


@pytest.mark.parametrize("job", JOBS)
def test_a_file_that_lost_its_middle(run: Run, job: str) -> None:
    put("回收/甲.xlsx", WRONG_SUM)
    put("另一份/甲.xlsx", {})
    write_roster(Path("名单.xlsx"), [{"单位": "青溪区第一小学"}])
    bad = Path("回收/坏.xlsx")
    bad.write_bytes(without_the_middle(sound()))
    done = run(*(word.format(bad) for word in JOBS[job]))
    assert done.code == 4
    told = done.out + done.err + "".join(path.read_text("utf-8") for path in Path("回收-审核结果").glob("*.html"))
    assert "坏.xlsx" in told and "缺陷" not in told
    assert job in ("status", "excel audit_folder") or DAMAGED in told
    assert job == "check" or any(Path("结果").iterdir())


@pytest.mark.parametrize("job", JOBS)
def test_a_mistake_of_ours_costs_one_file(run: Run, monkeypatch: pytest.MonkeyPatch, job: str) -> None:
    """Reading may fail in a way nobody thought of, in this process too."""
    put("回收/甲.xlsx", WRONG_SUM)
    put("另一份/甲.xlsx", {})
    write_roster(Path("名单.xlsx"), [{"单位": "青溪区第一小学"}])
    put("回收/坏.xlsx", UNIT)

    def fails(path: Path, *rest: object) -> object:
        if path.name == "坏.xlsx":
            raise ZeroDivisionError(path)
        return load(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(onefile, "load", fails)
    done = run(*(word.format("回收/坏.xlsx") for word in JOBS[job]))
    assert done.code == 4
    assert job in ("status", "excel audit_folder") or "读取时程序出错（ZeroDivisionError，test_one_file.py 第" in done.out + done.err
    assert job == "check" or any(Path("结果").iterdir())


@pytest.mark.parametrize("command", ["tidy", "annotate"])
def test_a_copy_that_cannot_be_made_costs_itself(run: Run, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    """The other copies are made, and so are the log and the letters; a file that has gone meanwhile is no different."""
    put("回收/甲.xlsx", WRONG_SUM)
    put("回收/乙.xlsx", {**UNIT, **WRONG_SUM})
    from toolkit.intake import copies

    def gone(path: Path, *rest: object) -> bytes:
        if path.name == "乙.xlsx":
            path.unlink(missing_ok=True)
        return load(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(copies, "load", gone)
    done = run(command, "回收", "-o", "结果")
    assert done.code == 4
    assert "乙.xlsx" in done.err and "打不开" in done.err and "没有生成" in done.err
    made = sorted(path.name for path in Path("结果").iterdir())
    assert made == {"tidy": ["修复记录.xlsx", "甲.xlsx"], "annotate": ["甲.xlsx", "青溪区第一小学退改通知.docx"]}[command]


@pytest.mark.skipif(os.name == "nt", reason="pipes, sockets and devices in folders are a Unix thing")
@pytest.mark.parametrize("few", [True, False], ids=["named", "in a folder"])
def test_what_is_no_file_is_not_opened(run: Run, few: bool) -> None:
    put("回收/甲.xlsx", {})
    os.mkfifo("回收/管道.xlsx")
    Path("回收/设备.xlsx").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("回收/套接字.xlsx")
        done = run("check", *([f"回收/{name}.xlsx" for name in ("甲", "管道", "设备")] if few else ["回收"]), "-o", "结果", "--json")
    said = {f["file"]: f["message"] for f in done.json["findings"] if f["family"] == "file"}
    assert done.code == 4
    assert said["回收/管道.xlsx"] == "这是管道，不是文件，没有打开。"
    assert said["回收/设备.xlsx"] == ("这是设备，不是文件，没有打开。" if few else "是指向文件夹外面的链接，没有打开。")
    assert few or said["回收/套接字.xlsx"] == "这是套接字，不是文件，没有打开。"
    assert {"file": "回收/甲.xlsx", "status": "passed", "unit": "青溪区第一小学"} in done.json["files"]


def test_a_folder_that_cannot_be_looked_into_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    put("回收/甲.xlsx", {})
    put("回收/某镇/乙.xlsx", UNIT)
    listed = os.scandir

    def refusing(path: str) -> object:
        if Path(path).name == "某镇":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return listed(path)

    monkeypatch.setattr(os, "scandir", refusing)
    for options in ((), ("--ledger", "台账.sqlite"), ("--ledger", "台账.sqlite")):
        done = run("check", "回收", *options, "--json")
        assert {file["file"]: file["status"] for file in done.json["files"]} == {"回收/甲.xlsx": "passed", "回收/某镇": "unreadable"}
        assert done.code == 4
        assert [f["message"] for f in done.json["findings"] if f["severity"] == "error"] == ["文件夹打不开，里面的文件都没有读。"]
    assert [file["file"] for file in run("check", "回收/某镇", "--json").json["files"]] == ["回收/某镇"]


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_a_link_that_leaves_the_folder_is_named_and_not_followed(run: Run) -> None:
    put("回收/甲.xlsx", {})
    put("别处/下级/乙.xlsx", UNIT)
    Path("秘密.txt").write_text("第一行不该出现", "utf-8")
    Path("回收/乙.txt").symlink_to(Path("秘密.txt").resolve())
    Path("回收/下级").symlink_to(Path("别处/下级").resolve())
    Path("回收/里面.xlsx").symlink_to(Path("回收/甲.xlsx").resolve())
    for options in ((), ("-o", "结果")):
        done = run("check", "回收", *options, "--json")
        assert done.code == 4 and "第一行" not in done.out
        assert {file["file"]: file["status"] for file in done.json["files"]} == {
            "回收/甲.xlsx": "passed",
            "回收/乙.txt": "unreadable",
            "回收/下级": "unreadable",
        }
        assert {f["message"] for f in done.json["findings"] if f["severity"] == "error"} == {"是指向文件夹外面的链接，没有打开。"}
    assert run("check", "回收/乙.txt", "--json").json["files"][0]["file"] == "回收/乙.txt"


@pytest.mark.skipif(not can_limit_time(), reason="where there is no alarm, every file is read in another process")
def test_time_is_limited_in_this_process_too() -> None:
    found = attempt_within(0.2, time.sleep, 600)
    assert isinstance(found, Lost) and found.reason == "读取超过 0.2 秒仍未完成"
    assert attempt_within(60, len, "甲乙") == 2
    assert isinstance(attempt_within(0.2, spin), Lost)


@pytest.mark.skipif(not can_limit_time(), reason="where there is no alarm, every file is read in another process")
def test_time_in_which_other_programs_have_the_processor_is_not_counted() -> None:
    assert attempt_within(0.5, time.sleep, 1.2) is None


def spin() -> None:
    while True:
        pass


def nested(levels: int) -> int:
    return nested(levels - 1) + 1 if levels else 0


@pytest.mark.parametrize(
    ("action", "reason"),
    [
        (lambda: nested(100_000), "内容一层套一层，层数太多"),
        (lambda: bytes.fromhex("xx"), "读取时程序出错（ValueError，test_one_file.py 第"),
        (lambda: json.loads("{"), "文件内容损坏，或不符合它的格式"),
        (lambda: Path("没有").read_bytes(), "打不开（"),
    ],
)
def test_the_reason_says_whose_fault_it_is(action: Callable[[], object], reason: str) -> None:
    found = attempt(action)
    assert isinstance(found, Lost) and found.reason.startswith(reason) and found.cure
    with pytest.raises(SourceError, match="^甲.xlsx：") as caught:
        costs_itself("甲.xlsx", action)
    assert caught.value.suggestion == found.cure


def test_errors_that_say_so_themselves_pass_through() -> None:
    error = SourceError("文件-空", "甲.xlsx：空", "请重发")

    def fails() -> None:
        raise error

    with pytest.raises(SourceError) as caught:
        costs_itself("甲.xlsx", fails)
    assert caught.value is error
    with pytest.raises(KeyboardInterrupt):
        attempt(interrupted)


def interrupted() -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("before", "after"), [(" ", ""), (" " * 200_000, ""), ("甲 " + " " * 200_000, "甲\n"), ("**甲 " * 60_000, "**甲 " * 60_000)]
)
def test_long_runs_in_a_text_are_read_at_once(tmp_path: Path, before: str, after: str) -> None:
    """A hundred thousand blanks took minutes; what is read does not depend on their number."""
    path = tmp_path / "甲.txt"
    path.write_text(f"{before}<br/> 乙\n# 丙 #", "utf-8")
    cells = open_source(path, "甲.txt").grids[0].cells
    assert list(cells.values())[-1] == "丙 #"
    assert str(cells[1, 1]).replace(" ", "") == (f"{after.strip()}\n乙" if after.strip() else "乙").replace(" ", "")


def test_a_page_wider_than_any_sheet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "甲.txt"
    path.write_text("甲\t" * 20_000 + "乙", "utf-8")
    with pytest.raises(SourceError, match="超过上限 16,384 列"):
        open_source(path, "甲.txt")


def test_half_a_pair_of_characters_stays_as_it_is_written(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """`_xD800_` in a cell is no character: the log of the repairs can be written."""
    put("回收/甲.xlsx", {"项目名称": "食堂_xD800_改造"})
    assert tidied.repair_log([])
    done = run("tidy", "回收", "-o", "整理", "--json")
    assert done.code == 0 and all(line["before"].isprintable() for line in done.json["repairs"])


def test_an_archive_that_is_replaced_while_it_is_read(tmp_path: Path) -> None:
    """What is read is what lies there now, never what another run has kept of the name; a member that went costs itself."""
    path = tmp_path / "包.zip"
    for texts in (["甲", "乙"], ["丙"]):
        path.write_bytes(zipped({f"{n}.txt": text * 40 for n, text in enumerate(texts)}))
        assert load(path, "包.zip!/0.txt", (0,)).decode() == texts[0] * 40
    with pytest.raises(SourceError, match="^包.zip!/1.txt：读取期间压缩包被换掉了"):
        load(path, "包.zip!/1.txt", (1,))


@pytest.mark.parametrize("digit", ["²", "9" * 5000, "一"])
def test_a_marked_copy_whose_numbers_are_none(run: Run, digit: str) -> None:
    """What our marks remember of a workbook is a stranger's too: it comes back by mail."""
    put("回收/甲.xlsx", WRONG_SUM)
    assert run("annotate", "回收", "-o", "退改").code == 3
    (copy,) = Path("退改").rglob("*.xlsx")
    remembered = 0
    with zipfile.ZipFile(copy) as archive, zipfile.ZipFile("改过.xlsx", "w") as written:
        for name in archive.namelist():
            data, record = re.subn(rb'(<style [^>]*\b(?:index|was)=")\d+', rb"\g<1>" + digit.encode(), archive.read(name))
            data, fills = re.subn(rb'"jixiao\.fill\.\d+"', f'"jixiao.fill.{digit}"'.encode(), data)
            remembered += record if "customXml" in name else fills
            written.writestr(name, data)
    assert remembered
    for job in (("annotate", "改过.xlsx", "-o", "再退改"), ("check", "改过.xlsx", "--json"), ("tidy", "改过.xlsx", "-o", "整理")):
        done = run(*job)
        assert (done.code, "缺陷" in done.out + done.err) == (3 if job[0] != "tidy" else 0, False)

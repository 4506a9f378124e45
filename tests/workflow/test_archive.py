"""`jixiao season archive`: a finished season in one folder that can be printed, checked against its list, and read like any folder."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest

from tests.command import WRONG_SUM, Run, decide, hashes, put, run
from tests.office import convert
from tests.sources.messy_files import scanned_pdf
from tests.workflow.roster_samples import write_roster

__all__ = ["run"]

FIRST, SECOND, THIRD, ABSENT = "青溪区第一小学", "青溪区第二小学", "青溪区第三小学", "青溪区人民医院"
PROJECT = [{"单位": unit, "项目名称": "项目1"} for unit in (FIRST, SECOND, THIRD, ABSENT)]


@pytest.fixture
def season(run: Run) -> None:
    """Three of four units sent: one corrected in the second round, one in a zip, one with an error that was kept; a scan beside it."""
    write_roster(Path("名单.xlsx"), [{"单位": unit} for unit in (FIRST, SECOND, THIRD, ABSENT)], PROJECT)
    run("season", "--start", "--year", "2025")
    put("回收/一小.xlsx", {"实施单位": FIRST, **WRONG_SUM})
    put("三小.xlsx", {"实施单位": THIRD})
    with zipfile.ZipFile("回收/三小.zip", "w") as archive:
        archive.write("三小.xlsx", "材料/三小.xlsx")
    Path("三小.xlsx").unlink()
    run("check", "-o", "审核结果", "--round", "一上")
    put("回收/一小.xlsx", {"实施单位": FIRST})
    put("回收/二小/二小.xlsx", {"实施单位": SECOND, **WRONG_SUM})
    Path("回收/二小/青溪区第二小学（盖章）.pdf").write_bytes(scanned_pdf())
    run("check", "-o", "审核结果", "--force", "--round", "二上")
    decide("审核结果", "资金-F1", 处理意见="保留", 理由="已核对")
    run("check", "-o", "审核结果", "--force", "--decisions", "审核结果/审核报告.xlsx")
    run("merge", "-o", "汇总")


def listed(sheet: str, columns: tuple[str, ...]) -> list[tuple[object, ...]]:
    rows = list(openpyxl.load_workbook("归档/归档目录.xlsx")[sheet].values)
    head = next(number for number, row in enumerate(rows) if "单位" in row or "文件" in row)
    places = [rows[head].index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in rows[head + 1 :]]


def test_everything_that_counted_is_in_one_folder(run: Run, season: None) -> None:
    before = {name: digest for folder in ("回收", "审核结果", "汇总") for name, digest in hashes(folder).items()}
    done = run("season", "archive", "--json")
    assert (done.code, done.json["written"], done.json["flawed"]) == (3, "归档", [])
    assert [(unit["unit"], unit["status"]) for unit in done.json["without"]] == [(ABSENT, "未报")]
    assert {name: digest for folder in ("回收", "审核结果", "汇总") for name, digest in hashes(folder).items()} == before

    finals = {Path(name).relative_to("归档/定稿").as_posix(): digest for name, digest in hashes("归档/定稿").items()}
    with zipfile.ZipFile("回收/三小.zip") as archive:
        inner = hashlib.sha256(archive.read("材料/三小.xlsx")).hexdigest()
    came = {name: before[f"回收/{name}"] for name in ("一小.xlsx", "二小/二小.xlsx", "二小/青溪区第二小学（盖章）.pdf")}
    assert finals == {**came, "三小.zip/材料/三小.xlsx": inner}
    assert listed("归档目录", ("序号", "单位", "项目", "轮次", "版本", "状态", "错误", "定稿文件", "SHA-256")) == [
        ("1", FIRST, "项目1", "二上", "1", "通过", "0", "定稿/一小.xlsx", before["回收/一小.xlsx"]),
        ("2", SECOND, "项目1", "二上", "1", "通过", "0", "定稿/二小/二小.xlsx", before["回收/二小/二小.xlsx"]),
        ("3", THIRD, "项目1", "二上", "1", "通过", "0", "定稿/三小.zip/材料/三小.xlsx", inner),
        ("4", ABSENT, "（没有定稿）", None, None, "未报", None, "没有收到报送。", None),
    ]
    assert listed("处理意见", ("单位", "项目", "编号", "处理意见", "理由")) == [(SECOND, "项目1", "资金-F1", "保留", "已核对")]
    assert listed("报送版本", ("单位", "轮次", "状态")) == [
        (FIRST, "一上", "需修改"),
        (THIRD, "一上", "通过"),
        (THIRD, "二上", "通过"),
        (FIRST, "二上", "通过"),
        (SECOND, "二上", "通过"),
    ]
    kept = [line for line in listed("审核结果", ("单位", "级别", "编号", "问题")) if line[2] == "资金-F1"]
    assert [(unit, level, text[:20]) for unit, level, _, text in kept if isinstance(text, str)] == [
        (SECOND, "提示", "已说明（原为错误；理由：已核对）：年度资")
    ]
    files = {str(name): digest for name, digest in listed("文件清单", ("文件", "SHA-256"))}
    assert files == {
        name: digest
        for path, digest in hashes("归档").items()
        if (name := Path(path).relative_to("归档").as_posix()) not in ("归档目录.xlsx", "校验和.sha256")
    }


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="没有 sha256sum")
def test_the_checksums_are_those_of_sha256sum(run: Run, season: None) -> None:
    run("season", "archive")
    done = subprocess.run(["sha256sum", "-c", "--strict", "校验和.sha256"], cwd="归档", capture_output=True, text=True, check=False)
    files = [path for path in Path("归档").rglob("*") if path.is_file()]
    assert (done.returncode, len(done.stdout.splitlines()), done.stderr) == (0, len(files) - 1, "")


def test_a_later_year_sees_what_was_changed(run: Run, season: None) -> None:
    seal = run("season", "archive", "--json").json["seal"]
    sound = run("season", "archive", "--verify", "归档/", "--json")
    assert (sound.code, sound.json["sound"], sound.json["seal"]) == (0, True, seal)
    before = hashes("归档")
    assert run("season", "archive", "--verify", "归档/").code == 0 and hashes("归档") == before

    put("归档/定稿/一小.xlsx", {"实施单位": FIRST, **WRONG_SUM})
    Path("归档/定稿/二小/二小.xlsx").unlink()
    Path("归档/补充.txt").write_text("后来放进来的", encoding="utf-8")
    found = run("season", "archive", "--verify", "归档")
    assert (found.code, found.out.splitlines()[:-1]) == (
        3,
        [
            "缺少：定稿/二小/二小.xlsx",
            "改动过：定稿/一小.xlsx",
            "多出来：补充.txt",
            f"归档：{len(before) - 3} 个文件与归档时相同，其余 3 处如上。",
        ],
    )
    assert run("season", "archive", "--verify", "回收").code == 2


def test_the_season_goes_on_after_its_archive(run: Run, season: None) -> None:
    run("season", "archive")
    put("回收/一小.xlsx", {"实施单位": FIRST, "项目类别": "其他运转类"})
    stopped = run("season", "archive", "-o", "又一份")
    assert (stopped.code, Path("又一份").exists()) == (3, False)
    assert stopped.out.splitlines()[0] == "回收/一小.xlsx：审核以后改过了。请先重新审核，再归档。"
    put("回收/医院.xlsx", {"实施单位": ABSENT})
    run("check", "-o", "审核结果", "--force")
    later = run("season", "archive", "--verify", "归档", "--json")
    assert (later.code, later.json["later"]) == (
        3,
        [f"{FIRST}：本季现在的定稿与归档的不是同一份。", f"{ABSENT}：归档时没有定稿，本季现在有。"],
    )
    assert run("season", "archive").code == 5
    assert run("season", "archive", "--force").code == 0
    assert {path.name for path in Path().iterdir() if path.name.startswith("归档")} == {"归档", "归档（上一份）"}


def test_opinions_that_nobody_adopted_stop_it(run: Run, season: None) -> None:
    decide("审核结果", "资金-F1", 处理意见="退回", 理由="再想想")
    done = run("season", "archive")
    assert (done.code, Path("归档").exists()) == (3, False)
    assert done.out.splitlines()[0] == "审核结果/审核报告.xlsx：里面有 1 条还没有采用的意见，请先用 check --decisions 采用。"


def test_an_archive_reads_like_any_folder(run: Run, season: None) -> None:
    run("season", "archive")
    same = run("diff", "归档", "回收", "--json").json
    assert {unit["before"]: unit["state"] for unit in same["units"]} == {FIRST: "same", SECOND: "same", THIRD: "same"}
    records = run("export", "归档", "--json").json
    assert sorted((each["实施单位"], each["项目名称"]) for each in records) == [(FIRST, "项目1"), (THIRD, "项目1"), (SECOND, "项目1")]
    checked = run("check", "归档", "--year", "2025", "--json").json
    assert [(file["unit"], file["status"]) for file in checked["files"]] == [(unit, "passed") for unit in (FIRST, SECOND, SECOND, THIRD)]
    assert {other["file"]: other["what"] for other in checked["others"]}["归档/名单.xlsx"] == "not_return"


@pytest.mark.office
def test_the_list_prints_on_landscape_pages_with_every_column(run: Run, season: None) -> None:
    run("season", "archive")
    pdf = convert(Path("归档/归档目录.xlsx"), "pdf", "打印")
    size = subprocess.run(["pdfinfo", pdf], capture_output=True, text=True, check=True).stdout
    width, height = (float(word) for word in size.split("Page size:")[1].split()[:3:2])
    text = "".join(
        subprocess.run(["pdftotext", "-f", "1", "-l", "1", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout.split()
    )
    assert (round(width), round(height)) == (842, 595)
    assert [word for word in ("2025年度绩效目标申报归档目录", "SHA-256", "定稿文件", ABSENT, "第1页") if word not in text] == []


def test_a_copy_that_was_saved_again_is_the_same_return(run: Run, season: None) -> None:
    Path("回收/二小/二小（另存）.xlsx").write_bytes(Path("回收/二小/二小.xlsx").read_bytes())
    book = openpyxl.load_workbook("回收/二小/二小.xlsx")
    book.save("回收/二小/二小.xlsx")
    run("check", "-o", "审核结果", "--force")
    done = run("season", "archive", "--json")
    assert (done.json["stopped"], done.json["written"]) == ([], "归档")
    kept = {Path(name).name for name in hashes("归档/定稿")} & {"二小.xlsx", "二小（另存）.xlsx"}
    assert len(kept) == 1


def test_next_year_is_issued_from_an_archive(run: Run, season: None) -> None:
    run("season", "archive")
    done = run("issue", "名单.xlsx", "--from", "归档", "--year", "2026", "-o", "明年", "--json")
    assert done.code == 0, done.err
    projects = done.json["carried"]["projects"]
    assert [(each["unit"], bool(each["from"])) for each in projects] == [(FIRST, True), (SECOND, True), (THIRD, True), (ABSENT, False)]
    assert all(each["counts"]["carried"] >= 10 for each in projects[:3])

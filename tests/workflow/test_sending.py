"""Ready to be sent: each unit's marked copies and letter together, with the text of the message beside them; and texts that remind."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl

from tests.command import UNIT, WRONG_SUM, Run, put

FIRST, SECOND, THIRD = "青溪区第一小学", "青溪区第二小学", "青溪区第三小学"
HOW = "请直接在附件的工作簿上修改：首页“审核意见”逐条列出，点一下跳到该处；改好保存后报送这一份，不必清除标色和批注。"


def files(folder: str) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in Path(folder).rglob("*") if path.is_file())


def lines(path: str) -> list[str]:
    return Path(path).read_text(encoding="utf-8-sig").splitlines()


def returns() -> None:
    put("回收/甲/一.xlsx", {**WRONG_SUM, "项目名称": "食堂改造"}, {})
    put("回收/乙/一.xlsx", {**WRONG_SUM, "项目名称": "校车更新"})
    put("回收/二.xlsx", {**UNIT, **WRONG_SUM})
    put("回收/三.xlsx", {"实施单位": THIRD})


def test_each_unit_gets_a_folder(run: Run) -> None:
    returns()
    said = ("--deadline", "2026-3-20", "--contact", "王科员", "--telephone", "0000-1")
    done = run("annotate", "回收", "-o", "待发", "--send", "文件夹", *said, "--json")
    assert done.code == 3
    assert files("待发") == sorted(
        [
            *(f"{FIRST}/{name}" for name in ("一.xlsx", "一（2）.xlsx", f"{FIRST}退改通知.docx", "退改正文.txt")),
            *(f"{SECOND}/{name}" for name in ("二.xlsx", f"{SECOND}退改通知.docx", "退改正文.txt")),
        ]
    )
    packs = [(pack["unit"], pack["output"], pack["message"]) for pack in done.json["packs"]]
    assert packs == [(unit, f"待发/{unit}", f"待发/{unit}/退改正文.txt") for unit in (SECOND, FIRST)]
    assert lines(f"待发/{SECOND}/退改正文.txt") == [
        f"{SECOND}：",
        "",
        "你单位报送的 2025 年度财政项目支出绩效目标申报表（1 个项目）已审核，错误 1 处，请修改后重新报送。",
        "　项目1：错误 1 处",
        "",
        "附件：",
        "1. 二.xlsx",
        f"2. {SECOND}退改通知.docx",
        "",
        HOW,
        "截止日期：2026年3月20日",
        "联系人：王科员，0000-1",
    ]
    marked = [Path(each["output"]) for each in done.json["marked"]]
    assert [openpyxl.load_workbook(path).sheetnames[0] for path in marked] == ["审核意见"] * 3
    assert run("annotate", "回收", "-o", "待发", "--send", "文件夹").code == 5, "what is there stays"


def test_each_unit_gets_an_archive_with_the_text_beside_it(run: Run) -> None:
    returns()
    done = run("annotate", "回收", "-o", "待发", "--send", "zip")
    assert done.code == 3
    assert files("待发") == sorted(f"{unit}{name}" for unit in (FIRST, SECOND) for name in (".zip", "退改正文.txt"))
    with zipfile.ZipFile(f"待发/{FIRST}.zip") as archive:
        names = archive.namelist()
        assert archive.testzip() is None
    assert len(names) == 3 and names[-1] == f"{FIRST}退改通知.docx"
    text = lines(f"待发/{FIRST}退改正文.txt")
    assert text[text.index("附件：") + 1 :][:3] == [f"{number}. {name}" for number, name in enumerate(names, start=1)]

    # A unit sends the archive back as it is: the marked copies in it count as the newer version.
    Path("再收").mkdir()
    Path(f"待发/{SECOND}.zip").rename(f"再收/{SECOND}.zip")
    assert [file["unit"] for file in run("check", "再收", "--json").json["files"]] == [SECOND]


def test_who_is_to_be_reminded_gets_a_text_in_the_same_place(run: Run) -> None:
    book = openpyxl.Workbook()
    book.active.title = "单位"
    for row in (
        ["2025年度　截止日期：2025-03-20　联系人：王科员　电话：0000-1"],
        ["单位", "主管部门"],
        *([u, "教育局"] for u in (THIRD, SECOND, "没报的")),
    ):
        book.active.append(row)
    book.save("名单.xlsx")
    put("回收/二.xlsx", {**UNIT, **WRONG_SUM})
    put("回收/三.xlsx", {"实施单位": THIRD})
    run("annotate", "回收", "-o", "待发", "--send", "文件夹", "--roster", "名单.xlsx")
    assert run("status", "回收", "-o", "待发", "--send", "文件夹", "--roster", "名单.xlsx").code == 3
    assert [name for name in files("待发") if name.endswith((".txt", "名单.xlsx"))] == sorted(
        ["催报名单.xlsx", f"{SECOND}/催报正文.txt", f"{SECOND}/退改正文.txt", "没报的/催报正文.txt"]
    )
    assert lines("待发/没报的/催报正文.txt") == [
        "没报的：",
        "",
        "报送 2025 年度财政项目支出绩效目标申报表，你单位目前的状态是“未报”。没有收到报送。",
        "",
        "请尽快办理；已经报送的请回复告知。",
        "截止日期：2025年3月20日",
        "联系人：王科员，0000-1",
    ]
    assert run("status", "回收", "--send", "zip").code == 2

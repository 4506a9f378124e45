"""Every file of a folder or archive is accounted for: a return, somebody's attachment, nobody's, no return, ours, or unread with the reason."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest

from tests.command import Run, blank_template, put
from tests.command import run as run
from tests.hostile.hostile_files import ole, raw_zip
from tests.workflow.roster_samples import write_roster

FIRST, SECOND = "青溪区第一小学", "青溪区第二小学"
JPEG, PNG, HEIC = b"\xff\xd8\xff\xe0" + bytes(60), b"\x89PNG\r\n\x1a\n" + bytes(60), bytes(4) + b"ftypheic" + bytes(60)
RTF = rb"{\rtf1\ansi\ansicpg936 \u39033?\u30446?}"
FLAT = (
    b'<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    b'<pkg:package xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage"></pkg:package>'
)


def letter(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines or ("关于报送2026年度绩效目标的函", "区财政局：", "现将我单位绩效目标申报表报送你局，请予审核。"):
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def lay(files: dict[str, bytes]) -> None:
    for name, data in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_bytes(data)


def returned(name: str, unit: str) -> bytes:
    return put(name, {"实施单位": unit}).read_bytes()


def told(run: Run, *arguments: str) -> tuple[int, dict[str, tuple[str, str | None]], dict[str, str]]:
    """The exit code, what each other file is and whose, and the status of each file that counts as a return."""
    done = run("check", *arguments, "--json")
    others = {each["file"]: (each["what"], each["unit"]) for each in done.json["others"]}
    assert all(each["reason"].endswith("。") for each in done.json["others"])
    return done.code, others, {each["file"]: each["status"] for each in done.json["files"]}


def test_photos_and_letters_belong_to_the_unit_whose_name_they_carry(run: Run) -> None:
    returned("回收/一小.xlsx", FIRST)
    returned("回收/二小.xlsx", SECOND)
    lay(
        {
            f"回收/{FIRST}盖章.jpg": JPEG,
            f"回收/{SECOND}/IMG_0001.HEIC": HEIC,
            "回收/二小.png": PNG,
            "回收/IMG_0002.jpg": JPEG,
            "回收/关于报送的函.docx": letter(),
            f"回收/{FIRST}的函.docx": letter(),
            "回收/说明.txt": "请查收附件。".encode("gbk"),
        }
    )
    assert told(run, "回收") == (
        0,
        {
            f"回收/{FIRST}盖章.jpg": ("attachment", FIRST),
            f"回收/{SECOND}/IMG_0001.HEIC": ("attachment", SECOND),
            "回收/二小.png": ("attachment", SECOND),
            "回收/IMG_0002.jpg": ("unclaimed", None),
            "回收/关于报送的函.docx": ("unclaimed", None),
            f"回收/{FIRST}的函.docx": ("attachment", FIRST),
            "回收/说明.txt": ("unclaimed", None),
        },
        {"回收/一小.xlsx": "passed", "回收/二小.xlsx": "passed", f"回收/{FIRST}的函.docx": "passed"},
    )


def test_names_in_gbk_and_a_letter_beside_the_only_return_of_an_archive(run: Run) -> None:
    form = returned("一份.xlsx", FIRST)
    data = raw_zip({"报送/表.xlsx": form, "报送/报送函.docx": letter(), "盖章.jpg": JPEG, "__MACOSX/._盖章.jpg": b"x"}, names="gbk")
    lay({"甲.zip": data, f"{FIRST}.zip": data})
    assert told(run, "甲.zip") == (
        0,
        {"甲.zip!/报送/报送函.docx": ("attachment", FIRST), "甲.zip!/盖章.jpg": ("unclaimed", None)},
        {"甲.zip!/报送/表.xlsx": "passed", "甲.zip!/报送/报送函.docx": "passed"},
    )
    assert told(run, f"{FIRST}.zip")[1][f"{FIRST}.zip!/盖章.jpg"] == ("attachment", FIRST)


def test_the_roster_names_units_by_their_aliases_and_a_photo_alone_is_no_return(run: Run) -> None:
    returned("回收/一份.xlsx", FIRST)
    lay({"回收/老一小的盖章件.jpg": JPEG, f"回收/{SECOND}.jpg": JPEG})
    listed = str(write_roster(Path("名单.xlsx"), [{"单位": FIRST, "别名": "老一小"}, {"单位": SECOND}]))
    code, others, files = told(run, "回收", "--roster", listed)
    assert (code, others) == (4, {"回收/老一小的盖章件.jpg": ("attachment", FIRST)})
    assert files == {"回收/一份.xlsx": "passed", f"回收/{SECOND}.jpg": "unreadable"}
    units = {unit["unit"]: unit for unit in run("status", "回收", "--roster", listed, "--json").json["units"]}
    assert (units[FIRST]["scanned"], units[FIRST]["attachments"]) == (True, ["回收/老一小的盖章件.jpg"])
    assert (units[SECOND]["status"], units[SECOND]["scanned"], units[SECOND]["electronic"]) == ("无法读取", True, False)


def test_a_letter_alone_is_named_for_the_clerk(run: Run) -> None:
    returned("回收/一小/表.xlsx", FIRST)
    lay({"回收/别家/报送函.docx": letter()})
    done = run("check", "回收", "--json")
    (finding,) = [each for each in done.json["findings"] if each["family"] == "file"]
    assert (done.code, finding["rule"], finding["file"], finding["severity"]) == (3, "文件-表样不符", "回收/别家/报送函.docx", "error")
    assert done.json["others"] == []


def test_another_form_beside_the_return_is_no_letter(run: Run) -> None:
    returned("回收/一小.xlsx", FIRST)
    lay({"回收/监控.docx": letter("项目支出绩效运行监控表", "项目名称  实施单位  1—7月执行数  全年预计执行数  偏差原因")})
    assert told(run, "回收")[2] == {"回收/一小.xlsx": "passed", "回收/监控.docx": "wrong_form"}


@pytest.mark.parametrize("name", ["一小.bak", "报送表", "一小.xlsx.old"])
def test_a_return_without_a_returns_name_is_read_by_its_content(run: Run, name: str) -> None:
    data = returned("别处.xlsx", FIRST)
    lay({f"回收/{name}": data})
    assert told(run, "回收") == (0, {}, {f"回收/{name}": "passed"})


def test_a_backup_beside_its_return_counts_for_nothing(run: Run) -> None:
    data = returned("回收/一小.xlsx", FIRST)
    lay({"回收/一小.bak": data, "回收/一小.xlsx.bak": returned("别处.xlsx", FIRST)})
    known = {f"回收/{name}": ("not_return", FIRST) for name in ("一小.bak", "一小.xlsx.bak")}
    assert told(run, "回收") == (0, known, {"回收/一小.xlsx": "passed"})


@pytest.mark.parametrize(
    ("name", "data", "found"),
    [
        ("甲.rtf", RTF, "RTF 文档"),
        ("甲.doc", RTF, "RTF 文档"),
        ("甲.doc", ole("WordDocument"), "旧版 Word 文档（.doc）"),
        ("甲.wps", ole("WordDocument"), "旧版 Word 文档（.doc）"),
        ("甲.xml", FLAT, "Word XML 文档"),
        ("甲.doc", FLAT, "Word XML 文档"),
        ("甲.xml", b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml"/>', "Word 2003 XML 文档"),
        ("甲.mht", b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "网页存档（MHTML）"),
        ("甲", RTF, "RTF 文档"),
    ],
)  # fmt: skip
def test_documents_of_word_get_the_advice_to_save_them_as_docx(run: Run, name: str, data: bytes, found: str) -> None:
    returned("回收/一小.xlsx", FIRST)
    lay({f"回收/{name}": data})
    done = run("check", "回收", "--json")
    (finding,) = [each for each in done.json["findings"] if each["file"] == f"回收/{name}"]
    assert (done.code, finding["rule"], finding["message"]) == (4, "文件-格式", f"是{found}，无法直接读取。")
    assert finding["suggestion"] == "请用 Word 或 WPS 打开后另存为 .docx，再重新报送。"


def test_what_is_no_document_is_listed_and_costs_nothing(run: Run) -> None:
    returned("回收/一小.xlsx", FIRST)
    lay(
        {
            "回收/setup.exe": b"MZ\x90\x00" + bytes(100),
            "回收/片.mp4": bytes(4) + b"ftypisom" + bytes(50),
            "回收/说明.htm": "<html><body><p>系统升级通知</p></body></html>".encode(),
            "回收/空白": b"",
            "回收/配置.xml": b"<?xml version='1.0'?><a/>",
            **{f"回收/{name}": b"x" for name in ("Thumbs.db", "~$一小.xlsx", ".DS_Store", "a.tmp", "desktop.ini")},
        }
    )
    code, others, files = told(run, "回收")
    assert (code, files) == (0, {"回收/一小.xlsx": "passed"})
    assert others == {
        **{f"回收/{name}": ("not_return", None) for name in ("setup.exe", "片.mp4", "空白", "配置.xml")},
        "回收/说明.htm": ("attachment", FIRST),
    }


def test_results_of_ours_are_listed_as_ours(run: Run) -> None:
    returned("回收/一小.xlsx", FIRST)
    run("check", "回收", "-o", "果")
    lay({"回收/上次/审核报告.xlsx": Path("果/审核报告.xlsx").read_bytes()})
    assert told(run, "回收")[1] == {"回收/上次/审核报告.xlsx": ("ours", None)}


def test_an_archive_without_a_form_is_said_with_what_is_in_it(run: Run) -> None:
    returned("回收/一小.xlsx", FIRST)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("说明.txt", "详见另一封邮件。")
        archive.writestr("图/1.jpg", JPEG)
    lay({"回收/乙.zip": stream.getvalue(), f"回收/{FIRST}附件.zip": stream.getvalue()})
    code, others, files = told(run, "回收")
    assert (code, files) == (4, {"回收/一小.xlsx": "passed", "回收/乙.zip": "unreadable"})
    assert others == {
        "回收/乙.zip!/说明.txt": ("unclaimed", None),
        "回收/乙.zip!/图/1.jpg": ("unclaimed", None),
        f"回收/{FIRST}附件.zip!/说明.txt": ("attachment", FIRST),
        f"回收/{FIRST}附件.zip!/图/1.jpg": ("attachment", FIRST),
    }


def test_a_folder_with_nothing_but_photos_is_refused_with_their_names(run: Run) -> None:
    lay({"回收/1.jpg": JPEG, "回收/2.jpg": JPEG})
    done = run("check", "回收")
    assert (done.code, "另有 2 个文件不是申报表：回收/1.jpg（不知归属）；回收/2.jpg（不知归属）。" in done.err) == (2, True)


def test_the_account_is_on_the_screen_in_the_reports_and_in_the_status(run: Run) -> None:
    returned("回收/一小.xlsx", FIRST)
    lay({f"回收/{n}.jpg": JPEG for n in range(1, 8)} | {f"回收/{FIRST}.jpg": JPEG, "回收/a.exe": b"MZ\x00\x01"})
    done = run("check", "回收", "-o", "果")
    lines = [
        f"不知归属 7 个文件：{'、'.join(f'回收/{n}.jpg' for n in range(1, 6))}……。",
        "不是申报表 1 个文件：回收/a.exe（不是申报表，实际是可执行程序）。",
        f"{FIRST} 的附件 1 个文件：回收/{FIRST}.jpg。",
    ]
    assert [line for line in done.out.splitlines() if "个文件：" in line and not line.startswith("共")] == lines
    sheet = openpyxl.load_workbook("果/审核报告.xlsx")["其他文件"]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == ("文件", "是什么", "单位", "说明")
    assert sorted(row[:2] for row in rows[1:]) == sorted(
        [(f"回收/{n}.jpg", "不知归属") for n in range(1, 8)] + [(f"回收/{FIRST}.jpg", "附件"), ("回收/a.exe", "不是申报表")]
    )
    page = Path("果/审核报告.html").read_text("utf-8")
    data = json.loads(page.split('id="data">')[1].split("</script>")[0])
    assert [data["texts"][line[1]] for line in data["others"]].count("不知归属") == 7
    assert [line for line in run("status", "回收").out.splitlines() if "个文件：" in line] == lines[:2]
    assert [each["what"] for each in run("status", "回收", "--json").json["others"]].count("unclaimed") == 7


def test_what_was_read_before_is_accounted_for_again(run: Run) -> None:
    """The ledger remembers what a file is, not whose: that depends on what lies beside it."""
    blank_template("回收/空.xlsx")
    lay({"回收/a.exe": b"MZ\x00\x01", f"回收/{FIRST}.jpg": JPEG})
    first = run("check", "回收", "-o", "果", "--json").json["others"]
    returned("回收/一小.xlsx", FIRST)
    second = run("check", "回收", "-o", "果", "--force", "--json").json["others"]
    assert [(each["what"], each["unit"]) for each in first] == [("not_return", None), ("unclaimed", None)]
    assert [(each["what"], each["unit"]) for each in second] == [("not_return", None), ("attachment", FIRST)]


def test_names_of_archives_that_no_system_makes(run: Run) -> None:
    """No name at all, a way out, a name beyond any folder's length: each member is read, or named, under a name of its own."""
    form = returned("一份.xlsx", FIRST)
    lay({"甲.zip": raw_zip({"": b"x", "../..": b"y", "../../表.xlsx": form, f"{'长' * 300}.txt": "说明".encode()})})
    code, others, files = told(run, "甲.zip")
    assert (code, files) == (0, {"甲.zip!/表.xlsx": "passed"})
    assert {what for what, _ in others.values()} == {"attachment"} and len(others) == 3

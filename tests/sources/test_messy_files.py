"""The rows of DOMAIN's "Messy returns" that are about the file itself: the record that is read, the repair, the finding."""

from __future__ import annotations

import hashlib
import io
import os
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook.protection import WorkbookProtection

from tests.hostile.hostile_files import encrypted, ole, raw_zip, sound
from tests.shipped import TEMPLATE, shipped_form
from tests.sources import messy_files as made
from toolkit.apps.cli import main
from toolkit.intake.batch import Batch, read_batch
from toolkit.outputs.records import declaration_record
from toolkit.values.words import NOT_FILLED, PASSED, UNREADABLE, WRONG_FORM


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return made.by_libreoffice(tmp_path_factory.mktemp("office"))


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Every test works in a folder of its own; whatever it reads is the same afterwards."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path


def put(name: str, data: bytes) -> str:
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return name


def read(*names: str, passwords: tuple[str, ...] = ()) -> Batch:
    def hashes() -> dict[Path, str]:
        files = [path for path in Path().rglob("*") if path.is_file()]
        return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    before = hashes()
    batch = read_batch(names, (shipped_form(),), passwords=passwords)
    assert hashes() == before
    return batch


def records(batch: Batch) -> list[dict[str, object]]:
    return [made.plain(declaration_record(d, shipped_form())) for d in batch.declarations]


def told(batch: Batch) -> list[tuple[str, str, str]]:
    """Findings about files as (file, 编号, level)."""
    return [(f.file, f.rule, f.severity) for file in batch.files for f in file.findings]


def statuses(batch: Batch) -> dict[str, str]:
    return {file.file: file.status for file in batch.files}


# .xls, .et (BIFF), .xlsm, .ods: read, macros never run.


@pytest.mark.parametrize("write", [made.filled, made.by_openpyxl, made.by_xlsxwriter])
def test_workbooks_by_every_writer(write) -> None:  # type: ignore[no-untyped-def]
    batch = read(put("甲.xlsx", write()))
    assert (records(batch), told(batch)) == (made.expected(), [])


@pytest.mark.office
@pytest.mark.parametrize("suffix", ["xlsx", "xls", "ods"])
def test_workbooks_by_libreoffice(office: dict[str, bytes], suffix: str) -> None:
    batch = read(put(f"甲.{suffix}", office[suffix]))
    assert (records(batch), told(batch)) == (made.expected(), [])


@pytest.mark.office
def test_et_is_biff_or_a_package(office: dict[str, bytes]) -> None:
    batch = read(put("甲.et", office["xls"]), put("乙.et", made.by_xlsxwriter()))
    assert (records(batch), told(batch)) == (made.expected() * 2, [])


def test_xlsm_is_read_and_its_macros_are_not_run() -> None:
    batch = read(put("甲.xlsm", made.as_macro_workbook(made.by_openpyxl())))
    assert (records(batch), told(batch)) == (made.expected(), [])


# The extension lies: the content is trusted, and it is logged.


@pytest.mark.office
@pytest.mark.parametrize(
    ("suffix", "name", "found"),
    [
        ("xls", "甲.xlsx", "旧版 Excel 工作簿（.xls）"),
        ("xlsx", "甲.xls", "Excel 工作簿（.xlsx）"),
        ("ods", "甲.xlsx", "OpenDocument 表格（.ods）"),
        ("html", "甲.xls", "网页（HTML）"),
        ("xml", "甲.xls", "XML 表格 2003"),
    ],
)
def test_extension_lies(office: dict[str, bytes], suffix: str, name: str, found: str) -> None:
    batch = read(put(name, made.as_xml_2003() if suffix == "xml" else office[suffix]))
    assert records(batch) == made.expected()
    (finding,) = batch.files[0].findings
    assert (finding.rule, finding.severity, finding.family) == ("修复-扩展名", "hint", "repair")
    assert finding.message == f"扩展名是 {Path(name).suffix}，实际是{found}，已按实际内容读取。"


@pytest.mark.office
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("name", ["甲.xls", "甲.csv"])
def test_csv_in_disguise(office: dict[str, bytes], name: str, encoding: str) -> None:
    batch = read(put(name, office["csv"].decode("utf-8").encode(encoding)))
    assert records(batch) == made.expected(1)
    assert told(batch) == ([] if name == "甲.csv" else [(name, "修复-扩展名", "hint")])


# ~$… lock files, Thumbs.db, .tmp: skipped.


def test_lock_files_are_skipped() -> None:
    put("回收/甲.xlsx", made.by_openpyxl())
    for name in ("~$甲.xlsx", ".~lock.甲.xlsx#", "Thumbs.db", "desktop.ini", "甲.xlsx.tmp", "._甲.xlsx", ".隐藏.xlsx"):
        put(f"回收/{name}", b"\0lock")
    assert statuses(read("回收")) == {"回收/甲.xlsx": PASSED}
    assert statuses(read("回收/甲.xlsx", "回收/~$甲.xlsx")) == {"回收/甲.xlsx": PASSED}


# .zip of returns, GBK names inside: unpacked within limits, once nested.


def test_zip_of_returns() -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("丙中心.xlsx", made.by_xlsxwriter())
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("子文件夹/甲中心.xlsx", made.by_openpyxl())
        archive.writestr("子文件夹/~$甲中心.xlsx", b"lock")
        archive.writestr("__MACOSX/._甲中心.xlsx", b"x")
        archive.writestr("说明.jpg", b"x")
        archive.writestr("再打包.zip", inner.getvalue())
    put("回收/乙.xlsx", made.by_openpyxl())
    put("回收/回收.zip", stream.getvalue())
    batch = read("回收")
    assert statuses(batch) == {
        "回收/乙.xlsx": PASSED,
        "回收/回收.zip!/子文件夹/甲中心.xlsx": PASSED,
        "回收/回收.zip!/再打包.zip!/丙中心.xlsx": PASSED,
    }
    assert records(batch) == made.expected() * 3
    assert {d.file for d in batch.declarations} == set(statuses(batch))


def test_gbk_names_in_a_zip() -> None:
    """As the archivers of Chinese Windows write them: in GBK, and nothing says so."""
    data = raw_zip({"第一季度/天山路中心.xlsx": made.by_openpyxl(), "工委.xlsx": made.by_openpyxl()}, names="gbk")
    assert list(statuses(read(put("回收.zip", data)))) == ["回收.zip!/第一季度/天山路中心.xlsx", "回收.zip!/工委.xlsx"]


def test_zip_without_returns_is_said() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("照片.jpg", b"x")
    assert told(read(put("回收.zip", stream.getvalue()))) == [("回收.zip", "文件-空", "error")]


# Password to open: B 需密码, or --password.


@pytest.mark.parametrize(
    ("passwords", "status", "words"),
    [
        ((), UNREADABLE, "文件设有打开密码。"),
        (("错", "也错"), UNREADABLE, "给出的 2 个密码都不对"),
        (("错", "绩效2025"), PASSED, ""),
    ],
)
def test_password_to_open(passwords: tuple[str, ...], status: str, words: str) -> None:
    batch = read(put("甲.xlsx", encrypted(made.by_openpyxl(), "绩效2025")), passwords=passwords)
    assert statuses(batch) == {"甲.xlsx": status}
    if status == PASSED:
        assert records(batch) == made.expected()
    else:
        ((finding,),) = [file.findings for file in batch.files]
        assert finding.rule == "文件-需密码" and words in finding.message and "--password" in finding.suggestion


def test_password_on_the_command_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    put("甲.xlsx", encrypted(sound(), "绩效2025"))
    monkeypatch.setattr(sys, "argv", ["jixiao", "check", "甲.xlsx", "--password", "x", "--password", "绩效2025"])
    assert main() == 0
    monkeypatch.setattr(sys, "argv", ["jixiao", "check", "甲.xlsx"])
    assert main() == 4
    assert "文件设有打开密码" in capsys.readouterr().out


def test_excels_own_default_password_is_no_obstacle() -> None:
    assert records(read(put("甲.xlsx", encrypted(made.by_openpyxl(), "VelvetSweatshop")))) == made.expected()


# Protected sheet: read.


def test_protected_sheet() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made.by_openpyxl()))
    for sheet in book:
        sheet.protection.set_password("锁")
    book.security = WorkbookProtection(lockStructure=True)
    assert records(read(put("甲.xlsx", made.saved(book)))) == made.expected()


# Truncated, corrupt, 0 bytes: B with the reason (every kind is in tests/hostile).


def test_truncated_corrupt_and_empty() -> None:
    data = made.by_openpyxl()
    put("回收/一半.xlsx", data[: len(data) // 2])
    put("回收/乱码.xlsx", os.urandom(3000).replace(b"PK", b"xx"))
    put("回收/空.xlsx", b"")
    put("回收/好.xlsx", data)
    batch = read("回收")
    assert {file: rule for file, rule, _ in told(batch)} == {
        "回收/一半.xlsx": "文件-损坏",
        "回收/乱码.xlsx": "文件-格式",
        "回收/空.xlsx": "文件-空",
    }
    assert statuses(batch)["回收/好.xlsx"] == PASSED


# Word or PDF instead of Excel: read; a scan beside a readable return is an attachment, alone it is B.


def test_word_instead_of_excel() -> None:
    assert records(read(put("甲.docx", made.as_word()))) == made.expected(1)


@pytest.mark.office
def test_pdf_instead_of_excel(office: dict[str, bytes]) -> None:
    assert records(read(put("甲.pdf", office["pdf"]))) == made.expected()


@pytest.mark.parametrize(("name", "make"), [("甲.pdf", made.scanned_pdf), ("甲.docx", made.scanned_word)])
def test_scan_alone(name: str, make) -> None:  # type: ignore[no-untyped-def]
    batch = read(put(name, make()))
    ((finding,),) = [file.findings for file in batch.files]
    assert (statuses(batch), finding.rule, finding.severity) == ({name: UNREADABLE}, "文件-扫描件", "error")
    assert "盖章扫描件" in finding.message and "没有可读的文字" in finding.message


@pytest.mark.parametrize("name", ["甲中心.pdf", "青溪区第一小学（盖章）.pdf"])
def test_scan_beside_a_readable_return_is_an_attachment(name: str) -> None:
    put("回收/甲中心.xlsx", made.by_openpyxl())
    put(f"回收/{name}", made.scanned_pdf())
    batch = read("回收")
    assert statuses(batch) == {"回收/甲中心.xlsx": PASSED, f"回收/{name}": PASSED}
    assert told(batch) == [(f"回收/{name}", "文件-附件", "hint")]


def test_scan_of_another_unit_is_no_attachment() -> None:
    put("回收/甲中心.xlsx", made.by_openpyxl())
    put("回收/另一中心.pdf", made.scanned_pdf())
    assert statuses(read("回收"))["回收/另一中心.pdf"] == UNREADABLE


def test_old_word_documents_are_named() -> None:
    batch = read(put("甲.wps", ole("WordDocument")))
    ((finding,),) = [file.findings for file in batch.files]
    assert (finding.rule, ".docx" in finding.suggestion) == ("文件-格式", True)


# Links to other files: W, listed.


def test_links_to_other_files() -> None:
    targets = ["file:///D:/%E9%A2%84%E7%AE%97/2024%E5%B9%B4.xlsx", "../%E6%B1%87%E6%80%BB.xlsx"]
    batch = read(put("甲.xlsx", made.linked(made.by_openpyxl(), targets)))
    assert (records(batch), statuses(batch)) == (made.expected(), {"甲.xlsx": PASSED})
    ((finding,),) = [file.findings for file in batch.files]
    assert (finding.rule, finding.severity, finding.family) == ("文件-外部链接", "warning", "file")
    assert "D:/预算/2024年.xlsx、../汇总.xlsx" in finding.message


# Used range of 1,048,576 rows: capped by labels.


@pytest.mark.parametrize("closed", ["/>", "></c>"])
def test_used_range_to_the_last_row(closed: str) -> None:
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="1"{closed}</row>' for n in range(200, 300_000, 1))
    last = f'<row r="1048576" ht="15"><c r="H1048576" s="1"{closed}</row>'
    data = made.renamed_part(made.by_openpyxl(), {"xl/worksheets/sheet1.xml": ("</sheetData>", f"{rows}{last}</sheetData>")})
    assert records(read(put("甲.xlsx", data))) == made.expected()


def test_a_blank_typed_into_the_last_row() -> None:
    book = openpyxl.load_workbook(io.BytesIO(made.by_openpyxl()))
    book.worksheets[0]["H1048576"] = " "
    assert records(read(put("甲.xlsx", made.saved(book)))) == made.expected()


# Another form is named, a blank template is 未填报: beside files of every kind.


def test_other_files_in_the_folder() -> None:
    put("回收/空表.xlsx", TEMPLATE.read_bytes())
    book = openpyxl.Workbook()
    book.active["A1"] = "部门整体支出绩效自评表"
    put("回收/自评.xlsx", made.saved(book))
    put("回收/备忘.txt", "记得催报\n".encode())
    assert statuses(read("回收")) == {"回收/空表.xlsx": NOT_FILLED, "回收/自评.xlsx": WRONG_FORM}

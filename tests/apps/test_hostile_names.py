"""Names of units and projects that would be formulas, scripts or paths: in reports, marked copies, letters and file names.

Every name goes through the commands in one run, as it would in a real batch.
"""

from __future__ import annotations

import io
import json
import sys
import zipfile
from decimal import Decimal
from pathlib import Path

import docx
import openpyxl
import pytest
from lxml import etree

from tests.shipped import at, declaration, shipped_form
from toolkit.apps.cli import main
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.package.atomic import MOST_CHARACTERS
from toolkit.reading.model import Value

pytestmark = pytest.mark.slow

NAMES = (
    "=cmd|' /C calc'!A0", "+1", "@x", "-2+3", "<script>alert(1)</script>", "../..\\x", "..", "con", "长" * 300, "😀𠮷👧",
    "甲]]>&amp;乙", "{{单位}}", '甲"乙\'丙', "甲\n乙\t丙", "\u202e倒序", "a:b*c?d",
)  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a return for each name, the reports and the marked copies."""
    folder = tmp_path_factory.mktemp("怪名")
    (folder / "外/回收").mkdir(parents=True)
    for number, name in enumerate(NAMES):
        wrong: dict[str, Value] = {"实施单位": name, "项目名称": name, "年度资金申请总额": Decimal("1210000.00"), "项目总目标": name}
        (folder / f"外/回收/{number:02}.xlsx").write_bytes(fill_workbook(shipped_form(), [declaration(wrong)]))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder / "外")
        patch.setattr(sys, "excepthook", sys.__excepthook__)
        for arguments in (["check", "回收", "-o", "审核"], ["annotate", "回收", "-o", "退改", "-q"]):
            patch.setattr(sys, "argv", ["jixiao", *arguments])
            assert main() == 3
    return folder


def formulas(data: bytes) -> list[str]:
    """Return every formula of a workbook that one of the names would be part of."""
    found = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        for member in archive.namelist():
            if member.endswith((".xml", ".rels", ".vml")):
                root = etree.fromstring(archive.read(member))
                found += [e.text or "" for e in root.iter("{*}f") if e.tag.endswith("main}f")]
    return [text for text in found if any(piece in text for piece in ("cmd|", "alert", "..\\", "😀"))]


def test_files_lie_where_they_should_under_names_that_every_system_takes(made: Path) -> None:
    files = sorted(path.relative_to(made / "外") for path in (made / "外").rglob("*") if path.is_file())
    assert {path.parts[0] for path in files} == {"回收", "审核", "退改"}
    assert [path.name for path in made.iterdir()] == ["外"]
    letters = [path.name for path in files if path.suffix == ".docx"]
    assert len(letters) == len(NAMES) == len({name.casefold() for name in letters})
    assert all(len(path.parts) == 2 for path in files)
    for name in letters:
        assert len(name) <= MOST_CHARACTERS and len(name.encode()) <= 255
        assert not set(name) & set('<>:"/\\|?*\n\t\u202e'), name
        assert name.strip(". ") == name and not name.lower().startswith("con.")


def test_nothing_in_the_report_is_a_formula_or_a_script(made: Path) -> None:
    data = (made / "外/审核/审核报告.xlsx").read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(cell.data_type != "f" for cell in cells)
    texts = {cell.value for cell in cells}
    for name in ("=cmd|' /C calc'!A0", "+1", "@x", "<script>alert(1)</script>", "../..\\x", "长" * 300, "😀𠮷👧"):
        assert name in texts
    targets = [cell.hyperlink.target or "" for cell in cells if cell.hyperlink]
    assert {target.rpartition("/")[0] for target in targets} <= {"", "../回收"}
    page = (made / "外/审核/审核报告.html").read_text(encoding="utf-8")
    assert "<script>alert" not in page and page.count("<script") == page.count("</script>")


def test_nothing_in_a_marked_copy_is_a_formula(made: Path) -> None:
    for number, name in enumerate(NAMES):
        data = (made / f"外/退改/{number:02}.xlsx").read_bytes()
        book = openpyxl.load_workbook(io.BytesIO(data))
        sheet = book["审核意见"]
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
        assert "相差 10,000.00 元" in book[book.sheetnames[1]][at("年度资金申请总额")].comment.text
        assert formulas(data) == []
        if name.isprintable():
            assert name in {cell.value for row in sheet.iter_rows() for cell in row}


def test_letters_open_and_hold_the_name_as_text(made: Path) -> None:
    found = []
    for path in (made / "外/退改").glob("*.docx"):
        letter = docx.Document(str(path))
        found.append(letter.paragraphs[1].text)
        with zipfile.ZipFile(path) as archive:
            assert b"instrText" not in archive.read("word/document.xml").split(b"<w:body>")[1].split(b"<w:sectPr")[0]
    for name in ("=cmd|' /C calc'!A0", "<script>alert(1)</script>", "../..\\x", "{{单位}}", "长" * 300):
        assert f"{name}：" in found


def test_the_records_are_unharmed(made: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(made / "外")
    monkeypatch.setattr(sys, "argv", ["jixiao", "check", "退改", "--json"])
    monkeypatch.setattr(sys, "excepthook", sys.__excepthook__)
    assert main() == 3
    found = json.loads(capsys.readouterr().out)
    assert len(found["files"]) == len(NAMES)
    assert {file["status"] for file in found["files"]} == {"needs_changes"}

"""PDFs through LibreOffice: where it is looked for, what is done when it hangs, which fonts stand in."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document
from docx.oxml.ns import qn

from tests.office import soffice
from toolkit.package.atomic import Outlet
from toolkit.workflow.pdf import FONTS, find_soffice, print_documents


def documents(folder: Path, count: int, font: str = "仿宋_GB2312") -> list[Path]:
    paths = []
    for number in range(1, count + 1):
        document = Document()
        run = document.add_paragraph().add_run(f"第 {number} 份")
        run.font.name = font
        run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
        paths.append(folder / f"单位 {number}.docx")
        document.save(str(paths[-1]))
    return paths


def script(path: Path, body: str) -> Path:
    lines = [f"#!{sys.executable}", "import os, subprocess, sys, time", "from pathlib import Path"]
    lines += ["names = [each for each in sys.argv[1:] if each.endswith('.docx')]", body]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines), encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are scripts of Unix")
def test_where_libreoffice_is_looked_for(tmp_path: Path) -> None:
    on_path, named = script(tmp_path / "bin" / "soffice", ""), script(tmp_path / "别处" / "soffice", "")
    usual = script(tmp_path / "Program Files" / "LibreOffice" / "program" / "soffice.com", "")
    assert find_soffice({"PATH": str(on_path.parent), "JIXIAO_SOFFICE": str(named)}) == named
    assert find_soffice({"PATH": str(on_path.parent), "JIXIAO_SOFFICE": str(tmp_path / "没有")}) is None
    assert find_soffice({"PATH": str(on_path.parent), "ProgramFiles": str(usual.parents[2])}) == on_path
    assert find_soffice({"PATH": str(tmp_path), "ProgramFiles": str(usual.parents[2])}) == usual


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are scripts of Unix")
def test_a_hanging_soffice_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    noted = tmp_path / "pid"
    body = (
        "for each in names:\n"
        "    if each == '2.docx':\n"
        "        child = subprocess.Popen(['sleep', '600'])\n"
        f"        Path({str(noted)!r}).write_text(str(child.pid))\n"
        "        time.sleep(600)\n"
        "    Path(each).with_suffix('.pdf').write_bytes(b'%PDF-1.6 %%EOF')"
    )
    monkeypatch.setenv("JIXIAO_SOFFICE", str(script(tmp_path / "soffice", body)))
    made = documents(tmp_path, 3)
    printed = print_documents(made, Outlet(), patience=1.0)
    assert printed.written == (made[0].with_suffix(".pdf"), made[2].with_suffix(".pdf"))
    assert printed.failed == (made[1],)
    child = int(noted.read_text())
    stopped = subprocess.run(["ps", "-o", "stat=", "-p", str(child)], capture_output=True, text=True, check=False).stdout.strip()
    assert stopped in ("", "Z", "ZN", "Z<")


@pytest.mark.skipif(os.name == "nt", reason="the stand-ins are scripts of Unix")
def test_half_a_pdf_is_none_and_a_broken_soffice_is_not_tried_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tries = tmp_path / "tries"
    body = f"open({str(tries)!r}, 'a').write('x')\nif '1.docx' in names: Path('1.pdf').write_bytes(b'%PDF-1.6 half')"
    monkeypatch.setenv("JIXIAO_SOFFICE", str(script(tmp_path / "soffice", body)))
    made = documents(tmp_path, 12)
    printed = print_documents(made, Outlet())
    assert printed.written == () and printed.failed == tuple(made) and len(printed.notes) == 11
    assert len(tries.read_text()) <= 3
    assert not list(tmp_path.glob("*.pdf")) and not list(tmp_path.glob(".*"))


def test_a_file_that_is_no_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "说明.txt").write_text("不是程序", encoding="utf-8")
    monkeypatch.setenv("JIXIAO_SOFFICE", str(tmp_path / "说明.txt"))
    made = documents(tmp_path, 1)
    printed = print_documents(made, Outlet())
    assert printed.failed == tuple(made) and "说明.txt）没有生成 PDF" in printed.notes[0]


def test_nothing_to_print() -> None:
    assert print_documents([], Outlet()).failed == ()


@pytest.mark.skipif(shutil.which("fc-match") is None, reason="需要 fontconfig")
@pytest.mark.parametrize("font", ["仿宋_GB2312", "方正小标宋简体", "宋体", "黑体", "楷体_GB2312"])
def test_official_fonts_have_a_stand_in_and_the_system_fonts_stay(font: str) -> None:
    def matched(name: str) -> str:
        command = ["fc-match", "-f", "%{family}|%{lang}", f"{name}:lang=zh-cn"]
        environment = {**os.environ, "FONTCONFIG_FILE": str(FONTS)}
        return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True).stdout

    assert "zh-cn" in matched(font)
    assert matched("DejaVu Sans").startswith("DejaVu Sans")


@pytest.mark.skipif(soffice() is None or shutil.which("fc-match") is None, reason="需要 LibreOffice 和 fontconfig")
def test_one_libreoffice_prints_all_and_names_the_missing_fonts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FONTCONFIG_FILE", raising=False)
    made = documents(tmp_path, 3, font="天外来客体")
    printed = print_documents(made, Outlet())
    assert printed.written == tuple(each.with_suffix(".pdf") for each in made) and printed.failed == ()
    assert all(each.read_bytes().startswith(b"%PDF-") for each in printed.written)
    assert len(printed.notes) == 1 and "天外来客体（用 " in printed.notes[0]

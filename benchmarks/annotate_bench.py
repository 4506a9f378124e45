"""Marking a returned workbook: against zipping the very same package anew, and against openpyxl's load and save.

Workbooks as they come back: drawn by the units themselves, with merged level cells and pictures, the same without pictures
as openpyxl and as LibreOffice (where it is installed) save it, and as issued, whose sheets are mostly formulas of the self-check.
"""

from __future__ import annotations

import io
import random
import shutil
import struct
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import xlsxwriter

from benchmarks.samples import declarations, form
from benchmarks.timing import interleaved, report, verdict
from toolkit.checking.model import Finding
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.outputs.marked.workbook import annotate_workbook
from toolkit.values.words import SEVERITY_WORDS

SHEETS, FINDINGS = 4, 24


def run() -> None:
    findings = [_finding(number) for number in range(FINDINGS)]
    plain = _saved(_merged_workbook(pictures=False))
    samples = {"合并单元格、带图片": _merged_workbook(), "openpyxl 保存的": plain}
    office = shutil.which("soffice")
    if office:
        samples["LibreOffice 保存的"] = _converted(office, plain)
    samples["下发的申报表、带自检"] = fill_workbook(form(), declarations(SHEETS))
    for name, data in samples.items():
        _measure(name, data, findings)


def _measure(name: str, data: bytes, findings: list[Finding]) -> None:
    ours, floor, peer, least = "jixiao 标注", "重新压缩同样的内容", "openpyxl 打开并保存", "底线：压缩标注好的内容"
    marked = annotate_workbook(data, "样例.xlsx", findings)
    actions: dict[str, Callable[[], object]] = {
        ours: lambda: annotate_workbook(data, "样例.xlsx", findings),
        floor: lambda: _rezip(data),
    }
    times = interleaved(actions | {peer: lambda: _openpyxl(data), least: lambda: _rezip(marked)}, rounds=5)
    again = interleaved(actions, rounds=10)
    times.update({action: min(times[action], seconds) for action, seconds in again.items()})
    rows = [(action, f"{seconds * 1000:8.1f} ms") for action, seconds in times.items()]
    rows.append(("底线 ÷ 重新压缩", f"{times[least] / times[floor]:8.2f}×"))
    rows.append(("标注 ÷ 重新压缩", verdict(times[ours] / times[floor], 3)))
    rows.append(("openpyxl ÷ 标注", verdict(times[peer] / times[ours], 25, at_least=True)))
    report(f"标注退改：{name}（{SHEETS} 张表、{FINDINGS} 处问题，{len(data) // 1024} KB）", rows)


def _finding(number: int) -> Finding:
    sheet, cell = f"项目{number % SHEETS + 1}", f"D{8 + number // SHEETS * 3}"
    severity = tuple(SEVERITY_WORDS)[number % 3]
    message = f"年度资金申请总额 {350 + number},000.00 元，分项合计 340,000.00 元，相差 {10 + number},000.00 元。"
    return Finding(
        "资金-F1", severity, "declaration", "样例.xlsx", "青溪区第一小学", "设施维护", sheet, cell, "年度资金申请总额",
        "350000.00", None, message, "请核对当年财政拨款。",
    )  # fmt: skip


def _merged_workbook(*, pictures: bool = True) -> bytes:
    """Four sheets of 39 rows and 7 columns with some 60 merged areas each, drop-downs and a picture of 100 KB."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        look = book.add_format({"border": 1, "text_wrap": True, "align": "center"})
        for number in range(1, SHEETS + 1):
            sheet = book.add_worksheet(f"项目{number}")
            for row in range(39):
                for first, last in ((0, 1), (2, 2), (3, 4), (5, 6)) if row % 3 else ((0, 0), (1, 2), (3, 3), (4, 6)):
                    text = f"第{number}表第{row}行第{first}列"
                    if last > first:
                        sheet.merge_range(row, first, row, last, text, look)
                    else:
                        sheet.write_string(row, first, text, look)
            sheet.data_validation("D8:D30", {"validate": "list", "source": ["甲", "乙"]})
            if pictures:
                sheet.insert_image("I2", "图.png", {"image_data": io.BytesIO(_picture(number))})
    return stream.getvalue()


def _picture(seed: int) -> bytes:
    """A PNG of noise, which does not compress, as photographs do not."""
    source = random.Random(seed)
    lines = b"".join(b"\0" + source.randbytes(180 * 3) for _ in range(180))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">2I5B", 180, 180, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def _rezip(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(io.BytesIO(), "w", zipfile.ZIP_DEFLATED) as out:
        for name in archive.namelist():
            out.writestr(name, archive.read(name))


def _openpyxl(data: bytes) -> None:
    _saved(data)


def _saved(data: bytes) -> bytes:
    """The workbook as openpyxl loads and saves it."""
    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(stream)
    return stream.getvalue()


def _converted(office: str, data: bytes) -> bytes:
    """The workbook as LibreOffice saves it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "原.xlsx").write_bytes(data)
        profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
        command = [office, profile, "--headless", "--convert-to", "xlsx", "--outdir", name + "/out", name + "/原.xlsx"]
        subprocess.run(command, check=True, capture_output=True, timeout=180)
        return (folder / "out/原.xlsx").read_bytes()

"""Thousands of distinct workbooks for the benchmarks, quickly: one that is written by a program, with other names and amounts put in.

`PLAIN` is the form without our self-check, as openpyxl saves it; `ISSUED` as we issue it, with four projects.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from benchmarks.samples import declarations, form
from benchmarks.workbooks import by_libreoffice, without_formulas
from tests.hostile.hostile_files import sound, with_sheet, zipped
from toolkit.outputs.filled.workbook import fill_workbook

Made = Callable[[int], bytes]


def plain(projects: int = 1, indicators: int = 12) -> bytes:
    return without_formulas(fill_workbook(replace(form(), rules=()), declarations(projects, indicators)))


def issued(projects: int = 4, indicators: int = 30) -> bytes:
    return fill_workbook(form(), declarations(projects, indicators))


def libreoffice(projects: int = 1, indicators: int = 12) -> bytes:
    return by_libreoffice(plain(projects, indicators))


def distinct(data: bytes, *, units: bool = True, indicators: bool = True) -> Made:
    """Return a function that makes of a workbook one of another unit (not where `units` is False), with other projects and amounts, by number.

    Projects and indicators are called otherwise, too, but where `indicators` is False: then all units follow one set of them.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}

    def made(number: int) -> bytes:
        words = [
            *([("号设施", f"号{number}设施")] if indicators else []),
            *([("青溪区第一小学", f"青溪区第{number}小学")] if units else []),
        ]
        changes = [(code(old), code(new)) for old, new in words for code in (str.encode, _as_entities)]
        changes += [(b"%d" % amount, b"%d" % (amount + number)) for amount in (1_200_000, 1_000_000)]
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as out:
            for name, part in parts.items():
                for old, new in changes if name.startswith(("xl/worksheets/sheet", "xl/sharedStrings")) else ():
                    part = part.replace(old, new)
                out.writestr(name, part)
        return stream.getvalue()

    return made


def _as_entities(text: str) -> bytes:
    """The text as openpyxl writes it."""
    return text.encode("ascii", "xmlcharrefreplace")


def folder(place: Path, count: int, made: Made) -> Path:
    """Write so many workbooks into a new folder and return it."""
    place.mkdir()
    for number in range(count):
        (place / f"{number:05d}.xlsx").write_bytes(made(number))
    return place


@lru_cache(maxsize=1)
def hostile() -> tuple[bytes, ...]:
    """Files that cannot be read, none of which takes until a time-out: empty, cut off, no workbook, bombs, rows without end."""
    whole = sound()
    spaces = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/>' + b" " * (64 << 20) + b"</worksheet>"
    )
    return (
        b"",
        whole[: len(whole) // 2],
        whole[:100] + b"\0" * 500 + whole[600:],
        b"<html><body>" + "关于报送的通知".encode() * 50,
        b"PK\x03\x04" + bytes(range(256)) * 40,
        with_sheet(spaces),
        zipped({"[Content_Types].xml": "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"}),
    )

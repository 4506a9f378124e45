"""A whole check against what a capable clerk would write: thirty checks at fixed places with openpyxl, and with pandas and calamine.

Processor time of whole processes over the same folder, in shuffled turns; the floor is calamine alone on the sheets of the projects.
"""

from __future__ import annotations

import json
import re
import sys
import tempfile
from pathlib import Path

from benchmarks import corpus
from benchmarks.samples import form
from benchmarks.timing import ROOT, processes, report, verdict
from tests.office import soffice

FILES = 200
OURS, OPENPYXL, PANDAS, CALAMINE = (
    "jixiao check（全部规则）",
    "openpyxl 脚本（30 条）",
    "pandas+calamine 脚本（30 条）",
    "只用 calamine 读项目表",
)

# Reads the sheets of projects and nothing else.
_CALAMINE = """
import sys
from pathlib import Path
from python_calamine import CalamineWorkbook
for path in sorted(Path(sys.argv[1]).iterdir()):
    book = CalamineWorkbook.from_path(str(path))
    for name in book.sheet_names:
        if name.startswith("项目"):
            sheet = book.get_sheet_by_name(name)
            sheet.to_python()
            sheet.merged_cell_ranges
"""


def run(files: int = FILES) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        placed = Path(scratch, "places.json")
        placed.write_text(json.dumps(places(), ensure_ascii=False), encoding="utf-8")
        plain = corpus.plain(4, 30)
        kinds = {"下发的工作簿，4 个项目": corpus.issued(), "openpyxl 保存的，4 个项目": plain}
        if soffice() is not None:
            kinds["LibreOffice 保存的，4 个项目"] = corpus.libreoffice(4, 30)
        made = {title: corpus.distinct(data) for title, data in kinds.items()}
        made["下发的工作簿，4 个项目，各单位照同一套指标填"] = corpus.distinct(corpus.issued(), indicators=False)
        for number, (title, each) in enumerate(made.items()):
            count = files if number == 0 else max(files // 4, 1)
            _compare(title, corpus.folder(Path(scratch, str(number)), count, each), placed, count, required=number == 0)


def _compare(title: str, folder: Path, places: Path, files: int, *, required: bool) -> None:
    script = str(ROOT / "benchmarks/clerk.py")
    commands = {
        OURS: [sys.executable, "-m", "toolkit", "check", str(folder), "--json"],
        PANDAS: [sys.executable, script, "pandas", str(folder), str(places)],
        CALAMINE: [sys.executable, "-c", _CALAMINE, str(folder)],
    }
    times = processes(commands, rounds=3 if files > 50 else 1)
    slow = {OPENPYXL: [sys.executable, script, "openpyxl", str(folder), str(places)]}
    times |= processes(slow, rounds=1)
    rows = [(name, f"{seconds * 1000 / files:8.2f} ms/份") for name, seconds in times.items()]
    for name, ratio, limit, at_least in (
        ("jixiao ÷ calamine", times[OURS] / times[CALAMINE], 5, False),
        ("openpyxl 脚本 ÷ jixiao", times[OPENPYXL] / times[OURS], 12, True),
        ("pandas+calamine 脚本 ÷ jixiao", times[PANDAS] / times[OURS], 1.2, True),
    ):
        rows.append((name, verdict(ratio, limit, at_least=at_least) if required else f"{ratio:8.2f}×"))
    report(f"整批审核与手写脚本（{files} 份，{title}）", rows)


def places() -> dict[str, object]:
    """Where the drawing has its cells, 0-based: what a clerk reads off the sheet."""
    table = form().table
    assert table is not None
    columns = {column.name: _place(column.field.cell)[1] for column in table.columns}
    first = _place(table.columns[0].field.cell)[0]
    fields = {field.name: _place(field.cell) for field in form().fields}
    return {"fields": fields, "columns": columns, "first": first, "last": first + table.size, "width": max(columns.values()) + 3}


def _place(cell: str) -> tuple[int, int]:
    found = re.fullmatch(r"([A-Z]+)([0-9]+)", cell)
    assert found is not None
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]) - 1, column - 1

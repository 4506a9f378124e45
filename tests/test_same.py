"""`make same` tells what differs between two folders of outputs, and nothing where nothing does."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

from benchmarks.same.compare import Difference, compare
from benchmarks.same.runs import FROZEN, ROOT


def test_nothing_differs(tmp_path: Path) -> None:
    before, after = outputs(tmp_path / "改前", program="a", line=12), outputs(tmp_path / "改后", program="b", line=345)
    found = compare(before, after)
    assert (found.files, found.parts, found.differences) == (3, 7, ())


def test_each_difference_is_shown_where_it_is(tmp_path: Path) -> None:
    before = outputs(tmp_path / "改前")
    after = outputs(tmp_path / "改后", cell="2", said="错误 2 处\n", status="需修改")
    (after / "多的.txt").write_text("多")
    found = compare(before, after)
    assert [each.place for each in found.differences] == [
        "台账.sqlite › returns",
        "多的.txt",
        "屏幕.txt",
        "总表.xlsx › xl/sheet.xml",
    ]
    assert found.differences[1] == Difference("多的.txt", ("只有改后有这个文件",))
    assert found.differences[2].lines[2:] == (" a.xlsx：（源码某行）", "-错误 1 处", "+错误 2 处", " ")
    assert found.differences[3].lines[2:] == (" <row>", " <c>", "-<v>1", "+<v>2", " </v>", " </c>")


def test_order_and_time_of_parts_count(tmp_path: Path) -> None:
    before, after = outputs(tmp_path / "改前"), outputs(tmp_path / "改后", parts=("b.xml", "xl/sheet.xml"))
    assert [each.place for each in compare(before, after).differences] == ["总表.xlsx › （部件次序）"]


def test_time_stands_still_and_the_tree_is_the_one_named(tmp_path: Path) -> None:
    code = (
        "import datetime, time, calendar; from datetime import datetime as d, date;"
        "print(d.now(), d.now(datetime.timezone.utc), date.today(), type(d.now()) is d, time.strftime('%H:%M'), time.localtime()[:3])"
    )
    done = python(code, ROOT)
    assert done.stdout == "2026-03-02 10:20:30 2026-03-02 10:20:30+00:00 2026-03-02 True 10:20 (2026, 3, 2)\n", done.stderr
    assert python(code, tmp_path).returncode == 97


def python(code: str, tree: Path) -> subprocess.CompletedProcess[str]:
    """Run code with time frozen, where `tree` is the one that the toolkit must come from; it comes from this checkout."""
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join((str(FROZEN), str(ROOT))),
        "SAME_TREE": str(tree),
        "TZ": "UTC",
    }
    return subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)


def outputs(
    folder: Path,
    *,
    cell: str = "1",
    said: str = "错误 1 处\n",
    status: str = "通过",
    parts: tuple[str, ...] = ("xl/sheet.xml", "b.xml"),
    program: str = "a",
    line: int = 1,
) -> Path:
    """A screen, a package and a ledger; `program` and `line` are what changes with the code alone."""
    folder.mkdir()
    (folder / "屏幕.txt").write_text(f"a.xlsx：x.py 第 {line} 行\n{said}", encoding="utf-8")
    contents = {"xl/sheet.xml": f"<row><c><v>{cell}</v></c></row>", "b.xml": "<b/>"}
    with zipfile.ZipFile(folder / "总表.xlsx", "w") as archive:
        for name in parts:
            archive.writestr(zipfile.ZipInfo(name, (2026, 3, 2, 10, 20, 30)), contents[name])
    with closing(sqlite3.connect(folder / "台账.sqlite")) as database:
        database.execute("CREATE TABLE returns (id INTEGER, status TEXT)")
        database.execute("CREATE TABLE epochs (epoch TEXT, used TEXT)")
        database.execute("INSERT INTO returns VALUES (1, ?)", (status,))
        database.execute("INSERT INTO epochs VALUES (?, '2026-03-02')", (program,))
        database.commit()
    return folder

"""Reading a batch here or in other processes: the same results, in the same order; a few small files start no process."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.hostile_files import encrypted, sound, zipped
from tests.shipped import TEMPLATE, shipped_form
from toolkit.intake import batch
from toolkit.intake.batch import read_batch
from toolkit.intake.workers import read_apart
from toolkit.package.limits import MIB
from toolkit.sources.open import is_harmless
from toolkit.values.words import PASSED

UNITS = [f"青溪区第{number}小学" for number in range(5)]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def fill(folder: str, count: int) -> None:
    Path(folder).mkdir()
    for number in range(count):
        Path(folder, f"{number:02}.xlsx").write_bytes(sound(UNITS[number % len(UNITS)]))


def test_here_and_apart_give_the_same_results(monkeypatch: pytest.MonkeyPatch) -> None:
    fill("回收", 3)
    here = read_batch(["回收"], (shipped_form(),))
    monkeypatch.setattr(batch, "FEW", 0)
    apart = read_batch(["回收"], (shipped_form(),))
    assert here == apart
    assert [file.status for file in here.files] == [PASSED] * 3


def test_the_order_is_that_of_the_names_however_the_processes_run() -> None:
    fill("回收", 40)
    Path("回收", "20a.zip").write_bytes(zipped({f"{name}.xlsx": sound(UNITS[0]) for name in "cab"}))
    shutil.copy(TEMPLATE, Path("回收", "99.xlsx"))
    files = [file.file for file in read_batch(["回收"], (shipped_form(),)).files]
    expected = [f"回收/{number:02}.xlsx" for number in range(40)]
    expected[21:21] = [f"回收/20a.zip!/{name}.xlsx" for name in "cab"]
    assert files == [*expected, "回收/99.xlsx"]


def test_a_few_small_workbooks_start_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    fill("回收", 3)
    started: list[object] = []

    def counted(*arguments: Any) -> None:
        started.append(arguments)
        read_apart(*arguments)

    monkeypatch.setattr(batch, "read_apart", counted)
    assert len(read_batch(["回收"], (shipped_form(),)).declarations) == 3
    assert started == []
    Path("回收", "03.xlsx").write_bytes(encrypted(sound(), "x"))
    assert len(read_batch(["回收/00.xlsx", "回收/03.xlsx"], (shipped_form(),)).declarations) == 1
    assert len(started) == 1


def test_progress_counts_up_to_all_files_those_in_archives_too() -> None:
    fill("回收", 4)
    Path("回收", "包.zip").write_bytes(zipped({"a.xlsx": sound(), "b.xlsx": sound()}))
    seen: list[tuple[int, int, str]] = []
    read_batch(["回收"], (shipped_form(),), lambda *each: seen.append(each))
    assert [number for number, _, _ in seen] == [1, 2, 3, 4, 5, 6, 7]
    assert seen[-1][1] == 7
    assert {name for _, _, name in seen} >= {"回收/00.xlsx", "回收/包.zip", "回收/包.zip!/a.xlsx"}


@pytest.mark.parametrize(
    ("name", "data", "harmless"),
    [
        ("甲.xlsx", sound(), True),
        ("甲.xls", sound(), True),
        ("甲.txt", "项目名称".encode(), True),
        ("甲.csv", "项目名称".encode(), False),
        ("甲.pdf", b"%PDF-1.4", False),
        ("甲.txt", b"%PDF-1.4", False),
        ("甲.zip", zipped({"a.xlsx": b""}), False),
        ("甲.xlsx", encrypted(sound(), "x"), False),
        ("甲.xlsx", sound()[:5000], False),
        ("甲.xlsx", zipped({"[Content_Types].xml": b"", "xl/a.xml": b" " * (49 * MIB)}), False),
        ("甲.xlsx", sound() + bytes(5 * MIB), False),
    ],
)
def test_what_is_harmless_enough_to_be_read_here(name: str, data: bytes, harmless: bool) -> None:
    path = Path(name)
    path.write_bytes(data)
    assert is_harmless(path) is harmless
    assert not is_harmless(Path("没有.xlsx"))

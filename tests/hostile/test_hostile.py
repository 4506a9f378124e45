"""Hostile and broken files: each is refused with one line that names what is wrong, and costs nobody else anything."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import pytest

from tests.hostile.hostile_files import (
    hostile,
    many_rows,
    merged,
    raw_zip,
    repeated,
    sound,
    with_sheet,
    worksheet,
    zipped,
)
from tests.shipped import shipped_form
from toolkit.apps.cli import main
from toolkit.errors import SourceError
from toolkit.intake import workers
from toolkit.sources.archive import member_bytes
from toolkit.sources.open import open_source
from toolkit.values.words import PASSED, UNREADABLE
from toolkit.workflow.check import check_returns
from toolkit.workflow.request import Request

ONE_BY_ONE = sorted(set(hostile) - {"套娃.zip"})


@pytest.mark.parametrize("name", ONE_BY_ONE)
def test_each_is_refused_in_one_line_that_says_why(name: str, tmp_path: Path) -> None:
    make, rule, words = hostile[name]
    path = tmp_path / name
    path.write_bytes(make())
    with pytest.raises(SourceError) as caught:
        open_source(path, name)
    assert (caught.value.rule, words in str(caught.value)) == (rule, True), str(caught.value)
    assert str(caught.value).startswith(f"{name}：") and "\n" not in str(caught.value)
    assert caught.value.suggestion


def test_a_batch_with_a_third_of_its_files_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken ones are each reported once, with reason and cure; the rest is checked as if they were not there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(workers, "TIME_LIMIT", 120.0)
    good, mixed = Path("好"), Path("回收")
    good.mkdir()
    mixed.mkdir()
    for number in range(len(hostile) * 2):
        for folder in (good, mixed):
            (folder / f"单位{number:03}.xlsx").write_bytes(sound(f"青溪区第{number % 4}小学"))
    for number, (name, (make, _, _)) in enumerate(hostile.items()):
        (mixed / f"单位{2 * number:03}{name}").write_bytes(make())
    before = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in mixed.iterdir()}

    forms = (shipped_form(),)
    alone, together = check_returns(Request(["好"], forms)), check_returns(Request(["回收"], forms))

    broken = {file.file: file for file in together.files if file.status == UNREADABLE}
    places = {(name if name != "套娃.zip" else "套娃.zip!/a.zip!/b.zip"): rule for name, (_, rule, _) in hostile.items()}
    expected = {f"回收/单位{2 * n:03}{name}": rule for n, (name, rule) in enumerate(places.items())}
    assert {name: [f.rule for f in file.findings] for name, file in broken.items()} == {n: [r] for n, r in expected.items()}
    assert all(f.message and f.suggestion for file in broken.values() for f in file.findings)
    assert together.summary()["unreadable"] == len(hostile)

    def told(result: object, folder: str) -> list[tuple[object, ...]]:
        return [
            (f.rule, f.file.removeprefix(folder), f.cell, f.message)
            for f in result.findings  # type: ignore[attr-defined]
            if f.file not in broken
        ]

    def seen(result: object, folder: str) -> list[tuple[object, ...]]:
        files = (file for file in result.files if file.file not in broken)  # type: ignore[attr-defined]
        return [(file.file.removeprefix(folder), file.status, file.unit) for file in files]

    assert seen(together, "回收/") == seen(alone, "好/")
    assert [line[:3] for line in told(together, "回收/")] == [line[:3] for line in told(alone, "好/")]
    assert [file.file for file in together.files] == sorted((file.file for file in together.files), key=_order)
    assert {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in mixed.iterdir()} == before


def _order(name: str) -> str:
    return name.partition("!/")[0]


def test_one_broken_file_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    Path("炸弹.xlsx").write_bytes(hostile["一吉空格.xlsx"][0]())
    monkeypatch.setattr(sys, "argv", ["jixiao", "check", "炸弹.xlsx", "--json"])
    assert main() == 4
    found = json.loads(capsys.readouterr().out)
    assert found["files"] == [{"file": "炸弹.xlsx", "status": "unreadable", "unit": None}]
    assert [(f["rule"], f["family"], f["severity"]) for f in found["findings"]] == [("文件-不安全", "file", "error")]
    assert "超过上限 256 MB" in found["findings"][0]["message"]


def test_a_bomb_inside_an_archive_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("回收.zip").write_bytes(raw_zip({"炸弹.xlsx": repeated(b" " * (1 << 20), 1024), "甲.xlsx": sound()}))
    result = check_returns(Request(["回收.zip"], (shipped_form(),)))
    assert {file.file: file.status for file in result.files} == {
        "回收.zip!/炸弹.xlsx": UNREADABLE,
        "回收.zip!/甲.xlsx": PASSED,
    }
    finding = next(f for f in result.findings if f.file == "回收.zip!/炸弹.xlsx")
    assert (finding.rule, finding.message) == ("文件-不安全", "压缩包内单个文件解压后 1,024 MB，超过上限 256 MB，未打开。")


def test_a_member_that_is_larger_than_it_says_is_damaged() -> None:
    data = raw_zip({"甲.xlsx": repeated(b" " * (1 << 20), 300)}, lie={"甲.xlsx": 4000})
    with pytest.raises(SourceError, match="已损坏"):
        member_bytes(data, 0, "a.zip!/甲.xlsx")


@pytest.mark.parametrize("ranges", [["A1:XFD5"], ["B1:B1048576", "C1:C1048576"], ["A3:XFD3"]])
def test_whole_rows_and_columns_merged_by_accident_are_no_attack(ranges: list[str], tmp_path: Path) -> None:
    path = tmp_path / "甲.xlsx"
    path.write_bytes(with_sheet(merged(ranges)))
    (grid,) = open_source(path, "甲.xlsx").grids
    assert dict(grid.cells) == {(1, 1): 1.0}
    assert all(bottom <= 5 and right <= 3 for _, _, bottom, right in grid.merges)


def test_rows_up_to_the_last_are_no_attack(tmp_path: Path) -> None:
    path = tmp_path / "甲.xlsx"
    path.write_bytes(with_sheet(many_rows(200_000)))
    (grid,) = open_source(path, "甲.xlsx").grids
    assert (len(grid.cells), grid.cells[200_000, 1]) == (200_000, 1.0)


@pytest.mark.parametrize("place", ["H1048576", "XFD1", "IV65536", "ZZ300"])
def test_a_stray_cell_far_away_is_read_without_what_lies_between(place: str, tmp_path: Path) -> None:
    row = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    first = '<c r="A1" t="str"><v>甲</v></c>'
    far = f'<c r="{place}" t="str"><v>乙</v></c>'
    rows = f'<row r="1">{first}{far}</row>' if row == "1" else f'<row r="1">{first}</row><row r="{row}">{far}</row>'
    path = tmp_path / "甲.xlsx"
    path.write_bytes(with_sheet(worksheet(rows)))
    (grid,) = open_source(path, "甲.xlsx").grids
    assert sorted(grid.cells.values(), key=str) == ["乙", "甲"]
    assert max(grid.cells)[0] == int(row)


def test_names_in_an_archive_point_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "一" / "二"
    place.mkdir(parents=True)
    monkeypatch.chdir(place)
    Path("回收.zip").write_bytes(zipped({"../../甲.xlsx": sound(), "C:\\乙.xlsx": sound("青溪区第二小学")}))
    result = check_returns(Request(["回收.zip"], (shipped_form(),)))
    assert [(file.file, file.status) for file in result.files] == [
        ("回收.zip!/甲.xlsx", PASSED),
        ("回收.zip!/乙.xlsx", PASSED),
    ]
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["回收.zip"]

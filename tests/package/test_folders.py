"""A folder of results is whole or not there, and what was there before is never lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from toolkit.errors import OutputError, UsageError
from toolkit.package.atomic import Outlet
from toolkit.package.folders import whole_folder


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_run_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), whole_folder(Outlet(), tmp_path / "甲" / "合并") as folder:
        (folder / "一.txt").write_text("一")
        1 / 0  # noqa: B018
    assert names(tmp_path) == ["甲"]


def test_what_is_there_steps_aside_and_an_empty_folder_is_filled(tmp_path: Path) -> None:
    place = tmp_path / "合并"
    place.mkdir()
    for number, force in enumerate((False, True, True)):
        with whole_folder(Outlet(force), place) as folder:
            (folder / f"{number}.txt").write_text("一")
    assert names(tmp_path) == ["合并", "合并/2.txt", "合并（上一份）", "合并（上一份）/0.txt", "合并（上一份）2", "合并（上一份）2/1.txt"]
    with pytest.raises(OutputError, match="已经有了，未改动"), whole_folder(Outlet(), place):
        pass


def test_never_around_nor_inside_what_is_read(tmp_path: Path) -> None:
    read = tmp_path / "季" / "甲"
    read.mkdir(parents=True)
    for place in (tmp_path / "季", read, read / "合并"):
        with pytest.raises(UsageError), whole_folder(Outlet(True, (read,)), place):
            pass
    assert names(tmp_path) == ["季", "季/甲"]

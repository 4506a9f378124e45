"""Outputs are whole or not there, and every obstacle is told in one Chinese line."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shipped import ROOT
from toolkit.errors import OutputError
from toolkit.package.atomic import Outlet, output_error, safe_name


def left(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_bytes_and_streams_are_written_folders_made(tmp_path: Path) -> None:
    Outlet().write(tmp_path / "汇总" / "甲.docx", b"1")
    Outlet().write(tmp_path / "汇总" / "乙.docx", lambda stream: stream.write(b"22"))
    assert [(tmp_path / "汇总" / name).read_bytes() for name in left(tmp_path / "汇总")] == [b"22", b"1"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 自己不让删除正在用的文件")
def test_what_a_killed_run_left_is_removed_and_what_others_write_stays(tmp_path: Path) -> None:
    """The next run into a folder removes what a run that is no more left there; one that still writes keeps its file."""
    program = (
        "import os, sys, pathlib; from toolkit.package.atomic import Outlet\n"
        "def write(stream):\n"
        "    stream.write(b'half'); stream.flush(); print('ready', flush=True); sys.stdin.read(1); os._exit(9)\n"
        "Outlet().write(pathlib.Path('甲.xlsx'), write)\n"
    )
    command = [sys.executable, "-c", program]
    run = subprocess.Popen(
        command, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert run.stdout is not None
    run.stdout.readline()
    (tmp_path / ".jixiao-别的.tmp").write_bytes(b"")
    half = [name for name in left(tmp_path) if name.startswith(".jixiao-") and "别的" not in name]
    Outlet().write(tmp_path / "乙.xlsx", b"1")
    assert left(tmp_path) == sorted([*half, ".jixiao-别的.tmp", "乙.xlsx"]) and len(half) == 1
    run.communicate(b"x")
    Outlet().write(tmp_path / "丙.xlsx", b"1")
    assert left(tmp_path) == [".jixiao-别的.tmp", "丙.xlsx", "乙.xlsx"]


def test_an_existing_file_is_kept_unless_forced(tmp_path: Path) -> None:
    path = tmp_path / "甲.xlsx"
    path.write_bytes(b"old")
    with pytest.raises(OutputError, match=r"甲\.xlsx：文件已存在，未改动；要覆盖请加 --force") as caught:
        Outlet().write(path, b"new")
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == b"old"
    Outlet(force=True).write(path, b"new")
    assert (path.read_bytes(), left(tmp_path)) == (b"new", ["甲.xlsx"])


def test_a_folder_of_that_name_and_a_file_on_the_way_are_told(tmp_path: Path) -> None:
    (tmp_path / "甲").mkdir()
    (tmp_path / "乙").write_bytes(b"")
    with pytest.raises(OutputError, match="同名的文件夹已存在"):
        Outlet(force=True).write(tmp_path / "甲", b"")
    with pytest.raises(OutputError, match="路径中有一段是文件而不是文件夹"):
        Outlet(force=True).write(tmp_path / "乙" / "丙.xlsx", b"")
    with pytest.raises(OutputError, match="路径过长"):
        Outlet().check(tmp_path / ("长" * 200))
    assert left(tmp_path) == ["乙", "甲"]


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "磁盘空间不足"), (errno.EROFS, "只读"), (errno.EIO, "磁盘读写出错"), (9999, "系统报告")],
)
def test_a_failure_while_writing_leaves_nothing(tmp_path: Path, code: int, words: str) -> None:
    path = tmp_path / "甲.xlsx"
    path.write_bytes(b"old")

    def fails(stream: BinaryIO) -> None:
        stream.write(b"half")
        raise OSError(code, os.strerror(code))

    with pytest.raises(OutputError, match=words) as caught:
        Outlet(force=True).write(path, fails)
    assert str(caught.value).startswith(f"{path}：写不进去")
    assert (path.read_bytes(), left(tmp_path)) == (b"old", ["甲.xlsx"])


def test_a_file_locked_while_it_is_replaced_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "甲.xlsx"
    path.write_bytes(b"old")

    def locked(source: object, target: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(os, "replace", locked)
    with pytest.raises(OutputError, match="正被其他程序打开，请关闭后重试"):
        Outlet(force=True).write(path, b"new")
    assert (path.read_bytes(), left(tmp_path)) == (b"old", ["甲.xlsx"])


def test_a_sharing_violation_of_windows_names_excel(tmp_path: Path) -> None:
    error = OSError(errno.EACCES, "used by another process")
    error.winerror = 32  # type: ignore[attr-defined]
    assert "正被其他程序（如 Excel、WPS）打开" in str(output_error(tmp_path / "甲.xlsx", error))


def test_a_bug_in_the_writer_is_no_output_error_and_leaves_nothing(tmp_path: Path) -> None:
    def bug(stream: BinaryIO) -> None:
        raise KeyError("甲")

    with pytest.raises(KeyError):
        Outlet().write(tmp_path / "甲.xlsx", bug)
    assert left(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("上海市长宁区/卫生中心.xlsx", "上海市长宁区／卫生中心.xlsx"),
        ("甲\r\n乙\t丙\x00\u200b.docx", "甲 乙 丙.docx"),
        ("nul.tar.xlsx", "_nul.tar.xlsx"),
        ("COM1", "_COM1"),
        ("console.xlsx", "console.xlsx"),
        ("..", "_"),
        ("", "_"),
        ("../../甲. ", "／..／甲"),
        ("甲" * 200 + ".xlsx", "甲" * 78 + ".xlsx"),
    ],
)
def test_safe_names(text: str, name: str) -> None:
    assert safe_name(text) == name


@given(st.text(max_size=300))
def test_a_safe_name_is_safe_and_stays_the_same(text: str) -> None:
    name = safe_name(text)
    assert name and not set(name) & set('<>:"/\\|?*') and name == name.strip(" .")
    assert len(name) <= 120 and len(name.encode()) <= 240 and name not in (".", "..")
    assert all(ord(character) >= 32 for character in name)
    assert safe_name(name) == name

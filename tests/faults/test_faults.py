"""A sample of what `make faults` does to every command."""

from __future__ import annotations

import sys

import pytest

from tests.faults.__main__ import disturb

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="Windows 没有这些限制和信号")]


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("check", "杀掉"),
        ("merge", "磁盘满"),
        ("annotate", "文件在变"),
        ("export", "位置被占"),
        ("status", "两个同时"),
        ("tidy", "屏幕输出满"),
        ("diff", "句柄少"),
        ("season join", "杀掉"),
    ],
)
def test_disturbed(command: str, fault: str) -> None:
    assert list(disturb(command, fault, 1)) == []

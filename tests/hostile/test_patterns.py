"""No regular expression of the toolkit takes more than linear time, whatever text it meets."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.patterns import patterns
from tests.shipped import ROOT

pytestmark = pytest.mark.slow

# Made of numbers and of names of elements, and looked at by hand.
_MADE = {"spreadsheet/markup.py", "spreadsheet/scan.py", "spreadsheet/sheet_text.py"}


@pytest.mark.skipif(sys.platform == "win32", reason="Windows 上没有能打断正则表达式的时钟")
def test_every_pattern_is_linear() -> None:
    """Each is fed in a process that the system ends after some seconds of its own time; the last one named was too slow."""
    done = subprocess.run([sys.executable, "-m", "tests.hostile.patterns", "0"], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert done.stdout.splitlines()[-1:] == ["all"], done.stdout[-200:] + done.stderr[-500:]


def test_no_pattern_is_left_out() -> None:
    """Every `re.compile` at the top of a module is among them; one inside a function has to be of escaped pieces."""
    found = {used.pattern for used in patterns()}
    assert len(found) > 200
    inside = {
        str(path.relative_to(ROOT / "toolkit"))
        for path in sorted(Path(ROOT / "toolkit").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "re.compile" and "escape" not in ast.unparse(node)
    }
    assert inside == _MADE

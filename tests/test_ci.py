"""What happens before any code of ours runs: the Makefile on a machine that lacks something, and skips in CI."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent
NO_PYTHON = (
    "需要 Python 3.10 或更新版本：请先安装（Debian、Ubuntu、UOS 上：sudo apt-get install python3 python3-venv），"
    "或用 make PYTHON=路径 指定。"
)
NO_VENV = "缺少 venv 模块：请先安装（Debian、Ubuntu、UOS 上：sudo apt-get install python3-venv），再运行一次 make。"

# Stand-ins for a Python: `$2` is the code of the question the Makefile asks with `-c`.
TOO_OLD = "exit 1"
WITHOUT_VENV = 'case "$2" in *ensurepip*) exit 1 ;; *) exit 0 ;; esac'

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="需要 make")


@needs_make
@pytest.mark.parametrize(("body", "line"), [(TOO_OLD, NO_PYTHON), (WITHOUT_VENV, f"{{python}} {NO_VENV}")])
def test_make_names_what_is_missing(tmp_path: Path, body: str, line: str) -> None:
    python = tmp_path / "a python"
    python.write_text(f"#!/bin/sh\n{body}\n")
    python.chmod(0o755)
    for name in ("Makefile", "setup.cfg", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    done = subprocess.run(
        ["make", "demo", f"PYTHON={python}"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.splitlines()[0] == line.format(python=python)
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("ci", "reason", "outcome"),
    [
        ("true", "需要 LibreOffice", "2 errors"),
        ("true", "LibreOffice (soffice) is not installed", "2 errors"),
        ("true", "只在 Windows 上", "2 skipped"),
        ("", "需要 LibreOffice", "2 skipped"),
    ],
)
def test_ci_refuses_skips_for_want_of_a_program(tmp_path: Path, ci: str, reason: str, outcome: str) -> None:
    shutil.copy(ROOT / "tests" / "skips.py", tmp_path / "conftest.py")
    (tmp_path / "test_it.py").write_text(
        f"import pytest\n\n@pytest.mark.skipif(True, reason={reason!r})\ndef test_office():\n    pass\n",
        encoding="utf-8",
    )
    (tmp_path / "test_module.py").write_text(f"import pytest\n\npytest.skip({reason!r}, allow_module_level=True)\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "--continue-on-collection-errors", "-p", "no:cacheprovider", "."],
        cwd=tmp_path,
        env={**os.environ, "CI": ci, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.stdout.splitlines()[-1].startswith(outcome), done.stdout

"""What the documents show of the program itself, made by running it; called from their cog blocks (`make docs`)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def demo_output() -> str:
    """Return what `jixiao demo` prints."""
    with tempfile.TemporaryDirectory() as folder:
        return _run(["demo"], Path(folder))


def help_pages() -> str:
    """Return the help page of every command as Markdown."""
    from toolkit.apps.cli import COMMANDS
    from toolkit.apps.form import form
    from toolkit.apps.season import JOBS

    below = [*(["season", name] for name in JOBS), *(["form", name] for name in form.commands)]
    pages = []
    for words in ([], *([name] for name in COMMANDS), *below):
        title = " ".join(["jixiao", *words])
        pages.append(f"## {title}\n\n```\n{_run([*words, '--help'], ROOT).rstrip()}\n```\n")
    return "\n".join(pages)


def _run(arguments: list[str], folder: Path) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "COLUMNS": "100"}
    command = [sys.executable, "-m", "toolkit", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=True)
    return done.stdout

"""Workbooks changed by LibreOffice as a user does it: a sheet copied, cells filled in, everything recalculated and saved.

Run by the system's Python, which has `uno`: `python3 copy_sheet.py SOFFICE PROFILE`, with a JSON list of jobs on stdin:
{"source", "target", "copy": ["项目1", "项目1 (2)"] or null, "cells": {"项目1": {"E7": 1.5, "D22": "文字"}}}. `copied` and
`edited_all` start it; one LibreOffice does all jobs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests import office
from tests.desktop import opened, save, start


@dataclass(frozen=True)
class Job:
    """A workbook to open, the cells to change by sheet, and the file to save it as: .xlsx or .ods."""

    source: Path
    target: Path
    cells: Mapping[str, Mapping[str, str | float]]
    copy: tuple[str, str] | None = None


def copied(source: Path, target: Path, sheet: str, copy: str, cells: Mapping[str, str | float]) -> None:
    """Save `source` as `target` with a copy of a sheet in which `cells` are changed."""
    edited_all([Job(source, target, {copy: cells}, (sheet, copy))])


def edited_all(jobs: Sequence[Job]) -> None:
    """Do all `jobs` with one LibreOffice. Raises OfficeError when a file is not there afterwards."""
    orders = json.dumps([{**asdict(job), "source": str(job.source), "target": str(job.target)} for job in jobs])
    command = [str(office.SYSTEM_PYTHON), __file__, str(office.soffice()), office.profile().as_uri()]
    done = subprocess.run(command, input=orders, capture_output=True, text=True, timeout=180, env=office.for_scripts(), check=False)
    if done.returncode or not all(job.target.exists() for job in jobs):
        raise office.OfficeError(done.stderr)


def main(program: str, profile: str) -> None:
    orders = json.load(sys.stdin)
    process, desktop = start(program, profile)
    for order in orders:
        source, target = Path(order["source"]).resolve(), Path(order["target"]).resolve()
        book = opened(desktop, source)
        if order["copy"]:
            book.Sheets.copyByName(*order["copy"], len(book.Sheets.ElementNames))
        for name, cells in order["cells"].items():
            for address, value in cells.items():
                cell = book.Sheets.getByName(name).getCellRangeByName(address)
                if isinstance(value, str):
                    cell.String = value
                else:
                    cell.Value = value
        book.calculateAll()
        save(book, target)
        book.close(True)
    desktop.terminate()
    process.wait(30)


if __name__ == "__main__":
    main(*sys.argv[1:])

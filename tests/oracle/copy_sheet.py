"""A sheet copied by LibreOffice as a user copies it, cells of the copy changed, everything recalculated and saved.

Run by the system's Python, which has `uno`: `python3 copy_sheet.py SOFFICE PROFILE SOURCE TARGET`, with JSON on stdin:
{"sheet", "copy", "cells": {"E7": 1.5, "D22": "文字"}}. `copied` starts it.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping
from pathlib import Path

from tests import office

SYSTEM_PYTHON = Path("/usr/bin/python3")


def has_uno() -> bool:
    """Return whether LibreOffice and the system Python's `uno` are there."""
    if office.soffice() is None or not SYSTEM_PYTHON.exists():
        return False
    return subprocess.run([SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode == 0


def copied(source: Path, target: Path, sheet: str, copy: str, cells: Mapping[str, str | float]) -> None:
    """Save `source` as `target` with a copy of a sheet in which `cells` are changed."""
    order = json.dumps({"sheet": sheet, "copy": copy, "cells": dict(cells)})
    command = [str(SYSTEM_PYTHON), __file__, str(office.soffice()), office.profile().as_uri(), str(source), str(target)]
    root = str(Path(__file__).resolve().parents[2])
    environment = {"PYTHONPATH": root, "LC_ALL": "C.UTF-8", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        command, input=order, capture_output=True, text=True, timeout=180, env=environment, check=False
    )
    if done.returncode or not target.exists():
        raise office.OfficeError(done.stderr)


def main(program: str, profile: str, source: str, target: str) -> None:
    import uno  # type: ignore[import-not-found,unused-ignore]
    from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found,unused-ignore]
    from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found,unused-ignore]

    def option(name: str, value: object) -> object:
        made = PropertyValue()
        made.Name, made.Value = name, value
        return made

    order = json.load(sys.stdin)
    pipe = f"pipe,name=jixiao{uuid.uuid4().hex}"
    started = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", f"--accept={pipe};urp;"]
    process = subprocess.Popen(started)
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    deadline = time.monotonic() + 60
    while True:
        try:
            remote = resolver.resolve(f"uno:{pipe};urp;StarOffice.ComponentContext")
            break
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    desktop = remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
    book = desktop.loadComponentFromURL(Path(source).as_uri(), "_blank", 0, (option("Hidden", True),))
    book.Sheets.copyByName(order["sheet"], order["copy"], len(book.Sheets.ElementNames))
    sheet = book.Sheets.getByName(order["copy"])
    for address, value in order["cells"].items():
        cell = sheet.getCellRangeByName(address)
        if isinstance(value, str):
            cell.String = value
        else:
            cell.Value = value
    book.calculateAll()
    book.storeToURL(Path(target).as_uri(), (option("FilterName", "Calc MS Excel 2007 XML"),))
    book.close(True)
    desktop.terminate()
    process.wait(30)


if __name__ == "__main__":
    main(*sys.argv[1:])

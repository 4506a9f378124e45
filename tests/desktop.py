"""A LibreOffice that is driven through `uno`, which only the system's Python has: started here for the scripts that it runs.

Called by `office_server`, `excel.uno_server` and `oracle.copy_sheet`.
"""

from __future__ import annotations

import subprocess
import time
import uuid
from pathlib import Path
from typing import Any


def start(program: str, profile: str) -> tuple[subprocess.Popen[bytes], Any]:
    """Return the process of a LibreOffice on a profile of its own, and its desktop. Raises NoConnectException after a minute."""
    import uno  # type: ignore[import-not-found,unused-ignore]
    from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found,unused-ignore]

    pipe = f"pipe,name=jixiao{uuid.uuid4().hex}"
    command = [program, f"-env:UserInstallation={profile}", "--headless", "--norestore", f"--accept={pipe};urp;"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    context = uno.getComponentContext()
    resolver = context.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", context)
    deadline = time.monotonic() + 60
    while True:
        try:
            remote = resolver.resolve(f"uno:{pipe};urp;StarOffice.ComponentContext")
            return process, remote.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", remote)
        except NoConnectException:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


# What a document is saved as by its kind and suffix, as `--convert-to` chooses.
_FILTERS = {
    "sheet.SpreadsheetDocument": {
        "xlsx": "Calc MS Excel 2007 XML",
        "xls": "MS Excel 97",
        "ods": "calc8",
        "fods": "OpenDocument Spreadsheet Flat XML",
        "pdf": "calc_pdf_Export",
    },
    "text.TextDocument": {"docx": "MS Word 2007 XML", "odt": "writer8", "pdf": "writer_pdf_Export"},
}


def opened(desktop: Any, path: Path, *options: Any) -> Any:
    """Return a document, opened where nobody sees it; None where it cannot be."""
    return desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, (option("Hidden", True), *options))


def save(document: Any, path: Path) -> None:
    """Save a document as what the suffix says; it stays open under its own name."""
    kind = next(kind for kind in _FILTERS if document.supportsService(f"com.sun.star.{kind}"))
    document.storeToURL(path.as_uri(), (option("FilterName", _FILTERS[kind][path.suffix[1:]]),))


def option(name: str, value: object) -> Any:
    """Return an option of opening or saving a document."""
    import uno

    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made

"""A LibreOffice that is driven through `uno`, which only the system's Python has: started here for the scripts that it runs.

Called by `office_server`, `excel.uno_server` and `oracle.copy_sheet`.
"""

from __future__ import annotations

import subprocess
import time
import uuid
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


def option(name: str, value: object) -> Any:
    """Return an option of opening or saving a document."""
    import uno

    made = uno.createUnoStruct("com.sun.star.beans.PropertyValue")
    made.Name, made.Value = name, value
    return made

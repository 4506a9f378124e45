"""Documents converted by one LibreOffice that stays open: run by the system's Python, which has `uno`.

`python3 office_server.py SOFFICE PROFILE`; a request per line on stdin, `["/…/甲.xlsx", "/…/甲.pdf"]`, an answer per line on stdout: "" or what
went wrong. `office.convert` is the other end.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.desktop import opened, save, start


def main(program: str, profile: str) -> None:
    process, desktop = start(program, profile)
    for line in sys.stdin:
        source, target = map(Path, json.loads(line))
        print(json.dumps(_converted(desktop, source, target)), flush=True)
    desktop.terminate()
    process.wait(30)


def _converted(desktop: Any, source: Path, target: Path) -> str:
    try:
        document = opened(desktop, source)
        if document is None:
            return f"{source}: cannot be opened"
        save(document, target)
        document.close(True)
    except Exception as error:  # of whatever kind LibreOffice raises
        return f"{source}: {type(error).__name__}: {error}"
    return ""


if __name__ == "__main__":
    main(*sys.argv[1:])

"""The `Host` protocol over LibreOffice: calls go to `uno_server`, which runs under the system's Python, through a pipe."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests import office

_SERVER = Path(__file__).with_name("uno_server.py")


class Office:
    """A LibreOffice that stays open, on a profile of its own in `folder`."""

    def __init__(self, folder: Path) -> None:
        office.set_up(folder)
        command = [str(office.SYSTEM_PYTHON), str(_SERVER), str(office.soffice()), folder.as_uri()]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8", env=office.for_scripts()
        )

    def ask(self, name: str, *arguments: object) -> Any:
        """Make one call. Raises OfficeError with what went wrong there."""
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, *arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        answer = json.loads(line) if line else {"error": f"{name}: no answer"}
        if "error" in answer:
            raise office.OfficeError(answer["error"])
        return answer["is"]

    def quit(self) -> None:
        self.ask("quit")
        self._process.wait(30)


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """One LibreOffice for all tests of the Excel functions and of the macros."""
    running = Office(tmp_path_factory.mktemp("office"))
    yield running
    running.quit()


@dataclass
class UnoHost:
    """The workbook that is open in `office`; answers to questions are prepared, what is told is kept."""

    office: Office
    told: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    shown: list[Path] = field(default_factory=list)
    agree: bool = True
    chosen: Path | None = None

    def tell(self, message: str) -> None:
        self.told.append(message)

    def confirm(self, question: str) -> bool:
        self.asked.append(question)
        return self.agree

    def choose(self, title: str, *, folder: bool) -> Path | None:
        self.asked.append(title)
        return self.chosen

    def show(self, path: Path) -> None:
        self.shown.append(path)

    def name(self) -> str:
        return str(self.office.ask("name"))

    def save_copy(self, path: Path) -> None:
        self.office.ask("save_copy", str(path))

    def sheets(self) -> list[str]:
        return list(self.office.ask("sheets"))

    def add_sheet(self, name: str, *, hidden: bool) -> None:
        self.office.ask("add_sheet", name, hidden)

    def remove_sheet(self, name: str) -> None:
        self.office.ask("remove_sheet", name)

    def read(self, sheet: str, *, formulas: bool = False) -> list[list[str]]:
        return list(self.office.ask("read", sheet, formulas))

    def write(self, sheet: str, rows: Sequence[Sequence[str]], *, at: str = "A1") -> None:
        self.office.ask("write", sheet, rows, at)

    def dress(self, sheet: str, widths: Sequence[float], heading: int, fills: Mapping[str, str]) -> None:
        self.office.ask("dress", sheet, list(widths), heading, dict(fills))

    def area(self, sheet: str, cell: str) -> str:
        return str(self.office.ask("area", sheet, cell))

    def fill(self, sheet: str, cell: str) -> str:
        return str(self.office.ask("fill", sheet, cell))

    def paint(self, sheet: str, cell: str, fill: str) -> None:
        self.office.ask("paint", sheet, cell, fill)

    def note(self, sheet: str, cell: str) -> str | None:
        found: str | None = self.office.ask("note", sheet, cell)
        return found

    def add_note(self, sheet: str, cell: str, text: str) -> bool:
        return bool(self.office.ask("add_note", sheet, cell, text))

    def cut_note(self, sheet: str, cell: str, start: int, length: int) -> None:
        self.office.ask("cut_note", sheet, cell, start, length)

    @contextmanager
    def unlocked(self, sheet: str) -> Iterator[bool]:
        was = self.office.ask("unlock", sheet)
        yield was != "password"
        if was == "locked":
            self.office.ask("lock", sheet, "")

    def select(self, sheet: str, cell: str) -> bool:
        if not self.office.ask("visible", sheet):
            return False
        return bool(self.office.ask("select", sheet, cell))

    def selected(self) -> tuple[str, str]:
        sheet, cell = self.office.ask("selected")
        return str(sheet), str(cell)

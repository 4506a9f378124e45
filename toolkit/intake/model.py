"""The nouns of intake: a file and what became of it, and all files of a run as a batch.

`batch` makes them, `returns` settles them; checking, the season and every job take them from here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from toolkit.checking.model import Finding
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster
from toolkit.intake.inputs import InputFile
from toolkit.intake.units import Conflict
from toolkit.reading.model import Declaration
from toolkit.sources.grid import Issued
from toolkit.values.words import ERROR, FILE, FileStatus

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class FileResult:
    """One file: its declarations, or the finding that says why there are none. `status` is PASSED until it is checked.

    `issued` is what its workbook says of its issue; `owner` whose file it is where no declaration tells;
    `attached_to` the file that it is an attachment of; `origin` what it was made from where it is a marked copy of ours come back.
    """

    file: str
    status: FileStatus
    declarations: tuple[Declaration, ...] = ()
    findings: tuple[Finding, ...] = ()
    source: InputFile | None = None
    issued: Issued | None = None
    owner: str | None = None
    attached_to: str | None = None
    origin: tuple[str, ...] = ()

    def record(self) -> dict[str, object]:
        """Return the file as the commands list it in JSON."""
        return {"file": self.file, "status": self.status, "unit": self.unit}

    @property
    def unit(self) -> str | None:
        return next((d.unit for d in self.declarations if d.unit), self.owner)


@dataclass(frozen=True)
class Batch:
    """All files of a run in order; `forms` are those that were found in them, by name; `roster` what they were held against.

    `conflicts` are the returns of one unit that contradict each other (`returns.settle`), `copies` files with
    nothing in them that is not in another one, each with that one.
    """

    files: tuple[FileResult, ...]
    forms: dict[str, Form] = field(default_factory=dict)
    roster: Roster | None = None
    conflicts: tuple[Conflict, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()

    @property
    def declarations(self) -> list[Declaration]:
        return [declaration for file in self.files for declaration in file.declarations]


def file_finding(each: InputFile, rule: str, message: str, suggestion: str) -> Finding:
    """Return an error about a file itself."""
    return Finding(rule, ERROR, FILE, each.display, None, None, None, None, None, None, None, _full(message), _full(suggestion))


def _full(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else f"{text}。"

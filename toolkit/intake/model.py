"""The nouns of intake: a file and what became of it, and all files of a run as a batch.

`batch` makes them, `returns` settles them; checking, the season and every job take them from here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol, get_args

from toolkit.checking.model import Finding
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster
from toolkit.intake.inputs import InputFile
from toolkit.intake.units import Conflict
from toolkit.reading.model import Declaration, Doubt
from toolkit.sources.grid import Issued
from toolkit.values.words import ERROR, FILE, OTHER_WORDS, WARNING, FileStatus, OtherKind

Progress = Callable[[int, int, str], None]

# A file's place in time: as its content came in the season, by its own time, by its name.
Arrival = tuple[int, str, str]

# What a file looks like that holds no form: a photo or scan, a letter or note, something else, a result of ours.
Stray = Literal["picture", "note", "thing", "own"]
STRAYS: frozenset[str] = frozenset(get_args(Stray))


class Evaluated(Protocol):
    """What the rules found in one file as if there were no other."""

    def of(self, form: str) -> Sequence[Finding] | None:
        """Return the findings of a form's declarations in the file, None where they were not evaluated apart."""
        ...


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file: its declarations, or the finding that says why there are none. `status` is PASSED until it is checked.

    `issued` is what its workbook says of its issue; `owner` whose file it is where no declaration tells;
    `attached_to` the file that it is an attachment of; `origin` what it was made from where it is a marked copy
    of ours come back. `stray` says what it is where it holds no form: one that PASSED all the
    same was never expected to hold one, and `others` settles what becomes of it. `rules` is what the rules find in its declarations alone.
    `nameless`: a workbook whose names no longer lead to the form's cells; `redrawn`: values stand elsewhere than where the form has them.
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
    stray: Stray | None = None
    rules: Evaluated | None = field(default=None, compare=False, repr=False)
    nameless: bool = False
    redrawn: bool = False

    def record(self) -> dict[str, object]:
        """Return the file as the commands list it in JSON."""
        return {"file": self.file, "status": self.status, "unit": self.unit}

    @property
    def unit(self) -> str | None:
        return next((d.unit for d in self.declarations if d.unit), self.owner)


@dataclass(frozen=True, slots=True)
class Other:
    """A file that lies beside the returns and is none: what it is, whose where that is known, and in Chinese what was seen."""

    file: str
    what: OtherKind
    unit: str | None
    reason: str

    def record(self) -> dict[str, object]:
        """Return the file as the commands list it in JSON."""
        return {"file": self.file, "what": self.what, "unit": self.unit, "reason": self.reason}

    @property
    def word(self) -> str:
        """What it is, for people: 附件 with the unit's name, 不知归属 …"""
        return f"{self.unit} 的{OTHER_WORDS[self.what]}" if self.unit and self.what == "attachment" else OTHER_WORDS[self.what]


@dataclass(frozen=True)
class Batch:
    """All files of a run in order; `forms` are those that were found in them, by name; `roster` what they were held against.

    `conflicts` are the returns of one unit that contradict each other (`returns.settle`), `copies` files with
    nothing in them that is not in another one, each with that one. `others` are files beside the returns; a scan that was expected
    to be a return is among `files` too.
    """

    files: tuple[FileResult, ...]
    forms: dict[str, Form] = field(default_factory=dict)
    roster: Roster | None = None
    conflicts: tuple[Conflict, ...] = ()
    copies: tuple[tuple[str, str], ...] = ()
    others: tuple[Other, ...] = ()

    @property
    def declarations(self) -> list[Declaration]:
        return [declaration for file in self.files for declaration in file.declarations]

    @property
    def doubted(self) -> list[tuple[Declaration, Doubt]]:
        """What reading left open, declaration by declaration: cells not understood, units converted, rows taken apart."""
        return [(each, doubt) for each in self.declarations for doubt in each.doubts if doubt.severity == WARNING]

    @property
    def unread(self) -> list[dict[str, str | None]]:
        """What was not understood, as the commands list it in JSON: a cell, or line, each."""
        return [
            {"file": each.file, "sheet": each.sheet, "project": each.project, "cell": cell, "text": text}
            for each in self.declarations
            for cell, text in each.unread
        ]


def file_finding(each: InputFile, rule: str, message: str, suggestion: str) -> Finding:
    """Return an error about a file itself."""
    return Finding(rule, ERROR, FILE, each.display, None, None, None, None, None, None, None, _full(message), _full(suggestion))


def _full(text: str) -> str:
    return text if text.endswith(("。", "！", "？")) else f"{text}。"

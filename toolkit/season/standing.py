"""Where everybody stands, as data: a file, a unit, the season. `status` makes them out of the ledger, reminders and screens show them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from toolkit.errors import ExitCode
from toolkit.intake.model import Other
from toolkit.season.changes import Changes
from toolkit.values.words import DEPARTMENT_ROLE, NEEDS_CHANGES, NOT_FILLED, NOT_SENT, REPORTED, SENT_TWICE, STATUS_WORDS, UNREADABLE

CHANGES, UNREAD, UNFILLED = (STATUS_WORDS[each] for each in (NEEDS_CHANGES, UNREADABLE, NOT_FILLED))
STATUSES = (NOT_SENT, CHANGES, SENT_TWICE, UNREAD, UNFILLED, REPORTED)

_SCANS = (".pdf", ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".heic", ".webp", ".gif")


@dataclass(frozen=True)
class SentFile:
    """A file of a unit: `version` counts the unit's different returns in order of arrival, None where it is none.

    `current` is False for one that a later one, or the clerk's choice, took the place of. Times are local ISO times.
    """

    file: str
    status: str
    version: int | None
    modified: str
    errors: int
    warnings: int
    reason: str
    current: bool = True


@dataclass(frozen=True)
class UnitStatus:
    """One unit: `listed` whether the roster knows it; `versions` how many different returns it sent in the round; `last` when.

    `projects` are in what counts of its returns, `missing` those of the roster that are not and that nobody said are not to come; `changes` what became of its findings since its last version.
    Of the forms that the roster says it owes (应报表样), `missing_forms` did not come; `late` are forms that came first after its `deadline`.
    """

    unit: str
    department: str
    office: str
    contact: str
    listed: bool
    status: str
    reason: str
    versions: int
    last: str
    errors: int
    warnings: int
    files: tuple[SentFile, ...] = ()
    projects: int = 0
    missing: tuple[str, ...] = ()
    changes: Changes | None = None
    attachments: tuple[str, ...] = ()
    missing_forms: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    deadline: date | None = None

    @property
    def electronic(self) -> bool:
        """Whether there is a return that can be read."""
        return any(file.version is not None for file in self.files)

    @property
    def scanned(self) -> bool:
        """Whether there is a signed and stamped copy: a scan beside the return, or instead of it."""
        return any(map(is_scan, self.attachments)) or any(file.version is None and is_scan(file.file) for file in self.files)

    @property
    def pending(self) -> bool:
        """Whether the unit still has something to do, or the clerk to decide."""
        return self.status not in (REPORTED, SENT_TWICE) or bool(self.errors or self.reason.startswith(UNDECIDED))


@dataclass(frozen=True)
class SeasonStatus:
    """All units, those of the roster first and in its order; `strays` are files of which nobody knows whose they are.

    `others` are files beside the returns that are none; attachments are with their units. `unknown_forms` are owed, says the roster,
    and no sound template is called so.
    """

    units: tuple[UnitStatus, ...]
    strays: tuple[SentFile, ...]
    round: str
    by: str = DEPARTMENT_ROLE
    others: tuple[Other, ...] = ()
    unknown_forms: tuple[str, ...] = ()

    @property
    def listed(self) -> bool:
        """Whether there is a roster to hold them against."""
        return any(unit.listed for unit in self.units)

    @property
    def pending(self) -> list[UnitStatus]:
        return [unit for unit in self.units if unit.pending]

    @property
    def unreadable(self) -> bool:
        files = [*self.strays, *(file for unit in self.units if unit.status == UNREAD for file in unit.files)]
        return any(file.status == UNREAD for file in files)

    @property
    def code(self) -> ExitCode:
        """The exit code of a run that shows it."""
        return ExitCode.of(unreadable=self.unreadable, errors=bool(self.pending or self.strays))

    def group_of(self, unit: UnitStatus) -> str:
        """Return the 主管部门 (or what else the subtotals go by) of a unit."""
        if not unit.listed:
            return "（名单外）"
        return (unit.department if self.by == DEPARTMENT_ROLE else unit.office) or "（未填）"

    def groups(self) -> dict[str, Counter[str]]:
        """Return how many units of each status every 主管部门 has, in the order of the roster."""
        found: dict[str, Counter[str]] = {}
        for unit in self.units:
            found.setdefault(self.group_of(unit), Counter())[unit.status] += 1
        return found

    def counts(self) -> Counter[str]:
        return Counter(unit.status for unit in self.units)


UNDECIDED = "有几份不同的报送"


def is_scan(file: str) -> bool:
    """Whether a file of this name may be a scan of a signed and stamped copy."""
    return file.lower().endswith(_SCANS)

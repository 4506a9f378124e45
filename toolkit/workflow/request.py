"""What one run reads, as one object that every job gets: returns, forms, roster, passwords, decisions, ledger.

Made by the commands from their options, handed on unchanged by the jobs. What a run may write follows from it (`outlet`): a job
that writes asks the request, so none can write onto what it reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.errors import OutputError, UsageError
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster
from toolkit.intake.returns import NO_CHOICE, Choice
from toolkit.package.atomic import Outlet, same_file
from toolkit.season.history import last_round, season_year
from toolkit.workflow.forms import form_files

if TYPE_CHECKING:
    from toolkit.season.decisions import Decisions
    from toolkit.season.ledger import Ledger


@dataclass(frozen=True)
class Request:
    """What is read, and how: `choice` says which of several returns of a unit counts, `decisions` what a reviewer decided.

    `ledger` remembers what was read before, unless `fresh`; `round` is 一上, 二上 …, None for that of the last run.
    `year` is what returns are for, None for what roster or ledger say. `older_forms` are those of the earlier side of a comparison, where they are others. `against` is what was approved. `force`: results that are there already
    may be replaced, never one that is read; but `report`, the 审核报告.xlsx that is written, may follow the one whose decisions count.
    """

    paths: Sequence[str]
    forms: Sequence[Form]
    roster: Roster | None = None
    passwords: Sequence[str] = ()
    choice: Choice = NO_CHOICE
    decisions: Decisions | None = None
    ledger: Path | None = None
    round: str | None = None
    fresh: bool = False
    older_forms: Sequence[Form] = ()
    force: bool = False
    report: Path | None = None
    year: int | None = None
    against: Sequence[str] = ()

    @cached_property
    def read(self) -> tuple[Path, ...]:
        """What is read and never written, folders too; the ledger, which every run continues, is not among it."""
        inputs = [Path(path) for path in (*self.paths, *self.against)]
        inputs += [place for form in (*self.forms, *self.older_forms) for place in form_files(form)]
        inputs += [self.roster.path] if self.roster else []
        inputs += [self.decisions.path] if self.decisions and self.decisions.path else []
        return tuple(dict.fromkeys(inputs))

    @cached_property
    def outlet(self) -> Outlet:
        """Where the run may write."""
        decided = self.decisions.path if self.decisions else None
        follows = bool(self.report and decided and same_file(self.report, decided))
        return Outlet(self.force, (*self.read, *([self.ledger] if self.ledger else ())), decided if follows else None)


def year_of(request: Request, season: Season | None) -> int | None:
    """Return the year that the returns of a run have to be for: as said, else the roster's, else the ledger's; None where nobody says."""
    said = request.year or (request.roster.year if request.roster else None)
    return said or (season_year(season.ledger) if season else None)


@dataclass(frozen=True)
class Season:
    """A run's tie to an open ledger: `round` is 一上, 二上 …, None for that of the last run; `fresh` reads and evaluates everything again."""

    ledger: Ledger
    round: str | None = None
    fresh: bool = False
    now: datetime = field(default_factory=datetime.now)

    @property
    def round_now(self) -> str:
        """The round that this run belongs to, "" where none was ever named."""
        return last_round(self.ledger) if self.round is None else self.round


def check_opinions(request: Request) -> None:
    """Raise OutputError when the report that the run replaces holds opinions that no run has adopted yet."""
    from toolkit.season.decisions import unread_opinions
    from toolkit.season.ledger import open_ledger

    report = request.report
    if report is None or not report.is_file():
        return
    with ExitStack() as stack:
        kept = request.ledger is not None and request.ledger.is_file()
        ledger = stack.enter_context(open_ledger(request.ledger, create=False)) if request.ledger and kept else None
        unread = unread_opinions(report, request.decisions, ledger)
    if unread:
        raise OutputError(
            f"{report}：里面有 {len(unread)} 条还没有采用的意见（第 {unread[0].row} 行），没有覆盖。"
            f"请加 --decisions {report} 采用，或把它移到别处、换一个输出位置"
        )


@contextmanager
def season_of(request: Request) -> Iterator[Season]:
    """Give the tie to the ledger of a request, or to one that nobody keeps.

    Raises as `open_ledger` does, and UsageError when the ledger is another input or lies in an input folder. A ledger that was
    made for a run that found nothing to do goes again.
    """
    from toolkit.season.ledger import open_ledger, passing_ledger

    path = request.ledger
    if path is not None:
        Outlet(True, request.read).refuse(path)
    new = [place for place in (path, path.parent) if not place.exists()] if path is not None else []
    with open_ledger(path) if path is not None else passing_ledger() as opened:
        try:
            yield Season(opened, request.round.strip() if request.round is not None else None, request.fresh)
            return
        except UsageError as error:
            wrong, used = error, opened.is_used()
    for place in () if used else new:
        with suppress(OSError):
            place.rmdir() if place.is_dir() else place.unlink(missing_ok=True)
    raise wrong

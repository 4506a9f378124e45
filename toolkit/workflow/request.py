"""What one run reads, as one object that every job gets: returns, forms, roster, passwords, decisions, ledger.

Made by the commands from their options, handed on unchanged by the jobs. What a run may write follows from it (`outlet`): a job
that writes asks the request, so none can write onto what it reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from toolkit.errors import UsageError
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster
from toolkit.intake.returns import NO_CHOICE, Choice
from toolkit.package.atomic import Outlet, same_file
from toolkit.season.decisions import Decisions
from toolkit.season.ledger import open_ledger, passing_ledger
from toolkit.season.run import Season
from toolkit.workflow.forms import form_files


@dataclass(frozen=True)
class Request:
    """What is read, and how: `choice` says which of several returns of a unit counts, `decisions` what a reviewer decided.

    `ledger` remembers what was read before, unless `fresh`; `round` is 一上, 二上 …, None for that of the last run.
    `older_forms` are those of the earlier side of a comparison, where they are others. `force`: results that are there already
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

    @cached_property
    def outlet(self) -> Outlet:
        """Where the run may write."""
        inputs = [Path(path) for path in self.paths]
        inputs += [place for form in (*self.forms, *self.older_forms) for place in form_files(form)]
        inputs += [self.roster.path] if self.roster else []
        inputs += [self.decisions.path] if self.decisions and self.decisions.path else []
        inputs += [self.ledger] if self.ledger else []
        decided = self.decisions.path if self.decisions else None
        follows = bool(self.report and decided and same_file(self.report, decided))
        return Outlet(self.force, tuple(dict.fromkeys(inputs)), decided if follows else None)


@contextmanager
def season_of(request: Request) -> Iterator[Season]:
    """Give the tie to the ledger of a request, or to one that nobody keeps.

    Raises as `open_ledger` does, and UsageError when the ledger is another input or lies in an input folder. A ledger that was
    made for a run that found nothing to do goes again.
    """
    path = request.ledger
    if path is not None:
        others = tuple(each for each in request.outlet.inputs if each != path)
        Outlet(True, others).refuse(path)
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

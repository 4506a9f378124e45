"""What a job of the ribbon on folders and files is, what comes of it, and where its results go.

A folder or file is chosen, for some jobs a second folder. Results go into a folder beside it; returns of a season (a folder with
本季.txt above them) go by what the season says, and their results into the season's folders, as on the command line. Else a 名单.xlsx
beside the folder is the roster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from toolkit.apps import options
from toolkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from toolkit.season.home import Home
    from toolkit.workflow.request import Request

# So many lines a message box shows.
_MOST_LINES = 12

_AUDITED = "审核结果"

Chosen = Literal["folder", "file"]
FILE_CHOSEN: Chosen = "file"


@dataclass(frozen=True)
class Outcome:
    """What a job has to say, the exit code of the contract, the files it wrote (the last is the one to look at), and errors, warnings, hints found.

    Files of units, which nobody has to look at now, are not listed.
    """

    message: str
    code: ExitCode
    written: tuple[Path, ...] = ()
    counts: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class Job:
    """A job: what it asks for (`title`), what does it, where its results go, by which names they are known.

    `where` is the name of a folder beside what was chosen, or gives the folder. `kept` says what of the earlier results counts again;
    `other` asks for the second folder that the job reads, "" for none.
    """

    title: str
    run: Callable[..., Outcome]
    where: str | Callable[[Path], Path]
    results: tuple[str, ...] = ()
    kept: str = ""
    chosen: Chosen = "folder"
    other: str = ""

    def place(self, chosen: Path) -> Path:
        """Return the folder of the results."""
        return beside(chosen, self.where) if isinstance(self.where, str) else self.where(chosen)

    def earlier(self, chosen: Path) -> list[Path]:
        """Return results that are there already."""
        return [path for pattern in self.results for path in sorted(self.place(chosen).glob(pattern))]


def home_for(chosen: Path) -> Home | None:
    """Return the season whose returns lie in the folder; None where it is no season's."""
    from toolkit.season.home import home_of

    home = home_of(chosen)
    return home if home and home.returns and home.returns.resolve() == chosen.resolve() else None


def beside(chosen: Path, suffix: str) -> Path:
    """Return the folder beside a folder or a file, named after it; of a season's returns the season's folder. Raises UsageError for a whole disk.

    >>> beside(Path("甲/回收"), "汇总").as_posix(), beside(Path("甲/公布.docx"), "填报").as_posix()
    ('甲/回收-汇总', '甲/公布-填报')
    """
    path = chosen.resolve() if chosen.name in ("", "..") else chosen
    if not path.name:
        raise UsageError(f"{chosen}：不能选整个磁盘。请选放着申报表的文件夹。")
    if home := home_for(path):
        return home.folder / suffix
    return path.with_name(f"{path.name if path.is_dir() else path.stem}-{suffix}")


def audited(folder: Path) -> Path:
    """Return the folder of an audit's results: that of the season's ledger, else the one beside the returns."""
    place = beside(folder, _AUDITED)
    home = home_for(folder)
    return home.ledger.parent if home and home.ledger else place


def known_ledger(folder: Path) -> Path | None:
    """Return the ledger of an audit of the folder, None where there was none."""
    place = options.ledger_beside(audited(folder))
    return place if place.is_file() else None


def request_of(folder: Path, force: bool, ledger: Path | None, report: Path | None = None) -> Request:
    """Return what is read for a folder: by its season, else with the roster that lies beside it; and what was decided in `report`.

    Raises RosterError and UsageError where one of them is broken.
    """
    from toolkit.season.home import Home
    from toolkit.workflow.forms import load_forms
    from toolkit.workflow.live import ROSTER
    from toolkit.workflow.request import Request

    place = folder.resolve().parent / ROSTER
    home = home_for(folder) or Home(folder.parent, roster=place if place.is_file() else None)
    return Request(
        (str(folder),),
        load_forms(home.form or None),
        options.listed(home.roster),
        decisions=options.decided(report),
        ledger=ledger,
        force=force,
        report=report,
        year=home.year,
        against=tuple(map(str, home.against)),
    )


def lines_of(lines: list[str]) -> str:
    """Return the lines as a message, the last kept, too many in between left out."""
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 2], f"……还有 {len(lines) - _MOST_LINES + 1} 行", lines[-1]]
    return "\n".join(lines)

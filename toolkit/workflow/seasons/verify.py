"""An archive of a season held against its own list, and against what the season says now. Called by `season archive --verify`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from toolkit.errors import UsageError
from toolkit.forms.roster import load_roster
from toolkit.outputs.archive import CHECKSUMS, read_checksums
from toolkit.season.finals import finals_of
from toolkit.season.home import Home
from toolkit.season.ledger import NAME as LEDGER_NAME
from toolkit.season.ledger import open_ledger
from toolkit.workflow.seasons.archive import digests_of


@dataclass(frozen=True)
class Verified:
    """An archive held against its list: what is missing, changed, there besides; and units whose finals a season has otherwise now.

    `later` are lines about these units; `files` how many are as they were.
    """

    missing: tuple[str, ...]
    changed: tuple[str, ...]
    added: tuple[str, ...]
    wrong: tuple[str, ...]
    later: tuple[str, ...]
    files: int
    seal: str

    @property
    def sound(self) -> bool:
        return not (self.missing or self.changed or self.added or self.wrong or self.later)


def verify_archive(folder: Path, home: Home | None = None) -> Verified:
    """Hold an archive against its checksums, and its finals against the season of `home` where that is of the same year.

    Raises UsageError where there is no archive.
    """
    listing = folder / CHECKSUMS
    if not listing.is_file():
        raise UsageError(f"{folder}：不是归档（没有 {CHECKSUMS}）。归档用 jixiao season archive 生成。")
    data = listing.read_bytes()
    listed, wrong = read_checksums(data)
    wrong += [name for name in listed if PurePath(name).is_absolute() or ".." in PurePath(name).parts]
    there = {name: digest for name, digest in digests_of(folder).items() if name != CHECKSUMS}
    later = _later(folder, home) if there.get(LEDGER_NAME) == listed.get(LEDGER_NAME, "") and home else ()
    return Verified(
        tuple(name for name in listed if name not in there and name not in wrong),
        tuple(name for name, digest in listed.items() if there.get(name, digest) != digest),
        tuple(name for name in there if name not in listed),
        tuple(wrong),
        tuple(later),
        sum(there.get(name) == digest for name, digest in listed.items()),
        hashlib.sha256(data).hexdigest(),
    )


def _later(folder: Path, home: Home) -> Iterator[str]:
    """What the season has otherwise than its archive, unit by unit; nothing where the season is of another year."""
    if home.ledger is None or not home.ledger.is_file():
        return
    roster = load_roster(home.roster) if home.roster else None
    with open_ledger(folder / LEDGER_NAME, create=False) as put_away, open_ledger(home.ledger, create=False) as ledger:
        old, new = (finals_of(each, roster) for each in (put_away, ledger))
    years = [{each.year for final in side.finals for each in final.returns} for side in (old, new)]
    if years[0].isdisjoint(years[1]):
        return
    before, now = old.by_unit(), new.by_unit()
    for key in dict.fromkeys((*before, *now)):
        name = (before.get(key) or now[key])[0]
        if key not in now:
            yield f"{name}：归档里有定稿，本季现在没有。"
        elif key not in before:
            yield f"{name}：归档时没有定稿，本季现在有。"
        elif before[key][1] != now[key][1]:
            yield f"{name}：本季现在的定稿与归档的不是同一份。"

"""What counts in the end: of every unit the returns of the last round it took part in, with what they came to.

Comes in: a ledger, and the roster where there is one. Goes out: `Final`s and the units without one, in the order of the roster. Called by
`season archive`, which puts them away and holds them against what was put away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.forms.roster_model import Roster, name_key
from toolkit.season.history import Return, returns
from toolkit.season.standing import UNDECIDED, UnitStatus
from toolkit.season.status import season_status
from toolkit.season.tables import ALL_PLACES

# A row of the ledger, its columns by name.
Row = Any

if TYPE_CHECKING:
    from toolkit.season.ledger import Ledger


@dataclass(frozen=True)
class Final:
    """A file that counts: whose it is, as which of the ledger's returns, and where it lies (`place`, with the way into archives).

    `copies` are other places of the same return: what the ledger knows by its content may be any of them. `attached` are the places of
    what came with it: a scan of the signed and stamped copy.
    """

    unit: UnitStatus
    returns: tuple[Return, ...]
    file: str
    place: str
    content: str
    copies: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()


@dataclass(frozen=True)
class Finals:
    """All finals, and the units that have none, each with its state and the reason."""

    finals: tuple[Final, ...]
    without: tuple[UnitStatus, ...]

    def by_unit(self) -> dict[str, tuple[str, frozenset[str]]]:
        """Return each unit's name and the contents of its finals, by `name_key`."""
        found: dict[str, tuple[str, frozenset[str]]] = {}
        for final in self.finals:
            name, contents = found.get(name_key(final.unit.unit), (final.unit.unit, frozenset()))
            found[name_key(final.unit.unit)] = (name, contents | {final.content})
        return found


def finals_of(ledger: Ledger, roster: Roster | None) -> Finals:
    """Return what counts of each unit; nothing of one that has different returns between which nobody chose."""
    sent = returns(ledger)
    rows = ledger.rows(ALL_PLACES)
    rounds = list(dict.fromkeys(each.round for each in sent))
    units: dict[str, UnitStatus] = {}
    found: dict[str, list[Final]] = {}
    for round_ in reversed(rounds or [""]):
        for unit in season_status(ledger, roster, round_).units:
            key = name_key(unit.unit)
            units.setdefault(key, unit)
            if key in found or unit.reason.startswith(UNDECIDED):
                continue
            here = [row for row in rows if row.round == round_]
            mine = [file.file for file in unit.files if file.current and file.version is not None]
            made = [_final(unit, row, [each for each in sent if each.round == round_], here) for row in here if row.file in mine]
            if made:
                units[key], found[key] = unit, made
    finals = tuple(final for key in units for final in found.get(key, ()))
    return Finals(finals, tuple(unit for key, unit in units.items() if key not in found))


def _final(unit: UnitStatus, row: Row, sent: Sequence[Return], rows: Sequence[Row]) -> Final:
    mine = tuple(each for each in sent if each.content == row.content)
    attached = tuple(other.place for other in rows if other.attached_to == row.file)
    copies = tuple(other.place for other in rows if other.content == row.content and other.place != row.place)
    return Final(unit, mine, row.file, row.place, row.content, copies, attached)

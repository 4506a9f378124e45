"""A whole ledger as data: what one hand knows of a season. Read out of a ledger, joined with others, written into a new one.

What only saves time (readings, evaluations) is no part of it: the next check makes it anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from toolkit.forms.roster_model import Roster, name_key
from toolkit.season import tables
from toolkit.season.choices import Choice, read_choices
from toolkit.season.history import last_round, season_year

if TYPE_CHECKING:
    from toolkit.season.ledger import Ledger

# A row by column, as the statements of `tables` read and write it.
Row = Mapping[str, Any]

# What tells a return from every other.
Key = tuple[str, int, str, str, str]


@dataclass(frozen=True)
class Side:
    """One hand's season under the name it is told by: `returns` in order of arrival, each with its findings as `records`.

    `year` is None and `round` "" where nobody said.
    """

    name: str
    year: int | None = None
    round: str = ""
    returns: Sequence[Row] = ()
    places: Sequence[Row] = ()
    opinions: Sequence[Row] = ()
    choices: Sequence[Choice] = ()

    @property
    def rounds(self) -> frozenset[str]:
        return frozenset(row["round"] for row in (*self.returns, *self.places))


@dataclass(frozen=True, slots=True)
class Clash:
    """What contradicts: of which kind, about what, what each side says, and how it is settled."""

    kind: str
    about: str
    said: tuple[tuple[str, str], ...]
    cure: str

    def __str__(self) -> str:
        about = f"：{self.about}" if self.about else ""
        return f"{self.kind}{about}：{'；'.join(f'{side}：{text}' for side, text in self.said)}。{self.cure}"

    def record(self) -> dict[str, object]:
        """Return the contradiction for programs."""
        return {"kind": self.kind, "about": self.about or None, "said": dict(self.said), "cure": self.cure}


def key_of(row: Row) -> Key:
    return (row["unit_key"], row["year"], row["round"], row["form"], row["content"])


def projects_of(row: Row) -> list[tuple[str, str]]:
    """Return name and code of each project of a return, none where they cannot be read."""
    try:
        return [(str(name), str(code)) for name, code in json.loads(row["projects"])]
    except (ValueError, TypeError):
        return []


def read_side(name: str, ledger: Ledger, roster: Roster | None = None) -> Side:
    """Return all that a ledger knows of its season, each return with the unit that the roster knows it as. Raises as `Ledger.rows` does."""
    records = {row.id: row.records for row in ledger.rows(tables.ALL_FINDINGS)}
    sent = [
        {**row._asdict(), "records": records.get(row.id), "known_as": _known_as(row, roster)} for row in ledger.rows(tables.ALL_RETURNS)
    ]
    found = [row._asdict() for row in ledger.rows(tables.ALL_PLACES)]
    opinions = [row._asdict() for row in ledger.rows(tables.ALL_DECISIONS)]
    return Side(name, season_year(ledger), last_round(ledger), sent, found, opinions, read_choices(ledger))


def _known_as(row: Any, roster: Roster | None) -> str:
    found = roster.find(row.unit) if roster else None
    return name_key(found.name) if found else str(row.unit_key)


def write_side(side: Side, ledger: Ledger, joined: str = "") -> None:
    """Write everything into a new ledger; `joined` is the time at which it was made out of others."""
    with ledger.writing():
        if side.year is not None:
            ledger.run(tables.KEEP_YEAR, {"year": str(side.year)})
        ledger.run(tables.KEEP_ROUND, {"round": side.round})
        if joined:
            ledger.run(tables.KEEP_JOINED, {"joined": joined})
        for row in side.returns:
            ledger.run(tables.ADD_RETURN, row)
            if row["records"] is not None:
                ledger.run(tables.KEEP_FINDINGS, {"id": ledger.rows(tables.RETURN, row)[0].id, "records": row["records"]})
        ledger.run_many(tables.KEEP_PLACE, side.places)
        ledger.run_many(tables.KEEP_DECISION, side.opinions)
        if side.choices:
            ledger.run(tables.KEEP_CHOICES, {"choices": json.dumps(side.choices, ensure_ascii=False)})

"""A run's tie to the ledger: which ledger, which round, whether what it remembers counts, and at what time the run is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from toolkit.season.history import last_round
from toolkit.season.ledger import Ledger


@dataclass(frozen=True)
class Season:
    """`round` is 一上, 二上 …, None for that of the last run; `fresh` reads and evaluates everything again."""

    ledger: Ledger
    round: str | None = None
    fresh: bool = False
    now: datetime = field(default_factory=datetime.now)

    @property
    def round_now(self) -> str:
        """The round that this run belongs to, "" where none was ever named."""
        return last_round(self.ledger) if self.round is None else self.round

"""Which of a unit's different returns the clerk said counts (`--use`): it holds in later runs until one of the two changes.

Comes in: the ledger, a batch and the contents of its files. Goes out: pairs of files, the one that does not count first. Called by `check` and, when ledgers
are joined, by `joining`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from toolkit.intake.model import Batch
from toolkit.intake.units import Pair
from toolkit.season import tables
from toolkit.season.history import place_of

if TYPE_CHECKING:
    from toolkit.season.ledger import Ledger

# Place and content of the file that does not count, then of the one that does.
Choice = tuple[str, str, str, str]


def kept_choices(ledger: Ledger, batch: Batch, contents: Mapping[str, str]) -> list[Pair]:
    """Return what was chosen between files that lie there as they did then."""
    here = {(place_of(file), contents.get(file.file, "")): file.file for file in batch.files}
    pairs = ((here.get((left, old)), here.get((used, new))) for left, old, used, new in read_choices(ledger))
    return [(left, used) for left, used in pairs if left is not None and used is not None]


def keep_choices(ledger: Ledger, batch: Batch, contents: Mapping[str, str], used: set[str]) -> None:
    """Keep what the files `used` were chosen against, in place of what was kept about the same files. Inside `writing`."""
    places = {file.file: (place_of(file), contents.get(file.file, "")) for file in batch.files}
    pairs = [pair for conflict in batch.conflicts for pair in conflict.left if pair[1] in used]
    made = [(*places[left], *places[instead]) for left, instead in pairs]
    about = {choice[0] for choice in made} | {choice[2] for choice in made}
    if made:
        kept = [*(choice for choice in read_choices(ledger) if choice[0] not in about), *made]
        ledger.run(tables.KEEP_CHOICES, {"choices": json.dumps(kept, ensure_ascii=False)})


def read_choices(ledger: Ledger) -> list[Choice]:
    """Return what the ledger holds; what nobody can read is passed over."""
    for row in ledger.rows(tables.CHOICES):
        try:
            return [(str(left), str(old), str(used), str(new)) for left, old, used, new in json.loads(row.value)]
        except (ValueError, TypeError):
            return []
    return []

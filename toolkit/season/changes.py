"""What became of a unit's findings since its last version: set right, still there, new.

Comes in: the ledger and a unit's returns. Goes out: `Changes`. A finding is known again by its rule, unit, project, field and the name of
its indicator, wherever its row stands now (`Subjects.key`). Called by `check` and `status`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.forms import Form
from toolkit.forms.roster_model import name_key
from toolkit.intake.model import Batch, FileResult
from toolkit.intake.subjects import Subjects
from toolkit.season.history import Return, declarations_of, findings_of, returns, version_numbers
from toolkit.season.rounds import counting
from toolkit.values.words import DECLARATION, HINT, PASSED

if TYPE_CHECKING:
    from toolkit.season.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Changes:
    """How many errors and warnings of a unit's last version are gone, how many still stand, how many are new."""

    fixed: int
    left: int
    added: int

    def __str__(self) -> str:
        return f"已改 {self.fixed} 处，仍未改 {self.left} 处，新增 {self.added} 处"

    def record(self) -> dict[str, int]:
        """Return the counts for programs."""
        return {"fixed": self.fixed, "open": self.left, "new": self.added}


def changes_of(ledger: Ledger, forms: Iterable[Form], units: Collection[str]) -> dict[str, Changes]:
    """Return the changes of those `units` (by `name_key`) that sent more than one version, by the same key."""
    known = {form.name: form for form in forms}
    sent: dict[str, list[Return]] = {}
    for each in returns(ledger):
        if name_key(each.unit) in units:
            sent.setdefault(name_key(each.unit), []).append(each)
    found = {unit: unit_changes(ledger, known, mine) for unit, mine in sent.items()}
    return {unit: changes for unit, changes in found.items() if changes is not None}


def unit_changes(ledger: Ledger, forms: Mapping[str, Form], sent: Sequence[Return]) -> Changes | None:
    """Return what changed between the last two versions of a unit's returns, of all rounds; None where there is only one, or
    where one of them was never checked or is not kept."""
    total = None
    for key in dict.fromkeys((each.year, each.form) for each in sent):
        mine = _once(ledger, [each for each in sent if (each.year, each.form) == key])
        numbers = version_numbers(mine)
        last = max(numbers.values())
        if last < 2 or key[1] not in forms:
            continue
        before = _identities(ledger, forms[key[1]], counting([each for each in mine if numbers[each.number] < last]))
        now = _identities(ledger, forms[key[1]], counting(mine))
        if before is None or now is None:
            continue
        old, new = before[0], now[0]
        still = old & new
        made = Changes((old - new - now[1]).total(), still.total(), (new - old).total())
        total = made if total is None else Changes(total.fixed + made.fixed, total.left + made.left, total.added + made.added)
    return total


def _once(ledger: Ledger, sent: Sequence[Return]) -> list[Return]:
    """The returns without those that only lay there in a later round too: of each content the last that was checked, where it first came."""
    found: dict[str, Return] = {}
    for each in sent:
        if each.content not in found or findings_of(ledger, each) is not None:
            found[each.content] = each
    return list(found.values())


def _identities(ledger: Ledger, form: Form, members: Sequence[Return]) -> tuple[Counter[str], Counter[str]] | None:
    """The errors and warnings against returns by what they are known again by, and the hints (what was kept, or explained, with a reason too)."""
    grave, hints = Counter[str](), Counter[str]()
    for each in members:
        declarations, findings = declarations_of(ledger, each.number), findings_of(ledger, each)
        if declarations is None or findings is None:
            return None
        subjects = Subjects(Batch((FileResult(each.file, PASSED, tuple(declarations)),), {form.name: form}))
        for finding in findings:
            if finding.family == DECLARATION:
                (hints if finding.severity == HINT or finding.explanation else grave)[subjects.key(finding).place] += 1
    return grave, hints

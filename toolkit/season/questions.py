"""A doubt that many returns share, asked once: which findings are one question.

Comes in: findings with what was decided on them. Goes out: `Question`s for the report. An answer (`answers`) is kept as a decision on every finding it was given for, so it holds for each unit as long as what that unit
filled in does; a unit with the same doubt that comes later is asked about again. Called by `check` and the report.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.checking.doubts import OTHER_YEAR
from toolkit.checking.model import Finding
from toolkit.intake.roster import UNKNOWN_UNIT
from toolkit.reading.model import OLD_VERSION
from toolkit.reading.money import UNIT_OF_MONEY
from toolkit.season.answers import NONE
from toolkit.values.text import squeeze
from toolkit.values.words import REPAIR

if TYPE_CHECKING:
    from toolkit.season.decisions import Reviewed

# Doubts whose answer is the same wherever the same evidence stands: 万元 in print, one old version, a renamed unit, last year's form.
SHARED = frozenset((UNIT_OF_MONEY, OLD_VERSION, UNKNOWN_UNIT, OTHER_YEAR))

_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Question:
    """What several findings doubt alike: `message` and `suggestion` are those of the first of them, `answered` how many have an opinion.

    `action` and `reason` are the answer where all have the same one.
    """

    key: str
    rule: str
    message: str
    suggestion: str
    units: tuple[str, ...]
    files: tuple[str, ...]
    answered: int = 0
    action: str = ""
    reason: str = ""

    @property
    def is_open(self) -> bool:
        return not self.action

    def record(self) -> dict[str, object]:
        """Return the question for programs."""
        return {
            "rule": self.rule,
            "question": self.message,
            "units": list(self.units),
            "files": list(self.files),
            "answer": self.action or None,
            "reason": self.reason or None,
        }


def question_key(finding: Finding) -> str:
    """Return what findings of one question have in common, "" for a finding that is none of them.

    It is the rule, the evidence (the text that prints 万元, the version, the name) and what is asked to be done; an amount that
    carries its unit itself is evidence by its unit alone.
    """
    if finding.rule not in SHARED or finding.family == REPAIR:
        return ""
    evidence = "" if finding.rule == UNIT_OF_MONEY and finding.field else squeeze(finding.value or "")
    text = json.dumps([finding.rule, evidence, finding.suggestion], ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:_DIGITS]


def questions(reviewed: Iterable[Reviewed]) -> list[Question]:
    """Return what findings of at least two files ask alike, in the order in which they come; of all others nothing is held."""
    groups: dict[str, list[Reviewed]] = {}
    for each in reviewed:
        key = question_key(each.original)
        if key:
            groups.setdefault(key, []).append(each)
    return [_question(key, members) for key, members in groups.items() if len({m.original.file for m in members}) > 1]


def _question(key: str, members: Sequence[Reviewed]) -> Question:
    first = members[0].original
    opinions = [(m.decision.action, m.decision.reason) if m.decision else NONE for m in members]
    action, reason = opinions[0] if len(set(opinions)) == 1 else NONE
    return Question(
        key,
        first.rule,
        first.message,
        first.suggestion,
        tuple(dict.fromkeys(m.original.unit for m in members if m.original.unit)),
        tuple(dict.fromkeys(m.original.file for m in members)),
        sum(opinion != NONE for opinion in opinions),
        action,
        reason,
    )

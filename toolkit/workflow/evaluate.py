"""A batch that was read → its findings; what was evaluated before, and nothing it depends on has changed, is not done again.

Comes in: a batch, and a `Memory` where there is a ledger; what was evaluated where it was read is taken from there. Goes out: findings as `check_declarations` makes them. What rules
can see of each other makes a component: the declarations of a unit and those in one file with them. A component is
remembered as a whole under the key of everything its findings depend on, so that what is remembered is what a new
evaluation would find. A form whose rules look at the whole batch is one component.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from toolkit.checking.cases import UnitKey, unit_key
from toolkit.checking.check import check_declarations, not_applicable
from toolkit.checking.model import Finding, NotApplicable
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster
from toolkit.forms.rules import compile_rules
from toolkit.intake.model import Batch, Evaluated
from toolkit.intake.onefile import own_rules
from toolkit.reading.model import Declaration
from toolkit.values.words import OF_BATCH

if TYPE_CHECKING:
    from toolkit.season.memory import Memory

Check = Callable[[Sequence[Declaration]], list[Finding]]
Pair = tuple[str, str]

# Findings by the key they are remembered under, with the files they may point to.
Blocks = dict[str, tuple[Sequence[Finding], Sequence[str]]]

# So many are remembered together.
_TOGETHER = 64


def evaluate(batch: Batch, memory: Memory | None = None) -> list[Sequence[Finding]]:
    """Return every finding about the batch's declarations, by what was evaluated together, in the order of the files but for the batch."""
    apart = {file.file: file.rules for file in batch.files if file.rules}
    undecided = [pair for conflict in batch.conflicts for pair in conflict.undecided]
    findings: list[Sequence[Finding]] = []
    for form in batch.forms.values():
        declarations = [d for d in batch.declarations if d.form == form.name]
        findings += _of_form(declarations, undecided, form, batch.roster, _Known(apart, memory))
    return findings


def passed_over(batch: Batch) -> list[NotApplicable]:
    """Return which rules were not judged, and where."""
    return [
        each
        for form in batch.forms.values()
        for each in not_applicable([d for d in batch.declarations if d.form == form.name], form, roster=batch.roster)
    ]


def _checker(form: Form, roster: Roster | None) -> Check:
    return lambda declarations: check_declarations(declarations, form, roster=roster)


def _evaluated(declarations: Sequence[Declaration], undecided: Sequence[Pair], check: Check) -> list[Finding]:
    """Findings of declarations among which some files are earlier returns: each of those is seen in place of its later ones."""
    earlier = {first for first, _ in undecided}
    if not earlier:
        return check(declarations)
    findings = check([d for d in declarations if d.file not in earlier])
    rivals: dict[str, set[str]] = {}
    for pair in undecided:
        for file in pair:
            rivals.setdefault(file, set()).update(pair)
    units: dict[str, set[UnitKey]] = {}
    for declaration in declarations:
        units.setdefault(declaration.file, set()).add(unit_key(declaration))
    waiting = [file for file in dict.fromkeys(d.file for d in declarations) if file in earlier]
    while waiting:
        chosen: list[str] = []
        for file in waiting:
            if not any(units[file] & units[other] for other in chosen):
                chosen.append(file)
        beside = set().union(*(units[file] for file in chosen))
        out = earlier.union(*(rivals[file] for file in chosen)) - set(chosen)
        seen = [d for d in declarations if d.file in chosen or (unit_key(d) in beside and d.file not in out)]
        findings += [finding for finding in check(seen) if finding.file in chosen]
        waiting = [file for file in waiting if file not in chosen]
    return findings


def _of_form(
    declarations: Sequence[Declaration], undecided: Sequence[Pair], form: Form, roster: Roster | None, known: _Known
) -> list[Sequence[Finding]]:
    rules, own = compile_rules(form), own_rules(form)
    components = _components(declarations) if own else [list(declarations)]
    found = _blocks(components, undecided, _checker(own or form, roster), ("own", form.name, _state(roster)), known)
    if own is None or not any(rule.rule.scope == OF_BATCH for rule in rules):
        return found
    over_all = form.of_scopes((OF_BATCH,))
    names = {rule.id for rule in over_all.rules}

    def check(members: Sequence[Declaration]) -> list[Finding]:
        made = check_declarations(members, over_all, roster=roster)
        return [f for f in made if f.rule in names and f.sheet is None and f.unit is None and f.project is None]

    earlier = {first for first, _ in undecided}
    current = [d for d in declarations if d.file not in earlier]
    return found + _blocks([current], (), check, ("batch", form.name, _state(roster)), _Known({}, known.memory))


@dataclass(frozen=True)
class _Known:
    """Where findings are found that need not be made: files that were evaluated where they were read, the ledger."""

    apart: Mapping[str, Evaluated]
    memory: Memory | None

    def key(self, circumstances: Sequence[str], members: Sequence[Declaration], pairs: Sequence[tuple[int, int]]) -> str:
        """Return what the members' findings are remembered under, "" where they are not."""
        if self.memory is None:
            return ""
        from toolkit.season.memory import digest

        origins = [self.memory.origin(declaration) for declaration in members]
        return digest(self.memory.epoch, circumstances, origins, pairs) if all(origins) else ""

    def remembered(self, key: str, files: Sequence[str]) -> Sequence[Finding] | None:
        return self.memory.block(key, files) if self.memory and key else None

    def made_apart(self, files: Sequence[str], circumstances: Sequence[str]) -> Sequence[Finding] | None:
        """Return what was found where the only file of all was read."""
        apart = self.apart.get(files[0]) if len(files) == 1 else None
        return apart.of(circumstances[1]) if apart else None

    def keep(self, blocks: Blocks) -> Blocks:
        """Remember findings, and return those that are still to be remembered, which are none."""
        if self.memory:
            self.memory.keep_blocks(blocks)
        return {}


def _state(roster: Roster | None) -> str:
    if roster is None:
        return ""
    from toolkit.season.memory import content_of_file

    return content_of_file(roster.path)


def _blocks(
    components: Sequence[Sequence[Declaration]],
    undecided: Sequence[Pair],
    check: Check,
    circumstances: Sequence[str],
    known: _Known,
) -> list[Sequence[Finding]]:
    """The findings of all components: those that are known, and the others evaluated and remembered."""
    findings: list[Sequence[Finding]] = []
    fresh: Blocks = {}
    pairs: dict[str, list[Pair]] = {}
    for pair in undecided:
        pairs.setdefault(pair[0], []).append(pair)
    for members in components:
        files = list(dict.fromkeys(d.file for d in members))
        numbers = {file: number for number, file in enumerate(files)}
        mine = [pair for file in files for pair in pairs.get(file, ())]
        key = known.key(circumstances, members, [(numbers[first], numbers[second]) for first, second in mine])
        made = known.remembered(key, files)
        if made is None:
            made = known.made_apart(files, circumstances)
            made = _evaluated(members, mine, check) if made is None else made
            fresh.update({key: (made, files)} if key else {})
            fresh = known.keep(fresh) if len(fresh) >= _TOGETHER else fresh
        findings += [made] if made else []
    known.keep(fresh)
    return findings


def _components(declarations: Sequence[Declaration]) -> list[list[Declaration]]:
    """The declarations by what can see each other: those of one unit, those of one file, and so on; each in its order."""
    parents: dict[object, object] = {}

    def root(node: object) -> object:
        parents.setdefault(node, node)
        while parents[node] != node:
            parents[node] = parents[parents[node]]
            node = parents[node]
        return node

    for declaration in declarations:
        parents[root(declaration.file)] = root(unit_key(declaration))
    found: dict[object, list[Declaration]] = {}
    for declaration in declarations:
        found.setdefault(root(declaration.file), []).append(declaration)
    return list(found.values())

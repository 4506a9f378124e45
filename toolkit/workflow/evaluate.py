"""A batch that was read → its findings; what was evaluated before, and nothing it depends on has changed, is not done again.

Comes in: a batch, and a `Memory` where there is a ledger. Goes out: findings as `check_declarations` makes them. What rules
can see of each other makes a component: the declarations of a unit and those in one file with them. A component is
remembered as a whole under the key of everything its findings depend on, so that what is remembered is what a new
evaluation would find. A form whose rules look at the whole batch is one component.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from toolkit.checking.cases import UnitKey, unit_key
from toolkit.checking.check import check_declarations, not_applicable
from toolkit.checking.model import Finding, NotApplicable
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster
from toolkit.forms.rules import compile_rules
from toolkit.intake.model import Batch
from toolkit.reading.model import Declaration
from toolkit.season.memory import Memory, content_of_file, digest
from toolkit.values.words import OF_BATCH

Check = Callable[[Sequence[Declaration]], list[Finding]]
Pair = tuple[str, str]


def evaluate(batch: Batch, memory: Memory | None = None) -> list[Finding]:
    """Return every finding about the batch's declarations, in the order of the files but for those of units and the batch."""
    findings: list[Finding] = []
    undecided = [pair for conflict in batch.conflicts for pair in conflict.undecided]
    for form in batch.forms.values():
        declarations = [d for d in batch.declarations if d.form == form.name]
        if memory is None:
            findings += _evaluated(declarations, undecided, _checker(form, batch.roster))
        else:
            findings += _remembered(declarations, undecided, form, batch.roster, memory)
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


def _remembered(
    declarations: Sequence[Declaration], undecided: Sequence[Pair], form: Form, roster: Roster | None, memory: Memory
) -> list[Finding]:
    rules = compile_rules(form)
    whole = any(rule.batch_names for rule in rules if rule.rule.scope != OF_BATCH)
    own = replace(form, rules=tuple(rule for rule in form.rules if whole or rule.scope != OF_BATCH))
    components = [list(declarations)] if whole else _components(declarations)
    found = _blocks(components, undecided, _checker(own, roster), ("own", form.name, _state(roster)), memory)
    if whole or not any(rule.rule.scope == OF_BATCH for rule in rules):
        return found
    over_all = replace(form, rules=tuple(rule for rule in form.rules if rule.scope == OF_BATCH))
    names = {rule.id for rule in over_all.rules}

    def check(members: Sequence[Declaration]) -> list[Finding]:
        made = check_declarations(members, over_all, roster=roster)
        return [f for f in made if f.rule in names and f.sheet is None and f.unit is None and f.project is None]

    earlier = {first for first, _ in undecided}
    current = [d for d in declarations if d.file not in earlier]
    return found + _blocks([current], (), check, ("batch", form.name, _state(roster)), memory)


def _state(roster: Roster | None) -> str:
    return content_of_file(roster.path) if roster else ""


def _blocks(
    components: Sequence[Sequence[Declaration]],
    undecided: Sequence[Pair],
    check: Check,
    circumstances: Sequence[str],
    memory: Memory,
) -> list[Finding]:
    """The findings of all components: from memory where they are there, the others evaluated together and remembered."""
    findings: list[Finding] = []
    keys: dict[str, tuple[str, list[str]]] = {}
    missing: set[int] = set()
    for members in components:
        files = list(dict.fromkeys(d.file for d in members))
        numbers = {file: number for number, file in enumerate(files)}
        pairs = [(numbers[first], numbers[second]) for first, second in undecided if first in numbers and second in numbers]
        origins = [memory.origin(declaration) for declaration in members]
        key = digest(memory.epoch, circumstances, origins, pairs) if all(origins) else ""
        known = memory.block(key, files) if key else None
        if known is not None:
            findings += known
            continue
        missing.update(id(declaration) for declaration in members)
        for file in files:
            keys[file] = (key, files)
    if missing:
        fresh = _evaluated([d for part in components for d in part if id(d) in missing], undecided, check)
        findings += fresh
        memory.keep_blocks(_by_key(fresh, keys))
    return findings


def _by_key(findings: Iterable[Finding], keys: dict[str, tuple[str, list[str]]]) -> dict[str, tuple[list[Finding], list[str]]]:
    blocks: dict[str, tuple[list[Finding], list[str]]] = {key: ([], files) for key, files in keys.values() if key}
    for finding in findings:
        key, _ = keys[finding.file]
        if key:
            blocks[key][0].append(finding)
    return blocks


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
        parents[root(("file", declaration.file))] = root(("unit", unit_key(declaration)))
    found: dict[object, list[Declaration]] = {}
    for declaration in declarations:
        found.setdefault(root(("file", declaration.file)), []).append(declaration)
    return list(found.values())

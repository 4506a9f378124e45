"""Returns of several hands in one order, and where two of them hold different newest ones.

A hand that knows both returns says which came later, or which it chose (`--use`); where no hand knows both, or two say the opposite, it is
a contradiction. Two hands may both leave it open: then it stays open.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from pathlib import PurePath

from toolkit.season.history import UNNAMED, is_same_project
from toolkit.season.joining.side import Clash, Key, Row, Side, key_of, projects_of

_CURE = "以哪一份为准，就把它放进另一边的回收文件夹、移走那边原来的一份，审核一次，再重新合并。"

# Unit (as the roster knows it), year, round and form: what returns compete within.
Group = tuple[str, int, str, str]


class Hand:
    """What one side knows of which returns count."""

    def __init__(self, side: Side) -> None:
        self.side = side
        self.groups: dict[Group, list[Row]] = {}
        for row in side.returns:
            self.groups.setdefault(_group(row), []).append(row)

    @cached_property
    def present(self) -> frozenset[str]:
        """The contents of the files that still lie where they were checked."""
        return frozenset(place["content"] for place in self.side.places)

    @cached_property
    def aside(self) -> frozenset[str]:
        """Contents of which no file counts, because the clerk chose another."""
        counting = {place["content"] for place in self.side.places if not place["instead"]}
        return self.present - counting

    @cached_property
    def open(self) -> frozenset[frozenset[str]]:
        """Pairs of contents that contradict each other, and nobody chose between."""
        content = {place["file"]: place["content"] for place in self.side.places}
        pairs = ((place["content"], content.get(other, "")) for place in self.side.places for other in place["rivals"].split("\n") if other)
        return frozenset(map(frozenset, pairs))

    def heads(self, group: Group) -> list[Row]:
        """Return the returns of a group that count: the last of each project."""
        counted: list[Row] = []
        taken: list[tuple[str, str]] = []
        for row in reversed(self.groups.get(group, ())):
            if row["content"] not in self.aside and not _shared(projects_of(row), taken):
                counted.append(row)
                taken += projects_of(row)
        return counted

    def knows(self, group: Group) -> set[str]:
        return {row["content"] for row in self.groups.get(group, ())}

    def verdict(self, group: Group, pair: tuple[str, str]) -> str | None:
        """Return which content of a pair counts, "" where neither does or it is open; None where the side does not know both."""
        if not set(pair) <= self.knows(group):
            return None
        counts = {row["content"] for row in self.heads(group)} & set(pair)
        return counts.pop() if len(counts) == 1 and frozenset(pair) not in self.open else ""


def _group(row: Row) -> Group:
    return (row["known_as"], row["year"], row["round"], row["form"])


def _shared(mine: Sequence[tuple[str, str]], others: Sequence[tuple[str, str]]) -> bool:
    return any(is_same_project(one, other) for one in mine for other in others)


def newest_clashes(hands: Sequence[Hand]) -> list[Clash]:
    """Return where the newest returns of a unit differ and nobody can say which is the later."""
    found: dict[tuple[Group, frozenset[str]], Clash] = {}
    for group, one, other in _rivals(hands):
        pair = (one[1]["content"], other[1]["content"])
        verdicts = {said for hand in hands if (said := hand.verdict(group, pair)) is not None}
        if not verdicts or len(verdicts - {""}) > 1:
            told = tuple(sorted((hand.side.name, _told(row)) for hand, row in (one, other)))
            about = f"{one[1]['unit']}（{group[2] or UNNAMED}）"
            found.setdefault((group, frozenset(pair)), Clash("两边最新的报送不是同一份", about, told, _CURE))
    return list(found.values())


def _rivals(hands: Sequence[Hand]) -> Iterator[tuple[Group, tuple[Hand, Row], tuple[Hand, Row]]]:
    """Pairs of different returns of one project, each of which counts for its side."""
    for one, other in combinations(hands, 2):
        for group in one.groups.keys() & other.groups.keys():
            for mine in one.heads(group):
                for theirs in other.heads(group):
                    if mine["content"] != theirs["content"] and _shared(projects_of(mine), projects_of(theirs)):
                        yield group, (one, mine), (other, theirs)


def _told(row: Row) -> str:
    outer, mark, inner = row["file"].partition("!/")
    return f"{PurePath(outer).name}{mark}{inner}（修改于 {row['modified'][:16].replace('T', ' ')}）"


def superseded(hands: Sequence[Hand]) -> dict[str, str]:
    """Return the contents that count for one side while another has replaced them, each with the name of the side that did."""
    found: dict[str, str] = {}
    kept: set[str] = set()
    for hand in hands:
        for group in hand.groups:
            for row in hand.heads(group):
                content = row["content"]
                by = next((o for o in hands if content in o.knows(group) - o.present and _has_later(o, group, row)), None)
                if by is None:
                    kept.add(content)
                else:
                    found.setdefault(content, by.side.name)
    return {content: name for content, name in found.items() if content not in kept}


def _has_later(hand: Hand, group: Group, row: Row) -> bool:
    heads = hand.heads(group)
    return all(head["content"] != row["content"] for head in heads) and _shared(
        projects_of(row), [project for head in heads for project in projects_of(head)]
    )


def in_order(sides: Iterable[Side]) -> list[Row]:
    """Return the returns of all sides, each once, in an order that keeps that of every side within each unit.

    Of one that several sides know the first to see it tells where it came from, the last to check it what it came to.
    """
    known: dict[Key, list[tuple[str, Row]]] = {}
    before: dict[Key, set[Key]] = {}
    for side in sides:
        checked = _checked(side)
        last: dict[str, Key] = {}
        for row in side.returns:
            key = key_of(row)
            known.setdefault(key, []).append((checked.get(row["content"]) or row["seen"], row))
            before.setdefault(key, set()).update([last[row["known_as"]]] if row["known_as"] in last else [])
            last[row["known_as"]] = key
    rows = {key: _one(found) for key, found in known.items()}
    left = sorted(rows, key=lambda key: (rows[key]["seen"], rows[key]["modified"], rows[key]["file"], key))
    slots: dict[str, list[int]] = {}
    by_unit: dict[str, list[Key]] = {}
    for number, key in enumerate(left):
        unit = rows[key]["known_as"]
        slots.setdefault(unit, []).append(number)
        by_unit.setdefault(unit, []).append(key)
    place = {key: slot for unit, keys in by_unit.items() for slot, key in zip(slots[unit], _unit_order(keys, before), strict=True)}
    return [rows[key] for key in sorted(rows, key=place.__getitem__)]


def _unit_order(keys: Sequence[Key], before: Mapping[Key, set[Key]]) -> list[Key]:
    """Keys with what has to come before each; where two sides saw the opposite order, as they are given."""
    left, ordered = list(keys), list[Key]()
    while left:
        free = next((key for key in left if not before[key] & set(left) - {key}), left[0])
        left.remove(free)
        ordered.append(free)
    return ordered


def _checked(side: Side) -> dict[str, str]:
    """When each content was last checked."""
    found: dict[str, str] = {}
    for place in side.places:
        found[place["content"]] = max(found.get(place["content"], ""), place["seen"])
    return found


def _one(found: Sequence[tuple[str, Row]]) -> Row:
    """One row of those of several sides."""
    first = min((row for _, row in found), key=lambda row: (row["seen"], row["modified"], row["file"], row["unit"], row["projects"]))
    last = max(found, key=lambda pair: (pair[0], pair[1]["records"] or b"", pair[1]["errors"], pair[1]["warnings"]))[1]
    packed = [row["declarations"] for _, row in found]
    outcome = {name: last[name] for name in ("status", "errors", "warnings", "hints", "records")}
    return {**first, **outcome, "declarations": None if None in packed else min(packed)}

"""Sides of one season → one: everything each of them knows, or what contradicts.

Nothing is chosen in silence: where two sides say different things of one thing there is a `Clash`, and what was let go (a return that
another side has replaced) is a note. Joining is the same in whatever order the sides are given, and a side joined with itself is itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import PurePath
from typing import Any

from toolkit.season.choices import Choice
from toolkit.season.codec import cells_of
from toolkit.season.decisions import WITHDRAWN
from toolkit.season.history import UNNAMED
from toolkit.season.joining.newest import Hand, in_order, newest_clashes, superseded
from toolkit.season.joining.opinions import answers_apart, join_opinions
from toolkit.season.joining.side import Clash, Row, Side

_YEAR_CURE = "不是同一年度的不能合并。"
_ROUND_CURE = (
    "只是名称不同的，用 jixiao season --name-round 原名 新名 改成一致；有一边还没有到这一轮的，在那一边用 check --round 轮次 审核一次；"
    "再重新合并。"
)
_CHOICE_CURE = "请在其中一边用 check --use 改成一致，再重新合并；或加 --prefer 写明以哪一边为准。"
_UNIT_CURE = "请核对名单和单位的名称、别名，两边用同一份名单重新审核，再合并。"


@dataclass(frozen=True)
class Joined:
    """All sides as one, and what contradicts; `settled` contradicted too and was settled by the side that is preferred."""

    side: Side
    clashes: tuple[Clash, ...]
    settled: tuple[Clash, ...]
    notes: tuple[str, ...]

    @property
    def opinions(self) -> int:
        """How many opinions stand, those that were withdrawn not among them."""
        return sum(not cells_of(row["cells"])[WITHDRAWN] for row in self.side.opinions)


def join_sides(sides: Sequence[Side], prefer: str | None = None) -> Joined:
    """Return the sides as one; `prefer` names the one whose opinion holds where two differ.

    Contradictions about years, rounds, newest returns and units cannot be settled so: then `side` is of no use.
    """
    sides = sorted(sides, key=lambda side: side.name)
    hands = [Hand(side) for side in sides]
    opinions, apart = join_opinions(sides, prefer)
    settled = [clash for clash in apart if prefer in dict(clash.said)]
    year, round_, clashes = _settings(sides)
    clashes += newest_clashes(hands) + _unit_clashes(sides) + [clash for clash in apart if clash not in settled]
    gone = superseded(hands)
    notes = [
        f"{side.name}的 {PurePath(place['file']).name} 是旧的一版，{gone[place['content']]}已经换成新的，没有带过来（台账里的记录保留）。"
        for side in sides
        for place in side.places
        if place["content"] in gone
    ]
    places = _places(sides, gone)
    choices, apart = _choices(sides, places, prefer)
    settled += [clash for clash in apart if prefer in dict(clash.said)]
    clashes += [clash for clash in apart if clash not in settled]
    side = Side("", year, round_, in_order(sides), places, opinions, choices)
    return Joined(side, tuple(clashes), tuple(settled), (*dict.fromkeys(notes), *answers_apart(sides)))


def _choices(sides: Sequence[Side], places: Sequence[Row], prefer: str | None) -> tuple[list[Choice], list[Clash]]:
    """Which of two returns the clerks said counts (`--use`), where both lie there still; two hands may have said the opposite."""
    lying = {place["content"]: place["place"] for place in reversed(places) if place["content"]}
    said: dict[frozenset[str], dict[str, Choice]] = {}
    for side in sides:
        for _, old, _, new in side.choices:
            if old in lying and new in lying:
                said.setdefault(frozenset((old, new)), {})[side.name] = (lying[old], old, lying[new], new)
    found, clashes = [], []
    for given in said.values():
        if len(set(given.values())) > 1:
            told = tuple((name, f"以 {PurePath(used).name} 为准") for name, (_, _, used, _) in given.items())
            clashes.append(Clash("同一单位以哪一份为准，两边说法不同", "", told, _CHOICE_CURE))
        found.append(given[prefer] if prefer in given else min(given.values()))
    return sorted(found), clashes


def _settings(sides: Sequence[Side]) -> tuple[int | None, str, list[Clash]]:
    """Year and last round of the season, with what contradicts there."""
    clashes = []
    years = {side.year for side in sides} - {None}
    if len(years) > 1:
        said = tuple((side.name, f"{side.year} 年度") for side in sides if side.year)
        clashes.append(Clash("年度不同", "", said, _YEAR_CURE))
    used = [side for side in sides if side.rounds] or list(sides)
    now = {side.round for side in used}
    latest = {side.round for side in used if now <= side.rounds | {side.round}}
    if len(latest) != 1:
        clashes.append(Clash("轮次不同", "", tuple((side.name, _rounds(side)) for side in used), _ROUND_CURE))
    else:
        clashes += _round_clashes(used)
    return next(iter(years), None), next(iter(latest or now)), clashes


def _rounds(side: Side) -> str:
    known = "、".join(sorted(name or UNNAMED for name in side.rounds))
    return f"最近一次是{side.round or UNNAMED}（台账里有 {known or '没有报送'}）"


def _round_clashes(sides: Sequence[Side]) -> list[Clash]:
    """Where one return belongs to other rounds on every side."""
    found: dict[object, Clash] = {}
    for one, other in combinations(sides, 2):
        mine, theirs = _rounds_of(one), _rounds_of(other)
        for key in sorted(mine.keys() & theirs.keys()):
            if mine[key].isdisjoint(theirs[key]):
                named = tuple(
                    (s.name, "、".join(sorted(r or UNNAMED for r in rounds[key]))) for s, rounds in ((one, mine), (other, theirs))
                )
                found.setdefault(named, Clash("同一份报送轮次不同", key[2], named, _ROUND_CURE))
    return list(found.values())


def _rounds_of(side: Side) -> dict[tuple[str, str, str], set[str]]:
    found: dict[tuple[str, str, str], set[str]] = {}
    for row in side.returns:
        found.setdefault((row["content"], row["unit_key"], row["unit"]), set()).add(row["round"])
    return found


def _unit_clashes(sides: Sequence[Side]) -> list[Clash]:
    """Where one file is that of different units."""
    clashes: dict[str, Clash] = {}
    for one, other in combinations(sides, 2):
        mine, theirs = _units_of(one), _units_of(other)
        for content in sorted(mine.keys() & theirs.keys()):
            if mine[content].keys() != theirs[content].keys():
                said = tuple((s.name, "、".join(sorted(u[content].values()))) for s, u in ((one, mine), (other, theirs)))
                file = next(PurePath(row["file"]).name for row in one.returns if row["content"] == content)
                clashes.setdefault(content, Clash("同一份文件认作不同的单位", file, said, _UNIT_CURE))
    return list(clashes.values())


def _units_of(side: Side) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for row in side.returns:
        found.setdefault(row["content"], {})[row["unit_key"]] = row["unit"]
    return found


def _places(sides: Sequence[Side], gone: Iterable[str]) -> list[Row]:
    """The files of all sides; the same file that lies on several sides is one, and what any side chose of it stands."""
    groups: dict[tuple[str, str], dict[str, list[Row]]] = {}
    for side in sides:
        for place in side.places:
            if place["content"] not in gone:
                name = PurePath(place["place"]).name if place["content"] else place["place"]
                groups.setdefault((place["content"], name), {}).setdefault(side.name, []).append(place)
    found: list[Row] = []
    names: dict[tuple[str, str], str] = {}
    for by_side in groups.values():
        most = min(by_side.values(), key=lambda places: (-len(places), [place["place"] for place in places]))
        for number, place in enumerate(most):
            alike = [(side, places[number]) for side, places in sorted(by_side.items()) if number < len(places)]
            best = max(
                (other for _, other in alike), key=lambda other: (bool(other["instead"]), other["seen"], other["rivals"], other["status"])
            )
            found.append({**best, "place": place["place"], "file": place["file"], "side": next(s for s, o in alike if o is best)})
            names.update({(side, other["file"]): place["file"] for side, other in alike})
    renamed = [_renamed(row, names) for row in found]
    chosen = {row["file"] for row in renamed if row["instead"]}
    for row in renamed:
        row["rivals"] = "\n".join(rival for rival in row["rivals"].split("\n") if rival not in chosen and not row["instead"])
    return sorted(renamed, key=lambda row: row["place"])


def _renamed(row: Row, names: dict[tuple[str, str], str]) -> dict[str, Any]:
    """A place with the other files it speaks of under the names they have now."""
    side = row["side"]

    def now(text: str) -> str:
        return "\n".join(names.get((side, name), name) for name in text.split("\n"))

    return {**row, **{column: now(row[column]) for column in ("attached_to", "rivals", "instead")}}

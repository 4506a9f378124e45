"""Two rounds, or two versions of one unit's return, out of the ledger → the two sides of a comparison.

Comes in: the ledger's place and what is to be compared. Goes out: two `Side`s, and lines about returns the ledger does not hold.
Nothing is read anew and nothing is written. Called by `diff`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from toolkit.comparing.model import Side
from toolkit.errors import UsageError
from toolkit.forms import Form
from toolkit.forms.roster_model import Roster, name_key, unit_key
from toolkit.reading.model import Declaration
from toolkit.season.history import UNNAMED, Return, by_arrival, declarations_of, last_round, returns, version_numbers
from toolkit.season.ledger import Ledger, open_ledger

Sides = tuple[Side, Side, tuple[str, ...]]


def ledger_sides(
    path: Path,
    forms: Sequence[Form],
    *,
    rounds: tuple[str, str] | None = None,
    unit: str | None = None,
    versions: tuple[int, int] | None = None,
    roster: Roster | None = None,
) -> Sides:
    """Return the two sides to compare: of two `rounds` what counts in each, else two `versions` of one unit's return.

    Without `versions` these are the last two. Raises UsageError for a round, a unit or a version the ledger does not have,
    and for what is on a form that is not among `forms`.
    """

    def key(name: str) -> str:
        return unit_key(name, roster)

    with open_ledger(path, create=False) as ledger:
        known = by_arrival(ledger, [each for each in returns(ledger) if unit is None or key(each.unit) == key(unit)])
        if unit is not None and not known:
            raise UsageError(f"{path}：台账里没有“{unit}”的报送。请核对单位名称，别名要写在名单里并加 --roster。")
        chosen = _rounds(path, ledger, known, rounds, key) if rounds else _versions(ledger, known, unit or "", versions)
        return _sides(path, ledger, chosen, forms)


def _rounds(
    path: Path, ledger: Ledger, known: Sequence[Return], rounds: tuple[str, str], key: Callable[[str], str]
) -> list[tuple[str, list[Return]]]:
    """What counts in each of two rounds."""
    existing = list(dict.fromkeys(each.round for each in returns(ledger)))
    named = ["" if name.strip("（）()") == UNNAMED and name not in existing else name for name in rounds]
    for name in named:
        if name not in existing:
            shown = "、".join(each or UNNAMED for each in existing) or "没有"
            raise UsageError(f"{path}：台账里没有轮次“{name}”（已有：{shown}）。轮次在审核时用 --round 写。")
    chosen = []
    for name in named:
        groups: dict[tuple[object, ...], list[Return]] = {}
        for each in known:
            if each.round == name:
                groups.setdefault((key(each.unit), each.year, each.form), []).append(each)
        chosen.append((name or f"（{UNNAMED}）", [each for group in groups.values() for each in counting(group)]))
    return chosen


def counting(group: Sequence[Return]) -> list[Return]:
    """Return those of a unit's returns, in order of arrival, that count: the last, and earlier ones that hold other projects only."""
    kept: list[Return] = []
    taken: set[str] = set()
    for each in reversed(group):
        projects = {name_key(name) for name, _ in each.projects}
        if not projects & taken:
            kept.append(each)
            taken |= projects
    return kept[::-1]


def _versions(ledger: Ledger, known: Sequence[Return], unit: str, versions: tuple[int, int] | None) -> list[tuple[str, list[Return]]]:
    """Two versions of what a unit sent in the last round it took part in."""
    round_ = last_round(ledger)
    mine = [each for each in known if each.round == round_] or [
        each for each in known if each.round == max(known, key=lambda r: r.number).round
    ]
    mine = [each for each in mine if (each.year, each.form) == (mine[-1].year, mine[-1].form)]
    numbers = version_numbers(mine)
    last = max(numbers.values())
    if last < 2 and versions is None:
        others = list(dict.fromkeys(each.round or UNNAMED for each in known if each.round != mine[0].round))
        cure = f"与别的轮次比，请写 --rounds {others[-1]} {mine[0].round or UNNAMED}。" if others else ""
        where = f"轮次“{mine[0].round or UNNAMED}”里" if others else "台账里"
        raise UsageError(f"“{unit}”在{where}只有 1 个版本，没有可以对比的。{cure}")
    wanted = versions or (last - 1, last)
    missing = [number for number in wanted if not 1 <= number <= last]
    if missing:
        raise UsageError(f"台账里没有“{unit}”的第 {missing[0]} 版（共 {last} 版）。请核对 --versions。")
    return [_version(unit, mine, numbers, number) for number in wanted]


def _version(unit: str, mine: Sequence[Return], numbers: Mapping[int, int], number: int) -> tuple[str, list[Return]]:
    """A version as a whole: what was sent then, and of the projects that were not sent again what came before."""
    files = "、".join(each.file for each in mine if numbers[each.number] == number)
    return f"{unit}第 {number} 版（{files}）", counting([each for each in mine if numbers[each.number] <= number])


def _sides(path: Path, ledger: Ledger, chosen: Iterable[tuple[str, list[Return]]], forms: Sequence[Form]) -> Sides:
    by_name = {form.name: form for form in forms}
    sides: list[Side] = []
    lost: list[str] = []
    for title, members in chosen:
        declarations: list[Declaration] = []
        for each in members:
            held = declarations_of(ledger, each.number)
            if held is None:
                lost.append(f"{each.file}：台账没有保存“{each.unit}”这一份的内容（设有打开密码的不保存），没有参加对比。请用原文件对比。")
            declarations += held or []
        unknown = sorted({declaration.form for declaration in declarations} - by_name.keys())
        if unknown:
            raise UsageError(f"{path}：台账里的申报表用的是表样“{unknown[0]}”，现在没有这个表样。请用 --form 写出它的路径。")
        sides.append(Side(title, tuple(declarations), {name: by_name[name] for name in {d.form for d in declarations}}))
    return sides[0], sides[1], tuple(lost)

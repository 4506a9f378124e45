"""Several files of one unit: the same project sent twice alike is taken once, sent twice differently it is a conflict.

Comes in: a batch as read, the order in which its files arrived, and what the clerk chose. Goes out: the batch with what does not
count set aside, each time with a finding that says so, and its conflicts. Files of a unit that hold different projects
belong together and are left alone. Called by `check` and `diff`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import PurePath

from toolkit.checking.cases import UnitKey, unit_key
from toolkit.checking.model import Finding
from toolkit.comparing.entries import content_of
from toolkit.errors import SourceError, UsageError
from toolkit.forms import Form
from toolkit.forms.model import PER_UNIT
from toolkit.forms.roster_model import name_key
from toolkit.intake.model import Arrival, Batch, FileResult, file_finding
from toolkit.intake.same import Together, content, explained, mere_copies, same_projects
from toolkit.intake.units import Conflict, Pair, UnitGroup, by_unit
from toolkit.reading.model import Declaration, Entry
from toolkit.sources.open import load
from toolkit.spreadsheet.properties import ORIGIN_DIGITS
from toolkit.values.words import HINT, SELF_CHECK, WARNING, Severity

DUPLICATE, RIVAL = "文件-重复报送", "文件-多份报送"

# So many differences are told one by one.
_MOST_TOLD = 3

# Of each file: rule, severity, message, cure.
Saying = tuple[str, Severity, str, str]
Said = dict[str, list[Saying]]


@dataclass(frozen=True)
class Choice:
    """Which of several returns counts: those named in `use`, else with `latest` the one that came last."""

    latest: bool = False
    use: tuple[str, ...] = ()


NO_CHOICE = Choice()


def settle(batch: Batch, arrival: Callable[[FileResult], Arrival], choice: Choice = NO_CHOICE, kept: Sequence[Pair] = ()) -> Batch:
    """Return the batch with duplicates set aside, and of different returns of a unit those that `choice` leaves.

    `arrival` gives a file's place in time; `kept` is what was chosen in earlier runs, the file that does not count first. Raises UsageError when a file that was chosen is not among the batch's.
    """
    named = named_files(batch, choice.use)
    forms, by_name = batch.forms, {file.file: file for file in batch.files}
    dropped: set[int] = set()
    said: Said = {}
    conflicts: list[Conflict] = []
    copies: dict[str, str] = {}
    groups = by_unit(_of_several(batch.declarations))
    for group, earlier, later in _renewed(groups, by_name, named):
        mine = [d for d in batch.declarations if d.file in (earlier, later)]
        dropped |= {id(d) for d in mine if d.file == earlier}
        conflicts.append(Conflict(group.key, group.name, (earlier, later), (), ((earlier, later),)))
        _tell(conflicts[-1], mine, {}, [(earlier, later)], forms[group.form], said)
    for group in groups:
        key, members = group.key, group.declarations
        if len(group.files) < 2:
            continue
        files = sorted(group.files, key=lambda file: arrival(by_name[file]))
        once = forms[key[0]].sheets == PER_UNIT
        mere = mere_copies(members, files, once=once)
        for copy, (first, together) in mere.items():
            dropped |= {id(later) for _, later in together}
            said.setdefault(copy, []).append(_duplicate(first, together))
            copies.setdefault(copy, first)
        met = same_projects([d for d in members if d.file not in mere], files, once=once)
        rivals = {pair: [t for t in found if content(t[0]) != content(t[1])] for pair, found in met.items()}
        rivals = {pair: found for pair, found in rivals.items() if found}
        newer = [*_newer([by_name[file] for file in group.files]), *_explained(rivals)] if rivals else []
        open_pairs, left = _decide(files, set(rivals), named, [*kept, *newer], choice.latest)
        unsettled = {file for pair in open_pairs for file in pair}
        dropped |= {id(d) for d in members if d.file in left}
        for (first, second), found in met.items():
            apart = (first, second) in rivals or {first, second} & (unsettled | left.keys())
            alike = [t for t in found if not apart and id(t[0]) not in dropped]
            dropped |= {id(later) for _, later in alike}
            if alike:
                said.setdefault(second, []).append(_duplicate(first, alike))
                copies.setdefault(second, first)
        if rivals:
            conflict = _conflict(key, members, files, open_pairs, left)
            conflicts.append(conflict)
            _tell(conflict, members, rivals, newer, forms[key[0]], said)
    if not dropped and not said:
        return batch
    results = tuple(_settled(file, dropped, said.get(file.file, ())) for file in batch.files)
    whole = tuple((file.file, copies[file.file]) for file in results if file.file in copies and not file.declarations)
    return replace(batch, files=results, conflicts=tuple(conflicts), copies=whole)


def _of_several(declarations: Sequence[Declaration]) -> list[Declaration]:
    """The declarations of units that more than one file is of: most of thousands have one."""
    units = [(each.form, unit_key(each)[0]) for each in declarations]
    first: dict[tuple[str, str], str] = {}
    several = {unit for unit, each in zip(units, declarations, strict=True) if first.setdefault(unit, each.file) != each.file}
    return [each for unit, each in zip(units, declarations, strict=True) if unit in several]


def undecided(conflicts: Iterable[Conflict]) -> dict[tuple[str, UnitKey], str]:
    """Return, by the key of its group, why each unit cannot be published whose returns contradict each other."""
    how = "请用 --latest 取最后到的一份，或用 --use 指定"
    return {each.key: f"同一项目有 {len(each.rivals)} 份不同的报送，{how}" for each in conflicts if each.rivals}


def named_files(batch: Batch, use: Sequence[str]) -> set[str]:
    """The files that `use` names, by display: as shown, or by any other way to write their path."""
    named = set()
    for given in use:
        real = os.path.realpath(given)
        found = [
            file.file
            for file in batch.files
            if file.file == given or (file.source and not file.source.inner and os.path.realpath(file.source.path) == real)
        ]
        if not found:
            raise UsageError(f"{given}：--use 指定的文件不在这次读取的文件里。请写出其中一份的路径，压缩包里的写作 包.zip!/文件.xlsx。")
        named.update(found)
    return named


def _decide(
    files: Sequence[str], rivals: set[Pair], named: set[str], newer: Sequence[Pair], latest: bool
) -> tuple[set[Pair], dict[str, str]]:
    """Return the pairs that remain undecided, and each file that does not count with the one that counts for it.

    Those that were `named` come first, then what was chosen before or is certainly `newer` (earlier file, later file), then the last to come.
    """
    left: dict[str, str] = {}

    def against(file: str) -> Iterator[str]:
        return (other for pair in rivals for other in pair if file in pair and other != file)

    def choose(file: str) -> None:
        if file not in left:
            left.update({other: file for other in against(file) if other not in left and other not in named})

    for file in files:
        if file in named:
            choose(file)
    for earlier, later in newer:
        if {(earlier, later), (later, earlier)} & rivals and not {earlier, later} & left.keys() and earlier not in named:
            left[earlier] = later
    for file in reversed(files) if latest else ():
        if file not in named:
            choose(file)
    return {pair for pair in rivals if not left.keys() & set(pair)}, left


def _renewed(groups: Sequence[UnitGroup], by_name: Mapping[str, FileResult], named: set[str]) -> Iterator[tuple[UnitGroup, str, str]]:
    """Yield each return that came back corrected for another year: its group, its file and that of the newer version."""
    of_unit: dict[tuple[str, str], list[UnitGroup]] = {}
    for group in groups:
        of_unit.setdefault((group.form, group.key[1][0]), []).append(group)
    for same in of_unit.values():
        files = dict.fromkeys(file for group in same for file in group.files) if len(same) > 1 else {}
        for earlier, later in _newer([by_name[file] for file in files]):
            years = [group for group in same if earlier in group.files]
            if len(years) == 1 and later not in years[0].files and earlier not in named:
                yield years[0], earlier, later


def _newer(files: Sequence[FileResult]) -> list[Pair]:
    """Which of a unit's files certainly is the newer version of which: our marked copy of a return, come back.

    Pairs, the earlier file first; those of the last version before those of versions in between.
    """
    copies = sorted((file for file in files if file.origin), key=lambda file: -len(file.origin))
    contents = {file.file: _content_digits(file) for file in files} if copies else {}
    return [(name, copy.file) for copy in copies for name, digits in contents.items() if name != copy.file and digits in copy.origin]


def _explained(rivals: Mapping[Pair, Sequence[Together]]) -> Iterator[Pair]:
    """Yield the pairs of files that differ only in that the unit explained in one of them, the other first."""
    for (first, second), found in rivals.items():
        if all(content(before)[:-1] == content(after)[:-1] for before, after in found):
            told = [any(explained(each[side]) for each in found) for side in (0, 1)]
            if told[0] != told[1]:
                yield (first, second) if told[1] else (second, first)


def _content_digits(file: FileResult) -> str:
    try:
        data = load(file.source.path, file.source.display, file.source.inner) if file.source else b""
    except SourceError:
        return ""
    return sha256(data).hexdigest()[:ORIGIN_DIGITS]


def _conflict(
    key: tuple[str, UnitKey], members: Sequence[Declaration], files: Sequence[str], undecided: set[Pair], left: Mapping[str, str]
) -> Conflict:
    unit = next((d.unit for d in members if d.unit), "")
    pairs = tuple(sorted(undecided, key=lambda pair: (files.index(pair[0]), files.index(pair[1]))))
    concerned = {file for pair in undecided for file in pair} | left.keys() | set(left.values())
    return Conflict(key, unit or "", tuple(f for f in files if f in concerned), pairs, tuple(left.items()))


def _tell(
    conflict: Conflict,
    members: Sequence[Declaration],
    rivals: Mapping[Pair, Sequence[Together]],
    newer: Sequence[Pair],
    form: Form,
    said: Said,
) -> None:
    """Say on each file that does not count, or has a rival, which other file there is and what differs."""
    for file, instead in conflict.left:
        mine, others = ([d for d in members if d.file == each] for each in (file, instead))
        shared = {name_key(d.project or "") for d in others}
        alone = [d.project for d in mine if d.project and name_key(d.project) not in shared]
        explained_only = [content(d)[:-1] for d in mine] == [content(d)[:-1] for d in others]
        returned = "内容相同、写明了原因的一份" if explained_only else "由这一份退改后改好的新一版"
        other = returned if (file, instead) in newer else "一份不同的报送"
        message = f"同一单位另有{other}“{instead}”，以那一份为准，这一份没有计入。"
        if alone:
            message += f"只在这一份里的项目也没有计入：{'、'.join(alone)}。"
        cure = "请确认；这些项目仍要申报的，请该单位在一份工作簿里报齐。" if alone else "无需处理；要改用这一份，用 --use 指定它。"
        said.setdefault(file, []).append((RIVAL, WARNING if alone else HINT, message, cure))
    for first, second in conflict.undecided:
        differences = [text for t in rivals[first, second] for text in _differences(*t, form)]
        more = f"等 {len(differences)} 处" if len(differences) > _MOST_TOLD else ""
        message = f"与“{first}”是同一单位的两份报送，同一项目的内容不同：{'；'.join(differences[:_MOST_TOLD])}{more}。"
        cure = "请确认以哪一份为准：汇总时加 --latest 取最后到的一份，或用 --use 指定；不要的一份请移走。"
        said.setdefault(second, []).append((RIVAL, WARNING, message, cure))


def _differences(before: Declaration, after: Declaration, form: Form) -> list[str]:
    name = after.project or before.project or ""
    found = []
    for field in form.fields:
        old, new = before[field.name], after[field.name]
        if content_of(old) != content_of(new):
            found.append(f"{name} › {field.name} {_shown(old)} → {_shown(new)}")
    old_rows, new_rows = content(before)[1], content(after)[1]
    if old_rows != new_rows:
        changed = set(old_rows) ^ set(new_rows)  # type: ignore[call-overload]
        found.append(f"{name} › 指标{f'有 {len(changed)} 行不同' if changed else '的次序不同'}")
    if content(before)[2] != content(after)[2]:
        found.append(f"{name} › 其他行表的内容不同")
    if explained(before) != explained(after):
        found.append(f"{name} › “{SELF_CHECK}”里的说明不同")
    return found


def _shown(entry: Entry) -> str:
    text = content_of(entry) or "（空）"
    return f"{text[:20]}…" if len(text) > 20 else text


def _duplicate(first: str, alike: Sequence[Together]) -> Saying:
    names = "、".join(later.project for _, later in alike[:5] if later.project) + ("等" if len(alike) > 5 else "")
    message = f"与“{first}”重复报送，内容相同{f'（{names}）' if names else ''}，只取一份。"
    return DUPLICATE, HINT, message, "无需处理；不要的一份可以移走。"


def _settled(file: FileResult, dropped: set[int], said: Iterable[Saying]) -> FileResult:
    kept = tuple(d for d in file.declarations if id(d) not in dropped)
    findings = tuple(_finding(file, *each) for each in said)
    if len(kept) == len(file.declarations) and not findings:
        return file
    rules = file.rules if len(kept) == len(file.declarations) else None
    return replace(file, declarations=kept, findings=(*file.findings, *findings), owner=file.unit, rules=rules)


def _finding(file: FileResult, rule: str, severity: Severity, message: str, cure: str) -> Finding:
    if file.source is None:
        raise ValueError(f"{PurePath(file.file).name} was not read from anywhere")
    return replace(file_finding(file.source, rule, message, cure), severity=severity, unit=file.unit)

"""What lies beside the returns: scans, photos, letters and whatever else came with them, and whose they are.

Comes in: the files of a run as read. Goes out: the files that count as returns, and an `Other` for each that does not: nothing is passed
over in silence. A file belongs to the unit whose name it carries, or the folder or archive it lies in; a letter also to the only unit
that has a return beside it. Called by `batch`.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from toolkit.forms.roster_model import Roster, name_key
from toolkit.intake.inputs import InputFile, is_return_name
from toolkit.intake.model import FileResult, Other, file_finding
from toolkit.sources.page import SCAN, UNRULED
from toolkit.values.words import ATTACHMENT, HINT, NOT_RETURN, OURS, PASSED, UNCLAIMED, UNREADABLE, OtherKind

WRONG_FORM_RULE, EMPTY = "文件-表样不符", "文件-空"

# What units put beside their return.
_ATTACHED = (".pdf", ".docx", ".odt", ".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff")

# A name of so many characters tells whose a file is wherever it stands in its name; a shorter one where the name begins with it.
_TELLING, _LEADING = 4, 3


@dataclass(frozen=True)
class _Whose:
    """The unit a file belongs to, and the return it goes with; each None where nobody knows, or there is none."""

    unit: str | None = None
    host: FileResult | None = None


def set_aside(results: Sequence[FileResult], paths: Sequence[str], roster: Roster | None) -> tuple[list[FileResult], tuple[Other, ...]]:
    """Return the files that count as returns, and what the others are; `paths` are those that the run was given."""
    names = _Names(results, paths, roster)
    files: list[FileResult] = []
    others: list[Other] = []
    for result in results:
        file, other = _settled(result, names)
        files += [file] if file is not None else []
        others += [other] if other is not None else []
    return _with_empty_archives(results, files, others), tuple(others)


def _settled(result: FileResult, names: _Names) -> tuple[FileResult | None, Other | None]:
    """What a file counts as: a return, something beside the returns, or a scan that is both."""
    scan_or_letter = result.stray in ("picture", "note")
    original = names.original(result)
    if original is not None:
        return None, Other(result.file, NOT_RETURN, result.unit, f"是“{original.file}”的备份，没有计入。")
    if result.stray is None and not _may_be_attached(result):
        return result, None
    expected = result.status != PASSED
    whose = _Whose() if result.stray == "own" else names.whose(result)
    if whose.host is not None and (_may_be_attached(result) or (scan_or_letter and not expected)):
        return (_attached(result, whose) if expected else None), _other(result, ATTACHMENT, whose)
    if result.stray == "picture" and whose.unit is not None:
        return replace(result, status=UNREADABLE, owner=whose.unit, stray=None), None
    if scan_or_letter and not expected:
        return None, _other(result, ATTACHMENT if whose.unit else UNCLAIMED, whose)
    if result.stray == "note" and whose.unit is None and names.beside(result):
        return None, _other(result, UNCLAIMED, whose)
    if expected:
        return replace(result, stray=None), None
    return None, _other(result, OURS if result.stray == "own" else NOT_RETURN, whose)


def _may_be_attached(result: FileResult) -> bool:
    rules = {finding.rule for finding in result.findings}
    return not result.declarations and bool(rules & {SCAN, UNRULED, WRONG_FORM_RULE}) and result.file.lower().endswith(_ATTACHED)


def _attached(result: FileResult, whose: _Whose) -> FileResult:
    assert result.source is not None and whose.host is not None
    message = f"没有可审核的申报表内容，看作“{whose.host.file}”的附件，不另行审核。"
    finding = file_finding(result.source, "文件-附件", message, "如果它本身就是申报表，请改报可编辑的 .xlsx。")
    return replace(
        result, status=PASSED, findings=(replace(finding, severity=HINT),), attached_to=whose.host.file, owner=whose.unit, stray=None
    )


def _other(result: FileResult, what: OtherKind, whose: _Whose) -> Other:
    reason = next((finding.message for finding in result.findings), "")
    return Other(result.file, what, whose.unit, reason)


def _with_empty_archives(results: Sequence[FileResult], files: list[FileResult], others: Sequence[Other]) -> list[FileResult]:
    """The files, and every archive in which there was no return and not even an attachment of a known unit's."""
    if len(files) == len(results):
        return files
    kept = {file.file for file in files}
    known = {other.file for other in others if other.what == OURS or (other.what == ATTACHMENT and other.unit)}
    full = {archive for name in kept | known for archive in _archives(name)}
    found: list[FileResult] = []
    by_file = {file.file: file for file in files}
    told: set[str] = set()
    for result in results:
        source = result.source
        if result.file in by_file:
            found.append(by_file[result.file])
        elif source is not None and source.inner and (archive := result.file.rpartition("!/")[0]) not in full | told:
            told.add(archive)
            around = InputFile(source.place, archive, False, source.inner[:-1])
            message = "压缩包里没有可以读取的申报文件（.xlsx 等）。"
            finding = file_finding(around, EMPTY, message, "请核对压缩包的内容后重新报送。")
            found.append(FileResult(archive, UNREADABLE, (), (finding,), around))
    return found


def _archives(name: str) -> Iterable[str]:
    while "!/" in name:
        name = name.rpartition("!/")[0]
        yield name


class _Names:
    """The names of units that files may carry, and the returns that can be read: by folder with their names, by archive, by unit."""

    def __init__(self, results: Sequence[FileResult], paths: Sequence[str], roster: Roster | None) -> None:
        self._results, self._roster = results, roster
        self._given = sorted((_slashed(path).rstrip("/") for path in paths), key=len, reverse=True)

    @cached_property
    def _readable(self) -> Sequence[FileResult]:
        """Asked for by the odd file among thousands of returns, as everything below."""
        return [result for result in self._results if result.declarations]

    @cached_property
    def _by_key(self) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for listed in self._roster.units if self._roster else ():
            found.update({name_key(name): listed.name for name in (listed.name, *listed.aliases)})
        for unit in (each.unit for result in self._readable for each in result.declarations if each.unit):
            found.setdefault(name_key(unit), unit)
        return found

    @cached_property
    def _folders(self) -> Mapping[str, list[tuple[str, FileResult]]]:
        found: dict[str, list[tuple[str, FileResult]]] = defaultdict(list)
        for result in self._readable:
            folder, stem = _place(result.file)
            found[folder].append((stem, result))
        return found

    @cached_property
    def _archives(self) -> Mapping[str, list[FileResult]]:
        found: dict[str, list[FileResult]] = defaultdict(list)
        for result in self._readable:
            archive, mark, _ = result.file.partition("!/")
            if mark:
                found[archive].append(result)
        return found

    @cached_property
    def _first(self) -> Mapping[str, FileResult]:
        found: dict[str, FileResult] = {}
        for result in self._readable:
            for unit in _units(result):
                found.setdefault(unit, result)
        return found

    def whose(self, result: FileResult) -> _Whose:
        """Return whose a file is: of the return of the same name, by the names that it and its folders carry, at last of the only return near a letter."""
        folder, stem = _place(result.file)
        named = self._folders.get(folder, ())
        for name, other in named:
            if name == stem or (len(name) >= _TELLING and name in stem):
                return _Whose(other.unit, other)
        near = [other for _, other in named]
        unit = next((found for part in self._parts(result.file) if (found := self._named(part))), None)
        if unit is not None:
            return _Whose(unit, self._return_of(unit, near))
        if result.stray == "note":
            for around in (near, self._in_archive(result.file)):
                units = {unit for other in around for unit in _units(other)}
                if len(units) == 1:
                    return _Whose(units.pop(), around[0])
        return _Whose()

    def original(self, result: FileResult) -> FileResult | None:
        """The return of which a file is a backup: it has its name, with an ending that no return has."""
        if not result.declarations or result.source is None or result.source.named or is_return_name(result.file):
            return None
        folder, stem = _place(result.file)
        here = ((name, other) for name, other in self._folders.get(folder, ()) if is_return_name(other.file))
        return next((other for name, other in here if stem in (name, name_key(PurePosixPath(_slashed(other.file)).name))), None)

    def beside(self, result: FileResult) -> bool:
        """Whether there is a readable return in the same folder, or the same archive."""
        return _place(result.file)[0] in self._folders or bool(self._in_archive(result.file))

    def _in_archive(self, file: str) -> Sequence[FileResult]:
        archive, mark, _ = file.partition("!/")
        return self._archives.get(archive, ()) if mark else ()

    def _return_of(self, unit: str, near: Sequence[FileResult]) -> FileResult | None:
        return next((other for other in near if unit in _units(other)), self._first.get(unit))

    def _parts(self, file: str) -> list[str]:
        """The file's name and those of its folders and archives, up to the path that was given; the innermost first."""
        whole = _slashed(file)
        given = next((path for path in self._given if whole == path or whole.startswith((f"{path}/", f"{path}!/"))), "")
        outside = given.rpartition("/")[0]
        parts = whole[len(outside) :].strip("/").split("/")
        return [name_key(PurePosixPath(part.removesuffix("!")).stem or part) for part in reversed(parts) if part]

    def _named(self, part: str) -> str | None:
        """The unit that a name names: the longest of those in it, None where two as long ones are."""
        found = sorted(((len(key), unit) for key, unit in self._by_key.items() if key and _carries(part, key)), key=lambda each: -each[0])
        if not found or len({unit for length, unit in found if length == found[0][0]}) > 1:
            return None
        return found[0][1]


def _units(result: FileResult) -> set[str]:
    return {each.unit for each in result.declarations if each.unit}


def _carries(part: str, key: str) -> bool:
    return part == key or (len(key) >= _TELLING and key in part) or (len(key) >= _LEADING and part.startswith(key))


def _slashed(path: str) -> str:
    return path.replace(os.sep, "/")


def _place(file: str) -> tuple[str, str]:
    path = PurePosixPath(file.replace("\\", "/"))
    return str(path.parent), name_key(path.stem)

"""Which declarations of a unit's files are about one project, and which files merely repeat another: by key, not in pairs.

Comes in: the declarations of a unit and year, and its files in order of arrival. Called by `returns`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import sha256

from toolkit.comparing.entries import content_of
from toolkit.forms.roster_model import name_key
from toolkit.intake.units import Pair
from toolkit.reading.model import Declaration, Row
from toolkit.values.text import squeeze

# By which a project is known again: what it is, and the text.
Key = tuple[str, str]
Together = tuple[Declaration, Declaration]


def mere_copies(members: Sequence[Declaration], files: Sequence[str], *, once: bool = False) -> dict[str, tuple[str, list[Together]]]:
    """The files that hold what an earlier one holds, with that one, where no other file is about any of their projects.

    Of a form that a unit sends `once` all are about the same. By key and not in pairs: a thousand copies of one return are a thousand
    steps. The others are held against each other.
    """
    by_file: dict[str, list[Declaration]] = {file: [] for file in files}
    for declaration in members:
        by_file[declaration.file].append(declaration)
    alike: dict[tuple[str, ...], list[str]] = {}
    about: Counter[Key] = Counter()
    for file, own in by_file.items():
        same = alike.setdefault(tuple(_digest(each) for each in own), [])
        if not same:
            about.update(key for each in own for key in _keys(each, once))
        same.append(file)
    found = {}
    for first, *copies in alike.values():
        keys = [_keys(each, once) for each in by_file[first]]
        if copies and all(keys) and all(about[key] == 1 for of_one in keys for key in of_one):
            found.update({copy: (first, list(zip(by_file[first], by_file[copy], strict=True))) for copy in copies})
    return found


def _keys(declaration: Declaration, once: bool) -> list[Key]:
    """What a project is known by: its code, its name; what a unit sends `once` by nothing but that."""
    if once:
        return [("form", declaration.form)]
    keys = ("code", _code(declaration)), ("name", name_key(declaration.project or ""))
    return [key for key in keys if key[1]]


def _digest(declaration: Declaration) -> str:
    return sha256(repr((_keys(declaration, False), content(declaration))).encode("utf-8", "surrogatepass")).hexdigest()


def same_projects(members: Sequence[Declaration], files: Sequence[str], *, once: bool = False) -> dict[Pair, list[Together]]:
    """The declarations of two files that are about one project: of one code, or one name and no two codes."""
    place = {file: number for number, file in enumerate(files)}
    met: dict[Pair, list[Together]] = {}
    by_name: dict[Key, list[Declaration]] = {}
    for declaration in sorted(members, key=lambda d: place[d.file]):
        code = _code(declaration)
        same: dict[int, Declaration] = {}
        for key in _keys(declaration, once):
            for other in by_name.get(key, ()):
                codes = {code, _code(other)} - {""}
                if other.file != declaration.file and (key[0] == "code" or len(codes) < 2):
                    same.setdefault(id(other), other)
            by_name.setdefault(key, []).append(declaration)
        for other in same.values():
            met.setdefault((other.file, declaration.file), []).append((other, declaration))
    return met


def _code(declaration: Declaration) -> str:
    """Return the project's code for comparing, "" where it has none."""
    return name_key(declaration.code or "")


def content(declaration: Declaration) -> tuple[object, ...]:
    """What the unit filled in, whatever the way of writing: fields, rows of all tables, and last what it explained."""

    def filled(rows: Iterable[Row]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(content_of(entry) for entry in row.entries.values()) for row in rows)

    fields = tuple((name, content_of(entry)) for name, entry in sorted(declaration.entries.items()))
    further = tuple((name, filled(rows)) for name, rows in sorted(declaration.more_rows.items()) if rows)
    return fields, filled(declaration.rows), further, explained(declaration)


def explained(declaration: Declaration) -> tuple[tuple[str, str], ...]:
    """What the unit explained, by rule."""
    return tuple(sorted((rule, squeeze(text)) for rule, text in declaration.explanations.items() if text.strip()))

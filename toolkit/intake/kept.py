"""What the files of a run hold, kept out of the way: compressed, beyond a few thousand returns on disk, brought back when somebody looks.

A run of ten thousand returns holds of each only its names. `pack` is the side of the process that reads, `Kept` that of the one which
asked: what it gives are ordinary results, whose declarations load their entries and rows and forget them again.
"""

from __future__ import annotations

import pickle
import zlib
from array import array
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from tempfile import SpooledTemporaryFile
from typing import Any, TypeVar, overload

from toolkit.checking.model import Finding
from toolkit.intake.inputs import InputFile
from toolkit.intake.model import FileResult
from toolkit.reading.model import Declaration, Entry, Row
from toolkit.values.words import CODE_ROLE, FILE, PROJECT_ROLE, UNIT_ROLE, Role

# So much is held in memory, compressed, before it goes to disk; and so much of what was looked at last, as it was pickled.
_IN_MEMORY, _RECENT = 1 << 20, 1 << 20

# What is another in nearly every declaration; years and departments are few.
_TELLING: tuple[Role, ...] = (UNIT_ROLE, PROJECT_ROLE, CODE_ROLE)

# How texts are kept; cells may hold half a character.
_TEXTS = ("utf-8", "surrogatepass")

Rules = Mapping[str, Sequence[Finding]]
Shared = TypeVar("Shared")

# Most declarations have no further rows and no explanations: they have this in common.
_NONE: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Packed:
    """A file's result on its way: its declarations hold their names alone, `data` all the rest.

    `content` is the digest by which copies of the file may refer to it, empty where they may not. `rules` says of each form how many findings
    `found` holds, and has those that are about no sheet.
    """

    result: FileResult
    data: bytes
    content: bytes = b""
    rules: Mapping[str, tuple[int, tuple[Finding, ...]]] | None = None
    found: bytes = b""


@dataclass(frozen=True, slots=True)
class Copy:
    """A file that is byte for byte one which the same process answered before."""

    content: bytes


def pack(result: FileResult, found: Rules | None, content: bytes = b"") -> Packed:
    """Return a result in two parts, with what its rules found, by form, where nothing else has a say in it."""
    if not result.declarations:
        return Packed(result, b"")
    slim = tuple(
        replace(d, entries={n: d.entries[n] for n in d.roles.values() if n in d.entries}, rows=(), more_rows=dict.fromkeys(d.more_rows, ()))
        for d in result.declarations
    )
    data = _packed([(d.entries, d.rows, d.more_rows) for d in result.declarations])
    packed = Packed(replace(result, declarations=slim), data, content)
    if found is None:
        return packed
    rest = {form: [finding for finding in each if not is_general(finding)] for form, each in found.items()}
    rules = {form: (len(rest[form]), tuple(finding for finding in each if is_general(finding))) for form, each in found.items()}
    return replace(packed, rules=rules, found=_packed(rest) if any(rest.values()) else b"")


def is_general(finding: Finding) -> bool:
    """Return whether a finding is about no sheet of a file: about a unit, the run, or a source without sheets."""
    return finding.sheet is None and finding.family != FILE


def _packed(data: object) -> bytes:
    return zlib.compress(pickle.dumps(data, protocol=pickle.HIGHEST_PROTOCOL), 1)


class Kept:
    """The bulk of the files of one run; it goes when nobody refers to it any more."""

    def __init__(self) -> None:
        self._store = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
        self._ends = array("q", [0])
        self._weight = 0
        self._recent: OrderedDict[int, tuple[Any, int]] = OrderedDict()
        self._roles: dict[str, Mapping[Role, str]] = {}
        self._alike: dict[Any, Any] = {}
        self._originals: dict[bytes, FileResult] = {}

    def whole(self, each: InputFile, packed: Packed | Copy) -> FileResult:
        """Return the result of the file `each` as others take it."""
        if isinstance(packed, Copy):
            first = self._originals[packed.content]
            own = tuple(replace(declaration, file=each.display) for declaration in first.declarations)
            return replace(first, file=each.display, declarations=own, source=each, rules=None)
        result = replace(packed.result, file=each.display, source=each, status=self._once(packed.result.status))
        if packed.data:
            rules = self._alike.setdefault(tuple(packed.rules.items()), packed.rules) if packed.rules is not None else None
            body = Body(self, self._put(packed.data, packed.found), each.display, rules or _NONE)
            own = tuple(self._declaration(d, each.display, body, n) for n, d in enumerate(result.declarations))
            result = replace(result, declarations=own, rules=body if rules is not None else None)
        if packed.content:
            self._originals[packed.content] = result
        return result

    def all_came(self) -> None:
        """Forget what only files that are still to come would need."""
        self._originals.clear()
        self._alike.clear()

    def _declaration(self, slim: Declaration, file: str, body: Body, number: int) -> Declaration:
        roles = self._roles.setdefault(slim.form, slim.roles)
        telling = {roles.get(role) for role in _TELLING}
        names = self._once(tuple(slim.entries))
        own = [n in telling and each.value == each.text for n, each in slim.entries.items()]
        like = self._once(
            tuple(each._replace(value="", text="") if o else each for o, each in zip(own, slim.entries.values(), strict=True))
        )
        head = tuple(each.text.encode(*_TEXTS) if o else None for o, each in zip(own, slim.entries.values(), strict=True))
        return replace(
            slim,
            file=file,
            sheet=self._once(slim.sheet),
            form=self._once(slim.form),
            roles=roles if roles == slim.roles else slim.roles,
            entries=Entries(body, number, names, like, head),
            rows=Rows(body, number, None),
            more_rows={name: Rows(body, number, name) for name in slim.more_rows} or _NONE,
            explanations=slim.explanations or _NONE,
        )

    def _once(self, value: Shared) -> Shared:
        """The value itself, as the first that is equal to it: thousands of files say the same."""
        return self._alike.setdefault(value, value)  # type: ignore[no-any-return]

    def _put(self, *pieces: bytes) -> int:
        """The number of the first of the pieces, which lie one after the other."""
        first = len(self._ends) - 1
        for piece in pieces:
            self._store.seek(self._ends[-1])
            self._store.write(piece)
            self._ends.append(self._ends[-1] + len(piece))
        return first

    def load(self, number: int) -> Any:
        """Return what was packed as the `number`th piece."""
        if number in self._recent:
            self._recent.move_to_end(number)
            return self._recent[number][0]
        place, end = self._ends[number], self._ends[number + 1]
        self._store.seek(place)
        data = zlib.decompress(self._store.read(end - place))
        self._recent[number] = pickle.loads(data), len(data)
        self._weight += len(data)
        while self._weight > _RECENT and len(self._recent) > 1:
            self._weight -= self._recent.popitem(last=False)[1][1]
        return self._recent[number][0]


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """What one file holds, and what its rules found, form by form: two pieces, one after the other."""

    kept: Kept
    first: int
    file: str
    rules: Mapping[str, tuple[int, tuple[Finding, ...]]]

    def load(self) -> Any:
        return self.kept.load(self.first)

    def found(self) -> Any:
        return self.kept.load(self.first + 1)

    def of(self, form: str) -> Told | None:
        """Return the findings of a form's declarations in the file, None where they were not evaluated apart."""
        return Told(self.file, form, self, *self.rules[form]) if form in self.rules else None


class Told(Sequence[Finding]):
    """The findings of one file and form: those about its sheets are kept, the `general` ones at hand, and come last."""

    __slots__ = ("_body", "_kept", "file", "form", "general")

    def __init__(self, file: str, form: str, body: Body, kept: int, general: tuple[Finding, ...]) -> None:
        self.file, self.form, self.general = file, form, general
        self._body, self._kept = body, kept

    @property
    def of_sheets(self) -> Sequence[Finding]:
        return self._body.found()[self.form] if self._kept else ()

    @overload
    def __getitem__(self, index: int) -> Finding: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Finding]: ...
    def __getitem__(self, index: int | slice) -> Finding | Sequence[Finding]:
        return [*self][index]

    def __iter__(self) -> Iterator[Finding]:
        yield from self.of_sheets
        yield from self.general

    def __len__(self) -> int:
        return self._kept + len(self.general)


class Entries(Mapping[str, Entry]):
    """A declaration's entries: those that name it at hand, the others where its file's are kept.

    Of those at hand `head` has the texts that are its own, in two thirds of the room that Python takes for Chinese, None where an entry is
    as in `like`, which thousands of declarations have in common.
    """

    __slots__ = ("_body", "_head", "_like", "_names", "_number")

    def __init__(self, body: Body, number: int, names: tuple[str, ...], like: tuple[Entry, ...], head: tuple[bytes | None, ...]) -> None:
        self._body, self._number, self._names, self._like, self._head = body, number, names, like, head

    def _all(self) -> Mapping[str, Entry]:
        return self._body.load()[self._number][0]  # type: ignore[no-any-return]

    def __getitem__(self, name: str) -> Entry:
        if name not in self._names:
            return self._all()[name]
        place = self._names.index(name)
        like, own = self._like[place], self._head[place]
        if own is None:
            return like
        text = own.decode(*_TEXTS)
        return like._replace(value=text, text=text)

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (self._all(),)


class Rows(Sequence[Row]):
    """The rows of one of a declaration's tables, None the first."""

    __slots__ = ("_body", "_number", "_table")

    def __init__(self, body: Body, number: int, table: str | None) -> None:
        self._body, self._number, self._table = body, number, table

    def _all(self) -> tuple[Row, ...]:
        _, first, more = self._body.load()[self._number]
        return first if self._table is None else more[self._table]  # type: ignore[no-any-return]

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...
    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        return self._all()[index]

    def __iter__(self) -> Iterator[Row]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and self._all() == tuple(other)

    def __repr__(self) -> str:
        return repr(self._all())

    def __reduce__(self) -> tuple[Any, ...]:
        return tuple, (self._all(),)

    __hash__ = None  # type: ignore[assignment]

"""What the ledger remembers of files that were read and declarations that were evaluated, so that neither is done twice.

Comes in: the files of a run, one by one. Goes out: what reading them gave, when the very same bytes under the same name were
read before by the same program with the same forms; the caller reads the others and hands over what it got. Files are
always hashed: neither size nor time is proof that a file is unchanged. A file that needs a password is read every time, and
nothing of it is kept here: a ledger on a share must not be the way round a unit's password.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import toolkit
from toolkit.checking.model import Finding
from toolkit.errors import SourceError
from toolkit.forms import Form
from toolkit.intake.guard import Lost
from toolkit.intake.inputs import InputFile
from toolkit.intake.kept import Copy, Kept, Packed
from toolkit.intake.model import STRAYS, Batch, FileResult
from toolkit.intake.onefile import Answer, Shared, read_file
from toolkit.intake.roster import passwords_for
from toolkit.package.opc import LOCKED
from toolkit.reading.model import Declaration
from toolkit.season.codec import (
    CodecError,
    declaration_data,
    declaration_from,
    findings_data,
    findings_from,
    pack,
    unpack,
)
from toolkit.season.tables import BLOCK, DROP_EPOCHS, KEEP_BLOCK, KEEP_READING, READING, USE_EPOCH
from toolkit.sources.grid import Issued
from toolkit.sources.open import load
from toolkit.values.words import STATUS_WORDS, UNREADABLE

if TYPE_CHECKING:
    from toolkit.season.ledger import Ledger

# Troubles that may be over the next time.
_PASSING = frozenset((LOCKED, "文件-无法打开"))

# So many files are written down together; a run that is ended loses no more.
_TOGETHER = 16

# What programs and forms left behind that nobody has used for so long is dropped.
_KEPT = timedelta(days=60)


Result = FileResult | tuple[InputFile, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """A file that was read: the answer, the sha256 of its bytes, and whether a password was needed to see them."""

    answer: Answer | Result
    content: str
    locked: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """What stands behind a file of this run: the sha256 of its bytes ("" where nobody knows), and the key of its reading,
    "" where that is not kept."""

    content: str
    key: str


class Memory:
    """The remembered part of a run; `known` tells of each file by the name it is shown by. `fresh` forgets what was there."""

    reader = "toolkit.season.memory:read_seen"

    def __init__(self, ledger: Ledger, forms: Sequence[Form], now: datetime, *, fresh: bool = False) -> None:
        self.ledger, self.now, self.fresh = ledger, now, fresh
        self.epoch = digest(_program(), *(repr(replace(form, path=Path(form.path.name))) for form in forms))
        self.known: dict[str, Known] = {}
        self._contents: dict[Path, str] = {}
        self._pending: list[dict[str, object]] = []
        self._batch: Batch | None = None
        self._origins: dict[int, tuple[str, int]] = {}

    def recall(self, each: InputFile) -> Seen | None:
        """Return what reading the file gave the last time, None where it has to be read."""
        content = "" if each.astray else self._content(each.path)
        if not content or self.fresh:
            return None
        key = self._key(each, content)
        rows = self.ledger.rows(READING, {"key": key})
        if not rows:
            return None
        try:
            answer = _answer(unpack(rows[0].answer), each)
        except CodecError:
            return None
        seen = Seen(answer, rows[0].content)
        self.known[each.display] = Known(seen.content, key)
        return seen

    def keep(self, each: InputFile, seen: Seen | Lost, kept: Kept) -> Result | Lost:
        """Take down what reading a file gave, unless it was changed meanwhile or needs a password; return it, its bulk in `kept`."""
        if isinstance(seen, Lost):
            self.known[each.display] = Known("" if each.inner else self._content(each.path), "")
            return seen
        result = kept.whole(each, seen.answer) if isinstance(seen.answer, (Packed, Copy)) else seen.answer
        self._take_down(each, seen, result)
        return result

    def _take_down(self, each: InputFile, seen: Seen, result: Result) -> None:
        if each.astray:
            self.known[each.display] = Known("", "")
            return
        before = self._content(each.path)
        self._contents.pop(each.path, None)
        unchanged = bool(before) and self._content(each.path) == before
        content = seen.content if each.inner else self._content(each.path)
        self.known[each.display] = Known(content, "")
        if not unchanged or not content or seen.locked or _is_passing(result):
            return
        try:
            data = pack(_answer_data(result, each))
        except CodecError:
            return
        key = self._key(each, before)
        self.known[each.display] = Known(content, key)
        self._pending.append({"key": key, "epoch": self.epoch, "content": content, "answer": data})
        if len(self._pending) >= _TOGETHER:
            self.flush()

    def flush(self) -> None:
        """Write down what was read so far."""
        if self._pending:
            with self.ledger.writing():
                self._use_epoch()
                self.ledger.run_many(KEEP_READING, self._pending)
            self._pending.clear()

    def number(self, batch: Batch) -> None:
        """Take note of the batch as it was read: its declarations are known by their files and places in them."""
        self.flush()
        self._batch = batch
        keys = {file.file: self.known.get(file.file, Known("", "")).key for file in batch.files}
        self._origins = {
            id(d): (keys[file.file], number) for file in batch.files for number, d in enumerate(file.declarations) if keys[file.file]
        }

    def origin(self, declaration: Declaration) -> tuple[str, int] | None:
        """Return what a declaration of the batch is known by, None for one that is not remembered."""
        return self._origins.get(id(declaration))

    def block(self, key: str, files: Sequence[str]) -> list[Finding] | None:
        """Return the findings remembered under `key`, None where there are none; `files` are those that they index."""
        rows = [] if self.fresh else self.ledger.rows(BLOCK, {"key": key})
        if not rows:
            return None
        try:
            data = unpack(rows[0].findings)
            return findings_from(data["findings"], [files[number] for number in data["files"]])
        except (CodecError, LookupError, TypeError):
            return None

    def keep_blocks(self, blocks: Mapping[str, tuple[Sequence[Finding], Sequence[str]]]) -> None:
        """Remember findings by key, each with the files that they may point to."""
        rows = []
        for key, (findings, files) in blocks.items():
            places = {file: number for number, file in enumerate(files)}
            data = {"files": [places[finding.file] for finding in findings], "findings": findings_data(findings)}
            rows.append({"key": key, "epoch": self.epoch, "findings": pack(data)})
        if rows:
            with self.ledger.writing():
                self._use_epoch()
                self.ledger.run_many(KEEP_BLOCK, rows)

    def drop_old(self) -> None:
        """Forget what was long not used; inside `writing`."""
        self._use_epoch()
        self.ledger.run(DROP_EPOCHS, {"before": (self.now - _KEPT).isoformat(timespec="seconds")})

    def _use_epoch(self) -> None:
        self.ledger.run(USE_EPOCH, {"epoch": self.epoch, "now": self.now.isoformat(timespec="seconds")})

    def _content(self, path: Path) -> str:
        if path not in self._contents:
            self._contents[path] = content_of_file(path)
        return self._contents[path]

    def _key(self, each: InputFile, content: str) -> str:
        # The bare name takes part: a finding may be about it, and a text file of some names is a table.
        return digest(self.epoch, content, each.inner, os.path.basename(each.display), each.named)


def read_seen(each: InputFile, shared: Shared, alive: Callable[[], None] = lambda: None) -> Seen:
    """Return what `read_file` does, with the hash of a member of an archive, and whether it took a password."""
    answer, locked = read_file(each, replace(shared, unlocked=False), alive), False
    asked = isinstance(answer, Packed) and any(finding.rule == LOCKED for finding in answer.result.findings)
    if asked and (shared.passwords or shared.roster):
        answer, locked = read_file(each, shared, alive), True
    if not each.inner:
        return Seen(answer, "", locked)
    try:
        data = load(each.path, each.display, each.inner, passwords_for(each.display, shared.passwords, shared.roster))
    except SourceError:
        return Seen(answer, "", locked)
    return Seen(answer, hashlib.sha256(data).hexdigest(), locked)


def digest(*parts: object) -> str:
    """Return the sha256 of JSON-like parts."""
    text = json.dumps(parts, ensure_ascii=True, default=str)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def content_of_file(path: Path) -> str:
    """Return the sha256 of the file's bytes, "" where it cannot be read."""
    found = hashlib.sha256()
    try:
        if not path.is_file():
            return ""
        with path.open("rb") as stream:
            while piece := stream.read(1 << 20):
                found.update(piece)
    except OSError:
        return ""
    return found.hexdigest()


@lru_cache(maxsize=1)
def _program() -> str:
    """Return what tells this program from any other: its version and its own source."""
    root = Path(toolkit.__file__).parent
    sources = sorted(root.rglob("*.py"))
    return digest(toolkit.__version__, *((path.relative_to(root).as_posix(), content_of_file(path)) for path in sources))


def _is_passing(answer: Result) -> bool:
    unread = isinstance(answer, FileResult) and answer.status == UNREADABLE
    return unread and any(finding.rule in _PASSING for finding in answer.findings)  # type: ignore[union-attr]


def _answer_data(answer: Result, each: InputFile) -> Any:
    if isinstance(answer, tuple):
        return [[member.inner[-1], member.display.removeprefix(f"{each.display}!/")] for member in answer]
    return {
        "status": answer.status,
        "declarations": [declaration_data(d) for d in answer.declarations],
        "findings": findings_data(answer.findings),
        "stray": answer.stray,
        "issued": [answer.issued.unit, answer.issued.unit_fields, answer.issued.project_fields] if answer.issued else None,
        "origin": answer.origin,
        "nameless": answer.nameless,
        "redrawn": answer.redrawn,
    }


def _answer(data: Any, each: InputFile) -> Result:
    try:
        if isinstance(data, list):
            return tuple(each.member(int(number), str(name)) for number, name in data)
        findings = findings_from(data["findings"], [each.display] * len(data["findings"]))
        declarations = tuple(declaration_from(d, each.display) for d in data["declarations"])
        if data["status"] not in STATUS_WORDS or data["stray"] not in (None, *STRAYS):
            raise CodecError("status")
        origin = tuple(map(str, data["origin"]))
        found = FileResult(each.display, data["status"], declarations, tuple(findings), each, _issued(data["issued"]), origin=origin)
        return replace(found, stray=data["stray"], nameless=data["nameless"] is True, redrawn=data["redrawn"] is True)
    except (LookupError, TypeError, ValueError) as error:
        raise CodecError(str(error)) from error


def _issued(data: Any) -> Issued | None:
    if data is None:
        return None
    unit, unit_fields, project_fields = data
    return Issued(str(unit), tuple(map(str, unit_fields)), tuple(map(str, project_fields)))

"""Declarations and findings ⇄ compact JSON, compressed, as the ledger keeps them.

Comes in: what was read or found. Goes out: bytes, and back the very same objects. The file's name is not kept: what comes
back bears the name the file has now. Bytes from a ledger are a stranger's: whatever is not as written here is a
`CodecError`, and the caller reads the file again.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, get_args

from toolkit.checking.model import Finding
from toolkit.reading.model import BLANK_ENTRY, Declaration, Doubt, Entry, Repair, Row, State
from toolkit.values.words import ROLES, USUAL_NAMES, Role

# No file's content is larger when it is unpacked (package.limits lets a return have 48 MB at most).
_MOST_BYTES = 64 << 20

_NONE, _TEXT, _SAME, _AMOUNT, _DATE, _INTEGER = range(6)
_FINDING = tuple(each.name for each in fields(Finding) if each.name != "file")
_TEXTS = (str, type(None))


class CodecError(ValueError):
    """The bytes are not what this program wrote, or a value is of a kind that is not kept."""


def pack(data: object) -> bytes:
    """Return JSON data as compressed bytes."""
    return zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"), 3)


def unpack(data: object) -> Any:
    """Return the JSON data that `pack` made. Raises CodecError."""
    if not isinstance(data, bytes):
        raise CodecError("not bytes")
    try:
        engine = zlib.decompressobj()
        text = engine.decompress(data, _MOST_BYTES)
        if not engine.eof:
            raise CodecError("incomplete or too long")
        return json.loads(text.decode("utf-8", "surrogatepass"))
    except (zlib.error, ValueError, RecursionError) as error:
        raise CodecError(str(error)) from error


def declaration_data(declaration: Declaration) -> list[Any]:
    """Return a declaration as JSON data. Raises CodecError for a value that JSON cannot bring back."""
    names, rows = _rows_data(declaration.rows)
    return [
        declaration.sheet,
        declaration.form,
        [[name, _entry_data(entry)] for name, entry in declaration.entries.items()],
        names,
        rows,
        [[r.rule, r.field, r.cell, r.before, r.after, r.message, *_value_data(r.value, ""), r.safe, r.part] for r in declaration.repairs],
        [[d.rule, d.severity, d.field, d.cell, d.value, d.message, d.suggestion, d.unread] for d in declaration.doubts],
        [list(pair) for pair in declaration.roles.items()],
        [[name, _rows_data(rows)] for name, rows in declaration.more_rows.items()],
        [list(pair) for pair in declaration.explanations.items()],
    ]


def _rows_data(rows: Iterable[Row]) -> tuple[list[list[str]], list[list[Any]]]:
    """The rows of one table: the sets of columns that come, and each row with the number of its set."""
    names: list[list[str]] = []
    data = []
    for row in rows:
        mine = list(row.entries)
        if mine not in names:
            names.append(mine)
        data.append([row.row, names.index(mine), [_entry_data(entry) for entry in row.entries.values()]])
    return names, data


def _rows_from(names: Any, rows: Any) -> tuple[Row, ...]:
    return tuple(
        Row(_of(number, int), dict(zip(map(_str, names[index]), map(_entry, cells), strict=True))) for number, index, cells in rows
    )


def declaration_from(data: Any, file: str) -> Declaration:
    """Return the declaration that `declaration_data` took apart, as one of `file`. Raises CodecError."""
    try:
        sheet, form, entries, names, rows, repairs, doubts, *later = data
        return Declaration(
            file,
            _of(sheet, _TEXTS),
            _of(form, str),
            {_of(name, str): _entry(entry) for name, entry in entries},
            _rows_from(names, rows),
            tuple(_repair(each) for each in repairs),
            tuple(_doubt(each) for each in doubts),
            roles=_roles(later[0]) if later else USUAL_NAMES,
            more_rows={_of(table, str): _rows_from(*own) for table, own in later[1]} if len(later) > 1 else {},
            explanations={_str(rule): _str(text) for rule, text in later[2]} if len(later) > 2 else {},
        )
    except CodecError:
        raise
    except (TypeError, ValueError, IndexError, AttributeError) as error:
        raise CodecError(str(error)) from error


def _roles(data: Any) -> dict[Role, str]:
    said = {_of(role, str): _of(name, str) for role, name in data}
    return {role: said[role] for role in ROLES if role in said}


def findings_data(findings: Iterable[Finding]) -> list[list[Any]]:
    """Return findings as JSON data, without their files."""
    return [[getattr(finding, name) for name in _FINDING] for finding in findings]


def findings_from(data: Any, files: Sequence[str]) -> list[Finding]:
    """Return the findings again, `files` giving the file of each. Raises CodecError."""
    try:
        return [_finding(each, file) for each, file in zip(data, files, strict=True)]
    except CodecError:
        raise
    except (TypeError, ValueError) as error:
        raise CodecError(str(error)) from error


def _finding(data: Sequence[Any], file: str) -> Finding:
    rule, severity, family, unit, project, sheet, cell, field, value, expected, message, suggestion, row, *later = data
    for text in (*data[:12], *later):
        _of(text, _TEXTS)
    place = (unit, project, sheet, cell, field)
    return Finding(rule, severity, family, file, *place, value, expected, message, suggestion, _of(row, (int, type(None))), *later)


def _entry_data(entry: Entry) -> list[Any]:
    if entry == BLANK_ENTRY:
        return []
    kind, value = _value_data(entry.value, entry.text)
    return [entry.state, entry.text, entry.cell, kind, value, entry.formula]


def _entry(data: list[Any]) -> Entry:
    if data == []:
        return BLANK_ENTRY
    state, text, cell, kind, value, formula = data
    if not (isinstance(text, str) and state in get_args(State) and isinstance(cell, _TEXTS) and isinstance(formula, _TEXTS)):
        raise CodecError("entry")
    return Entry(text if kind == _SAME else _value(kind, value), text, cell, state, formula)


def _value_data(value: object, text: str) -> tuple[int, object]:
    if value is None:
        return _NONE, None
    kind = type(value)
    if kind is str:
        return (_SAME, None) if value == text else (_TEXT, value)
    if kind is Decimal:
        return _AMOUNT, str(value)
    if kind is date:
        return _DATE, str(value)
    if kind is int:
        return _INTEGER, value
    raise CodecError(f"a value of type {kind.__name__}")


def _value(kind: object, value: Any) -> str | Decimal | date | int | None:
    if kind == _NONE:
        return None
    if kind == _INTEGER:
        return int(_of(value, int))
    text = _str(value)
    if kind == _TEXT:
        return text
    try:
        if kind == _AMOUNT:
            return Decimal(text)
        if kind == _DATE:
            return date.fromisoformat(text)
    except (InvalidOperation, ValueError) as error:
        raise CodecError(text) from error
    raise CodecError("value")


def _repair(data: list[Any]) -> Repair:
    rule, field, cell, before, after, message, kind, value, safe, part = data
    texts = (_str(rule), _str(field), _of(cell, _TEXTS), _str(before), _str(after), _str(message))
    return Repair(*texts, "" if kind == _SAME else _value(kind, value), bool(safe), _str(part))


def _doubt(data: list[Any]) -> Doubt:
    rule, severity, field, cell, value, message, suggestion, unread = data
    for text in data[:-1]:
        _of(text, _TEXTS)
    return Doubt(rule, severity, field, cell, value, message, suggestion, tuple((_str(place), _str(said)) for place, said in unread))


def _str(value: Any) -> str:
    return str(_of(value, str))


def _of(value: Any, kind: Any) -> Any:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise CodecError(f"{value!r}")
    return value


class Cells(dict[str, str]):
    """Cells of a report by heading; a heading that an older program did not know is blank."""

    def __missing__(self, heading: str) -> str:
        return ""


def cells_of(text: str) -> Cells:
    """Return the cells of a decision as the ledger keeps them; none where nobody can have written them down."""
    try:
        cells = json.loads(text)
    except ValueError:
        return Cells()
    return Cells({str(k): str(v) for k, v in cells.items()}) if isinstance(cells, dict) else Cells()

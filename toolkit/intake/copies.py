"""Copies of what was returned: where one goes below the output folder, files with a password opened and locked again, and a new
workbook for a return that is no .xlsx.

Names of files, paths and bytes come in and go out; nothing is written here. Called by `annotate` and `tidy`.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePath

from toolkit.checking.model import Finding
from toolkit.forms import Form
from toolkit.intake.model import FileResult
from toolkit.outputs.filled.workbook import PROJECT_SHEET, fill_workbook
from toolkit.package import signature
from toolkit.package.atomic import safe_name, unused_name
from toolkit.reading.model import BLANK, Declaration, Entry, Row
from toolkit.reading.sheet import read_sheet
from toolkit.sources.decrypt import DEFAULT_PASSWORD, unlock
from toolkit.sources.open import load
from toolkit.sources.xlsx import read_xlsx
from toolkit.values.text import shown_path
from toolkit.values.words import NUMBER, UNIT


def relative_place(display: str, paths: Sequence[str]) -> Path:
    """Return the path a copy has below the output folder: as below the folder given, or the bare name of a file given.

    An archive becomes a folder of its name, less the extension. Every name is one that any file system can hold, and none leads upwards.

    >>> relative_place("回收/一批.zip!/../某镇/甲:乙.xlsx", ["回收/一批.zip"]).as_posix()
    '一批/某镇/甲：乙.xlsx'
    """
    outer, mark, inner = display.partition("!/")
    for given in paths:
        shown = Path(shown_path(given))
        if Path(given).is_dir() and (shown == Path(outer) or shown in Path(outer).parents):
            outer = os.path.relpath(outer, shown)
            break
    else:
        outer = PurePath(outer).name
    parts = [*PurePath(outer + mark[:1]).parts, *(part for part in inner.split("/") if mark)]
    parts = [PurePath(part[:-1]).stem if part.endswith("!") else part for part in parts]
    return Path(*(safe_name(part) for part in parts if part not in ("", os.curdir, os.pardir, os.sep)))


def content_of(file: FileResult, passwords: Sequence[str]) -> bytes:
    """Return the bytes of a file that was read; b"" for one that came from nowhere. Raises SourceError when it has gone meanwhile."""
    source = file.source
    return b"" if source is None else load(source.path, source.display, source.inner, tuple(passwords))


def unused(path: Path, taken: set[str]) -> Path:
    """Return `path`, numbered where another file of this run has its name already; it is added to `taken`."""
    folder = str(path)[: -len(path.name)]
    candidate = unused_name(folder, path.name, taken)
    taken.add(candidate.casefold())
    return Path(candidate)


def unlocked(data: bytes, display: str, passwords: Sequence[str]) -> tuple[bytes, str | None]:
    """Return a file without its password to open, and that password; the very same bytes and None where it has none.

    A password that Excel never asks for counts as none, though the bytes are others then. Raises SourceError where none of
    `passwords` fits.
    """
    if signature.container(data[:8]) != signature.OLE or not signature.encrypted(data):
        return data, None
    plain, password = unlock(data, display, passwords)
    return plain, None if password == DEFAULT_PASSWORD else password


def locked(data: bytes, password: str) -> bytes:
    """Return a workbook encrypted as Excel does it (agile encryption), to be opened with `password`."""
    from msoffcrypto.format.ooxml import OOXMLFile

    stream = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, stream)
    return stream.getvalue()


def last_rows(declarations: Iterable[Declaration]) -> dict[str, int]:
    """Return the last row filled in of each sheet that has rows."""
    rows: dict[str, int] = {}
    for declaration in declarations:
        if declaration.sheet is not None and declaration.rows:
            rows[declaration.sheet] = max(rows.get(declaration.sheet, 0), declaration.rows[-1].row)
    return rows


def rebuild(form: Form, declarations: Sequence[Declaration], findings: Sequence[Finding]) -> tuple[bytes, list[Finding]]:
    """Return a new workbook with `declarations`, and `findings` pointing into it; one that fits nowhere loses its place.

    A number and its unit that a unit wrote into one cell (`100%`) stay in one: it is the unit's own copy.
    """
    mine = [declaration for declaration in declarations if declaration.form == form.name]
    data = fill_workbook(form, [replace(each, rows=tuple(map(_as_written, each.rows))) for each in mine])
    made = read_again(data, form, mine)
    return data, [_moved(finding, mine, made) for finding in findings]


def read_again(data: bytes, form: Form, declarations: Sequence[Declaration]) -> dict[int, Declaration]:
    """Return what the sheets of a workbook just filled with `declarations` say, by the place of each among them."""
    by_name = {grid.name: grid for grid in read_xlsx(data, "")[0]}
    made: dict[int, Declaration] = {}
    for index, declaration in enumerate(declarations):
        grid = by_name.get(f"{PROJECT_SHEET}{index + 1}")
        found = read_sheet(grid, form, declaration.file) if grid is not None else None
        if found is not None:
            made[index] = found
    return made


def _as_written(row: Row) -> Row:
    """The row with its number as found where reading took the unit out of the number's cell, and nothing stood in the unit's."""
    number, unit = row[NUMBER], row[UNIT]
    whole = number.text.strip()
    if unit.cell in (None, number.cell) or unit.text.strip() or unit.value is None or whole != f"{number.value}{unit.value}":
        return row
    one_cell = Entry(whole, number.text, number.cell)
    return replace(row, entries={**row.entries, NUMBER: one_cell, UNIT: Entry(None, "", unit.cell, BLANK)})


def _moved(finding: Finding, old: Sequence[Declaration], new: Mapping[int, Declaration]) -> Finding:
    index = next((i for i, d in enumerate(old) if d.sheet == finding.sheet and d.project == finding.project), None)
    if index is None or index not in new or (finding.sheet is None and finding.project is None):
        return replace(finding, sheet=None, cell=None)
    cell = _cell(finding, old[index], new[index])
    return replace(finding, sheet=new[index].sheet, cell=cell)


def _cell(finding: Finding, old: Declaration, new: Declaration) -> str | None:
    """Return where in the new sheet a finding points: the same field, in the same row of the table where it is about one."""
    name = finding.field or ""
    if name in new.entries:
        return new[name].cell
    for table, rows in (("", old.rows), *old.more_rows.items()):
        made = new.more_rows.get(table, ()) if table else new.rows
        number = next((number for number, row in enumerate(rows) if row.row == finding.row and name in row.entries), None)
        if number is not None:
            return made[number][name].cell if number < len(made) else None
    return new.rows[0][name].cell if new.rows else None

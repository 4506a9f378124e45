"""What a declaration prints in Word: entry → text, by the type of its field; a row of the table → its 指标值 too.

Called by `word` for every slot of the template. A blank prints nothing; what did not read as its type prints as found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass

from toolkit.forms.model import Form, IndicatorTable
from toolkit.outputs.word.pieces import illegal_characters
from toolkit.reading.model import MISSING_ENTRY, Declaration, Row
from toolkit.reading.shown import printed, printed_in, target_text

# Word allows 40 characters: letters, digits and underscores.
_BOOKMARK_LENGTH, _NOT_IN_BOOKMARK = 40, re.compile(r"[^0-9A-Za-z_\u4e00-\u9fff]")


def bookmark_name(number: int, text: str) -> str:
    """Return the bookmark of project `number` (from 1), which tells what it is called.

    >>> bookmark_name(3, "设备（二期）更新")
    '项目3_设备二期更新'
    """
    name = _NOT_IN_BOOKMARK.sub("", text)
    return f"项目{number}_{name}"[:_BOOKMARK_LENGTH] if name else f"项目{number}"


def declaration_values(form: Form, declaration: Declaration, names: Container[str] | None = None) -> dict[str, str]:
    """Return the text of every single field by its 字段名, or of those among `names`."""
    return {f.name: printed_in(declaration[f.name], f) for f in form.fields if names is None or f.name in names}


def row_printer(table: IndicatorTable | None) -> Callable[[Row], dict[str, str]]:
    """Return the function that gives the texts of a table's row by column, and the targets its columns make."""
    fields = [(column.name, column.field) for column in table.columns] if table else []
    targets = [(target.name, *target.names) for target in table.targets if target.name not in table.names] if table else []

    def texts(row: Row) -> dict[str, str]:
        made: dict[str, str] = {}
        entry_of = row.entries.get
        for name, field in fields:
            entry = entry_of(name, MISSING_ENTRY)
            value = entry.value

            # Nearly all cells are texts, and this is the innermost loop: asking is cheaper than a call.
            made[name] = value if type(value) is str else printed_in(entry, field)
        for name, symbol, number, unit in targets:
            made[name] = target_text(made[symbol], made[number], made[unit])
        return made

    return texts


@dataclass(frozen=True)
class Dropped:
    """Characters of a value that no Word document can hold: whose value it is, and which they are, as U+XXXX."""

    file: str
    project: str
    field: str
    cell: str | None
    characters: tuple[str, ...]

    def __str__(self) -> str:
        place = " › ".join(part for part in (self.file, self.project, self.cell) if part)
        return f"{place}：{self.field}里有 Word 不能保存的字符 {'、'.join(self.characters)}，已去掉。"


def dropped_characters(form: Form, declaration: Declaration) -> tuple[Dropped, ...]:
    """Return what a summary leaves out of the values of `declaration`: control characters, halves of surrogate pairs.

    Reading has removed and reported them before, so there are some only in declarations that come from elsewhere.
    """
    singles = [(field, declaration[field.name]) for field in form.fields]
    cells = [
        (column.field, row.entries.get(column.name, MISSING_ENTRY))
        for table in form.tables
        for row in declaration.rows_of(table)
        for column in table.columns
    ]
    project = declaration.project or ""
    found = []
    for field, entry in (*singles, *cells):
        if characters := illegal_characters(printed(entry, field.type)):
            found.append(Dropped(declaration.file, project, field.label or field.name, entry.cell, characters))
    return tuple(found)

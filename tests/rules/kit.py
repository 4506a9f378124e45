"""Declarations as drafts that are easy to change, and made into `Declaration`s with cells as the form draws them.

In: a head (fields by name) and rows of six texts. Out: declarations for `check_declarations`, and workbooks of them for
other tests. `clean` writes the drafts, `mutations` break them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.shipped import shipped_form
from toolkit.checking.model import Finding
from toolkit.forms import Form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import BLANK, MISSING, OK, Declaration, Entry, Row, State, Value
from toolkit.spreadsheet.a1 import cell_name

COLUMNS = ("一级指标", "二级指标", "三级指标", "符号", "数值", "计量单位")


@dataclass(frozen=True)
class Raw:
    """A cell that holds no value of its field's type: the text as found, and the entry's state."""

    text: str
    state: State


Content = Value | Raw
Line = Mapping[str, str | Raw | None]


@dataclass(frozen=True)
class Draft:
    """A declaration before it gets its cells; fields that are not in `head` are blank."""

    head: Mapping[str, Content]
    rows: tuple[Line, ...]

    def put(self, **changes: Content) -> Draft:
        """Return the draft with other contents in some of its fields."""
        return replace(self, head={**self.head, **changes})

    def row(self, number: int, **changes: str | Raw | None) -> Draft:
        """Return the draft with other cells in row `number` (from 0)."""
        rows = list(self.rows)
        rows[number] = {**rows[number], **changes}
        return replace(self, rows=tuple(rows))

    def add(self, *lines: str) -> Draft:
        """Return the draft with more rows, each written as for `line`."""
        return replace(self, rows=(*self.rows, *map(line, lines)))


def line(text: str) -> Line:
    """Return a row written as `二级指标 三级指标 符号 数值 计量单位`, parted by blanks; `-` is a blank cell, `·` a space.

    The first level follows from the second, as the form's lists have it; `甲/乙` gives both.
    """
    level2, *others = (None if part == "-" else part.replace("·", " ") for part in text.split())
    level1: str | None
    if level2 and "/" in level2:
        level1, level2 = (part or None for part in level2.split("/"))
    else:
        lists = shipped_form().lists
        level1 = next((name for name in lists["一级指标"] if level2 in lists[name]), None)
    cells = [level1, level2, *others]
    return dict(zip(COLUMNS, [*cells, *[None] * (6 - len(cells))], strict=True))


def declaration(draft: Draft, file: str = "甲.xlsx", sheet: str | None = "项目1") -> Declaration:
    """Return the draft as it would be read from a workbook of the shipped form."""
    form = shipped_form()
    assert form.table is not None
    entries = {field.name: _entry(draft.head.get(field.name), field.cell) for field in form.fields}
    rows = tuple(
        Row(
            number,
            {c.name: _entry(cells.get(c.name), cell_name(number, c.index)) for c in form.table.columns},
        )
        for number, cells in enumerate(draft.rows, form.table.first_row)
    )
    return Declaration(file, sheet, form.name, entries, rows, roles=form.roles)


def _entry(content: Content, cell: str) -> Entry:
    if content is None:
        return Entry(None, "", cell, BLANK)
    if isinstance(content, Raw):
        return Entry(None, content.text, None if content.state == MISSING else cell, content.state)
    return Entry(content, str(content), cell, OK)


def place(field: str, row: int | None) -> str:
    """Return the cell of a field, or of a column in row `row` (from 0), as the shipped form draws it."""
    form = shipped_form()
    if row is None or form.table is None:
        return form.by_name[field].cell
    return next(cell_name(form.table.first_row + row, c.index) for c in form.table.columns if c.name == field)


def write_workbooks(drafts: Sequence[Draft], folder: Path, form: Form | None = None) -> list[Path]:
    """Write a filled workbook per draft into `folder`, named after its unit and project; return the paths in order."""
    paths = []
    for number, draft in enumerate(drafts, 1):
        path = folder / f"{number:03d}{draft.head.get('实施单位')}.xlsx"
        path.write_bytes(fill_workbook(form or shipped_form(), [declaration(draft)]))
        paths.append(path)
    return paths


def tells_of(finding: Finding, rule: str) -> bool:
    """Whether a finding is the rule's, or that about the cell which keeps the rule from being calculated."""
    return finding.rule == rule or rule in finding.message.partition("规则无法计算：")[2].partition("，")[0].split("、")

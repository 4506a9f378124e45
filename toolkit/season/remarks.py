"""Where a reviewer's remark in a row of its own points: unit, project and field as written → places in the declarations.

Comes in: a declaration and the field's name as the reviewer wrote it. Goes out: `Target`s, from the whole field to each
indicator row. Called by `decisions`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import PurePath

from toolkit.checking.model import Finding
from toolkit.comparing.entries import content_of
from toolkit.forms import Form
from toolkit.intake.model import Batch
from toolkit.intake.subjects import Key, identity
from toolkit.reading.model import BLANK, Declaration, Entry, Row
from toolkit.values.text import label_key, squeeze
from toolkit.values.words import DECLARATION, PROJECT_ROLE, WARNING

REMARK_RULE = "人工-意见"


@dataclass(frozen=True, slots=True)
class Target:
    """A field of a declaration, of one indicator row where `row` is given; `field` None for the project as a whole.

    `of_unit`: what is said concerns the unit and none of its projects.
    """

    form: Form
    declaration: Declaration
    field: str | None
    row: Row | None = None
    of_unit: bool = False

    @property
    def entry(self) -> Entry | None:
        """What stands there; for a whole column of the table its first cell, as the rules point at a column."""
        if self.of_unit:
            return None
        name = self.field or self.form.roles.get(PROJECT_ROLE, "")
        if self.row is not None:
            return self.row.entries.get(name)
        if self.form.table and name in self.form.table.names:
            first = next(iter(self.declaration.rows), None)
            return Entry(None, "", first[name].cell if first else None, BLANK)
        return self.declaration.entries.get(name)

    @property
    def cell(self) -> str | None:
        return self.entry.cell if self.entry else None

    def contents(self) -> set[str]:
        """Return what a reviewer may have copied to say which row is meant: the field's text, or the indicator's name."""
        texts = {*identity(self.form, self.row)[-1:], content_of(self.entry)}
        return {*texts, squeeze(self.entry.text) if self.entry else ""} - {""}

    def finding(self) -> Finding:
        """Return a finding that points here; its rule, severity and texts are the caller's to set."""
        declaration, value = self.declaration, content_of(self.entry)
        return Finding(
            rule=REMARK_RULE,
            severity=WARNING,
            family=DECLARATION,
            file=declaration.file,
            unit=declaration.unit,
            project=None if self.of_unit else declaration.project,
            sheet=None if self.of_unit else declaration.sheet,
            cell=self.cell,
            field=self.field,
            value=value or None,
            expected=None,
            message="",
            suggestion="",
            row=self.row.row if self.row else None,
        )


def targets(declaration: Declaration, form: Form, field: str, *, of_unit: bool = False) -> Iterator[Target]:
    """Yield the places in `declaration` that `field` can mean, the widest first; none when there is no such field.

    `field` is a 字段名 or a printed label, "" for the project as a whole. `of_unit` gives the unit's one place instead.
    """
    if not field:
        yield Target(form, declaration, None, of_unit=of_unit)
        return
    wanted = label_key(field)
    names = [name for name in form.by_name if label_key(name) == wanted]
    names = names or [name for name, each in form.by_name.items() if label_key(each.label) == wanted]
    columns = form.table.names if form.table else ()
    for name in names[:1]:
        yield Target(form, declaration, name, of_unit=of_unit)
        for row in declaration.rows if name in columns and not of_unit else ():
            yield Target(form, declaration, name, row)


def target_key(target: Target) -> Key:
    """Return the key of a remark here: the place, and the content it was made on."""
    declaration = target.declaration
    names = (declaration.unit, None if target.of_unit else declaration.project, target.field)
    place = [label_key(name or "") for name in names] + [*identity(target.form, target.row)]
    return Key(_digest(place), _digest([content_of(target.entry) if target.field else ""]))


def absent(batch: Batch) -> Callable[[str, str], bool]:
    """Return what tells of a unit and a project, "" for none, whether they are not in this run; a file's name is a unit's."""
    pairs = {(label_key(d.unit or ""), label_key(d.project or "")) for d in batch.declarations}
    units = {unit for unit, _ in pairs} | {label_key(PurePath(file.file).name) for file in batch.files}
    projects = {project for _, project in pairs}

    def tell(unit: str, project: str) -> bool:
        unit, project = label_key(unit), label_key(project)
        if not project:
            return not unit or unit not in units
        return (unit, project) not in pairs if unit else project not in projects

    return tell


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:16]

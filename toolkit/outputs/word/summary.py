"""A compiled template and the declarations of one unit → a .docx, written as it is made (flat memory). Called through `outputs.word`."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import BinaryIO

from toolkit.forms.model import Form, IndicatorTable
from toolkit.outputs.word.model import AUTHOR, BOOKMARK, BOOKMARK_ID, CREATED, PAGE, SUBJECT, Body, Contents, SummaryTemplate
from toolkit.outputs.word.pages import Plan, contents_pages, head_height, plan_pages
from toolkit.outputs.word.pieces import Option, Part, Piece, RowPattern, row_piece, write_part
from toolkit.outputs.word.rows import row_layout
from toolkit.outputs.word.values import bookmark_name, declaration_values, row_printer
from toolkit.reading.model import Declaration, Row

# How hard the main part is compressed: 3 takes half the time of zlib's usual 6 and makes it a third larger.
_LEVEL = 3


def write_summary(
    template: SummaryTemplate,
    declarations: Sequence[Declaration],
    stream: BinaryIO,
    *,
    draft: bool = False,
    created: datetime | None = None,
) -> None:
    """Write the summary of `declarations`, in their order, to `stream`; `draft` marks every page 草稿.

    `created` goes into the document's properties, by default the time of writing. Characters that XML cannot hold are
    left out; `dropped_characters` tells which. Raises ValueError without declarations.
    """
    if not declarations:
        raise ValueError("a summary needs at least one declaration")
    parts = template.draft if draft else template.final
    moment = (created or datetime.now(timezone.utc)).astimezone(timezone.utc)
    values = {
        **declaration_values(template.form, declarations[0]),
        SUBJECT: template.form.title,
        AUTHOR: declarations[0].unit or "",
        CREATED: f"{moment:%Y-%m-%dT%H:%M:%SZ}",
    }
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        for name, part in parts:
            if isinstance(part, Body):
                with archive.open(name, "w") as out:
                    for markup in _Writer(part, template.form, declarations).body():
                        out.write(markup.encode("utf-8"))
            else:
                write_part(archive, name, part.fill(values) if isinstance(part, Piece) else part)


@dataclass(frozen=True)
class _Project:
    """A project ready to be printed: the texts of its fields and rows, and its pages."""

    values: dict[str, str]
    rows: list[dict[str, str]]
    labels: tuple[tuple[str, ...], ...]
    plan: Plan
    more: Mapping[int, tuple[list[dict[str, str]], tuple[tuple[str, ...], ...]]]


# So many projects keep their texts between the contents and their pages; what comes after is printed again, for memory's sake.
_KEPT = 32


class _Writer:
    """Prints the main part of one summary."""

    def __init__(self, body: Body, form: Form, declarations: Sequence[Declaration]) -> None:
        self._template, self._form, self._declarations = body, form, declarations
        self._printer: Callable[[Row], dict[str, str]] = row_printer(form.table)
        self._further = [(p.number, p.table) for p in _patterns(body.first) if p.table is not None and not p.table.first]
        self._levels = form.table.levels if form.table else ()
        self._listed = body.contents is not None and len(declarations) > 1
        self._outside = self._with_headings(declaration_values(form, declarations[0]))
        self._plans: list[Plan] = []
        self._kept: list[_Project] = []

    def body(self) -> Iterator[str]:
        """Yield the markup of the main part, one string per project."""
        template, outside = self._template, self._outside
        yield _printed(template.head, outside)
        if template.contents is not None and self._listed:
            yield from self._contents(template.contents)
        yield _printed(template.rest, outside)
        start = 0 if self._listed else head_height(template.layout, outside)
        for index, declaration in enumerate(self._declarations):
            project = self._kept[index] if index < len(self._kept) else self._project(index, declaration, 0 if index else start)
            block = template.following if index or self._listed else template.first
            yield "".join(self._parts(block, project))
        yield _printed(template.tail, outside)

    def _with_headings(self, values: Mapping[str, str]) -> dict[str, str]:
        made = dict(values)
        for heading in self._template.headings:
            made |= heading.texts(values)
        return made

    def _project(self, index: int, declaration: Declaration, start: int) -> _Project:
        values = self._with_headings(declaration_values(self._form, declaration))
        values |= self._bookmark(index, declaration)
        rows = [self._printer(row) for row in declaration.rows or (Row(0, {}),)]
        labels = tuple([tuple([row[level] for level in self._levels]) for row in rows])
        more = {number: self._rows_of(declaration, table) for number, table in self._further}
        plan = self._plans[index] if index < len(self._plans) else plan_pages(self._template.layout, values, rows, labels, start, more)
        return _Project(values, rows, labels, plan, more)

    def _rows_of(self, declaration: Declaration, table: IndicatorTable) -> tuple[list[dict[str, str]], tuple[tuple[str, ...], ...]]:
        """Return the texts of the rows of a further table, and their level labels."""
        printer = row_printer(table)
        rows = [printer(row) for row in declaration.rows_of(table) or (Row(0, {}),)]
        return rows, tuple(tuple(row[level] for level in table.levels) for row in rows)

    def _bookmark(self, index: int, declaration: Declaration) -> dict[str, str]:
        """Return name and number of a project's bookmark."""
        name = self._template.contents.name if self._template.contents else ""
        text = declaration_values(self._form, declaration, (name,)).get(name, "")
        return {BOOKMARK: bookmark_name(index + 1, text), BOOKMARK_ID: str(self._template.bookmarks + index)}

    def _contents(self, contents: Contents) -> Iterator[str]:
        """Yield the contents list, with the page of each project as estimated; keep the estimates."""
        shared: dict[Plan, Plan] = {}
        for index, declaration in enumerate(self._declarations):
            project = self._project(index, declaration, 0)
            self._plans.append(shared.setdefault(project.plan, project.plan))
            if index < _KEPT:
                self._kept.append(project)
        names = contents.entries[0].names
        texts = (declaration_values(self._form, declaration, names) for declaration in self._declarations)
        page = 1 + contents_pages(self._template.layout, self._outside, texts)
        yield contents.before.fill(self._outside)
        last = len(self._declarations) - 1
        for index, declaration in enumerate(self._declarations):
            entry = contents.entries[0 if not index else 2 if index == last else 1]
            texts_here = declaration_values(self._form, declaration, names)
            yield entry.fill({**texts_here, **self._bookmark(index, declaration), PAGE: str(page)})
            page += self._plans[index].pages
        yield contents.after.fill(self._outside)

    def _parts(self, block: Sequence[Part], project: _Project) -> Iterator[str]:
        for part in block:
            if isinstance(part, Piece):
                yield part.fill(project.values)
            elif isinstance(part, RowPattern):
                yield from self._rows(part, project)
            elif any(project.values[name].strip() for name in part.names):
                yield from self._parts(part.parts, project)

    def _rows(self, pattern: RowPattern, project: _Project) -> Iterator[str]:
        """Yield the rows of one indicator table; a single field in the prototype row prints in each of them."""
        breaks, tall = project.plan.breaks[pattern.number], project.plan.tall[pattern.number]
        rows, labels = project.rows, project.labels
        if pattern.table is not None and not pattern.table.first:
            rows, labels = project.more[pattern.number]
        layout = row_layout(labels, breaks)
        for index, (row, (states, keep)) in enumerate(zip(rows, layout, strict=True)):
            piece = row_piece(pattern, states, keep, index in breaks, index in tall)
            yield piece.fill({**project.values, **row} if pattern.fixed else row)


def _patterns(parts: Sequence[Part]) -> Iterator[RowPattern]:
    """Yield the prototype rows of a block."""
    for part in parts:
        if isinstance(part, RowPattern):
            yield part
        elif isinstance(part, Option):
            yield from _patterns(part.parts)


def _printed(parts: Sequence[Part], values: Mapping[str, str]) -> str:
    """Return what stands outside the projects, where there are no indicator tables."""
    return "".join(
        part.fill(values) if isinstance(part, Piece) else _printed(part.parts, values)
        for part in parts
        if isinstance(part, Piece) or (not isinstance(part, RowPattern) and any(values[n].strip() for n in part.names))
    )

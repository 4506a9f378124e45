"""Word 汇总表: a compiled template and the declarations of one unit → a .docx, written as it is made (flat memory).

`workflow` compiles the template once and writes one summary per unit. **The template is an ordinary Word document**:

- `{{字段名}}` anywhere in the text, the header or the footer prints that field; part of it may be in another format.
  Outside the block of a project the first declaration gives the value (`{{实施单位}}{{年度}}年度…` in the heading).
- The block of a project stands between a paragraph `{{#项目}}` and a paragraph `{{/项目}}`, which are not printed;
  without them it is all after the first paragraph. It is repeated per project, each on a new page and bookmarked.
- Paragraphs between `{{#目录}}` and `{{/目录}}`, before the projects, are the contents list; the one with `{{页码}}` is
  repeated per project. It is left out of a summary of one project.
- A table row with columns of the indicator table (`{{三级指标}}`; `{{指标值}}` is 符号, 数值 and 计量单位 together) is
  the prototype row, repeated per indicator. A cell that holds just a level column is merged downwards by group. A cell
  of that row with which a vertical merge starts in the template (the label 绩效指标) is merged over all rows. A
  project without indicators gets one blank row. A table that takes several pages is parted where a page ends, and its
  merged labels are printed anew (`word_pages`).
- What stands between `{{#字段}}` and `{{/字段}}`, and the table row (or paragraph) with `{{?字段}}` or `{{?甲、乙}}` in it,
  is left out where these fields are blank.
- A value's line breaks make paragraphs where the placeholder is alone in one of a table cell, else breaks in the line.

Styles, fonts, headers, sections and every other part come from the template as they are.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import BinaryIO

from toolkit.forms.model import Form
from toolkit.outputs.word.model import AUTHOR, BOOKMARK, BOOKMARK_ID, CREATED, PAGE, SUBJECT, Body, Contents, SummaryTemplate
from toolkit.outputs.word.pages import Plan, contents_pages, head_height, plan_pages
from toolkit.outputs.word.pieces import Part, Piece, RowPattern, row_piece
from toolkit.outputs.word.rows import row_layout
from toolkit.outputs.word.values import (
    Dropped,
    bookmark_name,
    declaration_values,
    dropped_characters,
    row_printer,
    some_values,
)
from toolkit.reading.model import Declaration, Row

__all__ = ["Dropped", "SummaryTemplate", "compile_template", "dropped_characters", "write_summary"]


# How hard the main part is compressed: 3 takes half the time of zlib's usual 6 and makes it a third larger.
_LEVEL = 3


def compile_template(path: Path, form: Form) -> SummaryTemplate:
    """Return the Word template at `path`, ready to be filled with declarations of `form`.

    Raises FormError, its `mistakes` one Chinese line each, when it is no Word document or does not fit the form.
    """
    # Only compiling needs lxml.
    from toolkit.outputs.word.template import compile_summary

    return compile_summary(path, form)


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
                info = zipfile.ZipInfo(name)
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, part.fill(values) if isinstance(part, Piece) else part)


@dataclass(frozen=True)
class _Project:
    """A project ready to be printed: the texts of its fields and rows, and its pages."""

    values: dict[str, str]
    rows: list[dict[str, str]]
    labels: tuple[tuple[str, ...], ...]
    plan: Plan


class _Writer:
    """Prints the main part of one summary."""

    def __init__(self, body: Body, form: Form, declarations: Sequence[Declaration]) -> None:
        self._template, self._form, self._declarations = body, form, declarations
        self._printer: Callable[[Row], dict[str, str]] = row_printer(form)
        self._levels = form.table.levels if form.table else ()
        self._listed = body.contents is not None and len(declarations) > 1
        self._outside = declaration_values(form, declarations[0])
        self._plans: list[Plan] = []

    def body(self) -> Iterator[str]:
        """Yield the markup of the main part, one string per project."""
        template, outside = self._template, self._outside
        yield _printed(template.head, outside)
        if template.contents is not None and self._listed:
            yield from self._contents(template.contents)
        yield _printed(template.rest, outside)
        start = 0 if self._listed else head_height(template.layout, outside)
        for index, declaration in enumerate(self._declarations):
            project = self._project(index, declaration, 0 if index else start)
            block = template.following if index or self._listed else template.first
            yield "".join(self._parts(block, project))
        yield _printed(template.tail, outside)

    def _project(self, index: int, declaration: Declaration, start: int) -> _Project:
        values = dict(declaration_values(self._form, declaration))
        values |= self._bookmark(index, declaration)
        rows = [self._printer(row) for row in declaration.rows or (Row(0, {}),)]
        labels = tuple([tuple([row[level] for level in self._levels]) for row in rows])
        plan = self._plans[index] if index < len(self._plans) else plan_pages(self._template.layout, values, rows, labels, start)
        return _Project(values, rows, labels, plan)

    def _bookmark(self, index: int, declaration: Declaration) -> dict[str, str]:
        """Return name and number of a project's bookmark."""
        name = self._template.contents.name if self._template.contents else ""
        text = some_values(self._form, declaration, (name,)).get(name, "")
        return {BOOKMARK: bookmark_name(index + 1, text), BOOKMARK_ID: str(self._template.bookmarks + index)}

    def _contents(self, contents: Contents) -> Iterator[str]:
        """Yield the contents list, with the page of each project as estimated; keep the estimates."""
        shared: dict[Plan, Plan] = {}
        for index, declaration in enumerate(self._declarations):
            plan = self._project(index, declaration, 0).plan
            self._plans.append(shared.setdefault(plan, plan))
        names = contents.entries[0].names
        texts = (some_values(self._form, declaration, names) for declaration in self._declarations)
        page = 1 + contents_pages(self._template.layout, self._outside, texts)
        yield contents.before.fill(self._outside)
        last = len(self._declarations) - 1
        for index, declaration in enumerate(self._declarations):
            entry = contents.entries[0 if not index else 2 if index == last else 1]
            texts_here = some_values(self._form, declaration, names)
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
        layout = row_layout(project.labels, breaks)
        for index, (row, (states, keep)) in enumerate(zip(project.rows, layout, strict=True)):
            piece = row_piece(pattern, states, keep, index in breaks, index in tall)
            yield piece.fill({**project.values, **row} if pattern.fixed else row)


def _printed(parts: Sequence[Part], values: Mapping[str, str]) -> str:
    """Return what stands outside the projects, where there are no indicator tables."""
    return "".join(
        part.fill(values) if isinstance(part, Piece) else _printed(part.parts, values)
        for part in parts
        if isinstance(part, Piece) or (not isinstance(part, RowPattern) and any(values[n].strip() for n in part.names))
    )

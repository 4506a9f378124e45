"""Word 汇总表: a compiled template and the declarations of one unit → a .docx, written as it is made (flat memory).

`workflow` compiles the template once and writes one summary per unit. **The template is an ordinary Word document**:

- `{{字段名}}` anywhere in the text, the header or the footer prints that field; part of it may be in another format.
  Outside the block of a project the first declaration gives the value (`{{实施单位}}{{年度}}年度…` in the heading).
- The block of a project stands between a paragraph `{{#项目}}` and a paragraph `{{/项目}}`, which are not printed;
  without them it is all after the first paragraph. It is repeated per project, each on a new page.
- A table row with columns of the indicator table (`{{三级指标}}`; `{{指标值}}` is 符号, 数值 and 计量单位 together) is
  the prototype row, repeated per indicator. A cell that holds just a level column is merged downwards by group. A cell
  of that row with which a vertical merge starts in the template (the label 绩效指标) is merged over all rows. A
  project without indicators gets one blank row.
- A value's line breaks make paragraphs where the placeholder is alone in one of a table cell, else breaks in the line.

Styles, fonts, headers, sections and every other part come from the template as they are.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from toolkit.forms.model import Form
from toolkit.outputs.word_groups import row_layout
from toolkit.outputs.word_pieces import Body, Piece, RowPattern, SummaryTemplate, row_piece
from toolkit.outputs.word_values import declaration_values, row_printer
from toolkit.reading.model import Declaration, Row

__all__ = ["SummaryTemplate", "compile_template", "write_summary"]

def compile_template(path: Path, form: Form) -> SummaryTemplate:
    """Return the Word template at `path`, ready to be filled with declarations of `form`.

    Raises FormError, its `mistakes` one Chinese line each, when it is no Word document or does not fit the form.
    """
    # Only compiling needs lxml.
    from toolkit.outputs.word_template import compile_summary

    return compile_summary(path, form)


def write_summary(
    template: SummaryTemplate, declarations: Sequence[Declaration], stream: BinaryIO, *, draft: bool = False
) -> None:
    """Write the summary of `declarations`, in their order, to `stream`; `draft` marks every page 草稿.

    Characters that XML cannot hold are left out. Raises ValueError without declarations.
    """
    if not declarations:
        raise ValueError("a summary needs at least one declaration")
    parts = template.draft if draft else template.final
    values = declaration_values(template.form, declarations[0])
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            if isinstance(part, Body):
                with archive.open(info, "w") as out:
                    for markup in _body(part, template.form, declarations):
                        out.write(markup.encode("utf-8"))
            else:
                archive.writestr(info, part.fill(values) if isinstance(part, Piece) else part)


def _body(body: Body, form: Form, declarations: Sequence[Declaration]) -> Iterator[str]:
    """Yield the markup of the main part, one string per project."""
    outside = declaration_values(form, declarations[0])
    printer = row_printer(form)
    yield body.head.fill(outside)
    for index, declaration in enumerate(declarations):
        yield _project(body.following if index else body.first, form, printer, declaration)
    yield body.tail.fill(outside)


def _project(
    block: Sequence[Piece | RowPattern], form: Form, printer: Callable[[Row], dict[str, str]], declaration: Declaration
) -> str:
    values = declaration_values(form, declaration)
    parts = []
    for part in block:
        if isinstance(part, Piece):
            parts.append(part.fill(values))
        else:
            rows = [printer(row) for row in declaration.rows or (Row(0, {}),)]
            parts.extend(_rows(part, form.table.levels if form.table else (), rows, values))
    return "".join(parts)


def _rows(
    pattern: RowPattern, levels: tuple[str, ...], rows: Sequence[dict[str, str]], values: Mapping[str, str]
) -> Iterator[str]:
    """Yield the rows of one indicator table; a single field in the prototype row prints in each of them."""
    layout = row_layout(tuple([tuple([row[level] for level in levels]) for row in rows]))
    for row, (states, keep) in zip(rows, layout, strict=True):
        yield row_piece(pattern, states, keep).fill({**values, **row})

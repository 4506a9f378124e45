"""Word 汇总表: a compiled template and the declarations of one unit → a .docx, written as it is made (flat memory).

`workflow` compiles the template once and writes one summary per unit; `form lint` compiles it to tell its mistakes. **The template is an ordinary Word document**:

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
  merged labels are printed anew (`pages`).
- What stands between `{{#字段}}` and `{{/字段}}`, and the table row (or paragraph) with `{{?字段}}` or `{{?甲、乙}}` in it,
  is left out where these fields are blank.
- A value's line breaks make paragraphs where the placeholder is alone in one of a table cell, else breaks in the line.

Styles, fonts, headers, sections and every other part come from the template as they are.
"""

from __future__ import annotations

from pathlib import Path

from toolkit.forms.model import Form
from toolkit.outputs.word.model import SummaryTemplate
from toolkit.outputs.word.summary import write_summary
from toolkit.outputs.word.values import Dropped, dropped_characters

__all__ = ["Dropped", "SummaryTemplate", "compile_template", "dropped_characters", "other_labels", "write_summary"]


def compile_template(path: Path, form: Form) -> SummaryTemplate:
    """Return the Word template at `path`, ready to be filled with declarations of `form`.

    Raises FormError, its `mistakes` one Chinese line each, when it is no Word document or does not fit the form.
    """
    # Only compiling needs python-docx.
    from toolkit.outputs.word.template import compile_summary

    return compile_summary(path, form)


def other_labels(path: Path, form: Form) -> list[str]:
    """Return a line for each field that a sound Word template labels otherwise than the form. Raises FormError."""
    from toolkit.outputs.word.source import other_labels

    return other_labels(path, form)

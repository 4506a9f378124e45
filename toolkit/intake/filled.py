"""Whether a unit filled in anything of what it sent back: beside what the issuer filled in, and what stands there from last year.

Comes in: a declaration as read, its form. Called by `onefile` for every sheet, by `workflow.issue` for the digits it stamps a workbook with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from hashlib import sha256

from toolkit.comparing.entries import content_of
from toolkit.forms import Form
from toolkit.forms.model import IndicatorTable
from toolkit.reading.model import BLANK, MISSING, UNFILLED, Declaration, Doubt, Entry, Row
from toolkit.spreadsheet.properties import BEGUN_DIGITS
from toolkit.values.words import ERROR, PROJECT_ROLE, YEAR_ROLE


def is_filled(declaration: Declaration, form: Form, prefilled: Container[str] = ()) -> bool:
    """Whether the unit filled in anything: what the issuer fills, in `prefilled` fields too, the year and what a formula gives do not count."""
    if any(_says_more(row, table) for table in form.tables for row in declaration.rows_of(table)):
        return True
    for field_ in form.fields:
        ours = field_.from_issuer or field_.formula or field_.role == YEAR_ROLE or field_.name in prefilled
        if not ours and declaration[field_.name].state not in (BLANK, MISSING):
            return True
    return False


def _says_more(row: Row, table: IndicatorTable) -> bool:
    """Whether a row says more than where it belongs: a blank form prints the words of its levels."""
    return any(entry.state not in (BLANK, MISSING) for name, entry in row.entries.items() if name not in table.levels)


def blank_copies(declarations: Sequence[Declaration], filled: Sequence[Declaration]) -> list[str]:
    """Return a sentence for each sheet on which blank copies of the form stand beside filled ones."""
    left = Counter(each.sheet for each in declarations) - Counter(each.sheet for each in filled)
    sheets = {each.sheet for each in filled}
    return [f"工作表“{sheet}”里另有 {count} 份空白的申报表，没有填写，没有读入。" for sheet, count in left.items() if sheet in sheets]


def digits_of(declaration: Declaration, form: Form) -> str:
    """Return the first digits that stand for what is filled in, what a formula gives apart: the same as issued and as read again."""

    def filled(entries: Mapping[str, Entry]) -> list[tuple[str, str]]:
        known = sorted((name, content_of(entry)) for name, entry in entries.items() if name in form.by_name)
        return [(name, text) for name, text in known if text and not form.by_name[name].formula]

    rows = [filled(row.entries) for table in form.tables for row in declaration.rows_of(table)]
    said = repr((filled(declaration.entries), rows)).encode("utf-8", "surrogatepass")
    return sha256(said).hexdigest()[:BEGUN_DIGITS]


def as_unfilled(declaration: Declaration) -> Declaration:
    """Return a sheet that was made for a project, and on which the unit has filled in nothing, with nothing said of it but that."""
    field = declaration.roles.get(PROJECT_ROLE)
    cell = declaration[field].cell if field else None
    what = "只有下发时沿用的内容" if declaration.rows else "是空的"
    message = f"项目“{declaration.project or declaration.sheet or ''}”的申报表{what}，还没有填报。"
    doubt = Doubt(UNFILLED, ERROR, field, cell, declaration.project, message, "请填报后重新报送。")
    return replace(declaration, doubts=(doubt,), repairs=())

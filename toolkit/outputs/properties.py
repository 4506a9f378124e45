"""The custom document properties of our outputs: what kind each is (`jixiao.kind`), of which form, for which unit.

`stamp` is for workbooks that XlsxWriter makes, `stamp_draft` for a package being changed, workbook or Word document.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from toolkit.package.draft import Draft
from toolkit.spreadsheet.properties import set_custom_properties

if TYPE_CHECKING:
    import xlsxwriter

KIND, FORM, VERSION = "jixiao.kind", "jixiao.form", "jixiao.version"

# Of an issued workbook: its unit, and the fields filled in for it (of the unit, of each project), parted by 、.
UNIT, UNIT_FIELDS, PROJECT_FIELDS = "jixiao.unit", "jixiao.unit-fields", "jixiao.project-fields"

# What `jixiao.kind` says.
FILLED, OVERVIEW, EXPORT = "填报", "总表", "导出"
REVIEW = "审核报告"
MARKED, NOTICE = "退改", "退改通知"
TIDIED = "修复记录"
COMPARISON = "对比"
SUMMARY = "汇总表"


def stamp(book: xlsxwriter.Workbook, kind: str) -> None:
    """Say in a workbook being made by XlsxWriter of what kind it is."""
    book.set_custom_property(KIND, kind)


def stamp_draft(draft: Draft, kind: str, more: Mapping[str, str] = MappingProxyType({})) -> None:
    """Say in a package of what kind it is, and `more` properties; what its template says of the same gives way."""
    values = {KIND: kind, **more}
    set_custom_properties(draft, dict.fromkeys(values))
    set_custom_properties(draft, values)

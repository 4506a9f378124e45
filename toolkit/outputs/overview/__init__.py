"""总表.xlsx: all declarations of a merge in one workbook, for the leaders; every summary is a live formula over the detail.

Comes in: the form, its declarations in order, and what the publishing gate said. Goes out: the workbook's bytes, with the
result cached beside each formula. What the gate said of each unit is a `UnitReview`, what is left out an
`Omission`. Called by `workflow.merge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from toolkit.forms.model import Form
from toolkit.outputs.overview.book import Book, Formats
from toolkit.outputs.overview.funding import funding_sheet
from toolkit.outputs.overview.groups import list_sheet, unit_sheet
from toolkit.outputs.overview.lists import (
    DRAFTED,
    LEFT_OUT,
    MERGED,
    NOT_PUBLIC,
    Omission,
    UnitReview,
    detail_sheet,
    indicator_sheet,
    omission_sheet,
    review_sheet,
)
from toolkit.outputs.overview.sums import Detail, Money
from toolkit.outputs.sheets import workbook_bytes
from toolkit.reading.model import Declaration
from toolkit.spreadsheet.properties import OVERVIEW
from toolkit.values.words import YEAR_ROLE

__all__ = ["DRAFTED", "LEFT_OUT", "MERGED", "NOT_PUBLIC", "Omission", "UnitReview", "overview_workbook"]


def overview_workbook(
    form: Form,
    declarations: Sequence[Declaration],
    *,
    draft: bool = False,
    wan: bool = False,
    public: Sequence[bool] | None = None,
    reviews: Sequence[UnitReview] = (),
    omissions: Sequence[Omission] = (),
) -> bytes:
    """Return 总表.xlsx; `draft` marks every page 草稿, `wan` shows the summaries in 万元.

    The sheets: 项目明细 (always in 元; with 是否公开 where `public` says so for each declaration), 指标明细 (where the form has
    rows), 按单位, 按类别与性质 (where it has lists), 资金构成 (where it has amounts), 审核情况 and 未汇总清单 (where there are any).
    """

    def fill(file: Any) -> None:
        detail = Detail(form, declarations, public, Money(wan))
        book = Book(file, Formats(file), detail)
        mark = "（草稿）" if draft else ""
        info = _info(detail)
        brief = f"{info}　（显示两位小数，单元格里是精确数）" if wan else info

        def title(what: str) -> str:
            return f"{form.title}{what}{mark}"

        detail_sheet(book, title("总表"), info)
        for table in form.tables:
            indicator_sheet(book, table, title(f"总表　{'指标' if table.first else table.name}明细"), info)
        units: dict[str, int] = {}
        if detail.unit:
            units = unit_sheet(book, detail.unit, title("汇总　按单位"), brief)
        if detail.lists:
            list_sheet(book, title("汇总　按类别与性质"), brief)
        funding_sheet(book, units, title("汇总　资金构成"), brief)
        if reviews:
            review_sheet(book, reviews, title("审核情况"))
        if omissions:
            omission_sheet(book, omissions, title("未汇总、未公开清单"), "")
        if draft:
            for sheet in file.worksheets():
                sheet.set_header('&C&"宋体,Bold"&20&KC00000草稿')

    return workbook_bytes(OVERVIEW, fill)


def _info(detail: Detail) -> str:
    """The line under every title: the years, how many units and projects."""
    years = sorted({declaration.year for declaration in detail.declarations if declaration.year})
    parts = [f"{YEAR_ROLE}：{'、'.join(map(str, years))}"] if years else []
    if detail.unit:
        parts.append(f"{len(detail.groups(detail.unit.name))} 家单位")
    return "　".join([*parts, f"{len(detail.declarations)} 个项目"])

"""总表.xlsx: all declarations of a merge in one workbook, for the leaders; every summary is a live formula over the detail.

Comes in: the form, its declarations in order, and what the publishing gate said. Goes out: the workbook's bytes, with the
result cached beside each formula. What the gate said of each unit is a `UnitReview`, what is left out an
`Omission`. Called by `workflow.merge`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from toolkit.checking.model import Finding
from toolkit.forms.model import Form
from toolkit.outputs.overview.balanced import balanced_sheet
from toolkit.outputs.overview.book import Book, Formats
from toolkit.outputs.overview.funding import funding_sheet
from toolkit.outputs.overview.groups import list_sheet, unit_sheet
from toolkit.outputs.overview.lists import (
    DRAFTED,
    LEFT_OUT,
    MERGED,
    NOT_PUBLIC,
    Coverage,
    Omission,
    UnitReview,
    detail_sheet,
    explained_sheet,
    indicator_sheet,
    omission_sheet,
    review_sheet,
)
from toolkit.outputs.overview.sums import Detail, Money
from toolkit.outputs.sheets import workbook_bytes
from toolkit.reading.model import Declaration
from toolkit.spreadsheet.properties import OVERVIEW
from toolkit.values.words import YEAR_ROLE

__all__ = ["DRAFTED", "LEFT_OUT", "MERGED", "NOT_PUBLIC", "Coverage", "Omission", "UnitReview", "Verdicts", "overview_workbook"]


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What the publishing gate said: of each declaration whether it is public (None without a roster), of each unit what became of
    it, what is left out, how much of what was expected there is, and what units explained."""

    public: Sequence[bool] | None = None
    reviews: Sequence[UnitReview] = ()
    omissions: Sequence[Omission] = ()
    coverage: Coverage | None = None
    explained: Sequence[Finding] = ()


NOTHING_SAID = Verdicts()


def overview_workbook(
    form: Form,
    declarations: Sequence[Declaration],
    *,
    draft: bool = False,
    wan: bool = False,
    said: Verdicts = NOTHING_SAID,
) -> bytes:
    """Return 总表.xlsx; `draft` marks every page 草稿, `wan` shows the summaries in 万元.

    `said` is what the gate said; with a `coverage` every sheet says how much of what was expected its figures hold.

    The sheets: 项目明细 (always in 元; with 是否公开 where it is known), 指标明细 (where the form has
    rows), 按单位, in 万元 the same once more rounded so that it adds up, 按类别与性质 (where it has lists), 资金构成 (where it has amounts), 审核情况, 未汇总清单 and 已说明清单 (where there are any).
    """

    def fill(file: Any) -> None:
        detail = Detail(form, declarations, said.public, Money(wan))
        book = Book(file, Formats(file), detail)
        mark = "（草稿）" if draft else ""
        info, plain = "　".join(filter(None, (_info(detail, said.coverage), detail.blanks()))), _info(detail, said.coverage)
        brief = f"{info}　（显示两位小数，单元格里是精确数）" if wan else info

        def title(what: str) -> str:
            return f"{form.title}{what}{mark}"

        detail_sheet(book, title("总表"), info)
        for table in form.tables:
            indicator_sheet(book, table, title(f"总表　{'指标' if table.first else table.name}明细"), plain)
        units: dict[str, int] = {}
        if detail.unit:
            units = unit_sheet(book, detail.unit, title("汇总　按单位"), brief)
            if wan and detail.amounts:
                balanced_sheet(book, detail.unit, title("汇总　按单位（舍位平衡）"), info)
        if detail.lists:
            list_sheet(book, title("汇总　按类别与性质"), brief)
        funding_sheet(book, units, title("汇总　资金构成"), brief)
        if said.reviews:
            review_sheet(book, said.reviews, title("审核情况"))
        if said.omissions:
            omission_sheet(book, said.omissions, title("未汇总、未公开清单"), "")
        if said.explained:
            explained_sheet(book, said.explained, title("单位已说明的问题"))
        if draft:
            for sheet in file.worksheets():
                sheet.set_header('&C&"宋体,Bold"&20&KC00000草稿')

    return workbook_bytes(OVERVIEW, fill)


def _info(detail: Detail, coverage: Coverage | None) -> str:
    """The line under every title: the years, how many units and projects."""
    years = sorted({declaration.year for declaration in detail.declarations if declaration.year})
    parts = [f"{YEAR_ROLE}：{'、'.join(map(str, years))}"] if years else []
    if coverage is not None and detail.unit:
        return "　".join([*parts, coverage.line(len(detail.declarations))])
    if detail.unit:
        parts.append(f"{len(detail.groups(detail.unit.name))} 家单位")
    return "　".join([*parts, f"{len(detail.declarations)} 个项目"])

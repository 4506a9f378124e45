"""万元舍位平衡: the sums by unit in 万元 with two decimals that add up as printed, and which figures were adjusted for it.

Comes in: `Detail`. What a sum is made of is balanced together with it, in rows and columns; any other amount in its column. A sum that its
parts do not make exactly (in a draft) is balanced by itself. Called by `overview` where the summaries are in 万元.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.forms.model import Field
from toolkit.outputs.overview.book import Book, Page, group_heads, head_row, open_sheet, row_height
from toolkit.outputs.overview.sums import UNFILLED, Detail
from toolkit.values.balance import balanced, rounded

BALANCED = "万元舍位平衡"

# The unit that is balanced in 元: 0.01 万元.
_STEP = Decimal(100)
_TO_WAN = Decimal(100)
_ADJUSTED = ("单位", "金额", "精确数", "四舍五入", "平衡后")
_TOTAL = "合计"


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure in hundredths of a 万元: exact, and as it was balanced."""

    exact: Decimal
    shown: int

    @property
    def adjusted(self) -> bool:
        return self.shown != rounded(self.exact)


def balanced_sheet(book: Book, owner: Field, title: str, info: str) -> None:
    """A row per unit, the total last, then the figures that are not as ordinary rounding has them."""
    detail = book.detail
    names = [field.name for field in detail.amounts]
    units = detail.groups(owner.name)
    figures = _figures(detail, owner.name, units)
    widths = [6.0, 36.0, *(17.0 for _ in names)]
    page = open_sheet(book, BALANCED, title, widths, info=info, unit=detail.money.name)
    group_heads(page, ["序号", detail.heading(owner.name), *map(detail.heading, names)], names)
    page.sheet.freeze_panes(detail.first, 2)
    for row, unit in enumerate((*units, _TOTAL), start=detail.first):
        last = row == detail.first + len(units)
        page.sheet.set_row(row, row_height([(unit, widths[1])]))
        page.text(row, 0, "" if last else str(row - detail.first + 1), page.formats.total if last else page.formats.centre)
        page.text(row, 1, unit or UNFILLED, page.formats.total if last else None)
        for column, name in enumerate(names, start=2):
            figure = figures[name][row - detail.first]
            look = page.formats.total_money if last else page.formats.adjusted if figure.adjusted else page.formats.money
            page.sheet.write_number(row, column, float(figure.shown / _TO_WAN), look)
    _list(page, [*(unit or UNFILLED for unit in units), _TOTAL], names, figures)


def _figures(detail: Detail, owner: str, units: Sequence[str]) -> dict[str, list[_Figure]]:
    """The column of each amount: a figure per unit, the total last."""
    totals = detail.totals(owner)
    exact = {field.name: [totals[(unit,)][field.name] / _STEP for unit in units] for field in detail.amounts}
    found: dict[str, list[_Figure]] = {}
    for each in detail.identities:
        names = [each.total, *each.parts]
        whole = all(exact[each.total][n] == sum((exact[part][n] for part in each.parts), Decimal(0)) for n in range(len(units)))
        if whole and not found.keys() & set(names):
            table = balanced([[exact[part][n] for part in each.parts] for n in range(len(units))])
            for index, part in enumerate(each.parts):
                found[part] = _column(exact[part], [row[index] for row in table])
            found[each.total] = _column(exact[each.total], [sum(row) for row in table])
    for name, column in exact.items():
        if name not in found:
            found[name] = _column(column, [row[0] for row in balanced([[value] for value in column])])
    return found


def _column(exact: Sequence[Decimal], shown: Sequence[int]) -> list[_Figure]:
    whole = _Figure(sum(exact, Decimal(0)), sum(shown))
    return [*(_Figure(one, other) for one, other in zip(exact, shown, strict=True)), whole]


def _list(page: Page, units: Sequence[str], names: Sequence[str], figures: dict[str, list[_Figure]]) -> None:
    """The figures that are one hundredth away from ordinary rounding."""
    top = page.detail.first + len(units) + 1
    found = [(unit, name, figures[name][n]) for n, unit in enumerate(units) for name in names if figures[name][n].adjusted]
    if not found:
        page.sheet.write_string(top, 0, "各数都是四舍五入的结果，没有调整。", page.formats.note)
        return
    page.sheet.write_string(
        top, 0, f"为了行列合计相等，有 {len(found)} 个数比四舍五入多或少 0.01 万元（上面标了颜色）：", page.formats.note
    )
    head_row(page, top + 1, ["序号", *_ADJUSTED])
    for number, (unit, name, figure) in enumerate(found, start=1):
        row = top + 1 + number
        page.text(row, 0, str(number), page.formats.centre)
        page.text(row, 1, unit)
        page.text(row, 2, page.detail.heading(name))
        page.exact(row, 3, figure.exact / _TO_WAN)
        for column, value in ((4, rounded(figure.exact)), (5, figure.shown)):
            page.sheet.write_number(row, column, float(value / _TO_WAN), page.formats.money)

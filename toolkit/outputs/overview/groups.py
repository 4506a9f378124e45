"""The summaries of 总表.xlsx: 按单位 and 按类别与性质, live over 项目明细.

Comes in: `Detail`. Every figure is a SUMIFS or COUNTIFS over 项目明细 (an exact comparison where a name would be taken for a
wildcard), its result cached beside it. Called by `overview`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from toolkit.forms.model import Field
from toolkit.outputs.overview.book import HEAD, INFO, TITLE, Book, Page, as_list, group_heads, head_row, open_sheet, row_height
from toolkit.outputs.overview.charts import Area, amount_chart, insert_chart
from toolkit.outputs.overview.sums import UNFILLED
from toolkit.spreadsheet.a1 import cell_name
from toolkit.values.amounts import round_half_up

BY_UNIT, BY_LIST = "按单位", "按类别与性质"

SHARE = "占比"
_BAR = "#9DC3E6"


def unit_sheet(book: Book, owner: Field, title: str, info: str) -> dict[str, int]:
    """A row per unit, as the field `owner` says it: its projects, every amount, its share. Returns the 0-based row of each unit."""
    detail = book.detail
    units = detail.groups(owner.name)
    columns = len(detail.amounts) + 3 + (detail.main is not None)
    widths = [6.0, 36.0, 9.0, *(17.0 for _ in detail.amounts), 10.0][:columns]
    page = open_sheet(book, BY_UNIT, title, widths, info=info, unit=detail.money.name)
    heads = ["序号", detail.heading(owner.name), "项目数", *(detail.heading(f.name) for f in detail.amounts), SHARE]
    first = detail.first
    group_heads(page, heads[:columns], [*(field.name for field in detail.amounts), SHARE][: columns - 3])
    for number, unit in enumerate(units):
        page.sheet.write_number(first + number, 0, number + 1, page.formats.order)
        page.sheet.set_row(first + number, row_height([(unit, widths[1])]))
    _group_rows(page, owner.name, first, 1)
    page.sheet.write_blank(first + len(units), 0, None, page.formats.total)
    as_list(page, len(units), frozen=2, first=first)
    if detail.main is not None and units:
        column = 3 + detail.amounts.index(detail.main)
        bar = {"type": "data_bar", "bar_solid": True, "bar_color": _BAR, "min_type": "num", "min_value": 0, "bar_border_color": _BAR}
        page.sheet.conditional_format(first, column, first + len(units) - 1, column, bar)
    return {unit: first + number for number, unit in enumerate(units)}


def list_sheet(book: Book, title: str, info: str) -> None:
    """A block per field with a list, then the first two of them against each other, with a chart of that."""
    detail = book.detail
    crossed = [f for f in detail.lists if len(detail.groups(f.name)) > 0][:2]
    across = len(detail.groups(crossed[1].name)) + 1 if len(crossed) == 2 and detail.main else 0
    amounts = max(len(detail.amounts), across - 2)
    widths = [34.0, 17.0, *(17.0 for _ in range(amounts)), 10.0]
    page = open_sheet(book, BY_LIST, title, widths, info=info, unit=detail.money.name)
    page.sheet.repeat_rows(TITLE, INFO)
    row = HEAD
    for field in detail.lists:
        page.sheet.write_string(row, 0, f"按{detail.heading(field.name)}", page.formats.block)
        heads = [detail.heading(field.name), "项目数", *(detail.heading(f.name) for f in detail.amounts)]
        head_row(page, row + 1, heads + ([SHARE] if detail.main else []))
        row = _group_rows(page, field.name, row + 2, 0) + 2
    if detail.main is None:
        return
    if len(crossed) == 2:
        first, second = crossed
        names = f"{detail.heading(first.name)}与{detail.heading(second.name)}：{detail.heading(detail.main.name)}"
        page.sheet.write_string(row, 0, f"按{names}", page.formats.block)
        bottom = _cross_rows(page, first, second, row + 1)
        area = Area((row + 2, bottom - 1), range(1, len(detail.groups(second.name)) + 1))
        insert_chart(page, (bottom + 2, 0), amount_chart(page, "column", names, area, (860, 360)))


def _group_rows(page: Page, name: str, top: int, left: int) -> int:
    """Write a row per group from 0-based `top` on, and their total; return the total's row."""
    detail = page.detail
    groups, totals = detail.groups(name), detail.totals(name)
    bottom = top + len(groups)
    amounts = [field.name for field in detail.amounts]
    sums = {amount: Decimal(0) for amount in ("", *amounts)}
    for row, group in enumerate(groups, start=top):
        page.text(row, left, group or UNFILLED)
        where = detail.condition(name, group, cell_name(row + 1, left + 1, absolute=True))
        own = totals[(group,)]
        sums[""] += own[""]
        page.sheet.write_formula(row, left + 1, detail.count(where), page.formats.number, int(own[""]))
        for column, amount in enumerate(amounts, start=left + 2):
            result = detail.money.result(own[amount])
            sums[amount] += result
            page.amount(row, column, detail.money.formula(detail.sum(amount, where)), result)
    page.text(bottom, left, "合计", page.formats.total)
    for column, amount in enumerate(("", *amounts), start=left + 1):
        area = f"{cell_name(top + 1, column + 1)}:{cell_name(max(bottom, top + 1), column + 1)}"
        formula = detail.money.again(f"SUBTOTAL(9,{area})") if amount else f"=SUBTOTAL(9,{area})"
        shown = page.formats.total_money if amount else page.formats.total_number
        page.sheet.write_formula(bottom, column, formula, shown, float(sums[amount]))
    if detail.main is not None:
        main = detail.main.name
        parts = [detail.money.result(totals[(group,)][main]) for group in groups]
        place = left + 2 + amounts.index(main)
        share_column(page, (top, bottom), place, left + 2 + len(amounts), [*parts, sums[main]])
    page.sheet.set_row(bottom, 20)
    return bottom


def share_column(page: Page, rows: tuple[int, int], source: int, column: int, amounts: Sequence[Decimal]) -> None:
    """Write each amount's share of the last one, which is the total, into `column`; `source` is the amounts' column."""
    top, bottom = rows
    total = cell_name(bottom + 1, source + 1)
    for row, each in zip(range(top, bottom + 1), amounts, strict=True):
        formula = f"=IF({total}=0,0,ROUND({cell_name(row + 1, source + 1)}/{total},6))"
        share = float(round_half_up(each / amounts[-1], 6)) if amounts[-1] else 0
        page.sheet.write_formula(row, column, formula, page.formats.total_share if row == bottom else page.formats.share, share)


def _cross_rows(page: Page, first: Field, second: Field, head: int) -> int:
    """Write the main amount by two fields from the 0-based row `head` on; return the row of the totals."""
    detail = page.detail
    assert detail.main is not None
    main = detail.main.name
    rows, columns = detail.groups(first.name), detail.groups(second.name)
    totals = detail.totals(first.name, second.name)
    corner = f"{detail.heading(first.name)}＼{detail.heading(second.name)}"
    head_row(page, head, [corner, *(column or UNFILLED for column in columns), "合计"])
    sums = [Decimal(0)] * (len(columns) + 1)
    bottom, last = head + 1 + len(rows), len(columns) + 1
    for row, group in enumerate(rows, start=head + 1):
        page.text(row, 0, group or UNFILLED)
        across = Decimal(0)
        for column, other in enumerate(columns, start=1):
            conditions = (
                detail.condition(first.name, group, cell_name(row + 1, 1, absolute=True)),
                detail.condition(second.name, other, cell_name(head + 1, column + 1, absolute=True)),
            )
            result = detail.money.result(totals.get((group, other), {}).get(main, Decimal(0)))
            across += result
            sums[column - 1] += result
            page.amount(row, column, detail.money.formula(detail.sum(main, *conditions)), result)
        area = f"{cell_name(row + 1, 2)}:{cell_name(row + 1, last)}"
        page.amount(row, last, detail.money.again(f"SUM({area})"), across, page.formats.total_money)
        sums[-1] += across
    page.text(bottom, 0, "合计", page.formats.total)
    for column, total in enumerate(sums, start=1):
        area = f"{cell_name(head + 2, column + 1)}:{cell_name(bottom, column + 1)}"
        page.amount(bottom, column, detail.money.again(f"SUM({area})"), total, page.formats.total_money)
    page.sheet.set_row(bottom, 20)
    return bottom

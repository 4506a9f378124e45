"""资金构成: what the funds are made of, all together and for the largest units, with a ring and bars.

Comes in: `Detail`, and where each unit stands in 按单位. What makes up what is read off the form's rules (`identities`).
Called by `overview`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from toolkit.outputs.overview.book import HEAD, INFO, TITLE, Book, Page, head_row, open_sheet, row_height
from toolkit.outputs.overview.charts import Area, amount_chart, insert_chart, share_chart
from toolkit.outputs.overview.groups import BY_UNIT, SHARE, share_column
from toolkit.outputs.overview.identities import Identity
from toolkit.outputs.overview.sums import UNFILLED
from toolkit.spreadsheet.a1 import cell_name

FUNDING = "资金构成"

# So many units the chart of the largest ones shows.
LARGEST = 20

# A ring takes so many rows, and so many pixels.
_RING_ROWS, _RING_SIZE = 14, (430, 290)

# The bars of more units than these get a printed page of their own.
_BESIDE = 8


def funding_sheet(book: Book, units: Mapping[str, int], title: str, info: str) -> None:
    """A block and a ring for every sum of the form, then the largest units by what their funds are made of."""
    detail = book.detail
    if detail.main is None or not (detail.identities or units):
        return
    main = detail.main.name
    identity = next((each for each in detail.identities if each.total == main), None)
    parts = identity.parts if identity else ()
    widths = [36.0, 18.0, *(18.0 for _ in range(max(len(parts), 3)))]
    page = open_sheet(book, FUNDING, title, widths, info=info, unit=detail.money.name)
    page.sheet.repeat_rows(TITLE, INFO)
    row = HEAD
    for each in detail.identities:
        row = _composition(page, each, row)
    if units and detail.unit:
        _largest(page, detail.unit.name, parts, units, row)


def _composition(page: Page, identity: Identity, top: int) -> int:
    """Write how the parts make up their sum, if any is filled in; return the 0-based row below the block and its ring."""
    detail = page.detail
    totals = detail.totals()[()]
    if not any(totals[amount] for amount in (identity.total, *identity.parts)):
        return top
    name = detail.heading(identity.total)
    page.sheet.write_string(top, 0, f"{name}的构成", page.formats.block)
    head_row(page, top + 1, ["资金来源", "金额", SHARE])
    first, bottom = top + 2, top + 2 + len(identity.parts)
    amounts = []
    for row, part in enumerate(identity.parts, start=first):
        result = detail.money.result(totals[part])
        amounts.append(result)
        page.text(row, 0, detail.heading(part))
        page.amount(row, 1, detail.money.formula(detail.sum(part)), result)
    together = sum(amounts, Decimal(0))
    area = f"{cell_name(first + 1, 2)}:{cell_name(bottom, 2)}"
    page.text(bottom, 0, "合计", page.formats.total)
    page.amount(bottom, 1, detail.money.again(f"SUM({area})"), together, page.formats.total_money)
    share_column(page, (first, bottom), 1, 2, [*amounts, together])
    total = detail.money.result(totals[identity.total])
    if total != together:
        _gap(page, identity, bottom, total - together)
    if together > 0 and min(amounts) >= 0:
        insert_chart(page, (top, 3), share_chart(page, f"{name}的构成", Area((first, bottom - 1), (1,)), _RING_SIZE), left=24)
        return max(bottom + 4, top + _RING_ROWS)
    return bottom + 4


def _gap(page: Page, identity: Identity, bottom: int, gap: Decimal) -> None:
    """Say by how much the sum as filled in differs from its parts: it does in a draft, and where a rule leaves it open."""
    detail = page.detail
    page.text(bottom + 1, 0, f"{detail.heading(identity.total)}比分项合计多")
    expression = detail.sum(identity.total)
    formula = detail.money.again(f"{detail.money.formula(expression).removeprefix('=')}-{cell_name(bottom + 1, 2)}")
    page.amount(bottom + 1, 1, formula, gap)
    page.text(bottom + 1, 2, "")


def _largest(page: Page, owner: str, parts: tuple[str, ...], units: Mapping[str, int], top: int) -> None:
    """Write the units with the largest amounts, each figure taken from its cell in 按单位, and bars of them; the field `owner` says the unit."""
    detail = page.detail
    assert detail.main is not None
    main, totals = detail.main.name, detail.totals(owner)
    order = sorted(units, key=lambda unit: (-totals[(unit,)][main], units[unit]))[:LARGEST]
    which = "各单位" if len(units) <= LARGEST else f"金额最大的 {LARGEST} 家单位"
    title = f"{which}{detail.heading(main)}"
    page.sheet.write_string(top, 0, title, page.formats.block)
    shown = (*parts, main)
    heads = [detail.heading(owner), *map(detail.heading, shown)]
    head_row(page, top + 1, heads)
    places = {field.name: number for number, field in enumerate(detail.amounts, start=4)}
    for row, unit in enumerate(order, start=top + 2):
        page.sheet.set_row(row, row_height([(unit, page.widths[0])]))
        page.text(row, 0, unit or UNFILLED)
        for column, amount in enumerate(shown, start=1):
            source = cell_name(units[unit] + 1, places[amount])
            result = detail.money.result(totals[(unit,)][amount])
            page.amount(row, column, f"={BY_UNIT}!{source}", result)
    area = Area((top + 2, top + 1 + len(order)), range(1, 1 + (len(parts) or 1)))
    below = top + 3 + len(order)
    page.sheet.set_h_pagebreaks([*([top] if top > HEAD else []), *([below] if len(order) > _BESIDE else [])])
    insert_chart(page, (below, 0), amount_chart(page, "bar", title, area, (960, 140 + 26 * len(order))))

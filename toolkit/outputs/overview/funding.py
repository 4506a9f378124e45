"""资金构成: what the funds are made of, all together and for the largest units, with a ring and bars.

Comes in: `Detail`, and where each unit stands in 按单位. What makes up what is read off the form's rules (`overview_identities`).
Called by `overview`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from toolkit.forms.model import IMPLEMENTING_UNIT
from toolkit.outputs.overview.book import (
    HEAD,
    INFO,
    TITLE,
    Formats,
    Money,
    head_row,
    open_sheet,
    row_height,
    write_text,
)
from toolkit.outputs.overview.charts import amount_chart, share_chart
from toolkit.outputs.overview.groups import BY_UNIT, SHARE, share_column
from toolkit.outputs.overview.identities import Identity
from toolkit.outputs.overview.sums import UNFILLED, Detail
from toolkit.spreadsheet.a1 import cell_name

FUNDING = "资金构成"

# So many units the chart of the largest ones shows.
LARGEST = 20

# A ring takes so many rows, and so many pixels.
_RING_ROWS, _RING_SIZE = 14, (430, 290)

# The bars of more units than these get a printed page of their own.
_BESIDE = 8


def funding_sheet(book: Any, formats: Formats, detail: Detail, money: Money, units: Mapping[str, int], title: str, info: str) -> None:
    """A block and a ring for every sum of the form, then the largest units by what their funds are made of."""
    if detail.main is None or not (detail.identities or units):
        return
    main = detail.main.name
    identity = next((each for each in detail.identities if each.total == main), None)
    parts = identity.parts if identity else ()
    widths = [36.0, 18.0, *(18.0 for _ in range(max(len(parts), 3)))]
    sheet = open_sheet(book, formats, FUNDING, title, widths, info=info, unit=money.name)
    sheet.repeat_rows(TITLE, INFO)
    row = HEAD
    for each in detail.identities:
        row = _composition(book, sheet, formats, detail, money, each, row, widths)
    if units:
        _largest(book, sheet, formats, detail, money, parts, units, row, widths)


def _composition(
    book: Any, sheet: Any, formats: Formats, detail: Detail, money: Money, identity: Identity, top: int, widths: list[float]
) -> int:
    """Write how the parts make up their sum, if any is filled in; return the 0-based row below the block and its ring."""
    totals = detail.totals()[()]
    if not any(totals[amount] for amount in (identity.total, *identity.parts)):
        return top
    name = detail.heading(identity.total)
    sheet.write_string(top, 0, f"{name}的构成", formats.block)
    head_row(sheet, formats, top + 1, ["资金来源", "金额", SHARE], widths)
    first, bottom = top + 2, top + 2 + len(identity.parts)
    amounts = []
    for row, part in enumerate(identity.parts, start=first):
        result = money.result(totals[part])
        amounts.append(result)
        write_text(sheet, row, 0, detail.heading(part), formats)
        sheet.write_formula(row, 1, money.formula(detail.sum(part)), formats.money, float(result))
    together = sum(amounts, Decimal(0))
    area = f"{cell_name(first + 1, 2)}:{cell_name(bottom, 2)}"
    write_text(sheet, bottom, 0, "合计", formats, formats.total)
    sheet.write_formula(bottom, 1, money.again(f"SUM({area})"), formats.total_money, float(together))
    share_column(sheet, formats, (first, bottom), 1, 2, [*amounts, together])
    total = money.result(totals[identity.total])
    if total != together:
        _gap(sheet, formats, detail, money, identity, bottom, total - together)
    if together > 0 and min(amounts) >= 0:
        ring = share_chart(book, f"{name}的构成", sheet.name, (first, bottom - 1), 0, 1, _RING_SIZE)
        sheet.insert_chart(top, 3, ring, {"x_offset": 24, "y_offset": 6, "object_position": 2})
        return max(bottom + 4, top + _RING_ROWS)
    return bottom + 4


def _gap(sheet: Any, formats: Formats, detail: Detail, money: Money, identity: Identity, bottom: int, gap: Decimal) -> None:
    """Say by how much the sum as filled in differs from its parts: it does in a draft, and where a rule leaves it open."""
    write_text(sheet, bottom + 1, 0, f"{detail.heading(identity.total)}比分项合计多", formats)
    expression = detail.sum(identity.total)
    formula = money.again(f"{money.formula(expression).removeprefix('=')}-{cell_name(bottom + 1, 2)}")
    sheet.write_formula(bottom + 1, 1, formula, formats.money, float(gap))
    write_text(sheet, bottom + 1, 2, "", formats)


def _largest(
    book: Any,
    sheet: Any,
    formats: Formats,
    detail: Detail,
    money: Money,
    parts: tuple[str, ...],
    units: Mapping[str, int],
    top: int,
    widths: list[float],
) -> None:
    """Write the units with the largest amounts, each figure taken from its cell in 按单位, and bars of them."""
    assert detail.main is not None
    main, totals = detail.main.name, detail.totals(IMPLEMENTING_UNIT)
    order = sorted(units, key=lambda unit: (-totals[(unit,)][main], units[unit]))[:LARGEST]
    which = "各单位" if len(units) <= LARGEST else f"金额最大的 {LARGEST} 家单位"
    title = f"{which}{detail.heading(main)}"
    sheet.write_string(top, 0, title, formats.block)
    shown = (*parts, main)
    heads = [detail.heading(IMPLEMENTING_UNIT), *map(detail.heading, shown)]
    head_row(sheet, formats, top + 1, heads, widths)
    places = {field.name: number for number, field in enumerate(detail.amounts, start=4)}
    for row, unit in enumerate(order, start=top + 2):
        sheet.set_row(row, row_height([(unit, widths[0])]))
        write_text(sheet, row, 0, unit or UNFILLED, formats)
        for column, amount in enumerate(shown, start=1):
            source = cell_name(units[unit] + 1, places[amount])
            result = float(money.result(totals[(unit,)][amount]))
            sheet.write_formula(row, column, f"={BY_UNIT}!{source}", formats.money, result)
    columns = [(sheet.name, top + 1, column) for column in range(1, 1 + (len(parts) or 1))]
    size = (960, 140 + 26 * len(order))
    chart = amount_chart(book, "bar", title, money, sheet.name, (top + 2, top + 1 + len(order)), 0, columns, size)
    below = top + 3 + len(order)
    sheet.set_h_pagebreaks([*([top] if top > HEAD else []), *([below] if len(order) > _BESIDE else [])])
    sheet.insert_chart(below, 0, chart, {"x_offset": 4, "y_offset": 6, "object_position": 2})

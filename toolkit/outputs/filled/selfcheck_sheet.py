"""The checks of one project sheet: a hidden block right of what is drawn, a mark beside each indicator row, a headline.

A sheet being filled comes in with its plan and results; formulas and their stored results are put in. `selfcheck` calls
this for each project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml import etree

from toolkit.forms.model import Form
from toolkit.outputs.filled.selfcheck_plan import FIRST, HEADINGS, HEADS, ROW, TOTALS, Plan, quoted, token
from toolkit.outputs.filled.selfcheck_values import Results, table_rows
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.markup import MAIN_NS, WORKSHEET, insert_in_order
from toolkit.spreadsheet.sheet_patch import CellContent, SheetPatch, prepared_row
from toolkit.spreadsheet.styles import Look, Stylesheet
from toolkit.spreadsheet.written import CellValue
from toolkit.values.words import NOT_APPLICABLE, SEVERITY_WORDS

ALL_PASSED = "✔ 全部通过"

_RED, _GREEN, _AMBER, _GREY = "C00000", "2E7D32", "9C5700", "808080"
_MARK_WIDTH = 34


@dataclass(frozen=True, slots=True)
class Looks:
    """Style indexes of the cells that are put in; None where the workbook has no styles."""

    plain: int | None
    mark: int | None
    headline: int | None
    detail: int | None
    red: int | None
    green: int | None


def first_free_column(form: Form, patch: SheetPatch) -> int:
    """Return the first column right of all that is drawn on the form's sheet."""
    last = a1.parse_area(form.print_area.split(",")[0])[3]
    for cell in patch.root.iterfind(f"{{{MAIN_NS}}}sheetData/{{{MAIN_NS}}}row/{{{MAIN_NS}}}c"):
        if len(cell):
            last = max(last, a1.parse_cell(cell.get("r", "A1"))[1])
    return max([last, *(area[3] for area in patch.merges)]) + 1


def make_looks(styles: Stylesheet | None) -> Looks:
    """Return the styles of the checks' cells, added to the workbook's where there are any."""
    if styles is None:
        return Looks(*[None] * 6)
    return Looks(
        plain=styles.add(Look(size=9, color=_GREY)),
        mark=styles.add(Look(size=9, color=_AMBER, horizontal="left", indent=1)),
        headline=styles.add(Look(size=12, bold=True, color=_AMBER, horizontal="left", indent=1, wrap=True)),
        detail=styles.add(Look(size=9, color=_GREY, horizontal="left", indent=1, wrap=True)),
        red=styles.add_difference(_RED),
        green=styles.add_difference(_GREEN, bold=True),
    )


def put_checks(patch: SheetPatch, plan: Plan, looks: Looks, results: Results, listing: str) -> None:
    """Put the checks into a sheet; `listing` is the sheet that lists them all."""
    blocks = dict(_block(plan, results, looks.plain))
    rows = table_rows(plan.rules.form, plan.insertion) if plan.chunks else range(0)
    top = dict(zip((1, 2), _headlines(plan, looks, results, listing), strict=True))
    blank = _blank_rows(plan, looks)
    for row in sorted({*blocks, *rows}):
        mark = _mark(plan, looks, results, row) if row in rows else top.get(row)
        if mark is not None:
            patch.put(row, plan.column, mark)
        patch.extend(row, plan.block, blocks.get(row, ()))
        if row in rows and row in results.by_row:
            patch.extend(row, plan.row_columns.start, _row(plan, looks, results, row))
        elif row in rows:
            patch.adopt(blank[row])
    patch.set_width(plan.column, _MARK_WIDTH)
    patch.hide_columns(plan.block, max(plan.row_columns.stop - 1, plan.block + len(HEADS) - 1))
    if looks.red is not None and looks.green is not None:
        _add_colours(patch.root, plan, looks.red, looks.green)


def headline(failed: int) -> str:
    """Return the headline for this many checks that did not pass."""
    return f"✘ 还有 {failed} 项未通过" if failed else ALL_PASSED


def _headlines(plan: Plan, looks: Looks, results: Results, listing: str) -> tuple[CellContent, CellContent]:
    """Return the headline and the line below it, both linked to `listing`."""
    link = quoted(f"#{a1.quote_sheet(listing)}!A1")
    failed = results.count(plan.rules)
    text = f'IF({plan.total()}=0,"{ALL_PASSED}","✘ 还有 "&{plan.total()}&" 项未通过")'
    head = CellContent(headline(failed), f"HYPERLINK({link},{text})", looks.headline, array=False)
    pieces = '&"、'.join(f'{name} "&{plan.total(code)}' for code, name in SEVERITY_WORDS.items())
    formula = f'IF({plan.total()}=0,"","其中{pieces}&"。点此查看")'
    shown = "、".join(f"{name} {results.count(plan.rules, code)}" for code, name in SEVERITY_WORDS.items())
    detail = f"其中{shown}。点此查看" if failed else ""
    return head, CellContent(detail, f"HYPERLINK({link},{formula})", looks.detail, array=False)


def _mark(plan: Plan, looks: Looks, results: Results, row: int) -> CellContent:
    """Return the mark of an indicator row: the checks that fail."""
    joined = "&".join(a1.cell_name(row, column) for column in plan.row_columns[len(plan.parts) :])
    formula = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({joined},"| ","|"),"||","、"),"|","")'
    mark = "".join(_texts(plan, results, row)).replace("| ", "|").replace("||", "、").replace("|", "")
    return CellContent(mark, formula, looks.mark, array=False)


def _row(plan: Plan, looks: Looks, results: Results, row: int) -> list[CellContent]:
    """Return the cells of an indicator row's parts and checks."""
    filled = row in results.by_row
    values: list[CellValue] = [True, *results.parts[row]] if filled else [False, *[""] * len(plan.rules.parts)]
    formulas = (*plan.parts, *(formula for _, formula in plan.chunks))
    return [
        CellContent(value, formula.replace(ROW, str(row)), looks.plain)
        for value, formula in zip((*values, *_texts(plan, results, row)), formulas, strict=True)
    ]


def _texts(plan: Plan, results: Results, row: int) -> list[str]:
    """Return what the groups of checks leave in their cells of a row."""
    entries = results.by_row.get(row)
    return ["".join(token(c, entries[c.id]) for c in checks) if entries else "" for checks, _ in plan.chunks]


@lru_cache(maxsize=8)
def _blank_rows(plan: Plan, looks: Looks) -> Mapping[int, etree._Element]:
    """Return the cells of indicator rows that are not filled in, made once for all sheets that are alike."""
    nothing, start = Results((), {}, {}), plan.row_columns.start
    numbers = table_rows(plan.rules.form, plan.insertion) if plan.chunks else range(0)
    return {row: prepared_row(row, start, _row(plan, looks, nothing, row)) for row in numbers}


def _block(plan: Plan, results: Results, style: int | None) -> Iterator[tuple[int, list[CellContent]]]:
    """Yield the rows of the hidden block: totals, headings, checks."""
    rules = plan.rules
    last = len(plan.checks) - 1
    passed = f"{plan.cell(0, '通过')}:{plan.cell(last, '通过')}"
    levels = f"{plan.cell(0, '级别')}:{plan.cell(last, '级别')}"
    failing = f'IFERROR(({passed}<>TRUE)*({passed}<>"{NOT_APPLICABLE}")>0,TRUE)'
    totals = [CellContent("未通过", style=style), CellContent(results.count(rules), f"SUMPRODUCT(--{failing})", style)]
    for code, name in SEVERITY_WORDS.items():
        formula = f'SUMPRODUCT({failing}*({levels}="{name}"))'
        totals.append(CellContent(results.count(rules, code), formula, style))
    yield TOTALS, totals
    yield HEADINGS, [CellContent(heading, style=style) for heading in HEADS]
    for index, (planned, result) in enumerate(zip(plan.checks, results.checks, strict=True)):
        check = planned.check
        cells = [
            CellContent(check.id, style=style),
            CellContent(SEVERITY_WORDS[check.severity], style=style),
            CellContent(token(check, False), style=style),
            CellContent(result.passed, planned.condition, style),
            CellContent(result.message, planned.message, style),
        ]
        if check.by_row:
            cells.append(CellContent(len(result.rows), planned.failing, style))
            cells.append(CellContent((result.rows or (0,))[0], planned.first, style))
        if planned.suggestion:
            cells += [CellContent(None, style=style)] * (HEADS.index("建议") - len(cells))
            cells.append(CellContent(result.suggestion, planned.suggestion, style))
        yield FIRST + index, cells


def _add_colours(root: etree._Element, plan: Plan, red: int, green: int) -> None:
    """Colour the headline and the marks by conditional formats, behind those of the sheet."""
    rows = table_rows(plan.rules.form, plan.insertion)
    head = a1.cell_name(1, plan.column)
    rules = [(head, f"{plan.total()}=0", green), (head, f"{plan.total('error')}>0", red)]
    if plan.chunks:
        area = a1.range_name((rows[0], plan.column, rows[-1], plan.column))
        rules.append((area, f'ISNUMBER(FIND("✘",{a1.cell_name(rows[0], plan.column)}))', red))
    priority = max((int(e.get("priority", "0")) for e in root.iter(f"{{{MAIN_NS}}}cfRule")), default=0)
    for number, (area, formula, style) in enumerate(rules, priority + 1):
        holder = etree.Element(f"{{{MAIN_NS}}}conditionalFormatting", sqref=area)
        rule = etree.SubElement(holder, f"{{{MAIN_NS}}}cfRule", type="expression", dxfId=str(style), priority=str(number))
        etree.SubElement(rule, f"{{{MAIN_NS}}}formula").text = formula
        insert_in_order(root, holder, WORKSHEET)

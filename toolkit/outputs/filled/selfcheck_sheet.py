"""The checks of one project sheet: a hidden block right of what is drawn, a mark beside each indicator row, a headline.

A sheet being filled comes in with its plan and results; formulas and their stored results are put in. `selfcheck` calls
this for each project.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from lxml import etree

from toolkit.forms.computed import Helper, computed_fields
from toolkit.forms.model import Form
from toolkit.outputs.filled.selfcheck_check import quoted, token
from toolkit.outputs.filled.selfcheck_mirror import cell_formula
from toolkit.outputs.filled.selfcheck_plan import FILLED, FIRST, HEADS, NUMBERS, ROW, TEXTS, Block, Formula, Plan
from toolkit.outputs.filled.selfcheck_values import Cells, Results
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.markup import MAIN_NS, WORKSHEET, insert_in_order, whole_number
from toolkit.spreadsheet.sheet_patch import CellContent, SheetPatch, prepared_row
from toolkit.spreadsheet.styles import Look, Stylesheet
from toolkit.spreadsheet.written import CellValue, clean
from toolkit.values.words import ERROR, SEVERITY_WORDS, VERIFY

ALL_PASSED = "✔ 全部通过"

_RED, _GREEN, _AMBER, _GREY = "C00000", "2E7D32", "9C5700", "808080"
_MARK_WIDTH, _WIDER = 34, 42

# A cell left blank; and more than there are rows, for the numbers of shared formulas.
_NOTHING, _SHARED = CellContent(None), 10_000

# What the line under the headline is a link for.
_TO_SEE, _TO_EXPLAIN = "点此查看", "点此说明"


@dataclass(frozen=True, slots=True)
class Looks:
    """Style indexes of the cells that are put in; None where the workbook has no styles."""

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
        return Looks(*[None] * 5)
    return Looks(
        mark=styles.add(Look(size=9, color=_AMBER, horizontal="left", indent=1)),
        headline=styles.add(Look(size=12, bold=True, color=_AMBER, horizontal="left", indent=1, wrap=True)),
        detail=styles.add(Look(size=9, color=_GREY, horizontal="left", indent=1, wrap=True)),
        red=styles.add_difference(_RED),
        green=styles.add_difference(_GREEN, bold=True),
    )


def put_checks(patch: SheetPatch, plan: Plan, looks: Looks, results: Results, listing: str) -> None:
    """Put the checks into a sheet; `listing` is the sheet that lists them all."""
    blocks = dict(_block(plan, results))
    top = dict(zip((1, 2), _headlines(plan, looks, results, listing), strict=True))
    tables = {row: block for block in reversed(plan.blocks) if block.parts for row in block.rows}
    blank = _blank_rows(plan)
    for row in sorted({*top, *blocks, *tables}):
        table = tables.get(row)
        mark = _mark(plan, table, looks, results, row) if table and table.chunks else top.get(row)
        if mark is not None:
            patch.put(row, plan.column, mark)
        patch.extend(row, plan.block, blocks.get(row, ()))
        for block in plan.blocks:
            if block.parts and row in block.rows and (not block.table.first or row in results.by_row[block.table.name]):
                for column, cells in _row(block, results, row):
                    patch.extend(row, column, cells)
        if row in blank and row not in results.by_row[plan.blocks[0].table.name]:
            patch.adopt(blank[row])
    patch.set_width(plan.column, _WIDER if plan.to_verify() else _MARK_WIDTH)
    patch.hide_columns(plan.block, a1.column_number(plan.anchor))
    if looks.red is not None and looks.green is not None:
        _add_colours(patch.root, plan, looks.red, looks.green)


def put_computed(patch: SheetPatch, plan: Plan, cells: Cells, styles: Stylesheet | None) -> None:
    """Put the formulas of computed fields into their cells, and lock these; `cells` has what they come to."""
    form = plan.rules.form
    for name, helper in computed_fields(form).items():
        by_row = form.table is not None and name in form.table.names
        top, column = plan.place(name)
        style = patch.style(top, column) if styles is None else styles.locked(patch.style(top, column))
        table = form.table.name if form.table is not None and by_row else ""
        text, array = plan.rules.formula(helper.formula, plan.in_row(table, ROW), table)
        text = f'({text})&""' if helper.as_text else text
        text = f'IF({plan.address(FILLED, ROW)},{text},"")' if by_row else text
        for row in plan.block_of(table).rows if by_row else (top,):
            content = CellContent(cells.get((row, column), ""), clean(text.replace(ROW, str(row))), style, array=array)
            patch.put(row, column, content)


def headline(failed: int, to_verify: int = 0) -> str:
    """Return the headline for this many checks that did not pass, and so many of them that may be explained."""
    if failed and failed == to_verify:
        return f"！ 有 {failed} 项须核实"
    return f"✘ 还有 {failed} 项未通过" if failed else ALL_PASSED


def _headlines(plan: Plan, looks: Looks, results: Results, listing: str) -> tuple[CellContent, CellContent]:
    """Return the headline and the line below it, both linked to `listing`."""
    link = quoted(f"#{a1.quote_sheet(listing)}!A1")
    failed, open_ = results.count(plan.rules), results.to_verify(plan.rules)
    asked = plan.to_verify()
    some = f'IF({plan.total()}={asked},"！ 有 "&{plan.total()}&" 项须核实","✘ 还有 "&{plan.total()}&" 项未通过")'
    some = some if asked else f'"✘ 还有 "&{plan.total()}&" 项未通过"'
    text = f'IF({plan.state}<>"",{plan.state},IF({plan.total()}=0,"{ALL_PASSED}",{some}))'
    head = CellContent(headline(failed, open_), f"HYPERLINK({link},{text})", looks.headline, array=False)
    figures = {name: (plan.total(code), results.count(plan.rules, code)) for code, name in SEVERITY_WORDS.items()}
    if asked:
        word, (errors, count) = SEVERITY_WORDS[ERROR], figures[SEVERITY_WORDS[ERROR]]
        figures |= {word: (f"({errors}-({asked}))", count - open_), VERIFY: (f"({asked})", open_)}
    pieces = '&"、'.join(f'{name} "&{total}' for name, (total, _) in figures.items())
    link_text = f'"。"&IF({asked}>0,"{_TO_EXPLAIN}","{_TO_SEE}")' if asked else f'"。{_TO_SEE}"'
    formula = f'IF({plan.total()}=0,"","其中{pieces}&{link_text})'
    shown = "、".join(f"{name} {count}" for name, (_, count) in figures.items())
    detail = f"其中{shown}。{_TO_EXPLAIN if open_ else _TO_SEE}" if failed else ""
    return head, CellContent(detail, f"HYPERLINK({link},{formula})", looks.detail, array=False)


def _mark(plan: Plan, block: Block, looks: Looks, results: Results, row: int) -> CellContent:
    """Return the mark of a row: the checks that fail."""
    columns = range(block.chunks_start, block.chunks_start + len(block.chunks))
    joined = "&".join(f"${a1.column_letters(column)}{ROW}" for column in columns)
    formula = f'SUBSTITUTE(SUBSTITUTE(SUBSTITUTE({joined},"| ","|"),"||","、"),"|","")'
    mark = "".join(_texts(block, results, row)).replace("| ", "|").replace("||", "、").replace("|", "")
    if block.table.first:
        return _shared(block, row, plan.column, mark, Formula(formula), looks.mark)
    return CellContent(mark, formula.replace(ROW, str(row)), looks.mark, array=False)


def _shared(block: Block, row: int, column: int, value: CellValue, formula: Formula, style: int | None = None) -> CellContent:
    """Return a cell of a column of formulas: one for all rows, whose text stands in the first, where it can be entered plainly."""
    if not formula.array and row != block.rows[0]:
        return CellContent(value, None, style, shared=column)
    text = formula.text.replace(ROW, str(row))
    if formula.array:
        return CellContent(value, text, style)
    return CellContent(value, text, style, shared=column, area=a1.range_name((row, column, block.rows[-1], column)))


def _row(block: Block, results: Results, row: int) -> Iterator[tuple[int, list[CellContent]]]:
    """Yield the cells of a row's parts, and of its checks, each with the first column; nothing is stored for a row that is not filled in."""
    name = block.table.name
    filled = row in results.by_row.get(name, ())
    parts: Sequence[CellValue] = results.parts[name][row] if filled else [None] * len(block.parts)
    texts: Sequence[CellValue] = _texts(block, results, row) if filled else [None] * len(block.chunks)
    for start, values, formulas in (
        (block.start, parts, [part.formula for part in block.parts]),
        (block.chunks_start, texts, [formula for _, formula in block.chunks]),
    ):
        columns = range(start, start + len(formulas))
        yield start, [_shared(block, row, *each) for each in zip(columns, values, formulas, strict=True)]


def _texts(block: Block, results: Results, row: int) -> list[str]:
    """Return what the groups of checks leave in their cells of a row."""
    entries = results.by_row[block.table.name].get(row)
    return ["".join(token(c, entries[c.id]) for c in checks) if entries else "" for checks, _ in block.chunks]


@lru_cache(maxsize=8)
def _blank_rows(plan: Plan) -> Mapping[int, etree._Element]:
    """Return the cells of the first table's rows that are not filled in, made once for all sheets that are alike."""
    if not plan.blocks or not plan.blocks[0].parts:
        return {}
    block, nothing = plan.blocks[0], Results({}, {}, {}, (), ((), (), ()))
    return {row: prepared_row(row, block.start, [cell for _, cells in _row(block, nothing, row) for cell in cells]) for row in block.rows}


def _block(plan: Plan, results: Results) -> Iterator[tuple[int, list[CellContent]]]:
    """Yield the rows of the hidden block: totals, headings, checks with the texts, numbers and helpers beside them."""
    rules = plan.rules
    counts = (results.count(rules), *(results.count(rules, code) for code in SEVERITY_WORDS))
    totals = [_entered(count, formula) for count, formula in zip(counts, plan.totals(), strict=True)]
    yield plan.top, [*totals, _entered("", plan.state_formula())]
    yield plan.top + 1, [CellContent(heading) for heading in HEADS]
    formulas: list[list[CellContent]] = [
        [_entered(results.checks[check.key].passed, each) for check, each in zip(plan.ordered, plan.conditions, strict=True)],
        [_entered(value, formula) for value, formula in zip(results.copied, _copies(plan), strict=True)],
        _down(plan, TEXTS, results.single[0], plan.texts),
        _down(plan, NUMBERS, results.single[1], plan.numbers),
        [_entered(value, _helper(plan, helper)) for value, helper in zip(results.single[2], rules.helpers.single, strict=True)],
    ]
    for number in range(max(map(len, formulas))):
        cells = [column[number] if number < len(column) else _NOTHING for column in formulas]
        while cells and cells[-1] == _NOTHING:
            cells.pop()
        yield plan.top + FIRST + number, cells


@lru_cache(maxsize=8)
def _copies(plan: Plan) -> tuple[Formula, ...]:
    """Return the formulas that copy single cells as they are, made once for all sheets that are alike."""
    return tuple(Formula(cell_formula(plan.drawn(field.name))) for field in plan.rules.inputs())


def _down(plan: Plan, kind: int, values: Sequence[CellValue], formulas: Sequence[Formula]) -> list[CellContent]:
    """Return the cells of a column of the block whose formulas read their own row; those that stand together and are alike share theirs.

    References to rows of their own are not shared: LibreOffice moves them once for each cell when a row is put in.
    """
    cells: list[CellContent] = []
    for formula, alike in groupby(zip(values, formulas, strict=True), lambda each: each[1]):
        found, row = [value for value, _ in alike], plan.top + FIRST + len(cells)
        area = f"{plan.single(kind, len(cells))}:{plan.single(kind, len(cells) + len(found) - 1)}".replace("$", "")
        text = formula.text.replace(ROW, str(row))
        if len(found) == 1:
            cells.append(CellContent(found[0], text, array=False))
            continue
        shared = _SHARED * (kind + 1) + row
        cells += [CellContent(value, None if place else text, shared=shared, area=area) for place, value in enumerate(found)]
    return cells


def _helper(plan: Plan, helper: Helper) -> Formula:
    text, array = plan.rules.formula(helper.formula, plan.in_row("", None), "")
    return Formula(clean(f'({text})&""' if helper.as_text else text), array)


def _entered(value: CellValue, formula: Formula) -> CellContent:
    return CellContent(value, formula.text, array=formula.array)


def _add_colours(root: etree._Element, plan: Plan, red: int, green: int) -> None:
    """Colour the headline and the marks by conditional formats, behind those of the sheet."""
    head = a1.cell_name(1, plan.column)
    rules = [(head, f'AND({plan.total()}=0,{plan.state}="")', green), (head, f"{plan.total(ERROR)}>{plan.to_verify() or 0}", red)]
    for rows in (block.rows for block in plan.blocks if block.chunks):
        area = a1.range_name((rows[0], plan.column, rows[-1], plan.column))
        rules.append((area, f'ISNUMBER(FIND("✘",{a1.cell_name(rows[0], plan.column)}))', red))
    priority = max((whole_number(e.get("priority"), 0) for e in root.iter(f"{{{MAIN_NS}}}cfRule")), default=0)
    for number, (area, formula, style) in enumerate(rules, priority + 1):
        holder = etree.Element(f"{{{MAIN_NS}}}conditionalFormatting", sqref=area)
        rule = etree.SubElement(holder, f"{{{MAIN_NS}}}cfRule", type="expression", dxfId=str(style), priority=str(number))
        etree.SubElement(rule, f"{{{MAIN_NS}}}formula").text = formula
        insert_in_order(root, holder, WORKSHEET)

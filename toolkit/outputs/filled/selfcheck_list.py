"""The sheet 自检 of a filled workbook: every check of every project with ✔ or ✘, what is wrong, what to do, and a link.

The projects with their plans and results come in, the sheet goes out. Each line reads the project sheet's own check by
its address; an error there is a ✘. Called by `selfcheck`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from toolkit.forms.model import PROJECT
from toolkit.outputs.filled.selfcheck_plan import Plan, PlannedCheck
from toolkit.outputs.filled.selfcheck_sheet import ALL_PASSED, headline
from toolkit.outputs.filled.selfcheck_values import Result, Results
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.styles import Look, Stylesheet
from toolkit.spreadsheet.written import ListSheet, cell_xml, row_xml
from toolkit.values.words import ERROR, NOT_APPLICABLE, SEVERITY_WORDS

LISTING = "自检"
PASSED, FAILED = "✔", "✘"

_HEADINGS = ("工作表", "项目名称", "编号", "级别", "结果", "提示", "建议", "位置")
_WIDTHS = (9, 26, 22, 7, 7, 58, 44, 9)

# Two lines of text: a row does not grow by itself when a formula's text does.
_LINES = 24
_HEAD_ROW = 4
_FIRST = _HEAD_ROW + 1

_LINE = "BFBFBF"
_NAVY, _RED, _AMBER, _BLUE, _GREY, _GREEN = "1F3864", "C00000", "9C5700", "0563C1", "7F7F7F", "2E7D32"
_RED_FILL, _AMBER_FILL = "FDE9E7", "FFF4D6"


@dataclass(frozen=True, slots=True)
class CheckedSheet:
    """A project sheet with its checks: `project` is the value of 项目名称 as it stands there."""

    name: str
    project: str
    plan: Plan
    results: Results


@dataclass(frozen=True, slots=True)
class Listing:
    """The sheet: its XML, the cells it is filtered by, the rows printed on every page (without its name)."""

    xml: bytes
    filtered: str
    titles: str


def make_listing(sheets: Sequence[CheckedSheet], left_out: Sequence[str], styles: Stylesheet | None) -> Listing:
    """Return the sheet; `left_out` are the rules that only `jixiao check` runs. Styles are added to the workbook's."""
    look = _Looks(styles)
    rows = [*_top(sheets, left_out, look)]
    number = _FIRST
    for sheet in sheets:
        pairs = zip(sheet.plan.checks, sheet.results.checks, strict=True)
        for index, (planned, result) in enumerate(pairs):
            rows.append(_line(number, sheet, index, planned, result, look))
            number += 1
    last = max(number - 1, _FIRST)
    made = ListSheet(
        rows,
        _WIDTHS,
        _HEAD_ROW,
        last,
        _AMBER,
        margins=(0.4, 0.4, 0.5, 0.6),
        footer="&amp;C第 &amp;P 页，共 &amp;N 页",
        protection='<sheetProtection sheet="1" formatCells="0" formatColumns="0" formatRows="0" sort="0" autoFilter="0"/>',
        formats=look.formats(last),
    )
    return Listing(made.to_bytes(), a1.range_name(made.filtered, absolute=True), f"${_HEAD_ROW}:${_HEAD_ROW}")


class _Looks:
    """Styles of the sheet's cells; None where the workbook has no styles."""

    def __init__(self, styles: Stylesheet | None) -> None:
        def add(**look: object) -> int | None:
            return None if styles is None else styles.add(Look(**look))  # type: ignore[arg-type]

        self.title = add(size=16, bold=True, color=_AMBER)
        self.note = add(size=9, color=_GREY, wrap=True)
        self.head = add(size=10, bold=True, color="FFFFFF", fill=_NAVY, border=_LINE, horizontal="center")
        self.text = add(size=9, color=_GREY, border=_LINE, wrap=True)
        self.middle = add(size=9, color=_GREY, border=_LINE, horizontal="center", wrap=True)
        self.link = add(size=9, color=_BLUE, border=_LINE, horizontal="center")
        self._styles = styles

    def formats(self, last: int) -> str:
        """Return the conditional formats: failing lines in the colour of their level, the rest grey."""
        if self._styles is None:
            return ""
        area = f"A{_FIRST}:G{last}"
        red = self._styles.add_difference(_RED, fill=_RED_FILL)
        amber = self._styles.add_difference(_AMBER, fill=_AMBER_FILL)
        green = self._styles.add_difference(_GREEN, bold=True)
        failed = f'$E{_FIRST}="{FAILED}"'
        rules = (
            ("A1", f'LEFT($A$1,1)="{PASSED}"', green),
            (area, f'AND({failed},$D{_FIRST}="{SEVERITY_WORDS[ERROR]}")', red),
            (area, failed, amber),
            (f"E{_FIRST}:E{last}", f'$E{_FIRST}="{PASSED}"', green),
        )
        return "".join(
            f'<conditionalFormatting sqref="{area}"><cfRule type="expression" dxfId="{style}" priority="{number}"'
            f' stopIfTrue="1"><formula>{escape(formula)}</formula></cfRule></conditionalFormatting>'
            for number, (area, formula, style) in enumerate(rules, 1)
        )


def _top(sheets: Sequence[CheckedSheet], left_out: Sequence[str], look: _Looks) -> Iterator[str]:
    """Yield the rows above the list: the headline with the total, what the sheet is, the headings."""
    lines = sum(len(sheet.plan.checks) for sheet in sheets)
    area = f"$E${_FIRST}:$E${max(_FIRST + lines - 1, _FIRST)}"
    failed = sum(sheet.results.count(sheet.plan.rules) for sheet in sheets)
    count = f'COUNTIF({area},"{FAILED}")'
    total = f'IF({count}=0,"{ALL_PASSED}","✘ 还有 "&{count}&" 项未通过")'
    yield row_xml(1, 30, cell_xml("A1", headline(failed), look.title, total))
    levels = f"$D${_FIRST}:$D${max(_FIRST + lines - 1, _FIRST)}"
    parts = "&".join(f'"{name} "&COUNTIFS({area},"{FAILED}",{levels},"{name}")&"、"' for name in SEVERITY_WORDS.values())
    counts = {c: sum(sheet.results.count(sheet.plan.rules, c) for sheet in sheets) for c in SEVERITY_WORDS}
    shown = "、".join(f"{name} {counts[code]}" for code, name in SEVERITY_WORDS.items())
    more = f"；另有 {len(left_out)} 项规则由收表单位汇总后审核" if left_out else ""
    text = f"未通过：{shown}。共检查 {len(sheets)} 张申报表、{lines} 项{more}。"
    formula = f'"未通过："&{parts[:-4]}&"。共检查 {len(sheets)} 张申报表、{lines} 项{more}。"'
    yield row_xml(2, 16, cell_xml("A2", text, look.note, formula))
    note = "随填报内容自动更新。可在“结果”列筛选 ✘ 只看未通过的项目，点“位置”跳到单元格。自己复制的工作表不在本表中，请看该表右上角的提示。"
    yield row_xml(3, 16, cell_xml("A3", note, look.note))
    names = (cell_xml(f"{a1.column_letters(n)}{_HEAD_ROW}", text, look.head) for n, text in enumerate(_HEADINGS, 1))
    yield row_xml(_HEAD_ROW, 22, *names)


def _line(row: int, sheet: CheckedSheet, index: int, planned: PlannedCheck, result: Result, look: _Looks) -> str:
    plan, check = sheet.plan, planned.check
    owner = a1.quote_sheet(sheet.name) + "!"
    mark = FAILED if result.failed else PASSED if result.passed is True else NOT_APPLICABLE
    passing = f'$E{row}<>"{FAILED}"'
    message = f'IF({passing},"",IFERROR({owner}{plan.cell(index, "提示")},"规则无法计算。"))'
    if planned.suggestion:
        advice = f'IFERROR({owner}{plan.cell(index, "建议")},"")'
    else:
        text = check.suggestion.to_excel_text(lambda name: None, address=str, list_address=str)
        advice = f'IF({passing},"",{text})'
    name = plan.rules.form.by_name.get(PROJECT)
    title = plan.address(PROJECT) if name is not None else None
    link, shown = _link(sheet, index, planned, result)
    verdict = f"{owner}{plan.cell(index, '通过')}"
    judged = f'IFERROR(IF({verdict},"{PASSED}","{FAILED}"),"{FAILED}")'
    if check.applies is not None:
        judged = f'IFERROR(IF({verdict}="{NOT_APPLICABLE}","{NOT_APPLICABLE}",IF({verdict},"{PASSED}","{FAILED}")),"{FAILED}")'
    return row_xml(
        row,
        _LINES,
        cell_xml(f"A{row}", sheet.name, look.middle),
        cell_xml(f"B{row}", sheet.project, look.text, f'IFERROR({owner}{title}&"","")' if title else None),
        cell_xml(f"C{row}", check.id, look.text),
        cell_xml(f"D{row}", SEVERITY_WORDS[check.severity], look.middle),
        cell_xml(f"E{row}", mark, look.middle, judged),
        cell_xml(f"F{row}", result.message, look.text, message),
        cell_xml(f"G{row}", result.suggestion, look.text, advice),
        cell_xml(f"H{row}", shown, look.link, link if shown else None),
    )


def _link(sheet: CheckedSheet, index: int, planned: PlannedCheck, result: Result) -> tuple[str | None, str]:
    """Return the formula of a link to the cell a check is about, in the first row that fails, and what it shows."""
    check, plan = planned.check, sheet.plan
    if check.target is None:
        return None, ""
    place = f"#{a1.quote_sheet(sheet.name)}!".replace('"', '""')
    top, column = plan.place(check.target)
    cell = a1.cell_name(top, column)
    if not check.by_row or plan.rules.form.table is None or check.target not in plan.rules.form.table.names:
        return f'HYPERLINK("{place}{cell}","{cell}")', cell
    letters = a1.column_letters(column)
    owner = a1.quote_sheet(sheet.name) + "!"
    row = f"MAX({top},IFERROR({owner}{plan.cell(index, '首个未通过行')},0))"
    return f'HYPERLINK("{place}{letters}"&{row},"{letters}"&{row})', f"{letters}{max((top, *result.rows[:1]))}"

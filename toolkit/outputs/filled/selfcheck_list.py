"""The sheet 自检 of a filled workbook: every check of every project with ✔ or ✘, what is wrong, what to do, and a link.

The projects with their plans and results come in, the sheet goes out. Each line reads the project sheet's own check by
its address; an error there is a ✘. Called by `selfcheck`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.formula import Message
from toolkit.outputs.filled.selfcheck_plan import NOTHING, Plan, quoted, token
from toolkit.outputs.filled.selfcheck_rules import LiveCheck
from toolkit.outputs.filled.selfcheck_sheet import ALL_PASSED, headline
from toolkit.outputs.filled.selfcheck_values import NOT_CALCULATED, Results
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.markup import escape
from toolkit.spreadsheet.styles import Look, Stylesheet
from toolkit.spreadsheet.written import ListSheet, cell_xml, clean, number_xml, row_xml
from toolkit.values.words import ERROR, NOT_APPLICABLE, PROJECT_ROLE, SEVERITY_WORDS, USUAL_NAMES

LISTING = "自检"
PASSED, FAILED = "✔", "✘"

_HEADINGS = ("工作表", USUAL_NAMES[PROJECT_ROLE], "编号", "级别", "结果", "提示", "建议", "位置")
_WIDTHS = (9, 26, 22, 7, 7, 58, 44, 9)

# Two lines of text: a row does not grow by itself when a formula's text does.
_LINES = 24
_HEAD_ROW = 4

# Where it stands what is said of a rule that cannot be calculated. Hidden columns: first row, how many rows, texts.
_STATIC = "$M$1"
_CODES = "".join(f"{code:8}" for code in ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")) + "。"
_CODE = "TRIM(MID($M$2,8*ERROR.TYPE({0})-7,8))"
_HIDDEN = 13
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
    texts: dict[str, str] = {}
    for sheet in sheets:
        for check in sheet.plan.rules.checks:
            rows.append(_Line(number, sheet, check, look, texts).xml())
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
        hidden=_HIDDEN,
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
    lines = sum(len(sheet.plan.rules.checks) for sheet in sheets)
    area = f"$E${_FIRST}:$E${max(_FIRST + lines - 1, _FIRST)}"
    failed = sum(sheet.results.count(sheet.plan.rules) for sheet in sheets)
    count = f'COUNTIF({area},"{FAILED}")'
    total = f'IF({count}=0,"{ALL_PASSED}","✘ 还有 "&{count}&" 项未通过")'
    yield row_xml(1, 30, cell_xml("A1", headline(failed), look.title, total), cell_xml("M1", NOT_CALCULATED, None))
    levels = f"$D${_FIRST}:$D${max(_FIRST + lines - 1, _FIRST)}"
    parts = "&".join(f'"{name} "&COUNTIFS({area},"{FAILED}",{levels},"{name}")&"、"' for name in SEVERITY_WORDS.values())
    counts = {c: sum(sheet.results.count(sheet.plan.rules, c) for sheet in sheets) for c in SEVERITY_WORDS}
    shown = "、".join(f"{name} {counts[code]}" for code, name in SEVERITY_WORDS.items())
    more = f"；另有 {len(left_out)} 项规则由收表单位汇总后审核" if left_out else ""
    text = f"未通过：{shown}。共检查 {len(sheets)} 张申报表、{lines} 项{more}。"
    formula = f'"未通过："&{parts[:-4]}&"。共检查 {len(sheets)} 张申报表、{lines} 项{more}。"'
    yield row_xml(2, 16, cell_xml("A2", text, look.note, formula), cell_xml("M2", _CODES, None))
    note = "随填报内容自动更新。可在“结果”列筛选 ✘ 只看未通过的项目，点“位置”跳到单元格。自己复制的工作表不在本表中，请看该表右上角的提示。"
    yield row_xml(3, 16, cell_xml("A3", note, look.note))
    names = (cell_xml(f"{a1.column_letters(n)}{_HEAD_ROW}", text, look.head) for n, text in enumerate(_HEADINGS, 1))
    yield row_xml(_HEAD_ROW, 22, *names)


class _Line:
    """A line of the list. Its texts that never change stand once, in hidden cells of the first project's line: `texts` has them."""

    def __init__(self, row: int, sheet: CheckedSheet, check: LiveCheck, look: _Looks, texts: dict[str, str]) -> None:
        self._row, self._sheet, self._check, self._look, self._texts = row, sheet, check, look, texts
        self._result = sheet.results.checks[check.id]
        self._owner = a1.quote_sheet(sheet.name) + "!"
        self._failed = f'$E{row}="{FAILED}"'
        self._hidden: dict[str, str] = {}

    def xml(self) -> str:
        row, sheet, check, look, result = self._row, self._sheet, self._check, self._look, self._result
        plan = sheet.plan
        mark = FAILED if result.failed else PASSED if result.passed is True else NOT_APPLICABLE
        verdict = self._owner + plan.verdict(check)
        judged = f'IF({verdict},"{PASSED}","{FAILED}")'
        if check.applies is not None:
            judged = f'IF({verdict}="{NOT_APPLICABLE}","{NOT_APPLICABLE}",{judged})'
        project = plan.rules.form.role(PROJECT_ROLE)
        title = plan.input(project.name) if project else None
        first = self._first() if check.by_row else None
        message, array = self._message(verdict, first)
        advice, also = self._text("L", check.suggestion, first)
        link, shown = self._link(first)
        return row_xml(
            row,
            _LINES,
            cell_xml(f"A{row}", sheet.name, look.middle),
            cell_xml(f"B{row}", sheet.project, look.text, f'IFERROR({self._owner}{title}&"","")' if title else None),
            cell_xml(f"C{row}", check.id, look.text),
            cell_xml(f"D{row}", SEVERITY_WORDS[check.severity], look.middle),
            cell_xml(f"E{row}", mark, look.middle, f'IFERROR({judged},"{FAILED}")'),
            cell_xml(f"F{row}", result.message, look.text, f'IF({self._failed},{message},"")', array=array),
            cell_xml(f"G{row}", result.suggestion, look.text, f'IF({self._failed},{advice},"")', array=also),
            cell_xml(f"H{row}", shown, look.link, link if shown else None),
            *(cell for _, cell in sorted(self._hidden.items())),
        )

    def _first(self) -> str:
        """Put in the hidden cells of the first row that fails and of how many do; return the cell of the former."""
        plan, row, result = self._sheet.plan, self._row, self._result
        area = f"{self._owner}{plan.chunk_area(self._check)}"
        found = f'(LEN({area})<>LEN(SUBSTITUTE({area},{quoted(token(self._check, False))},"")))'
        last = plan.rows[-1] + 1
        first = f"{last}-SUMPRODUCT(MAX({found}*({last}-ROW({area}))))"
        self._hidden["J"] = number_xml(f"J{row}", (result.rows or (last,))[0], first)
        self._hidden["K"] = number_xml(f"K{row}", len(result.rows), f"SUMPRODUCT(--{found})")
        return f"$J${row}"

    def _message(self, verdict: str, first: str | None) -> tuple[str, bool]:
        plan, row = self._sheet.plan, self._row
        text, array = self._text("M", self._check.message, first)
        if first is None:
            return f"IF(ISERROR({verdict}),{_STATIC},{text})", array
        area = f"{self._owner}{plan.chunk_area(self._check)}"
        wrong = f"ISNUMBER(FIND({quoted(token(self._check, NOTHING))},INDEX({area},{first}-{plan.rows[0] - 1})))"
        return f'"第 "&$J${row}&" 行："&IF({wrong},{_STATIC},{text})&IF($K${row}>1,"（共 "&$K${row}&" 行）","")', array

    def _text(self, column: str, message: Message, first: str | None) -> tuple[str, bool]:
        """Return a message as Excel text: its formula, or the hidden cell in which it stands for all projects."""
        plan = self._sheet.plan
        if message.formulas:
            shown, array = plan.rules.text(message, lambda name: plan.address(name, first, self._owner), self._check.by_row, _CODE)
            return clean(f"IFERROR({shown},{_STATIC})"), array
        if not message.parts:
            return '""', False
        key = f"{column}{self._check.id}"
        if key not in self._texts:
            self._texts[key] = f"${column}${self._row}"
            self._hidden[column] = cell_xml(f"{column}{self._row}", "".join(map(str, message.parts)), None)
        return self._texts[key], False

    def _link(self, first: str | None) -> tuple[str | None, str]:
        """Return the formula of a link to the cell a check is about, in the first row that fails, and what it shows."""
        plan, target = self._sheet.plan, self._check.target
        if target not in plan.rules.form.by_name or target is None:
            return None, ""
        place = f"#{a1.quote_sheet(self._sheet.name)}!".replace('"', '""')
        top, column = plan.place(target)
        cell = a1.cell_name(top, column)
        table = plan.rules.form.table
        if first is None or table is None or target not in table.names:
            return f'HYPERLINK("{place}{cell}","{cell}")', cell
        letters = a1.column_letters(column)
        row = f"IF($K${self._row}>0,$J${self._row},{top})"
        return f'HYPERLINK("{place}{letters}"&{row},"{letters}"&{row})', f"{letters}{(self._result.rows or (top,))[0]}"

"""The sheet 自检 of a filled workbook: every check of every project with ✔ or ✘, what is wrong, what to do, and a link.

The projects with their plans and results come in, the sheet goes out, what is not passed first. Its lines are those of
`selfcheck_lines`. Called by `selfcheck`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from toolkit.outputs.filled.selfcheck_check import quoted
from toolkit.outputs.filled.selfcheck_fixed import WIDTH, fixed_cells, prompt
from toolkit.outputs.filled.selfcheck_lines import (
    FAILED,
    FIRST,
    GONE,
    PASSED,
    Alike,
    CheckedSheet,
    Line,
    Shown,
)
from toolkit.outputs.filled.selfcheck_plan import OLD_FILE, in_old_file
from toolkit.outputs.filled.selfcheck_sheet import ALL_PASSED, headline
from toolkit.outputs.filled.selfcheck_values import NOT_CALCULATED
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.markup import escape
from toolkit.spreadsheet.styles import Look, Stylesheet
from toolkit.spreadsheet.written import ListSheet, cell_xml, row_xml
from toolkit.values.words import (
    ERROR,
    EXPLAINED,
    LEVELS,
    NOT_APPLICABLE,
    PROJECT_ROLE,
    REASON,
    SELF_CHECK,
    SEVERITY_WORDS,
    USUAL_NAMES,
    VERIFY,
)

LISTING = SELF_CHECK

_HEADINGS = ("工作表", USUAL_NAMES[PROJECT_ROLE], "编号", "级别", "结果", "提示", "建议", "位置")
_WIDTHS = (9, 26, 22, 7, 7, 58, 44, 9)

# Two lines of text: a row does not grow by itself when a formula's text does.
_LINES = 24
_HEAD_ROW = 4

# What is said of a rule that cannot be calculated stands in M1, the errors there are in M2: `selfcheck_lines` reads them.
_CODES = "".join(f"{code:8}" for code in ("#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A")) + "。"
_HIDDEN, _EMPTY = 27, "I"

_LINE = "BFBFBF"
_NAVY, _RED, _AMBER, _BLUE, _GREY, _GREEN = "1F3864", "C00000", "9C5700", "0563C1", "7F7F7F", "2E7D32"
_RED_FILL, _AMBER_FILL, _ENTRY_FILL = "FDE9E7", "FFF4D6", "FFFBE6"


@dataclass(frozen=True, slots=True)
class Listing:
    """The sheet: its XML, the cells it is filtered by, the rows printed on every page, the lines that are explained ("" for none); all without its name.

    `names` are further names of it, with their formulas.
    """

    xml: bytes
    filtered: str
    titles: str
    explained: str
    names: Mapping[str, str]


def make_listing(sheets: Sequence[CheckedSheet], left_out: Sequence[str], styles: Stylesheet | None) -> Listing:
    """Return the sheet; `left_out` are the rules that only `jixiao check` runs. Styles are added to the workbook's."""
    every = sheets[0].plan.rules.listed
    fixed, checks = ([check for check in every if check.verify is each] for each in (True, False))
    look = _Looks(styles, bool(fixed))
    first = FIRST + len(fixed) * len(sheets)
    explained = [
        Line(row, first + s, row, sheets[s], check) for row, (s, check) in enumerate(product(range(len(sheets)), fixed), start=FIRST)
    ]

    # The lines of a check stand together: their texts differ by the sheet alone, and only what is near is packed as the same again.
    pairs = product(range(len(checks)), range(len(sheets)))
    alike = Alike.of(sheets, first)
    lines = [Line(row, first + s, first + c, sheets[s], checks[c], alike) for row, (c, s) in enumerate(pairs, first)]
    rows, last = [*_top(sheets, [*explained, *lines], left_out, look)], first + len(lines) - 1
    styled = (look.middle, look.text, look.text, look.middle, look.middle, look.text, look.text, look.link)
    for line in explained:
        cells = {**dict(line.cells()), **dict(_cells_of_check(line.row, line)), **dict(fixed_cells(line, (*styled, look.entry)))}
        rows.append(row_xml(line.row, _LINES, *(cells[column] for column in sorted(cells))))
    shown = Shown(lines, first, len(sheets), styled)
    for number, line in enumerate(lines):
        row, cells = line.row, dict(line.cells())
        cells |= dict(shown.cells(row))
        cells |= dict(_cells_of_check(row, lines[number * len(sheets)]) if number < len(checks) else ())
        cells |= dict(_cells_of_sheet(row, sheets[number]) if number < len(sheets) else ())
        rows.append(row_xml(row, _LINES, *(cells[column] for column in sorted(cells, key=a1.column_number))))
    made = ListSheet(
        rows,
        (*_WIDTHS, WIDTH) if fixed else _WIDTHS,
        _HEAD_ROW,
        last,
        _AMBER,
        margins=(0.4, 0.4, 0.5, 0.6),
        footer="&amp;C第 &amp;P 页，共 &amp;N 页",
        protection='<sheetProtection sheet="1" formatCells="0" formatColumns="0" formatRows="0" sort="0" autoFilter="0"/>',
        formats=look.formats(last) + (prompt(FIRST, first - 1) if fixed else ""),
        hidden=_HIDDEN,
    )
    area = a1.range_name((_HEAD_ROW, 1, first - 1, len(made.widths)), absolute=True) if fixed else ""
    return Listing(
        made.to_bytes(), a1.range_name(made.filtered, absolute=True), f"${_HEAD_ROW}:${_HEAD_ROW}", area, alike.names if alike else {}
    )


def _cells_of_check(row: int, line: Line) -> Iterator[tuple[str, str]]:
    """Yield the hidden cells of a check, each with its column: 编号, 级别, texts that never change, where it points to."""
    check, (place, moves) = line.check, line.place
    texts = ["".join(map(str, each.parts)) if not each.formulas else "" for each in (check.message, check.suggestion)]
    for column, text in zip("JKLMNO", (check.id, check.level, *texts, place, "" if moves is None else "1"), strict=True):
        if text:
            yield column, cell_xml(f"{column}{row}", text, None)


def _cells_of_sheet(row: int, sheet: CheckedSheet) -> Iterator[tuple[str, str]]:
    """Yield the hidden cells that know of a sheet, each with its column: a deleted one leaves #REF!, one renamed is known by its cells.

    Only Excel and WPS say the sheet of a cell with its workbook; elsewhere a link has the name it was made with.
    """
    name, plan = sheet.name, sheet.plan
    owner = a1.quote_sheet(name) + "!"
    address, own = f'CELL("address",{owner}$A$1)', quoted(f"#{owner}")
    link = f'IFERROR(IF(ISNUMBER(FIND("]",{address})),"#"&SUBSTITUTE({address},"$A$1",""),{own}),{own})'

    # Of #'[甲.xlsx]O''Neil'! what stands behind the bracket, as the tab shows it.
    found = f"""SUBSTITUTE(SUBSTITUTE(SUBSTITUTE(MID($X${row},FIND("]",$X${row})+1,99),"'!",""),"!",""),"''","'")"""
    project = plan.rules.form.role(PROJECT_ROLE)
    yield "W", f'<c r="W{row}" t="b"><f>ISREF({owner}$A:${plan.anchor})</f><v>1</v></c>'
    yield "X", cell_xml(f"X{row}", f"#{owner}", None, link)
    yield "Y", cell_xml(f"Y{row}", name, None, f"IFERROR({found},{quoted(name)})")
    if project:
        yield "Z", cell_xml(f"Z{row}", sheet.project, None, f'IFERROR({owner}{plan.address(project.name, None)}&"","")')


class _Looks:
    """Styles of the sheet's cells; None where the workbook has no styles."""

    def __init__(self, styles: Stylesheet | None, explained: bool) -> None:
        def add(**look: object) -> int | None:
            return None if styles is None else styles.add(Look(**look))  # type: ignore[arg-type]

        self.title = add(size=16, bold=True, color=_AMBER)
        self.note = add(size=9, color=_GREY, wrap=True)
        self.head = add(size=10, bold=True, color="FFFFFF", fill=_NAVY, border=_LINE, horizontal="center")
        self.text = add(size=9, color=_GREY, border=_LINE, wrap=True)
        self.middle = add(size=9, color=_GREY, border=_LINE, horizontal="center", wrap=True)
        self.link = add(size=9, color=_BLUE, border=_LINE, horizontal="center")
        self.entry = add(size=9, border=_LINE, fill=_ENTRY_FILL, wrap=True, locked=False) if explained else None
        self._styles = styles

    def formats(self, last: int) -> str:
        """Return the conditional formats: failing lines in the colour of their level, the rest grey."""
        if self._styles is None:
            return ""
        area = f"A{FIRST}:G{last}"
        red = self._styles.add_difference(_RED, fill=_RED_FILL)
        amber = self._styles.add_difference(_AMBER, fill=_AMBER_FILL)
        green = self._styles.add_difference(_GREEN, bold=True)
        failed = f'$E{FIRST}="{FAILED}"'
        rules = (
            ("A1", f'LEFT($A$1,1)="{PASSED}"', green),
            (area, f'AND({failed},$D{FIRST}="{SEVERITY_WORDS[ERROR]}")', red),
            (area, failed, amber),
            (f"E{FIRST}:E{last}", f'$E{FIRST}="{PASSED}"', green),
        )
        return "".join(
            f'<conditionalFormatting sqref="{area}"><cfRule type="expression" dxfId="{style}" priority="{number}"'
            f' stopIfTrue="1"><formula>{escape(formula)}</formula></cfRule></conditionalFormatting>'
            for number, (area, formula, style) in enumerate(rules, 1)
        )


def _top(sheets: Sequence[CheckedSheet], listed: Sequence[Line], left_out: Sequence[str], look: _Looks) -> Iterator[str]:
    """Yield the rows above the list: the headline with the total, what the sheet is, the headings."""
    lines = len(listed)
    area = f"$E${FIRST}:$E${max(FIRST + lines - 1, FIRST)}"
    failing = Counter(line.check.level for line in listed if line.mark[:1] == FAILED)
    failed, verified = failing.total(), any(line.check.verify for line in listed)
    gone = f'COUNTIF({area},"{GONE}")'
    explained = sum(line.mark == EXPLAINED for line in listed)
    counted = f'COUNTIF({area},"{EXPLAINED}")'

    # What is neither passed nor passed over is not passed: an error, or a line that was wiped out.
    count = f'({lines}-{gone}-COUNTIF({area},"{PASSED}")-COUNTIF({area},"{NOT_APPLICABLE}"){f"-{counted}" if verified else ""})'
    also = f'&IF({counted}>0,"（{EXPLAINED} "&{counted}&" 项）","")' if verified else ""
    total = (
        f'IF({in_old_file(_EMPTY)},"{OLD_FILE}",IF({count}>0,"✘ 还有 "&{count}&" 项未通过",'
        f'IF({gone}={lines},"✘ 没有申报表","{ALL_PASSED}"{also})&IF({gone}>0,"（有的申报表已删除）","")))'
    )
    said = headline(failed) + (f"（{EXPLAINED} {explained} 项）" if explained and not failed else "")
    yield row_xml(1, 30, cell_xml("A1", said, look.title, total), cell_xml("M1", NOT_CALCULATED, None))
    levels = f"$D${FIRST}:$D${max(FIRST + lines - 1, FIRST)}"
    names = [name for name in LEVELS if name != VERIFY or verified]
    parts = "&".join(f'"{name} "&COUNTIFS({area},"{FAILED}",{levels},"{name}")&"、"' for name in names)
    shown = "、".join(f"{name} {failing[name]}" for name in names)
    more = f"；另有 {len(left_out)} 项规则由收表单位汇总后审核" if left_out else ""
    text = f"未通过：{shown}。共检查 {len(sheets)} 张申报表、{lines} 项{more}。"
    formula = f'"未通过："&{parts[:-4]}&"。共检查 {len(sheets)} 张申报表、{lines} 项{more}。"'
    yield row_xml(2, 16, cell_xml("A2", text, look.note, formula), cell_xml("M2", _CODES, None))
    note = "随填报内容自动更新。可在“结果”列筛选 ✘ 只看未通过的项目，点“位置”跳到单元格。自己复制的工作表不在本表中，请看该表右上角的提示。"
    note += f"“{VERIFY}”的各行在最上面：请更正，或在“{REASON}”栏写明原因。" if verified else ""
    yield row_xml(3, 16, cell_xml("A3", note, look.note))
    headings = (*_HEADINGS, REASON) if verified else _HEADINGS
    heads = (cell_xml(f"{a1.column_letters(n)}{_HEAD_ROW}", text, look.head) for n, text in enumerate(headings, 1))
    yield row_xml(_HEAD_ROW, 22, *heads)

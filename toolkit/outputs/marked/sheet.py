"""The sheet 审核意见 of a marked copy: every finding in a row, its cell a link, ready to be filtered and printed.

Findings come in, the markup of a worksheet goes out; every text is written as a text, so none can become a formula. Called
by `annotate`.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from toolkit.checking.model import Finding
from toolkit.outputs.fit import needed_height
from toolkit.outputs.marked.texts import counts_text, quoted
from toolkit.package.parts import OFFICE_RELATIONSHIPS
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.fills import BASES
from toolkit.spreadsheet.markup import MAIN_NS
from toolkit.spreadsheet.styles import Look, Stylesheet
from toolkit.spreadsheet.written import clean, written
from toolkit.values.words import SEVERITY_WORDS

REVIEW_SHEET = "审核意见"

# Headings and column widths in digits of the standard font.
COLUMNS: Mapping[str, float] = {
    "编号": 15, "级别": 7, "项目": 20, "工作表": 11, "单元格": 9, "字段": 14, "填报内容": 22, "问题": 44, "建议": 32,
}  # fmt: skip
_CENTRED = ("级别", "工作表", "单元格")
HEADING_ROW, _SIZE, _LEAST = 3, 10, 20.0

# Width of a Chinese character of that size in such digits, a little more than most fonts take.
_CHARACTER = 1.9

# Excel takes no more links on a sheet.
_MOST_LINKS = 65_000

_GUIDE = "点“单元格”可跳到该处；有问题的单元格已标色并加批注。改好后保存、直接报送即可，不必清除标色和批注。"


@dataclass(frozen=True, slots=True)
class ReviewLooks:
    """Style indexes of the sheet's cells."""

    title: int
    summary: int
    heading: int
    text: int
    centred: int
    link: int
    severities: Mapping[str, int]


def review_looks(styles: Stylesheet) -> ReviewLooks:
    """Return the styles of the sheet, added to the workbook's."""
    line = "BFBFBF"
    return ReviewLooks(
        title=styles.add(Look(size=18, bold=True, font="黑体", horizontal="center")),
        summary=styles.add(Look(size=_SIZE, color="404040", horizontal="left", wrap=True)),
        heading=styles.add(Look(size=_SIZE, bold=True, font="黑体", fill="D9E2F3", border=line, horizontal="center", wrap=True)),
        text=styles.add(Look(size=_SIZE, border=line, horizontal="left", wrap=True)),
        centred=styles.add(Look(size=_SIZE, border=line, horizontal="center", wrap=True)),
        link=styles.add(Look(size=_SIZE, color="0563C1", border=line, horizontal="center", wrap=True)),
        severities={
            severity: styles.add(Look(size=_SIZE, bold=True, fill=color, border=line, horizontal="center"))
            for severity, color in BASES.items()
        },
    )


def review_name(taken: Collection[str]) -> str:
    """Return a name for the sheet that no other sheet has."""
    used = {name.casefold() for name in taken}
    numbered = itertools.chain([REVIEW_SHEET], (f"{REVIEW_SHEET}{number}" for number in itertools.count(2)))
    return next(name for name in numbered if name not in used)


def review_names(name: str, count: int) -> dict[str, str]:
    """Return the sheet's own defined names: its filter, and the rows printed on every page."""
    sheet = a1.quote_sheet(name)
    last = a1.cell_name(HEADING_ROW + max(count, 1), len(COLUMNS), absolute=True)
    return {
        "_xlnm._FilterDatabase": f"{sheet}!$A${HEADING_ROW}:{last}",
        "_xlnm.Print_Titles": f"{sheet}!${HEADING_ROW}:${HEADING_ROW}",
    }


def review_sheet(findings: Sequence[Finding], looks: ReviewLooks, sheets: Collection[str], *, selected: bool) -> bytes:
    """Return the markup of the sheet. `sheets` are those a link can lead to; `selected` puts its tab in front."""
    last = a1.column_letters(len(COLUMNS))
    rows = [
        _row(1, 36, [_cell(1, 1, REVIEW_SHEET, looks.title)]),
        _row(2, 32, [_cell(2, 1, summary(findings), looks.summary)]),
        _row(HEADING_ROW, 24, [_cell(HEADING_ROW, c, name, looks.heading) for c, name in enumerate(COLUMNS, start=1)]),
    ]
    links: list[str] = []
    for number, finding in enumerate(findings, start=HEADING_ROW + 1):
        texts = list_texts(finding)
        linked = bool(finding.cell) and finding.sheet in sheets and len(links) < _MOST_LINKS
        cells = [_cell(number, c, texts[name], _look(name, finding, looks, linked)) for c, name in enumerate(COLUMNS, start=1)]
        rows.append(_row(number, _height(texts), cells))
        if linked:
            links.append(_link(a1.cell_name(number, list(COLUMNS).index("单元格") + 1), finding))
    columns = "".join(f'<col min="{c}" max="{c}" width="{w}" customWidth="1"/>' for c, w in enumerate(COLUMNS.values(), start=1))
    bottom = HEADING_ROW + max(len(findings), 1)
    front = ' tabSelected="1"' if selected else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<worksheet xmlns="{MAIN_NS}" xmlns:r="{OFFICE_RELATIONSHIPS}">'
        '<sheetPr><tabColor rgb="FFC00000"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<dimension ref="A1:{last}{bottom}"/>'
        f'<sheetViews><sheetView showGridLines="0"{front} workbookViewId="0">'
        f'<pane ySplit="{HEADING_ROW}" topLeftCell="A{HEADING_ROW + 1}" activePane="bottomLeft" state="frozen"/>'
        f'<selection pane="bottomLeft" activeCell="A{HEADING_ROW + 1}" sqref="A{HEADING_ROW + 1}"/></sheetView></sheetViews>'
        f'<sheetFormatPr defaultRowHeight="15"/><cols>{columns}</cols><sheetData>{"".join(rows)}</sheetData>'
        f'<autoFilter ref="A{HEADING_ROW}:{last}{bottom}"/>'
        f'<mergeCells count="2"><mergeCell ref="A1:{last}1"/><mergeCell ref="A2:{last}2"/></mergeCells>'
        + (f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "")
        + '<printOptions horizontalCentered="1"/><pageMargins left="0.5" right="0.5" top="0.6" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C&amp;9第 &amp;P 页，共 &amp;N 页</oddFooter></headerFooter></worksheet>"
    ).encode()


def summary(findings: Sequence[Finding]) -> str:
    """Return the line above the list: whose findings, how many of each severity, and what to do with them."""
    unit = next((finding.unit for finding in findings if finding.unit), None)
    return f"{unit + '：' if unit else ''}共 {len(findings)} 处——{counts_text(findings)}。{_GUIDE}"


def list_texts(finding: Finding) -> dict[str, str]:
    """Return a finding's row in the list, by heading."""
    return {
        "编号": finding.rule,
        "级别": SEVERITY_WORDS[finding.severity],
        "项目": finding.project or ("（整个单位）" if finding.sheet is None else ""),
        "工作表": finding.sheet or "",
        "单元格": finding.cell or "",
        "字段": finding.field or "",
        "填报内容": quoted(finding.value) if finding.sheet else "",
        "问题": finding.message,
        "建议": finding.suggestion,
    }


def _look(name: str, finding: Finding, looks: ReviewLooks, linked: bool) -> int:
    if name == "级别":
        return looks.severities[finding.severity]
    if name == "单元格" and linked:
        return looks.link
    return looks.centred if name in _CENTRED else looks.text


def _height(texts: Mapping[str, str]) -> float:
    long = [(texts[name], width) for name, width in COLUMNS.items() if len(texts[name]) * _CHARACTER > width - 2]
    needed = max((needed_height(text, width, _SIZE, _CHARACTER) for text, width in long), default=0.0)
    return min(max(needed + 4, _LEAST), 409.0)


def _row(number: int, height: float, cells: Sequence[str]) -> str:
    return f'<row r="{number}" ht="{height:g}" customHeight="1">{"".join(cells)}</row>'


def _cell(row: int, column: int, text: str, style: int) -> str:
    place = f"{a1.column_letters(column)}{row}"
    kept = written(text)[1] if text else None
    if kept is None:
        return f'<c r="{place}" s="{style}"/>'
    return f'<c r="{place}" s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(kept)}</t></is></c>'


def _link(place: str, finding: Finding) -> str:
    sheet = (finding.sheet or "").replace("'", "''")
    target = quoteattr(clean(f"'{sheet}'!{finding.cell}"))
    return f"<hyperlink ref={quoteattr(place)} location={target} display={quoteattr(finding.cell or '')}/>"

"""The sheet 审核意见 of a marked copy: every finding in a row, its cell a link, ready to be filtered and printed.

Findings come in, the markup of a worksheet goes out; every text is written as a text, so none can become a formula. Called
by `annotate`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import quoteattr

from toolkit.checking.model import Finding
from toolkit.outputs.fit import needed_height
from toolkit.outputs.marked.fills import BASES
from toolkit.outputs.marked.texts import COLUMNS, REVIEW_SHEET, counts_text, quoted
from toolkit.package.parts import OFFICE_RELATIONSHIPS
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.geometry import MOST_HEIGHT
from toolkit.spreadsheet.styles import Look, Stylesheet
from toolkit.spreadsheet.tabs import FILTER, PRINT_TITLES, free_name
from toolkit.spreadsheet.written import ListSheet, cell_xml, clean, row_xml
from toolkit.values.words import SEVERITY_WORDS

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
    return free_name(REVIEW_SHEET, taken)


def review_names(name: str, count: int) -> dict[str, str]:
    """Return the sheet's own defined names: its filter, and the rows printed on every page."""
    sheet = a1.quote_sheet(name)
    last = a1.cell_name(HEADING_ROW + max(count, 1), len(COLUMNS), absolute=True)
    return {
        FILTER: f"{sheet}!$A${HEADING_ROW}:{last}",
        PRINT_TITLES: f"{sheet}!${HEADING_ROW}:${HEADING_ROW}",
    }


def review_sheet(
    findings: Sequence[Finding], looks: ReviewLooks, sheets: Collection[str], origin: Sequence[str] = (), *, selected: bool
) -> bytes:
    """Return the markup of the sheet. `sheets` are those a link can lead to; `selected` puts its tab in front; `origin`: see `annotate_workbook`."""
    rows = [
        row_xml(1, 36, _cell(1, 1, REVIEW_SHEET, looks.title)),
        row_xml(2, 32, _cell(2, 1, summary(findings, origin), looks.summary)),
        row_xml(HEADING_ROW, 24, *(_cell(HEADING_ROW, c, name, looks.heading) for c, name in enumerate(COLUMNS, start=1))),
    ]
    links: list[str] = []
    for number, finding in enumerate(findings, start=HEADING_ROW + 1):
        texts = list_texts(finding)
        linked = bool(finding.cell) and finding.sheet in sheets and len(links) < _MOST_LINKS
        cells = [_cell(number, c, texts[name], _look(name, finding, looks, linked)) for c, name in enumerate(COLUMNS, start=1)]
        rows.append(row_xml(number, _height(texts), *cells))
        if linked:
            links.append(_link(a1.cell_name(number, list(COLUMNS).index("单元格") + 1), finding))
    return ListSheet(
        rows,
        tuple(COLUMNS.values()),
        HEADING_ROW,
        HEADING_ROW + max(len(findings), 1),
        "C00000",
        margins=(0.5, 0.5, 0.6, 0.6),
        footer="&amp;C&amp;9第 &amp;P 页，共 &amp;N 页",
        attributes=f' xmlns:r="{OFFICE_RELATIONSHIPS}"',
        links=f"<hyperlinks>{''.join(links)}</hyperlinks>" if links else "",
        centred=True,
        selected=selected,
    ).to_bytes()


def summary(findings: Sequence[Finding], origin: Sequence[str] = ()) -> str:
    """Return the line above the list: whose findings, how many of each severity, and what to do with them."""
    came_from = f"（退改编号 {'、'.join(origin)}）" if origin else ""
    unit = next((finding.unit for finding in findings if finding.unit), None)
    return f"{unit + '：' if unit else ''}共 {len(findings)} 处——{counts_text(findings)}。{_GUIDE}{came_from}"


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
    return min(max(needed + 4, _LEAST), MOST_HEIGHT)


def _link(place: str, finding: Finding) -> str:
    sheet = (finding.sheet or "").replace("'", "''")
    target = quoteattr(clean(f"'{sheet}'!{finding.cell}"))
    return f"<hyperlink ref={quoteattr(place)} location={target} display={quoteattr(finding.cell or '')}/>"


def _cell(row: int, column: int, text: str, style: int) -> str:
    return cell_xml(a1.cell_name(row, column), text, style, keep=True)

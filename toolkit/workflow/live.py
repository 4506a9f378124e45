"""The audit of a workbook that is open in Excel: a copy of it as it is now comes in, what to show in it goes out.

The wording, colours and headings are those of marked copies (`outputs.annotate…`); where they go, `apps.excel` decides, which
alone sees the open workbook. Macros that run `jixiao excel` read it from a results file:

UTF-8 without a mark, lines end in LF, five cells parted by tabs; tabs and line breaks inside a value become blanks. A line
with a blank first cell has something to tell the user in its fourth. The first line is the verdict:
`⇥⇥status⇥message⇥errors warnings hints`, where `status` is the file's after an audit (passed, needs_changes, unreadable,
not_filled, wrong_form), done after any other job, and failed where a job could not be done. After an audit a line for each
finding follows, in the order to visit them: `工作表⇥单元格⇥级别⇥问题⇥建议` (both places blank for what concerns the unit;
cell A1 or A1:B2). After other jobs a message of several lines follows again line by line (`⇥⇥line⇥line of the message⇥`), then a line for each file written: `⇥⇥file⇥message⇥path`. macros/README.md says the same. Written
by `apps.excel_command`, read by `macros/`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from toolkit.checking.model import Finding as Finding
from toolkit.errors import UsageError
from toolkit.forms import Form
from toolkit.outputs.marked.fills import BASES
from toolkit.outputs.marked.sheet import HEADING_ROW as HEADING_ROW
from toolkit.outputs.marked.sheet import list_texts, review_name, summary
from toolkit.outputs.marked.texts import COLUMNS as COLUMNS
from toolkit.outputs.marked.texts import HEADLINE, OURS, counts_text, note_body, one_line, ordered
from toolkit.outputs.marked.texts import REVIEW_SHEET as REVIEW_SHEET
from toolkit.package.atomic import Outlet
from toolkit.resources import templates_dir
from toolkit.spreadsheet import a1
from toolkit.values.words import FILE, NEEDS_CHANGES, PASSED, RANK, REPAIR, SEVERITY_WORDS, Severity
from toolkit.workflow.check import CheckResult, check_returns
from toolkit.workflow.explain import how_judged
from toolkit.workflow.request import Request

# The colour (RRGGBB) of a mark by severity.
COLORS = BASES

# An area of more cells than this is marked at its first cell alone: each cell is a call of the spreadsheet program.
_MOST_CELLS = 200

DONE, FAILED, LINE = "done", "failed", "line"

# A list of units of this name beside a folder counts for it.
ROSTER = "名单.xlsx"

Line = Sequence[str | None]


@dataclass(frozen=True)
class LiveAudit:
    """What an audit found: the file's status, and what a unit must see in the order to visit it, repairs left out.

    `message` says in one line what came out; `names` are the workbook's own sheets.
    """

    status: str
    findings: tuple[Finding, ...]
    message: str
    names: tuple[str, ...]

    @property
    def readable(self) -> bool:
        """Whether the workbook holds our form, filled in."""
        return self.status in (PASSED, NEEDS_CHANGES)

    def on(self, sheet: str) -> list[Finding]:
        """Return the findings that point into a sheet, by the name it has in any case."""
        return [f for f in self.findings if f.cell and (f.sheet or "").casefold() == sheet.casefold()]

    def counts(self) -> tuple[int, ...]:
        """Return how many errors, warnings and hints there are."""
        return tuple(sum(finding.severity == each for finding in self.findings) for each in RANK)

    def lines(self) -> list[tuple[str | None, ...]]:
        """Return a line of the results file for each finding (`write_results`)."""
        return [(f.sheet, f.cell, SEVERITY_WORDS[f.severity], f.message, f.suggestion) for f in self.findings]

    def fills(self) -> dict[str, str]:
        """Return the fill (`#RRGGBB`) of each 级别 in that list, by cell."""
        column = a1.column_letters(list(COLUMNS).index("级别") + 1)
        return {f"{column}{row}": f"#{BASES[f.severity]}" for row, f in enumerate(self.findings, HEADING_ROW + 1)}

    def rows(self) -> list[list[str]]:
        """Return the list of findings as it is typed into a sheet: a leading `'` makes a text, `=` a link to the cell."""
        rows = [[_text(REVIEW_SHEET)], [_text(summary(self.findings))], [_text(name) for name in COLUMNS]]
        rows += [[] for _ in range(HEADING_ROW - len(rows))]
        for finding in self.findings:
            texts = list_texts(finding)
            row = {name: _text(text) for name, text in texts.items()}
            if finding.cell and finding.sheet in self.names:
                row["单元格"] = _link(finding.sheet, finding.cell)
            rows.append(list(row.values()))
        return rows


def audit_copy(path: Path, display: str, forms: Sequence[Form], names: Sequence[str] = ()) -> LiveAudit:
    """Return what is wrong with the workbook at `path`, which messages call `display` and whose sheets are `names`.

    Raises UsageError for a workbook that is a result of ours.
    """
    check = _checked(path, display, forms)
    file = check.files[0]
    mine = [finding for finding in check.findings if finding.file == file.file]
    findings = tuple(ordered(mine, names))
    if file.status in (PASSED, NEEDS_CHANGES):
        projects = len(file.declarations)
        message = f"{display}：{projects} 个项目，{counts_text(findings)}。"
    else:
        said = (finding for finding in findings if finding.family == FILE)
        message = "\n".join(f"{display}：{finding.message}{finding.suggestion}" for finding in said)
    return LiveAudit(file.status, findings, message, tuple(names))


def explain_cell(path: Path, display: str, forms: Sequence[Form], sheet: str, cell: str) -> list[str]:
    """Return how the findings at a cell of the workbook at `path` came about, line by line; a line where there are none.

    Raises UsageError as `audit_copy` does.
    """
    check = _checked(path, display, forms)
    found = [each for each in check.findings if each.family != REPAIR and _is_at(each, sheet, cell)]
    judged = how_judged(found, check.batch)
    lines: list[str] = []
    for each in found:
        lines.append(f"【{SEVERITY_WORDS[each.severity]}】{each.message}{each.suggestion}（{each.rule}）")
        lines += judged[each].splitlines() if each in judged else ["这是程序自带的检查，没有条件公式。"]
    return lines or [f"{sheet} {cell}：这一格没有审核意见。请先点“审核当前工作簿”，再选中一个有问题的单元格。"]


def _checked(path: Path, display: str, forms: Sequence[Form]) -> CheckResult:
    try:
        return check_returns(Request((str(path),), forms))
    except UsageError as error:
        raise UsageError(str(error).replace(str(path), display)) from error


def _is_at(finding: Finding, sheet: str, cell: str) -> bool:
    if not finding.cell or (finding.sheet or "").casefold() != sheet.casefold():
        return False
    (top, left, bottom, right), (row, column) = a1.parse_area(finding.cell), a1.parse_cell(cell)
    return top <= row <= bottom and left <= column <= right


def results_outlet(path: Path, given: Sequence[Path], form: str | None) -> Outlet:
    """Return where the results may go: an older file there is replaced, but nothing that is read, nor a file of the folders given.

    Raises UsageError for such a place, OutputError when the file cannot be written.
    """
    # A whole disk is no folder of returns, and every job says so.
    read = [each for each in given if each.resolve().name]
    rosters = [each.resolve().with_name(ROSTER) for each in read]
    forms = [place for folder in (templates_dir(), Path("templates")) for place in folder.glob("*")]
    outlet = Outlet(True, (*read, *rosters, *forms, *([Path(form)] if form else [])))
    outlet.check(path)
    return outlet


def write_results(path: Path, outlet: Outlet, head: Line, lines: Iterable[Line]) -> None:
    """Write the results file: its first line, and those that follow. Raises OutputError when it cannot be written."""
    text = "".join("\t".join(one_line(cell or "") for cell in line) + "\n" for line in (head, *lines))
    outlet.write(path, text.encode("utf-8", "replace"))


def told_lines(told: Sequence[str]) -> list[Line]:
    """Return the lines of the results file that give a message of several lines as such; none for a single one.

    >>> told_lines(["甲。"]), told_lines(["甲。", "乙。"])
    ([], [('', '', 'line', '甲。', ''), ('', '', 'line', '乙。', '')])
    """
    return [("", "", LINE, line, "") for line in told] if len(told) > 1 else []


def list_name(names: Sequence[str]) -> str:
    """Return a name for the list that no sheet of the workbook has."""
    return review_name(names)


def note_text(findings: Sequence[Finding]) -> str:
    """Return the note for a cell."""
    return f"{HEADLINE}\n{note_body(findings)}"


def our_part(note: str, written: str) -> tuple[int, int] | None:
    """Return start and length of what an audit wrote into a note, the blank line before it too; None where nothing.

    `written` is the text as it was; where somebody changed it, its lines tell.

    >>> our_part("请核对\\n\\n【审核意见】\\n错误：缺。\\n建议：补。\\n已改", "")
    (3, 20)
    """
    start = note.rfind(written) if written else -1
    end = start + len(written)
    if start < 0:
        found = list(OURS.finditer(note))
        if not found:
            return None
        start, end = found[-1].span()
        end -= note[start:end].endswith("\n")
    if start == 0:
        end += note[end:].startswith("\n")
    elif note[:start].endswith("\n\n"):
        start -= 2
    return start, end - start


def gravest(severities: Iterable[Severity]) -> Severity:
    """Return the gravest of severities, of which there is one at least.

    >>> gravest(["hint", "error", "warning"])
    'error'
    """
    return min(severities, key=lambda severity: RANK[severity])


def cells_of(area: str) -> list[str]:
    """Return the cells of an area row by row; of a large one the first alone.

    >>> cells_of("B2:C3"), cells_of("A1:Z999"), cells_of("$D$4")
    (['B2', 'C2', 'B3', 'C3'], ['A1'], ['D4'])
    """
    top, left, bottom, right = a1.parse_area(area)
    if (bottom - top + 1) * (right - left + 1) > _MOST_CELLS:
        return [a1.cell_name(top, left)]
    return [a1.cell_name(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]


def reference(sheet: str, cell: str) -> str:
    """Return the formula that is just another cell; Excel moves it along when rows are inserted or sheets renamed.

    >>> reference("项目1", "D8")
    "='项目1'!D8"
    """
    return f"={_quoted(sheet)}!{cell}"


def referred(formula: str) -> tuple[str, str] | None:
    """Return sheet and cell of such a formula as it stands now; None where the cell is gone.

    >>> referred("=项目1!$D$8"), referred("='项目 1'!D8"), referred("=#REF!D8")
    (('项目1', 'D8'), ('项目 1', 'D8'), None)
    """
    try:
        sheet, top, left, _, _ = a1.parse_range(formula.removeprefix("="))
    except ValueError:
        return None
    return None if sheet is None or sheet.startswith("#") else (sheet, a1.cell_name(top, left))


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"


def _link(sheet: str, cell: str) -> str:
    """Return a link to a cell, the address shown."""
    place = f"#{_quoted(sheet)}!{cell}".replace('"', '""')
    return f'=HYPERLINK("{place}","{cell}")'


def _text(text: str) -> str:
    """Return what to type for a text: nothing of it is taken for a formula or a number."""
    return f"'{text}" if text else ""

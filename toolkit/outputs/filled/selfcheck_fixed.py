"""The fixed lines of the sheet 自检: checks of level 核实, which the unit corrects or explains in a cell beside them.

They stand above the others and are never sorted, so that an explanation stays with its 编号 and sheet; each cell shows the hidden cells of
its own row. Called by `selfcheck_list`; `reading.explanations` reads what was written.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from toolkit.outputs.filled.selfcheck_check import quoted
from toolkit.outputs.filled.selfcheck_lines import FAILED, STATIC, UNKNOWN, Line
from toolkit.spreadsheet import a1
from toolkit.spreadsheet.markup import escape
from toolkit.spreadsheet.written import cell_xml
from toolkit.values.explained import LEAST, is_explanation
from toolkit.values.words import EXPLAINED, VERIFY

# The column in which the unit writes, and how wide it is.
LETTER, WIDTH = "I", 44

ASKED = "确有原因不必改的，请在“说明”栏写明原因。"
_HOLLOW = f"“说明”没有说出原因：除套话、数字外至少写 {LEAST} 个字。"
_PROMPT = "填报内容无误、不必改正的，请写明原因；“无”“同上”“属实”等不算说明。"


def fixed_cells(line: Line, styles: Sequence[int | None]) -> Iterator[tuple[str, str]]:
    """Yield the cells of a line as they are shown, each with its column; `styles` by column, the last that of the explanation."""
    row, check, result, (place, moves) = line.row, line.check, line.result, line.place
    mark = FAILED if line.mark == UNKNOWN else line.mark
    failed, unknown, hollow = f'$E{row}="{FAILED}"', f'$P{row}="{UNKNOWN}"', f"LEN({LETTER}{row})>0"
    message = f"$Q{row}" if check.message.formulas or check.by_row else f'IF({unknown},{STATIC},$L{row})&""'
    advice = f"$R{row}" if check.suggestion.formulas else f'$M{row}&""'
    wanted = f'OR({failed},$E{row}="{EXPLAINED}")'
    shown = result.message if mark in (FAILED, EXPLAINED) else ""
    cure = f"{result.suggestion}{_asked(line)}" if mark == FAILED else ""
    target = f'"{place}"&$S{row}' if moves is not None else quoted(place)
    texts = (
        ("A", line.sheet.name, f"$Y${line.of_sheet}"),
        ("B", line.sheet.project, f'$Z${line.of_sheet}&""'),
        ("C", check.known_as, None),
        ("D", VERIFY, None),
        ("E", mark, f'IF(LEFT($P{row},1)="{FAILED}","{FAILED}",$P{row})'),
        ("F", shown, f'IF({wanted},{message},"")'),
        ("G", cure, f'IF({failed},{advice}&IF({unknown},"",IF({hollow},"{_HOLLOW}","{ASKED}")),"")'),
        ("H", f"{place}{moves or ''}", f"HYPERLINK($X${line.of_sheet}&{target},{target})" if place else None),
        (LETTER, line.explanation, None),
    )
    for (column, text, formula), style in zip(texts, styles, strict=True):
        yield column, cell_xml(f"{column}{row}", text, style, formula)

    # The last cell of the line: whose it is, for who reads a workbook that nobody calculated.
    yield "U", cell_xml(f"U{row}", line.sheet.name, None)


def _asked(line: Line) -> str:
    if line.mark == UNKNOWN:
        return ""
    return _HOLLOW if line.explanation and not is_explanation(line.explanation) else ASKED


def prompt(first: int, last: int) -> str:
    """Return the data validation of the cells to be written in: it says what is asked, and takes 500 characters."""
    area = a1.range_name((first, a1.column_number(LETTER), last, a1.column_number(LETTER)))
    return (
        f'<dataValidations count="1"><dataValidation type="textLength" operator="lessThanOrEqual" allowBlank="1" showInputMessage="1"'
        f' showErrorMessage="1" errorTitle="说明" error="请在 500 字以内说明。" promptTitle="说明" prompt="{escape(_PROMPT)}" sqref="{area}">'
        "<formula1>500</formula1></dataValidation></dataValidations>"
    )

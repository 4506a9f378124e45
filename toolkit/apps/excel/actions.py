"""What the clerk does with the workbook in front: audit it, go from finding to finding, ask how one came about, take the marks away.

Each function takes the `Host` and returns what to tell the user. Called by `toolkit.apps.excel.main`.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path, PurePath

from toolkit.apps.excel.host import Host
from toolkit.apps.excel.marks import list_sheet, mark, unmark
from toolkit.workflow.forms import load_forms
from toolkit.workflow.live import COLUMNS, HEADING_ROW, audit_copy, explain_cell

# Where the list remembers which finding was shown last: right of its columns, and at which place of the row that is.
_SHOWN, _SHOWN_PLACE = "K1", 10

_MOST_CHARACTERS = 900


def audit_workbook(host: Host, form: str | None = None) -> str:
    """Audit the workbook as it is open now, mark its findings and select the first; marks of an earlier audit go.

    A workbook that is not our form is left without marks, and the answer is that of `jixiao check`.
    """
    unmark(host)
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        audit = audit_copy(_copy(host, Path(folder)), host.name(), load_forms(form), host.sheets())
    if not audit.readable or not audit.findings:
        return audit.message
    locked = mark(host, audit)
    said = [audit.message]
    if locked:
        said.append(f"工作表“{'”“'.join(locked)}”设有保护密码，没有标色；问题见“{list_sheet(host)}”表。")
    first = _visit(host, 0)
    return "\n".join([*said, first] if first else said)


def next_finding(host: Host) -> str:
    """Select the cell of the finding after the one shown last, the first again after the last; tell what is wrong there."""
    listed = list_sheet(host)
    if listed is None:
        return "这个工作簿里还没有审核意见。请先点“审核当前工作簿”。"
    shown = "".join(host.read(listed)[0][_SHOWN_PLACE : _SHOWN_PLACE + 1])
    return _visit(host, int(shown) if shown.isdecimal() else 0) or f"审核意见都不在某个单元格上，请看“{listed}”表。"


def explain_finding(host: Host) -> str:
    """Tell how the findings at the selected cell came about: the condition, its values and where they stand, what its parts come to."""
    sheet, cell = host.selected()
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        return shortened(explain_cell(_copy(host, Path(folder)), host.name(), load_forms(None), sheet, cell))


def shortened(lines: Sequence[str]) -> str:
    """Return lines as a message; a message box shows about a thousand characters, and the rest is elsewhere."""
    text = "\n".join(lines)
    return (
        text if len(text) <= _MOST_CHARACTERS else f"{text[:_MOST_CHARACTERS]}……\n其余见审核报告.html 的“怎样判定”，或运行 jixiao explain。"
    )


def clear_marks(host: Host) -> str:
    """Take the marks of the last audit away: fills and notes are what they were, the list goes."""
    number = unmark(host)
    return f"已清除 {number} 处标记，填充色和批注恢复原样。" if number else "这个工作簿里没有审核标记。"


def _copy(host: Host, folder: Path) -> Path:
    """Return a copy of the workbook as it is now, under its own name: some checks compare it with the unit's."""
    name = PurePath(host.name()).name
    path = folder / (name if PurePath(name).suffix else f"{name}.xlsx")
    host.save_copy(path)
    return path


def _visit(host: Host, shown: int) -> str | None:
    """Go to the finding after number `shown` (from 1, 0 for none) and return what to tell; None where none has a place."""
    listed = list_sheet(host) or ""
    rows = host.read(listed)[HEADING_ROW:]
    columns = list(COLUMNS)
    found = [dict(zip(columns, row, strict=False)) for row in rows if any(row[: len(columns)])]
    sheets = set(host.sheets())
    order = [*range(shown, len(found)), *range(min(shown, len(found)))]
    number = next((n for n in order if found[n].get("单元格") and found[n].get("工作表") in sheets), None)
    if number is None:
        return None
    row = found[number]
    host.write(listed, [[f"'{number + 1}"]], at=_SHOWN)
    hidden = "" if host.select(row["工作表"], row["单元格"]) else f"工作表“{row['工作表']}”是隐藏的，请先取消隐藏。"
    return f"第 {number + 1} 处，共 {len(found)} 处：{row['级别']} {row['工作表']} {row['单元格']}\n{row['问题']}{row['建议']}{hidden}"

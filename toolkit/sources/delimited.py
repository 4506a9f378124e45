"""Text tables (CSV, and CSV under the name of a workbook) as a grid, typed as Excel would on opening them."""

from __future__ import annotations

import csv
import re

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.parts import RESEND, unsafe_error
from toolkit.sources.grid import CellValue, Grid, Position

# Numbers that lose nothing as a float: no leading zeros (codes), no more digits than Excel keeps.
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,6})?")
_SEPARATORS = ",\t;"


def read_delimited(text: str, display: str) -> tuple[Grid, ...]:
    r"""Return the table as one grid; `text` is the decoded file. Raises SourceError for one without content, or too long.

    >>> read_delimited('项目名称,"甲,乙"\n年度,2025\n', "a.csv")[0].cells
    {(1, 1): '项目名称', (1, 2): '甲,乙', (2, 1): '年度', (2, 2): 2025.0}
    """
    cells: dict[Position, CellValue] = {}
    separator = max(_SEPARATORS, key=text.count)
    lines = text.lstrip("\ufeff").splitlines(keepends=True)
    if lines and re.fullmatch(r"sep=.\s*", lines[0]):
        separator = lines.pop(0)[4]
    try:
        for row, pieces in enumerate(csv.reader(lines, delimiter=separator), start=1):
            for column, piece in enumerate(pieces, start=1):
                if piece.strip():
                    cells[row, column] = typed(piece)
            if len(cells) > limits.CELLS.most:
                raise unsafe_error(display, limits.CELLS.exceeded())
    except csv.Error as error:
        raise SourceError("文件-损坏", f"{display}：文本表格（CSV）不完整，读不出来", RESEND) from error
    if not cells:
        raise SourceError("文件-空", f"{display}：文件里没有内容", RESEND)
    return (Grid(None, cells),)


def typed(text: str) -> CellValue:
    """Return a piece of text as a number where it plainly is one, else as it is; dates are left to reading.

    >>> typed("1200000.50"), typed("007"), typed("2025-01-01"), typed("1234567890123456")
    (1200000.5, '007', '2025-01-01', '1234567890123456')
    """
    return float(text) if _NUMBER.fullmatch(text.strip()) else text

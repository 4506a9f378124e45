"""A text document on its way to a grid, whatever program wrote it: paragraphs and table rows one under the other.

`docx` and `odt` put in what they find; out comes a flow grid, `ruled` where there was a table. A document with nothing but pictures is a
scan and named as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from toolkit.errors import SourceError
from toolkit.package.parts import RESEND
from toolkit.sources.grid import CellValue, Grid, Position
from toolkit.spreadsheet.a1 import Area
from toolkit.values.text import clean_text

SCAN = "文件-扫描件"
SCAN_CURE = "请报送可编辑的申报表（.xlsx）；盖章扫描件可与它放在一起，作为附件"

# A table printed without lines, whose rows and columns cannot be told.
UNRULED = "文件-无框线"
UNRULED_CURE = "请报送可编辑的申报表（.xlsx 或 .docx）；只能报 PDF 的，请给表格加上框线再转换"

_GAP = re.compile(r"\t+|[ \u3000\u00a0]{2,}")


# A table in a cell of a table in a cell: further down only the texts count.
DEEPEST = 2


class Columns:
    """Where the columns of a table stand that begins right of `before` others: cells that hold wider tables are widened.

    `inner` are the cells that hold tables: the last column of each, how many it spans, and how many the widest table in it has.
    """

    def __init__(self, before: int, inner: Iterable[tuple[int, int, int]]) -> None:
        self._before = before
        self._more: dict[int, int] = {}
        for last, span, width in inner:
            self._more[last] = max(self._more.get(last, 0), width - span)

    def at(self, column: int) -> int:
        """Return the grid's column for one of the table's."""
        return self._before + column + sum(more for last, more in self._more.items() if last < column)


def is_area(area: Area) -> bool:
    """Return whether an area has more than one cell."""
    return area[0] != area[2] or area[1] != area[3]


@dataclass
class Page:
    """What was read so far: `row` is where the next line goes, `tables` the area of each table, its blank cells too.

    `remarks` are the texts of comments by their numbers, `comments` those that were met by their cells, `shapes` the texts of boxes over cells.
    """

    cells: dict[Position, CellValue] = field(default_factory=dict)
    merges: list[Area] = field(default_factory=list)
    row: int = 1
    tables: list[Area] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)
    comments: dict[Position, str] = field(default_factory=dict)
    shapes: list[str] = field(default_factory=list)

    def remark(self, column: int, numbers: Iterable[str]) -> None:
        """Keep the comments with these numbers for the text in a column of the row that is being written."""
        texts = [text for number in numbers if (text := clean_text(self.remarks.get(number, "")))]
        if texts:
            self.comments[self.row, column] = "\n".join(texts)

    def put_paragraph(self, text: str) -> None:
        """Put a paragraph's lines, each parted where its author tabbed or left a gap."""
        for line in text.split("\n"):
            for column, piece in enumerate(_GAP.split(line), start=1):
                self.put(column, piece)
            self.row += 1

    def put(self, column: int, text: str) -> None:
        """Put a text into the row that is being written."""
        if text := clean_text(text):
            self.cells[self.row, column] = text

    def end_table(self, first_row: int, columns: int) -> None:
        """Keep the area of a table whose last row has been put."""
        if self.row > first_row and columns:
            self.tables.append((first_row, 1, self.row - 1, columns))

    def grid(self, display: str, *, pictures: bool) -> Grid:
        """Return the document. Raises SourceError where there is no text in it, as in a scan."""
        if not self.cells and pictures:
            raise SourceError(SCAN, f"{display}：只有图片（盖章扫描件），没有可读的文字", SCAN_CURE)
        if not self.cells:
            raise SourceError("文件-空", f"{display}：文档里没有文字", RESEND)
        areas, ruled = tuple(self.tables), bool(self.tables)
        remarks, boxes = dict(self.comments), tuple(self.shapes)
        return Grid(None, self.cells, tuple(self.merges), flow=True, ruled=ruled, tables=areas, comments=remarks, shapes=boxes)

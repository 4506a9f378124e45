"""Drawings → files in a folder, by any of the programs an office may use; LibreOffice converts many at once.

In: drawings, a writer's name, a folder. Out: the paths, in order. Called by `score`, the tests and `python -m tests.drawings`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.drawings.model import Drawing
from tests.drawings.word import docx_table, docx_titled
from tests.drawings.writers import html_table, text_lines, xlsx_merged, xlsx_plain, xlsx_writer
from tests.office import convert_all


@dataclass(frozen=True)
class Writer:
    """A way to a file: our own bytes under a suffix, and what LibreOffice then makes of them (None: nothing)."""

    make: Callable[[Drawing], bytes]
    suffix: str
    converted: str | None = None

    @property
    def printed(self) -> bool:
        """Whether the file is a print, whose lines may break anywhere."""
        return self.converted == "pdf"


WRITERS: Mapping[str, Writer] = {
    "openpyxl合并": Writer(xlsx_merged, ".xlsx"),
    "openpyxl不合并": Writer(xlsx_plain, ".xlsx"),
    "XlsxWriter": Writer(xlsx_writer, ".xlsx"),
    "LibreOffice另存xlsx": Writer(xlsx_merged, ".xlsx", "xlsx"),
    "LibreOffice另存xls": Writer(xlsx_merged, ".xlsx", "xls"),
    "LibreOffice另存ods": Writer(xlsx_merged, ".xlsx", "ods"),
    "docx题在表内": Writer(docx_table, ".docx"),
    "docx题在表外": Writer(docx_titled, ".docx"),
    "docx另存odt": Writer(docx_titled, ".docx", "odt"),
    "xlsx转PDF": Writer(xlsx_merged, ".xlsx", "pdf"),
    "docx转PDF": Writer(docx_titled, ".docx", "pdf"),
    "HTML存为xls": Writer(html_table, ".xls"),
    "HTML贴入xlsx": Writer(html_table, ".xls", "xlsx"),
}
# Text as it is copied out of a table: only for other forms, for a text has no cells in which a value could be exact.
TEXT = "文字"
WORKBOOKS = ("openpyxl合并", "openpyxl不合并", "XlsxWriter")


def write(drawings: Sequence[Drawing], writer: str, folder: Path) -> list[Path]:
    """Write each drawing to `folder`, named after it; a conversion's sources go to a folder beside it."""
    how = Writer(text_lines, ".txt") if writer == TEXT else WRITERS[writer]
    source = folder.with_name(folder.name + "-源") if how.converted else folder
    folder.mkdir(parents=True, exist_ok=True)
    source.mkdir(parents=True, exist_ok=True)
    paths = []
    for drawing in drawings:
        path = source / f"{drawing.name}{how.suffix}"
        path.write_bytes(how.make(drawing))
        paths.append(path)
    return convert_all(paths, how.converted, folder, timeout=1800) if how.converted else paths

"""Published documents saved as text → a grid: a row per line, a piece of that line per column.

In: the bytes of a .txt (or .md) file in any encoding Chinese offices use. Out: one flow grid, whose rows are the
lines as an editor numbers them. Lines are parted at tabs, at the pipes of a table, or at two blanks and more; an
empty piece keeps its column. Rule rows of markdown and drawn tables carry nothing and are left out; a page break is
a piece of its own. Called by `sources` for text files; `reading.flow` makes declarations of the grid.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

from toolkit.errors import SourceError
from toolkit.sources.grid import CellValue, Grid, Uncached
from toolkit.values.text import clean_text

PAGE_BREAK = "\f"

# How files begin that are certainly no text: zip, PDF, OLE, RTF, PNG, JPEG, gzip.
_SIGNATURES = (b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0", b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"\x1f\x8b")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# A text decoded with the wrong code page shows up by characters nobody types; some damage is tolerated.
_STRANGE = frozenset({"Cc", "Cn", "Co", "Cs"})
_TOLERATED = 0.02

_RULE_ROW = re.compile(r"[\s|:+\-=─━—│┃┆┌┐└┘├┤┬┴┼╋┏┓┗┛┣┫┳┻═║╔╗╚╝╠╣╦╩╬]*")
_DRAWN = re.compile(r"-{3}|={3}|─{2}|━{2}|═{2}")
_MARKDOWN_RULE = re.compile(r"\|?(?:\s*:?-{2,}:?\s*\|)+(?:\s*:?-{2,}:?\s*)?")
_PIPES = re.compile(r"(?<!\\)[|│┃║]")
_WIDE_GAP = re.compile(r"[ \u3000]{2,}")
_HARD_SPACE = re.compile(r"[\u00a0\u2007\u202f]")
_HEADING = re.compile(r"(?<!\s)\s*#{1,6}\s+")
_STRONG = re.compile(r"(\*\*|(?<!_)__)(?=[^\s*_])([^*]{1,500}?)(?<=[^\s*_])\1(?!_)")
_LINE_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def read_text(data: bytes, display: str) -> tuple[Grid, ...]:
    r"""Return the document as one flow grid; `display` is the file's name in messages.

    Raises SourceError 文件-空 when there is nothing to see in it, 文件-格式 when it is no text.

    >>> read_text("项目名称\t\t维修 经费\n\n| 数量 | ≥2 |\n|---|---|".encode("gb18030"), "a.txt")[0].cells
    {(1, 1): '项目名称', (1, 3): '维修 经费', (3, 1): '数量', (3, 2): '≥2'}
    """
    cells: dict[tuple[int, int], CellValue | Uncached] = {}
    for row, line in enumerate(re.split(r"\r\n|\r|\n|\u2028|\u0085", decode_text(data, display)), start=1):
        for column, piece in enumerate(_pieces(line), start=1):
            if piece:
                cells[row, column] = piece
    if not any(value != PAGE_BREAK for value in cells.values()):
        raise SourceError("文件-空", f"{display}：文件里没有文字。", "请确认文件已正确导出，重新报送有内容的文件。")
    return (Grid(None, cells, flow=True),)


def decode_text(data: bytes, display: str) -> str:
    """Return the text of a file in any encoding Chinese offices use. Raises SourceError 文件-格式 when it is none."""
    for encoding in () if data.startswith(_SIGNATURES) else _encodings(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        strange = sum(unicodedata.category(char) in _STRANGE and not char.isspace() for char in text)
        if "\0" not in text and strange <= _TOLERATED * len(text):
            return text
    message = f"{display}：不是文本文件，或编码无法识别。"
    raise SourceError("文件-格式", message, "请用原来的程序打开，另存为 UTF-8 编码的文本文件（.txt）后重试。")


def _encodings(data: bytes) -> tuple[str, ...]:
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return (encoding,)
    if b"\0" in data:
        low, high = data[0::2].count(0), data[1::2].count(0)
        return ("utf-16-le",) if high >= low else ("utf-16-be",)
    return ("utf-8", "gb18030")


def _pieces(line: str) -> list[str]:
    pieces: list[str] = []
    for number, part in enumerate(line.split(PAGE_BREAK)):
        if number:
            pieces.append(PAGE_BREAK)
        if not _is_rule(part):
            pieces.extend(clean_text(piece) for piece in _part(_without_markup(part)))
    return pieces


def _is_rule(line: str) -> bool:
    """Whether a line only draws: `-----\t----`, `|---|:--:|`, `+====+`; a dash or two of a blank value does not."""
    if not _RULE_ROW.fullmatch(line):
        return False
    return bool(_DRAWN.search(line)) or _MARKDOWN_RULE.fullmatch(line.strip()) is not None


def _without_markup(line: str) -> str:
    line = _HARD_SPACE.sub(" ", line)
    line = _STRONG.sub(r"\2", _HEADING.sub("", line, count=1))
    first, *rest = _LINE_BREAK.split(line)
    return "\n".join((first.rstrip(), *(each.strip() for each in rest[:-1]), rest[-1].lstrip())) if rest else line


def _part(line: str) -> list[str]:
    """Part a line at the strongest sign in it: pipes of a table row, else tabs, else wide gaps."""
    bare = line.strip()
    if bare and (_PIPES.match(bare) or _PIPES.search(bare, len(bare) - 1) or " | " in bare):
        inner = _PIPES.sub("", bare, count=1) if _PIPES.match(bare) else bare
        pieces = _PIPES.split(inner)
        if not pieces[-1].strip():
            pieces.pop()
        return [piece.replace("\\|", "|") for piece in pieces]
    if "\t" in line:
        return line.split("\t")
    return _WIDE_GAP.split(line.rstrip())

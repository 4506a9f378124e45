"""What a worksheet asks of a reader, looked at in its bytes before any parser gets them: rows, cells, merges, far cells.

A worksheet's or the shared strings' XML comes in; whether it is safe to hold goes out, or the package's error that names
the limit. Counting is done by searching bytes, in flat memory: a hostile part is never taken apart. `opc` has looked
at the container before; `scan` calls this for every sheet it reads.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.parts import Package
from toolkit.spreadsheet import a1

_MERGE = re.compile(rb'<mergeCell\b[^<>]*?\sref\s*=\s*["\']([^"\'<>]*)["\']')

# No merge of fewer rows can cover too much.
_LONG = 1_000

# In a smaller part no count can come near a limit.
_SMALL = 1 << 20

# The usual place of shared strings; a part of so many bytes cannot hold more of them than a reader bears.
_STRINGS, _FEW_STRINGS = "xl/sharedstrings.xml", 32 << 20


def check_sheet(xml: bytes, package: Package, name: str) -> None:
    """Raise SourceError where a sheet has more rows or cells than are accepted."""
    if len(xml) <= _SMALL:
        return
    rows, cells = xml.count(b"<row"), xml.count(b"</v>") + xml.count(b"</is>")
    if rows > limits.ROW_COUNT.most:
        raise _refused(package, name, limits.ROW_COUNT, rows)
    if cells > limits.CELLS.most:
        raise _refused(package, name, limits.CELLS, cells)


def merges_of(xml: bytes, package: Package, name: str) -> tuple[a1.Area, ...]:
    """Return the merged areas of a sheet, 1-based. Raises SourceError for too many, and as `areas_of` does."""
    start = xml.find(b"<mergeCell", max(xml.rfind(b"</sheetData>"), 0))
    if start < 0:
        return ()
    merges = xml.count(b"<mergeCell", start) - 1
    if merges > limits.MERGES.most:
        raise _refused(package, name, limits.MERGES, merges)
    return areas_of(_MERGE.findall(xml, start), package, name)


def areas_of(references: Iterable[bytes], package: Package, name: str) -> tuple[a1.Area, ...]:
    """Return the merged areas that a sheet's references mean. Raises SourceError for too large ones, and for what is none."""
    try:
        areas = tuple(map(_area, references))
    except ValueError as error:
        raise package.damaged(f"工作表“{name}”的合并区域无法识别") from error
    for area in areas:
        if area[2] - area[0] > _LONG and _size(area) > limits.MERGE_AREA.most:
            raise _refused(package, name, limits.MERGE_AREA, _size(area))
    return areas


def check_area(places: Iterable[tuple[int, int]], package: Package, name: str) -> None:
    """Raise SourceError where the rectangle around a sheet's filled cells, given as (row, column), is larger than accepted."""
    filled = set(places)
    if not filled or max(filled)[0] * limits.COLUMNS.most <= limits.AREA.most:
        return
    rows, columns = [row for row, _ in filled], [column for _, column in filled]
    area = _size((min(rows), min(columns), max(rows), max(columns)))
    if area > limits.AREA.most:
        raise _refused(package, name, limits.AREA, area)


def check_strings(package: Package, part: str | None) -> None:
    """Raise SourceError for more shared strings than are accepted, though no cell may refer to them."""
    for name in {_STRINGS, (part or _STRINGS).lower()}:
        if name in package and package.at_most(name) > _FEW_STRINGS:
            xml = package.markup(name)
            if (strings := xml.count(b"<si>") + xml.count(b"<si ") + xml.count(b":si>")) > limits.SHARED_STRINGS.most:
                raise package.unsafe(limits.SHARED_STRINGS.exceeded(strings))


@lru_cache(maxsize=4096)
def _area(reference: bytes) -> a1.Area:
    return a1.parse_area(reference.decode("ascii", "replace"))


def _size(area: a1.Area) -> int:
    return (area[2] - area[0] + 1) * (area[3] - area[1] + 1)


def _refused(package: Package, name: str, limit: limits.Limit, found: int) -> SourceError:
    return package.unsafe(f"工作表“{name}”{limit.exceeded(found)}")

"""What a worksheet asks of a reader, looked at in its bytes before any parser gets them: rows, cells, merges, far cells.

A worksheet's or the shared strings' XML comes in; whether it is safe to hold goes out, or the package's error that names
the limit. Counting is done by searching bytes, in flat memory: a hostile part is never taken apart. `opc` has looked
at the container before; `sources.xlsx` calls this for every part that calamine will read.
"""

from __future__ import annotations

import re

from toolkit.errors import SourceError
from toolkit.package import a1, limits
from toolkit.package.parts import Package

_ROW = re.compile(rb'<row(?=[ >/\t\r\n])(?:[^>]*?\sr\s*=\s*["\']([0-9]{1,8}))?')
_PLAIN_ROW = re.compile(rb'<row r="([0-9]{1,8})"')

# One of a thousand rows or more, or of whole columns.
_LARGE_MERGE = re.compile(rb'<mergeCell\b[^>]*?\sref\s*=\s*["\']([^"\']*(?:[0-9]{4}|[A-Za-z](?=["\':]))[^"\']*)')

# A cell that only carries a style is not held by any reader.
_FILLED = re.compile(rb"<c(?=[ >\t\r\n])([^>]*)(?<!/)>(?!</c>)")
_PLACE = re.compile(rb'\sr\s*=\s*["\']([A-Za-z]{1,3})([0-9]{1,7})["\']')

# A cell with a column of three letters, or not written as all programs write cells: its address first.
_UNUSUAL = re.compile(rb'<c(?! r="[A-Z]{1,2}[0-9])[ >\t\r\n/]')

# Columns with at most two letters.
_NEAR = 702

# Below the first no count can come near a limit; below the second no row can have more cells than there are columns.
_SMALL, _TINY = 1 << 20, 1 << 18


def plain_markup(xml: bytes, element: bytes = b"sheetData") -> bytes:
    """Return a part's XML with its own prefix taken off where `element` has one; rarely anything to do."""
    if b"<" + element in xml or b":" + element not in xml:
        return xml
    prefix = re.search(rb"<([A-Za-z_][\w.-]*):" + element, xml)
    if prefix is None:
        return xml
    plain = re.sub(rb"<(/?)" + re.escape(prefix[1]) + rb":", rb"<\1", xml)
    return plain.replace(b"xmlns:" + prefix[1] + b"=", b"xmlns=", 1)


def check_sheet(xml: bytes, package: Package, name: str) -> bool:
    """Return whether a reader may hold the whole rectangle around a sheet's cells; SourceError beyond a limit.

    Where it may not, the cells are few but far apart, and have to be read one by one.
    """
    _check_merges(xml, package, name)
    if len(xml) > _SMALL:
        _check_counts(xml, package, name)
    height = _height(xml)
    if len(xml) <= _TINY and height * limits.COLUMNS.most <= limits.DENSE:
        return True
    if height * _NEAR <= limits.DENSE and _UNUSUAL.search(xml) is None:
        return True
    area = _filled(xml, height)
    if area > limits.AREA.most:
        raise _refused(package, name, limits.AREA, area)
    return area <= limits.DENSE


def check_strings(xml: bytes, package: Package) -> None:
    """Raise SourceError where a part holds more shared strings than are accepted."""
    if len(xml) > _SMALL and (strings := xml.count(b"<si>") + xml.count(b"<si ") + xml.count(b":si>")) > limits.SHARED_STRINGS.most:
        raise package.unsafe(limits.SHARED_STRINGS.exceeded(strings))


def _check_counts(xml: bytes, package: Package, name: str) -> None:
    rows, cells = xml.count(b"<row"), xml.count(b"</v>") + xml.count(b"</is>")
    if rows > limits.ROW_COUNT.most:
        raise _refused(package, name, limits.ROW_COUNT, rows)
    if cells > limits.CELLS.most:
        raise _refused(package, name, limits.CELLS, cells)


def _check_merges(xml: bytes, package: Package, name: str) -> None:
    start = xml.find(b"<mergeCell")
    if start < 0:
        return
    merges = xml.count(b"<mergeCell", start) - 1
    if merges > limits.MERGES.most:
        raise _refused(package, name, limits.MERGES, merges)
    for match in _LARGE_MERGE.finditer(xml, start):
        try:
            covered = _size(a1.parse_area(match[1].decode("ascii", "replace")))
        except ValueError as error:
            raise package.damaged(f"工作表“{name}”的合并区域无法识别") from error
        if covered > limits.MERGE_AREA.most:
            raise _refused(package, name, limits.MERGE_AREA, covered)


def _height(xml: bytes) -> int:
    """How many rows lie between the first and the last that is written, at most; one without a number is counted on."""
    if len(xml) <= _SMALL:
        numbers = [int(number) for number in _PLAIN_ROW.findall(xml)]
        if numbers and len(numbers) == xml.count(b"<row ") + xml.count(b"<row>"):
            return max(numbers) - min(numbers) + 1
    first, last, unnumbered = limits.ROWS.most, 0, 0
    for match in _ROW.finditer(xml):
        if match[1] is None:
            unnumbered += 1
            continue
        row = int(match[1])
        first, last = row if row < first else first, row if row > last else last
    return max(last - first, 0) + 1 + unnumbered


def _filled(xml: bytes, height: int) -> int:
    """How many cells the rectangle around the filled ones has; without addresses, what it could have at most."""
    top, bottom, columns, unplaced = limits.ROWS.most, 1, {b"A"}, 0
    for match in _FILLED.finditer(xml):
        place = _PLACE.search(match[1])
        if place is None:
            unplaced += 1
            continue
        columns.add(place[1])
        row = int(place[2])
        top, bottom = row if row < top else top, row if row > bottom else bottom
    numbers = [_column(letters) for letters in columns]
    if unplaced:
        return height * (max(numbers) + unplaced)
    return _size((min(top, bottom), min(numbers), bottom, max(numbers)))


def _column(letters: bytes) -> int:
    try:
        return a1.column_number(letters.decode("ascii"))
    except ValueError:
        return limits.COLUMNS.most


def _size(area: a1.Area) -> int:
    return (area[2] - area[0] + 1) * (area[3] - area[1] + 1)


def _refused(package: Package, name: str, limit: limits.Limit, found: int) -> SourceError:
    return package.unsafe(f"工作表“{name}”{limit.exceeded(found)}")

"""The rich workbook as other programs would have saved it: the raw material of the tests of unusual workbooks."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Callable

import openpyxl
from lxml import etree

from tests.outputs.annotate_samples import SHEET, parts
from toolkit.package.rezip import rezip

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

# A sheet's name with all that must be quoted somewhere.
ODD_NAME = "O'Brien & “甲”"

_FIRST, _BOOK, _LINKS, _TYPES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
_IMAGES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><etc:cellImage r:embed="rId1"/></etc:cellImages>'
)


def _edited(data: bytes, pattern: str, edit: Callable[[str, str], str]) -> bytes:
    """Return the package with `edit(name, text)` in place of each XML part whose name matches."""
    texts = {name: text.decode() for name, text in parts(data).items() if re.search(pattern, name)}
    return rezip(data, {name: edit(name, text).encode() for name, text in texts.items()})


def strict(data: bytes) -> bytes:
    """As Excel saves a `Strict Open XML` workbook."""

    def edit(name: str, text: str) -> str:
        text = text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
        pattern = r"http://schemas\.openxmlformats\.org/(officeDocument|drawingml)/2006/(\w+)"
        text = re.sub(pattern, r"http://purl.oclc.org/ooxml/\1/\2", text)
        return text.replace("<workbook ", '<workbook conformance="strict" ') if name == _BOOK else text

    return _edited(data, r"\.(xml|rels)$", edit)


def prefixed(data: bytes) -> bytes:
    """With `x:` before every name of the main vocabulary."""

    def edit(name: str, text: str) -> str:
        root = etree.fromstring(text.encode())
        if etree.QName(root).namespace != MAIN:
            return text
        spaces = {prefix: space for prefix, space in root.nsmap.items() if prefix}
        new = etree.Element(root.tag, dict(root.attrib), nsmap={"x": MAIN, **spaces})
        new.text = root.text
        new.extend(list(root))
        etree.cleanup_namespaces(new, keep_ns_prefixes=["x", "r"])
        written: bytes = etree.tostring(new, xml_declaration=True, encoding="UTF-8")
        return written.decode()

    return _edited(data, r"^xl/.*\.xml$", edit)


def absolute(data: bytes) -> bytes:
    """With links by absolute part names, as openpyxl and many generators write them."""

    def edit(name: str, text: str) -> str:
        folder = posixpath.dirname(posixpath.dirname(name))

        def whole(match: re.Match[str]) -> str:
            target = match[1]
            return match[0] if target[0] in "/#" or "://" in target else f'Target="/{posixpath.normpath(posixpath.join(folder, target))}"'

        return re.sub(r'Target="([^"]+)"', whole, text)

    return _edited(data, r"\.rels$", edit)


def odd_names(data: bytes) -> bytes:
    """With a sheet called `ODD_NAME`."""

    def edit(name: str, text: str) -> str:
        text = text.replace(f"{SHEET}!", "'O''Brien &amp; “甲”'!")
        return text.replace(f'name="{SHEET}"', 'name="O\'Brien &amp; “甲”"') if name == _BOOK else text

    return _edited(data, r"workbook\.xml$|chart1\.xml$", edit)


def locked_structure(data: bytes) -> bytes:
    """With the list of sheets protected by a password."""
    lock = '<workbookProtection workbookPassword="CC1A" lockStructure="1"/><bookViews>'
    return _edited(data, r"workbook\.xml$", lambda _, text: text.replace("<bookViews>", lock))


def hidden_first(data: bytes) -> bytes:
    """With the first sheet hidden, so that the workbook opens on the second."""

    def edit(_: str, text: str) -> str:
        text = re.sub(r'(<sheet name="[^"]*" sheetId="1")', r'\1 state="hidden"', text)
        return text.replace("<workbookView ", '<workbookView activeTab="1" ')

    def unselected(name: str, text: str) -> str:
        return text.replace(' tabSelected="1"', "") if name == _FIRST else text

    return _edited(_edited(data, r"workbook\.xml$", edit), r"sheet1\.xml$", unselected)


def very_hidden_second(data: bytes) -> bytes:
    """With a sheet that only a macro can show."""
    return _edited(data, r"workbook\.xml$", lambda _, text: re.sub(r'(<sheet name="[^"]*" sheetId="2")', r'\1 state="veryHidden"', text))


def in_utf16(data: bytes) -> bytes:
    """With the sheet in UTF-16."""
    text = parts(data)[_FIRST].decode().replace("UTF-8", "UTF-16")
    return rezip(data, {_FIRST: text.encode("utf-16")})


def without_shared_strings(data: bytes) -> bytes:
    """With every text in its own cell."""
    kept = parts(data)
    strings = ["".join(item.itertext()) for item in etree.fromstring(kept["xl/sharedStrings.xml"])]

    def inline(match: re.Match[str]) -> str:
        return f'<c r="{match[1]}"{match[2] or ""} t="inlineStr"><is><t>{strings[int(match[3])]}</t></is></c>'

    changed = {
        name: re.sub(r'<c r="(\w+)"( s="\d+")? t="s"><v>(\d+)</v></c>', inline, kept[name].decode()).encode()
        for name in (_FIRST, "xl/worksheets/sheet2.xml")
    }
    changed[_TYPES] = re.sub(rb'<Override PartName="/xl/sharedStrings.xml"[^>]*/>', b"", kept[_TYPES])
    changed[_LINKS] = re.sub(rb'<Relationship [^>]*sharedStrings.xml"/>', b"", kept[_LINKS])
    return rezip(data, changed, ["xl/sharedStrings.xml"])


def from_wps(data: bytes) -> bytes:
    """With a picture in a cell and extensions, as WPS saves them."""
    kept = parts(data)
    link = '<Relationship Id="rId{}" Type="{}" Target="{}"/></Relationships>'
    image = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
    links = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{link.format(1, image, "media/image1.png")}'
    )
    kind = '<Override PartName="/xl/cellimages.xml" ContentType="application/vnd.wps-officedocument.cellimage+xml"/></Types>'
    cell = '<row r="7"><c r="G7" t="str"><f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v></c></row><row r="8"'
    more = (
        '<extLst><ext uri="{B58B0392-4F1F-4190-BB64-5DF3571DCE5F}" xmlns:x="http://schemas.microsoft.com/office/spreadsheetml'
        '/2018/calcfeatures"><x:calcFeatures><x:feature name="microsoft.com:RD"/></x:calcFeatures></ext></extLst></workbook>'
    )
    book_link = link.format(77, "http://www.wps.cn/officeDocument/2020/cellImage", "cellimages.xml")
    changed = {
        "xl/cellimages.xml": _IMAGES,
        "xl/_rels/cellimages.xml.rels": links,
        _TYPES: kept[_TYPES].decode().replace("</Types>", kind),
        _LINKS: kept[_LINKS].decode().replace("</Relationships>", book_link),
        _FIRST: kept[_FIRST].decode().replace('<row r="8"', cell),
        _BOOK: kept[_BOOK].decode().replace("</workbook>", more),
    }
    return rezip(data, {name: text.encode() for name, text in changed.items()})


def resaved(data: bytes) -> bytes:
    """As openpyxl saves it: absolute part names, drawings of notes with prefixes of their own for every shape."""
    stream = io.BytesIO()
    openpyxl.load_workbook(io.BytesIO(data)).save(stream)
    return stream.getvalue()


VARIANTS = {
    "strict": strict, "prefixed": prefixed, "absolute": absolute, "odd_names": odd_names, "locked": locked_structure,
    "hidden_first": hidden_first, "very_hidden": very_hidden_second, "utf16": in_utf16, "inline": without_shared_strings, "wps": from_wps,
    "resaved": resaved,
}  # fmt: skip

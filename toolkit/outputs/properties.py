"""Document properties of our outputs: what kind each is (`jixiao.kind` …), and the list of a workbook's sheets.

`stamp` is for workbooks that XlsxWriter makes; the other functions change a package, workbook or Word document, and
make the parts where it has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from lxml import etree

from toolkit.package.draft import Draft
from toolkit.package.parts import OFFICE_RELATIONSHIPS
from toolkit.spreadsheet.markup import CUSTOM_NS
from toolkit.spreadsheet.sheet_patch import clean

if TYPE_CHECKING:
    import xlsxwriter

_VALUES_NS = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_APP_NS = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_CUSTOM_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"

# The set of user-defined properties, as Office identifies it.
_USER_DEFINED = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"

KIND, FORM, VERSION = "jixiao.kind", "jixiao.form", "jixiao.version"

# Of an issued workbook: its unit, and the fields filled in for it (of the unit, of each project), parted by 、.
UNIT, UNIT_FIELDS, PROJECT_FIELDS = "jixiao.unit", "jixiao.unit-fields", "jixiao.project-fields"

# What `jixiao.kind` says.
FILLED, OVERVIEW, EXPORT = "填报", "总表", "导出"
REVIEW = "审核报告"
MARKED, NOTICE = "退改", "退改通知"
TIDIED = "修复记录"
COMPARISON = "对比"


def stamp(book: xlsxwriter.Workbook, kind: str) -> None:
    """Say in a workbook being made by XlsxWriter of what kind it is."""
    book.set_custom_property(KIND, kind)


def write_properties(draft: Draft, values: Mapping[str, str]) -> None:
    """Set custom document properties; others that are there stay."""
    part = draft.target("", "custom-properties")
    if part is None:
        part = draft.free_name("docProps/custom.xml") if "docProps/custom.xml" in draft else "docProps/custom.xml"
        root = etree.Element(f"{{{CUSTOM_NS}}}Properties", nsmap={None: CUSTOM_NS, "vt": _VALUES_NS})
        draft.put(part, b"", _CUSTOM_TYPE)
        draft.link("", f"{OFFICE_RELATIONSHIPS}/custom-properties", part)
    else:
        root = draft.xml(part)
    for element in list(root):
        if element.get("name") in values:
            root.remove(element)
    used = max((int(element.get("pid", "1")) for element in root), default=1)
    for number, (name, value) in enumerate(values.items(), used + 1):
        element = etree.SubElement(root, f"{{{CUSTOM_NS}}}property", fmtid=_USER_DEFINED, pid=str(number), name=name)
        etree.SubElement(element, f"{{{_VALUES_NS}}}lpwstr").text = clean(value)
    draft.put_xml(part, root)


def write_titles(draft: Draft, sheets: Sequence[str]) -> None:
    """Make the list of sheets in the extended properties the list given; names of ranges are left out."""
    part = draft.target("", "extended-properties")
    if part is None:
        return
    root = draft.xml(part)
    pairs, titles = root.find(f"{{{_APP_NS}}}HeadingPairs"), root.find(f"{{{_APP_NS}}}TitlesOfParts")
    if pairs is None or titles is None:
        return
    heading = pairs.findtext(f".//{{{_VALUES_NS}}}lpstr") or "工作表"
    vector = _vector(pairs, 2, "variant")
    etree.SubElement(etree.SubElement(vector, f"{{{_VALUES_NS}}}variant"), f"{{{_VALUES_NS}}}lpstr").text = heading
    count = etree.SubElement(etree.SubElement(vector, f"{{{_VALUES_NS}}}variant"), f"{{{_VALUES_NS}}}i4")
    count.text = str(len(sheets))
    vector = _vector(titles, len(sheets), "lpstr")
    for name in sheets:
        etree.SubElement(vector, f"{{{_VALUES_NS}}}lpstr").text = name
    draft.put_xml(part, root)


def _vector(holder: etree._Element, size: int, kind: str) -> etree._Element:
    for child in list(holder):
        holder.remove(child)
    return etree.SubElement(holder, f"{{{_VALUES_NS}}}vector", size=str(size), baseType=kind)

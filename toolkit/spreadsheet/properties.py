"""Document properties of an Office file, workbook or Word document: the custom ones, the core ones, the list of sheets.

An open `Package` or a `Draft` comes in to be read, a `Draft` to be changed. Properties of others stay as they are; a part
that the file has not is made.
Ours have names of their own: `jixiao.kind` and others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from lxml import etree

from toolkit.package.parts import OFFICE_RELATIONSHIPS, Package
from toolkit.spreadsheet.markup import whole_number
from toolkit.spreadsheet.written import clean

if TYPE_CHECKING:
    from toolkit.package.draft import Draft

# The properties of ours, which say of a file where it came from.
KIND, FORM, VERSION = "jixiao.kind", "jixiao.form", "jixiao.version"

# Of an issued workbook: its unit, and the fields filled in for it (of the unit, of each project), parted by 、.
UNIT, UNIT_FIELDS, PROJECT_FIELDS = "jixiao.unit", "jixiao.unit-fields", "jixiao.project-fields"

# Of one with last year's values: the first digits of the sha256 of what each project's sheet held when it was issued, parted by 、.
BEGUN, BEGUN_DIGITS, MOST_BEGUN = "jixiao.begun", 6, 36

# Of a marked copy: what it was made from, by the first digits of the sha256 of its bytes, and what that was made from; parted by 、.
ORIGIN = "jixiao.origin"
ORIGIN_DIGITS, MOST_ORIGINS = 16, 12

# What `jixiao.kind` says.
FILLED, OVERVIEW, EXPORT = "填报", "总表", "导出"
REVIEW = "审核报告"
MARKED, NOTICE = "退改", "退改通知"
TIDIED, MOVES, CARRIED_OVER = "修复记录", "转入记录", "沿用记录"
COMPARISON = "对比"
SUMMARY = "汇总表"

_CUSTOM_NS = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES_NS = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_APP_NS = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
_CUSTOM_PART, _CUSTOM_TYPE = "docProps/custom.xml", "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_PROPERTY = f"{{{_CUSTOM_NS}}}property"

# The set of user-defined properties, as Office identifies it.
_USER_DEFINED = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"

_METADATA = "http://schemas.openxmlformats.org/package/2006"
_CORE_TYPE = "application/vnd.openxmlformats-package.core-properties+xml"
_CORE_SPACES = {
    "cp": f"{_METADATA}/metadata/core-properties",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}


def custom_properties(package: Package | Draft) -> dict[str, str]:
    """Return the custom document properties by name, as text; empty where there are none."""
    part = package.related("", "custom-properties")
    if part is None:
        return {}
    return {entry.get("name", ""): "".join(entry.itertext()).strip() for entry in package.xml(part).iter(_PROPERTY)}


def set_custom_properties(draft: Draft, values: Mapping[str, str | None], *, drop: bool = False) -> None:
    """Set custom properties where they stand, new ones behind the others; None takes one away.

    `drop` removes the part when it then holds nothing.
    """
    part = draft.related("", "custom-properties")
    if part is None:
        part = draft.free_name(_CUSTOM_PART) if _CUSTOM_PART in draft else _CUSTOM_PART
        draft.put_xml(part, etree.Element(f"{{{_CUSTOM_NS}}}Properties", nsmap={None: _CUSTOM_NS, "vt": _VALUES_NS}), _CUSTOM_TYPE)
        draft.link("", f"{OFFICE_RELATIONSHIPS}/custom-properties", part)
    root = draft.xml(part)
    present = {element.get("name", ""): element for element in root.iter(_PROPERTY)}
    number = max((whole_number(element.get("pid"), 1) for element in present.values()), default=1)
    for name, value in values.items():
        found = present.get(name)
        if value is None:
            if found is not None:
                root.remove(found)
            continue
        if found is None:
            number += 1
            found = etree.SubElement(root, _PROPERTY, fmtid=_USER_DEFINED, pid=str(number), name=name)
        for child in list(found):
            found.remove(child)
        etree.SubElement(found, f"{{{_VALUES_NS}}}lpwstr").text = clean(value)
    if drop and not len(root):
        draft.detach("", part)
    else:
        draft.put_xml(part, root)


def stamp_draft(draft: Draft, kind: str, more: Mapping[str, str] = MappingProxyType({})) -> None:
    """Say in a package of what kind it is, and `more` properties; what its template says of the same gives way."""
    values = {KIND: kind, **more}
    set_custom_properties(draft, dict.fromkeys(values))
    set_custom_properties(draft, values)


def set_core_properties(draft: Draft, values: Mapping[str, str]) -> str:
    """Set core properties (`dc:title`, `dcterms:created` …); return the name of the part that holds them."""
    part = draft.related("", "core-properties")
    if part is None:
        part = "docProps/core.xml"
        draft.put_xml(part, etree.Element(f"{{{_CORE_SPACES['cp']}}}coreProperties", nsmap=_CORE_SPACES), _CORE_TYPE)
        draft.link("", f"{_METADATA}/relationships/metadata/core-properties", part)
    root = draft.xml(part)
    for key, value in values.items():
        prefix, _, local = key.partition(":")
        tag = f"{{{_CORE_SPACES[prefix]}}}{local}"
        element = root.find(tag)
        if element is None:
            element = etree.SubElement(root, tag, nsmap={prefix: _CORE_SPACES[prefix]})
        if prefix == "dcterms":
            element.set(f"{{{_CORE_SPACES['xsi']}}}type", "dcterms:W3CDTF")
        element.text = value
    draft.put_xml(part, root)
    return part


def set_sheet_titles(draft: Draft, sheets: Sequence[str]) -> None:
    """Make the list of sheets in the extended properties the list given; names of ranges are left out."""
    part = draft.related("", "extended-properties")
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

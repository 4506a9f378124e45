"""The custom document properties of a marked copy: its kind, and the fills that marks cover, which every program keeps.

A `Draft` comes in; properties are read, set and taken away, those of others stay. Called by `annotate`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from toolkit.package.draft import Draft
from toolkit.package.parts import OFFICE_RELATIONSHIPS
from toolkit.spreadsheet.markup import CUSTOM_NS

FILL = "jixiao.fill."

_PART, _VALUES_NS = "docProps/custom.xml", "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_PROPERTY = f"{{{CUSTOM_NS}}}property"

# The set of user-defined properties, as Office identifies it; and how much text Excel keeps of one.
_USER_DEFINED = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_LONGEST = 255

# More colours than this are not worth a property each: the record has them all.
_MOST = 32


def has_properties(patch: Draft) -> bool:
    """Return whether the package has custom properties at all."""
    return patch.target("", "custom-properties") is not None


def properties_of(patch: Draft) -> dict[str, str]:
    """Return the custom properties by name."""
    part = patch.target("", "custom-properties")
    root = etree.Element("none") if part is None else patch.xml(part)
    return {element.get("name", ""): "".join(element.itertext()).strip() for element in root.iter(_PROPERTY)}


def fill_properties(fills: Sequence[str]) -> dict[str, str | None]:
    """Return the properties that tell the covered fills by their numbers; one that is too long is left out."""
    return {f"{FILL}{number}": fill for number, fill in enumerate(fills[:_MOST]) if len(fill) <= _LONGEST}


def covered_fills(properties: Mapping[str, str]) -> dict[int, str]:
    """Return the covered fills that properties tell, by their numbers."""
    found = {name.removeprefix(FILL): text for name, text in properties.items() if name.startswith(FILL)}
    return {int(number): text for number, text in found.items() if number.isdigit() and text.startswith("<fill")}


def set_properties(patch: Draft, values: Mapping[str, str | None], *, drop: bool = False) -> None:
    """Set custom properties, None takes one away; `drop` removes the part when it then holds nothing."""
    part = patch.target("", "custom-properties")
    if part is None:
        part = patch.free_name(_PART) if _PART in patch else _PART
        patch.put_xml(part, etree.Element(f"{{{CUSTOM_NS}}}Properties", nsmap={None: CUSTOM_NS, "vt": _VALUES_NS}), _TYPE)
        patch.link("", f"{OFFICE_RELATIONSHIPS}/custom-properties", part)
    root = patch.xml(part)
    present = {element.get("name", ""): element for element in root.iter(_PROPERTY)}
    number = max((int(element.get("pid", "1")) for element in present.values()), default=1)
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
        etree.SubElement(found, f"{{{_VALUES_NS}}}lpwstr").text = value
    if drop and not len(root):
        patch.detach("", part)
    else:
        patch.put_xml(part, root)

"""The two lists that every package keeps of itself, [Content_Types].xml and the relationships of its parts, as XML.

What each part is and what it links to comes in; the lists go out, made anew or as changes to those of a file. Called by
`draft` alone: nothing else in the house knows how they are written.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from urllib.parse import quote

from lxml import etree

from toolkit.package.parts import RELATIONSHIPS_NS, TYPES_NS, Relationship, serialise

_RELATIONSHIP, _OVERRIDE, _DEFAULT = f"{{{RELATIONSHIPS_NS}}}Relationship", f"{{{TYPES_NS}}}Override", f"{{{TYPES_NS}}}Default"
_RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


def types_xml(names: Sequence[str], types: Mapping[str, str]) -> bytes:
    """Return [Content_Types].xml for the parts `names`: a default for each extension that is not xml, an override for all else."""
    root = etree.Element(f"{{{TYPES_NS}}}Types", nsmap={None: TYPES_NS})
    defaults = {"rels": _RELATIONSHIPS_TYPE, "xml": "application/xml"}
    usual: dict[str, Counter[str]] = {}
    for name in names:
        if name in types:
            usual.setdefault(_extension(name), Counter())[types[name]] += 1
    for extension, counts in sorted(usual.items()):
        if extension:
            defaults.setdefault(extension, counts.most_common(1)[0][0])
    for extension, kind in defaults.items():
        etree.SubElement(root, _DEFAULT, Extension=extension, ContentType=kind)
    for name in names:
        known = types.get(name)
        if known is not None and defaults.get(_extension(name)) != known:
            etree.SubElement(root, _OVERRIDE, PartName=f"/{name}", ContentType=known)
    return serialise(root)


def changed_types(root: etree._Element, names: Collection[str], removed: Collection[str], given: Mapping[str, str]) -> etree._Element:
    """Return a file's list of content types without parts that were removed and with the types `given` to others.

    `names` are the parts there are now. Drawings in VML go by their extension, all else by name.
    """
    gone = {name.casefold() for name in removed}
    stale = [element for element in root.iter(_OVERRIDE) if _part(element) in gone]
    if any(name.endswith(".vml") for name in removed) and not any(n.endswith(".vml") and n not in given for n in names):
        stale += [element for element in root.iter(_DEFAULT) if element.get("Extension", "").lower() == "vml"]
    for element in stale:
        root.remove(element)
    defaults = {e.get("Extension", "").lower(): e.get("ContentType") for e in root.iter(_DEFAULT)}
    known = {_part(element): element for element in root.iter(_OVERRIDE)}
    for name, kind in given.items():
        extension, key = name.rpartition(".")[2], name.casefold()
        if extension == "vml" and extension not in defaults:
            root.insert(len(defaults), etree.Element(_DEFAULT, Extension=extension, ContentType=kind))
            defaults[extension] = kind
        elif defaults.get(extension) != kind:
            if key not in known:
                known[key] = etree.SubElement(root, _OVERRIDE, PartName=f"/{name}")
            known[key].set("ContentType", kind)
    return root


def changed_links(
    root: etree._Element | None, part: str, before: Mapping[str, Relationship], links: Sequence[Relationship]
) -> etree._Element:
    """Return a file's list of the relationships of `part`, which were those of `before`, made to be `links`.

    What was there and still is stays as it is written; a link that was taken away and made again is a new one.
    """
    kept = {link.id for link in links if before.get(link.id) is link}
    if root is None or not kept:
        root = etree.Element(f"{{{RELATIONSHIPS_NS}}}Relationships", nsmap={None: RELATIONSHIPS_NS})
    for element in list(root.iter(_RELATIONSHIP)):
        if element.get("Id") not in kept:
            root.remove(element)
    for link in links:
        if link.id in kept:
            continue
        element = etree.SubElement(root, _RELATIONSHIP, Id=link.id, Type=link.type)
        if link.external or link.target.startswith("#"):
            element.set("Target", link.target)
        else:
            element.set("Target", quote(posixpath.relpath("/" + link.target, "/" + posixpath.dirname(part))))
        if link.external:
            element.set("TargetMode", "External")
    return root


def _part(override: etree._Element) -> str:
    name: str = override.get("PartName", "")
    return name.lstrip("/").casefold()


def _extension(name: str) -> str:
    return posixpath.splitext(name)[1][1:].lower()

"""A package being changed: parts replaced, added, copied with all that belongs to them, and written as bytes.

It starts as everything a `Package` holds. What nothing links to any more is left out on writing, so removing a sheet is
removing the link to it. The same draft always gives the same bytes. Called by outputs.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections import Counter
from dataclasses import replace
from io import BytesIO
from urllib.parse import quote

from lxml import etree

from toolkit.package.parts import CONTENT_TYPES, RELATIONSHIPS_NS, TYPES_NS, Package, Relationship, relationships_part

_EPOCH = (1980, 1, 1, 0, 0, 0)
_NUMBERED = re.compile(r"(.*?)(\d*)(\.[^./]*)?")
_RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"

# Parts that several others may link to; copying a sheet links to the same one.
_SHARED = frozenset(("image", "pivotCacheDefinition", "slicerCache", "timelineCache", "person", "theme", "hyperlink"))


class Draft:
    """The parts of a package by name, their content types and their relationships, all open to change."""

    def __init__(self, package: Package) -> None:
        self.parts: dict[str, bytes] = {}
        self.types: dict[str, str] = dict(package.content_types)
        self.links: dict[str, list[Relationship]] = {"": list(package.relationships().values())}
        for name in package.names:
            if name == CONTENT_TYPES or posixpath.dirname(name).endswith("_rels"):
                continue
            self.parts[name] = package.markup(name) if name.endswith((".xml", ".vml")) else package.read(name)
            links = list(package.relationships(name).values())
            if links:
                self.links[name] = links

    def fork(self) -> Draft:
        """Return a draft of its own with the same content; changes to it leave this one alone."""
        twin = Draft.__new__(Draft)
        twin.parts, twin.types = dict(self.parts), dict(self.types)
        twin.links = {source: list(links) for source, links in self.links.items()}
        return twin

    def add(self, name: str, data: bytes, content_type: str) -> None:
        """Put a new part in, or another content into an old one."""
        self.parts[name], self.types[name] = data, content_type

    def link(self, source: str, kind: str, target: str) -> str:
        """Link part `source` ("" for the package) to part `target` and return the new id. `kind` is a URI."""
        links = self.links.setdefault(source, [])
        taken = {link.id for link in links}
        number = next(n for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        links.append(Relationship(f"rId{number}", kind, target, False))
        return f"rId{number}"

    def unlink(self, source: str, *identifiers: str) -> None:
        """Take relationships of `source` away."""
        self.links[source] = [link for link in self.links.get(source, []) if link.id not in identifiers]

    def target(self, source: str, kind: str) -> str | None:
        """Return the part that `source` links to by a relationship of this kind (last word of its type), or None."""
        found = (link.target for link in self.links.get(source, []) if link.kind == kind and not link.external)
        return next((target for target in found if target in self.parts), None)

    def copy(self, name: str) -> dict[str, str]:
        """Copy a part with the drawings, notes, printer settings … that belong to it; return new names by old ones.

        Relationship ids stay, so the content of a copy fits its links. Pictures are shared, not copied.
        """
        copies = {name: self.free_name(name)}
        waiting = [name]
        while waiting:
            old = waiting.pop()
            new = copies[old]
            self.add(new, self.parts[old], self.types.get(old, "application/xml"))
            links = []
            for link in self.links.get(old, []):
                if not link.external and link.target in self.parts and link.kind not in _SHARED:
                    if link.target not in copies:
                        copies[link.target] = self.free_name(link.target)
                        self.parts[copies[link.target]] = b""
                        waiting.append(link.target)
                    link = replace(link, target=copies[link.target])
                links.append(link)
            if links:
                self.links[new] = links
        return copies

    def free_name(self, like: str) -> str:
        """Return a part name not in use, numbered on from `like`: `sheet4.xml` after `sheet3.xml`."""
        match = _NUMBERED.fullmatch(like)
        stem, _, suffix = match.groups("") if match else (like, "", "")
        number = 1
        while f"{stem}{number}{suffix}" in self.parts:
            number += 1
        return f"{stem}{number}{suffix}"

    def to_bytes(self) -> bytes:
        """Return the package as a zip file: every part that can be reached by links, with fixed dates."""
        kept = self._reachable()
        names = [name for name in self.parts if name in kept]
        stream = BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            _write(archive, CONTENT_TYPES, self._types_xml(names))
            for name in ("", *names):
                if name:
                    _write(archive, name, self.parts[name])
                if self.links.get(name):
                    _write(archive, relationships_part(name), self._links_xml(name))
        return stream.getvalue()

    def _reachable(self) -> set[str]:
        found: set[str] = set()
        waiting = [""]
        while waiting:
            for link in self.links.get(waiting.pop(), []):
                if not link.external and link.target in self.parts and link.target not in found:
                    found.add(link.target)
                    waiting.append(link.target)
        return found

    def _types_xml(self, names: list[str]) -> bytes:
        """Return [Content_Types].xml: a default for each extension that is not xml, an override for all else."""
        root = etree.Element(f"{{{TYPES_NS}}}Types", nsmap={None: TYPES_NS})
        defaults = {"rels": _RELATIONSHIPS_TYPE, "xml": "application/xml"}
        usual: dict[str, Counter[str]] = {}
        for name in names:
            if name in self.types:
                usual.setdefault(_extension(name), Counter())[self.types[name]] += 1
        for extension, counts in sorted(usual.items()):
            if extension:
                defaults.setdefault(extension, counts.most_common(1)[0][0])
        for extension, kind in defaults.items():
            etree.SubElement(root, f"{{{TYPES_NS}}}Default", Extension=extension, ContentType=kind)
        for name in names:
            known = self.types.get(name)
            if known is not None and defaults.get(_extension(name)) != known:
                etree.SubElement(root, f"{{{TYPES_NS}}}Override", PartName=f"/{name}", ContentType=known)
        return serialise(root)

    def _links_xml(self, source: str) -> bytes:
        root = etree.Element(f"{{{RELATIONSHIPS_NS}}}Relationships", nsmap={None: RELATIONSHIPS_NS})
        folder = posixpath.dirname(source)
        for link in self.links[source]:
            element = etree.SubElement(root, f"{{{RELATIONSHIPS_NS}}}Relationship", Id=link.id, Type=link.type)
            if link.external or link.target.startswith("#"):
                element.set("Target", link.target)
            else:
                element.set("Target", quote(posixpath.relpath("/" + link.target, "/" + folder)))
            if link.external:
                element.set("TargetMode", "External")
        return serialise(root)


def serialise(root: etree._Element) -> bytes:
    """Return `root` as the bytes of a part, with the declaration Office writes."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _extension(name: str) -> str:
    return posixpath.splitext(name)[1][1:].lower()


def _write(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    info = zipfile.ZipInfo(name, _EPOCH)
    info.compress_type = zipfile.ZIP_DEFLATED
    info.create_system = 0
    info.external_attr = 0
    archive.writestr(info, data)

"""A package with a few parts changed, added or removed, and every other part left as the very bytes it is.

An open `Package` and the bytes of its file come in, the bytes of the changed file go out. Other than a `Draft`, which
writes a package of its own, a patch keeps order, names, unused parts and the compressed bytes of all it need not touch.
Called by outputs that mark a workbook of somebody else's.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from urllib.parse import quote

from lxml import etree

from toolkit.package.draft import serialise
from toolkit.package.parts import CONTENT_TYPES, RELATIONSHIPS_NS, TYPES_NS, Package, Relationship, relationships_part
from toolkit.package.rezip import deflate, rezip

_RELATIONSHIP, _OVERRIDE, _DEFAULT = f"{{{RELATIONSHIPS_NS}}}Relationship", f"{{{TYPES_NS}}}Override", f"{{{TYPES_NS}}}Default"
_NUMBERED = re.compile(r"(.*?)(\d*)(\.[^./]*)")

# Parts of fewer bytes are packed at the end, in no time.
_LARGE = 100_000
_STRICT = b"http://purl.oclc.org/ooxml/"


class PackagePatch:
    """The parts of a package as they will be; nothing is written before `to_bytes`."""

    def __init__(self, package: Package, data: bytes) -> None:
        self.package = package
        self._data = data
        self._found: dict[str, bytes] = {}
        self._changed: dict[str, bytes] = {}
        self._removed: set[str] = set()
        self._links: dict[str, list[Relationship]] = {}
        self._trees: dict[str, etree._Element] = {}
        self._packing: dict[str, tuple[bytes, Future[bytes]]] = {}
        self._pool: ThreadPoolExecutor | None = None
        if package.strict:
            self._make_transitional()

    def __contains__(self, name: str) -> bool:
        return name in self._changed or (name in self.package and name not in self._removed)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all parts there are now."""
        return tuple(name for name in dict.fromkeys((*self.package.names, *self._changed)) if name in self)

    def read(self, name: str) -> bytes:
        """Return part `name` as it is now. Raises SourceError where it is missing or damaged."""
        if name in self._changed:
            return self._changed[name]
        if name not in self._found:
            self._found[name] = self.package.markup(name)
        return self._found[name]

    def head(self, name: str, size: int) -> bytes:
        """Return the first `size` bytes of part `name`, the rest of it not even inflated."""
        known = self._changed.get(name) or self._found.get(name)
        return self.package.head(name, size) if known is None else known[:size]

    def xml(self, name: str) -> etree._Element:
        """Return part `name` as it is now, parsed safely. Raises SourceError as `Package.xml` does."""
        if name in self._changed:
            return etree.fromstring(self._changed[name], etree.XMLParser(resolve_entities=False, no_network=True))
        return self.package.xml(name)

    def put(self, name: str, data: bytes, content_type: str | None = None) -> None:
        """Give part `name` this content; a new part needs its content type."""
        if content_type is not None:
            self._set_type(name, content_type)
        self._removed.discard(name)
        if name in self._changed or name not in self.package or self.read(name) != data:
            self._changed[name] = data

    def settle(self, name: str) -> None:
        """Begin to pack a large part that is not going to change again, while others are being worked on."""
        data = self._changed.get(name, b"")
        if len(data) >= _LARGE:
            self._pool = self._pool or ThreadPoolExecutor()
            self._packing[name] = (data, self._pool.submit(deflate, data))

    def put_xml(self, name: str, root: etree._Element, content_type: str | None = None) -> None:
        """Give part `name` the content `root`."""
        self.put(name, serialise(root), content_type)

    def remove(self, name: str) -> None:
        """Take part `name` away, its relationships and its content type too; links to it are the caller's."""
        for each in (name, relationships_part(name)):
            self._changed.pop(each, None)
            self._trees.pop(each, None)
            if each in self.package:
                self._removed.add(each)
        self._links[name] = []
        root = self._tree(CONTENT_TYPES)
        stale = [e for e in root.iter(_OVERRIDE) if e.get("PartName", "").lstrip("/").casefold() == name.casefold()]
        if name.endswith(".vml") and not any(each.endswith(".vml") for each in self.names):
            stale += [e for e in root.iter(_DEFAULT) if e.get("Extension", "").lower() == "vml"]
        for element in stale:
            root.remove(element)

    def links(self, part: str) -> list[Relationship]:
        """Return the relationships of `part` ("" for the package) as they are now."""
        if part not in self._links:
            self._links[part] = list(self.package.relationships(part).values())
        return self._links[part]

    def targets(self, part: str, kind: str) -> Iterator[tuple[str, str]]:
        """Yield the parts that `part` links to by a relationship of this kind (last word of its type), with the id."""
        for link in self.links(part):
            if link.kind == kind and not link.external and link.target in self:
                yield link.id, link.target

    def target(self, part: str, kind: str) -> str | None:
        """Return the first part that `part` links to by a relationship of this kind, or None."""
        return next((name for _, name in self.targets(part, kind)), None)

    def link(self, part: str, kind: str, target: str) -> str:
        """Link `part` to part `target` by a relationship of type `kind` (a URI) and return its id."""
        root = self._tree(relationships_part(part))
        taken = {element.get("Id") for element in root.iter(_RELATIONSHIP)}
        identifier = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        path = quote(posixpath.relpath("/" + target, "/" + posixpath.dirname(part)))
        etree.SubElement(root, _RELATIONSHIP, Id=identifier, Type=kind, Target=path)
        self.links(part).append(Relationship(identifier, kind, target, False))
        return identifier

    def unlink(self, part: str, identifier: str) -> None:
        """Take a relationship of `part` away; the last one takes the list with it."""
        name = relationships_part(part)
        root = self._tree(name)
        self._links[part] = [link for link in self.links(part) if link.id != identifier]
        for element in list(root.iter(_RELATIONSHIP)):
            if element.get("Id") == identifier:
                root.remove(element)
        if not len(root):
            self._trees.pop(name)
            self._removed.add(name)

    def free_name(self, like: str) -> str:
        """Return a part name not in use, numbered on from `like`: `sheet4.xml` after `sheet3.xml`."""
        match = _NUMBERED.fullmatch(like)
        stem, _, suffix = match.groups("") if match else (like, "", "")
        return next(name for number in count(1) if (name := f"{stem}{number}{suffix}") not in self)

    def to_bytes(self) -> bytes:
        """Return the package as a file."""
        for name, root in self._trees.items():
            self.put_xml(name, root)
        done = self._packing.items()
        packed = {name: future.result() for name, (data, future) in done if self._changed.get(name) is data}
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
        return rezip(self._data, self._changed, self._removed, packed)

    def _set_type(self, name: str, content_type: str) -> None:
        """Say in [Content_Types].xml what a part is: drawings in VML by their extension, all else by name."""
        root = self._tree(CONTENT_TYPES)
        extension = name.rpartition(".")[2]
        defaults = {e.get("Extension", "").lower(): e for e in root.iter(_DEFAULT)}
        if extension == "vml" and extension not in defaults:
            root.insert(len(defaults), etree.Element(_DEFAULT, Extension=extension, ContentType=content_type))
        elif extension not in defaults or defaults[extension].get("ContentType") != content_type:
            known = [e for e in root.iter(_OVERRIDE) if e.get("PartName", "").lstrip("/").casefold() == name.casefold()]
            for element in known or [etree.SubElement(root, _OVERRIDE, PartName=f"/{name}")]:
                element.set("ContentType", content_type)

    def _tree(self, name: str) -> etree._Element:
        """Return a list of relationships or content types, which is written at the end; an empty one where there is none."""
        if name not in self._trees:
            empty = etree.Element(f"{{{RELATIONSHIPS_NS}}}Relationships", nsmap={None: RELATIONSHIPS_NS})
            self._trees[name] = self.xml(name) if name in self else empty
        return self._trees[name]

    def _make_transitional(self) -> None:
        """Bring a package of the Strict variant into the usual one: parts of both kinds in one package do not fit."""
        for name in self.package.names:
            if name.endswith((".xml", ".rels", ".vml")) and _STRICT in self.package.read(name):
                self._changed[name] = self.package.markup(name)
        for name in [n for n, data in self._changed.items() if b'conformance="strict"' in data]:
            self._changed[name] = self._changed[name].replace(b' conformance="strict"', b"")

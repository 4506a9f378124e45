"""A package being changed: parts replaced, added, removed, copied with all that belongs to them, and written as bytes.

An open `Package` comes in, a file goes out, in one of two ways. A draft of a package alone is **written anew**: every part
that links reach, in one fixed way, so that the same draft always gives the same bytes and removing a sheet is removing the
link to it. A draft that is also given the bytes of the package's file **patches** that file: order, names, unused parts
and the compressed bytes of all it need not touch stay. Called by outputs and by what changes a workbook's parts.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from itertools import count

from lxml import etree

from toolkit.package.listings import changed_links, changed_types, types_xml
from toolkit.package.parts import CONTENT_TYPES, Package, Relationship, parse_xml, relationships_part, serialise
from toolkit.package.rezip import deflate, new_zip, rezip
from toolkit.package.strict import MARK as STRICT

# Parts that several others may link to; copying a sheet links to the same one.
_SHARED = frozenset(("image", "pivotCacheDefinition", "slicerCache", "timelineCache", "person", "theme", "hyperlink"))

# Parts of fewer bytes are packed at the end, in no time.
_LARGE = 100_000


class Draft:
    """The parts of a package as they will be; nothing is written before `to_bytes`.

    With `data`, the bytes of the package's file, it is a patch: parts are read when asked for, and the package must stay
    open until the end. Without, all of them are read at once and the package may be closed.
    """

    def __init__(self, package: Package, data: bytes | None = None) -> None:
        self._package = package
        self._data = data
        self._names = {name.lower(): name for name in package.names if not _is_listing(name)}
        self._parts: dict[str, bytes] = {}
        self._links: dict[str, list[Relationship]] = {}

        # Of a patch, in order: what is to be written; parts ever taken away; parts whose links are others now; types given to parts.
        self._changed: dict[str, None] = {}
        self._removed: dict[str, None] = {}
        self._relinked: dict[str, None] = {}
        self._given: dict[str, str] = {}
        self._packing: dict[str, tuple[bytes, Future[bytes]]] = {}
        self._pool: ThreadPoolExecutor | None = None
        if data is None:
            self._given.update(package.content_types)
            self._links[""] = list(package.relationships().values())
            for name in self._names.values():
                self._parts[name] = package.markup(name) if name.endswith((".xml", ".vml")) else package.read(name)
                self._links[name] = list(package.relationships(name).values())
        elif package.strict:
            self._make_transitional()

    def fork(self) -> Draft:
        """Return a draft of its own with the same content, to be written anew; changes to it leave this one alone."""
        twin = Draft.__new__(Draft)
        twin.__dict__.update(self.__dict__)
        for name in ("_names", "_parts", "_links", "_changed", "_removed", "_relinked", "_given"):
            setattr(twin, name, dict(getattr(self, name)))
        return twin

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._names

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all parts there are now, the lists of content types and relationships left out."""
        return tuple(self._names.values())

    @property
    def types(self) -> Mapping[str, str]:
        """The content types by part name."""
        return self._given if self._data is None else {**self._package.content_types, **self._given}

    def read(self, name: str) -> bytes:
        """Return part `name` as it is now. Raises SourceError where it is missing or damaged."""
        if name not in self._parts:
            self._parts[name] = self._package.markup(name)
        return self._parts[name]

    def head(self, name: str, size: int) -> bytes:
        """Return the first `size` bytes of part `name`, the rest of it not even inflated."""
        known = self._parts.get(name)
        return self._package.head(name, size) if known is None else known[:size]

    def xml(self, name: str) -> etree._Element:
        """Return part `name` as it is now, parsed safely. Raises SourceError as `Package.xml` does."""
        if self._data is None or name in self._changed:
            return parse_xml(self._parts[name])
        return self._package.xml(name)

    def seen(self, name: str) -> etree._Element:
        """Return what `xml` does, to look at alone."""
        return self.xml(name) if self._data is None or name in self._changed else self._package.seen(name)

    def put(self, name: str, data: bytes, content_type: str | None = None) -> None:
        """Give part `name` this content; a new part needs its content type."""
        if content_type is not None:
            self.retype(name, content_type)
        new = name not in (self if self._data is None else self._package)
        if self._names.setdefault(name.lower(), name) not in self._links and new:
            self._links[name] = []
        if new or name in self._changed or self.read(name) != data:
            self._changed[name], self._parts[name] = None, data

    def put_xml(self, name: str, root: etree._Element, content_type: str | None = None) -> None:
        """Give part `name` the content `root`."""
        self.put(name, serialise(root), content_type)

    def retype(self, name: str, content_type: str) -> None:
        """Say what part `name` is."""
        self._given[name] = content_type

    def settle(self, name: str) -> None:
        """Begin to pack a large part that is not going to change again, while others are being worked on."""
        data = self._parts.get(name, b"") if name in self._changed else b""
        if len(data) >= _LARGE:
            self._pool = self._pool or ThreadPoolExecutor()
            self._packing[name] = (data, self._pool.submit(deflate, data))

    def remove(self, name: str) -> None:
        """Take part `name` away, its relationships and its content type too; links to it are the caller's."""
        self._names.pop(name.lower(), None)
        for known in (self._parts, self._changed, self._relinked, self._given):
            known.pop(name, None)
        self._links[name] = []
        self._removed[name] = None

    def links(self, part: str) -> list[Relationship]:
        """Return the relationships of `part` ("" for the package) as they are now."""
        if part not in self._links:
            self._links[part] = list(self._package.relationships(part).values())
        return self._links[part]

    def targets(self, part: str, kind: str) -> Iterator[tuple[str, str]]:
        """Yield the parts that `part` links to by a relationship of this kind (last word of its type), with the id."""
        for link in self.links(part):
            if link.kind == kind and not link.external and link.target in self:
                yield link.id, link.target

    def related(self, part: str, kind: str) -> str | None:
        """Return the first part that `part` links to by a relationship of this kind, or None."""
        return next((name for _, name in self.targets(part, kind)), None)

    def link(self, part: str, kind: str, target: str) -> str:
        """Link `part` to part `target` by a relationship of type `kind` (a URI) and return its id."""
        links = self.links(part)
        taken = {link.id for link in links}
        identifier = next(f"rId{n}" for n in range(1, len(taken) + 2) if f"rId{n}" not in taken)
        self._links[part] = [*links, Relationship(identifier, kind, target, False)]
        self._relinked[part] = None
        return identifier

    def unlink(self, part: str, *identifiers: str) -> None:
        """Take relationships of `part` away; the last one takes the list with it."""
        self.relink(part, [link for link in self.links(part) if link.id not in identifiers])

    def relink(self, part: str, links: list[Relationship]) -> None:
        """Give `part` these relationships."""
        self._links[part] = links
        self._relinked[part] = None

    def detach(self, part: str, target: str) -> None:
        """Take away part `target` and the relationships by which `part` has it."""
        self.unlink(part, *(link.id for link in self.links(part) if link.target == target and not link.external))
        self.remove(target)

    def copy(self, name: str) -> dict[str, str]:
        """Copy a part with the drawings, notes, printer settings … that belong to it; return new names by old ones.

        Relationship ids stay, so the content of a copy fits its links. Pictures are shared, not copied.
        """
        copies = {name: self.free_name(name)}
        waiting = [name]
        while waiting:
            old = waiting.pop()
            new = copies[old]
            self.put(new, self.read(old), self.types.get(old, "application/xml"))
            links = []
            for link in self.links(old):
                if not link.external and link.target in self and link.kind not in _SHARED:
                    if link.target not in copies:
                        copies[link.target] = self.free_name(link.target)
                        self.put(copies[link.target], b"")
                        waiting.append(link.target)
                    link = replace(link, target=copies[link.target])
                links.append(link)
            self.relink(new, links)
        return copies

    def free_name(self, like: str) -> str:
        """Return a part name not in use, numbered on from `like`: `sheet4.xml` after `sheet3.xml`."""
        stem, suffix = posixpath.splitext(like)
        stem = stem.rstrip("0123456789") if suffix else stem
        return next(name for number in count(1) if (name := f"{stem}{number}{suffix}") not in self)

    def to_bytes(self) -> bytes:
        """Return the package as a file."""
        return self._anew() if self._data is None else self._patched(self._data)

    def _anew(self) -> bytes:
        kept = self._reachable()
        names = [name for name in self.names if name in kept]
        members = {CONTENT_TYPES: types_xml(names, self._given)}
        for name in ("", *names):
            if name:
                members[name] = self._parts[name]
            if self.links(name):
                members[relationships_part(name)] = serialise(changed_links(None, name, {}, self.links(name)))
        return new_zip(members)

    def _reachable(self) -> set[str]:
        found: set[str] = set()
        waiting = [""]
        while waiting:
            for link in self.links(waiting.pop()):
                if not link.external and link.target in self and link.target not in found:
                    found.add(link.target)
                    waiting.append(link.target)
        return found

    def _patched(self, data: bytes) -> bytes:
        package, removed = self._package, {name for name in self._removed if name not in self}
        for part in (*self._relinked, *self._removed):
            name = relationships_part(part)
            if self.links(part):
                present = self._listing(name) if name in package else None
                self._set_listing(name, changed_links(present, part, package.relationships(part), self.links(part)))
            elif name in package:
                self._changed.pop(name, None)
                removed.add(name)
        if self._given or self._removed:
            self._set_listing(CONTENT_TYPES, changed_types(self._listing(CONTENT_TYPES), self.names, self._removed, self._given))
        changed = {name: self._parts[name] for name in self._changed}
        packed = {name: job.result() for name, (content, job) in self._packing.items() if changed.get(name) is content}
        if self._pool is not None:
            self._pool.shutdown()
            self._pool = None
        return rezip(data, changed, removed, packed)

    def _listing(self, name: str) -> etree._Element:
        return parse_xml(self._parts[name]) if name in self._parts else self._package.xml(name)

    def _set_listing(self, name: str, root: etree._Element) -> None:
        data = serialise(root)
        if name not in self._package or name in self._changed or self._package.markup(name) != data:
            self._changed[name], self._parts[name] = None, data

    def _make_transitional(self) -> None:
        """Bring a package of the Strict variant into the usual one: parts of both kinds in one package do not fit."""
        for name in self._package.names:
            if name.endswith((".xml", ".rels", ".vml")) and STRICT in self._package.read(name):
                self._changed[name] = None
                self._parts[name] = self._package.markup(name).replace(b' conformance="strict"', b"")


def _is_listing(name: str) -> bool:
    return name == CONTENT_TYPES or posixpath.dirname(name).endswith("_rels")

"""A package of parts: bounded reading, safe XML, content types, relationships.

`opc.open_package` makes a `Package` after its checks; everything that reads an Office file takes parts from it.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from types import TracebackType
from urllib.parse import unquote

from lxml import etree

from toolkit.errors import SourceError
from toolkit.package import limits
from toolkit.package.strict import transitional

DAMAGED, UNSAFE = "文件-损坏", "文件-不安全"

CONTENT_TYPES = "[Content_Types].xml"
TYPES_NS = "http://schemas.openxmlformats.org/package/2006/content-types"
RELATIONSHIPS_NS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

RESAVE = "请用 Excel 或 WPS 打开后另存为 .xlsx，再重新报送"
RESEND = "请重新取得完整的文件（重新下载或请对方重发）"

_LOCAL_HEADER = struct.Struct("<4s22xHH")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
_WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")

# All that may stand before a DOCTYPE.
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Relationship:
    """A link from one part to another; `target` is the other part's name.

    It is an address outside where `external`, and a place in the same workbook where it starts with `#`.
    """

    id: str
    type: str
    target: str
    external: bool

    @property
    def kind(self) -> str:
        """The last word of the type: `worksheet`, `styles`, `drawing`."""
        return self.type.rsplit("/", 1)[-1]


class Package:
    """The parts of one Office file, named without a leading slash; open until `close`, usable in `with`."""

    def __init__(self, archive: zipfile.ZipFile, members: Mapping[str, zipfile.ZipInfo], display: str) -> None:
        self.display = display
        self._archive, self._members = archive, members
        self._folded = {name.lower(): name for name in members}
        self._inflated: dict[str, int] = {}
        self._total = 0
        self._links: dict[str, dict[str, Relationship]] = {}
        self._seen: dict[str, etree._Element] = {}

    def __enter__(self) -> Package:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file; parts cannot be read afterwards."""
        stream = self._archive.fp
        self._archive.close()
        if stream is not None:
            stream.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all parts, in the order of the file."""
        return tuple(self._members)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._folded

    def at_most(self, name: str) -> int:
        """Return how many bytes part `name` can have, whatever it declares: deflate packs no more than 1 to 1,032."""
        info = self._members[self._folded[name.lower()]]
        return max(info.file_size, info.compress_size * 1032)

    def read(self, name: str) -> bytes:
        """Return the bytes of part `name`, inflated no further than the limits allow.

        Raises SourceError for a part that is missing, damaged, or larger than it says.
        """
        found = self._folded.get(name.lower())
        if found is None:
            raise self.damaged(f"缺少部件 {name}")
        others = self._total - self._inflated.get(found, 0)
        try:
            data = self._inflate(self._members[found])
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, struct.error, OSError, ValueError) as error:
            raise self.damaged(f"部件 {found} 读不出来") from error
        if len(data) + others > limits.TOTAL_SIZE.most:
            raise self.unsafe(limits.TOTAL_SIZE.exceeded())
        self._inflated[found], self._total = len(data), others + len(data)
        return data

    def head(self, name: str, size: int) -> bytes:
        """Return the first `size` bytes of part `name`. Raises SourceError for one that is missing or damaged."""
        info = self._members.get(self._folded.get(name.lower(), ""))
        if info is None or info.compress_type != zipfile.ZIP_DEFLATED:
            return self.read(name)[:size]
        try:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(self._packed(info), size)
        except (zipfile.BadZipFile, zlib.error, struct.error, OSError, ValueError) as error:
            raise self.damaged(f"部件 {name} 读不出来") from error

    def _inflate(self, info: zipfile.ZipInfo) -> bytes:
        """Return a part's bytes: never more than it declares, which `opc` has held against the limits.

        In one go, for the usual methods: `ZipFile.open` costs more than the inflating of a small part.
        """
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or self._archive.fp is None:
            return self._archive.read(info)
        packed = self._packed(info)
        if info.compress_type == zipfile.ZIP_DEFLATED:
            packed = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, info.file_size + 1)
        if len(packed) != info.file_size or zlib.crc32(packed) != info.CRC:
            raise zipfile.BadZipFile("not what it declares")
        return packed

    def _packed(self, info: zipfile.ZipInfo) -> bytes:
        """Return the bytes of a part as they stand in the file."""
        stream = self._archive.fp
        if stream is None:
            raise zipfile.BadZipFile("closed")
        stream.seek(info.header_offset)
        signature, name_length, extra_length = _LOCAL_HEADER.unpack(stream.read(_LOCAL_HEADER.size))
        stream.seek(name_length + extra_length, 1)
        packed = stream.read(info.compress_size)
        if signature != b"PK\x03\x04" or len(packed) < info.compress_size:
            raise zipfile.BadZipFile("truncated")
        return packed

    def markup(self, name: str) -> bytes:
        """Return the bytes of XML part `name`, Strict namespaces made transitional; SourceError for a DOCTYPE."""
        data = self.read(name)
        prolog = _PROLOG.match(data)
        plain = data.startswith(b"<!DOCTYPE", prolog.end() if prolog else 0)
        if plain or (b"\0" in data[:8] and any("<!DOCTYPE".encode(code) in data for code in _WIDE)):
            raise self.unsafe(f"部件 {name} 含有 DOCTYPE 声明")
        return transitional(data)

    def xml(self, name: str) -> etree._Element:
        """Return part `name` parsed: no entities, no DTD, no network, namespaces of Strict files made transitional.

        Raises SourceError where it is not well-formed or brings a DOCTYPE.
        """
        if name in self._seen:
            return deepcopy(self._seen[name])
        data = self.markup(name)
        try:
            root = parse_xml(data)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self.damaged(f"部件 {name} 不是完整的 XML") from error
        self._refuse_doctype(root.getroottree(), name)
        return root

    def seen(self, name: str) -> etree._Element:
        """Return what `xml` does, parsed once, to look at: whoever changes it asks `xml` for one of their own."""
        if name not in self._seen:
            self._seen[name] = self.xml(name)
        return self._seen[name]

    def look_over(self) -> None:
        """Look at every XML part, needed or not. Raises SourceError as `xml` does."""
        for name in self.names:
            if name.endswith((".xml", ".rels")) or self.content_types.get(name, "").endswith("xml"):
                self.xml(name)

    def iterate(self, name: str, *tags: str) -> Iterator[etree._Element]:
        """Yield the elements of part `name` with one of the qualified `tags`, each cleared after use (flat memory).

        Raises SourceError as `xml` does.
        """
        stream = BytesIO(self.markup(name))
        events = etree.iterparse(
            stream, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        try:
            for _, element in events:
                self._refuse_doctype(element.getroottree(), name)
                yield element
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
        except etree.XMLSyntaxError as error:
            raise self.damaged(f"部件 {name} 不是完整的 XML") from error

    @cached_property
    def content_types(self) -> Mapping[str, str]:
        """The content type of every part that has one, by part name."""
        root = self.xml(CONTENT_TYPES)
        defaults, overrides = {}, {}
        for element in root.iter(f"{{{TYPES_NS}}}Default"):
            defaults[element.get("Extension", "").lower()] = element.get("ContentType", "")
        for element in root.iter(f"{{{TYPES_NS}}}Override"):
            overrides[element.get("PartName", "").lstrip("/").lower()] = element.get("ContentType", "")
        types = {}
        for name in self._members:
            found = overrides.get(name.lower()) or defaults.get(name.rpartition(".")[2].lower())
            if found:
                types[name] = found
        return types

    def relationships(self, part: str = "") -> Mapping[str, Relationship]:
        """Return the relationships of `part` by id (of the package itself for ""); empty where it has none."""
        source = relationships_part(part)
        if source not in self:
            return {}
        if source in self._links:
            return self._links[source]
        links = self._links[source] = {}
        for element in self.xml(source).iter(f"{{{RELATIONSHIPS_NS}}}Relationship"):
            target, external = element.get("Target", ""), element.get("TargetMode") == "External"
            identifier = element.get("Id", "")
            if not external and not target.startswith("#"):
                target = self._resolve(part, target)
            links[identifier] = Relationship(identifier, element.get("Type", ""), target, external)
        return links

    def related(self, part: str, kind: str) -> str | None:
        """Return the name of the part that `part` links to by a relationship of this kind, or None."""
        for link in self.relationships(part).values():
            if link.kind == kind and not link.external and link.target in self:
                return self._folded[link.target.lower()]
        return None

    @cached_property
    def strict(self) -> bool:
        """Whether the file is in the ISO Strict variant of the format."""
        return "_rels/.rels" in self and b"purl.oclc.org/ooxml" in self.read("_rels/.rels")

    def damaged(self, what: str) -> SourceError:
        """Return the error for a package that is not whole; `what` is a Chinese clause."""
        return SourceError(DAMAGED, f"{self.display}：文件已损坏，{what}", RESEND)

    def unsafe(self, what: str) -> SourceError:
        """Return the error for a package that asks too much of a reader; `what` is a Chinese clause."""
        return unsafe_error(self.display, what)

    def _resolve(self, part: str, target: str) -> str:
        path = unquote(target.partition("#")[0]).replace("\\", "/")
        joined = path if path.startswith("/") else posixpath.join("/" + posixpath.dirname(part), path)
        name = posixpath.normpath(joined).lstrip("/")
        return self._folded.get(name.lower(), name)

    def _refuse_doctype(self, tree: etree._ElementTree, name: str) -> None:
        if tree.docinfo.internalDTD is not None:
            raise self.unsafe(f"部件 {name} 含有 DOCTYPE 声明")


def parse_xml(data: bytes) -> etree._Element:
    """Return the root of XML that is ours or was looked at already: no entities, no network. Raises XMLSyntaxError."""
    return etree.fromstring(data, _PARSER)


def serialise(root: etree._Element) -> bytes:
    """Return `root` as the bytes of a part, with the declaration Office writes."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return written


def relationships_part(part: str) -> str:
    """Return the name of the part that holds the relationships of `part`.

    >>> relationships_part("xl/workbook.xml"), relationships_part("")
    ('xl/_rels/workbook.xml.rels', '_rels/.rels')
    """
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", name + ".rels")


def unsafe_error(display: str, what: str) -> SourceError:
    return SourceError(UNSAFE, f"{display}：{what}，未打开", RESAVE)

"""A Word template opened: what python-docx makes of it, over a package that was found sound before.

A path goes in; `Opened` comes out, or FormError with the place and the cure. Called by whoever compiles a template: the summary
(`source`) and the notice. Every part is looked at first, for python-docx takes a damaged file for a bug of its own.
"""

from __future__ import annotations

import zipfile
from collections.abc import Container
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from toolkit.errors import FormError, SourceError
from toolkit.outputs.word.markup import W_NS, Element, w
from toolkit.outputs.word.pieces import Piece, make_piece
from toolkit.package.draft import Draft
from toolkit.package.opc import open_package
from toolkit.package.parts import RESAVE

if TYPE_CHECKING:
    from docx.document import Document

B = TypeVar("B")

# The parts that are looked into, by the last word of their relationship, and the element each must hold.
_ROOTS = {"header": "hdr", "footer": "ftr", "styles": "styles", "settings": "settings"}

_CURE = "请用 Word 或 WPS 打开后另存一次"


@dataclass(frozen=True)
class Opened:
    """A template: its package, open to change, its document, and the trees of its parts with text by name, `main` first.

    `styles` and `settings` are None where it has none: python-docx would make up its own.
    """

    package: Draft
    document: Document
    main: str
    trees: dict[str, Element]
    headers: list[str]
    styles: Element | None
    settings: Element | None


def open_template(path: Path) -> Opened:
    """Return the Word template at `path`. Raises FormError for what is no sound, ordinary Word document."""
    import docx
    from docx.opc.constants import CONTENT_TYPE

    package = _sound(path)
    main = package.related("", "officeDocument") or ""
    if package.types.get(main) != CONTENT_TYPE.WML_DOCUMENT_MAIN:
        raise FormError(f"{path.name}：不是普通的 Word 文档。请在 Word 中另存为“Word 文档（*.docx）”后再用")
    document = docx.Document(BytesIO(package.to_bytes()))
    if document.element.nsmap.get("w") != W_NS or document.element.find(w("body")) is None:
        raise FormError(f"{path.name}：写法与 Word 不同，认不出正文。{_CURE}")
    found: dict[str, dict[str, Element]] = {kind: {} for kind in _ROOTS}
    for rel in document.part.rels.values():
        kind = rel.reltype.rsplit("/", 1)[-1]
        if kind in _ROOTS and not rel.is_external:
            name = str(rel.target_part.partname).lstrip("/")
            element = getattr(rel.target_part, "element", None)
            if element is None or element.tag != w(_ROOTS[kind]):
                raise FormError(f"{path.name} › {name}：里面不是它该有的内容。{_CURE}")
            found[kind][name] = element
    headers, footers = (dict(sorted(found[kind].items())) for kind in ("header", "footer"))
    styles, settings = (next(iter(found[kind].values()), None) for kind in ("styles", "settings"))
    return Opened(package, document, main, {main: document.element, **headers, **footers}, list(headers), styles, settings)


def as_parts(package: Draft, main: str, body: B, slotted: Container[str]) -> tuple[tuple[str, bytes | Piece | B], ...]:
    """Return the parts as they are written: bytes as they are, pieces where values go (`slotted`), `body` for the main part."""
    made: list[tuple[str, bytes | Piece | B]] = []
    with zipfile.ZipFile(BytesIO(package.to_bytes())) as archive:
        for name in archive.namelist():
            data = archive.read(name)
            made.append((name, body if name == main else make_piece(data.decode()) if name in slotted else data))
    return tuple(made)


def _sound(path: Path) -> Draft:
    """Return the package at `path`, all of its parts there, every XML part of it well-formed and free of a DOCTYPE."""
    try:
        with open_package(path, path.name) as package:
            package.look_over()
            draft = Draft(package)
    except SourceError as error:
        raise FormError(f"{error}。{_CURE if error.suggestion == RESAVE else error.suggestion}") from error
    for source in ("", *draft.names):
        lost = next((link.target for link in draft.links(source) if not link.external and link.target not in draft), None)
        if lost is not None:
            raise FormError(f"{path.name} › {source or '文件'}：缺少它所引用的部件 {lost}。{_CURE}")
    return draft

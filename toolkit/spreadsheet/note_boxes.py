"""The boxes of notes in a sheet's VML drawing, where form controls stand too.

The drawing comes in and goes out as text, not XML: Excel itself writes VML that is not well-formed. Called by `notes`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lxml import etree

from toolkit.package.draft import Draft
from toolkit.package.parts import parse_xml

Position = tuple[int, int]

_SHAPE = re.compile(rb"<v:shape(?=[\s>]).*?</v:shape>", re.DOTALL)
_ANCHOR = re.compile(rb"<x:Anchor>[^<]*</x:Anchor>")
_PREFIXES = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_EMPTY_VML = (
    "<xml " + " ".join(f'xmlns:{prefix}="{uri}"' for prefix, uri in _PREFIXES.items()) + ">"
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{block}"/></o:shapelayout></xml>'
)
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202"{spaces} coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_BOX = (
    '<v:shape id="_x0000_s{number}"{spaces} type="#_x0000_t202" style=\'position:absolute;margin-left:80pt;'
    "margin-top:4pt;width:{width:g}pt;height:{height:g}pt;z-index:{order};visibility:hidden' "
    'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
    "<v:path o:connecttype=\"none\"/><v:textbox style='mso-direction-alt:auto'><div style='text-align:left'></div>"
    '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


@dataclass(frozen=True, slots=True)
class Box:
    """Where a note's box stands: VML's anchor; its size in points, which programs take where they do not read that."""

    anchor: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Resized:
    """The box of a note that was there before, made large enough for our text too: its anchor before and now."""

    was: str
    now: str


def empty_drawing(patch: Draft) -> bytes:
    """Return a VML drawing without shapes, whose block of 1,024 ids no other one of the package uses."""
    drawings = (patch.read(name) for name in patch.names if name.endswith(".vml"))
    used = (int(n) for vml in drawings for ids in re.findall(rb'data="([\d,]+)"', vml) for n in ids.split(b",") if n)
    return _EMPTY_VML.format(block=max(used, default=0) + 1).encode()


def usual_drawing(vml: bytes) -> bytes:
    """Return a drawing with the prefixes Excel writes; openpyxl calls them ns0, ns1 and so on, anew for every shape.

    One that is not well-formed, or has them, is returned as it is.
    """
    if b"<v:shape" in vml or _PREFIXES["v"].encode() not in vml:
        return vml
    try:
        root = parse_xml(vml)
    except etree.XMLSyntaxError:
        return vml
    etree.cleanup_namespaces(root, top_nsmap=_PREFIXES)
    written: bytes = etree.tostring(root)
    return written


def has_shapes(vml: bytes) -> bool:
    """Return whether a drawing holds any box or control."""
    return _SHAPE.search(vml) is not None


def add_boxes(vml: bytes, boxes: Sequence[tuple[Position, Box]]) -> bytes:
    """Return the drawing with a box for the note on each of these cells."""
    if not boxes:
        return vml
    root = vml[: vml.find(b">", vml.find(b"<xml"))]
    spaces = "".join(f' xmlns:{p}="{uri}"' for p, uri in _PREFIXES.items() if f"xmlns:{p}=".encode() not in root)
    numbers = [int(number) for number in re.findall(rb"_x0000_s(\d+)", vml)]
    blocks = re.findall(rb'data="(\d+)', vml)
    first = max(numbers, default=(int(blocks[0]) if blocks else 1) * 1024) + 1
    pieces = [] if b'id="_x0000_t202"' in vml else [_SHAPE_TYPE.format(spaces=spaces)]
    for index, ((row, column), box) in enumerate(boxes):
        pieces.append(
            _BOX.format(
                number=first + index, spaces=spaces, order=index + 1, row=row - 1, column=column - 1,
                anchor=box.anchor, width=box.width, height=box.height,
            )
        )  # fmt: skip
    place = vml.rindex(b"</xml>")
    return vml[:place] + "".join(pieces).encode() + vml[place:]


def _shape_cell(shape: bytes) -> Position | None:
    """Return the cell whose note a shape is the box of, or None for other shapes."""
    if not re.search(rb"""ObjectType=["']Note["']""", shape):
        return None
    row, column = (re.search(rb"<x:%s>\s*(\d+)" % tag, shape) for tag in (b"Row", b"Column"))
    return (int(row[1]) + 1, int(column[1]) + 1) if row and column else None


def grow_boxes(vml: bytes, boxes: Mapping[Position, Box]) -> tuple[bytes, list[Resized]]:
    """Return the drawing with the boxes of notes on these cells made larger, and the anchors they had."""
    resized: list[Resized] = []

    def larger(match: re.Match[bytes]) -> bytes:
        box = boxes.get(_shape_cell(match[0]) or (0, 0))
        old = _ANCHOR.search(match[0])
        if box is None or old is None:
            return match[0]
        new = f"<x:Anchor>{box.anchor}</x:Anchor>"
        resized.append(Resized(old[0].decode(), new))
        return match[0].replace(old[0], new.encode(), 1)

    return _SHAPE.sub(larger, vml), resized


def remove_boxes(vml: bytes, cells: set[Position], resized: Sequence[Resized]) -> bytes:
    """Return the drawing without the boxes of notes on these cells, the others as large as they were."""
    vml = _SHAPE.sub(lambda match: b"" if _shape_cell(match[0]) in cells else match[0], vml)
    for each in resized:
        vml = vml.replace(each.now.encode(), each.was.encode(), 1)
    return vml

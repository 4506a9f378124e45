"""What a marked copy remembers of the workbook it was made from, in a custom XML part: Office keeps such parts on saving.

`annotate` writes a `Record` and reads it back to take its marks away exactly. Programs that drop the part (openpyxl)
leave a copy without a record: then the colours, the custom properties and the headlines of notes tell what is ours.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from toolkit.outputs.marked.fills import Former
from toolkit.package.draft import Draft
from toolkit.package.parts import OFFICE_RELATIONSHIPS
from toolkit.spreadsheet.markup import whole_number
from toolkit.spreadsheet.note_boxes import Resized
from toolkit.spreadsheet.sheet_text import Swap
from toolkit.spreadsheet.tabs import Opening

_NS = "urn:jixiao:marks"
_STORE_NS = "http://schemas.openxmlformats.org/officeDocument/2006/customXml"
_PROPERTIES_TYPE = "application/vnd.openxmlformats-officedocument.customXmlProperties+xml"

# The identity of our item among a workbook's custom XML parts.
_ITEM_ID = "{6A69786A-616F-4D41-524B-530000000001}"


@dataclass(frozen=True)
class Record:
    """What was before the marks. `digest` is that of the styles part as marked: while it holds, `formers` do too.

    `kind` is what `jixiao.kind` said (None: nothing), `properties` whether there were custom properties at all.
    """

    kind: str | None
    properties: bool
    sheet: str
    opening: Opening
    digest: str = ""
    sizes: Mapping[str, int] = field(default_factory=dict)
    formers: Mapping[int, Former] = field(default_factory=dict)
    fills: tuple[str, ...] = ()
    swaps: tuple[tuple[str, Swap], ...] = ()
    boxes: tuple[tuple[str, Resized], ...] = ()
    notes: tuple[str, ...] = ()


def write_record(patch: Draft, book: str, record: Record) -> None:
    """Put the record into the package."""
    part = patch.free_name("customXml/item1.xml")
    patch.put_xml(part, _xml(record), "application/xml")
    patch.link(book, f"{OFFICE_RELATIONSHIPS}/customXml", part)
    properties = patch.free_name("customXml/itemProps1.xml")
    root = etree.Element(f"{{{_STORE_NS}}}datastoreItem", {f"{{{_STORE_NS}}}itemID": _ITEM_ID}, nsmap={"ds": _STORE_NS})
    references = etree.SubElement(root, f"{{{_STORE_NS}}}schemaRefs")
    etree.SubElement(references, f"{{{_STORE_NS}}}schemaRef", {f"{{{_STORE_NS}}}uri": _NS})
    patch.put_xml(properties, root, _PROPERTIES_TYPE)
    patch.link(part, f"{OFFICE_RELATIONSHIPS}/customXmlProps", properties)


def take_record(patch: Draft, book: str) -> Record | None:
    """Return the package's record and remove it; None where there is none."""
    for source in (book, ""):
        for _, part in list(patch.targets(source, "customXml")):
            root = patch.xml(part)
            if root.tag != f"{{{_NS}}}marks":
                continue
            for _, properties in list(patch.targets(part, "customXmlProps")):
                patch.remove(properties)
            patch.detach(source, part)
            return _record(root)
    return None


def _xml(record: Record) -> etree._Element:
    root = etree.Element(f"{{{_NS}}}marks", nsmap={None: _NS})
    _add(root, "sheet", name=record.sheet, active=record.opening.active, first=record.opening.first)
    _add(root, "was", kind=record.kind, properties="1" if record.properties else None)
    styles = _add(root, "styles", digest=record.digest)
    for name, count in record.sizes.items():
        _add(styles, "size", of=name, count=str(count))
    for index, former in record.formers.items():
        style = None if former.style is None else str(former.style)
        _add(styles, "style", index=str(index), was=style, made="1" if former.made else None)
    for fill in record.fills:
        _add(root, "fill").text = fill
    for sheet, swap in record.swaps:
        _add(root, "swap", sheet=sheet, was=swap.was, now=swap.now)
    for sheet, box in record.boxes:
        _add(root, "box", sheet=sheet, was=box.was, now=box.now)
    for note in record.notes:
        _add(root, "note").text = note
    return root


def _add(parent: etree._Element, tag: str, **attributes: str | None) -> etree._Element:
    return etree.SubElement(parent, f"{{{_NS}}}{tag}", {k: v for k, v in attributes.items() if v is not None})


def _record(root: etree._Element) -> Record:
    def each(path: str) -> list[etree._Element]:
        return list(root.findall("/".join(f"{{{_NS}}}{tag}" for tag in path.split("/"))))

    sheet = next(iter(each("sheet")), root)
    was = next(iter(each("was")), root)
    styles = next(iter(each("styles")), root)
    return Record(
        kind=was.get("kind"),
        properties=was.get("properties") == "1",
        sheet=sheet.get("name", ""),
        opening=Opening(sheet.get("active"), sheet.get("first")),
        digest=styles.get("digest", ""),
        sizes={e.get("of", ""): _number(e.get("count")) or 0 for e in each("styles/size")},
        formers={_number(e.get("index")) or 0: Former(_number(e.get("was")), e.get("made") == "1") for e in each("styles/style")},
        fills=tuple(e.text or "" for e in each("fill")),
        swaps=tuple((e.get("sheet", ""), Swap(e.get("was", ""), e.get("now", ""))) for e in each("swap") if e.get("now")),
        boxes=tuple((e.get("sheet", ""), Resized(e.get("was", ""), e.get("now", ""))) for e in each("box") if e.get("now")),
        notes=tuple(e.text for e in each("note") if e.text),
    )


def _number(text: str | None) -> int | None:
    number = whole_number(text, -1)
    return number if number >= 0 else None

"""The XML of a Word part made ready for `template`: stray marks removed, placeholders joined, slots put in.

In: a parsed part of a template. Out: the same tree with slot characters in its texts, and what was found where.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from toolkit.outputs.word.pieces import LINE, PARAGRAPH, mark_kind, only_slot, slot_mark

W_NS = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_W14_NS = "http://schemas.microsoft.com/office/word/2010/wordml"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

# A Chinese input method may give full-width braces.
_PLACEHOLDER = re.compile(r"[{｛]{2}([^{}｛｝]*)[}｝]{2}")
# `{{?字段}}` prints nothing; what it stands in is left out while the field is blank.
WHEN = ("?", "？")
_BRACES = re.compile(r"[{｛]{2}|[}｝]{2}")

Element: TypeAlias = etree._Element


def w(name: str) -> str:
    """Return the qualified name of an element or attribute of Word's main namespace."""
    return f"{{{W_NS}}}{name}"


# Traces of editing: they part a placeholder, or may stand in a document only once while the block is repeated.
_TRACE_NAMES = ("proofErr", "lastRenderedPageBreak", "commentRangeStart", "commentRangeEnd", "commentReference")
_TRACES = tuple(w(name) for name in (*_TRACE_NAMES, "dataBinding"))


@dataclass(frozen=True)
class Placeholder:
    """A `{{name}}` and the paragraph it stands in."""

    name: str
    paragraph: Element


def mark_placeholders(root: Element) -> tuple[list[Placeholder], list[Element]]:
    """Turn every `{{name}}` below `root` into a slot, whatever runs it is spread over.

    Returns the placeholders in reading order, and the paragraphs in which braces are left over.
    """
    found: list[Placeholder] = []
    broken: list[Element] = []
    for trace in list(root.iter(*_TRACES)):
        _remove(trace)
    for paragraph in root.iter(w("p")):
        texts = own_texts(paragraph)
        joined = "".join(text.text or "" for text in texts)
        matches = list(_PLACEHOLDER.finditer(joined))
        found += [Placeholder(match[1].strip(), paragraph) for match in matches]
        for match in reversed(matches):
            _put_slot(texts, match)
        if _BRACES.search(_PLACEHOLDER.sub("", joined)):
            broken.append(paragraph)
        if matches:
            _settle(paragraph, texts)
    return found, broken


def own_texts(paragraph: Element) -> list[Element]:
    """Return the text elements of `paragraph`, not those of paragraphs inside it (text boxes)."""
    return [text for text in paragraph.iter(w("t")) if next(text.iterancestors(w("p"))) is paragraph]


def _put_slot(texts: list[Element], match: re.Match[str]) -> None:
    """Replace the characters of `match`, counted over all `texts`, by a slot in the run where they begin."""
    start, end = match.span()
    name = match[1].strip()
    slot = "" if name.startswith(WHEN) else slot_mark(name, LINE)
    place = 0
    for element in texts:
        text = element.text or ""
        here, place = place, place + len(text)
        left, right = max(start - here, 0), min(end - here, len(text))
        if left < right:
            element.text = text[:left] + (slot if here <= start else "") + text[right:]


def _settle(paragraph: Element, texts: list[Element]) -> None:
    """Keep the blanks around slots; let a slot that is alone in a paragraph of a table cell break into paragraphs."""
    for text in texts:
        text.set(_SPACE, "preserve")
    runs = [child for child in paragraph if child.tag != w("pPr")]
    plain = all(run.tag == w("r") and all(child.tag in (w("rPr"), w("t")) for child in run) for run in runs)
    cell = paragraph.getparent()
    alone = only_slot("".join(text.text or "" for text in texts)) is not None
    if not plain or not alone or cell is None or cell.tag != w("tc"):
        return
    for run in runs:
        if not any(text.text for text in run.iter(w("t"))):
            paragraph.remove(run)
    for text in texts:
        text.text = mark_kind(text.text or "", PARAGRAPH)


def text_of(element: Element) -> str:
    """Return the texts below `element` joined; paragraphs by a line break."""
    return "\n".join("".join(text.text or "" for text in own_texts(p)) for p in element.iter(w("p")))


def make_repeatable(block: list[Element], root: Element) -> None:
    """Take from `block` what may stand in a document only once: bookmarks, ids of paragraphs and content controls."""
    bookmarks = {w("bookmarkStart"), w("bookmarkEnd")}
    inside = {mark.get(w("id")) for element in block for mark in element.iter(*bookmarks)}
    for mark in list(root.iter(*bookmarks)):
        if mark.get(w("id")) in inside:
            _remove(mark)
    for element in block:
        for part in element.iter(etree.Element):
            for name in ("paraId", "textId"):
                part.attrib.pop(f"{{{_W14_NS}}}{name}", None)
        for properties in element.iter(w("sdtPr")):
            for identity in properties.findall(w("id")):
                properties.remove(identity)


def lift_namespaces(root: Element) -> None:
    """Declare every namespace on `root`, so that the markup of any part of the tree fits anywhere in it."""
    spaces = {prefix: uri for element in root.iter(etree.Element) for prefix, uri in element.nsmap.items() if prefix}
    etree.cleanup_namespaces(root, top_nsmap=spaces, keep_ns_prefixes=list(spaces))


def markup(element: Element) -> str:
    """Return `element` as it stands within its document: without the declarations of the document's element."""
    text: str = etree.tostring(element, encoding="unicode", with_tail=False)
    end = text.index(">")
    return re.sub(r' xmlns:\w+="[^"]*"', "", text[:end]) + text[end:]


def insert_in_order(parent: Element, child: Element, before: tuple[str, ...], *, after_marks: bool = False) -> None:
    """Insert `child` into `parent` after those of its children whose names are in `before` (schema order).

    With `after_marks` also after the marks that are there.
    """
    names: set[object] = {w(name) for name in before} | ({etree.ProcessingInstruction} if after_marks else set())
    place = max((index + 1 for index, other in enumerate(parent) if other.tag in names), default=0)
    parent.insert(place, child)


def paragraph_properties(paragraph: Element) -> Element:
    """Return the properties of `paragraph`, made where there are none."""
    properties = paragraph.find(w("pPr"))
    if properties is None:
        properties = etree.Element(w("pPr"))
        paragraph.insert(0, properties)
    return properties


def instruction(word: str) -> Element:
    """Return a mark that `template` finds again in the markup."""
    return etree.ProcessingInstruction("jixiao", word)


def instruction_words(element: Element) -> list[str]:
    """Return the words of a mark, [""] for any other element."""
    return (element.text or "").split() if element.tag is etree.ProcessingInstruction else [""]


def is_instruction(element: Element, word: str) -> bool:
    """Return whether `element` is the mark that begins with this word."""
    return instruction_words(element)[0] == word


def rows_of(paragraph: Element) -> Iterator[Element]:
    """Yield the table rows that hold `paragraph`, the innermost first; a row outside of any table, as damage leaves it, is none."""
    yield from (row for row in paragraph.iterancestors(w("tr")) if next(row.iterancestors(w("tbl")), None) is not None)


def _remove(element: Element) -> None:
    """Remove `element`, keeping a text that follows it (there is none in Word's own files)."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)

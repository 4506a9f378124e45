"""The contents list of a summary: its entry in the template → a TOC field with an entry per project; bookmarks.

In: the paragraphs between `{{#目录}}` and `{{/目录}}`, one of which holds `{{页码}}`. Out: the entry as pieces. Each entry
links to its project's bookmark, its page number is a PAGEREF field, all of them stand in one TOC field, so that Word
updates pages and entries. Called by `word_template`; `word` fills the slots named here.
"""

from __future__ import annotations

from copy import deepcopy

from lxml import etree

from toolkit.outputs.word.markup import (
    Element,
    insert_in_order,
    instruction,
    markup,
    own_texts,
    paragraph_properties,
    w,
)
from toolkit.outputs.word.measure import Styles
from toolkit.outputs.word.model import BOOKMARK, BOOKMARK_ID, PAGE
from toolkit.outputs.word.pieces import BLANK, LINE, PAGE_NUMBER, Piece, make_piece, mark_kind, slot_mark, slot_names

_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_OPEN, _CLOSE = "<?jixiao open?>", "<?jixiao close?>"

# What may stand before the outline level in the properties of a paragraph (schema order).
_BEFORE_LEVEL = (
    *("pStyle", "keepNext", "keepLines", "pageBreakBefore", "framePr", "widowControl", "numPr", "suppressLineNumbers"),
    *("pBdr", "shd", "tabs", "suppressAutoHyphens", "kinsoku", "wordWrap", "overflowPunct", "topLinePunct"),
    *("autoSpaceDE", "autoSpaceDN", "bidi", "adjustRightInd", "snapToGrid", "spacing", "ind", "contextualSpacing"),
    *("mirrorIndents", "suppressOverlap", "jc", "textDirection", "textAlignment", "textboxTightWrap"),
)


def set_bookmark(paragraph: Element) -> None:
    """Put the bookmark of a project around the content of `paragraph`."""
    identity = slot_mark(BOOKMARK_ID, BLANK)
    start = etree.Element(w("bookmarkStart"), {w("id"): identity, w("name"): slot_mark(BOOKMARK, BLANK)})
    paragraph.insert(paragraph.index(paragraph_properties(paragraph)) + 1, start)
    paragraph.append(etree.Element(w("bookmarkEnd"), {w("id"): identity}))


def entry_of(contents: list[Element]) -> Element | None:
    """Return the paragraph that is an entry, None when there is none."""
    return next((p for p in contents if p.tag == w("p") and PAGE_NUMBER in _slots(p)), None)


def _slots(paragraph: Element) -> tuple[str, ...]:
    return slot_names("".join(text.text or "" for text in own_texts(paragraph)))


def entry_field(entry: Element) -> str | None:
    """Return the field by whose name a project is listed: the first of the entry."""
    return next((name for name in _slots(entry) if name != PAGE_NUMBER), None)


def set_level(block: list[Element], field: str, styles: Styles) -> int:
    """Give the paragraph that prints `field` an outline level if it has none; return it, 0-based.

    A TOC field finds paragraphs by their level, those in tables too. It is below that of all headings of the block.
    """
    paragraphs = [paragraph for part in block for paragraph in part.iter(w("p"))]
    found = next((p for p in paragraphs if field in _slots(p)), None)
    if found is None:
        return 0
    for text in own_texts(found):
        # One paragraph, one entry: a line break in the value stays within it.
        text.text = mark_kind(text.text or "", LINE)
    own = styles.level(found)
    if own is not None:
        return own
    levels = [level for p in paragraphs if (level := styles.level(p)) is not None]
    level = min(max(levels, default=-1) + 1, 8)
    element = etree.Element(w("outlineLvl"), {w("val"): str(level)})
    insert_in_order(paragraph_properties(found), element, _BEFORE_LEVEL, after_marks=True)
    return level


def compile_entry(entry: Element, level: int) -> tuple[Piece, Piece, Piece]:
    """Return the first entry, one in the middle and the last, for a TOC of paragraphs of this 0-based outline level."""
    _set_page(entry)
    link = etree.Element(w("hyperlink"), {w("anchor"): slot_mark(BOOKMARK, BLANK), w("history"): "1"})
    for child in [child for child in entry if child.tag != w("pPr")]:
        link.append(child)
    entry.append(instruction("open"))
    entry.append(link)
    entry.append(instruction("close"))
    code = f' TOC \\o "{level + 1}-{level + 1}" \\h \\z \\u '
    opening, closing = _char("begin") + _code(code) + _char("separate"), _char("end")
    text = mark_kind(markup(entry), BLANK)
    made = [
        make_piece(text.replace(_OPEN, opening if top else "").replace(_CLOSE, closing if end else ""))
        for top, end in ((True, False), (False, False), (False, True))
    ]
    return made[0], made[1], made[2]


def _char(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _code(text: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{text}</w:instrText></w:r>'


def _set_page(entry: Element) -> None:
    """Turn the slot of the page number into a PAGEREF field that shows it."""
    mark = slot_mark(PAGE_NUMBER, LINE)
    text = next(text for text in own_texts(entry) if mark in (text.text or ""))
    run = text.getparent()
    before, after = (text.text or "").split(mark, 1)
    earlier = [child for child in text.itersiblings(preceding=True) if child.tag != w("rPr")]
    runs = [_run(run, None, child) for child in reversed(earlier)]
    runs += [_run(run, before)] if before else []
    runs += [_field_run(run, "begin"), _instruction(run, f" PAGEREF {slot_mark(BOOKMARK, BLANK)} \\h ")]
    runs += [_field_run(run, "separate"), _run(run, slot_mark(PAGE, BLANK)), _field_run(run, "end")]
    runs += [_run(run, after)] if after else []
    runs += [_run(run, None, child) for child in text.itersiblings()]
    place = run.getparent().index(run)
    run.getparent()[place : place + 1] = runs


def _run(like: Element, text: str | None, child: Element | None = None) -> Element:
    """Return a run in the format of `like` with a text, or a copy of one element."""
    made = etree.Element(w("r"))
    properties = like.find(w("rPr"))
    if properties is not None:
        made.append(deepcopy(properties))
    if child is not None:
        made.append(deepcopy(child))
    elif text is not None:
        etree.SubElement(made, w("t"), {_SPACE: "preserve"}).text = text
    return made


def _field_run(like: Element, kind: str) -> Element:
    return _run(like, None, etree.Element(w("fldChar"), {w("fldCharType"): kind}))


def _instruction(like: Element, text: str) -> Element:
    element = etree.Element(w("instrText"), {_SPACE: "preserve"})
    element.text = text
    return _run(like, None, element)

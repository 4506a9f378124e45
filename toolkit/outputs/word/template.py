"""A Word template and a form → `SummaryTemplate`: the block of a project and its rows cut out, all of it made strings.

Called by `outputs.word.compile_template`; `source` has opened and checked the template before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from lxml import etree

from toolkit.forms.model import Form
from toolkit.outputs.word.contents import compile_entry, entry_field, entry_of, set_bookmark, set_level
from toolkit.outputs.word.headings import set_headings
from toolkit.outputs.word.markup import (
    W_NS,
    Element,
    insert_in_order,
    instruction,
    is_instruction,
    lift_namespaces,
    make_repeatable,
    paragraph_properties,
    text_of,
    w,
)
from toolkit.outputs.word.measure import Styles, measure, page_size
from toolkit.outputs.word.model import AUTHOR, CREATED, SUBJECT, Body, Contents, SummaryTemplate
from toolkit.outputs.word.opened import as_parts
from toolkit.outputs.word.parts import draft_references, mark_draft
from toolkit.outputs.word.pieces import BLANK, Option, Part, Piece, RowPattern, make_piece, mark_kind, slot_mark, slot_names
from toolkit.outputs.word.rows import compile_row
from toolkit.outputs.word.source import Source, columns_of, open_source, row_table, table_names
from toolkit.spreadsheet.properties import SUMMARY, set_core_properties, stamp_draft

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_BEGIN, _END, _BREAK, _DRAFT = (f"<?jixiao {word}?>" for word in ("begin", "end", "break", "draft"))
_CONTENTS, _ENTRY, _AFTER = (f"<?jixiao {word}?>" for word in ("contents", "entry", "after"))
_TOKEN = re.compile(r"<\?jixiao ((?:row|if) [^?]*|fi)\?>")
_PAGE_BREAK = "<w:pageBreakBefore/>"

# Between two tables, before a page, after a last table: a paragraph that takes no room.
_TINY = (
    f'<w:p xmlns:w="{W_NS}"><w:pPr><w:spacing w:before="0" w:after="0" w:line="20" w:lineRule="exact"/>'
    '<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
)


def compile_summary(path: Path, form: Form) -> SummaryTemplate:
    """Return the Word template at `path` compiled for `form`.

    Raises FormError with every mistake when it cannot be used.
    """
    source = open_source(path, form)
    title = next((text for part in _before(source) if (text := text_of(part).strip())), form.title)
    styles = Styles(source.opened.styles)
    levels = form.table.levels if form.table else ()
    layout = measure(source.body, source.rows, styles, levels, columns_of(form))
    entry = entry_of(source.contents)
    name = entry_field(entry) if entry is not None else None
    level = set_level(source.block, name, styles) if name else 0
    patterns = _cut(source)
    contents = _contents(source, level, name or "")
    headings = set_headings(source.body.findall(w("p")), styles, page_size(source.body)[1])
    kinds = _draft_kinds(source)
    slotted = _settle_parts(source, title)
    main = _DECLARATION + etree.tostring(source.trees[source.main], encoding="unicode")
    drafted = source.package.fork()
    references = draft_references(kinds, mark_draft(drafted, source.main, source.headers))
    blank = Body((), None, (), (), (), (), layout, _bookmarks(source), headings)
    final_body, draft_body = (_body(main.replace(_DRAFT, text), patterns, contents, blank) for text in ("", references))
    return SummaryTemplate(
        path=path,
        form=form,
        final=as_parts(source.package, source.main, final_body, slotted),
        draft=as_parts(drafted, source.main, draft_body, slotted),
        unused=tuple(name for name in form.by_name if name not in source.used),
    )


def _contents(source: Source, level: int, name: str) -> tuple[tuple[Piece, Piece, Piece], str] | None:
    """Return the entries of the contents list, taken out of the tree, and the field by which projects are listed."""
    entry = entry_of(source.contents)
    if entry is None:
        return None
    entry.addprevious(instruction("entry"))
    entry.getparent().remove(entry)
    return compile_entry(entry, level), name


def _bookmarks(source: Source) -> int:
    """Return the first number that no bookmark of the template has."""
    numbers = [mark.get(w("id"), "") for mark in source.body.iter(w("bookmarkStart"))]
    return 1 + max([int(number) for number in numbers if number.isdecimal()], default=0)


def _before(source: Source) -> list[Element]:
    """Return the paragraphs of the body before the contents list and the block."""
    body = list(source.body)
    start = next(i for i, child in enumerate(body) if is_instruction(child, "begin") or is_instruction(child, "contents"))
    return [child for child in body[:start] if child.tag == w("p")]


def _cut(source: Source) -> list[RowPattern]:
    """Replace the prototype rows by marks and return their patterns; make the block fit to be repeated."""
    block, rows = source.block, source.rows
    body = source.body
    lift_namespaces(source.trees[source.main])
    make_repeatable(block, body)
    patterns = []
    for number, row in enumerate(rows):
        table = row_table(source.form, row)
        columns = table_names(table)
        fixed = not columns.issuperset(slot_names(text_of(row)))
        patterns.append(replace(compile_row(row, columns, table.levels), number=number, fixed=fixed, table=table))
        row.getparent().replace(row, instruction(f"row {number}"))
    begin = next(child for child in body if is_instruction(child, "begin"))
    if not block or block[0].tag != w("p"):
        begin.addnext(etree.fromstring(_TINY))
    first = paragraph_properties(begin.getnext())
    if first.find(w("pageBreakBefore")) is None:
        insert_in_order(first, instruction("break"), ("pStyle", "keepNext", "keepLines"))
    set_bookmark(begin.getnext())
    end = next(child for child in body if is_instruction(child, "end"))
    if block and block[-1].tag == w("tbl") and (end.getnext() is None or end.getnext().tag == w("sectPr")):
        end.addnext(etree.fromstring(_TINY))
    return patterns


def _draft_kinds(source: Source) -> list[str]:
    """Mark the first section for the references to the draft header; return the kinds of pages that have no header."""
    sections = list(source.body.iter(w("sectPr")))
    if not sections:
        sections = [etree.SubElement(source.body, w("sectPr"))]
    first = sections[0]
    settings = source.opened.settings
    kinds = ["default"]
    kinds += ["first"] if any(section.find(w("titlePg")) is not None for section in sections) else []
    kinds += ["even"] if settings is not None and settings.find(w("evenAndOddHeaders")) is not None else []
    first.insert(0, instruction("draft"))
    present = {reference.get(w("type")) for reference in first.findall(w("headerReference"))}
    return [kind for kind in kinds if kind not in present]


def _settle_parts(source: Source, title: str) -> set[str]:
    """Put title, stamp and changed headers and footers into the package; return the names of the parts with slots."""
    package = source.package
    stamp_draft(package, SUMMARY)
    core = {
        "dc:title": mark_kind(title, BLANK),
        "dc:subject": slot_mark(SUBJECT, BLANK),
        "dc:creator": slot_mark(AUTHOR, BLANK),
        "cp:lastModifiedBy": slot_mark(AUTHOR, BLANK),
        "dcterms:created": slot_mark(CREATED, BLANK),
        "dcterms:modified": slot_mark(CREATED, BLANK),
    }
    slotted = {set_core_properties(package, core)}
    for name, tree in source.trees.items():
        if name != source.main and slot_names(text_of(tree)):
            package.put_xml(name, tree)
            slotted.add(name)
    return slotted


def _body(
    main: str,
    patterns: list[RowPattern],
    contents: tuple[tuple[Piece, Piece, Piece], str] | None,
    blank: Body,
) -> Body:
    """Return `blank` with what stands before, in and after the block of a project."""
    head, rest = main.split(_BEGIN)
    block, tail = rest.split(_END)
    first, following = (_sequence(block.replace(_BREAK, text), patterns) for text in ("", _PAGE_BREAK))
    listed, rest = None, ""
    if contents is not None:
        (head, middle), (entries, name) = head.split(_CONTENTS), contents
        middle, rest = middle.split(_AFTER)
        lead, end = middle.split(_ENTRY)
        listed = Contents(make_piece(lead), entries, make_piece(end), name)
    outside = [_sequence(text, patterns) for text in (head, rest, tail)]
    return replace(blank, head=outside[0], contents=listed, rest=outside[1], first=first, following=following, tail=outside[2])


def _sequence(block: str, patterns: list[RowPattern]) -> tuple[Part, ...]:
    """Return markup as pieces, row patterns and what may be left out, in turn."""
    tokens = iter(_TOKEN.split(block))
    return tuple(_until(tokens, patterns))


def _until(tokens: Iterator[str], patterns: list[RowPattern]) -> Iterator[Part]:
    """Yield the parts up to the mark that ends what may be left out, or to the end."""
    yield make_piece(next(tokens))
    for token in tokens:
        word, *names = token.split()
        if word == "fi":
            return
        if word == "row":
            yield patterns[int(names[0])]
        else:
            yield Option(tuple(names), tuple(_until(tokens, patterns)))
        yield make_piece(next(tokens))

"""A Word template → `NoticeTemplate`: the letter with slots for its values, the row of its table cut out as a pattern.

Called by `notice.compile_notice`. Placeholders are those of the summary's templates (`outputs.word.markup`, `outputs.word.rows`), their names
those of a letter; nothing here knows of a form.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from toolkit.errors import FormError
from toolkit.outputs.word.markup import Element, lift_namespaces, mark_placeholders, rows_of, text_of, w
from toolkit.outputs.word.opened import as_parts, open_template
from toolkit.outputs.word.pieces import BLANK, Piece, RowPattern, make_piece, mark_kind
from toolkit.outputs.word.rows import compile_row
from toolkit.package.draft import Draft
from toolkit.spreadsheet.properties import set_core_properties, stamp_draft

_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ROW = "<?jixiao row?>"


@dataclass(frozen=True, slots=True)
class Letter:
    """The main part: what stands before and after the rows of the table, and the row."""

    head: Piece
    row: RowPattern
    tail: Piece


@dataclass(frozen=True, slots=True)
class NoticeTemplate:
    """A compiled template."""

    parts: tuple[tuple[str, bytes | Piece | Letter], ...]


def compile_template(path: Path, kind: str, names: Collection[str], columns: Collection[str]) -> NoticeTemplate:
    """Return the Word template at `path`; its result says `kind` of itself.

    `names` are the placeholders of the letter, `columns` those of the table's row. Raises FormError with every mistake.
    """
    opened = open_template(path)
    main, trees = opened.main, opened.trees
    mistakes: list[str] = []
    rows: list[Element] = []
    for name, tree in trees.items():
        found, broken = mark_placeholders(tree)
        mistakes += [f"{path.name}：花括号不成对：{text_of(p).strip()[:30]}。占位符写成 {{{{名称}}}}，放在同一段里" for p in broken]
        for each in found:
            row = next(rows_of(each.paragraph), None)
            if each.name in columns and (row is None or name != main):
                mistakes.append(f"{path.name}：{{{{{each.name}}}}} 只能放在问题清单的样行里")
            elif each.name in columns and row is not None and row not in rows:
                rows.append(row)
            elif each.name not in names and each.name not in columns:
                close = difflib.get_close_matches(each.name, [*names, *columns], n=1, cutoff=0.5)
                hint = f"，是不是 {{{{{close[0]}}}}}" if close else f"。可用的有：{'、'.join([*names, *columns])}"
                mistakes.append(f"{path.name}：没有占位符 {{{{{each.name}}}}}{hint}")
    if len(rows) != 1:
        example = "、".join(f"{{{{{name}}}}}" for name in columns)
        mistakes.append(f"{path.name}：问题清单要有且只有一行样行，写上 {example}；现在有 {len(rows)} 行")
    if mistakes:
        raise FormError(f"Word 模板有误：{mistakes[0]}", tuple(mistakes))
    return _compiled(opened.package, main, trees, rows[0], kind, frozenset(columns))


def _compiled(package: Draft, main: str, trees: dict[str, Element], row: Element, kind: str, columns: frozenset[str]) -> NoticeTemplate:
    title = next((text for p in trees[main].iter(w("p")) if (text := text_of(p).strip())), "")
    stamp_draft(package, kind)
    slotted = {set_core_properties(package, {"dc:title": mark_kind(title, BLANK)})}
    lift_namespaces(trees[main])
    pattern = compile_row(row, columns, ())
    row.getparent().replace(row, etree.ProcessingInstruction("jixiao", "row"))
    for name, tree in trees.items():
        package.put_xml(name, tree)
        slotted.add(name)
    head, tail = (_DECLARATION + etree.tostring(trees[main], encoding="unicode")).split(_ROW)
    letter = Letter(make_piece(head), pattern, make_piece(tail))
    return NoticeTemplate(as_parts(package, main, letter, slotted))

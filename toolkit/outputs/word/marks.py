"""The marks of a Word template: `{{#项目}}` and other blocks of paragraphs, `{{?字段}}` in a row → marks in the tree.

In: a body whose placeholders are not yet slots. Out: processing instructions that `template` finds in the markup,
and the mistakes, each with its cure but without its place. Called by `source`.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator

from toolkit.outputs.word.markup import Element, Placeholder, instruction, is_instruction, rows_of, text_of, w

PROJECT, CONTENTS = "项目", "目录"
_MARK = re.compile(r"[{｛]{2}\s*([#＃/／])([^{}｛｝]*)[}｝]{2}")
_NAMES = re.compile(r"[\s,，、]+")

# The marks in the tree by which a block begins and ends; any other block is left out while its field is blank.
_WORDS = {PROJECT: ("begin", "end"), CONTENTS: ("contents", "after")}


def is_block_mark(name: str) -> bool:
    """Return whether a placeholder's name is that of a block's mark."""
    return name.startswith(("#", "/", "＃", "／"))


def _mark_of(paragraph: Element) -> tuple[bool, str] | None:
    """Return whether a block ends here, and its name, where such a mark is all of a paragraph; else None."""
    match = _MARK.fullmatch(text_of(paragraph).strip())
    return (match[1] in "/／", match[2].strip()) if match else None


def set_marks(body: Element, fields: Container[str]) -> Iterator[tuple[Element, str]]:
    """Turn the paragraphs that begin and end blocks into marks of the tree; without those of 项目, put them where it is.

    Yields each mistake with the paragraph it is about.
    """
    content = [child for child in body if child.tag != w("sectPr")]
    marks = [(child, mark) for child in content if child.tag == w("p") and (mark := _mark_of(child))]
    wrong = [(p, mark[1]) for p in body.iter(w("p")) if p.getparent() is not body and (mark := _mark_of(p))]
    for paragraph, name in wrong[:1]:
        yield paragraph, f"{{{{#{name}}}}} 和 {{{{/{name}}}}} 要在表格外单独成段"
    names = dict.fromkeys([PROJECT, *(name for _, (_, name) in marks)])
    for name in names:
        own = [(child, ends) for child, (ends, other) in marks if other == name]
        if name not in _WORDS and name not in fields:
            yield own[0][0], f"{{{{#{name}}}}} 不是表样里的字段，也不是项目、目录。请改成表样“字段”工作表里的字段名"
        elif name == PROJECT and not own:
            _mark_whole(body, content)
        elif not own or len(own) % 2 or any(ends != bool(index % 2) for index, (_, ends) in enumerate(own)):
            yield own[0][0], _unpaired(name, [ends for _, ends in own])
        elif name in _WORDS and len(own) > 2:
            yield own[2][0], f"{{{{#{name}}}}} 只能有一个"
        else:
            start, end = _WORDS.get(name, (f"if {name}", "fi"))
            for child, ends in own:
                body.replace(child, instruction(end if ends else start))
    if not wrong:
        yield from _crossed(body)


def _unpaired(name: str, found: list[bool]) -> str:
    listed = "、".join(f"{{{{{'/' if ends else '#'}{name}}}}}" for ends in found)
    return f"{{{{#{name}}}}} 和 {{{{/{name}}}}} 要各有一段，先起后止；现在是 {listed}"


def _mark_whole(body: Element, content: list[Element]) -> None:
    """Make all after the first paragraph, and after the contents list, the block of a project."""
    after = next((child for child in body if is_instruction(child, "after")), None)
    start = body.index(after) + 1 if after is not None else 1 if len(content) > 1 and content[0].tag == w("p") else 0
    body.insert(start, instruction("begin"))
    section = body.find(w("sectPr"))
    body.insert(len(body) if section is None else body.index(section), instruction("end"))


def _crossed(body: Element) -> Iterator[tuple[Element, str]]:
    """Yield a mistake where blocks overlap, or the contents list does not stand before the projects."""
    open_marks: list[str] = []
    closes = {"end": "begin", "after": "contents", "fi": "if"}
    for child in body:
        word = next((w_ for w_ in ("begin", "end", "contents", "after", "if", "fi") if is_instruction(child, w_)), None)
        if word is None:
            continue
        if word not in closes:
            outer = open_marks[-1] if open_marks else ""
            open_marks.append(word)
            if outer and not (outer == "begin" and word == "if"):
                yield body, "标记的段落交叉了：目录放在 {{#项目}} 之前，按字段省略的段落不能套着项目、目录或另一个"
                return
        elif not open_marks or open_marks.pop() != closes[word]:
            yield body, "标记的段落交叉了：每个 {{#…}} 要在外层的 {{/…}} 之前用 {{/…}} 结束"
            return


def set_conditions(placeholders: list[Placeholder], fields: Container[str], prototypes: list[Element]) -> Iterator[tuple[Element, str]]:
    """Put marks around every row, or paragraph outside tables, that holds `{{?字段}}`. Yields each mistake and its place."""
    for each in placeholders:
        if not is_condition(each.name):
            continue
        names = condition_names(each.name)
        row = next(rows_of(each.paragraph), None)
        part = each.paragraph if row is None else row
        unknown = [name for name in names if name not in fields]
        if unknown or not names:
            yield (
                each.paragraph,
                f"{{{{{each.name}}}}} 里的{'、'.join(unknown) or '字段名是空的，它'}不是表样里的单个字段。请写成 {{{{?字段名}}}}",
            )
        elif part in prototypes:
            yield each.paragraph, f"{{{{{each.name}}}}} 不能放在指标样行里，请删去"
        elif row is not None and _holds_up(row):
            yield each.paragraph, f"{{{{{each.name}}}}} 所在的行是竖向合并的首行，省略后下面的单元格会散开。请取消合并，或把它放到下面的行"
        else:
            part.addprevious(instruction(f"if {' '.join(names)}"))
            part.addnext(instruction("fi"))


def is_condition(name: str) -> bool:
    """Return whether a placeholder's name says that something is left out while fields are blank."""
    return name.startswith(("?", "？"))


def condition_names(name: str) -> list[str]:
    """Return the fields that `?甲、乙` names."""
    return [part for part in _NAMES.split(name[1:]) if part]


def _holds_up(row: Element) -> bool:
    """Return whether a vertical merge that goes on below begins in `row`."""
    below = next(row.itersiblings(w("tr")), None)
    if below is None:
        return False
    going = any(merge.get(w("val")) != "restart" for merge in below.iter(w("vMerge")))
    return going and any(merge.get(w("val")) == "restart" for merge in row.iter(w("vMerge")))

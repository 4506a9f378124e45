"""A Word template opened and checked against a form: its placeholders, the block of a project, the prototype rows.

In: a .docx and a `Form`. Out: a `Source` whose trees hold slots and marks, or FormError with every mistake, its place
and its cure. Called by `template`; the convention that templates follow is told in `word`.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from toolkit.errors import FormError
from toolkit.forms.grids.model import is_crossed
from toolkit.forms.layout import field_labels
from toolkit.forms.model import Form, IndicatorTable
from toolkit.outputs.word.marks import condition_names, is_block_mark, is_condition, set_conditions, set_marks
from toolkit.outputs.word.markup import Element, Placeholder, is_instruction, mark_placeholders, rows_of, text_of, w
from toolkit.outputs.word.opened import Opened, open_template
from toolkit.outputs.word.pieces import PAGE_NUMBER, only_slot, slot_names
from toolkit.package.draft import Draft
from toolkit.values.text import label_key


@dataclass
class Source:
    """A template being compiled: its package, the trees of its parts with text, and what was found so far."""

    path: Path
    form: Form
    opened: Opened
    package: Draft
    main: str
    trees: dict[str, Element]
    headers: list[str]
    mistakes: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    block: list[Element] = field(default_factory=list)
    contents: list[Element] = field(default_factory=list)
    rows: list[Element] = field(default_factory=list)

    @property
    def body(self) -> Element:
        return self.trees[self.main].find(w("body"))


def open_source(path: Path, form: Form) -> Source:
    """Return the template at `path` with its block and prototype rows found. Raises FormError with every mistake."""
    opened = open_template(path)
    source = Source(path, form, opened, opened.package, opened.main, opened.trees, opened.headers)
    _note(source, set_marks(source.body, form.by_name))
    source.contents = _between(source, "contents", "after")
    placeholders = {name: _marked(source, name) for name in source.trees}
    _check_contents(source)
    source.block = _between(source, "begin", "end")
    source.rows = _prototype_rows(source, placeholders[source.main])
    _note(source, set_conditions(placeholders[source.main], form.by_name, source.rows))
    source.block = _between(source, "begin", "end")
    if source.mistakes:
        count = len(source.mistakes)
        more = f"（共 {count} 处）" if count > 1 else ""
        raise FormError(f"Word 模板有误：{source.mistakes[0]}{more}", tuple(source.mistakes))
    return source


def _marked(source: Source, name: str) -> list[Placeholder]:
    """Return the placeholders of part `name`, now slots, each checked against the form."""
    found, broken = mark_placeholders(source.trees[name])
    for paragraph in broken:
        text = text_of(paragraph).strip()[:30]
        cure = "占位符写成 {{字段名}}，放在同一段里"
        source.mistakes.append(f"{_place(source, name, paragraph)}：花括号不成对：{text}。{cure}")
    columns = columns_of(source.form)
    made_of = {target.name: set(target.names) for table in source.form.tables for target in table.targets}
    for each in found:
        place = f"{_place(source, name, each.paragraph)}：{{{{{each.name}}}}} "
        if is_block_mark(each.name) or (each.name == PAGE_NUMBER and each.paragraph in source.contents):
            continue
        if is_condition(each.name):
            source.used.update(condition_names(each.name))
            if name != source.main:
                source.mistakes.append(f"{place}只能放在正文里")
        elif each.name in columns:
            if name != source.main or next(rows_of(each.paragraph), None) is None:
                source.mistakes.append(f"{place}是指标表的列，只能放在正文表格的样行里")
        elif each.name not in source.form.by_name:
            close = difflib.get_close_matches(each.name, [*source.form.by_name, *columns], n=1, cutoff=0.5)
            hint = f"，是不是{close[0]}" if close else ""
            source.mistakes.append(f"{place}不是表样里的字段{hint}。请改成表样“字段”工作表里的字段名")
        source.used |= made_of.get(each.name, {each.name})
    return found


def _check_contents(source: Source) -> None:
    """Note a contents list without a paragraph that is the entry of a project, or with several."""
    pages = [p for p in source.contents if PAGE_NUMBER in slot_names(text_of(p))]
    if source.contents and (len(pages) != 1 or len(slot_names(text_of(pages[0]))) < 2):
        cure = "在 {{#目录}} 与 {{/目录}} 之间留一段，写上字段和 {{页码}}，例如 {{项目名称}}、制表符、{{页码}}"
        source.mistakes.append(f"{_place(source, source.main, source.contents[0])}：目录里要有且只有一段含 {{{{页码}}}}。{cure}")


def _note(source: Source, found: Iterable[tuple[Element, str]]) -> None:
    source.mistakes += [f"{_place(source, source.main, element)}：{text}" for element, text in found]


def columns_of(form: Form) -> frozenset[str]:
    """Return the names that differ from row to row of a row table."""
    return frozenset(name for table in form.tables for name in table_names(table))


def table_names(table: IndicatorTable) -> frozenset[str]:
    """Return the names of a table's columns, and those of the targets they make."""
    return frozenset(table.names) | {target.name for target in table.targets}


def row_table(form: Form, row: Element) -> IndicatorTable:
    """Return the row table whose columns the slots of a prototype row name."""
    names = set(slot_names(text_of(row)))
    return max(form.tables, key=lambda table: len(table_names(table) & names))


def _place(source: Source, name: str, paragraph: Element) -> str:
    """Return where `paragraph` stands, as a clerk would look for it."""
    if name != source.main:
        return f"{source.path.name} › {'页眉' if name in source.headers else '页脚'}"
    row = next(rows_of(paragraph), None)
    if row is None:
        return f"{source.path.name} › 正文"
    table = next(row.iterancestors(w("tbl")))
    number = list(source.body.iter(w("tbl"))).index(table) + 1
    return f"{source.path.name} › 第 {number} 个表格第 {list(table.iter(w('tr'))).index(row) + 1} 行"


def _between(source: Source, start: str, end: str) -> list[Element]:
    """Return the parts of the body between two marks; none while the marks are wrong."""
    inside = False
    found: list[Element] = []
    for child in source.body:
        if is_instruction(child, start):
            inside = True
        elif is_instruction(child, end):
            return found
        elif inside:
            found.append(child)
    return []


def _prototype_rows(source: Source, placeholders: list[Placeholder]) -> list[Element]:
    """Return the rows that repeat per indicator, in reading order."""
    columns = columns_of(source.form)
    rows: list[Element] = []
    for each in placeholders:
        row = next(rows_of(each.paragraph), None)
        if each.name in columns and row is not None and row not in rows:
            rows.append(row)
    inside = {id(row) for part in source.block for row in part.iter(w("tr"))}
    tables = [next(row.iterancestors(w("tbl"))) for row in rows]
    for number, row in enumerate(rows):
        place = _place(source, source.main, next(row.iter(w("p"))))
        if id(row) not in inside and source.block:
            source.mistakes.append(f"{place}：指标样行不在 {{{{#项目}}}} 与 {{{{/项目}}}} 之间")
        named = {form_table.name for form_table in source.form.tables if table_names(form_table) & set(slot_names(text_of(row)))}
        if len(named) > 1:
            source.mistakes.append(f"{place}：一行里有几个行表（{'、'.join(sorted(named))}）的列，请分成几行")
        owned = [(tables[n], row_table(source.form, rows[n])) for n in range(number + 1)]
        if owned[number] in owned[:number]:
            source.mistakes.append(f"{place}：同一个表格里有两行指标样行，只能留一行")
    if columns and not rows:
        example = next(iter(source.form.table.names)) if source.form.table else ""
        cure = f"请在指标表里留一行，写上 {{{{{example}}}}} 等占位符"
        source.mistakes.append(f"{source.path.name} › 正文：没有指标样行。{cure}")
    return rows


def other_labels(path: Path, form: Form) -> list[str]:
    """Return a line for each single field whose label in Word, the text left of it in its row, is none that the form has for it."""
    source = open_source(path, form)
    columns = columns_of(form)
    bound = {name: label.text for name, label in field_labels(form).items()}
    bound |= {name: grid.rows[row].text for grid in form.grids for (row, _), name in grid.cells.items()}
    standards = {label_key(alias): label_key(standard) for alias, standard in form.aliases("标签").items()}
    lines = []
    for row in source.body.iter(w("tr")):
        left = ""
        for cell in row.iterchildren(w("tc")):
            text = text_of(cell)
            name = only_slot(text)
            field = form.by_name.get(name or "")
            if field is not None and field.name not in columns and left:
                printed = [field.name, field.label, *([bound[field.name]] if field.name in bound else [])]
                key = label_key(left)
                if standards.get(key, key) not in {label_key(each) for each in printed}:
                    lines.append(f"{{{{{field.name}}}}} 左边印的是“{' '.join(left.split())}”，表样印的是“{' '.join(printed[-1].split())}”")
            left = "" if slot_names(text) or is_crossed(text) else text.strip() or left
    return lines

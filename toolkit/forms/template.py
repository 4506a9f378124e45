"""A template workbook → `Form`; what is wrong with it → `Mistake`s.

`load_form` is for all who need a sound form, `lint_form` for `jixiao form lint`; both read the same way.
"""

from __future__ import annotations

from pathlib import Path

from toolkit.errors import FormError
from toolkit.forms.book import HELP_SHEET, Book, Mistake, read_book
from toolkit.forms.computed import formula_mistakes, sort_helpers
from toolkit.forms.derived import derived_rules
from toolkit.forms.examples import example_mistakes
from toolkit.forms.layout import Layout, bind, read_fields
from toolkit.forms.model import Field, Form, Rule
from toolkit.forms.roles import misplaced_roles, with_roles
from toolkit.forms.rules import read_rules
from toolkit.forms.tables import TableRow, code_lists, field_rows, rule_rows
from toolkit.spreadsheet.properties import FORM, VERSION

Helpers = tuple[tuple[Field, ...], tuple[Field, ...]]


def load_form(path: Path) -> Form:
    """Return the form that the template workbook at `path` declares.

    Raises FormError, with every mistake and its cure, when the template is broken.
    """
    form, _, mistakes = _read(path)
    if mistakes or form is None:
        count = len(mistakes)
        first = f"{path.name} › {mistakes[0]}" if mistakes else ""
        more = f"（共 {count} 处，用 jixiao form lint 查看全部）" if count > 1 else ""
        raise FormError(f"表样有误：{first}{more}", tuple(str(mistake) for mistake in mistakes))
    return form


def lint_form(path: Path) -> tuple[Form | None, tuple[Mistake, ...]]:
    """Return the form, None when nothing is drawn at all, and every mistake in it. Raises FormError if unreadable.

    The 正例 and 反例 of its rules are tried where nothing else is wrong.
    """
    form, rows, mistakes = _read(path)
    if form is not None and not mistakes:
        mistakes = tuple(example_mistakes(form, rows))
    return form, mistakes


def _read(path: Path) -> tuple[Form | None, list[TableRow], tuple[Mistake, ...]]:
    book = read_book(path)
    mistakes: list[Mistake] = []
    lists = code_lists(book, mistakes)
    rows = field_rows(book, mistakes)
    fields = with_roles(rows, read_fields(rows, lists, mistakes), lists, mistakes)
    layout = bind(book, rows, fields, mistakes)
    if layout is None:
        return None, [], tuple(mistakes)
    written_rules = rule_rows(book, mistakes)
    columns = layout.table.names if layout.table else ()
    misplaced_roles(rows, columns, mistakes)
    placed = {*columns, *(field.name for field in layout.fields)}
    helpers = sort_helpers([field for field in fields.values() if field.formula and field.name not in placed], columns)
    names = (*columns, *(field.name for field in helpers[1]))
    mistakes += formula_mistakes(rows, fields, names, lists)
    rules = read_rules(written_rules, fields, names, lists, mistakes)
    written = frozenset(rule.id for rule in rules)
    implied = derived_rules(layout.fields, layout.table, lists, written)
    return _form(book, layout, lists, implied + rules, helpers), written_rules, tuple(mistakes)


def _form(book: Book, layout: Layout, lists: dict[str, tuple[str, ...]], rules: tuple[Rule, ...], helpers: Helpers) -> Form:
    return Form(
        name=book.properties.get(FORM) or book.path.stem,
        version=book.properties.get(VERSION, ""),
        path=book.path,
        sheet=layout.sheet,
        title=layout.labels[0].text if layout.labels else book.path.stem,
        print_area=layout.print_area.text,
        fields=layout.fields,
        table=layout.table,
        labels=layout.labels,
        lists=lists,
        rules=rules,
        instructions=_instructions(book),
        helpers=helpers[0],
        row_helpers=helpers[1],
    )


def _instructions(book: Book) -> tuple[str, ...]:
    sheet = book.sheets.get(HELP_SHEET)
    return tuple(text for _, text in sorted(sheet.cells.items())) if sheet else ()

"""A template workbook → `Form`; what is wrong with it → `Mistake`s.

`load_form` is for all who need a sound form, `lint_form` for `jixiao form lint`; both read the same way.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from toolkit.errors import FormError
from toolkit.forms.book import HELP_SHEET, Book, Mistake, read_book
from toolkit.forms.computed import formula_mistakes, sort_helpers
from toolkit.forms.derived import derived_rules
from toolkit.forms.examples import example_mistakes
from toolkit.forms.grids.drawn import in_percent
from toolkit.forms.grids.rows import spread_fields, spread_rules
from toolkit.forms.layout import Layout, bind, read_fields
from toolkit.forms.model import AMOUNT, Field, Form
from toolkit.forms.profile import Profile, check_profile, read_profile
from toolkit.forms.roles import carry_mistakes, misplaced_roles, renamed, whole_parts_of, with_roles, with_targets
from toolkit.forms.rules import read_rules
from toolkit.forms.tables import Rule, TableRow, code_lists, field_rows, rule_rows
from toolkit.values.words import SYMBOL

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
    book = read_book(path, whole=True)
    mistakes: list[Mistake] = []
    lists = code_lists(book, mistakes)
    rows, grids = spread_fields(field_rows(book, mistakes), mistakes)
    fields = with_roles(rows, read_fields(rows, lists, mistakes), lists, mistakes)
    profile = read_profile(book, mistakes)
    fields = {name: replace(field, money=profile.money) if field.type == AMOUNT else field for name, field in fields.items()}
    layout = bind(book, rows, fields, grids, mistakes)
    if layout is None:
        return None, [], tuple(mistakes)
    layout = replace(layout, tables=with_targets(layout.tables, rows, lists, mistakes))
    parts = {f"{target.name}.{part}": name for table in layout.tables for target in table.declared for part, name in target.parts.items()}
    fields |= {name: replace(field, formula=renamed(field.formula, parts)) for name, field in fields.items() if field.formula}
    in_one, lacking = whole_parts_of(fields, layout, lists)
    fields |= in_one
    mistakes += [r.mistake("类型", f"代码表没有列表“{SYMBOL}”", "请列出可用的比较符号") for r in rows if r.get("字段名") in lacking]
    written_rules = [
        replace(row, values={k: renamed(v, parts) for k, v in row.values.items()})
        for row in spread_rules(rule_rows(book, mistakes), grids, mistakes)
    ]
    check_profile(book, profile, {table.name: table.size for table in layout.tables}, fields, mistakes)
    columns = [name for table in layout.tables for name in table.names]
    misplaced_roles(rows, columns, mistakes)
    mistakes += carry_mistakes(rows, layout)
    placed = {*columns, *(field.name for field in layout.fields)}
    first = layout.tables[0].names if layout.tables else ()
    helpers = sort_helpers([field for field in fields.values() if field.formula and field.name not in placed], first)
    row_helpers = [field.name for field in helpers[1]]
    mistakes += formula_mistakes(rows, fields, (*first, *row_helpers), layout.tables[1:], lists)
    rules = read_rules(written_rules, fields, layout.tables, lists, mistakes, row_helpers)
    written = frozenset(rule.id for rule in rules)
    implied = derived_rules(layout.fields, layout.tables, lists, written, profile.limits)
    return _form(book, profile, layout, lists, implied + rules, helpers), written_rules, tuple(mistakes)


def _form(
    book: Book, profile: Profile, layout: Layout, lists: dict[str, tuple[str, ...]], rules: tuple[Rule, ...], helpers: Helpers
) -> Form:
    return Form(
        name=profile.name,
        version=profile.version,
        path=book.path,
        sheet=layout.sheet,
        title=profile.title or (layout.labels[0].text if layout.labels else book.path.stem),
        print_area=layout.print_area.text,
        fields=in_percent(layout.fields, layout.grids),
        table=next(iter(layout.tables), None),
        labels=layout.labels,
        lists=lists,
        rules=rules,
        instructions=_instructions(book),
        money=profile.money,
        sheets=profile.sheets,
        limits=profile.limits,
        file_name=profile.file_name,
        more_tables=layout.tables[1:],
        helpers=helpers[0],
        row_helpers=helpers[1],
        grids=layout.grids,
    )


def _instructions(book: Book) -> tuple[str, ...]:
    sheet = book.sheets.get(HELP_SHEET)
    return tuple(text for _, text in sorted(sheet.cells.items())) if sheet else ()

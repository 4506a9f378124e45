"""The drawing bound to its fields: defined names → cells of single fields, columns of the indicator table, labels.

Comes in: the template's `Book` and the rows of 字段. Goes out: fields with their places, the table, the labels; every
mistake with its sheet, cell and cure. `field_labels` says of a form which printed label belongs to which field.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from toolkit.forms.book import FIELDS_SHEET, FORM_SHEET, MOST_CELLS, Area, Book, Mistake, Name, Sheet, too_far_right, used_area
from toolkit.forms.grids.drawn import drawn_grids
from toolkit.forms.grids.model import Grid
from toolkit.forms.grids.rows import Declared
from toolkit.forms.model import DEPENDENT_LIST, FIELD_TYPES, TEXT, Column, Field, Form, IndicatorTable, Label
from toolkit.forms.tables import ROWS, TableRow
from toolkit.spreadsheet.a1 import cell_name, parse_area
from toolkit.values.text import did_you_mean, label_key

_NAME = re.compile(r"[^\W\d][\w.]*|\\[\w.]*|_[\w.]*")
_CELL_LIKE = re.compile(r"[A-Za-z]{1,3}[0-9]{1,7}|[Rr][0-9]*[Cc][0-9]*|[RrCc]", re.ASCII)

YES, NO = "是", "否"


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands on the form's sheet."""

    sheet: str
    print_area: Area
    fields: tuple[Field, ...]
    tables: tuple[IndicatorTable, ...]
    labels: tuple[Label, ...]
    grids: tuple[Grid, ...]


def is_legal_name(name: str) -> bool:
    """Return whether Excel accepts `name` as a defined name: no blank, no cell address, ≤ 255 characters.

    >>> is_legal_name("当年财政拨款"), is_legal_name("A1"), is_legal_name("2024金额"), is_legal_name("R1C1")
    (True, False, False, False)
    """
    return bool(_NAME.fullmatch(name)) and not _CELL_LIKE.fullmatch(name) and len(name) <= 255


def read_fields(rows: list[TableRow], lists: dict[str, tuple[str, ...]], mistakes: list[Mistake]) -> dict[str, Field]:
    """Return the fields that 字段 declares, still without a place, by 字段名."""
    fields: dict[str, Field] = {}
    for row in rows:
        name = row.get("字段名")
        if not name:
            mistakes.append(row.mistake("字段名", "该行没有字段名", "请填写字段名，或删除该行"))
        elif not is_legal_name(name):
            cure = "字段名要能作 Excel 名称：以汉字、字母或下划线开头，不含空格和运算符，不能像单元格地址（如 A1）"
            mistakes.append(row.mistake("字段名", f"“{name}”不是合法的 Excel 名称", cure))
        elif name in fields:
            mistakes.append(row.mistake("字段名", f"字段“{name}”重复", "请删除重复的行或改名"))
        else:
            fields[name] = _field(row, name, mistakes)
    for row in rows:
        source = row.get("列表")
        missing = source.removeprefix(DEPENDENT_LIST) not in (fields if source.startswith(DEPENDENT_LIST) else lists)
        if source and missing:
            kind = "字段" if source.startswith(DEPENDENT_LIST) else "代码表中的列表"
            cure = "请在代码表首行加上该列表，或改正这里的名称"
            near = did_you_mean(source.removeprefix(DEPENDENT_LIST), fields if source.startswith(DEPENDENT_LIST) else lists)
            mistakes.append(row.mistake("列表", f"“{source}”不是{kind}{near}", cure))
    return fields


def _field(row: TableRow, name: str, mistakes: list[Mistake]) -> Field:
    type_ = row.get("类型") or TEXT
    if type_ not in FIELD_TYPES:
        mistakes.append(row.mistake("类型", f"未知的类型“{type_}”", f"请改为：{'、'.join(FIELD_TYPES)}"))
        type_ = TEXT
    length = row.get("最大长度")
    if length and not (length.isascii() and length.isdigit() and int(length) > 0):
        mistakes.append(row.mistake("最大长度", f"“{length}”不是正整数", "请填正整数，或留空表示不限"))
        length = ""
    for heading in ("由下发方填", "层级", "预填"):
        if row.get(heading) not in (YES, NO, ""):
            mistakes.append(row.mistake(heading, f"“{row.get(heading)}”不是“是”或“否”", "请填“是”或“否”，留空视为否"))
    return Field(
        name=name,
        label=row.get("显示名") or name,
        type=type_,
        required=row.get("必填") == YES,
        code_list=row.get("列表") or None,
        max_length=int(length) if length else None,
        from_issuer=row.get("由下发方填") == YES,
        note=row.get("说明"),
        table=row.get("所属表"),
        level=row.get("层级") == YES if "层级" in row.columns else None,
        prefilled=row.get("预填") == YES,
        formula=row.get("公式"),
        required_if=row.get("必填") if row.get("必填") not in (YES, NO) else "",
        shown=row.get("显示格式"),
        carry=row.get("沿用"),
    )


def bind(
    book: Book, rows: list[TableRow], fields: dict[str, Field], declared: Sequence[Declared], mistakes: list[Mistake]
) -> Layout | None:
    """Return the layout of the form's sheet, or None when there is no such sheet."""
    sheet = _form_sheet(book, fields)
    if sheet is None:
        cure = f"请把表样画在名为“{FORM_SHEET}”的工作表上，并用名称管理器给每个字段起名"
        mistakes.append(Mistake(FORM_SHEET, "", "找不到画有表样的工作表", cure))
        return None
    areas = _areas(book, sheet, [*fields, *(grid.name for grid in declared)], mistakes)
    own = {declaration.cell(*cell): declaration.name for declaration in declared for cell in declaration.cells}
    named = set(areas)
    grids = drawn_grids(sheet, declared, areas, mistakes)
    wanted = [row for row in rows if row.get("字段名") not in own and not (row.get("公式") and row.get("字段名") in fields)]
    for row in (*wanted, *(declaration.row for declaration in declared)):
        name = row.get("字段名")
        if (name in fields or row not in rows) and name not in named and not _misplaced(book, name):
            cure = f"请在“{sheet.name}”选中该字段的单元格，用名称管理器定义名称“{name}”"
            mistakes.append(row.mistake("字段名", f"字段“{name}”没有对应的名称", cure))
    tables = tuple(_tables(sheet, fields, areas, mistakes))
    columns = {name for table in tables for name in table.names}
    singles = []
    for name, area in areas.items():
        if name in columns:
            continue
        if area.cell != area.text and area not in sheet.merges:
            cure = f"请让名称“{name}”只指一个单元格，或恰好一个合并区域"
            mistakes.append(Mistake(sheet.name, area.text, f"名称“{name}”包含多个单元格", cure))
        singles.append(replace(fields[name], cell=area.cell, area=area.text, grid=own.get(name, "")))
    _check_overlaps(sheet, areas, mistakes)
    print_area = sheet.print_area or used_area(sheet, areas.values())
    mistakes += too_far_right(sheet, print_area)
    for name, area in areas.items():
        if not ((area.row, area.column) in print_area and (area.last_row, area.last_column) in print_area):
            cure = "请把该单元格移进打印区域，或扩大打印区域"
            mistakes.append(Mistake(sheet.name, area.text, f"字段“{name}”在打印区域 {print_area.text} 之外", cure))
    singles.sort(key=lambda f: _position(areas[f.name]))
    labels = _labels(sheet, print_area, [*areas.values(), *(Area(*grid.area) for grid in grids)])
    return Layout(sheet.name, print_area, tuple(singles), tables, labels, grids)


def _position(area: Area) -> tuple[int, int]:
    return area.row, area.column


def _form_sheet(book: Book, fields: dict[str, Field]) -> Sheet | None:
    """The sheet called 申报表, else the one most field names point to."""
    if FORM_SHEET in book.sheets:
        return book.sheets[FORM_SHEET]
    votes = Counter(name.sheet for name in book.names if name.name in fields and name.sheet in book.sheets)
    return book.sheets[str(votes.most_common(1)[0][0])] if votes else None


def _misplaced(book: Book, name: str) -> bool:
    """Whether a name of that spelling exists at all: what is wrong with it has been said already."""
    return any(defined.name.casefold() == name.casefold() for defined in book.names)


def _areas(book: Book, sheet: Sheet, fields: Sequence[str], mistakes: list[Mistake]) -> dict[str, Area]:
    by_key = {name.casefold(): name for name in fields}
    areas: dict[str, Area] = {}
    for defined in book.names:
        name = by_key.get(defined.name.casefold())
        if defined.area is None or defined.sheet is None:
            if name or "#REF!" in defined.text:
                cure = "请在名称管理器里让它重新指向单元格，或删除这个名称"
                text = f"名称“{defined.name}”没有指向单元格（{defined.text}）"
                mistakes.append(Mistake("名称管理器", defined.name, text, cure))
        elif defined.sheet not in book.sheets:
            text = f"名称“{defined.name}”指向不存在的工作表“{defined.sheet}”"
            mistakes.append(Mistake("名称管理器", defined.name, text, f"请让它指向“{sheet.name}”的单元格，或删除这个名称"))
        elif name is None:
            _unknown_name(defined, sheet, mistakes)
        elif defined.sheet != sheet.name:
            text = f"字段“{name}”的名称指向工作表“{defined.sheet}”"
            mistakes.append(Mistake(defined.sheet, defined.area.text, text, f"请让它指向“{sheet.name}”的单元格"))
        elif name in areas:
            text = f"名称“{name}”定义了两次（{areas[name].text} 和 {defined.area.text}）"
            mistakes.append(Mistake(sheet.name, defined.area.text, text, "请在名称管理器里删去其中一个"))
        elif defined.area.size > MOST_CELLS:
            text = f"名称“{name}”占 {defined.area.size:,} 格，最多 {MOST_CELLS:,} 格"
            mistakes.append(Mistake(sheet.name, defined.area.text, text, "请在名称管理器里让它只指要填的单元格"))
        else:
            areas[name] = defined.area
    return areas


def _unknown_name(defined: Name, sheet: Sheet, mistakes: list[Mistake]) -> None:
    if defined.sheet == sheet.name and defined.area is not None:
        text = f"名称“{defined.name}”在“{FIELDS_SHEET}”表中没有登记"
        cure = f"请在“{FIELDS_SHEET}”表加一行“{defined.name}”，或删除这个名称"
        mistakes.append(Mistake(sheet.name, defined.area.text, text, cure))


def _tables(sheet: Sheet, fields: dict[str, Field], areas: dict[str, Area], mistakes: list[Mistake]) -> Iterator[IndicatorTable]:
    """Yield the row tables: that of the columns that name none first, then each that 所属表 names, in the order of 字段."""
    named: dict[str, dict[str, Area]] = {}
    for name, field in fields.items():
        if name in areas:
            named.setdefault(field.table or ROWS, {})[name] = areas[name]
    usual, first = named.pop(ROWS, {}), True
    names = _table_areas(sheet, usual) | {name for name in usual if fields[name].table}
    for table, members in (*([(ROWS, {name: usual[name] for name in names})] if names else []), *named.items()):
        across = sorted(members, key=lambda name: members[name].column)
        rows = Counter((area.row, area.last_row) for area in members.values()).most_common(1)[0][0]
        for name in across:
            if (members[name].row, members[name].last_row) != rows:
                text = f"“{name}”与行表“{table}”的其他列不在同样的行（第 {rows[0]}–{rows[1]} 行）"
                mistakes.append(Mistake(sheet.name, members[name].text, text, "请在名称管理器里让同一行表的各列从同一行到同一行"))
        columns = (Column(replace(fields[name], cell=members[name].cell, area=members[name].text), members[name].column) for name in across)
        placed = tuple(columns)
        filled = [column.index for column in placed if column.field.prefilled]
        printed = {row: tuple(_merged_text(sheet, row, column) for column in filled) for row in range(rows[0], rows[1] + 1) if filled}
        yield IndicatorTable(placed, *rows, table, first, printed)
        first = False


def _merged_text(sheet: Sheet, row: int, column: int) -> str:
    """What stands in a cell, or in the merge that it is in."""
    area = next((area for area in sheet.merges if (row, column) in area), None)
    return sheet.cells.get((area.row, area.column) if area else (row, column), "")


def _table_areas(sheet: Sheet, areas: dict[str, Area]) -> set[str]:
    """Return the names that are columns of the indicator table: the largest group with the same rows."""
    groups: dict[tuple[int, int], list[str]] = {}
    merged = set(sheet.merges)
    for name, area in areas.items():
        if area.row == area.last_row or area in merged:
            continue
        across = area.column != area.last_column
        if across and any(Area(r, area.column, r, area.last_column) not in merged for r in range(area.row, area.last_row + 1)):
            continue
        groups.setdefault((area.row, area.last_row), []).append(name)
    if not groups:
        return set()
    return set(max(groups.items(), key=lambda group: (len(group[1]), group[0][1] - group[0][0]))[1])


def _check_overlaps(sheet: Sheet, areas: dict[str, Area], mistakes: list[Mistake]) -> None:
    placed = sorted(areas.items(), key=lambda item: _position(item[1]))
    for index, (name, area) in enumerate(placed):
        for other, taken in placed[:index]:
            if area.overlaps(taken):
                cure = "请在名称管理器里把两个字段指向不同的单元格"
                mistakes.append(Mistake(sheet.name, area.text, f"字段“{name}”与“{other}”的区域重叠", cure))


def _labels(sheet: Sheet, print_area: Area, bound: Sequence[Area]) -> tuple[Label, ...]:
    labels = []
    for (row, column), text in sorted(sheet.cells.items()):
        position = (row, column)
        if position in print_area and label_key(text) and not any(position in area for area in bound):
            labels.append(Label(text, cell_name(row, column), row, column))
    return tuple(labels)


def field_labels(form: Form) -> Mapping[str, Label]:
    """Return each single field's label by 字段名; a field that has none (a year in a title line) is not in it.

    It stands left of the field's cell in the same row, or above it in the same column, and usually says its 显示名. Used where
    a returned sheet's labels are the only way to find a field's place.
    """
    bound = {field.name: _label_of(form, field) for field in form.fields if not field.grid}
    return {name: label for name, label in bound.items() if label is not None}


def _label_of(form: Form, field: Field) -> Label | None:
    first_row, first_column, last_row, last_column = parse_area(field.area)
    key = label_key(field.label)
    taken = {(heading.row, heading.column) for grid in form.grids for heading in grid.headings}
    labels = [label for label in form.labels if (label.row, label.column) not in taken]
    left = [label for label in labels if first_row <= label.row <= last_row and label.column < first_column]
    above = [label for label in labels if label.row < first_row and first_column <= label.column <= last_column]
    nearest_left = max(left, key=lambda label: (label.column, -label.row), default=None)
    nearest_above = max(above, key=lambda label: (label.row, -label.column), default=None)
    for label in (nearest_left, nearest_above):
        if label is not None and label_key(label.text) == key:
            return label

    # The printed text differs from 显示名: the label of the same row is the field's, if no other field stands between.
    if nearest_left is not None and not _between(form, nearest_left, field):
        return nearest_left
    return None


def _between(form: Form, label: Label, field: Field) -> bool:
    column = parse_area(field.area)[1]
    for other in form.fields:
        row, first, last_row, _ = parse_area(other.area)
        if other is not field and row <= label.row <= last_row and label.column < first < column:
            return True
    return False

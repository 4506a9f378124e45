"""The drawing of a template held against its sheet 字段: drop-downs, locks, number formats, print set-up.

Comes in: a template and the sound `Form` it gives. Goes out: a `Mistake` for each thing that Excel would do otherwise than
字段 says. Only `form lint` asks for it, so that openpyxl may take its time; nothing is written. Drop-downs that Excel 2010
keeps in an extension are read from the part itself, for openpyxl drops them.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from toolkit.forms.book import FIELDS_SHEET, LISTS_SHEET, RULES_SHEET, Mistake
from toolkit.forms.layout import field_labels
from toolkit.forms.model import AMOUNT, DATE, DECIMAL, DEPENDENT_LIST, INTEGER, Field, Form
from toolkit.package.opc import open_package
from toolkit.spreadsheet.a1 import cell_name, column_letters, parse_area, parse_cell
from toolkit.spreadsheet.workbook import read_workbook
from toolkit.values.text import clean_text, label_key

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Position = tuple[int, int]

_TEXT_FORMAT = "@"
_FORMAT_CURES = {
    AMOUNT: "请设成数值格式，如 #,##0.00",
    DECIMAL: "请设成数值格式，如 0.00",
    INTEGER: "请设成数值格式，如 0",
    DATE: "请设成日期格式，如 yyyy-mm-dd",
}
_TEXT_CURE = "请设成文本或常规格式"
_LIST_CURE = "请用“数据 › 数据验证 › 序列”加上下拉，来源指向代码表的这一列"

# The drop-downs that Excel 2010 and later write for lists on another sheet.
_X14 = "{http://schemas.microsoft.com/office/spreadsheetml/2009/9/main}"
_XM = "{http://schemas.microsoft.com/office/excel/2006/main}"

# Cells of 代码表 in a formula, and any other reference of the form's own sheet.
_LISTED = re.compile(rf"(?:'{LISTS_SHEET}'|{LISTS_SHEET})!\$?([A-Z]{{1,3}})\$?(\d+)(?::\$?[A-Z]{{1,3}}\$?(\d+))?")
_WORD = re.compile(r"[^\W\d][\w.]*")


@dataclass(frozen=True, slots=True)
class _Validation:
    """A rule of data validation: Excel's type, its first formula, the areas it is for."""

    type: str
    formula: str
    areas: tuple[tuple[int, int, int, int], ...]

    def covers(self, position: Position) -> bool:
        return any(top <= position[0] <= bottom and left <= position[1] <= right for top, left, bottom, right in self.areas)


# What openpyxl stops with at a part it does not know, or that is no XML.
UNREAD = (
    LookupError,
    TypeError,
    ValueError,
    AttributeError,
    SyntaxError,
    ArithmeticError,
    AssertionError,
    EOFError,
    RecursionError,
    BadZipFile,
)


def drawing_mistakes(path: Path, form: Form) -> tuple[Mistake, ...] | None:
    """Return what is drawn otherwise than 字段 says, in the order of the form; None when openpyxl cannot read the workbook."""
    from openpyxl import load_workbook

    try:
        with warnings.catch_warnings(), path.open("rb") as file:
            warnings.simplefilter("ignore")
            book = load_workbook(file)
    except UNREAD:
        return None  # a style or a part it does not know; the form itself has been read
    sheet = book[form.sheet]
    validations = (*_validations(sheet), *_extended(path, form.sheet))
    lists = _Lists(form, book)
    found: list[Mistake] = []
    for field in form.by_name.values():
        cells = _cells(field, form)
        found += _drop_down(field, cells, validations, lists, form)
        found += _length(field, cells, validations, form)
        found += _format(field, cells, sheet)
        found += _sample(field, cells, sheet)
    return (*found, *_locks(form, sheet), *_print_set_up(form, sheet), *_words(form))


def _cells(field: Field, form: Form) -> tuple[Position, ...]:
    """The cells a unit fills: the first of a merged area, each of a column."""
    top, left, bottom, _ = parse_area(field.area)
    return tuple((row, left) for row in range(top, (bottom if _is_column(field, form) else top) + 1))


def _is_column(field: Field, form: Form) -> bool:
    return field.name in form.table_of


def _validations(sheet: Worksheet) -> Iterator[_Validation]:
    for each in sheet.data_validations.dataValidation:
        areas = tuple((r.min_row, r.min_col, r.max_row, r.max_col) for r in each.sqref.ranges)
        yield _Validation(each.type or "", str(each.formula1 or ""), areas)


def _extended(path: Path, sheet: str) -> Iterator[_Validation]:
    with open_package(path, str(path)) as package:
        part = next(ref.part for ref in read_workbook(package).sheets if ref.name == sheet)
        for each in package.xml(part).iter(f"{_X14}dataValidation"):
            areas = tuple(parse_area(area) for area in (each.findtext(f"{_XM}sqref") or "").split())
            yield _Validation(each.get("type") or "", each.findtext(f"{_X14}formula1/{_XM}f") or "", areas)


class _Lists:
    """Where the lists of 代码表 stand, and which of its columns a formula of a drop-down reads."""

    def __init__(self, form: Form, book: Workbook) -> None:
        heads = book[LISTS_SHEET][1] if LISTS_SHEET in book.sheetnames else ()
        self.columns: Mapping[str, str] = {clean_text(str(cell.value)): cell.column_letter for cell in heads if cell.value is not None}
        self._names = {name: each.attr_text for name, each in book.defined_names.items()}
        self._form = form

    def read(self, formula: str) -> list[tuple[str, int, int | None]]:
        """Return column, first and last row of each reference to 代码表; defined names are followed."""
        text = _WORD.sub(lambda name: self._names.get(name[0], name[0]) if name[0] not in self._form.by_name else name[0], formula)
        return [(m[1], int(m[2]), int(m[3]) if m[3] else None) for m in _LISTED.finditer(text)]

    def fault(self, field: Field, formula: str, row: int) -> str | None:
        """Return in words what is wrong with a drop-down's source at `row`; None where it is the field's list."""
        source, read = field.code_list or "", self.read(formula)
        if source.startswith(DEPENDENT_LIST):
            parent = self._form.by_name[source.removeprefix(DEPENDENT_LIST)]
            first, column = parse_cell(parent.cell)
            at = row if _is_column(parent, self._form) else first
            own = re.compile(rf"\$?{column_letters(column)}\$?{at}(?!\d)|\b{re.escape(parent.name)}\b")
            if own.search(_LISTED.sub("", formula)) and (read or "INDIRECT" in formula.upper()):
                return None
            return f"下拉没有随“{parent.name}”变化"
        column_of_list = self.columns.get(source)
        if not read or {column for column, _, _ in read} != {column_of_list}:
            return f"下拉的来源“{formula}”不是代码表的“{source}”列"
        if min(first for _, first, _ in read) != 2:
            return f"下拉的来源没有从代码表“{source}”列的第 2 行开始"
        last, needed = max((last for _, _, last in read if last), default=None), len(self._form.lists[source]) + 1
        if last is not None and last < needed:
            return f"下拉的来源只到第 {last} 行，代码表“{source}”列到第 {needed} 行"
        return None


def _drop_down(field: Field, cells: Iterable[Position], validations: Iterable[_Validation], lists: _Lists, form: Form) -> Iterator[Mistake]:
    if not field.code_list:
        return
    drop_downs = [each for each in validations if each.type == "list"]
    without = [cell for cell in cells if not any(each.covers(cell) for each in drop_downs)]
    if without:
        yield Mistake(form.sheet, _area(without), f"“{field.name}”有列表“{field.code_list}”，但没有下拉", _LIST_CURE)
    for each in drop_downs:
        own = [cell for cell in cells if each.covers(cell)]
        if own and (fault := lists.fault(field, each.formula, min(area[0] for area in each.areas))):
            yield Mistake(form.sheet, _area(own), f"“{field.name}”{fault}", "请改正数据验证的来源，或改正“字段”表的列表")


def _length(field: Field, cells: Iterable[Position], validations: Iterable[_Validation], form: Form) -> Iterator[Mistake]:
    for each in validations:
        own = [cell for cell in cells if each.covers(cell)] if each.type == "textLength" and field.max_length else []
        if own and each.formula != str(field.max_length):
            text = f"“{field.name}”的数据验证限长 {each.formula}，“字段”表的最大长度是 {field.max_length}"
            yield Mistake(form.sheet, _area(own), text, "请把两处改成一样")


def _format(field: Field, cells: Iterable[Position], sheet: Worksheet) -> Iterator[Mistake]:
    formats = [(cell, str(sheet.cell(*cell).number_format)) for cell in cells]
    if field.shown:
        other = [(cell, found) for cell, found in formats if found != field.shown]
        if other:
            text = f"“{field.name}”的显示格式是“{field.shown}”，单元格格式却是“{other[0][1]}”"
            yield Mistake(sheet.title, _area([cell for cell, _ in other]), text, "请把两处改成一样")
        return
    wrong = [(cell, found) for cell, found in formats if not _fits(field.type, found)]
    if wrong:
        text = f"“{field.name}”是{field.type}，单元格格式却是“{wrong[0][1]}”"
        yield Mistake(sheet.title, _area([cell for cell, _ in wrong]), text, _FORMAT_CURES.get(field.type, _TEXT_CURE))


def _fits(type_: str, code: str) -> bool:
    """Whether a number format shows what is typed there: a text format makes a text of a number, a date one a day."""
    from openpyxl.styles.numbers import FORMAT_GENERAL, is_date_format

    if type_ == DATE:
        return bool(is_date_format(code))
    if type_ in (AMOUNT, DECIMAL, INTEGER):
        return code != _TEXT_FORMAT and not is_date_format(code) and (type_ == DECIMAL or "%" not in code)
    return code in (_TEXT_FORMAT, FORMAT_GENERAL)


def _sample(field: Field, cells: Iterable[Position], sheet: Worksheet) -> Iterator[Mistake]:
    """What stands where a unit fills in: it would be taken for the unit's, or come back for a formula."""
    filled = [cell for cell in cells if sheet.cell(*cell).value is not None] if not (field.prefilled or field.formula) else []
    if filled:
        text = " ".join(str(sheet.cell(*filled[0]).value).split())[:30]
        what = "公式" if text.startswith("=") else "示例文字"
        cure = "请清空；每份都印好的列请在“字段”表的“预填”写“是”"
        yield Mistake(sheet.title, _area(filled), f"“{field.name}”的填报格里有{what}“{text}”", cure)


def _words(form: Form) -> Iterator[Mistake]:
    """Names that are printed nowhere, and numbers of rules that are printed as a label."""
    printed = {label_key(label.text) for label in form.labels}
    known = printed | {label_key(text) for field in form.by_name.values() for text in (field.name, field.label)}
    bound = field_labels(form)
    for field in form.fields:
        label = bound.get(field.name)
        if label is not None and label_key(field.label) not in printed:
            text = f"“{field.name}”的显示名“{field.label}”没有印在表上，旁边印的是“{' '.join(label.text.split())}”"
            yield Mistake(FIELDS_SHEET, field.name, text, "请把显示名改成印着的文字")
    for alias, standard in form.aliases("标签").items():
        if standard and label_key(standard) not in known:
            text = f"标签别名“{alias}”的标准名“{standard}”没有印在表上"
            yield Mistake(LISTS_SHEET, "", text, "请改成表上印着的标签，或删除这一对")
    for rule in form.rules:
        if label_key(rule.id) in printed:
            yield Mistake(RULES_SHEET, "", f"规则的编号“{rule.id}”与表上的标签相同", "请换一个编号，如在前面加上类别")


def _locks(form: Form, sheet: Worksheet) -> Iterator[Mistake]:
    """On a protected sheet: cells that a unit cannot fill, labels it could overwrite. What the issuer fills may be either."""
    if not sheet.protection.sheet:
        return
    for field in form.by_name.values():
        locked = [cell for cell in _cells(field, form) if sheet.cell(*cell).protection.locked and not field.from_issuer]
        if locked:
            cure = "请在“设置单元格格式 › 保护”里取消“锁定”"
            yield Mistake(form.sheet, _area(locked), f"“{field.name}”的单元格是锁定的，保护后填不了", cure)
    for label in form.labels:
        if not sheet.cell(label.row, label.column).protection.locked:
            cure = "请在“设置单元格格式 › 保护”里勾上“锁定”"
            yield Mistake(form.sheet, label.cell, f"标签“{' '.join(label.text.split())}”没有锁定，会被填报人改掉", cure)


def _print_set_up(form: Form, sheet: Worksheet) -> Iterator[Mistake]:
    """The print area is looked at with the names (`layout`), where there is one."""
    if not sheet.print_area:
        yield Mistake(form.sheet, form.print_area, "没有设置打印区域", "请选中要打印的部分，用“页面布局 › 打印区域 › 设置打印区域”")
    properties = sheet.sheet_properties.pageSetUpPr
    width = sheet.page_setup.fitToWidth
    if properties is None or not properties.fitToPage or (width is not None and int(width) != 1):
        cure = "请在“页面设置 › 页面 › 缩放”里选“调整为 1 页宽”，页高留空"
        yield Mistake(form.sheet, form.print_area, "没有设成一页宽，打印时右边可能被切到另一页", cure)


def _area(cells: list[Position]) -> str:
    """The area from the first to the last of cells of one column."""
    first, last = cell_name(*cells[0]), cell_name(*cells[-1])
    return first if first == last else f"{first}:{last}"

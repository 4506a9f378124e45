"""名单.xlsx → `Roster`; what is wrong with it → `Mistake`s.

`load_roster` is for all who need a sound roster, `lint_roster` for `jixiao form lint`; both read the same way. Columns may
stand in any order, columns of other names are the clerk's own; only 单位 is needed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

from toolkit.errors import FormError, RosterError
from toolkit.forms.book import FIELDS_SHEET, FORM_SHEET, Book, Mistake, Sheet, read_book
from toolkit.forms.roster_head import office_of, year_of
from toolkit.forms.roster_model import Roster, RosterProject, RosterUnit, name_key
from toolkit.forms.tables import TableRow, heading_row, table_rows
from toolkit.spreadsheet.a1 import cell_name
from toolkit.values.amounts import AmountError, decimal_of, format_amount, parse_amount, plain_amount
from toolkit.values.dates import DateError, parse_date
from toolkit.values.text import label_key
from toolkit.values.words import DEPARTMENT_ROLE, OFFICE_ROLE, PROJECT_ROLE, USUAL_NAMES, YEAR_ROLE

UNITS_SHEET, PROJECTS_SHEET = "单位", "项目"
OWED, DEADLINE, TELEPHONE = "应报表样", "截止日期", "联系电话"
UNIT_HEADINGS = ("单位", DEPARTMENT_ROLE, OFFICE_ROLE, "控制数", "密码", "别名", "联系人", TELEPHONE, OWED, DEADLINE)
PROJECT_NAME = USUAL_NAMES[PROJECT_ROLE]
PROJECT_HEADINGS = ("单位", PROJECT_NAME, "项目代码", "批复金额", "是否公开", "顺序", "曾用名")
_NEEDED_UNIT, _NEEDED_PROJECT = ("单位",), ("单位", PROJECT_NAME)

_SEPARATORS = re.compile(r"[、，,；;|\n]+")
_TOTALS = frozenset(("合计", "总计", "小计"))
_IN_YUAN = re.compile(r"\((?:单位:)?元\)$")
_NOT_IN_YUAN = re.compile(r"(控制数|批复金额)\((?:单位:)?(?:[百千]?万|千|亿)元?\)")

# Excel shows 15 digits of a number; a longer text of one comes from binary fractions.
_DIGITS = 15

# An amount that names its unit: nothing is multiplied in silence.
_SCALED = re.compile(r"[千万亿]")


def load_roster(path: Path) -> Roster:
    """Return the roster that the workbook at `path` holds.

    Raises RosterError, with every mistake and its cure, when it is broken, empty or cannot be read.
    """
    book = _read(path)
    if FORM_SHEET in book.sheets or FIELDS_SHEET in book.sheets:
        raise RosterError(f"{path}：这是表样，不是名单。请核对路径；名单的空白表是 templates/名单.xlsx。")
    roster, mistakes = lint_roster(book)
    if mistakes:
        count = len(mistakes)
        more = f"（共 {count} 处，用 jixiao form lint 查看全部）" if count > 1 else ""
        lines = tuple(str(mistake) for mistake in mistakes)
        raise RosterError(f"名单有误：{path.name} › {mistakes[0]}{more}", lines)
    if not roster.units:
        raise RosterError(f"{path}：名单里没有单位。请在“单位”列填写单位全称，每行一个。")
    return roster


def _read(path: Path) -> Book:
    if not path.is_file():
        raise RosterError(f"{path}：找不到名单文件。请核对路径；名单的空白表是 templates/名单.xlsx。")
    try:
        return read_book(path)
    except FormError as error:
        raise RosterError(f"名单读不出来：{error}") from error


def is_roster(sheets: Collection[str]) -> bool:
    """Return whether a workbook with these sheets is a roster: it has a sheet of units and draws no form."""
    return UNITS_SHEET in sheets and FORM_SHEET not in sheets and FIELDS_SHEET not in sheets


def lint_roster(book: Book) -> tuple[Roster, tuple[Mistake, ...]]:
    """Return the roster and every mistake in it; what a mistake spoils is blank or left out."""
    mistakes: list[Mistake] = []
    sheet = _units_sheet(book)
    if sheet is None:
        cure = f"请新建工作表“{UNITS_SHEET}”，首行填写表头：{'、'.join(UNIT_HEADINGS)}（只有“单位”必须有）"
        return Roster(book.path, ()), (Mistake(UNITS_SHEET, "", f"缺少工作表“{UNITS_SHEET}”", cure),)
    units = _units(sheet, mistakes)
    _check_names(sheet, units, mistakes)
    roster = Roster(book.path, tuple(units))
    drawn = book.sheets.get(PROJECTS_SHEET)
    projects = _projects(drawn, roster, mistakes) if drawn is not None and drawn is not sheet else []
    found = heading_row(sheet, UNIT_HEADINGS, _NEEDED_UNIT, _heading)
    head = found[0] if found else 1
    column = next((column for (row, column), text in sheet.cells.items() if row == head and _heading(text) == YEAR_ROLE), None)
    year = year_of(sheet, head, column, mistakes)
    return Roster(book.path, tuple(units), tuple(projects), year, sheet.name, office_of(sheet, head)), tuple(mistakes)


def _units_sheet(book: Book) -> Sheet | None:
    """The sheet 单位; without one, the first sheet that has a column of that heading and is not 项目."""
    if UNITS_SHEET in book.sheets:
        return book.sheets[UNITS_SHEET]
    for name, sheet in book.sheets.items():
        found = heading_row(sheet, UNIT_HEADINGS, _NEEDED_UNIT, _heading)
        if name != PROJECTS_SHEET and found is not None and UNITS_SHEET in found[1]:
            return sheet
    return None


def _units(sheet: Sheet, mistakes: list[Mistake]) -> list[RosterUnit]:
    units = []
    for row in _rows(sheet, UNIT_HEADINGS, _NEEDED_UNIT, mistakes):
        name = _text(sheet, row, "单位")
        if not name:
            mistakes.append(row.mistake("单位", "这一行没有单位名称", "请填写单位全称，或清空这一行"))
            continue
        aliases, owed = ([text.strip() for text in _SEPARATORS.split(row.get(heading))] for heading in ("别名", OWED))
        units.append(
            RosterUnit(
                name=name,
                department=_text(sheet, row, DEPARTMENT_ROLE),
                office=_text(sheet, row, OFFICE_ROLE),
                control=_amount(sheet, row, "控制数", mistakes),
                password=_plain(sheet, row, "密码", mistakes),
                aliases=tuple(dict.fromkeys(a for a in aliases if a and name_key(a) != name_key(name))),
                contact=_plain(sheet, row, "联系人", mistakes),
                cell=row.cell("单位"),
                forms=tuple(dict.fromkeys(filter(None, owed))),
                deadline=_deadline(sheet, row, mistakes),
                telephone=_plain(sheet, row, TELEPHONE, mistakes),
            )
        )
    return units


def _deadline(sheet: Sheet, row: TableRow, mistakes: list[Mistake]) -> date | None:
    text = _text(sheet, row, DEADLINE)
    try:
        return parse_date(int(text) if text.isdecimal() and len(text) < 8 else text)
    except DateError as error:
        mistakes.append(row.mistake(DEADLINE, f"{DEADLINE}{str(error).rstrip('。')}", "请写成如 2026-03-20 的日期，或留空"))
        return None


def _check_names(sheet: Sheet, units: Sequence[RosterUnit], mistakes: list[Mistake]) -> None:
    """Every name and every alias may mean one unit only."""
    names: dict[str, RosterUnit] = {}
    for unit in units:
        other = names.setdefault(name_key(unit.name), unit)
        if other is not unit:
            text = f"单位“{unit.name}”与 {other.cell}“{other.name}”重复"
            mistakes.append(Mistake(sheet.name, unit.cell, text, "请删除一行，或写成能区分的全称"))
    aliases: dict[str, RosterUnit] = {}
    for unit in units:
        for alias in unit.aliases:
            owner = names.get(name_key(alias)) or aliases.setdefault(name_key(alias), unit)
            if owner is not unit:
                text = f"单位“{unit.name}”的别名“{alias}”也是 {owner.cell}“{owner.name}”的名称或别名"
                mistakes.append(Mistake(sheet.name, unit.cell, text, "一个名称只能指一个单位，请只留在一处"))


def _projects(sheet: Sheet, roster: Roster, mistakes: list[Mistake]) -> list[RosterProject]:
    if not sheet.cells:
        return []
    projects: list[RosterProject] = []
    seen: dict[tuple[str, str], RosterProject] = {}
    for row in _rows(sheet, PROJECT_HEADINGS, _NEEDED_PROJECT, mistakes):
        written, name = _text(sheet, row, "单位"), row.get(PROJECT_NAME)
        unit = roster.find(written)
        if not written:
            mistakes.append(row.mistake("单位", "这一行没有单位名称", "请填写单位，与“单位”表一致"))
        elif unit is None:
            mistakes.append(row.mistake("单位", f"“单位”表里没有“{written}”", "请改成“单位”表里的名称或别名，或在该表补上这个单位"))
        if not name:
            mistakes.append(row.mistake(PROJECT_NAME, "这一行没有项目名称", "请填写项目名称，或清空这一行"))
        project = RosterProject(
            unit=unit.name if unit else written,
            name=name,
            code=_plain(sheet, row, "项目代码", mistakes),
            approved=_amount(sheet, row, "批复金额", mistakes),
            public=_public(row, mistakes),
            order=_order(row, mistakes),
            cell=row.cell(PROJECT_NAME),
            formerly=tuple(filter(None, (each.strip() for each in _SEPARATORS.split(row.get("曾用名"))))),
        )
        if unit and name:
            _check_twice(sheet, project, seen, mistakes)
            projects.append(project)
    return projects


def _check_twice(sheet: Sheet, project: RosterProject, seen: dict[tuple[str, str], RosterProject], mistakes: list[Mistake]) -> None:
    """A unit's project is known by its code, and by its name where codes do not tell two of one name apart."""
    unit = name_key(project.unit)
    for kind, text in (("项目代码", project.code), (PROJECT_NAME, project.name)):
        other = seen.setdefault((unit, f"{kind} {name_key(text)}"), project) if text else project
        if other is not project and (kind == "项目代码" or not (other.code and project.code)):
            found = f"“{project.unit}”的{kind}“{text}”与 {other.cell} 的项目重复"
            mistakes.append(Mistake(sheet.name, project.cell, found, "请删除一行；确是两个项目请写成能区分的名称或代码"))
            return


def _rows(sheet: Sheet, headings: Sequence[str], needed: Sequence[str], mistakes: list[Mistake]) -> list[TableRow]:
    """The rows of a table less its totals; a column of amounts that says 万元 is a mistake, not a column of its own."""
    rows = table_rows(sheet, headings, needed, mistakes, _heading)
    first = min((row.row for row in rows), default=1)
    for (row, column), text in sorted(sheet.cells.items()):
        found = _NOT_IN_YUAN.fullmatch(label_key(text)) if row < first else None
        if found:
            cure = f"请把金额换算成元，表头改为“{found[1]}”"
            mistakes.append(Mistake(sheet.name, cell_name(row, column), f"“{text}”不是以元为单位", cure))
    return [row for row in rows if row.get("单位") not in _TOTALS]


def _heading(text: str) -> str:
    return _IN_YUAN.sub("", label_key(text))


def _text(sheet: Sheet, row: TableRow, heading: str) -> str:
    """What a row says under `heading`; in a column merged over several rows, what stands in the merged cell."""
    text, column = row.get(heading), row.columns.get(heading)
    if text or column is None:
        return text
    merged = (area for area in sheet.merges if (row.row, column) in area)
    return next((sheet.cells.get((area.row, area.column), "") for area in merged), "")


def _plain(sheet: Sheet, row: TableRow, heading: str, mistakes: list[Mistake]) -> str:
    """A row's own text under `heading`; a formula that was never calculated is no text."""
    column = row.columns.get(heading)
    if column is not None and (row.row, column) in sheet.uncached:
        text = f"{heading}是公式，文件里没有保存计算结果"
        mistakes.append(row.mistake(heading, text, "请在 Excel 或 WPS 中打开名单，算出结果后保存"))
    return row.get(heading)


def _amount(sheet: Sheet, row: TableRow, heading: str, mistakes: list[Mistake]) -> Decimal | None:
    text = _plain(sheet, row, heading, mistakes)
    try:
        amount = parse_amount(text)
    except AmountError as error:
        found, _, cure = str(error).partition("。")
        mistakes.append(row.mistake(heading, f"{heading}{found}", cure.rstrip("。") or "请只填数字，单位为元"))
        return None
    if amount is not None and _SCALED.search(text):
        found = f"{heading}“{text}”不是以元为单位的数字"
        mistakes.append(row.mistake(heading, found, f"请换算成元，只填数字；是 {format_amount(amount)} 元的请填 {plain_amount(amount)}"))
    if amount is not None and len(amount.as_tuple().digits) > _DIGITS:
        return decimal_of(float(amount))
    return amount


def _public(row: TableRow, mistakes: list[Mistake]) -> bool:
    text = row.get("是否公开")
    if text not in ("", "是", "否"):
        mistakes.append(row.mistake("是否公开", f"是否公开“{text}”看不懂", "请填“是”或“否”，空白按“是”"))
    return text != "否"


def _order(row: TableRow, mistakes: list[Mistake]) -> int | None:
    text = row.get("顺序")
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        mistakes.append(row.mistake("顺序", f"顺序“{text}”不是整数", "请填 1、2、3 这样的整数，不排顺序的留空"))
        return None
    return int(text)


__all__ = ["Roster", "RosterProject", "RosterUnit", "is_roster", "lint_roster", "load_roster", "name_key"]

"""The sheet 表样 of a template: what form it is, its unit of money, how many of it a unit sends, how many rows, the Word file's name.

Comes in: the template's `Book`. Goes out: a `Profile`; a template without the sheet is called what its hidden properties say, else
its file. `check_profile` holds it against the fields and tables of the form. Every mistake has its cell and cure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from toolkit.forms.book import PROFILE_SHEET, Book, Mistake
from toolkit.forms.model import PER_PROJECT, PER_UNIT
from toolkit.forms.tables import RowLimit, TableRow, table_rows
from toolkit.spreadsheet.properties import FORM, VERSION
from toolkit.values.amounts import UNITS, YUAN, Money

NAME, EDITION, TITLE, MONEY, PLACES = "名称", "版本", "标题", "金额单位", "金额小数位"
SHEETS, ROW_LIMITS, FILE_NAME = "一张一份", "行数", "Word文件名"
ITEMS = (NAME, EDITION, TITLE, MONEY, PLACES, SHEETS, ROW_LIMITS, FILE_NAME)

# More than six decimals of an amount no spreadsheet program keeps apart.
_MOST_PLACES = 6
_LIMIT = re.compile(r"(\S+[ 　]+|[^\d\s]+)(\d+)(?:[ 　]*(?:\.\.|～|~|-|–|—|至|到)[ 　]*(\d+))?")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Profile:
    """What the sheet says; `title` and `file_name` are "" where it does not."""

    name: str
    version: str
    title: str = ""
    money: Money = YUAN
    sheets: str = PER_PROJECT
    limits: tuple[RowLimit, ...] = ()
    file_name: str = ""


def read_profile(book: Book, mistakes: list[Mistake]) -> Profile:
    """Return the template's profile; what the sheet leaves out is as without the sheet."""
    name, version = book.properties.get(FORM) or book.path.stem, book.properties.get(VERSION, "")
    said = profile_rows(book, mistakes)
    if said is None:
        return Profile(name, version)

    def text(item: str) -> str:
        return said[item].get("内容") if item in said else ""

    return Profile(
        name=text(NAME) or book.path.stem,
        version=text(EDITION),
        title=text(TITLE),
        money=_money(said, mistakes),
        sheets=_sheets(said, mistakes),
        limits=tuple(_limits(said, mistakes)),
        file_name=text(FILE_NAME),
    )


def profile_rows(book: Book, mistakes: list[Mistake]) -> Mapping[str, TableRow] | None:
    """Return the rows of the sheet by what they are about; None without the sheet."""
    sheet = book.sheets.get(PROFILE_SHEET)
    if sheet is None:
        return None
    said: dict[str, TableRow] = {}
    for row in table_rows(sheet, ("项目", "内容"), ("项目", "内容"), mistakes):
        item = row.get("项目")
        if item not in ITEMS:
            mistakes.append(row.mistake("项目", f"不认识“{item}”", f"请改为：{'、'.join(ITEMS)}，或删除该行"))
        elif item in said:
            mistakes.append(row.mistake("项目", f"“{item}”写了两次", "请只留一行"))
        else:
            said[item] = row
    return said


def _money(said: Mapping[str, TableRow], mistakes: list[Mistake]) -> Money:
    unit, places = YUAN.unit, YUAN.places
    if MONEY in said and (text := said[MONEY].get("内容")):
        unit = text if text in UNITS else unit
        if text not in UNITS:
            mistakes.append(said[MONEY].mistake("内容", f"未知的金额单位“{text}”", f"请改为：{'、'.join(UNITS)}"))
    if PLACES in said and (text := said[PLACES].get("内容")):
        sound = text.isascii() and text.isdigit() and int(text) <= _MOST_PLACES
        places = int(text) if sound else places
        if not sound:
            mistakes.append(said[PLACES].mistake("内容", f"金额小数位“{text}”看不懂", f"请填 0 到 {_MOST_PLACES} 的整数"))
    return Money(unit, UNITS[unit], places)


def _sheets(said: Mapping[str, TableRow], mistakes: list[Mistake]) -> str:
    text = said[SHEETS].get("内容") if SHEETS in said else ""
    if text not in ("", PER_PROJECT, PER_UNIT):
        mistakes.append(said[SHEETS].mistake("内容", f"一张一份“{text}”看不懂", f"请填“{PER_PROJECT}”或“{PER_UNIT}”"))
    return PER_UNIT if text == PER_UNIT else PER_PROJECT


def _limits(said: Mapping[str, TableRow], mistakes: list[Mistake]) -> Iterator[RowLimit]:
    """`绩效指标 3..60、任务 1..20`: the least and the most filled rows of each table; a single number is the least."""
    text = said[ROW_LIMITS].get("内容") if ROW_LIMITS in said else ""
    for part in filter(None, (piece.strip() for piece in re.split("[、，,；;\n]", text))):
        found = _LIMIT.fullmatch(part)
        if found is None or (found[3] and int(found[3]) < int(found[2])):
            cure = "请写成“绩效指标 3..60”：行表的名称、最少、最多；几个行表用顿号隔开"
            mistakes.append(said[ROW_LIMITS].mistake("内容", f"行数“{part}”看不懂", cure))
        else:
            yield RowLimit(found[1].strip(), int(found[2]), int(found[3]) if found[3] else None)


def check_profile(book: Book, profile: Profile, tables: Mapping[str, int], fields: Mapping[str, object], mistakes: list[Mistake]) -> None:
    """Add what does not fit the form: `tables` are its row tables with the number of rows drawn, `fields` what a name may be."""
    said = profile_rows(book, []) or {}
    for limit in profile.limits:
        row = said[ROW_LIMITS]
        if limit.table not in tables:
            mistakes.append(row.mistake("内容", f"没有行表“{limit.table}”", f"请改为：{'、'.join(tables)}" if tables else "请清空“行数”"))
    for name in _PLACEHOLDER.findall(profile.file_name):
        if name not in fields:
            mistakes.append(said[FILE_NAME].mistake("内容", f"“{{{name}}}”不是字段", "花括号里请写“字段”表里的字段名"))

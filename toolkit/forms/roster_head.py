"""What stands above the headings of a roster's sheet of units: the season's year, until when, and whom to ask.

Called by `forms.roster`; `deadline_text` also by who writes a letter with a deadline that was given otherwise.
"""

from __future__ import annotations

import re

from toolkit.forms.book import Mistake, Sheet
from toolkit.forms.roster_model import Office
from toolkit.spreadsheet.a1 import cell_name
from toolkit.values.dates import DateError, parse_date, parse_year

# The season's year as a title gives it; else a column is headed by the role.
_TITLE_YEAR = re.compile(r"(20\d\d)\s*年度")

# 截止日期：2026-03-20　联系人：…　电话：…, in one cell or with the value in the next.
_SAID = re.compile(r"(?:^|[\s；;，,])(?:报送)?(截止|联系人|电话|联系电话)(?:日期|时间)?(?:[:：]|\s)\s*([^\s；;，,]+)")


def year_of(sheet: Sheet, head: int, column: int | None, mistakes: list[Mistake]) -> int | None:
    """Return the year of the season: in a title above row `head` (2026年度……), else in `column` 年度, one for all units."""
    titles = (_TITLE_YEAR.search(text) for (row, _), text in sorted(sheet.cells.items()) if row < head)
    title = next((int(year[1]) for year in titles if year), None)
    years: dict[int, str] = {}
    for (row, at), text in sorted(sheet.cells.items()):
        if at == column and row > head:
            try:
                year = parse_year(text)
            except DateError:
                year = None
            if year is None:
                mistakes.append(Mistake(sheet.name, cell_name(row, at), f"年度“{text}”看不懂", "请填四位数的年份，如 2026"))
            else:
                years.setdefault(year, cell_name(row, at))
    if len(years) > 1:
        text = f"有 {len(years)} 个不同的年度（{'、'.join(map(str, years))}）"
        mistakes.append(Mistake(sheet.name, list(years.values())[1], text, "一份名单只管一个年度，请改成一样的"))
    return title or next(iter(years), None)


def office_of(sheet: Sheet, head: int) -> Office:
    """Return what the rows above row `head` say of the deadline and of whom to ask; "" where they say nothing."""
    lines: dict[int, list[str]] = {}
    for (row, _), text in sorted(sheet.cells.items()):
        if row < head:
            lines.setdefault(row, []).append(text)
    said: dict[str, str] = {}
    for line in lines.values():
        for label, text in _SAID.findall("　".join(line)):
            said.setdefault(label.removeprefix("联系") if label.endswith("电话") else label, text)
    return Office(deadline_text(said.get("截止", "")), said.get("联系人", ""), said.get("电话", ""))


def deadline_text(text: str) -> str:
    """Return a deadline as a letter prints it; what is no date stays as it is.

    >>> deadline_text("2026-3-20"), deadline_text("下周五")
    ('2026年3月20日', '下周五')
    """
    try:
        day = parse_date(text)
    except DateError:
        return text
    return f"{day.year}年{day.month}月{day.day}日" if day else ""

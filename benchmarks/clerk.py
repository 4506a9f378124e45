"""What a capable clerk would write: fixed places, thirty checks, one pass; with openpyxl, or with pandas and calamine. No part of the tool is used.

`python benchmarks/clerk.py openpyxl|pandas FOLDER PLACES.json`; the places are those of the drawing, as the clerk would have looked them up.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any

Head = dict[str, Any]
Rows = list[dict[str, Any]]

GOOD = ("合格率", "完好率", "及时率", "满意度", "覆盖率", "完成率")
WISHES = ("提高", "提升", "加强", "完善", "促进")
LEVELS = {"成本指标", "产出指标", "效益指标", "满意度指标"}
SYMBOLS = {"≥", "≤", "=", ">", "<", "定性"}


def number(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) else 0.0


def day(value: object) -> date | None:
    return value.date() if isinstance(value, datetime) else value if isinstance(value, date) else None


def checks(head: Head, rows: Rows) -> list[str]:
    """The first nineteen are about the form, the others about each indicator."""
    found = []
    total, year, own = (number(head[n]) for n in ("项目资金总额", "年度资金申请总额", "当年财政拨款"))
    begin, end = day(head["计划开始日期"]), day(head["计划完成日期"])
    goal, name, unit = (str(head[n] or "") for n in ("年度总体目标", "项目名称", "实施单位"))
    levels = Counter(row["一级指标"] for row in rows)
    form = (
        ("F1", round(year - own - number(head["上年结转资金"]) - number(head["年度其他资金"]), 2) == 0),
        ("F2", not total or round(total - number(head["财政资金"]) - number(head["其他资金"]), 2) == 0),
        ("F3", not total or year <= total),
        ("F4", year >= 0 and own >= 0),
        ("F8", not own or abs(year - own * 10000) > 0.005),
        ("年度", isinstance(head["年度"], (int, float)) and 2000 < number(head["年度"]) < 2100),
        ("名称", bool(name.strip())),
        ("名称长", len(name) <= 60),
        ("名称空格", name == name.strip()),
        ("单位", bool(unit.strip())),
        ("部门", bool(head["主管部门"])),
        ("性质", bool(head["项目性质"])),
        ("类别", bool(head["项目类别"])),
        ("开始", begin is not None),
        ("完成", end is not None and begin is not None and begin <= end),
        ("目标", bool(goal)),
        ("目标短", len(goal) >= 30),
        ("产出", levels["产出指标"] > 0),
        ("满意度", levels["满意度指标"] > 0),
    )
    found += [rule for rule, passed in form if not passed]
    seen: set[str] = set()
    for row in rows:
        text, symbol, value, measure = str(row["三级指标"] or ""), row["符号"], row["数值"], row["计量单位"]
        is_number = isinstance(value, (int, float)) or str(value or "").replace(".", "", 1).isdigit()
        amount = float(value) if is_number else 0.0
        single = (
            ("一级", row["一级指标"] in LEVELS),
            ("二级", bool(row["二级指标"])),
            ("三级长", 0 < len(text) <= 100),
            ("符号", symbol in SYMBOLS),
            ("数值", symbol == "定性" or is_number),
            ("单位空", not is_number or bool(measure)),
            ("百分数", measure not in ("%", "百分数") or amount <= 100),
            ("方向", not text.endswith(GOOD) or symbol not in ("≤", "<")),
            ("愿望", not text.startswith(WISHES)),
            ("星号", "*" not in text),
            ("重复", text not in seen),
        )
        seen.add(text)
        found += [rule for rule, passed in single if not passed]
    return found


def with_openpyxl(path: Path, places: dict[str, Any]) -> list[str]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    found = []
    for name in book.sheetnames:
        if name.startswith("项目"):
            sheet = list(book[name].iter_rows(min_row=1, max_row=places["last"], max_col=places["width"], values_only=True))
            found += of_sheet(sheet, places)
    book.close()
    return found


def with_pandas(path: Path, places: dict[str, Any]) -> list[str]:
    import pandas

    found = []
    with pandas.ExcelFile(path, engine="calamine") as book:
        for name in book.sheet_names:
            if str(name).startswith("项目"):
                frame = book.parse(name, header=None, nrows=places["last"], dtype=object)
                found += of_sheet(frame.where(frame.notna(), None).values.tolist(), places)
    return found


def of_sheet(cells: Any, places: dict[str, Any]) -> list[str]:
    def at(row: int, column: int) -> Any:
        return cells[row][column] if row < len(cells) and column < len(cells[row]) else None

    head = {name: at(*place) for name, place in places["fields"].items()}
    rows = [{name: at(row, column) for name, column in places["columns"].items()} for row in range(places["first"], places["last"])]
    return checks(head, [row for row in rows if row["三级指标"]])


def main() -> None:
    kind, folder, placed = sys.argv[1:]
    places = json.loads(Path(placed).read_text(encoding="utf-8"))
    read = {"openpyxl": with_openpyxl, "pandas": with_pandas}[kind]
    for path in sorted(Path(folder).glob("*.xlsx")):
        print(path.name, *read(path, places))


if __name__ == "__main__":
    main()

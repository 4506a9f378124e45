"""What single offices do to a form besides arranging it: numbered and starred labels, label and value in one cell, a goal in rows.

In: the cells of one form as the blocks drew them, and the `Habits` of its office, made at random or none. Out: the cells changed;
what the form declares stays the same. Called by `drawing`, after a form is drawn and before forms are stacked.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.drawings.declarations import DATE_FIELDS, GOALS, TEXT_FIELDS
from tests.drawings.model import Cell
from tests.drawings.style import STRANGE_PAIRS

HEAD = (*TEXT_FIELDS, *DATE_FIELDS)
LEVELS = ("一级指标", "二级指标")
CHINESE = "一二三四五六七八九十"

# Pairs that this form does not have, with nothing in their wording that says which is the label.
MORE_PAIRS: Mapping[str, tuple[str, ...]] = {
    "项目等级": ("重点", "一般"),
    "预算科目": ("2080199", "其他教育支出", "商品和服务支出"),
    "行政区划": ("310101", "城关镇", "全县"),
    "存续状态": ("在建", "续建", "执行中"),
    "项目阶段": ("实施阶段", "前期准备"),
    "事权划分": ("地方事权", "共同事权"),
    "实施地点": ("各街道（乡镇）", "主城区"),
    "受益对象": ("辖区居民", "在校师生", "小微企业"),
    "责任主体": ("街道办事处", "区级平台公司"),
    "协办机构": ("城市建设投资有限公司", "区机关事务管理中心", "各乡镇人民政府"),
    "分管领导": ("王伟民", "李静"),
    "绩效等级": ("优", "良"),
    "财政归口": ("行政政法科", "农业农村科"),
    "是否跨年": ("是", "否"),
    "评审结果": ("通过", "核减后通过"),
    "支出大类": ("项目支出", "人员支出"),
    "经济科目": ("办公费", "维修（护）费"),
    "采购方式": ("公开招标", "竞争性磋商"),
    "资金渠道": ("本级财力", "上级转移支付"),
    "项目排序": ("3", "12"),
    "重点领域": ("乡村振兴", "生态环保"),
    "政策文号": ("财预〔2024〕10号", "政办发〔2023〕5号"),
    "立项程序": ("集体决策", "专家论证"),
    "建设规模": ("12000平方米", "三层框架结构"),
    "实施周期": ("12个月", "三年"),
    "履职领域": ("城市管理", "公共卫生服务"),
    "业务板块": ("公共服务", "基层治理"),
    "考核层级": ("区级", "市对区考核"),
}


@dataclass(frozen=True)
class Habits:
    """`numbering` of labels and of levels (as the first is written), a `mark` on labels, pairs of the head in one cell,
    a heading left of the head, goals in rows, other strange pairs (from their seed)."""

    numbering: str = ""
    levels: str = ""
    mark: str = ""
    joined: bool = False
    side: bool = False
    goal_rows: bool = False
    pairs: int | None = None

    def words(self) -> str:
        """Return what the office does, for the figures."""
        named = {"标签编号": self.numbering, "层级编号": self.levels, "标签记号": self.mark, "同格": self.joined, "表头侧栏": self.side}
        named |= {"目标分行": self.goal_rows, "别的外加对": self.pairs is not None}
        return "、".join(name for name, there in named.items() if there) or "无"


def random_habits(rng: random.Random) -> Habits:
    """Return an office's habits: most have none or one of each kind."""
    return Habits(
        numbering=rng.choice(("1.", "1、", "（一）")) if rng.random() < 0.05 else "",
        levels=rng.choice(("1.", "（一）", "一、", "1.1", "词后")) if rng.random() < 0.06 else "",
        mark=rng.choice(("*", "＊后", "盖章")) if rng.random() < 0.08 else "",
        joined=rng.random() < 0.06,
        side=rng.random() < 0.12,
        goal_rows=rng.random() < 0.1,
        pairs=rng.randrange(10**6) if rng.random() < 0.6 else None,
    )


def carried_out(cells: Sequence[Cell], habits: Habits) -> list[Cell]:
    """Return the cells of a form with the habits carried out."""
    found = list(cells)
    if habits.pairs is not None:
        found = _other_pairs(found, random.Random(f"pairs {habits.pairs}"))
    if habits.goal_rows:
        found = _goals_in_rows(found)
    if habits.joined:
        found = _joined(found)
    if habits.side:
        found = _with_side(found)
    found = [_marked(cell, habits.mark) for cell in found] if habits.mark else found
    found = _numbered(found, habits.numbering) if habits.numbering else found
    return _numbered_levels(found, habits.levels) if habits.levels else found


def _is_strange_pair(cell: Cell) -> bool:
    return cell.role == "strange" and cell.field in STRANGE_PAIRS and cell.line is None


def _other_pairs(cells: list[Cell], rng: random.Random) -> list[Cell]:
    """The strange pairs of the head exchanged for others, the same ones in every form of the file."""
    names = [name for name in STRANGE_PAIRS if any(_is_strange_pair(cell) and cell.field == name for cell in cells)]
    others = dict(zip(names, rng.sample(list(MORE_PAIRS), len(names)), strict=True))
    seen: set[str | None] = set()
    found = []
    for cell in cells:
        if _is_strange_pair(cell) and cell.field in others and cell.field not in ("立项依据", "项目概况", "起止时间"):
            label = others[cell.field]
            text = label if cell.field not in seen else (rng.choice(MORE_PAIRS[label]) if cell.value is not None else None)
            seen.add(cell.field)
            cell = replace(cell, value=text, format=None)
        found.append(cell)
    return found


def _goals_in_rows(cells: list[Cell]) -> list[Cell]:
    """A goal of several lines beside its label, a row for each line; the label and what else is as high grow with it."""
    for name in GOALS:
        label = next((cell for cell in cells if cell.field == name and cell.role == "label"), None)
        value = next((cell for cell in cells if cell.field == name and cell.role == "value"), None)
        if label is None or value is None or label.row != value.row or not isinstance(value.value, str):
            continue
        lines = value.value.split("\n")
        more = len(lines) - value.rows
        if len(lines) < 2 or more < 0 or sum(cell.row == value.row for cell in cells if cell.role == "value") > 1:
            continue
        grown = []
        for cell in cells:
            if cell is value:
                grown += [replace(cell, row=cell.row + number, rows=1, value=line) for number, line in enumerate(lines)]
            elif cell.row <= value.row < cell.row + cell.rows:
                grown.append(replace(cell, rows=cell.rows + more))
            else:
                grown.append(replace(cell, row=cell.row + more * (cell.row > value.row)))
        cells = grown
    return cells


def _joined(cells: list[Cell]) -> list[Cell]:
    """The filled pairs of the head whose value is beside its label, each in one cell: `主管部门：教育局`."""
    values = {str(cell.field): cell for cell in cells if cell.role == "value" and cell.field in HEAD and isinstance(cell.value, str)}
    found: list[Cell] = []
    for cell in cells:
        value = values.get(str(cell.field))
        if cell is value:
            continue
        if cell.role == "label" and value is not None and (value.row, value.column) == (cell.row, cell.column + cell.columns):
            text = f"{cell.text.rstrip('：')}：{value.text}"
            found.append(replace(cell, value=text, columns=cell.columns + value.columns, role="value", align="left"))
        else:
            found.append(cell)
    kept = {cell.field for cell in found if cell.role == "value"}
    return found + [cell for name, cell in values.items() if name not in kept]


def _with_side(cells: list[Cell]) -> list[Cell]:
    """A heading over the rows of the head at their left, in a column of its own; all else reaches over it."""
    head = [cell for cell in cells if cell.line is None and (cell.field in HEAD or _is_strange_pair(cell))]
    rows = range(min(cell.row for cell in head), max(cell.row + cell.rows for cell in head))
    moved = []
    for cell in cells:
        inside = cell.row in rows
        first = cell.column == 1 and not inside
        moved.append(replace(cell, columns=cell.columns + 1) if first else replace(cell, column=cell.column + 1))
    side = Cell(rows.start, 1, "项目\n基本\n情况" if len(rows) > 1 else "基本情况", rows=len(rows), role="group", project=cells[0].project)
    return [*moved, side]


def _marked(cell: Cell, mark: str) -> Cell:
    """A required field's label with an asterisk, or the unit's with the place of its seal."""
    if cell.role != "label" or cell.field not in HEAD or not cell.text:
        return cell
    if mark == "盖章":
        return replace(cell, value=f"{cell.text.rstrip('：')}（盖章）") if cell.field == "实施单位" else cell
    return replace(cell, value=f"*{cell.text}" if mark == "*" else f"{cell.text}*")


def _nth(numbering: str, number: int) -> str:
    return numbering.replace("1", str(number)).replace("一", CHINESE[(number - 1) % 10])


def _numbered(cells: Iterable[Cell], numbering: str) -> list[Cell]:
    """The labels of the head with a number each, from the top."""
    number, found = 0, []
    for cell in sorted(cells, key=lambda each: (each.row, each.column)):
        if cell.role == "label" and cell.field in HEAD and cell.text:
            number += 1
            cell = replace(cell, value=_nth(numbering, number) + cell.text)
        found.append(cell)
    return found


def _numbered_levels(cells: Iterable[Cell], numbering: str) -> list[Cell]:
    """The words of the tree with their numbers: of the first level, of both, or behind the second."""
    counts: dict[str, list[str]] = {"一级指标": [], "二级指标": []}
    found = []
    for cell in sorted(cells, key=lambda each: (each.line if each.line is not None else -1, each.column)):
        if cell.field in LEVELS and cell.line is not None and isinstance(cell.value, str) and "\n" not in cell.value:
            seen = counts[cell.field]
            if cell.field == "一级指标" and cell.value not in seen:
                counts["二级指标"] = []
            seen += [cell.value] if cell.value not in seen else []
            at = seen.index(cell.value) + 1
            first = max(1, len(counts["一级指标"]))
            written = cell.value
            if numbering == "1.1":
                written = f"{first}.{at}{cell.value}" if cell.field == "二级指标" else f"{at}.{cell.value}"
            elif numbering == "词后":
                written = f"{cell.value}{at}" if cell.field == "二级指标" else cell.value
            elif cell.field == "一级指标":
                written = _nth(numbering, at) + cell.value
            cell = replace(cell, value=written)
        found.append(cell)
    return found

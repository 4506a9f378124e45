"""How one office arranges the form: every choice of a drawing, made before anything is drawn.

`choices` makes a `Style` at random, `fixed` by hand; the blocks draw by it, and `traits()` names it for the figures of `score`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

STRANGE_PAIRS = (
    "项目编码",
    "项目负责人",
    "联系电话",
    "项目属性",
    "项目期",
    "起止时间",
    "申报日期",
    "预算级次",
    "是否政府采购",
    "归口处室",
    "立项依据",
    "项目概况",
    "是否涉密",
    "支出功能分类",
    "资金投向",
    "绩效公开",
)
STRANGE_COLUMNS = ("序号", "权重", "分值", "备注", "指标解释", "上年值", "评分标准", "指标值类型", "实施期指标值", "数据来源", "责任科室")


@dataclass(frozen=True)
class HeadRow:
    """Pairs side by side in one row (fields, or names of strange pairs), their labels beside or above the values.

    A tall row has its first pair over two rows, the other two under each other at its right.
    """

    names: tuple[str, ...]
    above: bool
    tall: bool = False


@dataclass(frozen=True)
class Extras:
    """What an office adds or turns round: things that no other choice depends on.

    `mirrored` puts the year's money and goal to the left of the whole project's; `side` says how the headings at the left
    are written; `fund_rows` are kinds of money the form does not know, `last_year` a column of them; `margin` are remarks
    beside the table, `instructions` a sheet or page of explanations, `filled_on` a date above the table.
    """

    mirrored: bool = False
    side: str = "原样"
    upright_levels: bool = False
    fund_rows: bool = False
    last_year: bool = False
    filled_on: bool = False
    instructions: bool = False
    margin: bool = False
    blank_pairs: bool = False


@dataclass(frozen=True)
class Style:
    """One arrangement; texts of labels by field, and literals that say which way each block is drawn."""

    columns: int
    groups: str
    head: tuple[HeadRow, ...]
    narrow_head: bool
    labels: Mapping[str, str]
    look: str
    aliases: bool
    funding: str
    unit: str
    unit_place: str
    number_look: str
    date_look: str
    goals: str
    goal_rows: int
    target: str
    spelling: str
    levels: str
    strange_columns: tuple[str, ...]
    title: str
    titles: str
    year_place: str
    omitted: tuple[str, ...] = ()
    stacked: str = "一表一份"
    notes: tuple[str, ...] = ()
    signatures: str = "无"
    total: bool = False
    top: int = 0
    left: int = 0
    gaps: bool = False
    spacer: int = 0
    projects: int = 1
    period: str = "年月"
    old_tree: bool = False
    level_words: bool = False
    level_breaks: bool = False
    filler: bool = False
    annex: str = ""
    level_heading: bool = False
    empty_rows: int = 0
    coded: bool = False
    extras: Extras = Extras()

    @property
    def strange_pairs(self) -> tuple[str, ...]:
        return tuple(name for row in self.head for name in row.names if name in STRANGE_PAIRS)

    def traits(self) -> dict[str, str]:
        """Return the arrangement by dimension, in words short enough for a table."""
        above = {row.above for row in self.head}
        return {
            "表头标签": "两种" if len(above) == 2 else ("上方" if True in above else "左侧"),
            "每行对数": str(max(len(row.names) for row in self.head)),
            "网格列数": _band(self.columns),
            "分组标题": self.groups,
            "表头不跨列": _yes(self.narrow_head),
            "标签样式": self.look,
            "标签别名": _yes(self.aliases),
            "资金": self.funding,
            "金额单位": f"{self.unit}·{self.unit_place}",
            "金额样式": self.number_look,
            "日期样式": self.date_look,
            "目标": self.goals,
            "目标行数": "一行" if self.goal_rows == 1 else "多行",
            "指标值": self.target,
            "层级": self.levels,
            "外加列": str(min(len(self.strange_columns), 3)),
            "外加对": str(min(len(self.strange_pairs), 3)),
            "年度": self.year_place,
            "附注签字": _yes(bool(self.notes) or self.signatures != "无" or self.filler or self.extras.filled_on),
            "合计行": _yes(self.total),
            "空白行列": _yes(bool(self.top or self.left or self.gaps or self.spacer or self.empty_rows)),
            "份数": self.stacked,
            "缺栏": _yes(bool(self.omitted)),
            "旧指标体系": _yes(self.old_tree),
            "左右互换": _yes(self.extras.mirrored and "并" in self.funding + self.goals),
            "侧栏写法": self.extras.side if self.groups == "侧栏" else "无",
            "外加资金": _yes(
                (self.extras.fund_rows and self.funding in ("一列", "分期")) or (self.extras.last_year and self.funding == "分期")
            ),
            "旁注": _yes(self.extras.margin),
            "说明页": _yes(self.extras.instructions),
            "首行跨行": _yes(any(row.tall for row in self.head)),
            "层级写法": "竖排" if self.extras.upright_levels else "简称" if self.level_words else ("换行" if self.level_breaks else "原样"),
        }


def _band(columns: int) -> str:
    for most in (6, 8, 12, 18, 24):
        if columns <= most:
            return f"≤{most}"
    return "≤30"


def _yes(flag: bool) -> str:
    return "有" if flag else "无"

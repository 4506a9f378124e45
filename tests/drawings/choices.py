"""One office's arrangement chosen at random, each choice as often as it is met.

In: a random generator. Out: a `Style`. Called by `drawing`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from tests.drawings import labels
from tests.drawings.declarations import DATE_FIELDS, FUNDS, GOALS, TEXT_FIELDS, WHOLE_FUNDS
from tests.drawings.style import STRANGE_COLUMNS, STRANGE_PAIRS, Extras, HeadRow, Style

NOTES = (
    "注：1.各项指标应尽量量化；2.本表一式两份，报财政部门备案。",
    "填表说明：项目名称应与预算批复一致；绩效指标按“产出、效益、满意度”填写，可按需增加行数。",
    "备注：满意度通过问卷调查取得。",
)
LONG_PAIRS = ("立项依据", "项目概况")
TITLES = (
    "财政项目支出绩效目标申报表",
    "项目支出绩效目标申报表",
    "项目支出绩效目标表",
    "部门预算项目绩效目标申报表",
    "区级财政项目绩效目标申报表",
    "预算项目绩效目标表",
    "项 目 支 出 绩 效 目 标 申 报 表",
)


def random_style(rng: random.Random) -> Style:
    """Return an arrangement, each choice as often as it is met."""
    return _furnished(_arranged(rng), rng)


def _arranged(rng: random.Random) -> Style:
    """The blocks of the form and how each is drawn."""
    groups = rng.choice(("侧栏", "侧栏", "分段", "无"))
    target = rng.choice(("一格", "一格", "一格", "两格", "三格", "三格两层"))
    extra = _strange_columns(rng)
    omitted = _omitted(rng)
    funding = rng.choice(("并列", "并列", "一列", "横排", "分期") if "项目资金总额" not in omitted else ("一列", "横排", "并列"))
    year_place = rng.choice(("标题下", "标题下", "标题", "标题下数字", "单元格", "目标标题", "指标标题", "单位行"))
    goals = "单一" if "项目总目标" in omitted else rng.choice(("并排", "并排", "上下", "标签在上", "成对"))
    head = _head(rng, omitted, year_place)
    cells = {"一格": 1, "两格": 2}.get(target, 3)
    widest = max(
        max(3 + cells + len(extra), {"并列": 4, "分期": 4, "横排": 7}.get(funding, 2), 9 if goals == "成对" else 4) + (groups == "侧栏"),
        max(4 if row.tall else len(row.names) * (1 if row.above else 2) for row in head),
    )
    columns = rng.choice((widest, widest, widest + 1, max(widest, 12), max(widest, rng.randint(8, 30))))
    aliases = rng.random() < 0.5
    unit, unit_place = _unit(rng, groups)
    old_tree = rng.random() < 0.04
    stacked = rng.choice(("一份", "一份", "一份", "同表多份", "同表多份紧接", "一表一份"))
    return Style(
        columns=columns,
        groups=groups,
        head=head,
        narrow_head=rng.random() < 0.1,
        labels=_labels(rng, aliases, extra),
        look=rng.choice(labels.LOOKS),
        aliases=aliases,
        funding=funding,
        unit=unit,
        unit_place=unit_place,
        number_look=rng.choice(("数字", "数字", "千分位") if unit_place == "格式" else ("数字", "数字", "千分位", "文本")),
        date_look=rng.choice(("日期", "日期", "横线", "年月日", "点", "斜线")),
        goals=goals,
        goal_rows=rng.choice((1, 1, 2, 4, 8)),
        target=target,
        spelling=rng.choice(("标准", "标准", "简写", "空格", "全角")),
        levels=rng.choice(("合并", "合并", "只写一次", "每行")),
        strange_columns=extra,
        title=rng.choice(TITLES),
        titles="每份" if stacked != "同表多份" or year_place == "标题" or rng.random() < 0.8 else "首份",
        year_place=year_place,
        omitted=omitted,
        stacked=stacked,
        old_tree=old_tree,
    )


def _furnished(style: Style, rng: random.Random) -> Style:
    """The style with what stands around and between its blocks."""
    return replace(
        style,
        notes=tuple(rng.sample(NOTES, rng.choice((0, 0, 1, 2)))),
        signatures=rng.choice(("无", "无", "一格", "成对")),
        total=rng.random() < 0.6 and any(name in ("权重", "分值") for name in style.strange_columns),
        top=rng.choice((0, 0, 0, 1, 3)),
        left=rng.choice((0, 0, 0, 0, 1, 2)),
        gaps=rng.random() < 0.15,
        spacer=rng.randint(2, style.columns) if rng.random() < 0.08 else 0,
        projects=1 if style.stacked == "一份" else rng.randint(2, 4),
        period=rng.choice(("年月", "年月日")),
        level_words=not style.old_tree and rng.random() < 0.08,
        level_breaks=rng.random() < 0.12,
        filler=rng.random() < 0.12,
        annex=rng.choice(("", "", "", "", "", "附件2", "表3：", "附件1-2")),
        level_heading=rng.random() < 0.4,
        empty_rows=rng.choice((0, 0, 0, 0, 1, 4)),
        coded=rng.random() < 0.5,
        extras=_extras(rng),
    )


def _strange_columns(rng: random.Random) -> tuple[str, ...]:
    wanted = rng.choice((0, 0, 0, 1, 1, 2, 3))
    chosen = rng.sample(STRANGE_COLUMNS, wanted)
    if "权重" in chosen and "分值" in chosen:
        chosen.remove("分值")
    return tuple(chosen)


def _omitted(rng: random.Random) -> tuple[str, ...]:
    """The fields an office has no place for."""
    found: list[str] = []
    if rng.random() < 0.3:
        found += WHOLE_FUNDS
    if rng.random() < 0.25:
        found.append("上年结转资金")
    if rng.random() < 0.3:
        found.append("项目总目标")
    for name in ("项目性质", "项目类别"):
        if rng.random() < 0.15:
            found.append(name)
    if rng.random() < 0.12:
        found += DATE_FIELDS
    return tuple(found)


def _head(rng: random.Random, omitted: Sequence[str], year_place: str) -> tuple[HeadRow, ...]:
    """The pairs of the head in rows of one to four, 项目名称 mostly first."""
    names = [name for name in (*TEXT_FIELDS, *DATE_FIELDS) if name not in omitted]
    names += ["年度"] if year_place == "单元格" else []
    others = rng.sample(STRANGE_PAIRS, rng.choice((0, 0, 0, 1, 2, 3)))
    if "计划开始日期" not in omitted and "起止时间" in others:
        others.remove("起止时间")
    if "计划开始日期" in omitted and "起止时间" not in others and rng.random() < 0.7:
        others.append("起止时间")
    wide = [name for name in others if name in LONG_PAIRS]
    names += [name for name in others if name not in LONG_PAIRS]
    if rng.random() < 0.5:
        rng.shuffle(names)
        if rng.random() < 0.75:
            names.remove("项目名称")
            names.insert(0, "项目名称")
    most = rng.randint(1, 4)
    manner = rng.choice(("左侧", "左侧", "左侧", "上方", "两种"))
    rows: list[HeadRow] = []
    while names:
        count = 1 if names[0] == "项目名称" and rng.random() < 0.4 else rng.randint(max(1, most - 1), most)
        above = manner == "上方" or (manner == "两种" and rng.random() < 0.5)
        rows.append(HeadRow(tuple(names[:count]), above, count == 3 and not above and rng.random() < 0.15))
        names = names[count:]
    return (*rows, *(HeadRow((name,), False) for name in wide))


def _labels(rng: random.Random, aliases: bool, extra: Sequence[str]) -> dict[str, str]:
    columns = ("一级指标", "二级指标", "三级指标", "指标值", "符号", "数值", "计量单位")
    names = ("年度", *TEXT_FIELDS, *DATE_FIELDS, *FUNDS, *GOALS, *columns)
    found = {name: labels.choose(rng, name, aliases) for name in names}
    levels = ("一级", "二级", "三级")
    short = rng.random() < 0.3 if aliases else False
    found |= {f"{level}指标": level if short else f"{level}指标" for level in levels[: 3 if short else 2]}
    if not short and found["三级指标"] == "三级":
        found["三级指标"] = "三级指标"
    if "实施期指标值" in extra:
        found["指标值"] = "年度指标值"
    return found


def _unit(rng: random.Random, groups: str) -> tuple[str, str]:
    unit = rng.choice(("元", "元", "万元"))
    places = ["标签", "格式", "单位行", "文字"] + (["分组标题"] * 3 if groups != "无" else [])
    return unit, rng.choice([*places, "不写"] if unit == "元" else places)


def _extras(rng: random.Random) -> Extras:
    return Extras(
        mirrored=rng.random() < 0.15,
        side=rng.choice(("原样", "原样", "逐字换行", "竖排文字")),
        upright_levels=rng.random() < 0.12,
        fund_rows=rng.random() < 0.12,
        last_year=rng.random() < 0.25,
        filled_on=rng.random() < 0.12,
        instructions=rng.random() < 0.08,
        margin=rng.random() < 0.06,
        blank_pairs=rng.random() < 0.3,
    )

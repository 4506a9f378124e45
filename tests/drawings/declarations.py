"""Random but clean declarations of the shipped form: what is drawn, and the truth that every reading is compared with.

In: a seed. Out: `Content`s, whose `record()` is what `jixiao export --json` must give for them. Clean means that the same
content in our own template passes every check; `tests/reading/test_drawings.py` proves it with the checks themselves.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from tests.drawings import words
from tests.rules.kit import COLUMNS, Draft
from toolkit.values.targets import Target

Value = str | int | Decimal | date | None

TEXT_FIELDS = ("项目名称", "项目性质", "项目类别", "主管部门", "实施单位")
DATE_FIELDS = ("计划开始日期", "计划完成日期")
WHOLE_FUNDS = ("项目资金总额", "财政资金", "其他资金")
ANNUAL_FUNDS = ("年度资金申请总额", "当年财政拨款", "上年结转资金", "年度其他资金")
GOALS = ("项目总目标", "年度总体目标")
FUNDS = WHOLE_FUNDS + ANNUAL_FUNDS
FIELDS = ("年度", *TEXT_FIELDS, *DATE_FIELDS, *FUNDS, *GOALS)

LEVELS: Mapping[str, tuple[str, ...]] = {
    "成本指标": ("经济成本指标", "社会成本指标", "生态环境成本指标"),
    "产出指标": ("数量指标", "质量指标", "时效指标"),
    "效益指标": ("经济效益指标", "社会效益指标", "生态效益指标", "可持续影响指标"),
    "满意度指标": ("服务对象满意度指标",),
}
NATURES = ("经常性专项业务费", "其他一次性项目", "一次性项目", "阶段性项目")
CATEGORIES = ("特定目标类", "其他运转类")

SHORT_GOALS = ("验收", "购置设备5台", "完成采购。", "按期完成全部巡查任务", "1.更新器材；\n2.培训。")

TASKS = (
    "分{few}批{verb}{thing}，逐批验收，累计出动{number}车次",
    "完成{thing}{step}，{month}月底前投入使用",
    "组织{people}培训{few}次，参训{many}人次",
    "严格按照《{thing}管理办法（试行）》（第{few}号）执行，做到“专人、专账、专管”",
    "项目总目标分解到{few}个科室，年度目标按月调度，完成情况逐月通报",
    "{people}满意度稳步提高，意见建议逐条答复",
    "{thing}平均故障修复时间控制在{few}小时以内；重大安全事故为0",
)


@dataclass(frozen=True)
class Indicator:
    """One row: the three levels and the target; `unit` is None for a text."""

    level1: str
    level2: str
    name: str
    symbol: str
    number: str
    unit: str | None

    @property
    def cells(self) -> tuple[str | None, ...]:
        """The six values in the order of the form's columns."""
        return (self.level1, self.level2, self.name, self.symbol, self.number, self.unit)

    def record(self) -> dict[str, object]:
        """Return the row as `export` prints it."""
        target = Target(self.symbol, self.number, self.unit)
        return {**dict(zip(COLUMNS, self.cells, strict=True)), "指标值": target.text}


@dataclass(frozen=True)
class Content:
    """One declaration: head fields by name (None is blank), its indicators, and the rules that rightly object to it."""

    head: Mapping[str, Value]
    rows: tuple[Indicator, ...]
    objections: tuple[str, ...] = ()

    def record(self) -> dict[str, object]:
        """Return the declaration as `export` prints it, without where it was found."""
        return {
            **{name: plain(self.head.get(name)) for name in FIELDS},
            "绩效指标": [row.record() for row in self.rows],
        }

    def draft(self) -> Draft:
        """Return the content for the toolkit's own writers (`tests.rules.kit`)."""
        rows = tuple(dict(zip(COLUMNS, row.cells, strict=True)) for row in self.rows)
        return Draft(dict(self.head), rows)

    def put(self, **changes: Value) -> Content:
        """Return the content with other values in some of its fields."""
        return replace(self, head={**self.head, **changes})

    def without(self, fields: tuple[str, ...]) -> Content:
        """Return the content with `fields` blank and the funds mended, so that it stays clean: a total has its parts, and
        where the whole project is the year's, both have the same total.
        """
        head = {**self.head, **{name: None for name in fields}}
        total, *parts = ANNUAL_FUNDS
        if any(part in fields for part in parts):
            amounts = [amount for part in parts if isinstance(amount := head[part], Decimal)]
            head[total] = annual = sum(amounts, Decimal(0))
            other = head[WHOLE_FUNDS[2]]
            if head[WHOLE_FUNDS[0]] == self.head[total]:
                head[WHOLE_FUNDS[0]] = annual
                head[WHOLE_FUNDS[1]] = annual - (other if isinstance(other, Decimal) else 0)
        return replace(self, head=head)


def plain(value: Value) -> str | int | None:
    """Return a value as JSON has it: amounts with two decimals, dates ISO."""
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value.isoformat() if isinstance(value, date) else value


def contents(seed: int, count: int = 1) -> tuple[Content, ...]:
    """Return `count` projects of one unit and year, the same ones for the same seed."""
    rng = random.Random(f"content {seed}")
    topic = rng.choice(words.TOPICS)
    place = rng.choice(words.PLACES_FIRST) + rng.choice(words.PLACES_SECOND) + rng.choice(words.PLACE_KINDS)
    year = rng.randint(2023, 2026)
    projects = rng.sample(topic.projects, count)
    if rng.random() < 0.12:
        projects[0] = rng.choice(words.PROJECTS_LIKE_LABELS)
    shared: dict[str, Value] = {
        "年度": year,
        "主管部门": place + topic.department,
        "实施单位": place + rng.choice(topic.units),
    }
    used: set[str] = set()
    return tuple(_content(rng, topic, {**shared, "项目名称": name + rng.choice(words.PROJECT_TAILS)}, used) for name in projects)


def _content(rng: random.Random, topic: words.Topic, shared: Mapping[str, Value], used: set[str]) -> Content:
    year = shared["年度"]
    assert isinstance(year, int)
    start, end = _period(rng, year)
    long = end + timedelta(days=1) > _year_later(start)
    things = rng.sample(topic.things, rng.randint(2, 5))
    head: dict[str, Value] = {
        **shared,
        "项目性质": rng.choice(NATURES),
        "项目类别": rng.choice(CATEGORIES),
        "计划开始日期": start,
        "计划完成日期": end,
        **_funds(rng, long),
        "年度总体目标": _goal(rng, things, topic, year, used, whole=False),
        "项目总目标": _goal(rng, things, topic, year, used, whole=True) if long or rng.random() < 0.25 else None,
    }
    if rng.random() < 0.04:
        goal = rng.choice([each for each in SHORT_GOALS if each not in used])
        used.add(goal)
        head["年度总体目标"] = goal
        return Content(head, _indicators(rng, topic, head, used), ("目标-过短-年度总体目标",))
    return Content(head, _indicators(rng, topic, head, used))


def _year_later(day: date) -> date:
    return date(day.year + 1, day.month, day.day)


def _period(rng: random.Random, year: int) -> tuple[date, date]:
    kind = rng.random()
    if kind < 0.5:
        return date(year, 1, 1), date(year, 12, 31)
    if kind < 0.75:
        first, last = sorted(rng.sample(range(1, 13), 2))
        return date(year, first, rng.choice((1, 15))), date(year, last, 28)
    begin = year - rng.randint(0, 1)
    return date(begin, rng.choice((1, 3, 9)), 1), date(year + rng.randint(1, 2), rng.choice((2, 8, 12)), 28)


def _amount(rng: random.Random, largest: int) -> Decimal:
    step = rng.choice((1, 100, 100, 1000, 10000, 10000))
    cents = rng.choice((0, 0, 0, 0, 5, 37)) if step == 1 else 0
    return Decimal(rng.randint(12000, largest) // step * step) + Decimal(cents) / 100 + (step if step > 12000 else 0)


def _funds(rng: random.Random, long: bool) -> dict[str, Value]:
    current = _amount(rng, rng.choice((900_000, 9_000_000, 120_000_000)))
    carryover = rng.choice((None, Decimal(0), Decimal(0), _amount(rng, 400_000)))
    other = rng.choice((None, Decimal(0), Decimal(0), _amount(rng, 300_000)))
    annual = current + (carryover or 0) + (other or 0)
    funds: dict[str, Value] = dict(zip(ANNUAL_FUNDS, (annual, current, carryover, other), strict=True))
    if long:
        whole_other = rng.choice((None, Decimal(0), (other or 0) + _amount(rng, 500_000)))
        fiscal = annual + _amount(rng, 60_000_000)
        return {**funds, "项目资金总额": fiscal + (whole_other or 0), "财政资金": fiscal, "其他资金": whole_other}
    if rng.random() < 0.3:
        return {**funds, "项目资金总额": annual, "财政资金": annual - (other or 0), "其他资金": other or Decimal(0)}
    return {**funds, **dict.fromkeys(WHOLE_FUNDS)}


def _goal(rng: random.Random, things: list[tuple[str, str]], topic: words.Topic, year: int, used: set[str], *, whole: bool) -> str:
    """A goal of 30 to about 700 characters, in one paragraph or several lines; two short ones of a unit name no task alike."""
    people = rng.choice(topic.people)
    wanted = rng.choice((40, 60, 90, 150, 150, 260, 400, 640))
    opening = f"到{year + 1}年底，" if whole else rng.choice((f"{year}年，", "本年度", "全年", ""))
    sentences = [f"{opening}围绕{things[0][0]}的建设与管理，为{people}提供便捷、规范的服务"]
    while sum(map(len, sentences)) < wanted:
        thing, unit = rng.choice(things)
        number = rng.randint(3, 900)
        task = _fresh(rng.choice(TASKS), used if len(sentences) == 1 else set()).format(
            verb=rng.choice(("更新", "新增", "维护", "检修", "配备", "巡查")),
            step=rng.choice(("普查", "招标采购", "安装调试", "安全评估")),
            thing=thing,
            unit=unit,
            people=people,
            number=number,
            many=f"{number * 3:,}",
            percent=rng.randint(88, 100),
            few=rng.randint(2, 24),
            month=rng.randint(3, 11),
        )
        sentences += [task] if task not in sentences else []
        wanted -= 1
    kind = rng.random()
    if kind < 0.55 or len(sentences) < 3:
        return "；".join(sentences) + "。"
    mark = rng.choice(("目标{n}：", "{n}、", "{n}．", "（{n}）"))
    return "；\n".join(mark.format(n=n) + text for n, text in enumerate(sentences, 1)) + "。"


def _fresh(task: str, used: set[str]) -> str:
    """A task, or the next one of the list that no goal of the unit begins with; a check would call such goals copied."""
    at = TASKS.index(task)
    found = next((each for each in (*TASKS[at:], *TASKS[:at]) if each not in used), task)
    used.add(found)
    return found


def _indicators(rng: random.Random, topic: words.Topic, head: Mapping[str, Value], used: set[str]) -> tuple[Indicator, ...]:
    """The rows of a project; long names are `used` once in a unit, where a check would call them copied, and none is another in brackets."""
    wanted = rng.choice((5, 6, 7, 8, 8, 9, 10, 12, 15, 20, 28, 40))
    needed = ["经济成本指标", "数量指标", "质量指标", "时效指标", rng.choice(LEVELS["效益指标"]), "服务对象满意度指标"]
    pool = [level2 for level2s in LEVELS.values() for level2 in level2s]
    kinds = needed + rng.choices(pool, [len(words.MEASURES[each]) for each in pool], k=max(0, wanted - len(needed)))
    level1 = {level2: first for first, level2s in LEVELS.items() for level2 in level2s}
    found: list[Indicator] = []
    names: set[str] = set()
    for level2 in sorted(kinds, key=pool.index):
        tries = (_indicator(rng, topic, head, level1[level2], level2) for _ in range(20))
        row = next((row for row in tries if row.name not in used and _stem(row.name) not in names and _is_affordable(row, head)), None)
        if row is not None:
            names.add(_stem(row.name))
            used |= {row.name} if len(row.name) > 11 else set()
            found.append(row)
    return tuple(found)


def _is_affordable(row: Indicator, head: Mapping[str, Value]) -> bool:
    """Whether a cost in 万元 is no more than what is asked for."""
    request = head["年度资金申请总额"]
    return row.unit != "万元" or not isinstance(request, Decimal) or Decimal(row.number) * 10_000 <= request


def _stem(name: str) -> str:
    return name.partition("（")[0].partition("(")[0]


def _indicator(rng: random.Random, topic: words.Topic, head: Mapping[str, Value], level1: str, level2: str) -> Indicator:
    name, symbols, least, most, decimals, unit = rng.choice(words.MEASURES[level2])
    thing, own_unit = rng.choice(topic.things)
    name = name.format(o=thing, p=rng.choice(topic.people))
    if rng.random() < 0.08:
        name += rng.choice(("（含分院）", "(新建部分)", "（不含2023年结转任务）", "(A、B两个标段)"))
    if not symbols:
        text = rng.choice(words.TIMES if level2 == "时效指标" else words.RESULTS)
        year, start, end = head["年度"], head["计划开始日期"], head["计划完成日期"]
        assert isinstance(year, int) and isinstance(start, date) and isinstance(end, date)
        if "{y}" in text and (end < date(year, 12, 31) or start > date(year, 1, 1)):
            text = words.TIME_OF_ANY_PERIOD
        return Indicator(level1, level2, name, "定性", text.format(y=year), None)
    number = Decimal(str(round(rng.uniform(least, most), decimals if rng.random() < 0.6 else 0)))
    text = f"{number:f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return Indicator(level1, level2, name, rng.choice(symbols), text, unit or own_unit)

"""Filled workbooks as units leave them: for every rule one way of breaking it, and cells changed at random.

`cases` gives what each sheet holds in the end, always the same. Cells are named by field, table cells by column and the
row's place in the table (from 0).
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from tests.rules.clean import DRAFTS
from tests.rules.kit import COLUMNS, Content, Draft, Raw
from tests.rules.mutations import CASES
from toolkit.spreadsheet.written import CellValue
from toolkit.values.errors import DIV0, ERROR_VALUES, NA, REF

Place = str | tuple[str, int]
Cells = dict[Place, CellValue]

AMOUNTS = ("项目资金总额", "年度资金申请总额", "财政资金", "当年财政拨款", "上年结转资金", "其他资金", "年度其他资金")
DATES = ("计划开始日期", "计划完成日期")
WORDS = ("项目名称", "项目性质", "项目类别", "主管部门", "实施单位", "项目总目标", "年度总体目标")

# What no unit types: a row that was deleted, a formula whose result was not saved.
_NOT_TYPED = ("missing", "uncached")

# No TRUE or FALSE: LibreOffice has no logical values in cells and counts them as 1 and 0, where Excel's COUNT passes
# over them, so that the guard against a wrong type works in Excel and not there. No full-width digits in 数值:
# LibreOffice calculates with the text "９５", the engine gives #VALUE!.
_NOT_AMOUNTS = ("十万左右", "见附件", "—", "无", "abc", "12,34")

_NAMES = (
    "设备故障率",
    "投诉处理及时率",
    "降低传播风险",
    "提高服务水平",
    "建设周期",
    "支出执行率",
    "X个智慧应用",
    "五大平台试点数",
    "设备完好率",
    "平均响应时间",
    "群众满意度",
    "群众投诉率",
    "成本节约率",
    "指标1",
    "……",
    "收入增长率",
)
_VALUES = ("及时", "不断提高", "-", "**", "X", "0", "-3", "101", "1000", "36", "90.555", "80", "1e3", "按照项目预算执行", "12:30")
_UNITS = ("%", "百分数", "分", "个", "清理干净", "10家社区卫生中心(含站点)/每日", "平方", "个月", "元", "人次", "及时")
_SYMBOLS = ("≥", "≤", "=", ">", "<", "定性", "约")
_LEVELS = ("成本指标", "产出指标", "效益指标", "满意度指标", "其他指标")
_SECONDS = ("经济成本指标", "数量指标", "质量指标", "时效指标", "社会效益指标", "可持续影响指标", "服务对象满意度指标", "绩效指标")


@dataclass(frozen=True)
class Case:
    """A workbook: what was done to the clean `draft`, and its cells in the end."""

    name: str
    draft: Draft
    cells: Mapping[Place, CellValue]


def cases(random_ones: int, every: int = 1) -> Iterator[Case]:
    """Yield the clean drafts, one break of each `every`-th rule, and so many drafts with cells changed at random."""
    for number, draft in enumerate(DRAFTS):
        yield Case(f"clean {number}", draft, cells_of(draft))
    for number, (rule, case) in list(enumerate(CASES.items()))[::every]:
        drafts = (*DRAFTS[number % len(DRAFTS) :], *DRAFTS)
        turned = (*case.breaks[number % len(case.breaks) :], *case.breaks)
        found = ((draft, change(draft)) for change in turned for draft in drafts)
        typed = ((draft, done.draft) for draft, done in found if done is not None and not _has_untyped(done.draft))
        for draft, changed in itertools.islice(typed, 1):
            yield Case(rule, draft, cells_of(changed))
    yield from _random(random_ones)


def cells_of(draft: Draft) -> Cells:
    """Return what stands in the cells of a draft."""
    cells: Cells = {name: _typed(content) for name, content in draft.head.items()}
    for row, line in enumerate(draft.rows):
        for name, content in line.items():
            number = name == "数值" and isinstance(content, str)
            cells[name, row] = _number(str(content)) if number else _typed(content)
    return cells


def _typed(content: Content) -> CellValue:
    return ERROR_VALUES.get(content.text, content.text) if isinstance(content, Raw) else content


def _number(text: str) -> CellValue:
    """Return what Excel makes of a number that is typed."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return text


def _has_untyped(draft: Draft) -> bool:
    contents = (*draft.head.values(), *(content for line in draft.rows for content in line.values()))
    return any(isinstance(content, Raw) and content.state in _NOT_TYPED for content in contents)


def _blank(pick: random.Random) -> Cells:
    return {pick.choice((*AMOUNTS, *DATES, *WORDS, "年度")): None}


def _amount(pick: random.Random) -> Cells:
    return {pick.choice(AMOUNTS): Decimal(pick.choice(("-5", "0", "999999.99", "12000000000", "0.004", "120")))}


def _cent(pick: random.Random) -> Cells:
    amounts: Cells = {"年度资金申请总额": Decimal(1_000_000), "上年结转资金": None, "年度其他资金": Decimal(0)}
    return {**amounts, "当年财政拨款": Decimal(1_000_000) + Decimal(pick.choice(("0.01", "0.005", "0.004", "-0.005")))}


def _not_an_amount(pick: random.Random) -> Cells:
    return {pick.choice(AMOUNTS): pick.choice(_NOT_AMOUNTS)}


def _repaired_amount(pick: random.Random) -> Cells:
    return {pick.choice(AMOUNTS): pick.choice(("1,000,000.00", "１０００", "50万元", " 300 ", "1 000"))}


def _error(pick: random.Random) -> Cells:
    place: Place = pick.choice((*AMOUNTS, *DATES, "项目名称", "年度", ("三级指标", 2), ("数值", 3), ("一级指标", 1)))
    return {place: pick.choice((REF, DIV0, NA))}


def _dates(pick: random.Random) -> Cells:
    return _one(
        pick,
        (
            {"计划完成日期": date(2024, 12, 31)},
            {"计划开始日期": date(2026, 1, 1)},
            {"计划完成日期": date(2027, 6, 30)},
            {"计划开始日期": date(2020, 2, 29), "计划完成日期": date(2021, 2, 28)},
            {"计划开始日期": date(2025, 1, 1), "计划完成日期": date(2026, 1, 1)},
            {"计划开始日期": "待定"},
            {"计划完成日期": "2025年12月"},
            {"计划完成日期": "2025-12-31"},
            {"计划开始日期": 2025},
            {"计划完成日期": 7_000_000},
            {"年度": 2019},
            {"年度": 2101},
            {"年度": 1800},
            {"年度": "明年"},
            {"年度": Decimal("2025.5")},
        ),
    )


def _word(pick: random.Random) -> Cells:
    return _one(
        pick,
        (
            {"项目性质": "其他"},
            {"项目类别": "特定目标"},
            {"项目名称": "名" * 101},
            {"项目名称": "名" * 100},
            {"年度总体目标": "完成改造。"},
            {"年度总体目标": "目" * 2001},
            {"项目总目标": "照抄的目标。", "年度总体目标": "照抄的目标。"},
            {"项目名称": 2025},
            {"实施单位": "请在此填写"},
            {"年度总体目标": "机房内网存在高危端口，联系人 13800138000，身份证 310101199001011234，尽快整改完成并通过验收。"},
            {"项目资金总额": Decimal(1200000), "财政资金": Decimal(1150000), "其他资金": Decimal(50000)},
            {"项目资金总额": Decimal(120), "财政资金": Decimal(100), "其他资金": Decimal(20)},
        ),
    )


def _level(pick: random.Random) -> Cells:
    row = pick.randrange(6)
    return _one(
        pick,
        (
            {("一级指标", row): pick.choice(_LEVELS)},
            {("二级指标", row): pick.choice(_SECONDS)},
            {("一级指标", row): pick.choice(_LEVELS), ("二级指标", row): pick.choice(_SECONDS)},
            {("二级指标", row): None},
            {("一级指标", row): None},
        ),
    )


def _indicator(pick: random.Random) -> Cells:
    row = pick.randrange(6)
    return _one(
        pick,
        (
            {("三级指标", row): pick.choice(_NAMES)},
            {("三级指标", row): None},
            {("三级指标", row): "长" * 101},
            {("三级指标", row): pick.choice(_NAMES), ("符号", row): pick.choice(_SYMBOLS)},
            {("三级指标", row): pick.choice(_NAMES), ("数值", row): Decimal(pick.choice(("5", "95", "130", "12")))},
        ),
    )


def _target(pick: random.Random) -> Cells:
    row = pick.randrange(6)
    return _one(
        pick,
        (
            {("符号", row): pick.choice((*_SYMBOLS, None))},
            {("数值", row): pick.choice((*_VALUES, None))},
            {("计量单位", row): pick.choice((*_UNITS, None))},
            {("数值", row): Decimal(pick.choice(("0", "-1", "100", "100.01", "250", "79", "36")))},
            {("符号", row): "定性", ("数值", row): pick.choice(_VALUES), ("计量单位", row): None},
            {("符号", row): pick.choice(_SYMBOLS), ("数值", row): Decimal(95), ("计量单位", row): pick.choice(_UNITS)},
        ),
    )


def _rows(pick: random.Random) -> Cells:
    row = pick.randrange(6)
    line: Sequence[CellValue] = ("产出指标", "质量指标", "验收合格率", "=", Decimal(100), "%")
    gone: Cells = {(name, row): None for name in COLUMNS}
    every: Cells = {(name, each): None for name in COLUMNS for each in range(40)}
    alone: Cells = {("计量单位", 27): "个"}
    far: Cells = {(name, 59): cell for name, cell in zip(COLUMNS, line, strict=True)}
    twice: Cells = {(name, each): cell for name, cell in zip(COLUMNS, line, strict=True) for each in (40, 41)}
    return _one(pick, (gone, gone, every, alone, far, twice, {**gone, **twice}))


def _repaired_row(pick: random.Random) -> Cells:
    row = pick.randrange(6)
    return _one(
        pick,
        (
            {("二级指标", row): "数量"},
            {("符号", row): ">="},
            {("符号", row): "不低于"},
            {("数值", row): "≥95%", ("符号", row): None, ("计量单位", row): None},
            {("数值", row): " 95 "},
            {("计量单位", row): " ％ "},
            {("一级指标", row): "同上"},
        ),
    )


KINDS: Sequence[Callable[[random.Random], Cells]] = (
    _blank,
    _amount,
    _cent,
    _not_an_amount,
    _repaired_amount,
    _error,
    _dates,
    _word,
    _level,
    _indicator,
    _target,
    _rows,
    _repaired_row,
)


def _one(pick: random.Random, changes: Sequence[Mapping[Any, Any]]) -> Cells:
    return {**pick.choice(changes)}


def _random(count: int, seed: int = 2025) -> Iterator[Case]:
    """Yield `count` cases with one kind of change, or up to three of them."""
    pick = random.Random(seed)
    for number in range(count):
        draft = DRAFTS[number % len(DRAFTS)]
        cells: Cells = cells_of(draft)
        for kind in (KINDS[number % len(KINDS)], *pick.choices(KINDS, k=pick.choice((0, 0, 1, 2)))):
            cells.update(kind(pick))
        yield Case(f"random {number}", draft, cells)

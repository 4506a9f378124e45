"""Cases for the rules about single fields: what must be filled, dates, texts, money. Gathered by `mutations`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from tests.rules.cases import Case, Change, Changed, approved, as_it_is, beside, case, controlled, mapped, put
from tests.rules.kit import Content, Draft, Raw

AMOUNTS = ("项目资金总额", "财政资金", "其他资金", "年度资金申请总额", "当年财政拨款", "上年结转资金", "年度其他资金")
TEXTS = ("项目名称", "项目性质", "项目类别", "主管部门", "实施单位", "年度总体目标")
NUMBERS = ("年度", "计划开始日期", "计划完成日期", "年度资金申请总额", "当年财政拨款")
GONE = Raw("", "missing")
MOBILE, ID_CARD, BANK_CARD = "13912345678", "11010519491231002X", "6222020200112230004"
GOAL = "建设智慧停车平台，接入公共停车场 120 处、泊位 2.6 万个，市民查询和缴费更加方便。"


def money(field: str, change: Callable[[Decimal], str], **others: str | None) -> Change:
    """`field` becomes what `change` makes of 年度资金申请总额; `others` get fixed amounts."""

    def changes(draft: Draft) -> dict[str, Content]:
        total = draft.head["年度资金申请总额"]
        assert isinstance(total, Decimal)
        fixed = {name: None if text is None else Decimal(text) for name, text in others.items()}
        return {**fixed, field: Decimal(change(total))}

    return mapped(field, changes)


def period(field: str, start: str, end: str, **others: Content) -> Change:
    dates: dict[str, Content] = {"计划开始日期": date.fromisoformat(start), "计划完成日期": date.fromisoformat(end)}
    return mapped(field, lambda draft: {**dates, **others})


def left(total: str | None, fiscal: str | None, other: str | None) -> Change:
    amounts: dict[str, Content] = {
        name: None if text is None else Decimal(text)
        for name, text in zip(("项目资金总额", "财政资金", "其他资金"), (total, fiscal, other), strict=True)
    }
    return mapped("项目资金总额", lambda draft: amounts)


def text(field: str, change: Callable[[str], str], source: str | None = None) -> Change:
    """`field` becomes what `change` makes of the text of `source` (of itself when None); not where that is blank."""

    def changed(draft: Draft) -> Changed | None:
        value = draft.head.get(source or field)
        return Changed(draft.put(**{field: change(str(value))}), field) if value else None

    return changed


def goals(change: Callable[[str], str]) -> Change:
    """项目总目标 becomes what `change` makes of 年度总体目标, where the finding is."""
    return mapped("年度总体目标", lambda draft: {"项目总目标": change(str(draft.head["年度总体目标"]))})


def renamed(draft: Draft) -> Draft:
    return draft.put(项目名称=f"{draft.head['项目名称']}（二）")


def other_goal(draft: Draft) -> Draft:
    return draft.put(年度总体目标=GOAL)


TEXT_CASES: dict[str, Case] = {
    **{f"必填-{name}": case(put(name, None), put(name, " "), near=as_it_is) for name in TEXTS},
    **{f"必填-{name}": case(put(name, None), put(name, GONE), near=as_it_is) for name in NUMBERS},
    **{
        f"长度-{name}": case(put(name, "长" * (most + 1)), put(name, "甲乙" * most), near=put(name, "长" * most))
        for name, most in (("项目名称", 100), ("主管部门", 100), ("实施单位", 100), ("项目总目标", 2000), ("年度总体目标", 2000))
    },
    "年度-范围": case(put("年度", 1999), put("年度", 2101), near=(put("年度", 2000), put("年度", 2100))),
    "列表-项目性质": case(put("项目性质", "专项"), put("项目性质", "一次性"), near=put("项目性质", "一次性项目")),
    "列表-项目类别": case(put("项目类别", "特定目标"), put("项目类别", "人员类"), near=put("项目类别", "其他运转类")),
    "日期-先后": case(
        period("计划完成日期", "2024-06-01", "2024-05-31"),
        period("计划完成日期", "2024-12-31", "2024-01-01"),
        near=period("计划完成日期", "2024-06-01", "2024-06-01"),
    ),
    "日期-年度": case(
        put("计划开始日期", date(2020, 1, 1), 计划完成日期=date(2020, 12, 31)),
        put("计划开始日期", date(2025, 1, 1), 计划完成日期=date(2025, 12, 31)),
        near=(period("", "2024-12-31", "2025-06-30"), period("", "2023-01-01", "2024-01-01"), put("年度", None)),
    ),
    "重复-项目": case(
        beside(put("项目名称", "道路保洁"), other_goal),
        beside(put("项目名称", "图书采购"), lambda draft: draft.put(当年财政拨款=Decimal(1)), other_goal),
        near=(beside(as_it_is, renamed), beside(as_it_is, lambda draft: draft.put(实施单位="另一单位"))),
    ),
    "占位-项目名称": case(put("项目名称", "XX项目"), put("项目名称", "待定"), near=put("项目名称", "电子政务外网XC改造")),
    "目标-照抄-总目标": case(
        goals(lambda goal: goal),
        goals(lambda goal: f" {goal[:10]}\n{goal[10:]}　"),
        near=(goals(lambda goal: goal[:-1] + "！"), put("项目总目标", None)),
    ),
    "目标-近似-总目标": case(
        goals(lambda goal: goal[:-1] + "！"),
        goals(lambda goal: "两年" + goal),
        near=(as_it_is, goals(lambda goal: goal)),
    ),
    "目标-照抄-单位": case(
        beside(put("年度总体目标", GOAL), renamed),
        beside(put("年度总体目标", GOAL * 8), renamed, other_goal, renamed),
        near=(beside(as_it_is, other_goal), beside(put("年度总体目标", None), renamed)),
    ),
}

for _goal in ("项目总目标", "年度总体目标"):
    TEXT_CASES |= {
        f"占位-{_goal}": case(
            text(_goal, lambda goal: goal + "服务XX人。", "年度总体目标"),
            put(_goal, "完成**公里道路整修，改善沿线居民的出行条件，按期通过交工验收并投入使用。"),
            near=put(_goal, "搭建“1+5+X”的应用框架，完成数据共享平台建设，实现跨部门的数据交换和业务协同。"),
        ),
        f"示例-{_goal}": case(
            text(_goal, lambda goal: "请在此填写：" + goal, "年度总体目标"),
            text(_goal, lambda goal: goal + "（示例）", "年度总体目标"),
            near=put(_goal, "开展示范性实例教学，申请填写线上化，学生按示意图完成操作练习，成绩逐年有所进步。"),
        ),
        f"目标-过短-{_goal}": case(
            put(_goal, "做好项目各项工作。"),
            put(_goal, "字" * 14 + " \n　" + "字" * 15),
            near=(put(_goal, "字" * 30), put(_goal, None)),
        ),
        f"公开-安全-{_goal}": case(
            put(_goal, "中心机房无门禁，未对高危端口做管控，服务器未打勒索病毒补丁，需要按差距分析整改。"),
            text(_goal, lambda goal: goal + "目前数据库未进行异地备份，防火墙没有设置访问策略。", "年度总体目标"),
            near=(
                put(_goal, "开展漏洞扫描 12 次、渗透测试 2 次，完成等级保护三级测评，机房全年无故障运行，保障业务系统稳定。"),
                put(_goal, "社区未配置健身器材的居民点全部配齐，未进行体检的老年人当年补检，惠及居民 3 万人。"),
            ),
        ),
    }
for _field in ("项目名称", "项目总目标", "年度总体目标"):
    TEXT_CASES[f"公开-个人信息-{_field}"] = case(
        text(_field, lambda value: f"{value}联系人张某{MOBILE}", "年度总体目标"),
        text(_field, lambda value: f"{value}身份证号{ID_CARD}", "年度总体目标"),
        text(_field, lambda value: f"{value}账号{BANK_CARD}。", "年度总体目标"),
        near=text(_field, lambda value: f"{value}咨询电话021-62281234，编号20240101000012345678。", "年度总体目标"),
    )
TEXT_CASES["示例-项目名称"] = case(
    put("项目名称", "（请填写项目全称）"),
    put("项目名称", "道路养护（示例）"),
    near=put("项目名称", "示范幼儿园建设"),
)

MONEY_CASES: dict[str, Case] = {
    "资金-F1": case(
        money("年度资金申请总额", lambda total: f"{total + Decimal('0.01')}"),
        mapped("年度资金申请总额", lambda draft: {"上年结转资金": Decimal("100000.37")}),
        near=money("年度资金申请总额", lambda total: f"{total + Decimal('0.004')}"),
    ),
    "资金-F2": case(
        left("300.01", "300", None),
        left(None, "5000", "0"),
        left("1000", None, None),
        near=(left("300.01", "300", "0.01"), left(None, None, None), left("300.004", "300", "0")),
    ),
    "资金-F3": case(
        money("年度资金申请总额", str, 项目资金总额="100"),
        mapped("年度资金申请总额", lambda draft: {"项目资金总额": _total(draft) - Decimal("0.01")}),
        near=(mapped("", lambda draft: {"项目资金总额": _total(draft)}), put("项目资金总额", None)),
    ),
    "资金-F4": case(
        money("项目资金总额", lambda total: f"{total + 1}"),
        money("项目资金总额", lambda total: f"{3 * total}"),
        near=(mapped("", lambda draft: {"项目资金总额": _total(draft)}), put("项目资金总额", None)),
    ),
    "资金-F5": case(
        period("项目资金总额", "2024-01-01", "2025-01-01", 项目资金总额=None),
        period("项目资金总额", "2023-07-01", "2026-06-30", 项目资金总额=None),
        near=(
            period("", "2024-01-01", "2024-12-31", 项目资金总额=None),
            period("", "2024-02-29", "2025-02-27", 项目资金总额=None),
            period("", "2023-07-01", "2026-06-30", 项目资金总额=Decimal(0)),
        ),
    ),
    "资金-F6": case(
        controlled("1", "0.01"), controlled("0.5"), controlled("0"), near=(controlled("1"), controlled("1", "0.004"), as_it_is)
    ),
    "资金-批复金额": case(
        approved("1", "0.01"), approved("1", "-10000"), approved("0"), near=(approved("1"), approved("1", "0.004"), as_it_is)
    ),
    "资金-F8": case(
        money("年度资金申请总额", lambda total: "5000000", 当年财政拨款="500"),
        mapped("年度资金申请总额", lambda draft: {"项目资金总额": Decimal("961200"), "财政资金": Decimal("96.12")}),
        near=(
            money("", lambda total: "5000000", 当年财政拨款="499.99", 上年结转资金="0"),
            money("", lambda total: "5000000", 当年财政拨款="5000", 上年结转资金=None),
        ),
    ),
    "资金-疑似万元": case(
        put("年度资金申请总额", Decimal("96")),
        put("年度资金申请总额", Decimal("999.99")),
        near=(put("年度资金申请总额", Decimal("1000")), put("年度资金申请总额", Decimal(0))),
    ),
    **{
        f"资金-非负-{name}": case(put(name, Decimal("-0.01")), put(name, Decimal("-5000")), near=(put(name, Decimal(0)), put(name, None)))
        for name in AMOUNTS
    },
}


def _total(draft: Draft) -> Decimal:
    total = draft.head["年度资金申请总额"]
    assert isinstance(total, Decimal)
    return total


def one_year(change: Change) -> Change:
    dates: dict[str, Content] = {"计划开始日期": date(2024, 1, 1), "计划完成日期": date(2024, 12, 31)}
    return lambda draft: change(draft.put(**dates))


MONEY_CASES["资金-F4"] = Case(
    tuple(map(one_year, MONEY_CASES["资金-F4"].breaks)),
    (
        *map(one_year, MONEY_CASES["资金-F4"].nears),
        period("", "2024-01-01", "2025-01-01", 项目资金总额=Decimal("99000000")),
        period("", "2024-03-01", "2025-02-28", 项目资金总额=Decimal("99000000")),
    ),
)

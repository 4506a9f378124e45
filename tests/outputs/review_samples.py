"""Review reports made up for tests: a small one with everything in it, a hostile one, and one as long as wanted."""

from __future__ import annotations

from typing import Any

from toolkit.checking.model import Finding
from toolkit.outputs.review.model import Counts, Group, Part, Review, ReviewItem, RuleLine

FOLDER = "/报表/审核结果"

# What an unfriendly or unlucky unit may have typed anywhere.
HOSTILE = (
    "=cmd|'/C calc'!A0",
    "+1",
    "@x",
    "-2+3",
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "<!--",
    '"><b onmouseover=alert(1)>',
    "{{data}}",
    "../..\\x",
    "长" * 300,
    "😀乙\U0002a6a5",
    "_x0041_",
    "a\x00\x0b\ud800b\u2028c",
    "http://127.0.0.1:9/x",
    "javascript:alert(1)",
)


def finding(**more: object) -> Finding:
    values: dict[str, Any] = {
        "rule": "资金-F1",
        "severity": "error",
        "family": "declaration",
        "file": "/报表/回收/甲.xlsx",
        "unit": "甲中心",
        "project": "食堂改造",
        "sheet": "项目1",
        "cell": "E7",
        "field": "年度资金申请总额",
        "value": "1210000.00",
        "expected": None,
        "message": "年度资金申请总额 1,210,000.00 元，分项合计 1,200,000.00 元，相差 10,000.00 元。",
        "suggestion": "请核对各分项。",
    }
    return Finding(**{**values, **more})


def item(group: int = 0, **more: object) -> ReviewItem:
    """An item of `group`: names of ReviewItem's own fields go there, the others to its finding."""
    names = ("key", "kept", "action", "reason", "remark", "label", "context")
    own: dict[str, Any] = {name: more.pop(name) for name in names if name in more}
    made = finding(**more)
    return ReviewItem(made, group, own.pop("key", "0" * 16 + "-" + "0" * 16), value=made.value or "", **own)


def review(items: tuple[ReviewItem, ...], groups: tuple[Group, ...], **more: object) -> Review:
    counts = Counts(*(sum(getattr(g.counts, n) for g in groups) for n in ("errors", "warnings", "hints", "kept", "repairs")))
    values: dict[str, Any] = {
        "title": "财政项目支出绩效目标申报表审核报告",
        "verdict": "需修改",
        "counts_line": "通过 1 家，需修改 1 家，无法读取 1 个文件；错误 1，警告 1，提示 1。",
        "made": "2025-03-01 09:30",
        "folder": FOLDER,
        "files": 3,
        "projects": 4,
        "counts": counts,
        "groups": groups,
        "items": items,
        "rules": (),
        "repairs": (),
    }
    return Review(**{**values, **more})


def small() -> Review:
    """Three units, a finding of every kind, a kept one, a repair, a note."""
    context = (Part("年度资金申请总额", "1,210,000.00", True), Part("当年财政拨款", "1,000,000.00"))
    row = (Part("一级指标", "产出指标"), Part("二级指标", "数量指标"), Part("三级指标", "改造食堂面积"), Part("指标值", "=400.00", True))
    items = (
        item(context=context, label="年度资金申请总额", key="a" * 16 + "-" + "b" * 16),
        item(
            rule="指标-单位",
            severity="warning",
            cell="G24",
            field="计量单位",
            value=None,
            label="计量单位",
            context=row,
            message="三级指标“改造食堂面积”没有计量单位。",
            kept=True,
            action="保留",
            reason="合同约定不计单位",
        ),
        item(
            rule="目标-过短",
            severity="hint",
            cell="E13",
            field="年度总体目标",
            value="按期完成",
            message="年度总体目标过短。",
            remark="请补充效益",
        ),
        item(
            1,
            rule="文件-损坏",
            family="file",
            file="/报表/回收/坏 #1.xlsx",
            unit=None,
            project=None,
            sheet=None,
            cell=None,
            field=None,
            value=None,
            message="文件打不开。",
            suggestion="请重新报送。",
        ),
    )
    groups = (
        Group("甲中心", ("/报表/回收/甲.xlsx",), "需修改", 1, Counts(1, 0, 1, 1, 1)),
        Group("坏 #1.xlsx", ("/报表/回收/坏 #1.xlsx",), "无法读取", 0, Counts(1)),
        Group("乙中心", ("/报表/回收/乙.xlsx",), "通过", 3, Counts()),
    )
    rules = (RuleLine("资金-F1", "error", 1, 0, 1, "预算编制要求"), RuleLine("指标-单位", "warning", 1, 1, 1, ""))
    repairs = (finding(rule="修复-文本数字", severity="hint", family="repair", value="1，000", expected="1000", message="已按数字读取"),)
    return review(items, groups, rules=rules, repairs=repairs, notes=("问题清单 第 9 行：填报内容已变化。",))


def hostile() -> Review:
    """Every text a stranger can choose is hostile: unit, project, file, sheet, values, messages, reasons."""
    items = tuple(
        item(
            index,
            file=f"/报表/回收/{text.replace('/', '／')}",
            unit=text,
            project=text,
            sheet=text,
            field=text,
            value=text,
            expected=text,
            message=text,
            suggestion=text,
            rule=text,
            action=text,
            reason=text,
            remark=text,
            label=text,
            context=(Part(text, text, True),),
        )
        for index, text in enumerate(HOSTILE)
    )
    groups = tuple(Group(text, (f"/报表/回收/{text.replace('/', '／')}",), "需修改", 1, Counts(1)) for text in HOSTILE)
    repairs = tuple(finding(unit=text, file=text, value=text, expected=text, message=text) for text in HOSTILE)
    rules = tuple(RuleLine(text, "error", 1, 0, 1, text) for text in HOSTILE)
    return review(items, groups, repairs=repairs, rules=rules, notes=HOSTILE, title=HOSTILE[4])


def long(count: int) -> Review:
    """`count` findings in units of 25; every third is an error, and each message is another."""
    items = tuple(
        item(
            index // 25,
            severity="warning" if index % 3 else "error",
            unit=f"第{index // 25}中心",
            cell=f"E{index % 25 + 5}",
            file=f"/报表/回收/第{index // 25}中心.xlsx",
            project=f"项目{index % 25 // 5}",
            value=str(index),
            message=f"第 {index} 条：分项合计不符。",
            context=(Part("年度资金申请总额", f"{index}.00", True),),
            key=f"{index:016x}-{index:016x}",
        )
        for index in range(count)
    )
    groups = tuple(
        Group(f"第{unit}中心", (f"/报表/回收/第{unit}中心.xlsx",), "需修改", 5, Counts(9, 16)) for unit in range((count + 24) // 25)
    )
    return review(items, groups)

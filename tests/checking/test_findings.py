"""Whole findings: of rules that cannot be calculated, those that a bad cell stops, that list words answer, that a unit explained; and no verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.checking.test_check import form_with, found, roster, rule, with_entry
from tests.forms import three_tables
from tests.shipped import ROWS, at, declaration, line, shipped_form
from toolkit.checking.check import check_declarations, not_applicable
from toolkit.checking.model import Finding, NotApplicable
from toolkit.forms import Rule, load_form
from toolkit.forms.roster_model import Roster, RosterUnit
from toolkit.reading.model import MISSING_ENTRY, NOT_OF_TYPE, UNFILLED, Declaration, Doubt, Entry, Repair, Row
from toolkit.values.words import Scope

# What the findings below are about, where they are about one declaration: all that stands before the cell.
UNIT, PROJECT = "青溪区第一小学", "校园食堂改造"
ASKS = "确有原因不必改的，请在“自检”表这一行的“说明”栏写明原因。"
LOOK, MEND = "请检查该规则的条件公式。", "请先改正这些单元格，再重新审核。"


def finding(cell: str | None, field: str | None, value: str | None, message: str, cure: str, **more: object) -> Finding:
    made = Finding("测试", "error", "declaration", "甲.xlsx", UNIT, PROJECT, "项目1", cell, field, value, None, message, cure)
    return replace(made, **more)  # type: ignore[arg-type]


def bad(name: str, text: str = "约五万", cell: str | None = "C9") -> Declaration:
    return with_entry(declaration(), name, Entry(None, text, cell, NOT_OF_TYPE))


def without(name: str) -> Declaration:
    """A declaration in a text, which does not say this: no finding tells of it."""
    return replace(with_entry(declaration(), name, MISSING_ENTRY), sheet=None)


@pytest.mark.parametrize(
    ("condition", "field", "value", "cause"),
    [
        ("年度/上年结转资金-1/0", "年度", "2025", "计算结果是 #DIV/0!"),
        ("项目名称&年度", "项目名称", PROJECT, f"条件的结果“{PROJECT}2025”不是真或假"),
        ("VALUE(项目名称)>0", "项目名称", PROJECT, "计算结果是 #VALUE!"),
        ("1/0", None, None, "计算结果是 #DIV/0!"),
    ],
)
def test_a_condition_that_is_wrong_itself(condition: str, field: str | None, value: str | None, cause: str) -> None:
    one = rule(condition, suggestion="请改 {1/0}。")
    assert found([declaration()], one) == [finding(None, field, value, f"规则无法计算：“测试”（{cause}）。", LOOK)]


def test_a_condition_that_comes_to_a_number_is_true_where_that_is_not_nought() -> None:
    assert found([declaration()], rule("年度")) == []
    assert [each.message for each in found([declaration()], rule("年度-2025"))] == ["不对。"]


def test_what_no_finding_about_a_cell_tells_is_told_by_the_rule() -> None:
    made = replace(without("上年结转资金"), entries={**without("上年结转资金").entries, "年度其他资金": MISSING_ENTRY})
    message = "规则无法计算：“测试”（缺行 上年结转资金“（缺失）”、缺行 年度其他资金“（缺失）”不能参加计算）。"
    assert found([made], rule("年度其他资金+上年结转资金>0", targets=("年度其他资金",))) == [
        finding(None, "年度其他资金", None, message, MEND, sheet=None)
    ]
    alone = "规则无法计算：“测试”（计算结果是 #REF!）。"
    several = finding(None, "上年结转资金", None, alone, LOOK, project=None, sheet=None)
    both = [declaration(), without("上年结转资金")]
    assert found(both, rule("SUM(上年结转资金)>0", "单位")) == [several]
    assert found(both, rule("SUM(上年结转资金)>0", "批次")) == [replace(several, unit=None)]


def test_the_rules_that_a_cell_stops_are_named_up_to_five_and_the_worst_level_counts() -> None:
    gone = with_entry(declaration(), "上年结转资金", MISSING_ENTRY)
    said = "表中找不到“上年结转资金”（上年结转资金），可能整行被删除，按缺失处理，不按 0 计算。"

    def stopped(*rules: Rule) -> list[tuple[str, str]]:
        return [(each.message.removeprefix(said), each.severity) for each in found([gone], *rules)]

    mild = [rule("上年结转资金>0", id=f"甲{number}", severity="hint") for number in range(6)]
    assert stopped() == [("", "warning")]
    assert stopped(*mild[:5]) == [("受它影响，规则无法计算：甲0、甲1、甲2、甲3、甲4，改正后再审核。", "warning")]
    assert stopped(*mild) == [("受它影响，规则无法计算：甲0、甲1、甲2、甲3、甲4等 6 条，改正后再审核。", "warning")]
    assert stopped(mild[0], rule("上年结转资金>0", id="乙")) == [("受它影响，规则无法计算：甲0、乙，改正后再审核。", "error")]


def in_rows(name: str, *numbers: int, entry: Entry | None = None, file: str = "甲.xlsx") -> Declaration:
    """The clean declaration with a bad cell in these rows of a column."""
    made = declaration(file=file)
    rows = list(made.rows)
    for number in numbers:
        wrong = entry or Entry(None, "#REF!", at(name, number), "error")
        rows[number - 1] = replace(rows[number - 1], entries={**rows[number - 1].entries, name: wrong})
    return replace(made, rows=tuple(rows))


@pytest.mark.parametrize(
    ("condition", "scope", "blamed"),
    [
        ("LEN(三级指标)>0", "行", [2, 5]),  # each row by its own cell
        ('COUNTIF(全部.三级指标,"甲")+SUMPRODUCT(LEN(全部.三级指标))>0', "行", [2, 5]),  # every row by all of them
        ("AND(LEN(三级指标)>0,SUMPRODUCT(LEN(全部.三级指标))>0)", "行", [2, 5]),
        ("SUMPRODUCT(LEN(全部.三级指标))>0", "表", [2, 5]),
        ("SUMPRODUCT(LEN(三级指标))>0", "表", [2, 5]),
        ("SUMPRODUCT(LEN(单位.三级指标))>0", "表", [2, 5]),
        ("SUMPRODUCT(LEN(批次.三级指标))>0", "表", [2, 5]),
        ("SUMPRODUCT(LEN(三级指标))>0", "单位", [2, 5]),
        ("SUMPRODUCT(LEN(三级指标))>0", "批次", []),
        ("SUMPRODUCT(LEN(全部.计量单位))>0", "表", []),
    ],
)
def test_which_cells_of_a_column_stop_a_rule(condition: str, scope: Scope, blamed: Sequence[int]) -> None:
    everything = found([in_rows("三级指标", 2, 5)], rule(condition, scope))
    told = [f for f in everything if f.rule == "格式-错误值"]
    assert everything == told or not blamed, "no row says it again"
    assert [f.row for f in told] == [line(2), line(5)]
    assert [f.row for f in told if f.message.endswith("受它影响，规则无法计算：测试，改正后再审核。")] == [line(each) for each in blamed]


def test_a_cell_that_a_row_does_not_come_to_is_not_blamed_for_another_row() -> None:
    made = in_rows("三级指标", 2)
    rows = list(made.rows)
    rows[4] = replace(rows[4], entries={**rows[4].entries, "二级指标": Entry(None, "#REF!", at("二级指标", 5), "error")})
    told = found([replace(made, rows=tuple(rows))], rule("IF(LEN(三级指标)>0,TRUE,LEN(二级指标)>0)", "行"))
    assert [(f.field, f.row, f.message.count("受它影响")) for f in told] == [("三级指标", line(2), 1), ("二级指标", line(5), 0)]


def test_a_column_that_is_gone_stops_the_rules_of_every_table_and_is_told_of_once(tmp_path: Path) -> None:
    form = load_form(three_tables.template(tmp_path / "表.xlsx"))
    whole = three_tables.declaration(form)
    assert check_declarations([whole], form) == []
    gone = [Row(row.row, {**row.entries, "台数": MISSING_ENTRY}) for row in whole.more_rows["设备"]]
    [told] = check_declarations([replace(whole, more_rows={**whole.more_rows, "设备": gone})], form)
    assert (told.rule, told.field, told.cell, told.row, told.severity) == ("格式-缺项", "台数", None, gone[0].row, "error")
    assert told.message.endswith("不按 0 计算。受它影响，规则无法计算：分值-设备、设备-台数，改正后再审核。")


def test_cells_of_two_files_do_not_answer_for_each_other() -> None:
    both = [in_rows("三级指标", 2), in_rows("三级指标", 3, file="乙.xlsx")]
    told = found(both, rule("LEN(三级指标)>0", "行"))
    assert [(f.file, f.row, f.message.count("受它影响")) for f in told] == [("甲.xlsx", line(2), 1), ("乙.xlsx", line(3), 1)]


def test_where_a_finding_points_and_what_it_advises_when_the_rule_does_not_say() -> None:
    assert found([declaration()], rule("2024+0*LEN(项目名称)=年度", suggestion="")) == [
        finding(None, "项目名称", PROJECT, "不对。", "请核对项目名称。")
    ]
    assert found([declaration()], rule("1=2", suggestion="")) == [finding(None, None, None, "不对。", "请核对相关内容。")]
    assert found([declaration(rows=())], rule("COUNTA(全部.三级指标)>0", targets=("三级指标", "年度"))) == [
        finding(at("三级指标"), "三级指标", None, "不对。", "请改。")
    ]
    assert found([replace(declaration(rows=()), sheet=None)], rule("COUNTA(全部.三级指标)>0", targets=("三级指标",))) == [
        finding(None, "三级指标", None, "不对。", "请改。", sheet=None)
    ]
    first = Row(
        9, {name: Entry(text, str(text), f"B9{name}") for name, text in zip(shipped_form().table_of["数值"].names, ROWS[0], strict=True)}
    )
    assert found([replace(declaration(), rows=(first,))], rule("FALSE", targets=("三级指标",))) == [
        finding("B9三级指标", "三级指标", None, "不对。", "请改。")
    ]


@pytest.mark.parametrize(
    ("value", "advice", "expected"),
    [
        ("常年", "请改。", "经常性专项业务费、其他一次性项目、一次性项目、阶段性项目"),
        ("一次性项目", "请改为阶段性项目或经常性专项业务费，再报。", "经常性专项业务费、阶段性项目"),
        ("一次性项目", "再报；请改为阶段性项目。不能是其他一次性项目。", "阶段性项目"),
        ("一次性项目", "请改为一次性项目。", None),
        ("一次性项目", "请改。", None),
        (None, "请改。", "经常性专项业务费、其他一次性项目、一次性项目、阶段性项目"),
    ],
)
def test_the_words_that_are_expected(value: str | None, advice: str, expected: str | None) -> None:
    one = rule("FALSE", suggestion=advice, targets=("项目性质",))
    assert found([declaration({"项目性质": value})], one) == [finding(None, "项目性质", value, "不对。", advice, expected=expected)]
    assert [each.expected for each in found([declaration()], rule("FALSE", targets=("项目名称",)))] == [None]
    assert [each.expected for each in found([declaration()], rule("FALSE", "单位", targets=("项目性质",)))] == [None]


def test_a_repair_is_told_whole() -> None:
    made = replace(declaration(), repairs=(Repair("修复-移位", "年度", "C3", "", "", "在 D3 找到。"),))
    assert found([made]) == [
        finding("C3", "年度", None, "在 D3 找到。", "已自动处理，无需修改。", rule="修复-移位", severity="hint", family="repair")
    ]


@pytest.mark.parametrize(
    ("said", "level", "message", "cure"),
    [
        (None, "error", "超了。", "请改。"),
        ("", "error", "超了。", f"请改。{ASKS}"),
        (" ", "error", "超了。", f"请改。{ASKS}"),
        ("同上。\n属实", "error", "超了。", f"请改。“说明”栏写的“同上。 属实”没有说出原因，请写清楚。{ASKS}"),
        ("上级 资金\n年底到位", "warning", "单位已说明（上级 资金 年底到位）：超了。", "原因成立的不必改；不成立的请改正。"),
    ],
)
def test_what_a_unit_says_of_a_rule_that_lets_it_explain(said: str | None, level: str, message: str, cure: str) -> None:
    made = replace(declaration(), explanations={} if said is None else {"测试": said, "别的": "上级资金年底到位"})
    [told] = found([made], rule("FALSE", message="超了。", verify=True))
    shown = "上级 资金 年底到位" if level == "warning" else None
    assert told == finding(None, None, None, message, cure, severity=level, explanation=shown)
    assert (told.problem, told.record().get("explanation", "-")) == ("超了。", shown or "-")
    assert "row" not in told.record()
    [strict] = found([made], rule("FALSE", message="超了。"))
    assert strict == finding(None, None, None, "超了。", "请改。")


def test_what_a_rule_is_not_judged_on_is_told_by_its_scope() -> None:
    cheap = {"年度资金申请总额": Decimal(5)}
    made = [declaration(cheap), declaration({"项目名称": "乙"}, file="乙.xlsx"), declaration({"实施单位": "青溪区图书馆"}, file="丙.xlsx")]
    blank = Doubt(UNFILLED, "warning", None, None, None, "没有填。", "请填。")
    made.insert(1, replace(declaration(cheap, file="丁.xlsx"), doubts=(blank,)))
    rules = (
        rule("FALSE", id="表", premise="年度资金申请总额>100"),
        rule("FALSE", "行", id="行无", premise='一级指标="无"'),
        rule("FALSE", "行", id="行有", premise='一级指标="成本指标"'),
        rule("FALSE", "单位", id="单位", premise='SUM(年度资金申请总额)>2000000'),
        rule("FALSE", "批次", id="批次", premise="SUM(年度资金申请总额)<0"),
        rule("FALSE", id="名单", premise="批复金额>0"),
        rule("FALSE", id="错", premise="1/0"),
        rule("TRUE", id="总"),
    )  # fmt: skip
    form = form_with(*rules)
    sheet = [("表", "甲.xlsx", UNIT, PROJECT, "项目1"), ("行无", "甲.xlsx", UNIT, PROJECT, "项目1")]
    rest = [
        ("行无", "乙.xlsx", UNIT, "乙", "项目1"),
        ("行无", "丙.xlsx", "青溪区图书馆", PROJECT, "项目1"),
        ("单位", "甲.xlsx", UNIT, None, None),
        ("单位", "丙.xlsx", "青溪区图书馆", None, None),
        ("批次", "甲.xlsx", None, None, None),
    ]
    assert not_applicable(made, form) == [NotApplicable(*each) for each in (*sheet, *rest)]
    over = not_applicable(made, form, roster=Roster(Path("名单.xlsx"), (RosterUnit(UNIT),)))
    assert [(each.rule, each.file) for each in over] == [
        ("表", "甲.xlsx"), ("名单", "甲.xlsx"), ("行无", "甲.xlsx"), ("名单", "乙.xlsx"), ("行无", "乙.xlsx"), ("名单", "丙.xlsx"), ("行无", "丙.xlsx"),
        ("单位", "甲.xlsx"), ("单位", "丙.xlsx"), ("批次", "甲.xlsx"),
    ]  # fmt: skip
    assert over[0].record() == {"rule": "表", "file": "甲.xlsx", "unit": UNIT, "project": PROJECT, "sheet": "项目1"}
    assert not_applicable(made, form_with(rule("FALSE"))) == []
    judged = [(f.rule, f.file, f.row) for f in check_declarations(made, form) if f.rule not in (UNFILLED, "错")]
    assert judged == [
        ("行有", "甲.xlsx", line(1)), ("表", "乙.xlsx", None), ("行有", "乙.xlsx", line(1)), ("表", "丙.xlsx", None), ("行有", "丙.xlsx", line(1)),
    ]  # fmt: skip


def test_a_premise_that_cannot_be_calculated_is_no_pass() -> None:
    told = "规则无法计算：“测试”（计算结果是 #DIV/0!）。"
    assert found([declaration()], rule("TRUE", premise="1/0")) == [finding(None, None, None, told, LOOK)]
    assert check_declarations([declaration()], form_with(rule("TRUE", premise="1/批复金额>0"))) == []
    assert check_declarations([declaration()], form_with(rule("TRUE", premise="1/批复金额>0")), roster=roster()) == []

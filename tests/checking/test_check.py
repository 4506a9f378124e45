"""Rules over declarations: scopes, groups, states, messages with figures; a rule that cannot be calculated never passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.shipped import ROWS, declaration, entry, shipped_form
from toolkit.checking.cases import unit_key
from toolkit.checking.check import check_declarations
from toolkit.checking.model import Finding
from toolkit.forms import Form, Rule
from toolkit.forms.roster_model import Roster, RosterProject, RosterUnit
from toolkit.reading.model import MISSING_ENTRY, Declaration, Entry, Repair
from toolkit.values.words import Scope


def rule(condition: str, scope: Scope = "表", message: str = "不对。", **changes: object) -> Rule:
    made = Rule("测试", "error", scope, condition, message, "请改。", (), "", "启用", False, 1)
    return replace(made, **changes)  # type: ignore[arg-type]


def form_with(*rules: Rule) -> Form:
    return replace(shipped_form(), rules=rules)


def roster(control: str | None = None, approved: str | None = None) -> Roster:
    """A roster of the unit and the project of `declaration()`."""
    control_, approved_ = (Decimal(text) if text else None for text in (control, approved))
    unit = RosterUnit("青溪区第一小学", control=control_)
    return Roster(Path("名单.xlsx"), (unit,), (RosterProject(unit.name, "校园食堂改造", approved=approved_),))


def with_entry(made: Declaration, name: str, one: Entry) -> Declaration:
    return replace(made, entries={**made.entries, name: one})


def found(declarations: Sequence[Declaration], *rules: Rule) -> list[Finding]:
    return check_declarations(declarations, form_with(*rules))


def test_clean_declaration_has_no_finding() -> None:
    assert check_declarations([declaration()], shipped_form()) == []


def test_a_failed_rule_tells_place_value_and_figures() -> None:
    wrong = declaration({"年度资金申请总额": Decimal("1250000")})
    where = replace(wrong, entries={**wrong.entries, "年度资金申请总额": Entry(Decimal("1250000"), "1250000", "E7")})
    condition = "ROUND(年度资金申请总额-当年财政拨款-上年结转资金-年度其他资金,2)=0"
    message = "总额 {年度资金申请总额}，合计 {当年财政拨款+上年结转资金+年度其他资金}，财政 {财政资金}，自 {计划开始日期}。"
    assert found([where], rule(condition, message=message, targets=("年度资金申请总额",))) == [
        Finding(
            rule="测试",
            severity="error",
            family="declaration",
            file="甲.xlsx",
            unit="青溪区第一小学",
            project="校园食堂改造",
            sheet="项目1",
            cell="E7",
            field="年度资金申请总额",
            value="1250000.00",
            expected=None,
            message="总额 1,250,000.00，合计 1,200,000.00，财政 （空），自 2025-01-01。"
            "年度资金申请总额 1,250,000.00（E7）应等于 当年财政拨款 1,000,000.00 ＋ 上年结转资金 150,000.50 ＋ 年度其他资金 49,999.50，相差 50,000.00。",
            suggestion="请改。",
        )
    ]


def test_row_rules_run_on_every_row_and_see_the_whole_column() -> None:
    twice = [*ROWS, ROWS[1]]
    findings = found([declaration(rows=twice)], rule("SUMPRODUCT(--(全部.三级指标=三级指标))<=1", "行", targets=("三级指标",)))
    assert [finding.value for finding in findings] == ["改造食堂面积", "改造食堂面积"]


def test_row_rules_see_the_fields_of_their_declaration() -> None:
    findings = found([declaration()], rule('OR(计量单位<>"人",年度<2025)', "行", "{三级指标}为{数值}{计量单位}。"))
    assert [finding.message for finding in findings] == ["受益师生人数为1350人。"]


def test_a_number_in_the_value_column_is_a_number() -> None:
    rows = [("产出指标", "数量指标", "培训", "≥", "100", "人"), ("产出指标", "质量指标", "质量", "定性", "合格", None)]
    findings = found([declaration(rows=rows)], rule("NOT(ISNUMBER(数值))", "行", targets=("三级指标",)))
    assert [finding.value for finding in findings] == ["培训"]


def test_unit_and_batch_columns() -> None:
    mine = [declaration({"项目名称": name}) for name in ("甲项目", "乙项目")]
    other = declaration({"项目名称": "甲项目", "实施单位": "青溪区第二小学"}, file="乙.xlsx")
    in_unit = rule("SUMPRODUCT(--(单位.项目名称=项目名称))=1")
    in_batch = rule("SUMPRODUCT(--(批次.项目名称=项目名称))=1")
    assert found([*mine, other], in_unit) == []
    assert [finding.file for finding in found([*mine, other], in_batch)] == ["甲.xlsx", "乙.xlsx"]


def test_unit_scope_is_evaluated_once_a_unit_with_its_control_number() -> None:
    form = form_with(rule('OR(控制数="",SUM(年度资金申请总额)=控制数)', "单位", "合计 {SUM(年度资金申请总额)} 元，控制数 {控制数} 元。"))
    both = [declaration(), declaration({"项目名称": "乙"})]
    assert check_declarations(both, form) == []
    assert check_declarations(both, form, roster=roster("2400000")) == []
    findings = check_declarations(both, form, roster=roster("2400000.01"))
    assert [(f.sheet, f.cell, f.unit, f.project) for f in findings] == [(None, None, "青溪区第一小学", None)]
    assert findings[0].message.startswith("合计 2,400,000.00 元，控制数 2,400,000.01")


def test_a_rule_of_a_form_sees_its_approved_amount() -> None:
    form = form_with(rule("年度资金申请总额<=批复金额", message="批复 {批复金额} 元，申请 {年度资金申请总额} 元。"))
    assert check_declarations([declaration()], form, roster=roster(approved="1200000")) == []
    (finding,) = check_declarations([declaration()], form, roster=roster(approved="1199999.99"))
    assert finding.message == "批复 1,199,999.99 元，申请 1,200,000.00 元。"


def test_an_approved_amount_is_found_by_the_projects_code() -> None:
    listed = RosterProject("青溪区第一小学", "食堂", "K1", approved=Decimal(9))
    known = Roster(
        Path("名单.xlsx"), (RosterUnit("青溪区第一小学"),), (listed, replace(listed, name="别的", code="K2", approved=Decimal(8)))
    )
    form = form_with(rule("批复金额=0", message="{批复金额}"))
    by_code = [replace(declaration(), known_code=code) for code in ("K1", "K2", "K3")]
    assert [each.message for each in check_declarations(by_code, form, roster=known)] == ["9.00", "8.00"]


@pytest.mark.parametrize("name", ["批复金额", "控制数"])
def test_rules_about_the_roster_run_only_with_one(name: str) -> None:
    form = form_with(rule(f"ROUND(SUM(年度资金申请总额)-{name},2)=0", "单位" if name == "控制数" else "表"))
    assert check_declarations([declaration()], form) == []
    assert [f.rule for f in check_declarations([declaration()], form, roster=roster())] == ["测试"]  # blank is 0 there


@pytest.mark.parametrize("name", ["批复金额", "控制数"])
def test_an_unreadable_cell_is_not_held_against_a_blank_figure(name: str) -> None:
    form = form_with(rule(f"ROUND(SUM(年度资金申请总额)-{name},2)=0", "单位" if name == "控制数" else "表"))
    broken = with_entry(declaration(), "年度资金申请总额", Entry(None, "一百万", "E7", "text"))
    assert [f.rule for f in check_declarations([broken], form, roster=roster())] == ["格式-金额"]
    known = check_declarations([broken], form, roster=roster("1", "1"))
    assert [f.message.partition("受它影响，")[2] for f in known if f.rule == "格式-金额"] == ["规则无法计算：测试，改正后再审核。"]


def test_a_forms_own_field_comes_before_the_roster() -> None:
    shipped = shipped_form()
    fields = tuple(replace(f, name="批复金额") if f.name == "上年结转资金" else f for f in shipped.fields)
    form = replace(shipped, fields=fields, rules=(rule("批复金额=7"),), helpers=(), row_helpers=())
    made = with_entry(declaration(), "批复金额", entry(Decimal(7)))
    assert check_declarations([made], form, roster=roster(approved="1")) == []


def test_units_are_told_apart_by_name_and_year_not_by_spaces() -> None:
    spaced = declaration({"实施单位": "青溪区 第一小学"})
    assert unit_key(spaced) == unit_key(declaration())
    assert unit_key(declaration({"年度": 2024})) != unit_key(declaration())


@pytest.mark.parametrize(
    ("bad", "cause"),
    [
        (Entry(None, "五十万", "E8", "text"), "“五十万”"),
        (Entry(None, "#REF!", "E8", "error"), "#REF!"),
        (Entry(None, "=E7-E9", "E8", "uncached"), "=E7-E9"),
        (MISSING_ENTRY, "可能整行被删除"),
    ],
)
def test_a_rule_that_cannot_be_calculated_is_a_finding_with_its_cause(bad: Entry, cause: str) -> None:
    base = declaration()
    broken = replace(base, entries={**base.entries, "当年财政拨款": bad})
    (finding,) = found([broken], rule("当年财政拨款>=0", targets=("当年财政拨款",)))
    assert finding.rule.startswith("格式-") and finding.message.endswith("受它影响，规则无法计算：测试，改正后再审核。")
    assert (finding.severity, finding.cell, finding.field, cause in finding.message) == ("error", bad.cell, "当年财政拨款", True)


def test_a_rule_that_takes_too_many_steps_is_a_finding_with_its_cause() -> None:
    long = "+".join(["SUMPRODUCT(LEN(REPT(全部.三级指标,3000)))"] * 400)
    (finding,) = (f for f in found([declaration()], rule(long)) if f.rule == "测试")
    assert finding.message == "规则无法计算：“测试”（一次计算超过 2,000,000 步）。"


@pytest.mark.parametrize(
    ("bad", "id_", "severity"),
    [
        (Entry(None, "五十万", "E8", "text"), "格式-金额", "error"),
        (Entry(None, "#REF!", "E8", "error"), "格式-错误值", "error"),
        (Entry(None, "=E7-E9", "E8", "uncached"), "格式-未计算", "error"),
        (MISSING_ENTRY, "格式-缺项", "warning"),
    ],
)
def test_cells_that_could_not_be_read_are_findings_themselves(bad: Entry, id_: str, severity: str) -> None:
    base = declaration()
    broken = replace(base, entries={**base.entries, "当年财政拨款": bad})
    findings = [(f.rule, f.severity, f.cell, f.field) for f in found([broken])]
    assert findings == [(id_, severity, bad.cell, "当年财政拨款")]


def test_trial_rules_say_so() -> None:
    finding = found([declaration()], rule("FALSE", state="试行", severity="warning"))[0]
    assert (finding.severity, finding.message) == ("warning", "（试行）不对。")


def test_rules_out_of_force_do_not_run() -> None:
    assert found([declaration()], rule("FALSE", state="停用")) == []


def test_blank_counts_as_zero_in_sums_and_as_empty_text() -> None:
    blank = declaration({"上年结转资金": None})
    assert found([blank], rule('AND(上年结转资金=0,上年结转资金="",ISBLANK(上年结转资金))')) == []


def test_repairs_are_reported_apart_and_never_blamed() -> None:
    repair = Repair("修复-文本数字", "当年财政拨款", "E8", "1，000", "1000", "已读作 1000")
    findings = found([replace(declaration(), repairs=(repair,))])
    assert [(f.rule, f.severity, f.family, f.value, f.expected) for f in findings] == [
        ("修复-文本数字", "hint", "repair", "1，000", "1000")
    ]


def test_a_list_finding_tells_what_is_allowed() -> None:
    finding = check_declarations([declaration({"项目性质": "常年项目"})], shipped_form())[0]
    assert (finding.rule, finding.value) == ("列表-项目性质", "常年项目")
    assert finding.expected == "、".join(shipped_form().lists["项目性质"])


def test_each_shipped_field_that_is_required_is_missed_at_its_cell() -> None:
    form = shipped_form()
    for field in form.fields:
        if not field.required:
            continue
        base = declaration()
        emptied = replace(base, entries={**base.entries, field.name: Entry(None, "", field.cell, "blank")})
        findings = [f for f in check_declarations([emptied], form) if f.rule == f"必填-{field.name}"]
        assert [(f.cell, f.severity) for f in findings] == [(field.cell, "error")], field.name


def test_entry_helper_keeps_blank() -> None:
    assert entry(None).state == "blank"

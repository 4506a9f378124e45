"""The form 项目支出绩效目标表 (in 万元, a target for the whole period and one for the year in a cell each) through the whole way."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.command import Run, put
from tests.forms.typed import Change, place, typed
from tests.office import convert_all
from tests.oracle.selfcheck import failing_rules
from tests.shipped import ROOT
from toolkit.forms import Form, lint_form, load_form
from toolkit.forms.drawing import drawing_mistakes

TEMPLATE = ROOT / "templates" / "项目支出绩效目标表.xlsx"
EXAMPLE = ROOT / "examples" / "项目支出绩效目标表" / "青溪区市政设施养护中心.xlsx"

# What is typed wrong (字段名, indicator or 0, value), and what finds it where: 编号 and 字段名.
MISTAKES: Sequence[tuple[Sequence[Change], Sequence[tuple[str, str, int]]]] = (
    ([("年度资金总额", 0, 121)], [("资金-年度合计", "年度资金总额", 0)]),
    ([("实施期资金总额", 0, 350)], [("资金-实施期合计", "实施期资金总额", 0)]),
    ([("实施期资金总额", 0, 120), ("实施期财政拨款", 0, 120)], [("资金-年度不超实施期", "年度资金总额", 0)]),
    ([("终止日期", 0, "2025-12-31"), ("起始日期", 0, "2025-01-01")], [("日期-年度", "起始日期", 0)]),
    ([("执行率分值", 0, 20), ("分值", 1, 10)], [("分值-执行率", "执行率分值", 0)]),
    ([("分值", 2, 16)], [("分值-合计", "分值", 1), ("分值-分配", "分值", 1)]),
    ([("年度指标值", 8, "多数群众满意")], [("指标-满意度", "年度指标值", 8)]),
    ([("年度指标值", 1, "≥8万元")], [("指标-成本方向", "年度指标值", 1), ("指标-两值同向", "实施期指标值", 1)]),
    ([("年度指标值", 4, "≥1000%")], [("指标-超百", "年度指标值", 4)]),
    ([("年度指标值", 5, "≤15")], [("指标-缺单位", "年度指标值", 5), ("指标-两值同单位", "实施期指标值", 5)]),
    ([("年度指标值", 2, "≥40座")], [("指标-年度不超实施期", "年度指标值", 2)]),
    ([("年度指标值", 7, "≥3-5项")], [("写法-年度指标值", "年度指标值", 7)]),
    ([("三级指标", 3, "定期检测桥梁数")], [("指标-重名", "三级指标", 2), ("指标-重名", "三级指标", 3)]),
    ([("实施期指标值", 6, None)], [("必填-实施期指标值", "实施期指标值", 6)]),
    ([("项目属性", 0, "常年项目")], [("列表-项目属性", "项目属性", 0)]),
    ([("年度目标", 0, "做好桥梁检测。")], [("目标-过短", "年度目标", 0)]),
)


@pytest.fixture(scope="module")
def form() -> Form:
    return load_form(TEMPLATE)


def test_sound_and_every_rule_with_its_examples(form: Form) -> None:
    assert (lint_form(TEMPLATE)[1], drawing_mistakes(TEMPLATE, form)) == ((), ())
    written = [rule for rule in form.rules if rule.row]
    assert len(written) == 31
    assert all(rule.holds and rule.breaks for rule in written)
    assert sum(len(rule.condition) <= 200 for rule in written) >= 0.95 * len(written)


def test_the_example_there_and_back(run: Run) -> None:
    assert run("check", EXAMPLE, "--json").json["findings"] == []
    (record,) = run("export", EXAMPLE, "--json").json
    assert (record["表样"], record["年度资金总额"], record["执行率分值"]) == ("项目支出绩效目标表", "1205000.05", "10.00")
    assert record["绩效指标"][1] == {
        **{"一级指标": "产出指标", "二级指标": "数量指标", "三级指标": "定期检测桥梁数", "分值": "15.00"},
        **{"实施期指标值": "≥36座", "实施期指标值.符号": "≥", "实施期指标值.数值": "36", "实施期指标值.计量单位": "座"},
        **{"年度指标值": "≥12座", "年度指标值.符号": "≥", "年度指标值.数值": "12", "年度指标值.计量单位": "座"},
    }
    assert run("merge", EXAMPLE, "-o", "汇总").code == 0
    (document,) = Path("汇总").glob("*.docx")
    assert document.name == "青溪区市政设施养护中心2026年度项目支出绩效目标.docx"
    (printed,) = run("export", document, "--json").json
    differ = {name for name in record if record[name] != printed[name]}
    assert differ == {"file", "sheet"}
    assert run("import", document, "-o", "填报").code == 0
    (again,) = run("export", "填报", "--json").json
    assert {name for name in record if record[name] != again[name]} == {"file"}


def test_every_planted_mistake_is_found_at_its_cell(run: Run, form: Form) -> None:
    for number, (changes, expected) in enumerate(MISTAKES):
        typed(form, EXAMPLE, changes, Path(f"回收{number}/甲.xlsx"))
        found = run("check", f"回收{number}", "--json").json["findings"]
        told = sorted((f["rule"], f["cell"]) for f in found if f["family"] == "declaration")
        assert told == sorted((rule, place(form, name, row)) for rule, name, row in expected), changes


@pytest.mark.office
def test_the_self_check_finds_the_same(form: Form, tmp_path: Path) -> None:
    paths = [typed(form, EXAMPLE, changes, tmp_path / "回收" / f"{number:02}.xlsx") for number, (changes, _) in enumerate(MISTAKES)]
    for (changes, expected), path in zip(MISTAKES, convert_all(paths, "xlsx", tmp_path / "重算"), strict=True):
        assert failing_rules(path) == {rule for rule, *_ in expected}, changes


def test_beside_the_other_form(run: Run, form: Form) -> None:
    """Returns on both forms in one folder are told apart; in 万元 what is typed, in 元 what is told."""
    put("回收/乙.xlsx", {})
    shutil.copy(EXAMPLE, "回收/甲.xlsx")
    records = run("export", "回收", "--json").json
    assert {record["file"]: record["表样"] for record in records} == {
        "回收/乙.xlsx": "绩效目标申报表",
        "回收/甲.xlsx": "项目支出绩效目标表",
    }
    (amount,) = [record["年度资金总额"] for record in records if record["表样"] == form.name]
    assert amount == "1205000.05"
    typed(form, EXAMPLE, [("年度资金总额", 0, 120.123456)], Path("万元/甲.xlsx"))
    (finding,) = run("check", "万元", "--json").json["findings"]
    assert finding["message"].startswith("年度资金总额 120.123456 万元，财政拨款与其他资金合计 120.500005 万元，相差 -0.376549 万元。")

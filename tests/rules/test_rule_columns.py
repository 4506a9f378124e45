"""规则集, 前提, 缺值, 正例 and 反例 of 审核规则, and 相符: said in the template, obeyed by `check` and by the live 自检 alike."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from tests.command import Run
from tests.oracle.selfcheck import verdicts
from tests.rules.small import GOOD, Cells, filled, judged, listed, read, template
from toolkit.forms import describe_form, lint_form, load_form

RULES = [
    {"编号": "前提-有合计", "前提": "合计>0", "条件": "相符(合计,甲款+乙款,3)", "提示": "合计 {合计}。"},
    {"编号": "前提-批量", "前提": "甲款>乙款", "条件": '含任一(备注,{"甲"})', "建议": "请在备注写明 {甲款}。"},
    {"编号": "缺值-0", "条件": "合计=甲款+乙款"},
    {"编号": "缺值-任一", "缺值": "任一空跳过", "条件": "合计=甲款+乙款"},
    {"编号": "缺值-全空", "缺值": "全空跳过", "条件": "合计=甲款+乙款"},
    {"编号": "缺值-列", "缺值": "任一空跳过", "前提": "合计>0", "条件": "SUM(全部.金额)<=合计"},
    {"编号": "行-前提", "范围": "行", "前提": "件数>1", "条件": "金额=单价*件数", "提示": "{品名} 的金额 {金额}。"},
    {"编号": "行-缺值", "范围": "行", "缺值": "任一空跳过", "条件": "金额=单价*件数"},
]

CASES: list[Cells] = [
    {},
    {"B3": None},
    {"B3": 299.99},
    {"B3": 299.98},
    {"B3": 299.9},
    {"D3": None},
    {"B3": None, "D3": None, "B4": None},
    {"B3": "三百"},
    {"D3": 500, "D4": "甲"},
    {"D3": 500, "D4": "乙"},
    {"C7": 1},
    {"C7": None},
    {"C7": "两台"},
    {"D7": 90},
    {"D7": 90, "C7": 1},
    {"A8": "桌子", "C8": 1, "D7": 90},
    {"A7": None, "B7": None, "C7": None, "D7": None},
    {"D7": 400},
    {"B3": -5},
]


@pytest.mark.office
def test_check_and_the_live_list_judge_alike(tmp_path: Path) -> None:
    form = load_form(template(tmp_path, RULES))
    paths = [filled(form, tmp_path / f"{number}.xlsx", {**GOOD, **cells}) for number, cells in enumerate(CASES)]
    theirs = listed(form, paths, tmp_path / "recalculated")
    ours = [judged(form, read(form, path)) for path in paths]
    assert theirs == ours
    marks = {rule: {one[rule] for one in ours} for rule in ours[0]}
    assert marks == {rule["编号"]: {"✔", "✘", "不适用"} if rule["编号"] != "缺值-0" else {"✔", "✘"} for rule in RULES}


@pytest.mark.office
def test_stored_results_are_those_of_a_recalculation(tmp_path: Path) -> None:
    form = load_form(template(tmp_path, RULES))
    paths = [filled(form, tmp_path / f"{n}.xlsx", {**GOOD, **cells}, checked_first=False) for n, cells in enumerate(CASES)]
    assert [{k: v for k, v in verdicts(path).items() if k in {r["编号"] for r in RULES} or v != "✔"} for path in paths] == listed(
        form, paths, tmp_path / "recalculated"
    )


def test_what_is_not_judged_is_told_and_is_no_pass(run: Run, tmp_path: Path) -> None:
    path = template(tmp_path, RULES)
    form = load_form(path)
    returned = filled(form, tmp_path / "甲.xlsx", {**GOOD, "B3": None, "D3": None, "B4": None})
    done = run("check", returned, "--form", path, "--json")
    over = [each["rule"] for each in done.json["not_applicable"]]
    assert over == ["前提-有合计", "前提-批量", "缺值-任一", "缺值-全空", "缺值-列"]
    assert done.json["not_applicable"][0] == {
        "rule": "前提-有合计", "file": str(returned), "unit": "甲中心", "project": "设备更新", "sheet": "项目1",
    }  # fmt: skip
    assert not {f["rule"] for f in done.json["findings"]} & set(over)


def test_a_set_of_rules_is_run_where_it_is_asked_for(run: Run, tmp_path: Path) -> None:
    rules = [
        {"编号": "常用", "条件": "合计>1000"},
        {"编号": "预检", "规则集": "入库前预检", "条件": "合计>1000"},
        {"编号": "两处", "规则集": "审核、入库前预检", "条件": "合计>1000"},
    ]
    path = template(tmp_path, rules)
    returned = filled(load_form(path), tmp_path / "甲.xlsx", GOOD)

    def found(*options: str) -> list[str]:
        done = run("check", returned, "--form", path, "--json", *options)
        return [finding["rule"] for finding in done.json["findings"]]

    assert found() == ["常用", "两处"]
    assert found("--rules", "入库前预检") == ["预检", "两处"]
    assert found("--rules", "入库前预检", "--rules", "审核") == ["常用", "预检", "两处"]
    unknown = run("check", returned, "--form", path, "--rules", "入库")
    assert unknown.code == 2
    assert unknown.err.strip() == "错误：没有名为“入库”的规则集。表样“审核规则”里的规则集：审核、入库前预检。"
    assert run("annotate", returned, "--form", path, "--rules", "入库前预检", "-o", tmp_path / "退改").code == 3
    assert "规则集：审核、入库前预检" in describe_form(load_form(path))


EXAMPLES = [
    ({"条件": "合计=甲款+乙款", "正例": "合计=3；甲款=1；乙款=2\n甲款=", "反例": "合计=3"}, None),
    ({"条件": "合计=甲款+乙款", "正例": "合计=3"}, "F2：正例“合计=3”没有通过"),
    ({"条件": "合计=甲款+乙款", "反例": "甲款=；乙款="}, "F2：反例“甲款=；乙款=”没有被查出"),
    ({"条件": "合计=甲款+乙款", "前提": "合计>0", "反例": "甲款=5"}, "G2：反例“甲款=5”的结果是“不适用”"),
    ({"条件": "合计/甲款>0", "反例": "合计=5"}, "F2：反例“合计=5”算不出来，结果是 #DIV/0!"),
    ({"条件": "合计>0", "正例": "总数=5"}, "F2：正例“总数=5”里的“总数”不是这条规则能用的名称"),
    ({"条件": "合计>0", "正例": "合计 5"}, "F2：正例“合计 5”读不懂，应写成“名称=值；名称={…}”"),
    ({"条件": 'COUNTIF(全部.品名,"甲")=2', "正例": '全部.品名={"甲","乙","甲"}', "反例": '全部.品名={"甲",""}'}, None),
    ({"范围": "行", "条件": '等于任一(品名,列表.词)', "正例": "品名=甲", "反例": '品名="乙；=丙"'}, None),
    ({"范围": "单位", "条件": "SUM(合计)<=控制数", "正例": "合计={1,2}；控制数=3", "反例": "合计={1,3}；控制数=3"}, None),
    ({"条件": "SUMPRODUCT(--(单位.项目名称=项目名称))<=1", "正例": "项目名称=甲", "反例": '项目名称=甲；单位.项目名称={"甲","甲"}'}, None),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "mistake"), EXAMPLES)
def test_lint_tries_the_examples(tmp_path: Path, rule: dict[str, str], mistake: str | None) -> None:
    path = template(tmp_path, [{"编号": "规则", **rule}])
    heads = [cell.value for cell in openpyxl.load_workbook(path)["审核规则"][1]]
    form, mistakes = lint_form(path)
    assert form is not None
    said = [f"{m.cell}：{m.text}" for m in mistakes]
    letter = {"F": "正例" if "正例" in (mistake or "") else "反例", "G": "反例"}.get((mistake or "F")[0], "正例")
    wanted = [] if mistake is None else [f"{'ABCDEFGHIJ'[heads.index(letter)]}2：{mistake.partition('：')[2]}"]
    assert said == wanted


def test_words_of_the_columns_are_linted(tmp_path: Path) -> None:
    wrong = {"编号": "规则", "条件": "合计>0", "前提": "合记>0", "缺值": "跳过"}
    _, mistakes = lint_form(template(tmp_path, [wrong]))
    assert [(m.text.partition("“")[0], m.cure) for m in mistakes] == [
        ("未知的缺值", "请改为：视为0、任一空跳过、全空跳过"),
        ("第 1 个字符", "请改正后再用 jixiao form lint 检查"),
    ]


@pytest.mark.parametrize(
    ("sums", "terms", "agree"),
    [((100, 99.99), 2, True), ((100, 99.98), 2, False), ((100, 99.98), 4, True), ((100, 100), 0, True), ((0.3, 0.1 + 0.2), 0, True)],
)
def test_sums_of_rounded_terms(tmp_path: Path, sums: tuple[float, float], terms: int, agree: bool) -> None:
    rule = {"编号": "规则", "条件": f"相符(合计,甲款,{terms})"}
    form = load_form(template(tmp_path, [rule]))
    returned = filled(form, tmp_path / "甲.xlsx", {**GOOD, "B3": sums[0], "D3": sums[1]})
    assert judged(replace(form), read(form, returned))["规则"] == ("✔" if agree else "✘")


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("LEN(实施单为)>0", "第 5 个字符“实施单为”：没有这个字段或名称，是不是 实施单位？"),
        ("含任一(备注,列表.重点词组)", "第 8 个字符“列表.重点词组”：代码表里没有这个列表，是不是 列表.重点词？"),
        ('COUNTIF(全部.品名,"办公设各")=0', "“办公设各”不在“品名”的列表里，是不是 办公设备？"),
        ('SUMPRODUCT(--(全部.品名={"办公设备","交通工县"}))>0', "“交通工县”不在“品名”的列表里，是不是 交通工具？"),
        ('COUNTIF(全部.品名,"图书")=0', None),
    ],
)
def test_near_spellings_are_suggested(tmp_path: Path, condition: str, said: str | None) -> None:
    lists = {"重点词": ["重点"], "品名": ["办公设备", "交通工具"]}
    _, mistakes = lint_form(template(tmp_path, [{"编号": "规则", "条件": condition}], {"品名": {"列表": "品名"}}, lists))
    assert [m.text for m in mistakes] == ([said] if said else [])

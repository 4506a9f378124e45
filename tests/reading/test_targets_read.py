"""符号, 数值 and 计量单位 as found → as read: every repair and doubt whole; targets in one cell; what needs no look at all."""

from __future__ import annotations

import pytest

from toolkit.reading.model import BLANK, OK, Doubt, Entry, Repair
from toolkit.reading.targets import TargetCells, plain_target, read_target, read_whole
from toolkit.sources.grid import CellValue, Uncached
from toolkit.spreadsheet.cells import Scaled
from toolkit.values.errors import ErrorValue
from toolkit.values.symbols import SYMBOLS
from toolkit.values.targets import Target
from toolkit.values.words import NUMBER, SYMBOL, UNIT

CELLS = {SYMBOL: "E3", NUMBER: "F3", UNIT: "G3"}
Three = tuple[CellValue | None, CellValue | None, CellValue | None]


def found(three: Three, *, percent: bool = False, formula: str | None = None) -> TargetCells:
    return TargetCells(dict(zip(CELLS, three, strict=True)), CELLS, percent, formula)


def repair(rule: str, part: str, before: str, after: str, message: str, *, safe: bool = True) -> Repair:
    return Repair(f"修复-{rule}", part, CELLS[part], before, after, f"{message}。", after, safe, part)


def mended(part: str, before: str, after: str) -> Repair:
    return repair("指标值", part, before, after, f"{part}“{before or '（空）'}”已按“{after}”读取")


@pytest.mark.parametrize(
    ("three", "how", "read", "repairs"),
    [
        (("≥", 90.0, "%"), {}, ("≥", "90", "%"), []),
        (("≥", "９０", "（人）"), {}, ("≥", "90", "人"), []),
        (("≥", " 90.0 ", "％"), {}, ("≥", "90", "%"), []),
        (("≥", "90,5", "%"), {}, ("≥", "90,5", "%"), []),
        ((None, None, None), {}, (None, None, None), []),
        (("定性", "合格", None), {}, ("定性", "合格", None), []),
        ((">=", "90", "%"), {}, ("≥", "90", "%"), [mended(SYMBOL, ">=", "≥")]),
        (("≥", "90%", None), {}, ("≥", "90", "%"), [mended(NUMBER, "90%", "90"), mended(UNIT, "", "%")]),
        (
            (None, "不低于90%", None), {}, ("≥", "90", "%"),
            [mended(SYMBOL, "", "≥"), mended(NUMBER, "不低于90%", "90"), mended(UNIT, "", "%")],
        ),
        (
            ("≥", 0.9, "%"), {"percent": True}, ("≥", "90", "%"),
            [repair("百分比", NUMBER, "0.9", "90", "数值 0.9 以百分比格式显示，已按看到的 90% 读取")],
        ),
        (
            ("≥", 0.9, None), {"percent": True}, ("≥", "90", "%"),
            [repair("百分比", NUMBER, "0.9", "90", "数值 0.9 以百分比格式显示，已按看到的 90% 读取"), mended(UNIT, "", "%")],
        ),
        (("≥", "90", "%"), {"percent": True}, ("≥", "90", "%"), []),
        (
            ("=", Uncached("100"), "个"), {}, ("=", "100", "个"),
            [repair("等号还原", NUMBER, "=100", "100", "输入“=100”时被 Excel 当成了公式，数值已还原为 100")],
        ),
        (
            (None, 100.0, "个"), {"formula": " 100 "}, ("=", "100", "个"),
            [
                repair("等号还原", SYMBOL, "", "=", "输入“= 100 ”时等号被 Excel 当成了公式，符号已还原为“=”"),
                repair("等号还原", NUMBER, "=100", "100", "输入“=100”时被 Excel 当成了公式，数值已还原为 100"),
            ],
        ),
        (
            ("≤", 0.95, "%"), {"formula": "95%"}, ("≤", "95", "%"),
            [repair("等号还原", NUMBER, "=95%", "95", "输入“=95”时被 Excel 当成了公式，数值已还原为 95")],
        ),
        (
            ("≤", 100.0, "个"), {"formula": "A1+1"}, ("≤", "100", "个"),
            [repair("公式取值", NUMBER, "=A1+1", "100", "数值由公式 =A1+1 算出，已按结果 100 读取")],
        ),
        (
            ("≤", 100.0, "个"), {"formula": ""}, ("≤", "100", "个"),
            [repair("公式取值", NUMBER, "（公式）", "100", "数值由公式 （公式） 算出，已按结果 100 读取")],
        ),
        (
            ("≤", Scaled(125000.0), "万元"), {}, ("≤", "12.5", "万元"),
            [repair("金额单位", NUMBER, "125000", "12.5", "数值 125000 以万元显示，已按看到的 12.5 读取", safe=False)],
        ),
        (
            ("≤", Scaled(125000.0), None), {}, ("≤", "12.5", "万元"),
            [
                repair("金额单位", NUMBER, "125000", "12.5", "数值 125000 以万元显示，已按看到的 12.5 读取", safe=False),
                repair("金额单位", UNIT, "", "万元", "计量单位 以万元显示，已按看到的 万元 读取", safe=False),
            ],
        ),
        (("≤", Scaled(125000.0), "元"), {}, ("≤", "125000", "元"), []),
    ],
)  # fmt: skip
def test_a_target_in_three_cells(
    three: Three, how: dict[str, object], read: tuple[str | None, str | None, str | None], repairs: list[Repair]
) -> None:
    made = read_target(found(three, **how))  # type: ignore[arg-type]
    assert made is not None
    assert {name: (entry.value, entry.cell, entry.state) for name, entry in made.entries.items()} == {
        name: (value, CELLS[name], BLANK if value is None else OK) for name, value in zip(CELLS, read, strict=True)
    }
    assert (list(made.repairs), made.doubts) == (repairs, ())


@pytest.mark.parametrize(
    ("three", "doubt"),
    [
        (
            ("》", 90.0, "%"),
            Doubt("格式-符号", "warning", SYMBOL, "E3", "》", "“》90%”里的“》”像是比较符号，已按“≥”读取。", "如确是“≥”，请改用该符号。"),
        ),
        (
            (None, "》90%", None),
            Doubt("格式-符号", "warning", SYMBOL, "F3", "》90%", "“》90%”里的“》”像是比较符号，已按“≥”读取。", "如确是“≥”，请改用该符号。"),
        ),
        (
            (None, "≥90%；≤5天", None),
            Doubt(
                "格式-多个值", "warning", NUMBER, "F3", "≥90%；≤5天", "一个指标里写了 2 个值：≥90%、≤5天，无法分别考核。",
                "请拆成几条指标，每条一个值。",
            ),
        ),
        (
            ("≥", "90%且≤95%", None),
            Doubt(
                "格式-多个值", "warning", NUMBER, "F3", "90%且≤95%", "一个指标里写了 2 个值：≥90%、≤95%，无法分别考核。",
                "请拆成几条指标，每条一个值。",
            ),
        ),
        (
            ("≥", "2.6E+03", "份"),
            Doubt(
                "格式-科学记数", "warning", NUMBER, "F3", "2.6E+03", "数值“2.6E+03”是科学记数法，已按 2600 读取，后面的位数可能已经丢了。",
                "请把格子的格式改成“常规”，重新录入完整的数。",
            ),
        ),
        (("≥", 2600.0, "份"), None),
        (("≥", "E3类", "份"), None),
        (("定性", "优；良；差", None), None),
        (("≥", "90%；其他", None), None),
        (("≥", "90", "%"), None),
    ],
)  # fmt: skip
def test_what_only_a_person_can_tell(three: Three, doubt: Doubt | None) -> None:
    made = read_target(found(three))
    assert made is not None
    assert made.doubts == ((doubt,) if doubt else ())


@pytest.mark.parametrize(
    "three", [("≥", ErrorValue("#N/A"), "个"), ("≥", Uncached("A1"), "个"), (Uncached("100"), 5.0, "个"), ("≥", 5.0, ErrorValue("#REF!"))]
)
def test_a_broken_cell_is_not_read(three: Three) -> None:
    assert read_target(found(three)) is None
    assert read_whole(found(three), "指标值", SYMBOLS) is None


def test_where_a_column_is_gone_nothing_is_written_back() -> None:
    made = read_target(TargetCells({SYMBOL: ">=", NUMBER: "90", UNIT: "%"}, {SYMBOL: "E3", NUMBER: "F3"}))
    assert made is not None
    assert made.repairs == (repair("指标值", SYMBOL, ">=", "≥", "符号“>=”已按“≥”读取", safe=False),)
    assert made.entries[UNIT] == Entry("%", "%", None)


@pytest.mark.parametrize(
    ("value", "percent", "read", "rule"),
    [
        ("≥90%", False, "≥90%", None),
        ("不低于 90%", False, "≥90%", "修复-指标值"),
        ("  ", False, None, None),
        (None, False, None, None),
        ("合格", False, "合格", None),
        (0.9, False, "0.9", None),
        (90.0, False, "90", None),
        (0.9, True, "90%", "修复-百分比"),
    ],
)
def test_a_target_in_one_cell(value: CellValue | None, percent: bool, read: str | None, rule: str | None) -> None:
    text = "" if value is None else str(value).removesuffix(".0")
    made = read_whole(TargetCells({SYMBOL: None, NUMBER: value, UNIT: None}, {NUMBER: "F3"}, percent), "指标值", SYMBOLS)
    repairs = (Repair(rule, "指标值", "F3", text, str(read), f"指标值“{text}”已按“{read}”读取。", read, safe=True),) if rule else ()
    assert made == (Entry(read, text, "F3", BLANK if read is None else OK), repairs, ())


def test_a_target_that_excel_took_for_a_formula_is_quoted_as_it_was_typed() -> None:
    made = read_whole(TargetCells({SYMBOL: None, NUMBER: 100.0, UNIT: None}, {NUMBER: "F3"}, False, "100"), "指标值", SYMBOLS)
    told = Repair(
        "修复-等号还原", "指标值", "F3", "=100", "=100", "指标值输入“=100”时被 Excel 当成了公式，已还原为“=100”。", "=100", safe=True
    )
    assert made == (Entry("=100", "100", "F3", OK), (told,), ())


def test_doubts_of_a_target_in_one_cell_are_its_own() -> None:
    made = read_whole(TargetCells({SYMBOL: None, NUMBER: "≥90%；≤5天", UNIT: None}, {NUMBER: "F3"}), "年度指标值", SYMBOLS)
    assert made is not None
    assert [(each.rule, each.field, each.cell) for each in made[2]] == [("格式-多个值", "年度指标值", "F3")]


@pytest.mark.parametrize(
    ("three", "plain"),
    [
        (("≥", 90.0, "%"), True),
        (("≥", "90", "%"), True),
        (("=", 90.5, "个"), True),
        ((">=", "90", "%"), False),
        (("≥", "90", None), False),
        (("≥", "90", "同上"), False),
        (("定性", "好", "个"), False),
        (("≥", "好", "个"), False),
        (("≥", 90, "个"), False),
        (("≥", "90.50", "个"), False),
        (("≥", "90", "（个）"), False),
        ((None, "90", "个"), False),
    ],
)
def test_what_needs_no_repair_at_all(three: Three, plain: bool) -> None:
    symbol, number, unit = three
    text = str(number).removesuffix(".0")
    assert plain_target(*three) == (Target(str(symbol), text, str(unit)) if plain else None)

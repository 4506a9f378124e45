"""A cell as an entry of its field's type, with the repairs made and the doubts left on the way: whole, for each way to write it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from toolkit.forms.model import Field
from toolkit.reading.entries import cell_entry, doubts_of, repairs_of, spelt
from toolkit.reading.model import BLANK, ERROR, NOT_OF_TYPE, OK, UNCACHED, Doubt, Entry, Repair, State, Value
from toolkit.reading.remarks import unread_doubt
from toolkit.sources.grid import CellValue, Uncached
from toolkit.values.amounts import Money
from toolkit.values.errors import ErrorValue

TENS = Money("万元", 10_000, 2)


def field(kind: str, **more: object) -> Field:
    return Field("款", "本年款", kind, **more)  # type: ignore[arg-type]


AMOUNT, TENS_OF, DAY, YEAR = field("金额"), field("金额", money=TENS), field("日期"), field("整数", role="年度")
WHOLE, TEXT, CODE, SHARE = field("整数"), field("文本"), field("代码"), field("小数")


@pytest.mark.parametrize(
    ("value", "of", "read", "text", "state"),
    [
        (None, AMOUNT, None, "", BLANK),
        (" 　", AMOUNT, None, "", BLANK),
        ("", TEXT, None, "", BLANK),
        ("甲 乙", TEXT, "甲 乙", "甲 乙", OK),
        ("1，000", AMOUNT, Decimal(1000), "1，000", OK),
        ("12万元", AMOUNT, Decimal(120000), "12万元", OK),
        ("约5", AMOUNT, None, "约5", NOT_OF_TYPE),
        (12.5, TENS_OF, Decimal(125000), "12.5", OK),
        ("12.5", TENS_OF, Decimal(125000), "12.5", OK),
        ("3000元", TENS_OF, Decimal(3000), "3000元", OK),
        (1.005, AMOUNT, Decimal("1.01"), "1.005", OK),
        (1e-7, TEXT, "0.0000001", "0.0000001", OK),
        (ErrorValue("#N/A"), AMOUNT, None, "#N/A", ERROR),
        (ErrorValue("#N/A"), TEXT, None, "#N/A", ERROR),
        (Uncached("A1+1"), AMOUNT, None, "=A1+1", UNCACHED),
        (45292.0, DAY, date(2024, 1, 1), "45292", OK),
        (45292, DAY, date(2024, 1, 1), "45292", OK),
        ("2024年1月1日", DAY, date(2024, 1, 1), "2024年1月1日", OK),
        ("年底", DAY, None, "年底", NOT_OF_TYPE),
        (date(2024, 1, 1), DAY, date(2024, 1, 1), "2024-01-01", OK),
        (datetime(2024, 1, 1), DAY, date(2024, 1, 1), "2024-01-01", OK),
        (datetime(2024, 1, 1, 8), TEXT, "2024-01-01 08:00:00", "2024-01-01 08:00:00", OK),
        ("2024年", YEAR, 2024, "2024年", OK),
        (2024.0, WHOLE, 2024, "2024", OK),
        (2.5, WHOLE, None, "2.5", NOT_OF_TYPE),
        ("3", WHOLE, 3, "3", OK),
        (0.25, SHARE, Decimal("0.25"), "0.25", OK),
        (True, TEXT, "TRUE", "TRUE", OK),
        (False, TEXT, "FALSE", "FALSE", OK),
        (2.0, TEXT, "2", "2", OK),
        (-2.5, TEXT, "-2.5", "-2.5", OK),
        (-0.0, TEXT, "0", "0", OK),
        (1234567890123456.0, CODE, "1234567890123456", "1234567890123456", OK),
        (3.5e20, CODE, "350000000000000000000", "350000000000000000000", OK),
        ("a\x01b_x0002_", TEXT, "ab", "a\x01b_x0002_", OK),
        ("25.6%", field("小数", shown="0.0%"), Decimal("0.256"), "25.6%", OK),
        ("25.6", field("小数", shown="0.0%"), Decimal("25.6"), "25.6", OK),
        ("%", field("小数", shown="0.0%"), None, "%", NOT_OF_TYPE),
        ("约3个", field("小数", shown='"约"0"个"'), Decimal(3), "约3个", OK),
        ("多%", field("小数", shown="0.0%"), None, "多%", NOT_OF_TYPE),
    ],
)
def test_what_a_cell_holds(value: CellValue | None, of: Field, read: Value, text: str, state: State) -> None:
    entry = cell_entry(value, of, "C3")
    assert entry == Entry(read, text, "C3", state)
    assert type(entry.value) is type(read)


def test_days_of_a_workbook_that_counts_from_1904() -> None:
    assert cell_entry(43830.0, DAY, None, date1904=True) == Entry(date(2024, 1, 1), "43830", None)


def repair(rule: str, before: str, after: str, value: Value, message: str) -> Repair:
    return Repair(f"修复-{rule}", "款", "C3", before, after, message, value, safe=True)


TAIL = "甲" * 50


@pytest.mark.parametrize(
    ("value", "of", "formula", "made"),
    [
        (5.0, AMOUNT, None, []),
        (None, AMOUNT, None, []),
        ("约5", AMOUNT, None, []),
        (45292.0, AMOUNT, None, []),
        ("1，000", AMOUNT, None, [("文本数字", "1，000", "1000.00", Decimal(1000), "本年款“1，000”是以文本存放的数字，已按数字 1000.00 读取。")]),
        ("12万元", AMOUNT, None, [("金额单位", "12万元", "120000.00", Decimal(120000), "本年款“12万元”带有单位，已按数字 120000.00 读取。")]),
        ("2千元", AMOUNT, None, [("金额单位", "2千元", "2000.00", Decimal(2000), "本年款“2千元”带有单位，已按数字 2000.00 读取。")]),
        ("12.5", TENS_OF, None, [("文本数字", "12.5", "12.50", Decimal("12.5"), "本年款“12.5”是以文本存放的数字，已按数字 12.50 读取。")]),
        (1.005, AMOUNT, None, [("分以下小数", "1.005", "1.01", Decimal("1.01"), "本年款 1.005 元有不足一分的尾数，已按 1.01 元读取。")]),
        (
            "1.005", AMOUNT, None,
            [
                ("文本数字", "1.005", "1.01", Decimal("1.01"), "本年款“1.005”是以文本存放的数字，已按数字 1.01 读取。"),
                ("分以下小数", "1.005", "1.01", Decimal("1.01"), "本年款 1.005 元有不足一分的尾数，已按 1.01 元读取。"),
            ],
        ),
        (5.0, AMOUNT, "A1+1", [("公式取值", "=A1+1", "5.00", Decimal(5), "本年款由公式 =A1+1 算出，已按结果 5.00 读取。")]),
        (5.0, AMOUNT, "", [("公式取值", "（公式）", "5.00", Decimal(5), "本年款由公式 （公式） 算出，已按结果 5.00 读取。")]),
        (5.0, field("金额", formula="乙+丙"), "A1", []),
        ("甲", TEXT, "A1", []),
        (45292.0, DAY, "A1", [("公式取值", "=A1", "2024-01-01", date(2024, 1, 1), "本年款由公式 =A1 算出，已按结果 2024-01-01 读取。")]),
        (45292.0, DAY, None, [("数字日期", "45292", "2024-01-01", date(2024, 1, 1), "本年款“45292”是以数字存放的日期，已按 2024-01-01 读取。")]),
        (
            "2024年 1月1日", DAY, None,
            [("文本日期", "2024年 1月1日", "2024-01-01", date(2024, 1, 1), "本年款“2024年 1月1日”是以文本存放的日期，已按 2024-01-01 读取。")],
        ),
        (date(2024, 1, 1), DAY, None, []),
        ("2024年", YEAR, None, []),
        ("3", WHOLE, None, [("文本数字", "3", "3", 3, "本年款“3”是以文本存放的数字，已按数字 3 读取。")]),
        (
            "a\x01b_x0002_", TEXT, None,
            [("非法字符", "a_x0001_b_x0002_", "ab", "ab", "本年款含有 2 个文件格式不允许的控制字符，已去除。")],
        ),
    ],
)  # fmt: skip
def test_what_was_set_right(value: CellValue, of: Field, formula: str | None, made: list[tuple[str, str, str, Value, str]]) -> None:
    entry = cell_entry(value, of, "C3")
    assert list(repairs_of(value, entry, of, formula)) == [repair(*each) for each in made]


def doubt(rule: str, value: str, message: str, cure: str) -> Doubt:
    return Doubt(f"格式-{rule}", "warning", "款", "C3", value, message, cure)


@pytest.mark.parametrize(
    ("value", "of", "formula", "left"),
    [
        (-3.0, AMOUNT, None, []),
        ("-3", AMOUNT, None, []),
        ("(3)", AMOUNT, None, [("负数", "(3)", "本年款“(3)”按会计写法是负数，已按 -3.00 读取。", "请确认是否确为负数；如不是负数请去掉括号。")]),
        (5.0, AMOUNT, "SUM(A1:A3)", []),
        (5.0, AMOUNT, "[1]!A1", [("外部链接", "5", "本年款的公式 =[1]!A1 引用了其他文件，对方文件变动后结果会变。", "请改为直接填写数值后重新报送。")]),
        (5.0, AMOUNT, "表[款]", []),
        (5.0, AMOUNT, "表!A1", []),
        (12.34, TENS_OF, None, []),
        (12.345, TENS_OF, None, [("小数位", "12.345", "本年款 12.345 万元的小数超过 2 位，已按原数读取。", "请核对，只保留 2 位小数。")]),
        (
            3.5e20, CODE, None,
            [(
                "位数", "350000000000000000000", "本年款“350000000000000000000”是 3.5E+20，Excel 的数字只保留前 15 位，后面的已经变成了 0。",
                "请先把单元格设为“文本”格式（或先打一个单引号 '），再重新填写。",
            )],
        ),
        (123456789012345.0, CODE, None, []),
        (3.5e20, SHARE, None, []),
        ("350000000000000000000", CODE, None, []),
    ],
)  # fmt: skip
def test_what_a_person_should_look_at(value: CellValue, of: Field, formula: str | None, left: list[tuple[str, str, str, str]]) -> None:
    entry = cell_entry(value, of, "C3")
    assert list(doubts_of(value, entry, of, formula)) == [doubt(*each) for each in left]


def test_a_long_text_is_quoted_in_part() -> None:
    [made] = repairs_of(f"5{' ' * 50}万", Entry(Decimal(50000), "5万", "C3"), AMOUNT, None)
    assert made.message == "本年款“5 万”带有单位，已按数字 50000.00 读取。"
    word = spelt("款", "本年款", Entry(f"{TAIL} ", f"{TAIL}　", "C3"), TAIL)
    message = f"本年款“{TAIL[:40]}”与列表里的“{TAIL}”只差空格或全角、半角，已按列表里的词读取。"
    assert word == Repair("修复-列表用词", "款", "C3", f"{TAIL}　", TAIL, message, TAIL, safe=True)


def test_what_nobody_understood_is_one_warning_with_the_first_six() -> None:
    assert list(unread_doubt([])) == []
    cure = "请核对这些内容是否应填在表里的某一项。"
    [one] = unread_doubt([("第 3 行", "甲\n 乙")])
    assert one == Doubt(
        "格式-未读懂",
        "warning",
        None,
        "第 3 行",
        "甲 乙",
        "有内容没有读懂，没有算作任何一项：第 3 行“甲 乙”。",
        cure,
        (("第 3 行", "甲\n 乙"),),
    )
    many = [(f"A{number}", "长" * (18 + number)) for number in range(1, 8)]
    said = ["长" * 19, "长" * 20, *["长" * 20 + "…"] * 4]
    listed = "、".join(f"A{number}“{text}”" for number, text in enumerate(said, 1))
    for count, more in ((6, ""), (7, "等 7 处")):
        [told] = unread_doubt(many[:count])
        assert (told.message, told.unread) == (f"有内容没有读懂，没有算作任何一项：{listed}{more}。", tuple(many[:count]))

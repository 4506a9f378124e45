"""Cleaning text: what nobody meant goes, what somebody wrote stays, and labels compare equal however they are set."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from toolkit.values.text import clean_text, close_gaps, half_width, is_blank, label_key, squeeze, unwrap

ILLEGAL_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
FRAGMENTS = st.lists(
    st.sampled_from(
        [
            "_x000D_",
            "_x005F_",
            "x000D_",
            "_",
            "'",
            "9",
            "≥",
            "\r",
            "\n",
            "\u200b",
            "\u00a0",
            "\ud83d",
            "\udc4d",
            "绩",
            "：",
        ]
    )
    | st.text(max_size=3),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("found", "meant"),
    [
        ("\ufeff项目\u200b名\u200d称", "项目名称"),
        ("10\u00a0家", "10 家"),
        ("第一行_x000D_\n第二行", "第一行\n第二行"),
        ("第一行\r\n第二行\r第三行", "第一行\n第二行\n第三行"),
        ("完成_x000d_", "完成"),
        ("甲_x0009_乙", "甲\t乙"),
        ("甲_x005F_x000D_乙", "甲乙"),
        ("文件_x0001_名\x1f\x7f", "文件名"),
        ("半个\ud83d字", "半个字"),
        ("_xD83D__xDC4D_", "\U0001f44d"),
        (" \u3000 两端 \n", "两端"),
        ("'2024-01-01", "2024-01-01"),
        ("'≥90%", "≥90%"),
        ("'=100", "=100"),
        ("'００１", "００１"),
        ("'90后'职工培训", "'90后'职工培训"),
        ("'十四五'规划", "'十四五'规划"),
        ("全角：１００％（原样），不改。", "全角：１００％（原样），不改。"),
        ("Wi-Fi my_x1_name 'ok'", "Wi-Fi my_x1_name 'ok'"),
    ],
)
def test_clean_text(found: str, meant: str) -> None:
    assert clean_text(found) == meant


@given(FRAGMENTS)
def test_clean_text_twice_is_once_and_fit_for_xml(found: str) -> None:
    cleaned = clean_text(found)
    assert clean_text(cleaned) == cleaned
    assert cleaned == cleaned.strip()
    assert not ILLEGAL_IN_XML.search(cleaned)


@given(st.text("绩效目标，。（）：、“”《》abc XYZ０１２％", max_size=40))
def test_clean_text_leaves_prose_alone(prose: str) -> None:
    assert clean_text(prose) == prose.strip()


@pytest.mark.parametrize("nothing", [None, "", " ", "\u3000\n\t", "\u200b\ufeff", "_x000D_\n", "\u00a0"])
def test_is_blank(nothing: str | None) -> None:
    assert is_blank(nothing)


@pytest.mark.parametrize("something", ["0", "-", "无", "。", "_x000D"])
def test_is_not_blank(something: str) -> None:
    assert not is_blank(something)


def test_half_width_covers_all_of_ascii_and_only_that() -> None:
    full = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
    assert half_width(full) == "".join(chr(code) for code in range(0x21, 0x7F))
    assert half_width("﹪﹐﹙﹚﹣　￥") == "%,()- ¥"
    assert half_width("≥≤±℃《》“”。、人次") == "≥≤±℃《》“”。、人次"


@pytest.mark.parametrize(
    "same",
    [
        ("绩效目标", "绩 效\n目 标", "绩效\u3000目标", "绩\n效\n目\n标", "绩效目标：", "绩效⽬标"),
        ("项目资金(元)", "项目资金\n（元）", "项目资金 (元)", "项目资金【元】", "项目资金﹙元﹚"),
        ("其中：财政资金", "其中:财政资金", "其中： 财政资金", "  其中﹕财政资金"),
        ("年度(/项目)指标值", "年度（／项目）指标值", "年度(/项目)\n指标值", "年度（/项目）指标值_x000D_"),
        ("项目ID", "项目id", "项目ＩＤ"),
    ],
)
def test_labels_that_are_the_same(same: tuple[str, ...]) -> None:
    assert {label_key(label) for label in same} == {label_key(same[0])}


def test_labels_that_differ() -> None:
    labels = [
        "财政资金",
        "其中：财政资金",
        "其他资金",
        "年度其他资金",
        "项目资金",
        "项目资金（元）",
        "项目资金（万元）",
    ]
    assert len({label_key(label) for label in labels}) == len(labels)


@given(st.text(max_size=20) | FRAGMENTS)
def test_label_key_of_a_label_key_is_itself(label: str) -> None:
    key = label_key(label)
    assert label_key(key) == key
    assert squeeze(key) == key


@given(st.text("绩效目标（元）：:/()ab", min_size=1, max_size=12), st.data())
def test_label_key_ignores_white_space_anywhere(label: str, data: st.DataObject) -> None:
    gaps = data.draw(st.lists(st.sampled_from(["", " ", "\n", "\u3000", "\u200b"]), min_size=len(label), max_size=len(label)))
    spaced = "".join(char + gap for char, gap in zip(label, gaps, strict=True))
    assert label_key(spaced) == label_key(label)


@pytest.mark.parametrize(
    ("broken", "whole"),
    [
        ("服务对象满意度\n指标", "服务对象满意度指标"),
        ("可持续影 响 指标", "可持续影响指标"),
        ("完成 HIS 升级", "完成 HIS 升级"),
        ("完成\nHIS system\n2 期", "完成HIS system 2 期"),
        ("2024年12月\n底前", "2024年12月底前"),
    ],
)
def test_unwrap(broken: str, whole: str) -> None:
    assert unwrap(broken) == whole


@given(st.text("绩效 \n\u3000abc12，。", max_size=30))
def test_unwrap_loses_only_white_space(text: str) -> None:
    assert squeeze(unwrap(text)) == squeeze(text)
    assert unwrap(unwrap(text)) == unwrap(text)
    assert "\n" not in unwrap(text)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("960, 000. 00", "960,000.00"),
        ("1 000 000", "1000000"),
        ("12 345.60", "12345.60"),
        ("9 6 0 0 0 0", "960000"),
        ("10,777,2 80.00", "10,777,280.00"),
        ("10,777,\n280.00", "10,777,280.00"),
        ("50 万 元", "50万元"),
        ("1000 2000", None),
        ("100\n200", None),
        ("1\n10,000", None),
        ("100  200", None),
        ("960000.00 5", None),
        ("1 00", None),
    ],
)
def test_close_gaps(written: str, number: str | None) -> None:
    assert close_gaps(written) == number

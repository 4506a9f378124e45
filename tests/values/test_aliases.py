"""Other wordings of labels and words, as two lists beside each other give them."""

from __future__ import annotations

from toolkit.values.aliases import alias_lists, alias_pairs, aliases

LISTS = {
    "单位别名": ("m2", "平米", "人次数"),
    "单位标准名": ("平方米", "平方米", "人次"),
    "标签别名": ("总体目标", "总体目标"),
    "标签标准名": ("项目总目标", "年度总体目标"),
    "没有标准名的别名": ("甲",),
    "计量单位": ("个",),
}


def test_each_wording_stands_for_the_word_beside_it() -> None:
    assert aliases(LISTS, "单位") == {"m2": "平方米", "平米": "平方米", "人次数": "人次"}
    assert aliases(LISTS, "符号") == {}


def test_a_wording_of_several_things_comes_once_for_each() -> None:
    assert list(alias_pairs(LISTS, "标签")) == [("总体目标", "项目总目标"), ("总体目标", "年度总体目标")]


def test_only_lists_with_their_other_half_are_pairs() -> None:
    assert alias_lists(LISTS) == {"单位别名", "单位标准名", "标签别名", "标签标准名"}

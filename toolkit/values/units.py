"""Decides whether the words after a number are a unit of measurement or prose, and repairs a unit's width and blanks.

In: text in half width. Out: yes or no, or the repaired unit. The words are grammar of Chinese (measure words, units,
words that begin a clause), not settings of a form; whether a unit *fits* an indicator is for the form's rules. Called
by `targets` only.
"""

from __future__ import annotations

import re

from toolkit.values.text import clean_text, half_width, squeeze

# Units of share, time, money, length and rank are complete in themselves: what follows is prose (24小时响应, 5年规划).
_COMPLETE_WORDS = """
% ‰ 百分数 百分比 百分点 个百分点 倍 成 折 级 星 元 美元 角 分 度 摄氏度 分贝
毫秒 秒 秒钟 分钟 小时 天 日 工作日 个工作日 自然日 个自然日 日历天 交易日 周 星期
个星期 月 个月 季 季度 个季度 学期 个学期 年 年度 岁
毫米 厘米 米 延米 里 公里 千米 寸 平方 平方米 平方公里 平方千米 公顷 亩 立方 立方米 毫升 升 毫克 克 千克 公斤 吨 吨标煤
瓦 千瓦 兆瓦 千瓦时 兆 m g t l L h s V W M T
"""
_LATIN_WORDS = """
km cm mm m2 m3 m² m³ km2 km² ㎡ ㎥ ha kg mg μg ug ml min ms kw mw kwh mwh kva hz khz mhz ghz kb mb gb tb pb
bps kbps mbps gbps db ppm ppb ℃ °c mol mmol pa kpa mpa cfu px dpi tps qps
"""

# Measure words may be followed by what is counted: 13个项目, 30名学生, 10家社区.
_MEASURE_WORDS = """
个 项 次 人 户 家 件 套 台 部 份 篇 本 册 场 期 批 株 棵 头 只 条 辆 栋 幢 座 间 所 处 点 张 幅 块 根 组 支 队 班
名 位 例 课时 学时 门 种 类 起 宗 桩 笔 单 票 床 口 眼 顶 对 双 副 箱 袋 瓶 盒 桶 卷 匹 艘 架 枚 颗 首 集 版 轮 届 片
面 盏 扇 层 段 标段 节 步 遍 趟 回 车 船 孔 尾 羽 盆 具 把 款 枝 团 代 频次 机构 项目 街道 社区 村 镇 乡 县
市 区 校 院 厅 馆 站 线 平台 系统 模块 接口 病例 网点
"""

# A measure word followed by one of these is a clause, not a unit.
_CLAUSE = (
    "前|后|内|外|底|末|完|起|至|到|达|不|无|未|已|以|的|了|均|按|并|且|或|和|及|全|应|须|需|可|能|为|是|有|左右|上下|日期|"
    "保证|确保|及时|合格|通过|实现|提升|提高|提供|满意|响应|运行|开展|建成|大于|小于|高于|低于|超过|等于"
)

# Any letter but Latin ones; a range of Chinese characters would take ten times as long to compile.
_HAN = r"[^\W\dA-Za-z_]"
_COMPLETE = frozenset(_COMPLETE_WORDS.split())
_LATIN = frozenset(_LATIN_WORDS.split())
_MEASURES = tuple(_MEASURE_WORDS.split())
_SCALE = re.compile("[十百千]?[万亿]|[百千]")
_COUNTED = re.compile(rf"(?:(?!{_CLAUSE}){_HAN}){{0,4}}")
_ANY_WORD = re.compile(rf"(?!甲|乙|丙|等|号|{_CLAUSE}){_HAN}")
_JOINT = re.compile("[/(每]+")

# After an explicit operator more is taken for a unit; but not several values, not a date, not a clause.
_NOT_AFTER_OPERATOR = re.compile(
    rf"^/|[;,，。；、:：!！?？~～…“”\"'《》<>=≥≤±+\-—–\\$*_|#@&]|(?<![A-Za-z])(?<!\w/)\d|[%‰年月]{_HAN}|"
    r"前|完成|以内|之内|以上|以下|不|的|了|且|或者|并|左右|上下|至|到|达|大于|小于|高于|低于|超过|等于"
)


def looks_like_unit(words: str) -> bool:
    """Return whether words right after a number, without operator and brackets, can only be its unit.

    >>> [looks_like_unit(words) for words in ("米", "人次/年", "个月", "mg/L", "%", "万元", "个社区", "台(套)")]
    [True, True, True, True, True, True, True, True]
    >>> [looks_like_unit(words) for words in ("月底前完成", "级等保", "小时响应", "%以上居民", "高校", "-12-31", "A级")]
    [False, False, False, False, False, False, False]
    """
    if words.count("(") != words.count(")"):
        return False
    first, *others = _JOINT.split(words.replace(")", ""), maxsplit=4)
    return _is_unit(first) and all(_is_unit(other) or _is_short_noun(other) for other in others)


def _is_unit(word: str) -> bool:
    scale = _SCALE.match(word)
    return _is_simple_unit(word) or (scale is not None and _is_simple_unit(word[scale.end() :], after_scale=True))


def _is_simple_unit(word: str, after_scale: bool = False) -> bool:
    if word in _COMPLETE or word.lower() in _LATIN or _ANY_WORD.fullmatch(word):
        return True
    counted = (_COUNTED.fullmatch(word, len(measure)) for measure in _MEASURES if word.startswith(measure))
    return (after_scale and not word) or any(counted)


def _is_short_noun(word: str) -> bool:
    return bool(word) and _COUNTED.fullmatch(word) is not None


def may_be_unit(words: str) -> bool:
    """Return whether words after an operator and a number can be its unit, though perhaps a poor one.

    >>> may_be_unit("家社区卫生中心/每日"), may_be_unit("次/2年"), may_be_unit("%；≤5天"), may_be_unit("月底前")
    (True, True, False, False)
    """
    return len(words) <= 12 and _NOT_AFTER_OPERATOR.search(words) is None


def repair_unit(unit: str) -> str | None:
    """Return a unit as written but in half width and without blanks and outer brackets; None when nothing is left.

    >>> repair_unit("（％）"), repair_unit("人 次"), repair_unit("百分数"), repair_unit("台(套)"), repair_unit(" ")
    ('%', '人次', '百分数', '台(套)', None)
    """
    repaired = squeeze(half_width(clean_text(unit)))
    inner = inside_brackets(repaired)
    return (repaired if inner is None else inner) or None


def inside_brackets(text: str) -> str | None:
    """Return what one pair of brackets around the whole text encloses, or None when there is no such pair.

    A pair that lost its other half at the end of the text is mended.

    >>> inside_brackets("(10家(含站点)/日)"), inside_brackets("(次)/(年)")
    ('10家(含站点)/日', None)
    >>> inside_brackets("(%"), inside_brackets("(%))")
    ('%', '%')
    """
    if not text.startswith("("):
        return None
    text = text.removesuffix(")" * max(0, text.count(")") - text.count("(")))
    depth = 0
    for position, char in enumerate(text):
        depth += (char == "(") - (char == ")")
        if depth == 0:
            return text[1:-1] if position == len(text) - 1 else None
    inner = text[1:]
    return inner + ")" * (inner.count("(") - inner.count(")"))

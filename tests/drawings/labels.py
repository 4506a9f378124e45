"""What a label may be called and how offices typeset it: aliases of the form, wordings seen elsewhere, spacing and wraps.

The aliases come from the shipped form's own 代码表; `SEEN` are wordings of public documents of other provinces.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import lru_cache

from tests.shipped import shipped_form

SEEN: Mapping[str, tuple[str, ...]] = {
    "主管部门": ("主管部门及代码",),
    "实施单位": ("项目单位", "预算单位", "申报单位"),
    "项目总目标": ("长期目标", "实施期目标", "中期目标"),
    "年度总体目标": ("年度目标",),
    "当年财政拨款": ("其中：财政拨款",),
    "年度资金申请总额": ("年度资金总额",),
    "计量单位": ("度量单位",),
    "一级指标": ("一级",),
    "二级指标": ("二级",),
    "三级指标": ("三级",),
    "指标值": ("指标值",),
}

# Aliases that mean something only by what stands around them; a drawing that used one would not be readable by anyone.
_AMBIGUOUS = frozenset({"项目资金", "绩效目标", "项目目标", "总体目标"})

_HALF_TO_FULL = str.maketrans("()/:", "（）／：")
_FULL_TO_HALF = str.maketrans("（）／：", "()/:")

PLAIN = "原样"
LOOKS = (PLAIN, PLAIN, PLAIN, "半角空格", "全角空格", "换行", "冒号", "全角标点", "半角标点")


@lru_cache(maxsize=1)
def _aliases() -> dict[str, tuple[str, ...]]:
    """The form's aliases by the field they name."""
    form = shipped_form()
    printed: dict[str, list[str]] = {}
    for alias, standard in zip(form.lists["标签别名"], form.lists["标签标准名"], strict=True):
        if alias not in _AMBIGUOUS:
            printed.setdefault(standard, []).append(alias)
    found = {}
    columns = form.table.columns if form.table else ()
    for each in (*form.fields, *(column.field for column in columns)):
        found[each.name] = tuple(printed.get(each.label, ()))
    return {**found, "指标值": tuple(printed.get("年度(/项目)指标值", ()))}


def standard(name: str) -> str:
    """Return the label of a field, or of the heading 指标值, as the shipped form prints it.

    >>> standard("财政资金"), standard("指标值")
    ('其中：财政资金', '年度(/项目)指标值')
    """
    if name == "指标值":
        return "年度(/项目)指标值"
    form = shipped_form()
    columns = form.table.columns if form.table else ()
    return next(each.label for each in (*form.fields, *(c.field for c in columns)) if each.name == name)


def choose(rng: random.Random, name: str, aliases: bool) -> str:
    """Return a wording for a field's label: the form's own, or one of its aliases or of other offices' wordings."""
    others = (*_aliases().get(name, ()), *SEEN.get(name, ()))
    return rng.choice(others) if aliases and others and rng.random() < 0.6 else standard(name)


def typeset(text: str, look: str) -> str:
    r"""Return a label as an office types it.

    >>> typeset("项目名称", "半角空格"), typeset("计划开始日期", "换行"), typeset("年度(/项目)指标值", "全角标点")
    ('项 目 名 称', '计划开\n始日期', '年度（／项目）指标值')
    """
    if look == "全角标点":
        return text.translate(_HALF_TO_FULL)
    if look == "半角标点":
        return text.translate(_FULL_TO_HALF)
    if look == "冒号":
        return text + "："
    if look == "换行" and len(text) > 3:
        return text[: (len(text) + 1) // 2] + "\n" + text[(len(text) + 1) // 2 :]
    if look in ("半角空格", "全角空格") and len(text) <= 4:
        return (" " if look == "半角空格" else "　").join(text)
    return text

"""The labels that stand on a sheet: every cell whose text is one of the form's, with what it may mean.

In: the cells of a sheet and the form's plan. Out: `Hit`s in reading order. A cell that holds a label, a colon and a value is a
label with its value inside. What only looks like a label (`looks_like_label`) is none of the form's, but it is no value either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from toolkit.reading.arranged.cells import Cell
from toolkit.reading.arranged.labels import Kind, Meaning, meanings_of
from toolkit.reading.plan import Plan, text_key
from toolkit.sources.grid import Grid
from toolkit.values.text import half_width

# How labels of other offices end; with so few characters and no digit it is a label rather than a value.
_ENDINGS = re.compile(
    r"(?:编码|代码|编号|负责人|填报人|填表人|审核人|联系人|经办人|电话|手机|传真|邮编|邮箱|地址|属性|分类|时间|日期|期限|周期|级次|处室|科室|股室|依据|概况|简介|类型|性质"
    r"|方式|情况|政府采购|来源|金额|资金|总额|预算数|执行数|执行率|完成值|得分|分值|权重|备注|说明|项目期|名称|部门|单位|目标|指标|事项|要素|内容|措施|用途|科目|进度|意见|信息)\Z"
)
_NO_LABEL = re.compile(r"[0-9。；;，,！？?!]")
_LONGEST_STRANGE = 10

# So few labels as printed may be all that is not marked.
_FEW = 8

# Amounts in one text: what parts them (no comma inside a number), and one with its name before it.
_LONGEST_AMOUNTS = 200
_BETWEEN_AMOUNTS = re.compile(r"[;。、\n]|,(?!\d{3}(?!\d))")
_NAMED_AMOUNT = re.compile(
    r"(?:其中:?)?\s{0,4}([^\d:\s]{2,16})\s{0,8}[:为]?\s{0,8}(\d[\d,]{0,20}(?:\.\d{1,8})?)\s{0,4}(元|万元|千元|亿元)?"
)

# A label and its value with a gap between them, in one cell.
_GAPPED = re.compile(r"((?:其中[:：])?[^\s:：]{2,14}[:：]?)[ \t\u3000\xa0]{2,40}(\S.*)", re.DOTALL)
_GAP, _LONGEST_GAPPED = re.compile(r"[ \t\u3000\xa0]{2}"), 400

# Without any of these a cell holds no label with its value.
_HOLDS_MORE = re.compile(r"[:：\d]|[ \t\u3000\xa0]{2}")

# Several pairs on one line: blanks before the next label, a label and its value; no prose.
_BEFORE_LABEL = re.compile(r"[ \t\u3000\xa0]{1,60}(?=[^\s:：]{2,12}[:：])")
_PAIR = re.compile(r"([^:：\d][^:：]{1,15})[:：]([^:：]*)")
_PROSE = re.compile("[。；;]")

# Where a value may begin in a cell that opens with its label.
_COLON = re.compile("[:：]")


class Hit(NamedTuple):
    """A label where it stands; `cost` is the liberty taken in reading it, `inside` the value that follows in the same cell."""

    cell: Cell
    meanings: tuple[Meaning, ...]
    cost: float = 0.0
    inside: str | None = None

    def kinds(self) -> set[Kind]:
        return {meaning.kind for meaning in self.meanings}

    def names(self, kind: Kind) -> tuple[str, ...]:
        if len(self.meanings) == 1:
            (only,) = self.meanings
            return only.names if only.kind is kind else ()
        return tuple(name for meaning in self.meanings if meaning.kind == kind for name in meaning.names)

    def meaning(self, name: str) -> Meaning:
        return next(meaning for meaning in self.meanings if name in meaning.names)


def find_hits(cells: Iterable[Cell], plan: Plan) -> list[Hit]:
    """Return the labels among `cells`, in their order."""
    return without_repeated(all_hits(cells, plan))


def without_repeated(hits: Sequence[Hit]) -> list[Hit]:
    """Return the labels without those that have their value in the same cell and stand alone in another one as well."""
    pure = {name for hit in hits if hit.inside is None for name in hit.names(Kind.FIELD)}
    return [hit for hit in hits if hit.inside is None or not pure & set(hit.names(Kind.FIELD))]


def all_hits(cells: Iterable[Cell], plan: Plan) -> list[Hit]:
    """Return whatever reads as a label among `cells`, in their order."""
    hits: list[Hit] = []
    for cell in cells:
        value = cell.value
        if not isinstance(value, str):
            continue
        key = plan.key(value)
        if key is not None:
            meanings, cost = known(plan, key)
            if meanings:
                hits.append(Hit(cell, meanings, cost))
                continue
        if not _HOLDS_MORE.search(value):
            continue
        pairs = amounts_in(value)
        meant = [known(plan, text_key(label))[0] for label, _ in pairs]
        if pairs and all(any(meaning.kind == Kind.FIELD for meaning in each) for each in meant):
            hits += [Hit(cell, each, 1.0, amount) for each, (_, amount) in zip(meant, pairs, strict=True)]
            continue
        several = _several(cell, value, plan)
        if several:
            hits += several
            continue
        inner = _inside(value, plan)
        if inner is not None:
            hits.append(Hit(cell, inner[0], 1.0, inner[1]))
    return hits


def first_look(grid: Grid, plan: Plan) -> tuple[int, int]:
    """Return how many different labels of the form a grid shows, as printed or by aliases, and the last column with one.

    Where that is next to none they may all be marked (*项目名称, 主管部门（必填）).
    """
    vocabulary, limit = plan.vocabulary, plan.limit
    keys = [(column, text_key(value)) for (_, column), value in grid.cells.items() if value.__class__ is str and len(value) <= limit]
    found = [(column, vocabulary[key]) for column, key in keys if key in vocabulary]
    if len(found) < _FEW:
        found = [(column, meanings) for column, key in keys if (meanings := known(plan, key)[0])]
    return len({meanings for _, meanings in found}), max((column for column, _ in found), default=0)


def known(plan: Plan, key: str) -> tuple[tuple[Meaning, ...], float]:
    """Return what a key means as a label, with the liberties people take, and what they cost; remembered."""
    found = plan.vocabulary.get(key)
    if found is not None:
        return found, 0.0
    memo = plan.memo
    known = memo.get(key)
    if known is None:
        if len(memo) > 20_000:
            memo.clear()
        known = memo[key] = meanings_of(key, plan.vocabulary)
    return known


def _inside(text: str, plan: Plan) -> tuple[tuple[Meaning, ...], str] | None:
    """The meanings and the value of a text that opens with a field's label and a colon, or a gap: `项目名称：食堂改造`, `项目名称    食堂改造`."""
    for colon in _COLON.finditer(text, 0, plan.limit):
        rest = text[colon.end() :].strip()
        fields = _fields(plan, text[: colon.start()])
        if fields and rest:
            return fields, rest
    gapped = _GAPPED.fullmatch(text.strip()) if len(text) <= _LONGEST_GAPPED and _GAP.search(text) else None
    fields = _fields(plan, gapped[1]) if gapped is not None else ()
    return (fields, gapped[2]) if gapped is not None and fields else None


def _several(cell: Cell, text: str, plan: Plan) -> list[Hit]:
    """The labels of fields in a cell that holds several pairs on one line, each with what follows it up to the next."""
    named = ((_fields(plan, label), value) for label, value in pairs_in(text))
    return [Hit(cell, fields, 1.0, value) for fields, value in named if fields and value]


def _fields(plan: Plan, label: str) -> tuple[Meaning, ...]:
    """What a text means as the label of fields."""
    return tuple(meaning for meaning in known(plan, text_key(label))[0] if meaning.kind == Kind.FIELD)


def pairs_in(text: str) -> list[tuple[str, str]]:
    """Return the labels and values that a line holds and nothing else, where it holds several; blanks part them.

    >>> pairs_in("填报单位（盖章）：云溪区公园管理所    填报日期：2025年11月3日  金额单位：万元")
    [('填报单位（盖章）', '云溪区公园管理所'), ('填报日期', '2025年11月3日'), ('金额单位', '万元')]
    >>> pairs_in("项目名称：湿地 公园养护"), pairs_in("目标1：养护公园。 目标2：栽种树木。"), pairs_in("12:30 开始：签到")
    ([], [], [])
    """
    if len(text) > _LONGEST_AMOUNTS or text.count(":") + text.count("：") < 2 or _PROSE.search(text):
        return []
    found = [_PAIR.fullmatch(piece) for piece in _BEFORE_LABEL.split(text.strip())]
    return [(each[1].strip(), each[2].strip()) for each in found if each is not None] if len(found) > 1 and all(found) else []


def amounts_in(text: str) -> list[tuple[str, str]]:
    """Return the names and amounts that a text holds and nothing else, where it holds several; all of them say their unit, or none does.

    >>> amounts_in("年度预算：156.8万元，其中：财政拨款100万元，其他资金0。")
    [('年度预算', '156.8万元'), ('财政拨款', '100万元'), ('其他资金', '0')]
    >>> amounts_in("年度预算：1,568,000元"), amounts_in("新建泵站2座，其中大型1座"), amounts_in("年度预算156.8万元，用于设备更新")
    ([], [], [])
    """
    if len(text) > _LONGEST_AMOUNTS or "元" not in text and ":" not in text and "：" not in text:
        return []
    pieces = [piece for each in _BETWEEN_AMOUNTS.split(half_width(text)) if (piece := each.strip()) and piece.rstrip(":") != "其中"]
    found = [_NAMED_AMOUNT.fullmatch(piece) for piece in pieces]
    if len(pieces) < 2 or not all(found):
        return []
    pairs = [(each[1], each[2], each[3] or "") for each in found if each is not None]
    units = {bool(unit) for _, number, unit in pairs if number.strip("0.")}
    return [(label, number + unit) for label, number, unit in pairs] if len(units) < 2 else []


def looks_like_label(text: str) -> bool:
    """Return whether a text is likelier a label of some other office's form than a value.

    >>> [looks_like_label(text) for text in ("项目负责人", "联系电话：", "归口处室", "食堂改造", "2025年12月", "是", "项目期限")]
    [True, True, True, False, False, False, True]
    """
    key = text_key(text) if len(text) <= 2 * _LONGEST_STRANGE else text
    if not 2 <= len(key) <= _LONGEST_STRANGE or _NO_LABEL.search(key):
        return False
    return text.rstrip().endswith((":", "：")) or _ENDINGS.search(key) is not None


def of_kind(hits: Sequence[Hit], *kinds: Kind) -> list[Hit]:
    """Return the hits that can be of one of the kinds."""
    return [hit for hit in hits if hit.kinds() & set(kinds)]

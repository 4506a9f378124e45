"""The type of a field: by what its cells show (number format, drop-down, what is filled in), else by the words of its label.

Comes in: a label and its boxes. Goes out: a `Kind` with its list, and why it is only a guess ("" where the sheet itself says it).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from toolkit.forms.model import AMOUNT, CODE, DATE, DECIMAL, INTEGER, LONG_TEXT, NUMERIC, TEXT
from toolkit.proposing.dropdowns import DropDown
from toolkit.proposing.printed import Box, ticked
from toolkit.proposing.words import TO_DECIDE, type_of
from toolkit.values.amounts import YUAN, Money
from toolkit.values.dates import DateError, parse_date
from toolkit.values.words import TARGET

_FORMAT_OF = {DATE: "yyyy-mm-dd", INTEGER: "0", DECIMAL: "0.00", LONG_TEXT: "General"}
_NUMBERS = NUMERIC - {DATE}
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')


@dataclass(frozen=True, slots=True)
class Kind:
    """A type, the words of its list (or the drop-down that depends on another cell), the number format its cells get."""

    type: str
    why: str = ""
    words: tuple[str, ...] = ()
    depends: DropDown | None = None
    format: str = ""


@dataclass
class Lists:
    """The lists given so far; the same words make one list."""

    lists: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def give(self, name: str, words: Sequence[str]) -> str:
        words = tuple(dict.fromkeys(words))
        same = next((known for known, others in self.lists.items() if words and others == words), None)
        if same is not None:
            return same
        free = next(each for each in (name, *(f"{name}{n}" for n in range(2, 1000))) if each not in self.lists)
        self.lists[free] = words
        return free


def kind_of(text: str, boxes: Sequence[Box], around: str = "", *, in_rows: bool = False, money: Money = YUAN) -> Kind:
    """Return the type of what stands in `boxes`, of which `text` is the label."""
    told, by = type_of(text, around)
    told = _fitting(told, boxes, in_rows)
    drop_down = next((box.drop_down for box in boxes if box.drop_down), None)
    if drop_down is not None and (drop_down.words or drop_down.parent):
        return Kind(CODE, "", drop_down.words, drop_down if drop_down.parent else None, "@")
    given = next((words for box in boxes if (words := ticked(box))), ())
    if given and not in_rows:
        return Kind(CODE, "列表按表上印的选项", given, None, "@")
    if drop_down is not None:
        told, by = CODE, "下拉"
    shown = _shown(boxes) or (DECIMAL if not by and any(box.number for box in boxes) else None)
    if shown is not None and told != CODE and not {shown, told} <= _NUMBERS:
        return Kind(shown, "" if told == shown else _differs(told, by, shown), (), None, _format(shown, boxes, money))
    return Kind(told, _reason(told, by, bool(shown)), (), None, _format(told, boxes, money) if by else "General")


def _fitting(type_: str, boxes: Sequence[Box], in_rows: bool) -> str:
    """In a row table a long text is a text; a whole target stands in a row table alone."""
    if type_ == LONG_TEXT and in_rows:
        return TEXT
    return TEXT if type_ == TARGET and not in_rows else type_


def _shown(boxes: Sequence[Box]) -> str | None:
    """The type that number formats, or numbers and dates filled in, tell; None where they tell nothing."""
    for box in boxes:
        code = _LITERAL.sub("", box.format).casefold()
        if code not in ("general", "@", ""):
            if re.search("[yd]", code):
                return DATE
            if "#,##0" in code:
                return AMOUNT
            if "%" in code or "0.0" in code or "0.#" in code:
                return DECIMAL
            if re.fullmatch("[0#]+", code):
                return INTEGER
    texts = [box.text for box in boxes if box.text and not box.number]
    if texts and len(texts) == sum(bool(box.text) for box in boxes) and all(map(_is_date, texts)):
        return DATE
    return None


def _is_date(text: str) -> bool:
    if not re.search(r"\d{4}\D", text):
        return False
    try:
        return parse_date(text) is not None
    except DateError:
        return False


def _format(type_: str, boxes: Sequence[Box], money: Money) -> str:
    """The number format of a type; that of the sheet where it fits."""
    if type_ == AMOUNT:
        return "#,##0." + "00" + "#" * max(0, money.places - 2)
    code = next((box.format for box in boxes if box.format not in ("General", "@")), "")
    if type_ == DECIMAL and code and _shown(boxes) == DECIMAL:
        return code
    return _FORMAT_OF.get(type_, "@")


def _reason(type_: str, by: str, shown: bool) -> str:
    if shown and by:
        return ""
    if type_ == CODE:
        return f"{TO_DECIDE}按{by}像是从几项里选的，请在代码表同名的一列写出各项，再把列名写进“列表”"
    return f"类型按{by}猜是{type_}" if by else f"{TO_DECIDE}类型没有线索，先按文本"


def _differs(told: str, by: str, shown: str) -> str:
    return f"类型按单元格格式是{shown}；{by}像是{told}" if by and told != TEXT else ""


def lists_of_levels(levels: Sequence[tuple[str, ...]]) -> Mapping[str, tuple[str, ...]]:
    """Return the lists of a second level by the words of the first, from rows of (first, second)."""
    found: dict[str, list[str]] = {}
    for first, second in (row[:2] for row in levels):
        if first and second and second not in found.setdefault(first, []):
            found[first].append(second)
    return {first: tuple(words) for first, words in found.items()}

"""A whole target in one cell (`≥90%`), by the one grammar that the engine and the live sheet share; and the columns of a target in several.

An operator of the list 符号, digits, and what is left, less one outer bracket, is the unit; anything else is 定性. `whole_parts` reads a
text so, `part_formulas` says the same as Excel formulas, which is how rules reach the parts; a test compares the two.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from toolkit.values.targets import QUALITATIVE, Target, parse_target
from toolkit.values.units import repair_unit
from toolkit.values.words import NUMBER, SYMBOL, TARGET, UNIT

PARTS = (SYMBOL, NUMBER, UNIT)

# How many characters its number has, and what stands after it: helpers of the formulas.
DIGITS, REST = "位数", "余下"

_MOST = 15
_FIGURES = "0123456789."

# What stands after a number that is not the only one, or is not all of it.
_GOES_ON = "0123456789.,，;；~～-－—至到、"
_WHOLE = re.compile(rf"(.)([0-9.]{{1,{_MOST}}})(.*)", re.DOTALL)

# How else people write a comparison: before the number, and after it.
_BEFORE = (
    "≥",
    ">",
    "=",
    "<",
    "≤",
    "＞",
    "＝",
    "＜",
    "≧",
    "≦",
    "⩾",
    "⩽",
    "不低于",
    "不少于",
    "不小于",
    "不高于",
    "不超过",
    "不大于",
    "不多于",
    "大于",
    "小于",
    "至少",
    "至多",
)
_AFTER = ("以上", "以下", "以内", "之内")
_ANY_FIGURE = (*"0123456789", *"０１２３４５６７８９")


@dataclass(frozen=True, slots=True)
class TargetColumns:
    """The columns of a row table that make a target together, by 字段名; `name` is what the target is called."""

    name: str
    symbol: str
    number: str
    unit: str

    @property
    def names(self) -> tuple[str, str, str]:
        return self.symbol, self.number, self.unit

    @property
    def parts(self) -> Mapping[str, str]:
        """The 字段名 of each part by `PARTS`."""
        return dict(zip(PARTS, self.names, strict=True))


# What columns called 符号, 数值 and 计量单位 make, where 字段 does not say it.
USUAL_TARGET = TargetColumns(TARGET, SYMBOL, NUMBER, UNIT)


def part_name(target: str, part: str) -> str:
    """Return how rules and records call a part of a target: 年度指标值.数值."""
    return f"{target}.{part}"


def whole_parts(text: str | None, symbols: Collection[str]) -> Target:
    """Return the target that one cell says; of its number the digits, of its unit the wording.

    >>> whole_parts("≥90.0（%）", ("≥", "定性")), whole_parts("及时", ("≥",)), whole_parts("985米", ("≥",)).symbol
    (Target(symbol='≥', number='90', unit='%'), Target(symbol='定性', number='及时', unit=None), '定性')
    """
    found = re.sub(" +", " ", text or "").strip(" ")
    if not found:
        return Target(None, None, None)
    matched = _WHOLE.fullmatch(found)
    if matched and matched[1] in symbols and matched[2].count(".") < 2 and not (matched[3] and matched[3][0] in _GOES_ON):
        try:
            number = f"{Decimal(matched[2]):f}"
        except InvalidOperation:
            return Target(QUALITATIVE, found, None)
        number = (number.rstrip("0").rstrip(".") if "." in number else number) or "0"
        unit = matched[3]
        if unit[:1] in ("(", "（") and unit[-1:] in (")", "）") and len(unit) > 1:
            unit = unit[1:-1]
        return Target(matched[1], number, repair_unit(unit) or None)
    return Target(QUALITATIVE, found, None)


def whole_text(target: Target) -> str:
    """Return a target as one cell has it, so that `whole_parts` gives it back; a text as it is, "" for nothing.

    >>> whole_text(Target("≥", "90", "%")), whole_text(Target("=", "10", "10家/每日")), whole_text(Target("定性", "及时", None))
    ('≥90%', '=10(10家/每日)', '及时')
    """
    unit = target.unit or ""
    if unit and (unit[0] in _GOES_ON or unit[0] in "(（" or unit[-1] in ")）"):
        unit = f"({unit})"
    symbol = "" if target.symbol == QUALITATIVE else target.symbol or ""
    return f"{symbol}{target.number or ''}{unit}"


def rewritten(text: str, symbols: Collection[str]) -> str | None:
    """Return how a text in another spelling (不低于90%) is written by the grammar; None where it is so, or is no comparison.

    >>> rewritten("不低于９０％", ("≥",)), rewritten("≥90%", ("≥",)), rewritten("及时", ("≥",)), rewritten("985米", ("≥",))
    ('≥90%', None, None, None)
    """
    if whole_parts(text, symbols).symbol != QUALITATIVE:
        return None
    target = parse_target(text)
    if target.symbol not in symbols or target.symbol == QUALITATIVE:
        return None
    made = whole_text(target)
    return made if whole_parts(made, symbols).symbol == target.symbol else None


def part_formulas(name: str) -> Mapping[str, str]:
    """Return the formulas of the parts of the target in cell `name`, by the names rules call them, each after those it uses."""
    cell, digits, number = f"TRIM({name})", part_name(name, DIGITS), part_name(name, NUMBER)
    places, worths = ",".join(str(n + 2) for n in range(_MOST)), ",".join(str(_MOST - n) for n in range(_MOST))
    counted = f'{_MOST}-SUMPRODUCT(MAX(ISERROR(FIND(MID({cell}&"~",{{{places}}},1),"{_FIGURES}"))*{{{worths}}}))'
    figures, after = f"MID({cell},2,{digits})", f'MID({cell}&" ",{digits}+2,1)'
    whole = f'{digits}-LEN(SUBSTITUTE({figures},".",""))<2,ISERROR(FIND({after},"{_GOES_ON}"))'
    rest = part_name(name, REST)
    bracketed = f'LEN({rest})>1,OR(LEFT({rest},1)="(",LEFT({rest},1)="（"),OR(RIGHT({rest},1)=")",RIGHT({rest},1)="）")'
    return {
        digits: f'IF(等于任一(LEFT({cell},1),列表.{SYMBOL}),{counted},0)',
        number: f'IF({digits}=0,{cell},IF(AND({whole}),IFERROR(VALUE({figures}),{cell}),{cell}))',
        part_name(name, SYMBOL): f'IF(LEN({cell})=0,"",IF(ISNUMBER({number}),LEFT({cell},1),"{QUALITATIVE}"))',
        rest: f"MID({cell},{digits}+2,LEN({name}))",
        part_name(name, UNIT): f'IF(ISNUMBER({number}),IF(AND({bracketed}),MID({rest},2,LEN({rest})-2),{rest}),"")',
    }  # fmt: skip


def well_written(name: str) -> str:
    """Return the condition that the target in cell `name` is no comparison in another spelling."""
    cell = f"TRIM({name})"
    before, after, figures = (",".join(f'"{word}"' for word in words) for words in (_BEFORE, _AFTER, _ANY_FIGURE))
    begins = f"SUMPRODUCT(1*(LEFT({cell},LEN({{{before}}}))={{{before}}}))"
    ends = f"SUMPRODUCT(1*(RIGHT({cell},2)={{{after}}}))"
    compared = f"AND({begins}+{ends}>0,SUMPRODUCT(1*ISNUMBER(FIND({{{figures}}},{name})))>0)"
    return f'OR({part_name(name, SYMBOL)}<>"{QUALITATIVE}",NOT({compared}))'

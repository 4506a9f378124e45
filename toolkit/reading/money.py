"""Amounts printed in 万元 → 元: which unit a form says it is in, and which of its amounts that is true for.

In: the texts of a form (labels, headings, notes) with their cells, and the amounts as read. Out: the amounts in 元 and a warning
that names where the unit is printed. A unit is taken only where it is printed: beside the amount's label, in a heading, in a line
of its own. Where the print contradicts itself, and where 万元 is only likely, nothing is multiplied. A value that carries its own
unit (`50万元`) was read by it. Called by `sheet` and `flow`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from toolkit.forms.model import AMOUNT, Form
from toolkit.reading.entries import DECIMALS
from toolkit.reading.model import OK, Declaration, Doubt, Entry
from toolkit.values.amounts import UNITS, AmountError, format_amount, parse_amount, round_half_up
from toolkit.values.text import half_width, squeeze
from toolkit.values.words import WARNING

# The warning that the form says another unit than the one it is drawn for; a summary waits until it was looked at.
UNIT_OF_MONEY = "金额-万元"

# What a form may print, also where no form of ours is drawn in it; the longer words first.
_PRINTED = {"百万元": 1_000_000, "千万元": 10_000_000, **UNITS}
_WORD = f"({'|'.join(_PRINTED)})"

# A bracket may say the year before the unit, and how many decimals behind it: （2026年度，单位：万元）, （单位：万元，保留两位小数）.
_BRACKETED = re.compile(
    r"[(\[【〔]\s*(?:[^()\[\]]{1,16}[,;、]\s*(?=(?:金额)?单位))?(?:(?:金额(?:单位)?|单位)[:为]?\s*|[:为]\s*)?"
    rf"(?:人民币)?{_WORD}\s*(?:[,;、][^()\[\]]{{1,20}})?[)\]】〕]"
)

# A bracket that a printed cell had no room to close.
_CUT = re.compile(r"[(\[【〔](?:金额)?(?:单位)?:?(百万|千万|[万千亿])元?$")
_NOTE = re.compile(r"[(\[【]?(?:金额|计量)?单位[:为]?(?:人民币)?(百万元?|千万元?|万元?|千元|亿元?|元)[)\]】]?")
# A remark under a form, or above it: 注：本表金额以万元为单位; 以上金额单位均为万元.
_SENTENCE = re.compile(r"[。;]|(?<!\d)(?=\d{1,2}[.、])")
_REMARK = re.compile(
    r"(?:[(\[【]|(?:备?注|说明|填表说明|填报说明):?|\d{1,2}[.、]){0,3}(?:本|此|上|该)?(?:表|表中|表内|以上|以下|上述)?(?:所列|所填|所有|各项|全部)?"
    rf"(?:金额|货币|资金|资金额|数字|数据|预算)的?(?:(?:计量)?单位(?:均|都|一律|统一)?[为是:]|(?:均|都|一律|统一)?[以按])(?:人民币)?{_WORD}"
    r"(?:为单位|计算|计|填报|填列|表示)?[)\]】]?"
)
_AT_END = re.compile(r"[^0-9]+[^0-9十百千万亿](百万元|千万元|万元|千元|亿元)$")
SAYS_UNIT, _SCALE = re.compile(r"[元万千亿]"), re.compile("[万千亿]")

_LONGEST_QUOTE = 60


@dataclass(frozen=True, slots=True)
class Printed:
    """A unit as a text prints it: its size in 元, the text and its cell."""

    size: int
    text: str
    cell: str | None


def unit_alone(text: str) -> int | None:
    """Return how many 元 the unit is that a cell of its own says, beside an amount or its label.

    >>> unit_alone("万元"), unit_alone("（元）"), unit_alone("50万元"), unit_alone("单位：万元")
    (10000, 1, None, None)
    """
    written = squeeze(half_width(text)).strip("()")
    return _PRINTED.get(written)


def unit_in(text: str, *, label: bool, bare: bool = False) -> int | None:
    """Return how many 元 the unit is that a label, or a note (`label` False), says its amounts are in.

    A label says it in brackets; with `bare` also at its end without them.

    >>> unit_in("项目资金\\n（万元）", label=True), unit_in("单位：万元", label=False), unit_in("投入50万元", label=False)
    (10000, 10000, None)
    """
    if not SAYS_UNIT.search(text):
        return None
    written = squeeze(half_width(text))
    found = _NOTE.fullmatch(written)
    if found is None and label:
        found = _BRACKETED.search(written) or _CUT.search(written) or (_AT_END.fullmatch(written) if bare else None)
    return _PRINTED[found[1].removesuffix("元") + "元"] if found else None


def unit_noted(text: str) -> int | None:
    """Return how many 元 the unit is that one sentence of a remark says all amounts are in; None where none says so, or two differ.

    >>> unit_noted("注：1.本表金额以万元为单位。2.由单位填报。"), unit_noted("以上金额单位均为万元"), unit_noted("共投入50万元，以实际为准")
    (10000, 10000, None)
    """
    if "元" not in text:
        return None
    found = {_PRINTED[each[1]] for piece in _SENTENCE.split(squeeze(half_width(text))) if (each := _REMARK.fullmatch(piece))}
    return found.pop() if len(found) == 1 else None


def of_all(said: Sequence[Printed]) -> Printed | None:
    """Return the unit that a sheet says of all amounts; None where it says none, or two that differ."""
    return said[0] if len({printed.size for printed in said}) == 1 else None


def entry_in_yuan(entry: Entry, printed: Printed | None, form: Form) -> Entry | None:
    """Return an amount in 元; None where it stays as read: its unit is the form's or not printed, it says its own, or it is none."""
    if printed is None or printed.size == form.money.size:
        return None
    if entry.state != OK or not isinstance(entry.value, Decimal) or SAYS_UNIT.search(entry.text):
        return None
    exact = parse_amount(entry.text) or entry.value
    return entry._replace(value=round_half_up(exact * printed.size, DECIMALS))


def in_yuan(
    entries: Mapping[str, Entry],
    form: Form,
    of_label: Mapping[str, Printed],
    general: Iterable[Printed],
    formatted: Sequence[str] = (),
) -> tuple[dict[str, Entry], list[Doubt]]:
    """Return the amounts in 元 and what is to be said; `of_label` are units by field, `general` those of headings and notes.

    `formatted` are amounts whose number format prints the unit: they were read by it, and only the warning is due.
    """
    said = list(general)
    sizes = {printed.size for printed in said}
    everywhere = of_all(said)
    amounts = [field.name for field in form.fields if field.type == AMOUNT]
    changed: dict[str, Entry] = {}
    told: dict[tuple[str, str | None], list[str]] = {}
    for name in amounts:
        printed = of_label.get(name) or everywhere
        made = entry_in_yuan(entries[name], printed, form)
        if printed is not None and made is not None:
            changed[name] = made
            told.setdefault((printed.text, printed.cell), []).append(name)
    doubts = [converted(form, entries, changed, names, text, cell) for (text, cell), names in told.items()]
    if changed and form.money.size == 1:
        doubts += _without_unit(form, entries, [name for name in amounts if name not in changed and not (of_label.get(name) or everywhere)])
    filled = any(entries[name].value for name in amounts)
    if len(sizes) > 1 and filled and not changed and form.money.size == 1:
        large = next(printed for printed in said if printed.size > 1)
        message = f"表上写着“{_quote(large.text)}”，整张表可能以万元为单位；本表金额单位是元，已按表中数字原样读取，没有换算。"
        cure = "请核对金额单位；如以万元填报，请改为以元为单位的数字。"
        doubts.append(Doubt(UNIT_OF_MONEY, WARNING, None, large.cell, _quote(large.text), message, cure))
    mine = (list(formatted) if form.money.size == 1 else []) or _all_in_words(entries, amounts, form)
    if mine and not changed:
        doubts.append(_in_values(form, entries, mine))
    return changed, doubts


def doubted_alike(found: Sequence[Declaration], form: Form) -> list[Declaration]:
    """Return the declarations of one sheet; where some of them are in 万元, those that print no unit are doubted, not converted.

    A line `单位：万元` that stands once, above the first of several forms, may be meant for all of them.
    """
    told = [any(doubt.rule == UNIT_OF_MONEY for doubt in each.doubts) for each in found]
    return [each if not any(told) or mine else _doubted(each, form) for each, mine in zip(found, told, strict=True)]


def _doubted(declaration: Declaration, form: Form) -> Declaration:
    amounts = (declaration.entries[field.name] for field in form.fields if field.type == AMOUNT)
    first = next((entry for entry in amounts if entry.state == OK and entry.value), None)
    if first is None:
        return declaration
    message = f"同一张表里别的申报表以万元为单位，这一份没有写明，已按元原样读取（{first.text}），没有换算。"
    doubt = Doubt(UNIT_OF_MONEY, WARNING, None, first.cell, first.text, message, "请核对金额单位；如也是万元，请改为以元为单位的数字。")
    return replace(declaration, doubts=(*declaration.doubts, doubt))


def _all_in_words(entries: Mapping[str, Entry], amounts: Sequence[str], form: Form) -> list[str]:
    """The amounts, where each that is not zero says another unit than the form's itself: then the whole form is in that unit."""
    said = [name for name in amounts if entries[name].state == OK and _says_other_unit(entries[name].text, form)]
    filled = [name for name in amounts if entries[name].state == OK and entries[name].value]
    return filled if len(said) > 1 and set(filled) <= set(said) else []


def _says_other_unit(text: str, form: Form) -> bool:
    """Whether an amount says a unit itself, and another than the form's."""
    bare = squeeze(half_width(text)).replace(form.money.unit, "") if form.money.size > 1 else text
    return (SAYS_UNIT if form.money.size > 1 else _SCALE).search(bare) is not None


def as_printed(declaration: Declaration, form: Form) -> Declaration:
    """Return the declaration with the amounts that were converted as texts that say their unit: `38.6万元`.

    Written into a form so, they are read to the same amount, and the doubt about the unit is met again. Where nothing was converted, nothing changes.
    """
    if not any(doubt.rule == UNIT_OF_MONEY for doubt in declaration.doubts):
        return declaration
    found = {field.name: declaration[field.name] for field in form.fields if field.type == AMOUNT and field.cell}
    units = {name: unit for name, entry in found.items() if (unit := _unit_of(entry, form)) is not None}
    usual = next(iter(units.values()), form.money.unit)
    changed = {}
    for name, entry in found.items() if units else ():
        unit = units.get(name, usual if entry.value == 0 else "")
        if unit and entry.state == OK and isinstance(entry.value, Decimal):
            changed[name] = entry._replace(value=f"{(entry.value / UNITS[unit]).normalize():f}{unit}")
    return replace(declaration, entries={**declaration.entries, **changed}) if changed else declaration


def _unit_of(entry: Entry, form: Form) -> str | None:
    """The unit that an amount was printed in, where it was another than the form's."""
    if entry.state != OK or not isinstance(entry.value, Decimal) or not entry.value:
        return None
    try:
        stated = parse_amount(entry.text) or Decimal(0)
    except AmountError:
        return None
    if _says_other_unit(entry.text, form):
        return next((unit for unit in ("亿元", "万元", "千元") if unit[0] in entry.text), "元")
    sizes = (unit for unit, size in UNITS.items() if size != form.money.size and stated * size == entry.value)
    return next(sizes, None)


def _without_unit(form: Form, entries: Mapping[str, Entry], names: Sequence[str]) -> Iterator[Doubt]:
    """The doubt about amounts whose labels, and they themselves, say no unit, where those of others say 万元."""
    filled = [name for name in names if entries[name].state == OK and entries[name].value and not SAYS_UNIT.search(entries[name].text)]
    if not filled:
        return
    first = entries[filled[0]]
    labels = "、".join(dict.fromkeys(form.by_name[name].label for name in filled))
    message = f"表上别的金额以万元为单位，{labels}没有写明，已按元原样读取（{first.text}），没有换算。"
    yield Doubt(UNIT_OF_MONEY, WARNING, filled[0], first.cell, first.text, message, "请核对金额单位；如也是万元，请改为以元为单位的数字。")


def _in_values(form: Form, entries: Mapping[str, Entry], names: Sequence[str]) -> Doubt:
    entry, label = entries[names[0]], form.by_name[names[0]].label
    assert isinstance(entry.value, Decimal)
    more = f"等 {len(names)} 项" if len(names) > 1 else ""
    shown = "万元" if form.money.size == 1 else "元"
    message = f"{label}{more}的金额以{shown}显示（{entry.text}），已换算成元（{format_amount(entry.value)} 元）。"
    cure = f"请核对换算后的金额；今后请直接按{form.money.unit}填报。"
    return Doubt(UNIT_OF_MONEY, WARNING, names[0], entry.cell, entry.text, message, cure)


def converted(form: Form, before: Mapping[str, Entry], after: Mapping[str, Entry], names: list[str], text: str, cell: str | None) -> Doubt:
    """Return the warning that amounts were converted by what `text` in `cell` says; the first of `names` is the example."""
    first = names[0]
    value, result = before[first].value, after[first].value
    assert isinstance(value, Decimal) and isinstance(result, Decimal)
    stated = parse_amount(before[first].text) or value
    unit = next(
        (word for word in ("百万元", "千万元", "万元", "千元", "亿元") if word in squeeze(half_width(text))),
        "万元" if form.money.size == 1 else "元",
    )
    labels = "、".join(dict.fromkeys(form.by_name[name].label for name in names))
    message = f"表上写着“{_quote(text)}”，{labels}已按{unit}换算成元（如 {stated.normalize():f} {unit}读作 {format_amount(result)} 元）。"
    cure = f"请核对换算后的金额；今后请直接按{form.money.unit}填报。"
    return Doubt(UNIT_OF_MONEY, WARNING, None, cell, _quote(text), message, cure)


def _quote(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _LONGEST_QUOTE else f"{flat[:_LONGEST_QUOTE]}……"

"""符号, 数值 and 计量单位 of an indicator row → the one way of writing them, with what was repaired and what is doubtful.

In: the three cells as found, percent formats and formulas among them. Out: three entries; repairs for what people write
differently (`>=`, 90% in the number cell, Excel's formula for `=100`), doubts where only a person can tell. Width and
stray blanks are mended silently. Called by `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from toolkit.reading.entries import shown
from toolkit.reading.model import BLANK, OK, Doubt, Entry, Repair
from toolkit.sources.grid import CellValue, Uncached
from toolkit.spreadsheet.cells import Scaled
from toolkit.values.amounts import as_percent, decimal_of
from toolkit.values.errors import ErrorValue
from toolkit.values.grammar import PARTS, USUAL_TARGET, rewritten
from toolkit.values.targets import SYMBOLS, Target, doubtful_symbol, join_target, number_value, parse_target
from toolkit.values.text import clean_text, number_form, squeeze
from toolkit.values.units import repair_unit
from toolkit.values.words import NUMBER, SYMBOL, UNIT, WARNING

QUALITATIVE = "定性"
NAMES = PARTS

# What people write instead of repeating the text above.
DITTO = frozenset(("同上", "〃", "″", '"', "″″", "''", "”", "“", "同左", "同前"))

# What Excel makes of `=100` or `=95%` typed into a cell.
_TYPED_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?%?")
_WAN = ("万元", "万")

# Repairs of a target: another spelling, a formula that Excel made of `=100`, a number that shows as a percentage.
MENDED, RESTORED, PERCENT = "修复-指标值", "修复-等号还原", "修复-百分比"

# What Excel shows of a long number in a narrow cell, pasted as text: digits are lost.
_EXPONENT = re.compile(r"\d[eE][-+]?\d")

_BETWEEN_VALUES = re.compile(r"[;；,，、\n]|且|并且|和|及")


@dataclass(frozen=True, slots=True)
class TargetCells:
    """The three cells as found: values and addresses by part, whether the number is shown as a percentage; `names` are their columns."""

    values: Mapping[str, CellValue | None]
    cells: Mapping[str, str]
    percent: bool = False
    formula: str | None = None
    names: Mapping[str, str] = field(default_factory=lambda: USUAL_TARGET.parts)


@dataclass(frozen=True, slots=True)
class Read:
    """What reading a row's target gave; entries are by column."""

    entries: dict[str, Entry]
    repairs: tuple[Repair, ...]
    doubts: tuple[Doubt, ...]


def read_target(found: TargetCells) -> Read | None:
    """Return the entries of a row's target; None where one of its cells holds an error or was never calculated."""
    symbol, number, unit = (found.values.get(name) for name in NAMES)
    if found.formula is None and not found.percent and not isinstance(number, Scaled):
        plain = plain_target(symbol, number, unit)
        if plain is not None:
            texts = _by_part(plain).items()
            return Read({found.names[name]: Entry(text, text or "", found.cells.get(name), OK) for name, text in texts}, (), ())
    typed = _typed_formula(found)
    if any(_broken(value) for name, value in found.values.items() if typed is None or name != NUMBER):
        return None
    before = {name: _text(found.values.get(name)) for name in NAMES}
    meant = dict(before)
    if typed is not None:
        meant[NUMBER] = typed
        meant[SYMBOL] = before[SYMBOL] if clean_text(before[SYMBOL] or "") else "="
    elif found.percent and isinstance(number := found.values.get(NUMBER), float):
        meant[NUMBER] = as_percent(number)
    elif isinstance(number := found.values.get(NUMBER), Scaled) and squeeze(before[UNIT] or "") in ("", *_WAN):
        meant[NUMBER], meant[UNIT] = f"{(decimal_of(float(number)) / 10_000).normalize():f}", before[UNIT] or _WAN[0]
    target = _joined(meant[SYMBOL], meant[NUMBER], meant[UNIT])
    after = _by_part(target)
    entries, repairs = {}, []
    for name in NAMES:
        cell = found.cells.get(name)
        entries[found.names[name]] = Entry(after[name], before[name] or "", cell, BLANK if after[name] is None else OK)
        if cell is None and typed is None and meant[name] == before[name]:
            continue  # nothing was undone, and there is no cell to mend
        change = _Change(name, before[name], meant[name], after[name])
        repair = _repair(change, cell, found, restored=typed is not None)
        if repair is not None:
            # Where one of the three columns is gone, a mended cell would lose what stood in it for that column.
            repairs.append(repair if len(found.cells) == len(NAMES) else replace(repair, safe=False))
    return Read(entries, tuple(repairs), _doubts(meant, target, found))


def _by_part(target: Target) -> dict[str, str | None]:
    return {SYMBOL: target.symbol, NUMBER: target.number, UNIT: target.unit}


def read_whole(found: TargetCells, name: str, symbols: Collection[str]) -> tuple[Entry, tuple[Repair, ...], tuple[Doubt, ...]] | None:
    """Return what a cell that holds a whole target says; None where it holds an error or was never calculated.

    Another spelling (不低于90%) is rewritten and repaired; what the grammar does not know is a text, as found.
    """
    read = read_target(found)
    cell, text = found.cells[NUMBER], _text(found.values[NUMBER]) or ""
    if read is None:
        return None
    undone = [repair for repair in read.repairs if repair.rule in (RESTORED, PERCENT)]
    restored = max(undone, key=lambda repair: repair.part == NUMBER, default=None)
    typed = f"={found.formula or ''}" if restored and restored.rule == RESTORED else f"{read.entries[found.names[NUMBER]].value or ''}%"
    meant = clean_text(typed if restored else text)
    made = rewritten(meant, symbols) or meant
    if not made:
        return Entry(None, text, cell, BLANK), (), ()
    doubts = tuple(replace(doubt, field=name, cell=cell) for doubt in read.doubts)
    if made == clean_text(text):
        return Entry(made, text, cell, OK), (), doubts
    before, rule = restored.before if restored else text, restored.rule if restored else MENDED
    said = f"{name}“{' '.join(before.split())}”已按“{made}”读取。"
    if rule == RESTORED:
        said = f"{name}输入“{before}”时被 Excel 当成了公式，已还原为“{made}”。"
    repair = Repair(rule, name, cell, before, made, said, made, safe=True)
    return Entry(made, text, cell, OK), (repair,), doubts


@lru_cache(maxsize=16384, typed=True)
def plain_target(symbol: CellValue | None, number: CellValue | None, unit: CellValue | None) -> Target | None:
    """Return what three cells say that need no repair and leave no doubt: a symbol as printed, a number, a unit; else None."""
    if symbol not in SYMBOLS or symbol == QUALITATIVE or not isinstance(number, (float, str)):
        return None
    if not isinstance(unit, str) or unit in DITTO:
        return None
    text = number if isinstance(number, str) else shown(number)
    if _EXPONENT.search(text) or _BETWEEN_VALUES.search(unit):
        return None
    target = _joined(str(symbol), text, unit)
    plain = number_value(target) is not None and (target.symbol, target.number, target.unit) == (symbol, text, unit)
    return target if plain else None


def _broken(value: CellValue | None) -> bool:
    return isinstance(value, (ErrorValue, Uncached))


def _text(value: CellValue | None) -> str | None:
    return None if value is None or _broken(value) else shown(value)


def _typed_formula(found: TargetCells) -> str | None:
    """The number a person typed with `=` before it, where that is all the number cell's formula says."""
    number = found.values.get(NUMBER)
    formula = number.formula if isinstance(number, Uncached) else found.formula
    formula = (formula or "").strip()
    return formula if _TYPED_NUMBER.fullmatch(formula) else None


@lru_cache(maxsize=4096)
def _joined(symbol: str | None, number: str | None, unit: str | None) -> Target:
    return join_target(symbol, number, unit)


class _Change(NamedTuple):
    """One cell of a target: as found, as it was meant (formula and percent format undone), as read."""

    name: str
    before: str | None
    meant: str | None
    after: str | None


def _repair(change: _Change, cell: str | None, found: TargetCells, *, restored: bool) -> Repair | None:
    name, after, part = found.names[change.name], change.after, change.name
    before = "" if change.before is None else change.before
    rule, said = MENDED, f"{name}“{' '.join(before.split()) or '（空）'}”已按“{after or '（空）'}”读取"
    if restored and part == NUMBER:
        rule, said = RESTORED, f"输入“={after}”时被 Excel 当成了公式，数值已还原为 {after}"
        before = f"={_typed_formula(found)}"
    elif restored and part == SYMBOL and change.meant != change.before:
        rule, said = RESTORED, f"输入“={found.formula or ''}”时等号被 Excel 当成了公式，符号已还原为“=”"
    elif change.meant != change.before and isinstance(found.values.get(NUMBER), Scaled):
        message = f"{' '.join((name, *before.split()))} 以万元显示，已按看到的 {after} 读取。"
        return Repair("修复-金额单位", name, cell, before, after or "", message, after, part=part)
    elif part == NUMBER and change.meant != change.before:
        rule, said = PERCENT, f"数值 {before} 以百分比格式显示，已按看到的 {change.meant} 读取"
    elif part == NUMBER and found.formula is not None and after == change.before:
        before = f"={found.formula}" if found.formula else "（公式）"
        rule, said = "修复-公式取值", f"数值由公式 {before} 算出，已按结果 {after} 读取"
    elif (clean_text(before) or None) == after or _alike(part, change.before, after):
        return None
    return Repair(rule, name, cell, before, after or "", f"{said}。", after, safe=True, part=part)


def _alike(name: str, before: str | None, after: str | None) -> bool:
    """Whether only width, blanks, brackets round the unit or idle zeros differ: mended without a word."""
    if before is None or after is None:
        return False
    if squeeze(clean_text(before)) == squeeze(after):
        return True
    if name == UNIT:
        return repair_unit(before) == after
    if squeeze(number_form(clean_text(before))) == after:
        return True
    return name == NUMBER and _joined("=", before, "x") == Target("=", after, "x")


def _doubts(meant: Mapping[str, str | None], target: Target, found: TargetCells) -> tuple[Doubt, ...]:
    whole = "".join(clean_text(meant[name] or "") for name in NAMES)
    if doubtful_symbol(whole):
        name = SYMBOL if meant[SYMBOL] else NUMBER
        message = f"“{whole}”里的“{whole[0]}”像是比较符号，已按“{target.symbol}”读取。"
        cure = f"如确是“{target.symbol}”，请改用该符号。"
        return (Doubt("格式-符号", WARNING, found.names[SYMBOL], found.cells.get(name), meant[name], message, cure),)
    typed = found.values.get(NUMBER)
    if isinstance(typed, str) and _EXPONENT.search(number_form(typed)) and number_value(target) is not None:
        message = f"数值“{typed.strip()}”是科学记数法，已按 {target.number} 读取，后面的位数可能已经丢了。"
        cure = "请把格子的格式改成“常规”，重新录入完整的数。"
        return (Doubt("格式-科学记数", WARNING, found.names[NUMBER], found.cells.get(NUMBER), typed, message, cure),)
    pieces = _values_in(whole)
    if len(pieces) > 1:
        message = f"一个指标里写了 {len(pieces)} 个值：{'、'.join(pieces)}，无法分别考核。"
        cure = "请拆成几条指标，每条一个值。"
        return (Doubt("格式-多个值", WARNING, found.names[NUMBER], found.cells.get(NUMBER), meant[NUMBER], message, cure),)
    return ()


def _values_in(text: str) -> list[str]:
    """The values that one text holds, each with a comparison of its own; none when it is one value or prose."""
    if not _BETWEEN_VALUES.search(text):
        return []
    pieces = [piece.strip() for piece in _BETWEEN_VALUES.split(text) if piece.strip()]
    return pieces if len(pieces) > 1 and all(_is_value(piece) for piece in pieces) else []


@lru_cache(maxsize=1024)
def _is_value(text: str) -> bool:
    return parse_target(text).symbol not in (None, QUALITATIVE)

"""Name and target of an indicator in one text: `开展培训场次≥12场；`, `成本控制在20万元以内`, under a heading that names both or the name alone.

In: what stands in the column of the names of a table without a column for the target. Out: whether these texts hold both, and the two parts
of each. A text is parted where an operator, or words for one, begin a target that holds a number. Called by `table` and `rows`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from toolkit.reading.plan import Plan
from toolkit.reading.shapes.ordinals import without_number
from toolkit.sources.grid import CellValue
from toolkit.values.grammar import TargetColumns
from toolkit.values.symbols import SYMBOLS
from toolkit.values.targets import number_value, parse_target
from toolkit.values.text import half_width, unwrap
from toolkit.values.words import TARGET

_LONGEST = 120
_OPERATORS = frozenset(SYMBOLS) - {"定性"}

# Where a target may begin: at a sign, at a word for one, or behind a colon.
_BEGINS = re.compile(
    "[≥≤>＞<＜=＝≧≦⩾⩽]|不[得应]?[低少小高多大][于]|不超[过出]|不[短长]于|至[少多]|大于|小于|高于|低于|多于|少于|等于|超过|达到|控制在|保持在|[:：]"
)
_SIGN = re.compile("[≥≤>＞<＜=＝≧≦⩾⩽]")
_TOLD = re.compile("([^:：\\d\n]{2,30})[:：]\\s?([^:：\n]{1,40})")
_ENDS = ";；。,，、 "


def parted(text: str) -> tuple[str, str] | None:
    """Return the name and the target that a text holds one after the other, on each of its lines; None where it is not just these.

    >>> parted("开展培训场次≥12场；"), parted("车间提升成本控制在20万元/个以内；"), parted("满意度达到90%以上。")
    (('开展培训场次', '≥12场'), ('车间提升成本', '控制在20万元/个以内'), ('满意度', '达到90%以上'))
    >>> parted("培训场次：12场"), parted("达到验收标准"), parted("新建公厕8座"), parted("≥12场"), parted("亩产达到500公斤以上的面积")
    (('培训场次', '12场'), None, None, None, None)
    >>> parted("①灌溉面积≥12万亩\\n②引水渠长度：18公里"), parted("面积≥12万亩，其中新增≥2万亩")
    (('①灌溉面积\\n②引水渠长度', '≥12万亩\\n18公里'), None)
    """
    if len(text) > _LONGEST:
        return None
    pieces = [piece for line in text.split("\n") if (piece := line.strip())]
    if len(pieces) > 1 and all(each := [parted(piece) for piece in pieces]):
        return "\n".join(part[0] for part in each if part), "\n".join(part[1] for part in each if part)
    written = unwrap(text).rstrip(_ENDS)
    for found in _BEGINS.finditer(written):
        name = written[: found.start()].strip()
        colon = found[0] in ":："
        value = written[found.end() if colon else found.start() :].strip()
        target = parse_target(half_width(value))
        if len(name) > 1 and not _SIGN.search(name) and number_value(target) is not None and (target.symbol in SYMBOLS or colon):
            return name, value
    return None


def targets_of(plan: Plan) -> Sequence[TargetColumns]:
    """The targets of the form's row table."""
    return plan.form.table.targets if plan.form.table else ()


def named_target(plan: Plan, found: Collection[str]) -> tuple[str, str]:
    """Return the columns of name and target that one column of a sheet may hold: no part of the target has one there; else two blanks."""
    wholes = [spec.column.name for spec in plan.columns if spec.column.field.type == TARGET]
    numbers = [target.number for target in targets_of(plan) if {target.name, *target.names}.isdisjoint(found)] or wholes
    name = next((spec.column.name for spec in plan.columns if spec.column.name not in (*plan.levels, *wholes) and not spec.words), "")
    return (name, numbers[0]) if name in found and numbers and numbers[0] not in found else ("", "")


def with_targets_parted(values: Sequence[CellValue | None], name: int, number: int) -> list[list[CellValue | None]]:
    """Return a row's values with the text in the place of the name given to it and to the target; as many rows as it has lines with both.

    In such a column what stands behind a colon is the target in words; a text that has neither is the name's alone.
    """
    text = values[name]
    told = _TOLD.fullmatch(text.strip().rstrip(_ENDS)) if isinstance(text, str) else None
    parts = (parted(text) or (told and (told[1], told[2]))) if isinstance(text, str) else None
    names, targets = ([text], [None]) if parts is None else (each.split("\n") for each in parts)
    bare = [without_number(each) for each in names if isinstance(each, str)]
    if len(bare) > 1 and all(each != other for each, other in zip(bare, names, strict=True)):
        names = bare
    made = [list(values) for _ in names]
    for row, own, target in zip(made, names, targets, strict=True):
        row[name], row[number] = own, target
    return made


def hold_both(texts: Sequence[str]) -> bool:
    """Return whether most texts of a column, and more than one, hold a name and a target."""
    both = sum(parted(text) is not None for text in texts)
    return both > 1 and 2 * both > len(texts)


def hold_targets(texts: Sequence[str]) -> bool:
    """Return whether most texts of a column are targets with an operator: then the numbers in the names are none."""
    found = sum(parse_target(text).symbol in _OPERATORS for text in texts)
    return found > 0 and 2 * found > len(texts)

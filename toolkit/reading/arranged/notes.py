"""What stands under and beside a form without being of it: signatures, dates, telephone numbers, remarks.

In: a cell's value, or a row. Out: whether it only signs, dates or remarks. Called by `table` and `account`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from toolkit.reading.arranged.cells import Cell
from toolkit.sources.grid import CellValue
from toolkit.values.targets import parse_target
from toolkit.values.text import clean_text, squeeze

# `填表人：张三`, `（盖章）`, a date alone: what stands under a table.
_SIGNATURE = re.compile(r"[^:：≥≤=<>]{1,12}[:：]")
_SEAL = re.compile(r"公章|盖章|签字|签章|签名|印章")
_SIGNER = re.compile(
    r"(?:填报|填表|经办|审核|负责|联系|制表|复核|主管|报送|编制|单位负责|财务负责|项目负责)人|(?:联系|办公)?电话|(?:填报|填表|报送|编制|申报)(?:日期|时间)"
    r"|.{0,8}(?:审[核查批定]|评审|部门|单位|科室|处室|股室|领导|专家|局|委|厅)意见"
)
_DATE = re.compile(r"\d{4}[-年./]\d{0,2}[-月./]?\d{0,2}日?|年月日")
_SYMBOLS = ("≥", ">", "=", "<", "≤")

Range = tuple[int, int]


def is_note(value: CellValue) -> bool:
    """Return whether a cell only signs, dates or remarks: `填表人：张三`, `（盖章）`, a date alone.

    >>> [is_note(text) for text in ("填表人：张三", "单位（盖章）", "2025年1月8日", "食堂改造", 12.0)]
    [True, True, True, False, False]
    """
    return isinstance(value, str) and _is_note(value)


@lru_cache(maxsize=8192)
def _is_note(value: str) -> bool:
    text = clean_text(value)
    patterns = _SIGNATURE.match(text), _SIGNER.fullmatch(squeeze(text)), _SEAL.search(text), _DATE.fullmatch(squeeze(text))
    return any(patterns)


def shown_text(value: CellValue | None) -> str:
    return clean_text(value) if isinstance(value, str) else "" if value is None else str(value)


def signs(line: Sequence[Cell], name: Range | None) -> bool:
    """Whether a row signs or remarks: some text does, and where it stands in the name's column no comparison follows it."""
    notes = [cell for cell in line if is_note(cell.value)]
    dated = all(_DATE.fullmatch(squeeze(cell.text)) for cell in notes)
    if not notes or (dated and len(notes) < len(line)):
        return False
    if all(name is not None and name[0] <= cell.column <= name[1] for cell in notes):
        return not any(parse_target(cell.text).symbol in _SYMBOLS for cell in line)
    named = any(name is not None and name[0] <= cell.column <= name[1] and cell not in notes for cell in line)
    colon = all(_SIGNATURE.match(shown_text(cell.value)) and not cell.text.rstrip().endswith((":", "：")) for cell in notes)
    return not (named and colon)


def is_footer(values: Sequence[CellValue | None], number: int | None) -> bool:
    """Whether a row only signs or remarks: every text has a colon near its start, or follows one ending in a colon."""
    if number is not None and parse_target(shown_text(values[number])).symbol in _SYMBOLS:
        return False
    opened = signed = False
    for text in map(shown_text, values):
        if not text:
            continue
        if _SIGNATURE.match(text) or _SEAL.search(text) or _DATE.fullmatch(squeeze(text)):
            signed, opened = True, text.endswith((":", "："))
        elif not opened and not (signed and text.replace("-", "").isdigit()):
            return False
        else:
            opened = False
    return signed

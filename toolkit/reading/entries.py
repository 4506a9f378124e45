"""A cell as found → an `Entry` of the field's type, and the repairs made on the way.

Comes in: a cell's value (or a text), the field, the address. Prose keeps its wording; amounts, dates and numbers are
read in every way people write them. What cannot be read keeps its text, so that nothing is lost and checking names it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from toolkit.forms.model import AMOUNT, DATE, DECIMAL, INTEGER, NUMERIC, Field
from toolkit.reading.model import BLANK, ERROR, NOT_OF_TYPE, OK, UNCACHED, Doubt, Entry, Repair, Value
from toolkit.reading.shown import plain
from toolkit.sources.grid import CellValue, Uncached
from toolkit.spreadsheet.cells import Formatted
from toolkit.values.amounts import AmountError, parse_amount, round_half_up
from toolkit.values.dates import DateError, parse_date, parse_year
from toolkit.values.errors import ErrorValue
from toolkit.values.text import clean_text, half_width
from toolkit.values.words import WARNING, YEAR_ROLE

# Amounts are in 元 with two decimals; what Excel keeps beyond them nobody has seen.
DECIMALS = 2
FRACTION = "修复-分以下小数"

# What XML 1.0 cannot hold, as far as a cell can bring it (`_x0001_`); nobody typed it.
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|_x00(?:0[0-8BCEFbcef]|1[0-9A-Fa-f])_|_x[Ff]{3}[EFef]_")
_LITERALS = re.compile(r'"[^"]+"')
_OWN_UNIT = re.compile("[千万亿元圆]")
# From here on a number of Excel stands for several that were typed.
_EXACT = 1e15

_BRACKETED = re.compile(r"[^(（]*[(（].*[)）]", re.DOTALL)


def cell_entry(value: CellValue | None, field: Field, cell: str | None, *, date1904: bool = False) -> Entry:
    """Return what `field` holds where `value` stands in `cell`; never raises for what a unit can have typed."""
    if value is None:
        return Entry(None, "", cell, BLANK)
    kind = field.type
    if isinstance(value, str):
        text = clean_text(value)
        if not text:
            return Entry(None, "", cell, BLANK)
        if kind not in NUMERIC:
            return Entry(text, value, cell, OK)
    elif isinstance(value, ErrorValue):
        return Entry(None, value.code, cell, ERROR)
    elif isinstance(value, Uncached):
        return Entry(None, f"={value.formula}", cell, UNCACHED)
    text = shown(value)
    try:
        return Entry(_parse(value, text, field, date1904), text, cell, OK)
    except (AmountError, DateError):
        return Entry(None, text, cell, NOT_OF_TYPE)


def _unformatted(text: str, field: Field) -> str:
    """Return a text as people read it (25.6%) without what 显示格式 puts around the number; under （%） the sign says nothing more."""
    for literal in _LITERALS.findall(field.shown):
        text = text.replace(literal[1:-1], "", 1)
    bare = half_width(text).strip().removesuffix("%")
    if not bare or bare == half_width(text).strip():
        return text
    try:
        number = parse_amount(bare) or Decimal(0)
    except AmountError:
        return text
    return f"{number / 100:f}" if "%" in field.shown else f"{number:f}" if field.percent else text


def _parse(value: CellValue, text: str, field: Field, date1904: bool) -> Value:
    if (field.shown or field.percent) and isinstance(value, str) and field.type in NUMERIC:
        value = text = _unformatted(value, field)
    if field.type == AMOUNT:
        amount = _in_yuan(value, field)
        exponent = amount.as_tuple().exponent if amount is not None else 0
        return round_half_up(amount, DECIMALS) if amount is not None and int(exponent) < -DECIMALS else amount
    if field.type == DECIMAL:
        return parse_amount(value)
    if field.type == DATE:
        return parse_date(value, date1904=date1904)
    if field.type == INTEGER:
        if field.role == YEAR_ROLE:
            return parse_year(value)
        amount = parse_amount(value)
        if amount is None or amount != amount.to_integral_value():
            raise AmountError(text, f"“{text}”不是整数。")
        return int(amount)
    return clean_text(text)


def _in_yuan(value: CellValue, field: Field) -> Decimal | None:
    """An amount of a cell in 元: a number is in the form's unit, a text that says its own unit in that."""
    amount = parse_amount(value)
    if amount is None or field.money.size == 1 or (isinstance(value, str) and _OWN_UNIT.search(value)):
        return amount
    return amount * field.money.size


def shown(value: CellValue) -> str:
    """Return a cell's value as the text a person would read: 2.0 is "2", a date ISO, TRUE "TRUE"."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(Decimal(repr(value + 0.0)), "f").removesuffix(".0")  # -0.0 is a nought as well
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == datetime.min.time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def repairs_of(value: CellValue, entry: Entry, field: Field, formula: str | None) -> Iterator[Repair]:
    """Yield the repairs that reading `value` as `entry` was; `formula` is what computed it, None for a constant."""
    if entry.state != OK or entry.value is None or (formula is not None and field.formula):
        return
    if entry.value == value and isinstance(value, str) and field.type not in NUMERIC and field.role != YEAR_ROLE:
        return
    cell, label, after = entry.cell, field.label, written(_face(entry.value, field))
    if formula is not None and field.type in NUMERIC:
        before = f"={formula}" if formula else "（公式）"
        yield _repair("修复-公式取值", field, cell, before, entry.value, f"{label}由公式 {before} 算出，已按结果 {after} 读取")
    elif isinstance(value, Formatted) or (isinstance(value, str) and field.role == YEAR_ROLE):
        return
    elif isinstance(value, str) and field.type == DATE:
        message = f"{label}“{_short(value)}”是以文本存放的日期，已按 {after} 读取"
        yield _repair("修复-文本日期", field, cell, value, entry.value, message)
    elif isinstance(value, str) and field.type in NUMERIC:
        scaled = re.search("[千万亿]", value) is not None
        rule, what = ("修复-金额单位", "带有单位") if scaled else ("修复-文本数字", "是以文本存放的数字")
        message = f"{label}“{_short(value)}”{what}，已按数字 {after} 读取"
        yield _repair(rule, field, cell, value, entry.value, message)
    elif isinstance(value, (int, float)) and field.type == DATE:
        message = f"{label}“{entry.text}”是以数字存放的日期，已按 {after} 读取"
        yield _repair("修复-数字日期", field, cell, entry.text, entry.value, message)
    if isinstance(value, str) and field.type not in NUMERIC and _ILLEGAL.search(value):
        count = len(_ILLEGAL.findall(value))
        message = f"{label}含有 {count} 个文件格式不允许的控制字符，已去除"
        yield _repair("修复-非法字符", field, cell, _visible(value), entry.value, message)
    if field.type == AMOUNT and not (isinstance(value, float) and value == entry.value):
        exact = _in_yuan(value, field)
        if exact is not None and exact != entry.value:
            message = f"{label} {exact:f} 元有不足一分的尾数，已按 {after} 元读取"
            yield _repair(FRACTION, field, cell, f"{exact:f}", entry.value, message)


def percent_repair(repair: Repair, label: str) -> Repair:
    """The repair of a number shown as a percentage under （%）; its cell would show another number once that is written into it."""
    message = f"{label}以百分比格式显示，已按看到的 {repair.before} 读取。"
    return replace(repair, rule="修复-百分比", message=message, safe=False)


def spelt(name: str, label: str, entry: Entry, word: str) -> Repair:
    """The repair of a list's word written with blanks in it, or in another width."""
    message = f"{label}“{_short(str(entry.value))}”与列表里的“{word}”只差空格或全角、半角，已按列表里的词读取。"
    return Repair("修复-列表用词", name, entry.cell, entry.text, word, message, word, safe=True)


def doubts_of(value: CellValue, entry: Entry, field: Field, formula: str | None) -> Iterator[Doubt]:
    """Yield what a person should look at though it could be read: a bracketed negative, a link to another file."""
    negative = isinstance(entry.value, Decimal) and entry.value < 0
    if negative and isinstance(value, str) and _BRACKETED.match(value):
        message = f"{field.label}“{_short(value)}”按会计写法是负数，已按 {written(entry.value)} 读取。"
        suggestion = "请确认是否确为负数；如不是负数请去掉括号。"
        yield Doubt("格式-负数", WARNING, field.name, entry.cell, entry.text, message, suggestion)
    if isinstance(value, float) and abs(value) >= _EXACT and field.type not in NUMERIC:
        message = f"{field.label}“{entry.text}”是 {value:.14G}，Excel 的数字只保留前 15 位，后面的已经变成了 0。"
        suggestion = "请先把单元格设为“文本”格式（或先打一个单引号 '），再重新填写。"
        yield Doubt("格式-位数", WARNING, field.name, entry.cell, entry.text, message, suggestion)
    if field.type == AMOUNT and isinstance(entry.value, Decimal):
        face = field.face(entry.value)
        if face != round_half_up(face, field.money.places):
            message = f"{field.label} {face.normalize():f} {field.money.unit}的小数超过 {field.money.places} 位，已按原数读取。"
            suggestion = f"请核对，只保留 {field.money.places} 位小数。"
            yield Doubt("格式-小数位", WARNING, field.name, entry.cell, entry.text, message, suggestion)
    if formula is not None and "[" in formula and "!" in formula:
        message = f"{field.label}的公式 ={formula} 引用了其他文件，对方文件变动后结果会变。"
        yield Doubt("格式-外部链接", WARNING, field.name, entry.cell, entry.text, message, "请改为直接填写数值后重新报送。")


def written(value: Value) -> str:
    """Return a value as a repair prints it: amounts plain with two decimals, dates ISO."""
    return str(plain(value))


def _repair(rule: str, field: Field, cell: str | None, before: str, value: Value, message: str) -> Repair:
    meant = _face(value, field)
    return Repair(rule, field.name, cell, before, written(meant), f"{message}。", meant, safe=True)


def _face(value: Value, field: Field) -> Value:
    """A value as its cell has it: an amount in the form's unit."""
    return field.face(value) if isinstance(value, Decimal) else value


def _short(text: str) -> str:
    return " ".join(clean_text(text).split())[:40]


def _visible(text: str) -> str:
    """`text` with the characters that cannot be printed written as their numbers."""
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", lambda m: f"_x{ord(m[0]):04X}_", text)

"""The one table of functions a rule may call: arguments, kind, implementation. It drives compiling, errors and docs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from toolkit.formula.functions import criteria, dates, engine_only, listwords, logic, maths, mentioned, rounding, similar, texts
from toolkit.formula.functions import lookup as lookups
from toolkit.formula.operators import concat

MANY = 255


@dataclass(frozen=True, slots=True)
class Function:
    """How a function is called.

    `kind`: `values` gets its arguments; `aggregate` gets a tuple of them and a tuple telling which are values rather
    than references; `lazy` gets the arguments from `lazy_from` on as callables; `names` gets the names first.
    `step`: arguments beyond `minimum` come in groups of this many. `areas`: indexes of arguments that must be fields,
    columns or lists, not calculated values; with `area_step` also every so many further ones.
    """

    name: str
    minimum: int
    maximum: int
    call: Callable[..., object]
    kind: str = "values"
    modern: bool = False
    engine_only: bool = False
    step: int = 1
    lazy_from: int = 0
    areas: frozenset[int] = field(default=frozenset())
    area_step: int = 0

    def needs_area(self, index: int) -> bool:
        """Return whether argument `index` (from 0) must be a reference."""
        if index in self.areas:
            return True
        return bool(self.area_step) and index >= min(self.areas) and (index - max(self.areas)) % self.area_step == 0

    def accepts(self, count: int) -> bool:
        """Return whether a call with `count` arguments is possible."""
        return self.minimum <= count <= self.maximum and (count - self.minimum) % self.step == 0


def _values(name: str, minimum: int, maximum: int, call: Callable[..., object]) -> Function:
    return Function(name, minimum, maximum, call)


def _aggregate(name: str, call: Callable[..., object], modern: bool = False) -> Function:
    return Function(name, 1, MANY, call, kind="aggregate", modern=modern)


_ALL = (
    Function("IF", 2, 3, logic.if_, kind="lazy", lazy_from=1),
    Function("IFERROR", 2, 2, logic.iferror, kind="lazy", lazy_from=1),
    Function("IFNA", 2, 2, logic.ifna, kind="lazy", lazy_from=1, modern=True),
    Function("CHOOSE", 2, MANY, logic.choose, kind="lazy", lazy_from=1),
    Function("IFS", 2, MANY, logic.ifs, kind="lazy", step=2, modern=True),
    Function("SWITCH", 3, MANY, logic.switch, kind="lazy", lazy_from=1, modern=True),
    _aggregate("AND", logic.and_),
    _aggregate("OR", logic.or_),
    _aggregate("XOR", logic.xor, modern=True),
    _values("NOT", 1, 1, logic.not_),
    _values("TRUE", 0, 0, logic.true),
    _values("FALSE", 0, 0, logic.false),
    _values("ISNUMBER", 1, 1, logic.isnumber),
    _values("ISTEXT", 1, 1, logic.istext),
    _values("ISBLANK", 1, 1, logic.isblank),
    _values("ISERROR", 1, 1, logic.iserror),
    _values("ISNA", 1, 1, logic.isna),
    _values("N", 1, 1, logic.n),
    _values("T", 1, 1, logic.t),
    _aggregate("SUM", maths.sum_),
    _aggregate("COUNT", maths.count),
    _aggregate("COUNTA", maths.counta),
    _aggregate("AVERAGE", maths.average),
    _aggregate("MAX", maths.max_),
    _aggregate("MIN", maths.min_),
    Function("SUMIF", 2, 3, criteria.sumif, areas=frozenset({0, 2})),
    Function("SUMIFS", 3, 255, criteria.sumifs, step=2, areas=frozenset({0, 1}), area_step=2),
    Function("COUNTIF", 2, 2, criteria.countifs, areas=frozenset({0})),
    Function("COUNTIFS", 2, 254, criteria.countifs, step=2, areas=frozenset({0}), area_step=2),
    Function("COUNTBLANK", 1, 1, maths.countblank, areas=frozenset({0})),
    _values("SUMPRODUCT", 1, MANY, maths.sumproduct),
    _values("LARGE", 2, 2, maths.large),
    _values("SMALL", 2, 2, maths.small),
    _values("ROUND", 2, 2, rounding.round_),
    _values("ROUNDUP", 2, 2, rounding.roundup),
    _values("ROUNDDOWN", 2, 2, rounding.rounddown),
    _values("INT", 1, 1, maths.int_),
    _values("TRUNC", 1, 2, rounding.trunc),
    _values("ABS", 1, 1, maths.abs_),
    _values("MOD", 2, 2, maths.mod),
    _values("SIGN", 1, 1, maths.sign),
    _values("POWER", 2, 2, maths.power),
    _values("SQRT", 1, 1, maths.sqrt_),
    _values("CEILING", 2, 2, rounding.ceiling),
    _values("FLOOR", 2, 2, rounding.floor_),
    _values("LEN", 1, 1, texts.length),
    _values("LEFT", 1, 2, texts.left),
    _values("RIGHT", 1, 2, texts.right),
    _values("MID", 3, 3, texts.mid),
    _values("FIND", 2, 3, texts.find),
    _values("SEARCH", 2, 3, texts.search),
    _values("SUBSTITUTE", 3, 4, texts.substitute),
    _values("REPLACE", 4, 4, texts.replace),
    _values("TRIM", 1, 1, texts.trim),
    _values("CLEAN", 1, 1, texts.clean),
    _values("EXACT", 2, 2, texts.exact),
    _values("UPPER", 1, 1, texts.upper),
    _values("LOWER", 1, 1, texts.lower),
    _values("TEXT", 2, 2, texts.text_),
    _values("VALUE", 1, 1, texts.value_),
    _values("REPT", 2, 2, texts.rept),
    _values("CONCATENATE", 1, MANY, concat),
    Function("CONCAT", 1, MANY, texts.join_all, modern=True),
    Function("TEXTJOIN", 3, MANY, texts.textjoin, modern=True),
    _values("CHAR", 1, 1, texts.char),
    _values("CODE", 1, 1, texts.code),
    _values("DATE", 3, 3, dates.date),
    _values("YEAR", 1, 1, dates.year),
    _values("MONTH", 1, 1, dates.month),
    _values("DAY", 1, 1, dates.day),
    _values("EDATE", 2, 2, dates.edate),
    _values("EOMONTH", 2, 2, dates.eomonth),
    _values("DATEVALUE", 1, 1, dates.datevalue),
    _values("WEEKDAY", 1, 2, dates.weekday),
    _values("VLOOKUP", 3, 4, lookups.vlookup),
    _values("MATCH", 2, 3, lookups.match),
    _values("LOOKUP", 2, 3, lookups.lookup),
    _values("INDEX", 2, 3, lookups.index),
    Function("INDIRECT", 1, 1, lookups.indirect, kind="names"),
    _values("ROWS", 1, 1, lookups.rows),
    _values("COLUMNS", 1, 1, lookups.columns),
    _values("相符", 3, 4, rounding.agrees),
    Function("含任一", 2, 2, listwords.contains_any, areas=frozenset({1})),
    Function("等于任一", 2, 2, listwords.equals_any, areas=frozenset({1})),
    Function("开头任一", 2, 2, listwords.starts_with_any, areas=frozenset({1})),
    Function("结尾任一", 2, 2, listwords.ends_with_any, areas=frozenset({1})),
    Function("最后位置", 2, 2, listwords.last_end, areas=frozenset({1})),
    Function("相似度", 2, 2, similar.similarity, engine_only=True),
    Function("含敏感信息", 1, 1, engine_only.holds_personal_data, engine_only=True),
    Function("写明的数", 2, 2, mentioned.written_figure, engine_only=True),
    Function("目标数相符", 4, 4, mentioned.figures_agree, engine_only=True),
    Function("日期不存在", 1, 1, mentioned.has_impossible_date, engine_only=True),
    Function("有叠字", 1, 1, mentioned.has_doubled_word, engine_only=True),
    Function("日期在期间", 3, 4, mentioned.dates_within, engine_only=True),
)

FUNCTIONS: dict[str, Function] = {function.name: function for function in _ALL}

LIST_FUNCTIONS = frozenset({"含任一", "等于任一", "开头任一", "结尾任一", "最后位置"})

"""What is proposed: rows for the sheet 字段 with the areas they are bound to, lists, the unit of money; legal names for all of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from toolkit.forms.layout import is_legal_name
from toolkit.forms.model import PER_PROJECT, TEXT
from toolkit.proposing.blocks import Block, Table
from toolkit.proposing.words import TO_DECIDE, core
from toolkit.values.amounts import YUAN, Money

Area = tuple[int, int, int, int]

# What a name may not begin with (DESIGN, "Declaration syntax"), and what is put behind it.
_RESERVED = frozenset(("列表", "全部", "单位", "批次"))
_ASIDE = "栏"


@dataclass(frozen=True, slots=True)
class Proposed:
    """One row of 字段; `area` is what its name is bound to, None for a row that only refines a grid.

    `offered` is a list that its cells offer already, still empty, for the clerk to fill and to write down as its 列表. `why` says what the clerk has to confirm, "" where nothing was guessed. `format` is the number format its cells get.
    """

    name: str
    label: str = ""
    type: str = TEXT
    area: Area | None = None
    required: bool = False
    code_list: str = ""
    offered: str = ""
    from_issuer: bool = False
    role: str = ""
    table: str = ""
    level: bool = False
    prefilled: bool = False
    target: str = ""
    grid_rows: tuple[str, ...] = ()
    grid_columns: tuple[str, ...] = ()
    format: str = ""
    why: str = ""

    @property
    def undecided(self) -> bool:
        """Whether the clerk has something to do, not just to look."""
        return TO_DECIDE in self.why


@dataclass(frozen=True)
class Proposal:
    """A form proposed from a printed one; `clear` are the places whose sample texts go, `merge` the areas that become one cell, `columns` how wide it is."""

    name: str
    title: str
    fields: tuple[Proposed, ...]
    lists: Mapping[str, tuple[str, ...]]
    money: Money = YUAN
    sheets: str = PER_PROJECT
    tables: Mapping[str, Table] = field(default_factory=dict)
    grids: Mapping[str, Block] = field(default_factory=dict)
    clear: tuple[tuple[int, int], ...] = ()
    merge: tuple[Area, ...] = ()
    notes: tuple[str, ...] = ()
    columns: int = 1

    @property
    def unsure(self) -> tuple[Proposed, ...]:
        return tuple(each for each in self.fields if each.why)

    def called(self, role: str) -> str:
        """The name of the field that has a role, "" for none."""
        return next((each.name for each in self.fields if each.role == role), "")


@dataclass
class Names:
    """The names given so far; each is legal and given once."""

    given: set[str] = field(default_factory=set)

    def give(self, text: str, *others: str) -> tuple[str, str]:
        """Return a name for a printed text, made of it and the first of `others` that helps where it is taken; and why, if so.

        >>> names = Names()
        >>> names.give("其中：财政资金"), names.give("财政资金", "年度（万元）")
        (('财政资金', ''), ('年度_财政资金', '请定：表上还有一处“财政资金”，名称前加了“年度”'))
        >>> names.give("单位")[0], names.give("2024年金额")[0], names.give("（一）")[0]
        ('单位栏', '项2024年金额', '一')
        """
        plain = legal(text)
        if plain not in self.given:
            self.given.add(plain)
            return plain, ""
        for other in others:
            name = f"{legal(other)}_{plain}" if other else plain
            if name not in self.given and is_legal_name(name):
                self.given.add(name)
                return name, f"{TO_DECIDE}表上还有一处“{plain}”，名称前加了“{legal(other)}”"
        name = next(name for number in range(2, 10_000) if (name := f"{plain}{number}") not in self.given)
        self.given.add(name)
        return name, f"{TO_DECIDE}表上还有一处“{plain}”，名称后加了数字"


def legal(text: str) -> str:
    """Return the part of a label that can be a name.

    >>> legal("其中：财政拨款（万元）"), legal("1-7月执行数")
    ('财政拨款', '项1_7月执行数')
    """
    word = re.sub(r"\W", "", re.sub(r"(?<=\d)\W+(?=\d)", "_", core(text)))[:40] or "字段"
    word = f"项{word}" if word[0].isdigit() else word
    word = f"{word}{_ASIDE}" if word in _RESERVED else word
    return word if is_legal_name(word) else f"{word}_"


def parts(texts: Iterable[str]) -> tuple[str, ...]:
    """Return names for the rows, or the columns, of a grid."""
    names = Names()
    return tuple(names.give(text)[0] for text in texts)

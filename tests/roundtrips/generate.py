"""Filled declarations of any form, made up from its fields alone: by type, list, length and table, short ones and some of many pages.

In: a form and a seed. Out: a declaration as reading makes them, its computed fields worked out. Nothing here knows a form by name;
texts hold what people write: line breaks, brackets, figures, dates, signs.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from tests.shipped import entry
from toolkit.forms.model import AMOUNT, CODE, DATE, DECIMAL, DEPENDENT_LIST, INTEGER, LONG_TEXT, Column, Field, Form, IndicatorTable
from toolkit.reading.computed import completed
from toolkit.reading.model import Declaration, Row, Value
from toolkit.values.words import TARGET, UNIT_ROLE, YEAR_ROLE

_THINGS = [
    "道路桥梁",
    "公共图书",
    "社区养老",
    "校舍食堂",
    "农田水利",
    "公交站点",
    "垃圾分类",
    "信息系统",
    "疫苗接种",
    "古树名木",
    "地下管网",
    "职业培训",
    "河道堤防",
    "消防车辆",
]
_DEEDS = ["日常养护", "定期检测", "维修改造", "集中采购", "运行维护", "宣传推广", "扩容升级", "巡查整治", "资料整理", "应急处置"]
_MEASURES = [
    "完成数",
    "合格率",
    "及时率",
    "覆盖面",
    "使用率",
    "平均费用",
    "响应时间",
    "知晓度",
    "达标情况",
    "更新次数",
    "满意度",
    "发生次数",
]
_SENTENCES = (
    "全年完成{thing}{deed} {n} 处，质量合格率达到 {p}% 以上",
    "按照“先急后缓”的原则分 {m} 批实施{thing}{deed}（含前期勘察、设计和监理）",
    "新增{thing}服务点 {m} 个，惠及群众 {n} 人次；投诉按时办结",
    "建立{thing}{deed}台账，做到一点一档、动态更新",
    "{y}年6月底前完成招标，{y}年12月31日前全部验收",
    "每季度开展{deed}不少于 {m} 次，发现问题 24 小时内处置",
    "群众对{thing}的满意度保持在 {p}% 以上，不发生责任事故",
)
_UNITS = ["个", "次", "人次", "公里", "台", "户", "天", "小时", "万元", "%", "平方米", "份"]
_SIGNS = ["≥", "≤", "=", ">", "<"]
_WORDS = ("及时", "符合设计要求", "建立健全", "通过等保三级测评", "2026年12月底前", "基本消除")
_NAMES = ["沈立群", "周建国", "王敏", "欧阳静", "李伟"]


def made_up(form: Form, seed: int) -> Declaration:
    """Return a declaration of the form; one in five is long: full tables, goals of many lines."""
    chance = random.Random(f"{form.name}{seed}")
    maker = _Maker(form, chance, long=seed % 5 == 4)
    year = chance.randint(2024, 2027)
    values: dict[str, Value] = {}
    for field in form.fields:
        if field.formula:
            continue
        if field.name == form.roles.get(YEAR_ROLE):
            values[field.name] = year
        elif field.name == form.roles.get(UNIT_ROLE):
            values[field.name] = f"青溪区第{seed + 1}{chance.choice(('中学', '人民医院（本部）', '公路养护中心', '街道办事处'))}"
        else:
            values[field.name] = maker.value(field, {})
    entries = {field.name: entry(values.get(field.name)) for field in form.fields}
    tables = {table.name: maker.rows(table) for table in form.tables}
    first, more = form.table, form.more_tables
    rows = tables[first.name] if first else ()
    further = {table.name: tables[table.name] for table in more}
    return completed(Declaration("", None, form.name, entries, rows, roles=form.roles, more_rows=further), form)


class _Maker:
    def __init__(self, form: Form, chance: random.Random, *, long: bool) -> None:
        self._form, self._chance, self._long = form, chance, long
        self._limits = {limit.table: limit for limit in form.limits}

    def rows(self, table: IndicatorTable) -> tuple[Row, ...]:
        limit = self._limits.get(table.name)
        least, most = (max(limit.least, 1), limit.most or table.size) if limit else (1, table.size)
        few = min(most, max(least, 12))
        count = self._chance.randint(min(most, max(least, 25)), most) if self._long else self._chance.randint(least, few)
        lines = [self._row(table) for _ in range(count)]
        places = {name: self._places(column.field) for name, column in _columns(table).items() if name in table.levels}
        lines.sort(key=lambda line: [places[name].get(str(line[name]), 99) for name in table.levels])
        return tuple(Row(number, {name: entry(line.get(name)) for name in table.names}) for number, line in enumerate(lines, 1))

    def _places(self, field: Field) -> Mapping[str, int]:
        """The order of a level's words: indicators of one group stand together."""
        source = field.code_list or ""
        if not source.startswith(DEPENDENT_LIST):
            return {word: number for number, word in enumerate(self._form.lists.get(source, ()))}
        above = _columns_of(self._form)[source.removeprefix(DEPENDENT_LIST)].field.code_list or ""
        words = (word for parent in self._form.lists.get(above, ()) for word in self._form.lists.get(parent, ()))
        return {word: number for number, word in enumerate(words)}

    def _row(self, table: IndicatorTable) -> dict[str, Value]:
        line: dict[str, Value] = {}
        for target in table.targets:
            line |= self._target(target.parts)
        for column in table.columns:
            if column.name not in line and not column.field.formula:
                line[column.name] = self.value(column.field, line)
        return line

    def _target(self, parts: Mapping[str, str]) -> dict[str, Value]:
        symbol, number, unit = parts.values()
        if self._chance.random() < 0.25:
            return {symbol: "定性", number: self._chance.choice(_WORDS), unit: None}
        return {symbol: self._chance.choice(_SIGNS), number: self._number(), unit: self._chance.choice(_UNITS)}

    def _number(self) -> str:
        return self._chance.choice(
            (f"{self._chance.randint(0, 5000)}", f"{self._chance.randint(0, 9999) / 100:.2f}".rstrip("0").rstrip("."))
        )

    def value(self, field: Field, line: Mapping[str, Value]) -> Value:
        chance = self._chance
        if not field.required and chance.random() < 0.2:
            return None
        if field.type == AMOUNT:
            smallest = Decimal(field.money.size).scaleb(-field.money.places)
            return Decimal(0) if chance.random() < 0.1 else smallest * chance.randint(1, 10 ** chance.randint(3, 11))
        if field.type == DATE:
            return date(2025, 1, 1) + timedelta(days=chance.randint(0, 900))
        if field.type == INTEGER:
            return chance.randint(0, 9999)
        if field.type == DECIMAL:
            return Decimal(chance.randint(0, 10000)) / 100
        if field.type == TARGET:
            return chance.choice(_WORDS) if chance.random() < 0.25 else f"{chance.choice(_SIGNS)}{self._number()}{chance.choice(_UNITS)}"
        if field.type == CODE and field.code_list:
            return self._word(field.code_list, line)
        if field.type == LONG_TEXT:
            return self._long_text(field.max_length or 2000)
        return self._text(field)[: field.max_length or 200]

    def _word(self, source: str, line: Mapping[str, Value]) -> str:
        name = str(line[source.removeprefix(DEPENDENT_LIST)]) if source.startswith(DEPENDENT_LIST) else source
        return self._chance.choice([word for word in self._form.lists[name] if word])

    def _text(self, field: Field) -> str:
        chance = self._chance
        if (field.max_length or 0) <= 30:
            return chance.choice(_NAMES)
        thing, deed, measure = chance.choice(_THINGS), chance.choice(_DEEDS), chance.choice(_MEASURES)
        if (field.max_length or 0) > 100:
            return self._sentences(chance.randint(1, 3), "；")
        return chance.choice((f"{thing}{deed}{measure}", f"{thing}{measure}", f"{thing}{deed}（{chance.randint(1, 9)}期）{measure}"))

    def _long_text(self, most: int) -> str:
        count = self._chance.randint(12, 24) if self._long else self._chance.randint(1, 5)
        lines = [f"{number}. {self._sentences(self._chance.randint(1, 2), '；')}。" for number in range(1, count + 1)]
        while sum(map(len, lines)) + len(lines) > most:
            lines.pop()
        return "\n".join(lines) if self._chance.random() < 0.6 else "".join(lines)

    def _sentences(self, count: int, between: str) -> str:
        chance = self._chance
        words = {"n": chance.randint(2, 9000), "m": chance.randint(2, 40), "p": chance.randint(80, 100), "y": chance.randint(2025, 2027)}
        return between.join(
            text.format(thing=chance.choice(_THINGS), deed=chance.choice(_DEEDS), **words) for text in chance.sample(_SENTENCES, count)
        )


def _columns(table: IndicatorTable) -> dict[str, Column]:
    return {column.name: column for column in table.columns}


def _columns_of(form: Form) -> dict[str, Column]:
    return {name: column for table in form.tables for name, column in _columns(table).items()}


def many(form: Form, seeds: Sequence[int]) -> list[Declaration]:
    return [made_up(form, seed) for seed in seeds]

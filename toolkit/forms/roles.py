"""Which field is the unit, the project, the year …: what the engine itself needs to know of a form, and nothing by name.

Comes in: the rows of 字段 and the fields made of them. Goes out: the fields with their roles; a role that is unknown, given
twice or given to a column of a row table is a mistake. A sheet without the column 角色 calls its fields by the usual names. The column
指标值 of 字段 says likewise which columns make a target, 沿用 what becomes of last year's values.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from toolkit.forms.book import Mistake
from toolkit.forms.layout import Layout
from toolkit.forms.model import PER_PROJECT, TEXT, Field, Form, IndicatorTable
from toolkit.forms.tables import TableRow
from toolkit.values.aliases import aliases
from toolkit.values.grammar import PARTS, TargetColumns, part_formulas
from toolkit.values.text import label_key
from toolkit.values.words import (
    CARRIED,
    CARRIES,
    CODE_ROLE,
    DEPARTMENT_ROLE,
    OFFICE_ROLE,
    PROJECT_ROLE,
    ROLES,
    SYMBOL,
    TARGET,
    UNIT_ROLE,
    USUAL_NAMES,
    YEAR_ROLE,
    Role,
)

# What does not work without a field of that role.
_NEEDED_FOR: Mapping[Role, str] = {
    UNIT_ROLE: "不能按单位归并、催报和汇总",
    PROJECT_ROLE: "不能按项目名称对名单、对去年",
    CODE_ROLE: "不能按项目代码对名单、对去年",
    YEAR_ROLE: "下发时不能写 --year，汇总和对比不分年度",
    DEPARTMENT_ROLE: "下发时不填主管部门",
    OFFICE_ROLE: "下发时不填归口科室",
}


def with_roles(
    rows: Sequence[TableRow], fields: Mapping[str, Field], lists: Mapping[str, tuple[str, ...]], mistakes: list[Mistake]
) -> dict[str, Field]:
    """Return the fields with the roles that 字段 gives them; where it has no such column, those of the usual names."""
    if not any("角色" in row.columns for row in rows):
        return usual_roles(fields, lists)
    found = dict(fields)
    given: dict[Role, str] = {}
    for row in rows:
        said, name = row.get("角色"), row.get("字段名")
        role = next((role for role in ROLES if role == said), None)
        if said and role is None:
            mistakes.append(row.mistake("角色", f"未知的角色“{said}”", f"请改为：{'、'.join(ROLES)}，或留空"))
        elif role and role in given:
            mistakes.append(row.mistake("角色", f"“{given[role]}”已经是“{role}”", "一个角色只能给一个字段，请只留一处"))
        elif role and name in found:
            given[role] = name
            found[name] = replace(found[name], role=role)
    return found


def usual_roles(fields: Mapping[str, Field], lists: Mapping[str, tuple[str, ...]]) -> dict[str, Field]:
    """Return the fields with the roles of those that are called, or printed, by a role's usual name."""
    found = dict(fields)
    for role, name in USUAL_NAMES.items():
        field = named(name, found.values(), lists)
        if field is not None and field.role is None:
            found[field.name] = replace(field, role=role)
    return found


def named(name: str, fields: Iterable[Field], lists: Mapping[str, tuple[str, ...]]) -> Field | None:
    """Return the field of that name, else the one printed so, or under an alias of it in 代码表."""
    fields = list(fields)
    own = next((field for field in fields if field.name == name), None)
    if own is not None:
        return own
    key, standards = label_key(name), aliases(lists, "标签")
    return next((field for field in fields if label_key(standards.get(field.label, field.label)) == key), None)


def misplaced_roles(rows: Sequence[TableRow], columns: Iterable[str], mistakes: list[Mistake]) -> None:
    """Add a mistake for each role of a column of a row table: a role belongs to a single field."""
    within = set(columns)
    for row in rows:
        if row.get("角色") and row.get("字段名") in within:
            mistakes.append(row.mistake("角色", f"“{row.get('字段名')}”是行表的一列，不能有角色", "请清空角色，或给单个的字段"))


def carry_mistakes(rows: Sequence[TableRow], layout: Layout) -> Iterator[Mistake]:
    """Yield what is wrong with the column 沿用: other words; of a field that is computed; rows carried without what they are known by, targets in part."""
    in_grid = {field.name for field in layout.fields if field.grid}
    by_name = {row.get("字段名"): row for row in rows}
    for row in {row.row: row for row in rows if row.get("沿用") not in CARRIES}.values():
        yield row.mistake("沿用", f"“{row.get('沿用')}”不是“是”或“参考”", "请填“是”（沿用去年的）或“参考”（写进批注），或留空")
    for name, row in by_name.items():
        if row.get("沿用") and row.get("公式") and name not in in_grid:
            yield row.mistake("沿用", f"“{name}”由公式算出，不能沿用", "请清空这一格")
    for table in layout.tables:
        carried = {column.name: column.field.carry for column in table.columns}
        known_by = [name for name in (*table.levels, table.naming) if name not in table.prefilled and not by_name[name].get("公式")]
        for name in dict.fromkeys(known_by):
            if any(carried.values()) and carried[name] != CARRIED:
                cure = "同一行表有沿用的列，层级列和名称列也要填“是”；都不沿用的，把这一栏清空"
                yield by_name[name].mistake("沿用", f"行表“{table.name}”有的列沿用，认得出是哪一行的“{name}”却不沿用", cure)
        for target in table.targets:
            if len({carried[name] for name in target.names}) > 1:
                text = f"指标值“{target.name}”的几列沿用不一致"
                yield by_name[target.number].mistake("沿用", text, f"请把{'、'.join(target.names)}写成一样的")


def with_targets(
    tables: Sequence[IndicatorTable], rows: Sequence[TableRow], lists: Mapping[str, tuple[str, ...]], mistakes: list[Mistake]
) -> tuple[IndicatorTable, ...]:
    """Return the tables with the targets that 字段 makes of their columns (年度指标值.数值), each of three parts."""
    said = {row.get("字段名"): row for row in rows if row.get(TARGET)}
    made = []
    for table in tables:
        found: dict[str, dict[str, str]] = {}
        for column in (name for name in table.names if name in said):
            row = said.pop(column)
            target, _, part = row.get(TARGET).rpartition(".")
            if not target or part not in PARTS:
                mistakes.append(
                    row.mistake(
                        TARGET, f"“{row.get(TARGET)}”不是指标值的一部分", f"请写成“名称.部分”，部分是{'、'.join(PARTS)}，如 年度指标值.数值"
                    )
                )
            elif part in found.setdefault(target, {}):
                mistakes.append(row.mistake(TARGET, f"“{row.get(TARGET)}”已经是“{found[target][part]}”", "一个部分只能给一列，请只留一处"))
            else:
                found[target][part] = column
        for target, parts in found.items():
            lacking = [part for part in PARTS if part not in parts]
            if lacking:
                row = next(row for row in rows if row.get("字段名") in parts.values())
                mistakes.append(row.mistake(TARGET, f"指标值“{target}”缺少{'、'.join(lacking)}", "请在“字段”表给三列各写一个部分"))
        whole = [TargetColumns(target, *(parts[part] for part in PARTS)) for target, parts in found.items() if len(parts) == len(PARTS)]
        part_of = {name: part for target in whole for part, name in target.parts.items()}
        columns = tuple(replace(c, field=replace(c.field, part=part_of.get(c.name, ""))) for c in table.columns)
        made.append(replace(table, columns=columns, declared=tuple(whole), symbols=lists.get(SYMBOL, ())))
    for name, row in said.items():
        mistakes.append(row.mistake(TARGET, f"“{name}”不是行表的一列，不能是指标值的一部分", "请清空，或把类型改为“指标值”"))
    return tuple(made)


def whole_parts_of(
    fields: Mapping[str, Field], layout: Layout, lists: Mapping[str, tuple[str, ...]]
) -> tuple[dict[str, Field], tuple[str, ...]]:
    """Return the helpers by which rules reach the parts of targets in one cell, and the fields that lack the list 符号 for them.

    Rows of further tables have no helpers.
    """
    further = {name for table in layout.tables[1:] for name in table.names}
    whole = [field for field in fields.values() if field.type == TARGET and field.name not in further]
    if whole and SYMBOL not in lists:
        return {}, tuple(field.name for field in whole)
    parts = {
        name: Field(name, f"{field.label}的{name.rpartition('.')[2]}", TEXT, formula=formula, table=field.table)
        for field in whole
        for name, formula in part_formulas(field.name).items()
    }
    return parts, ()


def renamed(text: str, parts: Mapping[str, str]) -> str:
    """Return a formula or a message with each part of a target by the name of its column, texts in quotes as they are.

    >>> renamed('AND(全部.年度指标值.数值>0,"年度指标值.数值"="")', {"年度指标值.数值": "数"})
    'AND(全部.数>0,"年度指标值.数值"="")'
    """
    for name, column in parts.items():
        if name in text and name != column:
            pieces = re.split(r'("[^"]*")', text)
            named = re.compile(rf"(?<![^\W])((?:(?:全部|单位|批次)\.)?){re.escape(name)}(?![\w.])")
            text = "".join(piece if place % 2 else named.sub(rf"\g<1>{column}", piece) for place, piece in enumerate(pieces))
    return text


def missing_roles(form: Form) -> tuple[str, ...]:
    """Return a line for each role that no field of the form has: what is off without it; a form that a unit sends once has no project."""
    needed = (role for role in ROLES if form.sheets == PER_PROJECT or role not in (PROJECT_ROLE, CODE_ROLE))
    return tuple(f"没有字段的角色是“{role}”：{_NEEDED_FOR[role]}" for role in needed if role not in form.roles)

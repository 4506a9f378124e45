"""Grids of any size anywhere: drawn at random, filled, read back as sent and rearranged; every value exact, nothing invented."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from tests.shipped import entry
from toolkit.forms import Form, lint_form, load_form
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.reading.model import Declaration, Value
from toolkit.reading.sheet import read_sheets
from toolkit.sources.open import open_source

WORDS = tuple("甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥")
FIRST = ("上年", "本年", "累计", "计划", "实到", "退回", "追加", "核减")


@dataclass(frozen=True)
class Block:
    """A grid as drawn: the first row of its cells, its parts with the first and last column of each, the cells it has not."""

    name: str
    top: int
    rows: tuple[str, ...]
    columns: tuple[tuple[str, int, int], ...]
    closed: frozenset[tuple[str, str]]
    kind: str


def blocks(chance: random.Random) -> list[Block]:
    words, heads = chance.sample(WORDS, len(WORDS)), chance.sample(FIRST, len(FIRST))
    found, top = [], 7
    for number in range(chance.randint(1, 2)):
        rows = tuple(f"{words.pop()}类项" for _ in range(chance.randint(1, 5)))
        columns, left = [], 3
        for head in (heads.pop() for _ in range(chance.randint(1, 4))):
            wide = chance.randint(0, 1)
            columns.append((f"{head}数", left, left + wide))
            left += wide + 1
        places = [(row, column) for row in rows for column, _, _ in columns]
        closed = frozenset(chance.sample(places, len(places) // 5))
        found.append(Block(f"块{number}", top, rows, tuple(columns), closed, chance.choice(("金额", "小数", "整数"))))
        top += len(rows) + chance.randint(2, 4)
    return found


def drawn(path: Path, made: list[Block]) -> Form:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "表"
    sheet["A1"] = "随手画的统计表"
    fields = [("字段名", "显示名", "类型", "必填", "角色", "方格行", "方格列")]
    for row, (name, role) in enumerate((("单位名称", "单位"), ("事项名称", "项目")), 3):
        sheet.cell(row, 1, name)
        book.defined_names[name] = DefinedName(name, attr_text=f"表!$C${row}")
        fields.append((name, name, "文本", "是", role, "", ""))
    for block in made:
        for row, text in enumerate(block.rows, block.top):
            sheet.cell(row, 2, f"其中：{text}" if row % 2 else text)
            for column, first, last in block.columns:
                if last > first:
                    sheet.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
                if (text, column) in block.closed:
                    sheet.cell(row, first, "—")
        for column, first, _ in block.columns:
            sheet.cell(block.top - 1, first, f"{column}量")
        last = block.columns[-1][2]
        area = f"$C${block.top}:${get_column_letter(last)}${block.top + len(block.rows) - 1}"
        book.defined_names[block.name] = DefinedName(block.name, attr_text=f"表!{area}")
        fields.append((block.name, "", "方格", "", "", "、".join(block.rows), "、".join(column for column, _, _ in block.columns)))
        fields.append((f"{block.name}.*.*", "", block.kind, "", "", "", ""))
        fields += [(f"{block.name}.{row}.{column}", "", "无", "", "", "", "") for row, column in sorted(block.closed)]
    sheet.print_area = f"A1:J{made[-1].top + len(made[-1].rows)}"
    declared = book.create_sheet("字段")
    for line in fields:
        declared.append([text or None for text in line])
    book.save(path)
    assert lint_form(path)[1] == ()
    return load_form(path)


def values(form: Form, chance: random.Random) -> dict[str, Value]:
    given: dict[str, Value] = {"单位名称": "青溪区第一小学", "事项名称": "食堂改造"}
    for number, field in enumerate(each for each in form.fields if each.grid):
        if chance.random() < 0.85:
            given[field.name] = 100 + number if field.type == "整数" else Decimal(10_000 * number + 25) / 100
    return given


def read(path: Path, form: Form) -> dict[str, Value]:
    (found,) = [d for grid in open_source(path, path.name).grids for d in read_sheets(grid, form, path.name)]
    assert [doubt.message for doubt in found.doubts] == []
    return {name: each.value for name, each in found.entries.items() if each.value is not None}


def rearranged(path: Path, made: list[Block], given: Mapping[str, Value], chance: random.Random) -> None:
    """Each grid with its rows and columns in another order, turned or not, below one another in a workbook without merges."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["B2"] = "随手画的统计表"
    for row, name in enumerate(("单位名称", "事项名称"), 4):
        sheet.cell(row, 2, name)
        sheet.cell(row, 3, str(given[name]))
    top = 8
    for block in made:
        rows = [(f"其中：{text}" if number % 2 else text, text) for number, text in enumerate(block.rows, block.top)]
        columns = [(f"{column}量", column) for column, _, _ in block.columns]
        chance.shuffle(rows)
        chance.shuffle(columns)
        turned = chance.random() < 0.3
        side, across = (columns, rows) if turned else (rows, columns)
        for number, (head, _) in enumerate(across, 4):
            sheet.cell(top, number, head)
        for row, (text, part) in enumerate(side, top + 1):
            sheet.cell(row, 3, text)
            for number, (_, other) in enumerate(across, 4):
                place = (other, part) if turned else (part, other)
                value = given.get(".".join((block.name, *place)))
                shut = place in block.closed
                sheet.cell(row, number, "—" if shut else None if value is None else float(str(value)))
        top += len(side) + chance.randint(2, 3)
    book.save(path)


@pytest.mark.parametrize("seed", range(25))
def test_every_value_of_any_grid_comes_back(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    made = blocks(chance)
    form = drawn(tmp_path / "统计表.xlsx", made)
    given = values(form, chance)
    sent = tmp_path / "甲.xlsx"
    declaration = Declaration("甲.xlsx", "项目1", form.name, {f.name: entry(given.get(f.name)) for f in form.fields}, roles=form.roles)
    sent.write_bytes(fill_workbook(form, [declaration]))
    assert read(sent, form) == given
    rearranged(tmp_path / "乙.xlsx", made, given, chance)
    assert read(tmp_path / "乙.xlsx", form) == given

"""A form that follows from one number: fields of every type under random names, pairs drawn in any way, one to three row tables, up to
two grids, a computed field, a money unit.

`any_form` makes it up; `write` draws the template and its Word template as a clerk would; `filled` is what a unit declares, and
`mistakes` what may be wrong with it, each with the rule and the cell that must be named.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
from docx import Document
from openpyxl.styles import Border, Protection, Side
from openpyxl.utils import get_column_letter as letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from toolkit.reading.model import Value

Area = tuple[int, int, int, int]

_FIRST = ("承担", "申请", "实施", "合作", "保障", "建设", "培养", "监测", "服务", "推广", "采购", "运维", "验收", "评审", "调研", "培训")
_LAST = {
    "金额": ("经费", "投入", "支出", "预算"),
    "文本": ("地点", "方式", "人员", "渠道"),
    "长文本": ("成效内容", "工作概述"),
    "日期": ("日期",),
    "整数": ("数量", "人数", "次数"),
    "小数": ("系数", "学时", "里程"),
    "代码": ("类别", "等级"),
}
_ROLES = {"单位": ("承办机构", "责任单位", "牵头单位"), "项目": ("课题名称", "任务名称", "工程名称"), "年度": ("执行年份", "申报年份")}
_WORDS = ("甲类", "乙类", "丙类", "丁类")
_PARTS = ("省级", "市级", "区级", "自筹", "社会")
_STAGES = ("年初数", "调整数", "执行数", "结余数")
_PLACES = ("青溪河两岸", "和平街道", "长湖社区", "北山林场", "东湖校区", "南桥泵站")
_UNITS = (("元", 2), ("千元", 3), ("万元", 4), ("万元", 6), ("亿元", 6))
_IN_YUAN = {"元": 1, "千元": 1_000, "万元": 10_000, "亿元": 100_000_000}
_FORMATS = {"小数": "0.00", "整数": "0", "日期": "yyyy-mm-dd"}
SHEET = "填报表"


@dataclass(frozen=True)
class Single:
    """A field with its label's place and its own area."""

    name: str
    label: str
    kind: str
    role: str | None
    formula: str | None
    place: tuple[int, int]
    area: Area


@dataclass(frozen=True)
class Column:
    name: str
    kind: str
    level: bool
    left: int
    right: int


@dataclass(frozen=True)
class Table:
    name: str
    columns: tuple[Column, ...]
    first: int
    last: int

    def of(self, *kinds: str) -> list[Column]:
        return [column for column in self.columns if column.kind in kinds]


@dataclass(frozen=True)
class Grid:
    name: str
    kind: str
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    top: int
    left: int

    def cell(self, row: str, column: str) -> str:
        return f"{letter(self.left + self.columns.index(column))}{self.top + self.rows.index(row)}"


@dataclass(frozen=True)
class AnyForm:
    name: str
    unit: str
    decimals: int
    width: int
    singles: tuple[Single, ...]
    tables: tuple[Table, ...]
    grids: tuple[Grid, ...]

    @property
    def step(self) -> Decimal:
        """One unit of the last decimal that is printed, in 元."""
        return Decimal(_IN_YUAN[self.unit]) / Decimal(10) ** self.decimals

    def single(self, role: str) -> Single:
        return next(each for each in self.singles if each.role == role)

    def of(self, kind: str) -> list[Single]:
        return [each for each in self.singles if each.kind == kind and not each.role]

    @property
    def last_row(self) -> int:
        ends = [each.area[2] for each in self.singles] + [each.last for each in self.tables]
        return max([*ends, *(grid.top + len(grid.rows) - 1 for grid in self.grids)])


@dataclass(frozen=True)
class Given:
    """What a unit declares: amounts in 元, rows by table."""

    values: Mapping[str, Value]
    rows: Mapping[str, tuple[tuple[Value, ...], ...]]


def any_form(seed: int, money: tuple[str, int] | None = None) -> AnyForm:
    """Return the form of a seed; `money` are the unit and the decimals of its amounts, where they are asked for: then it adds up a column, too."""
    chance = random.Random(f"form {seed}")
    names = _names(chance)
    width = chance.randint(8, 12)
    drawn = chance.choice(_UNITS)
    unit, decimals = money or drawn
    kinds = [kind for kind in _LAST for _ in range(chance.randint(1, 2))]
    chance.shuffle(kinds)
    wanted: list[tuple[str, str, str | None]] = [
        (chance.choice(said), "整数" if role == "年度" else "文本", role) for role, said in _ROLES.items()
    ]
    wanted += [(next(names[kind]), kind, None) for kind in (*kinds, "金额", "金额")]
    singles, row = _pairs(chance, wanted, width, unit)
    first, second, *_ = [each for each in singles if each.kind == "金额"]
    total = f"{chance.choice(('前两项', '以上两项'))}合计"
    singles.append(Single(total, total, "金额", None, f"N({first.name})+N({second.name})", (row, 1), (row, 2, row, width)))
    row += 1
    tables: list[Table] = []
    grids: list[Grid] = []
    blocks = ["表"] * chance.randint(1, 3) + ["方格"] * chance.randint(0, 2)
    chance.shuffle(blocks)
    parts, stages = chance.sample(_PARTS, len(_PARTS)), chance.sample(_STAGES, len(_STAGES))
    for block in blocks:
        if block == "表":
            table = _table(chance, f"{'甲乙丙'[len(tables)]}表", names, row + 2, width)
            tables.append(table)
            row = table.last + 1
        else:
            rows = tuple(f"{parts.pop()}安排" for _ in range(2))
            columns = tuple(stages.pop() for _ in range(2))
            grids.append(Grid(f"资金{len(grids) + 1}", chance.choice(("金额", "整数")), rows, columns, row + 2, chance.randint(2, 4)))
            row += 4
    if money:
        column = tables[0].of("金额")[0]
        place = (row + 1, 1), (row + 1, 2, row + 1, width)
        singles.append(Single("甲表总计", "甲表总计", "金额", None, f"SUM(全部.{column.name})", *place))
    return AnyForm(f"第{seed}号表", unit, decimals, width, tuple(singles), tuple(tables), tuple(grids))


def _names(chance: random.Random) -> dict[str, Iterator[str]]:
    """Names of each kind; no two begin alike, so that none is another in fewer words."""
    first = iter(chance.sample([f"{one}{other}" for one in _FIRST for other in ("", "阶段", "事项")], len(_FIRST) * 3))

    def of(last: Sequence[str]) -> Iterator[str]:
        while True:
            yield f"{next(first)}{chance.choice(last)}"

    return {kind: of(last) for kind, last in _LAST.items()}


def _pairs(chance: random.Random, wanted: Sequence[tuple[str, str, str | None]], width: int, unit: str) -> tuple[list[Single], int]:
    """The head: one to three pairs a row, the label beside its field or over it."""
    singles: list[Single] = []
    left = list(wanted)
    row = 3
    while left:
        taken, left = (left[:1], left[1:]) if left[0][1] == "长文本" else _row_of(chance, left)
        above = chance.random() < 0.25
        edges = [1 + width * n // len(taken) for n in range(len(taken) + 1)]
        for (name, kind, role), start, end in zip(taken, edges, edges[1:], strict=False):
            label = f"{name}（{unit}）" if kind == "金额" and chance.random() < 0.4 else name
            area = (row + 1, start, row + 1, end - 1) if above else (row, start + 1, row, end - 1)
            singles.append(Single(name, label, kind, role, None, (row, start), area))
        row += 2 if above else 1
    return singles, row


def _row_of(
    chance: random.Random, left: Sequence[tuple[str, str, str | None]]
) -> tuple[list[tuple[str, str, str | None]], list[tuple[str, str, str | None]]]:
    count = next((n for n, each in enumerate(left[:3]) if each[1] == "长文本"), min(3, len(left)))
    count = chance.randint(1, count)
    return list(left[:count]), list(left[count:])


def _table(chance: random.Random, name: str, names: Mapping[str, Iterator[str]], first: int, width: int) -> Table:
    kinds = ["文本", "金额", "金额", *(chance.choice(("整数", "小数", "文本")) for _ in range(chance.randint(0, 2)))]
    level = chance.random() < 0.5
    kinds = ["代码", *kinds] if level else kinds
    edges = [1 + width * n // len(kinds) for n in range(len(kinds) + 1)]
    columns = tuple(
        Column(next(names[kind]), kind, level and not number, start, end - 1)
        for number, (kind, start, end) in enumerate(zip(kinds, edges, edges[1:], strict=False))
    )
    return Table(name, columns, first, first + chance.randint(4, 8))


def rules(form: AnyForm) -> list[tuple[str, str, str, str, str]]:
    """编号, 范围, 条件, 提示, 定位 of each rule; all are errors."""
    found = []
    for table in form.tables:
        most, part = (column.name for column in table.of("金额")[:2])
        found.append((f"{table.name}-不超", f"行:{table.name}", f"N({part})<=N({most})", f"{{{part}}} 大于 {{{most}}}。", part))
    begin, *later = form.of("日期")
    if later:
        found.append(("日期-先后", "表", f"{later[0].name}>={begin.name}", f"{{{later[0].name}}} 早于 {{{begin.name}}}。", later[0].name))
    for grid in form.grids:
        one, other = grid.columns
        found.append((f"{grid.name}-不超", f"方格行:{grid.name}", f"N({other})<=N({one})", f"{{{other}}} 大于 {{{one}}}。", other))
    return found


def filled(form: AnyForm, seed: int) -> Given:
    """What a unit declares: nothing is wrong with it; about every sixth field that may be blank is."""
    chance = random.Random(f"filled {seed}")
    values: dict[str, Value] = {}
    for single in form.singles:
        if single.formula is None:
            blank = single.kind not in ("日期",) and not single.role and chance.random() < 0.15
            values[single.name] = None if blank else _value(chance, form, single.kind, single.role)
    start = date(2026, chance.randint(1, 6), chance.randint(1, 28))
    for number, single in enumerate(form.of("日期")):
        values[single.name] = date(2026, start.month + number, start.day)
    total = next(each for each in form.singles if each.formula)
    first, second = [each.name for each in form.of("金额") if each is not total][:2]
    values[total.name] = sum((each for each in (values[first], values[second]) if isinstance(each, Decimal)), Decimal(0))
    for grid in form.grids:
        for row in grid.rows:
            pair = [_value(chance, form, grid.kind, None) for _ in grid.columns]
            for column, value in zip(grid.columns, sorted(pair, reverse=True), strict=True):  # type: ignore[type-var]
                values[f"{grid.name}.{row}.{column}"] = value
    return Given(values, {table.name: _rows(chance, form, table) for table in form.tables})


def _rows(chance: random.Random, form: AnyForm, table: Table) -> tuple[tuple[Value, ...], ...]:
    count = chance.randint(1, table.last - table.first + 1)
    words = sorted(chance.choice(_WORDS) for _ in range(count))
    rows = []
    for number in range(count):
        line: list[Value] = [
            words[number] if column.kind == "代码" else _value(chance, form, column.kind, None) for column in table.columns
        ]
        at = [table.columns.index(column) for column in table.of("金额")[:2]]
        line[at[0]], line[at[1]] = sorted((line[each] for each in at), reverse=True)  # type: ignore[type-var]
        named = table.columns.index(table.of("文本")[0])
        line[named] = f"{line[named]}第{number + 1}段"
        rows.append(tuple(line))
    return tuple(rows)


def _value(chance: random.Random, form: AnyForm, kind: str, role: str | None) -> Value:
    if role == "年度":
        return 2026
    if role is not None:
        return {"单位": "青溪区第一小学", "项目": "校园安全提升工程"}[role]
    made: dict[str, Value] = {
        "金额": (form.step * chance.choice((chance.randint(1, 99), chance.randint(10_000, 9_999_999)))).quantize(Decimal("0.01")),
        "整数": chance.randint(1, 5000),
        "小数": Decimal(chance.randint(1, 99_999)) / 100,
        "代码": chance.choice(_WORDS),
        "文本": chance.choice(_PLACES),
        "长文本": f"围绕{chance.choice(_PLACES)}开展工作，{chance.choice(('群众反映的问题逐条办结', '各项任务按季通报'))}。",
        "日期": None,
    }
    return made[kind]


@dataclass(frozen=True)
class Mistake:
    """One thing made wrong: what the unit then declares, and the rule and the cell that must be named, alone."""

    given: Given
    rule: str
    cell: str


def mistakes(form: AnyForm, given: Given, seed: int) -> list[Mistake]:
    chance = random.Random(f"wrong {seed}")
    found = []
    for table in form.tables:
        rows = given.rows[table.name]
        number = chance.randrange(len(rows))
        most, part = (table.columns.index(column) for column in table.of("金额")[:2])
        line = list(rows[number])
        line[part] = line[most] + _IN_YUAN[form.unit]  # type: ignore[operator]
        changed = {**given.rows, table.name: (*rows[:number], tuple(line), *rows[number + 1 :])}
        cell = f"{letter(table.columns[part].left)}{table.first + number}"
        found.append(Mistake(Given(given.values, changed), f"{table.name}-不超", cell))
    begin, *later = form.of("日期")
    if later:
        values = {**given.values, later[0].name: date(2025, 1, 1)}
        found.append(Mistake(Given(values, given.rows), "日期-先后", _cell(later[0])))
    for grid in form.grids:
        row = chance.choice(grid.rows)
        one, other = (f"{grid.name}.{row}.{column}" for column in grid.columns)
        values = {**given.values, other: given.values[one] + _IN_YUAN[form.unit]}  # type: ignore[operator]
        found.append(Mistake(Given(values, given.rows), f"{grid.name}-不超", grid.cell(row, grid.columns[1])))
    needed = form.single("项目")
    found.append(Mistake(Given({**given.values, needed.name: None}, given.rows), f"必填-{needed.name}", _cell(needed)))
    return found


def _cell(single: Single) -> str:
    return f"{letter(single.area[1])}{single.area[0]}"


def write(form: AnyForm, folder: Path) -> Path:
    """Draw the template and its Word template into `folder`; return the template's path."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = SHEET
    sheet["A1"] = f"{form.name}填报表"
    _merge(sheet, (1, 1, 1, form.width))
    for single in form.singles:
        sheet.cell(*single.place, single.label)
        if single.place[0] != single.area[0]:
            _merge(sheet, (single.place[0], single.area[1], single.place[0], single.area[3]))
        _bind(book, single.name, single.area)
        _open(sheet, single.area, single.kind, form, locked=single.formula is not None)
    for table in form.tables:
        for column in table.columns:
            sheet.cell(table.first - 1, column.left, column.name)
            for row in range(table.first - 1, table.last + 1):
                _merge(sheet, (row, column.left, row, column.right))
            _bind(book, column.name, (table.first, column.left, table.last, column.right), merge=False)
            _open(sheet, (table.first, column.left, table.last, column.right), column.kind, form)
    for grid in form.grids:
        bottom, right = grid.top + len(grid.rows) - 1, grid.left + len(grid.columns) - 1
        for number, text in enumerate(grid.columns, grid.left):
            sheet.cell(grid.top - 1, number, text)
        for number, text in enumerate(grid.rows, grid.top):
            sheet.cell(number, grid.left - 1, text)
        _bind(book, grid.name, (grid.top, grid.left, bottom, right), merge=False)
        _open(sheet, (grid.top, grid.left, bottom, right), grid.kind, form)
    thin = Side(style="thin")
    for line in sheet.iter_rows(min_row=3, max_row=form.last_row, max_col=form.width):
        for cell in line:
            cell.border = Border(left=thin, right=thin, top=thin, bottom=thin)
    for number in range(1, form.width + 1):
        sheet.column_dimensions[letter(number)].width = 18
    sheet.protection.sheet = True
    sheet.print_area = f"A1:{letter(form.width)}{form.last_row}"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.fitToHeight = 0
    _declare(book, form)
    path = folder / f"{form.name}.xlsx"
    book.save(path)
    _word(form, path.with_suffix(".docx"))
    return path


def _declare(book: openpyxl.Workbook, form: AnyForm) -> None:
    fields = book.create_sheet("字段")
    fields.append(("字段名", "显示名", "类型", "必填", "列表", "角色", "所属表", "层级", "公式", "方格行", "方格列"))
    for each in form.singles:
        needed = "是" if each.role else None
        fields.append(
            (each.name, each.label, each.kind, needed, "类别" if each.kind == "代码" else None, each.role, None, None, each.formula)
        )
    for table in form.tables:
        for column in table.columns:
            needed = "是" if column is table.of("文本")[0] else None
            fields.append(
                (
                    column.name,
                    column.name,
                    column.kind,
                    needed,
                    "类别" if column.kind == "代码" else None,
                    None,
                    table.name,
                    "是" if column.level else None,
                )
            )
    for grid in form.grids:
        fields.append((grid.name, None, "方格", *[None] * 6, "、".join(grid.rows), "、".join(grid.columns)))
        fields.append((f"{grid.name}.*.*", None, grid.kind))
    said = book.create_sheet("审核规则")
    said.append(("编号", "级别", "范围", "条件", "提示", "定位"))
    for number, scope, condition, message, place in rules(form):
        said.append((number, "错误", scope, condition, message, place))
    lists = book.create_sheet("代码表")
    for row, word in enumerate(("类别", *_WORDS), 1):
        lists.cell(row, 1, word)
    profile = book.create_sheet("表样")
    for line in (("项目", "内容"), ("名称", form.name), ("版本", "1"), ("金额单位", form.unit), ("金额小数位", form.decimals)):
        profile.append(line)


def _merge(sheet: Worksheet, area: Area) -> None:
    if area[:2] != area[2:]:
        sheet.merge_cells(start_row=area[0], start_column=area[1], end_row=area[2], end_column=area[3])


def _bind(book: openpyxl.Workbook, name: str, area: Area, *, merge: bool = True) -> None:
    top, left, bottom, right = area
    if merge:
        _merge(book[SHEET], area)
    text = f"${letter(left)}${top}" + (f":${letter(right)}${bottom}" if area[:2] != area[2:] else "")
    book.defined_names[name] = DefinedName(name, attr_text=f"{SHEET}!{text}")


def _open(sheet: Worksheet, area: Area, kind: str, form: AnyForm, *, locked: bool = False) -> None:
    """Formats, locks and drop-downs of input cells, as `form lint` asks for them."""
    code = f"#,##0.{'0' * form.decimals}" if kind == "金额" else _FORMATS.get(kind, "General")
    for row in sheet.iter_rows(area[0], area[2], area[1], area[3]):
        for cell in row:
            cell.number_format = code
            cell.protection = Protection(locked=locked)
    if kind == "代码":
        choice = DataValidation(type="list", formula1=f"代码表!$A$2:$A${1 + len(_WORDS)}", allow_blank=True)
        choice.add(f"{letter(area[1])}{area[0]}:{letter(area[1])}{area[2]}")
        sheet.add_data_validation(choice)


def _word(form: AnyForm, path: Path) -> None:
    """The Word template: a table of the single fields, one with a prototype row of each row table, one of each grid."""
    document = Document()
    document.add_paragraph("{{#项目}}")
    document.add_paragraph(f"{form.name}填报表")
    head = document.add_table(rows=0, cols=2, style="Table Grid")
    for single in form.singles:
        cells = head.add_row().cells
        cells[0].text, cells[1].text = single.label, f"{{{{{single.name}}}}}"
    for table in form.tables:
        document.add_paragraph("")
        rows = document.add_table(rows=0, cols=len(table.columns), style="Table Grid")
        heads, cells = rows.add_row().cells, rows.add_row().cells
        for number, column in enumerate(table.columns):
            heads[number].text, cells[number].text = column.name, f"{{{{{column.name}}}}}"
    for grid in form.grids:
        document.add_paragraph("")
        lines = document.add_table(rows=0, cols=1 + len(grid.columns), style="Table Grid")
        for cell, text in zip(lines.add_row().cells, ("", *grid.columns), strict=True):
            cell.text = text
        for part in grid.rows:
            texts = (part, *(f"{{{{{grid.name}.{part}.{head}}}}}" for head in grid.columns))
            for cell, text in zip(lines.add_row().cells, texts, strict=True):
                cell.text = text
    document.add_paragraph("{{/项目}}")
    document.save(str(path))


def rearranged(form: AnyForm, given: Given, path: Path, seed: int) -> None:
    """The same content as another office draws it: other order of pairs, tables and columns, no merged cells, blocks moved."""
    chance = random.Random(f"other {seed}")
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "上报"
    sheet["B1"] = f"{form.name}填报表"
    row = 3
    singles = chance.sample(form.singles, len(form.singles))
    for single in singles:
        sheet.cell(row, 2, single.label)
        sheet.cell(row, 3, shown(given.values.get(single.name), single.kind, form))
        row += 1
    blocks: list[Table | Grid] = [*form.tables, *form.grids]
    for block in chance.sample(blocks, len(blocks)):
        row += chance.randint(1, 2)
        if isinstance(block, Table):
            order = [each for each in block.columns if each.level]
            order += chance.sample([each for each in block.columns if not each.level], len(block.columns) - len(order))
            for number, column in enumerate(order, 2):
                sheet.cell(row, number, column.name)
            for line in given.rows[block.name]:
                row += 1
                for number, column in enumerate(order, 2):
                    sheet.cell(row, number, shown(line[block.columns.index(column)], column.kind, form))
        else:
            parts, heads = chance.sample(block.rows, len(block.rows)), chance.sample(block.columns, len(block.columns))
            for number, head in enumerate(heads, 3):
                sheet.cell(row, number, head)
            for part in parts:
                row += 1
                sheet.cell(row, 2, part)
                for number, head in enumerate(heads, 3):
                    sheet.cell(row, number, shown(given.values[f"{block.name}.{part}.{head}"], block.kind, form))
        row += 1
    book.save(path)


def shown(value: Value, kind: str, form: AnyForm) -> object:
    """What stands in the cell of a value: amounts in the form's unit."""
    return value / _IN_YUAN[form.unit] if kind == "金额" and isinstance(value, Decimal) else value

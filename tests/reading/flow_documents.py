"""Made-up declarations, printed as the text that Word and PDF extraction make of them, with every damage DOMAIN lists.

`made_up` draws a record for any form by a seed; `printed` lays several of them out as the form draws them, then
damages that sheet in the manner of a `Style`. The tests read the text back and compare it with the record.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from toolkit.forms.model import AMOUNT, CODE, DATE, DECIMAL, INTEGER, LONG_TEXT, Field, Form, Label
from toolkit.spreadsheet.a1 import parse_area, parse_cell
from toolkit.values.amounts import format_amount
from toolkit.values.words import NUMBER, SYMBOL, UNIT, YEAR_ROLE

Values = dict[str, object]

PLACES = ("东湖区", "新华街道", "第三中学", "城北", "南山镇", "市图书馆", "社区")
THINGS = ("排水管网", "信息系统", "HIS系统", "校舍", "路灯", "绿化", "档案", "5G专网", "大气监测站")
WORKS = ("维护经费", "改造项目", "运行保障费", "购置", "2023年尾款", "服务外包")
SUBJECTS = (
    "设备", "2型糖尿病患者", "0-6岁儿童", "65岁及以上老年人", "道路", "学生", "在册居民", "受训人员", "管网", "机房", "X个试点",
    "食品安全风险监测任务数据", "节约资源，降低成本", "(含站点)巡检", "消防（含应急）", "“一网通办”事项", "7岁以下儿童",
)  # fmt: skip
MEASURES = (
    "完好率",
    "巡查次数",
    "及时率",
    "覆盖率",
    "管理人数",
    "规范管理服务率",
    "响应速度",
    "达标情况",
    "满意度",
    "运行情况",
    "建设周期",
)
WHOLE_NAMES = ("满意度", "服务对象满意度", "质量", "用户满意度", "重大安全事故(污水及设备原因)", "提高居民健康素养水平", "时效")
QUALITIES = (
    "及时", "不断提高", "合格", "安全", "三级等保", "不发生", "明显改善", "按照项目预算执行", "完成系统适配", "提升信息系统应用效率",
    "系统稳定可靠", "12月底前完成", "2024年6月", "≥90%；≤5天", "零事故", "2023.07-2024.01", "好",
)  # fmt: skip
QUANTITIES = (
    (("≥", "90", "%"), ("≥90.00(%)", "≥90%", "≥ 90.00 (%)", "$\\geq 90.00$ (%)", "≧90.00(％)", ">=90%")),
    (("=", "64", "次"), ("=64(次)", "=64.00(次)", "= 64.00 (次)", "$= 64.00$ (次)")),
    (("=", "10", "10家中心(含站点)/每日"), ("=10.00(10家中心(含站点)/每日)",)),
    (("≤", "24", "小时"), ("≤24.00(小时)", "≤ 24.00 (小时)", "＜＝24小时")),
    (("=", "1265", "台/套"), ("=1265.00(台/套)", "=1,265.00(台/套)")),
    ((">", "80", "百分数"), (">80.00(百分数)", "＞80.00(百分数)")),
    ((None, "985", "米"), ("985米", "985.00(米)")),
    (("≤", "30", "万元"), ("≤30万元", "≤30.00(万元)")),
    (("=", "0", "次"), ("=0.00(次)",)),
)  # fmt: skip
CLAUSES = (
    "完成年度维护任务", "保障系统平稳运行", "及时处理各类故障", "确保水质达到《污水综合排放标准》（DB31/199-2018）要求", "覆盖10家社区中心",
    "项目管理规范有序", "绩效目标逐项分解到人", "预算执行率达到95%以上", "年内组织培训2次", "数量与质量指标同步考核", "为居民提供便捷服务",
    "其他资金由单位自筹", "落实“一件事”改革", "建立GB18466-2005台账",
)  # fmt: skip


@dataclass
class Record:
    """What a project declares: values by 字段名, and rows as (levels…, cells…) by column name."""

    values: Values
    rows: list[Values] = field(default_factory=list)
    printed_targets: list[str] = field(default_factory=list)


def made_up(form: Form, rng: random.Random, rows: int) -> Record:
    """Return a record with `rows` rows; short fields are all filled, amounts and long texts sometimes blank."""
    record = Record({each.name: _value(form, each, rng) for each in form.fields})
    long = [each.name for each in form.fields if each.type == LONG_TEXT]
    if len(long) > 1 and _side_by_side(form) and rng.random() < 0.6:
        record.values[long[0]] = None
    if form.table:
        for levels in sorted(_leaf(form, rng) for _ in range(rows)):
            _add_row(form, record, levels, rng)
    return record


def _side_by_side(form: Form) -> bool:
    long = [each for each in form.fields if each.type == LONG_TEXT]
    return len({parse_cell(each.cell)[0] for each in long}) == 1


def _value(form: Form, each: Field, rng: random.Random) -> object:
    if each.role == YEAR_ROLE:
        return rng.randint(2021, 2026)
    if each.type == AMOUNT:
        return rng.choice([None, Decimal("0.00"), Decimal(rng.randint(1, 10**9)) / 100])
    if each.type == DECIMAL:
        return Decimal(rng.randint(1, 10**6)) / 100
    if each.type == INTEGER:
        return rng.randint(1, 500)
    if each.type == DATE:
        return date(2024, 1, 1) + timedelta(days=rng.randint(0, 700))
    if each.type == CODE and each.code_list:
        return rng.choice(form.lists[each.code_list])
    if each.type == LONG_TEXT:
        return prose_of(rng)
    return rng.choice(PLACES) + rng.choice(THINGS) + rng.choice(WORKS)


def prose_of(rng: random.Random) -> str:
    sentences = ["，".join(rng.sample(CLAUSES, rng.randint(2, 5))) + "。" for _ in range(rng.randint(1, 4))]
    if len(sentences) > 1 and rng.random() < 0.4:
        return "".join(f"{number}、{text}" for number, text in enumerate(sentences, 1))
    return "".join(sentences)


def _leaf(form: Form, rng: random.Random) -> tuple[int, ...]:
    """Return places in the lists, so that sorting keeps the tree's order."""
    assert form.table is not None
    path: list[int] = []
    parent = form.table.columns[0].field.code_list or ""
    for _ in form.table.levels:
        options = form.lists[parent]
        path.append(rng.randrange(len(options)))
        parent = options[path[-1]]
    return tuple(path)


def _add_row(form: Form, record: Record, path: Sequence[int], rng: random.Random) -> None:
    assert form.table is not None
    row: Values = {}
    parent = form.table.columns[0].field.code_list or ""
    for name, place in zip(form.table.levels, path, strict=True):
        parent = form.lists[parent][place]
        row[name] = parent
    for column in form.table.columns[len(path) :]:
        if form.table.targets and column.name in (SYMBOL, NUMBER, UNIT):
            continue
        is_name = column.index == form.table.columns[len(path)].index
        row[column.name] = _name(form, rng, record) if is_name else _value(form, column.field, rng)
    if form.table.targets:
        if rng.random() < 0.35:
            text = rng.choice(QUALITIES)
            target: tuple[str | None, str, str | None] = ("定性", text, None)
        else:
            target, spellings = rng.choice(QUANTITIES)
            text = rng.choice(spellings)
        row |= dict(zip((SYMBOL, NUMBER, UNIT), target, strict=True))
        record.printed_targets.append(text)
    record.rows.append(row)


def _name(form: Form, rng: random.Random, record: Record) -> str:
    used = {row.get("三级指标") or row.get("指标名称") or row.get("设备名称") for row in record.rows}
    while True:
        name = rng.choice(WHOLE_NAMES) if rng.random() < 0.12 else rng.choice(SUBJECTS) + rng.choice(MEASURES)
        if name not in used and not any(name in words for words in form.lists.values()):
            return name
        if rng.random() < 0.3:
            return f"{rng.choice(PLACES)}{name}"


@dataclass(frozen=True)
class Style:
    """How a document is taken apart: `join` prints the cells of a row, the rates say how often each damage happens."""

    name: str
    join: Callable[[Sequence[str], random.Random], str]
    keeps_columns: bool = False
    wraps_prose: int | None = None
    wraps_names: int | None = None
    cut_labels: float = 0.0
    spaced_labels: float = 0.0
    page_breaks: float = 0.0
    repeats: float = 0.0
    stacks: float = 0.0
    blank_lines: float = 0.0
    page_numbers: bool = False
    interleaved: float = 0.0


def tabs(cells: Sequence[str], rng: random.Random) -> str:
    """Cells between tabs; sometimes an empty one gets lost or comes twice, as drifting columns do."""
    kept = list(cells)
    blanks = [i for i, cell in enumerate(kept) if not cell]
    if blanks and rng.random() < 0.15:
        kept.pop(rng.choice(blanks))
    if rng.random() < 0.1:
        kept.append("")
    return "\t".join(kept)


def pipes(cells: Sequence[str], rng: random.Random) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def spaces(cells: Sequence[str], rng: random.Random) -> str:
    return " ".join(cell for cell in cells if cell)


def wide(cells: Sequence[str], rng: random.Random) -> str:
    return "   ".join(cell for cell in cells if cell)


def token_a_line(cells: Sequence[str], rng: random.Random) -> str:
    return "\n".join(cell for cell in cells if cell)


STYLES = (
    Style("制表符", tabs, True, spaced_labels=0.5, stacks=0.5, interleaved=0.3),
    Style("制表符跨页", tabs, True, page_breaks=0.25, repeats=0.5, blank_lines=0.2, cut_labels=0.1),
    Style("表格线", pipes, True, spaced_labels=0.3, page_breaks=0.15, repeats=0.5, stacks=0.3),
    Style("空格", spaces, wraps_prose=36, blank_lines=1.0),
    Style("空格断行", spaces, False, 36, 20, cut_labels=0.4, spaced_labels=0.3, page_breaks=0.2, repeats=0.6),
    Style("宽空格", wide, wraps_prose=40, cut_labels=0.3, page_breaks=0.2, page_numbers=True, stacks=0.4, interleaved=0.2),
    Style("一词一行", token_a_line, cut_labels=0.3, spaced_labels=0.2, blank_lines=0.5),
    Style("一词一行跨页", token_a_line, wraps_prose=36, page_breaks=0.2, repeats=0.5, page_numbers=True, blank_lines=1.0),
)  # fmt: skip


def printed(form: Form, records: Sequence[Record], style: Style, rng: random.Random) -> str:
    """Return a document of several projects below a heading of its own."""
    parts = ["某某单位2024年度项目绩效目标汇总表", ""]
    for record in records:
        parts += _Printer(form, style, rng).project(record)
        parts.append("")
    return "\n".join(parts)


class _Printer:
    """One project as lines: the drawn sheet row by row, each row printed and damaged by the style."""

    def __init__(self, form: Form, style: Style, rng: random.Random) -> None:
        self.form, self.style, self.rng = form, style, rng
        self.lines: list[str] = []
        self.width = max([label.column for label in form.labels] + [parse_area(f.area)[3] for f in form.fields])

    def project(self, record: Record) -> list[str]:
        table = self.form.table
        sheet = self._sheet(record)
        last = table.first_row if table else 10**6
        for row in sorted(row for row in sheet if row < last):
            self._row(sheet[row], row)
        if table:
            self._table(record, self._group_beside(table.first_row))
            for row in sorted(row for row in sheet if row > table.last_row):
                self._put(self._cells(sheet[row]))
        return self.lines

    def _sheet(self, record: Record) -> dict[int, dict[int, str | Field]]:
        sheet: dict[int, dict[int, str | Field]] = {}
        for label in self.form.labels:
            if not self._in_table(label):
                sheet.setdefault(label.row, {})[label.column] = label.text
        for each in self.form.fields:
            row, column = parse_cell(each.cell)
            sheet.setdefault(row, {})[column] = each
        self.values = record.values
        return sheet

    def _in_table(self, label: Label) -> bool:
        table = self.form.table
        return table is not None and table.first_row <= label.row <= table.last_row

    def _group_beside(self, row: int) -> str:
        return next((label.text for label in self.form.labels if label.row == row and self._in_table(label)), "")

    def _text(self, each: Field) -> str:
        value = self.values[each.name]
        if value is None:
            return ""
        if each.role == YEAR_ROLE and not any(label.row == parse_cell(each.cell)[0] for label in self.form.labels):
            return self.rng.choice(["（{}年度）", "({}年度)", "（ {} 年度）"]).format(value)
        if isinstance(value, Decimal):
            return format_amount(value)
        return str(value)

    def _row(self, row: Mapping[int, str | Field], number: int) -> None:
        long = [each for each in row.values() if isinstance(each, Field) and each.type == LONG_TEXT]
        texts = [self._text(each) for each in long]
        if self.style.keeps_columns or not any(texts):
            self._put(self._cells(row))
            return
        if long:
            before = [cell for cell in row.values() if isinstance(cell, str)]
            if before:
                self._put(before)
            self.lines += ["", *self._paragraphs([text for text in texts if text]), ""]
            return
        self._put(self._cells(row))

    def _paragraphs(self, texts: Sequence[str]) -> list[str]:
        lines: list[str] = []
        for text in texts:
            lines += ["", *self._wrapped(text, self.style.wraps_prose)]
        return lines[1:]

    def _wrapped(self, text: str, width: int | None) -> list[str]:
        if width is None:
            return [text]

        # A whole sentence on the first of two lines is two texts to any reader: that is no damage to be undone.
        if width < len(text) <= 2 * width and text[width - 1] == "。":
            width -= 1
        return [text[at : at + width] for at in range(0, len(text), width)]

    def _cells(self, row: Mapping[int, str | Field]) -> list[str]:
        cells = [""] * self.width
        for column, cell in row.items():
            cells[column - 1] = self._label(cell) if isinstance(cell, str) else self._text(cell)
        return cells

    def _label(self, text: str) -> str:
        if len(text) <= 6 and self.rng.random() < self.style.spaced_labels:
            return " ".join(text)
        return text

    def _put(self, cells: Sequence[str], cut: bool = True) -> None:
        labels = {label.text for label in self.form.labels}
        cells = list(cells)
        rng, style = self.rng, self.style
        if cut and rng.random() < style.cut_labels and not style.keeps_columns:
            long = [i for i, cell in enumerate(cells) if cell in labels and len(cell) > 3 and cell != self.form.title]
            if long:
                at = rng.choice(long)
                where = rng.randint(2, len(cells[at]) - 1)
                first, second = [*cells[:at], cells[at][:where]], [cells[at][where:], *cells[at + 1 :]]
                self.lines += [style.join(first, rng), style.join(second, rng)]
                return
        self.lines.append(style.join(cells, rng))
        if rng.random() < style.blank_lines:
            self.lines.append("")

    def _table(self, record: Record, group: str) -> None:
        table = self.form.table
        assert table is not None
        shown: dict[str, object] = {}
        targets = iter(record.printed_targets)
        body: list[list[str]] = []
        for row in record.rows:
            target = next(targets, "")
            body.append(self._body_cells(row, shown, target, group if not body else ""))
        offset = table.columns[0].index - 1
        number = 0
        while number < len(body):
            if number and self.rng.random() < self.style.page_breaks:
                self._page_break(record, number)
            if number + 1 < len(body) and self._stackable(record, number, body):
                self._stack(body[number], body[number + 1], offset + len(table.levels) - 1)
                number += 2
                continue
            self._body_row(body[number], offset, record.printed_targets[number] if record.printed_targets else "")
            number += 1
        if self.rng.random() < self.style.repeats and self.style.page_breaks:
            self._orphans(record)

    def _body_cells(self, row: Values, shown: dict[str, object], target: str, group: str) -> list[str]:
        table = self.form.table
        assert table is not None
        cells = [""] * max(self.width, table.columns[-1].index)
        if group:
            cells[0] = group
        changed = False
        for column in table.columns:
            if column.name in table.levels:
                changed = changed or shown.get(column.name) != row[column.name]
                if changed:
                    shown[column.name] = row[column.name]
                    cells[column.index - 1] = str(row[column.name])
            elif column.name == SYMBOL and table.targets:
                cells[column.index - 1] = target
            elif column.name not in (NUMBER, UNIT) or not table.targets:
                value = row[column.name]
                cells[column.index - 1] = format_amount(value) if isinstance(value, Decimal) else str(value)
        return cells

    def _body_row(self, cells: list[str], offset: int, target: str) -> None:
        table = self.form.table
        assert table is not None
        name_at = offset + len(table.levels)
        level_at = next((i for i in range(name_at - 1, offset - 1, -1) if cells[i]), None)
        style, rng = self.style, self.rng
        if level_at is not None and len(cells[level_at]) >= 5 and rng.random() < style.interleaved:
            label = cells[level_at]
            cut = rng.randint(len(label) - 3, len(label) - 1)
            cells = [*cells[:level_at], label[:cut], *cells[level_at + 1 :]]
            rest = [""] * len(cells)
            rest[level_at] = label[cut:]
            self.lines += [style.join(cells, rng), style.join(rest, rng)]
            return
        width = style.wraps_names
        line = style.join(cells, rng)
        start = line.index(cells[name_at])
        if width and start + 2 <= width < start + len(cells[name_at]) and "\n" not in line:
            self.lines += [line[:width], line[width:]]
        else:
            self._put(cells, cut=False)

    def _stackable(self, record: Record, number: int, body: list[list[str]]) -> bool:
        table = self.form.table
        assert table is not None
        if len(table.levels) < 2 or self.rng.random() >= self.style.stacks:
            return False
        *upper, deepest = table.levels
        here, after = record.rows[number], record.rows[number + 1]
        same = all(here[name] == after[name] for name in upper) and here[deepest] != after[deepest]
        heads = number == 0 or any(here[name] != record.rows[number - 1][name] for name in table.levels)
        return same and heads

    def _stack(self, cells: list[str], after: list[str], at: int) -> None:
        """Print the second heading on the line of the first: `质量指标 时效指标 开机率 ≥95`, then the next row."""
        first = [*cells[: at + 1], after[at], *cells[at + 1 :]]
        second = [*after[:at], "", *after[at + 1 :]]
        self.lines += [self.style.join(first, self.rng), self.style.join(second, self.rng)]

    def _page_break(self, record: Record, number: int) -> None:
        rng, style = self.rng, self.style
        if style.page_numbers:
            self.lines += ["", rng.choice(["- 3 -", "第 3 页 共 9 页", "3"]), "\f"]
        elif style.name.endswith("断行"):
            self.lines += ["", "", "", ""]
        else:
            self.lines.append("\f")
        if rng.random() < 0.3:
            year = record.values.get(self.form.roles.get(YEAR_ROLE, ""))
            self.lines += [self.form.title, f"（{year}年度）"] if year else []
        if rng.random() < 0.6:
            table = self.form.table
            assert table is not None
            row = {label.column: label.text for label in self.form.labels if label.row == table.first_row - 1}
            self._put(self._cells(row), cut=False)
        if rng.random() < style.repeats:
            assert self.form.table is not None
            previous = record.rows[number - 1]
            target = record.printed_targets[number - 1] if record.printed_targets else ""
            cells = self._body_cells(previous, {}, target, "")
            self.lines.append(style.join(cells, rng))

    def _orphans(self, record: Record) -> None:
        """Labels without rows below the last row, and a long text that the page break repeats."""
        rng, style = self.rng, self.style
        groups = [label.text for label in self.form.labels if label.column == 1 and label.text == "项目绩效目标"]
        long = [each for each in self.form.fields if each.type == LONG_TEXT]
        assert self.form.table is not None
        levels = [str(record.rows[0][name]) for name in self.form.table.levels] if record.rows else []
        if rng.random() < 0.5:
            self.lines += ["", *levels]
        elif _side_by_side(self.form) and groups:
            text = self._text(long[-1])
            name = groups[0]
            self.lines += ["", *([name] if style.keeps_columns else [name[:2], name[2:4], name[4:]]), ""]
            self.lines += self._wrapped(text, style.wraps_prose)

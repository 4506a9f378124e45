"""The long sheets of 总表.xlsx: 项目明细, 指标明细, 审核情况, 未汇总清单 and 已说明清单.

Comes in: `Detail`, and what the gate said. Called by `overview`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from toolkit.checking.model import Finding
from toolkit.forms.model import AMOUNT, LONG_TEXT, TEXT, IndicatorTable
from toolkit.outputs.overview.book import HEAD, Book, Page, as_list, field_width, group_heads, head_row, open_sheet, row_height
from toolkit.outputs.overview.sums import DETAIL, FIRST, PUBLIC, Money
from toolkit.outputs.records import row_columns, row_record
from toolkit.reading.model import Row
from toolkit.reading.shown import row_number
from toolkit.spreadsheet.a1 import cell_name
from toolkit.values.grammar import PARTS, part_name, whole_parts
from toolkit.values.targets import number_value
from toolkit.values.words import CODE_ROLE, NUMBER, PROJECT_ROLE, UNIT_ROLE

INDICATORS, REVIEW, OMITTED, EXPLAINED_LIST = "指标明细", "审核情况", "未汇总清单", "已说明清单"

# What became of a unit.
MERGED, DRAFTED, LEFT_OUT, NOT_PUBLIC = "已汇总", "草稿", "未汇总", "已汇总，全部不公开"


@dataclass(frozen=True, slots=True)
class UnitReview:
    """One line of 审核情况: the unit's findings by severity, and whether it is in the 汇总. `reason` is "" where it is."""

    unit: str
    projects: int
    errors: int
    warnings: int
    hints: int
    repairs: int
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that is not in what is published, and why: a unit, one project of it, or (`whole_file`, or `unit` "") a file as a whole.

    `cure` says what to do about it, "" where nothing is wrong. `form` is the name of the form it is on, "" for a file of which nobody knows.
    """

    reason: str
    unit: str = ""
    project: str | None = None
    files: tuple[str, ...] = ()
    errors: int = 0
    form: str = ""
    cure: str = ""
    whole_file: bool = False

    @property
    def kind(self) -> str:
        if self.whole_file or not self.unit:
            return "文件"
        return "单位" if self.project is None else "项目"


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of what was expected is in the 总表: of the roster's units, without one of those that sent something.

    `outside` are units that are in it though the roster does not know them, `missing` projects that are expected and not in it.
    """

    units: int
    merged: int
    outside: int = 0
    missing: int = 0

    def line(self, projects: int) -> str:
        """Return what is said under every title."""
        outside = f"，名单外 {self.outside} 家" if self.outside else ""
        missing = f"，另有 {self.missing} 个未汇总（见“{OMITTED}”）" if self.missing else ""
        return f"共 {self.units} 家，已汇总 {self.merged} 家{outside}　{projects} 个项目{missing}"


def detail_sheet(book: Book, title: str, info: str) -> None:
    """A row per project with everything but the long texts; amounts in 元, totals that follow the filter."""
    detail = book.detail
    columns = detail.columns
    widths = [6.0, *(10.0 if field is None else field_width(field) for field in columns)]
    page = open_sheet(book, DETAIL, title, widths, info=info, unit=Money().name)
    heads = ["序号", *(PUBLIC if field is None else detail.heading(field.name) for field in columns)]
    group_heads(page, heads, [PUBLIC if field is None else field.name for field in columns])
    for number, declaration in enumerate(detail.declarations):
        row = detail.first + number
        texts = ((detail.text(declaration, f.name), field_width(f)) for f in columns if f and f.type != AMOUNT)
        page.sheet.set_row(row, row_height(texts))
        page.sheet.write_number(row, 0, number + 1, page.formats.order)
        for column, field in enumerate(columns, start=1):
            if field is None:
                public = detail.public is None or detail.public[number]
                page.sheet.write_string(row, column, "是" if public else "否", page.formats.centre if public else page.formats.bad)
            elif field.role in (UNIT_ROLE, CODE_ROLE):
                page.text(row, column, detail.text(declaration, field.name))
            else:
                page.value(row, column, declaration.value(field.name), field.type, field.shown)
    named = sum(field is not None and field.role in (UNIT_ROLE, PROJECT_ROLE) for field in columns)
    as_list(page, len(detail.declarations), frozen=1 + named, first=detail.first)
    _detail_total(page)


def _detail_total(page: Page) -> None:
    detail = page.detail
    last = detail.first + max(len(detail.declarations), 1)
    page.sheet.write_string(last, 0, "合计", page.formats.total)
    for column, field in enumerate(detail.columns, start=1):
        if field is None or field.type != AMOUNT:
            page.sheet.write_blank(last, column, None, page.formats.total)
            continue
        area = f"{cell_name(detail.first + 1, column + 1)}:{cell_name(last, column + 1)}"
        total = Money().result(detail.totals()[()][field.name])
        page.amount(last, column, Money().again(f"SUBTOTAL(9,{area})"), total, page.formats.total_money)
    page.sheet.set_row(last, 20)


def indicator_sheet(book: Book, table: IndicatorTable, title: str, info: str) -> None:
    """A row per row of a table, its unit and project before it."""
    detail = book.detail
    columns = [column.field for column in table.columns]
    types, shows = {field.name: field.type for field in columns}, {field.name: field.shown for field in columns}
    twice = {part_name(target.name, part) for target in table.declared for part in PARTS}
    names = [name for name in row_columns(table) if name in types or name not in twice]
    leading = [detail.form.roles[role] for role in (UNIT_ROLE, PROJECT_ROLE) if role in detail.form.roles]
    wide = {f.name: 36.0 for f in columns if not f.code_list and (f.max_length or 0) >= 50 or f.type == LONG_TEXT}
    widths = [6.0, *(26.0 for _ in leading), *(wide.get(name, 16.0) for name in names)]
    page = open_sheet(book, INDICATORS if table.first else f"{table.name}明细", title, widths, info=info)
    head_row(page, HEAD, ["序号", *map(detail.heading, leading), *names])
    number = 0
    for declaration in detail.declarations:
        for row in declaration.rows_of(table):
            record = row_record(row, table)
            texts = [*(detail.text(declaration, name) for name in leading), *(record[name] for name in names)]
            place = FIRST + number
            number += 1
            page.sheet.set_row(place, row_height(zip(texts, widths[1:], strict=True)))
            page.sheet.write_number(place, 0, number, page.formats.order)
            for column, text in enumerate(texts[: len(leading)], start=1):
                page.text(place, column, str(text))
            for column, name in enumerate(names, start=1 + len(leading)):
                figure = _figure(row, table, name)
                if figure is not None:
                    page.exact(place, column, figure)
                else:
                    typed = row[name].value if name in types else None
                    page.value(place, column, record[name] if typed is None else typed, types.get(name, TEXT), shows.get(name, ""))
    as_list(page, number, frozen=1 + len(leading))


def _figure(row: Row, table: IndicatorTable, name: str) -> Decimal | None:
    """The number of a target by the column's name in a record; None for a text, a blank, another column."""
    target = next((target for target in table.targets if target.number == name), None)
    if target is not None:
        return row_number(row, target)
    whole = next((each for each in table.whole_targets if part_name(each, NUMBER) == name), None)
    return number_value(whole_parts(str(row[whole].value or ""), table.symbols)) if whole else None


def review_sheet(book: Book, reviews: Sequence[UnitReview], title: str) -> None:
    """A row per unit: its projects, its findings by severity, whether it was merged, and if not, why."""
    heads = ("序号", "单位", "项目数", "错误", "警告", "提示", "自动修复", "结果", "原因")
    widths = [6.0, 36.0, 9.0, 9.0, 9.0, 9.0, 10.0, 18.0, 46.0]
    outcomes = Counter(line.outcome for line in reviews if line.outcome)
    info = "，".join(f"{outcome} {count} 家" for outcome, count in outcomes.items())
    page = open_sheet(book, REVIEW, title, widths, info=f"共 {outcomes.total()} 家单位：{info}")
    head_row(page, HEAD, heads)
    for number, line in enumerate(reviews):
        row = FIRST + number
        page.sheet.set_row(row, row_height(((line.unit, widths[1]), (line.outcome, widths[7]), (line.reason, widths[8]))))
        page.sheet.write_number(row, 0, number + 1, page.formats.order)
        page.text(row, 1, line.unit)
        for column, count in enumerate(_counts(line), start=2):
            page.sheet.write_number(row, column, count, page.formats.bad_number if column == 3 and count else page.formats.number)
        page.text(row, 7, line.outcome, page.formats.bad if line.outcome == LEFT_OUT else page.formats.centre)
        page.text(row, 8, line.reason)
    as_list(page, len(reviews), frozen=2)
    last = FIRST + len(reviews)
    for column in range(len(widths)):
        page.sheet.write_blank(last, column, None, page.formats.total)
    page.sheet.write_string(last, 0, "合计", page.formats.total)
    for column in range(2, 7):
        formula = f"=SUBTOTAL(9,{cell_name(FIRST + 1, column + 1)}:{cell_name(last, column + 1)})"
        page.sheet.write_formula(last, column, formula, page.formats.total_number, sum(_counts(line)[column - 2] for line in reviews))
    page.sheet.set_row(last, 20)


def _counts(line: UnitReview) -> tuple[int, ...]:
    return line.projects, line.errors, line.warnings, line.hints, line.repairs


def omission_sheet(book: Book, omissions: Sequence[Omission], title: str, info: str) -> None:
    """What is not in the reports, and why."""
    heads = ("序号", "范围", "单位", "项目", "原因", "怎么办", "文件")
    widths = [6.0, 8.0, 24.0, 24.0, 32.0, 32.0, 32.0]
    page = open_sheet(book, OMITTED, title, widths, info=info)
    head_row(page, HEAD, heads)
    for number, each in enumerate(omissions):
        row = FIRST + number
        texts = (each.unit, each.project or "", each.reason, each.cure, "\n".join(each.files))
        page.sheet.set_row(row, row_height(zip(texts, widths[2:], strict=True)))
        page.sheet.write_number(row, 0, number + 1, page.formats.order)
        page.sheet.write_string(row, 1, each.kind, page.formats.centre)
        for column, text in enumerate(texts, start=2):
            page.text(row, column, text)
    as_list(page, len(omissions), frozen=0)


def explained_sheet(book: Book, findings: Sequence[Finding], title: str) -> None:
    """What units left as it is, and why; it is in the reports."""
    heads = ("序号", "单位", "项目", "编号", "问题", "单位的说明", "文件")
    widths = [6.0, 24.0, 24.0, 16.0, 40.0, 40.0, 24.0]
    page = open_sheet(book, EXPLAINED_LIST, title, widths, info="规则的级别是“核实”，单位在“自检”表里写了原因；已照原样汇总。")
    head_row(page, HEAD, heads)
    for number, each in enumerate(findings):
        row = FIRST + number
        texts = (each.unit or "", each.project or "", each.rule, each.problem, each.explanation or "", each.file)
        page.sheet.set_row(row, row_height(zip(texts, widths[1:], strict=True)))
        page.sheet.write_number(row, 0, number + 1, page.formats.order)
        for column, text in enumerate(texts, start=1):
            page.text(row, column, text)
    as_list(page, len(findings), frozen=0)

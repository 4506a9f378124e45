"""The long sheets of 总表.xlsx: 项目明细, 指标明细, 审核情况 and 未汇总清单.

Comes in: `Detail`, and what the gate said. Called by `overview`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from toolkit.forms.model import AMOUNT, IMPLEMENTING_UNIT, LONG_TEXT, PROJECT, TARGET
from toolkit.outputs.overview.book import (
    FIRST,
    HEAD,
    Formats,
    Money,
    as_list,
    field_width,
    head_row,
    open_sheet,
    row_height,
    write_text,
    write_value,
)
from toolkit.outputs.overview.model import LEFT_OUT, Omission, UnitReview
from toolkit.outputs.overview.sums import DETAIL, PUBLIC, Detail
from toolkit.outputs.records import row_record
from toolkit.spreadsheet.a1 import cell_name

INDICATORS, REVIEW, OMITTED = "指标明细", "审核情况", "未汇总清单"


def detail_sheet(book: Any, formats: Formats, detail: Detail, title: str, info: str) -> None:
    """A row per project with everything but the long texts; amounts in 元, totals that follow the filter."""
    columns = detail.columns
    widths = [6.0, *(10.0 if field is None else field_width(field) for field in columns)]
    sheet = open_sheet(book, formats, DETAIL, title, widths, info=info, unit=Money().name)
    heads = ["序号", *(PUBLIC if field is None else detail.heading(field.name) for field in columns)]
    head_row(sheet, formats, HEAD, heads, widths)
    for number, declaration in enumerate(detail.declarations):
        row = FIRST + number
        texts = ((detail.text(declaration, f.name), field_width(f)) for f in columns if f and f.type != AMOUNT)
        sheet.set_row(row, row_height(texts))
        sheet.write_number(row, 0, number + 1, formats.number)
        for column, field in enumerate(columns, start=1):
            if field is None:
                public = detail.public is None or detail.public[number]
                sheet.write_string(row, column, "是" if public else "否", formats.centre if public else formats.bad)
            elif field.name == IMPLEMENTING_UNIT:
                write_text(sheet, row, column, detail.text(declaration, field.name), formats)
            else:
                write_value(sheet, row, column, declaration.value(field.name), field, formats)
    named = sum(field is not None and field.name in (IMPLEMENTING_UNIT, PROJECT) for field in columns)
    as_list(sheet, len(widths), len(detail.declarations), frozen=1 + named)
    _detail_total(sheet, formats, detail)


def _detail_total(sheet: Any, formats: Formats, detail: Detail) -> None:
    last = FIRST + max(len(detail.declarations), 1)
    sheet.write_string(last, 0, "合计", formats.total)
    for column, field in enumerate(detail.columns, start=1):
        if field is None or field.type != AMOUNT:
            sheet.write_blank(last, column, None, formats.total)
            continue
        area = f"{cell_name(FIRST + 1, column + 1)}:{cell_name(last, column + 1)}"
        total = Money().result(detail.totals()[()][field.name])
        sheet.write_formula(last, column, Money().again(f"SUBTOTAL(9,{area})"), formats.total_money, float(total))
    sheet.set_row(last, 20)


def indicator_sheet(book: Any, formats: Formats, detail: Detail, title: str, info: str) -> None:
    """A row per indicator, its unit and project before it."""
    table = detail.form.table
    if table is None:
        return
    columns = [column.field for column in table.columns]
    names = [*table.names, *([TARGET] if table.has_target else [])]
    leading = [name for name in (IMPLEMENTING_UNIT, PROJECT) if name in detail.form.by_name]
    wide = {f.name: 36.0 for f in columns if not f.code_list and (f.max_length or 0) >= 50 or f.type == LONG_TEXT}
    widths = [6.0, *(26.0 for _ in leading), *(wide.get(name, 16.0) for name in names)]
    sheet = open_sheet(book, formats, INDICATORS, title, widths, info=info)
    head_row(sheet, formats, HEAD, ["序号", *map(detail.heading, leading), *names], widths)
    number = 0
    for declaration in detail.declarations:
        for row in declaration.rows:
            record = row_record(row, detail.form)
            values = [*(detail.text(declaration, name) for name in leading), *(record[name] for name in names)]
            place = FIRST + number
            number += 1
            sheet.set_row(place, row_height(zip(values, widths[1:], strict=True)))
            sheet.write_number(place, 0, number, formats.number)
            for column, value in enumerate(values, start=1):
                write_text(sheet, place, column, "" if value is None else str(value), formats)
    as_list(sheet, len(widths), number, frozen=1 + len(leading))


def review_sheet(book: Any, formats: Formats, reviews: Sequence[UnitReview], title: str) -> None:
    """A row per unit: its projects, its findings by severity, whether it was merged, and if not, why."""
    heads = ("序号", "单位", "项目数", "错误", "警告", "提示", "自动修复", "结果", "原因")
    widths = [6.0, 36.0, 9.0, 9.0, 9.0, 9.0, 10.0, 18.0, 46.0]
    outcomes = Counter(line.outcome for line in reviews if line.outcome)
    info = "，".join(f"{outcome} {count} 家" for outcome, count in outcomes.items())
    sheet = open_sheet(book, formats, REVIEW, title, widths, info=f"共 {outcomes.total()} 家单位：{info}")
    head_row(sheet, formats, HEAD, heads, widths)
    for number, line in enumerate(reviews):
        row = FIRST + number
        sheet.set_row(row, row_height(((line.unit, widths[1]), (line.outcome, widths[7]), (line.reason, widths[8]))))
        sheet.write_number(row, 0, number + 1, formats.number)
        write_text(sheet, row, 1, line.unit, formats)
        for column, count in enumerate(_counts(line), start=2):
            sheet.write_number(row, column, count, formats.bad if column == 3 and count else formats.number)
        write_text(sheet, row, 7, line.outcome, formats, formats.bad if line.outcome == LEFT_OUT else formats.centre)
        write_text(sheet, row, 8, line.reason, formats)
    as_list(sheet, len(widths), len(reviews), frozen=2)
    last = FIRST + len(reviews)
    for column in range(len(widths)):
        sheet.write_blank(last, column, None, formats.total)
    sheet.write_string(last, 0, "合计", formats.total)
    for column in range(2, 7):
        formula = f"=SUBTOTAL(9,{cell_name(FIRST + 1, column + 1)}:{cell_name(last, column + 1)})"
        sheet.write_formula(last, column, formula, formats.total_number, sum(_counts(line)[column - 2] for line in reviews))
    sheet.set_row(last, 20)


def _counts(line: UnitReview) -> tuple[int, ...]:
    return line.projects, line.errors, line.warnings, line.hints, line.repairs


def omission_sheet(book: Any, formats: Formats, omissions: Sequence[Omission], title: str, info: str) -> None:
    """What is not in the reports, and why."""
    heads = ("序号", "范围", "单位", "项目", "原因", "怎么办", "文件")
    widths = [6.0, 8.0, 24.0, 24.0, 32.0, 32.0, 32.0]
    sheet = open_sheet(book, formats, OMITTED, title, widths, info=info)
    head_row(sheet, formats, HEAD, heads, widths)
    for number, each in enumerate(omissions):
        row = FIRST + number
        texts = (each.unit, each.project or "", each.reason, each.cure, "\n".join(each.files))
        sheet.set_row(row, row_height(zip(texts, widths[2:], strict=True)))
        sheet.write_number(row, 0, number + 1, formats.number)
        sheet.write_string(row, 1, each.kind, formats.centre)
        for column, text in enumerate(texts, start=2):
            write_text(sheet, row, column, text, formats)
    as_list(sheet, len(widths), len(omissions), frozen=0)

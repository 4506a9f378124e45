"""`jixiao form`: which forms there are, a template in words, its mistakes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.apps import chinese, options
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.forms import Mistake
    from toolkit.workflow.forms import NewForm


@click.group(cls=chinese.Group)
def form() -> None:
    """表样：列出、查看、检查表样工作簿。"""


@form.command("list")
@options.as_json
def list_(as_json: bool) -> None:
    """列出可用的表样。"""
    from toolkit.forms.describe import as_written
    from toolkit.workflow.forms import list_forms

    forms, broken = list_forms()
    rows: list[dict[str, object]] = [
        {"name": each.name, "title": each.title, "version": each.version, "path": str(each.path), "fields": len(each.by_name)}
        | {"rules": len(list(as_written(each)))}
        for each in forms
    ]
    for name, error in broken.items():
        click.echo(f"表样“{name}”有误：{error}", err=True)
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        click.echo(
            f"{row['name']}  {row['title']}  版本 {row['version'] or '—'}  {row['fields']} 个字段，{row['rules']} 条规则  {row['path']}"
        )


@form.command("show")
@click.argument("template", metavar="表样或名单")
def show_(template: str) -> int:
    """把表样写成文字：字段、标签、代码表、审核规则；名单则列出单位和项目（不显示密码）。

    例：jixiao form show 绩效目标申报表
    """
    from toolkit.workflow.forms import describe_workbook, find_form

    text, mistakes = describe_workbook(find_form(template))
    click.echo(text, nl=False)
    if mistakes:
        click.echo("\n【有误】")
        for mistake in mistakes:
            click.echo(str(mistake))
    return ExitCode.of(usage=bool(mistakes))


@form.command("new")
@click.argument("name", metavar="名称")
@click.option(
    "--from", "source", required=True, type=click.Path(path_type=Path), metavar="空白表", help="印好的空白表或填好的表：.xlsx、.docx 等。"
)
@click.option("-o", "--output", type=click.Path(path_type=Path), default="templates", metavar="文件夹", help="放在哪里；默认 templates。")
@click.option("--sheet", metavar="工作表", help="表画在哪个工作表上；默认内容最多的那个。")
@click.option("--rows", type=click.IntRange(0, 500), default=0, metavar="行数", help="行表不够这么多行的，照最后一行加到这么多行。")
@options.force
@options.as_json
def new(name: str, source: Path, output: Path, sheet: str | None, rows: int, force: bool, as_json: bool) -> int:
    """由一张印好的表提出一个表样：字段、类型、行表、方格、列表，和配套的 Word 模板。

    猜的都标出来：“字段”表着色（深的要拿主意），“待确认”一栏写着为什么。核对一处，清空一处；form lint 会说还剩几处。

    例：jixiao form new 培训项目申报表 --from 空白表.docx
    """
    from toolkit.workflow.forms import new_form

    made = new_form(name, source, output, sheet, rows, force=force)
    proposal = made.proposal
    if as_json:
        fields = [
            {"name": each.name, "type": each.type, "role": each.role or None, "confirm": each.why or None} for each in proposal.fields
        ]
        head = {"workbook": str(made.workbook), "word": str(made.word), "money": proposal.money.unit}
        click.echo(json.dumps({**head, "fields": fields, "notes": proposal.notes}, ensure_ascii=False, indent=1))
        return 0
    for line in proposal_lines(made):
        click.echo(line)
    return 0


def proposal_lines(made: NewForm) -> Iterator[str]:
    """Yield what was proposed from a printed form, and what has to be decided."""
    proposal = made.proposal
    kinds = [f"{len(proposal.fields)} 个字段", f"{len(proposal.tables)} 个行表", f"{len(proposal.grids)} 个方格"]
    yield f"已提出表样 {made.workbook}：{'、'.join(kinds)}，金额单位{proposal.money.unit}，每个{proposal.sheets}一张。"
    yield f"配套的 Word 模板 {made.word}。"
    for each in proposal.unsure:
        if each.undecided:
            yield f"{each.name}：{each.why}"
    guessed = [f"{each.name}（{each.type}）" for each in proposal.unsure if not each.undecided]
    if guessed:
        yield f"按标签的字猜的 {len(guessed)} 处：{'、'.join(guessed)}。"
    for note in proposal.notes:
        yield f"请看：{note}。"
    yield f"都写在“字段”表的“待确认”一栏；核对一处，清空一处，再运行 jixiao form lint {made.workbook}"


@form.command("lint")
@click.argument("template", metavar="表样或名单")
@options.as_json
def lint(template: str, as_json: bool) -> int:
    """检查表样工作簿或名单，指出每处错误所在的工作表、单元格和改法。

    画法与“字段”表不符的也指出来：下拉、锁定、单元格格式、打印设置。表样有自己的 Word 模板（同名，或把“申报表”换成“汇总表”）的一并检查；也可以直接写 Word 模板的路径。

    例：jixiao form lint 我的表样.xlsx
    """
    from toolkit.workflow.forms import find_form

    path = find_form(template)
    mistakes, told, hints = linted(path)
    for line in hints:
        click.echo(f"提示：{line}", err=True)
    if as_json:
        rows = [{"sheet": m.sheet, "cell": m.cell, "message": m.text, "suggestion": m.cure} for m in mistakes]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        click.echo("\n".join(told))
    return ExitCode.of(usage=bool(mistakes))


def linted(path: Path) -> tuple[tuple[Mistake, ...], list[str], list[str]]:
    """Return the mistakes of a template, a roster or a Word template; them in words with the verdict last; and hints to look at."""
    from toolkit.workflow.forms import WORD, lint_drawing, lint_guesses, lint_roles, lint_word, lint_workbook

    workbook = path.suffix.lower() != WORD
    mistakes = lint_workbook(path) if workbook else ()
    word = None if mistakes else lint_word(path)
    drawing = lint_drawing(path) if workbook and not mistakes else ()
    hints = [] if drawing is not None else [f"{path.name} 的下拉、锁定、格式和打印设置没有检查：openpyxl 读不了这个工作簿。"]
    mistakes = (*mistakes, *(drawing or ()))
    told = [f"{path.name} › {mistake}" for mistake in mistakes] + [str(mistake) for mistake in (word.mistakes if word else ())]
    mistakes = (*mistakes, *(word.mistakes if word else ()))
    if word and word.missing:
        names = "、".join(word.missing)
        hints.append(f"{word.name} 里没有这些字段的占位符：{names}。要印出来就写上 {{{{字段名}}}}，不需要可以不理。")
    hints += [f"{word.name} 里 {line}。请核对是不是同一项。" for line in word.labels] if word else []
    if guesses := lint_guesses(path) if workbook else ():
        hints.append(f"“字段”表还有 {len(guesses)} 处待确认：{'；'.join(guesses[:3])}{' ……' if guesses[3:] else ''}")
    hints += [f"{line}。不需要可以不理。" for line in (lint_roles(path) if workbook and not mistakes else ())]
    return mistakes, [*told, f"共 {len(mistakes)} 处错误。" if mistakes else f"{path.name}：没有发现错误。"], hints

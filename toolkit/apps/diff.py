"""The command `diff`: one function of `workflow`, its options and what it prints."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.apps import chinese, options, show
from toolkit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from toolkit.workflow.request import Request


@click.command(cls=chinese.Command)
@click.argument("before", metavar="[原]", required=False)
@click.argument("after", metavar="[现]", required=False)
@options.output("把对比结果写成 Excel 工作簿（.xlsx）；不写则只在屏幕上列出。", required=False)
@options.roster
@options.form
@click.option("--old-form", metavar="表样", help="“原”用的是另一个表样（如去年的版本）时，写它的名称或路径。")
@options.ledger("不读文件，对比台账里的两个轮次（--rounds）或一个单位的两个版本（--unit）。")
@click.option(
    "--rounds",
    nargs=2,
    metavar="原轮次 现轮次",
    help="台账里的两个轮次，如 --rounds 一上 二上；每个单位取该轮次最后的报送；审核时没有写轮次的叫“未写轮次”。",
)
@click.option("--unit", metavar="单位", help="只对比台账里的这个单位；不写 --rounds 时，对比它最后的两个版本。")
@click.option("--versions", nargs=2, type=int, metavar="原版本 现版本", help="台账里这个单位的两个版本号，如 --versions 1 3。")
@options.latest
@options.password
@click.option("--all", "everything", is_flag=True, help="没有变化的项目、指标和随年度顺延的日期也列出。")
@options.force
@options.as_json
@options.quiet
@options.request
def diff(
    request: Request,
    before: str | None,
    after: str | None,
    output: Path | None,
    old_form: str | None,
    rounds: tuple[str, str] | None,
    unit: str | None,
    versions: tuple[int, int] | None,
    everything: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """对比：两个文件夹（或文件）逐个单位、逐个项目、逐个字段有什么不同。

    “原”和“现”可以是去年和今年、一上和二上、修改前和修改后，任何能读的文件都行。单位按名称对应，项目按项目代码、
    名称、内容相似程度对应，改了名的项目算更名，不算取消又新增；指标换了层级算移动。文件、工作表和行的先后不算不同。
    有没有不同，退出码都是 0；有文件读不出来是 4。

    --json 输出 {"before","after","summary","forms","notes","units","files"}：unit 有 state（added、dropped、changed、same）、
    before、after（单位名称，没有的是 null）、years、counts、amount（金额合计）、projects；project 有 state（另有 renamed）、
    before、after（project、file、sheet、表样、年度）、matched（code、name、likeness）、likeness、fields、indicators；
    field 有 field、before、after、difference、percent、routine（随年度顺延），长文本另有 parts（same、removed、added）；
    indicator 有 state（另有 moved）、before、after（导出时的一行）、fields。

    例：jixiao diff 去年/ 今年/ -o 对比.xlsx

    例：jixiao diff --ledger 审核结果/台账.sqlite --rounds 一上 二上
    """
    from toolkit.intake.inputs import check_given
    from toolkit.workflow.diff import check_diff_place, diff_ledger, diff_returns, write_diff
    from toolkit.workflow.forms import load_forms

    _check_use(before, after, request.ledger, rounds, unit, versions)
    older = load_forms(old_form) if old_form else ()
    request = replace(request, paths=tuple(path for path in (before, after) if path), older_forms=older)
    check_given(request.paths)
    if output is not None:
        check_diff_place(output, request.outlet)
    if request.ledger is not None:
        result = diff_ledger(request, rounds=rounds, unit=unit, versions=versions)
    else:
        with show.progress(quiet or as_json) as progress:
            result = diff_returns(request, progress)
    for line in result.lost:
        click.echo(line, err=True)
    show.file_findings(result.files)
    if result.nothing:
        click.echo(f"错误：{result.nothing}", err=True)
        return ExitCode.of(usage=not result.unreadable, unreadable=result.unreadable)
    if output is not None:
        write_diff(result, output, request.outlet, everything=everything)
    if as_json:
        click.echo(json.dumps(result.as_json(everything=everything), ensure_ascii=False, indent=1))
    else:
        for line in result.lines(everything=everything, quiet=quiet):
            click.echo(line)
        if output is not None:
            show.written(output)
    return ExitCode.of(unreadable=result.unreadable)


def _check_use(
    before: str | None,
    after: str | None,
    ledger_path: Path | None,
    rounds: tuple[str, str] | None,
    unit: str | None,
    versions: tuple[int, int] | None,
) -> None:
    """Raise UsageError unless two paths are given, or a ledger with what to take from it."""
    if ledger_path is None:
        if before is None or after is None:
            raise UsageError("要对比的两边没有写全。请写两个文件夹或文件，如 jixiao diff 去年/ 今年/；对比台账请写 --ledger。")
        if rounds or unit or versions:
            raise UsageError("--rounds、--unit、--versions 要和 --ledger 一起用。请写出台账文件，如 --ledger 审核结果/台账.sqlite。")
    elif before is not None:
        raise UsageError(f"{before}：写了 --ledger 就不再读文件。请去掉路径，或去掉 --ledger。")
    elif rounds is None and unit is None:
        raise UsageError("没有写对比台账里的什么。请用 --rounds 写两个轮次，或用 --unit 写一个单位。")
    elif versions and (rounds or not unit):
        raise UsageError("--versions 要和 --unit 一起用，不能和 --rounds 一起用。")

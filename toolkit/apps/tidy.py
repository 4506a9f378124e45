"""The command `tidy`: one function of `workflow`, its options and what it prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.apps import chinese, options, show
from toolkit.errors import ExitCode

if TYPE_CHECKING:
    from toolkit.workflow.request import Request


@click.command(cls=chinese.Command)
@options.paths
@options.output("存放整理后的副本和修复记录的文件夹。")
@options.roster
@options.form
@options.password
@options.force
@options.as_json
@options.quiet
@options.request
def tidy(request: Request, output: Path, as_json: bool, quiet: bool) -> int:
    """整理：把能放心修复的问题改好，存成副本，并记下每一处修复。

    文本格式的金额和日期、“>=”、改写的标签、空着的层级等会改成标准写法；内容有误的不改。原文件不动，
    不需要修复的文件原样复制，压缩包解成同名的文件夹，.xls、.ods 等转成 .xlsx。本工具下发的表，打印区域改到最后填写的一行，不打空页。
    再整理一次不会有新的改动。没有读懂的内容逐格列在修复记录的“没有读懂”表里，请自己看。

    例：jixiao tidy 回收/ -o 整理/
    """
    from toolkit.workflow.tidy import tidy_returns

    with show.progress(quiet or as_json) as progress:
        result = tidy_returns(request, output, progress)
    if as_json:
        lines = [
            {
                "file": line.file,
                "sheet": line.sheet or None,
                "cell": line.repair.cell,
                "field": line.repair.field or None,
                "rule": line.repair.rule,
                "before": line.repair.before,
                "after": line.repair.after,
                "message": line.repair.message,
            }
            for line in result.repairs
        ]
        written = [str(path) for path in (*result.written, result.log)]
        files = [file.record() for file in result.batch.files]
        told = {"written": written, "repairs": lines, "files": files, "unread": result.batch.unread}
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif not quiet:
        for path in (*result.written, result.log):
            show.written(path)
        mended = len({line.file for line in result.repairs})
        click.echo(f"共 {len(result.written)} 个副本，其中 {mended} 个文件修复了 {len(result.repairs)} 处，见 {result.log}。")
    show.file_findings(result.unreadable)
    if not as_json:
        show.others(result.batch.others, err=True)
        show.doubts(result.batch)
    for _, error in result.failed:
        click.echo(f"{error}，没有生成副本。{error.suggestion}。", err=True)
    return ExitCode.of(unreadable=bool(result.unreadable or result.failed))

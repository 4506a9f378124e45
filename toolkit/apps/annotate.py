"""`jixiao annotate`: marked copies and letters for units whose returns need changes."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.apps import chinese, options, show
from toolkit.errors import ExitCode
from toolkit.values.text import shown_path
from toolkit.values.words import ERROR, HINT, WARNING

if TYPE_CHECKING:
    from toolkit.workflow.annotate import AnnotateResult, MarkedCopy
    from toolkit.workflow.request import Request


@click.command(cls=chinese.Command)
@options.paths
@options.output("存放退改工作簿和退改通知的文件夹。")
@options.decisions
@options.roster
@options.against
@options.year
@options.latest
@options.use
@options.ledger("审核时建立的台账：内容没有变的文件不再重读重审，采用过的意见仍然有效。")
@options.form
@options.rules
@options.password
@click.option("--all", "everything", is_flag=True, help="只有警告或提示的也退。默认只退有错误的。")
@click.option("--deadline", default="", metavar="日期", help="退改通知里写的报送截止日期，如 2026-03-20；不写则按名单表头上方写的。")
@click.option("--contact", default="", metavar="姓名", help="退改通知里写的联系人；不写则按名单表头上方写的。")
@click.option("--telephone", default="", metavar="电话", help="退改通知里写的联系电话；不写则按名单表头上方写的。")
@options.send
@options.force
@options.as_json
@options.quiet
@options.request
def annotate(
    request: Request,
    output: Path,
    everything: bool,
    deadline: str,
    contact: str,
    telephone: str,
    send: str | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """退改：把问题标在各单位自己的工作簿上，连同退改通知一起退回。

    需要修改的工作簿各复制一份，有问题的单元格标色并加批注，首页“审核意见”逐条列出，点一下跳到该处；打印区域
    改到最后填写的一行，其余内容原样不动。每个单位另有一份 Word 退改通知，列出全部问题。漏报的项目、与名单不符的内容，写了 --roster 才查得出来、退得回去。改好的工作簿直接报送即可，再次审核时标注自动去掉。

    加 --send 文件夹 或 --send zip，每个单位的工作簿和通知归在一个文件夹或一个压缩包里，旁边是“退改正文.txt”，粘贴进邮件、微信即可发出。

    例：jixiao annotate 回收/ --roster 名单.xlsx -o 退改/ --deadline 2026-03-20
    """
    from toolkit.forms.roster_head import deadline_text
    from toolkit.forms.roster_model import Office
    from toolkit.workflow.annotate import annotate_returns

    office = Office(deadline_text(deadline), contact, telephone)
    with show.progress(quiet or as_json) as progress:
        result = annotate_returns(request, output, everything=everything, office=office, send=send or "", progress=progress)
    if as_json:
        click.echo(json.dumps(_as_json(result), ensure_ascii=False, indent=1))
    else:
        _show(result, quiet)
    for copy, error in result.failed:
        click.echo(f"{copy.file.file}：没有生成退改工作簿。{error}。{error.suggestion}。", err=True)
    for copy in (copy for copy in result.copies if copy.locked):
        click.echo(f"{copy.output}：原文件设有打开密码，退改工作簿也用这个密码打开。", err=True)
    show.file_findings(result.check.files)
    show.decision_notes(result.check)
    return ExitCode.of(unreadable=bool(result.check.unreadable or result.failed), errors=result.check.has_errors)


def _as_json(result: AnnotateResult) -> dict[str, object]:
    return {
        "written": [str(path) for path in result.written],
        "marked": [{"file": copy.file.file, "output": str(copy.output), "unit": copy.unit, **_counts(copy)} for copy in result.copies],
        "notices": [{"unit": notice.unit, "output": str(notice.output)} for notice in result.notices],
        **({"packs": [{"unit": p.unit, "output": str(p.place), "message": str(p.message)} for p in result.packs]} if result.packs else {}),
        "summary": result.check.summary(),
    }


def _counts(copy: MarkedCopy) -> dict[str, int]:
    counts = Counter(finding.severity for finding in copy.findings)
    return {"errors": counts[ERROR], "warnings": counts[WARNING], "hints": counts[HINT]}


def _show(result: AnnotateResult, quiet: bool) -> None:
    for copy in result.copies:
        counts = _counts(copy)
        numbers = f"错误 {counts['errors']} 处，警告 {counts['warnings']} 处，提示 {counts['hints']} 处"
        click.echo(f"已生成 {shown_path(str(copy.output))}：{copy.unit}，{numbers}")
    for notice in result.notices:
        show.written(notice.output)
    for pack in result.packs:
        click.echo(f"可以发给 {pack.unit}：{shown_path(str(pack.place))}，正文 {shown_path(str(pack.message))}")
    if not result.written and not result.failed:
        click.echo("没有需要退改的工作簿。")
    if not quiet:
        click.echo(show.verdict(result.check))

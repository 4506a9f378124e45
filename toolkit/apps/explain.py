"""`jixiao explain`: a verdict to be followed by hand."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from toolkit.apps import chinese, options, show
from toolkit.errors import ExitCode
from toolkit.values.text import one_line
from toolkit.values.words import UNREADABLE

if TYPE_CHECKING:
    from toolkit.workflow.request import Request


@click.command(cls=chinese.Command)
@click.argument("rule", metavar="规则编号")
@options.paths
@options.roster
@options.form
@options.password
@click.option("--all", "everything", is_flag=True, help="也列出通过的和不适用的地方；默认只列不通过的和算不出来的。")
@options.as_json
@options.quiet
@options.request
def explain(request: Request, rule: str, everything: bool, as_json: bool, quiet: bool) -> int:
    """解释：一条规则在每一处是怎样判定的，可以照着手工核对。

    列出条件公式、其中每个名称的值和所在单元格、公式每一部分的结果、在列表里找到了哪些词。只读取，不改动任何文件。

    例：jixiao explain 资金-F1 回收/甲中心.xlsx
    """
    from toolkit.workflow.explain import explain_rule

    with show.progress(quiet or as_json) as progress:
        found, batch = explain_rule(request, rule, progress)
    chosen = [each for each in found if everything or each.fails]
    if as_json:
        click.echo(json.dumps([asdict(each) for each in chosen], ensure_ascii=False, indent=1))
    else:
        for each in chosen:
            click.echo("\n  ".join(map(one_line, (each.headline, *each.lines()))) + "\n")
        counts = "，".join(f"{word} {number} 处" for word, number in Counter(each.verdict for each in found).items())
        click.echo(f"规则“{rule}”：{counts or '没有一处用得上'}。")
    show.file_findings(batch.files)
    return ExitCode.of(unreadable=any(file.status == UNREADABLE for file in batch.files))

"""The command `merge`: one function of `workflow`, its options and what it prints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.apps import chinese, options, show
from toolkit.errors import ExitCode
from toolkit.values.text import one_line

if TYPE_CHECKING:
    from toolkit.workflow.merge import MergeResult
    from toolkit.workflow.publishing import Gate
    from toolkit.workflow.request import Request

# So many warnings about publishing are told one by one.
_MOST_WARNINGS = 20

# So many units and projects that did not come are named.
_MOST_MISSING = 20


@click.command(cls=chinese.Command)
@options.paths
@options.output("存放 Word 汇总表和 Excel 总表的文件夹。")
@options.roster
@options.against
@options.year
@options.ledger("审核时建立的台账：内容没有变的文件不再重读重审，采用过的意见仍然有效。")
@options.latest
@options.use
@options.decisions
@options.form
@options.rules
@options.password
@click.option("--draft", is_flag=True, help="有错误的单位也生成，每页标“草稿”。")
@click.option("--strict", is_flag=True, help="有公开前提醒（个人信息、安全细节等）的单位也不生成。")
@click.option("--pdf", is_flag=True, help="每份 Word 汇总表另出一份 PDF（要装有 LibreOffice）。")
@click.option(
    "--unit",
    type=click.Choice(("元", "万元")),
    default="元",
    help="总表里汇总金额的单位，默认元；项目明细总是元。万元的另有“万元舍位平衡”表：两位小数，行列合计相等，调整过的逐个列出。",
)
@options.force
@options.as_json
@options.quiet
@options.request
def merge(request: Request, output: Path, draft: bool, strict: bool, pdf: bool, unit: str, as_json: bool, quiet: bool) -> int:
    """汇总：每个单位生成一份 Word 汇总表，全部单位生成一份 Excel 总表。

    有错误的单位不生成，并列出名称；加 --draft 则全部生成，每页标“草稿”。名单里“是否公开”为否的项目不写入 Word
    汇总表，项目按名单的“顺序”排。写文件之前先列出公开前提醒；没有汇总、没有公开的内容和原因写在总表的“未汇总清单”里。
    级别是“核实”、单位在“自检”里说明了原因的照样汇总，写在总表的“已说明清单”里。

    同一单位的同一项目有两份不同的报送时，这个单位不生成，除非用 --latest 或 --use 说明以哪一份为准（草稿取最后
    到的一份）；内容相同的只取一份。

    例：jixiao merge 回收/ -o 汇总/ --roster 名单.xlsx --pdf
    """
    from toolkit.workflow.merge import Merging, merge_returns

    with show.progress(quiet or as_json) as progress:
        result = merge_returns(request, output, Merging(draft, strict, unit == "万元", pdf), progress=progress, announce=_warn)
    if as_json:
        click.echo(json.dumps(_record(result), ensure_ascii=False, indent=1))
    else:
        _tell(result, quiet)
    for note in result.printed.notes if result.printed else ():
        click.echo(note, err=True)
    show.decision_notes(result.check)
    return _code(result)


def _warn(gate: Gate) -> None:
    """Name on stderr, before anything is written, what somebody should look at before it is published."""
    if not gate.warnings:
        return
    click.echo(f"公开前请看：{len(gate.warnings)} 处可能不宜公开的内容（个人信息、安全细节等）。", err=True)
    for finding in gate.warnings[:_MOST_WARNINGS]:
        place = " › ".join(part for part in (finding.file, finding.project, finding.cell) if part)
        click.echo(f"  {place}：{finding.message}{finding.suggestion}（{finding.rule}）", err=True)
    if len(gate.warnings) > _MOST_WARNINGS:
        click.echo(f"  ……还有 {len(gate.warnings) - _MOST_WARNINGS} 处，用 jixiao check 查看。", err=True)


def _record(result: MergeResult) -> dict[str, object]:
    gate = result.gate
    left_out = [{"unit": e.unit, "errors": e.errors, "files": list(e.files), "reason": e.reason} for e in gate.left_out]
    withheld = [{"unit": e.unit, "project": e.project, "file": e.files[0], "reason": e.reason} for e in gate.withheld]
    return {
        "written": [str(path) for path in result.written],
        "left_out": left_out,
        "not_public": withheld,
        "missing": [{"unit": e.unit, "project": e.project, "reason": e.reason} for e in gate.missing],
        "superseded": [
            {"unit": conflict.unit, "file": file, "instead": instead}
            for conflict in result.check.batch.conflicts
            for file, instead in conflict.left
        ],
        "explained": [finding.record() for finding in gate.all_explained],
        "before_publishing": [finding.record() for finding in gate.warnings],
        "pdf_failed": [str(path) for path in result.printed.failed] if result.printed else [],
        "summary": result.check.summary(),
    }


def _tell(result: MergeResult, quiet: bool) -> None:
    for path in result.written:
        show.written(path)
    for unit in result.gate.left_out:
        click.echo(f"未生成 {unit.unit}：{unit.reason}（{'、'.join(unit.files)}），{unit.cure}")
    for project in result.gate.withheld:
        click.echo(f"未公开 {project.unit} › {project.project}：{project.reason}，不写入 Word 汇总表。")
    for each in result.gate.missing[:_MOST_MISSING]:
        click.echo(f"缺 {' › '.join(part for part in (each.unit, each.project) if part)}：{each.reason}。")
    if len(result.gate.missing) > _MOST_MISSING:
        click.echo(f"……还缺 {len(result.gate.missing) - _MOST_MISSING} 处，见总表的“未汇总清单”。")
    for finding in result.gate.all_explained[:_MOST_MISSING]:
        place = " › ".join(part for part in (finding.unit, finding.project) if part)
        click.echo(one_line(f"已说明 {place}：{finding.problem}单位说明：{finding.explanation}（{finding.rule}）"))
    if len(result.gate.all_explained) > _MOST_MISSING:
        click.echo(f"……还有 {len(result.gate.all_explained) - _MOST_MISSING} 处已说明，见总表的“已说明清单”。")
    show.file_findings(result.check.files)
    if not quiet:
        click.echo(show.verdict(result.check))


def _code(result: MergeResult) -> int:
    return ExitCode.of(
        output=bool(result.printed and result.printed.failed),
        unreadable=result.check.unreadable > 0,
        errors=result.check.has_errors or bool(result.gate.left_out),
    )

"""The commands that do a job over a batch: check, export, import, demo. Each calls one function of `workflow`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from toolkit.apps import chinese, options, show
from toolkit.values.words import PASSED
from toolkit.values.words import UNREADABLE as NOT_READ

ERRORS, UNREADABLE = 3, 4


@click.command(cls=chinese.Command)
@options.paths
@options.output("存放审核报告（.xlsx 和 .html）的文件夹；不写则只在屏幕上列出。", required=False)
@options.decisions
@options.roster
@options.ledger("记录每份报送的台账；不写则用 -o 文件夹里的 台账.sqlite。")
@options.round_
@options.fresh
@options.form
@options.password
@options.force
@options.as_json
@options.quiet
def check(
    paths: tuple[str, ...],
    output: Path | None,
    decisions: Path | None,
    roster: Path | None,
    ledger_path: Path | None,
    round_: str | None,
    fresh: bool,
    form: str | None,
    passwords: tuple[str, ...],
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """审核：检查回收的申报表，列出每一处问题。

    路径可以是文件，也可以是文件夹（包括子文件夹）。只读取，不改动任何申报表。加 -o 另外生成审核报告.xlsx
    和审核报告.html；在 .xlsx 里填好处理意见，再用 --decisions 审核一次即可采用。加 --roster 名单.xlsx，按名单
    认单位、核对控制数和批复金额，没有报送的单位列进审核报告。

    有 -o 时，每份报送的版本、时间和结果记入台账；再次审核时内容没有变的文件不再重读重审（--all 除外），审核报告
    里采用过的意见一直有效，直到填报内容变化，或在新报告里改选“退回”。

    例：jixiao check 回收/ -o 审核结果/
    """
    from toolkit.workflow.check import check_returns
    from toolkit.workflow.forms import load_forms
    from toolkit.workflow.report import WORKBOOK, check_report_places, write_report
    from toolkit.workflow.request import Request

    request = Request(
        paths,
        load_forms(form),
        options.listed(roster),
        passwords,
        decisions=options.decided(decisions),
        ledger=ledger_path or (options.ledger_beside(output) if output else None),
        round=round_,
        fresh=fresh,
        force=force,
        report=output / WORKBOOK if output else None,
    )
    if output is not None:
        check_report_places(output, request.outlet)
    with show.progress(quiet or as_json) as progress:
        result = check_returns(request, progress)
    written = write_report(result, output, request.outlet) if output is not None else ()
    if as_json:
        click.echo(json.dumps(result.as_json(), ensure_ascii=False, indent=1))
    else:
        show.check_result(result, quiet)
        for path in written:
            click.echo(f"已生成 {path}")
    show.decision_notes(result)
    return _code(result.unreadable > 0, result.has_errors)


@click.command(cls=chinese.Command)
@options.paths
@options.output("导出到 .xlsx、.csv 或 .json 文件；不写则以 JSON 输出到屏幕。", required=False)
@options.roster
@options.form
@options.password
@click.option("--raw", is_flag=True, help="附上原文：每个字段的单元格、原样文字和状态。")
@options.force
@options.as_json
@options.quiet
def export(
    paths: tuple[str, ...],
    output: Path | None,
    roster: Path | None,
    form: str | None,
    passwords: tuple[str, ...],
    raw: bool,
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """导出：把读到的内容导出为数据表，供其他程序使用。

    .xlsx 有“项目”“指标”两张表（有几种表样时各有两张），金额是数字，日期是日期，代码是文本；.csv 每条指标一行；.json 与
    屏幕输出相同。列的名称和顺序由表样决定，每次都一样。

    例：jixiao export 回收/ -o 数据.xlsx
    """
    from toolkit.intake.batch import read_batch
    from toolkit.workflow.export import check_export_place, export_to, records_of
    from toolkit.workflow.forms import load_forms
    from toolkit.workflow.request import Request

    request = Request(paths, load_forms(form), options.listed(roster), passwords, force=force)
    if output is not None:
        check_export_place(output, request.outlet)
    with show.progress(quiet or as_json or output is None) as progress:
        batch = read_batch(paths, request.forms, progress, passwords=passwords, roster=request.roster)
    records = records_of(batch, raw=raw)
    if output is not None:
        export_to(output, batch, records, request.outlet, request.forms)
    if as_json or output is None:
        click.echo(json.dumps(records, ensure_ascii=False, indent=1))
    elif not quiet:
        click.echo(f"已导出 {len(records)} 个项目：{output}")
    show.file_findings(batch.files)
    return _code(any(file.status == NOT_READ for file in batch.files), False)


@click.command("import", cls=chinese.Command)
@options.paths
@options.output("存放生成的申报表的文件夹。")
@options.form
@options.password
@options.force
@options.as_json
@options.quiet
def import_(
    paths: tuple[str, ...],
    output: Path,
    form: str | None,
    passwords: tuple[str, ...],
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """导入：把已公布的文档转成填好的申报表，每个单位一个工作簿，每个项目一张表。

    例：jixiao import 公布文本.txt -o 填报/
    """
    from toolkit.workflow.forms import load_forms
    from toolkit.workflow.imports import import_documents
    from toolkit.workflow.request import Request

    request = Request(paths, load_forms(form), passwords=passwords, force=force)
    with show.progress(quiet or as_json) as progress:
        result = import_documents(request, output, progress)
    if as_json:
        written = [
            {"file": str(i.path), "unit": i.unit, "年度": i.year, "projects": i.projects, "indicators": i.indicators}
            for i in result.written
        ]
        files = [{"file": file.file, "status": file.status, "unit": file.unit} for file in result.batch.files]
        doubts = [
            {
                "rule": doubt.rule,
                "file": each.file,
                "project": each.project,
                "cell": doubt.cell,
                "value": doubt.value,
                "message": doubt.message,
            }
            for each, doubt in result.doubted
        ]
        click.echo(json.dumps({"written": written, "files": files, "doubts": doubts}, ensure_ascii=False, indent=1))
    elif not quiet:
        show.import_result(result)
    show.file_findings(result.batch.files)
    if not as_json:
        show.doubts(result)

    # An import never ends in 3: a document without the form is one that could not be read.
    return _code(any(file.status != PASSED for file in result.batch.files), False)


@click.command(cls=chinese.Command)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), default=Path("绩效演示"), metavar="位置", help="演示文件夹，默认“绩效演示”。"
)
def demo(output: Path) -> None:
    """试用：用自带的示例走一遍全过程，并说明每一步做了什么、该打开哪个文件。

    例：jixiao demo
    """
    from toolkit.workflow.demo import run_demo

    for line in run_demo(output):
        click.echo(line)


def _code(unreadable: bool, errors: bool) -> int:
    if unreadable:
        return UNREADABLE
    return ERRORS if errors else 0

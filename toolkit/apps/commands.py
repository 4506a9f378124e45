"""The commands that do a job over a batch: check, export, import, demo. Each calls one function of `workflow`."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.apps import chinese, options, show
from toolkit.errors import ExitCode
from toolkit.values.words import PASSED, YEAR_ROLE

if TYPE_CHECKING:
    from toolkit.workflow.request import Request


@click.command(cls=chinese.Command)
@options.paths
@options.output("存放审核报告（.xlsx 和 .html）的文件夹；不写则只在屏幕上列出。", required=False)
@options.decisions
@options.roster
@options.against
@options.year
@options.latest
@options.use
@options.ledger("记录每份报送的台账；不写则用 -o 文件夹里的 台账.sqlite。")
@options.round_
@options.fresh
@options.form
@options.rules
@options.password
@options.force
@options.as_json
@options.quiet
@options.request
def check(request: Request, output: Path | None, as_json: bool, quiet: bool) -> int:
    """审核：检查回收的申报表，列出每一处问题。

    路径可以是文件，也可以是文件夹（包括子文件夹）。只读取，不改动任何申报表。加 -o 另外生成审核报告.xlsx
    和审核报告.html；在 .xlsx 里填好处理意见，再用 --decisions 审核一次即可采用。加 --roster 名单.xlsx，按名单
    认单位、核对控制数和批复金额，没有报送的单位列进审核报告。

    文件夹和压缩包里的每个文件都有交代。照片、扫描件、来函不算申报表：名字（或所在文件夹、压缩包的名字）写着哪个单位，
    就是哪个单位的附件；认不出的列为不知归属。--json 里它们在 others：what 是 attachment（附件）、unclaimed（不知归属）、
    not_return（不是申报表）或 ours（本工具生成）。表里没有读懂的内容逐格列在 unread，审核报告里是“没有读懂”表。不在现行表样上的
    报送列在 outdated（“要转入现行表样”表）；几份报送同样的疑问（印着万元、旧版表样、不在名单的单位、年度不符）列在
    questions（“合并提问”表），答一次即可。级别是“核实”的问题，单位在“自检”表里写明原因的是警告，--json 里多一项 explanation。

    有 -o 时，每份报送的版本、时间和结果记入台账；再次审核时内容没有变的文件不再重读重审（--all 除外），审核报告
    里采用过的意见一直有效，直到填报内容变化，或在新报告里改选“退回”，或清空
    那一行的意见（撤回）。有还没有采用的意见的报告不会被覆盖。

    加 --against 批复/，自评表的指标、指标值、年初预算数、预期目标与批复的申报表不同的，逐处列为 批复-不符（批复是什么、现在是什么）；
    批复里找不到的项目列为 批复-没有。annotate、merge 也可以加。

    例：jixiao check 回收/ -o 审核结果/
    """
    from toolkit.workflow.check import check_returns

    if output is not None:
        from toolkit.workflow.report import WORKBOOK, check_report_places
        from toolkit.workflow.request import check_opinions

        request = replace(request, ledger=request.ledger or options.ledger_beside(output), report=output / WORKBOOK)
        check_report_places(output, request.outlet)
        check_opinions(request)
    with show.progress(quiet or as_json) as progress:
        result = check_returns(request, progress)
    written: tuple[Path, ...] = ()
    if output is not None:
        from toolkit.workflow.report import write_report

        written = write_report(result, output, request.outlet)
    if as_json:
        show.as_json(result.parts())
    else:
        show.check_result(result, quiet)
        for path in written:
            show.written(path)
    show.decision_notes(result)
    return ExitCode.of(unreadable=result.unreadable > 0, errors=result.has_errors)


@click.command(cls=chinese.Command)
@options.paths
@options.output("导出到 .xlsx、.csv、.json 或 .parquet 文件；不写则以 JSON 输出到屏幕。", required=False)
@options.roster
@options.form
@options.password
@click.option("--raw", is_flag=True, help="附上原文：每个字段的单元格、原样文字和状态。")
@options.force
@options.as_json
@options.quiet
@options.request
def export(request: Request, output: Path | None, raw: bool, as_json: bool, quiet: bool) -> int:
    """导出：把读到的内容导出为数据表，供其他程序使用。

    .xlsx 有“项目”“指标”两张表（有几种表样时各有两张），金额是数字，日期是日期，代码是文本；.csv 每条指标一行；.json 与
    屏幕输出相同；.parquet 每个项目一行，指标是其中的列表“绩效指标”，金额、日期带类型（要先装 pyarrow）。列的名称和顺序由表样决定，每次都一样。

    例：jixiao export 回收/ -o 数据.xlsx
    """
    from toolkit.intake.batch import read_batch
    from toolkit.values.words import UNREADABLE
    from toolkit.workflow.export import Records, check_export_place, export_to

    if output is not None:
        check_export_place(output, request.outlet)
    with show.progress(quiet or as_json or output is None) as progress:
        batch = read_batch(request.paths, request.forms, progress, passwords=request.passwords, roster=request.roster)
    records = Records(batch, raw=raw)
    if output is not None:
        export_to(output, batch, records, request.outlet, request.forms)
    if as_json or output is None:
        for part in records.as_json():
            click.echo(part, nl=False)
        click.echo()
    elif not quiet:
        click.echo(f"已导出 {len(records)} 个项目：{output}")
    show.file_findings(batch.files)
    return ExitCode.of(unreadable=any(file.status == UNREADABLE for file in batch.files))


@click.command("import", cls=chinese.Command)
@options.paths
@options.output("存放生成的申报表的文件夹。")
@options.roster
@options.latest
@options.use
@options.form
@options.password
@options.force
@options.as_json
@options.quiet
@options.request
def import_(request: Request, output: Path, as_json: bool, quiet: bool) -> int:
    """导入：把已公布的文档、不在现行表样上的报送转成填好的申报表，每个单位一个工作簿，每个项目一张表。

    旧版表样、别的版面、名称损坏或用网页版软件另存过的工作簿、.xls、.ods、Word、PDF 都转入现行表样，原件不动；jixiao check
    的报告写明哪些报送需要转入。转入的有工作簿时另写转入记录.xlsx：每份去了哪里、为什么，哪些内容换了位置，
    哪些没有位置，哪些要核对。--json 里它们是 moved 和 left。原表以万元印的金额写成“38.6万元”这样：审核时照样换算、照样提醒核对，
    确认以前汇总不收；改成以元为单位的数字，提醒就没有了。

    例：jixiao import 公布文本.txt -o 填报/

    例：jixiao import 回收/ -o 规范/
    """
    from toolkit.workflow.imports import import_documents

    with show.progress(quiet or as_json) as progress:
        result = import_documents(request, output, progress)
    if as_json:
        written = [
            {"file": str(i.path), "unit": i.unit, YEAR_ROLE: i.year, "projects": i.projects, "indicators": i.indicators}
            for i in result.written
        ]
        files = [file.record() for file in result.batch.files]
        doubts = [
            {
                "rule": doubt.rule,
                "file": each.file,
                "project": each.project,
                "cell": doubt.cell,
                "value": doubt.value,
                "message": doubt.message,
            }
            for each, doubt in result.batch.doubted
        ]
        told = {
            "written": written,
            "files": files,
            "others": [other.record() for other in result.batch.others],
            "doubts": doubts,
            "unread": result.batch.unread,
            "log": str(result.log) if result.log else None,
            "moved": [move.record() for move in result.moves.moved],
            "left": [move.record() for move in result.moves.left],
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=1))
    elif not quiet:
        show.import_result(result)
    show.file_findings(result.batch.files)
    if not as_json:
        show.others(result.batch.others, err=True)
        show.doubts(result.batch)

    for error in result.failed:
        click.echo(f"{error}，没有生成申报表。{error.suggestion}。", err=True)

    # An import never ends in 3: a document without the form is one that could not be read.
    return ExitCode.of(unreadable=bool(result.failed) or any(file.status != PASSED for file in result.batch.files))


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

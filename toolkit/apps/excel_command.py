"""`jixiao excel ACTION`: what the ribbon's macros run where xlwings is not installed; the answer goes into a results file.

The format of that file is in `workflow.live`. Exit codes are the contract's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import click

from toolkit.apps import chinese, options
from toolkit.apps.excel.run import JOBS
from toolkit.errors import ExitCode, JixiaoError, OutputError, UsageError
from toolkit.values.words import UNREADABLE as NOT_READ

# The first line of the results, those that follow, the exit code.
Answer = tuple[tuple[str, ...], Sequence[Sequence[str | None]], ExitCode]
_ON_WORKBOOKS = ("audit_workbook", "explain_finding")

_PATH = click.Path(path_type=Path)


@click.command(cls=chinese.Command)
@click.argument("action", type=click.Choice((*_ON_WORKBOOKS, *JOBS)), metavar="动作")
@click.option("--workbook", type=_PATH, metavar="文件", help="打开的工作簿（audit_workbook、explain_finding）。")
@click.option("--sheet", default="", metavar="工作表", help="选中的单元格在哪个工作表（explain_finding）。")
@click.option("--cell", default="", metavar="单元格", help="选中的单元格，如 D8（explain_finding）。")
@click.option("--folder", type=_PATH, metavar="文件夹", help="对哪个文件夹做。")
@click.option("--file", type=_PATH, metavar="文件", help="对哪个文件做（issue、issue_from、import_last_year、new_form、lint_form）。")
@click.option("--other", type=_PATH, metavar="文件夹", help="另一个文件夹：去年的（issue_from）、原来的（compare_years）。")
@click.option("--results", required=True, type=_PATH, metavar="结果文件", help="写给宏读的结果文件；已有的会换成新的。")
@options.form
@options.force
def excel(
    action: str,
    workbook: Path | None,
    sheet: str,
    cell: str,
    folder: Path | None,
    file: Path | None,
    other: Path | None,
    results: Path,
    form: str | None,
    force: bool,
) -> int:
    """供 Excel、WPS 的宏调用：做一件事，把结果写进结果文件。

    对打开的工作簿：audit_workbook 审核，explain_finding 说明选中的单元格是怎样判定的。对回收的文件夹：audit_folder 审核，
    annotate_returns 退改，remind 催报，tidy_returns 整理，make_summary 汇总，export_data 导出，compare_years 与去年（另一个文件夹）对比。对名单：issue 下发，
    issue_from 沿用去年下发。对文件：import_last_year 导入去年，new_form 由印好的表提出表样，lint_form 检查表样或名单。
    对一季的文件夹：start_season 开始，show_season 看进度，join_seasons 合并（选放着几个一季文件夹的文件夹），archive_season 归档，
    verify_archive 核对归档。

    结果放在选的文件夹旁边（回收 → 回收-审核结果、回收-汇总），旁边的 名单.xlsx 就是名单；回收文件夹属于一季的（上面有 本季.txt），
    照本季的设置，放进本季的文件夹。已有上一次的结果时要加 --force 才换成新的。

    结果文件是 UTF-8 文本，每行五列，用制表符隔开：工作表、单元格、级别、问题、建议；第一行是结论。没有做成时也写。

    例：jixiao excel audit_workbook --workbook 甲.xlsx --results 结果.txt
    """
    from toolkit.workflow.live import FAILED, results_outlet, write_results

    given = {"workbook": workbook, "folder": folder, "file": file}
    wanted = "workbook" if action in _ON_WORKBOOKS else JOBS[action].chosen
    path = given[wanted]
    outlet = results_outlet(results, [each for each in (*given.values(), other) if each], form)
    try:
        if path is None:
            raise UsageError(f"{action} 要用 --{wanted} 说明对哪个{'文件夹' if wanted == 'folder' else '文件'}做。")
        if action == "explain_finding":
            head, lines, code = _explain(path, form, sheet, cell)
        elif action == "audit_workbook":
            head, lines, code = _audit(path, form)
        else:
            head, lines, code = _job(action, path, other, force)
    except JixiaoError as error:
        write_results(results, outlet, ("", "", FAILED, str(error), "0 0 0"), ())
        click.echo(f"错误：{error}", err=True)
        return error.code
    write_results(results, outlet, head, lines)
    click.echo(head[3])
    return code


def _explain(workbook: Path, form: str | None, sheet: str, cell: str) -> Answer:
    from toolkit.workflow.forms import load_forms
    from toolkit.workflow.live import DONE, explain_cell, told_lines

    if not re.fullmatch("[A-Z]{1,3}[1-9][0-9]{0,6}", cell):
        raise UsageError("explain_finding 要用 --sheet 和 --cell 说明是哪个单元格，如 --sheet 项目1 --cell D8。")
    told = explain_cell(workbook, workbook.name, load_forms(form), sheet, cell)
    return ("", "", DONE, told[0], "0 0 0"), told_lines(told), ExitCode.PASSED


def _audit(workbook: Path, form: str | None) -> Answer:
    from toolkit.workflow.forms import load_forms
    from toolkit.workflow.live import audit_copy

    audit = audit_copy(workbook, workbook.name, load_forms(form))
    head = ("", "", audit.status, audit.message, " ".join(map(str, audit.counts())))
    if audit.readable:
        return head, audit.lines(), ExitCode.of(errors=bool(audit.counts()[0]))
    return head, (), ExitCode.of(unreadable=audit.status == NOT_READ, errors=True)


def _job(action: str, path: Path, other: Path | None, force: bool) -> Answer:
    from toolkit.workflow.live import DONE, told_lines

    job = JOBS[action]
    if job.other and other is None:
        raise UsageError(f"{action} 要用 --other 说明另一个文件夹：{job.other.removeprefix('选择')}。")
    for each in (path, *([other] if other else [])):
        if not each.exists():
            raise UsageError(f"{each}：找不到这个文件或文件夹。请核对路径。")
    earlier = job.earlier(path)
    if earlier and not force:
        raise OutputError(f"{earlier[0]}：文件已存在，未改动；要覆盖请加 --force")
    outcome = job.run(path, force, *([other] if job.other else []))
    files = [("", "", "file", f"已生成 {made}", str(made)) for made in outcome.written]
    lines = [*told_lines(outcome.message.splitlines()), *files]
    return ("", "", DONE, outcome.message, " ".join(map(str, outcome.counts))), lines, outcome.code

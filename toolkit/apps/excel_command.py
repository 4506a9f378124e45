"""`jixiao excel ACTION`: what the ribbon's macros run where xlwings is not installed; the answer goes into a results file.

The format of that file is in `workflow.handover`. Exit codes are the contract's.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from toolkit.apps import chinese, options
from toolkit.errors import JixiaoError, OutputError, UsageError
from toolkit.values.words import UNREADABLE as NOT_READ

USAGE, ERRORS, UNREADABLE, OUTPUT = 2, 3, 4, 5
# The first line of the results, those that follow, the exit code.
Answer = tuple[tuple[str, ...], Sequence[Sequence[str | None]], int]
_ACTIONS = ("audit_workbook", "audit_folder", "make_summary", "import_last_year", "remind")


@click.command(cls=chinese.Command)
@click.argument("action", type=click.Choice(_ACTIONS), metavar="动作")
@click.option("--workbook", type=click.Path(path_type=Path), metavar="文件", help="要审核的工作簿（audit_workbook）。")
@click.option(
    "--folder", type=click.Path(path_type=Path), metavar="文件夹", help="回收申报表的文件夹（audit_folder、make_summary、remind）。"
)
@click.option("--file", type=click.Path(path_type=Path), metavar="文件", help="去年公布的文件（import_last_year）。")
@click.option(
    "--results", required=True, type=click.Path(path_type=Path), metavar="结果文件", help="写给宏读的结果文件；已有的会换成新的。"
)
@options.form
@options.force
def excel(
    action: str,
    workbook: Path | None,
    folder: Path | None,
    file: Path | None,
    results: Path,
    form: str | None,
    force: bool,
) -> int:
    """供 Excel、WPS 的宏调用：做一件事，把结果写进结果文件。

    动作：audit_workbook 审核一个工作簿，audit_folder 审核文件夹，make_summary 生成汇总表，import_last_year 导入去年，
    remind 催报。后四个的结果放在文件夹旁边（回收 → 回收-审核结果、回收-汇总），文件夹旁边的 名单.xlsx 就是名单；已有上一次的结果时
    要加 --force 才换成新的。

    结果文件是 UTF-8 文本，每行五列，用制表符隔开：工作表、单元格、级别、问题、建议；第一行是结论。没有做成时也写。

    例：jixiao excel audit_workbook --workbook 甲.xlsx --results 结果.txt
    """
    from toolkit.workflow.handover import FAILED, results_outlet, write_results

    given = {"workbook": workbook, "folder": folder, "file": file}
    wanted = "workbook" if action == "audit_workbook" else "file" if action == "import_last_year" else "folder"
    path = given[wanted]
    outlet = results_outlet(results, [each for each in given.values() if each], form)
    try:
        if path is None:
            raise UsageError(f"{action} 要用 --{wanted} 说明对哪个{'文件夹' if wanted == 'folder' else '文件'}做。")
        if action == "audit_workbook":
            head, lines, code = _audit(path, form)
        else:
            head, lines, code = _job(action, path, force)
    except JixiaoError as error:
        write_results(results, outlet, ("", "", FAILED, str(error), "0 0 0"), ())
        click.echo(f"错误：{error}", err=True)
        return OUTPUT if isinstance(error, OutputError) else USAGE
    write_results(results, outlet, head, lines)
    click.echo(head[3])
    return code


def _audit(workbook: Path, form: str | None) -> Answer:
    from toolkit.workflow.forms import load_forms
    from toolkit.workflow.live import audit_copy

    audit = audit_copy(workbook, workbook.name, load_forms(form))
    head = ("", "", audit.status, audit.message, " ".join(map(str, audit.counts())))
    if audit.readable:
        return head, audit.lines(), ERRORS if audit.counts()[0] else 0
    return head, (), UNREADABLE if audit.status == NOT_READ else ERRORS


def _job(action: str, path: Path, force: bool) -> Answer:
    from toolkit.apps.excel.folders import JOBS
    from toolkit.workflow.handover import DONE

    if not path.exists():
        raise UsageError(f"{path}：找不到这个文件或文件夹。请核对路径。")
    earlier = JOBS[action].earlier(path)
    if earlier and not force:
        raise OutputError(f"{earlier[0]}：文件已存在，未改动；要覆盖请加 --force")
    outcome = JOBS[action].run(path, force)
    files = [("", "", "file", f"已生成 {made}", str(made)) for made in outcome.written]
    return ("", "", DONE, outcome.message, " ".join(map(str, outcome.counts))), files, outcome.code

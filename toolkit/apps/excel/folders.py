"""What the clerk does from Excel with returns: audit, send back, merge, tidy, take as data, compare, import, remind.

A folder or file comes in, results go out into a folder beside it (`回收` → `回收-审核结果`, `回收-汇总`; of the returns of a season
into the season's own folders), never into it. Called with dialogs by `run`, from the command line by `apps.excel_command`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from toolkit.apps import options, show
from toolkit.apps.excel.jobs import FILE_CHOSEN, Job, Outcome, audited, beside, known_ledger, lines_of, request_of
from toolkit.errors import ExitCode, UsageError
from toolkit.values.words import FILE, PASSED


def audit_folder(folder: Path, force: bool) -> Outcome:
    """Audit all returns in `folder` into 审核报告; with `force` the old report goes, what was decided in it counts."""
    from toolkit.workflow.check import check_returns
    from toolkit.workflow.report import WORKBOOK, check_report_places, write_report

    output = audited(folder)
    report, book = output / WORKBOOK, options.ledger_beside(output)
    request = request_of(folder, force, book, report if report.is_file() else None)
    check_report_places(output, request.outlet)
    result = check_returns(request)
    written = write_report(result, output, request.outlet)
    lines = [show.verdict(result), *result.notes, f"审核报告在 {output}。"]
    summary = result.summary()
    code = ExitCode.of(unreadable=result.unreadable > 0, errors=result.has_errors)
    return Outcome(lines_of(lines), code, written[::-1], (summary["errors"], summary["warnings"], summary["hints"]))


def make_summary(folder: Path, force: bool) -> Outcome:
    """Merge the returns in `folder` into Word reports and the 总表; what an audit of it decided counts."""
    from toolkit.workflow.merge import merge_returns

    output = beside(folder, _MERGED)
    result = merge_returns(request_of(folder, force, known_ledger(folder)), output)
    left = [f"未生成 {each.unit}：{each.reason}，{each.cure}" for each in result.left_out]
    lines = [f"已生成 {len(result.written)} 个文件，在 {output}。" if result.written else "没有可以汇总的单位。", *left]
    if result.gate.warnings:
        lines.append(f"公开前请看：{len(result.gate.warnings)} 处可能不宜公开的内容，见审核报告。")
    summary = result.check.summary()
    code = ExitCode.of(unreadable=result.check.unreadable > 0, errors=result.check.has_errors or bool(left))
    return Outcome(lines_of(lines), code, result.written, (summary["errors"], summary["warnings"], summary["hints"]))


def import_last_year(file: Path, force: bool) -> Outcome:
    """Turn a published document into filled workbooks, one for each unit."""
    from toolkit.workflow.forms import load_forms
    from toolkit.workflow.imports import import_documents
    from toolkit.workflow.request import Request

    output = beside(file, _IMPORTED)
    result = import_documents(Request((str(file),), load_forms(None), force=force), output)
    lines = [f"{each.path.name}：{each.projects} 个项目，{each.indicators} 条指标。" for each in result.written]
    failed = [f for each in result.batch.files if each.status != PASSED for f in each.findings if f.family == FILE]
    lines += [f"{finding.file}：{finding.message}{finding.suggestion}" for finding in failed]
    lines += [f"{error}，没有生成申报表。{error.suggestion}。" for error in result.failed]
    if result.written:
        lines.append(f"已生成在 {output}。")
    return Outcome(lines_of(lines), ExitCode.of(unreadable=bool(failed or result.failed)), tuple(each.path for each in result.written))


def remind(folder: Path, force: bool) -> Outcome:
    """List who has reported and who has to be reminded; the list goes beside the report of the audit."""
    from toolkit.season.standing import STATUSES
    from toolkit.season.status import season_status
    from toolkit.workflow.check import check_returns
    from toolkit.workflow.live import ROSTER
    from toolkit.workflow.reminders import reminders_place, write_reminders
    from toolkit.workflow.request import season_of

    output = audited(folder)
    request = request_of(folder, force, options.ledger_beside(output))
    if request.roster is None:
        raise UsageError(f"{folder.parent}：没有找到 {ROSTER}，不知道该报的有哪些单位。请把名单放在这个文件夹里，再试一次。")
    place = reminders_place(output, request.outlet)
    with season_of(request) as season:
        check_returns(request, None, season)
        found = season_status(season.ledger, request.roster, season.round_now, request.paths)
    write_reminders(found, place, request.outlet)
    counts = found.counts()
    total = "，".join(f"{status} {counts[status]}" for status in STATUSES if counts[status])
    pending = [f"{unit.unit}：{unit.status}{f'。{unit.reason}' if unit.reason else ''}" for unit in found.pending]
    lines = [f"共 {len(found.units)} 个单位：{total}。", *pending, f"催报名单在 {place}。"]
    return Outcome(lines_of(lines), found.code, (place,))


def annotate_returns(folder: Path, force: bool) -> Outcome:
    """Write marked copies and letters for the units whose returns need changes; what an audit of the folder decided counts."""
    from toolkit.workflow.annotate import annotate_returns as annotated

    output = beside(folder, _RETURNED)
    result = annotated(request_of(folder, force, known_ledger(folder)), output)
    lines = [f"{copy.unit}：{copy.output.name}" for copy in result.copies]
    lines += [f"{copy.file.file}：没有生成退改工作簿。{error}。{error.suggestion}。" for copy, error in result.failed]
    made = f"{len(result.copies)} 份退改工作簿、{len(result.notices)} 份退改通知在 {output}。"
    lines = [show.verdict(result.check), *lines, made if result.written else "没有需要退改的工作簿。"]
    summary = result.check.summary()
    code = ExitCode.of(unreadable=bool(result.check.unreadable or result.failed), errors=result.check.has_errors)
    return Outcome(lines_of(lines), code, (), (summary["errors"], summary["warnings"], summary["hints"]))


def tidy_returns(folder: Path, force: bool) -> Outcome:
    """Write copies with the safe repairs made, and the log of them."""
    from toolkit.workflow.tidy import tidy_returns as tidied

    output = beside(folder, _TIDIED)
    result = tidied(request_of(folder, force, None), output)
    lines = [f"{error}，没有生成副本。{error.suggestion}。" for _, error in result.failed]
    mended = len({line.file for line in result.repairs})
    lines.append(f"共 {len(result.written)} 个副本，其中 {mended} 个文件修复了 {len(result.repairs)} 处，在 {output}，逐处见修复记录。")
    code = ExitCode.of(unreadable=bool(result.unreadable or result.failed))
    return Outcome(lines_of(lines), code, (*result.written, result.log))


def export_data(folder: Path, force: bool) -> Outcome:
    """Write what was read as flat tables."""
    from toolkit.intake.batch import read_batch
    from toolkit.values.words import UNREADABLE
    from toolkit.workflow.export import Records, check_export_place, export_to

    place = beside(folder, _EXPORTED) / _DATA
    request = request_of(folder, force, None)
    check_export_place(place, request.outlet)
    batch = read_batch(request.paths, request.forms, roster=request.roster)
    records = Records(batch)
    export_to(place, batch, records, request.outlet, request.forms)
    unread = [file.file for file in batch.files if file.status == UNREADABLE]
    lines = [*(f"{name}：读不出来。" for name in unread), f"已导出 {len(records)} 个项目：{place}"]
    return Outcome(lines_of(lines), ExitCode.of(unreadable=bool(unread)), (place,))


def compare_years(folder: Path, force: bool, earlier: Path) -> Outcome:
    """Write what differs between the returns in `earlier` and those in `folder`."""
    from toolkit.workflow.diff import check_diff_place, diff_returns, write_diff

    place = beside(folder, _COMPARED) / _DIFFERENCES
    request = replace(request_of(folder, force, None), paths=(str(earlier), str(folder)))
    check_diff_place(place, request.outlet)
    result = diff_returns(request)
    if result.nothing:
        raise UsageError(result.nothing)
    write_diff(result, place, request.outlet, everything=False)
    lines = [*result.lines(everything=False, quiet=True), f"逐项对比在 {place}。"]
    return Outcome(lines_of(lines), ExitCode.of(unreadable=result.unreadable), (place,))


_AUDITED, _MERGED, _IMPORTED, _RETURNED, _TIDIED, _EXPORTED, _COMPARED = "审核结果", "汇总", "填报", "退改", "整理", "数据", "对比"
_DATA, _DIFFERENCES = "数据.xlsx", "对比.xlsx"

_RETURNS = "选择回收申报表的文件夹"
RETURNS: Mapping[str, Job] = {
    "audit_folder": Job(_RETURNS, audit_folder, audited, ("审核报告.*",), kept="上一份报告里填写的处理意见会一并采用。"),
    "make_summary": Job("选择要汇总的文件夹", make_summary, _MERGED, ("*.docx", "总表*.xlsx")),
    "import_last_year": Job("选择去年公布的文件（Word、PDF 或文本）", import_last_year, _IMPORTED, ("*.xlsx",), chosen=FILE_CHOSEN),
    "remind": Job(_RETURNS, remind, audited, ("催报名单.xlsx",)),
    "annotate_returns": Job(_RETURNS, annotate_returns, _RETURNED, ("**/*.xls*", "**/*.docx")),
    "tidy_returns": Job(_RETURNS, tidy_returns, _TIDIED, ("**/*.xls*",)),
    "export_data": Job(_RETURNS, export_data, _EXPORTED, (_DATA,)),
    "compare_years": Job("选择现在（今年）的文件夹", compare_years, _COMPARED, (_DIFFERENCES,), other="选择原来（去年）的文件夹"),
}

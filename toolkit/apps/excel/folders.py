"""What the clerk does from Excel with folders and files: audit, merge, import, remind.

A folder or file comes in, results go out into a folder beside it (`回收` → `回收-审核结果`, `回收-汇总`), never into it. A
名单.xlsx beside the folder is the roster. Called with dialogs by `run`, from the command line by `apps.excel_command`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from toolkit.apps import options, show
from toolkit.errors import ExitCode, UsageError
from toolkit.values.words import FILE, PASSED

if TYPE_CHECKING:
    from toolkit.workflow.request import Request


# So many lines a message box shows.
_MOST_LINES = 12


@dataclass(frozen=True)
class Outcome:
    """What a job has to say, the exit code of the contract, the files it wrote (the last is the one to look at), and errors, warnings, hints found."""

    message: str
    code: ExitCode
    written: tuple[Path, ...] = ()
    counts: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class Job:
    """A job: what it asks for (`title`), where its results go, by which names they are known, and what does it.

    `kept` says what of the earlier results counts again.
    """

    title: str
    folder: bool
    suffix: str
    results: tuple[str, ...]
    run: Callable[[Path, bool], Outcome]
    kept: str = ""

    def place(self, chosen: Path) -> Path:
        """Return the folder of the results."""
        return _beside(chosen, self.suffix)

    def earlier(self, chosen: Path) -> list[Path]:
        """Return results that are there already."""
        return [path for pattern in self.results for path in sorted(self.place(chosen).glob(pattern))]


def audit_folder(folder: Path, force: bool) -> Outcome:
    """Audit all returns in `folder` into 审核报告; with `force` the old report goes, what was decided in it counts."""
    from toolkit.workflow.check import check_returns
    from toolkit.workflow.report import WORKBOOK, check_report_places, write_report

    output = _beside(folder, _AUDITED)
    report, book = output / WORKBOOK, options.ledger_beside(output)
    request = _request(folder, force, book, report if report.is_file() else None)
    check_report_places(output, request.outlet)
    result = check_returns(request)
    written = write_report(result, output, request.outlet)
    lines = [show.verdict(result), *result.notes, f"审核报告在 {output}。"]
    summary = result.summary()
    code = ExitCode.of(unreadable=result.unreadable > 0, errors=result.has_errors)
    return Outcome(_lines(lines), code, written[::-1], (summary["errors"], summary["warnings"], summary["hints"]))


def make_summary(folder: Path, force: bool) -> Outcome:
    """Merge the returns in `folder` into Word reports and the 总表; what an audit of it decided counts."""
    from toolkit.workflow.merge import merge_returns

    output, known = _beside(folder, _MERGED), options.ledger_beside(_beside(folder, _AUDITED))
    result = merge_returns(_request(folder, force, known if known.is_file() else None), output)
    left = [f"未生成 {each.unit}：{each.reason}，{each.cure}" for each in result.left_out]
    lines = [f"已生成 {len(result.written)} 个文件，在 {output}。" if result.written else "没有可以汇总的单位。", *left]
    if result.gate.warnings:
        lines.append(f"公开前请看：{len(result.gate.warnings)} 处可能不宜公开的内容，见审核报告。")
    summary = result.check.summary()
    code = ExitCode.of(unreadable=result.check.unreadable > 0, errors=result.check.has_errors or bool(left))
    return Outcome(_lines(lines), code, result.written, (summary["errors"], summary["warnings"], summary["hints"]))


def import_last_year(file: Path, force: bool) -> Outcome:
    """Turn a published document into filled workbooks, one for each unit."""
    from toolkit.workflow.forms import load_forms
    from toolkit.workflow.imports import import_documents
    from toolkit.workflow.request import Request

    output = _beside(file, _IMPORTED)
    result = import_documents(Request((str(file),), load_forms(None), force=force), output)
    lines = [f"{each.path.name}：{each.projects} 个项目，{each.indicators} 条指标。" for each in result.written]
    failed = [f for each in result.batch.files if each.status != PASSED for f in each.findings if f.family == FILE]
    lines += [f"{finding.file}：{finding.message}{finding.suggestion}" for finding in failed]
    lines += [f"{error}，没有生成申报表。{error.suggestion}。" for error in result.failed]
    if result.written:
        lines.append(f"已生成在 {output}。")
    return Outcome(_lines(lines), ExitCode.of(unreadable=bool(failed or result.failed)), tuple(each.path for each in result.written))


def remind(folder: Path, force: bool) -> Outcome:
    """List who has reported and who has to be reminded; the list goes beside the report of the audit."""
    from toolkit.season.standing import STATUSES
    from toolkit.season.status import season_status
    from toolkit.workflow.check import check_returns
    from toolkit.workflow.live import ROSTER
    from toolkit.workflow.reminders import reminders_place, write_reminders
    from toolkit.workflow.request import season_of

    output = _beside(folder, _AUDITED)
    request = _request(folder, force, options.ledger_beside(output))
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
    return Outcome(_lines(lines), found.code, (place,))


_AUDITED, _MERGED, _IMPORTED = "审核结果", "汇总", "填报"

JOBS: Mapping[str, Job] = {
    "audit_folder": Job("选择回收申报表的文件夹", True, _AUDITED, ("审核报告.*",), audit_folder, "上一份报告里填写的处理意见会一并采用。"),
    "make_summary": Job("选择要汇总的文件夹", True, _MERGED, ("*.docx", "总表*.xlsx"), make_summary),
    "import_last_year": Job("选择去年公布的文件（Word、PDF 或文本）", False, _IMPORTED, ("*.xlsx",), import_last_year),
    "remind": Job("选择回收申报表的文件夹", True, _AUDITED, ("催报名单.xlsx",), remind),
}


def _beside(chosen: Path, suffix: str) -> Path:
    """Return the folder beside a folder or a file, named after it. Raises UsageError for a whole disk.

    >>> _beside(Path("甲/回收"), "汇总").as_posix(), _beside(Path("甲/公布.docx"), "填报").as_posix()
    ('甲/回收-汇总', '甲/公布-填报')
    """
    path = chosen.resolve() if chosen.name in ("", "..") else chosen
    if not path.name:
        raise UsageError(f"{chosen}：不能选整个磁盘。请选放着申报表的文件夹。")
    return path.with_name(f"{path.name if path.is_dir() else path.stem}-{suffix}")


def _request(folder: Path, force: bool, ledger: Path | None, report: Path | None = None) -> Request:
    """Return what is read for a folder: with the roster that lies beside it, and what was decided in `report`.

    Raises RosterError and UsageError where one of them is broken.
    """
    from toolkit.workflow.forms import load_forms
    from toolkit.workflow.live import ROSTER
    from toolkit.workflow.request import Request

    place = folder.resolve().parent / ROSTER
    roster = options.listed(place if place.is_file() else None)
    decided = options.decided(report)
    return Request((str(folder),), load_forms(None), roster, decisions=decided, ledger=ledger, force=force, report=report)


def _lines(lines: list[str]) -> str:
    """Return the lines as a message, the last kept, too many in between left out."""
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 2], f"……还有 {len(lines) - _MOST_LINES + 1} 行", lines[-1]]
    return "\n".join(lines)

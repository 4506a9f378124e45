"""What the commands print for people: results on stdout, progress and troubles on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.values.text import one_line, shown_path
from toolkit.values.words import FILE, NEEDS_CHANGES, NOT_RETURN, PASSED, REPAIR, SEVERITY_WORDS, STATUS_WORDS

if TYPE_CHECKING:
    from toolkit.intake.model import Batch, FileResult, Other
    from toolkit.workflow.check import CheckResult
    from toolkit.workflow.imports import ImportResult

# Fewer files than this are read before a bar could be seen.
_WORTH_A_BAR = 8

# So many units that sent nothing are named on the screen.
_MOST_NAMES = 20

# So many files beside the returns are named on the screen, of each kind and unit.
_MOST_FILES = 5

# So many decisions that were not used are told on the screen.
_MOST_NOTES = 20


@contextmanager
def progress(silent: bool) -> Iterator[Callable[[int, int, str], None] | None]:
    """Give a callback that shows how far a batch has come; None where nobody would see it."""
    if silent or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    rate = TextColumn("{task.fields[rate]}")
    columns = (TextColumn("处理"), BarColumn(), MofNCompleteColumn(), rate, TextColumn("还要"), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.description}"), console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, visible=False, rate="")

        def advance(number: int, total: int, name: str) -> None:
            speed = bar.tasks[0].speed
            shown = f"每秒 {speed:.1f} 个" if speed else ""
            bar.update(task, completed=number - 1, total=total, description=name[-40:], visible=total >= _WORTH_A_BAR, rate=shown)

        yield advance


_quoted = json.encoder.encode_basestring


def as_json(found: Mapping[str, object]) -> None:
    """Print an object of JSON, its lists item by item: that of a large batch never stands whole in memory."""

    def text(value: object, deep: int) -> str:
        flat = isinstance(value, dict) and value and all(each is None or type(each) is str for each in value.values())
        return (_flat(value) if flat else json.dumps(value, ensure_ascii=False, indent=1)).replace("\n", "\n" + " " * deep)  # type: ignore[arg-type]

    lead = "{\n "
    for key, value in found.items():
        click.echo(f"{lead}{json.dumps(key, ensure_ascii=False)}: ", nl=False)
        lead = ",\n "
        if not isinstance(value, Iterator):
            click.echo(text(value, 1), nl=False)
            continue
        mark = "[\n  "
        for item in value:
            click.echo(mark + text(item, 2), nl=False)
            mark = ",\n  "
        click.echo("[]" if mark.startswith("[") else "\n ]", nl=False)
    click.echo("\n}")


def _flat(record: Mapping[str, str | None]) -> str:
    """A record of texts as `json` writes it, which takes its slow way where lines are indented."""
    lines = [f" {_quoted(key)}: {'null' if value is None else _quoted(value)}" for key, value in record.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def check_result(result: CheckResult, quiet: bool) -> None:
    """Print each file's verdict with its findings under it, and the counts last."""
    for file, found in result.by_file():
        unit = f"（{file.unit}）" if file.unit else ""
        click.echo(f"{file.file}{unit}：{STATUS_WORDS[file.status]}")
        for finding in () if quiet else found:
            if finding.family == REPAIR:
                continue
            place = " › ".join(part for part in (finding.project, finding.sheet, finding.cell) if part)
            lead = f"{place}：" if place else ""
            text = f"{lead}{finding.message}{finding.suggestion}（{finding.rule}）"
            click.echo(f"  [{SEVERITY_WORDS[finding.severity]}] {one_line(text)}")
    for unit, since in () if quiet else result.changed():
        click.echo(f"{unit}：与上一版比，{since}。")
    _absent(result)
    for question in () if quiet else result.questions:
        about = f"{len(question.files)} 份报送（{len(question.units)} 家单位）有同样的疑问"
        said = f"已答：{question.action}（{question.reason}）" if question.action else "见审核报告的“合并提问”（check -o），答一次即可"
        click.echo(one_line(f"{about}：{question.message}{said}。"))
    if result.outdated and not quiet:
        named = "、".join(f"{file.file}（{'；'.join(reasons)}）" for file, reasons in result.outdated[:_MOST_FILES])
        more = "……" if len(result.outdated) > _MOST_FILES else ""
        click.echo(one_line(f"不在现行表样上 {len(result.outdated)} 份：{named}{more}。可用 jixiao import 转入。"))
    others(result.batch.others)
    click.echo(verdict(result))


def _absent(result: CheckResult) -> None:
    """Name the units of the roster that sent nothing, where there is a roster."""
    names = [unit.name for unit in result.absent() or ()]
    if names:
        more = "……" if len(names) > _MOST_NAMES else ""
        click.echo(f"没有报送 {len(names)} 家：{'、'.join(names[:_MOST_NAMES])}{more}。")


def verdict(result: CheckResult) -> str:
    """Return the last line of a check: files by status, findings by severity."""
    counts = []
    for status, label in STATUS_WORDS.items():
        number = sum(file.status == status for file in result.files)
        if number or status in (PASSED, NEEDS_CHANGES):
            counts.append(f"{label} {number}")
    summary = result.summary()
    totals = f"错误 {summary['errors']}，警告 {summary['warnings']}，提示 {summary['hints']}，自动修复 {summary['repairs']}"
    return f"共 {summary['files']} 个文件、{summary['declarations']} 个项目：{'，'.join(counts)}；{totals}。"


def decision_notes(result: CheckResult) -> None:
    """Say on stderr which of a reviewer's decisions were not used, and why."""
    for note in result.notes[:_MOST_NOTES]:
        click.echo(one_line(note), err=True)
    if len(result.notes) > _MOST_NOTES:
        click.echo(f"……还有 {len(result.notes) - _MOST_NOTES} 条意见没有采用，见新的审核报告（check -o）。", err=True)


def written(path: Path) -> None:
    """Say that an output was written."""
    click.echo(f"已生成 {shown_path(str(path))}")


def import_result(result: ImportResult) -> None:
    """Print each workbook with its counts."""
    for each in result.written:
        year = f"{each.year} 年度，" if each.year else ""
        click.echo(f"已生成 {shown_path(str(each.path))}：{each.unit}，{year}{each.projects} 个项目，{each.indicators} 条指标。")
    if result.log is not None:
        counts = f"{len(result.moves.moved)} 处换了位置或写法，{len(result.moves.left)} 处没有位置"
        click.echo(f"已生成 {shown_path(str(result.log))}：{counts}。")


def others(found: Iterable[Other], *, err: bool = False) -> None:
    """Say which files beside the returns are none: of whom, or nobody's, or ours; a line for each kind and unit."""
    groups: dict[str, list[str]] = {}
    for other in found:
        reason = f"（{other.reason.rstrip('。')}）" if other.what == NOT_RETURN else ""
        groups.setdefault(other.word, []).append(f"{other.file}{reason}")
    for word, names in groups.items():
        more = "……" if len(names) > _MOST_FILES else ""
        click.echo(f"{word} {len(names)} 个文件：{'、'.join(names[:_MOST_FILES])}{more}。", err=err)


def doubts(batch: Batch) -> None:
    """Say on stderr what reading left open: where, what it says, what to do."""
    for declaration, doubt in batch.doubted:
        place = " › ".join(part for part in (declaration.file, declaration.project, doubt.cell) if part)
        click.echo(one_line(f"{place}：{doubt.message}{doubt.suggestion}"), err=True)


def file_findings(files: Iterable[FileResult]) -> None:
    """Name on stderr every file that could not be used, with reason and cure."""
    for file in files:
        for finding in file.findings:
            if finding.family != FILE:
                continue
            click.echo(one_line(f"{file.file}：{finding.message}{finding.suggestion}"), err=True)

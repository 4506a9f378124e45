"""`jixiao status`: who has reported, who has to be reminded, and 催报名单.xlsx."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.apps import chinese, options, show
from toolkit.errors import UsageError
from toolkit.values.words import DEPARTMENT_ROLE, OFFICE_ROLE, REPORTED

if TYPE_CHECKING:
    from toolkit.forms.roster_model import Office
    from toolkit.season.standing import SeasonStatus, SentFile, UnitStatus
    from toolkit.workflow.request import Request


@click.command(cls=chinese.Command)
@click.argument("paths", nargs=-1, metavar="[路径...]")
@options.output("催报名单的文件名，如 催报名单.xlsx；不写则只在屏幕上列出。", required=False)
@options.roster
@options.year
@options.latest
@options.use
@options.ledger("审核时建立的台账；不写路径时按台账回答，不再读取文件。")
@options.round_
@click.option("--by", type=click.Choice((DEPARTMENT_ROLE, OFFICE_ROLE)), default=DEPARTMENT_ROLE, help="按什么小计，默认主管部门。")
@options.send
@options.fresh
@options.form
@options.rules
@options.password
@options.force
@options.as_json
@options.quiet
@options.request
def status(request: Request, output: Path | None, by: str, send: str | None, as_json: bool, quiet: bool) -> int:
    """催报：对照名单列出每个单位已报、需修改、重复报送、无法读取、未填报还是未报。

    写了路径就读取那里的文件；不写路径就按台账回答（--ledger，或当前文件夹、下一层文件夹里唯一的 台账.sqlite）。
    名单里没有的单位、不知是谁的文件也列出来。加 -o 另外生成催报名单.xlsx：催报名单、全部单位、按主管部门小计。
    名单的“应报表样”写了几种表（顿号隔开）的，一种一种地看，没有报的表写出名称；“截止日期”以后才第一次报来的注明迟报。
    再加 --send，给每个还要催的单位写好“催报正文.txt”，与退改的 -o 写同一个文件夹，就和退改的文件放在一起。

    全部单位已报并通过时退出码为 0；有单位未报、需修改或要确定以哪一份为准时为 3；有文件读不出来时为 4。

    --json 输出 {"round","summary","by","groups","units","unassigned","others"}：summary 和每个 group 是各状态的单位数；
    unit 有 unit、主管部门、归口科室、contact、listed（名单里有没有）、status、reason、versions（报过几份不同的）、
    last（最近一份的时间）、errors、warnings、electronic、scanned（盖章件）、projects（几个项目）、
    missing（名单里有、没有报的项目）、missing_forms（名单“应报表样”里没有报的）、deadline（名单的截止日期）、
    late（过了截止日期才报来的表）、changes（与上一版比：fixed 已改、open 仍未改、
    new 新增）、files、attachments；others 是不是申报表、也不知是谁的文件，写了路径才有。

    例：jixiao status 回收/ --roster 名单.xlsx -o 催报名单.xlsx
    """
    from toolkit.workflow.reminders import reminders_place, write_messages, write_reminders

    if send and output is None:
        raise UsageError(
            "--send 要写在 -o 旁边：正文放在 -o 写的文件夹里。例：jixiao status 回收/ --roster 名单.xlsx -o 待发 --send 文件夹"
        )
    if not request.paths:
        request = replace(request, ledger=_known_ledger(request.ledger))
    place = reminders_place(output, request.outlet) if output else None
    found = _from_files(request, by, quiet or as_json) if request.paths else _from_ledger(request, by)
    if place is not None:
        write_reminders(found, place, request.outlet)
    messages = write_messages(found, place.parent, request.outlet, send, _said(request)) if place and send else []
    if as_json:
        click.echo(json.dumps(_record(found), ensure_ascii=False, indent=1))
    else:
        _show(found, quiet)
        if place is not None:
            show.written(place)
        for message in messages:
            show.written(message)
    return found.code


def _said(request: Request) -> tuple[str, Office]:
    """What a message calls what is to be sent, and until when and whom to ask."""
    from toolkit.forms.roster_model import Office
    from toolkit.workflow.forms import meant_forms

    roster = request.roster
    year = request.year or (roster.year if roster else None)
    forms = request.forms if len(request.forms) == 1 else meant_forms(None)
    titles = [form.title for form in forms]
    what = f"报送{f' {year} 年度' if year else ''}{titles[0] if len(titles) == 1 else '申报表'}"
    return what, roster.office if roster else Office()


def _known_ledger(given: Path | None) -> Path:
    from toolkit.season.ledger import find_ledger

    return given or find_ledger()


def _from_files(request: Request, by: str, silent: bool) -> SeasonStatus:
    """Check what was given, into the ledger that is named or one that nobody keeps, and look there."""
    from toolkit.season.status import season_status
    from toolkit.workflow.check import check_returns
    from toolkit.workflow.request import season_of

    with season_of(request) as season, show.progress(silent) as progress:
        others = check_returns(request, progress, season).batch.others
        return season_status(season.ledger, request.roster, season.round_now, request.paths, by, others, request.forms)


def _from_ledger(request: Request, by: str) -> SeasonStatus:
    from toolkit.season.history import last_round
    from toolkit.season.ledger import open_ledger
    from toolkit.season.status import season_status
    from toolkit.workflow.forms import load_forms

    with open_ledger(request.ledger or Path(), create=False) as opened:
        round_ = last_round(opened) if request.round is None else request.round.strip()
        return season_status(opened, request.roster, round_, (), by, forms=request.forms or load_forms(None))


def _show(found: SeasonStatus, quiet: bool) -> None:
    from toolkit.season.standing import STATUSES

    for unit in found.units:
        if not quiet or unit.pending:
            click.echo(_line(unit, found))
    for file in found.strays:
        click.echo(f"不知是哪个单位的文件 {file.file}：{file.status}。{file.reason}")
    show.others(found.others)
    if found.unknown_forms:
        click.echo(f"名单“应报表样”里的“{'”、“'.join(found.unknown_forms)}”没有可用的表样：请核对名称，或改正那个表样。", err=True)
    if quiet:
        return
    for group, counts in found.groups().items():
        numbers = "，".join(f"{status} {counts[status]}" for status in STATUSES if counts[status])
        click.echo(f"{found.by}“{group}”{sum(counts.values())} 个单位：{numbers}")
    total = found.counts()
    numbers = "，".join(f"{status} {total[status]}" for status in STATUSES if total[status] or status == REPORTED)
    click.echo(f"{f'{found.round}：' if found.round else ''}共 {len(found.units)} 个单位：{numbers}。")


def _line(unit: UnitStatus, found: SeasonStatus) -> str:
    about = [unit.department if unit.listed else "不在名单"] if unit.listed or found.listed else []
    if unit.versions:
        about += [f"{unit.projects} 个项目" if unit.projects else ""]
        about += [f"第 {unit.versions} 版" if unit.versions > 1 else "", unit.last[:16].replace("T", " ")]
    if unit.scanned:
        about.append("有盖章件")
    where = "，".join(part for part in about if part)
    since = f"（与上一版比：{unit.changes}）" if unit.changes else ""
    return f"{unit.unit}{f'（{where}）' if where else ''}：{unit.status}{f'。{unit.reason}' if unit.reason else ''}{since}"


def _record(status: SeasonStatus) -> dict[str, object]:
    """Return the status for programs (`jixiao status --json`)."""
    groups = status.groups()
    return {
        "round": status.round,
        "summary": _counted(status.counts()),
        "by": status.by,
        "groups": [{"name": name, **_counted(counts)} for name, counts in groups.items()],
        "units": [
            {
                "unit": unit.unit,
                DEPARTMENT_ROLE: unit.department or None,
                OFFICE_ROLE: unit.office or None,
                "contact": unit.contact or None,
                "deadline": unit.deadline.isoformat() if unit.deadline else None,
                "listed": unit.listed,
                "status": unit.status,
                "reason": unit.reason,
                "versions": unit.versions,
                "last": unit.last[:19] or None,
                "errors": unit.errors,
                "warnings": unit.warnings,
                "electronic": unit.electronic,
                "scanned": unit.scanned,
                "projects": unit.projects,
                "missing": list(unit.missing),
                "missing_forms": list(unit.missing_forms),
                "late": list(unit.late),
                "changes": unit.changes.record() if unit.changes else None,
                "files": [_file_json(file) for file in unit.files],
                "attachments": list(unit.attachments),
            }
            for unit in status.units
        ],
        "unassigned": [_file_json(file) for file in status.strays],
        "others": [other.record() for other in status.others],
        **({"unknown_forms": list(status.unknown_forms)} if status.unknown_forms else {}),
    }


def _counted(counts: Mapping[str, int]) -> dict[str, int]:
    from toolkit.season.standing import STATUSES

    return {"units": sum(counts.values()), **{status: counts.get(status, 0) for status in STATUSES}}


def _file_json(file: SentFile) -> dict[str, object]:
    return {
        "file": file.file,
        "status": file.status,
        "version": file.version,
        "modified": file.modified[:19] or None,
        "errors": file.errors,
        "warnings": file.warnings,
        "current": file.current,
        "reason": file.reason or None,
    }

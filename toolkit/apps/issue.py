"""`jixiao issue`: one pre-filled workbook per unit of a roster."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.apps import chinese, options, show
from toolkit.errors import ExitCode, UsageError
from toolkit.values.text import shown_path
from toolkit.values.words import DEPARTMENT_ROLE, OFFICE_ROLE, UNREADABLE, YEAR_ROLE

if TYPE_CHECKING:
    from toolkit.forms import Form
    from toolkit.forms.roster_model import Roster
    from toolkit.workflow.request import Request


@click.command(cls=chinese.Command)
@click.argument("roster", metavar="名单", type=click.Path(path_type=Path))
@options.output("存放下发工作簿的文件夹。")
@options.form
@click.option(
    "--year",
    type=options.YEARS,
    metavar=YEAR_ROLE,
    help="填在每张表上的申报年度，如 2026；不写则按名单里的年度，名单没有的留空。",
)
@click.option(
    "--by",
    type=click.Choice([DEPARTMENT_ROLE, OFFICE_ROLE]),
    metavar=f"{DEPARTMENT_ROLE}|{OFFICE_ROLE}",
    help="按主管部门或归口科室分文件夹存放。",
)
@click.option(
    "--blank", type=click.IntRange(0, 200), default=0, metavar="张数", help="每个单位另加几张空白申报表；名单里没有项目的单位至少有一张。"
)
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="去年的",
    help="沿用去年的：收回的或公布的文件、文件夹、压缩包；可以写多次。按表样“字段”表的“沿用”一栏带到今年。",
)
@click.option("--old-form", metavar="表样", help="与 --from 一起：来源是另一种表样（如去年的版本、批复的申报表）时，写它的名称或路径。")
@options.latest
@options.use
@options.password
@options.force
@options.as_json
@options.quiet
def issue(
    roster: Path,
    output: Path,
    form: str | None,
    year: int | None,
    by: str | None,
    blank: int,
    sources: tuple[str, ...],
    old_form: str | None,
    latest: bool,
    use: tuple[str, ...],
    passwords: tuple[str, ...],
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """下发：按名单给每个单位生成一个预先填好的工作簿，名单里的每个项目一张表。

    批复金额合计超过控制数的名单不下发：怎么填都对不上。其余前后矛盾的地方（用 jixiao form lint 名单.xlsx 检查）只提醒。

    单位、主管部门、项目名称等名单里有的内容已经填好；单位交回时，即使改了文件名也认得出是谁的。

    加 --from 沿用去年的（工作簿、Word、PDF、文本都行）：发哪些单位、哪些项目仍由名单定，项目按项目代码、名称、名单里的“曾用名”对应，
    名称只是相近的不当作同一个。年度和沿用的日期顺延到今年；“沿用”写“参考”的，去年的值写在空格子的批注里；其余留空重填。
    另写沿用记录.xlsx：每个值去了哪里、哪些没有位置、哪些项目没有去年的、哪些没有用上、哪些要核对；--json 里是 carried。
    自评表从批复的申报表带出：--form 项目支出绩效自评表 --from 批复/ --old-form 绩效目标申报表。

    例：jixiao issue 名单.xlsx -o 下发/ --year 2026 --by 主管部门

    例：jixiao issue 名单.xlsx --from 去年/ --year 2027 -o 下发/
    """
    from toolkit.forms.contradictions import contradictions
    from toolkit.forms.roster import load_roster
    from toolkit.intake.returns import Choice
    from toolkit.workflow.forms import only_form
    from toolkit.workflow.issue import Issue, carried_over, issue_workbooks
    from toolkit.workflow.issue.past import read_past

    if not sources and (old_form or latest or use or passwords):
        raise UsageError("--old-form、--latest、--use、--password 要和 --from 一起用。请写 --from 去年的文件或文件夹。")
    listed = load_roster(roster)
    doubted = contradictions(listed)
    chosen = only_form(form)
    year = year or listed.year
    with show.progress(quiet or as_json) as progress:
        past = None
        if sources:
            request = replace(past_request(listed, chosen, sources, old_form), passwords=passwords, choice=Choice(latest, use))
            past = read_past(request, chosen, year, progress)
        issued = issue_workbooks(listed, chosen, output, Issue(year, by, blank, past), force=force, progress=progress)
    for mistake in doubted:
        click.echo(f"提醒：{roster.name} › {mistake}", err=True)
    log = carried_over(past, issued) if past else None
    if past:
        show.file_findings(past.batch.files)
        show.others(past.batch.others, err=True)
    lost = ExitCode.of(unreadable=past is not None and any(file.status == UNREADABLE for file in past.batch.files))
    if as_json:
        rows = [{"file": str(i.path), "unit": i.unit, "projects": i.projects, "blank": i.blank} for i in issued]
        beside = [other.record() for other in past.batch.others] if past else []
        carried = {"carried": {"log": str(output / log.name), **log.record(), "others": beside}} if log else {}
        click.echo(json.dumps({"form": chosen.name, "written": rows, **carried}, ensure_ascii=False, indent=1))
        return lost
    if not quiet:
        for each in issued:
            more = f"，另有空白表 {each.blank} 张" if each.blank else ""
            taken = f"，沿用 {sum(one.source is not None for one in each.carried)} 个" if log else ""
            click.echo(f"已生成 {shown_path(str(each.path))}：{each.unit}，{each.projects} 个项目{taken}{more}。")
    if log:
        for line in log.lines(quiet=quiet):
            click.echo(line)
        show.written(output / log.name)
    projects = sum(each.projects for each in issued)
    click.echo(f"共 {len(issued)} 个单位、{projects} 个项目，表样“{chosen.name}”，存放在 {output}。")
    if len(issued) < len(listed.units):
        click.echo(f"名单“应报表样”里没有这张表的 {len(listed.units) - len(issued)} 个单位没有下发。")
    if year is None and YEAR_ROLE in chosen.roles:
        click.echo("没有写 --year，申报年度留空，要由各单位自己填。", err=True)
    return lost


def past_request(listed: Roster, chosen: Form, sources: tuple[str, ...], old_form: str | None) -> Request:
    """What is read of last year: files on the form issued, or on the older one; other forms are known so that they are not taken for it."""
    from toolkit.intake.inputs import check_given
    from toolkit.workflow.forms import load_forms
    from toolkit.workflow.request import Request

    check_given(sources)
    older = load_forms(old_form)[:1] if old_form else ()
    meant = older or (chosen,)
    others = [each for each in load_forms(None) if each.name != meant[0].name]
    return Request(sources, (*meant, *others), listed, older_forms=older)

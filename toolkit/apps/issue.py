"""`jixiao issue`: one pre-filled workbook per unit of a roster."""

from __future__ import annotations

import json
from pathlib import Path

import click

from toolkit.apps import chinese, options, show
from toolkit.values.text import shown_path
from toolkit.values.words import DEPARTMENT_ROLE, OFFICE_ROLE, YEAR_ROLE


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
    force: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """下发：按名单给每个单位生成一个预先填好的工作簿，名单里的每个项目一张表。

    批复金额合计超过控制数的名单不下发：怎么填都对不上。其余前后矛盾的地方（用 jixiao form lint 名单.xlsx 检查）只提醒。

    单位、主管部门、项目名称等名单里有的内容已经填好；单位交回时，即使改了文件名也认得出是谁的。

    例：jixiao issue 名单.xlsx -o 下发/ --year 2026 --by 主管部门
    """
    from toolkit.forms.contradictions import contradictions
    from toolkit.forms.roster import load_roster
    from toolkit.workflow.forms import only_form
    from toolkit.workflow.issue import Issue, issue_workbooks

    listed = load_roster(roster)
    doubted = contradictions(listed)
    chosen = only_form(form)
    year = year or listed.year
    with show.progress(quiet or as_json) as progress:
        issued = issue_workbooks(listed, chosen, output, Issue(year, by, blank), force=force, progress=progress)
    for mistake in doubted:
        click.echo(f"提醒：{roster.name} › {mistake}", err=True)
    if as_json:
        rows = [{"file": str(i.path), "unit": i.unit, "projects": i.projects, "blank": i.blank} for i in issued]
        click.echo(json.dumps({"form": chosen.name, "written": rows}, ensure_ascii=False, indent=1))
        return 0
    if not quiet:
        for each in issued:
            more = f"，另有空白表 {each.blank} 张" if each.blank else ""
            click.echo(f"已生成 {shown_path(str(each.path))}：{each.unit}，{each.projects} 个项目{more}。")
    projects = sum(each.projects for each in issued)
    click.echo(f"共 {len(issued)} 个单位、{projects} 个项目，表样“{chosen.name}”，存放在 {output}。")
    if len(issued) < len(listed.units):
        click.echo(f"名单“应报表样”里没有这张表的 {len(listed.units) - len(issued)} 个单位没有下发。")
    if year is None and YEAR_ROLE in chosen.roles:
        click.echo("没有写 --year，申报年度留空，要由各单位自己填。", err=True)
    return 0

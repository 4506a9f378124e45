"""`jixiao season`: where the season of this folder stands, and what to do next."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.apps import chinese, options, show
from toolkit.errors import UsageError
from toolkit.values.words import REPORTED, YEAR_ROLE

if TYPE_CHECKING:
    from toolkit.workflow.season import Standing

# So many names are told of each state.
_MOST_NAMES = 8

# What is done with a season as a whole, and where.
JOBS = {"join": "toolkit.apps.seasons:join", "archive": "toolkit.apps.seasons:archive"}


@click.command(cls=chinese.Group, invoke_without_command=True, places=JOBS)
@click.option("--start", is_flag=True, help="把当前文件夹定为这一季的文件夹：写一份 本季.txt，以后可以用记事本改。")
@click.option("--roster", metavar="名单.xlsx", help="与 --start 一起：名单，默认当前文件夹里的 名单.xlsx。")
@click.option("--year", type=options.YEARS, metavar=YEAR_ROLE, help="与 --start 一起：申报年度，默认名单里的年度。")
@click.option("--form", metavar="表样", help="与 --start 一起：表样的名称或路径，默认按文件内容识别。")
@click.option("--returns", default="回收", show_default=False, metavar="文件夹", help="与 --start 一起：收到的报送放在哪里，默认“回收”。")
@click.option("--ledger", metavar="台账.sqlite", help="与 --start 一起：台账，默认 审核结果/台账.sqlite。")
@click.option(
    "--against",
    multiple=True,
    metavar="批复",
    help="与 --start 一起：批复的文件或文件夹，以后 check、annotate、merge 都与它核对；可以写多次。",
)
@click.option("--name-round", nargs=2, metavar="原名 新名", help="给台账里的轮次改名，如 --name-round 未写轮次 一上。")
@options.force
@options.as_json
@click.pass_context
def season(
    context: click.Context,
    start: bool,
    roster: str | None,
    year: int | None,
    form: str | None,
    returns: str,
    ledger: str | None,
    against: tuple[str, ...],
    name_round: tuple[str, str] | None,
    force: bool,
    as_json: bool,
) -> int:
    """本季：这一季到了哪一步，下一步做什么、写什么命令。

    先在放名单的文件夹里运行一次 jixiao season --start。以后在这个文件夹（或它下面的文件夹）里运行 check、annotate、
    status、merge、import、export、tidy、diff，不用再写 --roster、--year、--form、--ledger、--against；不写路径就读“回收”文件夹。命令里写了的以写的为准。
    没有 本季.txt 一切照旧。几个人分头做的一季用 season join 合并；做完的一季用 season archive 归档。

    例：jixiao season --start --year 2026

    例：jixiao season
    """
    if context.invoked_subcommand is not None:
        return 0
    from toolkit.season.home import find_home
    from toolkit.workflow.season import rename_round, standing, start_season

    if start:
        values = first_values(Path(), roster, year, form, returns, ledger, against)
        show.written(start_season(Path(), values, force=force))
    home = find_home()
    if home is None:
        raise UsageError(
            "这里还不是一季的文件夹。请在放名单的文件夹里运行 jixiao season --start（例：jixiao season --start --year 2026）。"
        )
    if name_round:
        count = rename_round(home, *name_round)
        click.echo(f"轮次“{name_round[0]}”已改名为“{name_round[1]}”，共 {count} 份报送。")
    found = standing(home)
    if as_json:
        click.echo(json.dumps(_record(found), ensure_ascii=False, indent=1))
    else:
        for line in standing_lines(found):
            click.echo(line)
    return 0


def first_values(
    folder: Path,
    roster: str | None = None,
    year: int | None = None,
    form: str | None = None,
    returns: str = "回收",
    ledger: str | None = None,
    against: tuple[str, ...] = (),
) -> dict[str, str]:
    """Return what 本季.txt of a folder begins with: as given, else the usual."""
    from toolkit.season.home import AGAINST, FORM, LEDGER, RETURNS, ROSTER, YEAR
    from toolkit.season.ledger import NAME as LEDGER_NAME

    usual = "名单.xlsx" if (folder / "名单.xlsx").is_file() else ""
    return {
        YEAR: str(year or ""),
        ROSTER: roster or usual,
        FORM: form or "",
        LEDGER: ledger or f"审核结果/{LEDGER_NAME}",
        RETURNS: returns,
        AGAINST: "\n".join(against),
    }


def standing_lines(now: Standing) -> Iterator[str]:
    """Yield where a season stands and what to do next, as it is told to people."""
    year = f"{now.year} 年度" if now.year else "年度没有写"
    yield f"{year}，表样：{'、'.join(now.forms)}"
    if now.roster is not None:
        yield f"名单 {now.roster.path}：{len(now.roster.units)} 家单位，{now.projects} 个项目"
    else:
        yield "没有名单：说不出谁还没有报。"
    if now.checked:
        rounds = "，".join(f"{name or '未写轮次'} {count} 份" for name, count in now.rounds) or "没有报送"
        yield f"台账 {now.home.ledger}：最近一次审核 {now.checked[:16].replace('T', ' ')}；轮次：{rounds}"
    else:
        yield "还没有审核过。"
    for status, names in _by_state(now).items():
        more = f"……等 {len(names)} 家" if len(names) > _MOST_NAMES else ""
        told = "" if status == REPORTED else f"：{'、'.join(names[:_MOST_NAMES])}{more}"
        yield f"  {status} {len(names)} 家{told}"
    yield "下一步：" if now.steps else "这一季没有要做的了。"
    for step in now.steps:
        yield f"  {step.why}：\n    {step.command}"


def _by_state(now: Standing) -> dict[str, list[str]]:
    """The names of the units in each state, in the order of the states."""
    from toolkit.season.standing import STATUSES

    units = now.status.units if now.status else ()
    found = {status: [unit.unit for unit in units if unit.status == status] for status in STATUSES}
    return {status: names for status, names in found.items() if names}


def _record(now: Standing) -> dict[str, object]:
    return {
        "year": now.year,
        "forms": list(now.forms),
        "roster": str(now.roster.path) if now.roster else None,
        "units": len(now.roster.units) if now.roster else None,
        "projects": now.projects if now.roster else None,
        "ledger": str(now.home.ledger) if now.home.ledger else None,
        "checked": now.checked or None,
        "rounds": [{"name": name or None, "returns": count} for name, count in now.rounds],
        "states": _by_state(now),
        "waiting": list(now.waiting),
        "next": [{"why": step.why, "command": step.command} for step in now.steps],
    }

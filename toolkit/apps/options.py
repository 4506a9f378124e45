"""Options that several commands share, as plain decorators, and what they stand for."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from toolkit.values.words import YEAR_ROLE

if TYPE_CHECKING:
    from toolkit.forms.roster_model import Roster
    from toolkit.season.decisions import Decisions

Function = TypeVar("Function", bound=Callable[..., Any])

# What `values.dates` takes for a year.
YEARS = click.IntRange(1900, 2199)


def paths(function: Function) -> Function:
    """The files and folders to read; in a season's folder its returns where none are given."""
    return click.argument("paths", nargs=-1, callback=_paths, metavar="路径...")(function)


def _paths(context: click.Context, parameter: click.Parameter, given: tuple[str, ...]) -> tuple[str, ...]:
    if given:
        return given
    from toolkit.season.home import find_home

    home = find_home()
    if home is None or home.returns is None:
        raise click.MissingParameter(ctx=context, param=parameter)
    return (str(home.returns),)


def form(function: Function) -> Function:
    """Which form: its name, or its template workbook."""
    return click.option("--form", metavar="表样", help="表样的名称，或表样工作簿的路径。默认按文件内容识别。")(function)


def rules(function: Function) -> Function:
    """Which sets of rules are run."""
    text = "只用这个规则集里的规则（表样“审核规则”的规则集一栏）；可以写多次。默认“审核”，没有写规则集的规则都在其中。"
    return click.option("--rules", "rule_sets", multiple=True, metavar="规则集", help=text)(function)


def output(help_text: str, *, required: bool = True) -> Callable[[Function], Function]:
    """Where the results go."""
    return click.option("-o", "--output", required=required, type=click.Path(path_type=Path), metavar="位置", help=help_text)


def decisions(function: Function) -> Function:
    """A report in which a reviewer wrote."""
    place = click.Path(path_type=Path)
    return click.option("--decisions", type=place, metavar="审核报告.xlsx", help="采用审核报告里填写的处理意见和人工意见。")(function)


def roster(function: Function) -> Function:
    """The list of units and projects that are expected."""
    place = click.Path(path_type=Path)
    return click.option("--roster", type=place, metavar="名单.xlsx", help="按名单认单位、核对控制数和项目。")(function)


def against(function: Function) -> Function:
    """What was approved, to hold the returns against."""
    text = "批复的文件或文件夹（可以是另一种表样）：表样里沿用的内容与批复不同的，逐处列出；可以写多次。"
    return click.option("--against", multiple=True, metavar="批复", help=text)(function)


def password(function: Function) -> Function:
    """Passwords to try on files that need one to open."""
    text = "打开文件用的密码；可以写多次，逐个尝试。"
    return click.option("--password", "passwords", multiple=True, metavar="密码", help=text)(function)


def force(function: Function) -> Function:
    """Overwrite what is there already."""
    return click.option("--force", is_flag=True, help="覆盖已有的同名文件。")(function)


def as_json(function: Function) -> Function:
    """Print for programs instead of people."""
    return click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果，供其他程序使用。")(function)


def quiet(function: Function) -> Function:
    """Say nothing on the way."""
    return click.option("-q", "--quiet", is_flag=True, help="不显示进度和说明。")(function)


def ledger_beside(output: Path) -> Path:
    """Return where the ledger of a folder of results is."""
    from toolkit.season.ledger import NAME

    return output / NAME


def listed(path: Path | None) -> Roster | None:
    """Return the roster at `path`, None where none was given. Raises RosterError."""
    if path is None:
        return None
    from toolkit.forms.roster import load_roster

    return load_roster(path)


def decided(path: Path | None) -> Decisions | None:
    """Return what the report at `path` decides, None where none was given. Raises UsageError."""
    if path is None:
        return None
    from toolkit.season.decisions import read_decisions

    return read_decisions(path)


def request(function: Function) -> Function:
    """Give the command one `request` for all options that say what it reads. Stands below them."""

    @wraps(function)
    def command(**given: Any) -> Any:
        from toolkit.intake.inputs import check_given
        from toolkit.intake.returns import Choice
        from toolkit.workflow.forms import load_forms
        from toolkit.workflow.request import Request

        _from_home(given)

        def take(name: str, default: Any = None) -> Any:
            return given.pop(name, default)

        paths, form, sets = take("paths"), take("form"), take("rule_sets", ())
        check_given((*(paths or ()), *(given.get("against") or ())))
        made = Request(
            paths or (),
            () if paths == () else load_forms(form, sets, tell=partial(click.echo, err=True)),
            listed(take("roster")),
            take("passwords"),
            Choice(take("latest", False), take("use", ())),
            decided(take("decisions")),
            take("ledger_path"),
            take("round_"),
            take("fresh", False),
            force=take("force"),
            year=take("year"),
            against=take("against", ()),
        )
        return function(request=made, **given)

    return cast(Function, command)


def _from_home(given: dict[str, Any]) -> None:
    """Put what the season's folder says in place of what was not given; only of what the command takes.

    A comparison reads files, unless it is told to look into the ledger; a run that writes no results makes no ledger either.
    """
    from toolkit.season.home import find_home

    home = find_home()
    if home is None:
        return
    compares = "versions" in given and any(given.get(name) for name in ("rounds", "unit", "versions"))
    looks_back = "decisions" in given or "fresh" in given or compares
    kept = home.ledger is not None and (home.ledger.is_file() or given.get("output") is not None)
    ledger = home.ledger if looks_back and kept else None
    known = {"roster": home.roster, "form": home.form or None, "year": home.year, "ledger_path": ledger}
    given.update({name: value for name, value in known.items() if name in given and given[name] is None})
    if given.get("against") == ():
        given["against"] = tuple(map(str, home.against))


def ledger(help_text: str) -> Callable[[Function], Function]:
    """Which ledger."""
    return click.option("--ledger", "ledger_path", type=click.Path(path_type=Path), metavar="台账.sqlite", help=help_text)


def round_(function: Function) -> Function:
    """The round in which the returns came."""
    text = "报送轮次，如 一上、二上；不写则沿用台账里最近一次的。"
    return click.option("--round", "round_", metavar="轮次", help=text)(function)


def year(function: Function) -> Function:
    """The year that returns have to be for."""
    text = "申报年度，如 2026：填报年度不同的是错误；不写则按名单或台账里的年度。"
    return click.option("--year", type=YEARS, metavar=YEAR_ROLE, help=text)(function)


def send(function: Function) -> Function:
    """What is made ready to be sent to each unit."""
    text = "每个单位的文件归在一起，旁边放好可以粘贴进邮件或聊天的正文：一个文件夹，或一个 zip。"
    return click.option("--send", type=click.Choice(("文件夹", "zip")), metavar="文件夹|zip", help=text)(function)


def fresh(function: Function) -> Function:
    """Do not rely on what the ledger remembers."""
    text = "全部文件重新读取、重新审核；默认内容没有变的直接用台账里的结果。"
    return click.option("--all", "fresh", is_flag=True, help=text)(function)


def latest(function: Function) -> Function:
    """The last of several returns counts."""
    text = "同一单位有几份不同的报送时，取最后到的一份（有台账的按台账里的先后，没有的按文件时间）。"
    return click.option("--latest", is_flag=True, help=text)(function)


def use(function: Function) -> Function:
    """The return that counts, by name."""
    text = "同一单位有几份不同的报送时，以这个文件为准；可以写多次。有台账的记住它，到其中一份变了为止。"
    return click.option("--use", multiple=True, metavar="文件", help=text)(function)

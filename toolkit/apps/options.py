"""Options that several commands share, as plain decorators."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])


def paths(function: Function) -> Function:
    """The files and folders to read."""
    return click.argument("paths", nargs=-1, required=True, metavar="路径...")(function)


def form(function: Function) -> Function:
    """Which form: its name, or its template workbook."""
    return click.option("--form", metavar="表样", help="表样的名称，或表样工作簿的路径。默认按文件内容识别。")(function)


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

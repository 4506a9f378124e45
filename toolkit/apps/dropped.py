"""Folders dropped on the program's icon → checked, and the report opened. Anything else goes to the command line.

jixiao.bat, the shortcut on the desktop and the entry in a Linux menu start this module. The window belongs to this run
alone, so it stays open until a key is pressed.
"""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import click

from toolkit.apps.cli import COMMANDS, main

# What cmd was started with, set by jixiao.bat when it was started by Explorer or by `cmd /c`.
COMMAND_LINE = "JIXIAO_COMMAND_LINE"
PROGRAM = re.compile(r"jixiao\.bat\"?", re.IGNORECASE)
ARGUMENT = re.compile(r'(?:[^\s"]|"[^"]*"?)+')
PRESS_A_KEY = "按任意键关闭这个窗口……"
WELCOME = """把装有申报表的文件夹（或压缩包）拖到这个图标上：审核完自动打开报告，结果放在旁边的“文件夹名-审核结果”里，原来的文件夹不会改动。

其他工作用命令行，例如 jixiao issue、jixiao merge；jixiao --help 列出全部命令。"""


def run() -> int:
    """Do what the arguments of this process say and return the exit code of `jixiao`."""
    line = os.environ.pop(COMMAND_LINE, None)
    arguments = sys.argv[1:] if line is None else split(line)
    if not arguments:
        click.echo(WELCOME)
        click.pause(PRESS_A_KEY)
        return 0
    if arguments[0] in COMMANDS or not all(Path(each).exists() for each in arguments):
        sys.argv = ["jixiao", *arguments]
        return main()
    output = free_place(Path(arguments[0]).resolve())
    sys.argv = ["jixiao", "check", *arguments, "-o", str(output)]
    code = main()
    page = output / "审核报告.html"
    if page.exists():
        click.launch(str(page))
    click.pause(PRESS_A_KEY)
    return code


def split(line: str) -> list[str]:
    r"""Return the arguments behind jixiao.bat in cmd's own command line; Explorer quotes a path only for its blanks.

    >>> split(r'C:\\Windows\\cmd.exe /c ""D:\\工具\\jixiao.bat" D:\\R&D "D:\\今 年""')
    ['D:\\\\R&D', 'D:\\\\今 年']
    >>> split(r'cmd /s /c ""D:\\jixiao.bat" excel remind --folder="D:\\今 年" --force"')
    ['excel', 'remind', '--folder=D:\\\\今 年', '--force']
    """
    found = PROGRAM.search(line)
    rest = line[found.end() :] if found else ""
    if rest.count('"') % 2:
        rest = rest.rstrip().removesuffix('"')
    return [each.replace('"', "") for each in ARGUMENT.findall(rest)]


def free_place(path: Path) -> Path:
    """Return a folder beside `path` that does not exist yet: a second run must not take the clerk's decisions away."""
    parent = path.parent if path.name else Path.home()
    name = (path.stem if path.is_file() else path.name) or "申报表"
    number = 1
    while (place := parent / (f"{name}-审核结果" if number == 1 else f"{name}-审核结果-{number}")).exists():
        number += 1
    return place


if __name__ == "__main__":
    sys.exit(run())

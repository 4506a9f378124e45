"""The command line: `jixiao`. Turns arguments into calls of `workflow`, and what went wrong into exit codes.

Exit codes (contract): 0 all passed · 1 a bug · 2 wrong usage or broken template · 3 errors in declarations · 4 a file
unreadable · 5 an output not written. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import atexit
import contextlib
import errno
import gc
import os
import sys
from types import TracebackType
from typing import TextIO

import click

from toolkit import COLLECTIONS, __version__
from toolkit.apps import chinese, stopping
from toolkit.errors import ExitCode, JixiaoError
from toolkit.values.text import one_line

# Each command and where it is; its module is imported when the command is asked for.
COMMANDS = {
    "season": "toolkit.apps.season:season",
    "issue": "toolkit.apps.issue:issue",
    "check": "toolkit.apps.commands:check",
    "annotate": "toolkit.apps.annotate:annotate",
    "status": "toolkit.apps.status:status",
    "tidy": "toolkit.apps.tidy:tidy",
    "merge": "toolkit.apps.merge:merge",
    "export": "toolkit.apps.commands:export",
    "import": "toolkit.apps.commands:import_",
    "diff": "toolkit.apps.diff:diff",
    "explain": "toolkit.apps.explain:explain",
    "form": "toolkit.apps.form:form",
    "excel": "toolkit.apps.excel_command:excel",
    "demo": "toolkit.apps.commands:demo",
}


# What the system refuses to the program as a whole, not to one file.
_FULL = "结果写不出去：输出重定向到的磁盘已满或出错。请清理磁盘，或换一个位置"
_TOO_MANY = "系统允许同时打开的文件太少。请关闭一些程序，或放宽限制（ulimit -n 1024）后重试"
_NO_MEMORY = "内存不够，没有做完。请关闭一些程序，或换一台内存大的电脑后重试"
_REFUSALS = {
    errno.ENOMEM: (ExitCode.OUTPUT, _NO_MEMORY),
    errno.ENOSPC: (ExitCode.OUTPUT, _FULL),
    errno.EDQUOT: (ExitCode.OUTPUT, _FULL),
    errno.EIO: (ExitCode.OUTPUT, _FULL),
    errno.EMFILE: (ExitCode.USAGE, _TOO_MANY),
    errno.ENFILE: (ExitCode.USAGE, _TOO_MANY),
}


@click.group(cls=chinese.Group, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "--version", prog_name="jixiao", message="%(prog)s %(version)s", help="显示版本。")
def cli() -> None:
    """绩效目标申报表：下发、填报、审核、汇总，一切以 Excel 表样为准。

    第一次使用请运行 jixiao demo，它用示例走一遍全过程。
    """


def main() -> int:
    """Run the command line of this process and return its exit code."""
    try:
        stopping.stop_in_order()
        return _run()
    except (click.Abort, KeyboardInterrupt):
        click.echo("已中断。", err=True)
        return ExitCode.BUG


def _run() -> int:
    """Run it, and give each kind of failure its exit code and its line."""

    # Starting makes many objects that stay. Looking through them over and over costs a twentieth of a short run, and Python's
    # last looks at its end, when all of them go anyway, three times as much.
    gc.set_threshold(*COLLECTIONS)
    atexit.register(gc.freeze)

    # numpy comes with pandas for tables of text and decimals; its library of matrices would take memory for each core, and end the process
    # where it gets none.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            # The stream was closed before the program began.
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        _speak_utf8(getattr(sys, name))
    sys.excepthook = _report_bug
    try:
        result = cli.main(prog_name="jixiao", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "")
        return ExitCode.USAGE
    except click.ClickException as error:
        click.echo(f"错误：{chinese.say(error)}", err=True)
        return ExitCode.USAGE
    except SystemExit:
        # click ends so where whoever reads the output has gone.
        return ExitCode.OUTPUT
    except (OSError, MemoryError, ImportError) as error:
        refused = _refusal(error)
        if refused is None:
            raise
        code, told = refused
        _give_up_output()
        click.echo(f"错误：{told}。", err=True)
        return code
    except JixiaoError as error:
        click.echo(f"错误：{one_line(_sentence(error))}", err=True)
        return error.code
    return result if isinstance(result, int) else 0


def _refusal(error: OSError | MemoryError | ImportError) -> tuple[ExitCode, str] | None:
    """The exit code and the words for what the system refuses; None for a defect of the program or what concerns one file."""
    if isinstance(error, OSError):
        return None if error.filename is not None or error.errno is None else _REFUSALS.get(error.errno)
    out_of_memory = isinstance(error, MemoryError) or "failed to map segment" in str(error)  # a library that finds no room
    return _REFUSALS[errno.ENOMEM] if out_of_memory else None


def _give_up_output() -> None:
    """Let nothing more be written to stdout: Python would try once more at the end, and change the exit code."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _sentence(error: JixiaoError) -> str:
    text = str(error)
    return text if text.endswith(("。", "！", "？", "）")) else f"{text}。"


def _speak_utf8(stream: TextIO) -> None:
    """Write UTF-8 to files and pipes on every system; a console keeps its own encoding, and never stops at a character."""
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        if stream.isatty():
            reconfigure(errors="replace")
        else:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def _report_bug(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in one line that the program failed, and keep the details in a file for whoever mends it."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="jixiao-", suffix=".log", delete=False) as log:
        traceback.print_exception(kind, error, trace, file=log)
    click.echo(f"程序出错（{kind.__name__}），这是程序的缺陷。请把 {log.name} 发给维护人员。", err=True)

"""The command line: `jixiao`. Turns arguments into calls of `workflow`, and what went wrong into exit codes.

Exit codes (contract): 0 all passed · 1 a bug · 2 wrong usage or broken template · 3 errors in declarations · 4 a file
unreadable · 5 an output not written. Nothing heavy is imported before a command needs it.
"""

from __future__ import annotations

import gc
import sys
from types import TracebackType
from typing import TextIO

import click

from toolkit import __version__
from toolkit.apps import chinese
from toolkit.errors import ExitCode, JixiaoError
from toolkit.values.text import one_line

# Each command and where it is; its module is imported when the command is asked for.
COMMANDS = {
    "issue": "toolkit.apps.issue:issue",
    "check": "toolkit.apps.commands:check",
    "annotate": "toolkit.apps.annotate:annotate",
    "status": "toolkit.apps.status:status",
    "tidy": "toolkit.apps.tidy:tidy",
    "merge": "toolkit.apps.merge:merge",
    "export": "toolkit.apps.commands:export",
    "import": "toolkit.apps.commands:import_",
    "diff": "toolkit.apps.diff:diff",
    "form": "toolkit.apps.form:form",
    "excel": "toolkit.apps.excel_command:excel",
    "demo": "toolkit.apps.commands:demo",
}


@click.group(cls=chinese.Group, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, "--version", prog_name="jixiao", message="%(prog)s %(version)s", help="显示版本。")
def cli() -> None:
    """绩效目标申报表：下发、填报、审核、汇总，一切以 Excel 表样为准。

    第一次使用请运行 jixiao demo，它用示例走一遍全过程。
    """


def main() -> int:
    """Run the command line of this process and return its exit code."""

    # Starting makes many objects that stay; looking through them over and over costs a twentieth of a short run.
    gc.set_threshold(20_000, 20, 20)
    for stream in (sys.stdout, sys.stderr):
        _speak_utf8(stream)
    sys.excepthook = _report_bug
    try:
        result = cli.main(prog_name="jixiao", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.ctx.get_help() if error.ctx else "")
        return ExitCode.USAGE
    except click.Abort:
        click.echo("已中断。", err=True)
        return ExitCode.BUG
    except click.ClickException as error:
        click.echo(f"错误：{chinese.say(error)}", err=True)
        return ExitCode.USAGE
    except JixiaoError as error:
        click.echo(f"错误：{one_line(_sentence(error))}", err=True)
        return error.code
    return result if isinstance(result, int) else 0


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

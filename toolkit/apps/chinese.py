"""click in Chinese: headings of the help pages, and what is said of a wrong command line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

_HAN = re.compile("[\u4e00-\u9fff]")

# How click prints what a number may be.
_RANGE = re.compile(r"\[(\d+)<=x<=(\d+)\]")


class _Chinese:
    """Help pages with Chinese headings; mixed into click's command and group."""

    def format_usage(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        pieces = self.collect_usage_pieces(ctx)  # type: ignore[attr-defined]
        words = (
            " ".join(pieces)
            .replace("[OPTIONS]", "[选项]")
            .replace("[COMMAND]", "[命令]")
            .replace("COMMAND", "命令")
            .replace("[ARGS]", "[参数]")
        )
        formatter.write_usage(ctx.command_path, words, prefix="用法：")

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        records = [record for param in self.get_params(ctx) if (record := param.get_help_record(ctx))]  # type: ignore[attr-defined]
        if records:
            with formatter.section("选项"):
                formatter.write_dl(
                    [(names, _RANGE.sub(r"（\1 到 \2）", text.replace("  [required]", "（必填）"))) for names, text in records]
                )
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        option: click.Option | None = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = "显示本页。"
        return option


class Command(_Chinese, click.Command):
    """A command with a Chinese help page."""


class Group(_Chinese, click.Group):
    """A group with a Chinese help page; its commands are listed in the order they were added.

    `places` are commands that are imported when they are asked for: name → `module:function`.
    """

    command_class = Command

    def __init__(self, *args: Any, places: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = dict(places or {})

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._places, *self.commands]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        place = self._places.get(cmd_name)
        if place is None:
            return super().get_command(ctx, cmd_name)
        module, _, name = place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        rows = []
        for name in self.list_commands(ctx):
            command = self.get_command(ctx, name)
            if command is not None and not command.hidden:
                rows.append((name, command.get_short_help_str(limit=80)))
        with formatter.section("命令"):
            formatter.write_dl(rows)


Group.group_class = Group


def say(error: click.ClickException) -> str:
    """Return the Chinese line for a wrong command line, with where to find help."""
    line = _reason(error)
    context = getattr(error, "ctx", None)
    return f"{line}用 {context.command_path} --help 查看用法。" if context is not None else line


def _reason(error: click.ClickException) -> str:
    if isinstance(error, click.NoSuchOption):
        guess = f"是不是想写 {'、'.join(error.possibilities)}？" if error.possibilities else ""
        return f"没有选项 {error.option_name}。{guess}"
    if isinstance(error, click.MissingParameter):
        return f"缺少{_parameter(error)}。"
    if isinstance(error, click.BadOptionUsage):
        return f"选项 {error.option_name} 用法不对，可能缺少它的值。"
    if isinstance(error, click.BadParameter):
        kind = error.param.type if error.param else None
        if isinstance(kind, click.Choice):
            why = f"只能是 {'、'.join(map(str, kind.choices))}"
        elif isinstance(kind, click.IntRange):
            why = f"要写 {kind.min} 到 {kind.max} 的整数"
        else:
            why = error.message if _HAN.match(error.message) else "看不懂，整数只写数字"
        return f"{_parameter(error)} 的值不对（{why}）。"
    if isinstance(error, click.BadArgumentUsage):
        return "参数用法不对。"
    name = getattr(error, "command_name", None)
    if name or "No such command" in error.message:
        return f"没有命令 {name or error.message.split(chr(39))[1]}。"
    if "unexpected extra argument" in error.message:
        return f"多出了参数{error.message.partition('(')[2].rstrip(')').join(' ' * 2).rstrip()}。"
    return f"命令用法不对：{error.message}" if _HAN.match(error.message) else "命令用法不对。"


def _parameter(error: Any) -> str:
    param = error.param
    if param is None:
        return "参数"
    kind = "选项" if isinstance(param, click.Option) else "参数"
    return f"{kind} {param.opts[0] if isinstance(param, click.Option) else param.make_metavar(error.ctx)}"

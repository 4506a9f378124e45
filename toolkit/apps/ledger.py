"""The options that tie a command to the ledger 台账.sqlite, and the ledger opened for it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from toolkit.intake.returns import Choice
    from toolkit.season.run import Season

Function = TypeVar("Function", bound=Callable[..., Any])


def beside(output: Path) -> Path:
    """Return where the ledger of a folder of results is."""
    from toolkit.season.ledger import NAME

    return output / NAME


def ledger(help_text: str) -> Callable[[Function], Function]:
    """Which ledger."""
    return click.option("--ledger", "ledger_path", type=click.Path(path_type=Path), metavar="台账.sqlite", help=help_text)


def round_(function: Function) -> Function:
    """The round in which the returns came."""
    text = "报送轮次，如 一上、二上；不写则沿用台账里最近一次的。"
    return click.option("--round", "round_", metavar="轮次", help=text)(function)


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
    text = "同一单位有几份不同的报送时，以这个文件为准；可以写多次。"
    return click.option("--use", multiple=True, metavar="文件", help=text)(function)


def choice(latest: bool, use: Sequence[str]) -> Choice:
    """Return what the options `latest` and `use` say."""
    from toolkit.intake.returns import Choice

    return Choice(latest, tuple(use))


@contextmanager
def season(path: Path | None, paths: Sequence[str], round_: str | None = None, fresh: bool = False) -> Iterator[Season | None]:
    """Give the tie to the ledger at `path`, None where there is no path. Raises as `any_season`."""
    if path is None:
        yield None
        return
    with any_season(path, paths, round_, fresh) as found:
        yield found


@contextmanager
def any_season(path: Path | None, paths: Sequence[str], round_: str | None, fresh: bool) -> Iterator[Season]:
    """Give the tie to the ledger at `path`, or to one that nobody keeps.

    Raises as `open_ledger` does, and UsageError when `path` is in an input folder.
    """
    from toolkit.errors import UsageError
    from toolkit.intake.inputs import refuse_output_inside
    from toolkit.season.ledger import open_ledger, passing_ledger
    from toolkit.season.run import Season

    if path is not None:
        refuse_output_inside(path.parent, paths)
    new = [place for place in (path, path.parent) if not place.exists()] if path is not None else []
    with open_ledger(path) if path is not None else passing_ledger() as opened:
        try:
            yield Season(opened, round_.strip() if round_ is not None else None, fresh)
            return
        except UsageError as error:
            wrong, used = error, bool(opened.rows("SELECT 1 FROM returns LIMIT 1"))
    _remove(() if used else new)
    raise wrong


def _remove(new: Sequence[Path]) -> None:
    """Take away the ledger, and its folder, that a command made which then found nothing to do."""
    for place in new:
        with suppress(OSError):
            place.rmdir() if place.is_dir() else place.unlink(missing_ok=True)

"""`jixiao season join`: several hands' seasons made one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.apps import chinese, options
from toolkit.errors import ExitCode
from toolkit.values.text import one_line

if TYPE_CHECKING:
    from toolkit.workflow.seasons.join import JoinResult


@click.command(cls=chinese.Command)
@click.argument("sources", nargs=-1, required=True, metavar="一季...")
@options.output("合并成的新的一季放在哪里：一个还没有的文件夹。")
@click.option("--roster", type=click.Path(path_type=Path), metavar="名单.xlsx", help="合并后用的名单；几边的名单不同时要写。")
@click.option("--prefer", metavar="一季", help="意见有矛盾时以这一边为准（写其中一处）；矛盾仍然列出。")
@options.force
@options.as_json
@options.quiet
def join(sources: tuple[str, ...], output: Path, roster: Path | None, prefer: str | None, force: bool, as_json: bool, quiet: bool) -> int:
    """合并：几个人（几个处室）分头做的同一季合成一季。

    每一处写一季的文件夹（里面有 本季.txt），或台账.sqlite。报送的文件、各版本、轮次、处理意见和理由、人工意见、合并提问的
    答复都合在一起，放进新的文件夹，它本身就是一季；原来的都不动。

    有矛盾时什么都不写，逐条列出：年度、名单、表样、轮次不同，同一单位两边最新的不是同一份，同一处一边保留一边退回……
    每条写明怎么解决，解决后再运行一次，退出码 3。不会替人挑选。

    例：jixiao season join 甲/ 乙/ -o 合并/
    """
    from toolkit.workflow.seasons.join import join_seasons

    result = join_seasons(sources, output, roster=roster, prefer=prefer, force=force)
    if as_json:
        click.echo(json.dumps(_record(result), ensure_ascii=False, indent=1))
    else:
        _show(result, quiet)
    return ExitCode.of(errors=bool(result.clashes))


def _record(result: JoinResult) -> dict[str, object]:
    side = result.joined.side
    return {
        "written": str(result.output) if result.output else None,
        "files": result.files,
        "returns": len(side.returns),
        "opinions": result.joined.opinions,
        "contradictions": [clash.record() for clash in result.clashes],
        "settled": [clash.record() for clash in result.joined.settled],
        "notes": list(result.joined.notes),
    }


def _show(result: JoinResult, quiet: bool) -> None:
    for clash in result.clashes:
        click.echo(one_line(str(clash)))
    for clash in result.joined.settled:
        click.echo(one_line(f"（已按 --prefer 处理）{clash}"))
    for note in () if quiet else result.joined.notes:
        click.echo(one_line(note))
    if result.output is None:
        click.echo(f"有 {len(result.clashes)} 处矛盾，没有合并，什么也没有写。逐条解决后再运行一次。")
        return
    side = result.joined.side
    click.echo(f"已合并到 {result.output}：报送 {len(side.returns)} 份（文件 {result.files} 个），意见 {result.joined.opinions} 条。")
    click.echo(f"接着在 {result.output} 里运行 jixiao season 看下一步。")

"""`jixiao season join` and `season archive`: several hands' seasons made one, a finished season put away."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from toolkit.apps import chinese, options
from toolkit.errors import ExitCode, UsageError
from toolkit.values.text import one_line

if TYPE_CHECKING:
    from toolkit.workflow.seasons.archive import Archived
    from toolkit.workflow.seasons.join import JoinResult
    from toolkit.workflow.seasons.verify import Verified

_force = click.option("--force", is_flag=True, help="已有的同名文件夹改名为“（上一份）”，再写新的。")


@click.command(cls=chinese.Command)
@click.argument("sources", nargs=-1, required=True, metavar="一季...")
@options.output("合并成的新的一季放在哪里：一个还没有的文件夹。")
@click.option("--roster", type=click.Path(path_type=Path), metavar="名单.xlsx", help="合并后用的名单；几边的名单不同时要写。")
@click.option("--prefer", metavar="一季", help="意见有矛盾时以这一边为准（写其中一处）；矛盾仍然列出。")
@_force
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
        for line in join_lines(result, quiet=quiet):
            click.echo(line)
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


def join_lines(result: JoinResult, *, quiet: bool = False) -> Iterator[str]:
    """Yield what came of making one of several seasons."""
    for clash in result.clashes:
        yield one_line(str(clash))
    for clash in result.joined.settled:
        yield one_line(f"（已按 --prefer 处理）{clash}")
    for note in () if quiet else result.joined.notes:
        yield one_line(note)
    if result.output is None:
        yield f"有 {len(result.clashes)} 处矛盾，没有合并，什么也没有写。逐条解决后再运行一次。"
        return
    side = result.joined.side
    yield f"已合并到 {result.output}：报送 {len(side.returns)} 份（文件 {result.files} 个），意见 {result.joined.opinions} 条。"
    yield f"接着在 {result.output} 里运行 jixiao season 看下一步。"


@click.command(cls=chinese.Command)
@options.output("归档放在哪里：一个还没有的文件夹；默认本季文件夹里的“归档”。", required=False)
@click.option("--verify", type=click.Path(path_type=Path), metavar="归档", help="不归档，核对这份归档：缺了、改了、多了哪些文件。")
@_force
@options.as_json
@options.quiet
def archive(output: Path | None, verify: Path | None, force: bool, as_json: bool, quiet: bool) -> int:
    """归档：一季做完，把定稿、审核结果、意见和理由、各版本和校验和放进一个文件夹，备查。

    定稿（连同一起报来的盖章扫描件）照收到的原样放在“定稿”里，另有最近的审核报告、“汇总”文件夹、名单和台账；归档目录.xlsx 可以直接
    打印，每个单位、项目取哪一份、第几版、意见和理由、SHA-256 都在里面，没有定稿的单位也列出；校验和.sha256 可以用 sha256sum -c 核对。
    审核以后又改过、找不到的定稿，没有采用的意见，都要先处理，否则什么都不写。有单位没有定稿或仍有错误，照样归档并列出，退出码 3。

    以后 --verify 说出缺了、改了、多了什么；在同一年度的本季文件夹里，还说出哪些单位的定稿与归档的不同。归档可以当作一个文件夹
    来读：对比（diff）、审核（check）都行。

    例：jixiao season archive

    例：jixiao season archive --verify 归档/
    """
    from toolkit.season.home import ARCHIVE, find_home

    home = find_home()
    if verify is not None:
        from toolkit.workflow.seasons.verify import verify_archive

        found = verify_archive(verify, home)
        click.echo(json.dumps(_verified(found), ensure_ascii=False, indent=1) if as_json else "\n".join(verify_lines(verify, found)))
        return ExitCode.of(errors=not found.sound)
    if home is None:
        raise UsageError("这里还不是一季的文件夹，不知道归档哪一季。请换到放 本季.txt 的文件夹，或先运行 jixiao season --start。")
    from toolkit.workflow.seasons.archive import archive_season

    made = archive_season(home, output or home.folder / ARCHIVE, force=force)
    if as_json:
        click.echo(json.dumps(_archived(made), ensure_ascii=False, indent=1))
    else:
        for line in archive_lines(made, quiet=quiet):
            click.echo(line)
    return archive_code(made)


def archive_code(made: Archived) -> ExitCode:
    """Return the exit code: 3 where something has to be done first, and where units have no final return or one with errors."""
    return ExitCode.of(errors=bool(made.stopped or made.finals.without or made.flawed))


def _archived(made: Archived) -> dict[str, object]:
    return {
        "written": str(made.output) if made.output else None,
        "stopped": list(made.stopped),
        "files": made.files,
        "finals": [{"unit": final.unit.unit, "file": final.file, "sha256": final.content} for final in made.finals.finals],
        "without": [{"unit": unit.unit, "status": unit.status, "reason": unit.reason} for unit in made.finals.without],
        "flawed": made.flawed,
        "seal": made.seal or None,
    }


def archive_lines(made: Archived, *, quiet: bool = False) -> Iterator[str]:
    """Yield what came of putting a season away."""
    for line in made.stopped:
        yield one_line(line)
    if made.output is None:
        yield f"有 {len(made.stopped)} 处要先处理，没有归档，什么也没有写。"
        return
    for unit in () if quiet else made.finals.without:
        yield one_line(f"没有定稿：{unit.unit}（{unit.status}）{unit.reason}")
    for name in () if quiet else made.flawed:
        yield f"定稿仍有错误：{name}"
    units = len({final.unit.unit for final in made.finals.finals})
    yield f"已归档到 {made.output}：定稿 {units} 家、{len(made.finals.finals)} 个文件，共 {made.files} 个文件。"
    yield f"请把校验和.sha256 自己的 SHA-256 记在别处：{made.seal}"


def _verified(found: Verified) -> dict[str, object]:
    kinds = {"absent": found.missing, "changed": found.changed, "added": found.added, "wrong": found.wrong, "later": found.later}
    return {"sound": found.sound, "files": found.files, **{kind: list(lines) for kind, lines in kinds.items()}, "seal": found.seal}


def verify_lines(folder: Path, found: Verified) -> list[str]:
    """Return what became of an archive since it was made."""
    kinds = (("缺少", found.missing), ("改动过", found.changed), ("多出来", found.added), ("校验和看不懂", found.wrong))
    lines = [one_line(f"{word}：{name}") for word, names in kinds for name in names] + [one_line(line) for line in found.later]
    lines.append(f"{folder}：{found.files} 个文件与归档时相同{'，没有别的变化' if found.sound else f'，其余 {len(lines)} 处如上'}。")
    return [*lines, f"校验和.sha256 自己的 SHA-256：{found.seal}（与归档时记下的核对）"]

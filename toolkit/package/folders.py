"""A folder of results that is there whole or not at all: filled beside its place, moved there in one step.

What is there already is never deleted: with `force` it steps aside under another name. Called by the jobs that make a folder of many
files that only count together.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from toolkit.errors import OutputError, UsageError
from toolkit.package.atomic import Outlet, output_error, remove_litter, temporary_name

_ASIDE = "（上一份）"


@contextmanager
def whole_folder(outlet: Outlet, place: Path) -> Iterator[Path]:
    """Give an empty folder that becomes `place` when everything went well; nothing of it stays behind when not.

    Raises UsageError when `place` is, lies in or holds what is read, OutputError when it is there already and not
    `force`, or cannot be made.
    """
    outlet.check_folder(place)
    within = next((given for given in outlet.inputs if place.resolve() in given.resolve().parents), None)
    if within is not None:
        raise UsageError(f"{place}：要读取的 {within} 就在这个文件夹里面，不能写成它。请另写一个新的文件夹。")
    taken = os.path.lexists(place) and not (place.is_dir() and not any(place.iterdir()))
    if os.path.lexists(place) and not place.is_dir():
        raise OutputError(f"{place}：同名的文件已存在，请换一个名称")
    if taken and not outlet.force:
        raise OutputError(f"{place}：已经有了，未改动；要重做请加 --force（原来的改名为 {place.name}{_ASIDE}），或换一个输出位置")
    made = place.parent / temporary_name()
    try:
        made.mkdir(parents=True)
        remove_litter(place.parent)
    except OSError as error:
        raise output_error(place, error) from error
    try:
        yield made
        _take_place(made, place)
    finally:
        shutil.rmtree(made, ignore_errors=True)


def _take_place(made: Path, place: Path) -> None:
    aside = next(each for number in range(1, 10_000) if not os.path.lexists(each := _aside(place, number)))
    try:
        if os.path.lexists(place):
            place.rename(aside)
        made.rename(place)
    except OSError as error:
        if os.path.lexists(aside) and not os.path.lexists(place):
            aside.rename(place)
        raise output_error(place, error) from error
    if aside.is_dir() and not any(aside.iterdir()):
        aside.rmdir()


def _aside(place: Path, number: int) -> Path:
    return place.with_name(f"{place.name}{_ASIDE}{number if number > 1 else ''}")

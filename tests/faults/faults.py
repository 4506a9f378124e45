"""The disturbances: each takes a folder, a command and a random source, and returns the exit code and what was said.

None for the code where the run was killed. A disturbance that changes what is read puts it back.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults.model import Command, finish, start

try:
    import resource
except ImportError:  # Windows has no such limits.
    resource = None  # type: ignore[assignment]

Told = tuple[int | None, str]
Fault = Callable[[Path, Command, random.Random], Told]


def killed(folder: Path, command: Command, chance: random.Random) -> Told:
    """The run is ended at some moment, without a chance to tidy up."""
    run = start(folder, command, "--force")
    time.sleep(chance.uniform(0.05, 4.0))
    run.kill()
    code, told = finish(run)
    return (None if code < 0 else code), told


def _limited(limit: str, value: int) -> Fault:
    """A fault of the system's limits on a process, from its first line on."""

    def fault(folder: Path, command: Command, chance: random.Random) -> Told:
        number = getattr(resource, limit)
        return finish(start(folder, command, "--force", preexec_fn=lambda: resource.setrlimit(number, (value, value))))

    return fault


def full_disk(folder: Path, command: Command, chance: random.Random) -> Told:
    """No file may grow beyond some size, as on a disk that is full."""
    return _limited("RLIMIT_FSIZE", chance.choice((0, 1, 100, 4096, 8192, 20_000, 60_000)))(folder, command, chance)


def few_handles(folder: Path, command: Command, chance: random.Random) -> Told:
    return _limited("RLIMIT_NOFILE", chance.randint(8, 40))(folder, command, chance)


def little_memory(folder: Path, command: Command, chance: random.Random) -> Told:
    return _limited("RLIMIT_AS", chance.randint(250, 700) << 20)(folder, command, chance)


def no_room_for_words(folder: Path, command: Command, chance: random.Random) -> Told:
    """What is said goes to a full disk, or to nobody."""
    with open(chance.choice(("/dev/full", os.devnull)), "w") as out:
        return finish(start(folder, command, "--force", stdout=out))


def place_taken(folder: Path, command: Command, chance: random.Random) -> Told:
    """Where a folder should be made there is a file, or where the file should be there is a folder."""
    place = folder / command.output
    aside = place.with_name(f"{place.name}（原来）")
    if place.exists():
        place.rename(aside)
    try:
        place.write_bytes(b"")
        return finish(start(folder, command, "--force"))
    finally:
        place.unlink()
        if aside.exists():
            aside.rename(place)


def changing_files(folder: Path, command: Command, chance: random.Random) -> Told:
    """Returns vanish, shrink and change while they are read."""
    kept = {path: path.read_bytes() for place in ("回收", "去年") for path in sorted((folder / place).iterdir())}
    over = threading.Event()

    def disturb() -> None:
        while not over.wait(chance.uniform(0.0, 0.2)):
            path = chance.choice(sorted(kept))
            kind = chance.randrange(4)
            if kind == 0:
                path.unlink(missing_ok=True)
            elif kind == 1:
                path.write_bytes(kept[path][: chance.randrange(len(kept[path]))])
            elif kind == 2:
                path.write_bytes(kept[chance.choice(sorted(kept))])
            else:
                path.write_bytes(kept[path])

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        return finish(start(folder, command, "--force"))
    finally:
        over.set()
        thread.join()
        for path, data in kept.items():
            path.write_bytes(data)


def odd_times(folder: Path, command: Command, chance: random.Random) -> Told:
    """The clock jumped: files come from the future, from before 1980, from before there were any."""
    for path in sorted((folder / "回收").iterdir()):
        moment = chance.choice((0, 1, 2**31, 2**33, 4_102_444_800, 315_532_799, -(10**9), 253_402_300_800))
        os.utime(path, (moment, moment))
    return finish(start(folder, command, "--force", variables={"TZ": chance.choice(("Asia/Shanghai", "UTC", "XXX+99", "", "无"))}))


def twice(folder: Path, command: Command, chance: random.Random) -> Told:
    """Two runs at once into one place."""
    first = start(folder, command, "--force")
    time.sleep(chance.uniform(0, 0.5))
    second = finish(start(folder, command, "--force"))
    code, told = finish(first)
    return (code if code not in (0, 3) else second[0]), told + second[1]


FAULTS: dict[str, Fault] = {
    "杀掉": killed,
    "磁盘满": full_disk,
    "位置被占": place_taken,
    "文件在变": changing_files,
    "时间不对": odd_times,
    "两个同时": twice,
    "屏幕输出满": no_room_for_words,
    "句柄少": few_handles,
    "内存少": little_memory,
}

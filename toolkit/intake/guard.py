"""What a file does to a program costs that file alone: any failure while it is worked on becomes a reason and a cure.

The one place that catches whatever a library or a mistake of ours raises: files are read and copies of them made through it.
"""

from __future__ import annotations

import gc
import signal
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, TypeVar

from toolkit.errors import JixiaoError, SourceError

# What a file may take beyond what the process holds before it.
MEMORY_LIMIT = 300 * 1024 * 1024

# On a busy machine a file has so many times its limit, until it had the processor for it; so small a share left is none.
PATIENCE, _LAST = 4, 0.1

RESAVE = "请用 Excel 或 WPS 打开这个文件，另存为 .xlsx 后重新报送"
UNREAD = "文件-无法读取"

# What extensions written in Rust raise when they stop; it is no Exception.
_PANIC = "PanicException"

# Where our own lines are.
_OURS = Path(__file__).parent.parent

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Lost:
    """A file that no answer came for; `reason` and `cure` are Chinese clauses."""

    reason: str
    cure: str = RESAVE


class _TooLong(BaseException):
    """The time of a file is over."""


class Clock:
    """How long a file is worked on: what other programs of a busy machine take of the time is not its fault."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        self._began, self._worked = time.monotonic(), time.process_time()

    def left(self, seconds: float, spare: float = 0.0) -> float:
        """Return how much of its `seconds` of work a file may still have, 0 where that is no more than `spare` and a little, or it waited too long."""
        left = seconds - (time.process_time() - self._worked)
        over = time.monotonic() - self._began + spare >= PATIENCE * seconds
        return 0.0 if over or left <= _LAST * seconds + spare else left


def attempt(action: Callable[..., Made], *arguments: Any) -> Made | Lost:
    """Return what `action` gives, or why it gives nothing; errors that say so themselves, and a user's Ctrl-C, pass through."""
    try:
        return action(*arguments)
    except (JixiaoError, _TooLong, KeyboardInterrupt, SystemExit):
        raise
    except MemoryError:
        gc.collect()
        return out_of_memory()
    except RecursionError:
        return Lost("内容一层套一层，层数太多")
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != _PANIC:
            raise
        return _blamed(error)


def costs_itself(display: str, action: Callable[..., Made], *arguments: Any) -> Made:
    """Return what `action` gives. Raises SourceError, in the name of the file, where it fails for whatever reason."""
    made = attempt(action, *arguments)
    if isinstance(made, Lost):
        raise SourceError(UNREAD, f"{display}：{made.reason}", made.cure)
    return made


def out_of_memory() -> Lost:
    return Lost(f"读取需要的内存超过 {MEMORY_LIMIT >> 20} MB")


def too_long(seconds: float) -> Lost:
    return Lost(f"读取超过 {seconds:g} 秒仍未完成")


def can_limit_time() -> bool:
    """Return whether `attempt_within` can end what takes too long: an alarm of the system, in the main thread."""
    return hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()


def attempt_within(seconds: float, action: Callable[..., Made], *arguments: Any) -> Made | Lost:
    """Return what `attempt` does, and no later than after `seconds` of work, or `PATIENCE` times that; only where `can_limit_time`."""
    clock = Clock()

    def ring(number: int, frame: FrameType | None) -> None:
        left = clock.left(seconds)
        if not left:
            raise _TooLong
        signal.setitimer(signal.ITIMER_REAL, left)

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        return attempt(action, *arguments)
    except _TooLong:
        return too_long(seconds)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _blamed(error: BaseException) -> Lost:
    """Say whose fault it is: a library that stops at a file's content found it malformed, a mistake in our own lines is ours."""
    if isinstance(error, OSError):
        return Lost(f"打不开（{error.strerror or error}）", "请确认文件存在、有读取权限且未被独占打开")
    import sysconfig

    libraries = [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib", "platlib")]
    frames = traceback.extract_tb(error.__traceback__)
    last = Path(frames[-1].filename)
    # Compiled lines have no absolute place.
    foreign = not last.is_absolute() or any(folder in last.parents for folder in libraries)
    if type(error).__name__ == _PANIC or (foreign and _OURS not in last.parents):
        return Lost("文件内容损坏，或不符合它的格式")
    reason = f"读取时程序出错（{type(error).__name__}，{last.name} 第 {frames[-1].lineno} 行），这是程序的缺陷"
    return Lost(reason, f"{RESAVE}，并把原文件发给维护人员")

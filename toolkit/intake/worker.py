"""The process that reads files of strangers: `pool` starts it and ends it; it may hang or die at the cost of one file.

Comes in, pickled on stdin: the function to call, what it needs for all files and the seconds each may take, then chunks of (number, file).
Goes out, on stdout: `READY`, then for each file a message as soon as something happens with it. Each gets a memory limit of its own.
"""

from __future__ import annotations

import atexit
import faulthandler
import gc
import os
import pickle
import signal
import sys
import threading
import time
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO

from toolkit import COLLECTIONS, STOPPING
from toolkit.intake.guard import MEMORY_LIMIT, Clock, attempt, out_of_memory

READY, ALIVE, DONE = "ready", "alive", "done"

# How long the process goes on when the one that started it no longer looks after it, in seconds.
_ORPHANED = 60


def main() -> None:
    """Serve until stdin ends."""
    # As in `apps.cli`: what is made at the start stays, and at the end all of it goes.
    gc.set_threshold(*COLLECTIONS)
    atexit.register(gc.freeze)
    source, sink = _private_streams()

    # What tells all processes of a run to stop is for the one that started this; it ends this one, or its stdin does.
    for name in STOPPING:
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    place, shared, seconds = pickle.load(source)
    function = named_function(place)
    sys.setrecursionlimit(2_000)
    one_at_a_time = threading.Lock()

    def send(*message: Any) -> None:
        with one_at_a_time:
            pickle.dump(message, sink, protocol=pickle.HIGHEST_PROTOCOL)
            sink.flush()

    send(READY)
    overtime = _Overtime(seconds, send)
    while True:
        try:
            chunk = pickle.load(source)
        except EOFError:
            return
        for number, task in chunk:
            overtime.begin(number)
            go_on = _serve(function, number, task, shared, send, overtime)
            overtime.end()
            if not go_on:
                return
            faulthandler.cancel_dump_traceback_later()


def named_function(place: str) -> Any:
    """Return the function at `place`, as `module:name`."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


class _Overtime:
    """Says, shortly before the time of a file is over, that it goes on, where other programs of a busy machine had the processor."""

    def __init__(self, seconds: float, send: Any) -> None:
        self._seconds, self._send, self._early = seconds, send, seconds / 9
        self._clock, self._told, self._number = Clock(), 0.0, -1
        with suppress(RuntimeError):  # No memory for one: then no file gets more time.
            threading.Thread(target=self._watch, daemon=True).start()

    def begin(self, number: int) -> None:
        """The time of a file begins, or begins anew."""
        self._clock.start()
        self._told, self._number = time.monotonic(), number

    def end(self) -> None:
        self._number = -1

    def _watch(self) -> None:
        while True:
            time.sleep(self._early / 2)
            number, now = self._number, time.monotonic()
            if number >= 0 and now >= self._told + self._seconds - self._early:
                self._told = now
                if self._clock.left(self._seconds, self._early):
                    self._send(ALIVE, number)


def _serve(function: Any, number: int, task: Any, shared: Any, send: Any, overtime: _Overtime) -> bool:
    """Answer for one file; False where the process is better ended afterwards."""
    _limit_memory()
    _limit_time()

    def alive() -> None:
        _limit_time()
        overtime.begin(number)
        send(ALIVE, number)

    result = attempt(function, task, shared, alive)
    send(DONE, number, result)
    return bool(result != out_of_memory())


def _private_streams() -> tuple[BinaryIO, BinaryIO]:
    """Take stdin and stdout for our messages alone: what libraries print goes nowhere."""
    source, sink = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    if sys.platform == "win32":
        import msvcrt

        for stream in (source, sink):
            msvcrt.setmode(stream.fileno(), os.O_BINARY)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(n, mode) for n, mode in ((0, "r"), (1, "w"), (2, "w")))
    return source, sink


def _limit_time() -> None:
    """End the process by itself, whatever it is doing, should nobody do so in time."""
    faulthandler.dump_traceback_later(_ORPHANED, exit=True, file=sys.stderr)


def _limit_memory() -> None:
    """Let the process grow by `MEMORY_LIMIT` from where it is; systems without such a limit go without."""
    try:
        import resource

        with open("/proc/self/statm", "rb") as stream:
            used = int(stream.read().split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        wanted = used + MEMORY_LIMIT
        resource.setrlimit(resource.RLIMIT_AS, (wanted if hard == resource.RLIM_INFINITY else min(wanted, hard), hard))
    except (ImportError, OSError, ValueError):
        return

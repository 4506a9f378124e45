"""The process that reads files of strangers: `pool` starts it and ends it; it may hang or die at the cost of one file.

Comes in, pickled on stdin: the function to call and what it needs for all files, then chunks of (number, file). Goes out, on
stdout: `READY`, then for each file a message as soon as something happens with it. Each file gets a memory limit of its own.
"""

from __future__ import annotations

import atexit
import faulthandler
import gc
import os
import pickle
import signal
import sys
from importlib import import_module
from typing import Any, BinaryIO

from toolkit.intake.guard import MEMORY_LIMIT, attempt, out_of_memory

READY, ALIVE, DONE = "ready", "alive", "done"

# How long the process goes on when the one that started it no longer looks after it, in seconds.
_ORPHANED = 60


def main() -> None:
    """Serve until stdin ends."""
    # As in `apps.cli`: what is made at the start stays, and at the end all of it goes.
    gc.set_threshold(50_000, 20, 20)
    atexit.register(gc.freeze)
    source, sink = _private_streams()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    place, shared = pickle.load(source)
    function = named_function(place)
    sys.setrecursionlimit(2_000)

    def send(*message: Any) -> None:
        pickle.dump(message, sink, protocol=pickle.HIGHEST_PROTOCOL)
        sink.flush()

    send(READY)
    while True:
        try:
            chunk = pickle.load(source)
        except EOFError:
            return
        for number, task in chunk:
            if not _serve(function, number, task, shared, send):
                return
            faulthandler.cancel_dump_traceback_later()


def named_function(place: str) -> Any:
    """Return the function at `place`, as `module:name`."""
    module, _, name = place.partition(":")
    return getattr(import_module(module), name)


def _serve(function: Any, number: int, task: Any, shared: Any, send: Any) -> bool:
    """Answer for one file; False where the process is better ended afterwards."""
    _limit_memory()
    _limit_time()

    def alive() -> None:
        _limit_time()
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

"""Time stands still in every process that has this folder on its PYTHONPATH, and the toolkit is the one of SAME_TREE.

Python imports this module by its name before anything else. `datetime` is a type written in C, and the objects that other
C libraries make are of this very type, so its `now` is replaced in place: a subclass would not be met by `isinstance`.
"""

from __future__ import annotations

import atexit
import ctypes
import datetime
import gc
import importlib.util
import os
import sys
import time

NOW = 1_772_446_830.0  # 2026-03-02 10:20:30 UTC
WRONG_TREE = 97

_wall = {name: getattr(time, name) for name in ("gmtime", "localtime", "ctime", "strftime")}
_fromtimestamp = datetime.datetime.fromtimestamp


def _now(kind: type[datetime.datetime], tz: datetime.tzinfo | None = None) -> datetime.datetime:
    return kind.fromtimestamp(NOW, tz)


def _utcnow(kind: type[datetime.datetime]) -> datetime.datetime:
    return kind.fromtimestamp(NOW, datetime.timezone.utc).replace(tzinfo=None)


def freeze() -> None:
    """Let every clock that says the time of day say NOW; clocks that measure durations go on."""
    time.time = lambda: NOW
    time.time_ns = lambda: int(NOW) * 1_000_000_000
    time.gmtime = lambda seconds=None: _wall["gmtime"](NOW if seconds is None else seconds)
    time.localtime = lambda seconds=None: _wall["localtime"](NOW if seconds is None else seconds)
    time.ctime = lambda seconds=None: _wall["ctime"](NOW if seconds is None else seconds)
    time.strftime = lambda form, moment=None: _wall["strftime"](form, moment or time.localtime())
    members = gc.get_referents(datetime.datetime.__dict__)[0]
    members["now"], members["utcnow"] = classmethod(_now), classmethod(_utcnow)
    ctypes.pythonapi.PyType_Modified(ctypes.py_object(datetime.datetime))


def guard() -> None:
    """End the process where another toolkit than that of SAME_TREE would be imported, or was."""
    tree = os.path.realpath(os.environ["SAME_TREE"]) + os.sep
    found = importlib.util.find_spec("toolkit")
    _demand(found is not None and os.path.realpath(found.origin or "").startswith(tree), f"toolkit is {found}")

    def at_the_end() -> None:
        mine = [module for name, module in sys.modules.items() if name.partition(".")[0] == "toolkit"]
        places = [getattr(module, "__file__", None) for module in mine]
        wrong = [place for place in places if place and not os.path.realpath(place).startswith(tree)]
        _demand(not wrong, f"imported {wrong}")

    atexit.register(at_the_end)


def watch(log: str) -> None:
    """Write the name of every file that is opened into `log`: so it is seen whose templates and examples are used."""
    stream = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

    def opened(event: str, details: tuple[object, ...]) -> None:
        if event == "open" and isinstance(details[0], str):
            os.write(stream, f"{os.path.realpath(details[0])}\n".encode())

    sys.addaudithook(opened)


def _demand(right: bool, what: str) -> None:
    if not right:
        os.write(2, f"benchmarks.same: not the tree {os.environ['SAME_TREE']}: {what}\n".encode())
        os._exit(WRONG_TREE)


if "SAME_TREE" in os.environ:
    freeze()
    guard()
    if "SAME_OPENED" in os.environ:
        watch(os.environ["SAME_OPENED"])

"""jixiao: Excel-centric tools for 绩效目标申报表, driven by the template workbook of each form.

Importing this package costs nothing and imports nothing; `toolkit.workflow` holds one function per job, and
`toolkit.apps` what a person starts. For Python users `toolkit.read`, `toolkit.check` and `toolkit.export` give pandas
DataFrames; they are in `toolkit.api`, imported when first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_JOBS = ("check", "export", "read")

__version__ = "0.1.0"

# How seldom a process of ours looks for what it could throw away (`gc.set_threshold`): most of what it makes, it needs to the end.
COLLECTIONS = (50_000, 20, 20)

# What tells a run to stop, on the systems that have it: Ctrl-C, `kill` and `timeout`, the end of a session or its window.
STOPPING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


def __getattr__(name: str) -> Any:
    if name in _JOBS:
        return getattr(import_module("toolkit.api"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

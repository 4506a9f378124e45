"""A run that is told to stop ends in order: what is not whole goes, the processes it started end, one line says so.

The system tells by a signal: Ctrl-C, the end of a session or its window, `kill` and `timeout`, a schedule that is over. All of them come as the
exception that Python has for Ctrl-C, so that every `finally` on the way is done. Called by `cli`, first of all.
"""

from __future__ import annotations

import signal
from contextlib import suppress
from types import FrameType

from toolkit import STOPPING


class Stopped(KeyboardInterrupt):
    """The run was told to stop.

    It is not Python's own exception, for which Python ends the process by the signal, whatever our exit code is, where it met a line that was
    compiled from a text, as those of dataclasses are.
    """


def stop_in_order() -> None:
    """Raise `Stopped` in the main thread for each of the signals that would end the process; one that is ignored (nohup, &) stays so."""
    for number in (getattr(signal, name) for name in STOPPING if hasattr(signal, name)):
        if signal.getsignal(number) in (signal.SIG_DFL, signal.default_int_handler):
            with suppress(ValueError):  # Not the main thread: whoever called has signals of its own.
                signal.signal(number, _stop)


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped

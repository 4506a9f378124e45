"""Reading apart: each file in a process that may hang, die or run out of memory, at the cost of that one file.

Comes in: the function to call (as `module:name`, with a file and what all files share), the files, and what to do with each
answer. Processes are started afresh and not forked, so that all systems behave alike; a process that does not answer in time
is ended, and another takes the rest of its files. `batch` is the caller; `worker` is the other side.
"""

from __future__ import annotations

import os
import pickle
import queue
import re
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from toolkit.intake.guard import Lost, out_of_memory, too_long
from toolkit.intake.worker import ALIVE, DONE, READY

# How long a file may take without a sign of life, in seconds; with ending and replacing the process it stays below 5. What other
# programs of a busy machine take of it is not counted (`guard.Clock`). On a very slow machine the variable JIXIAO_FILE_SECONDS gives more.
TIME_LIMIT = 4.5

# A process that is not ready after this long, in seconds, never will be.
START_LIMIT = 60.0

CHUNK = 32
MOST_WORKERS = 4

_BOOT = "import sys; sys.path[:] = {path!r}; from toolkit.intake.worker import main; main()"


@dataclass(eq=False)
class _Worker:
    """A process, its files in hand in order, and when it was last heard of."""

    process: subprocess.Popen[bytes]
    heard: float
    ready: bool = False
    hand: deque[tuple[int, Any]] = field(default_factory=deque)

    def deadline(self) -> float:
        if not self.ready:
            return self.heard + START_LIMIT
        return self.heard + time_limit() if self.hand else float("inf")


def time_limit() -> float:
    """Return how long a file may take, in seconds.

    >>> time_limit() > 0
    True
    """
    given = os.environ.get("JIXIAO_FILE_SECONDS", "")
    return float(given) if re.fullmatch(r"[0-9]{1,4}(\.[0-9]+)?", given) else TIME_LIMIT


class WorkerError(RuntimeError):
    """No process for reading could be started at all."""


def read_apart(place: str, shared: Any, tasks: Iterable[Any], answer: Callable[[Any, Any], Iterable[Any]]) -> None:
    """Call the function at `place` for each of `tasks` in other processes; `answer(task, result or Lost)` gets each result.

    What `answer` returns are further tasks. Results come in no certain order. Raises WorkerError where no process starts.
    """
    pool = _Pool(place, shared, tasks)
    try:
        pool.run(answer)
    finally:
        pool.close()


class _Pool:
    def __init__(self, place: str, shared: Any, tasks: Iterable[Any]) -> None:
        self._opening = pickle.dumps((place, shared, time_limit()), protocol=pickle.HIGHEST_PROTOCOL)
        self._waiting: deque[tuple[int, Any]] = deque(enumerate(tasks))
        self._given = len(self._waiting)
        self._messages: queue.SimpleQueue[tuple[_Worker, tuple[Any, ...] | None]] = queue.SimpleQueue()
        self._workers: list[_Worker] = []
        self._failed_starts = 0

    def run(self, answer: Callable[[Any, Any], Iterable[Any]]) -> None:
        while self._waiting or any(worker.hand for worker in self._workers):
            self._staff()
            for worker in self._workers:
                if worker.ready and not worker.hand:
                    self._give(worker)
            message = self._next()
            if message is None:
                for worker in [w for w in self._workers if w.deadline() <= time.monotonic()]:
                    self._end(worker, too_long(time_limit()), answer)
                continue
            self._take(*message, answer)

    def close(self) -> None:
        """End all processes, whatever they are doing."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            worker.process.wait()

    def _staff(self) -> None:
        """Start as many processes as the files are worth."""
        wanted = min(os.cpu_count() or 1, MOST_WORKERS, -(-len(self._waiting) // 4) + sum(bool(w.hand) for w in self._workers))
        while len(self._workers) < max(wanted, 1):
            process = subprocess.Popen(
                [sys.executable, "-c", _BOOT.format(path=sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
            worker = _Worker(process, time.monotonic())
            self._workers.append(worker)
            threading.Thread(target=self._listen, args=(worker,), daemon=True).start()

    def _listen(self, worker: _Worker) -> None:
        """Send the opening, then pass on what a process says until it is gone (in a thread of its own)."""
        try:
            worker.process.stdin.write(self._opening)  # type: ignore[union-attr]
            worker.process.stdin.flush()  # type: ignore[union-attr]
            while True:
                self._messages.put((worker, pickle.load(worker.process.stdout)))  # type: ignore[arg-type]
        except (EOFError, OSError, ValueError, pickle.UnpicklingError):
            self._messages.put((worker, None))

    def _give(self, worker: _Worker) -> None:
        if not self._waiting:
            return
        size = max(1, min(CHUNK, len(self._waiting) // (2 * len(self._workers))))
        worker.hand.extend(self._waiting.popleft() for _ in range(min(size, len(self._waiting))))
        worker.heard = time.monotonic()
        try:
            pickle.dump(list(worker.hand), worker.process.stdin)  # type: ignore[arg-type]
            worker.process.stdin.flush()  # type: ignore[union-attr]
        except OSError:
            return  # It is gone, which its listener tells in a moment.

    def _next(self) -> tuple[_Worker, tuple[Any, ...] | None] | None:
        """The next message, or None when a deadline has passed before one came."""
        first = min(worker.deadline() for worker in self._workers)
        try:
            return self._messages.get(timeout=max(0.0, min(first - time.monotonic(), START_LIMIT)))
        except queue.Empty:
            return None

    def _take(self, worker: _Worker, message: tuple[Any, ...] | None, answer: Callable[[Any, Any], Iterable[Any]]) -> None:
        if worker not in self._workers:
            return
        if message is None:
            self._end(worker, Lost("读取时程序异常终止（内容异常，或需要的内存过多）"), answer)
            return
        worker.heard = time.monotonic()
        kind, *rest = message
        if kind == READY:
            worker.ready = True
        elif kind == DONE and rest[1] == out_of_memory():
            self._end(worker, rest[1], answer)
        elif kind == DONE:
            self._answered(worker.hand.popleft(), rest[1], answer)
        else:
            assert kind == ALIVE

    def _end(self, worker: _Worker, why: Lost, answer: Callable[[Any, Any], Iterable[Any]]) -> None:
        """Let a process go: the file it was at is lost, the others go back to the front."""
        self._workers.remove(worker)
        worker.process.kill()
        worker.process.wait()
        if not worker.ready:
            self._failed_starts += 1
            if self._failed_starts > 2:
                raise WorkerError(f"reading process does not start: exit code {worker.process.returncode}")
        lost = worker.hand.popleft() if worker.hand else None
        self._waiting.extendleft(reversed(worker.hand))
        worker.hand.clear()
        if lost is not None:
            self._answered(lost, why, answer)

    def _answered(self, task: tuple[int, Any], result: Any, answer: Callable[[Any, Any], Iterable[Any]]) -> None:
        for more in answer(task[1], result):
            self._waiting.append((self._given, more))
            self._given += 1

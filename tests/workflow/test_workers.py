"""Processes that read files: they may hang, die or eat memory, and only the file they were at is lost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from toolkit.intake import pool
from toolkit.intake.guard import Lost
from toolkit.intake.pool import WorkerError, read_apart
from toolkit.package.atomic import Outlet

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
JOB = "tests.workflow.worker_jobs:job"


@pytest.fixture(autouse=True)
def found_by_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))


def answers(*tasks: str, limit: float = 60.0) -> dict[str, object]:
    found: dict[str, object] = {}

    def answer(task: str, result: object) -> tuple[str, ...]:
        assert task not in found
        found[task] = result
        return result if isinstance(result, tuple) else ()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pool, "TIME_LIMIT", limit)
        read_apart(JOB, "甲", tasks, answer)
    return found


def test_every_task_is_answered_once() -> None:
    tasks = [str(number) for number in range(150)]
    assert answers(*tasks) == {task: f"甲{task}" for task in tasks}


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ("hang", "读取超过 2 秒仍未完成"),
        ("spin", "读取超过 2 秒仍未完成"),
        ("die", "程序异常终止"),
        ("abort", "程序异常终止"),
        ("bug", "读取时程序出错（KeyError，worker_jobs.py 第"),
        pytest.param(
            "eat",
            "内存超过 300 MB",
            marks=pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is limited where /proc tells it"),
        ),
    ],
)
def test_what_goes_wrong_costs_one_task(task: str, words: str) -> None:
    others = [str(number) for number in range(40)]
    found = answers(*others[:20], task, *others[20:], limit=2.0 if task in ("hang", "spin") else 60.0)
    lost = found.pop(task)
    assert isinstance(lost, Lost)
    assert words in lost.reason and lost.cure
    assert found == {other: f"甲{other}" for other in others}


def test_several_deaths_in_a_row() -> None:
    tasks = [f"{n}" if n % 3 else "die" * (n == 0) + "x" * (n > 0) + str(n) for n in range(30)]
    found = answers("die", "abort", *tasks, "hang", limit=2.0)
    assert {task for task, result in found.items() if isinstance(result, Lost)} == {"die", "abort", "hang"}
    assert len(found) == 33


def test_a_sign_of_life_gives_more_time() -> None:
    assert answers("slow", limit=1.5) == {"slow": "甲slow"}


def test_time_in_which_a_file_did_not_have_the_processor_is_not_counted() -> None:
    """As on a machine that is busy with other things, where a good file waits for its turn."""
    assert answers("wait", limit=1.0) == {"wait": "甲wait"}


def test_answers_may_bring_further_tasks() -> None:
    assert answers("boxa", "b") == {"boxa": ("a0", "a1", "a2"), "a0": "甲a0", "a1": "甲a1", "a2": "甲a2", "b": "甲b"}


def test_what_libraries_print_does_no_harm(capfd: pytest.CaptureFixture[str]) -> None:
    assert answers("talk", "1") == {"talk": "甲talk", "1": "甲1"}
    assert capfd.readouterr() == ("", "")


def test_a_process_that_never_starts_is_no_fault_of_the_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "_BOOT", "raise SystemExit(7)  # {path!r}")
    with pytest.raises(WorkerError, match="7"):
        answers("1")


def test_no_process_is_left_behind() -> None:
    started: list[subprocess.Popen[bytes]] = []
    popen = subprocess.Popen

    def starting(*arguments: object, **options: object) -> subprocess.Popen[bytes]:
        started.append(popen(*arguments, **options))  # type: ignore[call-overload]
        return started[-1]

    def stop(task: str, result: object) -> tuple[str, ...]:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "Popen", starting)
        with pytest.raises(KeyboardInterrupt):
            read_apart(JOB, "甲", ["1", "hang", "2"], stop)
    assert started
    assert all(process.poll() is not None for process in started)


@pytest.mark.skipif(os.name == "nt", reason="signals of a terminal are a Unix thing")
@pytest.mark.parametrize("told", ["SIGINT", "SIGTERM", "SIGHUP"])
@pytest.mark.parametrize("all_of_them", [True, False])
def test_interrupting_the_command_line_is_one_line(tmp_path: Path, told: str, all_of_them: bool) -> None:
    """Ctrl+C reaches all processes of a terminal at once: only the one that was called says something."""
    import signal

    # A shell that runs us in the background has Ctrl+C ignored, and children inherit that.
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "import toolkit.intake.pool as w, toolkit.intake.batch as b;"
        "real = w.read_apart;"
        "b.read_apart = lambda place, shared, tasks, answer: real("
        "'tests.workflow.worker_jobs:job', 'x', ['hang'], lambda *_: ());"
        "sys.argv = ['jixiao', 'check', '.', '-q']; from toolkit.apps.cli import main; sys.exit(main())"
    )
    for number in range(5):
        (tmp_path / f"{number}.xlsx").write_bytes(b"x")
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT), "JIXIAO_FILE_SECONDS": "60", "HANGING": str(tmp_path / "hanging")},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    deadline = time.monotonic() + 60
    while not (tmp_path / "hanging").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    (os.killpg if all_of_them else os.kill)(process.pid, getattr(signal, told))
    _, err = process.communicate(timeout=60)
    assert err.decode().strip() == "已中断。"
    assert process.returncode == 1


@pytest.mark.skipif(os.name == "nt", reason="signals of a terminal are a Unix thing")
@pytest.mark.parametrize("told", ["SIGINT", "SIGTERM"])
def test_a_run_that_is_stopped_leaves_no_half_written_file(tmp_path: Path, told: str) -> None:
    """Also where it was at a line compiled from a text, as those of dataclasses are: then Python would end it by the signal."""
    code = (
        "import os, signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
        "from pathlib import Path; from toolkit.package.atomic import Outlet; import toolkit.apps.cli as c;"
        f"stop = lambda: exec('os.kill(os.getpid(), signal.{told}); import time; time.sleep(60)');"
        "c.cli.main = lambda **_: Outlet().write(Path('甲.xlsx'), lambda stream: (stream.write(b'1'), stop())); sys.exit(c.main())"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=60)
    assert (done.returncode, done.stderr.decode().strip()) == (1, "已中断。")
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_is_stopped_while_it_tries_a_folder_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch = Path.touch

    def stopped(path: Path) -> None:
        touch(path)
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "touch", stopped)
    with pytest.raises(KeyboardInterrupt):
        Outlet().check(tmp_path / "甲.xlsx")
    assert list(tmp_path.iterdir()) == []

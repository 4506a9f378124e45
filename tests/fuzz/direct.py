"""What the commands do with a file, done at once: the forms are loaded already, no process is started, and the verdict is reached.

A function for each kind of file that comes from elsewhere. Each takes the place of the damaged one, below `place()`, and gives
all that a user would be told; the errors that the toolkit promises are such words too. Whatever else is raised is a finding.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import NoReturn

from tests.fuzz.model import Trouble
from toolkit.errors import JixiaoError
from toolkit.forms import Form
from toolkit.forms.roster import load_roster
from toolkit.forms.roster_model import Roster
from toolkit.forms.template import load_form
from toolkit.intake.guard import Lost, attempt
from toolkit.intake.inputs import InputFile
from toolkit.intake.kept import Copy, Kept, Packed
from toolkit.intake.model import Batch
from toolkit.intake.onefile import Shared, known, read_file
from toolkit.intake.others import set_aside
from toolkit.intake.returns import settle
from toolkit.outputs.filled.workbook import fill_workbook
from toolkit.outputs.marked.notice import NoticeCase, write_notice
from toolkit.outputs.word import write_summary
from toolkit.season.decisions import read_decisions
from toolkit.season.history import arrival, last_round
from toolkit.season.ledger import open_ledger
from toolkit.season.status import season_status
from toolkit.workflow.annotate import notice_template
from toolkit.workflow.check import CheckResult, check_batch, check_returns
from toolkit.workflow.forms import describe_workbook, load_forms, sound
from toolkit.workflow.merge import word_template
from toolkit.workflow.request import Request

# Seconds of computing that no case may take.
HANG = 5.0

_RAISED = "抛出 "
_SOUND = "回收/好.xlsx"
_FORM = "绩效目标申报表"


@lru_cache(maxsize=1)
def forms() -> tuple[Form, ...]:
    return load_forms(None)


@lru_cache(maxsize=1)
def _usual() -> tuple[Form, ...]:
    """The form that the sound returns are on, its files those of the folder 表样."""
    form = next(form for form in forms() if form.name == _FORM)
    return (replace(form, path=Path("表样", f"{_FORM}.xlsx").absolute()),)


def returned(file: str, *passwords: str) -> str:
    """Read and judge one file, as `check` does."""
    return _read(file, Shared(forms(), passwords, evaluated=True))


def apart(file: str) -> str:
    """As `returned`, in a process that may die of it, as the commands have them: what is written in Rust ends its process at times."""
    if not hasattr(os, "fork"):
        return returned(file)
    forms()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        _child(file, writing)
    os.close(writing)
    with open(reading, encoding="utf-8") as stream:
        told = stream.read()
    ended = os.WTERMSIG(os.waitpid(child, 0)[1])
    if told.startswith(_RAISED) or ended == signal.SIGVTALRM:
        raise Trouble(told or "没有按时结束")
    return told


def _child(file: str, writing: int) -> NoReturn:
    """Send what `returned` says of a file and end; a hang ends by itself, and whatever is raised is said instead."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    signal.signal(signal.SIGVTALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_VIRTUAL, HANG)
    try:
        told = returned(file)
    except BaseException as error:
        told = f"{_RAISED}{type(error).__name__} {error}"
    with open(writing, "w", encoding="utf-8", errors="replace") as stream:
        stream.write(told)
    os._exit(0)


def form(file: str) -> str:
    """Look a template over; read a return by it, and issue a blank workbook, where it is sound."""
    with _promised() as told:
        words, mistakes = describe_workbook(Path(file))
        told += [words, *map(str, mistakes)]
        if not mistakes:
            made = sound(Path(file), load_form, Path(file))
            told.append(_read(_SOUND, Shared((made,), evaluated=True)))
            fill_workbook(made, ())
    return "\n".join(told)


def roster(file: str) -> str:
    with _promised() as told:
        listed = load_roster(Path(file))
        told.append(_read(_SOUND, Shared(_usual(), roster=listed, evaluated=True), listed))
    return "\n".join(told)


def decisions(file: str) -> str:
    with _promised() as told:
        told.append(_told(check_returns(Request([_SOUND], _usual(), decisions=read_decisions(Path(file))))))
    return "\n".join(told)


def ledger(file: str) -> str:
    path = Path(file)
    path.with_name(f"{path.name}-journal").unlink(missing_ok=True)
    with _promised() as told:
        told.append(_told(check_returns(Request([_SOUND], _usual(), ledger=path))))
    with _promised() as more, open_ledger(path, create=False) as opened:
        more.append(str(season_status(opened, None, last_round(opened), forms=_usual())))
    return "\n".join(told + more)


def summary(file: str) -> str:
    """Print the returns with a Word template that lies beside the form."""
    with _promised() as told:
        template = word_template(_usual()[0])
        for draft in (False, True):
            write_summary(template, _checked().batch.declarations, BytesIO(), draft=draft)
    return "\n".join(told)


def notice(file: str) -> str:
    """Write the letter that a template beside the form asks for."""
    with _promised() as told:
        case = NoticeCase("甲单位", 2026, _FORM, ("甲.xlsx",), 1, tuple(_checked().findings), date(2026, 3, 1))
        write_notice(notice_template(_usual()[0]), case)
    return "\n".join(told)


@contextmanager
def _promised() -> Iterator[list[str]]:
    """Take the errors that commands end with; their words go into the list that it gives."""
    told: list[str] = []
    try:
        yield told
    except JixiaoError as error:
        told.append(str(error))


@lru_cache(maxsize=1)
def _checked() -> CheckResult:
    return check_returns(Request(["回收"], _usual()))


def _read(file: str, shared: Shared, listed: Roster | None = None) -> str:
    """Read a file and what is in it, then judge all that as a batch of its own."""
    kept, told, waiting = Kept(), [], [InputFile(file, file, True)]
    results = []
    while waiting:
        each = waiting.pop()
        answer: Packed | Copy | tuple[InputFile, ...] | Lost = attempt(read_file, each, shared)
        if isinstance(answer, Lost):
            told.append(f"{answer.reason}。{answer.cure}")
        elif isinstance(answer, tuple):
            waiting += answer
        else:
            results.append(known(kept.whole(each, answer), listed))
    results, others = set_aside(results, [file], listed)
    if results:
        used = {declaration.form for result in results for declaration in result.declarations}
        batch = Batch(tuple(results), {form.name: form for form in shared.forms if form.name in used}, listed, others=others)
        told.append(_told(check_batch(settle(batch, arrival()))))
    return "\n".join(told)


def _told(result: CheckResult) -> str:
    parts = {name: list(part) if isinstance(part, Iterator) else part for name, part in result.parts().items()}
    return json.dumps(parts, ensure_ascii=False)

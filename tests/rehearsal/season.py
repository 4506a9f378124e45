"""The season played: three rounds through the command line, each command's answer kept."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.command import Done, decide
from tests.rehearsal.truth import ROUNDS, UNITS
from tests.rehearsal.units import PASSWORD, YEAR, write_roster
from tests.rehearsal.ways import BACK, Mail, bystanders, send
from toolkit.apps.cli import main

REPORT = Path("审核结果/审核报告.xlsx")


def jixiao(*words: object) -> Done:
    """Run a command in the current folder."""
    out, err = io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        patch.setattr(sys, "argv", ["jixiao", *map(str, words)])
        patch.setattr(sys, "excepthook", sys.__excepthook__)
        code = main()
    assert "Traceback" not in err.getvalue()
    return Done(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Round:
    """One round: what each command said after it, and the folder in which its files are kept."""

    number: int
    check: Done
    screen: Done
    status: Done
    annotate: Done
    merge: Done
    export: Done
    season: Done
    folder: Path
    report: dict[str, list[list[Any]]]
    page: str

    @property
    def name(self) -> str:
        return ROUNDS[self.number]


@contextlib.contextmanager
def played(folder: Path) -> Iterator[tuple[Round, ...]]:
    """Play the season in `folder`, which is the current one as long as what it gives is in use."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        write_roster(Path("名单.xlsx"))
        assert jixiao("season", "--start", "--year", YEAR).code == 0
        assert jixiao("issue", "名单.xlsx", "-o", "下发", "-q").code == 0
        BACK.mkdir()
        bystanders()
        kept: dict[str, bytes] = {}
        rounds: list[Round] = []
        for number in range(len(ROUNDS)):
            mail = Mail(_marked(rounds[-1]) if rounds else {}, kept)
            for unit in UNITS:
                send(unit, unit.rounds[number].way, mail)
            mail.deliver()
            if number == 1:
                _clerk_decides()
            rounds.append(_round(number))
        yield tuple(rounds)
    finally:
        os.chdir(before)


def _marked(last: Round) -> dict[str, Path]:
    return {each["unit"]: Path(each["output"]) for each in last.annotate.json["marked"]}


def _clerk_decides() -> None:
    """Between the first and the second round: amounts in 万元 are right, a project is not to come, a unit has another name as well."""
    for number in (1, 2):
        decide("审核结果", "金额-万元", number=number, 处理意见="保留", 理由="已电话核实，确以万元填报")
    for rule in ("项目-未报", "资金-F6"):
        decide_for("青溪区排水管理所", rule, 处理意见="保留", 理由="该项目已取消")
    write_roster(Path("名单.xlsx"), learnt=True)


def decide_for(unit: str, rule: str, **cells: str) -> None:
    """Write into the row of a unit's finding in the report's 问题清单."""
    book = openpyxl.load_workbook(REPORT)
    sheet = book["问题清单"]
    heads = [cell.value for cell in sheet[1]]
    row = next(
        row for row in sheet.iter_rows(min_row=2) if (row[heads.index("单位")].value, row[heads.index("编号")].value) == (unit, rule)
    )
    for name, text in cells.items():
        row[heads.index(name)].value = text
    book.save(REPORT)


def _round(number: int) -> Round:
    """Run the round's commands; from the second on the clerk has asked for the password."""
    more = ("--password", PASSWORD) if number else ()
    adopt = ("--decisions", REPORT) if number == 1 else ()
    place = Path(f"第{number + 1}轮")
    check = jixiao("check", "-o", "审核结果", "--round", ROUNDS[number], "--force", "--json", *adopt, *more)
    return Round(
        number,
        check,
        jixiao("check", *more),
        jixiao("status", "-o", place / "催报名单.xlsx", "--json", *more),
        jixiao("annotate", "-o", place / "退改", "--json", *more),
        jixiao("merge", "-o", place / "汇总", "--json", *more),
        jixiao("export", "--json", *more),
        jixiao("season"),
        place,
        sheets(REPORT),
        REPORT.with_suffix(".html").read_text(encoding="utf-8"),
    )


def sheets(path: Path) -> dict[str, list[list[Any]]]:
    """The rows of every sheet of a workbook that the toolkit made."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path)
    return {sheet.title: [list(row) for row in sheet.values] for sheet in book}

"""The engine and the rules before the judges: formulas in workbooks, recalculated by each program that is installed."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.formula.oracle import Case, case, write_workbook
from tests.judges.differences import limit
from tests.judges.programs import Cell, Judge, Missing, Values
from tests.judges.selfcheck import areas, formulas
from tests.judges.verdict import Tally, tally_case, tally_value
from tests.rules import test_rules_in_office as office_rules

# More in one workbook compress so well that our own reader refuses what LibreOffice saves.
CHUNK = 1500
FILLER = re.compile(rb'<c r="[A-Z]+[0-9]+"><v>0</v></c>')


def judge_engine(texts: Sequence[str], judges: Sequence[Judge], folder: Path) -> Tally:
    """Return how the judges' values compare with the engine's."""
    tests = [case(text) for text in texts]
    chunks = [tests[start : start + CHUNK] for start in range(0, len(tests), CHUNK)]
    paths = [folder / f"公式{number}.xlsx" for number in range(len(chunks))]
    places = [_written(path, chunk) for path, chunk in zip(paths, chunks, strict=True)]
    found = {judge.name: list(judge.recalculated(paths, folder)) for judge in judges}
    tally = Tally()
    for number, chunk in enumerate(chunks):
        for test in chunk:
            top = places[number][test.formula]
            cells = {name: _result(test, values[number], top) for name, values in found.items()}
            tally_case(test, cells, tally)
    return tally


def judge_rules(judges: Sequence[Judge], folder: Path, step: int = 1) -> Tally:
    """Return how the judges see every `step`th try of a live rule: whether it passes, and its message where it fails."""
    made = office_rules.drafts()
    plan = list(office_rules.tries(made))[::step]
    path = folder / "规则.xlsx"
    office_rules.write(path, made, plan)
    found = {judge.name: next(iter(judge.recalculated([path], folder))) for judge in judges}
    tally = Tally()
    texts = formulas(path)
    for row, (one, message) in enumerate(zip(plan, office_rules.expected(made, plan), strict=True), 1):
        parts = [("条件", 1, int(message is None)), *([("提示", 2, message)] if message is not None else [])]
        for part, column, expected in parts:
            text = texts["结果", row, column][0]
            read = [text, *_read(text, "结果", texts)]
            shown = {name: _voted(name, read, expected, values.at("结果", row, column)) for name, values in found.items()}
            tally_value(f"{part}：{one.rule.rule.id}", expected, shown, one.rule.rule.id, tally)
    return tally


def _voted(judge: str, read: Sequence[str], expected: object, found: object) -> object:
    """A judge's value, or that it has none where it differs on a formula beyond it, or on one that reads such a formula."""
    reasons = [] if found == expected else [reason for formula in read if (reason := limit(judge, formula)) is not None]
    return Missing(reasons[0]) if reasons else found


def _read(formula: str, sheet: str, texts: Mapping[Cell, tuple[str, object]]) -> list[str]:
    """The formulas of the cells that a formula reads, and of those that these read."""
    found: dict[Cell, str] = {}
    waiting = [(formula, sheet)]
    while waiting:
        for name, top, left, bottom, right in areas(*waiting.pop()):
            for cell in ((name, row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)):
                if cell in texts and cell not in found:
                    found[cell] = texts[cell][0]
                    waiting.append((found[cell], name))
    return list(found.values())


def _result(test: Case, values: Values, top: int) -> list[list[object]]:
    return [[values.at("算", top + i, j + 1) for j in range(len(line))] for i, line in enumerate(test.expected)]


def _written(path: Path, chunk: Sequence[Case]) -> dict[str, int]:
    """Write a workbook whose array formulas stand alone: zeros that fill their areas stop a formula from spilling."""
    places = write_workbook(path, chunk)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, FILLER.sub(b"", data) if name.endswith("sheet2.xml") else data)
    return places

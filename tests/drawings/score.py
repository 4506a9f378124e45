"""Files read through the command line and compared with what was drawn, field by field and row by row.

In: a folder of files and the drawings they were made of. Out: a `Result` per drawing: what was exact, missed, wrong or
invented, where it stands in the drawing, and the findings that a clean drawing must not have.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal

from tests.drawings.declarations import FIELDS, GOALS, plain
from tests.drawings.model import Drawing
from tests.shipped import shipped_form

Record = Mapping[str, object]
Kind = Literal["exact", "blank", "missed", "wrong", "invented"]
COLUMNS = ("一级指标", "二级指标", "三级指标", "符号", "数值", "计量单位")
ROWS = "绩效指标"


@dataclass(frozen=True)
class Mark:
    """How one field or row was read: `name` is the field, or `第n行`; `places` where the drawing has it.

    A `blank` is blank in both; `invented` also means misplaced, or glued to a text that stands elsewhere; a `missed` value is
    `said` when a finding names its field.
    """

    project: int
    name: str
    kind: Kind
    expected: object = None
    found: object = None
    places: tuple[str, ...] = ()
    said: bool = True

    def explain(self) -> str:
        """Return one line for a person."""
        where = "、".join(self.places) or "—"
        return f"项目{self.project + 1} {self.name}（{where}）{self.kind}：应为 {self.expected!r}，读成 {self.found!r}"


@dataclass(frozen=True)
class Result:
    """One drawing's file as read: its marks, and findings nobody should see."""

    drawing: Drawing
    marks: tuple[Mark, ...]
    false_findings: tuple[str, ...]

    def count(self, kind: Kind) -> int:
        return sum(mark.kind == kind for mark in self.marks)

    @property
    def total(self) -> int:
        """Fields and rows that are filled in."""
        return self.count("exact") + self.count("missed") + self.count("wrong") + self.misplaced

    @property
    def misplaced(self) -> int:
        """Fields and rows that hold another value's, or a label's, place."""
        return sum(mark.kind == "invented" and mark.expected is not None for mark in self.marks)

    @property
    def bad(self) -> int:
        """Fields and rows that are not as they should be."""
        return len(self.marks) - self.count("exact") - self.count("blank")


def command(name: str, *paths: Path) -> object:
    """Return what `jixiao NAME PATH… --json` prints; its exit code may speak of errors and unreadable files."""
    call = [sys.executable, "-m", "toolkit", name, *map(str, paths), "--json", "-q"]
    done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode not in (0, 3, 4):
        raise RuntimeError(f"{' '.join(call)}：exit {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout)


def score(folder: Path, drawings: Sequence[Drawing], *, printed: bool = False, checked: bool = True) -> list[Result]:
    """Read `folder` and return the results of its drawings, found by the files' names.

    `printed` compares all texts without white space (a print breaks lines anywhere); without `checked` no findings are
    looked for.
    """
    records: dict[str, list[Record]] = defaultdict(list)
    for record in _list(command("export", folder)):
        records[Path(str(record["file"])).stem].append(record)
    findings: dict[str, list[Record]] = defaultdict(list)
    if checked:
        answer = command("check", folder)
        assert isinstance(answer, dict)
        for finding in answer["findings"]:
            findings[Path(str(finding["file"] or "")).stem].append(finding)
    return [result(each, records[each.name], findings[each.name], printed=printed) for each in drawings]


def _list(answer: object) -> list[Record]:
    assert isinstance(answer, list)
    return answer


def result(drawing: Drawing, records: Sequence[Record], findings: Sequence[Record] = (), *, printed: bool = False) -> Result:
    """Return how the records read from a drawing's file compare with what it declares."""
    marks: list[Mark] = []
    pairs, surplus = _paired(drawing, records)
    for project, record in pairs:
        marks += _fields(drawing, project, record, printed) + _rows(drawing, project, record, printed)
    for record in surplus:
        marks += [
            Mark(len(drawing.contents), name, "invented", None, value)
            for name, value in record.items()
            if name in FIELDS and value is not None
        ]
    loud = [finding for finding in findings if finding["severity"] in ("error", "warning")]
    refused = any(finding["family"] == "file" for finding in loud)
    told = {name for finding in findings if finding["family"] != "repair" for name in _fields_told(finding)}
    marks = [mark if refused else _with_said(mark, told, bool(loud)) for mark in marks]
    return Result(drawing, tuple(marks), tuple(_false(drawing, findings)))


def _fields_told(finding: Record) -> set[str]:
    """The fields a finding is about: its own, or those that one finding says are all not there."""
    if finding["rule"] != "格式-缺项" or finding["field"] is not None:
        return {str(finding["field"])}
    labels = {name: field.label for name, field in shipped_form().by_name.items()}
    return {name for name, label in labels.items() if any(f"“{text}”" in str(finding["message"]) for text in (name, label))}


def _with_said(mark: Mark, told: set[str], any_finding: bool) -> Mark:
    if mark.kind != "missed":
        return mark
    said = mark.name in told if not mark.name.startswith("第") else any_finding
    return Mark(mark.project, mark.name, mark.kind, mark.expected, mark.found, mark.places, said)


def _paired(drawing: Drawing, records: Sequence[Record]) -> tuple[list[tuple[int, Record]], list[Record]]:
    """Pair each project with the record of its name, else with what is left, in order."""
    left, pairs = list(records), []
    waiting = []
    for project, content in enumerate(drawing.contents):
        name = _bare(content.head["项目名称"])
        match = next((each for each in left if _bare(each.get("项目名称")) == name), None)
        if match is None:
            waiting.append(project)
        else:
            left.remove(match)
            pairs.append((project, match))
    for project in waiting:
        pairs.append((project, left.pop(0) if left else {}))
    return pairs, left


def _fields(drawing: Drawing, project: int, record: Record, printed: bool) -> list[Mark]:
    content, marks = drawing.contents[project], []
    for name in FIELDS:
        expected, found = plain(content.head.get(name)), record.get(name)
        bare = printed or name in GOALS
        kind: Kind = "exact" if expected is not None else "blank"
        if not _same(expected, found, bare):
            accepted = [plain(value) for value in drawing.accepted.get((project, name), ())]
            if found is None:
                kind = "missed"
            elif not any(_same(value, found, bare) for value in accepted):
                kind = "invented" if expected is None or _elsewhere(drawing, expected, found) else "wrong"
        places = tuple(drawing.places(project, name)) if kind not in ("exact", "blank") else ()
        marks.append(Mark(project, name, kind, expected, found, places))
    return marks


def _rows(drawing: Drawing, project: int, record: Record, printed: bool) -> list[Mark]:
    """Compare the rows: first those that are found whole, then by name of the indicator, in order."""
    found = record.get(ROWS) or []
    assert isinstance(found, list)
    left = list(found)
    marks: dict[int, Mark] = {}
    expected = [row.record() for row in drawing.contents[project].rows]
    for tests in ((*COLUMNS,), ("三级指标",)):
        for line, row in enumerate(expected):
            match = next((each for each in left if all(_same(row[c], each.get(c), printed) for c in tests)), None)
            if line not in marks and match is not None:
                left.remove(match)
                kind: Kind = "exact" if len(tests) > 1 else _row_kind(drawing, row, match, printed)
                marks[line] = _row_mark(drawing, project, line, kind, row, match)
    for line, row in enumerate(expected):
        if line not in marks:
            marks[line] = _row_mark(drawing, project, line, "missed", row, None)
    extra = [Mark(project, f"多出的行{number}", "invented", None, _line(row)) for number, row in enumerate(left, 1)]
    return [marks[line] for line in sorted(marks)] + extra


def _row_kind(drawing: Drawing, expected: Record, found: Record, printed: bool) -> Kind:
    """A row with cells left empty is missed; one that holds a text of no row is invented; else it is wrong."""
    differing = [name for name in COLUMNS if not _same(expected[name], found.get(name), printed)]
    if all(found.get(name) is None for name in differing):
        return "missed"
    return "invented" if any(_strange(drawing, expected[name], found.get(name)) for name in differing) else "wrong"


def _row_mark(drawing: Drawing, project: int, line: int, kind: Kind, expected: Record, found: Record | None) -> Mark:
    places = () if kind == "exact" else tuple(drawing.places(project, "三级指标", line))
    return Mark(project, f"第{line + 1}行", kind, _line(expected), None if found is None else _line(found), places)


def _line(row: Record) -> str:
    return " | ".join(str(row[name]) if row.get(name) is not None else "" for name in COLUMNS)


def _elsewhere(drawing: Drawing, expected: object, found: object) -> bool:
    """Whether a value is another field's, or holds a text that stands in the drawing as something else."""
    others = (str(plain(value)) for each in drawing.contents for value in each.head.values() if value is not None)
    return _bare(found) in {_bare(each) for each in others} or _strange(drawing, expected, found)


def _strange(drawing: Drawing, expected: object, found: object) -> bool:
    """Whether a value is, or is glued to, a label or a text that belongs to no field."""
    text, right = _bare(found), _bare(expected)
    others = {_bare(each) for each in drawing.strange_texts() | drawing.label_texts()}
    return any(each == text or (len(each) >= 2 and each in text and each not in right) for each in others)


def _same(expected: object, found: object, bare: bool) -> bool:
    if expected == found:
        return True
    if expected is None or found is None:
        return False
    try:
        return Decimal(str(expected)) == Decimal(str(found))
    except InvalidOperation:
        return bare and _bare(expected) == _bare(found)


def _bare(value: object) -> str:
    return "".join(str(value).split()) if value is not None else ""


def _omitted(drawing: Drawing) -> set[str]:
    """The fields that a drawing has no place for, and those that share a label with one of them."""
    fields = shipped_form().by_name
    labels = {fields[name].label for name in drawing.omitted if name in fields}
    return {name for name, field in fields.items() if name in drawing.omitted or field.label in labels}


def _false(drawing: Drawing, findings: Sequence[Record]) -> list[str]:
    """The errors and warnings that a clean drawing must not have: of a field it prints, for a reason it does not give."""
    wrong = []
    for finding in findings:
        rule, field = str(finding["rule"]), finding["field"]
        allowed = (
            finding["severity"] not in ("error", "warning")
            or field in drawing.omitted
            or (field is None and rule == "格式-缺项" and _fields_told(finding) <= _omitted(drawing))
            or any(rule in content.objections for content in drawing.contents)
            or rule.endswith(drawing.omitted or ("\0",))
            or (rule == "金额-万元" and drawing.traits.get("金额单位", "").startswith("万元"))
            or (rule == "格式-未读懂" and drawing.traits.get("旁注") == "有")
        )
        if not allowed:
            wrong.append(f"{rule} {finding['cell'] or ''} {finding['message']}")
    return wrong

"""What was carried over from last year when forms were issued, project by project; 沿用记录.xlsx, the log of it.

Comes in: for each project of the roster what it was made from and what became of each value. Goes out: the log's bytes, and records for
programs. Called by `workflow.issue`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from toolkit.comparing.fates import FATES, Line, counted
from toolkit.outputs.sheets import log_bytes
from toolkit.reading.model import Declaration
from toolkit.spreadsheet.properties import CARRIED_OVER
from toolkit.values.text import one_line
from toolkit.values.words import HINT, SEVERITY_WORDS, YEAR_ROLE, Severity

# So many projects are named on the screen, of each kind.
_MOST = 20

_PROJECTS = (
    *(("单位", 22), ("项目", 26), ("来源", 30), ("来源的工作表", 9), ("来源的项目", 24), (YEAR_ROLE, 7), ("怎样对上", 9)),
    *(("各项", 26), ("说明", 32)),
)
_LINES = (
    *(("单位", 24), ("项目", 26), ("怎样", 10), ("内容", 18), ("来源单元格", 10)),
    *(("来源写的", 44), ("今年", 44), ("要核对的", 34)),
)
_WITHOUT = (("单位", 30), ("项目", 36), ("说明", 70))
_UNLISTED = (("单位", 30), ("项目", 36), (YEAR_ROLE, 7), ("文件", 40), ("说明", 60))
_REMARKS = (("单位", 26), ("项目", 28), ("文件", 36), ("位置", 9), ("级别", 7), ("说明", 66), ("怎么办", 44))


@dataclass(frozen=True, slots=True)
class CarryRemark:
    """Something to look at in what was carried: a mistake that last year's had, a conversion, a text that says last year's number."""

    severity: Severity
    file: str
    cell: str
    message: str
    suggestion: str


@dataclass(frozen=True)
class CarriedProject:
    """A sheet that was issued: for which unit and project, made from what; `source` is None where there was nothing, and `why` says so."""

    unit: str
    project: str
    source: Declaration | None = None
    how: str = ""
    way: str = ""
    why: str = ""
    lines: tuple[Line, ...] = ()
    remarks: tuple[CarryRemark, ...] = ()

    def record(self) -> dict[str, object]:
        """Return the project for programs."""
        found = self.source
        origin = (
            {"file": found.file, "sheet": found.sheet, "project": found.project, YEAR_ROLE: found.year, "表样": found.form}
            if found
            else None
        )
        return {
            "unit": self.unit,
            "project": self.project or None,
            "from": origin,
            "matched": self.how or None,
            "reason": self.why or None,
            "counts": counted(self.lines),
            "values": [
                {"became": each.fate, "field": each.field, "cell": each.cell or None, "text": each.text, "now": each.after or None}
                | ({"note": each.note} if each.note else {})
                for each in self.lines
            ],
            "remarks": [
                {"severity": each.severity, "cell": each.cell or None, "message": each.message, "suggestion": each.suggestion}
                for each in self.remarks
            ],
        }


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A declaration from which nothing was made, and why."""

    unit: str
    declaration: Declaration
    why: str

    def record(self) -> dict[str, object]:
        """Return it for programs."""
        each = self.declaration
        return {"unit": self.unit or None, "project": each.project, "file": each.file, YEAR_ROLE: each.year, "reason": self.why}


@dataclass(frozen=True)
class CarryLog:
    """What was carried over: every project of the roster, and what was left over."""

    projects: tuple[CarriedProject, ...]
    unlisted: tuple[LeftOver, ...]

    name = f"{CARRIED_OVER}.xlsx"

    @property
    def carried(self) -> tuple[CarriedProject, ...]:
        return tuple(each for each in self.projects if each.source)

    @property
    def without(self) -> tuple[CarriedProject, ...]:
        """The projects that have nothing to be made from."""
        return tuple(each for each in self.projects if not each.source)

    def record(self) -> dict[str, object]:
        """Return everything for programs."""
        return {"projects": [each.record() for each in self.projects], "unlisted": [each.record() for each in self.unlisted]}

    def lines(self, *, quiet: bool) -> Iterator[str]:
        """Yield for the screen what was carried over and what was not: in numbers, then by name."""
        figures = _figures([line for each in self.carried for line in each.lines], " 处")
        yield f"沿用 {len(self.carried)} 个项目：{figures}。" if self.carried else "没有一个项目可以沿用。"
        without = [f"{each.unit} › {each.project or '整张表'}：{each.why}" for each in self.without]
        left = [
            f"{each.unit or '未写单位'} › {each.declaration.project or '未写项目'}（{each.declaration.file}）：{each.why}"
            for each in self.unlisted
        ]
        remarks = [
            f"{each.unit} › {each.project or '整张表'}：{said.message}"
            for each in self.carried
            for said in each.remarks
            if said.severity != HINT
        ]
        for what, named in (("没有来源的项目", without), ("来源里没有用上的", left), ("要核对的", remarks)):
            if named:
                yield f"{what} {len(named)} 处" + ("。" if quiet else "：")
            for each in () if quiet else named[:_MOST]:
                yield f"  {one_line(each)}"
            if len(named) > _MOST and not quiet:
                yield f"  ……还有 {len(named) - _MOST} 处，见{self.name}。"

    def to_bytes(self) -> bytes:
        """Return 沿用记录.xlsx."""
        lines = [
            (each.unit, each.project, FATES[line.fate], line.field, line.cell, line.text, line.after, line.note)
            for each in self.carried
            for line in each.lines
        ]
        return log_bytes(
            CARRIED_OVER,
            [
                ("各项目", _PROJECTS, [_project(each) for each in self.projects]),
                ("逐项", _LINES, lines),
                ("没有来源的", _WITHOUT, [(each.unit, each.project, each.why) for each in self.without]),
                ("没有用上的", _UNLISTED, [_left(each) for each in self.unlisted]),
                ("需要核对", _REMARKS, list(_remarks(self.carried))),
            ],
        )


def _project(each: CarriedProject) -> tuple[str, ...]:
    found = each.source
    origin = (found.file, found.sheet or "", found.project or "", str(found.year or "")) if found else ("", "", "", "")
    return (each.unit, each.project, *origin, each.way, _figures(each.lines), each.why)


def _figures(lines: Sequence[Line], measure: str = "") -> str:
    """How many values there are of each fate, in words."""
    return "、".join(f"{FATES[fate]} {number}{measure}" for fate, number in counted(lines).items() if number)


def _left(each: LeftOver) -> tuple[str, ...]:
    declaration = each.declaration
    return each.unit, declaration.project or "", str(declaration.year or ""), declaration.file, each.why


def _remarks(projects: Sequence[CarriedProject]) -> Iterator[tuple[str, ...]]:
    for each in projects:
        for said in each.remarks:
            yield each.unit, each.project, said.file, said.cell, SEVERITY_WORDS[said.severity], said.message, said.suggestion

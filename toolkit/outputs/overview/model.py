"""What 总表.xlsx tells besides the declarations: how each unit fared in the check, and what was left out and why.

`workflow.publishing` makes these, `outputs.overview` prints them.
"""

from __future__ import annotations

from dataclasses import dataclass

# What became of a unit.
MERGED, DRAFTED, LEFT_OUT, NOT_PUBLIC = "已汇总", "草稿", "未汇总", "已汇总，全部不公开"


@dataclass(frozen=True, slots=True)
class UnitReview:
    """One line of 审核情况: the unit's findings by severity, and whether it is in the 汇总. `reason` is "" where it is."""

    unit: str
    projects: int
    errors: int
    warnings: int
    hints: int
    repairs: int
    outcome: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Omission:
    """Something that is not in what is published, and why: a unit, one project of it, or (`unit` "") a whole file.

    `cure` says what to do about it, "" where nothing is wrong. `form` is the name of the form it is on, "" for a file of which nobody knows.
    """

    reason: str
    unit: str = ""
    project: str | None = None
    files: tuple[str, ...] = ()
    errors: int = 0
    form: str = ""
    cure: str = ""

    @property
    def kind(self) -> str:
        if not self.unit:
            return "文件"
        return "单位" if self.project is None else "项目"

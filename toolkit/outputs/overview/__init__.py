"""总表.xlsx: all declarations of a merge in one workbook, for the leaders.

Comes in: the form, its declarations in order, and what the publishing gate said of each unit (`UnitReview`) and of what is left out
(`Omission`). Goes out: the workbook's bytes. Called by `workflow.merge`.
"""

from toolkit.outputs.overview.lists import DRAFTED, LEFT_OUT, MERGED, NOT_PUBLIC, Omission, UnitReview
from toolkit.outputs.overview.workbook import overview_workbook

__all__ = ["DRAFTED", "LEFT_OUT", "MERGED", "NOT_PUBLIC", "Omission", "UnitReview", "overview_workbook"]

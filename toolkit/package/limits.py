"""How much of a stranger's file is accepted, in one place: `opc` and `workbook` refuse what goes beyond.

The figures are far above anything a form needs (a return of 14 projects inflates to about 3 MiB) and far below
what makes a reader hang or eat the machine's memory: see "Hostile files" in FACTS.
"""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limit:
    """The most that is accepted of one thing; `name` and `unit` are what the user reads."""

    name: str
    most: int
    unit: str

    def exceeded(self, found: int | None = None) -> str:
        """Return the Chinese clause that tells what was found against what is allowed.

        >>> PARTS.exceeded(6000)
        '内部部件 6,000 个，超过上限 5,000 个'
        >>> ROWS.exceeded()
        '行号超过上限 1,048,576 行'
        """
        if found is None:
            return f"{self.name}超过上限 {self._show(self.most)}"
        return f"{self.name} {self._show(found)}，超过上限 {self._show(self.most)}"

    def _show(self, amount: int) -> str:
        if self.unit == "MiB":
            return f"{-(-amount // MIB):,} MB"
        return f"{amount:,} {self.unit}"


PARTS = Limit("内部部件", 5_000, "个")
PART_SIZE = Limit("单个部件解压后", 256 * MIB, "MiB")
TOTAL_SIZE = Limit("全部内容解压后", 512 * MIB, "MiB")
RATIO = Limit("部件压缩比", 200, "倍")

# A part of a few kilobytes of repeated markup compresses well without meaning harm.
RATIO_FROM = MIB

ROWS = Limit("行号", 1_048_576, "行")
ROW_COUNT = Limit("写出的行", 1_048_576, "行")
COLUMNS = Limit("列号", 16_384, "列")
CELLS = Limit("一张工作表的单元格", 1_000_000, "个")
MERGES = Limit("一张工作表的合并区域", 20_000, "个")
SHARED_STRINGS = Limit("共享字符串", 500_000, "个")
SHEETS = Limit("工作表", 3_000, "张")

# A whole column or a few, merged by accident, is within it; the whole sheet is not.
MERGE_AREA = Limit("一个合并区域覆盖", 16 * 1_048_576, "格")

# Rows × columns of the rectangle around all filled cells. A stray blank in the last row of an ordinary sheet is within it.
AREA = Limit("工作表使用区域", 256 * 1_048_576, "格")

# calamine, which reads old workbooks, holds every cell of that rectangle, used or not, and gets no larger one.
DENSE = 4_000_000

# Archives of returns: how many files, how large one may be, how large all may be together; and pages of a PDF.
MEMBERS = Limit("压缩包内的文件", 5_000, "个")
MEMBER_SIZE = Limit("压缩包内单个文件解压后", 256 * MIB, "MiB")
ARCHIVE_SIZE = Limit("压缩包全部内容解压后", 2048 * MIB, "MiB")
PAGES = Limit("PDF 页数", 500, "页")

"""What changed between two batches. Comes in: a `Comparison`; goes out: a workbook, lines for the screen, or a record for JSON."""

from toolkit.outputs.differences.records import comparison_record
from toolkit.outputs.differences.text import differences_lines
from toolkit.outputs.differences.workbook import differences_workbook

__all__ = ["comparison_record", "differences_lines", "differences_workbook"]

"""总表.xlsx: all units of a run in one workbook."""

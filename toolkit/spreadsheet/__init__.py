"""A workbook's parts understood and changed: cells, styles, names, notes, sheets. Nothing is imported here, so that reading does not pay for lxml."""

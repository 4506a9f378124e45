"""Several spreadsheet programs as judges of the formula engine and of the recalculated self-check."""

"""What changed between two batches, as workbook, lines and records."""

"""What goes back to a unit: its own workbook marked or tidied, and the letter with it."""

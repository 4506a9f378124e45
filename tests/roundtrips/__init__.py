"""What units fill in, made up for every shipped form, written as workbook, Word and PDF, and read back."""

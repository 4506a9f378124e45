"""Paths → a `Batch`: files found and read apart, returns recognised by the roster, several returns of one unit settled."""

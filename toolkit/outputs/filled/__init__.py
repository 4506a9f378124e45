"""Filled workbooks: the form's own parts duplicated per project, with the live self-check."""

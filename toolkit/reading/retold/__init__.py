"""Sheets whose labels are printed in an unusual way, told again in the usual one: a label is a cell of its own, left of or over its value."""

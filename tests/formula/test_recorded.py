"""The value of every formula that LibreOffice confirms, on machines without it; after a wanted change: `python -m tests.formula.recorded`."""

from __future__ import annotations

import difflib

from tests.formula.recorded import FILE, lines


def test_every_formula_has_the_value_that_was_confirmed() -> None:
    known = FILE.read_text(encoding="utf-8").splitlines()
    assert "\n".join(difflib.unified_diff(known, list(lines()), "recorded.txt", "now", lineterm="", n=0)) == ""

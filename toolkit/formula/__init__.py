"""Excel formulas as rules: compiled to Python, rendered as plain Excel for the live workbook, shown in messages.

The public interface of the package; see `compile_formula`, `to_excel` and `render_message`. Imports nothing but the
standard library and `toolkit.values`.
"""

from __future__ import annotations

from toolkit.formula.arrays import Array, top_left
from toolkit.formula.compiler import LIST_PREFIX, Formula, compile_formula, hopeless_part
from toolkit.formula.effort import MOST_STEPS, TOO_MUCH
from toolkit.formula.functions.signatures import FUNCTIONS, LIST_FUNCTIONS, Function
from toolkit.formula.message import Message, renamed_message, render_message
from toolkit.formula.render import to_excel
from toolkit.formula.tokens import FormulaError, names_in, renamed

__all__ = [
    "FUNCTIONS",
    "LIST_FUNCTIONS",
    "LIST_PREFIX",
    "MOST_STEPS",
    "TOO_MUCH",
    "Array",
    "Formula",
    "FormulaError",
    "Function",
    "Message",
    "compile_formula",
    "hopeless_part",
    "names_in",
    "render_message",
    "renamed",
    "renamed_message",
    "to_excel",
    "top_left",
]

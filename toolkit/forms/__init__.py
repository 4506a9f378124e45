"""Forms: the template workbook as data. `load_form(path)` gives a sound `Form`, `lint_form` also what is wrong with it."""

from toolkit.forms.book import Mistake
from toolkit.forms.describe import describe_form
from toolkit.forms.model import Column, Field, Form, IndicatorTable, Label
from toolkit.forms.tables import Rule
from toolkit.forms.template import lint_form, load_form

__all__ = [
    "Column",
    "Field",
    "Form",
    "IndicatorTable",
    "Label",
    "Mistake",
    "Rule",
    "describe_form",
    "lint_form",
    "load_form",
]

"""A grid of any source → declarations on a form: in two dimensions where its cells are known, as text where only words are.

In: a grid, a form, the file's shown name. Out: declarations. A table of Word or PDF is read by its cells; where those do not make
sense (a table torn apart by the extraction, a form typed without one) the same pieces are read as flowing text. Called by `intake`.
"""

from __future__ import annotations

from collections.abc import Sequence

from toolkit.errors import SourceError
from toolkit.forms.model import Form
from toolkit.reading.computed import completed
from toolkit.reading.model import BLANK, MISSING, Declaration
from toolkit.reading.plan import plan_of
from toolkit.reading.recognise import is_other_text, is_own_sheet, names_project, names_shown, says_little, without_own_pages
from toolkit.reading.sheet import read_sheets
from toolkit.reading.unchanged import is_unchanged
from toolkit.sources.grid import Grid
from toolkit.sources.page import UNRULED, UNRULED_CURE
from toolkit.values.words import PROJECT_ROLE, TARGET

# Forms whose labels a grid shows nearly as completely as those of the best one are tried as well.
_NEAR = 0.15


def read_grid(grid: Grid, forms: Sequence[Form], file: str) -> list[Declaration]:
    """Return what a grid declares on the form that most of it is; nothing where it is none of them.

    Raises SourceError where the grid's cells were only guessed.
    """
    found = _read_grid(grid, forms, file)
    if grid.guessed and found:
        message = f"{file}：表格没有框线，各行各列分不清，为免读错没有读入"
        raise SourceError(UNRULED, message, UNRULED_CURE)
    return found


def _read_grid(grid: Grid, forms: Sequence[Form], file: str) -> list[Declaration]:
    """Of forms that are drawn alike it is the one whose workbook the grid says it is. What one form reads by its cells no other reads as text."""
    drawn = [] if grid.flow else [form for form in forms if is_unchanged(grid, plan_of(form))]
    if drawn or is_own_sheet(grid):
        return _best(grid, forms, drawn, file, drawn=True)
    from toolkit.reading.picked.labels import without_labels
    from toolkit.reading.retold.beside import with_head_on_the_right
    from toolkit.reading.retold.labels import with_usual_labels

    grid, moved = with_usual_labels(grid, forms)
    aside = with_head_on_the_right(grid, forms) if moved is None else None
    grid, moved = aside or (grid, moved)
    found = [without_labels(each, forms) for each in _best(grid, forms, _likely(grid, forms), file)]
    if moved is None:
        return found
    from toolkit.reading.shapes.turned import put_back

    return [put_back(each, moved) for each in found]


def _best(grid: Grid, forms: Sequence[Form], likely: Sequence[Form], file: str, *, drawn: bool = False) -> list[Declaration]:
    """What a grid declares on the form that most of it is; the `likely` ones are tried first, on which it lies as `drawn` or nobody knows."""
    found = [(form, *each) for form in likely if (each := _read(grid, form, file, drawn=drawn))[0]]
    found = found or [(form, *_read(grid, form, file)) for form in forms if form not in likely]
    form, declared, by_cells = max(
        found,
        key=lambda each: (each[2], weight(each[1]) - _hollow(each[1], each[0]), each[0].name == grid.form),
        default=(None, [], False),
    )
    if form is None or by_cells or not declared:
        return declared
    from toolkit.reading.picked.names import without_false_names

    return [without_false_names(each, plan_of(form)) for each in declared]


def _likely(grid: Grid, forms: Sequence[Form]) -> list[Form]:
    """The forms whose fields and columns a grid's labels name best: the others need not be tried.

    Best is the largest share of them, and as well the most of them: a short form is soon complete, a long one seldom asked for whole.
    """
    if len(forms) < 2:
        return list(forms)
    named = [names_shown(grid, plan_of(form)) for form in forms]
    most, largest = (max(each) for each in zip(*named, strict=True))
    best = [form for form, (count, share) in zip(forms, named, strict=True) if share >= largest - _NEAR or count == most]
    if any(PROJECT_ROLE in form.roles for form in best):
        return best

    # A sheet that names a project may be of a form that asks for one, however few of its many labels stand there.
    return [form for form in forms if form in best or names_project(grid, plan_of(form))]


def _read(grid: Grid, form: Form, file: str, *, drawn: bool = False) -> tuple[list[Declaration], bool]:
    """What a grid declares on one form, and whether rows of it were read by their cells."""
    if is_own_sheet(grid):
        return [], False
    if not grid.flow:
        return read_sheets(grid, form, file, drawn=drawn) or _in_lines(grid, form, file), True
    from toolkit.reading.arranged.pages import without_breaks
    from toolkit.reading.flow import is_flow_form, read_flow
    from toolkit.reading.retold.typed import read_typed
    from toolkit.reading.shapes.blank_lines import without_lines

    grid = without_own_pages(without_lines(grid), plan_of(form))
    found = read_sheets(without_breaks(grid, plan_of(form)), form, file) if grid.ruled else []
    if any(declaration.rows for declaration in found):
        return found, True
    if not found and (told := _in_lines(grid, form, file)):
        return told, True
    typed = [] if grid.ruled else read_typed(grid, form, file)
    text = [] if is_other_text(grid, plan_of(form)) else [completed(each, form) for each in read_flow(grid, form, file)]
    if typed and _values(typed) != _values(text) and _fields_read(typed) >= _fields_read(text):
        return typed, True
    if weight(text) <= weight(found):
        return found, False
    return (text if any(declaration.rows for declaration in text) or is_flow_form(grid, form) else found), False


def _in_lines(grid: Grid, form: Form, file: str) -> list[Declaration]:
    """What a form in one column declares; hardly a sheet is one, and need not be looked at."""
    if len({column for _, column in grid.cells}) > 1:
        return []
    from toolkit.reading.retold.lines import read_lines

    return read_lines(grid, form, file)


def is_letter(grids: Sequence[Grid], forms: Sequence[Form]) -> bool:
    """Return whether a document without the form is a letter or a note, and no form of another kind."""
    pages = [grid for grid in grids if grid.name is None]
    return bool(pages) and len(pages) == len(grids) and all(says_little(grid, plan_of(form)) for grid in pages for form in forms)


def _values(declarations: Sequence[Declaration]) -> list[object]:
    """All values read. Where two ways read the same, flowing text tells more of what it did not understand."""
    return [
        (
            {name: entry.value for name, entry in each.entries.items()},
            [{name: entry.value for name, entry in row.entries.items()} for row in each.rows],
        )
        for each in declarations
    ]


def _fields_read(declarations: Sequence[Declaration]) -> int:
    """How many single fields were read."""
    return sum(entry.state not in (MISSING, BLANK) for each in declarations for entry in each.entries.values())


def _hollow(declarations: Sequence[Declaration], form: Form) -> int:
    """How many rows have nothing for a target, where the form asks for one: a form that reads it knows the sheet better."""
    table = form.table
    if table is None:
        return 0
    targets = {target.number for target in table.targets} | {each.name for each in table.columns if each.field.type == TARGET}
    asked = [row for each in declarations for row in each.rows] if targets else []
    return sum(all(row.entries[name].state in (MISSING, BLANK) for name in targets & row.entries.keys()) for row in asked)


def weight(declarations: Sequence[Declaration]) -> int:
    """How much of a form was recognised: what several forms could read goes to the one that finds most of its fields.

    What was worked out stands nowhere, and is no sign.
    """
    return sum(
        1 + len(d.rows) + sum(entry.state not in (MISSING, BLANK) and entry.cell is not None for entry in d.entries.values())
        for d in declarations
    )

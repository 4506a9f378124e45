"""The declaration sheets read as tables: rows of 字段 and 审核规则 by their headings, columns of 代码表 by their heads.

Comes in: a `Sheet` of the template. Goes out: plain rows with their row numbers, lists of words (and what a `Rule` is); what is wrong with the
sheet itself is added to `mistakes`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby

from toolkit.forms.book import FIELDS_SHEET, LISTS_SHEET, RULES_SHEET, Book, Mistake, Sheet
from toolkit.spreadsheet.a1 import cell_name
from toolkit.values.pickled import by_fields
from toolkit.values.text import squeeze
from toolkit.values.words import AS_ZERO, ON_TRIAL, SEVERITY_WORDS, USUAL_SET, VERIFY, BlankPolicy, RuleState, Scope, Severity

# The row table of columns that name none, as an exported record heads its rows.
ROWS = "绩效指标"

# What `form new` guessed of a field, for the clerk to confirm: nothing reads it but `form lint`, which counts what is left.
TO_CONFIRM = "待确认"

FIELD_HEADINGS = (
    "字段名",
    "显示名",
    "类型",
    "必填",
    "列表",
    "最大长度",
    "由下发方填",
    "说明",
    "角色",
    "所属表",
    "层级",
    "预填",
    "公式",
    "指标值",
    "显示格式",
    "方格行",
    "方格列",
    "沿用",
    TO_CONFIRM,
)
_FURTHER = ("规则集", "前提", "缺值", "正例", "反例")
RULE_HEADINGS = ("编号", "级别", "范围", "条件", "提示", "建议", "定位", "依据", "状态", "仅批量审核", *_FURTHER)
_NEEDED_FIELD_HEADINGS = ("字段名", "显示名", "类型")
_NEEDED_RULE_HEADINGS = ("编号", "级别", "范围", "条件", "提示")


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a declaration sheet; `row` is its 1-based row number, `columns` the column of each heading."""

    sheet: str
    row: int
    values: dict[str, str]
    columns: dict[str, int]

    def get(self, heading: str) -> str:
        return self.values.get(heading, "")

    def cell(self, heading: str) -> str:
        return cell_name(self.row, self.columns.get(heading, 1))

    def mistake(self, heading: str, text: str, cure: str) -> Mistake:
        return Mistake(self.sheet, self.cell(heading), text, cure)


@dataclass(frozen=True, slots=True)
class RowLimit:
    """How many rows of a row table must be filled, and may be (None: any number)."""

    table: str
    least: int
    most: int | None


@by_fields
@dataclass(frozen=True, slots=True)
class Rule:
    """A check as finance staff wrote it; `row` is its row in 审核规则. `severity` is already capped where 试行.

    A rule for each row is about the rows of `table`. It is judged only where `premise` (a formula, "" for always) holds and `blanks`
    does not pass over it. `holds` and `breaks` are its 正例 and 反例. Of several that one about a grid stands for, `spread` is its
    范围, `part` whose rule each is. `verify`: the unit corrects what it finds, or explains it.
    """

    id: str
    severity: Severity
    scope: Scope
    condition: str
    message: str
    suggestion: str
    targets: tuple[str, ...]
    basis: str
    state: RuleState
    batch_only: bool
    row: int
    table: str = ROWS
    premise: str = ""
    blanks: BlankPolicy = AS_ZERO
    sets: tuple[str, ...] = (USUAL_SET,)
    holds: str = ""
    breaks: str = ""
    spread: str = ""
    part: str = ""
    verify: bool = False

    @property
    def level(self) -> str:
        """What its 级别 says, capped where 试行."""
        return VERIFY if self.verify else SEVERITY_WORDS[self.severity]

    @property
    def known_as(self) -> str:
        """What an explanation is kept under: its 编号, and whose rule it is of several about a grid."""
        return f"{self.id}·{self.part}" if self.part else self.id

    @property
    def trial(self) -> bool:
        return self.state == ON_TRIAL


def field_rows(book: Book, mistakes: list[Mistake]) -> list[TableRow]:
    """Return the rows of 字段."""
    return _rows(book, FIELDS_SHEET, FIELD_HEADINGS, _NEEDED_FIELD_HEADINGS, mistakes)


def rule_rows(book: Book, mistakes: list[Mistake]) -> list[TableRow]:
    """Return the rows of 审核规则; a form may go without that sheet."""
    if RULES_SHEET not in book.sheets:
        return []
    return _rows(book, RULES_SHEET, RULE_HEADINGS, _NEEDED_RULE_HEADINGS, mistakes)


def _rows(book: Book, name: str, headings: Sequence[str], needed: Sequence[str], mistakes: list[Mistake]) -> list[TableRow]:
    sheet = book.sheets.get(name)
    if sheet is None:
        mistakes.append(Mistake(name, "", f"缺少工作表“{name}”", f"请新建该工作表，首行填写表头：{'、'.join(headings)}"))
        return []
    return table_rows(sheet, headings, needed, mistakes)


def table_rows(
    sheet: Sheet,
    headings: Sequence[str],
    needed: Sequence[str],
    mistakes: list[Mistake],
    heading_of: Callable[[str], str] = squeeze,
) -> list[TableRow]:
    """Return the rows under the sheet's headings that hold anything; `heading_of` says which heading a cell's text is."""
    name = sheet.name
    found = heading_row(sheet, headings, needed, heading_of)
    if found is None:
        mistakes.append(Mistake(name, "A1", "找不到表头行", f"请在首行填写表头：{'、'.join(headings)}"))
        return []
    head, columns = found
    for heading in needed:
        if heading not in columns:
            mistakes.append(Mistake(name, cell_name(head, 1), f"表头缺少“{heading}”列", f"请在第 {head} 行补上“{heading}”列"))
    rows = []
    for row in sorted({row for row, _ in sheet.cells if row > head}):
        values = {heading: sheet.cells.get((row, column), "") for heading, column in columns.items()}
        if any(values.values()):
            rows.append(TableRow(name, row, values, columns))
    return rows


def heading_row(
    sheet: Sheet, headings: Sequence[str], needed: Sequence[str], heading_of: Callable[[str], str] = squeeze
) -> tuple[int, dict[str, int]] | None:
    """Return the first row that holds at least half of the headings (or else all `needed`), and the column of each."""
    whole = None
    for row, cells in groupby(sorted(sheet.cells.items()), key=lambda cell: cell[0][0]):
        columns: dict[str, int] = {}
        for (_, column), text in cells:
            heading = heading_of(text)
            if heading in headings:
                columns.setdefault(heading, column)
        if 2 * len(columns) >= min(len(headings), 4):
            return row, columns
        if whole is None and columns and columns.keys() >= set(needed):
            whole = row, columns
    return whole


def code_lists(book: Book, mistakes: list[Mistake]) -> dict[str, tuple[str, ...]]:
    """Return every list of 代码表 by its head, down to its last filled cell; a blank inside stays as ""."""
    sheet = book.sheets.get(LISTS_SHEET)
    if sheet is None:
        return {}
    columns: dict[int, dict[int, str]] = {}
    for (row, column), text in sheet.cells.items():
        columns.setdefault(column, {})[row] = text
    lists: dict[str, tuple[str, ...]] = {}
    for column, cells in sorted(columns.items()):
        head = cells.pop(1, "")
        if not head:
            first = cell_name(min(cells), column)
            mistakes.append(Mistake(LISTS_SHEET, first, "该列有内容但首行没有列表名", "请在该列第 1 行填写列表名，或清空该列"))
            continue
        if head in lists:
            mistakes.append(Mistake(LISTS_SHEET, cell_name(1, column), f"列表“{head}”出现两次", "请改名或合并为一列"))
            continue
        lists[head] = tuple(cells.get(row, "") for row in range(2, max(cells, default=1) + 1))
    return lists

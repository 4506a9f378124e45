"""The levels of indicator rows: texts carried down within a block, merges undone, other wordings made the list's words.

In: a row's entries, those of the row above, the sheet's merges. Out: the entries changed in place. Called by `rows`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from toolkit.reading.arranged.table import Log, Place
from toolkit.reading.entries import cell_entry, spelt
from toolkit.reading.model import BLANK, MISSING, OK, Doubt, Entry, Repair
from toolkit.reading.plan import Plan, Position, text_key, unnumbered
from toolkit.reading.shapes.joined_levels import words_joined
from toolkit.reading.targets import DITTO
from toolkit.sources.grid import Grid
from toolkit.spreadsheet.a1 import cell_name
from toolkit.values.text import squeeze, unwrap
from toolkit.values.words import WARNING


def merged_levels(grid: Grid, places: Sequence[Place], first: int, log: Log) -> dict[Position, Entry | None]:
    """Level cells that a merge covers, with the merge's text where it does not stand in its first cell (recovered)."""
    columns = {place.index: place for place in places}
    covered: dict[Position, Entry | None] = {}
    for top, left, bottom, _ in grid.merges:
        place = columns.get(left)
        if place is None or bottom <= top or bottom < first:
            continue
        recovered = None
        if grid.cells.get((top, left)) is None:
            inside = next((row for row in range(top + 1, bottom + 1) if (row, left) in grid.cells), None)
            if inside is not None:
                value = grid.cells[inside, left]
                cell = cell_name(inside, left)
                recovered = cell_entry(value, place.spec.column.field, cell)
                message = f"{place.name}“{recovered.text}”不在合并单元格 {cell_name(top, left)} 的左上角，表面上看不到，已按内容读取。"
                log.doubts.append(
                    Doubt("格式-合并单元格", WARNING, place.name, cell, recovered.text, message, "请取消合并后把内容填在左上角。")
                )
        for row in range(top, bottom + 1):
            if row > top or recovered is not None:
                covered[row, left] = recovered
    return covered


def carry_levels(
    plan: Plan,
    row: int,
    places: Sequence[Place],
    entries: dict[str, Entry],
    above: Mapping[str, Entry],
    covered: Mapping[Position, Entry | None],
    log: Log,
) -> None:
    """Give each level of a row its text: from the merge it is in, or from the row above within the same block."""
    for place in places:
        name = place.name
        if name not in plan.levels:
            continue
        entry = entries[name]
        merged = (row, place.index or 0) in covered
        recovered = covered.get((row, place.index or 0))
        if recovered is not None:
            entries[name] = Entry(recovered.value, recovered.text, entry.cell, recovered.state)
            if name in above and recovered.value != above[name].value:
                above = {}
            continue
        ditto = entry.state == OK and squeeze(str(entry.value)) in DITTO
        if (entry.state != BLANK and not ditto) or name not in above:
            if entry.state == OK and name in above and text_key(str(entry.value)) != text_key(str(above[name].value)):
                above = {} if not _same_word(place, entry, above[name]) else above
            continue
        source = above[name]
        if source.state != OK:
            continue
        entries[name] = Entry(source.value, entry.text or source.text, entry.cell)
        if not merged and not ditto:
            message = f"第 {row} 行{name}为空，已按上一行补为“{source.value}”。"
            log.repairs.append(Repair("修复-层级补全", name, entry.cell, entry.text, str(source.value), message, source.value, safe=True))


def _same_word(place: Place, entry: Entry, other: Entry) -> bool:
    """Whether two wordings of a level stand for one word, so that the block goes on."""
    return _standard(place, str(entry.value)) == _standard(place, str(other.value))


def _standard(place: Place, text: str) -> str:
    return _word_of(place, text_key(text))[1] or text


def _word_of(place: Place, key: str) -> tuple[str, str | None]:
    """The key without its number, and the list's word that it stands for, if any."""
    spec = place.spec
    for words in (spec.words, spec.aliases):
        bare = unnumbered(key, words)
        if bare in words:
            return bare, words[bare]
    return key, None


def _with_ending(plan: Plan, place: Place, key: str) -> str | None:
    """The word that a level's text is without the ending all words have: `项目效果`; of a lower level's, the one word above it in this column's list."""
    word = plan.level_words.get(key + plan.ending) if plan.ending and not key.endswith(plan.ending) else None
    if word is None or word in place.spec.standards:
        return word
    parents = [each for each in plan.parents.get(word, ()) if each in place.spec.standards]
    return parents[0] if len(parents) == 1 else None


def by_the_tree(plan: Plan, row: int, entries: dict[str, Entry], blank: Collection[str], log: Log) -> None:
    """Give a level that was blank in its row the one word above which the form's lists have the next level's word.

    A page break leaves the text of a tall cell on one of two pages, and the rows of the other one without it.
    """
    for upper, lower in pairwise(plan.levels):
        parents = plan.parents.get(str(entries[lower].value), ())
        if upper in blank and len(parents) == 1 and entries[upper].value != parents[0]:
            message = f"第 {row} 行{upper}为空，已按指标体系归到“{parents[0]}”。"
            log.repairs.append(Repair("修复-层级错位", upper, entries[upper].cell, "", parents[0], message))
            entries[upper] = Entry(parents[0], "", entries[upper].cell)


def parted_by_the_tree(plan: Plan, row: int, entries: dict[str, Entry], log: Log, *, absent: bool) -> None:
    """Give a level whose cell names several of its words (`效益及满意度指标`) the one above which the form's lists have the next level's word.

    So is one for which another office's form has no column (`absent`).
    """
    specs = {spec.column.name: spec for spec in plan.columns}
    for upper, lower in pairwise(plan.levels):
        entry = entries[upper]
        words = words_joined(entry.text, specs[upper]) if entry.state == OK else ()
        parents = plan.parents.get(str(entries[lower].value), ())
        if absent and entry.cell is None and entry.state == MISSING and len(parents) == 1:
            message = f"表中没有{upper}，第 {row} 行已按指标体系归到“{parents[0]}”。"
            log.repairs.append(Repair("修复-层级错位", upper, None, "", parents[0], message))
            entries[upper] = Entry(parents[0], "", None)
        own = text_key(entry.text)
        if (
            absent
            and entry.state == OK
            and len(parents) == 1
            and own not in specs[upper].words
            and plan.level_words.get(own) == entries[lower].value
        ):
            message = f"第 {row} 行{upper}“{entry.text}”是{lower}的名称，已按指标体系归到“{parents[0]}”。"
            log.repairs.append(Repair("修复-层级错位", upper, entry.cell, entry.text, parents[0], message))
            entries[upper] = Entry(parents[0], entry.text, entry.cell)
        mine = [word for word in words if word in parents]
        if len(words) > 1 and len(mine) == 1:
            message = f"第 {row} 行{upper}“{entry.text}”是几个指标合写的，已按指标体系归到“{mine[0]}”。"
            log.repairs.append(Repair("修复-层级错位", upper, entry.cell, entry.text, mine[0], message))
            entries[upper] = Entry(mine[0], entry.text, entry.cell)


def standard_word(plan: Plan, place: Place, entries: dict[str, Entry], log: Log, *, ruled: bool) -> None:
    """Replace another wording of a list's word by the word itself (lists `<字段名>别名` and `<字段名>标准名`).

    Blanks and width are no other wording, but told as well, except of a page, where they come from the print. A level's number is left out also before a word of
    another level, as older trees have them (`1.4成本指标` under 产出指标).
    """
    entry = entries[place.name]
    spec = place.spec
    if entry.state != OK or not (spec.words or spec.aliases):
        return
    key = text_key(str(entry.value))
    bare, standard = _word_of(place, key)
    if standard is None and key not in plan.level_words and place.name in plan.levels:
        standard = plan.level_words.get(unnumbered(key, plan.level_words)) or _with_ending(plan, place, key)
    if standard is None and "\n" in str(entry.value):
        entries[place.name] = Entry(unwrap(str(entry.value)), entry.text, entry.cell)
    if standard is None or standard == entry.value:
        return
    entries[place.name] = Entry(standard, entry.text, entry.cell)
    if key not in spec.words:
        what = f"是“{standard}”的别名" if key in spec.aliases else f"带有编号，是“{standard}”"
        message = f"{place.name}“{entry.value}”{what}，已按标准名称读取。"
        log.repairs.append(Repair("修复-别名", place.name, entry.cell, entry.text, standard, message, standard, safe=True))
    elif not ruled:
        log.repairs.append(spelt(place.name, place.name, entry, standard))

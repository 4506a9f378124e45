"""Where everything of a form stands on a sheet that is arranged in any way: its fields' places, its table, what is what.

In: the cells of one copy of the form and its plan. Out: a `Placement`, None where the form is not there. The order matters:
labels first, then the row table by its heading, then the places of the fields among what is left, all at once; what has no label
yet is looked for by similar wording and by the drawing as a hint; at last the year, which stands in a title as often as in a cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from toolkit.forms.model import Label
from toolkit.reading.arranged.assign import cheapest
from toolkit.reading.arranged.cells import Cell, Cells
from toolkit.reading.arranged.continued import continued
from toolkit.reading.arranged.grids import completed, find_grids, own_hits
from toolkit.reading.arranged.header import Header, find_header
from toolkit.reading.arranged.hint import ALIKE_ANYWHERE, Hint, alike, hint_of, wording
from toolkit.reading.arranged.hits import Hit, looks_like_label
from toolkit.reading.arranged.labels import Kind, Meaning, nearly
from toolkit.reading.arranged.places import candidates
from toolkit.reading.arranged.prices import INSIDE, MISSING, UNDER, Candidate, misfit
from toolkit.reading.arranged.table import Table, find_table
from toolkit.reading.picked.options import of_options
from toolkit.reading.picked.stages import of_other_stages
from toolkit.reading.placement import Placement
from toolkit.reading.plan import Plan, Position, Spot, text_key
from toolkit.reading.shapes.bands import cut_beside, find_bands
from toolkit.reading.shapes.money_pairs import several_amounts
from toolkit.reading.shapes.named_above import name_above
from toolkit.reading.shapes.no_heading import bare_header, with_blank_headings
from toolkit.reading.shapes.outline import outline_header
from toolkit.reading.shapes.over import words_over
from toolkit.reading.shapes.period_rows import period_rows
from toolkit.reading.shapes.stacked_periods import without_other_periods
from toolkit.reading.shapes.totals import amounts_named, heads_rows, of_their_sums, with_totals
from toolkit.reading.shapes.year_labels import with_year_labels

# Two places for one field this near in cost are a doubt; `_Placed.rival` has the other one.
_TIE = 0.15

# What a label costs that is taken for one because it stands where the drawing has it.
_RUBBED_OUT = 1.0


def lay_out(cells: Cells, hits: Sequence[Hit], plan: Plan) -> Placement:
    """Return where the form stands among `cells`, all of which belong to one copy of it."""
    cells, hits = without_other_periods(cells, hits, plan)
    periods = period_rows(cells, with_year_labels(cells, hits, plan), plan)
    hits = periods.hits
    grids = find_grids(cells, hits, plan)
    headings, hits = own_hits(with_totals(cells, name_above(cells, hits, plan), plan), grids)
    header = find_header(cells, hits, plan) or outline_header(cells, hits, plan) or bare_header(cells, plan)
    others = periods.cells.union(place for each in grids for place in each.places)
    header = with_blank_headings(cells, header, plan) if header is not None else None
    table = find_table(cells, hits, header, plan, {}, others) if header is not None else None
    bands = find_bands(cells, hits, header, plan, others) if header is not None and header.strange else ()
    over = bands[0].over if bands else ()
    if bands:
        header, table = bands[0].header, replace(bands[0].table, below=max(band.table.below for band in bands))
    if header is not None and table is not None and not bands:
        header, table = cut_beside(cells, hits, header, table, plan, others)
    free = [hit for hit in hits if not _in_table(hit.cell, header, table)]
    hint = hint_of(plan, _drawn_labels(plan, free, header))
    if hint is not None and plan.columns and not bands:
        header, table, free = _with_lent_columns(cells, hits, plan, header, hint, others) or (header, table, free)
    if header is not None and table is not None and not bands:
        over, table = words_over(cells, header, table, plan)
    grids = tuple(completed(each, cells, hint) for each in grids)
    inside, several = several_amounts(free, plan)
    fields = [hit for hit in free if hit.names(Kind.FIELD) and hit.cell.place not in several]
    blocked = frozenset((*(hit.cell.place for hit in free), *(place for each in grids for place in each.places), *periods.cells))
    extra, doubtful = _look_for(cells, plan, [*fields, *(hit for hit, _ in periods.picked.values())], blocked, header, table, hint)
    fields = of_their_sums(cells, [*fields, *extra], plan)
    if hint is not None and _is_another(plan, fields, hint):
        hint = None
    blocked |= {hit.cell.place for hit in extra}
    outside = _outside(cells, header, table)
    offers = _by_column(candidates(outside, fields, blocked, plan), plan, table)
    chosen = cheapest({name: {place: each.cost for place, each in found.items()} for name, found in offers.items()}, MISSING)
    picked = {name: offers[name][place] for name, place in chosen.items()}
    picked |= {name: Candidate(hit, hit.cell.place, hit.cell, INSIDE, hit.cost) for name, hit in inside.items() if name not in picked}
    picked |= {name: Candidate(hit, cell.place, cell, UNDER, 0.0) for name, (hit, cell) in periods.picked.items()}
    rivals = dict(_rivals(offers, {name: each for name, each in picked.items() if name in offers}))
    picked, options = of_options(cells, picked, blocked, plan)
    rivals = {name: cell for name, cell in rivals.items() if cell.place not in options}
    rivals |= of_other_stages(cells, picked, blocked, plan)
    where = {name: each.cell for name, each in picked.items()}
    in_grids = {name: spot for each in grids for name, spot in each.spots.items()}
    taken = blocked | {cell.place for cell in where.values() if cell is not None}
    return Placement(
        plan=plan,
        cells=cells,
        spots={name: each.place for name, each in picked.items()} | {name: place for name, (place, _) in in_grids.items()},
        found=where | {name: cell for name, (_, cell) in in_grids.items()},
        more=continued(outside, where, {name: each.hit.cell for name, each in picked.items()}, taken, plan),
        inside={name: each.hit.inside for name, each in picked.items() if each.hit.inside is not None and each.way == INSIDE},
        labels={**{name: each.hit.cell for name, each in picked.items()}, **(header.labels if header else {})},
        hits=(*free, *extra, *headings),
        reworded=(*_reworded(picked, header, plan, hits), *(said for each in grids for said in each.reworded)),
        doubtful=tuple(doubtful),
        rivals=rivals,
        hint=hint,
        header=header,
        table=table,
        grids=grids,
        over=over,
        aside=periods.aside | options,
        beside=tuple(Placement(plan, cells=cells, header=each.header, table=each.table, over=each.over) for each in bands[1:]),
    )


def _by_column(offers: dict[str, dict[Position, Candidate]], plan: Plan, table: Table | None) -> dict[str, dict[Position, Candidate]]:
    """The offers with a total that is drawn under a column of the table held to that column, where something stands in it."""
    columns = {place.spec.column.index: place.index for place in table.places if place.index is not None} if table else {}
    for spot in plan.spots:
        column = columns.get(spot.column) if plan.form.table and spot.row > plan.form.table.last_row else None
        mine = offers.get(spot.field.name, {})
        if any(place[1] == column for place in mine):
            offers[spot.field.name] = {place: each for place, each in mine.items() if place[1] == column}
    return offers


def _in_table(cell: Cell, header: Header | None, table: Table | None) -> bool:
    return header is not None and table is not None and header.holds(cell, table.below)


def _outside(cells: Cells, header: Header | None, table: Table | None) -> Cells:
    return cells if header is None or table is None else cells.without_rows(header.top, table.below - 1, header.ends)


def _drawn_labels(plan: Plan, free: Sequence[Hit], header: Header | None) -> dict[Label, Position]:
    """The drawing's labels that were found, each where it stands; what is there twice is left out."""
    places: dict[str, list[Position]] = {}
    for hit in free:
        for meaning in hit.meanings:
            places.setdefault(text_key(meaning.text), []).append((hit.cell.row, hit.cell.column))
    found = {label: places[key][0] for label, key in plan.keys.items() if len(places.get(key, ())) == 1 and plan.counts[key] == 1}
    for spec in plan.columns:
        cell = header.labels.get(spec.column.name) if header else None
        if cell is not None and spec.header is not None:
            found[spec.header] = cell.row, cell.column
    return found


def _with_lent_columns(
    cells: Cells, hits: Sequence[Hit], plan: Plan, header: Header | None, hint: Hint, others: frozenset[Position]
) -> tuple[Header, Table, list[Hit]] | None:
    """The table with the columns whose headings are gone with their row, where the drawing has them."""
    known = set(header.columns) if header else set()
    if header is None:
        return None
    targets = plan.form.table.targets if plan.form.table else ()
    whole = {name for target in targets if target.name in header.wholes for name in target.names}
    gone = [spec for spec in plan.columns if spec.column.name not in known and spec.column.name not in whole]
    lent = {
        spec.column.name: hint.column(spec.column.index) for spec in gone if spec.header is None or not _row_is_there(spec.header, hint)
    }
    if not lent:
        return None
    table = find_table(cells, hits, header, plan, lent, others)
    return header, table, [hit for hit in hits if not _in_table(hit.cell, header, table)]


def _row_is_there(label: Label, hint: Hint) -> bool:
    return label.row in hint.rows


def _look_for(
    cells: Cells,
    plan: Plan,
    fields: Sequence[Hit],
    blocked: frozenset[Position],
    header: Header | None,
    table: Table | None,
    hint: Hint | None,
) -> tuple[list[Hit], list[tuple[str, Position, str]]]:
    """Labels that no wording known matches: found by likeness, by a part of their words, or where the drawing has them."""
    named = {name for hit in fields for name in hit.names(Kind.FIELD)}
    missing = [spot for spot in plan.spots if spot.label is not None and spot.field.name not in named]
    extra: list[Hit] = []
    doubtful: list[tuple[str, Position, str]] = []
    if not missing:
        return extra, doubtful
    parts = amounts_named(fields, plan)
    free = [
        (key, cell)
        for cell in cells
        if cell.place not in blocked
        and not heads_rows(cells, cell, parts)
        and not _in_table(cell, header, table)
        and (key := plan.key(cell.value))
        and key not in plan.counts
    ]

    # What a heading over the columns names has no label of its own that could be rubbed out.
    offers = candidates(_outside(cells, header, table), fields, blocked, plan) if hint is not None else {}
    by_columns = {name for name, found in offers.items() if any(each.cost < _RUBBED_OUT for each in found.values())}
    for spot in missing:
        assert spot.label is not None
        meaning = Meaning(Kind.FIELD, (spot.field.name,), spot.label.text, printed=False)
        cell = _by_wording(spot, free, plan, hint, cells, missing)
        if cell is not None:
            extra.append(Hit(cell, (meaning,), 0.5))
            free = [(key, each) for key, each in free if each is not cell]
            continue
        if hint is not None and spot.field.name not in by_columns and hint.keeps(spot.label):
            place = hint.place(spot.label.row, spot.label.column)
            there = cells.at(*place)
            if place in blocked or (there is not None and not isinstance(there.value, str)) or _is_value(cells, there, blocked):
                continue
            if there is not None and looks_like_label(there.text) and not _has_value(cells, there, spot):
                continue  # another office's label, whose value is none of this field's
            text = there.text if there is not None else ""
            doubtful.append((spot.field.name, place, text))
            extra.append(Hit(there or Cell(*place, *place, "", place), (meaning,), _RUBBED_OUT))
    return extra, doubtful


def _is_another(plan: Plan, fields: Sequence[Hit], hint: Hint) -> bool:
    """Whether a label is not where the drawing has it though its row and column are there: the sheet only resembles the drawing."""
    named = {name for hit in fields for name in hit.names(Kind.FIELD)}
    return any(spot.label is not None and spot.field.name not in named and hint.keeps(spot.label) for spot in plan.spots)


def _is_value(cells: Cells, there: Cell | None, blocked: frozenset[Position]) -> bool:
    """Whether what stands where a label is missing is the value of the label before it: two labels are never neighbours in a row of pairs."""
    if there is None or looks_like_label(there.text):
        return False
    before = cells.at(there.row, there.column - 1)
    return before is not None and before.place in blocked


def _by_wording(
    spot: Spot, free: Sequence[tuple[str, Cell]], plan: Plan, hint: Hint | None, cells: Cells, missing: Sequence[Spot]
) -> Cell | None:
    label = spot.label
    assert label is not None
    key = plan.keys[label]
    if hint is not None:
        there = cells.at(*hint.place(label.row, label.column))
        if there is not None and any(cell is there for _, cell in free) and wording(key, plan.key(there.value), list(plan.counts)):
            return there
    for text, cell in free:
        if any(spot.field.name in meaning.names for meaning in nearly(text, plan.vocabulary, (spot.field.name,))) and _has_value(
            cells, cell, spot
        ):
            return cell
    best: list[tuple[float, int, Cell]] = []
    for number, (text, cell) in enumerate(free):
        likeness = alike(key, text, ALIKE_ANYWHERE)
        others = (plan.keys[other.label] for other in missing if other is not spot and other.label is not None)
        if likeness >= ALIKE_ANYWHERE and all(alike(other, text) < likeness for other in others) and _has_value(cells, cell, spot):
            best.append((likeness, -number, cell))
    best.sort(reverse=True, key=lambda each: each[:2])
    return best[0][2] if len(best) == 1 or (len(best) > 1 and best[0][0] > best[1][0]) else None


def _has_value(cells: Cells, cell: Cell, spot: Spot) -> bool:
    """Whether something that can be the field's value, or nothing, stands right of or under a text like its label."""
    beside, under = cells.after(cell), cells.at(cell.last_row + 1, cell.column) or cells.at(cell.last_row + 2, cell.column)
    return all(each is None for each in (beside, under)) or any(
        each is not None and misfit(each.value, spot) < 1.0 for each in (beside, under)
    )


def _rivals(offers: Mapping[str, Mapping[Position, Candidate]], picked: Mapping[str, Candidate]) -> Iterator[tuple[str, Cell]]:
    """For each field whose place was nearly another: what stands there, unless it is some other field's or the same text."""
    taken = {each.place for each in picked.values()}
    for name, mine in picked.items():
        for place, other in offers[name].items():
            if place in taken or other.cell is None or mine.cell is None or other.cell.text == mine.cell.text:
                continue
            if other.cost - mine.cost < _TIE:
                yield name, other.cell
                break


def _reworded(picked: Mapping[str, Candidate], header: Header | None, plan: Plan, hits: Sequence[Hit]) -> Iterator[tuple[str, Cell, str]]:
    """Labels in other words than the form prints: (field, cell, as printed)."""
    for name, each in picked.items():
        meaning = each.hit.meaning(name) if name in {n for m in each.hit.meanings for n in m.names} else None
        if meaning is not None and each.way != "inside" and text_key(each.hit.cell.text) != text_key(meaning.text):
            yield name, each.hit.cell, meaning.text
    for spec in plan.columns:
        cell = header.labels.get(spec.column.name) if header else None
        if cell is not None and spec.header is not None and text_key(cell.text) != text_key(spec.header.text):
            yield spec.column.name, cell, spec.header.text

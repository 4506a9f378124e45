"""A form on a sheet that is arranged in any way: found by its labels, in two dimensions, every cell accounted for.

Read in this order: `labels` (what the form's texts mean), `cells` and `hits` (where they stand), `copies` (several forms on a
sheet), `header` and `table` (the rows), `places`, `prices`, `groups` and `assign` (which cell is which field's), `layout` (all of it
together), `unlabelled` and `hint` (what has no label), `moved` and `account` (what is said of it).

Why it works: a form repeats itself. Every field has a label of its own, nearly every label one plausible value beside or under it,
and where two labels could take one cell the others leave no choice: so the cheapest way to give each field one place and each
place one field is the way a person reads it. A single field read alone has no such neighbours to be held against.
"""

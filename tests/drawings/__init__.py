"""Arrangements of the form as other offices print it: drawn at random, written by many programs, read and scored.

`declarations` makes what is declared, `choices` an arrangement (`style`), `drawing` puts both on a neutral grid block by
block; `fixed` holds the layouts known from public documents, `otherforms` the forms that must not be taken for this one,
`real` the published documents, `changes` small changes whose effect is known. `files` turns drawings into files, `score`
reads them through the command line and compares, `report` makes tables of it. `python -m tests.drawings` runs it all.
"""

"""Arrangements of the form as other offices print it: drawn at random, written by many programs, read and scored.

`declarations` makes what is declared, `style` chooses an arrangement, `drawing` puts both on a neutral grid, `fixed` holds
the layouts known from public documents, `otherforms` the forms that must not be taken for this one. `writers` turns grids
into files, `score` reads the files through the command line and compares. `python -m tests.drawings` runs it all.
"""

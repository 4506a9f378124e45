"""Structure-aware fuzzing of every place where something of a stranger comes in: `make fuzz`.

`python -m tests.fuzz ENTRY…` runs it; each case follows from one number, so that what is found can be had again. What
formulas and file names showed is kept in `tests/formula` and `tests/hostile` as tests of their own.
"""

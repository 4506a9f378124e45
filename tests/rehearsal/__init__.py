"""A whole season rehearsed: 40 units, 100 projects, three rounds, every way in which returns come back.

`truth` is the table: who sends what in each round, and what has to be said about it; it is written from what is planted and from
the contract, never from the program's output. `units` makes what the units declare, `ways` the files, `season` plays it all through
the command line, and `test_rehearsal` holds what every command said against the table.
"""

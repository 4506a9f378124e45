"""Shows that nothing a user sees changed between a commit and the working tree: `make same BASE=<commit>`.

Both trees run only through their command line, over one corpus of returns; `corpus` makes it, `jobs` says which commands run,
`runs` runs them with time standing still (`frozen`), `compare` looks for differences part by part.
"""

"""What outlives one run: the ledger, what it remembers and what was decided, where each unit stands."""

"""Excel's functions by subject, and the one table of those a rule may call (`signatures`)."""

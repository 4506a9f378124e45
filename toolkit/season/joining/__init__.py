"""Several ledgers of one season made one: what they hold together, and what contradicts."""

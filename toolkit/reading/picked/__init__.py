"""What was picked as a field's value, looked at once more: the word that is ticked, the amount another one stands beside,
the score behind a target, names and rows that are none."""

"""Single kinds of arrangement, a module each: how one is told from what is printed, and what it says then."""

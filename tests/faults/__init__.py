"""What systems do to a program that works: `make faults` does it to every command, and looks at what is left."""

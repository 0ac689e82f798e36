"""Match a table of records with a register."""

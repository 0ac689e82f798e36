"""Write verdicts for people (panels, tables) and for programs (JSON lines)."""

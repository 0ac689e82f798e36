"""The scanner: frames and texts come in, verdicts are shown; nothing is kept."""

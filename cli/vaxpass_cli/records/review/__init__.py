"""The review queue: what the office that keeps the register may confirm, and its decisions."""

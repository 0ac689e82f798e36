"""The desk in a window."""

"""Draws the screens of the desk in a window."""

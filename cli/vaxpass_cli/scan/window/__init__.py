"""The window of the desk, by Qt. Only this package imports PySide6.

Importing its modules, except `display`, loads Qt or raises `MissingLibrary`: import them where a window
is first needed.
"""

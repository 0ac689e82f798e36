"""The desk without window, thread and clock: events and keys -> the screen to show."""

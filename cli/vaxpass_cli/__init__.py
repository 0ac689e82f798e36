"""The command `vaxpass`: reads files, the clock and the terminal; the library decides."""

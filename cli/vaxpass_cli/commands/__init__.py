"""The commands, one module each; their docstrings are the texts of --help."""

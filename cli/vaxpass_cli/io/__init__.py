"""Files: what is read, what is written, and where it is kept."""

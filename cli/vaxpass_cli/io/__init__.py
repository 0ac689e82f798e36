"""Files: reading them, writing them, and the folders in which they are kept."""

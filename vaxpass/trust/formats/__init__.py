"""One module for each format of a trust list."""

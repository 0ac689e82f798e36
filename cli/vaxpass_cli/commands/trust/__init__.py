"""`vaxpass trust`: shows, checks and converts trust lists; one module for each command."""

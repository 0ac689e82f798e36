"""`vaxpass trust`: what is on trust lists; one module a command."""

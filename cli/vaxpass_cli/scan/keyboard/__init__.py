"""Hand scanners that type."""

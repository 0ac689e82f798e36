"""Hand scanners that type what they read, and the keyboards that they type on."""

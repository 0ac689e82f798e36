"""Issue the passports of matched records, in several processes."""

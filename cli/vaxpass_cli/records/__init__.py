"""Tables of records: matching them, issuing their passports, and the report."""

"""Lists of records: matching, issuing, and the report."""

"""The report of `vaxpass report`: how many records are matched, attested and issued."""

"""`vaxpass attest` and `vaxpass issue`: from vaccination records to signed passports.

What may be issued, and how, is decided in `vaxpass.issuing`; here are the files, tables and processes.
"""

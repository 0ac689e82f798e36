"""The family DIVOC: vaccinations of India, Sri Lanka, the Philippines, Indonesia and Jamaica.

A certificate is JSON-LD (W3C Verifiable Credentials Data Model 1.1) with a proof, in a ZIP archive.
`archive` opens that, `forms` knows the forms that can be judged, `linked_data` gives the bytes that are
signed, `readings` finds out whether the signature allows another reading, and `vaccines` knows the
vaccines. `decode` puts it all together.
"""

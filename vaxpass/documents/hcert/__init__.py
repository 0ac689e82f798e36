"""The HCERT container of the EU Digital COVID Certificate (HCERT specification 1.0.8).

`decode` turns a text into an unverified document, `encode` issues one, `cwt` has the claims, and `dcc`
the certificate inside.
"""

from vaxpass.documents.hcert.decode import PREFIX

__all__ = ["PREFIX"]

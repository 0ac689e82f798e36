"""The HCERT container of the EU Digital COVID Certificate (specification 1.0.8): decoded and encoded."""

from vaxpass.documents.hcert.decode import PREFIX

__all__ = ["PREFIX"]

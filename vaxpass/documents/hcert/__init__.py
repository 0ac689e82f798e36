"""The HCERT container of the EU Digital COVID Certificate (specification 1.0.8): decoded and encoded."""

"""Encodings of bytes and texts: Base45, Base64, CBOR, JSON, deflate. Each has its limits."""

"""Encodings of bytes and texts, each within limits: Base45, Base64, CBOR, deflate, JSON."""

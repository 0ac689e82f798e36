"""Certificates, keys and signatures: the only users of pyca/cryptography, and so of OpenSSL.

- `certificate`: bytes -> signer certificate -> what it may sign and when
- `signature`: does this key's signature fit these bytes?
- `signer`: private keys that sign
- `authority`: new keys and certificates, for tests and demonstrations
"""

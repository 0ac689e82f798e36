"""Certificates, keys and signatures: the only users of pyca/cryptography, and so of OpenSSL.

- `keys`: public keys, their types and curves, and every form in which they are read and written
- `certificate`: bytes -> signer certificate -> what it may sign and when
- `signature`: does this key's signature fit these bytes?
- `cose`, `jws`, `cms`: signed messages in their three forms
- `chain`: did this authority issue that certificate?
- `profile`: what a certificate says of itself, for judging lists
- `signer`: private keys that sign
- `authority`: new keys and certificates, for tests and demonstrations
- `der`: one extension of a certificate, read by hand
"""

"""Whom to trust: lists of signers, pins that vouch for lists, and bundles that carry both.

- `reader`: bytes of a list in any format -> `TrustList`; `formats` has the formats, `reading` what they
  share
- `model`: `TrustList` and `TrustedKey`
- `pins`: the keys and certificates that signed lists are verified with
- `bundle`: one signed file with a list, rules, revocation data and value sets
- `lint`: what is weak or odd about a list; `diff`: what changed between two; `export`: a list as PEM,
  JWK, COSE
"""

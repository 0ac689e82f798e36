"""Certificates and CRLs that OpenSSL's wrapper refuses over a detail -> the same without that detail.

Two details occur in the authorities of passports (ICAO 9303-12, section 7), and pyca/cryptography reads
nothing of a certificate that has one:

- an ECDSA AlgorithmIdentifier with NULL parameters, where RFC 5758 (section 3.2) wants none: Japan;
- the parameters of a well-known curve in the place of its name (RFC 3279, section 2.3.5).

What comes out is for reading names, times, key and extensions only. A signature is over the bytes of
the original, which `der.first_inside` gives; nothing here decides anything about one.
"""

from __future__ import annotations

from typing import Final

from vaxpass.crypto import der
from vaxpass.crypto.der import Element
from vaxpass.errors import ArgumentError

LARGEST: Final = 4 * 1024 * 1024
"""Bytes; a certificate has about 1,500, and a list of revoked ones seldom more."""
_SEQUENCE, _INTEGER, _OCTETS = 0x30, 0x02, 0x04
_NULL: Final = (0x05, b"")
_OBJECT_IDENTIFIER: Final = 0x06
_ECDSA: Final = bytes.fromhex("2a8648ce3d0403")  # 1.2.840.10045.4.3, without the last arc
_EC: Final = (_OBJECT_IDENTIFIER, bytes.fromhex("2a8648ce3d0201"))
_PRIME_FIELD: Final = (_OBJECT_IDENTIFIER, bytes.fromhex("2a8648ce3d0101"))


class _Curve:
    """The numbers of a curve over a prime field (RFC 5639; SEC 2, section 2)."""

    __slots__ = ("generator", "numbers", "oid", "size")

    def __init__(self, oid: str, numbers: str) -> None:
        self.oid = bytes.fromhex(oid)
        prime, a, b, x, y, order = (int(number, 16) for number in numbers.split())
        self.numbers = (prime, a, b, order)
        self.generator = (x, y)
        self.size = (prime.bit_length() + 7) // 8


def repaired(data: bytes) -> bytes:
    """The DER of a certificate or a CRL without what its parser refuses.

    Raises `ArgumentError` where there is nothing of the kind in it, or it is neither.
    """
    if len(data) > LARGEST:
        raise ArgumentError("a certificate or CRL is too large")
    body, algorithm, signature = _outer(data)
    parts = der.elements(body[1])
    signed = next((place for place, (tag, _) in enumerate(parts) if tag == _SEQUENCE), 0)
    parts[signed] = _without_null(parts[signed])
    parts = [_with_named_curve(part) for part in parts]
    changed = (
        (_SEQUENCE, b"".join(der.encode(*part) for part in parts)),
        _without_null(algorithm),
        signature,
    )
    result = der.encode(_SEQUENCE, b"".join(der.encode(*part) for part in changed))
    if result == data:
        raise ArgumentError("there is nothing to repair")
    return result


def _outer(data: bytes) -> tuple[Element, Element, Element]:
    listed = der.elements(data)
    inside = der.elements(listed[0][1]) if len(listed) == 1 else []
    if [tag for tag, _ in inside] != [_SEQUENCE, _SEQUENCE, 0x03]:
        raise ArgumentError("neither a certificate nor a CRL")
    return inside[0], inside[1], inside[2]


def _without_null(algorithm: Element) -> Element:
    """The identifier of a signature's algorithm; for ECDSA without NULL parameters."""
    said = der.elements(algorithm[1])
    if len(said) == 2 and said[0][1].startswith(_ECDSA) and said[1] == _NULL:
        return algorithm[0], der.encode(*said[0])
    return algorithm


def _with_named_curve(part: Element) -> Element:
    """A SubjectPublicKeyInfo with the name of its curve in the place of its parameters.

    Any other part of a certificate stays as it is.
    """
    tag, content = part
    if tag != _SEQUENCE:
        return part
    inside = der.elements(content)
    if [tag for tag, _ in inside] != [_SEQUENCE, 0x03]:
        return part
    said = der.elements(inside[0][1])
    if len(said) != 2 or said[0] != _EC or said[1][0] != _SEQUENCE:
        return part
    curve = _named(said[1][1])
    if curve is None:
        return part
    name = der.encode(*_EC) + der.encode(_OBJECT_IDENTIFIER, curve.oid)
    return tag, der.encode(_SEQUENCE, name) + der.encode(*inside[1])


def _named(parameters: bytes) -> _Curve | None:
    """The curve that has just these parameters, its generator and order among them.

    A curve that has only its field and coefficients could have a generator for which everybody knows
    the private key of any public one (CVE-2020-0601).
    """
    listed = der.elements(parameters)
    tags = [tag for tag, _ in listed]
    if tags[:5] != [_INTEGER, _SEQUENCE, _SEQUENCE, _OCTETS, _INTEGER] or len(listed) > 6:
        return None
    field, coefficients = der.elements(listed[1][1]), der.elements(listed[2][1])
    if len(field) != 2 or field[0] != _PRIME_FIELD or len(coefficients) not in (2, 3):
        return None
    cofactor = listed[5] if len(listed) == 6 else (_INTEGER, b"\x01")
    given = [field[1][1], coefficients[0][1], coefficients[1][1], listed[4][1]]
    numbers = tuple(int.from_bytes(number, "big") for number in given)
    for curve in _CURVES:
        x, y = curve.generator
        ahead = x.to_bytes(curve.size, "big")
        points = (b"\x04" + ahead + y.to_bytes(curve.size, "big"), bytes((2 + y % 2,)) + ahead)
        if numbers == curve.numbers and listed[3][1] in points and cofactor == (_INTEGER, b"\x01"):
            return curve
    return None


_CURVES: Final = (
    # brainpoolP256r1
    _Curve(
        "2b2403030208010107",
        """
        a9fb57dba1eea9bc3e660a909d838d726e3bf623d52620282013481d1f6e5377
        7d5a0975fc2c3057eef67530417affe7fb8055c126dc5c6ce94a4b44f330b5d9
        26dc5c6ce94a4b44f330b5d9bbd77cbf958416295cf7e1ce6bccdc18ff8c07b6
        8bd2aeb9cb7e57cb2c4b482ffc81b7afb9de27e1e3bd23c23a4453bd9ace3262
        547ef835c3dac4fd97f8461a14611dc9c27745132ded8e545c1d54c72f046997
        a9fb57dba1eea9bc3e660a909d838d718c397aa3b561a6f7901e0e82974856a7
        """,
    ),
    # brainpoolP384r1
    _Curve(
        "2b240303020801010b",
        """
        8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b412b1da197fb71123acd3a729901d1a71874700133107ec53
        7bc382c63d8c150c3c72080ace05afa0c2bea28e4fb22787139165efba91f90f8aa5814a503ad4eb04a8c7dd22ce2826
        4a8c7dd22ce28268b39b55416f0447c2fb77de107dcd2a62e880ea53eeb62d57cb4390295dbc9943ab78696fa504c11
        1d1c64f068cf45ffa2a63a81b7c13f6b8847a3e77ef14fe3db7fcafe0cbd10e8e826e03436d646aaef87b2e247d4af1e
        8abe1d7520f9c2a45cb1eb8e95cfd55262b70b29feec5864e19c054ff99129280e4646217791811142820341263c5315
        8cb91e82a3386d280f5d6f7e50e641df152f7109ed5456b31f166e6cac0425a7cf3ab6af6b7fc3103b883202e9046565
        """,
    ),
    # brainpoolP512r1
    _Curve(
        "2b240303020801010d",
        """
        aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca703308717d4d9b009bc66842aecda12ae6a380e62881ff2f2d82c68528aa6056583a48f3
        7830a3318b603b89e2327145ac234cc594cbdd8d3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94ca
        3df91610a83441caea9863bc2ded5d5aa8253aa10a2ef1c98b9ac8b57f1117a72bf2c7b9e7c1ac4d77fc94cadc083e67984050b75ebae5dd2809bd638016f723
        81aee4bdd82ed9645a21322e9c4c6a9385ed9f70b5d916c1b43b62eef4d0098eff3b1f78e2d0d48d50d1687b93b97d5f7c6d5047406a5e688b352209bcb9f822
        7dde385d566332ecc0eabfa9cf7822fdf209f70024a57b1aa000c55b881f8111b2dcde494a5f485e5bca4bd88a2763aed1ca2b2fa8f0540678cd1e0f3ad80892
        aadd9db8dbe9c48b3fd4e6ae33c9fc07cb308db3b3c9d20ed6639cca70330870553e5c414ca92619418661197fac10471db1d381085ddaddb58796829ca90069
        """,
    ),
    # prime256v1
    _Curve(
        "2a8648ce3d030107",
        """
        ffffffff00000001000000000000000000000000ffffffffffffffffffffffff
        ffffffff00000001000000000000000000000000fffffffffffffffffffffffc
        5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
        6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296
        4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5
        ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
        """,
    ),
    # secp384r1
    _Curve(
        "2b81040022",
        """
        fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff
        fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc
        b3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef
        aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7
        3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f
        ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973
        """,
    ),
    # secp224r1
    _Curve(
        "2b81040021",
        """
        ffffffffffffffffffffffffffffffff000000000000000000000001
        fffffffffffffffffffffffffffffffefffffffffffffffffffffffe
        b4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4
        b70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21
        bd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34
        ffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3d
        """,
    ),
    # secp521r1
    _Curve(
        "2b81040023",
        """
        1ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff
        1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffc
        051953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00
        0c6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66
        11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650
        1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409
        """,
    ),
)

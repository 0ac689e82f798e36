"""Made-up authorities of passports, signers of seals (VDS-NC), and what these sign."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.padding import PSS
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from tests.support.world import START
from vaxpass.crypto import SignerKey
from vaxpass.encoding import canonical_json, strict_base64
from vaxpass.trust import CSCA, TrustedKey

SEALS: Final = "2.23.136.1.1.14.2"
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
NAME: Final = "Utopia Country Signer"
DATA: Final[dict[str, Any]] = {
    "hdr": {"t": "icao.vacc", "v": 1, "is": "UTO"},
    "msg": {
        "uvci": "U00000000001",
        "pid": {"n": "NGUYEN  BAO DUY", "dob": "1990-05-06", "sex": "M", "i": "C1234567"},
        "ve": [
            {
                "des": "XM3418",
                "nam": "Stamaril",
                "dis": "1D47",
                "vd": [
                    {"dvc": "2026-01-04", "seq": 1, "ctr": "UTO", "adm": "Clinic", "lot": "Y1"},
                    {"dvc": "2026-02-04", "seq": "2", "ctr": "VNM", "lot": "Y2", "dvn": "2036-02-04"},
                ],
            }
        ],
    },
}
TEST_DATA: Final[dict[str, Any]] = {
    "hdr": {"t": "icao.test", "v": 1, "is": "UTO"},
    "msg": {
        "utci": "U00000000002",
        "pid": {"n": "NGUYEN  BAO DUY", "dob": "1990-05-06", "dt": "P", "dn": "C1234567"},
        "sp": {"spn": "Laboratory 1", "ctr": "UTO", "cd": {"p": "+10 1234"}},
        "dat": {"sc": "2026-05-30T10:00:00+07:00", "ri": "2026-05-31T08:00:00Z"},
        "tr": {"tc": "molecular(PCR)", "r": "negative", "m": "nasopharyngeal"},
    },
}


def name(country: str | None, common: str) -> x509.Name:
    said = [] if country is None else [x509.NameAttribute(NameOID.COUNTRY_NAME, country)]
    return x509.Name([*said, x509.NameAttribute(NameOID.COMMON_NAME, common)])


def document_types(types: Iterable[str]) -> x509.UnrecognizedExtension:
    named = b"".join(bytes((0x13, len(each))) + each.encode() for each in types)
    listed = bytes((0x31, len(named))) + named
    value = b"\x02\x01\x00" + listed
    oid = x509.ObjectIdentifier("2.23.136.1.1.6.2")
    return x509.UnrecognizedExtension(oid, bytes((0x30, len(value))) + value)


@dataclass(frozen=True)
class Signer:
    """A private key and the certificate that an authority made for it."""

    key: PrivateKey
    der: bytes

    @property
    def certificate(self) -> SignerKey:
        return SignerKey.from_der(self.der)

    def sign(self, signed: bytes, algorithm: str = "ES256") -> bytes:
        assert isinstance(self.key, ec.EllipticCurvePrivateKey)
        chosen = {"ES256": hashes.SHA256(), "ES384": hashes.SHA384(), "ES512": hashes.SHA512()}
        size = (self.key.curve.key_size + 7) // 8
        r, s = decode_dss_signature(self.key.sign(signed, ec.ECDSA(chosen[algorithm])))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")

    def seal(self, data: Any = None, algorithm: str = "ES256", **changed: Any) -> str:
        """A seal over `data`; `changed` replaces members of `sig`, None leaves one out."""
        data = DATA if data is None else data
        signature = self.sign(canonical_json.encode(data), algorithm)
        sealed: dict[str, Any] = {
            "alg": algorithm,
            "cer": strict_base64.encode_url(self.der),
            "sigvl": strict_base64.encode_url(signature),
        } | changed
        given = {key: value for key, value in sealed.items() if value is not None}
        return json.dumps({"data": data, "sig": given})


@dataclass(frozen=True)
class Csca:
    """A country signing authority for tests."""

    key: PrivateKey
    der: bytes
    country: str | None
    common: str

    @classmethod
    def create(
        cls,
        country: str | None = "UT",
        common: str = NAME,
        *,
        key: PrivateKey | None = None,
        by: Csca | None = None,
        start: datetime = START,
        days: int = 4000,
    ) -> Csca:
        """A self-signed authority, or with `by` a link certificate."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        builder = (
            _builder(name(country, common), key, start, days)
            .issuer_name(name(country, common) if by is None else name(by.country, by.common))
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        )
        signed = builder.sign((by or cls(key, b"", country, common)).key, hashes.SHA256())
        return cls(key, signed.public_bytes(Encoding.DER), country, common)

    @property
    def certificate(self) -> SignerKey:
        return SignerKey.from_der(self.der)

    def trusted(self, source: str = "list", **fields: Any) -> TrustedKey:
        return TrustedKey.of(self.certificate, source, usage=CSCA, **fields)

    def issue(
        self,
        *,
        country: str | None = "UT",
        usages: Sequence[str] = (SEALS,),
        types: Sequence[str] | None = ("NV", "NT"),
        start: datetime = START,
        days: int = 3000,
        curve: ec.EllipticCurve | None = None,
        serial: int | None = None,
        extra: Sequence[tuple[x509.ExtensionType, bool]] = (),
        key: PrivateKey | None = None,
        algorithm: hashes.HashAlgorithm | None = None,
        padding: PSS | None = None,
    ) -> Signer:
        """A signer with a certificate of this authority."""
        key = key or ec.generate_private_key(curve or ec.SECP256R1())
        builder = _builder(name(country, "Seal Signer"), key, start, days, serial)
        builder = builder.issuer_name(name(self.country, self.common))
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = builder.add_extension(identifier, critical=False)
        if usages:
            listed = [x509.ObjectIdentifier(usage) for usage in usages]
            builder = builder.add_extension(x509.ExtendedKeyUsage(listed), critical=True)
        if types is not None:
            builder = builder.add_extension(document_types(types), critical=False)
        for extension, critical in extra:
            builder = builder.add_extension(extension, critical=critical)
        made = builder.sign(self.key, algorithm or hashes.SHA256(), rsa_padding=padding)  # type: ignore[arg-type,unused-ignore]
        return Signer(key, made.public_bytes(Encoding.DER))

    def revoke(
        self,
        *serials: int,
        issuer: x509.Name | None = None,
        extra: x509.ExtensionType | None = None,
        algorithm: hashes.HashAlgorithm | None = None,
    ) -> bytes:
        """A list of revoked signers (DER); `extra` is a critical extension."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(issuer or name(self.country, self.common))
            .last_update(START)
            .next_update(START + timedelta(days=90))
        )
        for serial in serials:
            revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(START)
            builder = builder.add_revoked_certificate(revoked.build())
        if extra is not None:
            builder = builder.add_extension(extra, critical=True)
        made = builder.sign(self.key, algorithm or hashes.SHA256())  # type: ignore[arg-type,unused-ignore]
        return made.public_bytes(Encoding.DER)


def changed(data: dict[str, Any], place: str, value: object) -> dict[str, Any]:
    """A copy with another value at `place` (`msg.ve.0.nam`); `...` takes the member away."""
    made = copy.deepcopy(data)
    inside: Any = made
    *way, last = [int(part) if part.isdigit() else part for part in place.split(".")]
    for part in way:
        inside = inside[part]
    if value is ...:
        del inside[last]
    else:
        inside[last] = value
    return made


def _builder(
    subject: x509.Name, key: PrivateKey, start: datetime, days: int, serial: int | None = None
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(serial or x509.random_serial_number())
        .not_valid_before(start.astimezone(UTC))
        .not_valid_after(start.astimezone(UTC) + timedelta(days=days))
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )

"""Make the demonstration world: a TEST trust list, and passports of invented people.

    python examples/make_demo_world.py [--out DIR]

Writes `trust_lists/demo.json` and `examples/passports/` below DIR (default: this repository). Every run
makes new keys; what is expected of each passport stays the same. Private keys are never written.
"""

from __future__ import annotations

import argparse
import hashlib
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP384R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA384

from vaxpass import (
    Certificate,
    Kind,
    Person,
    Recovery,
    TestEntry,
    Vaccination,
    VaccinationCertificate,
    encode,
    qr,
)
from vaxpass.crypto import Algorithm
from vaxpass.encoding import base45, deflate
from vaxpass.testing import Authority, IssuedKey
from vaxpass.trust import TrustedKey
from vaxpass.trust.formats import native

SOURCE: Final = "vaxpass demonstration world (TEST)"
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
END: Final = datetime(2035, 12, 31, tzinfo=UTC)
EARLY_END: Final = datetime(2026, 1, 31, tzinfo=UTC)
LATE_START: Final = datetime(2035, 6, 1, tzinfo=UTC)
DAYS: Final = 3652  # 2026-01-01 to 2036-01-01
_COVID: Final = "840539006"
_ISSUER: Final = "TEST Ministry of Health"
_ES384: Final = -35
_STAMARIL: Final = "YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0"
_IPV: Final = "PolioVaccineInactivatedIProduct087ff26057e89c006517428347dfbc3c"


class Passport(NamedTuple):
    """A passport, and what is expected of it with the demonstration list."""

    name: str
    what: str
    text: str
    outcome: str = "accepted"
    code: str = ""
    remark: str = ""


def icao(name: str) -> str:
    """A name in Latin letters as in a machine-readable zone (ICAO 9303-3)."""
    plain = unicodedata.normalize("NFD", name).upper().replace("Đ", "D").replace("Ð", "D")
    letters = {" ": "<", "-": "<", "'": "", "’": "", ".": ""}
    return "".join(letters.get(c, c) for c in plain if not unicodedata.combining(c))


def person(family: str | None, given: str | None) -> Person:
    """A name with its machine-readable form."""
    return Person(family, family and icao(family), given, given and icao(given))


def uvci(of: Person, country: str = "VN") -> str:
    """A certificate number in the form that Viet Nam used: 32 hexadecimal characters."""
    return f"URN:UVCI:01:{country}:{hashlib.sha256(repr(of).encode()).hexdigest()[:32].upper()}"


def vaccination(
    of: Person, born: str, *, holder: str = "ORG-100030215", country: str = "VN"
) -> Certificate:
    """The second dose of Comirnaty."""
    entry = Vaccination(
        disease=_COVID,
        prophylaxis="1119349007",
        product="EU/1/20/1528",
        manufacturer=holder,
        dose=2,
        doses=2,
        date="2025-11-12",
        country=country,
        issuer=_ISSUER,
        uvci=uvci(of, country),
    )
    return Certificate(of, born, (entry,))


def sample(of: Person, born: str, result: str = "260415000") -> Certificate:
    """A laboratory test, not detected unless said."""
    taken = "2025-12-31T08:30:00+07:00"
    entry = TestEntry(
        _COVID, "LP6464-4", taken, result, "VN", _ISSUER, uvci(of), "TEST Laboratory, Hà Nội"
    )
    return Certificate(of, born, (entry,))


def recovery(of: Person, born: str) -> Certificate:
    """A recovery."""
    days = ("2025-11-20", "2025-12-01", "2026-05-19")
    entry = Recovery(_COVID, *days, "VN", _ISSUER, uvci(of))
    return Certificate(of, born, (entry,))


def yellow_card(of: Person, born: str, vaccine: str) -> VaccinationCertificate:
    """WHO's digital yellow card (ICVP) of a dose."""
    return VaccinationCertificate(
        name=f"{of.family_name} {of.given_name}",
        birth_date=born,
        sex="female",
        nationality="VNM",
        document_number="C0000000",
        document_type="PPN",
        vaccine=vaccine,
        date="2025-11-12",
        batch="TEST-7",
        clinician="TEST Trung tâm Kiểm dịch Y tế quốc tế",
        issuer=_ISSUER,
        issued_on="2026-01-01",
    )


LAN: Final = person("Đặng", "Thị Ánh Tuyết")
QUAN: Final = person("Nguyễn", "Hoàng Quân")
DAT: Final = person("Trần", "Quốc Đạt")
HUONG: Final = person("Phạm", "Ngọc Hường")
KHOI: Final = person("Đỗ", "Minh Khôi")
THUY: Final = person("Lý", "Như Thủy")
LONG: Final = person(
    "Công Tằng Tôn Nữ", "Thị Thanh Hương Giang Minh Nguyệt Ánh Dương Bích Ngọc Kim Ngân Tuyết Mai Đan"
)
LINA: Final = person("Example", "Lina Zoë")
SINGLE: Final = person("Suwarno", None)
HYPHEN: Final = person("O'Example-Nguyễn", "Anne-Marie")
# Arabic letters have their own table in ICAO 9303-3; they are written out here.
RIGHT_TO_LEFT: Final = Person("كرم", "KRM", "سالم نور", "SALM<NWR")


@dataclass(frozen=True)
class Keys:
    """The signers; all but `unknown` are on the list."""

    es256: IssuedKey
    ps256: IssuedKey
    tests_only: IssuedKey
    abroad: IssuedKey
    cards: IssuedKey
    unknown: IssuedKey

    @classmethod
    def make(cls) -> Keys:
        """Two countries and their signers: Viet Nam, and XA, a code that ISO gives to no country."""
        vietnam = Authority.create("VN", valid_from=START, days=DAYS)
        abroad = Authority.create("XA", valid_from=START, days=DAYS)
        return cls(
            es256=vietnam.issue_signer(days=DAYS),
            ps256=vietnam.issue_signer(days=DAYS, algorithm=Algorithm.PS256),
            tests_only=vietnam.issue_signer(days=DAYS, kinds=[Kind.TEST]),
            abroad=abroad.issue_signer(days=DAYS),
            cards=vietnam.issue_signer(days=DAYS),
            unknown=vietnam.issue_signer(days=DAYS),
        )

    def trust_list(self) -> bytes:
        """The list, marked as one of test keys."""
        listed = (self.es256, self.ps256, self.tests_only, self.abroad, self.cards)
        keys = [
            TrustedKey(k.certificate.kid, k.certificate, k.certificate.country, SOURCE, test=True)
            for k in listed
        ]
        return native.write(keys, source=SOURCE, test=True)


def issue(
    certificate: Certificate | VaccinationCertificate,
    key: IssuedKey,
    issued_at: datetime = START,
    expires_at: datetime = END,
    issuer: str = "VN",
) -> str:
    """The text of a passport."""
    return encode(certificate, key.signer(), issuer=issuer, issued_at=issued_at, expires_at=expires_at)


def tampered(text: str) -> str:
    """The same text with another dose number: the signature is the old one."""
    protected, unprotected, payload, signature = unpack(text)
    claims = cbor2.loads(payload)
    claims[-260][1]["v"][0]["dn"] = 3
    return pack(protected, unprotected, cbor2.dumps(claims), signature)


def signed_es384(text: str, kid: bytes) -> str:
    """The same content, signed with an algorithm that health passports must not use."""
    _, unprotected, payload, _ = unpack(text)
    protected = cbor2.dumps({1: _ES384, 4: kid})
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    r, s = decode_dss_signature(generate_private_key(SECP384R1()).sign(signed, ECDSA(SHA384())))
    return pack(protected, unprotected, payload, r.to_bytes(48, "big") + s.to_bytes(48, "big"))


def unpack(text: str) -> tuple[bytes, object, bytes, bytes]:
    """The four parts of the signed message."""
    packed = base45.decode(text.removeprefix("HC1:"))
    protected, unprotected, payload, signature = cbor2.loads(deflate.inflate(packed, 65536)).value
    return protected, unprotected, payload, signature


def pack(protected: bytes, unprotected: object, payload: bytes, signature: bytes) -> str:
    """The four parts of the message as text."""
    message = cbor2.CBORTag(18, [protected, unprotected, payload, signature])
    return "HC1:" + base45.encode(deflate.deflate(cbor2.dumps(message)))


def yellow_cards(key: IssuedKey) -> Iterator[Passport]:
    """The yellow cards of the world."""
    text = issue(yellow_card(LAN, "1988-02-29", _STAMARIL), key)
    yield Passport("yellow-card", "yellow card of WHO (ICVP): yellow fever, for life", text)
    text = issue(yellow_card(LAN, "1988-02-29", _IPV), key)
    yield Passport("yellow-card-polio", "yellow card of WHO (ICVP): polio", text)


def passports(keys: Keys) -> Iterator[Passport]:
    """All passports of the world: those that are accepted, then the broken ones."""
    es, ps = keys.es256, keys.ps256
    good = issue(vaccination(LAN, "1988-02-29"), es)
    yield Passport("vaccination-es256", "vaccination, signed with ES256", good)
    text = issue(vaccination(QUAN, "1990-05-06"), ps)
    yield Passport("vaccination-ps256", "vaccination, signed with PS256", text)
    text = issue(sample(DAT, "2001-09-15"), es)
    yield Passport("test-es256", "negative test, signed with ES256", text)
    text = issue(sample(HUONG, "1975-12-01"), ps)
    yield Passport("test-ps256", "negative test, signed with PS256", text)
    text = issue(recovery(KHOI, "1969-07-20"), es)
    what, remark = "recovery, signed with ES256; its own period is over", "validity.period_over"
    yield Passport("recovery-es256", what, text, remark=remark)
    text = issue(recovery(THUY, "1953"), ps)
    what = "recovery, signed with PS256; only the year of birth"
    yield Passport("recovery-ps256", what, text, remark=remark)
    text = issue(vaccination(LONG, "1949-01"), es)
    yield Passport("name-long", "given names of nearly 80 characters; no day of birth", text)
    text = issue(vaccination(SINGLE, "1982-03-04"), es)
    yield Passport("name-single", "a holder with one name only", text)
    text = issue(vaccination(HYPHEN, "1994-10-11"), es)
    yield Passport("name-hyphen", "a name with apostrophe and hyphen", text)
    text = issue(vaccination(RIGHT_TO_LEFT, "1998-06-30"), es)
    yield Passport("name-right-to-left", "a name in Arabic letters", text)
    text = issue(vaccination(LINA, "1996-04-17", country="XA"), keys.abroad, issuer="XA")
    what, remark = "vaccination of the invented country XA", "valuesets.unknown_code"
    yield Passport("country-xa", what, text, remark=remark)
    yield from yellow_cards(keys.cards)
    text = issue(sample(DAT, "2001-09-15", result="260373001"), es)
    what = "a test that found an infection"
    yield Passport("positive-test", what, text, "genuine", "content.detected")
    text = issue(vaccination(QUAN, "1990-05-06", holder="ORG-100001699"), ps)
    what, remark = "product and manufacturer contradict each other", "valuesets.product_holder"
    yield Passport("contradiction", what, text, remark=remark)
    text = issue(vaccination(KHOI, "1969-07-20"), es, START, EARLY_END)
    yield Passport("expired", "expired on 2026-01-31", text, "rejected", "validity.expired")
    text = issue(vaccination(KHOI, "1969-07-20"), es, LATE_START, END)
    yield Passport("not-yet-valid", "valid from 2035-06-01", text, "rejected", "validity.not_yet")
    what, code = "the dose number was changed after signing", "signature.mismatch"
    yield Passport("tampered", what, tampered(good), "rejected", code)
    text = issue(vaccination(HUONG, "1975-12-01"), keys.tests_only)
    what, code = "vaccination, signed with a key for tests only", "usage.not_for_vaccination"
    yield Passport("wrong-usage", what, text, "rejected", code)
    text, code = signed_es384(good, es.certificate.kid), "cose.algorithm_unsupported"
    yield Passport("unsupported-algorithm", "signed with ES384", text, "rejected", code)
    text = issue(vaccination(THUY, "1953"), keys.unknown)
    what, code = "signed with a key that is not on the list", "trust.key_unknown"
    yield Passport("unknown-key", what, text, "undecided", code)
    half = good[: len("HC1:") + len(good) // 6 * 3]  # whole groups of three characters
    yield Passport("cut-short", "its second half is missing", half, "unreadable", "deflate.truncated")


README: Final = """\
# Demonstration passports (TEST)

Made by `examples/make_demo_world.py`. All people, issuers and keys are invented; nothing here was
issued by any authority, and the private keys were thrown away.

Each passport is a text (`NAME.txt`) and a QR code (`NAME.png`). What the table says holds at
`2026-06-01T12:00:00Z`, and at any time from 2026-05-20 to 2035-05-31, with the list
`trust_lists/demo.json`. Its keys are test keys: they count only where the policy allows test keys
(`Policy(test_keys=True)`). Without that, whatever they signed is rejected with `trust.test_key`.

    python examples/verify_offline.py examples/passports/vaccination-es256.txt

| Passport | What it is | Outcome | Code | NoteCode |
| --- | --- | --- | --- | --- |
"""


def row(passport: Passport) -> str:
    """What is expected of a passport, as a line of the table."""
    codes = (f"`{code}`" if code else "-" for code in (passport.code, passport.remark))
    return f"| `{passport.name}` | {passport.what} | {passport.outcome} | {' | '.join(codes)} |\n"


def write(out: Path) -> None:
    """Make a new world and write it below `out`."""
    keys = Keys.make()
    made = list(passports(keys))
    folder = out / "examples" / "passports"
    folder.mkdir(parents=True, exist_ok=True)
    for passport in made:
        file = folder / passport.name
        file.with_suffix(".txt").write_text(passport.text + "\n", encoding="ascii")
        file.with_suffix(".png").write_bytes(qr.png(passport.text, scale=3))
        if passport.name == "vaccination-es256":
            file.with_suffix(".svg").write_text(qr.svg(passport.text), encoding="utf-8")
    (folder / "README.md").write_text(README + "".join(map(row, made)), encoding="utf-8")
    lists = out / "trust_lists"
    lists.mkdir(exist_ok=True)
    (lists / "demo.json").write_bytes(keys.trust_list())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Make the demonstration world (TEST).")
    parser.add_argument("--out", type=Path, default=Path(__file__).parents[1], metavar="DIR")
    write(parser.parse_args().out)

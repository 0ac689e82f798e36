"""Documents of other families are named and undecided: never red, never called something else."""

from __future__ import annotations

import json
import pickle
from urllib.parse import quote

import pytest

from tests.support.links import encrypted
from tests.support.paths import find_shared
from tests.support.world import NOW, START, World, claims, forge
from vaxpass import Code, NoteCode, Outcome, Stage, Status, TrustList, Verifier, decode
from vaxpass.documents import FAMILIES, recognise
from vaxpass.encoding import strict_base64
from vaxpass.errors import DecodeError


def token(header: object, payload: object = b"\x85\x1f") -> str:
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    parts = (json.dumps(header).encode(), body, b"a signature")
    return ".".join(map(strict_base64.encode_url, parts))


SEAL = {"data": {"hdr": {"t": "icao.other", "v": 1, "is": "UTO"}, "msg": {}}, "sig": {}}
TEXTS = {
    Code.PREFIX_HEALTH_LINK: [
        "shlink:/eyJ1cmwiOiJo",
        "vhlink:/eyJ1cmwiOiJo",
        "shlink://eyJ1cmwiOiJo",
        "https://viewer.example.org/view.html?a=1#shlink:/eyJ1cmwiOiJo",
        "HTTPS://VIEWER.EXAMPLE.ORG#VHLINK:/eyJ1cmwiOiJo",
    ],
    Code.PREFIX_LINK_FILE: [
        encrypted(b"x").decode(),
        f" {encrypted(bytes(60_000), kid='k').decode()}\n",
        json.dumps({"files": [{"contentType": "x", "location": "https://example.org/"}]}),
        json.dumps({"files": [{"contentType": "x", "embedded": encrypted(b"x").decode()}]}),
    ],
    Code.PREFIX_VDS_NC: [json.dumps(SEAL), json.dumps([SEAL], indent=2)],
    Code.PREFIX_DUTCH_PASS: ["NL2:6BF", "NL3:6BF"],
    Code.PREFIX_SWISS_LIGHT: ["LT1:6BFY90R10RDWT"],
    Code.PREFIX_NEW_ZEALAND_PASS: ["NZCP:/1/2KCEVIQEIVVWK6JNGEASNI"],
    Code.PREFIX_FRENCH_2D_DOC: ["DC04FR03AHP11A071A07L101FRL0A"],
    Code.PREFIX_ICAO_SEAL: ["NDB1ABC", "RDB1ABC", "\xdc\x03data"],
    Code.PREFIX_UNSUPPORTED_VERSION: ["HC2:6BF", "HCA:6BF"],
    Code.PREFIX_WALLET_LINK: [
        "https://bonjour.tousanticovid.gouv.fr/app/walletdcc",
        "https://bonjour.tousanticovid.gouv.fr/app/wallet?v=DC04FR",
        "https://example.org/add#HC1%3ANCF",
        "https://example.org/add?pass=hc1%3ANCF&from=mail",
    ],
}
CASES = [(code, text) for code, texts in TEXTS.items() for text in texts]
NOT_MEANT = [
    *("", "https://example.org/", "https://example.org/wallet", "shc", "shlink", "DC04", "NL:", "LT2:"),
    *("HC1", "xshc:/1", "{", "[]", "[1]", "{}", '{"proof": 1}', '{"data": {"hdr": {"t": "other"}}}'),
    *('{"files": []}', '{"files": [7]}', '{"files": [{"location": "x"}]}', "e....", "....", "[{}"),
    *("eyJh..AA.AA.AA", "eyI..AA.AA.AA", "eyJhIjoxfQ..AA.AA.AA", "eyJhIjoxfQ.A.A.A.A.A"),
    *('{"verifiableCredential": ["x"]}', "e" * 50, token({"alg": "ES256"}, {"sub": "x"}), "PK\x05\x06"),
    *('{"data": ' * 2000, "[" * 100_000, "\ud800", '{"proof": {"verificationMethod": "https://x"}}'),
]


@pytest.mark.parametrize(("code", "text"), CASES)
def test_a_document_of_another_family_is_named_and_undecided(code: Code, text: str) -> None:
    verdict = Verifier(TrustList([])).verify(text, at=NOW)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, code)
    assert verdict.check(Stage.PREFIX).status is Status.OPEN
    assert {check.status for check in verdict.checks[1:]} == {Status.SKIPPED}
    assert recognise(text) is not None
    for language in ("en", "vi"):
        assert len(verdict.reason(language)) > 20
    with pytest.raises(DecodeError) as raised:
        decode(text)
    assert raised.value.problem.code is code


@pytest.mark.parametrize("text", NOT_MEANT)
def test_what_only_resembles_one_is_no_health_passport(text: str) -> None:
    verdict = Verifier(TrustList([])).verify(text, at=NOW)
    assert (verdict.outcome, verdict.code) == (Outcome.OTHER, Code.PREFIX_MISSING)


def test_a_verifier_with_all_families_can_be_pickled(world: World) -> None:
    verifier = pickle.loads(pickle.dumps(Verifier(world.trust)))  # noqa: S301 - our own
    assert verifier.verify(CASES[0][1], at=NOW).code is CASES[0][0]
    assert len({family.name for family in FAMILIES}) == len(FAMILIES)


@pytest.mark.parametrize(
    "link",
    [
        "https://bonjour.tousanticovid.gouv.fr/app/walletdcc#{}",
        "https://wallet.example.org/add?dcc={}",
        "https://wallet.example.org/add?dcc={}&from=mail",
        " HTTPS://WALLET.EXAMPLE.ORG/add?a=1#{}\n",
    ],
)
def test_the_passport_in_the_link_of_a_wallet_is_read(world: World, link: str) -> None:
    text = world.issue()
    for inside in (quote(text, safe=""), quote(quote(text, safe=""), safe="")):
        verdict = world.verify(link.format(inside))
        assert verdict, verdict.code
        assert verdict.notes[0].code is NoteCode.PREFIX_FROM_LINK
        assert world.verify(link.format(inside[:-20])).code is Code.PREFIX_WALLET_LINK
    plain = quote(text, safe=":/$*+-.")
    assert world.verify(link.format(plain))


def test_the_link_of_apples_wallet_has_no_prefix(world: World) -> None:
    text = world.issue()
    for inside in (text, text.removeprefix("HC1:")):
        link = f"https://redirect.health.apple.com/EU-DCC/#{quote(inside, safe='')}"
        verdict = world.verify(link)
        assert verdict, verdict.code
        assert verdict.notes[0].code is NoteCode.PREFIX_FROM_LINK


def test_a_passport_in_a_link_is_judged_like_any_other(world: World) -> None:
    expired = forge(world.es256.signer(), claims(exp=int(START.timestamp()) + 9))
    link = f"https://wallet.example.org/#{quote(expired, safe='')}"
    assert world.verify(link).code is Code.VALIDITY_EXPIRED
    no_end = forge(world.es256.signer(), claims(exp=...))
    link = f"https://wallet.example.org/#{quote(no_end, safe='')}"
    assert world.verify(link).code is Code.CWT_EXP_MISSING


OTHERS = {
    3: Code.PAYLOAD_DDCC,
    4: Code.PAYLOAD_DDCC,
    -6: Code.PAYLOAD_ICVP,
    -7: Code.PAYLOAD_MEDICATION,
    99: Code.PAYLOAD_KIND_UNSUPPORTED,
}


@pytest.mark.parametrize(("key", "code"), OTHERS.items())
@pytest.mark.parametrize("end", [..., "never", None, -1, float("nan"), 10])
def test_another_kind_in_the_same_envelope_is_named_whatever_its_claims_are(
    world: World, key: int, code: Code, end: object
) -> None:
    signer = world.es256.signer()
    for body in ({}, {key: [{"u": "vhlink:/x"}]}):
        hcert = {key: body}
        given = {} if end is ... else {"4": end}
        spelled = {"1": "XJ", **given, "6": 1755625612038, "-260": {str(key): body}}
        for made in (claims(hcert=hcert, exp=end), claims(hcert=hcert, exp=end, iat=...), spelled):
            verdict = world.verify(forge(signer, made))
            assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, code)


def recognised(text: str) -> str:
    return decode(text).family.name


def test_the_older_certificates_of_who_have_no_envelope(world: World) -> None:
    signer = world.es256.signer()
    for kind in ("vaccine", "test"):
        made = {"name": "A B", "birthDate": "1990-01-01", kind: {"code": "x"}}
        assert recognised(forge(signer, made)) == "ddcc"
    other = world.verify(forge(signer, {"name": "A B"}))
    assert (other.outcome, other.code) == (Outcome.OTHER, Code.PAYLOAD_MISSING)


def test_no_published_document_of_another_family_is_red_or_unknown() -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("VAXPASS_SHARED names no folder with published documents")
    verifier = Verifier(TrustList([]))
    found = {}
    who = shared / "vectors" / "who"
    for path in [*who.glob("gdhcn-validator/*.txt"), *who.glob("vhl/*.txt")]:
        if not path.stem.endswith("Unpacked") and not path.name.startswith("EU"):
            found[path.name] = verifier.verify(path.read_text(encoding="utf-8").strip(), at=NOW)
    assert len(found) > 12
    for name, verdict in found.items():
        assert verdict.outcome is Outcome.UNDECIDED, name
        assert verdict.code is not Code.PAYLOAD_KIND_UNSUPPORTED, name

"""Rules in every form: what a pin vouches for is read, what can't be read is known to be missing."""

from __future__ import annotations

import base64
import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support import austrian_signatures as austrian
from tests.support.cms_messages import certify, sign, signer_of
from tests.support.rule_data import RULE, VALUES, data, in_lower_case, published, rule
from tests.support.signed import compact, issue
from tests.support.trust_lists import listed as trust_list
from tests.support.world import NOW
from vaxpass.encoding.strict_json import DEEPEST
from vaxpass.rules import RulesError, RuleSet, read_rules
from vaxpass.rules.forms import native
from vaxpass.rules.reading import LARGEST, is_rules

OTHER = published(Identifier="GR-XA-0001", CertificateType="General", Type="Invalidation")
BROKEN = published(Identifier="TR-XB-0002", Country="XB", Version="one")
BOTH = (rule(), rule(Identifier="GR-XA-0001", CertificateType="General", Type="Invalidation"))


def read(content: bytes, **how: Any) -> RuleSet:
    assert is_rules(content)
    return read_rules(content, source="here", **how)


def refused(content: bytes, why: str, **how: Any) -> None:
    with pytest.raises(RulesError, match=why) as found:
        read_rules(content, source="here", **how)
    assert str(found.value).startswith("here: ")
    assert str(found.value).endswith(".")


# --- plain JSON --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        data(RULE, OTHER),
        b"\xef\xbb\xbf \n" + data(RULE, OTHER),
        data(*map(in_lower_case, (RULE, OTHER))),
        json.dumps({"rules": [RULE, OTHER]}).encode(),
    ],
)
def test_plain_rules_of_the_user_are_read(content: bytes) -> None:
    assert read(content) == RuleSet(BOTH, (), None, "the user's own file")


def test_a_rule_alone_is_read() -> None:
    assert read(json.dumps(RULE).encode()).rules == BOTH[:1]


@pytest.mark.parametrize("content", [b"[]", b" [ ]\n", b'{"rules": []}'])
def test_a_country_may_have_no_rules(content: bytes) -> None:
    assert read(content).rules == ()


def test_plain_rules_that_were_only_collected_need_a_reason() -> None:
    refused(data(RULE), "nothing vouches", named_by_user=False)
    assert read(data(RULE), named_by_user=False, unsigned=True).rules == BOTH[:1]


def test_every_published_rule_is_read(shared: Path) -> None:
    lines = (shared / "vectors" / "rules" / "rules-testdata.jsonl").read_text().splitlines()
    found = read(data(*(json.loads(line)["rule"] for line in lines)))
    assert (len(found.rules), found.skipped) == (86, ())


def test_a_rule_that_cannot_be_read_is_skipped_and_known() -> None:
    deep = b"[" * (DEEPEST + 1) + b"]" * (DEEPEST + 1)
    twice = json.dumps(OTHER).encode().replace(b'"Type"', b'"Country": "XC", "Type"')
    nan = published(Identifier="RR-XB-0004", Logic=float("nan"))
    content = data(RULE, BROKEN, 5, {"Identifier": "\x1b", "Country": "XB"}, nan)
    content = content[:-1] + b"," + twice + b"," + json.dumps(OTHER | {"Logic": 0}).encode() + b"]"
    content = content.replace(b'"Logic": 0', b'"Logic": ' + deep)
    found = read(content)
    assert found.rules == BOTH[:1]
    assert [(s.source, s.entry, s.country) for s in found.skipped] == [
        ("here", "TR-XB-0002", "XB"),
        ("here", "rule 3", None),
        ("here", "rule 4", "XB"),
        ("here", "RR-XB-0004", "XA"),
        ("here", "rule 6", None),
        ("here", "GR-XA-0001", "XA"),
    ]
    reasons = " ".join(s.reason for s in found.skipped)
    for part in ("not a version", "not an object", "not finite", "twice", "nested more than"):
        assert part in reasons


@pytest.mark.parametrize(
    "content",
    [
        b'[{"Identifier": "Logic"',
        b'[{"Identifier": "Logic", "Logic": ' + b"[" * 100_000,
        b'{"Identifier": 1, "Logic": 1, "rules": 5}',
        b'{"rules": [{"Identifier": 1, "Logic": 1}], "rules": []}',
        b'{"a": {"Identifier": 1, "Logic": 1}}',
        b'[{"Identifier": 1, "Logic": ' + b"1" * 5000 + b"}]",
        b'[{"Identifier": 1, "Logic": "\xff"}]',
    ],
)
def test_json_that_is_no_list_of_rules_is_refused(content: bytes) -> None:
    refused(content, "Nothing of it is used")


@pytest.mark.parametrize("content", [b"", b"{}", b"HC1:6BF", b"[5]", trust_list(), b"\xa1\x61c\x80"])
def test_what_is_something_else_is_refused(content: bytes) -> None:
    assert not is_rules(content)
    refused(content, "not rules in a form")


def test_what_is_too_large_is_refused() -> None:
    refused(b"[" + b" " * LARGEST + b"]", "larger")
    refused(b"[" + b"1," * 20_000 + b'{"Identifier": 1, "Logic": 1}]', "not a list of rules")


# --- both in one -------------------------------------------------------------------------------------


def test_two_sets_in_one_keep_all_once() -> None:
    first = dataclasses.replace(read(data(RULE, BROKEN)), made_at=NOW, trusted_by="one")
    second = dataclasses.replace(read(data(OTHER, RULE)), made_at=NOW - timedelta(days=1))
    both = first | second
    assert both.rules == BOTH
    assert both.skipped == first.skipped
    assert (both.made_at, both.trusted_by) == (NOW - timedelta(days=1), "one; the user's own file")
    assert (both | both) == both
    assert len((read(data(published(Logic=[1]))) | read(data(published(Logic=[True])))).rules) == 2


# --- our own document --------------------------------------------------------------------------------


def test_our_document_keeps_everything() -> None:
    before = dataclasses.replace(read(data(RULE, BROKEN, 5, OTHER)), made_at=NOW, trusted_by="a pin")
    written = native.write(before, source="there")
    assert written.isascii()
    assert read(written) == before
    refused(written, "nothing vouches", named_by_user=False)


def document(**changes: Any) -> bytes:
    content = {"format": "vaxpass-rules", "version": 1, "rules": [RULE]} | changes
    return json.dumps({name: value for name, value in content.items() if value is not ...}).encode()


def test_a_short_document_is_enough() -> None:
    assert read(document()) == RuleSet(BOTH[:1], (), None, "the user's own file")


def test_a_skipped_rule_of_a_document_that_cannot_be_read_may_be_of_any_country() -> None:
    found = read(document(skipped=[5, {"country": "x"}, {"country": "xb", "entry": "TR\x1b"}]))
    assert [(s.source, s.entry, s.country) for s in found.skipped] == [
        ("here", "a rule", None),
        ("here", "a rule", None),
        ("here", "TR<U+001B>", "XB"),
    ]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"format": "vaxpass-rules "}, "not rules in a form"),
        ({"format": 5, "x": "vaxpass-rules"}, "does not say"),
        ({"version": 2}, "version"),
        ({"version": True}, "version"),
        ({"rules": ...}, "no list of rules"),
        ({"skipped": {}}, "no list of rules"),
        ({"created": "soon"}, "not a time"),
        ({"created": 5}, "not a time"),
    ],
)
def test_a_document_that_cannot_be_meant_is_refused(changes: dict[str, Any], why: str) -> None:
    refused(document(**{"rules": [], **changes}), why)


# --- the EU gateway ----------------------------------------------------------------------------------

KEY = ec.generate_private_key(ec.SECP256R1())
UPLOADER = certify(KEY)
FOREIGN_KEY = ec.generate_private_key(ec.SECP256R1())
FOREIGN = certify(FOREIGN_KEY, country="XB")
STRANGER = ec.generate_private_key(ec.SECP256R1())
GREEK = certify(KEY, country="GR")
PIN = signer_of(UPLOADER)


def item(content: Any = RULE, key: Any = KEY, certificate: Any = UPLOADER, **changes: Any) -> Any:
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    rule_ = content if isinstance(content, dict) else RULE
    envelope = {"version": rule_["Version"], "country": rule_["Country"]}
    message = base64.b64encode(sign(body, key, certificate)).decode()
    return envelope | {"validFrom": "x", "validTo": "x", "cms": message} | changes


def answer(*items: Any, **more: Any) -> bytes:
    return json.dumps({"VR-XA-0005": list(items)} | more).encode()


def test_rules_of_the_gateway_are_read_under_their_uploader() -> None:
    newer = published(Version="1.0.12")
    content = answer(item(), item(newer), **{"GR-XA-0001": [item(OTHER)]})
    for pin in (PIN, KEY.public_key()):
        found = read(content, pins=[pin], at=NOW)
        assert found.rules == (rule(), rule(Version="1.0.12"), BOTH[1])
        assert (found.skipped, found.made_at) == ((), None)
        assert "CMS signature" in found.trusted_by


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (item(key=FOREIGN_KEY, certificate=FOREIGN), "signed by an uploader of XB"),
        (item(key=FOREIGN_KEY, certificate=certify(FOREIGN_KEY)), "signed by an uploader of XB"),
        (item(key=STRANGER, certificate=certify(STRANGER)), "neither pinned nor issued"),
        (item(cms="junk!"), "not Base64"),
        (item(cms=base64.b64encode(b"junk").decode()), "CMS message"),
        (item(cms=None), "not text"),
        (item(version="1.0.12"), "another identifier, country or version"),
        (item(version=None), "not a version"),
        (item(OTHER), "another identifier, country or version"),
        (item(country="XB"), "another identifier, country or version"),
        (item(country=5), "Country"),
        (item(b"[]"), "not an object"),
        (item(b"{"), "not valid JSON"),
        (item(b"[" * 100_000), "not valid JSON"),
        (item(published(Logic=...)), "Logic is missing"),
        (5, "not an object"),
        (None, "not an object"),
    ],
)
def test_an_item_of_the_gateway_that_nobody_vouches_for_is_skipped(broken: Any, why: str) -> None:
    pins = [PIN, signer_of(FOREIGN)]
    found = read(answer(broken, **{"GR-XA-0001": [item(OTHER)]}), pins=pins)
    assert found.rules == BOTH[1:]
    (skipped,) = found.skipped
    assert skipped.entry == "VR-XA-0005"
    assert why in skipped.reason
    refused(answer(broken, cms=1), "none of its rules", pins=pins)


def test_a_greek_uploader_speaks_for_el() -> None:
    greek = published(Country="EL", Identifier="VR-EL-0005")
    found = read(
        answer(**{"VR-EL-0005": [item(greek, certificate=GREEK)]}),
        pins=[signer_of(GREEK)],
    )
    assert found.rules[0].country == "EL"


def test_an_expired_uploader_is_refused() -> None:
    assert read(answer(item()), pins=[PIN], at=NOW).rules
    refused(answer(item()), "not valid at the time", pins=[PIN], at=NOW + timedelta(days=400))


def test_the_gateway_without_a_pin_is_refused_unless_the_user_says_so() -> None:
    refused(answer(item()), "pins=")
    assert read(answer(item()), unsigned=True).rules == BOTH[:1]
    refused(b'{"cms": 1, "cms": 2}', "not a list of rules", pins=[PIN])


# --- Austria -----------------------------------------------------------------------------------------


def austria(*entries: object) -> bytes:
    return cbor2.dumps({"r": list(entries)})


def entry(content: Any = RULE, **changes: Any) -> dict[str, Any]:
    return {"i": content["Identifier"], "r": json.dumps(content)} | changes


def read_austrian(content: bytes, *sidecars: bytes, **how: Any) -> RuleSet:
    return read(content, sidecars=sidecars, **({"pins": [austrian.SIGNER.certificate]} | how))


AUSTRIAN = austria(entry(), entry(OTHER))


def test_austrian_rules_are_read_under_the_key_that_signed_them() -> None:
    found = read_austrian(AUSTRIAN, b"something else", austrian.sign(AUSTRIAN), at=NOW)
    assert (found.rules, found.skipped, found.made_at) == (BOTH, (), NOW)
    assert "by the pinned key" in found.trusted_by
    assert read_austrian(AUSTRIAN, pins=(), unsigned=True).rules == BOTH


def test_austrian_rules_that_nobody_vouches_for_are_refused() -> None:
    good = austrian.sign(AUSTRIAN)
    pins = [austrian.SIGNER.certificate]
    refused(AUSTRIAN, "pins=", sidecars=[good])
    refused(AUSTRIAN, "file of its own", pins=pins)
    refused(AUSTRIAN, "does not match", pins=[austrian.OTHER.certificate], sidecars=[good])
    refused(austria(entry()), "another list", pins=pins, sidecars=[good])
    late = NOW + timedelta(hours=49)
    refused(AUSTRIAN, "may be used until", pins=pins, sidecars=[good], at=late)
    payload = austrian.message(cbor2.dumps([]))
    refused(AUSTRIAN, "not that of a list of rules", pins=pins, sidecars=[payload])


@pytest.mark.parametrize(
    ("broken", "name"),
    [
        (None, "rule 1"),
        ({"i": "GR-XA-0001"}, "GR-XA-0001"),
        ({"i": 5, "r": b"{}"}, "rule 1"),
        (entry(r="{"), "VR-XA-0005"),
        (entry(r="x" * 1_048_577), "VR-XA-0005"),
        (entry(r="[]"), "VR-XA-0005"),
        (entry(i="GR-XA-0001"), "VR-XA-0005"),
        (entry(BROKEN), "TR-XB-0002"),
    ],
)
def test_a_broken_austrian_entry_is_skipped_alone(broken: object, name: str) -> None:
    content = austria(broken, entry(OTHER))
    found = read_austrian(content, austrian.sign(content))
    assert found.rules == BOTH[1:]
    assert [skipped.entry for skipped in found.skipped] == [name]


@pytest.mark.parametrize("content", [AUSTRIAN[:-1], AUSTRIAN + b"\0", b"\xa1\x61r\x81" + b"\x81" * 50])
def test_signed_content_that_is_no_austrian_list_is_refused(content: bytes) -> None:
    pins, sidecars = [austrian.SIGNER.certificate], [austrian.sign(content)]
    refused(content, "not valid CBOR", pins=pins, sidecars=sidecars)


# --- JWS ---------------------------------------------------------------------------------------------

ROOT = issue("root", ca=True)
LEAF = issue("leaf", ROOT)
CHAIN = (LEAF.der, ROOT.der)
SECONDS = int(NOW.timestamp())


@pytest.mark.parametrize("pin", [LEAF.certificate, LEAF.certificate.public_key, ROOT.certificate])
def test_a_jws_is_read_under_a_pinned_key_or_authority(pin: Any) -> None:
    for content in ([RULE, OTHER], {"rules": [RULE, in_lower_case(OTHER)], "iat": SECONDS}):
        found = read(compact(content, LEAF.key, CHAIN), pins=[pin], at=NOW)
        assert found.rules == BOTH
        assert found.made_at == (NOW if isinstance(content, dict) else None)
        assert "ES256 signature" in found.trusted_by


def test_a_jws_that_nobody_vouches_for_is_refused() -> None:
    message = compact([RULE], LEAF.key, CHAIN)
    refused(message, "pins=")
    refused(message, "pinned certificate", pins=[issue("other", ca=True).certificate])
    refused(message, "not valid", pins=[ROOT.certificate], at=NOW + timedelta(days=2000))
    head, _, signature = message.split(b".")
    forged = compact([OTHER], issue("other").key).split(b".")[1]
    refused(b".".join((head, forged, signature)), "does not match", pins=[ROOT.certificate])
    assert read(message, unsigned=True).rules == BOTH[:1]
    assert read(compact([], LEAF.key, CHAIN), pins=[ROOT.certificate]).rules == ()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({"rules": [RULE], "exp": SECONDS - 1}, "may be used until"),
        ({"rules": [RULE], "exp": "soon"}, "not a time"),
        ({"rules": [RULE], "iat": "soon"}, "not a time"),
        ({"rules": [RULE], "iat": SECONDS - 9, "validDuration": 8000}, "may be used until"),
        ({"rules": [RULE], "iat": SECONDS, "validDuration": 10**30}, "not a time"),
        ({"rules": {}}, "not a list of rules"),
        (b'{"rules": ', "not valid JSON"),
    ],
)
def test_a_jws_that_must_not_be_used_is_refused(content: Any, why: str) -> None:
    refused(compact(content, LEAF.key, CHAIN), why, pins=[ROOT.certificate], at=NOW)


# --- whatever is read --------------------------------------------------------------------------------

SAMPLES: list[Callable[[bytes], tuple[bytes, dict[str, Any]]]] = [
    lambda body: (body, {}),
    lambda body: (document().replace(b'{"Identifier"', body + b'{"Identifier"'), {}),
    lambda body: (b'{"VR-XA-0005": [{"cms": ' + body + b"}]}", {"pins": [PIN]}),
    lambda body: (answer(item(body)), {"pins": [PIN]}),
    lambda body: (compact(body, LEAF.key, CHAIN), {"pins": [ROOT.certificate]}),
    lambda body: (
        b"\xa1\x61r" + body,
        {"pins": [austrian.SIGNER.certificate], "sidecars": [austrian.sign(b"\xa1\x61r" + body)]},
    ),
    lambda body: (
        austria({"i": "VR-XA-0005", "r": body.decode("latin1")}),
        {"unsigned": True},
    ),
]


def only_a_rules_error(content: bytes, **how: Any) -> None:
    try:
        found = read_rules(content, source="here", **how)
    except RulesError:
        return
    assert read_rules(native.write(found, source="here"), source="here").rules == found.rules


@pytest.mark.slow
@given(st.sampled_from(SAMPLES), st.integers(0, 700), st.binary(max_size=30))
@settings(max_examples=120, derandomize=True, deadline=None)
def test_whatever_is_read_ends_in_rules_or_a_rules_error(
    sample: Callable[[bytes], tuple[bytes, dict[str, Any]]], place: int, junk: bytes
) -> None:
    plain = data(RULE)
    for body in (junk, plain[:place] + junk + plain[place:]):
        content, how = sample(body)
        only_a_rules_error(content, **how)


@pytest.mark.slow
@given(VALUES | st.dictionaries(st.sampled_from(["rules", *RULE]), VALUES))
@settings(max_examples=120, derandomize=True, deadline=None)
def test_whatever_json_is_signed_ends_in_rules_or_a_rules_error(content: Any) -> None:
    body = json.dumps({"rules": [content], "Logic": content, "Identifier": content}).encode()
    only_a_rules_error(compact(body, LEAF.key, CHAIN), pins=[ROOT.certificate])
    only_a_rules_error(compact(json.dumps(content).encode(), LEAF.key), pins=[LEAF.certificate])
    only_a_rules_error(body)
    only_a_rules_error(json.dumps(content).encode())

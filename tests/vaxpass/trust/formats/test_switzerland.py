"""The Swiss list: both of its parts must be signed, and only active keys are trusted."""

from __future__ import annotations

import base64
import json
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.signed import compact, issue
from tests.support.trust_lists import only_a_trust_list_error, text
from tests.support.world import NOW
from vaxpass import Kind, TrustList, TrustListError, read_trust_list
from vaxpass.codes import DCC_KINDS
from vaxpass.crypto import SignerKey
from vaxpass.crypto.keys import RsaNumbers, numbers_of

NAME = "CH01-AppContentCertificate"
ROOT = issue("root", ca=True)
LEAF = issue(NAME, ROOT)
SIGNERS = [issue(str(number)) for number in range(3)]
IDS = [text(b"kid-no-%d" % number) for number in range(3)]


def listed(number: int, **changes: Any) -> dict[str, Any]:
    numbers = numbers_of(SIGNERS[number].certificate.public_key)
    assert not isinstance(numbers, RsaNumbers)
    key = {"keyId": IDS[number], "use": "sig", "alg": "ES256", "n": None, "e": None}
    key |= {"subjectPublicKeyInfo": None, "crv": "P-256", "x": text(numbers.x), "y": text(numbers.y)}
    return key | changes


def part(content: dict[str, Any], leaf: Any = LEAF) -> bytes:
    return compact(content, leaf.key, (leaf.der,))


def keys(*entries: object) -> bytes:
    return part({"certs": list(entries)})


def active(*kids: object, **more: Any) -> bytes:
    return part({"activeKeyIds": list(kids), "validDuration": 172800000, **more})


def read(data: bytes, *sidecars: bytes, pins: Any = (ROOT.certificate,), **how: Any) -> TrustList:
    return read_trust_list(data, source="here", pins=pins, sidecars=sidecars, **how)


KEYS, ACTIVE = keys(listed(0), listed(1)), active(*IDS)


def test_the_active_keys_are_read_whichever_part_comes_first() -> None:
    for first, second in ((KEYS, active(IDS[0])), (active(IDS[0]), KEYS)):
        (key,) = read(first, second, at=NOW)
        assert key.kid == b"kid-no-0"
        assert key.certificate.public_key == SIGNERS[0].certificate.public_key
        assert key.certificate.is_bare_key
        assert "leads to the pinned certificate" in key.trusted_by
        assert key.kinds == DCC_KINDS


def test_the_keys_may_come_in_parts() -> None:
    trust = read(ACTIVE, keys(listed(0)), b"something else", keys(listed(1), listed(2)))
    assert [key.kid for key in trust] == [b"kid-no-0", b"kid-no-1", b"kid-no-2"]


def test_the_use_of_a_key_says_what_it_may_sign() -> None:
    uses = {"v": {Kind.VACCINATION}, "tr": {Kind.TEST, Kind.RECOVERY}, "l": set[Kind]()}
    for use, kinds in uses.items():
        (key,) = read(keys(listed(0, use=use)), ACTIVE)
        assert key.kinds == kinds


def test_a_key_is_read_from_its_spki() -> None:
    spki = SIGNERS[1].certificate.public_key.public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    (key,) = read(keys(listed(0, subjectPublicKeyInfo=text(spki))), ACTIVE)
    assert key.certificate.der == spki


def test_one_part_alone_is_refused() -> None:
    for parts in ((KEYS,), (ACTIVE,), (KEYS, KEYS), (KEYS, ACTIVE, ACTIVE)):
        with pytest.raises(TrustListError, match="two files"):
            read(*parts)


def test_without_a_pin_it_is_refused_unless_the_user_says_so() -> None:
    with pytest.raises(TrustListError, match="pins="):
        read(KEYS, ACTIVE, pins=())
    assert len(read(KEYS, ACTIVE, pins=(), unsigned=True)) == 2
    with pytest.raises(TrustListError, match="two files"):
        read(KEYS, pins=(), unsigned=True)


OTHER_ROOT = issue("root", ca=True)


@pytest.mark.parametrize("leaf", [issue(NAME, OTHER_ROOT), issue("Another office", ROOT)])
def test_a_part_that_another_signed_spoils_the_whole(leaf: Any) -> None:
    forged_keys = part({"certs": [listed(0)]}, leaf)
    forged_active = part({"activeKeyIds": IDS}, leaf)
    for parts in ((forged_keys, ACTIVE), (KEYS, forged_active), (forged_active, KEYS)):
        with pytest.raises(TrustListError, match=r"lead|named"):
            read(*parts)


def test_under_another_root_it_is_refused() -> None:
    with pytest.raises(TrustListError, match="does not lead"):
        read(KEYS, ACTIVE, pins=(OTHER_ROOT.certificate,))


def test_an_expired_signer_or_list_is_refused() -> None:
    with pytest.raises(TrustListError, match="not valid at this time"):
        read(KEYS, ACTIVE, at=NOW + timedelta(days=2000))
    made = int(NOW.timestamp())
    fresh = active(*IDS, iat=made)
    assert read(KEYS, fresh, at=NOW + timedelta(hours=48)).made_at == NOW
    with pytest.raises(TrustListError, match="may be used until"):
        read(KEYS, fresh, at=NOW + timedelta(hours=48, seconds=1))
    with pytest.raises(TrustListError, match="may be used until"):
        read(KEYS, active(*IDS, exp=made), at=NOW + timedelta(seconds=1))


@pytest.mark.parametrize("times", [{"iat": "x"}, {"iat": 1e300}, {"iat": 5, "validDuration": 10**40}])
def test_times_that_are_none_are_refused(times: dict[str, Any]) -> None:
    with pytest.raises(TrustListError, match="time"):
        read(KEYS, active(*IDS, **times), at=NOW)


@pytest.mark.parametrize(
    "entry",
    [
        None,
        {},
        listed(0, keyId=5),
        listed(0, x="%"),
        listed(0, x=None),
        listed(0, y=text(b"\x01" * 32)),
        listed(0, crv="P-999"),
        listed(0, crv=None),
        listed(0, use=5),
        listed(0, subjectPublicKeyInfo="AAAA"),
    ],
)
def test_a_broken_key_is_skipped_alone(entry: object) -> None:
    trust = read(keys(entry, listed(1)), ACTIVE)
    assert [key.kid for key in trust] == [b"kid-no-1"]
    assert [skipped.entry for skipped in trust.skipped] == ["key 1"]


def test_a_broken_kid_makes_no_key_active() -> None:
    assert len(read(KEYS, active(5, None, "%", IDS[1]))) == 1


@pytest.mark.parametrize("content", [{"certs": {}}, {"activeKeyIds": 5}, {"x": "certs"}])
def test_signed_content_that_is_no_list_is_refused(content: dict[str, Any]) -> None:
    with pytest.raises(TrustListError, match="trust list"):
        read(part(content), ACTIVE)


@given(st.integers(0, len(KEYS) - 1), st.integers(1, 255))
@settings(max_examples=150, derandomize=True, deadline=None)
def test_a_single_changed_byte_makes_it_useless(place: int, change: int) -> None:
    data = bytearray(KEYS)
    data[place] ^= change
    if bytes(data).strip() != KEYS:
        with pytest.raises(TrustListError):
            read(bytes(data), ACTIVE)


@given(st.binary(max_size=60))
@settings(max_examples=100, derandomize=True, deadline=None)
def test_whatever_is_signed_ends_in_a_list_or_a_trust_list_error(junk: bytes) -> None:
    for content in (b'{"certs": [' + junk, b'{"certs": [], "iat": ' + junk + b"}"):
        data = compact(content, LEAF.key, (LEAF.der,))
        only_a_trust_list_error(data, pins=[ROOT.certificate], sidecars=[ACTIVE])
    mirror = b'{"%s": [{"use": "sig", %s}]}' % (IDS[0].encode(), junk)
    only_a_trust_list_error(mirror, unsigned=True)


def test_a_mirror_is_read_only_where_the_user_says_so() -> None:
    one = {name: value for name, value in listed(0).items() if name != "keyId"}
    data = json.dumps({IDS[0]: [one, None, one | {"x": text(b"\x01" * 32)}], IDS[1]: 5}).encode()
    with pytest.raises(TrustListError, match="unsigned=True"):
        read_trust_list(data, source="here")
    trust = read_trust_list(data, source="here", unsigned=True)
    assert [key.kid for key in trust] == [b"kid-no-0"]
    assert [skipped.entry for skipped in trust.skipped] == [f"kid {IDS[0]}"] * 2 + [f"kid {IDS[1]}"]


REAL_TIME = datetime(2021, 7, 15, 19, 44, tzinfo=UTC)


@pytest.fixture
def real(shared: Path) -> Callable[[str], bytes]:
    return lambda name: (shared / "trust_lists" / "eu-national" / name).read_bytes()


def test_the_real_list_is_verified_and_read_whole(real: Callable[[str], bytes]) -> None:
    root = SignerKey.from_pem(real("CH-root.crt"))
    data = real("CH-20210715at1944-updates.jwt")
    kids = real("CH-20210715at1944-keylist.jwt")
    for first, second in ((data, kids), (kids, data)):
        trust = read(first, second, pins=root, at=REAL_TIME)
        assert (len(trust), trust.skipped, trust.made_at) == (131, (), None)
        assert {key.certificate.is_bare_key for key in trust} == {True}
        # 3 keys for each kind alone, and one for certificates without health data, which signs none.
        assert Counter(len(key.kinds) for key in trust) == {3: 121, 1: 9, 0: 1}
    copy = json.loads(real("CH-20210715at1944-DCCkeys.json"))
    assert {base64.b64encode(key.kid).decode() for key in trust} == set(copy)
    with pytest.raises(TrustListError, match="two files"):
        read(data, pins=root, at=REAL_TIME)
    with pytest.raises(TrustListError, match="not valid at this time"):
        read(data, kids, pins=root, at=NOW)
    with pytest.raises(TrustListError, match="does not lead"):
        read(data, kids)
    for place in (5, len(data) // 2, len(data) - 2):
        with pytest.raises(TrustListError):
            read(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :], kids, pins=root)


@pytest.mark.parametrize(
    ("name", "count"), [("trustlist_ch.json", 680), ("CH-20210715at1944-DCCkeys.json", 131)]
)
def test_the_real_mirrors_are_read(real: Callable[[str], bytes], name: str, count: int) -> None:
    trust = read_trust_list(real(name), source="here", unsigned=True)
    assert (len(trust), trust.skipped) == (count, ())

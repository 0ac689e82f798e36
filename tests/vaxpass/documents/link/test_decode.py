"""A link by itself: read and shown, never opened, signed by nobody, and its key is not told."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.links import HOST, KEY, SECRET, URL, bare, link, members
from tests.support.paths import find_shared
from tests.support.world import NOW
from vaxpass import Code, Kind, NoteCode, Outcome, Stage, Status, TrustList, Verifier, decode
from vaxpass.documents.link.decode import HealthLink, read_link
from vaxpass.errors import DecodeError

VERIFIER = Verifier(TrustList([]))
LONGEST = 8192
BEGINNINGS = [
    "shlink:/",
    "shlink://",
    "vhlink:/",
    "SHLINK:/",
    "https://viewer.example.org/view.html?a=1#shlink:/",
    "HTTPS://VIEWER.EXAMPLE.ORG#VHLINK:/",
    "https://viewer.example.org/#shlink%3A%2F",
    "https://viewer.example.org/#shlink%253A%252F%252F",
    "https://viewer.example.org/#/view?link=shlink:/",
    "https://viewer.example.org/view?vhlink%3a%2f",
    " \nvhlink://",
]


def read(**changes: Any) -> HealthLink:
    return read_link(link(**changes), LONGEST)


@pytest.mark.parametrize("beginning", BEGINNINGS)
def test_a_link_by_itself_is_read_and_is_no_certificate(beginning: str) -> None:
    verdict = VERIFIER.verify(link(beginning, flag="LP"), at=NOW)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.PREFIX_HEALTH_LINK)
    assert verdict.kind is Kind.HEALTH_LINK
    assert verdict.check(Stage.PREFIX).status is Status.OPEN
    assert {check.status for check in verdict.checks[1:]} == {Status.SKIPPED}
    assert [note.code for note in verdict.notes] == [NoteCode.CONTENT_LINK_PASSCODE]
    assert verdict.document is None, "nobody signed it"
    shown = verdict.to_dict()["document"]
    assert shown == {
        "family": "health-link",
        "kind": "health-link.link",
        "link": {
            "form": "vhl" if "vhl" in beginning.lower() else "shl",
            "host": HOST,
            "label": "TEST summary",
            "passcode": True,
            "expires_at": "2035-01-01T00:00:00Z",
        },
    }
    assert verdict.to_dict()["claims"] == {"iss": None, "iat": None, "exp": None}


@pytest.mark.parametrize("times", [0, 1, 2])
def test_percent_encoding_is_taken_off(times: int) -> None:
    body = json.dumps({"url": f"https://{HOST}/x", "key": KEY, "label": "?>~" * 9})
    text = "vhlink:/" + base64.b64encode(body.encode()).decode()
    assert text.endswith("="), "the padding is what pages encode"
    for _ in range(times):
        text = quote(text, safe="")
    for whole in (
        text,
        f"https://viewer.example.org/#{text}",
        f"https://viewer.example.org/#{text}&a=b",
    ):
        verdict = VERIFIER.verify(whole, at=NOW)
        assert verdict.code is Code.PREFIX_HEALTH_LINK
        assert HOST in json.dumps(verdict.to_dict()["document"])


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_sentence_says_that_nobody_signed_it(language: str) -> None:
    said = VERIFIER.verify(link(), at=NOW).reason(language)
    assert {"en": "nobody signed it", "vi": "không ai ký"}[language] in said


@pytest.mark.parametrize(
    "text",
    [
        "shlink:/",
        "shlink:/!",
        "shlink:/eyJ1cmwiOiJo",
        "shlink:/" + bare("[]"),
        "shlink:/" + bare('{"url": 1, "url": 2}'),
        "shlink:/" + bare('{"a": ' * 99 + "1" + "}" * 99),
        "shlink:/" + bare('{"a": ' * 500 + "1" + "}" * 500),
        "shlink:/" + bare(json.dumps({"a": list(range(300))})),
        "shlink:/" + bare('{"exp": 1e999}'),
        "shlink:/" + bare('{"exp": ' + "9" * 5000 + "}"),
        "shlink:/" + "A" * 9000,
        "vhlink:/" + "\u0430" * 20,
        "shlink://///",
    ],
)
def test_a_link_that_cannot_be_read_is_undecided_too(text: str) -> None:
    verdict = VERIFIER.verify(text, at=NOW)
    assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.PREFIX_HEALTH_LINK)


def test_what_cannot_be_read_is_an_error_without_the_text() -> None:
    with pytest.raises(DecodeError) as raised:
        decode(f"shlink:/{KEY}!")
    assert KEY not in str(raised.value)


@given(st.text(max_size=80))
def test_no_text_behind_the_scheme_raises(text: str) -> None:
    verdict = VERIFIER.verify("shlink:/" + text, at=NOW)
    assert verdict.outcome is Outcome.UNDECIDED


@given(
    st.dictionaries(
        st.sampled_from(["url", "key", "exp", "flag", "label", "v", "type", "x"]),
        st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.lists(st.integers()),
    )
)
def test_no_members_raise(body: dict[str, object]) -> None:
    text = "vhlink:/" + bare(json.dumps(body).replace("NaN", "1").replace("Infinity", "1"))
    verdict = VERIFIER.verify(text, at=NOW)
    assert verdict.outcome is Outcome.UNDECIDED
    verdict.to_dict()


@pytest.mark.parametrize(
    ("changes", "form"),
    [
        ({}, "shl"),
        ({"type": "vhl"}, "vhl"),
        ({"type": "other"}, "shl"),
        ({"scheme": "vhlink:/"}, "vhl"),
        ({"scheme": "vhlink:/", "type": "shl"}, "shl"),
        ({"scheme": ""}, "shl"),
        ({"scheme": "", "url": f"https://{HOST}/List/_search?_id=a"}, "vhl"),
    ],
)
def test_its_form_is_its_type_else_its_scheme(changes: dict[str, str], form: str) -> None:
    assert read(**changes).form == form


BROKEN: dict[str, list[Any]] = {
    "key": [..., None, 7, "", KEY[:-1], KEY + "A", "abcdef123456", "+" * 43],
    "exp": [True, "2051222400", -1, 1e18, [1]],
    "flag": ["PU", "LPU", 7, None, "L" * 17],
    "label": [7, [], {}],
    "url": [
        *(..., None, 7, "", "https://", "ftp://a.b/c", "javascript:1"),
        "https://good.example@evil.example/",
        "https://good.example\\@evil.example/",
        "https://good.example%2f@evil.example/",
        "https://user:pass@evil.example/",
        "https://good.example /x",
        "https://good.example\n/x",
        "https://g\u043e\u043ed.example/",
        "https://good.example:port/",
        "https:/good.example/",
        " https://good.example/",
        "https://-bad.example/",
        "https://good.example/" + "x" * 2048,
    ],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in BROKEN.items() for value in values]
)
def test_what_breaks_the_form_is_said_and_where(name: str, value: object) -> None:
    found = read(**{name: value})
    assert [(each.code, each.path) for each in found.faults] == [(Code.SCHEMA_LINK, f"$.{name}")]
    if name == "url":
        assert found.host is None, "it is not told which server it is"


@pytest.mark.parametrize(
    ("url", "host", "secure"),
    [
        ("https://a.example", "a.example", True),
        ("HTTPS://A.Example:8443/x@y?z", "a.example:8443", True),
        ("http://127.0.0.1/x", "127.0.0.1", False),
        ("https://[::1]:9/x", "[::1]:9", True),
        ("http://localhost:8090/ERn", "localhost:8090", False),
        ("https://xn--bcher-kva.example?x", "xn--bcher-kva.example", True),
        ("https://shl_test.example/x", "shl_test.example", True),
    ],
)
def test_the_server_is_told_and_whether_it_is_protected(url: str, host: str, *, secure: bool) -> None:
    found = read(url=url)
    assert (found.host, found.is_secure, found.faults) == (host, secure, ())
    assert (NoteCode.SCHEMA_LINK_NOT_HTTPS in [note.code for note in found.notes]) is not secure


def test_times_are_in_seconds_or_milliseconds() -> None:
    end = datetime(2025, 4, 25, 14, 5, 15, tzinfo=UTC)
    for exp in (1745589915, 1745589915.9, 1745589915953):
        assert read(exp=exp).expires_at == end
    assert read(exp=...).expires_at is None
    assert read(exp=...).check_expiry(NOW) is None
    note = read(exp=1745589915).check_expiry(NOW)
    assert note is not None
    assert note.details == {"on": "2025-04-25"}
    assert read().check_expiry(NOW) is None


def test_unknown_members_are_ignored_and_odd_ones_are_formal_notes() -> None:
    assert read(extension={"a": [1]}, x=KEY).notes == ()
    found = read(v=2, label="x" * 81)
    assert [note.code for note in found.notes] == [
        NoteCode.SCHEMA_TOO_LONG,
        NoteCode.SCHEMA_VERSION_UNKNOWN,
    ]
    assert found.label == "x" * 80
    assert found.faults == ()


def test_a_key_with_padding_is_read() -> None:
    assert read(key=KEY + "=").key == SECRET


def test_a_search_of_ihe_needs_a_member_of_the_network() -> None:
    found = read(url=f"https://{HOST}/List/_search?_id=abc&status=current")
    assert [note.code for note in found.notes] == [NoteCode.CONTENT_LINK_NETWORK]
    assert found.needs_network


def test_neither_the_key_nor_the_address_is_in_anything_that_is_shown() -> None:
    text = link(flag="P", label="\x1b[2J\u202e")
    verdict = VERIFIER.verify(text, at=NOW)
    unverified = decode(text)
    content = unverified.without_verification()
    shown = [
        *(repr(each) for each in (unverified, content, content.links[0], content.document)),  # type: ignore[attr-defined]
        *(json.dumps(each.to_dict()) for each in (verdict, unverified, content.document)),
        *(str(value) for value in (content.payload, verdict.notes, verdict.checks)),
        *verdict.explain("en"),
        str(content.document),
    ]
    assert not any(part in each for each in shown for part in (KEY, URL, "hidden", bare()[:40]))
    assert '"label": "\\u001b[2J\\u202e"' in json.dumps(content.document.to_dict())


def test_the_published_links_are_links_and_no_certificates() -> None:
    shared = find_shared()
    if shared is None:
        pytest.skip("VAXPASS_SHARED names no folder with published documents")
    folder = shared / "vectors" / "formats"
    texts = [path.read_text().strip() for path in folder.glob("shl/*.txt")]
    texts += (folder / "vhl" / "who-validator-branch-vhlink-examples.txt").read_text().splitlines()
    links = [text for text in texts if "hlink:/" in text]
    assert len(links) >= 6
    for text in links:
        verdict = VERIFIER.verify(text, at=NOW)
        assert (verdict.outcome, verdict.code) == (Outcome.UNDECIDED, Code.PREFIX_HEALTH_LINK)
        found = read_link(text, LONGEST)
        assert found.host
        # Those of WHO's tests have no key, or none of the right length.
        assert [each.path for each in found.faults] == (
            ["$.key"] if "example.com" in found.host else []
        )


def test_the_members_are_those_of_the_specification() -> None:
    assert sorted(members()) == ["exp", "flag", "key", "label", "url", "v"]

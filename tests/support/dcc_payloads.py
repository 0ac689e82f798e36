"""Payloads for the tests of the schema: good ones of every version, and changes that may break them."""

from __future__ import annotations

import copy
from typing import Any, Final

from hypothesis import strategies as st

from tests.support import world
from tests.support.dcc_schema import VERSIONS, errors, own_version
from tests.support.dcc_sharpened import WRITTEN
from vaxpass.documents.hcert.dcc import schema

Payload = dict[str, Any]
Path = tuple[str | int, ...]

VACCINATION: Final[Payload] = world.VACCINATION.to_payload()
TEST: Final[Payload] = world.TEST.to_payload()
RECOVERY: Final[Payload] = world.RECOVERY.to_payload()
GOOD: Final = (VACCINATION, TEST, RECOVERY)
WITH_RESULT_TIME: Final = ("1.0.0", "1.0.1", "1.1.0")
TOP: Final[list[Path]] = [(key,) for key in ("ver", "dob", "nam", "v", "t", "r", "meta")]
NAME: Final[list[Path]] = [("nam", key) for key in ("fn", "fnt", "gn", "gnt", "x")]
FIELDS: Final = {
    "v": "tg vp mp ma dn sd dt co is ci x",
    "t": "tg tt sc tr co is ci tc nm ma dr x",
    "r": "tg fr df du co is ci x",
}
REMOVED: Final = object()
VALUES: Final[list[object]] = [
    *(None, True, False, 0, 1, -1, 3, 1.0, 1.5, 2**31 - 1, 2**31, 10**40, [], {}, [{}], [None], [1]),
    *("", " ", "A", "VN", "vn", "VN\n", "xVN", "A" * 10, "A" * 11, "A" * 80, "A" * 81, "ữ" * 81),
    *("A" * 50, "A" * 51, "A" * 50 + " ", "ữ" * 50, 9, 10, 9.0, 10.0, *VERSIONS, "1.0.4", "1.4.0"),
    *("A<B", "A<B\n", "A-B", "1.3.0", "1.3.0\n", "1x3x0", "1.3", "v1.3.0", "10.20.30", "١.٣.٠"),
    *("1990", "1990-05", "1990-05-06", "1990-00-00", "1890-05-06", "2090-02-31", "1990-5-6", "199"),
    *("2021-02-28", "2021-02-29", "2024-02-29", "2021-13-01", "2021-1-1", "20210101", "2021-W01-1"),
    *("2021-01-01\n", "٢٠٢١-٠١-٠١", "0000-01-01", "9999-12-31", "2021-01-01T10:00:00Z"),
    *("2021-01-01T10:00:00+07:00", "2021-01-01t10:00:00z", "2021-01-01T10:00:00.123456789-00:00"),
    *("2021-01-01T10:00:00", "2021-01-01T10:00Z", "2021-01-01 10:00:00Z", "2021-01-01T10:00:00+07"),
    *("2021-01-01T10:00:00+0700", "2021-01-01T10:00:00,5Z", "2021-01-01T10:00:00Z\n"),
    *("2021-02-30T10:00:00Z", "2021-01-01T24:00:01Z", "2021-01-01T10:60:00Z"),
    *(
        "2021-01-01T24:00:00Z",
        "1815-05-06T00:00:00",
        "1990-02-31",
        "1990-13-05",
        "2020-02-30",
        "2000-00",
    ),
    *("2016-12-31T23:59:60Z", "2021-01-01T10:00:00+24:00", "urn:uvci:1", "URN:UVCI:01:VN:A#B"),
]


def paths(payload: Payload) -> list[Path]:
    (group,) = FIELDS.keys() & payload.keys()
    inside: list[Path] = [(group, 0, key) for key in FIELDS[group].split()]
    return [*TOP, *NAME, *inside, (group, 0), ("nam",)]


def changed(payload: Payload, path: Path, value: object) -> Payload:
    """A copy with one value replaced, added or removed; where its place is gone, nothing changes.

    What did not change is shared, not copied.
    """
    found: Payload = _changed(payload, path, value)
    return found


def _changed(place: Any, path: Path, value: object) -> Any:
    step, rest = path[0], path[1:]
    if isinstance(place, list):
        if not place or step != 0:
            return place
        first = _changed(place[0], rest, value) if rest else {} if value is REMOVED else value
        return [first, *place[1:]]
    if not isinstance(place, dict) or (rest and step not in place):
        return place
    if rest:
        return place | {step: _changed(place[step], rest, value)}
    if value is REMOVED:
        return {key: kept for key, kept in place.items() if key != step}
    return place | {step: value}


def good(version: str) -> list[Payload]:
    """A payload of each kind as it was written in a version; the library emends nothing in them."""
    found = [copy.deepcopy(payload) | {"ver": version} for payload in GOOD]
    if version in WITH_RESULT_TIME:
        found[1]["t"][0]["dr"] = "2026-05-30T09:30:00+07:00"
    return found


# Made once: hypothesis takes longer to make them than to draw from them.
_KINDS: Final = st.integers(0, len(GOOD) - 1)
_CHANGES: Final = st.integers(0, 3)
_PLACES: Final = st.integers(0, max(len(paths(payload)) for payload in GOOD) - 1)
_ODD: Final = st.one_of(
    st.sampled_from([REMOVED, *VALUES]),
    st.sampled_from([REMOVED, *VALUES]),
    st.text(max_size=90),
    st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-5][0-9]Z)?", fullmatch=True),
    st.integers(),
)
_TENTH: Final = st.integers(0, 9)
_GROUPS: Final = st.sampled_from("vtr")
_ENTRIES: Final = st.integers(0, 2)


@st.composite
def payloads(draw: st.DrawFn, versions: tuple[str, ...] = ("1.3.0",)) -> Payload:
    """A good payload with up to three changes, sometimes with a second group or entry."""
    payload = good(draw(st.sampled_from(versions)))[draw(_KINDS)]
    places = paths(payload)
    for _ in range(draw(_CHANGES)):
        payload = changed(payload, places[draw(_PLACES) % len(places)], draw(_ODD))
    if draw(_TENTH) == 0:
        group = draw(_GROUPS)
        entries = [e for good in GOOD for e in good.get(group, [])]
        payload = payload | {group: entries * draw(_ENTRIES)}
    return payload


def writes(payload: Payload) -> bool:
    """Whether it may be issued."""
    return not schema.check_writing(payload)


def reads(payload: Payload) -> bool:
    """Whether it is accepted when read."""
    return not schema.check_reading(payload, [])


def writable(payload: Payload) -> bool:
    """Whether it may be issued by the sharpened schema of its version, with the names of 1.3.2."""
    return errors(WRITTEN[own_version(payload)], payload) == []

"""Writing holds to the schema of the EU DCC and a little more; reading tolerates what issuers wrote."""

from __future__ import annotations

import copy
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import world
from tests.dcc_schema import DIFFERENCES, PUBLISHED, SHARPENED, errors, sharpened
from vaxpass import Code, Remark, Warned, schema

Payload = dict[str, Any]
Path = tuple[str | int, ...]

VACCINATION: Final[Payload] = world.VACCINATION.to_payload()
TEST: Final[Payload] = world.TEST.to_payload()
RECOVERY: Final[Payload] = world.RECOVERY.to_payload()
GOOD: Final = (VACCINATION, TEST, RECOVERY)
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
    *("A<B", "A<B\n", "A-B", "1.3.0", "1.3.0\n", "1x3x0", "1.3", "v1.3.0", "10.20.30", "١.٣.٠"),
    *("1990", "1990-05", "1990-05-06", "1990-00-00", "1890-05-06", "2090-02-31", "1990-5-6", "199"),
    *("2021-02-28", "2021-02-29", "2024-02-29", "2021-13-01", "2021-1-1", "20210101", "2021-W01-1"),
    *("2021-01-01\n", "٢٠٢١-٠١-٠١", "0000-01-01", "9999-12-31", "2021-01-01T10:00:00Z"),
    *("2021-01-01T10:00:00+07:00", "2021-01-01t10:00:00z", "2021-01-01T10:00:00.123456789-00:00"),
    *("2021-01-01T10:00:00", "2021-01-01T10:00Z", "2021-01-01 10:00:00Z", "2021-01-01T10:00:00+07"),
    *("2021-01-01T10:00:00+0700", "2021-01-01T10:00:00,5Z", "2021-01-01T10:00:00Z\n"),
    *("2021-02-30T10:00:00Z", "2021-01-01T24:00:01Z", "2021-01-01T10:60:00Z"),
    *("2016-12-31T23:59:60Z", "2021-01-01T10:00:00+24:00", "urn:uvci:1", "URN:UVCI:01:VN:A#B"),
]


def paths(payload: Payload) -> list[Path]:
    (group,) = FIELDS.keys() & payload.keys()
    inside: list[Path] = [(group, 0, key) for key in FIELDS[group].split()]
    return [*TOP, *NAME, *inside, (group, 0), ("nam",)]


def changed(payload: Payload, path: Path, value: object) -> Payload:
    """A copy with one value replaced, added or removed; where its place is gone, nothing changes."""
    result = copy.deepcopy(payload)
    place: Any = result
    for step in path[:-1]:
        if isinstance(place, list):
            place = dict(enumerate(place))
        if not isinstance(place, dict) or step not in place:
            return result
        place = place[step]
    last = path[-1]
    if isinstance(place, dict):
        if value is REMOVED:
            place.pop(last, None)
        else:
            place[last] = copy.deepcopy(value)
    elif isinstance(place, list) and place and last == 0:
        place[0] = copy.deepcopy(value) if value is not REMOVED else {}
    return result


@st.composite
def payloads(draw: st.DrawFn) -> Payload:
    """A good payload with up to three changes, sometimes with a second group or entry."""
    payload = copy.deepcopy(draw(st.sampled_from(GOOD)))
    places = paths(payload)
    odd = st.one_of(
        st.sampled_from([REMOVED, *VALUES]),
        st.sampled_from([REMOVED, *VALUES]),
        st.text(max_size=90),
        st.from_regex(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-5][0-9]Z)?", fullmatch=True),
        st.integers(),
    )
    for _ in range(draw(st.integers(0, 3))):
        payload = changed(payload, draw(st.sampled_from(places)), draw(odd))
    if draw(st.integers(0, 9)) == 0:
        group = draw(st.sampled_from("vtr"))
        entries = [e for good in GOOD for e in good.get(group, [])]
        payload[group] = entries * draw(st.integers(0, 2))
    return payload


def writes(payload: Payload) -> bool:
    return not schema.check_writing(payload)


def reads(payload: Payload) -> bool:
    return not schema.check_reading(payload, [])


@given(payloads())
@settings(max_examples=1500, derandomize=True, deadline=None)
def test_writing_refuses_exactly_what_the_schema_refuses_and_the_named_differences(
    payload: Payload,
) -> None:
    assert writes(payload) == (errors(SHARPENED, payload) == [])


@given(payloads())
@settings(max_examples=500, derandomize=True, deadline=None)
def test_nothing_is_written_that_the_published_schema_refuses(payload: Payload) -> None:
    if writes(payload):
        assert errors(PUBLISHED, payload) == []


@given(payloads())
@settings(max_examples=500, derandomize=True, deadline=None)
def test_whatever_may_be_written_is_also_read(payload: Payload) -> None:
    assert reads(payload) or not writes(payload)


@pytest.mark.parametrize("good", GOOD)
def test_each_single_change_agrees_with_the_schema(good: Payload) -> None:
    disagreeing = [
        (path, value)
        for path in paths(good)
        for value in (REMOVED, *VALUES)
        if writes(changed(good, path, value)) != (not errors(SHARPENED, changed(good, path, value)))
    ]
    assert disagreeing == []


@pytest.mark.parametrize(
    ("difference", "good", "path", "value"),
    [
        ("a pattern fits the whole text, a line end included", VACCINATION, ("nam", "fnt"), "A\n"),
        ("a pattern fits the whole text, a line end included", TEST, ("t", 0, "co"), "xVNx"),
        ("a pattern fits the whole text, a line end included", RECOVERY, ("dob",), "1990\n"),
        ("digits are 0 to 9", VACCINATION, ("dob",), "19٩٠"),
        ("digits are 0 to 9", VACCINATION, ("ver",), "1.٣.0"),
        ("the parts of the version are parted by dots", VACCINATION, ("ver",), "1x3x0"),
        ("doses are integers, not integral floats", VACCINATION, ("v", 0, "dn"), 1.0),
        ("doses are bounded", VACCINATION, ("v", 0, "sd"), 2**31),
        ("codes are no longer than other texts", VACCINATION, ("v", 0, "mp"), "A" * 81),
        ("codes are no longer than other texts", TEST, ("t", 0, "tt"), "A" * 81),
        (
            "the time of the result, gone since 1.2.0, is a time where it is given",
            TEST,
            ("t", 0, "dr"),
            "yesterday",
        ),
        (
            "the time of the result, gone since 1.2.0, is a time where it is given",
            TEST,
            ("t", 0, "dr"),
            None,
        ),
        ("no leap second is written", TEST, ("t", 0, "sc"), "2016-12-31T23:59:60Z"),
    ],
)
def test_each_difference_refuses_what_the_published_schema_allows(
    difference: str, good: Payload, path: Path, value: object
) -> None:
    payload = changed(good, path, value)
    assert errors(PUBLISHED, payload) == []
    assert errors(sharpened(difference), payload) != [], "this difference alone explains it"
    assert not writes(payload)


def test_there_is_no_difference_without_an_example() -> None:
    (mark,) = (
        mark
        for mark in test_each_difference_refuses_what_the_published_schema_allows.pytestmark  # type: ignore[attr-defined]
        if mark.name == "parametrize"
    )
    assert {case[0] for case in mark.args[1]} == set(DIFFERENCES)


@pytest.mark.parametrize("offset", ["+05:60", "+05:99", "-00:60"])
def test_an_offset_has_at_most_59_minutes(offset: str) -> None:
    payload = changed(TEST, ("t", 0, "sc"), "2021-01-01T10:00:00" + offset)
    assert errors(PUBLISHED, payload) != []
    assert [p.code for p in schema.check_writing(payload)] == [Code.SCHEMA_FORMAT]


# What real issuers wrote: refused when writing, by the first code; read with the remark.
@pytest.mark.parametrize(
    ("good", "path", "value", "code", "remark"),
    [
        (VACCINATION, ("t",), None, Code.SCHEMA_TYPE, Remark.SCHEMA_NULL),
        (VACCINATION, ("r",), [], Code.SCHEMA_LENGTH, Remark.SCHEMA_EMPTY),
        (VACCINATION, ("nam", "gn"), None, Code.SCHEMA_TYPE, Remark.SCHEMA_NULL),
        (TEST, ("t", 0, "ma"), None, Code.SCHEMA_TYPE, Remark.SCHEMA_NULL),
        (TEST, ("t", 0, "tc"), "A" * 81, Code.SCHEMA_LENGTH, Remark.SCHEMA_TOO_LONG),
        (VACCINATION, ("v", 0, "dn"), 1.0, Code.SCHEMA_TYPE, Remark.SCHEMA_DOSE_FLOAT),
        (VACCINATION, ("v", 0, "dn"), 0, Code.SCHEMA_RANGE, Remark.SCHEMA_DOSE_ZERO),
        (VACCINATION, ("v", 0, "co"), "", Code.SCHEMA_FORMAT, Remark.SCHEMA_EMPTY),
        (VACCINATION, ("nam", "fnt"), "Nguyen", Code.SCHEMA_FORMAT, Remark.SCHEMA_NAME_LETTERS),
        (
            VACCINATION,
            ("v", 0, "dt"),
            "2021-05-01T00:00:00Z",
            Code.SCHEMA_FORMAT,
            Remark.SCHEMA_DATE_TIME,
        ),
        (RECOVERY, ("r", 0, "fr"), "2021-05-01T00:00", Code.SCHEMA_FORMAT, Remark.SCHEMA_DATE_TIME),
        (RECOVERY, ("dob",), "1990-05-06T00:00:00", Code.SCHEMA_FORMAT, Remark.SCHEMA_DATE_TIME),
    ],
)
def test_reading_tolerates_what_writing_refuses(
    good: Payload, path: Path, value: object, code: Code, remark: Remark
) -> None:
    payload = changed(good, path, value)
    where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    assert [(p.code, p.path) for p in schema.check_writing(payload)] == [(code, f"${where}")]
    warnings: list[Warned] = []
    assert schema.check_reading(payload, warnings) == []
    assert Warned(remark, f"${where}") in warnings


@pytest.mark.parametrize(
    ("good", "path", "value", "code"),
    [
        (VACCINATION, ("nam", "fnt"), "NGUYEN\n", Code.SCHEMA_FORMAT),
        (VACCINATION, ("nam", "gnt"), "A\u202eB", Code.SCHEMA_FORMAT),
        (VACCINATION, ("v", 0, "dt"), "٢٠٢١-٠١-٠١", Code.SCHEMA_FORMAT),
        (VACCINATION, ("v", 0, "dt"), "2021-02-29", Code.SCHEMA_FORMAT),
        (VACCINATION, ("v", 0, "dt"), "2021-02-29T00:00:00Z", Code.SCHEMA_FORMAT),
        (VACCINATION, ("v", 0, "dn"), True, Code.SCHEMA_TYPE),
        (VACCINATION, ("v", 0, "dn"), 1.5, Code.SCHEMA_TYPE),
        pytest.param(VACCINATION, ("v", 0, "dn"), 10**4900, Code.SCHEMA_RANGE, id="10**4900"),
        (VACCINATION, ("v", 0, "dn"), 1e300, Code.SCHEMA_RANGE),
        (VACCINATION, ("v", 0, "dn"), float("nan"), Code.SCHEMA_TYPE),
        (VACCINATION, ("v", 0, "dn"), float("inf"), Code.SCHEMA_TYPE),
        (VACCINATION, ("v", 0, "sd"), -1, Code.SCHEMA_RANGE),
        (VACCINATION, ("v", 0, "co"), "vn", Code.SCHEMA_FORMAT),
        (VACCINATION, ("v", 0, "ci"), REMOVED, Code.SCHEMA_REQUIRED),
        (VACCINATION, ("v", 0), "x", Code.SCHEMA_TYPE),
        (VACCINATION, ("v",), {"0": {}}, Code.SCHEMA_TYPE),
        (VACCINATION, ("v",), VACCINATION["v"] * 2, Code.SCHEMA_SEVERAL_ENTRIES),
        (VACCINATION, ("t",), TEST["t"], Code.SCHEMA_SEVERAL_GROUPS),
        (VACCINATION, ("v",), REMOVED, Code.SCHEMA_GROUP_MISSING),
        (VACCINATION, ("v",), [], Code.SCHEMA_GROUP_MISSING),
        (VACCINATION, ("nam",), {}, Code.SCHEMA_REQUIRED),
        (VACCINATION, ("dob",), "90", Code.SCHEMA_FORMAT),
        (VACCINATION, ("dob",), 1990, Code.SCHEMA_TYPE),
        (VACCINATION, ("ver",), "1.3", Code.SCHEMA_FORMAT),
        (TEST, ("t", 0, "sc"), "2021-05-01", Code.SCHEMA_FORMAT),
    ],
)
def test_both_refuse_what_could_be_misunderstood(
    good: Payload, path: Path, value: object, code: Code
) -> None:
    payload = changed(good, path, value)
    assert code in [p.code for p in schema.check_writing(payload)]
    assert [p.code for p in schema.check_reading(payload, [])] == [code]


@pytest.mark.parametrize(
    ("path", "value", "remark", "where"),
    [
        (("ver",), "1.0.4", Remark.SCHEMA_VERSION_UNKNOWN, "$.ver"),
        (("dob",), "1990", Remark.SCHEMA_DATE_PARTIAL, "$.dob"),
        (("dob",), "1990-00-00", Remark.SCHEMA_DATE_PARTIAL, "$.dob"),
        (("dob",), "", Remark.SCHEMA_DATE_PARTIAL, "$.dob"),
        (("nam", "gn"), "", Remark.SCHEMA_EMPTY, "$.nam.gn"),
        (("nam", "gn"), REMOVED, Remark.SCHEMA_NAME_MISSING, "$.nam.gn"),
        (("v", 0, "mp"), "EU/1/20/1528 ", Remark.SCHEMA_UNTRIMMED, "$.v[0].mp"),
        (("v", 0, "dn"), 3, Remark.SCHEMA_DOSE_ORDER, "$.v[0].dn"),
        (("v", 0, "ci"), "01:VN:A#B", Remark.SCHEMA_UVCI_PREFIX, "$.v[0].ci"),
        (("v", 0, "ci"), "URN:UVCI:a#B", Remark.SCHEMA_UVCI_LETTERS, "$.v[0].ci"),
        (("v", 0, "ci"), "URN:UVCI:AB", Remark.SCHEMA_UVCI_CHECKSUM, "$.v[0].ci"),
        (("meta",), {"passport": "C0"}, Remark.SCHEMA_EXTRA_FIELD, "$"),
        (("nam", "x"), 1, Remark.SCHEMA_EXTRA_FIELD, "$.nam"),
    ],
)
def test_what_the_schema_allows_may_still_be_remarked_on(
    path: Path, value: object, remark: Remark, where: str
) -> None:
    payload = changed(VACCINATION, path, value)
    warnings: list[Warned] = []
    assert schema.check_reading(payload, warnings) == []
    assert warnings == [Warned(remark, where)]
    assert writes(payload)


@pytest.mark.parametrize(("version", "late"), [("1.0.0", False), ("1.1.0", False), ("1.3.0", True)])
def test_the_time_of_the_result_is_extra_only_after_it_was_taken_away(version: str, late: bool) -> None:
    payload = changed(changed(TEST, ("ver",), version), ("t", 0, "dr"), "2021-01-01T10:00:00Z")
    warnings: list[Warned] = []
    assert schema.check_reading(payload, warnings) == []
    assert warnings == [Warned(Remark.SCHEMA_EXTRA_FIELD, "$.t[0].dr")] * late


def test_a_good_payload_gives_no_remark_at_all() -> None:
    warnings: list[Warned] = []
    for payload in GOOD:
        assert schema.check_reading(payload, warnings) == []
    assert warnings == []

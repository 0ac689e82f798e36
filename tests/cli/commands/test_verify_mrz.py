"""`vaxpass verify --mrz`: whether a passport is that of the person in the travel document."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import Ran, Run
from tests.support.travel_documents import TD1, TD2, VISA_A, passport
from tests.support.world import NOW, VACCINATION, World
from vaxpass import Certificate, Person
from vaxpass.identity import MrzCode
from vaxpass.trust.formats import native

AT = NOW.isoformat()
SAME = passport("NGUYEN<<BAO<DUY", "900506")
OTHER = passport("TRAN<<THI<HOA", "710102")


@pytest.fixture
def trust(world: World, tmp_path: Path) -> Path:
    path = tmp_path / "list.json"
    path.write_bytes(native.write(world.trust, source="the test world", test=False))
    return path


def verify(run: Run, trust: Path, *arguments: object) -> Ran:
    return run("verify", *arguments, "-t", trust, "--test-keys", "--at", AT)


def holder(run: Run, trust: Path, *arguments: object) -> tuple[int, Any]:
    ran = verify(run, trust, *arguments, "--json")
    (line,) = ran.out.splitlines()
    return ran.code, json.loads(line)["holder"]


def each_line(lines: Sequence[str]) -> list[str]:
    return [part for line in lines for part in ("--mrz", line)]


def told(ran: Ran) -> str:
    return " ".join(ran.out.replace("│", " ").split())


def of(fnt: str, gnt: str, birth: str) -> Certificate:
    return Certificate(Person(fnt, fnt, gnt, gnt), birth, VACCINATION.entries)


def test_the_same_person_is_said_to_be_so(run: Run, trust: Path, world: World) -> None:
    ran = verify(run, trust, world.issue(), "--mrz", " ".join(SAME))
    assert ran.code == 0
    assert "○ ACCEPTED AS GENUINE" in ran.out
    assert "It belongs to the person in the travel document" in told(ran)
    assert holder(run, trust, world.issue(), "--mrz", " ".join(SAME)) == (
        0,
        {
            "level": "equal",
            "message": "It belongs to the person in the travel document: name and date of birth agree.",
            "findings": [],
        },
    )


def test_the_passport_of_another_person_is_not_accepted(run: Run, trust: Path, world: World) -> None:
    ran = verify(run, trust, world.issue(), "--mrz", " ".join(OTHER))
    assert ran.code == 1
    assert "✘ ANOTHER PERSON" in ran.out
    assert "ACCEPTED" not in ran.out
    assert told(ran).index("It does not belong to the person") < told(ran).index("specimen")
    ran = verify(run, trust, world.issue(), "--mrz", " ".join(OTHER), "--json")
    found = json.loads(ran.out)
    # The verdict on the passport itself is the library's and stays.
    assert (ran.code, found["outcome"], found["code"]) == (1, "accepted", None)
    assert found["holder"]["level"] == "different"
    assert [reason["code"] for reason in found["holder"]["findings"]] == [
        *("name.different", "dob.different")
    ]


@pytest.mark.parametrize(
    ("compared", "codes"),
    [
        (("1990", SAME), ["dob.year_only"]),
        (("1990-05", SAME), ["dob.month_only"]),
        (("", SAME), ["dob.missing"]),
        (("1990-05-06", passport("NGUYEN<<BAO<DUY", "90<<<<")), ["dob.year_only"]),
        (("1990-06-05", SAME), ["dob.day_month_swapped"]),
        (("1990-05-06", passport("NGUYEN<<BAO<DUI", "900506")), ["name.typo"]),
        (("1990-05-06", passport("BAO<DUY<<NGUYEN", "900506")), ["name.order"]),
    ],
)
def test_what_is_partial_or_slightly_different_is_plausible(
    run: Run, trust: Path, world: World, compared: tuple[str, tuple[str, str]], codes: list[str]
) -> None:
    birth, lines = compared
    text = world.issue(of("NGUYEN", "BAO<DUY", birth))
    code, found = holder(run, trust, text, *each_line(lines))
    assert (code, found["level"]) == (0, "plausible")
    assert [reason["code"] for reason in found["findings"]] == codes
    ran = verify(run, trust, text, *each_line(lines))
    assert "compare the two by eye" in told(ran)
    assert "identity card" not in told(ran)


def test_a_name_that_is_cut_at_39_characters_is_compared_as_far_as_it_goes(
    run: Run, trust: Path, world: World
) -> None:
    family, given = "CONG<TANG<TON<NU", "THI<THANH<HUONG<GIANG<MINH<NGUYET<ANH"
    text = world.issue(of(family, given, "1990-05-06"))
    code, found = holder(run, trust, text, *each_line(passport(f"{family}<<{given}")))
    assert (code, found["level"]) == (0, "equal")
    assert [reason["code"] for reason in found["findings"]] == ["name.truncated"]
    code, found = holder(run, trust, text, *each_line(passport(f"{family}<<DANG<{given}")))
    assert (code, found["level"]) == (1, "different")


def test_cards_with_three_lines_are_read(run: Run, trust: Path, world: World) -> None:
    text = world.issue(of("ERIKSSON", "ANNA<MARIA", "1974-08-12"))
    assert holder(run, trust, text, "--mrz", "\n".join(TD1))[1]["level"] == "equal"
    assert holder(run, trust, "--mrz", "\n".join(TD1), text)[1]["level"] == "equal"


def test_lines_are_given_one_by_one_or_together(run: Run, trust: Path, world: World) -> None:
    first, second = SAME
    for arguments in (
        (world.issue(), "--mrz", first, "--mrz", second),
        ("--mrz", first, "--mrz", second, world.issue()),
        (f"--mrz={first}", f"--mrz={second}", world.issue()),
        ("--mrz", first.lower(), "--mrz", f" {second} ", world.issue()),
        ("--mrz", f"{first}\n{second}\n", world.issue()),
        ("--mrz", f"{first}  {second}", world.issue()),
        ("--mrz", first, second, world.issue()),
        (world.issue(), "--mrz", first, second),
    ):
        assert holder(run, trust, *arguments)[1]["level"] == "equal"


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((SAME[0], SAME[1].replace("N1", "N2")), "mrz.check_number"),
        ((SAME[0], SAME[1][:-1] + "0"), "mrz.check_whole"),
        ((SAME[0], SAME[1][:-1]), "mrz.lines"),
        ((SAME[0],), "mrz.lines"),
        (("rubbish", "rubbish"), "mrz.lines"),
    ],
)
def test_lines_that_do_not_hold_are_wrong_use_in_a_line(
    run: Run, trust: Path, world: World, lines: tuple[str, ...], said: str
) -> None:
    for language in ("en", "vi"):
        ran = verify(run, trust, world.issue(), *each_line(lines), "--lang", language)
        assert (ran.code, ran.out) == (2, "")
        assert f"{MrzCode(said).message(language)} ({said})" in ran.err
        assert len(ran.err.splitlines()) == 1
        assert "NGUYEN" not in ran.err
        assert "N1234567" not in ran.err
        assert ("không" in ran.err) == (language == "vi")


def test_it_is_said_in_vietnamese_too(run: Run, trust: Path, world: World) -> None:
    shown = told(verify(run, trust, world.issue(), "--mrz", " ".join(OTHER), "--lang", "vi"))
    assert "✘ CỦA NGƯỜI KHÁC" in shown
    assert "Họ tên khác nhau. Ngày sinh khác nhau." in shown


def test_what_nobody_vouches_for_is_not_compared(run: Run, trust: Path, world: World) -> None:
    text = world.issue(key=world.authority.issue_signer(days=730))
    code, found = holder(run, trust, text, "--mrz", " ".join(SAME))
    assert (code, found["level"], found["findings"]) == (1, None, [])
    assert "was not compared" in told(verify(run, trust, text, "--mrz", " ".join(SAME)))
    assert holder(run, trust, "HC1:NCF", "--mrz", " ".join(SAME))[1]["level"] is None


def test_a_rejected_passport_stays_rejected_whoever_s_it_is(
    run: Run, trust: Path, world: World
) -> None:
    ran = run(
        *("verify", world.issue(), "-t", trust, "--test-keys", "--at", "2027-01-02T00:00:00Z"),
        *each_line(SAME),
    )
    assert ran.code == 1
    assert "✘ REJECTED" in ran.out
    assert "validity.expired" in ran.out
    assert "It belongs to the person" in told(ran)


@pytest.mark.parametrize("separator", [" ", "\n", "|", " | ", "\r\n", ""])
@pytest.mark.parametrize("lines", [SAME, TD1, TD2, VISA_A])
def test_one_value_may_hold_all_lines(
    run: Run, trust: Path, world: World, lines: tuple[str, ...], separator: str
) -> None:
    code, found = holder(run, trust, world.issue(), "--mrz", separator.join(lines))
    assert code == (lines is not SAME)
    assert found["level"] == ("equal" if lines is SAME else "different")


def test_a_travel_document_that_has_expired_is_told_with_its_date(
    run: Run, trust: Path, world: World
) -> None:
    lines = passport("NGUYEN<<BAO<DUY", expiry="260131")
    ran = verify(run, trust, world.issue(), *each_line(lines))
    assert ran.code == 0
    assert "The travel document expired on 2026-01-31. mrz.expired" in told(ran)
    code, found = holder(run, trust, world.issue(), *each_line(lines))
    assert (code, found["level"]) == (0, "equal")
    assert found["findings"] == [
        {"code": "mrz.expired", "message": "The travel document expired on 2026-01-31."}
    ]


def test_letters_that_a_state_writes_in_another_way_are_no_other_person(
    run: Run, trust: Path, world: World
) -> None:
    person = Person("Müller", "MULLER", "Günther", "GUNTHER")
    text = world.issue(Certificate(person, "1990-05-06", VACCINATION.entries))
    code, found = holder(run, trust, text, *each_line(passport("MUELLER<<GUENTHER")))
    assert (code, found["level"], found["findings"]) == (0, "equal", [])


def test_without_the_option_nothing_is_said(run: Run, trust: Path, world: World) -> None:
    ran = verify(run, trust, world.issue(), "--json")
    assert "holder" not in json.loads(ran.out)

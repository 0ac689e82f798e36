"""Every family in one shape: each field that a document has is a row, in words, escaped."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest
from vaxpass_cli.io.sources import Source
from vaxpass_cli.output import document_rows, panel
from vaxpass_cli.output.screen import Console

from tests.support.family_documents import DOCUMENTS, unverified_of, verdict_of
from tests.support.world import END, NOW, START, World
from vaxpass import Kind, Verdict, messages
from vaxpass.documents import (
    BUILT_IN,
    FAMILIES,
    Document,
    Event,
    EventType,
    Family,
    Holder,
    Issuer,
    Link,
    Term,
)
from vaxpass.documents.hcert.decode import DDCC, ICVP, MEDICATION
from vaxpass.documents.named import NAMED

LANGUAGES = messages.LANGUAGES


def rows(name: str, world: World, language: str = "en", *, details: bool = True) -> list[str]:
    verdict = verdict_of(name, world)
    assert verdict.unverified is not None
    found = document_rows.rows("camera", verdict, verdict.unverified, NOW, language, details=details)
    return [f"{label}: {text}" if label else text for label, text in found]


def test_what_a_document_is_comes_first(world: World) -> None:
    assert rows("icvp", world)[0] == "Document: WHO digital yellow card (ICVP)"
    assert rows("icvp", world, "vi")[0] == "Loại giấy: Sổ vàng điện tử của WHO (ICVP)"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "family", [*(each for each in FAMILIES if each not in NAMED), ICVP, DDCC, MEDICATION]
)
def test_every_family_that_is_read_has_a_name_in_words(family: Family, language: str) -> None:
    said = document_rows.family(Document(family.name, None, Holder()), language)
    assert said != family.name
    assert "." not in said


def test_a_family_without_a_name_in_words_is_named_as_it_is() -> None:
    assert document_rows.family(Document("letter\x1b", None, Holder()), "en") == "letter<U+001B>"


def test_a_yellow_card_shows_everything_that_it_says(world: World) -> None:
    assert rows("icvp", world) == [
        "Document: WHO digital yellow card (ICVP)",
        "Date of birth: 1988-03-14",
        "Sex: female",
        "Nationality: NZL, New Zealand",
        "Identity document: passport X9900112",
        "Guardian: Hēmi Example",
        "Certificate: Vaccination, yellow fever, STAMARIL, 10 doses, Sanofi Pasteur, 2026-09-01",
        "batch YF-2031, in force from 2026-09-11, for life",
        "by Dr. A. Example, Travel Clinic, Wellington",
        "Issuer: Ministry of Health (NZ, New Zealand)",
        *[row for row in rows("icvp", world) if row.startswith("Signed with")],
        "Valid: 2026-01-01 to 2027-01-01",
        "Identifier: ICVP-0001",
        "Version: E",
        "Judged at: 2026-06-01T00:00:00Z",
        "From: camera",
    ]


def test_the_day_of_issue_and_a_dosage_are_shown(world: World) -> None:
    taken = Event(EventType.MEDICATION, "2026-05-01", product=Term("A10BA02"), dosage="1 tablet a day")
    document = Document("medication", Kind.MEDICATION, Holder(), (taken,), issued_on="2026-05-02")
    unverified = unverified_of(document)
    verdict = Verdict((), unverified=unverified)
    found = document_rows.rows("camera", verdict, unverified, NOW, "en")
    assert ("Date of issue", "2026-05-02") in found
    assert any("1 tablet a day" in text for _, text in found)


def test_without_details_identifiers_and_the_version_are_left_out(world: World) -> None:
    shown = rows("icvp", world, details=False)
    assert not any(row.startswith(("Identifier", "Version")) for row in shown)
    assert "https://clinic.example.org/issuer" not in rows("smart-health-card", world, details=False)
    assert "https://clinic.example.org/issuer" in rows("smart-health-card", world)


def test_a_pharmacy_is_told_from_a_state(world: World) -> None:
    assert "pharmacy, not a state" in rows("smart-health-card", world)
    assert "public authority" in rows("divoc", world)
    assert "nhà thuốc, không phải nhà nước" in rows("smart-health-card", world, "vi")


def test_every_dose_has_its_line(world: World) -> None:
    doses = [row for row in rows("smart-health-card", world) if row.startswith("Certificate")]
    assert [dose.split(", ")[2] for dose in doses] == ["dose 1", "dose 2", "dose 3"]
    assert all("COVID-19" in dose for dose in doses)


def test_a_test_says_its_result_in_capitals_with_the_time_of_the_sample(world: World) -> None:
    said = "Certificate: Test, molecular(PCR), NEGATIVE, 2026-05-29 23:30 UTC (48 hours ago)"
    assert said in rows("vds-nc-test", world)
    assert "by Example Pathology" in rows("vds-nc-test", world)


def test_a_recovery_says_from_when_until_when_it_counts(world: World) -> None:
    assert (
        "Certificate: Recovery, COVID-19, first positive test 2026-01-02, 2026-01-13 to 2026-07-01"
        in rows("ddcc", world)
    )


def test_a_link_tells_where_it_leads_and_names_no_holder(world: World) -> None:
    shown = rows("health-link", world)
    begin = shown.index("Link: Verifiable Health Link (VHL)")
    assert shown[begin + 1 : begin + 6] == [
        "link.example.org",
        "“Vaccinations”",
        "expires on 2026-12-31",
        "only with a passcode of the holder",
        "its content was not looked at",
    ]
    assert not any(row.startswith("Date of birth") for row in shown)
    assert document_rows.stated_holder(DOCUMENTS["health-link"], "en") == ""


def test_a_link_that_can_not_be_read_names_no_holder_either(world: World) -> None:
    document = Document("hcert", Kind.HEALTH_LINK, Holder())
    assert document_rows.stated_holder(document, "en") == ""
    verdict = replace(verdict_of("health-link", world), unverified=unverified_of(document))
    assert verdict.unverified is not None
    shown = document_rows.rows("camera", verdict, verdict.unverified, NOW, "en")
    assert "Date of birth" not in dict(shown)


def test_a_bare_number_of_a_product_is_no_dose_at_a_glance() -> None:
    event = Event(
        EventType.VACCINATION,
        "2026-02-01",
        Term("RA01"),
        product=Term("1"),
        vaccine=Term("XM3DT5", "a vaccine"),
    )
    document = Document("icvp", Kind.ICVP, Holder(), (event,))
    assert document_rows.glance(document, NOW, "en") == ["Vaccination, COVID-19, a vaccine, 2026-02-01"]
    document = replace(document, events=(replace(event, vaccine=Term("871772009")),))
    assert document_rows.glance(document, NOW, "en") == ["Vaccination, COVID-19, 2026-02-01"]


def test_the_address_of_a_list_of_codes_is_left_out() -> None:
    system = "http://example.org/fhir/CodeSystem/tests"
    assert document_rows.name_of(Term("T1", None, system), "en", BUILT_IN) == "T1"


def test_countries_are_named_by_two_letters_or_three(world: World) -> None:
    assert "Issuer: Government of Japan (JPN, Japan)" in rows("vds-nc", world)
    assert "Issuer: SGP, Singapore" in rows("ddcc", world)


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (Term("1D47", None, "icd11"), ("yellow fever", "sốt vàng")),
        (
            Term("LP6464-4", None, "loinc"),
            ("laboratory test (NAAT)", "xét nghiệm khuếch đại axit nucleic (NAAT)"),
        ),
        (Term("840539006", None, "tg"), ("COVID-19", "COVID-19")),
        (Term("260373001", None, "snomed"), ("detected", "dương tính")),
        (Term("183", "yellow fever vaccine", "cvx"), ("yellow fever vaccine",) * 2),
        (Term("999", None, "cvx"), ("999 (cvx)",) * 2),
        (Term("999", None, "mp"), ("999", "999")),
        (Term("1D47", None, "mp"), ("1D47", "1D47")),
        (Term(None, "STAMARIL"), ("STAMARIL",) * 2),
        (Term(None), (None, None)),
    ],
)
def test_codes_are_named_or_stand_with_their_system(
    term: Term, said: tuple[str | None, str | None]
) -> None:
    assert tuple(document_rows.name_of(term, each, BUILT_IN) for each in ("en", "vi")) == said


@pytest.mark.parametrize(
    ("term", "said"),
    [
        (Term("1D47", "Yellow fever", "icd11"), ("yellow fever", "sốt vàng")),
        (Term("RA01"), ("COVID-19", "COVID-19")),
        (Term("14189004", None, "snomed"), ("measles", "sởi")),
        (Term("1A00.0", None, "icd11"), ("1A00.0 (icd11)",) * 2),
        (Term(None, "Dengue"), ("Dengue", "Dengue")),
    ],
)
def test_the_diseases_that_are_met_most_are_named_in_both_languages(
    term: Term, said: tuple[str, str], world: World
) -> None:
    document = Document("icvp", Kind.ICVP, Holder(), (Event(EventType.VACCINATION, disease=term),))
    verdict = Verdict((), (), unverified_of(document))
    for language, name in zip(("en", "vi"), said, strict=True):
        found = document_rows.rows("x", verdict, unverified_of(document), NOW, language)
        label = messages.text("panel.vaccination", language)
        assert f"{label}, {name}" in [text for _, text in found]


@pytest.mark.parametrize("type_", EventType)
def test_an_event_that_says_nothing_is_shown_by_its_name_alone(type_: EventType, world: World) -> None:
    document = Document("icvp", Kind.ICVP, Holder(), (Event(type_),))
    verdict = Verdict((), (), unverified_of(document))
    for language in LANGUAGES:
        found = document_rows.rows("x", verdict, unverified_of(document), NOW, language)
        assert not any("None" in text or text.endswith(", ") for _, text in found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("type_", EventType)
def test_each_text_of_a_document_is_somewhere_and_escaped(type_: EventType, language: str) -> None:
    marks: list[str] = []

    def mark() -> str:
        marks.append(f"mark{len(marks):02}m")
        return f"\x1b{marks[-1]}"  # with a sign that a terminal would obey

    event = Event(
        type_,
        mark(),
        Term(None, mark()),
        product=None if type_ is EventType.RECOVERY else Term(None, mark()),
        manufacturer=None if type_ is EventType.RECOVERY else Term(None, mark()),
        test_type=Term(None, mark()) if type_ is EventType.TEST else None,
        batch=mark(),
        performer=mark(),
        centre=mark(),
        country=mark(),
        issuer=mark(),
        valid_from=mark(),
        valid_until=mark(),
        status=mark(),
        identifier=mark(),
    )
    document = Document(
        "icvp",
        None,
        Holder(
            name=mark(),
            birth_date=mark(),
            sex=mark(),
            nationality=mark(),
            document_type=mark(),
            document_number=mark(),
            guardian=mark(),
        ),
        (event,),
        Issuer(mark(), mark(), mark()),
        version=mark(),
        identifier=mark(),
        link=Link(mark(), mark(), mark()),
    )
    unverified = unverified_of(document)
    shown = document_rows.rows("x", Verdict((), (), unverified), unverified, NOW, language)
    said = "\n".join([document_rows.holder(document), *(text for _, text in shown)])
    assert "\x1b" not in said
    assert [each for each in marks if each not in said] == []


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_panel_of_each_is_readable_in_80_columns(name: str, language: str, world: World) -> None:
    verdict = verdict_of(name, world)
    out = io.StringIO()
    console = Console(file=out, width=80)
    console.print(panel.of(Source("camera", "x"), verdict, NOW, language, details=True))
    lines = out.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    family = document_rows.family(DOCUMENTS[name], language)
    place = next(number for number, line in enumerate(lines) if family in line)
    holder = messages.text("panel.holder", language)
    if not DOCUMENTS[name].link:
        assert holder in lines[place + 1]
    assert "None" not in out.getvalue()


def test_at_a_glance_there_is_what_an_officer_needs(world: World) -> None:
    def glance(name: str, language: str = "en") -> list[str]:
        document = verdict_of(name, world).document
        assert document is not None
        return document_rows.glance(document, NOW, language)

    assert glance("icvp") == [
        "Identity document: passport X9900112",
        "Vaccination, yellow fever, STAMARIL, 10 doses, 2026-09-01, in force from 2026-09-11, for life",
    ]
    product = "COVID-19, mRNA, LNP-S, PF, 100 mcg/0.5mL dose"
    assert glance("smart-health-card") == [
        f"Vaccination, COVID-19, {product}, dose 1, 2025-11-01; dose 2, 2025-11-29; dose 3, 2026-05-02",
        "Issuer: Example Pharmacy, pharmacy, not a state",
    ]
    assert "2026-03-01, in force" in glance("divoc")[0], "the day, without the time of day"
    assert "NEGATIVE, 2026-05-29 23:30 UTC (48 hours ago)" in glance("vds-nc-test")[1]
    assert "2026-01-13 to 2026-07-01" in glance("ddcc")[0]
    assert glance("health-link")[0].startswith("Verifiable Health Link (VHL), link.example.org")


HANOI = timezone(timedelta(hours=7))


@pytest.mark.parametrize(
    ("kind", "written", "at", "said"),
    [
        (EventType.TEST, "2026-05-31T23:00:00Z", NOW, "2026-05-31 23:00 UTC (1 hour ago)"),
        (EventType.TEST, "2026-06-01T00:00:00Z", NOW, "2026-06-01 00:00 UTC (0 hours ago)"),
        (EventType.TEST, "2026-06-01T00:00:01Z", NOW, "2026-06-01 00:00 UTC"),
        (EventType.TEST, "2026-05-22T00:00:01Z", NOW, "2026-05-22 00:00 UTC (239 hours ago)"),
        (EventType.TEST, "2026-05-22T00:00:00Z", NOW, "2026-05-22 00:00 UTC"),
        (
            EventType.TEST,
            "2026-05-31T23:00:00Z",
            NOW.astimezone(HANOI),
            "2026-06-01 06:00 UTC+07:00 (1 hour ago)",
        ),
        (EventType.TEST, "2026-05-31T23:00:00", NOW, "2026-05-31T23:00:00"),
        (EventType.TEST, "2026-05-31", NOW, "2026-05-31"),
        (EventType.TEST, "yesterday", NOW, "yesterday"),
        (EventType.TEST, "0001-01-01T00:00:00+14:00", NOW, "0001-01-01 00:00 UTC+14:00"),
        (EventType.VACCINATION, "2026-05-31T23:00:00Z", NOW.astimezone(HANOI), "2026-06-01"),
        (EventType.VACCINATION, "2026-05-31T23:00:00", NOW, "2026-05-31"),
        (EventType.VACCINATION, "2026-05", NOW, "2026-05"),
        (EventType.RECOVERY, None, NOW, None),
    ],
)
def test_an_event_is_told_in_the_zone_and_a_test_with_its_age_in_hours(
    kind: EventType, written: str | None, at: datetime, said: str | None
) -> None:
    assert document_rows.date_of(Event(kind, date=written), at, "en") == said


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (END - timedelta(days=1), "Valid: 2026-01-01 to 2027-01-01"),
        (END - timedelta(hours=23), "Valid: 2026-01-01 to 2027-01-01 00:00 UTC"),
        (END + timedelta(hours=23), "Valid: 2026-01-01 to 2027-01-01 00:00 UTC"),
        ((END - timedelta(hours=1)).astimezone(HANOI), "2026-01-01 to 2027-01-01 07:00 UTC+07:00"),
        (START + timedelta(minutes=1), "Valid: 2026-01-01 00:00 UTC to 2027-01-01"),
        (START - timedelta(minutes=6), "Valid: 2026-01-01 00:00 UTC to 2027-01-01"),
    ],
)
def test_where_the_hour_decides_the_span_has_it(world: World, at: datetime, said: str) -> None:
    verdict = world.verify(world.issue(), at)
    assert verdict.unverified is not None
    found = document_rows.rows("a", verdict, verdict.unverified, at, "en")
    assert any(f"{label}: {text}".endswith(said) for label, text in found)


def test_of_many_events_the_first_are_shown_and_the_others_counted(world: World) -> None:
    document = DOCUMENTS["smart-health-card"]
    (first, *_) = document.events
    lots = tuple(replace(first, product=Term(None, f"product {number}")) for number in range(9))
    lines = document_rows.glance(replace(document, events=lots), NOW, "en")
    assert len(lines) == 3
    assert lines[2].endswith(" and 6 more")

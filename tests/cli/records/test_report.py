"""`vaxpass report`: counts add up, inputs belong together, and nobody is in it."""

from __future__ import annotations

import base64
import csv
import hashlib
import html
import json
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, timedelta
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from vaxpass_cli.io import stores
from vaxpass_cli.records import attestation_files, columns, inputs
from vaxpass_cli.records.attestation_files import FacilityFiles
from vaxpass_cli.records.engine import Engine
from vaxpass_cli.records.report import words
from vaxpass_cli.records.report.counts import ANSWERS, Cause, Outside, Place, Progress, Question, funnel
from vaxpass_cli.records.report.gather import Given, gather

from tests.support.command import Ran, Run
from tests.support.issuing_data import many
from tests.support.progress_worlds import AT, Case, Inputs
from vaxpass import messages
from vaxpass.records import IssueCode, MatchStatus, Record
from vaxpass.revocation import Entries, build, identifiers_as_typed, read_uvci
from vaxpass.testing.synthetic import Size, make_world, write_world

_STATUSES: Final = tuple(map(str, MatchStatus))
_PLACES: Final = (
    *(("Hà Nội", "A"), ("Hà Nội", "B"), ("Đồng Tháp", "A"), ("", "")),
    ("Cà Mau", 'C "x",\n[b]'),
)


def worlds() -> st.SearchStrategy[list[Case]]:
    def case(number: int) -> st.SearchStrategy[Case]:
        return st.builds(
            lambda place, told, **given: Case(
                many(1)[0]._replace(record_id=f"R{number}", province=place[0], facility=place[1]),
                told=told if given["status"] != "MATCHED" else (),
                **given,
            ),
            place=st.sampled_from(_PLACES),
            status=st.sampled_from(("MATCHED", *_STATUSES)),
            told=st.sampled_from([(), ("name.typo", "dob.typo"), ("dob.typo",)]),
            content=st.sampled_from([(), (), ("date.missing",), ("vaccine.missing", "date.missing")]),
            attested=st.sampled_from(ANSWERS[Question.ATTESTING]),
            issuing=st.sampled_from(ANSWERS[Question.ISSUING]),
            refused=st.sampled_from(["match.mismatch", "attestation.missing"]),
            passports=st.integers(1, 3),
            revoked=st.integers(0, 3),
            copies=st.sampled_from([1, 1, 1, 2, 3]),
            versions=st.sampled_from([1, 1, 1, 2]),
            ends=st.sampled_from([None, None, AT, AT - timedelta(1), AT + timedelta(1)]),
            confirmed=st.sampled_from(["", "office: name.diacritics"]),
            issued_at=st.sampled_from(
                [AT - timedelta(weeks=weeks) for weeks in (-2, 0, 1, 8, 60, 5000)]
            ),
            person=st.sampled_from(["", "", "somebody"]),
        ).map(
            # Some records that wait for issuing have never had a passport.
            lambda made: (
                replace(made, passports=0, revoked=0)
                if made.issuing == "pending" and made.revoked
                else made
            )
        )

    return st.integers(1, 8).flatmap(lambda count: st.tuples(*map(case, range(count))).map(list))


def gathered(world: Inputs) -> Progress:
    f = world.folder
    with TemporaryDirectory() as folder:
        work = Path(folder)
        engine = Engine(work / "spill", gigabytes=0.5, threads=1)
        try:
            read = inputs.open_input(f / "records.csv", columns.RECORDS, {}, "utf-8", engine, work)
            pinned = attestation_files.read_keys(f / "keys.json")
            listed = attestation_files.listed([f / "attestations"])
            signed = FacilityFiles.of(attestation_files.read_headers(listed, pinned), pinned)
            store = stores.load(f / "revoked.bin")
            inputs_ = Given(read, f / "matches", signed, f / "issued", store, None, AT, UTC)
            return gather(engine, inputs_)
        finally:
            engine.close()


def fell(case: Case) -> tuple[str, str] | None:
    """The stage at which a record falls out, and why: told once more, one question after the other."""
    if not case.used:
        return "readable", "SET_ASIDE"
    if case.status != "MATCHED":
        return "matched", case.status
    if case.attested != "attested":
        return "attested", case.attested
    if case.issuing != "issued":
        return "in_force", case.issuing
    if case.revoked >= case.passports:
        return "in_force", "revoked"
    return None if case.in_force else ("in_force", "expired")


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_every_count_is_that_of_a_simple_count(cases: list[Case]) -> None:
    with TemporaryDirectory() as folder:
        progress = gathered(Inputs(Path(folder), cases))
    total = progress.total
    used = [case for case in cases if case.used]
    issuing: Counter[str] = Counter()
    for case in cases:
        issuing[case.answer] += case.versions
    assert total.records == sum(case.versions for case in cases)
    assert progress.copies == sum((case.copies - 1) * case.versions for case in cases)
    assert total.answers[Question.ISSUING] == issuing
    matched = Counter(case.status for case in used)
    matched["SET_ASIDE"] = sum(case.versions for case in cases if not case.used)
    assert total.answers[Question.MATCHING] == matched
    attested: Counter[str] = Counter()
    for case in cases:
        attested[case.attested] += 1
        # One of several records with an identifier was attested, or none.
        attested["not_attested" if case.attested == "not_attested" else "altered"] += case.versions - 1
    assert total.answers[Question.ATTESTING] == attested
    assert total.causes[Cause.MISMATCH] == Counter(
        (*case.told, case.status)[0] for case in used if case.status != "MATCHED"
    )
    assert total.causes[Cause.CONTENT] == Counter(
        case.content[0] for case in used if case.status == "MATCHED" and case.content
    )
    assert total.causes[Cause.REFUSAL] == Counter(
        "record.doubled" if case.versions > 1 else case.refused
        for case in cases
        for _ in case.records
        if case.answer == "refused"
    )
    assert total.replaced == sum(max(case.passports - 1, 0) for case in cases)
    assert total.revoked == sum(min(case.revoked, case.passports) for case in cases)
    places: Counter[tuple[str, str]] = Counter()
    for case in cases:
        shown = (case.record.province, " ".join(case.record.facility.split()))
        # A place that only records name which were set aside is not shown.
        named = any(other.record[1:3] == case.record[1:3] for other in used)
        places[shown if named else ("", "")] += case.versions
    found = {(place.province, place.facility): each for place, each in progress.places.items()}
    assert {place: counts.records for place, counts in found.items()} == places


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.integers(0, 3))
def test_the_funnel_only_narrows_and_says_what_fell_out(cases: list[Case], gone: int) -> None:
    listed = cases[: max(1, len(cases) - gone)]
    away = cases[len(listed) :]
    # Passports only of records that are gone are refused: they belong to another list.
    assume(any(case.passports for case in listed) or not any(case.passports for case in away))
    with TemporaryDirectory() as folder:
        world = Inputs(Path(folder), cases)
        world.cases = listed
        world.write_records()
        world.write_matches()
        world.write_attestations()
        refused = [case for case in listed for _ in case.records if case.answer == "refused"]
        world.write_refused(refused, sum(case.versions for case in listed))
        progress = gathered(world)
    for counts in (progress.total, *progress.places.values(), *progress.provinces().values()):
        left = counts.records
        for step in funnel(counts, progress.asked):
            assert 0 <= step.left == left - sum(step.fell.values())
            left = step.left
        assert left == counts.through
    expected: Counter[tuple[str, str] | None] = Counter()
    for case in listed:
        expected[fell(case)] += case.versions
    told: Counter[tuple[str, str] | None] = Counter({None: progress.total.through})
    for stage, counted in progress.total.fell.items():
        told.update({(stage.value, why): count for why, count in counted.items()})
    assert told == expected
    assert progress.in_force == sum(case.in_force for case in cases)
    matched = [case.used and case.status == "MATCHED" for case in listed]
    assert progress.outside == {
        Outside.WITHDRAWN: sum(case.in_force for case in away),
        Outside.NOT_MATCHED: sum(
            case.in_force and not is_matched for case, is_matched in zip(listed, matched, strict=True)
        ),
        Outside.BEHIND: sum(
            case.in_force and is_matched and fell(case) is not None
            for case, is_matched in zip(listed, matched, strict=True)
        ),
    }
    somebody = sum(case.in_force and case.person == "somebody" for case in cases)
    assert progress.doubled == max(0, somebody - 1)


def test_a_passport_that_was_revoked_by_its_printed_identifier_counts(tmp_path: Path) -> None:
    case = next(each for each in cases() if each.answer == "issued")
    world = Inputs(tmp_path, [replace(case, passports=2, revoked=0)])
    entries = Entries()
    for kind, value in identifiers_as_typed(read_uvci(f" 01:vn:{case.record.record_id.lower()}/1")):
        entries.add(b"", kind, value)
    (tmp_path / "revoked.bin").write_bytes(b"".join(build(entries.parts(), 0)))
    assert gathered(world).total.revoked == 1


def cases(count: int = 12) -> list[Case]:
    states = ("MATCHED", "MATCHED", "MISMATCH", "NO_ID")
    found = []
    for number, record in enumerate(many(count)):
        status = states[number % len(states)]
        told = ("name.diacritics",) if status == "MISMATCH" else ()
        issuing = "issued" if status == "MATCHED" else "refused"
        refused = "match.mismatch" if status == "MISMATCH" else "match.no_id"
        found.append(Case(record, status, told, issuing=issuing, refused=refused))
    return found


@pytest.fixture
def world(tmp_path: Path) -> Inputs:
    return Inputs(tmp_path / "world", cases())


def report(run: Run, world: Inputs, *more: object) -> Ran:
    return run(*world.arguments, *more)


def test_csv_json_and_page_say_the_same(run: Run, world: Inputs) -> None:
    ran = report(run, world, "--json")
    assert (ran.code, ran.err) == (0, "")
    found: dict[str, Any] = json.loads(ran.out)
    total = found["total"]
    assert (total["records"], total["matching"]["matched"], total["issuing"]["issued"]) == (12, 6, 6)
    assert total["mismatch_by_first_reason"] == {"NO_ID": 3, "name.diacritics": 3}
    for rows in (found["provinces"], found["facilities"]):
        for group in ("matching", "attesting", "issuing"):
            for answer, count in total[group].items():
                assert sum(row[group][answer] for row in rows) == count
    with (world.folder / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert len(table) == len(found["facilities"])
    for name in ("records", "matched", "no_id", "attested", "issued", "refused", "pending", "replaced"):
        flat = {**total, **total["matching"], **total["attesting"], **total["issuing"]}
        assert sum(int(row[name]) for row in table) == flat[name], name
    assert sum(int(row["mismatch:name.diacritics"]) for row in table) == 3
    assert sum(int(row["refusal:match.no_id"]) for row in table) == 3
    for path in (world.folder / "report.html", world.folder / "report.csv"):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_terminal_has_eighty_columns(run: Run, world: Inputs, language: str) -> None:
    ran = report(run, world, "--lang", language, "--facilities")
    assert ran.code == 0
    # The last line names the file, however long its path is.
    assert max(map(len, ran.out.splitlines()[:-1])) <= 80
    for word in ("records", "MATCHED", "issued", "pending"):
        assert messages.text(f"report.{word}", language) in ran.out


def test_questions_that_nothing_was_given_for_are_not_answered(run: Run, world: Inputs) -> None:
    f = world.folder
    ran = run(
        *("report", f / "records.csv", "--matches", f / "matches"),
        *("--out", f / "r.html", "--json"),
    )
    total = json.loads(ran.out)["total"]
    assert (total["attesting"], total["issuing"], total["replaced"]) == (None, None, None)
    page = (f / "r.html").read_text(encoding="utf-8")
    assert "Attested" not in page
    assert "Pending" not in page


def one_less(world: Inputs) -> None:
    world.write_records([case.record for case in world.cases[1:]])


def one_more(world: Inputs) -> None:
    more = world.cases[0].record._replace(record_id="new")
    world.write_records([*(case.record for case in world.cases), more])


def another_place(world: Inputs) -> None:
    moved = world.cases[0].record._replace(facility="elsewhere")
    world.write_records([moved, *(case.record for case in world.cases[1:])])


def other_records(world: Inputs) -> None:
    world.write_records(record._replace(record_id=f"X{record.record_id}") for record in many(12))


def other_passports(world: Inputs) -> None:
    other = [
        replace(case, record=case.record._replace(record_id="X" + case.record.record_id))
        for case in world.cases
    ]
    Inputs(world.folder / "other", other)
    (world.folder / "issued").rename(world.folder / "away")
    (world.folder / "other" / "issued").rename(world.folder / "issued")


def other_attestations(world: Inputs) -> None:
    other = [
        replace(case, record=case.record._replace(record_id="X" + case.record.record_id))
        for case in world.cases
    ]
    Inputs(world.folder / "other", other)
    (world.folder / "attestations").rename(world.folder / "away")
    (world.folder / "other" / "attestations").rename(world.folder / "attestations")


def unfinished(world: Inputs) -> None:
    path = world.folder / "issued" / "refused.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")


def no_summary(world: Inputs) -> None:
    (world.folder / "matches" / "summary.json").unlink()


def rubbish(world: Inputs) -> None:
    (world.folder / "matches" / "results.parquet").write_bytes(b"PAR1 but damaged")


def rubbish_summary(world: Inputs) -> None:
    (world.folder / "matches" / "summary.json").write_bytes(b"\xff[" * 100)


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (one_less, "results of other records"),
        (one_more, "results of other records"),
        (another_place, "results of other records"),
        (other_records, "results of other records"),
        (other_passports, "issued for other records"),
        (other_attestations, "belongs to other records"),
        (unfinished, "run it again"),
        (no_summary, "not finished"),
        (rubbish, "results.parquet: it is not Parquet"),
        (rubbish_summary, "summary.json: this file can't be read"),
    ],
)
def test_inputs_that_do_not_belong_together_are_refused(
    run: Run, world: Inputs, spoil: Any, said: str
) -> None:
    spoil(world)
    ran = report(run, world)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1
    assert not (world.folder / "report.html").exists()


@pytest.mark.parametrize(
    ("left_out", "said"), [("--facility-keys", "need the keys"), ("--issued", "needs --issued")]
)
def test_options_that_belong_together(run: Run, world: Inputs, left_out: str, said: str) -> None:
    at = world.arguments.index(left_out)
    del world.arguments[at : at + 2]
    ran = report(run, world)
    assert ran.code == 2
    assert said in ran.err


def test_nobody_is_in_it(run: Run, tmp_path: Path) -> None:
    records, registry, _ = write_world(make_world(Size(300, 1500, 3), seed=4), tmp_path / "w")
    assert run("match", records, registry, "--out", tmp_path / "m").code == 0
    out, table = tmp_path / "r.html", tmp_path / "r.csv"
    given = ("report", records, "--matches", tmp_path / "m", "--out", out)
    shown = run(*given, "--csv", table, "--facilities").out + run(*given, "--json").out
    everything = shown + out.read_text(encoding="utf-8") + table.read_text(encoding="utf-8")
    everything += json.dumps(everything)
    for path in (records, registry):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                for name in ("full_name", "id_number", "phone", "old_id_number", "date_of_birth"):
                    value = row.get(name) or ""
                    # A year alone is a number like others.
                    assert len(value) <= 4 or value not in everything, name


def test_records_that_were_corrected_since_are_matched_again_before(run: Run, tmp_path: Path) -> None:
    records, registry, _ = write_world(make_world(Size(20, 100, 3), seed=4), tmp_path / "w")
    assert run("match", records, registry, "--out", tmp_path / "m").code == 0
    text = records.read_text(encoding="utf-8")
    records.write_text(text.replace("2021-", "2022-", 1), encoding="utf-8")
    ran = run("report", records, "--matches", tmp_path / "m", "--out", tmp_path / "r")
    assert ran.code == 2
    assert ran.err.endswith(": records were changed since. Run vaxpass match again.\n")


def test_what_may_be_a_person_is_not_shown_as_a_place(run: Run, tmp_path: Path) -> None:
    good, *others = cases()
    moved = [
        replace(good, record=good.record._replace(record_id=str(number), facility=facility))
        for number, facility in enumerate(("0912 345 678", "001090000001", "a\u202eb", "<b>A&[B]</b>"))
    ]
    world = Inputs(tmp_path / "w", [good, *moved, *others])
    # Its fields are in the wrong columns, and its record number stands there twice.
    shifted = Record("twice", "79", "Nguyễn Văn An"), Record("twice", "79", "Trần Thị Bình")
    world.write_records([*(case.record for case in world.cases), *shifted])
    for path, name, count in (("matches", "rejected", 2), ("issued", "records", 18)):
        summary = world.folder / path / "summary.json"
        found = json.loads(summary.read_bytes())
        summary.write_text(json.dumps({**found, name: count}), encoding="utf-8")
    ran = report(run, world, "--facilities")
    assert (ran.code, ran.err) == (0, "")
    page = (world.folder / "report.html").read_text(encoding="utf-8")
    table = (world.folder / "report.csv").read_text(encoding="utf-8")
    for hidden in ("0912", "001090000001", "\u202e", "<b>A", "Nguyễn Văn An", "Trần Thị Bình"):
        assert hidden not in page, hidden
    for hidden in ("0912", "001090000001", "\u202e", "Nguyễn Văn An", "Trần Thị Bình"):
        assert hidden not in table + ran.out, hidden
    assert "&lt;b&gt;A&amp;[B]&lt;/b&gt;" in page
    assert "<b>A&[B]</b>" in ran.out


class Reader(HTMLParser):
    """Elements are closed in order; which attributes there are, and the text of each language."""

    _VOID: Final = ("meta", "input", "wbr")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str]] = []
        self.said: dict[str, list[str]] = {"en": [], "vi": []}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in self._VOID:
            self.open.append((tag, dict(attrs).get("lang") or ""))
            if tag == "span":
                self.said[self.open[-1][1]].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] == "span":
            self.said[self.open[-1][1]][-1] += data


def read(path: Path) -> Reader:
    reader = Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    assert reader.open == []
    return reader


@pytest.mark.parametrize("language", ["en", "vi"])
def test_the_page_is_whole_and_needs_nothing_from_elsewhere(
    run: Run, world: Inputs, language: str
) -> None:
    assert report(run, world, "--lang", language).code == 0
    page = read(world.folder / "report.html")
    assert page.tags["script"] == 1
    assert not {"link", "img", "iframe", "object", "base", "form"} & page.tags.keys()
    names = {name for name, _ in page.attributes}
    assert not {"src", "href", "srcset", "action", "style"} & names
    assert not [name for name in names if name.startswith("on")]
    text = (world.folder / "report.html").read_text(encoding="utf-8")
    assert not re.search(r"https?:|//|url\(|@import", text)
    assert "default-src 'none'" in text
    # Only this script may run: what a name brings along can't.
    script = text.partition("<script>")[2].partition("</script>")[0]
    allowed = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{allowed}'" in html.unescape(text)
    assert f'<html lang="{language}">' in text
    assert re.findall(r'id="choose-(..)" checked', text) == [language]


def test_both_languages_are_complete(run: Run, world: Inputs) -> None:
    assert report(run, world).code == 0
    said = read(world.folder / "report.html").said
    assert len(said["en"]) == len(said["vi"]) > 100
    for english, vietnamese in zip(said["en"], said["vi"], strict=True):
        assert english.strip()
        assert vietnamese.strip()
        assert english != vietnamese


def test_every_code_has_a_sentence_in_both_languages() -> None:
    for code in IssueCode:
        assert words.reason(Cause.REFUSAL, code, "vi") != words.reason(Cause.REFUSAL, code, "en") != ""
    for status in MatchStatus:
        assert words.reason(Cause.MISMATCH, status, "vi") != words.reason(Cause.MISMATCH, status, "en")
    for question in Question:
        for answer in ANSWERS[question]:
            assert words.meaning(answer, "vi") != words.meaning(answer, "en")
            assert messages.text(f"report.{answer}", "vi") != messages.text(f"report.{answer}", "en")
    assert words.reason(Cause.REFUSAL, "new.code", "en") == ""


def test_a_change_that_does_not_show_in_the_passport_leaves_it_issued(run: Run, tmp_path: Path) -> None:
    world = Inputs(tmp_path / "w", cases(4))
    issued = [case for case in world.cases if case.issuing == "issued"]
    assert len(issued) == 2
    phone = replace(issued[0], record=issued[0].record._replace(phone="0900000001"))
    birth = replace(issued[1], record=issued[1].record._replace(date_of_birth="1970-01-01"))
    world.cases = [phone, birth, *(case for case in world.cases if case not in issued)]
    world.write_records()
    world.write_matches()
    world.write_attestations()
    total = json.loads(report(run, world, "--json").out)["total"]
    assert total["issuing"] == {"issued": 1, "refused": 2, "pending": 1}
    assert total["funnel"]["in_force"] == 1


def test_records_that_were_added_or_changed_since_issuing_are_pending(run: Run, tmp_path: Path) -> None:
    old = cases(4)
    world = Inputs(tmp_path / "w", old)
    changed = replace(old[0], record=old[0].record._replace(batch="x"), attested="altered")
    more = replace(old[0], record=old[0].record._replace(record_id="new"), attested="not_attested")
    world.cases = [changed, *old[1:], more]
    world.write_records()
    world.write_matches()
    total = json.loads(report(run, world, "--json").out)["total"]
    assert total["issuing"] == {"issued": 1, "refused": 2, "pending": 2}


def test_places_are_in_order_of_their_names_and_the_nameless_last() -> None:
    places = [
        Place("", "b"),
        Place("Đồng Tháp", "z"),
        Place("Hà Nội"),
        Place("Cà Mau"),
    ]
    progress = Progress(dict.fromkeys(places, gathered_nothing()), (), 0, 0)
    assert [place.province for place in progress.ordered()] == ["Cà Mau", "Đồng Tháp", "Hà Nội", ""]


def gathered_nothing() -> Any:
    return Progress({}, (), 0, 0).total

"""What is printed of an object by itself names nobody: it ends up in logs and tracebacks."""

from __future__ import annotations

import importlib
import pickle
import pkgutil
import traceback
from collections.abc import Iterator
from typing import Any

import pytest

import vaxpass
from tests.support.rule_data import rule
from tests.support.world import END, NOW, World
from vaxpass import Certificate, Code, NotAccepted, Person, Problem, Vaccination, Verdict, Verifier
from vaxpass.errors import VaxpassError
from vaxpass.findings import Note
from vaxpass.identity import Declared, MrzError, Registered, parse_mrz
from vaxpass.records import Record
from vaxpass.rules import RuleBook, RuleSet, Subject

NAMES = ("Marker", "MARKER", "1987-06-05", "MARKED", "2021-03-04", "HC1:")
MARKED = Vaccination(
    *("840539006", "1119349007", "EU/1/20/1528", "ORG-100030215", 2, 2, "2021-03-04"),
    *("VN", "MARKED", "URN:UVCI:01:VN:MARKED#1"),
)
PAYLOAD = Certificate(
    Person("Marker", "MARKER", "Marker", "MARKER", extra={"MARKED": "Marker"}), "1987-06-05", (MARKED,)
).to_payload() | {"MARKED": None, "Marker": b"MARKED"}
AGE = {"plusTime": [{"var": "payload.dob"}, 90, "year"]}
LOGICS = (
    {
        "not-after": [
            {"plusTime": [{"var": "payload.v.0.dt"}, 9, "day"]},
            {"var": "external.validationClock"},
        ]
    },
    {"before": [AGE, {"plusTime": [{"var": "external.validationClock"}, 0, "day"]}]},
    {"===": [{"var": "payload.nam.fnt"}, "SOMEBODY"]},
    {"===": [{"var": "payload.v.0.ci"}, "x"]},
)


def verdicts(world: World) -> list[Verdict]:
    text = world.issue(Certificate.from_payload(PAYLOAD))
    rules = (rule(Identifier=f"VR-XA-{n:04}", Logic=each) for n, each in enumerate(LOGICS, 1))
    book = RuleBook(RuleSet(tuple(rules)))
    by_rules = Verifier(world.trust, rules=book)
    return [
        world.verify(text),
        world.verify(text, at=END.replace(year=2031)),
        by_rules.verify(text, at=NOW, destination="XA"),
        world.verify(text[:-9]),
        world.verify(f"MARKED {text}"),
        Verifier(type(world.trust)([])).verify(text, at=NOW),
    ]


def objects(verdict: Verdict) -> Iterator[object]:
    yield verdict
    yield from (*verdict.checks, *verdict.notes)
    yield from (check.problem for check in verdict.checks)
    yield NotAccepted(verdict)
    yield verdict.admission
    for each in verdict.explanations():
        yield from (each, each.reason)
    if verdict.unverified:
        unverified = verdict.unverified
        content = unverified.without_verification()
        yield from (unverified, content, unverified.message, unverified.claims, Subject.of(unverified))
        document = content.document
        yield from (document, document.holder, *document.events)
        if content.certificate is not None:
            yield from (content.certificate, content.certificate.person, *content.certificate.entries)


def test_no_object_names_the_holder(world: World) -> None:
    seen = set()
    for verdict in verdicts(world):
        for each in objects(verdict):
            seen.add(type(each).__name__)
            for shown in (repr(each), str(each), f"{[each]}"):
                for name in NAMES:
                    assert name not in shown.replace("begin with HC1:", ""), type(each)
    assert {"Verdict", "Admission", "Explanation", "Person", "Message", "UnverifiedHcert"} <= seen


def test_a_traceback_names_nobody(world: World) -> None:
    verdict = verdicts(world)[2]
    with pytest.raises(NotAccepted) as raised:
        verdict.raise_for_failure()
    shown = "".join(traceback.format_exception(raised.value))
    assert not any(name in shown for name in NAMES)
    assert "rules.failed" in shown


def test_records_travel_documents_and_registers_name_nobody() -> None:
    zone = parse_mrz(
        ("P<VNMMARKER<<BAO<DUY" + "<" * 24, "N1234567<7VNM9005064M3001019" + "<" * 15 + "8")
    )
    for each in (zone, Record("1", full_name="Marker"), Declared("Marker"), Registered("Marker")):
        assert "arker" not in repr(each).replace("MARKER", "marker")


def kinds(of: type[VaxpassError]) -> Iterator[type[VaxpassError]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def every_error(world: World) -> Iterator[VaxpassError]:
    for module in pkgutil.walk_packages(vaxpass.__path__, "vaxpass."):
        if not module.name.startswith("vaxpass.qr"):
            importlib.import_module(module.name)
    problem = Problem(Code.VALIDITY_EXPIRED, details={"on": "2026-01-31"})
    arguments: dict[str, tuple[Any, ...]] = {
        "DecodeError": (problem,),
        "EncodeError": ((problem,),),
        "DuplicateRecords": (("1", "2"),),
        "NameLettersError": (("\u2460",),),
        "MissingExtraError": ("cli", "rich"),
        "NotAccepted": (world.verify("x"),),
    }
    with pytest.raises(MrzError) as raised:
        parse_mrz(["x"])
    arguments["MrzError"] = (raised.value.code,)
    for kind in kinds(VaxpassError):
        yield kind(*arguments.get(kind.__name__, ("a reason",)))


def test_every_error_can_be_pickled(world: World) -> None:
    errors = list(every_error(world))
    assert len(errors) >= 14
    for error in errors:
        again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        assert type(again) is type(error)
        assert (str(again), again.args) == (str(error), error.args)
        assert vars(again) == vars(error)


def test_every_verdict_can_be_pickled_and_says_the_same(world: World) -> None:
    for verdict in verdicts(world):
        again = pickle.loads(pickle.dumps(verdict))  # noqa: S301 - our own
        assert bool(again) is bool(verdict)
        for language in ("en", "vi"):
            assert again.to_dict(language) == verdict.to_dict(language)
            assert again.explain(language) == verdict.explain(language)


def test_problems_and_notes_still_show_what_they_are() -> None:
    assert "validity.expired" in repr(Problem(Code.VALIDITY_EXPIRED))
    assert "<Verdict undecided" in repr(Verdict(()))
    assert Note.__name__ in repr(Note(next(iter(vaxpass.NoteCode))))

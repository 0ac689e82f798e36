"""Several documents of one traveller are judged together, and nobody profits from another one's."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.rule_data import rule
from tests.support.rule_judging import austrian, clock, payload, plus, var, verifier
from tests.support.world import DETECTED, NOW, World, claims, forge, make_world
from tests.support.yellow_cards import yellow_card
from vaxpass import ArgumentError, Code, Outcome, Unverified, Verdict, Verifier, decode, messages
from vaxpass.journey import MOST_TOGETHER, Together, verify_together
from vaxpass.rules import Rule

V, T, R = ("payload.v.0", "payload.t.0", "payload.r.0")
HOURS = 72


def needs(*paths: str) -> dict[str, Any] | bool:
    """Whether there is an entry at each of these paths: true or false, as a rule must give."""
    logic: dict[str, Any] | bool = True
    for path in reversed(paths):
        logic = {"if": [var(path), logic, False]}
    return logic


BOTH = austrian(needs(V, T), 1)
"""Everybody needs a vaccination and a test"""
FRESH = {"not-after": [clock(), plus(f"{T}.sc", HOURS, "hour")]}
RECENT = {"not-after": [clock(), plus(f"{V}.dt", 270)]}


def kind_rule(kind: str, logic: object, number: int = 5) -> Rule:
    named = f"{kind[0]}R-AT-{number:04}"
    return rule(Country="AT", Identifier=named, Logic=logic, CertificateType=kind)


FRESH_TEST, RECENT_DOSE = kind_rule("Test", FRESH), kind_rule("Vaccination", RECENT)
TWO_G_PLUS = (BOTH, FRESH_TEST, RECENT_DOSE)


def signed(world: World, content: Mapping[str, Any], **changes: Any) -> Unverified:
    """A document that the world signed, with any content."""
    return decode(forge(world.es256.signer(), claims(hcert={1: content}, **changes)))


Changes = Mapping[str, Any]


def of(world: World, group: str, *, person: Changes | None = None, **entry: Any) -> Unverified:
    """A good certificate with some fields of its entry, or of its holder, changed."""
    return signed(world, {**payload(group, **entry), **(person or {})})


def ask(world: World, rules: tuple[Rule, ...], *documents: Unverified, **how: Any) -> Together:
    asked: dict[str, Any] = {"at": NOW, "destination": "AT"} | how
    return verify_together(verifier(world, *rules), documents, **asked)


def same(together: Together, verdict: Verdict) -> bool:
    answers = together.outcome, together.code, together.reason("vi"), bool(together), together.test_key
    return answers == (
        verdict.outcome,
        verdict.code,
        verdict.reason("vi"),
        bool(verdict),
        verdict.test_key,
    )


def test_a_rule_that_needs_two_kinds_is_asked_with_both(world: World) -> None:
    documents = of(world, "v"), of(world, "t")
    for alone in documents:
        assert ask(world, TWO_G_PLUS, alone).outcome is not Outcome.ACCEPTED
    together = ask(world, TWO_G_PLUS, *documents)
    assert together
    assert (together.outcome, together.code) == (Outcome.ACCEPTED, None)
    assert together.counting == together.joined == (0, 1)
    assert "together meet the entry rules of Austria: Vaccination, Test." in together.reason()
    assert not any(together.verdicts), "alone none of them is admitted"
    assert list(together.explanations()) == []


def test_what_is_too_old_stays_too_old_beside_another_document(world: World) -> None:
    old = of(world, "t", sc="2026-05-20T08:00:00+07:00")
    together = ask(world, TWO_G_PLUS, of(world, "v"), old)
    assert not together
    assert (together.outcome, together.code) == (Outcome.REJECTED, Code.RULES_FAILED)
    assert together.joined == (0, 1)
    assert together.counting == (0,)
    # Alone the vaccination lacks a test. Beside one, that is not the reason.
    assert [each.rule and each.rule.identifier for each in together.explanations()] == ["TR-AT-0005"]
    assert "72 hours" in together.reason()


def test_of_several_tests_the_one_that_the_rules_accept_counts(world: World) -> None:
    old = of(world, "t", sc="2026-05-20T08:00:00+07:00")
    together = ask(world, TWO_G_PLUS, old, of(world, "v"), of(world, "t"))
    assert together.counting == (1, 2)


def test_where_one_is_admitted_alone_no_others_are_asked(world: World) -> None:
    together = ask(world, (FRESH_TEST, RECENT_DOSE), of(world, "v", dt="2022-01-01"), of(world, "t"))
    assert together
    assert (together.best, together.counting, together.joined) == (1, (1,), ())
    assert together.reason() == together.verdicts[1].reason()


def test_a_rule_that_wants_exactly_one_kind_is_met_by_none_together(world: World) -> None:
    one = austrian({"if": [var(V), {"!": [var(T)]}, True]}, 2)
    together = ask(world, (*TWO_G_PLUS, one), of(world, "v"), of(world, "t"))
    assert together.outcome is Outcome.REJECTED


def test_rules_for_each_joined_kind_and_for_all_are_asked(world: World) -> None:
    asked = (*TWO_G_PLUS, kind_rule("Recovery", False))
    together = ask(world, asked, of(world, "v"), of(world, "t"), of(world, "r"))
    assert together.counting == (0, 1), "the rule for recoveries does not concern these"
    three = austrian(needs(V, T, R), 1)
    assert ask(world, (three,), *(of(world, group) for group in "vtr")).counting == (0, 1, 2)
    refused = ask(world, (three, kind_rule("Recovery", False)), *(of(world, g) for g in "vtr"))
    assert refused.outcome is Outcome.REJECTED


@pytest.mark.parametrize(
    "person",
    [
        {"dob": "1990-05-07"},
        {"dob": "1990"},
        {"dob": ""},
        {"nam": {"fn": "Nguyễn", "fnt": "NGUYEN", "gn": "Bảo Di", "gnt": "BAO<DI"}},
        {"nam": {"fn": "Nguyễn", "fnt": "NGUYEN"}},
        {"nam": {"fn": "Bảo Duy", "fnt": "BAO<DUY", "gn": "Nguyễn", "gnt": "NGUYEN"}},
    ],
)
def test_documents_of_two_holders_are_never_joined(world: World, person: dict[str, Any]) -> None:
    together = ask(world, TWO_G_PLUS, of(world, "v"), of(world, "t", person=person))
    assert not together
    assert together.joined == ()
    assert together.of_others == (1,)


def test_two_with_the_same_year_of_birth_alone_are_not_joined(world: World) -> None:
    year = {"dob": "1990"}
    documents = of(world, "v", person=year), of(world, "t", person=year)
    assert ask(world, TWO_G_PLUS, *documents).joined == ()


def test_only_what_holds_by_itself_is_joined(world: World) -> None:
    dose = of(world, "v")
    test = payload("t")
    bad = {
        "unknown signer": signed(make_world(), test),
        "expired": signed(world, test, exp=int(NOW.timestamp()) - 1),
        "not yet valid": signed(world, test, iat=int(NOW.timestamp()) + 3600),
        "malformed": signed(world, {**test, "t": [{**test["t"][0], "sc": "yesterday"}]}),
        "positive": signed(world, {**test, "t": [{**test["t"][0], "tr": DETECTED}]}),
    }
    assert ask(world, TWO_G_PLUS, dose, of(world, "t"))
    for name, document in bad.items():
        for order in ((dose, document), (document, dose)):
            together = ask(world, TWO_G_PLUS, *order)
            assert not together, name
            assert together.joined == (), name


def test_a_tampered_document_is_not_joined(world: World) -> None:
    # Another key under the same kid.
    forged = forge(
        make_world().es256.signer(),
        claims(hcert={1: payload("t")}),
        protected={1: -7, 4: world.es256.signer().kid},
    )
    together = ask(world, TWO_G_PLUS, of(world, "v"), decode(forged))
    assert together.verdicts[1].code is Code.SIGNATURE_MISMATCH
    assert not together
    assert together.joined == ()


def test_what_its_own_issuer_invalidates_is_not_saved_by_another_document(world: World) -> None:
    lifted = rule(
        Country="VN",
        Identifier="IR-VN-0001",
        Type="Invalidation",
        CertificateType="General",
        Logic={"if": [var(T), True, False]},
    )
    together = ask(world, (*TWO_G_PLUS, lifted), of(world, "v"), of(world, "t"))
    assert together.verdicts[0].code is Code.RULES_INVALIDATED
    assert not together
    assert together.joined == ()


def test_rules_about_claims_must_be_met_with_those_of_every_document(world: World) -> None:
    late = austrian({"not-before": [plus("external.iat"), plus("2026-02-01")]}, 3)
    documents = of(world, "v"), signed(world, payload("t"), iat=int(NOW.timestamp()) - 60)
    assert ask(world, TWO_G_PLUS, *documents)
    assert not ask(world, (*TWO_G_PLUS, late), *documents)
    both = [signed(world, payload(g), iat=int(NOW.timestamp()) - 60) for g in "vt"]
    assert ask(world, (*TWO_G_PLUS, late), *both)


def test_an_open_rule_leaves_the_traveller_undecided(world: World) -> None:
    unknown = austrian({"plus": [1, 2]}, 4)
    together = ask(world, (*TWO_G_PLUS, unknown), of(world, "v"), of(world, "t"))
    assert (together.outcome, together.code) == (Outcome.UNDECIDED, Code.RULES_OPEN)


def test_without_rules_or_destination_the_best_one_counts_alone(world: World) -> None:
    documents = of(world, "t", tr=DETECTED), of(world, "v")
    together = ask(world, (), *documents, destination=None)
    assert (together.best, together.outcome, together.joined) == (1, Outcome.ACCEPTED, ())
    nowhere = verify_together(Verifier(world.trust), documents, at=NOW, destination="AT")
    assert (nowhere.outcome, nowhere.joined) == (Outcome.UNDECIDED, ())


def test_other_families_are_judged_alone(world: World) -> None:
    card = decode(yellow_card(world))
    together = ask(world, TWO_G_PLUS, of(world, "v"), card, of(world, "t"))
    assert (together.counting, together.joined) == ((1,), ()), "WHO's own rules admit it"


@pytest.mark.parametrize("count", [0, MOST_TOGETHER + 1])
def test_there_must_be_some_documents_and_not_too_many(world: World, count: int) -> None:
    with pytest.raises(ArgumentError):
        ask(world, TWO_G_PLUS, *[of(world, "v")] * count)


def test_the_answer_as_json_names_places_and_the_rules_in_the_way(world: World) -> None:
    old = of(world, "t", sc="2026-05-20T08:00:00+07:00")
    report: dict[str, Any] = ask(world, TWO_G_PLUS, of(world, "v"), old).to_dict("vi")
    assert report["joined"] == [0, 1]
    assert report["counting"] == [0]
    assert [each["rule"] for each in report["rules"]] == ["TR-AT-0005"]
    assert ask(world, TWO_G_PLUS, of(world, "v"), of(world, "t")).to_dict()["rules"] == []


WORLD = make_world()
ENTRIES: list[tuple[str, dict[str, Any]]] = [
    ("v", {}),
    ("v", {"dt": "2022-01-01"}),
    ("v", {"dt": 7}),
    ("t", {}),
    ("t", {"sc": "2026-05-20T08:00:00+07:00"}),
    ("t", {"tr": DETECTED}),
    ("r", {}),
]
PERSONS: list[dict[str, Any]] = [{}, {"dob": "1990-05-07"}, {"nam": {"fnt": "TRAN", "gnt": "AN"}}]
RULES = [TWO_G_PLUS, (FRESH_TEST, RECENT_DOSE), (BOTH,), (austrian(True, 9),), ()]
SOME = st.lists(st.tuples(st.sampled_from(ENTRIES), st.sampled_from(PERSONS)), min_size=1, max_size=4)
_SETTINGS = settings(derandomize=True, deadline=None, max_examples=60)


def documents_of(some: list[tuple[tuple[str, Changes], Changes]]) -> list[Unverified]:
    return [of(WORLD, group, person=person, **entry) for (group, entry), person in some]


def test_one_document_judged_together_is_judged_as_alone(world: World) -> None:
    for (group, entry), rules, days in itertools.product(ENTRIES, RULES, (-200, 0, 400)):
        document, at = of(world, group, **entry), NOW + timedelta(days=days)
        alone = verifier(world, *rules).verify_decoded(document, at=at, destination="AT")
        assert same(ask(world, rules, document, at=at), alone)


@_SETTINGS
@given(SOME, st.sampled_from(RULES), st.randoms(use_true_random=False))
def test_neither_order_nor_more_documents_make_it_worse(some: Any, rules: Any, chance: Any) -> None:
    documents = documents_of(some)
    together = ask(WORLD, rules, *documents)
    shuffled = chance.sample(documents, len(documents))
    assert bool(ask(WORLD, rules, *shuffled)) == bool(together)
    alone = (
        verifier(WORLD, *rules).verify_decoded(each, at=NOW, destination="AT") for each in documents
    )
    assert bool(together) >= any(map(bool, alone))
    if len(documents) > 1:
        assert bool(together) >= bool(ask(WORLD, rules, *documents[1:]))


@_SETTINGS
@given(SOME, st.sampled_from(RULES))
def test_what_counts_is_of_one_holder_and_of_several_kinds(some: Any, rules: Any) -> None:
    together = ask(WORLD, rules, *documents_of(some))
    persons = [str(some[place][1]) for place in together.joined]
    kinds = [together.verdicts[place].kind for place in together.joined]
    assert len(set(persons)) <= 1
    assert len(set(kinds)) == len(kinds) != 1
    for language in messages.LANGUAGES:
        assert together.reason(language)
    if together.joined_admitted:
        assert not any(together.verdicts)

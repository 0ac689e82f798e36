"""The verifier: turns a text, a trust list and a time into a verdict, for every family of documents.

The code numbers the stages of a verification as this list does:

1. recognise: find the family of the text (`vaxpass.documents`)
2. decode: run every step of that family from the text to its content
3. trust: find the trusted keys that may have signed it
4. signature: find the key among them that signed it
5. validity: check the times of the document and of its signer, the age of the trust list, and whether
   the signer may sign this kind (`vaxpass.checks`)
6. content: check its form and its codes, and whether it is revoked (`vaxpass.revocation`)
7. rules: ask whether the destination admits the holder (`vaxpass.rules`), where a destination is given
8. verdict: collect the checks of all stages (`vaxpass.verdict`)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Final, TypeAlias

from vaxpass.checks import (
    check_age,
    check_country,
    check_validity,
    expired_on,
    old_issuer,
    other_countries,
    outlives,
    signed_late,
    unknown_key,
)
from vaxpass.codes import OUTSIDE_OWN_PERIOD, Code, NoteCode, Stage
from vaxpass.crypto.cose import Algorithm
from vaxpass.crypto.signature import P384_SIGNATURE_BYTES, Result, is_short_rsa
from vaxpass.crypto.signature import verify as verify_signature
from vaxpass.documents.family import Family, Unverified
from vaxpass.documents.recognise import FAMILIES, recognise, text_of
from vaxpass.documents.valuesets import BUILT_IN, ValueSets
from vaxpass.errors import ArgumentError, require, require_aware
from vaxpass.findings import Note, Problem, StageError
from vaxpass.policy import STRICT, Policy
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.verdict import Check, Verdict, all_passed, checks_of

if TYPE_CHECKING:
    from vaxpass.revocation import RevocationStore
    from vaxpass.rules.admission import Admission
    from vaxpass.rules.book import RuleBook

_Now: TypeAlias = tuple[float, tzinfo]
"""The time of the check in seconds since 1970, and the zone in which times are told"""
# Where several keys have the kid and none fits, the first of these results is reported.
_SIGNATURE_CODES: Final = {
    Result.KEY_TOO_WEAK: Code.SIGNATURE_KEY_TOO_WEAK,
    Result.MISMATCH: Code.SIGNATURE_MISMATCH,
    Result.MALFORMED: Code.SIGNATURE_MALFORMED,
    Result.KEY_TYPE: Code.SIGNATURE_KEY_TYPE,
}


class Verifier:
    """Verifies documents by a trust list and a policy.

    - `trust`: the keys that count.
    - `policy`: the choices that the specifications leave open; by default the strict ones.
    - `revocations`: a store of revoked documents, or several. With one every verdict has the check
      `revocation`.
    - `value_sets`: the codes that are known; by default the built-in ones.
    - `rules`: the business rules of countries, for `destination` in `verify`.
    - `families`: the families of documents that are read; by default all.

    Raises `ArgumentError` where one of the first three is of another type, such as the path of a store,
    and where there are no families.

    A verifier never changes: threads may share one, and it can be pickled for other processes.

    >>> from datetime import UTC, datetime
    >>> from pathlib import Path
    >>> from vaxpass import Policy, Verifier, read_trust_list
    >>> trust = read_trust_list(Path("trust_lists/demo.json").read_bytes(), source="demo")
    >>> verifier = Verifier(trust, Policy(test_keys=True))
    >>> text = Path("examples/passports/expired.txt").read_text()
    >>> verdict = verifier.verify(text, at=datetime(2026, 11, 23, tzinfo=UTC))
    >>> bool(verdict), verdict.outcome.value, verdict.code.value
    (False, 'rejected', 'validity.expired')
    """

    __slots__ = ("_accepted", "_families", "_policy", "_revocations", "_rules", "_trust", "_value_sets")

    def __init__(  # noqa: PLR0913 - an argument for each thing that it judges by
        self,
        trust: TrustList,
        policy: Policy = STRICT,
        *,
        revocations: RevocationStore | Iterable[RevocationStore] | None = None,
        value_sets: ValueSets | None = None,
        rules: RuleBook | None = None,
        families: tuple[Family, ...] = FAMILIES,
    ) -> None:
        require("trust", trust, TrustList)
        require("policy", policy, Policy)
        if not families:
            raise ArgumentError("`families` is empty")
        self._trust = trust
        self._policy = policy
        self._revocations = _stores(revocations)
        self._value_sets = BUILT_IN if value_sets is None else value_sets
        self._rules = rules
        self._families = families
        self._accepted = {family.name: self._all_passed(family) for family in families}

    @property
    def policy(self) -> Policy:
        """The choices of this verifier."""
        return self._policy

    @property
    def rules(self) -> RuleBook | None:
        """The business rules that this verifier knows; None where it has none."""
        return self._rules

    def rules_for(self, unverified: Unverified) -> RuleBook | None:
        """The rules that a document of this kind is judged by; None where none are known.

        Those of WHO for its certificate of vaccination (ICVP) are built in.
        """
        if self._rules is not None:
            return self._rules
        from vaxpass.rules.book import built_in  # noqa: PLC0415 - only where rules are asked

        return built_in(unverified)

    @property
    def value_sets(self) -> ValueSets:
        """The codes that this verifier knows, with their names."""
        return self._value_sets

    def verify(
        self,
        text: str | bytes,
        *,
        at: datetime,
        destination: str | None = None,
        region: str = "",
        today: datetime | None = None,
    ) -> Verdict:
        """Verify a text: what a QR code of a health document holds.

        - `text`: also the bytes of a code. Those that are UTF-8 without control characters are that
          text; all others are a binary code, such as an archive.
        - `at`: the time for which the document is judged, aware (with a time zone). Its zone is that in
          which the sentences of the verdict tell times, and its day there is compared with the dates
          of a certificate's own period.
        - `destination`: a country (ISO 3166-1 alpha-2). The document is then accepted only if the
          rules of that country admit it, too.
        - `region`: one of the regions that the destination's rules name; empty for the whole country.
        - `today`: the present time (aware), where `at` is another; the age of the trust list counts
          from it.

        Nothing in a text makes it raise: what is wrong with a document is in the verdict. Raises
        `ArgumentError` where a time is no aware `datetime`, and where the text is neither `str` nor
        `bytes`.

        >>> from datetime import UTC, datetime
        >>> verifier = Verifier(TrustList([]))
        >>> verifier.verify("HC1:NCF", at=datetime(2026, 11, 23, tzinfo=UTC)).reason()
        'The code holds damaged data and could not be read: it ends too early.'
        """
        if type(text) is not str or today is not None or destination is not None:
            require("text", text, str, bytes)
            _check_arguments(at, today, destination)
            text = text_of(text)
        else:  # nearly always
            require_aware("at", at)
        # 1. Recognise.
        family = recognise(text, self._families)
        if family is None:
            # No family recognises it. The verdict has the stages of the first family.
            problem = Problem(Code.PREFIX_MISSING)
            return Verdict(self._stopped(self._families[0], problem, destination))
        # 2. Decode.
        try:
            unverified = family.read(text, self._policy.limits)
        except StageError as error:
            return Verdict(self._stopped(family, error.problem, destination))
        return self._judge(unverified, at, destination, region, today)

    def verify_decoded(
        self,
        unverified: Unverified,
        *,
        at: datetime,
        destination: str | None = None,
        region: str = "",
        today: datetime | None = None,
    ) -> Verdict:
        """Verify what `decode` returned. The other arguments and the result are those of `verify`.

        >>> from datetime import UTC, datetime
        >>> from pathlib import Path
        >>> from vaxpass import decode
        >>> unverified = decode(Path("examples/passports/expired.txt").read_text())
        >>> verifier = Verifier(TrustList([]))
        >>> verifier.verify_decoded(unverified, at=datetime(2026, 11, 23, tzinfo=UTC)).code.value
        'trust.key_unknown'
        """
        _check_arguments(at, today, destination)
        return self._judge(unverified, at, destination, region, today)

    def _judge(
        self,
        unverified: Unverified,
        at: datetime,
        destination: str | None,
        region: str,
        today: datetime | None,
    ) -> Verdict:
        notes = list(unverified.notes)
        # 3. Trust, and 4. signature: nothing more is judged until a trusted key vouches for it.
        try:
            signers = self._signers(unverified)
        except StageError as error:
            why = error.problem
            if why.code is Code.TRUST_KEY_UNKNOWN:
                why = unknown_key(self._trust.made_at, today or at, self._policy)
            stopped = self._stopped(unverified.family, why, destination)
            return Verdict(stopped, notes=tuple(notes), unverified=unverified)
        # From here on every stage is judged, so that the verdict has all reasons.
        # 5. Validity. Where several certificates have the signing key, the one with the fewest problems
        # counts.
        now, kind = at.timestamp(), unverified.kind
        zone = at.tzinfo or UTC
        judged = [self._judge_signer(unverified, each, at, (now, zone)) for each in signers]
        counts = [len(problems) for problems, _ in judged]
        best = counts.index(min(counts))
        (problems, usage), signer = judged[best], signers[best]
        if usage is not None:
            notes.append(usage)
        if self._is_odd(unverified, signer):
            self._remark(unverified, signer, (now, zone), notes)
        self._compare_countries(unverified, signer, problems, notes)
        if signer.made_at is not None and (
            problem := check_age(signer.made_at, today or at, self._policy, notes)
        ):
            problems.append(problem)
        skipped = [] if kind else [Stage.USAGE]
        # 6. Content.
        faults = unverified.check_form(notes)
        if faults:
            problems.append(faults[0])
            skipped += [Stage.VALUESETS, Stage.RULES, Stage.CONTENT]
        else:
            unverified.check_codes(self._value_sets, notes)
            problems += self._judge_dates(unverified.check_dates(at), notes)
        revoked, asked = self._revoked(unverified, signer)
        problems += revoked
        # 7. Rules.
        admission = None
        if destination is not None and not faults:
            admission, refused = self._admission(unverified, destination, at, region)
            problems += refused
        # 8. Verdict. A result that rules have weighed is left to them.
        if not faults and (problem := unverified.check_content()):
            problems += _left_to_a_person(_naming(problem, signer), admission, notes)
        passed = self._passed(unverified.family, destination, revocation=asked)
        found = checks_of(problems, skipped, passed) if problems or skipped else passed
        return Verdict(found, tuple(notes), unverified, signer, admission)

    def _admission(
        self, unverified: Unverified, destination: str, at: datetime, region: str
    ) -> tuple[Admission | None, list[Problem]]:
        """The answer of the destination's rules, and the problem where they do not admit the holder."""
        if unverified.for_rules() is None:
            return None, [Problem(Code.RULES_NOT_FOR_KIND)]
        admission = None
        book = self.rules_for(unverified)
        if book is not None:
            admission = book.admission(unverified, destination, at=at, region=region)
        problem = _refused(admission, destination)
        return admission, [problem] if problem else []

    def _passed(
        self, family: Family, destination: str | None, *, revocation: bool = False
    ) -> tuple[Check, ...]:
        if revocation and not self._revocations:
            return all_passed(family.stages, revocation=True, rules=destination is not None)
        made = self._accepted.get(family.name) or self._all_passed(family)
        return made[destination is not None]

    def _all_passed(self, family: Family) -> tuple[tuple[Check, ...], tuple[Check, ...]]:
        """The checks of an accepted document of a family, without rules and with them."""
        without, asked = (
            all_passed(family.stages, revocation=bool(self._revocations), rules=rules)
            for rules in (False, True)
        )
        return without, asked

    def _signers(self, unverified: Unverified) -> list[TrustedKey]:
        """The candidates under whose key the signature holds; every candidate is tried.

        Raises `StageError` where there is none.
        """
        candidates = unverified.candidates(self._trust)
        if not candidates:
            raise StageError.of(Code.TRUST_KEY_UNKNOWN)
        message = unverified.message
        p384, short_rsa = self._policy.es256_with_p384, self._policy.short_rsa
        algorithm, signature, signed = message.algorithm, message.signature, message.signed
        if algorithm is None:
            raise StageError.of(Code.TRUST_KEY_UNKNOWN)
        signers, failures = [], []
        for candidate in candidates:
            key = candidate.certificate.public_key
            result = verify_signature(algorithm, key, signature, signed, p384=p384, short_rsa=short_rsa)
            if result is Result.VERIFIED:
                signers.append(candidate)
            else:
                failures.append(result)
        if not signers:
            raise StageError.of(next(_SIGNATURE_CODES[r] for r in _SIGNATURE_CODES if r in failures))
        return signers

    def _judge_signer(
        self, unverified: Unverified, signer: TrustedKey, at: datetime, now: _Now
    ) -> tuple[list[Problem], Note | None]:
        """The problems of a signer, and what is unusual about its usage."""
        problems = []
        if signer.test and not self._policy.test_keys:
            problems.append(Problem(Code.TRUST_TEST_KEY))
        policy = self._policy
        if problem := check_validity(
            unverified.claims,
            signer,
            now[0],
            expired_signers=policy.expired_signers,
            tolerance=policy.clock_tolerance,
            zone=now[1],
        ) or unverified.check_signer(signer, self._trust, at):
            late = signed_late(unverified.claims, signer)
            problems.append(problem if late else unverified.weigh(problem, at))
        usage = unverified.check_usage(signer, policy) if unverified.kind else None
        if isinstance(usage, Problem):
            problems.append(usage)
            return problems, None
        return problems, usage

    def _compare_countries(
        self, unverified: Unverified, signer: TrustedKey, problems: list[Problem], notes: list[Note]
    ) -> None:
        """Add a note where another country than the signer's is named; by policy a problem, too."""
        others = other_countries(
            unverified.claims,
            unverified.countries(but=signer.country),
            signer,
            participants=unverified.family.is_lenient,
        )
        notes += others
        if self._policy.same_country and (problem := check_country(others, signer)):
            problems.append(problem)

    def _judge_dates(self, found: list[Note], notes: list[Note]) -> list[Problem]:
        """Add the notes about dates, and give the problem that the policy makes of one of them."""
        if not found:
            return []
        notes += found
        outside = (note for note in found if note.code in OUTSIDE_OWN_PERIOD)
        refused = outside if self._policy.own_period else ()
        return [Problem(Code.VALIDITY_OWN_PERIOD, note.path) for note in refused]

    def _is_odd(self, unverified: Unverified, signer: TrustedKey) -> bool:
        """Whether `_remark` may add a note. This is cheap, and nearly always false."""
        until = signer.not_after
        return (
            until is None
            or signer.issuer is not None
            or ((end := unverified.claims.exp) is not None and end > until)
            or len(unverified.message.signature) == P384_SIGNATURE_BYTES
            or self._policy.expired_signers
            or self._policy.short_rsa
        )

    def _revoked(self, unverified: Unverified, signer: TrustedKey) -> tuple[list[Problem], bool]:
        """The problem where a list revokes the document, and whether any list was asked."""
        if self._revocations and (problem := _revoked(unverified, signer, self._revocations)):
            return [problem], True
        listed = unverified.check_revoked(signer, self._trust)
        if isinstance(listed, Problem):
            return [listed], True
        return [], listed or bool(self._revocations)

    def _remark(self, unverified: Unverified, signer: TrustedKey, now: _Now, notes: list[Note]) -> None:
        """Add notes about what is unusual about the signer and does not decide."""
        message = unverified.message
        is_p384 = len(message.signature) == P384_SIGNATURE_BYTES
        if is_p384 and message.algorithm is Algorithm.ES256:
            notes.append(Note(NoteCode.SIGNATURE_P384))
        if is_short_rsa(signer.certificate.key_type):
            notes.append(Note(NoteCode.SIGNATURE_SHORT_RSA))
        if signer.issuer is not None:
            # The key of such an issuer has no times of its own: it counts while it is listed.
            notes += old_issuer(signer, now[0], now[1])
        elif signer.not_after is None:
            notes.append(Note(NoteCode.TRUST_VALIDITY_UNKNOWN))
        elif outlives(unverified.claims, signer):
            notes.append(Note(NoteCode.VALIDITY_OUTLIVES_SIGNER))
        if self._policy.expired_signers and (on := expired_on(signer, *now)):
            notes.append(Note(NoteCode.VALIDITY_EXPIRED_SIGNER_LISTED, details={"on": on}))

    def _stopped(self, family: Family, problem: Problem, destination: str | None) -> tuple[Check, ...]:
        """The checks where a problem ends the verification: the stages after it are skipped."""
        passed = self._passed(family, destination)
        stages = [check.stage for check in passed]
        return checks_of([problem], stages[stages.index(problem.code.stage) + 1 :], passed)


def _check_arguments(at: datetime, today: datetime | None, destination: str | None) -> None:
    require_aware("at", at)
    if today is not None:
        require_aware("today", today)
    if destination is not None:
        require("destination", destination, str)


def _refused(admission: Admission | None, destination: str) -> Problem | None:
    """The problem that the destination's rules make; `rules.none` where there are no rules at all."""
    if admission is None:
        return Problem(Code.RULES_NONE, details={"country": destination.strip().upper()})
    code = admission.code
    return None if code is None else Problem(code, details={"country": admission.country})


def _naming(problem: Problem, signer: TrustedKey) -> Problem:
    """The problem with the name of the signer, where its sentence has a place for it."""
    if "signer" not in problem.details:
        return problem
    return replace(problem, details={**problem.details, "signer": signer.country or signer.source})


def _left_to_a_person(
    problem: Problem, admission: Admission | None, notes: list[Note]
) -> list[Problem]:
    """What the content says that a person must look at; a result that rules weighed is a note."""
    if not (admission and admission.weighs(problem.path)):
        return [problem]
    if problem.code is Code.CONTENT_DETECTED:
        notes.append(Note(NoteCode.VALUESETS_INFECTION_DETECTED, problem.path))
    return []


def _stores(given: RevocationStore | Iterable[RevocationStore] | None) -> tuple[RevocationStore, ...]:
    if given is None:
        return ()
    from vaxpass.revocation import RevocationStore  # noqa: PLC0415 - few need it

    stores = tuple(given) if isinstance(given, Iterable) else (given,)
    for store in stores:
        require("revocations", store, RevocationStore)
    return stores


def _revoked(
    unverified: Unverified, signer: TrustedKey, stores: Iterable[RevocationStore]
) -> Problem | None:
    """The problem where a list holds the document, or where the lists can't be read.

    The kid of a document may be unprotected, so that anyone can put another kid of the same key in its
    place: all of them are looked up.
    """
    from vaxpass.revocation import RevocationError, lookups_of  # noqa: PLC0415 - few need it

    named = unverified.message.kid
    kids = {*signer.kids, *([] if named is None else [named])}
    wanted = lookups_of(unverified)
    filtered: list[float] = []
    unreadable = False
    for store in stores:
        try:
            for kid in kids:
                hit = store.find(kid, wanted)
                if hit is not None and hit.exact:
                    return Problem(Code.REVOCATION_LISTED)
                filtered += [] if hit is None else [hit.probability or 0]
        except RevocationError:
            unreadable = True
    if filtered:
        return Problem(Code.REVOCATION_FILTERED, details={"probability": f"{min(filtered):.0e}"})
    return Problem(Code.REVOCATION_UNREADABLE) if unreadable else None

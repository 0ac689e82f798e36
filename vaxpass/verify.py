"""Text, trust and time -> verdict, for every family of documents.

The stages of a verification, in the order in which they are taken, numbered as in `Verifier`:

1. recognise: which family a text belongs to (`vaxpass.documents`)
2. decode: every step of that family from the text to its content
3. trust: the trusted keys that may have signed it
4. signature: the key among them that did
5. validity: its times, those of the signer, the age of the trust list; may this key sign this kind?
6. content: its form and its codes, as the family judges them; is it revoked?
7. rules: does the destination admit it? (`vaxpass.rules`; only where that is asked)
8. verdict: the checks of all stages and what follows from them (`vaxpass.verdict`)
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from vaxpass.checks import check_age, check_usage, check_validity, expired_on, outlives
from vaxpass.codes import Code, Kind, NoteCode, Stage
from vaxpass.crypto.signature import P384_SIGNATURE_BYTES, Result
from vaxpass.crypto.signature import verify as verify_signature
from vaxpass.documents.family import Claims, Family, Unverified
from vaxpass.documents.recognise import FAMILIES, recognise
from vaxpass.documents.valuesets import BUILT_IN, ValueSets
from vaxpass.findings import Note, Problem, StageError
from vaxpass.policy import STRICT, Policy
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.verdict import Check, Verdict, all_passed, checks_of

if TYPE_CHECKING:
    from vaxpass.revocation import RevocationStore
    from vaxpass.rules.admission import Admission
    from vaxpass.rules.book import RuleBook

# Where several keys have the kid, the strongest statement about them is told.
_SIGNATURE_CODES: Final = {
    Result.MISMATCH: Code.SIGNATURE_MISMATCH,
    Result.MALFORMED: Code.SIGNATURE_MALFORMED,
    Result.KEY_TYPE: Code.SIGNATURE_KEY_TYPE,
}


class Verifier:
    """Judges documents by a trust list and a policy.

    `trust` are the keys that count, `policy` the choices that the specifications leave. With
    `revocations` (see `vaxpass.revocation`) it also judges whether a document was revoked, and its
    verdicts have a check more. With `rules` (see `vaxpass.rules`) it can be asked whether a country
    admits the holder. `value_sets` are the codes that it knows, where they are not the built-in ones.
    `families` are the families of documents that it reads.

    A verifier does not change: threads may share one, and it can be pickled for other processes.

    >>> from datetime import UTC, datetime
    >>> verifier = Verifier(TrustList([]))
    >>> verdict = verifier.verify("HC1:NCF", at=datetime(2026, 11, 23, tzinfo=UTC))
    >>> bool(verdict), verdict.outcome.value, verdict.code.value
    (False, 'unreadable', 'deflate.truncated')
    """

    __slots__ = ("_families", "_policy", "_revocations", "_rules", "_trust", "_value_sets")

    def __init__(  # noqa: PLR0913 - an argument for each thing that it judges by
        self,
        trust: TrustList,
        policy: Policy = STRICT,
        *,
        revocations: RevocationStore | None = None,
        value_sets: ValueSets | None = None,
        rules: RuleBook | None = None,
        families: tuple[Family, ...] = FAMILIES,
    ) -> None:
        self._trust = trust
        self._policy = policy
        self._revocations = revocations
        self._value_sets = BUILT_IN if value_sets is None else value_sets
        self._rules = rules
        self._families = families

    @property
    def rules(self) -> RuleBook | None:
        """The business rules that this verifier knows."""
        return self._rules

    @property
    def value_sets(self) -> ValueSets:
        """The codes that this verifier knows, with their names."""
        return self._value_sets

    def verify(
        self,
        text: str,
        *,
        at: datetime,
        destination: str | None = None,
        region: str = "",
        today: datetime | None = None,
    ) -> Verdict:
        """Judge a text at the time `at`, which must be aware (carry a time zone).

        `destination` is a country (ISO 3166-1 alpha-2), `region` one of the regions that its rules
        name: then the text is accepted only if the country's rules admit it, too. Where `at` is
        another day than that on which the question is asked, `today` (aware) is the latter: the age of
        the trust list counts from it.

        Never raises on a text, whatever it holds: what is wrong is in the verdict. A naive time is
        a `ValueError`, and a text that is not a string a `TypeError`.
        """
        if at.utcoffset() is None or (today is not None and today.utcoffset() is None):
            raise ValueError("times must be aware datetimes, for example `at=datetime.now(UTC)`")
        if not isinstance(text, str):
            raise TypeError(f"a text must be str, not {type(text).__name__}")
        # 1. Recognise.
        family = recognise(text, self._families)
        if family is None:
            # Nobody knows it. The family that is asked first has the stages of the verdict.
            problem = Problem(Code.PREFIX_MISSING)
            return Verdict(self._stopped(self._families[0], problem, destination))
        # 2. Decode.
        try:
            unverified = family.read(text, self._policy.limits)
        except StageError as error:
            return Verdict(self._stopped(family, error.problem, destination))
        return self.verify_decoded(
            unverified, at=at, destination=destination, region=region, today=today
        )

    def verify_decoded(
        self,
        unverified: Unverified,
        *,
        at: datetime,
        destination: str | None = None,
        region: str = "",
        today: datetime | None = None,
    ) -> Verdict:
        """Judge what `decode` gave; arguments and result are those of `verify`."""
        notes = list(unverified.notes)
        # 3. Trust, and 4. signature: before a trusted key vouches for it, nothing more is judged.
        try:
            signers = self._signers(unverified)
        except StageError as error:
            stopped = self._stopped(unverified.family, error.problem, destination)
            return Verdict(stopped, notes=tuple(notes), unverified=unverified)
        # From here on every stage is judged, so that all reasons are told.
        # 5. Validity. Of several certificates with the same key, the one that speaks most for the
        # holder counts.
        now, kind = at.timestamp(), unverified.kind
        judged = [(self._judge_signer(unverified.claims, kind, s, now), s) for s in signers]
        problems, signer = judged[0] if len(judged) == 1 else min(judged, key=lambda j: len(j[0]))
        if self._is_odd(unverified, signer):
            self._remark(unverified, signer, now, notes)
        if self._trust.made_at is not None and (
            problem := check_age(self._trust, today or at, self._policy, notes)
        ):
            problems.append(problem)
        skipped = [] if kind else [Stage.USAGE]
        # 6. Content.
        faults = unverified.check_form(notes)
        if faults:
            problems.append(faults[0])
            skipped += [Stage.VALUESETS, Stage.RULES]
        else:
            unverified.check_codes(self._value_sets, notes)
        if self._revocations is not None and (problem := _revoked(unverified, self._revocations)):
            problems.append(problem)
        # 7. Rules.
        admission = None
        if destination is not None and not faults:
            if self._rules is not None:
                admission = self._rules.admission(unverified, destination, at=at, region=region)
            if problem := _refused(admission, destination):
                problems.append(problem)
        # 8. Verdict.
        passed = self._passed(unverified.family, destination)
        found = checks_of(problems, skipped, passed) if problems or skipped else passed
        return Verdict(found, tuple(notes), unverified, signer, admission)

    def _passed(self, family: Family, destination: str | None) -> tuple[Check, ...]:
        return all_passed(
            family.stages, revocation=self._revocations is not None, rules=destination is not None
        )

    def _signers(self, unverified: Unverified) -> list[TrustedKey]:
        """The trusted keys that made the signature; every candidate is tried."""
        candidates = unverified.candidates(self._trust)
        if not candidates:
            raise StageError.of(Code.TRUST_KEY_UNKNOWN)
        message = unverified.message
        p384 = self._policy.es256_with_p384
        algorithm, signature, signed = message.algorithm, message.signature, message.signed
        results = [
            verify_signature(algorithm, c.certificate.public_key, signature, signed, p384=p384)
            for c in candidates
        ]
        signers = [c for c, result in zip(candidates, results, strict=True) if result]
        if not signers:
            raise StageError.of(next(_SIGNATURE_CODES[r] for r in _SIGNATURE_CODES if r in results))
        return signers

    def _judge_signer(
        self, claims: Claims, kind: Kind | None, signer: TrustedKey, now: float
    ) -> list[Problem]:
        problems = []
        if signer.test and not self._policy.test_keys:
            problems.append(Problem(Code.TRUST_TEST_KEY))
        expired = self._policy.expired_signers
        if problem := check_validity(claims, signer.certificate, now, expired_signers=expired):
            problems.append(problem)
        if kind and (problem := check_usage(kind, signer)):
            problems.append(problem)
        return problems

    def _is_odd(self, unverified: Unverified, signer: TrustedKey) -> bool:
        """Whether `_remark` may have something to say; nearly always it has not."""
        until = signer.certificate.not_after
        return (
            until is None
            or unverified.claims.exp > until
            or len(unverified.message.signature) == P384_SIGNATURE_BYTES
            or self._policy.expired_signers
        )

    def _remark(
        self, unverified: Unverified, signer: TrustedKey, now: float, notes: list[Note]
    ) -> None:
        """What is unusual about the signer and does not decide."""
        certificate = signer.certificate
        if len(unverified.message.signature) == P384_SIGNATURE_BYTES:
            notes.append(Note(NoteCode.SIGNATURE_P384))
        if certificate.is_bare_key:
            notes.append(Note(NoteCode.TRUST_VALIDITY_UNKNOWN))
        elif outlives(unverified.claims, certificate):
            notes.append(Note(NoteCode.VALIDITY_OUTLIVES_SIGNER))
        if self._policy.expired_signers and (on := expired_on(certificate, now)):
            notes.append(Note(NoteCode.VALIDITY_EXPIRED_SIGNER_LISTED, details={"on": on}))

    def _stopped(self, family: Family, problem: Problem, destination: str | None) -> tuple[Check, ...]:
        """Checks of a text at which a problem ends the verification."""
        passed = self._passed(family, destination)
        stages = [check.stage for check in passed]
        return checks_of([problem], stages[stages.index(problem.code.stage) + 1 :], passed)


def _refused(admission: Admission | None, destination: str) -> Problem | None:
    """What a country's rules say against a certificate; without rules nothing is known."""
    if admission is None:
        return Problem(Code.RULES_NONE, details={"country": destination.strip().upper()})
    code = admission.code
    return None if code is None else Problem(code, details={"country": admission.country})


def _revoked(unverified: Unverified, revocations: RevocationStore) -> Problem | None:
    """Whether the certificate is on a list. Where that can't be told, it is not taken for granted."""
    from vaxpass.revocation import RevocationError, identifiers_of  # noqa: PLC0415 - few need it

    try:
        hit = revocations.find(unverified.message.kid, identifiers_of(unverified))
    except RevocationError:
        return Problem(Code.REVOCATION_UNREADABLE)
    if hit is None:
        return None
    if hit.exact:
        return Problem(Code.REVOCATION_LISTED)
    return Problem(Code.REVOCATION_FILTERED, details={"probability": f"{hit.probability or 0:.0e}"})

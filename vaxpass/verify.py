"""Text, trust and time -> verdict.

text -> prefix -> base45 -> deflate -> cose -> cwt -> payload      vaxpass.documents.hcert.decode
     -> trust -> signature -> validity -> usage                    here
     -> schema -> valuesets -> revocation                          here
     -> rules of the country of destination                            vaxpass.rules
     -> verdict                                                    vaxpass.verdict
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from vaxpass import checks
from vaxpass.codes import Code, NoteCode, Stage
from vaxpass.crypto.cose import Message
from vaxpass.crypto.signature import P384_SIGNATURE_BYTES, Result
from vaxpass.crypto.signature import verify as verify_signature
from vaxpass.documents.hcert import decode
from vaxpass.documents.hcert.cwt import Claims, Kind
from vaxpass.documents.hcert.dcc import schema
from vaxpass.documents.hcert.dcc.valuesets import BUILT_IN, ValueSets
from vaxpass.documents.hcert.decode import Unverified
from vaxpass.findings import Note, Problem, StageError
from vaxpass.policy import STRICT, Policy
from vaxpass.trust.model import TrustedKey, TrustList
from vaxpass.verdict import Check, Verdict, all_passed, checks_of

if TYPE_CHECKING:
    from vaxpass.revocation import RevocationStore
    from vaxpass.rules.admission import Admission
    from vaxpass.rules.book import RuleBook

_STAGES: Final = tuple(Stage)
# Where several keys have the kid, the strongest statement about them is told.
_SIGNATURE_CODES: Final = {
    Result.MISMATCH: Code.SIGNATURE_MISMATCH,
    Result.MALFORMED: Code.SIGNATURE_MALFORMED,
    Result.KEY_TYPE: Code.SIGNATURE_KEY_TYPE,
}


class Verifier:
    """Judges texts by a trust list and a policy. One may be shared by threads.

    With `revocations` (see `vaxpass.revocation`) it also judges whether a certificate was revoked, and
    its verdicts have a check more. With `rules` (see `vaxpass.RuleBook`) it can be asked whether a
    country admits the certificate. `value_sets` are the codes that it knows, where they are not the
    built-in ones (see `vaxpass.documents.hcert.dcc.valuesets`).

    >>> from datetime import UTC, datetime
    >>> verifier = Verifier(TrustList([]))
    >>> verdict = verifier.verify("HC1:NCF", at=datetime(2026, 11, 23, tzinfo=UTC))
    >>> bool(verdict), verdict.outcome.value, verdict.code.value
    (False, 'unreadable', 'deflate.truncated')
    """

    __slots__ = ("_policy", "_revocations", "_rules", "_trust", "_value_sets")

    def __init__(
        self,
        trust: TrustList,
        policy: Policy = STRICT,
        revocations: RevocationStore | None = None,
        value_sets: ValueSets | None = None,
        rules: RuleBook | None = None,
    ) -> None:
        self._trust = trust
        self._policy = policy
        self._revocations = revocations
        self._value_sets = BUILT_IN if value_sets is None else value_sets
        self._rules = rules

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

        `destination` is the country of destination (ISO 3166-1 alpha-2), `region` one of the regions that its
        rules name: then the text is accepted only if the country's rules admit it, too. Where `at` is
        another day than that on which the question is asked, `today` is the latter: the age of the
        trust list counts from it.

        Never raises on a text, whatever it holds: what is wrong is in the verdict. A naive time is
        a `ValueError`, and a text that is not a string a `TypeError`.
        """
        if at.utcoffset() is None or (today is not None and today.utcoffset() is None):
            raise ValueError("times must be aware datetimes, for example `at=datetime.now(UTC)`")
        if not isinstance(text, str):
            raise TypeError(f"a text must be str, not {type(text).__name__}")
        try:
            unverified = decode.read(text, self._policy.limits)
        except StageError as error:
            return Verdict(self._stopped(error.problem, destination))
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
        """Judge what `decode` gave; the arguments are those of `verify`."""
        notes = list(unverified.notes)
        content = unverified.without_verification()
        kind = content.kind
        try:
            signers = self._signers(unverified.message)
        except StageError as error:
            stopped = self._stopped(error.problem, destination)
            return Verdict(stopped, notes=tuple(notes), unverified=unverified)
        # The signature holds. From here on every stage is judged, so that all reasons are told. Of
        # several certificates with the same key, the one that speaks most for the holder counts.
        now = at.timestamp()
        judged = [(self._judge_signer(unverified.claims, kind, s, now), s) for s in signers]
        problems, signer = judged[0] if len(judged) == 1 else min(judged, key=lambda j: len(j[0]))
        if self._is_odd(unverified, signer):
            self._remark(unverified, signer, now, notes)
        if self._trust.made_at is not None and (
            problem := checks.check_age(self._trust, today or at, self._policy, notes)
        ):
            problems.append(problem)
        skipped = [] if kind else [Stage.USAGE]
        faults = schema.check_reading(content.payload, notes)
        if faults:
            problems.append(faults[0])
            skipped += [Stage.VALUESETS, Stage.RULES]
        else:
            self._value_sets.check(content.payload, notes)
        if self._revocations is not None and (problem := _revoked(unverified, self._revocations)):
            problems.append(problem)
        admission = None
        if destination is not None and not faults:
            if self._rules is not None:
                admission = self._rules.admission(unverified, destination, at=at, region=region)
            if problem := _refused(admission, destination):
                problems.append(problem)
        passed = self._passed(destination)
        found = checks_of(problems, skipped, passed) if problems or skipped else passed
        return Verdict(found, tuple(notes), unverified, signer, admission)

    def _passed(self, destination: str | None) -> tuple[Check, ...]:
        return all_passed(revocation=self._revocations is not None, rules=destination is not None)

    def _signers(self, message: Message) -> list[TrustedKey]:
        """The trusted keys that made the signature; every key with the kid is tried."""
        candidates = self._trust.find(message.kid) if message.kid is not None else ()
        if not candidates:
            raise StageError.of(Code.TRUST_KEY_UNKNOWN)
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
        if problem := checks.check_validity(claims, signer.certificate, now, expired_signers=expired):
            problems.append(problem)
        if kind and (problem := checks.check_usage(kind, signer)):
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
        elif checks.outlives(unverified.claims, certificate):
            notes.append(Note(NoteCode.VALIDITY_OUTLIVES_SIGNER))
        if self._policy.expired_signers and (on := checks.expired_on(certificate, now)):
            notes.append(Note(NoteCode.VALIDITY_EXPIRED_SIGNER_LISTED, details={"on": on}))

    def _stopped(self, problem: Problem, destination: str | None) -> tuple[Check, ...]:
        """Checks of a text at which a problem ends the verification."""
        after = _STAGES.index(problem.code.stage) + 1
        return checks_of([problem], _STAGES[after:], self._passed(destination))


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

"""The verdict about a document: the checks of all stages, the outcome, and the reason for it.

`vaxpass.verify` makes verdicts. Programs branch on `Verdict.outcome` and `Verdict.code`; people read
`Verdict.reason()`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from vaxpass import messages
from vaxpass.codes import OUTSIDE_OWN_PERIOD, Code, Kind, Outcome, Stage, Status
from vaxpass.display import Json
from vaxpass.documents.family import Unverified
from vaxpass.encoding import strict_base64
from vaxpass.errors import ArgumentError, VaxpassError
from vaxpass.findings import Note, Problem
from vaxpass.trust.model import TrustedKey

if TYPE_CHECKING:
    from vaxpass.documents.document import Document
    from vaxpass.documents.hcert.dcc.model import Certificate
    from vaxpass.rules.admission import Admission
    from vaxpass.rules.explain import Explanation


class Check(NamedTuple):
    """How one stage of a verification ended.

    `problem` says why it did not pass; it is None where the status is `pass` or `skipped`.

    >>> problem = Problem(Code.VALIDITY_EXPIRED, details={"on": "2026-01-31"})
    >>> check = Check(Stage.VALIDITY, Status.FAIL, problem)
    >>> check.code.value, check.message()
    ('validity.expired', 'The document expired on 2026-01-31.')
    """

    stage: Stage
    status: Status
    problem: Problem | None = None

    @property
    def code(self) -> Code | None:
        """The stable code of the problem; None where there is no problem."""
        return self.problem.code if self.problem else None

    def message(self, language: str = "en") -> str:
        """The problem as a sentence in `language`; empty where there is no problem.

        Raises `ValueError` where `language` is not one of `vaxpass.messages.LANGUAGES`.
        """
        return self.problem.message(language) if self.problem else ""

    def to_dict(self, language: str = "en") -> dict[str, Json]:
        """The check as plain JSON (docs/json.md): `stage`, `status`, `code` and `message`.

        >>> Check(Stage.TRUST, Status.PASS).to_dict()
        {'stage': 'trust', 'status': 'pass', 'code': None, 'message': None}
        """
        return {
            "stage": self.stage.value,
            "status": self.status.value,
            "code": self.code.value if self.code else None,
            "message": self.message(language) or None,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer about a text. True only where the document is accepted.

    >>> from datetime import UTC, datetime
    >>> from pathlib import Path
    >>> from vaxpass import Policy, Verifier, read_trust_list
    >>> trust = read_trust_list(Path("trust_lists/demo.json").read_bytes(), source="demo")
    >>> text = Path("examples/passports/vaccination-es256.txt").read_text()
    >>> now = datetime(2026, 11, 23, tzinfo=UTC)
    >>> verdict = Verifier(trust, Policy(test_keys=True)).verify(text, at=now)
    >>> bool(verdict), verdict.outcome.value, verdict.test_key
    (True, 'accepted', True)
    >>> verdict.certificate.person.family_name
    'Đặng'
    """

    checks: tuple[Check, ...]
    """One for every stage, in order. `revocation` is there only where the verifier has revocation
    lists, `rules` only where a destination was asked about."""
    notes: tuple[Note, ...] = ()
    """What is unusual and does not decide."""
    unverified: Unverified | None = None
    """The decoded document, whatever the outcome; None where it could not be decoded."""
    signer: TrustedKey | None = None
    """The trusted key under which the signature holds; None where there is none."""
    admission: Admission | None = None
    """The answer of the destination's rules; None where they were not asked."""

    def __repr__(self) -> str:
        # Nothing of the document: it may end up in a log.
        return f"<Verdict {self.outcome.value}: {self.code.value if self.code else 'no problem'}>"

    def __bool__(self) -> bool:
        # Nearly always it is the very tuple that `all_passed` made.
        return id(self.checks) in _MADE or _accepts(self.checks)

    @property
    def outcome(self) -> Outcome:
        """The verdict in one word: the outcome of the decisive check's code, else `accepted`."""
        decisive = self.decisive
        if decisive is not None and decisive.code is not None:
            return decisive.code.outcome
        return Outcome.ACCEPTED if self else Outcome.UNDECIDED

    @property
    def decisive(self) -> Check | None:
        """The first check that failed, else the first that is open, else None."""
        for status in (Status.FAIL, Status.OPEN):
            for check in self.checks:
                if check.status is status:
                    return check
        return None

    @property
    def code(self) -> Code | None:
        """The code of the decisive check; None where the document is accepted."""
        decisive = self.decisive
        return decisive.code if decisive else None

    def reason(self, language: str = "en") -> str:
        """The reason for the outcome, as a sentence in `language`.

        Raises `ValueError` where `language` is not one of `vaxpass.messages.LANGUAGES`.
        """
        decisive = self.decisive
        if decisive is not None:
            return next(self._about(decisive, language))
        if self and any(note.code in OUTSIDE_OWN_PERIOD for note in self.notes):
            name = "specimen_outside" if self.test_key else "accepted_outside"
            return messages.text(f"outcome.{name}", language)
        if self and self.test_key:
            return messages.text("outcome.specimen", language)
        if self and self.admission is not None:
            if self.admission.only_worldwide:
                country = messages.label("WHO", language)
            else:
                country = messages.country(self.admission.country, language)
            return messages.text("outcome.admitted", language, country=country)
        return messages.text(f"outcome.{self.outcome.value}", language)

    def explain(self, language: str = "en") -> tuple[str, ...]:
        """All reasons in `language`, the decisive one first, each in one or two sentences.

        The rules of a destination have a text each: a rule that is not met with the values of the
        certificate and the days on which it is met, an open one with what is missing. An accepted
        document has one sentence.

        >>> Verdict(()).explain("en")
        ('Nothing was checked.',)
        """
        decisive = self.decisive
        if decisive is None:
            return (self.reason(language),)
        found = list(self._about(decisive, language))
        for check in self.checks:
            if check is not decisive and check.problem is not None:
                found += self._about(check, language)
        return tuple(found)

    def explanations(self) -> Iterator[Explanation]:
        """The rules of the destination that are not met or are open, with their reasons.

        Empty where no destination was asked about and where all rules are met. The iterator finds each
        explanation when it is asked for it.
        """
        if self.admission is not None:
            from vaxpass.rules.explain import explain  # noqa: PLC0415 - only where rules were asked

            yield from explain(self.admission)

    def to_dict(self, language: str = "en") -> dict[str, Json]:
        """The verdict as plain JSON: what `vaxpass verify --json` prints, without the source.

        `docs/json.md` describes the fields; `verdict.schema.json` in this package is their JSON
        Schema. Sentences are in `language`. The result has the content of the document, which is
        personal data.

        >>> Verdict(()).to_dict()["outcome"]
        'undecided'
        """
        signer = self.signer
        said = self.unverified.to_dict(signer) if self.unverified else {}
        found: dict[str, Json] = {
            "outcome": self.outcome.value,
            "code": self.code.value if self.code else None,
            "kind": self.kind.value if self.kind else None,
            "test_key": self.test_key,
            "signer": {
                "kid": strict_base64.encode(signer.kid),
                "country": signer.country,
                "source": signer.source,
            }
            if signer
            else None,
            "claims": said.get("claims"),
            "certificate": said.get("certificate"),
            "document": said.get("document"),
            "checks": [check.to_dict(language) for check in self.checks],
            "warnings": [note.to_dict(language) for note in self.notes],
        }
        if self.admission is not None:
            names, zone = self.admission.names, self.admission.zone
            found["rules"] = [each.to_dict(language, names, zone) for each in self.explanations()]
        return found

    def _about(self, check: Check, language: str) -> Iterator[str]:
        """The sentences about one check: for the check `rules` one for each rule, else one."""
        if check.stage is Stage.RULES and self.admission is not None and check.code != Code.RULES_NONE:
            for each in self.explanations():
                yield each.message(language, self.admission.names, self.admission.zone)
        else:
            yield check.message(language)

    @property
    def test_key(self) -> bool:
        """True where a test key signed the document: it is a specimen, whatever the outcome."""
        return self.signer is not None and self.signer.test

    @property
    def kind(self) -> Kind | None:
        """What the document attests, verified or not; None where that is nothing or several things."""
        return self.unverified.kind if self.unverified else None

    @property
    def certificate(self) -> Certificate | None:
        """The EU DCC; None unless it is one and a trusted key signed it.

        It is there for a rejected document too, for example for one that has expired.
        """
        if self.signer is None or self.unverified is None:
            return None
        return self.unverified.without_verification().certificate

    @property
    def document(self) -> Document | None:
        """What the document says, in the shape of all families; None unless a trusted key signed it.

        Its issuer is told as the trust list knows it.
        """
        if self.signer is None or self.unverified is None:
            return None
        return self.unverified.without_verification().document.issued_by(self.signer)

    def check(self, stage: Stage) -> Check:
        """The check of one stage; raises `ArgumentError` where the verdict has none for it."""
        for check in self.checks:
            if check.stage is stage:
                return check
        raise ArgumentError(f"the verdict has no check {stage}")

    def raise_for_failure(self) -> None:
        """Raise `NotAccepted` unless the document is accepted."""
        if not self:
            raise NotAccepted(self)


class NotAccepted(VaxpassError):
    """Raised by `Verdict.raise_for_failure`; `verdict` is the verdict, which is not accepted."""

    def __init__(self, verdict: Verdict) -> None:
        # The explanations of rules name dates of the holder: they stay in the verdict.
        decisive = verdict.decisive
        said = decisive.message() if decisive else verdict.reason()
        super().__init__(f"{verdict.outcome}: {verdict.code}: {said}")
        self.args = (verdict,)
        self.verdict = verdict


_PASSED: Final = {stage: Check(stage, Status.PASS) for stage in Stage}
_SKIPPED: Final = {stage: Check(stage, Status.SKIPPED) for stage in Stage}
# What has to pass in every family, after the stages of its decoding.
_COMMON: Final = (
    Stage.TRUST,
    Stage.SIGNATURE,
    Stage.VALIDITY,
    Stage.USAGE,
    Stage.SCHEMA,
    Stage.VALUESETS,
)
_REQUIRED: Final = frozenset((*_COMMON, Stage.CONTENT))
_MADE: Final[dict[int, tuple[Check, ...]]] = {}
"""What `all_passed` made, by its identity: it is never freed, so that no other tuple has that."""


@cache
def all_passed(reading: tuple[Stage, ...], *, revocation: bool, rules: bool) -> tuple[Check, ...]:
    """The checks of an accepted document.

    `reading` are the stages of the family; `revocation` and `rules` say whether these stages are asked.
    """
    stages = [*reading, *_COMMON]
    stages += [Stage.REVOCATION] if revocation else []
    stages += [Stage.RULES] if rules else []
    # Last, so that what is undecided comes before it.
    stages.append(Stage.CONTENT)
    made = tuple(_PASSED[stage] for stage in stages)
    _MADE[id(made)] = made
    return made


def _accepts(checks: tuple[Check, ...]) -> bool:
    """Whether every check passed, and every stage that each family has is among them, once."""
    stages = {check.stage for check in checks if check.status is Status.PASS}
    return len(stages) == len(checks) and stages >= _REQUIRED


def checks_of(
    problems: Iterable[Problem], skipped: Iterable[Stage], passed: tuple[Check, ...]
) -> tuple[Check, ...]:
    """The checks of `passed`, with those replaced whose stage has a problem or was skipped."""
    found = {stage: _SKIPPED[stage] for stage in skipped}
    for problem in problems:
        # Of two problems of a stage the first counts.
        found.setdefault(problem.code.stage, Check(problem.code.stage, problem.code.status, problem))
    return tuple(found.get(check.stage) or check for check in passed)

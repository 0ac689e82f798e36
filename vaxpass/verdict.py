"""The answer: a list of checks, an outcome, and the reason for it."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from vaxpass import messages
from vaxpass.codes import Code, Kind, Outcome, Stage, Status
from vaxpass.display import Json
from vaxpass.documents.family import Unverified
from vaxpass.errors import VaxpassError
from vaxpass.findings import Note, Problem
from vaxpass.trust.model import TrustedKey

if TYPE_CHECKING:
    from vaxpass.documents.hcert.dcc.model import Certificate
    from vaxpass.rules.admission import Admission
    from vaxpass.rules.explain import Explanation


class Check(NamedTuple):
    """How one stage ended, and why where it did not pass."""

    stage: Stage
    status: Status
    problem: Problem | None = None

    @property
    def code(self) -> Code | None:
        """The stable code of the reason, None where there is none."""
        return self.problem.code if self.problem else None

    def message(self, language: str = "en") -> str:
        """The reason as a sentence, empty where there is none."""
        return self.problem.message(language) if self.problem else ""

    def to_dict(self, language: str = "en") -> dict[str, Json]:
        """`stage`, `status`, `code` and `message`, as plain JSON."""
        return {
            "stage": self.stage.value,
            "status": self.status.value,
            "code": self.code.value if self.code else None,
            "message": self.message(language) or None,
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a text. True only where it is accepted.

    `checks` holds one check for every stage, in order; that of revocation only where the verifier has
    revocation data, that of rules only where it was asked about a country. `signer` is the trusted key
    that verified the signature. `unverified` is what could be decoded, whatever became of it.
    `admission` is what the rules of the country say, where they were asked.

    >>> bool(Verdict(()))
    False
    """

    checks: tuple[Check, ...]
    notes: tuple[Note, ...] = ()
    unverified: Unverified | None = None
    signer: TrustedKey | None = None
    admission: Admission | None = None

    def __bool__(self) -> bool:
        stages = {check.stage for check in self.checks if check.status is Status.PASS}
        return len(stages) == len(self.checks) and stages >= _REQUIRED

    @property
    def outcome(self) -> Outcome:
        """The verdict in one word. What could not be decided is never accepted."""
        decisive = self.decisive
        if decisive is not None and decisive.code is not None:
            return decisive.code.outcome
        return Outcome.ACCEPTED if self else Outcome.UNDECIDED

    @property
    def decisive(self) -> Check | None:
        """The check that decides: the first that failed, else the first that is open."""
        for status in (Status.FAIL, Status.OPEN):
            for check in self.checks:
                if check.status is status:
                    return check
        return None

    @property
    def code(self) -> Code | None:
        """The code of the decisive check, None where the text is accepted."""
        decisive = self.decisive
        return decisive.code if decisive else None

    def reason(self, language: str = "en") -> str:
        """Why, as a sentence in `language` (`en` or `vi`)."""
        decisive = self.decisive
        if decisive is not None:
            return next(self._about(decisive, language))
        name = "specimen" if self and self.test_key else self.outcome.value
        return messages.sentence(f"outcome.{name}", language, "", {})

    def explain(self, language: str = "en") -> tuple[str, ...]:
        """Everything that stands in the way, a sentence or two each, in `language` (`en` or `vi`).

        The decisive reason is first. Of a country's rules, each that is not met is told with the
        certificate's own values and the days on which it is met, each that is open with what is
        missing. An accepted text has its one sentence.

        >>> Verdict(()).explain("en")
        ('Nothing was checked.',)
        """
        decisive = self.decisive
        if decisive is None:
            return (self.reason(language),)
        told = list(self._about(decisive, language))
        for check in self.checks:
            if check is not decisive and check.problem is not None:
                told += self._about(check, language)
        return tuple(told)

    def explanations(self) -> Iterator[Explanation]:
        """Each rule of the destination that is not met or is open, with its reason as an object.

        None where no rules were asked, and where all are met. Each is found when it is asked for.
        """
        if self.admission is not None:
            from vaxpass.rules.explain import explain  # noqa: PLC0415 - only where rules were asked

            yield from explain(self.admission)

    def to_dict(self, language: str = "en") -> dict[str, Json]:
        """The verdict as plain JSON: what `vaxpass verify --json` prints, but for the source.

        `docs/json.md` describes the fields; `verdict.schema.json` in this package is their JSON
        Schema. Sentences are in `language`. It holds the content of the document.

        >>> Verdict(()).to_dict()["outcome"]
        'undecided'
        """
        signer = self.signer
        said = self.unverified.to_dict() if self.unverified else {}
        found: dict[str, Json] = {
            "outcome": self.outcome.value,
            "code": self.code.value if self.code else None,
            "kind": self.kind.value if self.kind else None,
            "test_key": self.test_key,
            "signer": {
                "kid": base64.b64encode(signer.kid).decode(),
                "country": signer.country,
                "source": signer.source,
            }
            if signer
            else None,
            "claims": said.get("claims"),
            "certificate": said.get("certificate"),
            "checks": [check.to_dict(language) for check in self.checks],
            "warnings": [note.to_dict(language) for note in self.notes],
        }
        if self.admission is not None:
            names = self.admission.names
            found["rules"] = [each.to_dict(language, names) for each in self.explanations()]
        return found

    def _about(self, check: Check, language: str) -> Iterator[str]:
        """The sentences about one check: of rules one for each rule."""
        if check.stage is Stage.RULES and self.admission is not None and check.code != Code.RULES_NONE:
            for each in self.explanations():
                yield each.message(language, self.admission.names)
        else:
            yield check.message(language)

    @property
    def test_key(self) -> bool:
        """True where the signer is a test key: a specimen, whatever the outcome."""
        return self.signer is not None and self.signer.test

    @property
    def kind(self) -> Kind | None:
        """What the text claims to attest, verified or not."""
        return self.unverified.kind if self.unverified else None

    @property
    def certificate(self) -> Certificate | None:
        """The certificate, only where a trusted key's signature vouches for it."""
        if self.signer is None or self.unverified is None:
            return None
        return self.unverified.without_verification().certificate

    def check(self, stage: Stage) -> Check:
        """The check of one stage. Raises `KeyError` where the verdict has none."""
        for check in self.checks:
            if check.stage is stage:
                return check
        raise KeyError(stage)

    def raise_for_failure(self) -> None:
        """Raise `NotAccepted` unless the text is accepted."""
        if not self:
            raise NotAccepted(self)


class NotAccepted(VaxpassError):
    """A verdict is not `accepted`; it is at hand as `verdict`."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"{verdict.outcome}: {verdict.code}: {verdict.reason()}")
        self.verdict = verdict


_PASSED: Final = {stage: Check(stage, Status.PASS) for stage in Stage}
_SKIPPED: Final = {stage: Check(stage, Status.SKIPPED) for stage in Stage}
# What has to pass in every family, after the stages of its reading.
_COMMON: Final = (
    Stage.TRUST,
    Stage.SIGNATURE,
    Stage.VALIDITY,
    Stage.USAGE,
    Stage.SCHEMA,
    Stage.VALUESETS,
)
_REQUIRED: Final = frozenset(_COMMON)


@cache
def all_passed(reading: tuple[Stage, ...], *, revocation: bool, rules: bool) -> tuple[Check, ...]:
    """The checks of an accepted text: the same for all that were asked about the same stages.

    `reading` are the stages of the family, `revocation` and `rules` say whether these were asked.
    """
    stages = [*reading, *_COMMON]
    stages += [Stage.REVOCATION] if revocation else []
    stages += [Stage.RULES] if rules else []
    return tuple(_PASSED[stage] for stage in stages)


def checks_of(
    problems: Iterable[Problem], skipped: Iterable[Stage], passed: tuple[Check, ...]
) -> tuple[Check, ...]:
    """One check for every stage of `passed`: those with a problem or skipped, and the others."""
    found = {stage: _SKIPPED[stage] for stage in skipped}
    for problem in problems:
        # Of two problems of a stage the first is told.
        found.setdefault(problem.code.stage, Check(problem.code.stage, problem.code.status, problem))
    return tuple(found.get(check.stage) or check for check in passed)

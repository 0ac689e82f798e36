"""A seal: from its text to what was signed, by whom, and what it says (ICAO TR VDS-NC, section 3)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from vaxpass.codes import Code, Kind, NoteCode
from vaxpass.crypto.certificate import SignerKey
from vaxpass.crypto.cose import Algorithm
from vaxpass.documents.countries import alpha_2
from vaxpass.documents.family import Claims, Content, Family, Message, Unverified
from vaxpass.documents.vdsnc import chain, profile
from vaxpass.documents.vdsnc.content import document_of, unknown_codes
from vaxpass.encoding import canonical_json, strict_base64, strict_json
from vaxpass.findings import Note, Problem, StageError
from vaxpass.policy import Limits, Policy

if TYPE_CHECKING:
    from datetime import datetime

    from vaxpass.documents.valuesets import ValueSets
    from vaxpass.trust.model import TrustedKey, TrustList

_ALGORITHMS: Final = {name: Algorithm[name] for name in ("ES256", "ES384", "ES512")}
_KINDS: Final = {"icao.vacc": Kind.VDS_VACCINATION, "icao.test": Kind.VDS_TEST}
_MOST_VALUES: Final = 2000
"""Values of a seal; one with ten doses has about 150."""
_DETECTED: Final = frozenset(("positive", "abnormal"))
_NOT_DETECTED: Final = frozenset(("negative", "normal"))


@dataclass(frozen=True, slots=True, repr=False)
class UnverifiedSeal(Unverified):
    """A seal, decoded and not verified."""

    _payload: dict[str, Any]
    _kind: Kind
    _signer: bytes
    """The certificate that it says is its signer's (DER)"""

    @property
    def kind(self) -> Kind:
        """Vaccination or test, as its header says."""
        return self._kind

    def without_verification(self) -> Content:
        """The content, although it is not verified."""
        return Content(self._payload, self._kind, document_of(self._payload, self._kind))

    def candidates(self, trust: TrustList) -> Sequence[TrustedKey]:
        """The signer in the document, where an authority of the list signed it, or it is listed."""
        try:
            certificate = SignerKey.from_der(self._signer)
        except ValueError:
            return ()
        return chain.signers(certificate, trust)

    def countries(self, but: str | None = None) -> Sequence[tuple[str, str]]:
        """The countries of doses, and of the test, that are not just `but`."""
        named = profile.countries(self._payload)
        codes = [(path, alpha_2(code) or code) for path, code in named]
        return [(path, code) for path, code in codes if code != but]

    def check_usage(self, signer: TrustedKey, policy: Policy) -> Problem | Note | None:
        """Ask the signer's certificate whether it signs seals of this kind, for this state."""
        return chain.check_usage(signer, self._kind, self.claims.iss or "", policy)

    def check_signer(self, signer: TrustedKey, trust: TrustList, at: datetime) -> Problem | None:
        """Ask whether the signer's certificate is valid yet, and the lists of revoked ones."""
        return chain.check_signer(signer, trust, at)

    def check_form(self, notes: list[Note]) -> list[Problem]:
        """Check the content by the profile of its type."""
        return profile.check(self._payload, self._kind, notes)

    def check_codes(self, value_sets: ValueSets, notes: list[Note]) -> None:
        """Compare the codes with those of ICD-11 that are known here; the value sets have none."""
        if self._kind is Kind.VDS_VACCINATION:
            places = unknown_codes(self._payload)
            notes += [Note(NoteCode.VALUESETS_UNKNOWN_CODE, place) for place in places]

    def check_dates(self, at: datetime) -> list[Note]:
        """Compare the dates of the content with each other and with `at`."""
        return profile.check_dates(self._payload, self._kind, at)

    def check_content(self) -> Problem | None:
        """The problem where a test found an infection, or its result is not known to be negative."""
        if self._kind is not Kind.VDS_TEST:
            return None
        result = self._payload["msg"]["tr"]["r"].strip().lower()
        if result in _NOT_DETECTED:
            return None
        found = Code.CONTENT_DETECTED if result in _DETECTED else Code.CONTENT_RESULT_UNKNOWN
        return Problem(found, "$.msg.tr.r")


def read(text: str, limits: Limits, family: Family) -> UnverifiedSeal:
    """Decode a seal of `family`, or an array of one, as Japan's wallet writes it.

    Raises `StageError`: a code of the stage `json` where it can't be read, `prefix.vds_nc` where it is
    of a type that is not known here.
    """
    bare = text.strip()
    if len(bare) > limits.characters:
        raise StageError.of(Code.JSON_TOO_LONG)
    try:
        value = strict_json.read(bare, most=_MOST_VALUES)
    except ValueError:
        raise StageError.of(Code.JSON_INVALID) from None
    if isinstance(value, list):
        if len(value) != 1:
            raise StageError.of(Code.PREFIX_VDS_NC)
        value = value[0]
    data, sealed = _object(value, "data"), _object(value, "sig")
    header = _object(data, "hdr")
    kind = header.get("t")
    if not isinstance(kind, str):
        raise StageError.of(Code.JSON_STRUCTURE)
    if kind not in _KINDS:
        raise StageError.of(Code.PREFIX_VDS_NC)
    _object(data, "msg")
    certificate, signature = _bytes(sealed, "cer"), _bytes(sealed, "sigvl")
    algorithm = sealed.get("alg")
    if not isinstance(algorithm, str) or algorithm not in _ALGORITHMS:
        raise StageError.of(Code.JSON_ALGORITHM_UNSUPPORTED)
    try:
        signed = canonical_json.encode(data)
    except ValueError:
        raise StageError.of(Code.JSON_INVALID) from None
    state = header.get("is")
    claims = Claims(state if isinstance(state, str) else None, None, None, None)
    message = Message(_ALGORITHMS[algorithm], None, signature, signed)
    return UnverifiedSeal(message, claims, (), family, data, _KINDS[kind], certificate)


def _object(value: object, name: str) -> dict[str, Any]:
    inside = value.get(name) if isinstance(value, Mapping) else None
    if not isinstance(inside, dict):
        raise StageError.of(Code.JSON_STRUCTURE)
    return inside


def _bytes(value: Mapping[str, object], name: str) -> bytes:
    """A member in Base64url, with its padding or without."""
    text = value.get(name)
    try:
        if not isinstance(text, str) or not text.isascii():
            raise StageError.of(Code.JSON_STRUCTURE)
        return strict_base64.decode_any(text)
    except ValueError:
        raise StageError.of(Code.JSON_STRUCTURE) from None

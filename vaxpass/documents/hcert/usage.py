"""May this signer sign this kind of HCERT?

The kinds of the EU DCC have extended key usages (HCERT specification 1.0.8, appendix A). No usage is
defined for the other documents of the WHO network; its trust list names a domain for each key.
"""

from __future__ import annotations

from typing import Final

from vaxpass.codes import DCC_KINDS, Code, Kind, NoteCode
from vaxpass.findings import Note, Problem
from vaxpass.policy import Policy
from vaxpass.trust.model import TrustedKey

_NOT_FOR: Final = {
    Kind.TEST: Problem(Code.USAGE_NOT_FOR_TEST),
    Kind.VACCINATION: Problem(Code.USAGE_NOT_FOR_VACCINATION),
    Kind.RECOVERY: Problem(Code.USAGE_NOT_FOR_RECOVERY),
}
_DOMAINS: Final = {
    Kind.ICVP: ("ICVP", "DVC", "RACSEL-DDVC", "PH4H"),
    Kind.DDCC_VACCINATION: ("DDCC", "RACSEL-DDVC"),
    Kind.DDCC_TEST: ("DDCC", "RACSEL-DDVC"),
    Kind.MEDICATION: ("PH4H",),
    Kind.HEALTH_LINK: ("PH4H", "IPS", "IPS-PILGRIMAGE"),
}
"""The domains of the WHO network (GDHCN) whose keys are meant for a kind"""


def check_usage(kind: Kind, signer: TrustedKey) -> Problem | None:
    """The problem where `signer` may not sign documents of `kind`.

    The extended key usage of its certificate and the trust list must both allow the kind.

    >>> from vaxpass.crypto.certificate import SignerKey
    >>> bare = SignerKey(b"", b"", None, None, None, frozenset(Kind), "VN", False, "", "")
    >>> signer = TrustedKey.of(bare, "my list", kinds=frozenset({Kind.TEST}))
    >>> check_usage(Kind.VACCINATION, signer).code.value
    'usage.not_for_vaccination'
    """
    return None if kind in signer.kinds else _NOT_FOR[kind]


def check_other_usage(kind: Kind, signer: TrustedKey, policy: Policy) -> Problem | Note | None:
    """What is odd about `signer` as the signer of a document of `kind`, which is no EU DCC.

    A key whose certificate names kinds of COVID-19 certificates, be it all of them, should sign
    nothing else: the verdict is undecided unless `policy.covid_signers` allows it, which is a note. A
    key that the network lists in a domain for other documents is a note only: states sign with the
    keys that they have.

    >>> from vaxpass.crypto.certificate import SignerKey
    >>> bare = SignerKey(b"", b"", None, None, None, frozenset(Kind), "VN", False, "", "")
    >>> signer = TrustedKey.of(bare, "my list", kinds=frozenset({Kind.TEST}))
    >>> check_other_usage(Kind.ICVP, signer, Policy()).code.value
    'usage.covid_only'
    >>> signer = TrustedKey.of(bare, "my list", kinds=DCC_KINDS, domain="DCC")
    >>> check_other_usage(Kind.ICVP, signer, Policy()).code.value
    'trust.other_domain'
    """
    if signer.certificate.names_kinds or not signer.kinds >= DCC_KINDS:
        if not policy.covid_signers:
            return Problem(Code.USAGE_COVID_ONLY)
        return Note(NoteCode.USAGE_COVID_SIGNER)
    if signer.domain is not None and signer.domain.upper() not in _DOMAINS.get(kind, ()):
        return Note(NoteCode.TRUST_OTHER_DOMAIN, details={"domain": signer.domain})
    return None

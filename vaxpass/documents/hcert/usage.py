"""May this signer sign this kind of HCERT? (HCERT specification 1.0.8, appendix A)"""

from __future__ import annotations

from typing import Final

from vaxpass.codes import Code, Kind
from vaxpass.findings import Problem
from vaxpass.trust.model import TrustedKey

_NOT_FOR: Final = {
    Kind.TEST: Problem(Code.USAGE_NOT_FOR_TEST),
    Kind.VACCINATION: Problem(Code.USAGE_NOT_FOR_VACCINATION),
    Kind.RECOVERY: Problem(Code.USAGE_NOT_FOR_RECOVERY),
}


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

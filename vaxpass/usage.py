"""Kind and signer -> may this key sign such a certificate? (HCERT specification 1.0.8, appendix A)."""

from __future__ import annotations

from typing import Final

from vaxpass.codes import Code
from vaxpass.findings import Problem
from vaxpass.hcert import Kind
from vaxpass.trust import TrustedKey

_NOT_FOR: Final = {
    Kind.TEST: Problem(Code.USAGE_NOT_FOR_TEST),
    Kind.VACCINATION: Problem(Code.USAGE_NOT_FOR_VACCINATION),
    Kind.RECOVERY: Problem(Code.USAGE_NOT_FOR_RECOVERY),
}


def check(kind: Kind, signer: TrustedKey) -> Problem | None:
    """Whether `signer`, by its extended key usage and by its list, may sign certificates of `kind`."""
    return None if kind in signer.kinds else _NOT_FOR[kind]

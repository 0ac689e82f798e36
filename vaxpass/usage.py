"""Kind and signer -> may this key sign such a certificate? (HCERT specification 1.0.8, appendix A)."""

from __future__ import annotations

from typing import Final

from vaxpass.codes import Code
from vaxpass.crypto.certificate import SignerCertificate
from vaxpass.findings import Problem
from vaxpass.hcert import Kind

_NOT_FOR: Final = {
    Kind.TEST: Problem(Code.USAGE_NOT_FOR_TEST),
    Kind.VACCINATION: Problem(Code.USAGE_NOT_FOR_VACCINATION),
    Kind.RECOVERY: Problem(Code.USAGE_NOT_FOR_RECOVERY),
}


def check(kind: Kind, signer: SignerCertificate) -> Problem | None:
    """Whether the extended key usage of `signer` allows it to sign certificates of `kind`."""
    return None if kind in signer.kinds else _NOT_FOR[kind]

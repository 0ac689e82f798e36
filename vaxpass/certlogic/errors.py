"""The error of CertLogic."""

from __future__ import annotations


class CertLogicError(Exception):
    """Raised where an expression can't be evaluated.

    It is malformed, its operands are of the wrong type, or it exceeds a limit.
    """

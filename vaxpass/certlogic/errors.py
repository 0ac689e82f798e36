"""The one error of this package."""

from __future__ import annotations


class CertLogicError(Exception):
    """An expression can't be evaluated: it is none, its operands do not fit, or it is too large."""

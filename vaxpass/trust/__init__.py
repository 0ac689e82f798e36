"""Trust lists: the keys that count, where they come from, and how old the list is.

    from vaxpass.trust import load_pins, read_trust_list

    trust = read_trust_list(data, source="my list", pins=load_pins(pem), at=now)
    trust.find(kid)          # the signers with this key identifier
    trust.skipped            # the entries that could not be used, and why

A signed list counts only where its signature holds under a pin. `bundle` carries a list, revocations,
rules and value sets in one signed file; `lint` says what is weak on a list, `diff` what differs between
two, `export` writes one in other forms.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from vaxpass.errors import BundleError, ExportError, PinError, TrustListError
    from vaxpass.trust.formats.native import write as write_trust_list
    from vaxpass.trust.model import (
        BSC,
        CSCA,
        DIVOC,
        DSC,
        SHC,
        ListedIssuer,
        ListPart,
        RevokedCards,
        SignerCrl,
        SkippedEntry,
        TrustedKey,
        TrustList,
    )
    from vaxpass.trust.pins import load_pins
    from vaxpass.trust.reader import (
        LARGEST,
        Role,
        is_sidecar,
        is_trust_list,
        read_trust_list,
        role_of,
    )

# Imported when first asked for: a verifier needs the model alone.
_LATER = {
    "BSC": ("vaxpass.trust.model", "BSC"),
    "CSCA": ("vaxpass.trust.model", "CSCA"),
    "DIVOC": ("vaxpass.trust.model", "DIVOC"),
    "DSC": ("vaxpass.trust.model", "DSC"),
    "SHC": ("vaxpass.trust.model", "SHC"),
    "ListedIssuer": ("vaxpass.trust.model", "ListedIssuer"),
    "RevokedCards": ("vaxpass.trust.model", "RevokedCards"),
    "SignerCrl": ("vaxpass.trust.model", "SignerCrl"),
    "LARGEST": ("vaxpass.trust.reader", "LARGEST"),
    "ListPart": ("vaxpass.trust.model", "ListPart"),
    "BundleError": ("vaxpass.errors", "BundleError"),
    "ExportError": ("vaxpass.errors", "ExportError"),
    "PinError": ("vaxpass.errors", "PinError"),
    "Role": ("vaxpass.trust.reader", "Role"),
    "SkippedEntry": ("vaxpass.trust.model", "SkippedEntry"),
    "TrustList": ("vaxpass.trust.model", "TrustList"),
    "TrustListError": ("vaxpass.errors", "TrustListError"),
    "TrustedKey": ("vaxpass.trust.model", "TrustedKey"),
    "is_sidecar": ("vaxpass.trust.reader", "is_sidecar"),
    "is_trust_list": ("vaxpass.trust.reader", "is_trust_list"),
    "load_pins": ("vaxpass.trust.pins", "load_pins"),
    "role_of": ("vaxpass.trust.reader", "role_of"),
    "read_trust_list": ("vaxpass.trust.reader", "read_trust_list"),
    "write_trust_list": ("vaxpass.trust.formats.native", "write"),
}

__all__ = [
    "BSC",
    "CSCA",
    "DIVOC",
    "DSC",
    "LARGEST",
    "SHC",
    "BundleError",
    "ExportError",
    "ListPart",
    "ListedIssuer",
    "PinError",
    "RevokedCards",
    "Role",
    "SignerCrl",
    "SkippedEntry",
    "TrustList",
    "TrustListError",
    "TrustedKey",
    "is_sidecar",
    "is_trust_list",
    "load_pins",
    "read_trust_list",
    "role_of",
    "write_trust_list",
]


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, there = _LATER[name]
    value = getattr(importlib.import_module(module), there)
    globals()[name] = value
    return value

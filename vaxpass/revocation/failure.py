"""The one error of revocation."""

from __future__ import annotations

from vaxpass.errors import VaxpassError


class RevocationError(VaxpassError, ValueError):
    """A revocation list or store is damaged or not what it says. Nothing may be concluded from it.

    Whoever meets it during a verification must not take the certificate for one that is not revoked.
    """

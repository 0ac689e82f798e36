"""The exceptions that the library raises on purpose.

    VaxpassError
    +-- DecodeError      a text is not a readable health certificate
    +-- NotAccepted      Verdict.raise_for_failure() on anything but an accepted verdict
    +-- EncodeError      a certificate must not be issued as it stands
    +-- SignerError      a private key, its password or its certificate can't be used
    +-- TrustListError   a trust list can't be read, or its signature does not hold
    +-- RulesError       business rules can't be read, or their signature does not hold
    +-- BundleError      a bundle must not be used
    +-- ValueSetError    value sets can't be read
    +-- RevocationError  revocation data is damaged; see vaxpass.revocation
    +-- NameLettersError a name has no machine-readable form; see vaxpass.identity
    +-- MrzError         lines are no machine-readable zone; see vaxpass.identity
    +-- MissingExtraError  an optional package is needed that is not installed

`Verifier.verify` raises none of them, whatever the text: what is wrong is in the verdict. Wrong
arguments (a naive time, bytes instead of text) are `TypeError` and `ValueError` as usual.


TODO-MERGED: The one error of revocation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from vaxpass.findings import Problem

__all__ = [
    "BundleError",
    "DecodeError",
    "EncodeError",
    "IssuingError",
    "MissingExtraError",
    "NameLettersError",
    "RevocationError",
    "RulesError",
    "SignerError",
    "TrustListError",
    "ValueSetError",
    "VaxpassError",
]


class VaxpassError(Exception):
    """The root of all errors of this library."""


class DecodeError(VaxpassError):
    """A text is not a readable health certificate; `problem` says at which stage and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.code}: {problem.message()}")
        self.problem = problem


class EncodeError(VaxpassError):
    """A certificate must not be issued as it stands; `problems` lists every reason."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.code} at {p.path}: {p.message()}" for p in problems))
        self.problems = problems


class SignerError(VaxpassError):
    """A private key, its password or its certificate can't be used for signing."""


class TrustListError(VaxpassError):
    """A trust list can't be read, or its signature does not hold. Nothing of it is used."""


class RulesError(VaxpassError):
    """A list of business rules can't be read, or its signature does not hold. Nothing of it is used."""


class BundleError(VaxpassError):
    """A bundle must not be used: damaged, changed, too old, or signed by somebody else."""


class ValueSetError(VaxpassError):
    """Value sets can't be read: not of the published form, or too large. Nothing of them is used."""


class IssuingError(VaxpassError):
    """What issuing rests on can't be used: a table of vaccines, an attestation, or a list of keys."""


class NameLettersError(VaxpassError):
    """A name can't be written in the letters of a machine-readable zone.

    `letters` holds the characters without such a form; it is empty where the name is too long.
    """

    def __init__(self, letters: tuple[str, ...]) -> None:
        named = ", ".join(f"U+{ord(letter):04X}" for letter in letters)
        super().__init__(
            f"These characters have no machine-readable form: {named}"
            if letters
            else "The name is longer than a machine-readable name may be"
        )
        self.letters = letters


class MissingExtraError(VaxpassError):
    """An optional package is missing; `extra` names what to install: `pip install 'vaxpass[cli]'`."""

    def __init__(self, extra: str, package: str) -> None:
        super().__init__(
            f"The package {package} is not installed. Install it with: pip install 'vaxpass[{extra}]'"
        )
        self.extra = extra
        self.package = package

    @classmethod
    def explain(cls, error: ModuleNotFoundError) -> MissingExtraError:
        """The error for a module that failed to import.

        Raises `error` itself where the module belongs to no extra: then the installation is broken,
        and saying otherwise would hide it.
        """
        package = _OPTIONAL.get((error.name or "").partition(".")[0])
        if package is None:
            raise error
        return cls("cli", package)


# Module as imported -> package as it is installed, of the extra `cli`.
_OPTIONAL: Final = {"typer": "typer", "rich": "rich", "PIL": "pillow", "zxingcpp": "zxing-cpp"}


class RevocationError(VaxpassError, ValueError):
    """A revocation list or store is damaged or not what it says. Nothing may be concluded from it.

    Whoever meets it during a verification must not take the certificate for one that is not revoked.
    """

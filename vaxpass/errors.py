"""The exceptions that the library raises on purpose.

    VaxpassError
    +-- ArgumentError      a function was called with what it can't work with
    +-- DecodeError        a text is not a readable health document
    +-- NotAccepted        a verdict is not accepted (vaxpass.verdict)
    +-- EncodeError        a certificate breaks the schema and is not issued
    +-- IssuingError       data that issuing needs can't be used
    +-- SignerError        a private key, its password or its certificate can't be used
    +-- TrustListError     a trust list can't be read, or its signature does not hold
    +-- RulesError         business rules can't be read, or their signature does not hold
    +-- BundleError        a bundle must not be used
    +-- ValueSetError      value sets can't be read
    +-- RevocationError    revocation lists are damaged
    +-- NameLettersError   a name has no machine-readable form
    +-- MrzError           lines are no machine-readable zone (vaxpass.identity)
    +-- MissingExtraError  an optional package is not installed

`Verifier.verify` raises none of them for a text, whatever it is: what is wrong is in the verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from vaxpass.findings import Problem

__all__ = [
    "ArgumentError",
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


# Module as imported -> package as it is installed, of the extra `cli`.
_OPTIONAL: Final = {"typer": "typer", "rich": "rich", "PIL": "pillow", "zxingcpp": "zxing-cpp"}


class VaxpassError(Exception):
    """The root of all errors of this library.

    >>> from vaxpass import decode
    >>> try:
    ...     decode("https://example.org")
    ... except VaxpassError as error:
    ...     print(error)
    prefix.missing: This is not a health passport: its text does not begin with HC1:.

    Every error can be pickled, with its attributes, for another process.
    """

    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (type(self), self.args), self.__dict__


def _restored(kind: type[VaxpassError], args: tuple[object, ...]) -> VaxpassError:
    """An error as it was, without a second run of its `__init__`, whose arguments are others."""
    return kind.__new__(kind, *args)


class ArgumentError(VaxpassError, ValueError, TypeError):
    """Raised where a function is called with what it can't work with: a naive time, bytes for a text.

    It is a `ValueError` and a `TypeError` too, as Python's own functions raise them.

    >>> from vaxpass import decode
    >>> try:
    ...     decode(b"HC1:")
    ... except ArgumentError as error:
    ...     print(error)
    a text must be str, not bytes
    """


class DecodeError(VaxpassError):
    """Raised by `decode` where a text is not a readable health document.

    `problem` has the stage (`problem.code.stage`) and the reason.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.code}: {problem.message()}")
        self.problem = problem


class EncodeError(VaxpassError):
    """Raised by `encode` where a certificate breaks the schema; `problems` has every reason."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("; ".join(f"{p.code} at {p.path}: {p.message()}" for p in problems))
        self.problems = problems


class SignerError(VaxpassError):
    """Raised where a private key, its password or its certificate can't be used for signing."""


class TrustListError(VaxpassError):
    """Raised where a trust list can't be read, or its signature does not hold. None of it is used."""


class RulesError(VaxpassError):
    """Raised where business rules can't be read, or their signature does not hold. None are used."""


class BundleError(VaxpassError):
    """Raised where a bundle is damaged, changed, too old, or signed with another key."""


class ValueSetError(VaxpassError):
    """Raised where value sets are not of the published form, or too large. None of them is used."""


class IssuingError(VaxpassError):
    """Raised where a table of vaccines, an attestation or a list of facility keys can't be used."""


class NameLettersError(VaxpassError):
    """Raised where a name can't be written in the letters of a machine-readable zone (ICAO 9303-3).

    `letters` has the characters without such a form. It is empty where the name is too long.
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
    """Raised where an optional package is not installed.

    `package` is its name; `extra` is the extra that brings it: `pip install 'vaxpass[cli]'`.
    """

    def __init__(self, extra: str, package: str) -> None:
        super().__init__(
            f"The package {package} is not installed. Install it with: pip install 'vaxpass[{extra}]'"
        )
        self.extra = extra
        self.package = package

    @classmethod
    def explain(cls, error: ModuleNotFoundError) -> MissingExtraError:
        """The error for a module that could not be imported.

        Raises `error` itself where the module belongs to no extra: then the installation is broken.

        >>> MissingExtraError.explain(ModuleNotFoundError(name="PIL")).package
        'pillow'
        """
        package = _OPTIONAL.get((error.name or "").partition(".")[0])
        if package is None:
            raise error
        return cls("cli", package)


class RevocationError(VaxpassError, ValueError):
    """Raised where a revocation list or store is damaged or of another form than it says.

    It is then unknown whether a document is revoked; a verifier must not accept it.
    """

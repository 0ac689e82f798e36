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
    +-- PinError           a file holds no key to pin
    +-- ExportError        a key has no place in the form that a list is to be written in
    +-- BundleError        a bundle must not be used
    +-- ValueSetError      value sets can't be read
    +-- RevocationError    revocation lists are damaged
    +-- LinkedFileError    a file of a health link can't be opened
    +-- NameLettersError   a name has no machine-readable form
    +-- MrzError           lines are no machine-readable zone (vaxpass.identity)
    +-- MissingExtraError  an optional package is not installed

`Verifier.verify` raises none of them for a text, whatever it is: what is wrong is in the verdict.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

from vaxpass import messages

if TYPE_CHECKING:
    from vaxpass.findings import Problem

__all__ = [
    "ArgumentError",
    "BundleError",
    "DecodeError",
    "EncodeError",
    "ExportError",
    "IssuingError",
    "LinkedFileError",
    "MissingExtraError",
    "NameLettersError",
    "PinError",
    "RevocationError",
    "RulesError",
    "SignerError",
    "TrustListError",
    "ValueSetError",
    "VaxpassError",
]


_OPTIONAL: Final = {
    "PIL": ("cli", "pillow"),
    "PySide6": ("scan", "pyside6-essentials"),
    "cv2": ("scan", "opencv-python"),
    "duckdb": ("issue", "duckdb"),
    "python_calamine": ("issue", "python-calamine"),
    "xlsxwriter": ("issue", "xlsxwriter"),
    "filelock": ("cli", "filelock"),
    "fpdf": ("issue", "fpdf2"),
    "jinja2": ("issue", "jinja2"),
    "numpy": ("issue", "numpy"),
    "pkcs11": ("hsm", "python-pkcs11"),
    "platformdirs": ("cli", "platformdirs"),
    "pyld": ("divoc", "pyld"),
    "pypdfium2": ("cli", "pypdfium2"),
    "pyspark": ("spark", "pyspark"),
    "rich": ("cli", "rich"),
    "serial": ("scan", "pyserial"),
    "tomli_w": ("cli", "tomli-w"),
    "typer": ("cli", "typer"),
    "zxingcpp": ("cli", "zxing-cpp"),
}
"""Module -> the extra that brings it (`numpy` comes with `scan`, too), and the name of its package"""


class VaxpassError(Exception):
    """The root of all errors of this library.

    It is made from the key of a sentence of the catalogue and the values of its fields; a text that is
    no key stands for itself. `str` gives the sentence in English.

    >>> from vaxpass import decode
    >>> try:
    ...     decode("https://example.org")
    ... except VaxpassError as error:
    ...     print(error)
    prefix.missing: This is not a health passport: its text begins like none that is known here.

    Every error can be pickled, with its attributes, for another process.
    """

    def __init__(self, key: str = "", /, **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.values = values

    def __str__(self) -> str:
        return self.message()

    def message(self, language: str = "en", surroundings: str = "") -> str:
        """The sentence in a language. A value that is such an error itself is said in it too.

        `surroundings` asks for the sentence that fits a place, where the catalogue has one: `tool` for
        the command line, whose options are not the arguments of functions. Raises `ValueError` where
        `language` is not one of `vaxpass.messages.LANGUAGES`.

        >>> TrustListError("failure.list.too_large", source="a.json").message("vi")
        'a.json: tệp lớn hơn mọi danh sách tin cậy.'
        """
        said = {
            name: value.message(language, surroundings) if isinstance(value, VaxpassError) else value
            for name, value in self.values.items()
        }
        fitting = f"{self.key}.{surroundings}"
        key = fitting if messages.find(fitting, "en") is not None else self.key
        try:
            return messages.text(key, language, **said)
        except KeyError:
            return self.key


class ArgumentError(VaxpassError, ValueError, TypeError):
    """Raised where a function is called with what it can't work with: a naive time, a path for bytes.

    It is a `ValueError` and a `TypeError` too, as Python's own functions raise them.

    >>> from vaxpass import decode
    >>> try:
    ...     decode(bytearray(b"HC1:"))
    ... except ArgumentError as error:
    ...     print(error)
    `text` must be str or bytes, not bytearray
    """


def require(name: str, value: object, *kinds: type) -> None:
    """Raise `ArgumentError` where an argument is of none of these types.

    For the functions that programs call first, where the mistake is usual: a path for bytes.

    >>> require("data", b"", bytes)
    """
    if not isinstance(value, kinds):
        wanted = " or ".join(kind.__name__ for kind in kinds)
        raise ArgumentError(f"`{name}` must be {wanted}, not {type(value).__name__}")


def require_aware(name: str, moment: object) -> None:
    """Raise `ArgumentError` where an argument is no aware `datetime`.

    >>> require_aware("at", datetime(2026, 1, 1))
    Traceback (most recent call last):
        ...
    vaxpass.errors.ArgumentError: `at` must be an aware datetime, such as datetime.now(UTC)
    """
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise ArgumentError(f"`{name}` must be an aware datetime, such as datetime.now(UTC)")


class DecodeError(VaxpassError):
    """Raised by `decode` where a text is not a readable health document.

    `problem` has the stage (`problem.code.stage`) and the reason.
    """

    def __init__(self, problem: Problem) -> None:
        super().__init__()
        self.args = (problem,)
        self.problem = problem

    def message(self, language: str = "en", surroundings: str = "") -> str:
        """The code and the reason in a language."""
        return f"{self.problem.code}: {self.problem.message(language)}"


class EncodeError(VaxpassError):
    """Raised by `encode` where a certificate breaks the schema; `problems` has every reason."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__()
        self.args = (problems,)
        self.problems = problems

    def message(self, language: str = "en", surroundings: str = "") -> str:
        """Every code, with its place, and its reason in a language."""
        return "; ".join(f"{p.code} ({p.path}): {p.message(language)}" for p in self.problems)


class SignerError(VaxpassError):
    """Raised where a private key, its password or its certificate can't be used for signing."""


class TrustListError(VaxpassError):
    """Raised where a trust list can't be read, or its signature does not hold. None of it is used."""


class RulesError(VaxpassError):
    """Raised where business rules can't be read, or their signature does not hold. None are used."""


class PinError(VaxpassError, ValueError):
    """Raised where a file holds no key or certificate to pin, or holds a private key."""


class ExportError(VaxpassError, ValueError):
    """Raised where a form has no place for a key: one on a curve that has no name in it."""


class BundleError(VaxpassError):
    """Raised where a bundle is damaged, changed, too old, or signed with another key."""


class ValueSetError(VaxpassError):
    """Raised where value sets are not of the published form, or too large. None of them is used."""


class IssuingError(VaxpassError):
    """Raised where a table of vaccines, an attestation or a list of facility keys can't be used."""


class LinkedFileError(VaxpassError):
    """Raised where a file of a health link can't be opened (`vaxpass.documents.linked_file`)."""

    @property
    def code(self) -> str:
        """Why: a `FileCode`."""
        return self.key


class NameLettersError(VaxpassError):
    """Raised where a name can't be written in the letters of a machine-readable zone (ICAO 9303-3).

    `letters` has the characters without such a form. It is empty where the name is too long.
    """

    def __init__(self, letters: tuple[str, ...]) -> None:
        named = ", ".join(f"U+{ord(letter):04X}" for letter in letters)
        super().__init__(f"failure.name.{'letters' if letters else 'length'}", letters=named)
        self.args = (letters,)
        self.letters = letters


class MissingExtraError(VaxpassError):
    """Raised where an optional package is not installed.

    `package` is its name; `extra` is the extra that brings it: `pip install '.[cli]'` in a checkout.
    """

    def __init__(self, extra: str, package: str) -> None:
        super().__init__("failure.extra", extra=extra, package=package)
        self.args = (extra, package)
        self.extra = extra
        self.package = package

    @classmethod
    def explain(cls, error: ModuleNotFoundError) -> MissingExtraError:
        """The error for a module that could not be imported.

        Raises `error` itself where the module belongs to no extra: then the installation is broken.

        >>> MissingExtraError.explain(ModuleNotFoundError(name="PIL")).package
        'pillow'
        """
        found = _OPTIONAL.get((error.name or "").partition(".")[0])
        if found is None:
            raise error
        return cls(*found)


class RevocationError(VaxpassError, ValueError):
    """Raised where a revocation list or store is damaged or of another form than it says.

    It is then unknown whether a document is revoked; a verifier must not accept it.
    """

"""The rules for single values of a certificate: what is refused, what is tolerated, what is odd."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Final, TypeAlias

from vaxpass import cbor
from vaxpass.codes import Code, Remark
from vaxpass.findings import Problem, Warned


class Report:
    """Collects what is wrong; `strict` turns what is tolerated when reading into refusals."""

    __slots__ = ("problems", "strict", "warnings")

    def __init__(self, warnings: list[Warned], *, strict: bool) -> None:
        self.strict = strict
        self.warnings = warnings
        self.problems: list[Problem] = []

    def refuse(self, code: Code, path: str) -> None:
        """The certificate breaks the schema."""
        self.problems.append(Problem(code, path))

    def remark(self, remark: Remark, path: str) -> None:
        """Something is unusual, and no reason to refuse."""
        self.warnings.append(Warned(remark, path))

    def tolerate(self, remark: Remark, code: Code, path: str) -> None:
        """A warning when reading, a refusal when writing."""
        if self.strict:
            self.refuse(code, path)
        else:
            self.remark(remark, path)


Rule: TypeAlias = Callable[[cbor.Value, str, Report], None]

HIGHEST_DOSE: Final = 2**31 - 1
"""No schema since 1.3.0 bounds the number of doses; this keeps hostile ones out."""

# Text that loses everything when these are stripped consists of nothing else: faster than a pattern,
# and patterns cost time at import. Those below are compiled when first needed.
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MACHINE_NAME: Final = _LETTERS + "<"
_UVCI_PREFIX: Final = "URN:UVCI:"
_UVCI_LETTERS: Final = _LETTERS + "0123456789/#:"
_LONGEST_COUNTRY: Final = 10
_CENTURIES: Final = ("19", "20")
_VERSION: Final = r"[0-9]+\.[0-9]+\.[0-9]+"
_BIRTH: Final = r"((19|20)[0-9]{2}(-[0-9]{2}){0,2})?"
# Not every Python refuses the hour 24.
_HOUR: Final = r"([01][0-9]|2[0-3])"
_MOMENT: Final = (
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt ]{_HOUR}:[0-9]{{2}}(:[0-9]{{2}}([.,][0-9]+)?)?"
    r"([Zz]|[+-][0-9]{2}(:?[0-5][0-9])?)?"
)
_RFC3339: Final = (
    rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[Tt]{_HOUR}:[0-9]{{2}}:[0-9]{{2}}(\.[0-9]+)?"
    r"([Zz]|[+-][0-9]{2}:[0-5][0-9])"
)
_PUBLISHED: Final = frozenset(
    ("1.0.0", "1.0.1", "1.1.0", "1.2.0", "1.2.1", "1.3.0", "1.3.1", "1.3.2", "1.3.3")
)


# The rules below ask for the good case first: they judge every certificate.


def text_within(longest: int) -> Rule:
    """Text of at most so many characters."""

    def text(value: cbor.Value, path: str, report: Report) -> None:
        if type(value) is not str:
            report.refuse(Code.SCHEMA_TYPE, path)
        elif not value:
            report.remark(Remark.SCHEMA_EMPTY, path)
        else:
            if len(value) > longest:
                report.tolerate(Remark.SCHEMA_TOO_LONG, Code.SCHEMA_LENGTH, path)
            if value[0] == " " or value[-1] == " ":
                report.remark(Remark.SCHEMA_UNTRIMMED, path)

    return text


def machine_name_within(longest: int) -> Rule:
    """A name in the letters of a machine-readable zone, of at most so many characters."""
    text = text_within(longest)

    def machine_name(value: cbor.Value, path: str, report: Report) -> None:
        if type(value) is not str or not value or len(value) > longest:
            text(value, path, report)
        if isinstance(value, str) and value.strip(_MACHINE_NAME):
            if value.isprintable():
                report.tolerate(Remark.SCHEMA_NAME_LETTERS, Code.SCHEMA_FORMAT, path)
            else:
                report.refuse(Code.SCHEMA_FORMAT, path)

    return machine_name


def country(value: cbor.Value, path: str, report: Report) -> None:
    """A country code, by the schema up to ten capital letters."""
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif not value:
        report.tolerate(Remark.SCHEMA_EMPTY, Code.SCHEMA_FORMAT, path)
    elif len(value) > _LONGEST_COUNTRY or value.strip(_LETTERS):
        report.refuse(Code.SCHEMA_FORMAT, path)


def uvci_within(longest: int) -> Rule:
    """The number of a certificate, of at most so many characters."""
    text = text_within(longest)

    def uvci(value: cbor.Value, path: str, report: Report) -> None:
        if type(value) is not str or not value or len(value) > longest or " " in value:
            text(value, path, report)
        if isinstance(value, str):
            if not value.startswith(_UVCI_PREFIX):
                report.remark(Remark.SCHEMA_UVCI_PREFIX, path)
            if value.strip(_UVCI_LETTERS):
                report.remark(Remark.SCHEMA_UVCI_LETTERS, path)
            if value[-2:-1] != "#":
                report.remark(Remark.SCHEMA_UVCI_CHECKSUM, path)

    return uvci


def dose_up_to(highest: int) -> Rule:
    """A number of doses."""

    def dose(value: cbor.Value, path: str, report: Report) -> None:
        if type(value) is int and 0 < value <= highest:
            return
        if type(value) is float and value.is_integer():
            report.tolerate(Remark.SCHEMA_DOSE_FLOAT, Code.SCHEMA_TYPE, path)
        elif type(value) is not int:
            report.refuse(Code.SCHEMA_TYPE, path)
            return
        if not 0 <= value <= highest:
            report.refuse(Code.SCHEMA_RANGE, path)
        elif value == 0:
            report.tolerate(Remark.SCHEMA_DOSE_ZERO, Code.SCHEMA_RANGE, path)

    return dose


def _is_day(text: str) -> bool:
    # fromisoformat also reads other forms of ISO 8601.
    if len(text) != len("YYYY-MM-DD") or text[4] != "-" or text[7] != "-":
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_moment(text: str, form: str) -> bool:
    if not re.fullmatch(form, text):
        return False
    try:
        datetime.fromisoformat(text.upper())
    except ValueError:
        return False
    return True


def day(value: cbor.Value, path: str, report: Report) -> None:
    """A date that exists, YYYY-MM-DD."""
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif not _is_day(value):
        if _is_moment(value, _MOMENT):
            report.tolerate(Remark.SCHEMA_DATE_TIME, Code.SCHEMA_FORMAT, path)
        else:
            report.refuse(Code.SCHEMA_FORMAT, path)


def moment(value: cbor.Value, path: str, report: Report) -> None:
    """A date and time, RFC 3339."""
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif not _is_moment(value, _RFC3339):
        if _is_moment(value, _MOMENT):
            report.tolerate(Remark.SCHEMA_TIME_FORM, Code.SCHEMA_FORMAT, path)
        else:
            report.refuse(Code.SCHEMA_FORMAT, path)


def outdated_moment(value: cbor.Value, path: str, report: Report) -> None:
    """A time that the schema no longer knows: one when writing, a field like any other when reading."""
    if report.strict:
        moment(value, path, report)
    report.remark(Remark.SCHEMA_EXTRA_FIELD, path)


def birth_date(*, partial: bool, empty: bool) -> Rule:
    """A date of birth, which by the schema may lack its day and month, or may be unknown.

    Reading tolerates both in any case. Where they may not lack, the date must exist.
    """

    def birth(value: cbor.Value, path: str, report: Report) -> None:
        if type(value) is not str:
            report.refuse(Code.SCHEMA_TYPE, path)
        elif value.startswith(_CENTURIES) and _is_day(value):
            return
        elif re.fullmatch(_BIRTH, value):
            allowed = partial if value else empty
            if len(value) < len("YYYY-MM-DD") or "-00" in value:
                if allowed:
                    report.remark(Remark.SCHEMA_DATE_PARTIAL, path)
                else:
                    report.tolerate(Remark.SCHEMA_DATE_PARTIAL, Code.SCHEMA_FORMAT, path)
            elif not allowed:
                report.refuse(Code.SCHEMA_FORMAT, path)
        elif value.startswith(_CENTURIES) and _is_moment(value, _MOMENT):
            report.tolerate(Remark.SCHEMA_DATE_TIME, Code.SCHEMA_FORMAT, path)
        else:
            report.refuse(Code.SCHEMA_FORMAT, path)

    return birth


def version(value: cbor.Value, path: str, report: Report) -> None:
    """The version of the schema."""
    if type(value) is str and value in _PUBLISHED:
        return
    if type(value) is not str:
        report.refuse(Code.SCHEMA_TYPE, path)
    elif re.fullmatch(_VERSION, value):
        report.remark(Remark.SCHEMA_VERSION_UNKNOWN, path)
    else:
        report.refuse(Code.SCHEMA_FORMAT, path)

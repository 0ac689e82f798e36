"""Opens an encrypted file that a health link leads to, with the key that is in the link.

The files are those of SMART Health Links (HL7 SMART Health Cards & Links, STU 1): JWE with `dir` and
`A256GCM`. Nothing is fetched: whoever has the file gives its bytes.

The key is in the code, and whoever has the code can encrypt another file with it. So a file proves
nothing by itself, even where the link is signed; what in it is signed is judged by its own signature.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from vaxpass.codes import Kind
from vaxpass.crypto import jwe
from vaxpass.display import Json, without_content
from vaxpass.documents.document import Document
from vaxpass.documents.family import Unverified
from vaxpass.documents.fhir import read_bundle
from vaxpass.documents.link import HEALTH_LINK
from vaxpass.documents.link.decode import LinkContent
from vaxpass.documents.recognise import recognise
from vaxpass.encoding import strict_json
from vaxpass.errors import LinkedFileError, require

__all__ = ["FileCode", "FileKind", "LinkedFile", "LinkedFileError", "open_file"]

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of what a file holds. The largest summary seen has 61 thousand."""
_MOST_VALUES: Final = 1_000_000
_MOST_FILES: Final = 64
_LONGEST_TEXT: Final = 65536
"""Characters of a health document with its own signature"""
_BEGINNINGS: Final = {
    b"%PDF-": "pdf",
    b"\x89PNG": "picture",
    b"\xff\xd8\xff": "picture",
    b"PK\x03\x04": "zip",
    b"<": "xml",
}


class FileCode(StrEnum):
    """Why a file is not opened. Its sentence is in the catalogue.

    >>> FileCode.WRONG_KEY.value
    'linked_file.wrong_key'
    """

    NO_LINK = "linked_file.no_link"
    """The code holds no health link."""
    NO_KEY = "linked_file.no_key"
    """The link holds no key that can be read."""
    NOT_ENCRYPTED = "linked_file.not_encrypted"
    """The file is not encrypted as the files of health links are."""
    NO_FILES = "linked_file.no_files"
    """It is the list of the files of a link, and has none of them in it."""
    ALGORITHM = "linked_file.algorithm"
    """It is encrypted in another way than the specification allows."""
    TOO_LARGE = "linked_file.too_large"
    """It is too large."""
    WRONG_KEY = "linked_file.wrong_key"
    """It was encrypted with another key, or altered."""
    DAMAGED = "linked_file.damaged"
    """What is compressed in it is not whole, or too large."""


class FileKind(StrEnum):
    """What a file of a health link is, told by its content.

    >>> FileKind("fhir")
    <FileKind.FHIR: 'fhir'>
    """

    DOCUMENT = "document"
    """A health document with its own signature, such as a SMART Health Card"""
    FHIR = "fhir"
    """Records of HL7 FHIR, such as an International Patient Summary"""
    JSON = "json"
    XML = "xml"
    PDF = "pdf"
    PICTURE = "picture"
    ZIP = "zip"
    TEXT = "text"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class LinkedFile:
    """A file that was opened. Nothing shows who wrote it.

    >>> LinkedFile(b"%PDF-1.7", None, FileKind.PDF).kind.value
    'pdf'
    """

    __repr__ = without_content

    content: bytes = field(repr=False)
    content_type: str | None
    """As the file states it"""
    kind: FileKind
    document: Document | None = None
    """What FHIR records say, in the shape that all families share"""
    others: tuple[str, ...] = ()
    """The types of the FHIR records that are not read, such as `Condition`"""
    text: str | None = None
    """Of a health document with its own signature: what a `Verifier` verifies"""


_REFUSALS: Final = {
    jwe.Refusal.FORM: FileCode.NOT_ENCRYPTED,
    jwe.Refusal.ALGORITHM: FileCode.ALGORITHM,
    jwe.Refusal.SIZE: FileCode.TOO_LARGE,
    jwe.Refusal.KEY: FileCode.WRONG_KEY,
    jwe.Refusal.DAMAGED: FileCode.DAMAGED,
}


def open_file(unverified: Unverified, data: bytes) -> tuple[LinkedFile, ...]:
    """Open the encrypted file `data` with the key of a health link, verified or not.

    `data` may also be the list of the files of a link (its manifest), as far as it has them in it
    (`embedded`). Of a code with several links each key is tried. Raises `LinkedFileError`, whose `code`
    is a `FileCode`.

    >>> from vaxpass import decode
    >>> from vaxpass.encoding import strict_base64
    >>> body = '{"url": "https://example.org/x", "key": "%s"}' % ("A" * 43)
    >>> link = decode("shlink:/" + strict_base64.encode_url(body.encode()))
    >>> try:
    ...     open_file(link, b"nothing")
    ... except LinkedFileError as error:
    ...     print(error.code, error)
    linked_file.not_encrypted The file is not encrypted as the files of health links are.
    """
    require("unverified", unverified, Unverified)
    require("data", data, bytes)
    content = unverified.without_verification()
    if not isinstance(content, LinkContent):
        raise LinkedFileError(FileCode.NO_LINK)
    keys = [link.key for link in content.links if link.key is not None]
    if not keys:
        raise LinkedFileError(FileCode.NO_KEY)
    return tuple(_opened(each, keys) for each in _encrypted(data))


def _encrypted(data: bytes) -> list[bytes]:
    """The encrypted files in `data`: itself, or those in a list of files."""
    if data.lstrip()[:1] != b"{":
        return [data]
    value = _json(data)
    files = value.get("files") if isinstance(value, dict) else None
    if not isinstance(files, list):
        return [data]
    inside = [each.get("embedded") for each in files[:_MOST_FILES] if isinstance(each, dict)]
    found = [each.encode() for each in inside if isinstance(each, str) and each.isascii()]
    if not found:
        raise LinkedFileError(FileCode.NO_FILES)
    return found


def _opened(data: bytes, keys: list[bytes]) -> LinkedFile:
    for number, key in enumerate(keys, 1):
        try:
            opened = jwe.decrypt(data, key, LARGEST)
        except jwe.NotDecrypted as refused:
            if refused.refusal is not jwe.Refusal.KEY or number == len(keys):
                raise LinkedFileError(_REFUSALS[refused.refusal]) from None
        else:
            return _recognised(opened.content, opened.content_type)
    raise AssertionError  # pragma: no cover - there is a key


def _recognised(content: bytes, stated: str | None) -> LinkedFile:
    """The file as what it is. What it is called (`stated`) decides nothing."""
    text = _text(content)
    if text is not None and len(text) <= _LONGEST_TEXT and recognise(text) is not None:
        return LinkedFile(content, stated, FileKind.DOCUMENT, text=text)
    value = _json(content) if content.lstrip()[:1] in (b"{", b"[") else None
    if isinstance(value, dict) and isinstance(value.get("resourceType"), str):
        return _of_fhir(content, stated, value)
    if value is not None:
        return LinkedFile(content, stated, FileKind.JSON)
    begin = content[:64].lstrip()
    for mark, name in _BEGINNINGS.items():
        if begin.startswith(mark):
            return LinkedFile(content, stated, FileKind(name))
    return LinkedFile(content, stated, FileKind.OTHER if text is None else FileKind.TEXT)


def _of_fhir(content: bytes, stated: str | None, value: dict[str, Json]) -> LinkedFile:
    if value["resourceType"] != "Bundle":
        value = {"resourceType": "Bundle", "entry": [{"resource": value}]}
    bundle = read_bundle(value)
    document = Document(HEALTH_LINK.name, Kind.HEALTH_LINK, bundle.holder, bundle.events)
    return LinkedFile(content, stated, FileKind.FHIR, document, bundle.others)


def _text(content: bytes) -> str | None:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return None


def _json(data: bytes) -> Json:
    try:
        value: Json = strict_json.read(data, largest=LARGEST, most=_MOST_VALUES)
    except ValueError:
        return None
    return value

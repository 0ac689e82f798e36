"""What staff drop on the window or paste into it: files, a picture, the text of a code."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QIODevice, QMimeData
from PySide6.QtGui import QImage

from vaxpass_cli.scan.feeds.events import FilesGiven, Input, PictureGiven, TextRead
from vaxpass_cli.scan.feeds.texts import typed

_PNG: Final = "image/png"


def is_useful(data: QMimeData) -> bool:
    """Whether `inputs_of` would find anything, without looking at the contents."""
    return data.hasUrls() or data.hasImage() or data.hasFormat(_PNG) or data.hasText()


def inputs_of(data: QMimeData | None, name: str) -> list[Input]:
    """The files in the data, else the picture, else the text of a code; `name` says where from."""
    if data is None:
        return []
    files = tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    if files:
        return [FilesGiven(files)]
    picture = _picture(data)
    if picture:
        return [PictureGiven(picture)]
    text = data.text().strip() if data.hasText() else ""
    return [TextRead(typed(text, name), again=True)] if text else []


def _picture(data: QMimeData) -> bytes:
    """The picture as a PNG file; empty where there is none."""
    if data.hasFormat(_PNG):
        return bytes(data.data(_PNG).data())
    image = data.imageData() if data.hasImage() else None
    if not isinstance(image, QImage) or image.isNull():
        return b""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    # The stub names bytes, the function takes text.
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())

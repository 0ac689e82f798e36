"""The serial port of a hand scanner. The only user of pyserial."""

from __future__ import annotations

import errno
from typing import Final, Protocol

from vaxpass.errors import MissingExtraError
from vaxpass_cli.scan.events import Trouble

_WAIT: Final = 0.05
_AT_ONCE: Final = 4096
_BUSY: Final = frozenset((errno.EBUSY, errno.EACCES, errno.EAGAIN, errno.EPERM))


class PortTrouble(Exception):
    """A port can't be opened; `trouble` says why."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.value)
        self.trouble = trouble


class Port(Protocol):
    """A port that was opened."""

    def read(self) -> bytes:
        """What came within a moment, perhaps nothing. Raises `OSError` when it is unplugged."""

    def close(self) -> None:
        """Free the device."""


class _SerialPort:
    def __init__(self, name: str, baud: int) -> None:
        import serial  # noqa: PLC0415 - most desks have no serial scanner

        self._port = serial.serial_for_url(name, baud, timeout=_WAIT, exclusive=True)

    def read(self) -> bytes:
        return self._port.read(max(1, min(self._port.in_waiting, _AT_ONCE)))

    def close(self) -> None:
        self._port.close()


def open_port(name: str, baud: int) -> Port:
    """Open a port such as `/dev/ttyACM0` or `COM3`. Raises `PortTrouble`."""
    try:
        return _SerialPort(name, baud)
    except ModuleNotFoundError as error:
        raise MissingExtraError.explain(error) from None
    except OSError as error:
        busy = error.errno in _BUSY or isinstance(error, PermissionError)
        raise PortTrouble(Trouble.BUSY if busy else Trouble.ABSENT) from None

"""The command `vaxpass`: reads files, the clock and the terminal; the library decides."""

from typing import Final

INTERFACE_VERSION: Final = 1
"""The version of the JSON that commands write; see docs/json.md."""

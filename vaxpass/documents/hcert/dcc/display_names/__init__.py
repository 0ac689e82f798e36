"""Names of codes for people. Its modules hold them and are imported when a name is first asked for."""

from __future__ import annotations

from collections.abc import Mapping


def names(language: str) -> Mapping[str, Mapping[str, str]]:
    """Set -> code -> name, of one language alone: Vietnamese holds only what is not said in English.

    >>> names("vi")["country-2-codes"]["AT"], names("en")["vaccines-covid-19-names"]["EU/1/20/1528"]
    ('Áo', 'Comirnaty')
    """
    # An import that is done already costs less than a look at a cache of our own.
    if language == "vi":
        from vaxpass.documents.hcert.dcc.display_names import vi  # noqa: PLC0415 - only where it is spoken

        return vi.NAMES
    from vaxpass.documents.hcert.dcc.display_names import en  # noqa: PLC0415 - only where names are asked for

    return en.NAMES

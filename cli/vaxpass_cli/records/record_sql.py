"""Records in SQL: their canonical identifiers and digests, and each record once.

`inputs` makes identifiers canonical when a file is read. `distinct` is the one definition, for all
commands, of which rows are the same record.
"""

from __future__ import annotations

from vaxpass.records import FIELDS, Record, canonical_text
from vaxpass_cli.records.engine import Engine, literal


def define(engine: Engine) -> None:
    """Let SQL call the functions of the library."""
    engine.define("vaxpass_text", canonical_text)
    engine.define("vaxpass_digest", record_digest, len(FIELDS))


def record_digest(*values: str) -> str:
    """The digest of a record in hexadecimal, from its values in the order of `FIELDS`.

    >>> len(record_digest("R1", *("" for _ in FIELDS[1:])))
    64
    """
    return Record(*values).digest.hex()


def canonical(column: str) -> str:
    """A text as in `canonical_text`."""
    plain = f"regexp_full_match({column}, '([!-~]+( [!-~]+)*)?')"
    return f"CASE WHEN {plain} THEN {column} ELSE vaxpass_text({column}) END"


def digest(table: str) -> str:
    """The digest of a record."""
    return f"vaxpass_digest({', '.join(f'{table}.{column}' for column in FIELDS)})"


def distinct(relation: str) -> str:
    """A SELECT of records with their `digest` and `copies`, from a SELECT of `FIELDS`.

    Rows that say the same are one record, and `copies` counts them; of its spellings the least is
    used, so that the order of rows makes no difference. Rows with one identifier that say different
    things all stay; `versions` counts them.
    """
    one = ", ".join(f"{literal(column)}: {column}" for column in FIELDS)
    return (
        "SELECT least.*, digest, copies, versions FROM ("
        " SELECT min(written) AS least, digest, count(*) AS copies,"
        " count(*) OVER (PARTITION BY record_id) AS versions"
        f" FROM (SELECT record_id, {{{one}}} AS written, {digest('given')} AS digest"
        f" FROM ({relation}) AS given)"
        " GROUP BY record_id, digest)"
    )

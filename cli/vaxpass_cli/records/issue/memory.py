"""Which passports are in force, for which person and dose: nobody gets two for one dose.

A passport keeps two pseudonyms of its person (`UvciMaker`): `person`, by the register's `person_id`, or
where there was none by the identity number, and `number`, by the identity number. Two passports or
records are of one person where they have one of these in common. A dose is named by `keys.dose`.

What the list of this run says about the person of a record counts too, as it may be known by now.

A passport is in force where it is the latest of its record, has not expired, and is not in the store of
revocations, if there is one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from vaxpass import decode
from vaxpass.records import MatchStatus
from vaxpass.revocation import RevocationStore, lookups_of
from vaxpass_cli.records.engine import Engine, literal

ISSUED: Final = "issued"
"""The table of the latest passport of each record, made by `load`"""
_LATEST: Final = ("digest", "content", "expires_at", "person", "number", "dose_key", "confirmed")


class _Passport(NamedTuple):
    """A passport that may be revoked."""

    record_id: str
    kid: str
    text: str


class _Revoked(NamedTuple):
    record_id: str


def load(engine: Engine, passports: str, at: str) -> None:
    """Make the table `ISSUED`; `in_force` in it says whether a passport has not expired `at` a time.

    `passports` are those of all runs, for FROM; `at` is written like their `expires_at`.
    """
    latest = ", ".join(f"arg_max({name}, version) AS {name}" for name in _LATEST)
    engine.run(
        f"CREATE OR REPLACE TABLE {ISSUED} AS SELECT *, expires_at > {literal(at)} AS in_force FROM"
        f" (SELECT record_id, max(version) AS version, {latest} FROM {passports} GROUP BY record_id)"
    )


def doses_of(table: str) -> str:
    """A SELECT of `record_id`, `who` and `dose_key`: a row for each pseudonym in a table's rows."""
    return (
        "SELECT DISTINCT record_id, who, dose_key FROM"
        f" (SELECT record_id, unnest([person, number]) AS who, dose_key FROM {table}) WHERE who <> ''"
    )


def keep_identities(engine: Engine, records: str) -> None:
    """Keep who the persons of records are, of those that have a passport, for the passports' `who`."""
    engine.run(
        "CREATE OR REPLACE TABLE identities AS SELECT DISTINCT record_id, person, number"
        f" FROM {records} WHERE record_id IN (SELECT record_id FROM {ISSUED})"
    )


_IN_FORCE: Final = f"""
    SELECT DISTINCT record_id, who, dose_key FROM (
        SELECT record_id, dose_key,
            unnest([issued.person, issued.number, known.person, known.number]) AS who
        FROM {ISSUED} AS issued LEFT JOIN identities AS known USING (record_id) WHERE in_force
    ) WHERE who <> ''
"""
"""The columns of `doses_of` for all passports in force"""


def make_met(engine: Engine, records: str, passports: str, store: RevocationStore | None) -> None:
    """Make the table `met`: the records of whose person and dose another record has a passport.

    `other` is that record. `records` is a table with the columns of `doses_of`.
    """
    engine.run(
        f"""
        CREATE OR REPLACE TABLE meeting AS
        SELECT DISTINCT own.record_id, issued.record_id AS other
        FROM ({doses_of(records)}) own
        JOIN ({_IN_FORCE}) issued USING (who, dose_key)
        WHERE own.record_id <> issued.record_id
        """
    )
    _forget_revoked(engine, "SELECT other FROM meeting", passports, store)
    engine.run(
        f"""
        CREATE OR REPLACE TABLE met AS SELECT meeting.record_id, min(other) AS other
        FROM meeting JOIN {ISSUED} ON other = {ISSUED}.record_id
        WHERE in_force GROUP BY meeting.record_id
        """,
        "DROP TABLE meeting",
    )


def make_doubled(engine: Engine, passports: str, store: RevocationStore | None) -> None:
    """Make the table `doubled`: the records with a passport in force of one person and dose.

    `first` is the same for all records of one person and dose.
    """
    _forget_revoked(engine, f"SELECT record_id FROM ({_DOUBLED})", passports, store)
    engine.run(f"CREATE OR REPLACE TABLE doubled AS {_DOUBLED}")


_DOUBLED: Final = f"""
    SELECT record_id, min(first) AS first FROM (
        SELECT record_id, min(record_id) OVER dose AS first, max(record_id) OVER dose AS last
        FROM ({_IN_FORCE}) WINDOW dose AS (PARTITION BY who, dose_key)
    ) WHERE first < last GROUP BY record_id
"""


def make_unmatched(engine: Engine, passports: str, store: RevocationStore | None) -> None:
    """Make the table `unmatched`: records whose passport is in force, and that match no longer.

    `status` is empty where the table `matched`, the results of matching, does not have the record. A
    passport that was issued without a match is not in it. One that was issued by a confirmation is in
    it where the results do not have the record as it was.
    """
    unmatched = f"""
        SELECT record_id, coalesce(status, '') AS status
        FROM {ISSUED} LEFT JOIN matched USING (record_id)
        WHERE in_force AND person <> number AND coalesce(status, '') <> '{MatchStatus.MATCHED}'
            AND (confirmed = '' OR status IS NULL OR matched_digest IS DISTINCT FROM digest)
    """
    _forget_revoked(engine, f"SELECT record_id FROM ({unmatched})", passports, store)
    engine.run(f"CREATE OR REPLACE TABLE unmatched AS {unmatched}")


def _forget_revoked(
    engine: Engine, records: str, passports: str, store: RevocationStore | None
) -> None:
    """Mark the passports of these records that are revoked."""
    if store is None:
        return

    def revoked(store: RevocationStore) -> Iterator[_Revoked]:
        source = f"""
            FROM (
                SELECT record_id, kid, text FROM {passports} JOIN {ISSUED} USING (record_id, version)
                WHERE in_force AND record_id IN ({records})
            )
        """
        for row in engine.rows(_Passport, source):
            if store.find(bytes.fromhex(row.kid), lookups_of(decode(row.text))):
                yield _Revoked(row.record_id)

    engine.make_table("revoked", _Revoked, revoked(store))
    engine.run(
        f"UPDATE {ISSUED} SET in_force = false WHERE record_id IN (SELECT record_id FROM revoked)",
        "DROP TABLE revoked",
    )

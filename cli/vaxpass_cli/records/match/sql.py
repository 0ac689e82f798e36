"""The statements that find persons, in SQL that DuckDB and Spark both understand.

They read tables of keys (`vaxpass.records.match`), in which NULL stands for an empty key:

    record_keys   record_id, part, digits, lookup, lookup2, name, birth, letters, plain, phone, dose
    person_keys   person_id, digits, number, old_digits, old, name, birth, letters, plain, phone

A suggestion requires the same letters and the same date of birth, and either one typing error in the
number, for which `levenshtein` is at most two, or the same phone. `vaxpass.records.decide` compares
more.
"""

from __future__ import annotations

from typing import Final

from vaxpass.identity import title_words

_TITLES: Final = {
    name: ", ".join(f"'{word}'" for word in words) for name, words in title_words()._asdict().items()
}
_REST: Final = "substr(r.name, length(split_part(r.name, ' ', 1)) + 2)"
NAMED: Final = """(r.name = p.name OR (
    p.name IN ({rest}, CASE WHEN substr({rest}, 1, 2) IN ('h ', 'k ', 'y ')
        THEN concat(substr({rest}, 1, 1), substr({rest}, 3)) END)
    AND p.name LIKE '% %'
    AND (split_part(r.name, ' ', 1) IN ({always}) OR (split_part(r.name, ' ', 1) IN ({sometimes})
        AND (split_part(p.plain, ' ', 1) IN ({families}) OR split_part(p.plain, ' ', -1) IN ({clans}))))
))""".format(rest=_REST, **_TITLES)
"""Whether the names are equal, or are but for a title before the declared one (`without_title`)."""
_HOLDS: Final = """
    SELECT r.record_id, r.part, p.person_id, 1 AS holds,
        CASE WHEN r.digits = p.digits AND r.birth = p.birth AND {named} THEN 1 ELSE 0 END
            AS same
    FROM record_keys r JOIN person_keys p ON r.{lookup} = p.{number}
"""
_RESEMBLES: Final = """
    SELECT r.record_id, r.part, p.person_id, 0 AS holds, 0 AS same
    FROM record_keys r JOIN person_keys p ON r.birth = p.birth AND r.{name} = p.{name}
    WHERE (r.lookup IS NULL OR p.number IS NULL OR r.lookup <> p.number)
        AND (r.phone = p.phone OR levenshtein(r.digits, p.digits) <= 2
            OR levenshtein(r.digits, p.old_digits) <= 2)
"""
PAIRS: Final = f"""
SELECT record_id, part, person_id, max(holds) AS holds, max(same) AS same
FROM (
    {_HOLDS.format(named=NAMED, lookup="lookup", number="number")} UNION ALL
    {_HOLDS.format(named=NAMED, lookup="lookup", number="old")} UNION ALL
    {_HOLDS.format(named=NAMED, lookup="lookup2", number="number")} UNION ALL
    {_HOLDS.format(named=NAMED, lookup="lookup2", number="old")} UNION ALL
    {_RESEMBLES.format(name="letters")} UNION ALL
    {_RESEMBLES.format(name="plain")} AND r.letters <> p.letters
) AS found
GROUP BY record_id, part, person_id
"""
"""The persons whom each record may mean.

`holds` is 1 where the person has the record's number, `same` where number, name and date are equal."""

STANDING: Final = """
SELECT record_id, sum(holds) AS holders, CASE WHEN sum(holds) = 1 THEN max(person) END AS person_id
FROM (
    SELECT record_id, holds, CASE WHEN same = 1 THEN person_id END AS person FROM pairs
) AS found
GROUP BY record_id
HAVING sum(holds) > 0
"""
"""How many persons have a record's number; the person where it is one and everything is equal."""

TWICE: Final = """
SELECT s.person_id, r.dose
FROM standing s JOIN record_keys r ON s.record_id = r.record_id
WHERE s.person_id IS NOT NULL
GROUP BY s.person_id, r.dose
HAVING count(*) > 1
"""
"""The doses that several records state of one person."""

SHARED: Final = """
SELECT phone, persons - 1 AS others
FROM (
    SELECT phone,
        least(count(DISTINCT coalesce(lookup, letters)), count(DISTINCT coalesce(letters, lookup)))
            AS persons
    FROM record_keys
    WHERE phone IS NOT NULL
    GROUP BY phone
) AS counted
WHERE persons > 1
"""
"""Phones in the records of several people, with the number of other people.

Two records are of one person where number or name are equal: a typing error makes no second person."""

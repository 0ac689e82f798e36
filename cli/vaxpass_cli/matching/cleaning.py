"""The lists for correcting records: one file for each facility, one line for each record.

A line holds what the facility itself declared, and sentences about `Decision.told`; nothing of the
register is read here, so nothing of it can get into a list.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import Final
from unicodedata import normalize

from vaxpass.identity import IdentityCode
from vaxpass.matching import MatchCode, MatchStatus
from vaxpass_cli.matching.columns import RECORDS
from vaxpass_cli.matching.engine import Engine, Value, quoted
from vaxpass_cli.matching.job import Job
from vaxpass_cli.matching.spreadsheet import Spreadsheet
from vaxpass_cli.words import word

_DECLARED: Final = tuple(
    column for column in RECORDS.columns if column not in ("province", "facility", "doses", "batch")
)
_CODES: Final = {str(code): code for code in (*IdentityCode, *MatchCode)}
_NO_FILE_NAME: Final = re.compile(r"[^A-Za-z0-9]+")
_INDEX: Final = "index.csv"


def write(engine: Engine, job: Job, language: str, out: Path) -> None:
    """Write the folder: `index.csv`, and a folder for each province with a file for each facility."""
    out.mkdir()
    columns = ", ".join(f"r.{column}" for column in _DECLARED)
    cases = engine.rows(
        f"""
        SELECT r.province, r.facility, d.status, d.field, array_to_string(d.told, ' '), d.shared_by,
            {columns}
        FROM read_parquet({quoted(job.part("results") / "*.parquet")}) d
        JOIN read_parquet({quoted(job.part("records-kept") / "*.parquet")}) r USING (record_id)
        WHERE d.status <> 'MATCHED'
        ORDER BY r.province, r.facility, r.record_id
        """
    )
    with Spreadsheet(out / _INDEX) as index:
        index.row(word(f"match_{name}", language) for name in ("province", "facility", "file", "cases"))
        for (province, facility), of_facility in groupby(cases, key=lambda case: case[:2]):
            place = Path(file_name(_text(province))) / f"{file_name(_text(facility))}.csv"
            (out / place.parent).mkdir(exist_ok=True)
            count = _list(out / place, of_facility, language)
            index.row((_text(province), _text(facility), place.as_posix(), str(count)))


def file_name(name: str) -> str:
    """A name for a file: the letters of the name without marks, and something that tells names apart.

    >>> file_name("Trạm y tế Phường 1/Quận 3")
    'Tram-y-te-Phuong-1-Quan-3-a475f4'
    """
    plain = normalize("NFD", name).translate({ord("đ"): "d", ord("Đ"): "D"} | _MARKS)
    short = _NO_FILE_NAME.sub("-", plain)[:60].strip("-")
    return "-".join(filter(None, (short, hashlib.sha256(name.encode()).hexdigest()[:6])))


_MARKS: Final = dict.fromkeys(range(0x300, 0x370))


def sentences(told: Sequence[str], status: str, shared_by: int, language: str) -> str:
    """What to do about a record, in words."""
    said = []
    for code in map(_CODES.__getitem__, told):
        argument = (str(shared_by),) if code is IdentityCode.PHONE_SHARED else ()
        said.append(code.message(language, *argument))
    return " ".join(said or [MatchStatus(status).message(language)])


def _list(path: Path, cases: Iterable[tuple[Value, ...]], language: str) -> int:
    count = 0
    with Spreadsheet(path) as file:
        heads = (*_DECLARED, "status", "field", "codes", "advice")
        file.row(word(f"match_{name}", language) for name in heads)
        for count, case in enumerate(cases, 1):  # noqa: B007 - the last one is how many there are
            status, field, codes = map(_text, case[2:5])
            told = codes.split()
            words = sentences(told, status, int(case[5] or 0), language)
            field = word(f"match_field_{field}", language)
            file.row((*map(_text, case[6:]), status, field, codes, words))
    return count


def _text(value: Value) -> str:
    return "" if value is None else str(value)

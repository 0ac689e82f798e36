"""Whether the signature of a DIVOC certificate allows another reading of it than the one that it shows.

The vocabulary of DIVOC gives several members one meaning: batch, vaccine, manufacturer, number and
code are all `schema:id` of the vaccination, its three dates are all `schema:date`, dose and total are
both `schema:doseValue`, and both addresses `schema:url`. What is signed is a set of values of each, not
which member has which of them, and a value that stands twice counts once. Whoever exchanges two of them
keeps a signature that holds.

So a certificate is only taken for what it says where that is the one plausible way to give these values
to these members. All ways are tried.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, NamedTuple, TypeAlias

from vaxpass.documents.divoc import forms
from vaxpass.documents.divoc.forms import Form
from vaxpass.documents.times import is_day
from vaxpass.encoding.strict_json import Json

_Values: TypeAlias = Mapping[str, Json]
_Rule: TypeAlias = Callable[[Json], bool]

_DATE_TIME: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})",
    re.ASCII,
)
_NUMBER: Final = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{3,63}", re.ASCII)
_ICD11: Final = re.compile(r"XM[0-9A-Z]{4}", re.ASCII)
_BATCH: Final = re.compile(r"-?|(?=.*[0-9A-Za-z]).{2,100}", re.ASCII)
_HEALTH_ID: Final = re.compile(r"\d{2}-\d{4}-\d{4}-\d{4}", re.ASCII)
_URL: Final = re.compile(r"https?://\S+", re.ASCII)
_MOST_DOSES: Final = 20
_IDS: Final = ("certificateId", "batch", "vaccine", "manufacturer", "icd11Code")
_DATES: Final = ("date", "effectiveStart", "effectiveUntil")
_DOSES: Final = ("dose", "totalDoses")
_URLS: Final = ("feedbackUrl", "infoUrl")


def doubtful(document: _Values, form: Form) -> str | None:
    """The place of a member that may have been exchanged, or is not as it must be; None for none.

    The document has passed `forms.check`, and nothing is `forms.missing`.
    """
    subject, events = document["credentialSubject"], document["evidence"]
    assert isinstance(subject, dict) and isinstance(events, list)  # noqa: S101, PT018 - by `forms.check`
    event = events[0]
    assert isinstance(event, dict)  # noqa: S101 - as above
    if document["nonTransferable"] != "true":
        return "$.nonTransferable"
    groups = (
        (subject, _of_person(subject), "$.credentialSubject"),
        (event, _Group(_IDS, _of_ids(event), _ids_fit), "$.evidence[0]"),
        (event, _Group(_DATES, _of_dates(form), _dates_fit), "$.evidence[0]"),
        (event, _Group(_DOSES, dict.fromkeys(_DOSES, _is_dose), _doses_fit), "$.evidence[0]"),
        (event, _Group(_URLS, _of_urls(event), _urls_fit), "$.evidence[0]"),
    )
    for part, group, place in groups:
        if name := group.doubtful(part):
            return f"{place}.{name}"
    return None


class _Group:
    """Members with one meaning, and what each of them may hold."""

    def __init__(
        self, names: tuple[str, ...], rules: Mapping[str, _Rule], fit: Callable[[_Values], bool]
    ) -> None:
        self._names, self._rules, self._fit = names, rules, fit

    def doubtful(self, part: _Values) -> str | None:
        """The name of a member that breaks its rule, or of the first where there are other ways."""
        own = {name: part[name] for name in self._names if name in part}
        for name, value in own.items():
            if not self._rules[name](value):
                return name
        if not own or not self._fit(own):
            return next(iter(own), None)
        # The type counts: 1 and "1" are two values, and 1 and true are none of one.
        values: dict[object, Json] = {(type(value), value): value for value in own.values()}
        names = [name for name in self._names if name in own or name in forms.MAY_BE_MISSING]
        # What is missing may have been taken away: then it had one of these values.
        for read in (*self._ways(list(own), values), *self._ways(names, values)):
            others = [name for name in read if _meant(read[name]) != _meant(own.get(name, ""))]
            if others and self._fit(read):
                return others[0]
        return None

    def _ways(self, names: list[str], values: Mapping[object, Json]) -> Iterator[dict[str, Json]]:
        """Every way to give the values to these members, so that each member may hold what it has."""
        choices = [[key for key, value in values.items() if self._rules[name](value)] for name in names]
        for way in itertools.product(*choices):
            if len(set(way)) == len(values):
                yield {name: values[key] for name, key in zip(names, way, strict=True)}


def _meant(value: Json) -> Json:
    """The value; of those that stand for nothing all are one."""
    return "" if value == "-" else value


def _always(values: _Values) -> bool:
    return True


def _of_person(subject: _Values) -> _Group:
    """The reference and, where there is one, the health number of India: both are `schema:id`."""
    rules: dict[str, _Rule] = {
        "refId": lambda value: (
            isinstance(value, str) and value.strip() != "" and not _HEALTH_ID.fullmatch(value)
        ),
        "uhid": lambda value: (
            isinstance(value, str) and (value == "" or _HEALTH_ID.fullmatch(value) is not None)
        ),
    }
    return _Group(("refId", "uhid"), rules, _always)


def _of_ids(event: _Values) -> dict[str, _Rule]:
    named = event.get("id", event.get("feedbackUrl"))
    end = re.split("[/?]", named)[-1] if isinstance(named, str) else None
    return {
        "certificateId": lambda value: (
            isinstance(value, str) and value == end and _NUMBER.fullmatch(value) is not None
        ),
        "batch": lambda value: (
            isinstance(value, str)
            and _BATCH.fullmatch(value) is not None
            and value != end
            and not _ICD11.fullmatch(value)
            and not is_vaccine(value)
            and not is_maker(value)
        ),
        "vaccine": lambda value: isinstance(value, str) and is_vaccine(value),
        "manufacturer": lambda value: (
            isinstance(value, str) and (value in _PLACEHOLDERS or is_maker(value) or is_vaccine(value))
        ),
        "icd11Code": lambda value: (
            isinstance(value, str) and (value == "" or _ICD11.fullmatch(value) is not None)
        ),
    }


def _ids_fit(values: _Values) -> bool:
    vaccine, maker = values["vaccine"], values["manufacturer"]
    return isinstance(vaccine, str) and isinstance(maker, str) and fit(vaccine, maker)


def is_date(value: Json) -> bool:
    """Whether this is a day of the calendar: `2021-03-03`."""
    return isinstance(value, str) and is_day(value)


def is_date_time(value: Json) -> bool:
    """Whether this is a time of a day: `2021-03-03T04:28:43.134Z`."""
    found = _DATE_TIME.fullmatch(value) if isinstance(value, str) else None
    return found is not None and is_date(found[1])


def _of_dates(form: Form) -> dict[str, _Rule]:
    return {
        "date": is_date if form.plain_dates else is_date_time,
        "effectiveStart": _is_date_or_empty,
        "effectiveUntil": _is_date_or_empty,
    }


def _is_date_or_empty(value: Json) -> bool:
    return value == "" or is_date(value)


def _dates_fit(values: _Values) -> bool:
    """In order. A day without a time is that on which the period begins: else it could be any of it."""
    day, start, end = (str(values[name]) for name in _DATES)
    if not start or not end:
        return start == end and is_date_time(day)
    return start <= end and (is_date_time(day) or day == start)


def _is_dose(value: Json) -> bool:
    return type(value) is int and 1 <= value <= _MOST_DOSES


def _doses_fit(values: _Values) -> bool:
    dose, doses = values["dose"], values["totalDoses"]
    return isinstance(dose, int) and isinstance(doses, int) and dose <= doses


def _of_urls(event: _Values) -> dict[str, _Rule]:
    number = str(event.get("certificateId"))

    def of_number(value: Json) -> bool:
        return isinstance(value, str) and bool(_URL.fullmatch(value)) and value.endswith(number)

    return dict.fromkeys(_URLS, of_number)


def _urls_fit(values: _Values) -> bool:
    """Both are the same, or the words in them say which is which."""
    feedback, info = (str(values.get(name, "")).lower() for name in _URLS)
    return not info or feedback == info or ("info" in info and "info" not in feedback)


# --- The vaccines against COVID-19 that these certificates name, and who makes them -------------------
#
# The names are those of the products, of their makers, and of what registers of the five countries call
# them. They are compared without capitals and signs. A name that is not here is not refused: the
# certificate is then for a person to judge.

# Names of the vaccine | names of its makers.
_TABLE: Final = """
astrazeneca, covishield, vaxzevria, azd1222, chadox1 s, chadox1 ncov 19, oxford astrazeneca,\
 covishield astrazeneca, astrazeneca covishield, astrazeneca oxford |\
 serum institute of india, serum institute, sii, astrazeneca, oxford astrazeneca, siam bioscience,\
 sk bioscience
covaxin, bbv152 | bharat biotech, bharat biotech international, bharat
sputnik v, sputnik, gam covid vac, sputnik light |\
 gamaleya, gamaleya institute, gamaleya research institute, gamaleya national center,\
 dr reddys laboratories, dr reddy s laboratories, dr reddys, dr reddy s, rdif, generium
pfizer, comirnaty, bnt162b2, pfizer biontech, biontech, tozinameran, pfizer comirnaty,\
 comirnaty pfizer, pfizer pediatric, pfizer bivalent, biontech pfizer |\
 pfizer, biontech, pfizer biontech, biontech manufacturing, biontech manufacturing gmbh, biontech pfizer
moderna, spikevax, mrna 1273, spikevax moderna, moderna spikevax, elasomeran |\
 moderna, moderna biotech, moderna biotech spain, moderna tx, modernatx, takeda
janssen, johnson johnson, johnson and johnson, j j, ad26 cov2 s, jcovden, janssen j j,\
 janssen johnson johnson, johnson johnson janssen |\
 janssen, janssen cilag, janssen biotech, janssen pharmaceuticals, johnson johnson,\
 johnson and johnson, biological e, biological e limited
sinovac, coronavac, sinovac coronavac, coronavac sinovac |\
 sinovac, sinovac biotech, sinovac life sciences, bio farma, pt bio farma, biofarma, pt biofarma
sinopharm, sinopharm vero cell, sinopharm bibp, bbibp corv, covilo, vero cell, sinopharm beijing,\
 inactivated vero cell |\
 sinopharm, sinopharm vero cell, sinopharm bibp, beijing institute of biological products, bibp,\
 beijing bio institute of biological products, cnbg, china national biotec group, hayat vax,\
 kimia farma, pt kimia farma
covovax, novavax, nuvaxovid, nvx cov2373 | novavax, serum institute of india, serum institute, sii
corbevax | biological e, biological e limited
zycov d, zycovd, zycov | zydus cadila, cadila healthcare, zydus lifesciences, zydus, cadila
convidecia, cansino, ad5 ncov | cansino, cansino biologics, cansinobio
gemcovac, gemcovac 19, gemcovac om | gennova, gennova biopharmaceuticals
incovacc, bbv154 | bharat biotech, bharat biotech international, bharat
indovac | bio farma, pt bio farma, biofarma, pt biofarma
zifivax, zf2001 | anhui zhifei longcom, anhui zhifei, zhifei, zhifei longcom
"""
_NOT_LETTERS: Final = re.compile(r"[\W_]+")
_BEFORE: Final = re.compile(r"(?:covid 19 |covid19 )?(?:vaccine |vaksin )?")
_COMPANY: Final = frozenset(
    "ltd limited pvt private inc incorporated co corp corporation company ab ag plc nv bv llc "
    "gmbh".split()
)
_AFTER: Final = re.compile(
    rf"(?: covid 19)?(?: vaccine| vaksin)?(?: (?:{'|'.join(sorted(_COMPANY))}))*"
)
_LONGEST_NAME: Final = 80
_PLACEHOLDERS: Final = frozenset(("", "-", "NA", "N/A"))
"""What registers write where they know nothing."""


def _names(cell: str) -> frozenset[str]:
    return frozenset(name.strip() for name in cell.split(","))


_ROWS: Final = tuple(
    (_names(vaccine), _names(makers))
    for vaccine, _, makers in (line.partition("|") for line in _TABLE.strip().splitlines())
)
_VACCINES: Final = frozenset().union(*(names for names, _ in _ROWS))
_MAKERS: Final = frozenset().union(*(makers for _, makers in _ROWS))


def _plain(name: str) -> str:
    """A name without capitals, signs, and the words that registers add to it."""
    words = _NOT_LETTERS.sub(" ", name[:_LONGEST_NAME].casefold()).strip()
    words = words[_BEFORE.match(words).end() :]  # type: ignore[union-attr] # it matches nothing, too
    for end in range(len(words) + 1):
        if _AFTER.fullmatch(words, end):
            return words[:end]
    return words


_FIRST_WORDS: Final = frozenset(name.split()[0] for name in _VACCINES | _MAKERS)


class _Row(NamedTuple):
    """How often a name fits a row of the table: as one of the vaccine, and as one of its makers."""

    number: int
    vaccine: bool
    maker: bool


def _rows(name: str) -> Iterator[_Row]:
    """The rows whose names a name is made of, one or several of them: `Moderna mRNA-1273`."""
    words = _plain(name).split() if len(name) <= _LONGEST_NAME else []
    if not words or words[0] not in _FIRST_WORDS:
        return
    for number, (vaccine, makers) in enumerate(_ROWS):
        # For each place that names lead to, which kinds of names may have led there.
        led: list[set[tuple[bool, bool]]] = [{(False, False)}, *(set() for _ in words)]
        for start, word in enumerate(words):
            for end in range(start + 1, len(words) + 1) if led[start] else ():
                said = " ".join(words[start:end])
                if said in vaccine or said in makers:
                    led[end] |= {(v or said in vaccine, m or said in makers) for v, m in led[start]}
            if word in _COMPANY:
                led[start + 1] |= led[start]
        if led[-1]:
            yield _Row(number, any(v for v, _ in led[-1]), any(m for _, m in led[-1]))


def is_vaccine(name: str) -> bool:
    """Whether this names a known vaccine.

    >>> is_vaccine("COVID-19 Vaccine Pfizer"), is_vaccine("Moderna mRNA-1273"), is_vaccine("350208D")
    (True, True, False)
    """
    return any(row.vaccine for row in _rows(name))


def is_maker(name: str) -> bool:
    """Whether this names a maker of a known vaccine.

    >>> is_maker("Serum Institute of India Pvt. Ltd.")
    True
    """
    return any(row.maker for row in _rows(name))


def fit(vaccine: str, maker: str) -> bool:
    """Whether a known vaccine is of this maker, or none is stated; some registers repeat the vaccine.

    >>> fit("COVISHIELD", "Serum Institute of India"), fit("COVISHIELD", "Pfizer")
    (True, False)
    """
    rows = {row.number for row in _rows(vaccine) if row.vaccine}
    if not rows or maker in _PLACEHOLDERS:
        return bool(rows)
    return any(row.number in rows for row in _rows(maker))

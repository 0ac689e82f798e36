"""The EU value sets (guideline 1.15): the codes of a certificate, and their names.

An unknown code makes a note and never decides. The codes are in this module; the names are in
`proper_names` and in `vaxpass.messages`, because a verification does not need them.

A published set is a JSON object:

    {"valueSetId": "...", "valueSetDate": "YYYY-MM-DD",
     "valueSetValues": {code: {"display": "...", "lang": "en", "active": true, ...}, ...}}

A file has one of them, an array of them, or an object of them by their id. A set that vaxpass writes
may also have `formerValues`, of the same form: codes that were in the set at another time.
"""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from vaxpass import messages
from vaxpass.codes import NoteCode
from vaxpass.display import escape_for_display
from vaxpass.encoding import cbor, strict_json
from vaxpass.errors import ValueSetError
from vaxpass.findings import Note


@dataclass(frozen=True, slots=True)
class ValueSet:
    """One value set.

    >>> ValueSet("covid-19-lab-result", ("260373001", "260415000")).codes
    ('260373001', '260415000')
    """

    id: str
    codes: tuple[str, ...]
    """The codes on the list, in its order."""
    date: str = ""
    """YYYY-MM-DD; empty where the publisher states none."""
    inactive: frozenset[str] = frozenset()
    """The codes that are no longer issued."""
    former: tuple[str, ...] = ()
    """Codes that are known and no longer on the list."""
    names: Mapping[str, str] = field(default_factory=dict)
    """The names by code, in English. A built-in set has none."""


COUNTRIES: Final = "country-2-codes"
DISEASES: Final = "disease-agent-targeted"
DEVICES: Final = "covid-19-lab-test-manufacturer-and-name"
TEST_RESULTS: Final = "covid-19-lab-result"
TEST_TYPES: Final = "covid-19-lab-test-type"
HOLDERS: Final = "vaccines-covid-19-auth-holders"
PRODUCTS: Final = "vaccines-covid-19-names"
PROPHYLAXES: Final = "sct-vaccines-covid-19"

DETECTED: Final = "260373001"

_COUNTRIES: Final = (
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR "
    "BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ "
    "EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW "
    "GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY "
    "KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV "
    "MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY "
    "QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG "
    "TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA "
    "ZM ZW"
)

_DEVICES: Final = (
    "308 344 345 768 1065 1097 1114 1144 1162 1173 1180 1190 1199 1201 1215 1218 1223 1225 1232 "
    "1236 1242 1244 1253 1257 1263 1266 1267 1268 1271 1278 1295 1296 1304 1319 1331 1333 1341 "
    "1343 1360 1363 1365 1375 1392 1420 1437 1443 1456 1466 1468 1481 1484 1489 1490 1501 1574 "
    "1604 1606 1654 1736 1747 1763 1764 1767 1769 1815 1822 1833 1844 1870 1884 1906 1919 1934 "
    "2010 2017 2029 2074 2098 2101 2103 2104 2108 2109 2116 2128 2130 2139 2183"
)

# Devices that were on the common list at another time: a certificate that names one is not unusual.
_OTHER_DEVICES: Final = (
    "770 1178 1197 1216 1243 1246 1256 1286 1324 1357 1457 1465 1485 1494 1495 1581 1599 1610 "
    "1618 1739 1759 1762 1768 1773 1775 1800 1820 1855 1920 1957 1967 1989 2006 2012 2013 2031 "
    "2035 2052 2067 2072 2078 2079 2090 2107 2147 2200 2228 2241 2242 2243 2247 2290 2317 2350"
)

REGISTERED: Final = {
    "EU/1/20/1528": "ORG-100030215",
    "EU/1/20/1507": "ORG-100031184",
    "EU/1/21/1529": "ORG-100001699",
    "EU/1/20/1525": "ORG-100001417",
    "EU/1/21/1618": "ORG-100032020",
    "EU/1/21/1624": "ORG-100036422",
    "EU/1/21/1580": "ORG-100000788",
    "CVnCoV": "ORG-100006270",
    "Sputnik-V": "Gamaleya-Research-Institute",
    "Convidecia": "ORG-100013793",
    "EpiVacCorona": "Vector-Institute",
    "BBIBP-CorV": "",
    "Inactivated-SARS-CoV-2-Vero-Cell": "",
    "CoronaVac": "Sinovac-Biotech",
    "Covaxin": "Bharat-Biotech",
    "Covishield": "ORG-100001981",
    "Covid-19-recombinant": "Fiocruz",
    "R-COVI": "ORG-100007893",
    "CoviVac": "Chumakov-Federal-Scientific-Center",
    "Sputnik-Light": "Gamaleya-Research-Institute",
    "Sputnik-M": "Gamaleya-Research-Institute",
    "Hayat-Vax": "ORG-100023050",
    "Abdala": "CIGB",
    "WIBP-CorV": "Sinopharm-WIBP",
    "MVC-COV1901": "ORG-100033914",
    "Covovax": "ORG-100001981",
    "NVX-CoV2373": "ORG-100032020",
    "AZD2816": "ORG-100001699",
    "VLA2001": "ORG-100036422",
    "Vidprevtyn": "ORG-100000788",
    "EpiVacCorona-N": "Vector-Institute",
    "Covid-19-adsorvida-inativada": "Instituto-Butantan",
    "NVSI-06-08": "NVSI",
    "YS-SC2-010": "Yisheng-Biopharma",
    "SCTV01C": "ORG-100026614",
    "Covifenz": "ORG-100008549",
    "Soberana-02": "Finlay-Institute",
    "Soberana-Plus": "Finlay-Institute",
}
"""The manufacturer that the register names for a product; empty where it has several."""

# No longer issued, because an authorisation gave the product another code.
_REPLACED: Final = frozenset(
    ("NVX-CoV2373", "Inactivated-SARS-CoV-2-Vero-Cell", "VLA2001", "Vidprevtyn")
)

_PROPHYLAXES: Final = (
    "1119305005 1119349007 J07BX03 1157024006 1162643001 1187593009 28531000087107 29061000087103 "
    "30141000087107"
)

# Manufacturers that no product above names, because their product has several.
_OTHER_HOLDERS: Final = "ORG-100020693 ORG-100010771 ORG-100024420"

_HOLDERS: Final = (*dict.fromkeys(filter(None, REGISTERED.values())), *_OTHER_HOLDERS.split())

SETS: Final = (
    ValueSet(COUNTRIES, tuple(_COUNTRIES.split())),
    # A date only where the publisher updates it.
    ValueSet(DISEASES, ("840539006",), "2021-04-27"),
    ValueSet(
        DEVICES,
        tuple(_DEVICES.split()),
        "2021-06-30",
        frozenset(("1065", "1242")),
        tuple(_OTHER_DEVICES.split()),
    ),
    ValueSet(TEST_RESULTS, (DETECTED, "260415000")),
    ValueSet(TEST_TYPES, ("LP6464-4", "LP217198-3")),
    ValueSet(HOLDERS, _HOLDERS),
    ValueSet(PRODUCTS, tuple(REGISTERED), inactive=_REPLACED),
    ValueSet(PROPHYLAXES, tuple(_PROPHYLAXES.split()), "2023-01-25", frozenset(("J07BX03",))),
)
"""The built-in sets."""


# The fields that have a code, in the order of their notes, each with its set.
_FIELDS: Final[dict[str, dict[str, str]]] = {
    "v": {"tg": DISEASES, "vp": PROPHYLAXES, "mp": PRODUCTS, "ma": HOLDERS, "co": COUNTRIES},
    "t": {"tg": DISEASES, "tt": TEST_TYPES, "ma": DEVICES, "tr": TEST_RESULTS, "co": COUNTRIES},
    "r": {"tg": DISEASES, "co": COUNTRIES},
}
# The same by the name in `display`: `v.ma`, and `mp` where it is the same in every group.
_SETS: Final = {
    **{key: name for fields in _FIELDS.values() for key, name in fields.items() if key != "ma"},
    **{f"{group}.{key}": name for group, fields in _FIELDS.items() for key, name in fields.items()},
}


class ValueSets:
    """Value sets by their official id, with names for people. It never changes; threads may share it.

    >>> BUILT_IN.codes("covid-19-lab-result")
    ('260373001', '260415000')
    >>> BUILT_IN.display("mp", "EU/1/20/1528"), BUILT_IN.display("co", "AT", "vi")
    ('Comirnaty', 'Áo')

    A published newer set replaces a built-in one:

    >>> newer = ValueSets.from_json(
    ...     b'{"valueSetId": "vaccines-covid-19-names", "valueSetDate": "2026-01-01",'
    ...     b' "valueSetValues": {"EU/1/26/1": {"display": "Novum", "lang": "en", "active": true}}}'
    ... )
    >>> BUILT_IN.merged(newer).display("mp", "EU/1/26/1")
    'Novum'
    """

    __slots__ = ("_checked", "_holders", "_sets")

    def __init__(self, sets: Iterable[ValueSet]) -> None:
        self._sets: Final = {each.id: each for each in sets}
        known = {each.id: frozenset((*each.codes, *each.former)) for each in self._sets.values()}
        self._holders: Final = known.get(HOLDERS, frozenset())
        # The codes of a set that is not there are not checked.
        self._checked: Final[dict[str, dict[str, Container[str]]]] = {
            group: {key: known[name] for key, name in fields.items() if name in known}
            for group, fields in _FIELDS.items()
        }

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the sets."""
        return tuple(self._sets)

    def codes(self, set_id: str) -> tuple[str, ...]:
        """The codes on the list of a set, active or not; empty where the set is unknown."""
        found = self._sets.get(set_id)
        return found.codes if found else ()

    def date(self, set_id: str) -> str:
        """The date of a set, YYYY-MM-DD; empty where it states none or is unknown."""
        found = self._sets.get(set_id)
        return found.date if found else ""

    def display(self, field: str, code: str, language: str = "en") -> str:
        """The name of a code, or the code itself where it is unknown.

        `field` is the name of the schema, such as `mp`; `v.ma` is a manufacturer of vaccines and `t.ma`
        a rapid test. The name is in English where `language` has none. Raises `ValueError` where there
        is no such field or language.

        >>> BUILT_IN.display("v.ma", "ORG-100031184"), BUILT_IN.display("mp", "NEW-1")
        ('Moderna Biotech Spain S.L.', 'NEW-1')
        """
        if field not in _SETS:
            raise ValueError(f"field must be one of {', '.join(_SETS)}, not {field!r}")
        name = _SETS[field]
        bare = code.strip()
        if language != "en" and (found := _translated(name, bare, language)):
            return found
        here = self._sets.get(name)
        return (
            (here.names.get(bare) if here else None)
            or _built_in_name(name, bare)
            or code  # not stripped, so that an unknown code is shown as it is
        )

    def check(self, payload: Mapping[str, cbor.Value], notes: list[Note]) -> None:
        """Add notes about unknown codes, contradictions and a detected infection.

        `payload` is an EU DCC in which `schema.check_reading` found no problem.
        """
        for group, fields in self._checked.items():
            entries = payload.get(group)
            if not isinstance(entries, list) or not entries:
                continue
            entry = entries[0]
            for key, codes in fields.items():
                value = entry.get(key)
                if value and value not in codes and value.strip() not in codes:
                    notes.append(Note(NoteCode.VALUESETS_UNKNOWN_CODE, f"$.{group}[0].{key}"))
            if group == "v" and self._contradictory(entry["mp"], entry["ma"]):
                notes.append(Note(NoteCode.VALUESETS_PRODUCT_HOLDER, "$.v[0].ma"))
            elif group == "t" and entry["tr"].strip() == DETECTED:
                notes.append(Note(NoteCode.VALUESETS_INFECTION_DETECTED, "$.t[0].tr"))

    @classmethod
    def from_json(cls, data: bytes) -> ValueSets:
        """Read published sets: one, an array of them, or an object of them by their id.

        The result has only the sets of `data`; `merged` adds them to others. Raises `ValueSetError`
        where `data` is anything else.
        """
        return cls(read(data))

    def to_json(self) -> bytes:
        """The sets as one JSON file with English names; `from_json` reads the same sets from it."""
        return write([(each, _names_of(each)) for each in self._sets.values()])

    def merged(self, newer: ValueSets) -> ValueSets:
        """These sets, and those of `newer`, which replace sets of the same id.

        A code that is no longer on a list stays known, because older certificates have it. The dates do
        not decide which set is newer: publishers change sets without changing the date.
        """
        sets = dict(self._sets)
        for name, late in newer._sets.items():
            early = sets.get(name)
            sets[name] = _succeeded(early, late) if early else late
        return ValueSets(sets.values())

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, ValueSets):
            return NotImplemented
        return self is other or self.to_json() == other.to_json()

    def __hash__(self) -> int:
        return hash(self.ids)

    def __repr__(self) -> str:
        return f"ValueSets({', '.join(self._sets)})"

    def _contradictory(self, product: str, holder: str) -> bool:
        registered = REGISTERED.get(product.strip(), "")
        stated = holder.strip()
        return bool(registered) and stated in self._holders and stated != registered


# The published sets together have about 700 entries and 150 kB.
_LARGEST: Final = 4 << 20
_MOST_SETS: Final = 64
_ENTRIES: Final = 10_000
_LONGEST_CODE: Final = 100
_LONGEST_NAME: Final = 500
_DATE: Final = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read(data: bytes) -> list[ValueSet]:
    """The sets of a JSON file; raises `ValueSetError` where they are not well formed.

    >>> disease = b'{"valueSetId": "d", "valueSetDate": "2021-04-27", "valueSetValues": {"8": {}}}'
    >>> read(disease)[0].codes
    ('8',)
    """
    if len(data) > _LARGEST:
        raise ValueSetError(f"value sets of {len(data)} bytes are refused; {_LARGEST} is the limit")
    try:
        document = strict_json.read(data)
    except ValueError as error:
        raise ValueSetError(f"value sets can't be read: {error}") from None
    found = [_read_set(each) for each in _objects(document)]
    if len({each.id for each in found}) < len(found):
        raise ValueSetError("a value set is there twice")
    return found


def write(sets: list[tuple[ValueSet, Mapping[str, str]]]) -> bytes:
    """A JSON file of sets, each with the names of its codes; `read` returns the same sets."""
    document = []
    for each, names in sets:
        written: dict[str, object] = {
            "valueSetId": each.id,
            "valueSetDate": each.date,
            "valueSetValues": _entries(each, each.codes, names),
        }
        if each.former:
            written["formerValues"] = _entries(each, each.former, names)
        document.append(written)
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def _entries(
    of: ValueSet, codes: tuple[str, ...], names: Mapping[str, str]
) -> dict[str, dict[str, object]]:
    return {
        code: {"display": names.get(code, code), "lang": "en", "active": code not in of.inactive}
        for code in codes
    }


def _objects(document: object) -> Iterator[dict[str, object]]:
    """The objects of a file that should be sets."""
    if isinstance(document, dict) and "valueSetId" in document:
        document = [document]
    elif isinstance(document, dict):
        for name, each in document.items():
            if not isinstance(each, dict) or each.get("valueSetId") != name:
                raise ValueSetError("a value set has another id than the key it is under")
        document = list(document.values())
    if not isinstance(document, list) or not 0 < len(document) <= _MOST_SETS:
        raise ValueSetError(f"value sets are an object or an array of 1 to {_MOST_SETS} of them")
    for each in document:
        if not isinstance(each, dict):
            raise ValueSetError("a value set is an object")
        yield each


def _read_set(given: dict[str, object]) -> ValueSet:
    name = _text(given.get("valueSetId"), _LONGEST_CODE, "the id of a value set")
    date = given.get("valueSetDate", "")
    if not isinstance(date, str) or (date and not _DATE.fullmatch(date)):
        raise ValueSetError(f"the date of the value set {name} is not of the form YYYY-MM-DD")
    names: dict[str, str] = {}
    inactive: set[str] = set()
    codes = _read_entries(given.get("valueSetValues"), name, names, inactive)
    if not codes:
        raise ValueSetError(f"the value set {name} is empty")
    former = _read_entries(given.get("formerValues", {}), name, names, inactive)
    if not set(codes).isdisjoint(former):
        raise ValueSetError(f"the value set {name} has a code that is former and is not")
    return ValueSet(name, codes, date, frozenset(inactive), former, names)


def _read_entries(given: object, of: str, names: dict[str, str], inactive: set[str]) -> tuple[str, ...]:
    """The codes of a set; adds to `names` their names and to `inactive` the inactive ones."""
    if not isinstance(given, dict) or len(given) > _ENTRIES:
        raise ValueSetError(f"the values of the value set {of} are not an object of up to {_ENTRIES}")
    for code, entry in given.items():
        _text(code, _LONGEST_CODE, f"a code of the value set {of}")
        if not isinstance(entry, dict):
            raise ValueSetError(f"an entry of the value set {of} is not an object")
        if "display" in entry:
            names[code] = _text(entry["display"], _LONGEST_NAME, f"a name of the value set {of}")
        active = entry.get("active", True)
        if not isinstance(active, bool):
            raise ValueSetError(f"an entry of the value set {of} is neither active nor inactive")
        if not active:
            inactive.add(code)
    return tuple(given)


def _text(given: object, longest: int, what: str) -> str:
    """`given`, if it is a text that is safe to show."""
    if not isinstance(given, str) or not 0 < len(given) <= longest:
        raise ValueSetError(f"{what} is not a text of 1 to {longest} characters")
    if given != given.strip() or escape_for_display(given, longest) != given:
        raise ValueSetError(f"{what} has blanks around it or characters that can't be printed")
    return given


def _translated(set_id: str, code: str, language: str) -> str | None:
    """The name of a code in the catalogue of `language`, which has no proper names."""
    key = f"country.{code}" if set_id == COUNTRIES else f"valueset.{set_id}.{code}"
    return messages.find(key, language)


def _built_in_name(set_id: str, code: str) -> str | None:
    """The English name of a code; None where it has none."""
    from vaxpass.documents.proper_names import NAMES  # noqa: PLC0415 - a verification needs no names

    return NAMES.get(set_id, {}).get(code) or _translated(set_id, code, "en")


def _names_of(each: ValueSet) -> dict[str, str]:
    """The English names of a set by code; a code without a name is left out."""
    built_in = ((code, _built_in_name(each.id, code)) for code in (*each.codes, *each.former))
    return {**{code: name for code, name in built_in if name}, **each.names}


def _succeeded(early: ValueSet, late: ValueSet) -> ValueSet:
    """`late`, with the codes that only `early` has as former codes."""
    listed = {*late.codes, *late.former}
    gone = tuple(code for code in (*early.codes, *early.former) if code not in listed)
    return ValueSet(
        late.id,
        late.codes,
        late.date,
        late.inactive | early.inactive.intersection(gone),
        (*late.former, *gone),
        {**early.names, **late.names},
    )


BUILT_IN: Final = ValueSets(SETS)
"""The value sets that come with the library."""

"""The codes of the built-in value sets (EU DCC value sets, guideline 1.15): data.

Their names are in `proper_names` and in the catalogue of `vaxpass.messages`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final


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
NOT_DETECTED: Final = "260415000"

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
    ValueSet(TEST_RESULTS, (DETECTED, NOT_DETECTED)),
    ValueSet(TEST_TYPES, ("LP6464-4", "LP217198-3")),
    ValueSet(HOLDERS, _HOLDERS),
    ValueSet(PRODUCTS, tuple(REGISTERED), inactive=_REPLACED),
    ValueSet(PROPHYLAXES, tuple(_PROPHYLAXES.split()), "2023-01-25", frozenset(("J07BX03",))),
)
"""The built-in sets."""

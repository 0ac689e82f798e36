"""The codes of the EU value sets (guideline 1.15) with names for people: data, no logic.

Names of products and holders are those of the register; the codes are the interface.
"""

from __future__ import annotations

from typing import Final

DISEASES: Final = {"840539006": "COVID-19"}

PROPHYLAXES: Final = {
    "1119305005": "antigen vaccine",
    "1119349007": "mRNA vaccine",
    "J07BX03": "COVID-19 vaccine (kind not specified)",
    "1157024006": "inactivated whole virus vaccine",
    "1162643001": "recombinant spike protein vaccine",
    "1187593009": "DNA plasmid vaccine",
    "28531000087107": "COVID-19 vaccine (kind not specified)",
    "29061000087103": "non-replicating viral vector vaccine",
    "30141000087107": "virus-like particle vaccine",
}

# Product -> name and the holder that the register names for it, empty where it has several.
PRODUCTS: Final = {
    "EU/1/20/1528": ("Comirnaty", "ORG-100030215"),
    "EU/1/20/1507": ("Spikevax", "ORG-100031184"),
    "EU/1/21/1529": ("Vaxzevria", "ORG-100001699"),
    "EU/1/20/1525": ("Jcovden", "ORG-100001417"),
    "EU/1/21/1618": ("Nuvaxovid", "ORG-100032020"),
    "EU/1/21/1624": ("COVID-19 Vaccine Valneva", "ORG-100036422"),
    "EU/1/21/1580": ("VidPrevtyn Beta", "ORG-100000788"),
    "CVnCoV": ("CVnCoV", "ORG-100006270"),
    "Sputnik-V": ("Sputnik V", "Gamaleya-Research-Institute"),
    "Convidecia": ("Convidecia", "ORG-100013793"),
    "EpiVacCorona": ("EpiVacCorona", "Vector-Institute"),
    "BBIBP-CorV": ("BBIBP-CorV", ""),
    "Inactivated-SARS-CoV-2-Vero-Cell": ("Inactivated SARS-CoV-2 (Vero Cell)", ""),
    "CoronaVac": ("CoronaVac", "Sinovac-Biotech"),
    "Covaxin": ("Covaxin", "Bharat-Biotech"),
    "Covishield": ("Covishield", "ORG-100001981"),
    "Covid-19-recombinant": ("Covid-19 (recombinant)", "Fiocruz"),
    "R-COVI": ("R-COVI", "ORG-100007893"),
    "CoviVac": ("CoviVac", "Chumakov-Federal-Scientific-Center"),
    "Sputnik-Light": ("Sputnik Light", "Gamaleya-Research-Institute"),
    "Sputnik-M": ("Sputnik M", "Gamaleya-Research-Institute"),
    "Hayat-Vax": ("Hayat-Vax", "ORG-100023050"),
    "Abdala": ("Abdala", "CIGB"),
    "WIBP-CorV": ("WIBP-CorV", "Sinopharm-WIBP"),
    "MVC-COV1901": ("MVC COVID-19 vaccine", "ORG-100033914"),
    "Covovax": ("Covovax", "ORG-100001981"),
    "NVX-CoV2373": ("NVX-CoV2373", "ORG-100032020"),
    "AZD2816": ("AZD2816", "ORG-100001699"),
    "VLA2001": ("VLA2001", "ORG-100036422"),
    "Vidprevtyn": ("Vidprevtyn", "ORG-100000788"),
    "EpiVacCorona-N": ("EpiVacCorona-N", "Vector-Institute"),
    "Covid-19-adsorvida-inativada": ("Vacina adsorvida covid-19 (inativada)", "Instituto-Butantan"),
    "NVSI-06-08": ("NVSI-06-08", "NVSI"),
    "YS-SC2-010": ("YS-SC2-010", "Yisheng-Biopharma"),
    "SCTV01C": ("SCTV01C", "ORG-100026614"),
    "Covifenz": ("Covifenz", "ORG-100008549"),
    "Soberana-02": ("Soberana 02", "Finlay-Institute"),
    "Soberana-Plus": ("Soberana Plus", "Finlay-Institute"),
}

HOLDERS: Final = {
    "ORG-100001699": "AstraZeneca AB",
    "ORG-100030215": "BioNTech Manufacturing GmbH",
    "ORG-100001417": "Janssen-Cilag International",
    "ORG-100031184": "Moderna Biotech Spain S.L.",
    "ORG-100006270": "CureVac AG",
    "ORG-100013793": "CanSino Biologics",
    "ORG-100020693": "China Sinopharm International Corp., Beijing",
    "ORG-100010771": "Sinopharm Weiqida Europe Pharmaceutical s.r.o., Prague",
    "ORG-100024420": "Sinopharm Zhijun (Shenzhen) Pharmaceutical Co. Ltd.",
    "ORG-100032020": "Novavax CZ a.s.",
    "Gamaleya-Research-Institute": "Gamaleya Research Institute",
    "Vector-Institute": "Vector Institute",
    "Sinovac-Biotech": "Sinovac Biotech",
    "Bharat-Biotech": "Bharat Biotech",
    "ORG-100001981": "Serum Institute of India",
    "Fiocruz": "Fiocruz",
    "ORG-100007893": "R-Pharm CJSC",
    "Chumakov-Federal-Scientific-Center": "Chumakov Federal Scientific Center",
    "ORG-100023050": "Gulf Pharmaceutical Industries",
    "CIGB": "Center for Genetic Engineering and Biotechnology",
    "Sinopharm-WIBP": "Sinopharm, Wuhan Institute of Biological Products",
    "ORG-100033914": "Medigen Vaccine Biologics Corporation",
    "ORG-100000788": "Sanofi Pasteur",
    "ORG-100036422": "Valneva France",
    "Instituto-Butantan": "Instituto Butantan",
    "NVSI": "National Vaccine and Serum Institute, China",
    "Yisheng-Biopharma": "Yisheng Biopharma",
    "ORG-100008549": "Medicago Inc.",
    "ORG-100026614": "Sinocelltech Ltd.",
    "Finlay-Institute": "Finlay Institute of Vaccines",
}

DETECTED: Final = "260373001"
TEST_RESULTS: Final = {DETECTED: "detected", "260415000": "not detected"}

TEST_TYPES: Final = {
    "LP6464-4": "laboratory test (NAAT)",
    "LP217198-3": "rapid antigen test",
}

# Rapid-test devices by their number in the common list.
DEVICES: Final = frozenset(
    (
        "308 344 345 768 1065 1097 1114 1144 1162 1173 1180 1190 1199 1201 1215 1218 1223 "
        "1225 1232 1236 1242 1244 1246 1253 1256 1257 1263 1266 1267 1268 1271 1278 1295 1296 "
        "1304 1319 1331 1333 1341 1343 1360 1363 1365 1375 1392 1420 1437 1443 1456 1466 1468 "
        "1481 1484 1489 1490 1501 1574 1604 1606 1654 1736 1747 1763 1764 1767 1769 1815 1822 "
        "1833 1844 1870 1884 1906 1919 1934 2010 2017 2029 2074 2098 2101 2103 2104 2108 2109 "
        "2116 2128 2130 2139 2183 "
    ).split()
)

COUNTRIES: Final = frozenset(
    (
        "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN "
        "BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ "
        "DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL "
        "GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM "
        "JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME "
        "MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP "
        "NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD "
        "SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO "
        "TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW "
    ).split()
)

"""English names of the codes: one line a code. Data, no logic; devices are in `devices`."""

from __future__ import annotations

from typing import Final

from vaxpass.documents.hcert.dcc.display_names import devices
from vaxpass.documents.hcert.dcc.display_names.lines import lines

_COUNTRIES: Final = """
AD Andorra
AE United Arab Emirates
AF Afghanistan
AG Antigua and Barbuda
AI Anguilla
AL Albania
AM Armenia
AO Angola
AQ Antarctica
AR Argentina
AS American Samoa
AT Austria
AU Australia
AW Aruba
AX Åland Islands
AZ Azerbaijan
BA Bosnia and Herzegovina
BB Barbados
BD Bangladesh
BE Belgium
BF Burkina Faso
BG Bulgaria
BH Bahrain
BI Burundi
BJ Benin
BL Saint Barthélemy
BM Bermuda
BN Brunei
BO Bolivia
BQ Bonaire, Sint Eustatius and Saba
BR Brazil
BS Bahamas
BT Bhutan
BV Bouvet Island
BW Botswana
BY Belarus
BZ Belize
CA Canada
CC Cocos (Keeling) Islands
CD Congo (Democratic Republic)
CF Central African Republic
CG Congo
CH Switzerland
CI Côte d'Ivoire
CK Cook Islands
CL Chile
CM Cameroon
CN China
CO Colombia
CR Costa Rica
CU Cuba
CV Cabo Verde
CW Curaçao
CX Christmas Island
CY Cyprus
CZ Czechia
DE Germany
DJ Djibouti
DK Denmark
DM Dominica
DO Dominican Republic
DZ Algeria
EC Ecuador
EE Estonia
EG Egypt
EH Western Sahara
ER Eritrea
ES Spain
ET Ethiopia
FI Finland
FJ Fiji
FK Falkland Islands (Malvinas)
FM Micronesia
FO Faroe Islands
FR France
GA Gabon
GB United Kingdom
GD Grenada
GE Georgia
GF French Guiana
GG Guernsey
GH Ghana
GI Gibraltar
GL Greenland
GM Gambia
GN Guinea
GP Guadeloupe
GQ Equatorial Guinea
GR Greece
GS South Georgia and the South Sandwich Islands
GT Guatemala
GU Guam
GW Guinea-Bissau
GY Guyana
HK Hong Kong
HM Heard Island and McDonald Islands
HN Honduras
HR Croatia
HT Haiti
HU Hungary
ID Indonesia
IE Ireland
IL Israel
IM Isle of Man
IN India
IO British Indian Ocean Territory
IQ Iraq
IR Iran
IS Iceland
IT Italy
JE Jersey
JM Jamaica
JO Jordan
JP Japan
KE Kenya
KG Kyrgyzstan
KH Cambodia
KI Kiribati
KM Comoros
KN Saint Kitts and Nevis
KP North Korea
KR South Korea
KW Kuwait
KY Cayman Islands
KZ Kazakhstan
LA Laos
LB Lebanon
LC Saint Lucia
LI Liechtenstein
LK Sri Lanka
LR Liberia
LS Lesotho
LT Lithuania
LU Luxembourg
LV Latvia
LY Libya
MA Morocco
MC Monaco
MD Moldova
ME Montenegro
MF Saint Martin (French part)
MG Madagascar
MH Marshall Islands
MK North Macedonia
ML Mali
MM Myanmar
MN Mongolia
MO Macao
MP Northern Mariana Islands
MQ Martinique
MR Mauritania
MS Montserrat
MT Malta
MU Mauritius
MV Maldives
MW Malawi
MX Mexico
MY Malaysia
MZ Mozambique
NA Namibia
NC New Caledonia
NE Niger
NF Norfolk Island
NG Nigeria
NI Nicaragua
NL Netherlands
NO Norway
NP Nepal
NR Nauru
NU Niue
NZ New Zealand
OM Oman
PA Panama
PE Peru
PF French Polynesia
PG Papua New Guinea
PH Philippines
PK Pakistan
PL Poland
PM Saint Pierre and Miquelon
PN Pitcairn
PR Puerto Rico
PS Palestine
PT Portugal
PW Palau
PY Paraguay
QA Qatar
RE Réunion
RO Romania
RS Serbia
RU Russia
RW Rwanda
SA Saudi Arabia
SB Solomon Islands
SC Seychelles
SD Sudan
SE Sweden
SG Singapore
SH Saint Helena, Ascension and Tristan da Cunha
SI Slovenia
SJ Svalbard and Jan Mayen
SK Slovakia
SL Sierra Leone
SM San Marino
SN Senegal
SO Somalia
SR Suriname
SS South Sudan
ST São Tomé and Príncipe
SV El Salvador
SX Sint Maarten (Dutch part)
SY Syria
SZ Eswatini
TC Turks and Caicos Islands
TD Chad
TF French Southern Territories
TG Togo
TH Thailand
TJ Tajikistan
TK Tokelau
TL Timor-Leste
TM Turkmenistan
TN Tunisia
TO Tonga
TR Türkiye
TT Trinidad and Tobago
TV Tuvalu
TW Taiwan
TZ Tanzania
UA Ukraine
UG Uganda
UM United States Minor Outlying Islands
US United States
UY Uruguay
UZ Uzbekistan
VA Holy See
VC Saint Vincent and the Grenadines
VE Venezuela
VG British Virgin Islands
VI US Virgin Islands
VN Viet Nam
VU Vanuatu
WF Wallis and Futuna
WS Samoa
XK Kosovo
YE Yemen
YT Mayotte
ZA South Africa
ZM Zambia
ZW Zimbabwe
"""

_PRODUCTS: Final = """
EU/1/20/1528 Comirnaty
EU/1/20/1507 Spikevax
EU/1/21/1529 Vaxzevria
EU/1/20/1525 Jcovden
EU/1/21/1618 Nuvaxovid
EU/1/21/1624 COVID-19 Vaccine Valneva
EU/1/21/1580 VidPrevtyn Beta
CVnCoV CVnCoV
Sputnik-V Sputnik V
Convidecia Convidecia
EpiVacCorona EpiVacCorona
BBIBP-CorV BBIBP-CorV
Inactivated-SARS-CoV-2-Vero-Cell Inactivated SARS-CoV-2 (Vero Cell)
CoronaVac CoronaVac
Covaxin Covaxin
Covishield Covishield
Covid-19-recombinant Covid-19 (recombinant)
R-COVI R-COVI
CoviVac CoviVac
Sputnik-Light Sputnik Light
Sputnik-M Sputnik M
Hayat-Vax Hayat-Vax
Abdala Abdala
WIBP-CorV WIBP-CorV
MVC-COV1901 MVC COVID-19 vaccine
Covovax Covovax
NVX-CoV2373 NVX-CoV2373
AZD2816 AZD2816
VLA2001 VLA2001
Vidprevtyn Vidprevtyn
EpiVacCorona-N EpiVacCorona-N
Covid-19-adsorvida-inativada Vacina adsorvida covid-19 (inativada)
NVSI-06-08 NVSI-06-08
YS-SC2-010 YS-SC2-010
SCTV01C SCTV01C
Covifenz Covifenz
Soberana-02 Soberana 02
Soberana-Plus Soberana Plus
"""

_HOLDERS: Final = """
ORG-100001699 AstraZeneca AB
ORG-100030215 BioNTech Manufacturing GmbH
ORG-100001417 Janssen-Cilag International
ORG-100031184 Moderna Biotech Spain S.L.
ORG-100006270 CureVac AG
ORG-100013793 CanSino Biologics
ORG-100020693 China Sinopharm International Corp., Beijing
ORG-100010771 Sinopharm Weiqida Europe Pharmaceutical s.r.o., Prague
ORG-100024420 Sinopharm Zhijun (Shenzhen) Pharmaceutical Co. Ltd.
ORG-100032020 Novavax CZ a.s.
Gamaleya-Research-Institute Gamaleya Research Institute
Vector-Institute Vector Institute
Sinovac-Biotech Sinovac Biotech
Bharat-Biotech Bharat Biotech
ORG-100001981 Serum Institute of India
Fiocruz Fiocruz
ORG-100007893 R-Pharm CJSC
Chumakov-Federal-Scientific-Center Chumakov Federal Scientific Center
ORG-100023050 Gulf Pharmaceutical Industries
CIGB Center for Genetic Engineering and Biotechnology
Sinopharm-WIBP Sinopharm, Wuhan Institute of Biological Products
ORG-100033914 Medigen Vaccine Biologics Corporation
ORG-100000788 Sanofi Pasteur
ORG-100036422 Valneva France
Instituto-Butantan Instituto Butantan
NVSI National Vaccine and Serum Institute, China
Yisheng-Biopharma Yisheng Biopharma
ORG-100008549 Medicago Inc.
ORG-100026614 Sinocelltech Ltd.
Finlay-Institute Finlay Institute of Vaccines
"""

_PROPHYLAXES: Final = """
1119305005 antigen vaccine
1119349007 mRNA vaccine
J07BX03 COVID-19 vaccine (kind not specified)
1157024006 inactivated whole virus vaccine
1162643001 recombinant spike protein vaccine
1187593009 DNA plasmid vaccine
28531000087107 COVID-19 vaccine (kind not specified)
29061000087103 non-replicating viral vector vaccine
30141000087107 virus-like particle vaccine
"""

NAMES: Final = {
    "country-2-codes": lines(_COUNTRIES),
    "disease-agent-targeted": {"840539006": "COVID-19"},
    "covid-19-lab-test-manufacturer-and-name": devices.NAMES,
    "covid-19-lab-result": {"260373001": "detected", "260415000": "not detected"},
    "covid-19-lab-test-type": {
        "LP6464-4": "laboratory test (NAAT)",
        "LP217198-3": "rapid antigen test",
    },
    "vaccines-covid-19-auth-holders": lines(_HOLDERS),
    "vaccines-covid-19-names": lines(_PRODUCTS),
    "sct-vaccines-covid-19": lines(_PROPHYLAXES),
}

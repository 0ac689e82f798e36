"""Vietnamese names of the codes, where they differ from the English ones. Data, no logic.

Names of brands, companies and devices are the same in both languages and stand in `en` only.
"""

from __future__ import annotations

from typing import Final

from vaxpass.documents.hcert.dcc.display_names.lines import lines

_COUNTRIES: Final = """
AD Andorra
AE Các Tiểu vương quốc Ả Rập Thống nhất
AF Afghanistan
AG Antigua và Barbuda
AI Anguilla
AL Albania
AM Armenia
AO Angola
AQ Nam Cực
AR Argentina
AS Samoa thuộc Mỹ
AT Áo
AU Úc
AW Aruba
AX Quần đảo Åland
AZ Azerbaijan
BA Bosnia và Herzegovina
BB Barbados
BD Bangladesh
BE Bỉ
BF Burkina Faso
BG Bulgaria
BH Bahrain
BI Burundi
BJ Benin
BL Saint Barthélemy
BM Bermuda
BN Brunei
BO Bolivia
BQ Bonaire, Sint Eustatius và Saba
BR Brazil
BS Bahamas
BT Bhutan
BV Đảo Bouvet
BW Botswana
BY Belarus
BZ Belize
CA Canada
CC Quần đảo Cocos (Keeling)
CD Cộng hòa Dân chủ Congo
CF Cộng hòa Trung Phi
CG Cộng hòa Congo
CH Thụy Sĩ
CI Bờ Biển Ngà
CK Quần đảo Cook
CL Chile
CM Cameroon
CN Trung Quốc
CO Colombia
CR Costa Rica
CU Cuba
CV Cabo Verde
CW Curaçao
CX Đảo Giáng Sinh
CY Síp
CZ Cộng hòa Séc
DE Đức
DJ Djibouti
DK Đan Mạch
DM Dominica
DO Cộng hòa Dominica
DZ Algeria
EC Ecuador
EE Estonia
EG Ai Cập
EH Tây Sahara
ER Eritrea
ES Tây Ban Nha
ET Ethiopia
FI Phần Lan
FJ Fiji
FK Quần đảo Falkland (Malvinas)
FM Micronesia
FO Quần đảo Faroe
FR Pháp
GA Gabon
GB Vương quốc Anh
GD Grenada
GE Gruzia
GF Guyane thuộc Pháp
GG Guernsey
GH Ghana
GI Gibraltar
GL Greenland
GM Gambia
GN Guinea
GP Guadeloupe
GQ Guinea Xích Đạo
GR Hy Lạp
GS Nam Georgia và Quần đảo Nam Sandwich
GT Guatemala
GU Guam
GW Guinea-Bissau
GY Guyana
HK Hồng Kông
HM Đảo Heard và Quần đảo McDonald
HN Honduras
HR Croatia
HT Haiti
HU Hungary
ID Indonesia
IE Ireland
IL Israel
IM Đảo Man
IN Ấn Độ
IO Lãnh thổ Ấn Độ Dương thuộc Anh
IQ Iraq
IR Iran
IS Iceland
IT Ý
JE Jersey
JM Jamaica
JO Jordan
JP Nhật Bản
KE Kenya
KG Kyrgyzstan
KH Campuchia
KI Kiribati
KM Comoros
KN Saint Kitts và Nevis
KP Triều Tiên
KR Hàn Quốc
KW Kuwait
KY Quần đảo Cayman
KZ Kazakhstan
LA Lào
LB Liban
LC Saint Lucia
LI Liechtenstein
LK Sri Lanka
LR Liberia
LS Lesotho
LT Litva
LU Luxembourg
LV Latvia
LY Libya
MA Maroc
MC Monaco
MD Moldova
ME Montenegro
MF Saint Martin (phần thuộc Pháp)
MG Madagascar
MH Quần đảo Marshall
MK Bắc Macedonia
ML Mali
MM Myanmar
MN Mông Cổ
MO Ma Cao
MP Quần đảo Bắc Mariana
MQ Martinique
MR Mauritanie
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
NF Đảo Norfolk
NG Nigeria
NI Nicaragua
NL Hà Lan
NO Na Uy
NP Nepal
NR Nauru
NU Niue
NZ New Zealand
OM Oman
PA Panama
PE Peru
PF Polynésie thuộc Pháp
PG Papua New Guinea
PH Philippines
PK Pakistan
PL Ba Lan
PM Saint Pierre và Miquelon
PN Quần đảo Pitcairn
PR Puerto Rico
PS Palestine
PT Bồ Đào Nha
PW Palau
PY Paraguay
QA Qatar
RE Réunion
RO Romania
RS Serbia
RU Nga
RW Rwanda
SA Ả Rập Xê Út
SB Quần đảo Solomon
SC Seychelles
SD Sudan
SE Thụy Điển
SG Singapore
SH Saint Helena, Ascension và Tristan da Cunha
SI Slovenia
SJ Svalbard và Jan Mayen
SK Slovakia
SL Sierra Leone
SM San Marino
SN Senegal
SO Somalia
SR Suriname
SS Nam Sudan
ST São Tomé và Príncipe
SV El Salvador
SX Sint Maarten (phần thuộc Hà Lan)
SY Syria
SZ Eswatini
TC Quần đảo Turks và Caicos
TD Chad
TF Vùng đất phía Nam thuộc Pháp
TG Togo
TH Thái Lan
TJ Tajikistan
TK Tokelau
TL Timor-Leste
TM Turkmenistan
TN Tunisia
TO Tonga
TR Thổ Nhĩ Kỳ
TT Trinidad và Tobago
TV Tuvalu
TW Đài Loan
TZ Tanzania
UA Ukraine
UG Uganda
UM Các tiểu đảo xa của Hoa Kỳ
US Hoa Kỳ
UY Uruguay
UZ Uzbekistan
VA Tòa Thánh Vatican
VC Saint Vincent và Grenadines
VE Venezuela
VG Quần đảo Virgin thuộc Anh
VI Quần đảo Virgin thuộc Mỹ
VN Việt Nam
VU Vanuatu
WF Wallis và Futuna
WS Samoa
XK Kosovo
YE Yemen
YT Mayotte
ZA Nam Phi
ZM Zambia
ZW Zimbabwe
"""

_PROPHYLAXES: Final = """
1119305005 vắc xin kháng nguyên
1119349007 vắc xin mRNA
J07BX03 vắc xin COVID-19 (không nêu loại)
1157024006 vắc xin vi rút bất hoạt
1162643001 vắc xin protein gai tái tổ hợp
1187593009 vắc xin DNA (plasmid)
28531000087107 vắc xin COVID-19 (không nêu loại)
29061000087103 vắc xin véc tơ vi rút không sao chép
30141000087107 vắc xin hạt giống vi rút (VLP)
"""

NAMES: Final = {
    "country-2-codes": lines(_COUNTRIES),
    "covid-19-lab-result": {"260373001": "dương tính", "260415000": "âm tính"},
    "covid-19-lab-test-type": {
        "LP6464-4": "xét nghiệm khuếch đại axit nucleic (NAAT)",
        "LP217198-3": "xét nghiệm nhanh kháng nguyên",
    },
    "sct-vaccines-covid-19": lines(_PROPHYLAXES),
}

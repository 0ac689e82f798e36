"""Names of vaccines, manufacturers and rapid tests, which are the same in every language. Data only.

A line has a code and, after the first space, its name. Rapid tests are listed under their
manufacturers. Names that are translated are in `vaxpass.messages`.
"""

from __future__ import annotations

from typing import Final

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

_DEVICES: Final = """
AAZ-LMB
    1833 COVID-VIRO
Abbott Rapid Diagnostics
    1232 Panbio COVID-19 Ag Rapid Test
Acon Biotech (Hangzhou) Co., Ltd
    1457 SARS-CoV-2 Antigen Rapid Test
ACON Laboratories, Inc
    1468 Flowflex SARS-CoV-2 Antigen rapid test
AESKU.DIAGNOSTICS GmbH & Co. KG
    2108 AESKU.RAPID SARS-CoV-2
Affimedix, Inc.
    2130 TestNOW® - COVID-19 Antigen Test
AMEDA Labordiagnostik GmbH
    1304 AMP Rapid Test SARS-CoV-2 Ag
Anbio (Xiamen) Biotechnology Co., Ltd
    1822 Rapid COVID-19 Antigen Test (Colloidal Gold)
Anhui Deep Blue Medical Technology Co., Ltd
    1736 COVID-19 (SARS-CoV-2) Antigen Test Kit (Colloidal Gold)
    1815 COVID-19 (SARS-CoV-2) Antigen Test Kit (Colloidal Gold) - Nasal Swab
ArcDia International Oy Ltd
    768 mariPOC SARS-CoV-2
    2078 mariPOC Respi+
    2079 mariPOC Quick Flu+
Artron Laboratories Inc
    1618 Artron COVID-19 Antigen Test
Asan Pharmaceutical Co., Ltd
    1654 Asan Easy Test COVID-19 Ag
Assure Tech. (Hangzhou) Co., Ltd
    770 ECOTEST COVID-19 Antigen Rapid Test Device
    2350 ECOTEST COVID-19 Antigen Rapid Test Device
Atlas Link Technology Co., Ltd.
    2010 NOVA Test® SARS-CoV-2 Antigen Rapid Test Kit (Colloidal Gold Immunochromatography)
AVALUN SAS
    1800 Ksmart® SARS-COV2 Antigen Rapid Test
AXIOM Gesellschaft für Diagnostica und Biochemica mbH
    2101 COVID-19 Antigen Rapid Test
Azure Biotech Inc
    1906 COVID-19 Antigen Rapid Test Device
Becton Dickinson
    1065 BD Veritor™ System for Rapid Detection of SARS CoV 2
Beijing Hotgen Biotech Co., Ltd
    1870 Novel Coronavirus 2019-nCoV Antigen Test (Colloidal Gold)
Beijing Jinwofu Bioengineering Technology Co., Ltd.
    2072 Novel Coronavirus (SARS-CoV-2) Antigen Rapid Test Kit
Beijing Lepu Medical Technology Co., Ltd
    1331 SARS-CoV-2 Antigen Rapid Test Kit
Beijing Wantai Biological Pharmacy Enterprise Co., Ltd
    1484 Wantai SARS-CoV-2 Ag Rapid Test (FIA)
    1485 Wantai SARS-CoV-2 Ag Rapid Test (Colloidal Gold)
Bio-Rad Laboratories / Zhejiang Orient Gene Biotech
    2031 Coronavirus Ag Rapid Test Cassette (Swab)
BioGnost Ltd
    2247 CoviGnost AG Test Device 1x20
BIOHIT HealthCare (Hefei) Co., Ltd
    1286 SARS-CoV-2 Antigen Rapid Test Kit (Fluorescence Immunochromatography)
BioMaxima SA
    2035 SARS-CoV-2 Ag Rapid Test
Biomerica, Inc.
    1599 Biomerica COVID-19 Antigen Rapid Test (nasopharyngeal swab)
Bionote, Inc
    1242 NowCheck COVID-19 Ag Test
BIOSYNEX S.A.
    1223 BIOSYNEX COVID-19 Ag BSS
    1494 BIOSYNEX COVID-19 Ag+ BSS
BIOTEKE CORPORATION (WUXI) CO., LTD
    2067 SARS-CoV-2 Antigen Test Kit (colloidal gold method)
Biotical Health S.L.U.
    2013 biotical SARS-CoV-2 Ag Card
Boditech Med Inc
    1989 AFIAS COVID-19 Ag
BTNX Inc
    1236 Rapid Response COVID-19 Antigen Rapid Test
CerTest Biotec
    1173 CerTest SARS-CoV-2 Card test
Core Technology Co., Ltd
    1919 Coretests COVID-19 Ag Test
CTK Biotech, Inc
    1581 OnSite COVID-19 Ag Rapid Test
DDS DIAGNOSTIC
    1225 Test Rapid Covid-19 Antigen (tampon nazofaringian)
DIALAB GmbH
    1375 DIAQUICK COVID-19 Ag Cassette
DNA Diagnostic
    2242 COVID-19 Antigen Detection Kit
Edinburgh Genetics Limited
    1243 ActivXpress+ COVID-19 Antigen Complete Testing Kit
Eurobio Scientific
    1739 EBS SARS-CoV-2 Ag Rapid Test
Fujirebio
    2147 ESPLINE SARS-CoV-2
GA Generic Assays GmbH
    1855 GA CoV-2 Antigen Rapid Test
GenBody, Inc
    1244 Genbody COVID-19 Ag Test
Genrui Biotech Inc
    2012 SARS-CoV-2 Antigen Test Kit (Colloidal Gold)
GenSure Biotech Inc
    1253 GenSure COVID-19 Antigen Rapid Kit
Getein Biotech, Inc.
    1820 SARS-CoV-2 Antigen (Colloidal Gold)
    2183 One Step Test for SARS-CoV-2 Antigen (Colloidal Gold)
Goldsite Diagnostics Inc
    1197 SARS-CoV-2 Antigen Kit (Colloidal Gold)
Green Cross Medical Science Corp.
    1144 GENEDIA W COVID-19 Ag
Guangdong Hecin Scientific, Inc.
    1747 2019-nCoV Antigen Test Kit (colloidal gold method)
Guangdong Longsee Biomedical Co., Ltd
    1216 COVID-19 Ag Rapid Test Kit (Immuno-Chromatography)
Guangdong Wesail Biotech Co., Ltd
    1360 COVID-19 Ag Test Kit
Guangzhou Decheng Biotechnology Co., LTD
    1324 V-CHEK, 2019-nCoV Ag Rapid Test Kit (Immunochromatography)
Guangzhou Wondfo Biotech Co., Ltd
    1437 Wondfo 2019-nCoV Antigen Test (Lateral Flow Method)
Hangzhou AllTest Biotech Co., Ltd
    1256 COVID-19 and Influenza A+B Antigen Combo Rapid Test
    1257 COVID-19 Antigen Rapid Test
Hangzhou Clongene Biotech Co., Ltd
    1363 Covid-19 Antigen Rapid Test Kit
    1365 COVID-19/Influenza A+B Antigen Combo Rapid Test
    1610 COVID-19 Antigen Rapid Test Cassette
Hangzhou Immuno Biotech Co., Ltd
    1844 Immunobio SARS-CoV-2 Antigen ANTERIOR NASAL Rapid Test Kit (minimal invasive)
    2317 SARS-CoV-2 Antigen Rapid Test
Hangzhou Laihe Biotech Co., Ltd
    1215 LYHER Novel Coronavirus (COVID-19) Antigen Test Kit (Colloidal Gold)
Hangzhou Lysun Biotechnology Co., Ltd.
    2139 COVID-19 Antigen Rapid Test Device (Colloidal Gold)
Hangzhou Testsea Biotechnology Co., Ltd
    1392 COVID-19 Antigen Test Cassette
Healgen Scientific
    1767 Coronavirus Ag Rapid Test Cassette
Hubei Jinjian Biology Co., Ltd
    1759 SARS-CoV-2 Antigen Test Kit
Humasis
    1263 Humasis COVID-19 Ag Test
Jiangsu Bioperfectus Technologies Co., Ltd.
    2107 Novel Corona Virus (SARS-CoV-2) Ag Rapid Test Kit
Jiangsu Diagnostics Biotechnology Co., Ltd.
    1920 COVID-19 Antigen Rapid Test Cassette (Colloidal Gold)
Jiangsu Medomics medical technology Co., Ltd.
    2006 SARS-CoV-2 antigen Test Kit (LFIA)
Joinstar Biomedical Technology Co., Ltd
    1333 COVID-19 Rapid Antigen Test (Colloidal Gold)
JOYSBIO (Tianjin) Biotechnology Co., Ltd
    1764 SARS-CoV-2 Antigen Rapid Test Kit (Colloidal Gold)
Labnovation Technologies Inc
    1266 SARS-CoV-2 Antigen Rapid Test Kit
Lumigenex (Suzhou) Co., Ltd
    2128 PocRoc® SARS-CoV-2 Antigen Rapid Test Kit (Colloidal Gold)
LumiQuick Diagnostics Inc
    1267 QuickProfile COVID-19 Antigen Test
LumiraDX
    1268 LumiraDx SARS-CoV-2 Ag Test
MEDsan GmbH
    1180 MEDsan SARS-CoV-2 Antigen Rapid Test
Merlin Biomedical (Xiamen) Co., Ltd.
    2029 SARS-CoV-2 Antigen Rapid Test Cassette
MEXACARE GmbH
    1775 MEXACARE COVID-19 Antigen Rapid Test
möLab
    1190 mö-screen Corona Antigen Test
MP Biomedicals
    1481 Rapid SARS-CoV-2 Antigen Test Card
Nal von minden GmbH
    1162 NADAL COVID-19 Ag Test
    2104 NADAL COVID-19 Ag + Influenza A/B Test
NanoEntek
    1420 FREND COVID-19 Ag
NanoRepro AG
    2200 NanoRepro SARS-CoV-2 Antigen Rapid Test
NESAPOR EUROPA SL
    2241 MARESKIT
New Gene (Hangzhou) Bioengineering Co., Ltd
    1501 COVID-19 Antigen Detection Kit
Novatech
    1762 SARS CoV-2 Antigen Rapid Test
Oncosem Onkolojik Sistemler San. ve Tic. A.S.
    1199 CAT
PCL Inc.
    308 PCL COVID19 Ag Rapid FIA
    2243 PCL COVID19 Ag Gold
PerGrande BioTech Development Co., Ltd.
    2116 SARS-CoV-2 Antigen Detection Kit (Colloidal Gold Immunochromatographic Assay)
Precision Biosensor, Inc
    1271 Exdia COVID-19 Ag
Prognosis Biotech
    1495 Rapid Test Ag 2019-nCov
Qingdao Hightop Biotech Co., Ltd
    1341 SARS-CoV-2 Antigen Rapid Test (Immunochromatography)
Quidel Corporation
    1097 Sofia SARS Antigen FIA
Rapid Pathogen Screening, Inc.
    2290 LIAISON® Quick Detect Covid Ag Assay
RapiGEN Inc
    1606 BIOCREDIT COVID-19 Ag - SARS-CoV 2 Antigen test
Roche (SD BIOSENSOR)
    1604 SARS-CoV-2 Rapid Antigen Test
    2228 SARS-CoV-2 Rapid Antigen Test Nasal
Safecare Biotech (Hangzhou) Co. Ltd
    1489 COVID-19 Antigen Rapid Test Kit (Swab)
    1490 Multi-Respiratory Virus Antigen Test Kit (Swab) (Influenza A+B/COVID-19)
ScheBo Biotech AG
    1201 ScheBo SARS CoV-2 Quick Antigen
SD BIOSENSOR Inc
    344 STANDARD F COVID-19 Ag FIA
    345 STANDARD Q COVID-19 Ag Test
    2052 STANDARD Q COVID-19 Ag Test Nasal
SGA Medikal
    1319 V-Chek SARS-CoV-2 Ag Rapid Test Kit (Colloidal Gold)
    1357 V-Chek SARS-CoV-2 Rapid Ag Test (colloidal gold)
Shenzhen Lvshiyuan Biotechnology Co., Ltd.
    2109 Green Spring SARS-CoV-2 Antigen-Rapid test-Set
Shenzhen Microprofit Biotech Co., Ltd
    1178 SARS-CoV-2 Spike Protein Test Kit (Colloidal Gold Chromatographic Immunoassay)
    1967 SARS-CoV-2 Antigen Test Kit (Colloidal Gold Chromatographic Immunoassay)
Shenzhen Ultra-Diagnostics Biotec. Co., Ltd
    2017 SARS-CoV-2 Antigen Test Kit
Shenzhen Watmind Medical Co., Ltd
    1768 SARS-CoV-2 Ag Diagnostic Test Kit (Immuno-fluorescence)
    1769 SARS-CoV-2 Ag Diagnostic Test Kit (Colloidal Gold)
Shenzhen Zhenrui Biotechnology Co., Ltd
    1574 Zhenrui® COVID-19 Antigen Test Cassette
Siemens Healthineers
    1218 CLINITEST Rapid Covid-19 Antigen Test
Sugentech, Inc
    1114 SGTi-flex COVID-19 Ag
TODA PHARMA
    1466 TODA CORONADIAG Ag
Tody Laboratories Int.
    1934 Coronavirus (SARS-CoV 2) Antigen - Oral Fluid
Triplex International Biosciences (China) Co., Ltd.
    2074 SARS-CoV-2 Antigen Rapid Test Kit
Triplex International Biosciences Co., Ltd
    1465 SARS-CoV-2 Antigen Rapid Test Kit
Vitrosens Biotechnology Co., Ltd
    1443 RapidFor SARS-CoV-2 Rapid Ag Test
VivaChek Biotech (Hangzhou) Co., Ltd
    1246 VivaDiag SARS-CoV-2 Ag Rapid Test
    2103 VivaDiag Pro SARS-CoV-2 Ag Rapid Test
Wuhan EasyDiagnosis Biomedicine Co., Ltd.
    2098 COVID-19 (SARS-CoV-2) Antigen Test Kit
Wuhan Life Origin Biotech Joint Stock Co., Ltd.
    1773 SARS-CoV-2 Antigen Assay Kit (Immunochromatography)
Wuhan UNscience Biotechnology Co., Ltd.
    2090 SARS-CoV-2 Antigen Rapid Test Kit
Xiamen AmonMed Biotechnology Co., Ltd
    1763 COVID-19 Antigen Rapid Test Kit (Colloidal Gold)
Xiamen Boson Biotech Co. Ltd
    1278 Rapid SARS-CoV-2 Antigen Test Card
Xiamen Wiz Biotech Co., Ltd
    1456 SARS-CoV-2 Antigen Rapid Test
    1884 SARS-CoV-2 Antigen Rapid Test (Colloidal Gold)
Zhejiang Anji Saianfu Biotech Co., Ltd
    1295 reOpenTest COVID-19 Antigen Rapid Test
    1296 AndLucky COVID-19 Antigen Rapid Test
Zhejiang Orient Gene Biotech Co., Ltd
    1343 Coronavirus Ag Rapid Test Cassette (Swab)
Zhuhai Lituo Biotechnology Co., Ltd
    1957 COVID-19 Antigen Detection Kit (Colloidal Gold)
"""


def _devices() -> dict[str, str]:
    """The names of the devices by number: manufacturer, comma, name, as the register shows them."""
    found = {}
    manufacturer = ""
    for line in _DEVICES.strip().splitlines():
        if line.startswith(" "):
            code, name = line.split(maxsplit=1)
            found[code] = f"{manufacturer}, {name}"
        else:
            manufacturer = line
    return found


def _lines(text: str) -> dict[str, str]:
    return dict(line.split(maxsplit=1) for line in text.strip().splitlines())


NAMES: Final = {
    "vaccines-covid-19-names": _lines(_PRODUCTS),
    "vaccines-covid-19-auth-holders": _lines(_HOLDERS),
    "covid-19-lab-test-manufacturer-and-name": _devices(),
}
"""The names by the id of the value set, then by code."""

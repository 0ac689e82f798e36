"""Codes of countries: which belong together, and those with three letters -> those with two.

ISO 3166-1, and ICAO 9303-3 (section 5) for travel documents.
"""

from __future__ import annotations

from typing import Final

_ISO: Final = """
    ABWAW AFGAF AGOAO AIAAI ALAAX ALBAL ANDAD AREAE ARGAR ARMAM ASMAS ATAAQ ATFTF ATGAG AUSAU AUTAT
    AZEAZ BDIBI BELBE BENBJ BESBQ BFABF BGDBD BGRBG BHRBH BHSBS BIHBA BLMBL BLRBY BLZBZ BMUBM BOLBO
    BRABR BRBBB BRNBN BTNBT BVTBV BWABW CAFCF CANCA CCKCC CHECH CHLCL CHNCN CIVCI CMRCM CODCD COGCG
    COKCK COLCO COMKM CPVCV CRICR CUBCU CUWCW CXRCX CYMKY CYPCY CZECZ DEUDE DJIDJ DMADM DNKDK DOMDO
    DZADZ ECUEC EGYEG ERIER ESHEH ESPES ESTEE ETHET FINFI FJIFJ FLKFK FRAFR FROFO FSMFM GABGA GBRGB
    GEOGE GGYGG GHAGH GIBGI GINGN GLPGP GMBGM GNBGW GNQGQ GRCGR GRDGD GRLGL GTMGT GUFGF GUMGU GUYGY
    HKGHK HMDHM HNDHN HRVHR HTIHT HUNHU IDNID IMNIM INDIN IOTIO IRLIE IRNIR IRQIQ ISLIS ISRIL ITAIT
    JAMJM JEYJE JORJO JPNJP KAZKZ KENKE KGZKG KHMKH KIRKI KNAKN KORKR KWTKW LAOLA LBNLB LBRLR LBYLY
    LCALC LIELI LKALK LSOLS LTULT LUXLU LVALV MACMO MAFMF MARMA MCOMC MDAMD MDGMG MDVMV MEXMX MHLMH
    MKDMK MLIML MLTMT MMRMM MNEME MNGMN MNPMP MOZMZ MRTMR MSRMS MTQMQ MUSMU MWIMW MYSMY MYTYT NAMNA
    NCLNC NERNE NFKNF NGANG NICNI NIUNU NLDNL NORNO NPLNP NRUNR NZLNZ OMNOM PAKPK PANPA PCNPN PERPE
    PHLPH PLWPW PNGPG POLPL PRIPR PRKKP PRTPT PRYPY PSEPS PYFPF REURE ROURO RUSRU RWARW SAUSA SDNSD
    SENSN SGPSG SGSGS SHNSH SJMSJ SLBSB SLESL SLVSV SMRSM SOMSO SPMPM SRBRS SSDSS STPST SURSR SVKSK
    SVNSI SWESE SWZSZ SXMSX SYCSC SYRSY TCATC TCDTD TGOTG THATH TJKTJ TKLTK TKMTM TLSTL TONTO TTOTT
    TUNTN TURTR TUVTV TWNTW TZATZ UGAUG UKRUA UMIUM URYUY USAUS UZBUZ VATVA VCTVC VENVE VGBVG VIRVI
    VNMVN VUTVU WLFWF WSMWS YEMYE ZAFZA ZMBZM ZWEZW
"""
# ICAO 9303-3, section 5: parts B to D, authorities that are no states (Order of Malta, CARICOM,
# Interpol), and Utopia, the state of specimens.
_ICAO: Final = "GBDGB GBNGB GBOGB GBPGB GBSGB RKSXK EUEEU UNOUN UNAUN UNKXK XOMXO XCCXC XPOXP UTOUT"
_ALPHA_2: Final = {pair[:3]: pair[3:] for pair in f"{_ISO} {_ICAO}".split()} | {"D": "DE"}
_SAME: Final = {
    **dict.fromkeys(("AW", "BQ", "CW", "SX"), "NL"),
    **dict.fromkeys(("FO", "GL"), "DK"),
    **dict.fromkeys(("BL", "GF", "GP", "MF", "MQ", "NC", "PF", "PM", "RE", "TF", "WF", "YT"), "FR"),
    **dict.fromkeys(("AI", "BM", "FK", "GG", "GI", "IM", "JE", "KY", "MS", "SH", "TC", "VG"), "GB"),
    **dict.fromkeys(("AS", "GU", "MP", "PR", "UM", "VI"), "US"),
    **dict.fromkeys(("CC", "CX", "NF"), "AU"),
    **dict.fromkeys(("CK", "NU", "TK"), "NZ"),
    **dict.fromkeys(("HK", "MO"), "CN"),
    "AX": "FI",
    "SJ": "NO",
    # As the EU writes them.
    "EL": "GR",
    "UK": "GB",
    # As ICAO writes it.
    "KS": "XK",
}
"""Territories that share certificates with their state, and second codes of a country."""


def alpha_2(code: str) -> str | None:
    """The code with two letters of a code with two or three; None where that is not known.

    Codes that ICAO 9303-3 adds for travel documents are known, too.

    >>> alpha_2("AUS"), alpha_2("au"), alpha_2("D"), alpha_2("XYZ")
    ('AU', 'AU', 'DE', None)
    """
    code = code.strip().upper()
    if len(code) == 2 and code.isascii() and code.isalpha():
        return code
    return _ALPHA_2.get(code)


def realm_of(code: str) -> str:
    """The state that a country counts as, where states are compared: a territory counts as its state.

    Empty for what is no two-letter code.

    >>> realm_of("GL"), realm_of("EL"), realm_of("AUS")
    ('DK', 'GR', '')
    """
    code = code.strip().upper()
    return _SAME.get(code, code) if len(code) == 2 and code.isascii() and code.isalpha() else ""

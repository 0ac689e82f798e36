"""The vaccines that count in an ICVP: WHO's catalogue of products (smart-icvp 0.3.0, `ICVPProductIds`).

The identifier of a product is all that a certificate states; disease, kind of vaccine and manufacturer
follow from it (REQ-DE-12 and REQ-DE-16). The catalogue has 60 products, the same in all generations.
The names are those of WHO's list of prequalified vaccines.

Certificates of the first generation name a kind of vaccine, and may name no product. `disease_of` knows
the codes of kinds against yellow fever and poliomyelitis (ICD-11, and SNOMED CT as in the International
Patient Summary).
"""

from __future__ import annotations

from functools import cache
from typing import Final, NamedTuple

__all__ = ["POLIO", "YELLOW_FEVER", "Disease", "Product", "disease_of", "find", "products"]


class Disease(NamedTuple):
    """A disease of the catalogue.

    >>> YELLOW_FEVER.icd11, YELLOW_FEVER.lifelong
    ('1D47', True)
    """

    name: str
    icd11: str
    snomed: str
    days: int
    """So many days after the dose it counts (ICVP.DT.1 and ICVP.DT.2)"""
    lifelong: bool
    """Whether one dose counts for life (International Health Regulations, Annex 7)"""


YELLOW_FEVER: Final = Disease("Yellow fever", "1D47", "16541001", days=10, lifelong=True)
POLIO: Final = Disease("Poliomyelitis", "1C81", "398102009", days=0, lifelong=False)


class Product(NamedTuple):
    """A product of the catalogue.

    >>> find("YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0").name
    'STAMARIL'
    """

    id: str
    vaccine: str
    """The kind of vaccine, in WHO's words"""
    disease: Disease
    name: str
    """The commercial name; empty where it has none"""
    presentation: str
    """The container, and how many doses are in it"""
    manufacturer: str


_AJ: Final = "AJ Vaccines A/S"
_BEIJING: Final = "Beijing Institute of Biological Products Co., Ltd."
_BHARAT: Final = "Bharat Biotech International Limited"
_BILTHOVEN: Final = "Bilthoven Biologicals B.V."
_BIOLOGICAL_E: Final = "Biological E. Limited"
_BIO_FARMA: Final = "PT Bio Farma (Persero)"
_CHUMAKOV: Final = (
    "Federal State Autonomous Scientific Institution «Chumakov Federal Scientific Center for "
    "Research & Development of Immune-And Biological Products», Russian Academy of Sciences"
)
_DAKAR: Final = "Institut Pasteur de Dakar"
_FIOCRUZ: Final = "Bio-Manguinhos/Fiocruz"
_GSK: Final = "GlaxoSmithKline Biologicals SA"
_HAFFKINE: Final = "Haffkine Bio Pharmaceutical Corporation Ltd"
_LG: Final = "LG Chem Ltd"
_PANACEA: Final = "Panacea Biotec Ltd."
_SANOFI: Final = "Sanofi Pasteur"
_SHANTHA: Final = "Sanofi Healthcare India Private Limited"
_SII: Final = "Serum Institute of India Pvt. Ltd."
_SINOVAC: Final = "Sinovac Biotech Co. Ltd"
# The kind of vaccine, its disease, what the identifiers begin with, and for each product the rest of
# its identifier, its name, its container with the number of doses, and its manufacturer.
_PRODUCTS: Final = (
    (
        "Yellow Fever",
        YELLOW_FEVER,
        "YellowFeverProduct",
        (
            ("d2c75a15ed309658b3968519ddb31690", "", "Ampoule, 2 doses", _CHUMAKOV),
            ("771d1a5c0acaee3e2dc9d56af1aba49d", "", "Ampoule, 5 doses", _CHUMAKOV),
            ("e929626497bdbb71adbe925f0c09c79f", "", "Ampoule, 10 doses", _CHUMAKOV),
            ("01a3b83cf13e87948437db11cf5c34eb", "SinSaVac™", "Vial, 10 doses", _CHUMAKOV),
            (
                "f82b015dfb3b1feeacd4c44d95b3b3ec",
                "Stabilized Yellow Fever Vaccine",
                "Ampoule, 5 doses",
                _DAKAR,
            ),
            (
                "223330a7c15da86b21cc363f591de002",
                "Stabilized Yellow Fever Vaccine",
                "Ampoule, 10 doses",
                _DAKAR,
            ),
            (
                "ffea8448252ee58b7a92add05f0c3431",
                "Stabilized Yellow Fever Vaccine",
                "Ampoule, 20 doses",
                _DAKAR,
            ),
            ("d8a09f80301dc05e124f99ffe7711fc0", "STAMARIL", "Vial + Ampoule, 10 doses", _SANOFI),
            (
                "ab01f006f8b24113f4a28cb50bfe6d9d",
                "Yellow Fever",
                "Two vial set (active + excipient), 5 doses",
                _FIOCRUZ,
            ),
            (
                "5f0639d8e4d52afef089aa7148c5060c",
                "Yellow Fever",
                "Two vial set (active + excipient), 10 doses",
                _FIOCRUZ,
            ),
            (
                "e0534dbc71a6cc09f56dce25216c538c",
                "Yellow Fever",
                "Two vial set (active + excipient), 50 doses",
                _FIOCRUZ,
            ),
        ),
    ),
    (
        "Polio Vaccine - Oral (OPV) Trivalent",
        POLIO,
        "PolioVaccineOralOPVTrivaProduct",
        (
            ("fa4849f7532d522134f4102063af1617", "BIOPOLIO", "Vial, 10 doses", _BHARAT),
            ("4df3a93ab495d85b3583d0cd1ae3d83e", "BIOPOLIO", "Vial, 20 doses", _BHARAT),
            (
                "e0bcdc085107751b3df34ad04620ac21",
                "Oral Poliomyelitis Vaccines (Oral Drops)",
                "Vial, 20 doses",
                _BIO_FARMA,
            ),
            ("bd7faeaf3f0e633420fba396895d6cc9", "Polioviral vaccine", "Vial, 20 doses", _HAFFKINE),
        ),
    ),
    (
        "Polio Vaccine - Oral (OPV) Bivalent Types 1 and 3",
        POLIO,
        "PolioVaccineOralOPVBivalProduct",
        (
            ("16e883911ea0108b8213bc213c9972fe", "BIOPOLIO B1/3", "Vial, 10 doses", _BHARAT),
            ("0e59118bc5938520115bac65a45be04d", "BIOPOLIO B1/3", "Vial, 20 doses", _BHARAT),
            (
                "b62fbc87532804be42afa8d9050ef452",
                "Bivalent OPV Type 1 and 3 Poliomyelitis Vaccine, Live (Oral)",
                "Vial, 10 doses",
                _PANACEA,
            ),
            (
                "02c099d69cd245e7fcd3280a96f1dccb",
                "Bivalent OPV Type 1 and 3 Poliomyelitis Vaccine, Live (Oral)",
                "Vial, 20 doses",
                _PANACEA,
            ),
            (
                "decf3a77facc0b8f1443db5f7a806857",
                "Bivalent Oral Poliomyelitis Vaccine Type 1&3 (bOPV 1&3)",
                "Vial, 10 doses",
                _BIO_FARMA,
            ),
            (
                "10aa94cef126e62542c2c45dc3604c0b",
                "Bivalent Oral Poliomyelitis Vaccine Type 1&3 (bOPV 1&3)",
                "Vial, 20 doses",
                _BIO_FARMA,
            ),
            (
                "26e6c50dfb385f223a12238dc6e202dd",
                "Bivalent type 1&3 Oral Poliomyelitis vaccine, IP (bOPV1&3)",
                "Vial, 20 doses",
                _HAFFKINE,
            ),
            ("14c88c2e9b35698b4726903940c58037", "Polio Sabin One and Three", "Vial, 10 doses", _GSK),
            ("2d10261076734e48cd7b289de6ea802e", "Polio Sabin One and Three", "Vial, 20 doses", _GSK),
            (
                "dcbfa0a541c65032a917c39fa762c2f9",
                "Poliomyelitis Vaccine (live, oral attenuated, human Diploid Cell), type 1 and 3",
                "Vial, 20 doses",
                _BEIJING,
            ),
            (
                "06bf2d06adcc6d9e2bea8ac21846bb09",
                "Poliomyelitis Vaccine (Oral), Bivalent types 1 and 3",
                "Vial, 10 doses",
                _SII,
            ),
            (
                "a5416e91021f0c00915e4688ff508717",
                "Poliomyelitis Vaccine (Oral), Bivalent types 1 and 3",
                "Vial, 20 doses",
                _SII,
            ),
        ),
    ),
    (
        "Polio Vaccine - Inactivated Sabin (sIPV)",
        POLIO,
        "PolioVaccineInactivatedSProduct",
        (
            ("0854d534a200bbeffa8be0f57dad584a", "Eupolio Inj.", "Vial, 1 dose", _LG),
            ("031f63df3184acdf0cb82f90f316b6c3", "Eupolio Inj.", "Vial, 5 doses", _LG),
            (
                "2050ea67709cfcde28a01f0546276e96",
                "Poliomyelitis Vaccine (Vero Cell), Inactivated, Sabin Strains",
                "Vial, 1 dose",
                _SINOVAC,
            ),
            (
                "25383b1f589d42af3719c7074f982c9b",
                "Poliomyelitis Vaccine (Vero Cell), Inactivated, Sabin Strains",
                "Vial, 1 dose",
                _BEIJING,
            ),
            (
                "d554f4c3848920ca8bcd00d44afd18a4",
                "Poliomyelitis Vaccine (Vero Cell), Inactivated, Sabin Strains",
                "Vial, 5 doses",
                _SINOVAC,
            ),
        ),
    ),
    (
        "Diphtheria-Tetanus-Pertussis (whole cell)-Hepatitis B-"
        "Haemophilus influenzae type b-Polio (Inactivated)",
        POLIO,
        "DiphtheriaTetanusPertussProduct",
        (
            ("f4177b409d09d83e48630717437c5aea", "HEXASIIL", "Vial, 1 dose", _SII),
            ("0e63b58e2976f385b77a9b5a356b68b5", "HEXASIIL", "Vial, 10 doses", _SII),
        ),
    ),
    (
        "Diphtheria-Tetanus-Pertussis (acellular)-Hepatitis B-"
        "Haemophilus influenzae type b-Polio (Inactivated)",
        POLIO,
        "DiphtheriaTetanusPertussProduct",
        (("d54558e2851d29311ee7f90975827dc7", "Hexaxim", "Vial, 1 dose", _SANOFI),),
    ),
    (
        "Polio Vaccine - Inactivated (IPV)",
        POLIO,
        "PolioVaccineInactivatedIProduct",
        (
            ("532ef986c8042bbb15fee24056fdc4ed", "IMOVAX POLIO", "Vial, 10 doses", _SANOFI),
            ("087ff26057e89c006517428347dfbc3c", "IPV Vaccine AJV", "Vial, 1 dose", _AJ),
            ("096d9e8c31e30cc1148311ee66359a50", "Picovax", "Vial, 5 doses", _AJ),
            ("c726fd7210023aa5738617a79cae2b40", "Poliomyelitis vaccine", "Vial, 1 dose", _BILTHOVEN),
            (
                "1d63ab46cee67d02439c47ed91439667",
                "Poliomyelitis Vaccine (Inactivated)",
                "Vial, 1 dose",
                _SII,
            ),
            (
                "13e82343f8e192fe6e3fbfbf2a47ffd7",
                "Poliomyelitis Vaccine (Inactivated)",
                "Vial, 2 doses",
                _SII,
            ),
            (
                "f8085a2bd9a1c84fba1adee2ec6f6fb1",
                "Poliomyelitis Vaccine (Inactivated)",
                "Vial, 5 doses",
                _SII,
            ),
            (
                "fea93261bf2f096ea48aed825522dc2d",
                "Poliomyelitis Vaccine (Inactivated)",
                "Vial, 10 doses",
                _SII,
            ),
            (
                "3cde3a30cacdc23b9ec3bdf4ba9d23ff",
                "Poliomyelitis vaccine multidose",
                "Vial, 5 doses",
                _BILTHOVEN,
            ),
            (
                "4562bbd80c6e57dbe29b122817623854",
                "Poliomyelitis vaccine multidose",
                "Vial, 10 doses",
                _BILTHOVEN,
            ),
            ("81ee9ba77c4419bbfe44a27cfd10027e", "ShanIPV™", "Vial, 5 doses", _SHANTHA),
            ("8b13b5fcf5e9268b345775be7c3f077c", "ShanIPV™", "Vial, 10 doses", _SHANTHA),
        ),
    ),
    (
        "Polio Vaccine - Oral (OPV) Monovalent Type 1",
        POLIO,
        "PolioVaccineOralOPVMonovProduct",
        (
            (
                "cea74be2c728329aad7b9b33ae16a0b1",
                "Monovalent Oral Poliomyelitis Vaccine Type 1 (mOPV1)",
                "Vial, 20 doses",
                _BIO_FARMA,
            ),
            (
                "ae7e506ca48a3aa605b188cd11eaceab",
                "Monovalent type 1 Oral Poliomyelitis vaccine, IP (mOPV1)",
                "Vial, 20 doses",
                _HAFFKINE,
            ),
            ("7d442364610244382098e1c4a3ba54c3", "Polio Sabin Mono T1", "Vial, 10 doses", _GSK),
            ("4580ab03228ed6c70bb6c117b408f7e5", "Polio Sabin Mono T1", "Vial, 20 doses", _GSK),
        ),
    ),
    (
        "Polio Vaccine - Oral (OPV) Monovalent Type 2",
        POLIO,
        "PolioVaccineOralOPVMonovProduct",
        (
            (
                "ef716e2b9567223ce6c95b090480ecfe",
                "Monovalent Oral Poliomyelitis Vaccine Type 2",
                "Vial, 20 doses",
                _BIO_FARMA,
            ),
            (
                "f6d840e9cf722a80b38d0be001f47caf",
                "ORAL MONOVALENT TYPE 2 POLIOMYELITIS VACCINE (mOPV2)",
                "Vial, 20 doses",
                _SANOFI,
            ),
            ("1b2bdb769d38e0b45eb60707ff9a36cb", "Polio Sabin Mono Two (oral)", "Vial, 10 doses", _GSK),
            ("b4755cab194f57a5fecc8d890856bbdf", "Polio Sabin Mono Two (oral)", "Vial, 20 doses", _GSK),
        ),
    ),
    (
        "Polio Vaccine - Oral (OPV) Monovalent Type 3",
        POLIO,
        "PolioVaccineOralOPVMonovProduct",
        (
            (
                "7a252b223173567f21721ee15a36f057",
                "Polio Sabin Mono Three (oral)",
                "Vial, 10 doses",
                _GSK,
            ),
            (
                "f22fcdfa611173d0afbce56d49867530",
                "Polio Sabin Mono Three (oral)",
                "Vial, 20 doses",
                _GSK,
            ),
        ),
    ),
    (
        "Polio Vaccine - Novel Oral (nOPV) Type 2",
        POLIO,
        "PolioVaccineNovelOralnOPProduct",
        (
            (
                "65b137f0201901bc43fc8759e4f35f35",
                "Poliomyelitis Vaccine - Novel Oral (nOPV) Type 2",
                "Vial, 20 doses",
                _BIOLOGICAL_E,
            ),
            (
                "278e9af5dc50904dd144a7ceb4d42dd7",
                "Polio Vaccine - Novel Oral (nOPV) Type 2",
                "Vial, 50 doses",
                _BIO_FARMA,
            ),
            (
                "ab7589153ddbc7968e1749119c5b1678",
                "Poliomyelitis Vaccine - Novel Oral (nOPV) Type 2",
                "Vial, 50 doses",
                _BIOLOGICAL_E,
            ),
        ),
    ),
)
_YELLOW_FEVER_CODES: Final = ("XM0N24", "XM3418", "836385002", "1121000221106")
_POLIO_CODES: Final = (
    *("XM0N50", "XM1LX9", "XM09Q7", "XM0LT9", "XM8AW1", "XM01H1", "XM21E6", "XM84S1", "XM9JP8"),
    *("XM5V19", "XM79H3", "XM0VX8", "XM0KZ1"),
    *("1031000221108", "1051000221104", "871739009", "871740006"),
)
_DISEASES: Final = {
    **dict.fromkeys((*_YELLOW_FEVER_CODES, YELLOW_FEVER.icd11, YELLOW_FEVER.snomed), YELLOW_FEVER),
    **dict.fromkeys((*_POLIO_CODES, POLIO.icd11, POLIO.snomed), POLIO),
}
"""The codes of kinds of vaccines and of diseases (smart-icvp; SNOMED CT)"""


@cache
def _by_id() -> dict[str, Product]:
    return {
        begin + rest: Product(begin + rest, vaccine, disease, name, presentation, manufacturer)
        for vaccine, disease, begin, listed in _PRODUCTS
        for rest, name, presentation, manufacturer in listed
    }


def products() -> tuple[Product, ...]:
    """Every product, those against yellow fever first.

    >>> len(products())
    60
    """
    return tuple(_by_id().values())


def find(product: str | None) -> Product | None:
    """The product with an identifier; None where the catalogue has none.

    >>> find("YellowFeverProduct") is None
    True
    """
    return None if product is None else _by_id().get(product.strip())


def disease_of(code: str | None) -> Disease | None:
    """The disease that a code of a kind of vaccine, or of a disease, stands for; None for other codes.

    >>> disease_of("XM0N24").name, disease_of("RA01")
    ('Yellow fever', None)
    """
    return None if code is None else _DISEASES.get(code.strip())

"""The COVID-19 vaccines that DIVOC certificates name, and who makes them.

The names are those of the products, of their makers, and of what registers of India, Sri Lanka, the
Philippines, Indonesia and Jamaica call them. They are compared without capitals and signs. A name that
is not here is not refused: the certificate is then for a person to judge.
"""

from __future__ import annotations

import re
from typing import Final

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
_AFTER: Final = re.compile(
    r"(?: covid 19)?(?: vaccine| vaksin)?"
    r"(?: (?:ltd|limited|pvt|private|inc|incorporated|co|corp|corporation|company|ag|plc|nv|bv|llc"
    r"|gmbh))*"
)
_LONGEST: Final = 80
PLACEHOLDERS: Final = frozenset(("", "-", "NA", "N/A"))
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
    words = _NOT_LETTERS.sub(" ", name[:_LONGEST].casefold()).strip()
    words = words[_BEFORE.match(words).end() :]  # type: ignore[union-attr] # it matches nothing, too
    for end in range(len(words) + 1):
        if _AFTER.fullmatch(words, end):
            return words[:end]
    return words


def is_vaccine(name: str) -> bool:
    """Whether this names a known vaccine.

    >>> is_vaccine("COVID-19 Vaccine Pfizer"), is_vaccine("350208D")
    (True, False)
    """
    return len(name) <= _LONGEST and _plain(name) in _VACCINES


def is_maker(name: str) -> bool:
    """Whether this names a maker of a known vaccine.

    >>> is_maker("Serum Institute of India Pvt. Ltd.")
    True
    """
    return len(name) <= _LONGEST and _plain(name) in _MAKERS


def fit(vaccine: str, maker: str) -> bool:
    """Whether a known vaccine is of this maker, or none is stated; some registers repeat the vaccine.

    >>> fit("COVISHIELD", "Serum Institute of India"), fit("COVISHIELD", "Pfizer")
    (True, False)
    """
    if not is_vaccine(vaccine):
        return False
    if maker in PLACEHOLDERS:
        return True
    name, made_by = _plain(vaccine), _plain(maker)
    return len(maker) <= _LONGEST and any(
        name in names and (made_by in makers or made_by in names) for names, makers in _ROWS
    )

"""Compare people: their names, dates of birth, identity numbers and phones, as text.

    from vaxpass.identity import Declared, Registered, compare, compare_holder, parse_mrz, to_icao

    compare(Declared(...), Registered(...)).codes       # a record and the population register
    compare_holder(certificate, parse_mrz(lines)).level # a certificate and a travel document
    explain(Declared(...), Declared(...)).corrections   # a declaration and a vaccination slip

All functions are pure; `docs/identity.md` has the rules and the codes.
"""

from vaxpass.errors import NameLettersError
from vaxpass.identity.birth import (
    BirthDate,
    BirthMatch,
    DateProblem,
    compare_births,
    date_problem,
    parse_birth,
)
from vaxpass.identity.codes import IdentityCode, IdentityField, MrzCode
from vaxpass.identity.comparison import Comparison, Declared, IdentityFinding, Registered, compare
from vaxpass.identity.explanation import (
    Correction,
    Explanation,
    FieldAgreement,
    Place,
    explain,
)
from vaxpass.identity.holder import HolderLevel, HolderMatch, compare_holder, same_holder
from vaxpass.identity.letters import icao_or_none, to_icao
from vaxpass.identity.mrz import MachineReadableZone, MrzError, MrzForm, check_digit, parse_mrz
from vaxpass.identity.names import (
    NameLevel,
    compare_names,
    name_key,
    name_letters,
    name_plain,
    name_skeleton,
)
from vaxpass.identity.numbers import (
    PROVINCES,
    IdentityNumber,
    NumberDefect,
    NumberKind,
    NumberMatch,
    NumberProblem,
    Phone,
    Sex,
    check_number,
    compare_numbers,
    number_defect,
    parse_sex,
    read_number,
    read_phone,
)
from vaxpass.identity.parts import SplitName, TitleWords, split_name, title_words, without_title

__all__ = [
    "PROVINCES",
    "BirthDate",
    "BirthMatch",
    "Comparison",
    "Correction",
    "DateProblem",
    "Declared",
    "Explanation",
    "FieldAgreement",
    "HolderLevel",
    "HolderMatch",
    "IdentityCode",
    "IdentityField",
    "IdentityFinding",
    "IdentityNumber",
    "MachineReadableZone",
    "MrzCode",
    "MrzError",
    "MrzForm",
    "NameLettersError",
    "NameLevel",
    "NumberDefect",
    "NumberKind",
    "NumberMatch",
    "NumberProblem",
    "Phone",
    "Place",
    "Registered",
    "Sex",
    "SplitName",
    "TitleWords",
    "check_digit",
    "check_number",
    "compare",
    "compare_births",
    "compare_holder",
    "compare_names",
    "compare_numbers",
    "date_problem",
    "explain",
    "icao_or_none",
    "name_key",
    "name_letters",
    "name_plain",
    "name_skeleton",
    "number_defect",
    "parse_birth",
    "parse_mrz",
    "parse_sex",
    "read_number",
    "read_phone",
    "same_holder",
    "split_name",
    "title_words",
    "to_icao",
    "without_title",
]

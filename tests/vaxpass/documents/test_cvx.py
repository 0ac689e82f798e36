"""The names of CVX codes: every vaccine a border asks about, and nothing invented for others."""

from __future__ import annotations

import pytest

from vaxpass.documents import cvx


@pytest.mark.parametrize(
    ("codes", "word"),
    [
        ("37 183 184", "yellow fever"),
        ("207 208 210 211 212 213 217 218 219 221 225 226 227 228 229 230 300 301 302", "COVID-19"),
        ("308 309 310 311 312 313 500 501 502 505 510 511 517 518 519 520 521", "COVID-19"),
        ("02 10 89 178 179 182 324", "polio"),
        ("03 04 05 94", "measles"),
        ("31 52 83 84 85 104 169 193", "hepatitis A"),
        ("08 42 43 44 45 189 220", "hepatitis B"),
        ("88 140 141 150 158 168 185 197 205", "influenza"),
        ("25 41 91 101 190", "typhoid"),
        ("26 172 173 174", "cholera"),
        ("18 40 90 175 176", "rabies"),
        ("39 129 134", "Japanese encephalitis"),
        ("32 103 114 136 147 162 163 203 316 328", "meningococcal"),
        ("62 118 137 165", "HPV"),
        ("21 94", "varicella"),
        ("121 187 188", "zoster"),
        ("33 100 133 152 177 215 216 327", "pneumococcal"),
        ("75 206 325", "mpox"),
        ("303 305 314 326", "RSV"),
        ("20 115", "pertussis"),
    ],
)
def test_a_code_has_a_name_with_its_disease(codes: str, word: str) -> None:
    for code in codes.split():
        assert word in (cvx.name_of(code) or ""), code


@pytest.mark.parametrize("code", ["", "4711", "99", "abc", "٣٧"])
def test_an_unknown_code_has_none(code: str) -> None:
    assert cvx.name_of(code) is None


def test_names_tell_vaccines_apart() -> None:
    names = list(cvx.NAMES.values())
    # The list has tetanus immune globulin under two codes.
    assert len(names) - len(set(names)) == 1


def test_codes_are_written_as_the_list_writes_them() -> None:
    assert all(code.isdigit() and len(code) in (2, 3) for code in cvx.NAMES)

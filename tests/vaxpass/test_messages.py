"""Everything the library can say is a whole sentence, in every language of the catalogue."""

from __future__ import annotations

import ast
import re
import shutil
import string
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

import vaxpass
from scripts import messages as files
from tests.support import catalogue
from tests.support.who_documents import IN_FORCE, PAYLOADS, sign
from tests.support.world import END, NOW, START, VACCINATION, World, trusted
from vaxpass import (
    Code,
    Note,
    NoteCode,
    Policy,
    Problem,
    TrustList,
    Verdict,
    Verifier,
    encode,
    messages,
)
from vaxpass.documents.linked_file import FileCode
from vaxpass.identity import IdentityCode, MrzCode, Place
from vaxpass.records import IssueCode, MatchCode, MatchStatus
from vaxpass.rules import RuleCode

SPOKEN = [
    *Code,
    *NoteCode,
    *RuleCode,
    *("outcome.accepted", "outcome.admitted", "outcome.specimen", "outcome.undecided"),
    *("outcome.accepted_outside", "outcome.specimen_outside"),
    "trust.key_unknown.old_list",
    *(f"identity.{code}" for code in (*IdentityCode, *MrzCode)),
    *(f"identity.place.{place}" for place in Place),
    *("identity.slip.phone.different", "identity.slip.sex.different"),
    *(f"match.{code}" for code in (*MatchStatus, *MatchCode)),
    *(f"issuing.{code}" for code in IssueCode),
    *FileCode,
]
VIETNAMESE = re.compile("[ăâđêôơưáàảãạấầẩẫậắằẳẵặéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.I)
# The fields of a sentence besides its path, with a value of the kind that the library fills in.
FIELDS: dict[str, dict[str, str]] = {
    "outcome.admitted": {"country": "Austria"},
    "validity.not_yet": {"from": "2026-01-01"},
    "validity.expired": {"on": "2026-01-01"},
    "validity.issued_before_signer": {"issued": "2026-01-01", "from": "2026-02-01"},
    "validity.signer_expired": {"on": "2026-01-01"},
    "validity.not_in_force": {"from": "2026-01-01"},
    "validity.seal_over": {"on": "2026-01-31"},
    "validity.seal_expired": {"on": "2026-01-01"},
    "trust.other_domain": {"domain": "PH4H"},
    "validity.expired_signer_listed": {"on": "2026-01-01"},
    "validity.period_ahead": {"from": "2026-01-01"},
    "validity.period_over": {"on": "2026-01-01"},
    "validity.link_expired": {"on": "2026-01-01"},
    "content.link_not_opened": {"signer": "Viet Nam"},
    "payload.more_links": {"count": "2"},
    "trust.key_unknown.old_list": {"age": "15"},
    "trust.other_country": {"stated": "Laos", "signer": "Viet Nam"},
    "trust.entry_country": {"stated": "Laos", "signer": "Viet Nam"},
    "usage.foreign_signer": {"stated": "Laos", "signer": "Viet Nam"},
    "usage.other_country": {"stated": "Laos", "signer": "Viet Nam"},
    "trust.list_stale": {"age": "15", "limit": "14"},
    "trust.list_aging": {"age": "3", "limit": "14"},
    "trust.clock_behind": {"made": "2026-01-01"},
    "revocation.filtered": {"probability": "1e-12"},
    "jws.part": {"part": "2", "parts": "3", "missing": "1, 3"},
    "jws.several": {"number": "2"},
    "trust.issuer_old": {"on": "2026-01-01"},
    "usage.by_health_system": {"issuer": "Example Hospital"},
    "usage.by_pharmacy": {"issuer": "Example Pharmacy"},
    "usage.by_laboratory": {"issuer": "Example Laboratory"},
    "usage.by_other": {"issuer": "Example Insurance"},
    "usage.by_unknown": {"issuer": "Example Health"},
    "schema.other_records": {"types": "Condition"},
    "identity.phone.shared": {"others": "3"},
    "identity.mrz.expired": {"on": "2026-01-01"},
    "rules.failed": {"country": "Austria"},
    "rules.open": {"country": "Austria"},
    "rules.none": {"country": "Austria"},
    **{
        why: {name: f"Some {name}" for _, name, _, _ in string.Formatter().parse(template) if name}
        for why in RuleCode
        for template in catalogue.texts("en")[why]
    },
}


def sentence(code: str, language: str) -> str:
    return messages.sentence(code, language, "$.v[0].dt", FIELDS.get(code, {}))


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_there_is_a_sentence_for_each_code_and_none_besides(language: str) -> None:
    places = {code.partition(".")[0] for code in SPOKEN}
    of_codes = {key for key in catalogue.texts(language) if key.partition(".")[0] in places}
    # The tool's words for lists of rules stand beside the codes about rules.
    assert {key for key in of_codes if not key.startswith(("rules.show.", "rules.import."))} == set(
        SPOKEN
    )


def test_every_language_is_a_file_and_every_file_a_language() -> None:
    for ending in ("po", "mo"):
        found = {path.stem for path in files.FOLDER.glob(f"*.{ending}")}
        assert found == set(messages.LANGUAGES)
    assert messages.LANGUAGES[0] == "en"


def test_every_language_has_the_same_keys_and_fields_and_is_compiled() -> None:
    assert files.wrong() == []


def test_english_and_vietnamese_are_complete() -> None:
    for language in ("en", "vi"):
        assert [key for key, texts in catalogue.texts(language).items() if not all(texts)] == []


def test_the_script_finds_what_is_wrong_with_a_file(tmp_path: Path) -> None:
    for path in files.FOLDER.glob("en.*"):
        shutil.copy(path, tmp_path)
    path = files.new("fr", tmp_path)
    assert files.wrong(tmp_path) == ["fr.mo is not what fr.po gives."]
    path.with_suffix(".mo").write_bytes(files.compiled(files.read(path)))
    assert files.wrong(tmp_path) == [], "what is not translated yet is not wrong"
    whole = path.read_text(encoding="utf-8")
    for said, found in (
        ('msgstr "Bis {bound}"', "its fields are not on"),
        ('msgstr "Bis {on"', "its braces do not match"),
    ):
        key = 'msgid "validity.expired"\n'
        path.write_text(whole.replace(f'{key}msgstr ""', key + said), encoding="utf-8")
        path.with_suffix(".mo").write_bytes(files.compiled(files.read(path)))
        assert files.wrong(tmp_path) == [f"fr.po: validity.expired: {found}."]
    path.write_text(whole.replace("#. Nothing was checked.", "#. All was checked."), encoding="utf-8")
    path.with_suffix(".mo").write_bytes(files.compiled(files.read(path)))
    assert files.wrong(tmp_path) == ["fr.po: outcome.undecided: its comment is not the English text."]


@pytest.mark.parametrize("language", ["en", "vi"])
@pytest.mark.parametrize("code", SPOKEN)
def test_every_code_has_a_whole_sentence(code: str, language: str) -> None:
    text = sentence(code, language)
    assert text[0].isupper()
    assert text.endswith(".")
    assert not text.endswith("..")
    assert not re.search(r"[{}?]|  |\s$|None", text), "no field is left, and none is unfilled"
    assert len(text.split()) >= 3
    assert text.isprintable()


@pytest.mark.parametrize("code", SPOKEN)
def test_the_languages_differ_and_are_what_they_say(code: str) -> None:
    english, vietnamese = sentence(code, "en"), sentence(code, "vi")
    assert english != vietnamese
    assert english.isascii()
    assert VIETNAMESE.search(vietnamese)


@pytest.mark.parametrize("code", SPOKEN)
def test_both_languages_name_the_same_values(code: str) -> None:
    names = {name for fields in FIELDS.values() for name in fields}
    values = {"path": "$.v[0].dt"} | {name: f"<{name}>" for name in names}
    named = [
        {key for key, value in values.items() if value in messages.sentence(code, language, "", values)}
        for language in messages.LANGUAGES
    ]
    assert named[0] == named[1]
    assert named[0] - {"path"} == FIELDS.get(code, {}).keys()


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_no_two_codes_say_the_same(language: str) -> None:
    said: dict[str, str] = {}
    for code in SPOKEN:
        other = said.setdefault(sentence(code, language), code)
        assert other == code


@pytest.mark.parametrize("language", ["", "EN", "xx", "en_US"])
def test_an_unknown_language_is_a_value_error(language: str) -> None:
    with pytest.raises(ValueError, match=f"language must be one of {', '.join(messages.LANGUAGES)}"):
        Problem(Code.PREFIX_MISSING).message(language)
    with pytest.raises(ValueError, match=f"language must be one of {', '.join(messages.LANGUAGES)}"):
        Note(NoteCode.COSE_UNTAGGED).message(language)


def test_an_unknown_key_is_a_key_error_and_a_missing_entry_is_none() -> None:
    with pytest.raises(KeyError):
        messages.text("no.such.key", "vi")
    assert messages.find("no.such.key", "vi") is None
    assert messages.country("QQ", "vi") == "QQ"


@pytest.mark.parametrize("language", ["../en", "en/../vi", "en.mo", "e\0n"])
def test_the_name_of_a_language_never_leads_elsewhere(language: str) -> None:
    with pytest.raises(ValueError, match=f"language must be one of {', '.join(messages.LANGUAGES)}"):
        messages.text("outcome.accepted", language)


def test_an_unfilled_field_never_stops_a_sentence() -> None:
    assert Problem(Code.VALIDITY_EXPIRED).message() == "The document expired on ?."
    assert Problem(Code.SCHEMA_TYPE).message() == "A detail is not of the kind that it must be (?)."


def test_a_value_with_braces_stays_as_it_is() -> None:
    problem = Problem(Code.SCHEMA_TYPE, "$.{on}", {"on": "{path}"})
    assert problem.message() == "A detail is not of the kind that it must be (on)."


def judged(world: World) -> Iterator[Verdict]:
    """Verdicts whose sentences have fields, each by the library's own use."""
    text = world.issue()
    yield world.verify(text, START - timedelta(days=1))
    yield world.verify(text, END + timedelta(days=1))
    short = world.authority.issue_signer(days=30)
    trust = Verifier(TrustList([trusted(short)]))
    yield trust.verify(world.issue(key=short), at=NOW)
    late = world.authority.issue_signer(days=30, valid_from=NOW - timedelta(days=1))
    yield Verifier(TrustList([trusted(late)])).verify(world.issue(key=late), at=NOW)
    yellow_fever = sign(world.es256.signer(), PAYLOADS["E"])
    yield world.verify(yellow_fever, IN_FORCE - timedelta(days=1))
    yield world.verify(yellow_fever, END + timedelta(days=1))
    earlier = PAYLOADS["A"]
    unnamed = {**earlier, "v": {**earlier["v"], "tg": "RA01", "vp": "871772009", "mp": "1"}}
    in_time = int(START.timestamp())
    yield trust.verify(sign(short.signer(), unnamed, iat=in_time, exp=...), at=END)


def test_the_library_fills_every_field_that_it_uses(world: World) -> None:
    verdicts = list(judged(world))
    # The fields about the age of a list and about filters are looked at where those are tested.
    of_validity = {code for code in FIELDS if code in list(Code) and code.startswith("validity.")}
    assert {str(verdict.code) for verdict in verdicts} == of_validity
    for verdict in verdicts:
        for language in messages.LANGUAGES:
            assert "?" not in verdict.reason(language)
            assert re.search(r"20\d\d-\d\d-\d\d", verdict.reason(language))


def test_an_accepted_passport_is_told_in_both_languages(world: World) -> None:
    verdict = world.verify(world.issue())
    assert verdict.reason("en") == sentence("outcome.accepted", "en")
    assert verdict.reason("vi") == sentence("outcome.accepted", "vi")
    specimens = TrustList([trusted(world.es256, test=True)])
    verdict = Verifier(specimens, Policy(test_keys=True)).verify(world.issue(), at=NOW)
    assert verdict.reason("en") == sentence("outcome.specimen", "en")
    assert verdict.reason("vi") == sentence("outcome.specimen", "vi")
    assert Verdict(()).reason() == "Nothing was checked."


def calls_with_code() -> Iterator[tuple[str, str, ast.Call]]:
    """Every call in the library that names a code directly: file, code, call."""
    for file in sorted(Path(vaxpass.__file__).parent.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                first = node.args[0]
                if (
                    isinstance(first, ast.Attribute)
                    and isinstance(first.value, ast.Name)
                    and first.value.id in ("Code", "NoteCode")
                    and first.attr.isupper()
                ):
                    owner = Code if first.value.id == "Code" else NoteCode
                    yield file.name, owner[first.attr].value, node


def test_a_sentence_with_a_path_is_never_used_without_one() -> None:
    found = 0
    for file, code, call in calls_with_code():
        if "{path}" in (messages.find(code, "en") or ""):
            found += 1
            assert len(call.args) >= 2, f"{file}:{call.lineno} gives no path to {code}"
    assert found >= 20, "else the search found nothing to look at"


def test_sentences_never_tell_a_name(world: World) -> None:
    text = encode(VACCINATION, world.es256.signer(), issuer="VN", issued_at=START, expires_at=END)
    verdict = world.verify(text, END + timedelta(days=1))
    said = " ".join((*(check.message() for check in verdict.checks), verdict.reason("vi")))
    assert not re.search("Nguyễn|NGUYEN|Duy|1990", said)

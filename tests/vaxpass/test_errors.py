"""An error of the library is a sentence of the catalogue, in each language, and crosses processes."""

from __future__ import annotations

import pickle
import re
import tomllib

import pytest

from tests.support import catalogue
from tests.support.paths import ROOT
from vaxpass import (
    Code,
    DecodeError,
    EncodeError,
    MissingExtraError,
    Problem,
    TrustListError,
    VaxpassError,
    errors,
    read_trust_list,
)
from vaxpass.identity import NameLettersError
from vaxpass.revocation import RevocationError


def test_an_error_is_told_in_each_language() -> None:
    with pytest.raises(TrustListError) as caught:
        read_trust_list(b"no list", source="a.json")
    assert str(caught.value) == "a.json: this is not a trust list in a format that is known here."
    assert "danh sách tin cậy" in caught.value.message("vi")


def test_a_reason_within_an_error_is_told_in_the_same_language() -> None:
    inner = VaxpassError("failure.list.no_keys")
    error = TrustListError("failure.list.refused", source="a.json", reason=inner)
    assert str(error) == "a.json: the list has no keys. Nothing of it is used."
    assert "danh sách không có khóa nào" in error.message("vi")


def test_a_hint_fits_where_it_is_read() -> None:
    with pytest.raises(TrustListError) as caught:
        read_trust_list(b'[{"certificateType": "DSC", "rawData": ""}]', source="a.json")
    assert "unsigned=True" in str(caught.value)
    told = caught.value.message("en", "tool")
    assert "vaxpass trust import a.json --unsigned" in told
    assert "unsigned=True" not in told


def test_a_text_that_is_no_key_stands_for_itself() -> None:
    assert str(VaxpassError("a form of lists of one's own")) == "a form of lists of one's own"


@pytest.mark.parametrize(
    "error",
    [
        TrustListError("failure.list.too_large", source="a.json"),
        RevocationError("failure.revocation.store_cut"),
        DecodeError(Problem(Code.PREFIX_MISSING)),
        EncodeError((Problem(Code.SCHEMA_TYPE, "$.dob"),)),
        NameLettersError(("☃",)),
        MissingExtraError("cli", "typer"),
    ],
)
def test_an_error_crosses_from_one_process_to_another(error: VaxpassError) -> None:
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - just written
    assert type(again) is type(error)
    assert again.message("vi") == error.message("vi")
    assert str(again) == str(error)


def test_the_library_names_no_option_of_the_command_line() -> None:
    said = {key: text for key, (text, *_) in catalogue.texts("en").items()}
    wrong = [
        key
        for key, text in said.items()
        if key.startswith("failure.")
        and not key.startswith(("failure.hsm.", "failure.signer.needs"))
        and not key.endswith(".tool")
        and re.search(r"(^|\s)--[a-z]", text)
    ]
    assert wrong == []
    for key, text in said.items():
        if key.startswith(("error.", "input.")) or key.endswith(".tool"):
            assert not re.search(r"\b(pins|unsigned|sidecars)=", text), key


def test_every_package_of_an_extra_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = {
        extra: {re.split(r"[\[<>=]", each)[0] for each in packages}
        for extra, packages in project["optional-dependencies"].items()
        if extra in ("cli", "divoc", "scan", "issue", "hsm", "spark")
    }
    explained = {package for _, package in errors._OPTIONAL.values()}
    # Nothing imports tzdata by its name: it is data of Python's own zones.
    assert set().union(*extras.values()) - {"vaxpass", "tzdata"} == explained
    for module, (extra, package) in errors._OPTIONAL.items():
        assert package in extras[extra]
        found = MissingExtraError.explain(ModuleNotFoundError(name=f"{module}.part"))
        assert (found.extra, found.package) == (extra, package)
    broken = ModuleNotFoundError(name="unheard_of")
    with pytest.raises(ModuleNotFoundError):
        raise MissingExtraError.explain(broken)

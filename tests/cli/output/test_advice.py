"""What to do next: for each reason a sentence that fits what was found."""

from __future__ import annotations

import pytest
from vaxpass_cli.output.advice import advice

from vaxpass import Code, Outcome


@pytest.mark.parametrize("code", Code)
def test_nobody_is_told_to_accept_what_is_not_accepted(code: Code) -> None:
    said = advice(code.outcome, code.value, "en")
    assert said
    assert "No action" not in said
    if code.outcome is Outcome.REJECTED:
        assert "secondary" in said or "Ask for" in said or "ask for" in said


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (Code.VALIDITY_SEAL_EXPIRED, "Ask for a fresh code or the paper"),
        (Code.VALIDITY_SEAL_OVER, "Ask for a fresh code or the paper"),
        (Code.SCHEMA_UNPROTECTED, "Ask for the paper and an identity document"),
        (Code.ARCHIVE_STRUCTURE, "Scan the code with a camera"),
        (Code.JSON_INVALID, "Scan the code with a camera"),
        (Code.CONTENT_NO_EVENT, "Look at what it says"),
        (Code.CONTENT_LINK_NOT_OPENED, "Ask for the certificate itself"),
        (Code.USAGE_FOREIGN_SIGNER, "Do not accept it; send the traveller and the document"),
    ],
)
def test_what_is_special_has_its_own_advice(code: Code, said: str) -> None:
    assert advice(code.outcome, code.value, "en").startswith(said)


@pytest.mark.parametrize(
    "code", [Code.DEFLATE_TRUNCATED, Code.ARCHIVE_TOO_LARGE, Code.JSON_TOO_LONG, Code.DEFLATE_TOO_LARGE]
)
def test_a_code_that_no_hand_scanner_changed_is_scanned_again(code: Code) -> None:
    assert advice(code.outcome, code.value, "en").startswith("Ask for the original code")

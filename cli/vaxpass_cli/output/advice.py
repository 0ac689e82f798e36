"""What the staff does next about a passport that was not accepted: one sentence for each reason.

The library says what was found; what to do about it depends on the desk. A code without its own advice
has the advice of its outcome.
"""

from __future__ import annotations

from typing import Final

from vaxpass import Code, Outcome, Stage, messages

_OUTCOMES: Final[dict[Outcome, str]] = {
    Outcome.GENUINE: "look",
    Outcome.REJECTED: "reject",
    Outcome.UNDECIDED: "secondary",
    Outcome.OTHER: "another_code",
    Outcome.UNREADABLE: "show_again",
}


_TOO_LARGE: Final = (Code.ARCHIVE_TOO_LARGE, Code.JSON_TOO_LONG)


# A hand scanner that types can't carry an archive, and its layout changes the signs of JSON.
def _is_garbled(code: Code) -> bool:
    damaged = code.outcome is Outcome.UNREADABLE and code not in _TOO_LARGE
    return code.stage in (Stage.ARCHIVE, Stage.JSON) and damaged


_CODES: Final[dict[str, str]] = {
    Code.PREFIX_UNSUPPORTED_VERSION: "other_document",
    Code.PREFIX_HEALTH_LINK: "link",
    Code.PREFIX_LINK_FILE: "link",
    Code.JWS_PART: "other_parts",
    Code.JWS_SEVERAL: "another_code",
    Code.PREFIX_VDS_NC: "other_document",
    Code.PREFIX_DIVOC: "install_divoc",
    Code.PREFIX_DUTCH_PASS: "international",
    Code.PREFIX_SWISS_LIGHT: "international",
    Code.PREFIX_NEW_ZEALAND_PASS: "international",
    Code.PREFIX_FRENCH_2D_DOC: "international",
    Code.PREFIX_ICAO_SEAL: "other_document",
    Code.PREFIX_WALLET_LINK: "certificate_itself",
    Code.PAYLOAD_DDCC: "other_document",
    Code.PAYLOAD_HEALTH_LINK: "other_document",
    Code.PAYLOAD_ICVP: "other_document",
    Code.PAYLOAD_MEDICATION: "other_document",
    Code.PAYLOAD_KIND_UNSUPPORTED: "other_document",
    Code.PAYLOAD_VOCABULARY_UNKNOWN: "other_document",
    Code.PAYLOAD_FORM_UNKNOWN: "other_document",
    Code.TRUST_KEY_UNKNOWN: "issuer_unknown",
    Code.TRUST_TEST_KEY: "specimen",
    Code.TRUST_LIST_STALE: "list_stale",
    Code.SIGNATURE_MISMATCH: "forged",
    Code.SIGNATURE_MALFORMED: "forged",
    Code.SIGNATURE_KEY_TYPE: "forged",
    Code.VALIDITY_NOT_YET: "newer",
    Code.VALIDITY_EXPIRED: "newer",
    Code.VALIDITY_SIGNER_EXPIRED: "issued_anew",
    Code.REVOCATION_UNREADABLE: "revocation_list",
    Code.VALIDITY_SIGNER_REVOKED: "forged",
    Code.VALIDITY_SEAL_EXPIRED: "paper",
    Code.VALIDITY_SEAL_OVER: "paper",
    Code.USAGE_NOT_FOR_SEALS: "forged",
    Code.USAGE_FOREIGN_SIGNER: "forged",
    Code.USAGE_COVID_ONLY: "paper",
    Code.SCHEMA_PRODUCT_UNPROVEN: "paper",
    Code.SCHEMA_INCOMPLETE: "paper",
    Code.SCHEMA_UNPROTECTED: "paper_and_id",
    Code.SCHEMA_HOLDER_UNPROTECTED: "paper_and_id",
    Code.SCHEMA_LINK: "link",
    Code.CONTENT_LINK_NOT_OPENED: "link",
    Code.CONTENT_NOT_COMPLETED: "look_content",
    Code.CONTENT_NO_EVENT: "look_content",
    Code.RULES_FAILED: "rules_failed",
    Code.RULES_NONE: "rules_none",
    **dict.fromkeys((code.value for code in Code if _is_garbled(code)), "camera"),
    "keyboard.works": "nothing",
    "keyboard.fails": "set_scanner",
    "text.keyboard_layout": "set_scanner",
    "text.keyboard_unfit": "camera_or_serial",
    "picture.no_code": "another_code",
    "pdf.no_code": "another_code",
    "text.none": "another_code",
}


def advice(outcome: Outcome, code: str, language: str) -> str:
    """What to do next, as a sentence in `language`; empty for an accepted passport.

    `code` is a code of the library or of an input.

    >>> advice(Outcome.UNDECIDED, "trust.key_unknown", "en")
    'The issuer is not on the list: send the traveller to secondary inspection.'
    """
    if outcome is Outcome.ACCEPTED:
        return ""
    return messages.text(f"scan.advice.{_CODES.get(code) or _OUTCOMES[outcome]}", language)

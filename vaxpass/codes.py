"""Every stage, status, outcome and code of a verdict.

These strings are an interface: other programs branch on them. Adding one is a minor release, renaming
or removing one is a major release, and `tests/vaxpass/test_codes.py` holds the list. `docs/codes.md`
explains them; the sentences for people are in `vaxpass.messages`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

__all__ = [
    "DCC_KINDS",
    "GROUPS",
    "Code",
    "IssuerType",
    "Kind",
    "NoteCode",
    "Outcome",
    "RuleCode",
    "Stage",
    "Status",
]


class Kind(StrEnum):
    """What a document attests, as `family.kind`.

    >>> Kind("eu-dcc.test").name
    'TEST'
    """

    VACCINATION = "eu-dcc.vaccination"
    TEST = "eu-dcc.test"
    RECOVERY = "eu-dcc.recovery"
    ICVP = "icvp.vaccination"
    DDCC_VACCINATION = "ddcc.vaccination"
    DDCC_TEST = "ddcc.test"
    MEDICATION = "ph4h.medication"
    HEALTH_LINK = "health-link.link"
    HEALTH_CARD = "smart-health-card.record"
    VDS_VACCINATION = "vds-nc.vaccination"
    VDS_TEST = "vds-nc.test"
    DIVOC = "divoc.vaccination"


GROUPS: Final = {"v": Kind.VACCINATION, "t": Kind.TEST, "r": Kind.RECOVERY}
"""The groups of entries in an EU DCC's payload (EU DCC schema 1.3.x), and what each attests."""
DCC_KINDS: Final = frozenset(GROUPS.values())
"""The kinds of the EU DCC. A key without restrictions may sign these, and no kind of another family."""


class IssuerType(StrEnum):
    """What kind of body an issuer is, as a trust list says.

    >>> IssuerType("government").name
    'GOVERNMENT'
    """

    GOVERNMENT = "government"
    HEALTH_SYSTEM = "health_system"
    PHARMACY = "pharmacy"
    LABORATORY = "laboratory"
    OTHER = "other"


class Stage(StrEnum):
    """The stages of a verification, in their order.

    >>> [stage.value for stage in Stage][:3]
    ['prefix', 'base45', 'deflate']
    """

    PREFIX = "prefix"
    BASE45 = "base45"
    DEFLATE = "deflate"
    COSE = "cose"
    CWT = "cwt"
    ARCHIVE = "archive"
    JSON = "json"
    JWS = "jws"
    PAYLOAD = "payload"
    TRUST = "trust"
    SIGNATURE = "signature"
    VALIDITY = "validity"
    USAGE = "usage"
    SCHEMA = "schema"
    VALUESETS = "valuesets"
    REVOCATION = "revocation"
    """Only where the verifier has revocation lists."""
    RULES = "rules"
    """Only where a destination was asked about."""
    CONTENT = "content"
    """Whether it says something that a person must look at, such as a detected infection."""


class Status(StrEnum):
    """How one stage ended.

    >>> Status.OPEN.value
    'open'
    """

    PASS = "pass"  # noqa: S105 - a status, not a password
    FAIL = "fail"
    OPEN = "open"
    """The data that decides is not known here."""
    SKIPPED = "skipped"
    """An earlier stage left nothing to check."""


class Outcome(StrEnum):
    """The verdict in one word.

    >>> Code.TRUST_KEY_UNKNOWN.outcome is Outcome.UNDECIDED
    True
    """

    ACCEPTED = "accepted"
    GENUINE = "genuine"
    """It is genuine, and a person must look at what it says, for example a detected infection."""
    REJECTED = "rejected"
    UNDECIDED = "undecided"
    """The data that decides is not known here, for example the signer's key."""
    OTHER = "other"
    """A text was read, and it is no health document."""
    UNREADABLE = "unreadable"
    """Nothing could be read: there is no QR code, or what it holds is damaged."""


class Code(StrEnum):
    """Why a check did not pass: `stage.reason`. `docs/codes.md` explains each.

    >>> code = Code("signature.mismatch")
    >>> code.stage.value, code.status.value, code.outcome.value
    ('signature', 'fail', 'rejected')
    """

    PREFIX_MISSING = "prefix.missing"
    PREFIX_UNSUPPORTED_VERSION = "prefix.unsupported_version"
    PREFIX_HEALTH_LINK = "prefix.health_link"
    PREFIX_LINK_FILE = "prefix.link_file"
    PREFIX_VDS_NC = "prefix.vds_nc"
    PREFIX_DIVOC = "prefix.divoc"
    PREFIX_DUTCH_PASS = "prefix.dutch_pass"  # noqa: S105 - a code, not a password
    PREFIX_SWISS_LIGHT = "prefix.swiss_light"
    PREFIX_NEW_ZEALAND_PASS = "prefix.new_zealand_pass"  # noqa: S105
    PREFIX_FRENCH_2D_DOC = "prefix.french_2d_doc"
    PREFIX_ICAO_SEAL = "prefix.icao_seal"
    PREFIX_WALLET_LINK = "prefix.wallet_link"
    BASE45_TOO_LONG = "base45.too_long"
    BASE45_CHARACTER = "base45.character"
    BASE45_LENGTH = "base45.length"
    BASE45_OVERFLOW = "base45.overflow"
    DEFLATE_NOT_COMPRESSED = "deflate.not_compressed"
    DEFLATE_CORRUPT = "deflate.corrupt"
    DEFLATE_TRUNCATED = "deflate.truncated"
    DEFLATE_TRAILING = "deflate.trailing"
    DEFLATE_TOO_LARGE = "deflate.too_large"
    JWS_TOO_LONG = "jws.too_long"
    JWS_DIGITS = "jws.digits"
    JWS_PART = "jws.part"
    JWS_SEVERAL = "jws.several"
    JWS_STRUCTURE = "jws.structure"
    JWS_HEADER_INVALID = "jws.header_invalid"
    JWS_CRITICAL_HEADER = "jws.critical_header"
    JWS_ALGORITHM_UNSUPPORTED = "jws.algorithm_unsupported"
    JWS_NOT_COMPRESSED = "jws.not_compressed"
    COSE_CBOR_INVALID = "cose.cbor_invalid"
    COSE_CBOR_TOO_DEEP = "cose.cbor_too_deep"
    COSE_CBOR_TRAILING = "cose.cbor_trailing"
    COSE_CBOR_DUPLICATE_KEY = "cose.cbor_duplicate_key"
    COSE_CBOR_KEY_TYPE = "cose.cbor_key_type"
    COSE_STRUCTURE = "cose.structure"
    COSE_HEADER_INVALID = "cose.header_invalid"
    COSE_CRITICAL_HEADER = "cose.critical_header"
    COSE_ALGORITHM_MISSING = "cose.algorithm_missing"
    COSE_ALGORITHM_UNSUPPORTED = "cose.algorithm_unsupported"
    CWT_CBOR_INVALID = "cwt.cbor_invalid"
    CWT_CBOR_TOO_DEEP = "cwt.cbor_too_deep"
    CWT_CBOR_TRAILING = "cwt.cbor_trailing"
    CWT_CBOR_DUPLICATE_KEY = "cwt.cbor_duplicate_key"
    CWT_CBOR_KEY_TYPE = "cwt.cbor_key_type"
    CWT_STRUCTURE = "cwt.structure"
    CWT_EXP_MISSING = "cwt.exp_missing"
    CWT_EXP_INVALID = "cwt.exp_invalid"
    CWT_IAT_MISSING = "cwt.iat_missing"
    CWT_IAT_INVALID = "cwt.iat_invalid"
    CWT_NBF_INVALID = "cwt.nbf_invalid"
    JSON_TOO_LONG = "json.too_long"
    JSON_INVALID = "json.invalid"
    JSON_STRUCTURE = "json.structure"
    JSON_ALGORITHM_UNSUPPORTED = "json.algorithm_unsupported"
    ARCHIVE_STRUCTURE = "archive.structure"
    ARCHIVE_TOO_LARGE = "archive.too_large"
    ARCHIVE_NOT_DIVOC = "archive.not_divoc"
    PAYLOAD_MISSING = "payload.missing"
    PAYLOAD_STRUCTURE = "payload.structure"
    PAYLOAD_ISSUER_INVALID = "payload.issuer_invalid"
    PAYLOAD_KIND_UNSUPPORTED = "payload.kind_unsupported"
    PAYLOAD_DDCC = "payload.ddcc"
    PAYLOAD_HEALTH_LINK = "payload.health_link"
    PAYLOAD_ICVP = "payload.icvp"
    PAYLOAD_MEDICATION = "payload.medication"
    PAYLOAD_VOCABULARY_UNKNOWN = "payload.vocabulary_unknown"
    PAYLOAD_FORM_UNKNOWN = "payload.form_unknown"
    PAYLOAD_PROOF = "payload.proof"
    TRUST_KEY_UNKNOWN = "trust.key_unknown"
    TRUST_TEST_KEY = "trust.test_key"
    TRUST_LIST_STALE = "trust.list_stale"
    SIGNATURE_MISMATCH = "signature.mismatch"
    SIGNATURE_MALFORMED = "signature.malformed"
    SIGNATURE_KEY_TYPE = "signature.key_type"
    SIGNATURE_KEY_TOO_WEAK = "signature.key_too_weak"
    VALIDITY_NOT_YET = "validity.not_yet"
    VALIDITY_EXPIRED = "validity.expired"
    VALIDITY_ISSUED_BEFORE_SIGNER = "validity.issued_before_signer"
    VALIDITY_SIGNER_EXPIRED = "validity.signer_expired"
    VALIDITY_SIGNER_REVOKED = "validity.signer_revoked"
    VALIDITY_OWN_PERIOD = "validity.own_period"
    VALIDITY_NOT_IN_FORCE = "validity.not_in_force"
    VALIDITY_SEAL_EXPIRED = "validity.seal_expired"
    VALIDITY_SEAL_OVER = "validity.seal_over"
    USAGE_NOT_FOR_TEST = "usage.not_for_test"
    USAGE_NOT_FOR_VACCINATION = "usage.not_for_vaccination"
    USAGE_NOT_FOR_RECOVERY = "usage.not_for_recovery"
    USAGE_NOT_FOR_SEALS = "usage.not_for_seals"
    USAGE_FOREIGN_SIGNER = "usage.foreign_signer"
    USAGE_OTHER_COUNTRY = "usage.other_country"
    USAGE_COUNTRY_UNKNOWN = "usage.country_unknown"
    USAGE_COVID_ONLY = "usage.covid_only"
    SCHEMA_GROUP_MISSING = "schema.group_missing"
    SCHEMA_SEVERAL_GROUPS = "schema.several_groups"
    SCHEMA_SEVERAL_ENTRIES = "schema.several_entries"
    SCHEMA_SEVERAL_PERSONS = "schema.several_persons"
    SCHEMA_REQUIRED = "schema.required"
    SCHEMA_TYPE = "schema.type"
    SCHEMA_FORMAT = "schema.format"
    SCHEMA_LENGTH = "schema.length"
    SCHEMA_RANGE = "schema.range"
    SCHEMA_DATES = "schema.dates"
    SCHEMA_LINK = "schema.link"
    SCHEMA_PRODUCT_UNKNOWN = "schema.product_unknown"
    SCHEMA_PRODUCT_UNPROVEN = "schema.product_unproven"
    SCHEMA_INCOMPLETE = "schema.incomplete"
    SCHEMA_UNPROTECTED = "schema.unprotected"
    SCHEMA_HOLDER_UNPROTECTED = "schema.holder_unprotected"
    REVOCATION_LISTED = "revocation.listed"
    REVOCATION_FILTERED = "revocation.filtered"
    REVOCATION_UNREADABLE = "revocation.unreadable"
    RULES_FAILED = "rules.failed"
    RULES_INVALIDATED = "rules.invalidated"
    RULES_OPEN = "rules.open"
    RULES_NONE = "rules.none"
    RULES_NOT_FOR_KIND = "rules.not_for_kind"
    CONTENT_DETECTED = "content.detected"
    CONTENT_RESULT_UNKNOWN = "content.result_unknown"
    CONTENT_LINK_NOT_OPENED = "content.link_not_opened"
    CONTENT_NOT_COMPLETED = "content.not_completed"
    CONTENT_NO_EVENT = "content.no_event"

    @property
    def stage(self) -> Stage:
        """The stage that this code belongs to."""
        return Stage(self.partition(".")[0])

    @property
    def outcome(self) -> Outcome:
        """The outcome of a verdict that this code decides."""
        if self in _UNDECIDED:
            return Outcome.UNDECIDED
        if self.stage is Stage.CONTENT:
            return Outcome.GENUINE
        if self in _OTHER:
            return Outcome.OTHER
        if self in _REJECTED_WHILE_READING or self.stage not in _READING:
            return Outcome.REJECTED
        return Outcome.UNREADABLE

    @property
    def status(self) -> Status:
        """The status of a check with this code: `open` where somebody else must decide, else `fail`."""
        return Status.OPEN if self in _UNDECIDED or self.stage is Stage.CONTENT else Status.FAIL


class NoteCode(StrEnum):
    """What is unusual about a document and does not decide the verdict.

    >>> NoteCode.COSE_UNTAGGED.formal, NoteCode.TRUST_LIST_AGING.formal
    (True, False)
    """

    PREFIX_SURROUNDING_SPACE = "prefix.surrounding_space"
    PREFIX_FROM_LINK = "prefix.from_link"
    DEFLATE_GZIP_TRAILER = "deflate.gzip_trailer"
    JWS_HEADER_EXTRA = "jws.header_extra"
    JSON_BYTE_ORDER_MARK = "json.byte_order_mark"
    COSE_UNTAGGED = "cose.untagged"
    COSE_DOUBLE_TAGGED = "cose.double_tagged"
    COSE_ALGORITHM_UNPROTECTED = "cose.algorithm_unprotected"
    COSE_KID_UNPROTECTED = "cose.kid_unprotected"
    COSE_KID_TWICE = "cose.kid_twice"
    COSE_KID_LENGTH = "cose.kid_length"
    COSE_KID_TEXT = "cose.kid_text"
    COSE_HEADER_EXTRA = "cose.header_extra"
    CWT_FLOAT_TIME = "cwt.float_time"
    CWT_TAGGED_TIME = "cwt.tagged_time"
    CWT_ISSUER_NOT_COUNTRY = "cwt.issuer_not_country"
    CWT_TEXT_KEYS = "cwt.text_keys"
    CWT_MILLISECONDS = "cwt.milliseconds"
    PAYLOAD_OTHER_KIND = "payload.other_kind"
    PAYLOAD_TAGGED_VALUE = "payload.tagged_value"
    PAYLOAD_MORE_LINKS = "payload.more_links"
    TRUST_LIST_AGING = "trust.list_aging"
    TRUST_CLOCK_BEHIND = "trust.clock_behind"
    TRUST_VALIDITY_UNKNOWN = "trust.validity_unknown"
    TRUST_ISSUER_OLD = "trust.issuer_old"
    TRUST_OTHER_COUNTRY = "trust.other_country"
    TRUST_ENTRY_COUNTRY = "trust.entry_country"
    TRUST_OTHER_DOMAIN = "trust.other_domain"
    SIGNATURE_P384 = "signature.p384"
    SIGNATURE_SHORT_RSA = "signature.short_rsa"
    VALIDITY_EXPIRED_SIGNER_LISTED = "validity.expired_signer_listed"
    VALIDITY_OUTLIVES_SIGNER = "validity.outlives_signer"
    VALIDITY_PERIOD_AHEAD = "validity.period_ahead"
    VALIDITY_PERIOD_OVER = "validity.period_over"
    VALIDITY_LINK_EXPIRED = "validity.link_expired"
    VALIDITY_BEFORE_RULES = "validity.before_rules"
    USAGE_COVID_SIGNER = "usage.covid_signer"
    USAGE_NOT_STATED = "usage.not_stated"
    USAGE_BY_HEALTH_SYSTEM = "usage.by_health_system"
    USAGE_BY_PHARMACY = "usage.by_pharmacy"
    USAGE_BY_LABORATORY = "usage.by_laboratory"
    USAGE_BY_OTHER = "usage.by_other"
    USAGE_BY_UNKNOWN = "usage.by_unknown"
    SCHEMA_OTHER_RECORDS = "schema.other_records"
    SCHEMA_VERSION_UNKNOWN = "schema.version_unknown"
    SCHEMA_VERSION_AMBIGUOUS = "schema.version_ambiguous"
    SCHEMA_ISSUER_MISSING = "schema.issuer_missing"
    SCHEMA_NULL = "schema.null"
    SCHEMA_EMPTY = "schema.empty"
    SCHEMA_UNTRIMMED = "schema.untrimmed"
    SCHEMA_TOO_LONG = "schema.too_long"
    SCHEMA_EXTRA_FIELD = "schema.extra_field"
    SCHEMA_DATE_TIME = "schema.date_time"
    SCHEMA_DATE_PARTIAL = "schema.date_partial"
    SCHEMA_TIME_FORM = "schema.time_form"
    SCHEMA_NAME_LETTERS = "schema.name_letters"
    SCHEMA_NAME_MISSING = "schema.name_missing"
    SCHEMA_DOSE_ORDER = "schema.dose_order"
    SCHEMA_DOSE_ZERO = "schema.dose_zero"
    SCHEMA_DOSE_FLOAT = "schema.dose_float"
    SCHEMA_BIRTH_IMPOSSIBLE = "schema.birth_impossible"
    SCHEMA_BIRTH_AHEAD = "schema.birth_ahead"
    SCHEMA_ENTRY_BEFORE_BIRTH = "schema.entry_before_birth"
    SCHEMA_ENTRY_AHEAD = "schema.entry_ahead"
    SCHEMA_ENTRY_AFTER_ISSUE = "schema.entry_after_issue"
    SCHEMA_PERIOD_ORDER = "schema.period_order"
    SCHEMA_UVCI_PREFIX = "schema.uvci_prefix"
    SCHEMA_UVCI_LETTERS = "schema.uvci_letters"
    SCHEMA_UVCI_CHECKSUM = "schema.uvci_checksum"
    SCHEMA_LINK_NOT_HTTPS = "schema.link_not_https"
    VALUESETS_UNKNOWN_CODE = "valuesets.unknown_code"
    VALUESETS_PRODUCT_HOLDER = "valuesets.product_holder"
    VALUESETS_PRODUCT_DISEASE = "valuesets.product_disease"
    VALUESETS_INFECTION_DETECTED = "valuesets.infection_detected"
    CONTENT_LINK_PASSCODE = "content.link_passcode"
    CONTENT_LINK_NETWORK = "content.link_network"

    @property
    def formal(self) -> bool:
        """True where only the form is unusual, which an officer does not need to see."""
        return self not in _MATTERS


class RuleCode(StrEnum):
    """Why a rule of a country is not met or is open, and when it is met.

    >>> RuleCode.DOSE_TOO_OLD.value
    'rule.dose_too_old'
    """

    DOSE_TOO_OLD = "rule.dose_too_old"
    DOSE_TOO_NEW = "rule.dose_too_new"
    DOSE_AHEAD = "rule.dose_ahead"
    SAMPLE_TOO_OLD = "rule.sample_too_old"
    SAMPLE_TOO_NEW = "rule.sample_too_new"
    SAMPLE_AHEAD = "rule.sample_ahead"
    POSITIVE_TOO_OLD = "rule.positive_too_old"
    POSITIVE_TOO_NEW = "rule.positive_too_new"
    POSITIVE_AHEAD = "rule.positive_ahead"
    DATE_PASSED = "rule.date_passed"
    DATE_NOT_REACHED = "rule.date_not_reached"
    DATE_TOO_LATE = "rule.date_too_late"
    DATE_TOO_EARLY = "rule.date_too_early"
    DATE_IMPOSSIBLE = "rule.date_impossible"
    NOT_ACCEPTED = "rule.not_accepted"
    NOT_LISTED = "rule.not_listed"
    EXCLUDED = "rule.excluded"
    SERIES_INCOMPLETE = "rule.series_incomplete"
    NUMBER_LOW = "rule.number_low"
    NUMBER_HIGH = "rule.number_high"
    MISSING = "rule.missing"
    NO_VACCINATION = "rule.no_vaccination"
    NO_TEST = "rule.no_test"
    NO_RECOVERY = "rule.no_recovery"
    SEVERAL_EVENTS = "rule.several_events"
    DESCRIBED = "rule.described"
    UNDESCRIBED = "rule.undescribed"
    INVALIDATED = "rule.invalidated"
    INVALIDATED_UNDESCRIBED = "rule.invalidated_undescribed"
    OPEN_ENGINE = "rule.open_engine"
    OPEN_SCHEMA = "rule.open_schema"
    OPEN_EVALUATION = "rule.open_evaluation"
    OPEN_RESULT = "rule.open_result"
    SKIPPED = "rule.skipped"
    MET_UNTIL = "rule.met_until"
    MET_FROM = "rule.met_from"
    MET_BETWEEN = "rule.met_between"
    MET_NEVER = "rule.met_never"


_READING: Final = frozenset(
    {
        Stage.PREFIX,
        Stage.BASE45,
        Stage.DEFLATE,
        Stage.COSE,
        Stage.CWT,
        Stage.ARCHIVE,
        Stage.JSON,
        Stage.JWS,
        Stage.PAYLOAD,
    }
)
# These show that the text is a health document whose content can't be accepted.
_REJECTED_WHILE_READING: Final = frozenset(
    {
        Code.COSE_CBOR_DUPLICATE_KEY,
        Code.COSE_CBOR_KEY_TYPE,
        Code.COSE_CRITICAL_HEADER,
        Code.COSE_ALGORITHM_MISSING,
        Code.COSE_ALGORITHM_UNSUPPORTED,
        Code.JWS_CRITICAL_HEADER,
        Code.JWS_ALGORITHM_UNSUPPORTED,
        Code.JWS_NOT_COMPRESSED,
        Code.PAYLOAD_ISSUER_INVALID,
        Code.CWT_CBOR_DUPLICATE_KEY,
        Code.CWT_CBOR_KEY_TYPE,
        Code.CWT_EXP_MISSING,
        Code.CWT_EXP_INVALID,
        Code.CWT_IAT_MISSING,
        Code.CWT_IAT_INVALID,
        Code.CWT_NBF_INVALID,
        Code.JSON_ALGORITHM_UNSUPPORTED,
        Code.PAYLOAD_PROOF,
    }
)
_OTHER: Final = frozenset(
    {Code.PREFIX_MISSING, Code.CWT_STRUCTURE, Code.ARCHIVE_NOT_DIVOC, Code.PAYLOAD_MISSING}
)
_UNDECIDED: Final = frozenset(
    {
        Code.PREFIX_UNSUPPORTED_VERSION,
        Code.JWS_PART,
        Code.JWS_SEVERAL,
        Code.PREFIX_HEALTH_LINK,
        Code.PREFIX_LINK_FILE,
        Code.PREFIX_VDS_NC,
        Code.PREFIX_DIVOC,
        Code.PREFIX_DUTCH_PASS,
        Code.PREFIX_SWISS_LIGHT,
        Code.PREFIX_NEW_ZEALAND_PASS,
        Code.PREFIX_FRENCH_2D_DOC,
        Code.PREFIX_ICAO_SEAL,
        Code.PREFIX_WALLET_LINK,
        Code.PAYLOAD_KIND_UNSUPPORTED,
        Code.PAYLOAD_DDCC,
        Code.PAYLOAD_HEALTH_LINK,
        Code.PAYLOAD_ICVP,
        Code.PAYLOAD_MEDICATION,
        Code.PAYLOAD_VOCABULARY_UNKNOWN,
        Code.PAYLOAD_FORM_UNKNOWN,
        Code.TRUST_KEY_UNKNOWN,
        Code.TRUST_LIST_STALE,
        Code.VALIDITY_SEAL_EXPIRED,
        Code.VALIDITY_SEAL_OVER,
        Code.USAGE_COUNTRY_UNKNOWN,
        Code.SCHEMA_LINK,
        Code.USAGE_COVID_ONLY,
        Code.SCHEMA_PRODUCT_UNPROVEN,
        Code.SCHEMA_INCOMPLETE,
        Code.SCHEMA_UNPROTECTED,
        Code.SCHEMA_HOLDER_UNPROTECTED,
        Code.REVOCATION_UNREADABLE,
        Code.RULES_OPEN,
        Code.RULES_NONE,
        Code.RULES_NOT_FOR_KIND,
    }
)
_MATTERS: Final = frozenset(
    {
        NoteCode.COSE_KID_TWICE,
        NoteCode.PAYLOAD_OTHER_KIND,
        NoteCode.TRUST_LIST_AGING,
        NoteCode.TRUST_CLOCK_BEHIND,
        NoteCode.TRUST_VALIDITY_UNKNOWN,
        NoteCode.TRUST_ISSUER_OLD,
        NoteCode.TRUST_OTHER_COUNTRY,
        NoteCode.TRUST_OTHER_DOMAIN,
        NoteCode.SIGNATURE_P384,
        NoteCode.SIGNATURE_SHORT_RSA,
        NoteCode.VALIDITY_EXPIRED_SIGNER_LISTED,
        NoteCode.VALIDITY_PERIOD_AHEAD,
        NoteCode.VALIDITY_PERIOD_OVER,
        NoteCode.VALIDITY_LINK_EXPIRED,
        NoteCode.PAYLOAD_MORE_LINKS,
        NoteCode.SCHEMA_LINK_NOT_HTTPS,
        NoteCode.CONTENT_LINK_PASSCODE,
        NoteCode.CONTENT_LINK_NETWORK,
        NoteCode.VALIDITY_BEFORE_RULES,
        NoteCode.USAGE_COVID_SIGNER,
        NoteCode.SCHEMA_VERSION_AMBIGUOUS,
        NoteCode.SCHEMA_ISSUER_MISSING,
        NoteCode.USAGE_NOT_STATED,
        NoteCode.USAGE_BY_HEALTH_SYSTEM,
        NoteCode.USAGE_BY_PHARMACY,
        NoteCode.USAGE_BY_LABORATORY,
        NoteCode.USAGE_BY_OTHER,
        NoteCode.USAGE_BY_UNKNOWN,
        NoteCode.SCHEMA_OTHER_RECORDS,
        NoteCode.SCHEMA_BIRTH_IMPOSSIBLE,
        NoteCode.SCHEMA_BIRTH_AHEAD,
        NoteCode.SCHEMA_ENTRY_BEFORE_BIRTH,
        NoteCode.SCHEMA_ENTRY_AHEAD,
        NoteCode.SCHEMA_ENTRY_AFTER_ISSUE,
        NoteCode.SCHEMA_PERIOD_ORDER,
        NoteCode.VALUESETS_UNKNOWN_CODE,
        NoteCode.VALUESETS_PRODUCT_HOLDER,
        NoteCode.VALUESETS_PRODUCT_DISEASE,
        NoteCode.VALUESETS_INFECTION_DETECTED,
    }
)
OUTSIDE_OWN_PERIOD: Final = frozenset({NoteCode.VALIDITY_PERIOD_AHEAD, NoteCode.VALIDITY_PERIOD_OVER})
"""A document with such a note is not in force by what it says itself."""

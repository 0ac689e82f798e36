"""Yellow cards of WHO (ICVP) for tests, of persons who do not exist."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.support.world import World
from vaxpass import VaccinationCertificate, encode

STAMARIL: Final = "YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0"
IPV: Final = "PolioVaccineInactivatedIProduct087ff26057e89c006517428347dfbc3c"
YELLOW_CARD: Final = VaccinationCertificate(
    name="Nguyễn Bảo Duy",
    birth_date="1990-05-06",
    sex="male",
    nationality="VNM",
    document_number="001090012345",
    document_type="NI",
    vaccine=STAMARIL,
    date="2026-03-01",
    batch="YF-7",
    clinician="Trung tâm Kiểm dịch Y tế",
    issuer="Ministry of Health",
    issued_on="2026-03-02",
)
POLIO_CARD: Final = replace(YELLOW_CARD, vaccine=IPV)
ISSUED: Final = datetime(2026, 3, 2, 8, tzinfo=UTC)


def yellow_card(world: World, certificate: VaccinationCertificate = YELLOW_CARD, **changes: Any) -> str:
    """The signed text of a yellow card, or of `certificate`, with some of its fields changed."""
    return encode(
        replace(certificate, **changes),
        world.es256.signer(),
        issuer="VN",
        issued_at=ISSUED,
        expires_at=ISSUED + timedelta(days=180),
    )

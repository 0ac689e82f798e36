"""An ICVP as rules read it: whatever its generation, in the form of generation E, with its disease."""

from __future__ import annotations

from dataclasses import replace

from vaxpass.documents.hcert.icvp.model import Generation, VaccinationCertificate
from vaxpass.encoding.cbor import Value


def payload_for_rules(certificate: VaccinationCertificate) -> dict[str, Value]:
    """The payload that rules for an ICVP read (docs/rules.md).

    `vx.vp` is the product where the certificate names one that is listed, and `vx.tg` the disease
    (ICD-11) that follows from it. So a rule needs to know one form only.

    >>> yellow = "YellowFeverProductd8a09f80301dc05e124f99ffe7711fc0"
    >>> first = {"v": {"dn": "Primary", "vp": "XM0N24", "mp": yellow, "dt": "2026-09-01"}}
    >>> payload_for_rules(VaccinationCertificate.from_payload(first))["vx"] == {
    ...     "vp": yellow, "dv": "2026-09-01", "tg": "1D47"}
    True
    """
    product, disease = certificate.product, certificate.disease
    latest = replace(
        certificate,
        generation=Generation.E,
        vaccine=product.id if product else certificate.vaccine,
        # Rules count in days; some generators write a time.
        date=None if certificate.date is None else certificate.date.strip()[: len("YYYY-MM-DD")],
    )
    payload = latest.to_payload()
    dose = payload["vx"]
    return (
        {**payload, "vx": {**dose, "tg": disease.icd11}}
        if disease and isinstance(dose, dict)
        else payload
    )

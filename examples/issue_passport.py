"""Issue a TEST passport with new keys: python examples/issue_passport.py passport.png."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vaxpass import Certificate, Person, Policy, TrustList, Vaccination, Verifier, encode
from vaxpass.qr import png
from vaxpass.testing import Authority
from vaxpass.trust import TrustedKey

now = datetime.now(UTC).replace(microsecond=0)
authority = Authority.create("VN", valid_from=now, days=3650)  # a country CA (CSCA)
key = authority.issue_signer(days=730)  # a document signer (DSC)

vaccination = Vaccination(
    disease="840539006",
    prophylaxis="1119349007",
    product="EU/1/20/1528",
    manufacturer="ORG-100030215",
    dose=2,
    doses=2,
    date="2025-11-12",
    country="VN",
    issuer="TEST Ministry of Health",
    uvci="URN:UVCI:01:VN:0123456789ABCDEF0123456789ABCDEF",
)
person = Person("Đặng", "DANG", "Thị Ánh Tuyết", "THI<ANH<TUYET")
certificate = Certificate(person, "1988-02-29", (vaccination,))
end = now + timedelta(days=365)
text = encode(certificate, key.signer(), issuer="VN", issued_at=now, expires_at=end)
Path(sys.argv[1]).write_bytes(png(text))

trust = TrustList([TrustedKey.of(key.certificate, "this example")])
# The key is a test key; leave the policy out for real passports.
verdict = Verifier(trust, Policy(test_keys=True)).verify(text, at=now)
print(verdict.outcome, "-", verdict.reason())

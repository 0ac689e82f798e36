"""A stick with what a desk needs: a signed list and its key, a bundle, rules, a revocation store."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.support import german_lists
from tests.support.rule_data import data, published
from tests.support.world import NOW, World, trusted
from vaxpass.crypto import BareSigner, new_bundle_key
from vaxpass.revocation import HashList, Type, build
from vaxpass.trust import bundle as bundles
from vaxpass.trust import read_trust_list, write_trust_list

PEM = german_lists.KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
OTHER_PEM = german_lists.OTHER.public_key().public_bytes(
    Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
)
STORE = b"".join(build([HashList(b"", Type.UCI, 16, 1, [bytes(16)])]))


def stick(folder: Path) -> Path:
    """A signed list with its key, one that nobody signed, rules, a store, and a letter."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "list.txt").write_bytes(german_lists.LIST)
    (folder / "list.pem").write_bytes(PEM)
    (folder / "rules.json").write_bytes(data(published()))
    (folder / "revoked.store").write_bytes(STORE)
    (folder / "letter.txt").write_text("Dear colleague", encoding="utf-8")
    return folder


def own_list(world: World, made_at: datetime | None = None, *, test: bool = False) -> bytes:
    """A list in vaxpass JSON, which nobody signs."""
    keys = (
        [trusted(world.es256)]
        if test
        else read_trust_list(german_lists.LIST, source="own", unsigned=True)
    )
    return write_trust_list(keys, source="own", test=test, made_at=made_at)


def bundle(folder: Path, world: World, *, number: int = 1, days: int = 14, at: datetime = NOW) -> Path:
    """A signed bundle with a list, and beside it the key that it is signed with."""
    folder.mkdir(parents=True, exist_ok=True)
    key = folder / "maker.key.pem"
    if not key.exists():
        private, public = new_bundle_key()
        key.write_bytes(private)
        (folder / "maker.pem").write_bytes(public)
    path = folder / f"{number}.bundle"
    pieces = bundles.pack(
        {bundles.TRUST_LIST: own_list(world, at), bundles.RULES: data(published())},
        BareSigner.from_key_pem(key.read_bytes()),
        maker="Ministry of Health",
        number=number,
        created=at,
        use_before=at + timedelta(days=days),
    )
    path.write_bytes(b"".join(pieces))
    return path

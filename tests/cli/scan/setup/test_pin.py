"""The PIN of the kiosk is kept as a hash, and only the right one opens it."""

from __future__ import annotations

import pytest
from vaxpass_cli.errors import UsageError
from vaxpass_cli.scan.setup.pin import is_kept, is_right, kept


def test_only_the_right_pin_is_right_and_two_are_not_kept_alike() -> None:
    first, second = kept("2468"), kept("2468")
    assert first != second
    assert "2468" not in first
    assert is_right("2468", first)
    assert is_right("2468", second)
    assert not is_right("2469", first)
    assert not is_right("", first)


@pytest.mark.parametrize("pin", ["", "123", "12a4", "１２３４", "1" * 65, "12 34"])
def test_a_pin_has_four_digits_or_more(pin: str) -> None:
    with pytest.raises(UsageError) as raised:
        kept(pin)
    assert raised.value.key == "error.desk.pin_short"


@pytest.mark.parametrize(
    "damaged",
    ["", "2468", "scrypt$", "scrypt$AAAA", "scrypt$AAAA$AAAA", "scrypt$é$AAAA", "md5$AAAA$AAAA", "$$$"],
)
def test_what_is_no_hash_opens_nothing(damaged: str) -> None:
    assert not is_kept(damaged)
    assert not is_right("2468", damaged)


def test_a_hash_that_was_kept_is_known_as_one() -> None:
    assert is_kept(kept("123456"))

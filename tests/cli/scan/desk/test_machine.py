"""The states of the desk, with time as an argument."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from vaxpass_cli.scan.desk.machine import Machine, Timing
from vaxpass_cli.scan.desk.screen import State

A, B, C = b"a", b"b", b"c"


def judged(machine: Machine[str], now: float, *keys: bytes, accepted: bool = True) -> list[bytes]:
    """What a frame with these codes leads to: the new ones are judged."""
    new = machine.see(now, keys)
    for key in new:
        machine.add(now, key, key.decode(), accepted=accepted)
    return list(new)


def hold(machine: Machine[str], start: float, end: float, *keys: bytes, accepted: bool = True) -> None:
    """The same codes in view for a while, at twenty frames a second."""
    for step in range(int((end - start) * 20)):
        judged(machine, start + step / 20, *keys, accepted=accepted)


def test_it_begins_searching() -> None:
    machine = Machine[str]()
    machine.tick(0)
    assert machine.state is State.SEARCHING
    assert machine.shown is None


def test_an_accepted_passport_is_shown_for_five_seconds_then_forgotten() -> None:
    machine = Machine[str]()
    assert judged(machine, 10, A) == [A]
    machine.tick(14.9)
    assert (machine.state, machine.shown) == (State.VERDICT, "a")
    machine.tick(15.0)
    assert (machine.state, machine.shown) == (State.CLEAR, None)
    machine.tick(15.5)
    assert machine.state is State.SEARCHING


def test_anything_else_stays_for_fifteen_seconds() -> None:
    machine = Machine[str]()
    judged(machine, 0, A, accepted=False)
    machine.tick(14.9)
    assert machine.shown == "a"
    machine.tick(15.0)
    assert machine.state is State.CLEAR


def test_without_a_time_limit_only_a_key_closes_what_was_not_accepted() -> None:
    machine = Machine[str](Timing(other=0))
    judged(machine, 0, A, accepted=False)
    machine.tick(100_000)
    assert machine.shown == "a"
    assert machine.seconds_left(100_000) is None
    machine.acknowledge(100_001)
    assert machine.state is State.CLEAR


def test_seconds_left_count_down() -> None:
    machine = Machine[str](Timing(other=120))
    judged(machine, 0, A, accepted=False)
    assert machine.seconds_left(70) == 50


def test_the_same_code_is_not_judged_again_while_in_view_and_two_seconds_more() -> None:
    machine = Machine[str]()
    judged(machine, 0, A)
    hold(machine, 0.05, 20, A)
    assert machine.state is State.SEARCHING
    assert machine.in_view(20)
    assert judged(machine, 21.9, A) == []
    assert judged(machine, 24.0, A) == [A]


def test_a_verdict_stands_for_longer_where_its_code_comes_back() -> None:
    machine = Machine[str]()
    judged(machine, 0, A, accepted=False)
    assert judged(machine, 10, A) == []
    machine.tick(24)
    assert machine.shown == "a"
    machine.tick(25)
    assert machine.shown is None


def test_another_code_takes_over_when_the_first_was_shown_and_away_for_a_second() -> None:
    machine = Machine[str]()
    hold(machine, 0, 2, A, accepted=False)
    judged(machine, 2.5, B)
    assert machine.shown == "a"
    hold(machine, 2.5, 3.2, B)
    assert machine.shown == "b"


def test_it_does_not_take_over_while_the_first_is_still_in_view() -> None:
    machine = Machine[str]()
    judged(machine, 0, A, accepted=False)
    hold(machine, 0.05, 14, A, B, accepted=False)
    assert machine.shown == "a"
    assert machine.waiting == 1


def test_of_two_codes_at_once_each_gets_its_turn() -> None:
    machine = Machine[str]()
    assert judged(machine, 0, A, B) == [A, B]
    assert (machine.shown, machine.waiting) == ("a", 1)
    hold(machine, 0.05, 4.9, A, B)
    assert machine.shown == "a"
    hold(machine, 4.9, 5.2, A, B)
    assert (machine.shown, machine.waiting) == ("b", 0)


def test_a_code_that_waits_is_not_judged_twice() -> None:
    machine = Machine[str](Timing(other=0))
    judged(machine, 0, A, B, accepted=False)
    hold(machine, 0.05, 5, A, accepted=False)
    assert judged(machine, 5, A, B) == []
    assert machine.waiting == 1


def test_acknowledging_goes_on_to_the_one_that_waits() -> None:
    machine = Machine[str]()
    judged(machine, 0, A, B, accepted=False)
    machine.acknowledge(0.2)
    assert machine.shown == "b"
    machine.acknowledge(0.3)
    assert machine.state is State.CLEAR
    machine.acknowledge(0.3)
    assert machine.state is State.CLEAR


def test_a_code_in_view_that_is_not_read_is_being_read_and_helped_after_a_second() -> None:
    machine = Machine[str]()
    machine.see(0.0, (), located=True)
    assert machine.state is State.READING
    assert not machine.hint_is_due(0.0)
    for step in range(1, 11):
        machine.see(step / 10, (), located=True)
    assert machine.hint_is_due(1.0)
    machine.tick(2.0)
    assert not machine.hint_is_due(2.0)


def test_being_seen_now_and_then_is_not_being_in_view() -> None:
    machine = Machine[str]()
    for now in (0.0, 0.8, 1.6, 2.4):
        machine.see(now, (), located=True)
        assert not machine.hint_is_due(now)


def joined(*, stands: bool) -> Machine[str]:
    """B came to the verdict of A, four seconds after it."""
    machine = Machine[str](rest_of=lambda content: "rest" if content == "a, b" else None)
    judged(machine, 0, A)
    assert machine.see(4, [B]) == (B,)
    machine.join(4, 0, B, "a, b", accepted=True, stands=stands)
    return machine


def test_a_code_that_joins_begins_the_time_again_and_is_not_judged_twice() -> None:
    machine = joined(stands=True)
    assert machine.contents == ("a, b",)
    assert judged(machine, 7.5, A, B) == []
    machine.tick(12.4)
    assert machine.shown == "a, b"
    machine.tick(12.5)
    assert machine.shown == "rest"


def test_a_code_that_is_only_listed_keeps_nothing_on_show() -> None:
    machine = joined(stands=False)
    machine.tick(4.9)
    assert machine.shown == "a, b"
    assert judged(machine, 4.9, B) == []
    machine.tick(5)
    assert (machine.state, machine.shown) == (State.VERDICT, "rest")
    assert judged(machine, 5.1, B) == [], "it is on show"
    machine.tick(20)
    assert machine.shown is None


def test_the_rest_is_not_shown_where_somebody_waits_or_a_key_ends_it() -> None:
    machine = joined(stands=False)
    machine.acknowledge(4.5)
    assert machine.shown is None
    machine = joined(stands=False)
    judged(machine, 4.1, C)
    machine.tick(5.2)
    assert machine.shown == "c"


def test_a_code_joins_one_that_waits() -> None:
    machine = Machine[str]()
    judged(machine, 0, A, B)
    machine.join(0.1, 1, C, "b, c", accepted=True, stands=True)
    assert machine.contents == ("a", "b, c")
    machine.acknowledge(0.2)
    assert machine.shown == "b, c"
    assert judged(machine, 3, A, B, C) == [A]


def test_reset_forgets_everything() -> None:
    machine = Machine[str]()
    judged(machine, 0, A, B)
    machine.reset(1)
    assert (machine.shown, machine.waiting, machine.state) == (None, 0, State.CLEAR)
    assert judged(machine, 1.1, A) == [A]


@given(
    st.lists(
        st.tuples(
            st.floats(0, 3),
            st.sets(st.sampled_from([A, B, C])),
            st.booleans(),
            st.sampled_from(["see", "see", "see", "tick", "acknowledge", "reset"]),
        ),
        max_size=60,
    )
)
def test_something_is_shown_exactly_in_the_state_verdict(
    steps: list[tuple[float, set[bytes], bool, str]],
) -> None:
    machine = Machine[str]()
    now = 0.0
    for passes, keys, accepted, what in steps:
        now += passes
        if what == "see":
            judged(machine, now, *keys, accepted=accepted)
        elif what == "tick":
            machine.tick(now)
        elif what == "acknowledge":
            machine.acknowledge(now)
        else:
            machine.reset(now)
        assert (machine.state is State.VERDICT) == (machine.shown is not None)
        assert machine.waiting == 0 or machine.shown is not None
        left = machine.seconds_left(now)
        assert left is None or left >= 0
    machine.tick(now + 15 * (machine.waiting + 1))
    for _ in range(4):
        machine.acknowledge(now + 100)
    assert machine.shown is None

"""The life of a visit list, and its order, as tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from forewatch.reports.paper.rules import (
    MOVES,
    State,
    When,
    most_urgent,
    place_in_order,
    state_on,
    when_due,
)

NOW = datetime(2026, 6, 30, 9, 0, tzinfo=UTC)
ALLOWED = {
    (State.REQUESTED, State.APPROVED),
    (State.REQUESTED, State.REFUSED),
    (State.REQUESTED, State.EXPIRED),
    (State.APPROVED, State.PRINTED),
    (State.APPROVED, State.EXPIRED),
    (State.PRINTED, State.PRINTED),
    (State.PRINTED, State.EXPIRED),
}


def test_a_list_moves_only_forwards_and_never_out_of_its_ends() -> None:
    assert set(MOVES) == set(State)
    assert {(one, to) for one in State for to in State if to in MOVES[one]} == ALLOWED


def test_nothing_is_printed_that_was_not_approved() -> None:
    assert {one for one in State if State.PRINTED in MOVES[one]} == {State.APPROVED, State.PRINTED}


@pytest.mark.parametrize("stored", list(State))
def test_time_alone_ends_whatever_has_not_ended(stored: State) -> None:
    ended = State.REFUSED if stored is State.REFUSED else State.EXPIRED
    assert state_on(stored, NOW, NOW - timedelta(seconds=1)) is stored
    assert state_on(stored, NOW, NOW) is ended


@pytest.mark.parametrize(
    ("band", "act_now", "when"),
    [
        ("high", (), When.NOW),
        ("medium", (), When.SOON),
        ("not_enough_information", (), When.ASK),
        (None, (), When.ASK),
        ("low", (), None),
        ("low", ("a_gate",), When.NOW),
        ("not_enough_information", ("a_gate",), When.NOW),
    ],
)
def test_when_somebody_is_due(band: str | None, act_now: tuple[str, ...], when: When | None) -> None:
    assert when_due(band, act_now) is when


def test_a_household_is_as_urgent_as_whoever_in_it_is() -> None:
    assert most_urgent([When.ASK, When.SOON]) is When.SOON
    assert most_urgent([When.SOON, When.ASK, When.NOW]) is When.NOW


def test_the_order_goes_by_urgency_then_gates_then_reasons_then_code() -> None:
    order = [
        (When.NOW, 1, 1, "H-9"),
        (When.NOW, 0, 5, "H-8"),
        (When.NOW, 0, 2, "H-1"),
        (When.NOW, 0, 2, "H-2"),
        (When.SOON, 0, 9, "H-0"),
        (When.ASK, 0, 0, "H-0"),
    ]
    shuffled = [order[place] for place in (3, 5, 0, 4, 2, 1)]
    assert sorted(shuffled, key=lambda one: place_in_order(*one)) == order

"""How a visit list lives, who comes first on it, and what is said of why: pure functions on values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from forewatch.access.rules import Purpose


class State(StrEnum):
    """Where a visit list stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    PRINTED = "printed"
    EXPIRED = "expired"


MOVES: Mapping[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.APPROVED, State.REFUSED, State.EXPIRED}),
    State.APPROVED: frozenset({State.PRINTED, State.EXPIRED}),
    # Paper gets wet: an approved list may be printed again, and each printing stands in the ledger.
    State.PRINTED: frozenset({State.PRINTED, State.EXPIRED}),
    State.REFUSED: frozenset(),
    State.EXPIRED: frozenset(),
}
"""The state machine of a visit list: from each state, where it may go."""

PURPOSES = (Purpose.PREVENT, Purpose.ASSIST)
"""What a visit may be for."""

MOST_HOUSEHOLDS = 60
"""More than a week of visits is nobody's plan, only names on paper."""

QUESTIONS_SHOWN = 8
"""With more questions than this left to ask, a blank form serves better than a longer list."""


def state_on(stored: State, expires_at: datetime, now: datetime) -> State:
    """Return the state at a moment: time alone moves a list to expired, no job has to come by."""
    if State.EXPIRED in MOVES[stored] and now >= expires_at:
        return State.EXPIRED
    return stored


class When(StrEnum):
    """When a household should be visited; the order is that of the list."""

    NOW = "now"
    SOON = "soon"
    ASK = "ask"


_WHEN = {"high": When.NOW, "medium": When.SOON, "not_enough_information": When.ASK, None: When.ASK}


def when_due(band: str | None, act_now: Sequence[str]) -> When | None:
    """Return when somebody should be visited; None where the usual round is enough.

    Something to act on today comes first whatever the band; a person who was never assessed is asked.
    """
    return When.NOW if act_now else _WHEN.get(band)


def most_urgent(found: Iterable[When]) -> When:
    """Return the most urgent; a household is as urgent as whoever in it is."""
    return min(found, key=list(When).index)


def place_in_order(when: When, gates: int, reasons: int, code: str) -> tuple[int, int, int, str]:
    """Return the sort key of a household: what the sheet says of its order, and nothing else.

    First outreach now, then soon, then go and ask; inside each, whoever has something to act on today, then
    more reasons, then the household's code.
    """
    return (list(When).index(when), -gates, -reasons, code)

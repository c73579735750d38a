"""How something leaves: the state machine, and whose yes it takes under which protocol. Pure functions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from forewatch.access.rules import Protocol, Role


class Kind(StrEnum):
    """What leaves."""

    PEOPLE = "people"
    """A file about people of an area, for one recipient and encrypted to their key."""
    RELEASE = "release"
    """The figures of a month, for whoever reads released figures."""


class State(StrEnum):
    """Where it stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    REFUSED = "refused"
    STOPPED = "stopped"
    """Let out, and called back before it left."""
    TAKEN = "taken"
    RECALLED = "recalled"
    EXPIRED = "expired"


MOVES: Mapping[State, frozenset[State]] = {
    State.REQUESTED: frozenset({State.APPROVED, State.REFUSED, State.EXPIRED}),
    State.APPROVED: frozenset({State.TAKEN, State.STOPPED, State.EXPIRED}),
    # A file that was lost on the way may be taken again while it holds; each taking stands in the ledger.
    State.TAKEN: frozenset({State.TAKEN, State.RECALLED}),
    State.REFUSED: frozenset(),
    State.STOPPED: frozenset(),
    State.RECALLED: frozenset(),
    State.EXPIRED: frozenset(),
}
"""From each state, where it may go."""

MOST_PEOPLE = 2000
"""More than this is no handing over of cases but a copy of the register."""


@dataclass(frozen=True)
class Need:
    """What it takes: so many who agree, of so many organisations, each in one of these roles, and a wait."""

    votes: int
    organisations: int
    waits: bool
    review: bool
    roles: frozenset[Role] = frozenset()


SINGLE_OFFICE = Need(votes=1, organisations=1, waits=True, review=True)
MULTI_AGENCY = Need(votes=2, organisations=2, waits=False, review=False)
ABROAD = frozenset({Role.PROVINCIAL_LEAD, Role.DATA_PROTECTION_OFFICER})
"""Whoever heads the province and whoever protects its data agree to what crosses a border."""


def need(protocol: Protocol, *, abroad: bool) -> Need:
    """Return what it takes under a protocol (access protocol, part A.1 and T19)."""
    here = SINGLE_OFFICE if protocol is Protocol.SINGLE_OFFICE else MULTI_AGENCY
    if not abroad:
        return here
    return Need(len(ABROAD), here.organisations, here.waits, here.review, ABROAD)


@dataclass(frozen=True)
class Voted:
    """What one colleague decided, as whom and for which organisation."""

    agreed: bool
    role: Role
    organisation: object


def still_wanted(needed: Need, votes: Sequence[Voted]) -> frozenset[Role]:
    """Return the roles of which one has still to decide; none where any will do."""
    return needed.roles - {one.role for one in votes}


def settled(needed: Need, votes: Sequence[Voted]) -> State | None:
    """Return what the decisions come to; None while somebody has still to decide.

    One no is enough, yet nobody learns of it before everybody has decided.
    """
    organisations = {one.organisation for one in votes}
    if len(votes) < needed.votes or len(organisations) < needed.organisations or still_wanted(needed, votes):
        return None
    return State.APPROVED if all(one.agreed for one in votes) else State.REFUSED


def state_on(stored: State, expires_at: datetime, now: datetime) -> State:
    """Return the state at a moment: time alone moves it to expired, no job has to come by."""
    if State.EXPIRED in MOVES[stored] and now >= expires_at:
        return State.EXPIRED
    return stored


def may_vote(needed: Need, votes: Sequence[Voted], roles: Collection[Role], organisation: object) -> bool:
    """Tell whether somebody of an organisation, in one of these roles, brings what is still missing."""
    wanted = still_wanted(needed, votes)
    if wanted and not wanted & frozenset(roles):
        return False
    organisations = {one.organisation for one in votes} | {organisation}
    to_come = needed.votes - len(votes) - 1
    return len(organisations) + to_come >= needed.organisations

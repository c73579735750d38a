"""Whose yes it takes, and what the decisions come to: every way of deciding, without a database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forewatch.access.rules import Protocol, Role
from forewatch.config.tests.assurance import Assured
from forewatch.reports.exits.rules import (
    ABROAD,
    MOVES,
    State,
    Voted,
    may_vote,
    need,
    settled,
    state_on,
)

LEAD, DPO, ANALYST = Role.PROVINCIAL_LEAD, Role.DATA_PROTECTION_OFFICER, Role.ANALYST
NOW = datetime(2026, 6, 30, 9, 0, tzinfo=UTC)


def test_one_office_takes_one_colleague_a_day_and_a_look_from_outside() -> None:
    needed = need(Protocol.SINGLE_OFFICE, abroad=False)
    assert (needed.votes, needed.organisations, needed.waits, needed.review) == (1, 1, True, True)


def test_several_agencies_take_two_of_two() -> None:
    needed = need(Protocol.MULTI_AGENCY, abroad=False)
    assert (needed.votes, needed.organisations, needed.waits, needed.review) == (2, 2, False, False)


@pytest.mark.parametrize("protocol", list(Protocol))
def test_abroad_takes_the_head_of_the_province_and_who_protects_its_data(protocol: Protocol) -> None:
    needed = need(protocol, abroad=True)
    assert needed.roles == ABROAD == {LEAD, DPO}
    assert settled(needed, [Voted(True, LEAD, "A"), Voted(True, ANALYST, "B")]) is None
    assert settled(needed, [Voted(True, LEAD, "A"), Voted(True, DPO, "B")]) is State.APPROVED
    assert not may_vote(needed, [Voted(True, LEAD, "A")], {LEAD, ANALYST}, "B")
    assert may_vote(needed, [Voted(True, LEAD, "A")], {DPO}, "B")


def test_two_of_one_organisation_do_not_let_anything_out() -> None:
    needed = need(Protocol.MULTI_AGENCY, abroad=False)
    assert not may_vote(needed, [Voted(True, LEAD, "A")], {ANALYST}, "A")
    assert may_vote(needed, [Voted(True, LEAD, "A")], {ANALYST}, "B")
    assert settled(needed, [Voted(True, LEAD, "A"), Voted(True, ANALYST, "A")]) is None


def test_nothing_is_let_out_without_all_that_it_takes(assured: Assured) -> None:
    """Every sequence of up to three decisions, in three roles and of two organisations."""
    one = [Voted(agreed, role, of) for agreed, role, of in product((True, False), (LEAD, DPO, ANALYST), "AB")]
    tried = 0
    for length, protocol, abroad in product(range(4), Protocol, (True, False)):
        needed = need(protocol, abroad=abroad)
        for cast in product(one, repeat=length):
            found, tried = settled(needed, cast), tried + 1
            of = {each.organisation for each in cast}
            whole = len(cast) >= needed.votes and len(of) >= needed.organisations
            whole = whole and needed.roles <= {each.role for each in cast}
            assert (found is not None) == whole
            assert (found is State.APPROVED) == (whole and all(each.agreed for each in cast))
    assured("exits", tried)


@given(
    protocol=st.sampled_from(Protocol), abroad=st.booleans(), order=st.permutations([(LEAD, "A"), (DPO, "B")])
)
def test_a_lead_and_a_protector_of_two_organisations_always_can(
    protocol: Protocol, abroad: bool, order: list[tuple[Role, str]]
) -> None:
    needed, cast = need(protocol, abroad=abroad), list[Voted]()
    for role, organisation in order:
        if settled(needed, cast) is None:
            assert may_vote(needed, cast, {role}, organisation)
            cast.append(Voted(True, role, organisation))
    assert settled(needed, cast) is State.APPROVED


def test_a_no_shows_only_when_all_have_decided() -> None:
    needed = need(Protocol.MULTI_AGENCY, abroad=False)
    assert settled(needed, [Voted(False, LEAD, "A")]) is None
    assert settled(needed, [Voted(False, LEAD, "A"), Voted(True, DPO, "B")]) is State.REFUSED


ALLOWED = {
    ("requested", "approved"), ("requested", "refused"), ("requested", "expired"), ("approved", "taken"),
    ("approved", "stopped"), ("approved", "expired"), ("taken", "taken"), ("taken", "recalled"),
}  # fmt: skip


def test_where_it_may_go_from_where() -> None:
    assert {(a.value, b.value) for a, b in product(State, State) if b in MOVES[a]} == ALLOWED


@pytest.mark.parametrize("state", list(State))
def test_time_alone_ends_what_has_not_left(state: State) -> None:
    assert state_on(state, NOW, NOW - timedelta(seconds=1)) is state
    assert state_on(state, NOW, NOW) is (State.EXPIRED if State.EXPIRED in MOVES[state] else state)

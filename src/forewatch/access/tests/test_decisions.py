"""The decision, as a truth table of its parts."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest

from forewatch.access.decisions import Actor, Granted, Refused, Target, check, decide
from forewatch.access.rules import DataClass, Purpose, Role, Scope, Verb

ME, SOMEBODY = uuid.uuid4(), uuid.uuid4()
NOW = datetime(2026, 6, 30, 9, 0, tzinfo=UTC)
HERE, THERE = ("XA10010101", "XA100101", "XA1001", "XA10", "XA"), ("XA20010101", "XA2001", "XA20", "XA")


def actor(role: Role, area: str = "XA1001", purposes: set[Purpose] | None = None, **dates: date) -> Actor:
    grant = Granted(
        id=uuid.uuid4(),
        role=role,
        area_code=area,
        purposes=frozenset(purposes or {Purpose.PREVENT, Purpose.ASSIST}),
        valid_from=dates.get("start", date(2026, 1, 1)),
        valid_to=dates.get("end", date(2026, 12, 31)),
    )
    return Actor(ME, (grant,), NOW, NOW.date())


def test_an_officer_reads_inside_their_area_and_nowhere_else() -> None:
    officer = actor(Role.DISTRICT_OFFICER)
    assert decide(officer, Verb.READ, DataClass.OBSERVATION, Purpose.PREVENT, Target(HERE)).allowed
    assert not decide(officer, Verb.READ, DataClass.OBSERVATION, Purpose.PREVENT, Target(THERE)).allowed


def test_a_target_in_no_area_is_in_nobodys_area_but_in_everywhere() -> None:
    assert not decide(
        actor(Role.ANALYST), Verb.READ, DataClass.OBSERVATION, Purpose.PREVENT, Target()
    ).allowed
    assert decide(
        actor(Role.ANALYST, ""), Verb.READ, DataClass.OBSERVATION, Purpose.PREVENT, Target()
    ).allowed


def test_a_purpose_that_the_grant_lacks_is_refused() -> None:
    officer = actor(Role.DISTRICT_OFFICER, purposes={Purpose.ASSIST})
    assert not decide(officer, Verb.READ, DataClass.BAND, Purpose.PREVENT, Target(HERE)).allowed


@pytest.mark.parametrize(
    ("start", "end", "allowed"),
    [
        (date(2026, 6, 30), date(2026, 7, 1), True),
        (date(2026, 7, 1), date(2026, 8, 1), False),
        (date(2026, 1, 1), date(2026, 6, 30), False),
    ],
)
def test_a_grant_counts_from_its_first_day_until_before_its_last(
    start: date, end: date, allowed: bool
) -> None:
    officer = actor(Role.DISTRICT_OFFICER, start=start, end=end)
    assert decide(officer, Verb.READ, DataClass.BAND, Purpose.PREVENT, Target(HERE)).allowed is allowed


@pytest.mark.parametrize(("assigned", "allowed"), [({ME}, True), ({SOMEBODY}, False), (set(), False)])
def test_a_social_worker_reads_only_what_is_assigned(assigned: set[uuid.UUID], allowed: bool) -> None:
    target = Target(HERE, assigned_to=frozenset(assigned))
    worker = actor(Role.SOCIAL_WORKER)
    assert decide(worker, Verb.REVEAL, DataClass.IDENTITY, Purpose.ASSIST, target).allowed is allowed


@pytest.mark.parametrize(
    ("writer", "hours", "allowed"), [(ME, 23, True), (ME, 24, False), (SOMEBODY, 1, False), (None, 1, False)]
)
def test_an_enumerator_reads_back_their_own_for_a_day(
    writer: uuid.UUID | None, hours: int, allowed: bool
) -> None:
    target = Target(HERE, written_by=writer, written_at=NOW - timedelta(hours=hours))
    decision = decide(actor(Role.ENUMERATOR), Verb.READ, DataClass.OBSERVATION, Purpose.PREVENT, target)
    assert decision.allowed is allowed


@pytest.mark.parametrize("data_class", list(DataClass))
@pytest.mark.parametrize("verb", [one for one in Verb if one is not Verb.CREATE])
def test_a_volunteer_only_hands_in(data_class: DataClass, verb: Verb) -> None:
    assert not decide(actor(Role.VOLUNTEER), verb, data_class, Purpose.PREVENT).allowed


@pytest.mark.parametrize("purpose", list(Purpose))
@pytest.mark.parametrize("data_class", [DataClass.IDENTITY, DataClass.OBSERVATION, DataClass.BAND])
def test_police_read_nothing_of_people_at_risk_for_any_purpose(
    data_class: DataClass, purpose: Purpose
) -> None:
    police = actor(Role.POLICE, "", set(Purpose))
    assert not any(decide(police, verb, data_class, purpose).allowed for verb in Verb)


def test_the_decision_names_the_grant_and_the_scope() -> None:
    officer = actor(Role.DISTRICT_OFFICER)
    decision = decide(officer, Verb.READ, DataClass.BAND, Purpose.PREVENT, Target(HERE))
    assert decision.grant == officer.grants[0]
    assert decision.scope is Scope.AREA


def test_a_refusal_says_nothing_of_what_exists() -> None:
    with pytest.raises(Refused, match="not open to your role") as refused:
        check(actor(Role.PLANNER), Verb.READ, DataClass.IDENTITY, Purpose.PREVENT, Target(HERE))
    assert "XA" not in str(refused.value)

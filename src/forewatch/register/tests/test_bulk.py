"""The side of the register that intake sees: who is known, what is new, in and out as a unit."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import transaction

from forewatch.access.rules import Role
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE, Cast
from forewatch.keystore.models import DataKey
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register import bulk
from forewatch.register.actions.statements import report_event
from forewatch.register.bulk import Batch, Chunk, Move, NewEvent, NewHousehold, NewPerson, NewRecord
from forewatch.register.definition import definition
from forewatch.register.entries import EventEntry, Observation
from forewatch.register.models import (
    Event,
    Household,
    IdentityKey,
    MatchProposal,
    Membership,
    Person,
    Record,
    Residence,
    Source,
)
from forewatch.register.rules.dates import birth_date
from forewatch.register.rules.numbers import NumberState
from forewatch.register.sealed import Address, Who, open_who
from forewatch.register.signals import households_changed
from forewatch.register.tests.building import household, people_of
from forewatch.risk.profiles import History
from forewatch.ui.problems import Conflict

NUMBER, OTHER_NUMBER = "1234567890121", "0123456789016"
DAY, LATER = date(2026, 3, 1), date(2026, 5, 1)


class World:
    """A source whose batches go in one after the other."""

    def __init__(self, cast: Cast, areas: dict[str, Area]) -> None:
        self.areas = areas
        self.user = cast[Role.ANALYST]
        self.source = Source.objects.create(
            code="survey", name="Survey", kind="survey", agency=self.user.organisation
        )

    def batch(self) -> Batch:
        now = datetime(2026, 6, 1, tzinfo=UTC)
        return Batch(new_id(), self.source.id, "survey", date(2026, 6, 1), now, self.user.id)

    def put(self, batch: Batch, **rows: Any) -> bulk.Written:
        with transaction.atomic():
            written = bulk.write(batch, Chunk(**rows))
            bulk.finish(batch)
        return written

    def household(self, village: str = VILLAGE, reference: str = "") -> NewHousehold:
        return NewHousehold(new_id(), self.areas[village].id, DAY, reference=reference)


@pytest.fixture
def world(cast: Cast, areas: dict[str, Area]) -> World:
    return World(cast, areas)


def person(household: NewHousehold, number: str = "", given: str = "Ann", **rest: Any) -> NewPerson:
    state = NumberState.HAS if number else NumberState.NOT_ASKED
    who = Who(given=given, family="Reed", number=number, number_state=state)
    born = birth_date(rest.pop("born", "1980"), DAY)
    return NewPerson(new_id(), household.id, DAY, who, birth=born, village=VILLAGE, **rest)


def record(one: NewPerson | NewHousehold, day: date = DAY, **values: Any) -> NewRecord:
    level = "person" if isinstance(one, NewPerson) else "household"
    return NewRecord(new_id(), level, one.id, day, values)


def test_what_a_chunk_writes_is_found_again_by_its_exact_keys(world: World) -> None:
    home = world.household(reference="17")
    one = person(home, NUMBER, reference="17-1")
    written = world.put(world.batch(), households=[home], people=[one], records=[record(one, papers="full")])
    assert (written.households, written.people, written.records, written.proposals) == (1, 1, 1, 0)
    assert bulk.people_by_number([NUMBER, OTHER_NUMBER]) == {NUMBER: one.id}
    assert bulk.people_by_reference("survey", ["17-1", "17"]) == {"17-1": one.id}
    assert bulk.people_by_reference("another", ["17-1"]) == {}
    assert bulk.households_by_reference("survey", ["17", "17-1"]) == {"17": home.id}
    assert bulk.homes([one.id, uuid.uuid4()]) == {one.id: home.id}


def test_the_rows_of_lists_say_what_the_batch_said(world: World) -> None:
    home = world.household()
    ann, ben = person(home), person(home, given="Ben", born="5/7/2556")
    told = [
        record(ann, papers="none"),
        record(ben, LATER, papers="full"),
        record(ben, papers="none"),
        record(home, date(2026, 4, 1), arrears=True),
    ]
    world.put(world.batch(), households=[home], people=[ann, ben], records=told)
    row = Household.objects.get(pk=home.id)
    assert (row.area_path, row.members, row.without_papers) == (world.areas[VILLAGE].path, 2, 1)
    assert (row.youngest_born, row.last_seen_on) == (date(2013, 7, 5), LATER)
    assert dict(Person.objects.values_list("id", "papers")) == {ann.id: "none", ben.id: "full"}


def test_a_household_in_two_chunks_is_up_to_date_after_each(world: World) -> None:
    home, batch = world.household(), world.batch()
    ann, ben = person(home), person(home, given="Ben")
    with transaction.atomic():
        first = bulk.write(batch, Chunk([home], [ann], [record(ann, papers="none")]))
        assert Household.objects.values_list("members", "without_papers").get() == (1, 1)
        second = bulk.write(batch, Chunk((), [ben], [record(ann, LATER, papers="full")]))
        assert Household.objects.values_list("members", "without_papers").get() == (2, 0)
    assert first.touched == second.touched == {home.id}


def test_of_a_large_batch_the_first_households_are_told_and_of_a_small_one_all(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("forewatch.register.bulk.writing.MANY", 2)
    told: list[list[uuid.UUID]] = []

    def hear(households: list[uuid.UUID], **_signal: Any) -> None:
        told.append(households)

    households_changed.connect(hear)
    try:
        homes = [world.household() for _ in range(3)]
        world.put(world.batch(), households=homes)
        world.put(world.batch(), records=[record(homes[2], arrears=True)])
        world.put(world.batch())
    finally:
        households_changed.disconnect(hear)
    assert [len(one) for one in told] == [2, 1]
    assert told[1] == [homes[2].id]


def test_the_name_is_sealed_and_stands_nowhere_in_clear(world: World) -> None:
    home = world.household()
    one = person(home, NUMBER, given="Unmistakable")
    world.put(world.batch(), households=[home], people=[one])
    sealed = bytes(Person.objects.get(pk=one.id).identity.sealed)
    assert b"Unmistakable" not in sealed
    assert open_who(one.id, sealed) == one.who


def test_a_number_that_is_taken_becomes_a_proposal_and_stays_with_the_first(world: World) -> None:
    here, there = world.household(), world.household(OUTSIDE_VILLAGE)
    first = person(here, NUMBER)
    world.put(world.batch(), households=[here], people=[first])
    second = person(there, NUMBER, given="Anne")
    written = world.put(world.batch(), households=[there], people=[second])
    assert written.proposals == 1
    proposal = MatchProposal.objects.get()
    assert {proposal.first_id, proposal.second_id} == {first.id, second.id}
    assert proposal.basis == IdentityKey.Kind.CITIZEN_ID
    assert bulk.people_by_number([NUMBER]) == {NUMBER: first.id}


@pytest.mark.parametrize(
    ("numbers", "years", "proposed"),
    [
        (("", ""), ("1980", "5/7/2523"), True),
        (("", ""), ("1980", "1981"), False),
        ((NUMBER, ""), ("1980", "1980"), True),
        ((NUMBER, OTHER_NUMBER), ("1980", "1980"), False),
    ],
)
def test_name_and_birth_year_propose_unless_both_have_a_number(
    world: World, numbers: tuple[str, str], years: tuple[str, str], *, proposed: bool
) -> None:
    for number, born in zip(numbers, years, strict=True):
        home = world.household()
        world.put(world.batch(), households=[home], people=[person(home, number, born=born)])
    assert MatchProposal.objects.exists() is proposed
    if proposed:
        assert MatchProposal.objects.get().basis == IdentityKey.Kind.NAME_BIRTH_VILLAGE


def test_two_of_one_chunk_are_proposed_too(world: World) -> None:
    home = world.household()
    world.put(world.batch(), households=[home], people=[person(home, NUMBER), person(home, NUMBER)])
    assert MatchProposal.objects.count() == 1
    assert IdentityKey.objects.filter(kind="citizen_id").count() == 1


def test_the_same_statement_twice_is_no_news_and_another_one_corrects(world: World) -> None:
    home = world.household()
    one = person(home)
    batch = world.batch()
    first = record(one, papers="none", attainment=1)
    world.put(batch, households=[home], people=[one], records=bulk.news(batch, [first]))
    assert bulk.news(batch, [record(one, papers="none"), record(one, papers="none", attainment=1)]) == []
    (other_day,) = bulk.news(batch, [record(one, LATER, papers="none")])
    assert other_day.supersedes_id is None
    (more,) = bulk.news(batch, [record(one, literacy="cannot")])
    assert more.supersedes_id is None
    (changed,) = bulk.news(batch, [record(one, papers="full")])
    assert changed.supersedes_id == first.id
    assert changed.values == {"papers": "full", "attainment": 1}
    world.put(batch, records=[changed])
    # The older file again: what it says has been said, and corrected.
    assert bulk.news(batch, [record(one, papers="none", attainment=1)]) == []


def test_an_event_is_one_by_subject_code_and_day(world: World) -> None:
    home = world.household()
    batch = world.batch()
    events = [NewEvent(new_id(), "household", home.id, "T1", day) for day in (DAY, DAY, LATER)]
    fresh = bulk.new_events(batch, events)
    assert [one.occurred_on for one in fresh] == [DAY, LATER]
    world.put(batch, households=[home], events=fresh)
    assert bulk.new_events(batch, events) == []


def test_an_event_of_a_file_waits_for_a_second_root_and_is_no_witness_once_undone(
    world: World, cast: Cast
) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    home = household(officer, world.areas[VILLAGE])
    (member,) = people_of(home)
    batch = world.batch()
    said = NewEvent(new_id(), "household", home.pk, "T7", officer.today, None, "C", "school")
    world.put(batch, events=[said])
    source = Source.objects.create(code="told", name="Told", kind="volunteer", agency=world.user.organisation)

    def counted() -> int:
        return len(History.of(definition(), home.pk).profiles(officer.today)[member.pk].triggers)

    assert counted() == 0
    entry, observation = EventEntry("T7", officer.today), Observation(officer.today, source, "C")
    second = report_event(by=officer, subject=home, observation=observation, entry=entry)
    assert (second.confirms_id, counted()) == (said.id, 1)
    with transaction.atomic():
        bulk.undo(batch.id)
    assert (Event.objects.get().pk, counted()) == (second.pk, 0)


def test_who_turns_up_elsewhere_moves_unless_the_news_is_older(world: World) -> None:
    old, new = world.household(), world.household()
    one = person(old)
    world.put(world.batch(), households=[old, new], people=[one])
    world.put(world.batch(), moved_people=[Move(one.id, new.id, DAY)])
    assert Membership.objects.get(valid_to=None).household_id == old.id
    world.put(world.batch(), moved_people=[Move(one.id, new.id, LATER)])
    assert Membership.objects.get(valid_to=None).household_id == new.id
    assert Person.objects.get().household_id == new.id
    assert dict(Household.objects.values_list("id", "members")) == {old.id: 0, new.id: 1}


def test_undoing_a_batch_leaves_everything_as_it_was(world: World) -> None:
    old, new = world.household(), world.household(OUTSIDE_VILLAGE, reference="9")
    one = person(old, NUMBER)
    world.put(world.batch(), households=[old], people=[one], records=[record(one, papers="full")])
    before = _everything()
    second = world.batch()
    twin = person(new, NUMBER)
    world.put(
        second,
        households=[new],
        people=[twin],
        records=[record(one, LATER, papers="none"), record(twin, papers="none")],
        events=[NewEvent(new_id(), "household", old.id, "T1", DAY)],
        moved_people=[Move(one.id, new.id, LATER)],
        moved_households=[Move(old.id, world.areas[OUTSIDE_VILLAGE].id, LATER)],
    )
    assert _everything() != before
    with transaction.atomic():
        bulk.undo(second.id)
    assert _everything() == before


@pytest.mark.django_db(transaction=True)
def test_an_undone_batch_leaves_no_key_behind(world: World) -> None:
    kept, home = world.household(), world.household()
    world.put(world.batch(), households=[kept], people=[person(kept)])
    before = set(DataKey.objects.values_list("subject", flat=True))
    batch = world.batch()
    gone = replace(home, address=Address(house="7"))
    world.put(batch, households=[gone], people=[person(gone)])
    assert len(set(DataKey.objects.values_list("subject", flat=True)) - before) == 2
    with transaction.atomic():
        bulk.undo(batch.id)
    assert set(DataKey.objects.values_list("subject", flat=True)) == before != set()


def test_undoing_the_first_holder_of_a_number_passes_it_on(world: World) -> None:
    here, there = world.household(), world.household()
    first, second = person(here, NUMBER), person(there, NUMBER)
    batch = world.batch()
    world.put(batch, households=[here], people=[first])
    world.put(world.batch(), households=[there], people=[second])
    with transaction.atomic():
        bulk.undo(batch.id)
    assert bulk.people_by_number([NUMBER]) == {NUMBER: second.id}
    assert not MatchProposal.objects.exists()


def test_a_batch_on_which_later_work_rests_is_not_undone(world: World) -> None:
    home = world.household()
    one = person(home)
    batch = world.batch()
    world.put(batch, households=[home], people=[one])
    world.put(world.batch(), records=[record(one, papers="none")])
    with pytest.raises(Conflict, match="Undo the later batches first"), transaction.atomic():
        bulk.undo(batch.id)
    assert Person.objects.exists()


def _everything() -> list[Any]:
    models = (Household, Person, Membership, Residence, Record, Event, IdentityKey, MatchProposal)
    return [sorted(map(repr, one.objects.values_list())) for one in models]

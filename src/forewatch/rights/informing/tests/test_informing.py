"""Whoever others told of is told within 30 days, safely, or a ground for not telling is looked at twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor, Refused
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.models import Event as AuditEvent
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE, Cast, make_user
from forewatch.config.today import needs
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register import bulk
from forewatch.register.actions.erasing import remove_people
from forewatch.register.actions.households import register_household
from forewatch.register.actions.statements import record_answers, report_event
from forewatch.register.bulk import Batch, Chunk, NewHousehold, NewPerson, NewRecord
from forewatch.register.entries import EventEntry, HouseholdEntry, Observation
from forewatch.register.models import Canary, Household, Person, Source
from forewatch.register.tests.building import household, member, people_of
from forewatch.rights.informing import queries
from forewatch.rights.informing.actions import ask_not_to, review, tell
from forewatch.rights.informing.models import Duty
from forewatch.rights.informing.rules import AGAIN, Ground, How, State, due
from forewatch.ui.problems import Conflict, NotFound, Problem

SignIn = Callable[[User], Client]
OFFICER, DPO, WORKER = Role.DISTRICT_OFFICER, Role.DATA_PROTECTION_OFFICER, Role.SOCIAL_WORKER
WHY = "Her employer reads every letter that comes"
NUMBERS = count()


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    return household(cast.actor(OFFICER), areas[VILLAGE], member("Ann"), member("Ben", "2012", role="child"))


def source(cast: Cast, kind: str = "volunteer", **more: bool) -> Source:
    code, agency = f"made-up-{next(NUMBERS)}", cast[OFFICER].organisation
    return Source.objects.create(code=code, name=code, kind=kind, agency=agency, **more)


def told_of(cast: Cast, subject: Person | Household, by: Source, **answers: object) -> None:
    officer = cast.actor(OFFICER)
    observation = Observation(officer.today, by, "C")
    said = answers or ({"papers": "none"} if isinstance(subject, Person) else {"arrears": True})
    record_answers(by=officer, subject=subject, observation=observation, answers=said)  # type: ignore[arg-type]


@pytest.fixture
def duty(cast: Cast, home: Household) -> Duty:
    told_of(cast, people_of(home)[0], source(cast))
    return Duty.objects.get()


def file(cast: Cast, by: Source, chunk: Chunk, on: date = date(2026, 6, 1)) -> Batch:
    now = datetime(2026, 6, 1, tzinfo=UTC)
    batch = Batch(new_id(), by.pk, by.code, on, now, cast[Role.ANALYST].pk)
    with transaction.atomic():
        bulk.write(batch, chunk)
        bulk.finish(batch)
    return batch


def about(person: Person, day: date = date(2026, 5, 1)) -> NewRecord:
    return NewRecord(new_id(), "person", person.pk, day, {"papers": "none"}, "C")


def test_who_is_told_of_by_others_is_due_in_30_days(cast: Cast, home: Household) -> None:
    ann, by = people_of(home)[0], source(cast)
    told_of(cast, ann, by)
    today = cast.actor(OFFICER).today
    [owed] = Duty.objects.all()
    assert (owed.person_id, owed.source_id, owed.state) == (ann.pk, by.pk, State.OPEN)
    assert (owed.collected_on, owed.due_on) == (today, today + timedelta(days=30))
    assert due(date(2026, 2, 1), 30) == date(2026, 3, 3)


def test_what_people_say_themselves_on_a_visit_is_not_owed_to_them(cast: Cast, home: Household) -> None:
    officer, ann = cast.actor(OFFICER), people_of(home)[0]
    record_answers(
        by=officer, subject=ann, observation=Observation(officer.today), answers={"papers": "none"}
    )
    told_of(cast, ann, source(cast, "visit"))
    assert not Duty.objects.exists()


def test_whom_a_source_tells_itself_we_do_not_tell_again(cast: Cast, home: Household) -> None:
    told_of(cast, people_of(home)[0], source(cast, "register", tells_people=True))
    assert not Duty.objects.exists()


def test_of_what_is_said_of_a_household_all_its_members_are_told(cast: Cast, home: Household) -> None:
    told_of(cast, home, source(cast))
    assert {one.person_id for one in Duty.objects.all()} == {one.pk for one in people_of(home)}


def test_an_event_is_told_too(cast: Cast, home: Household) -> None:
    officer = cast.actor(OFFICER)
    observation = Observation(officer.today, source(cast), "C")
    report_event(by=officer, subject=home, observation=observation, entry=EventEntry("T1", officer.today))
    assert Duty.objects.count() == 2


def test_who_is_registered_by_the_word_of_others_is_told(cast: Cast, areas: dict[str, Area]) -> None:
    officer, by = cast.actor(OFFICER), source(cast)
    observation = Observation(officer.today, by, "C")
    register_household(by=officer, entry=HouseholdEntry(observation, areas[VILLAGE], members=(member(),)))
    assert Duty.objects.get().source_id == by.pk


def test_somebody_is_owed_it_once_and_by_the_first(cast: Cast, home: Household) -> None:
    first, second = source(cast), source(cast)
    for by in (first, second, first):
        told_of(cast, people_of(home)[0], by)
    assert Duty.objects.get().source_id == first.pk


def test_a_file_makes_all_it_tells_of_due_by_few_questions(cast: Cast, areas: dict[str, Area]) -> None:
    by = source(cast, "register")
    place = NewHousehold(new_id(), areas[VILLAGE].pk, date(2026, 5, 1))
    people = [NewPerson(new_id(), place.id, date(2026, 5, 1)) for _ in range(60)]
    with CaptureQueriesContext(connection) as asked:
        batch = file(cast, by, Chunk([place], people))
    assert Duty.objects.filter(batch_id=batch.id, collected_on=date(2026, 6, 1)).count() == 60
    assert len([one for one in asked if "informing_duty" in one["sql"]]) <= (
        60 if connection.vendor == "sqlite" else 2
    )
    with transaction.atomic():
        bulk.undo(batch.id)
    assert not Duty.objects.exists()


def test_an_undone_file_leaves_what_others_told(cast: Cast, home: Household) -> None:
    ann, ben = people_of(home)
    first = file(cast, source(cast, "register"), Chunk(records=[about(ann), about(ben)]))
    told_of(cast, ann, by := source(cast))
    with transaction.atomic():
        bulk.undo(first.id)
    [left] = Duty.objects.all()
    assert (left.person_id, left.source_id, left.batch_id) == (ann.pk, by.pk, None)
    assert left.collected_on == cast.actor(OFFICER).today


def test_who_was_told_stays_told_when_the_file_is_undone(cast: Cast, home: Household) -> None:
    ann, by = people_of(home)[0], cast.actor(OFFICER)
    batch = file(cast, source(cast, "register"), Chunk(records=[about(ann)]))
    tell(by=by, duty=Duty.objects.get(), how=How.ALONE, on=by.today)
    with transaction.atomic():
        bulk.undo(batch.id)
    assert Duty.objects.get().state == State.TOLD


def test_erased_with_the_person(cast: Cast, duty: Duty) -> None:
    with transaction.atomic():
        remove_people([duty.person_id])
    assert not Duty.objects.exists()


def test_noting_that_somebody_was_told_sends_nothing_and_is_in_the_trail(cast: Cast, duty: Duty) -> None:
    by = cast.actor(OFFICER)
    tell(by=by, duty=duty, how=How.TRUSTED, on=by.today)
    duty.refresh_from_db()
    assert (duty.state, duty.how, duty.told_on, duty.done_by_id) == ("told", "trusted", by.today, by.user_id)
    assert AuditEvent.objects.get(subject="duty").reason == "told"
    assert queries.page(by, late=False) == []
    assert not mail.outbox


def test_nobody_was_told_before_anything_was_known(cast: Cast, duty: Duty) -> None:
    by = cast.actor(OFFICER)
    with pytest.raises(Problem, match="Nothing had been collected"):
        tell(by=by, duty=duty, how=How.ALONE, on=by.today - timedelta(days=1))


def test_two_colleagues_do_not_overwrite_each_other(cast: Cast, duty: Duty) -> None:
    by, same = cast.actor(OFFICER), Duty.objects.get()
    tell(by=by, duty=duty, how=How.ALONE, on=by.today)
    with pytest.raises(Conflict):
        ask_not_to(by=by, duty=same, ground=Ground.DANGER, reason=WHY)


@pytest.mark.parametrize("role", [DPO, WORKER, Role.VOLUNTEER, Role.SOURCE_HANDLER, Role.ADMINISTRATOR])
def test_who_may_not_note_it(cast: Cast, duty: Duty, role: Role) -> None:
    with pytest.raises(Refused):
        tell(by=cast.actor(role), duty=duty, how=How.ALONE, on=cast.actor(role).today)


def test_the_queue_is_by_area(cast: Cast, duty: Duty) -> None:
    assert queries.page(cast.actor(OFFICER), late=False) == [duty]
    assert queries.page(cast.outside(), late=False) == []
    with pytest.raises(NotFound):
        queries.one_of(cast.outside(), duty.pk)


def test_nobody_is_sent_to_tell_people_who_do_not_exist(cast: Cast, home: Household) -> None:
    told_of(cast, people_of(home)[0], source(cast))
    Canary.objects.create(code="P-1", person=people_of(home)[0], made_at=cast.actor(DPO).now)
    assert queries.counts(cast.actor(OFFICER)) == (0, 0)


def _asked(cast: Cast, duty: Duty) -> Duty:
    ask_not_to(by=cast.actor(OFFICER), duty=duty, ground=Ground.DANGER, reason=WHY)
    duty.refresh_from_db()
    return duty


def test_a_ground_is_looked_at_by_somebody_who_does_not_see_whom_it_is_about(
    cast: Cast, duty: Duty, sign_in: SignIn
) -> None:
    _asked(cast, duty)
    assert queries.page(cast.actor(OFFICER), late=False) == []
    [asked] = queries.to_review(cast.actor(DPO))
    assert (asked.reason, asked.mine) == (WHY, False)
    assert queries.to_review(cast.actor(Role.PROVINCIAL_LEAD)) == []
    page = sign_in(cast[DPO]).get(reverse("informing_grounds")).content.decode()
    assert WHY in page
    assert "First Ford" in page
    for hidden in (duty.person.code, str(duty.person_id), "Mill Village", duty.source.name):
        assert hidden not in page


def test_an_agreed_ground_holds_for_half_a_year_and_is_asked_again(cast: Cast, duty: Duty) -> None:
    by = cast.actor(DPO)
    review(by=by, duty=_asked(cast, duty), agrees=True, answer="Agreed, look again")
    duty.refresh_from_db()
    assert (duty.state, duty.due_on, duty.reviewed_by_id) == ("left", by.today + AGAIN, by.user_id)
    assert queries.page(cast.actor(OFFICER), late=False) == []
    Duty.objects.update(due_on=by.today)
    assert queries.page(cast.actor(OFFICER), late=False) == [duty]


def test_a_ground_that_does_not_hold_puts_them_back_with_the_answer(
    cast: Cast, duty: Duty, sign_in: SignIn
) -> None:
    review(by=cast.actor(DPO), duty=_asked(cast, duty), agrees=False, answer="Tell her at the clinic")
    duty.refresh_from_db()
    assert duty.state == State.OPEN
    page = sign_in(cast[OFFICER]).get(reverse("informing_one", args=[duty.pk])).content.decode()
    assert "Tell her at the clinic" in page
    assert AuditEvent.objects.filter(subject="duty", verb="approve", reason="open").exists()


def test_nobody_agrees_with_their_own_ground(cast: Cast, duty: Duty) -> None:
    both = make_user("both", cast[DPO].organisation, DPO, "")
    Duty.objects.filter(pk=_asked(cast, duty).pk).update(done_by=both)
    duty.refresh_from_db()
    with pytest.raises(Conflict, match="yourself"):
        review(by=actor_for(both), duty=duty, agrees=True, answer="I agree with me")
    with pytest.raises(Refused):
        review(by=cast.actor(Role.PROVINCIAL_LEAD), duty=duty, agrees=True, answer="It holds")


def test_today_names_what_is_late_and_reminds_of_danger(cast: Cast, duty: Duty) -> None:
    assert not list(_today(cast.actor(OFFICER)))
    Duty.objects.update(due_on=cast.actor(OFFICER).today - timedelta(days=1))
    [(what, why)] = _today(cast.actor(OFFICER))
    assert "1 person is to be told" in what
    assert "1 past their day" in why
    assert "calls and letters endanger" in why
    assert not list(_today(cast.outside()))
    _asked(cast, duty)
    assert "1 ground" in next(iter(_today(cast.actor(DPO))))[0]


def _today(actor: Actor) -> Iterator[tuple[str, str]]:
    urls = (reverse("informing"), reverse("informing_grounds"))
    return ((one.what, one.why) for one in needs(actor) if one.url.startswith(urls))


def test_the_pages_of_an_officer(cast: Cast, duty: Duty, sign_in: SignIn) -> None:
    client, today = sign_in(cast[OFFICER]), cast.actor(OFFICER).today
    listed = client.get(reverse("informing")).content.decode()
    assert duty.person.code in listed
    assert "Forewatch contacts nobody" in listed
    assert "Nobody is late" in client.get(reverse("informing") + "?late").content.decode()
    one = reverse("informing_one", args=[duty.pk])
    assert "Forewatch contacts nobody" in client.get(one).content.decode()
    short = {"ground": "danger", "reason": "too short"}
    assert client.post(reverse("informing_not", args=[duty.pk]), short).status_code == 200
    assert client.post(one, {"how": "alone", "on": today.isoformat()}).status_code == 302
    assert client.get(one).status_code == 404
    assert duty.person.code not in client.get(reverse("informing")).content.decode()


def test_the_pages_of_a_ground(cast: Cast, duty: Duty, sign_in: SignIn) -> None:
    not_told = reverse("informing_not", args=[duty.pk])
    sign_in(cast[OFFICER]).post(not_told, {"ground": "danger", "reason": WHY})
    client, address = sign_in(cast[DPO]), reverse("informing_review", args=[duty.pk])
    assert "at least 10 characters" in client.post(address, {"do": "agree", "answer": "ok"}).content.decode()
    assert client.post(address, {"do": "agree", "answer": "It holds for now"}).status_code == 302
    duty.refresh_from_db()
    assert duty.state == State.LEFT


def test_another_province_is_not_told_of(cast: Cast, areas: dict[str, Area]) -> None:
    there = household(cast.outside(), areas[OUTSIDE_VILLAGE])
    observation = Observation(cast.outside().today, source(cast), "C")
    record_answers(by=cast.outside(), subject=there, observation=observation, answers={"arrears": True})
    assert queries.counts(cast.actor(OFFICER)) == (0, 0)
    assert len(queries.page(cast.outside(), late=False)) == 1

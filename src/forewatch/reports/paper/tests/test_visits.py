"""Whom a list holds, in which order, with which reasons and questions."""

from __future__ import annotations

import uuid
from itertools import chain

import pytest
from django.utils import timezone

from forewatch.access.rules import Purpose, Role, Verb
from forewatch.config.tests.cast import PROVINCE, SUB_DISTRICT, VILLAGE
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.models import Consent, Membership, Residence
from forewatch.register.rules.consents import For
from forewatch.register.standing import refresh
from forewatch.reports.paper.queries import asked_here, households_in, households_of
from forewatch.reports.paper.rules import When
from forewatch.reports.paper.tests.making import OTHER_VILLAGE, Village
from forewatch.reports.paper.visits import Content, Reason, content_of, due_in
from forewatch.rights.actions import file_contest
from forewatch.risk.models import Band, Run


def due(village: Village, area: str = VILLAGE, most: int = 20, by: Role = Role.DISTRICT_OFFICER) -> Content:
    there = households_in(village.cast.actor(by), Verb.PRINT, Purpose.PREVENT, village.areas[area])
    return due_in(asked_here(), there, timezone.localdate(), most, Purpose.PREVENT)


def names(village: Village, content: Content) -> list[list[str]]:
    by_id = {person.pk: name for name, person in village.people.items()}
    return [[by_id[one.person.pk] for one in visit.door.people] for visit in content.visits]


def test_now_comes_before_soon_and_ask_and_routine_stays_at_home(village: Village) -> None:
    content = due(village)
    assert names(village, content) == [["Ann"], ["Cat"], ["Dan"]]
    assert [one.door.when() for one in content.visits] == [When.NOW, When.SOON, When.ASK]


def test_a_sub_district_holds_its_villages_and_nothing_outside(village: Village) -> None:
    assert sorted(chain.from_iterable(names(village, due(village, SUB_DISTRICT)))) == [
        "Ann",
        "Cat",
        "Dan",
        "Fay",
    ]
    assert names(village, due(village, OTHER_VILLAGE)) == [["Fay"]]


def test_whoever_has_something_to_act_on_today_comes_first_whatever_the_reasons(village: Village) -> None:
    village.assess("Fay", Band.HIGH, S1=3, S4=3, B2=3, E6=3, S6=3)
    assert names(village, due(village, SUB_DISTRICT))[:2] == [["Ann"], ["Fay"]]
    village.assess("Ann", Band.HIGH, H1=3, S6=3, H7=3)
    assert names(village, due(village, SUB_DISTRICT))[:2] == [["Fay"], ["Ann"]]


def test_reasons_stand_where_they_belong(village: Village) -> None:
    content = due(village)
    first = content.visits[0].door
    definition = asked_here().definition
    assert first.reasons(definition) == (Reason("H1", 3),)
    (ann,) = first.people
    assert [one.indicator for one in ann.reasons_at(definition, definition.indicators["S6"].level)] == ["S6"]
    assert ann.act_now == ("recruiter_or_harm",)
    assert dict(content.of_areas) == {village.areas[VILLAGE]: (Reason("H7", 3),)}


def test_a_short_list_says_how_many_it_left_out(village: Village) -> None:
    content = due(village, most=1)
    assert names(village, content) == [["Ann"]]
    assert content.left_out == 2


def test_questions_go_to_the_household_or_to_the_person(village: Village) -> None:
    village.say(village.households["Sedge"], lender="nobody")
    village.say(village.people["Cat"], papers="pending")
    visit = due(village).visits[1]
    assert "livelihood" in visit.questions
    assert "lender" not in visit.questions
    of_cat = visit.of_people[village.people["Cat"].pk]
    assert "literacy" in of_cat
    assert "papers" not in of_cat
    assert not set(of_cat) & set(visit.questions)


def test_answers_that_became_old_are_asked_again(village: Village) -> None:
    village.say(village.people["Cat"], days_ago=366, papers="pending")
    assert "papers" in due(village).visits[1].of_people[village.people["Cat"].pk]


def test_reasons_of_another_definition_are_not_put_in_our_words(village: Village) -> None:
    other = Run.objects.create(
        definition="another@9", as_of=timezone.localdate(), made_at=timezone.now(), people=1
    )
    village.people["Cat"].assessment.__class__.objects.filter(person=village.people["Cat"]).update(run=other)
    (cat,) = next(
        one.door.people for one in due(village).visits if one.door.people[0].person == village.people["Cat"]
    )
    assert (cat.when, cat.reasons, cat.as_of) == (When.ASK, (), None)


@pytest.mark.parametrize(
    ("by", "seen"),
    [
        (Role.DISTRICT_OFFICER, True),
        (Role.PROVINCIAL_LEAD, True),
        (Role.ANALYST, False),
        (Role.POLICE, False),
    ],
)
def test_only_households_that_the_actor_may_print_are_read(village: Village, by: Role, seen: bool) -> None:
    assert bool(due(village, by=by).visits) is seen


def now_on(village: Village, visit_list: object) -> Content:
    found = village.requested() if visit_list is None else visit_list
    households = households_of(village.cast.actor(Role.DISTRICT_OFFICER), Verb.PRINT, found)
    return content_of(asked_here(), households, found, timezone.localdate())


def test_who_moved_in_after_the_request_is_not_on_the_list(village: Village) -> None:
    asked_for = village.requested()
    village.move_in("Late", "Hal")
    village.assess("Hal", Band.HIGH, S1=3)
    Membership.objects.filter(person=village.people["Hal"]).update(household=village.households["Reed"])
    refresh([village.households["Reed"].pk, village.households["Late"].pk])
    assert names(village, now_on(village, asked_for)) == [["Ann"], ["Cat"], ["Dan"]]


def test_who_moved_away_or_is_due_no_longer_falls_off_the_list(village: Village) -> None:
    asked_for = village.requested()
    Residence.objects.filter(household=village.households["Sedge"]).update(area=village.areas["XA10020101"])
    refresh([village.households["Sedge"].pk])
    village.assess("Dan", Band.LOW)
    assert names(village, now_on(village, asked_for)) == [["Ann"]]


def test_who_was_merged_into_another_is_on_no_list(village: Village) -> None:
    dan = village.people["Dan"]
    dan.merged_into = village.people["Eve"]
    dan.save()
    assert names(village, due(village)) == [["Ann"], ["Cat"]]


def test_who_said_no_to_prevention_is_on_no_such_list_new_or_approved(village: Village) -> None:
    by = village.cast.actor(Role.PROVINCIAL_LEAD)
    asked_for = village.requested()
    for purpose, left in ((For.ASSIST, [["Ann"], ["Cat"], ["Dan"]]), (For.PREVENT, [["Cat"], ["Dan"]])):
        said = Said(purpose, False, Consent.Ground.PERSON, "th", by.today)
        note_consent(by=by, person=village.people["Ann"], said=said)
        assert names(village, due(village)) == left
        assert names(village, now_on(village, asked_for)) == left


def test_who_contests_what_is_kept_is_on_no_list_new_or_approved(village: Village) -> None:
    asked_for = village.requested()
    file_contest(
        by=village.cast.actor(Role.ADVOCATE),
        token=uuid.uuid4(),
        area=village.areas[PROVINCE],
        about=village.people["Dan"].code,
        words="The debt is paid.",
    )
    assert names(village, due(village)) == [["Ann"], ["Cat"]]
    assert names(village, now_on(village, asked_for)) == [["Ann"], ["Cat"]]

"""A name that was handed in and is opened at a desk counts like one shown singly, and is drawn like one."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest
from django.conf import LazySettings

from forewatch.access.models import User
from forewatch.access.rules import Purpose, Role
from forewatch.audit.models import Event
from forewatch.config.tests.cast import PROVINCE, VILLAGE, Cast
from forewatch.intake.concerns.actions import open_concern
from forewatch.intake.concerns.models import Concern
from forewatch.intake.concerns.tests.test_concerns import handed_in
from forewatch.office import reviewing
from forewatch.places.models import Area
from forewatch.register.actions.relations import FLAGGED
from forewatch.register.actions.revealing import reveal_household
from forewatch.register.permissions import BudgetSpent
from forewatch.register.queries.reveals import single_reveals_today
from forewatch.register.tests.building import household
from forewatch.rights.actions import file_contest, open_contest
from forewatch.rights.models import Contest

LEAD, SUPERVISOR, DPO = Role.PROVINCIAL_LEAD, Role.DISTRICT_SUPERVISOR, Role.DATA_PROTECTION_OFFICER
Areas = dict[str, Area]


@pytest.fixture(autouse=True)
def _drawn_and_limited(settings: LazySettings) -> None:
    settings.TERMS = replace(settings.TERMS, review_percent=100)
    settings.TERMS = replace(settings.TERMS, singly_names=2)


def concerns(cast: Cast, areas: Areas, number: int, *, urgent: bool = False) -> list[Concern]:
    return [handed_in(cast, areas, urgent=urgent) for _ in range(number)]


def contest(cast: Cast, areas: Areas) -> Contest:
    receipt = file_contest(
        by=cast.actor(Role.ADVOCATE), token=uuid.uuid4(), area=areas[PROVINCE], about="Mali", words="not so"
    )
    return Contest.objects.get(receipt=receipt)


def test_each_counts_once_in_a_day_and_the_day_has_an_end(cast: Cast, areas: Areas) -> None:
    lead, (first, second) = cast.actor(LEAD), concerns(cast, areas, 2)
    for _again in range(3):
        open_concern(by=lead, concern=first)
    assert single_reveals_today(lead) == 1
    open_contest(by=lead, contest=contest(cast, areas))
    assert single_reveals_today(lead) == 2
    with pytest.raises(BudgetSpent):
        open_concern(by=lead, concern=second)
    with pytest.raises(BudgetSpent):
        open_contest(by=lead, contest=contest(cast, areas))
    home = household(cast.actor(Role.ANALYST), areas[VILLAGE])
    with pytest.raises(BudgetSpent):
        reveal_household(by=lead, household=home, reason="to bring forms", purpose=Purpose.PREVENT)
    assert open_concern(by=lead, concern=first).who, "what was opened today stays open"
    refused = Event.objects.filter(verb="reveal", allowed=False, actor_id=lead.user_id)
    assert refused.count() == 3, "each refusal stands in the trail"
    assert open_concern(by=cast.actor(SUPERVISOR), concern=second).who, "a colleague goes on"


def test_danger_does_not_wait_for_tomorrow(cast: Cast, areas: Areas, settings: LazySettings) -> None:
    settings.TERMS = replace(settings.TERMS, singly_names=0)
    (urgent,) = concerns(cast, areas, 1, urgent=True)
    assert open_concern(by=cast.actor(LEAD), concern=urgent).who
    assert single_reveals_today(cast.actor(LEAD)) == 1


def test_chance_draws_them_and_the_reviewer_sees_what_it_was(cast: Cast, areas: Areas) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    (one,) = concerns(cast, areas, 1)
    open_concern(by=officer, concern=one)
    open_contest(by=cast.actor(LEAD), contest=contest(cast, areas))
    waits = reviewing.to_review(cast.actor(DPO))
    assert [(str(row.reason), row.names) for row in waits] == [
        ("a concern was opened at the desk", 1),
        ("a contest was opened at the desk", 1),
    ]
    assert [row.name for row in reviewing.to_review(cast.actor(SUPERVISOR))] == [
        cast[Role.DISTRICT_OFFICER].name
    ]
    assert reviewing.to_review(cast.outside()) == []


def test_those_above_learn_of_the_limit_when_it_is_reached(cast: Cast, areas: Areas) -> None:
    officer, (first, second) = cast.actor(Role.DISTRICT_OFFICER), concerns(cast, areas, 2)
    for _again in range(3):
        open_concern(by=officer, concern=first)
    assert reviewing.at_the_limit(cast.actor(SUPERVISOR)) == []
    open_concern(by=officer, concern=second)
    assert reviewing.at_the_limit(cast.actor(SUPERVISOR)) == [cast[Role.DISTRICT_OFFICER].name]


@pytest.mark.parametrize(("name", "flagged"), [("Olga Reed", True), ("Olga Reeding", False)])
def test_whoever_may_be_related_is_noticed_at_the_desk_too(
    cast: Cast, areas: Areas, name: str, flagged: bool
) -> None:
    User.objects.filter(pk=cast[LEAD].pk).update(name=name)
    token = uuid.uuid4()
    receipt = file_contest(
        by=cast.actor(Role.ADVOCATE), token=token, area=areas[PROVINCE], about="Mali Reed", words="not so"
    )
    open_contest(by=cast.actor(LEAD), contest=Contest.objects.get(receipt=receipt))
    open_concern(by=cast.actor(LEAD), concern=handed_in(cast, areas, who="Mali Reed"))
    about = Event.objects.filter(pk__in=Event.objects.filter(verb=FLAGGED).values("subject_id"))
    assert {one.subject for one in about} == ({"contest", "concern"} if flagged else set())

"""Who sees which households and people, role by role; the list is filtered, and so is every second path."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Purpose, Role, Verb
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.assigning import assign
from forewatch.register.actions.households import move_household
from forewatch.register.models import Household, Person
from forewatch.register.permissions import can, target_of
from forewatch.register.queries.children import children
from forewatch.register.queries.households import one_household, one_person
from forewatch.register.queries.lists import Filters, households
from forewatch.register.tests.building import household, member, people_of
from forewatch.ui.problems import NotFound

Areas = dict[str, Area]
TODAY = timezone.localdate()
FAR = "XA10020101"
NEAR, OTHER, OUTSIDE, GIVEN, WRITTEN = "near", "other", "outside", "given", "written"

SEES = {
    Role.ANALYST: {NEAR, OTHER, GIVEN, WRITTEN},
    Role.VOLUNTEER: set(),
    Role.ENUMERATOR: {WRITTEN},
    Role.DISTRICT_OFFICER: {NEAR, WRITTEN},
    Role.DISTRICT_SUPERVISOR: {NEAR, WRITTEN},
    Role.PROVINCIAL_LEAD: {NEAR, OTHER, GIVEN, WRITTEN},
    Role.SOCIAL_WORKER: {GIVEN},
    Role.POLICE: set(),
    Role.PLANNER: set(),
    Role.SOURCE_HANDLER: set(),
    Role.DATA_PROTECTION_OFFICER: set(),
    Role.ADMINISTRATOR: set(),
    Role.ADVOCATE: set(),
    Role.AGENCY: set(),
}
"""access.md A.2 and 3.3, by hand: which of the five households a role reads."""


@pytest.fixture
def homes(cast: Cast, areas: Areas) -> dict[str, Household]:
    """Near and written lie in the officer's district, other and given in the next, outside elsewhere."""
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    child = member("Kid", (TODAY - timedelta(days=3000)).isoformat(), role="child")
    made = {
        NEAR: household(lead, areas[VILLAGE], member(), child),
        OTHER: household(lead, areas[FAR], member(), child),
        OUTSIDE: household(cast.outside(), areas[OUTSIDE_VILLAGE], member(), child),
        GIVEN: household(lead, areas[FAR], member(), child),
        WRITTEN: household(cast.actor(Role.ENUMERATOR), areas[VILLAGE], member(), child),
    }
    assign(by=lead, household=made[GIVEN], user=cast[Role.SOCIAL_WORKER])
    return made


def names_of(homes: dict[str, Household], found: QuerySet[Household]) -> set[str]:
    ids = set(found.values_list("id", flat=True))
    return {name for name, one in homes.items() if one.pk in ids}


@pytest.mark.parametrize("role", Role)
def test_lists_and_single_pages_agree_with_the_table(
    cast: Cast, homes: dict[str, Household], role: Role
) -> None:
    actor, seen = cast.actor(role), SEES[role]
    assert names_of(homes, Household.objects.visible_to(actor)) == seen
    assert {one.pk for one in households(actor, Filters()).rows} == {homes[name].pk for name in seen}
    listed = {one.household.pk for one in children(actor, None).rows}
    assert listed == {homes[name].pk for name in seen}
    for name, home in homes.items():
        ann, kid = people_of(home)
        for look in (
            lambda home=home: one_household(actor, home.pk),
            lambda ann=ann: one_person(actor, ann.pk),
            lambda kid=kid: one_person(actor, kid.pk),
        ):
            assert sees(look) is (name in seen)
        assert can(actor, Verb.READ, DataClass.OBSERVATION, home) is (name in seen)


def sees(look: Callable[[], object]) -> bool:
    try:
        return bool(look())
    except NotFound:
        return False


def test_the_outsider_sees_their_own_province_only(cast: Cast, homes: dict[str, Household]) -> None:
    assert names_of(homes, Household.objects.visible_to(cast.outside())) == {OUTSIDE}
    with pytest.raises(NotFound):
        one_household(cast.outside(), homes[NEAR].pk)


def test_what_is_not_there_and_what_is_not_theirs_read_the_same(
    cast: Cast, homes: dict[str, Household]
) -> None:
    said = []
    for row in (uuid4(), homes[NEAR].pk):
        with pytest.raises(NotFound) as refusal:
            one_household(cast.outside(), row)
        said.append((str(refusal.value), refusal.value.status))
    assert said[0] == said[1]


def test_what_an_enumerator_wrote_is_theirs_for_a_day(cast: Cast, homes: dict[str, Household]) -> None:
    enumerator = cast.actor(Role.ENUMERATOR)
    old = enumerator.now - timedelta(hours=24, seconds=1)
    Household.objects.filter(pk=homes[WRITTEN].pk).update(made_at=old)
    assert not Household.objects.visible_to(enumerator).exists()


def test_a_purpose_narrows_to_grants_that_carry_it(cast: Cast, homes: dict[str, Household]) -> None:
    worker = cast.actor(Role.SOCIAL_WORKER)

    def seen(purpose: Purpose) -> set[str]:
        found = Household.objects.visible_to(worker, Verb.READ, DataClass.OBSERVATION, purpose)
        return names_of(homes, found)

    assert seen(Purpose.ASSIST) == {GIVEN}
    assert seen(Purpose.PREVENT) == set()


def test_a_household_that_moves_is_seen_from_where_it_lives_now(
    cast: Cast, areas: Areas, homes: dict[str, Household]
) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    home = homes[NEAR]
    move_household(by=lead, household=home, version=1, area=areas[FAR], address=None, on=TODAY)
    assert names_of(homes, Household.objects.visible_to(cast.actor(Role.DISTRICT_OFFICER))) == {WRITTEN}


def test_an_assignment_acts_on_its_own_days(cast: Cast, homes: dict[str, Household]) -> None:
    worker = cast[Role.SOCIAL_WORKER]
    actor = cast.actor(Role.SOCIAL_WORKER)
    given = homes[GIVEN].assignments.get()
    for start, end, holds in ((1, None, False), (-5, 0, False), (-5, 1, True), (0, None, True)):
        given.valid_from = TODAY + timedelta(days=start)
        given.valid_to = None if end is None else TODAY + timedelta(days=end)
        given.save()
        assert Household.objects.visible_to(actor).exists() is holds
        assert (worker.pk in target_of(homes[GIVEN], actor).assigned_to) is holds


def test_nobody_without_a_grant_sees_anything(homes: dict[str, Household]) -> None:
    now = timezone.now()
    stranger = Actor(uuid4(), (), now, TODAY)
    assert not Household.objects.visible_to(stranger).exists()
    assert not Person.objects.visible_to(stranger).exists()

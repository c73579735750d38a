"""The second lock: whatever a query forgets to ask, PostgreSQL shows a reader only whom they may see."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.utils import timezone

from forewatch.access import second_lock
from forewatch.access.actions import grant
from forewatch.access.models import Grant
from forewatch.access.rules import Role
from forewatch.config.tests.cast import PROVINCE, Cast
from forewatch.office.roles import second_roles
from forewatch.places.models import Area
from forewatch.register.actions.breaking_glass import break_glass
from forewatch.register.actions.conflicts import declare_own_conflict
from forewatch.register.actions.households import move_household
from forewatch.register.actions.merging import merge
from forewatch.register.models import BreakGlass, Household, Person, Record
from forewatch.register.tests.building import people_of
from forewatch.register.tests.test_visibility import FAR, GIVEN, NEAR, OTHER, OUTSIDE, SEES, WRITTEN, homes

__all__ = ["homes"]
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db]

Homes = dict[str, Household]
SHOWN = {**SEES, Role.ADVOCATE: {NEAR, OTHER, GIVEN, WRITTEN}}
"""The lock is coarser than the decision: an advocate, who contests for people of the area, must find them."""
NOT_GUARDED = {
    "register_assignment": "work, not a fact about anybody; the lock itself reads it",
    "register_breakglass": "why somebody was opened, for whoever looks at it again; the lock itself reads it",
    "register_conflictofinterest": "from whom somebody is kept away; the lock itself reads it",
    "register_canary": "of people who do not exist; whoever opens one is told of by it",
    "register_confirmation": "that one statement confirms another; the statements are guarded",
    "register_matchproposal": "two codes, of people who are guarded",
    "register_merge": "two codes, of people who are guarded",
    "rights_erasure": "a code and a ground, decided by whoever sees neither name nor answer",
    "informing_duty": "when and how somebody is told, decided by whoever sees neither name nor answer",
    "grading_grading": "how a report is known and who graded it; whom it is about stands nowhere in it",
    "exits_exit": "encrypted to its recipient, and decided on by those who see no person",
    "reports_visitlist": "codes, of people who are guarded",
}
"""Tables that lead to people and yet are not guarded, and why."""


@contextmanager
def reading(user_id: UUID | None) -> Iterator[None]:
    """Read as pages do for a user, as a role that owns nothing."""
    with second_lock.shown_to(user_id):
        yield


def seen(homes: Homes, user_id: UUID | None) -> set[str]:
    with reading(user_id):
        found = set(Household.objects.values_list("pk", flat=True))
    return {name for name, one in homes.items() if one.pk in found}


@pytest.mark.parametrize("role", list(Role))
def test_a_query_that_asks_nothing_shows_what_the_decision_would(
    role: Role, cast: Cast, homes: Homes
) -> None:
    assert seen(homes, cast[role].pk) == SHOWN[role]


def test_the_outsider_sees_their_own_province_and_nobody_else(cast: Cast, homes: Homes) -> None:
    assert seen(homes, cast.outsider.pk) == {OUTSIDE}


def test_nobody_sees_nobody(homes: Homes) -> None:
    assert seen(homes, None) == set()


@pytest.mark.parametrize("role", [Role.DISTRICT_OFFICER, Role.SOCIAL_WORKER, Role.ENUMERATOR, Role.POLICE])
def test_what_hangs_on_people_is_shown_with_them(role: Role, cast: Cast, homes: Homes) -> None:
    theirs = {homes[name].pk for name in SHOWN[role]}
    with reading(cast[role].pk):
        people = set(Person.objects.values_list("pk", "household_id"))
        rows = {
            model._meta.label: {leading(one) for one in model._default_manager.all()} for model in guarded()
        }
    assert {home for _id, home in people} == theirs
    mine = {pk for pk, _home in people} | theirs
    for label, found in rows.items():
        assert found <= mine | {None}, label
    assert bool(rows["register.Identity"]) == bool(theirs)


def leading(row: models.Model) -> UUID | None:
    """Return the person or household that a row leads to; None where it is about an area, or its own."""
    if isinstance(row, Person | Household):
        return row.pk
    for name in ("person_id", "household_id"):
        if found := getattr(row, name, None):
            return found  # type: ignore[no-any-return]
    return None


def guarded() -> list[type[models.Model]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relrowsecurity")
        tables = {name for (name,) in cursor.fetchall()}
    return [one for one in apps.get_models() if one._meta.db_table in tables]


def test_every_table_about_people_is_guarded_or_says_why_not() -> None:
    about = {
        model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model in (Person, Household, Record) or model in (Person, Household)
    }
    missing = about - {one._meta.db_table for one in guarded()} - set(NOT_GUARDED)
    assert not missing, "Guard these in a migration (register/second_lock.py), or say in NOT_GUARDED why not."
    assert not {one._meta.db_table for one in guarded()} & set(NOT_GUARDED)


def test_an_emergency_shows_one_household_until_it_ends(cast: Cast, homes: Homes) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    (first, _child) = people_of(homes[OTHER])
    break_glass(by=officer, code=first.code, incident="IN-2026-1", reason="she calls from the border, now")
    assert seen(homes, officer.user_id) == {NEAR, WRITTEN, OTHER}
    ended = timezone.now() - timedelta(minutes=1)
    BreakGlass.objects.update(made_at=ended - timedelta(hours=4), ends_at=ended)
    assert seen(homes, officer.user_id) == {NEAR, WRITTEN}


def test_a_conflict_of_interest_goes_before_all(cast: Cast, homes: Homes) -> None:
    lead = cast[Role.PROVINCIAL_LEAD]
    declare_own_conflict(by=cast.actor(Role.PROVINCIAL_LEAD), household=homes[NEAR])
    assert seen(homes, lead.pk) == SHOWN[Role.PROVINCIAL_LEAD] - {NEAR}


def test_what_an_enumerator_wrote_is_shown_for_a_day(cast: Cast, homes: Homes) -> None:
    mine = homes[WRITTEN]
    Household.objects.filter(pk=mine.pk).update(made_at=timezone.now() - timedelta(hours=25))
    assert seen(homes, cast[Role.ENUMERATOR].pk) == set()


def test_a_grant_that_ended_or_was_not_begun_shows_nobody(cast: Cast, homes: Homes) -> None:
    mine = Grant.objects.filter(user=cast[Role.DISTRICT_OFFICER])
    today = timezone.localdate()
    mine.update(valid_to=today)
    assert seen(homes, cast[Role.DISTRICT_OFFICER].pk) == set()
    mine.update(valid_from=today + timedelta(days=1), valid_to=today + timedelta(days=9))
    assert seen(homes, cast[Role.DISTRICT_OFFICER].pk) == set()


def test_a_role_that_waits_for_a_second_person_shows_nobody(cast: Cast, homes: Homes) -> None:
    volunteer, today = cast[Role.VOLUNTEER], timezone.localdate()
    made = grant(
        user=volunteer, role=Role.PROVINCIAL_LEAD, area_code=PROVINCE, valid_from=today,
        valid_to=today + timedelta(days=9), now=timezone.now(), by=cast[Role.ADMINISTRATOR],
    )  # fmt: skip
    assert seen(homes, volunteer.pk) == set()
    second_roles(by=cast.actor(Role.DATA_PROTECTION_OFFICER), grants={str(made.pk)}, agree=True)
    assert seen(homes, volunteer.pk) == SHOWN[Role.PROVINCIAL_LEAD]


def test_an_account_that_was_closed_sees_nobody(cast: Cast, homes: Homes) -> None:
    user = cast[Role.ANALYST]
    user.is_active = False
    user.save()
    assert seen(homes, user.pk) == set()


def test_who_moved_away_is_shown_where_they_went(cast: Cast, areas: dict[str, Area], homes: Homes) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    home = Household.objects.get(pk=homes[NEAR].pk)
    move_household(
        by=lead, household=home, version=home.version, area=areas[FAR], address=None, on=timezone.localdate()
    )
    assert seen(homes, cast[Role.DISTRICT_OFFICER].pk) == {WRITTEN}


def test_whoever_was_merged_is_shown_with_the_one_who_was_kept(
    cast: Cast, areas: dict[str, Area], homes: Homes
) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    kept, gone = people_of(homes[NEAR])[0], people_of(homes[OTHER])[0]
    merge(by=lead, kept=kept, merged=gone, reason="the same person")
    with reading(cast[Role.DISTRICT_OFFICER].pk):
        assert Person.objects.filter(pk=gone.pk).exists()


def test_the_system_reads_everybody_only_while_it_says_so(cast: Cast, homes: Homes) -> None:
    with reading(cast[Role.PLANNER].pk):
        assert not Record.objects.exists()
        assert not Household.objects.exists()
        with second_lock.opened("a test"):
            assert Household.objects.count() == len(homes)
        assert not Household.objects.exists()


def test_nobody_says_for_a_whole_connection_who_reads(cast: Cast, homes: Homes) -> None:
    """Way four: what is set for the connection would stay for the next reader."""
    with reading(cast[Role.PROVINCIAL_LEAD].pk):
        assert Household.objects.exists()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT forewatch_show(NULL, now()::date, now())")
        cursor.execute("SET LOCAL ROLE forewatch_pages")
        assert not Household.objects.exists()
        cursor.execute("SET LOCAL ROLE NONE")

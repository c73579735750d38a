"""Who may ask for, decide on, see and print a visit list: truth tables over the whole cast."""

from __future__ import annotations

import pytest

from forewatch.access.decisions import Actor, Refused
from forewatch.access.rules import Purpose, Role
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE
from forewatch.reports.paper import permissions, queries
from forewatch.reports.paper.tests.making import Village
from forewatch.ui.problems import Conflict

OFFICERS = {Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD}
APPROVERS = {Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD}
EVERYBODY = list(Role)


def allows(check: object, *args: object, **others: object) -> bool:
    try:
        return check(*args, **others).allowed  # type: ignore[operator, no-any-return]
    except (Refused, Conflict):
        return False


def asks(village: Village, actor: Actor, area: str = VILLAGE, *, with_names: bool = False) -> bool:
    where = village.areas[area]
    return allows(permissions.check_can_request, actor, where, Purpose.PREVENT, with_names=with_names)


@pytest.mark.parametrize("role", EVERYBODY)
def test_officers_ask_for_lists_in_their_area_with_or_without_names(village: Village, role: Role) -> None:
    actor = village.cast.actor(role)
    assert asks(village, actor) is (role in OFFICERS)
    assert asks(village, actor, with_names=True) is (role in OFFICERS)
    assert not asks(village, actor, OUTSIDE_VILLAGE)


def test_an_officer_of_another_province_asks_only_there(village: Village) -> None:
    assert asks(village, village.cast.outside(), OUTSIDE_VILLAGE)
    assert not asks(village, village.cast.outside())


@pytest.mark.parametrize("role", EVERYBODY)
def test_supervisors_and_leads_decide_on_what_others_asked_for(village: Village, role: Role) -> None:
    actor = village.cast.actor(role)
    assert permissions.can_decide(actor, village.requested()) is (role in APPROVERS)


@pytest.mark.parametrize("role", sorted(APPROVERS))
def test_nobody_decides_on_their_own_list(village: Village, role: Role) -> None:
    own = village.requested(role)
    assert not permissions.can_decide(village.cast.actor(role), own)
    with pytest.raises(Refused, match="somebody else"):
        permissions.check_can_decide(village.cast.actor(role), own)


@pytest.mark.parametrize("role", EVERYBODY)
def test_only_whoever_asked_prints(village: Village, role: Role) -> None:
    made = village.approved()
    allowed = allows(permissions.check_can_print, village.cast.actor(role), made)
    assert allowed is (role is Role.DISTRICT_OFFICER)


@pytest.mark.parametrize("role", EVERYBODY)
def test_a_list_is_seen_by_whoever_asked_and_by_whoever_may_approve(village: Village, role: Role) -> None:
    made = village.requested()
    seen = queries.lists_of(village.cast.actor(role)).filter(pk=made.pk).exists()
    assert seen is (role in APPROVERS | {Role.DISTRICT_OFFICER})


def test_a_list_is_not_there_for_the_outsider(village: Village) -> None:
    village.requested()
    assert not queries.lists_of(village.cast.outside()).exists()


def test_a_grant_that_ended_takes_the_own_list_with_it(village: Village) -> None:
    made = village.approved()
    village.cast[Role.DISTRICT_OFFICER].grants.all().delete()
    actor = village.cast.actor(Role.DISTRICT_OFFICER)
    assert not queries.lists_of(actor).exists()
    assert not allows(permissions.check_can_print, actor, made)


@pytest.mark.parametrize("role", EVERYBODY)
def test_blank_forms_are_for_all_who_may_read_what_is_about_nobody(village: Village, role: Role) -> None:
    allowed = allows(permissions.check_can_print_forms, village.cast.actor(role))
    # A volunteer only hands in; the police have no purpose here.
    assert allowed is (role not in {Role.VOLUNTEER, Role.POLICE})

"""A role that reaches far is given by one and begins when another agrees; neither is the one who gets it."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from forewatch.access.actions import grant
from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor, Refused
from forewatch.access.models import Grant, Organisation, User
from forewatch.access.queries import users_with
from forewatch.access.rules import Protocol, Role
from forewatch.audit.models import Event
from forewatch.config.tests.browser import give_authenticator
from forewatch.config.tests.cast import DISTRICT, OTHER_PROVINCE, PROVINCE, VILLAGE, Cast, make_user, proven
from forewatch.config.today import needs
from forewatch.office.queries import one_colleague, roles_to_second
from forewatch.office.roles import end_role, give_role, second_roles
from forewatch.places.models import Area
from forewatch.ui.problems import NotFound, Problem

SignIn = Callable[[User], Client]
ADMIN, LEAD, DPO = Role.ADMINISTRATOR, Role.PROVINCIAL_LEAD, Role.DATA_PROTECTION_OFFICER
ALONE = {Role.VOLUNTEER, Role.ENUMERATOR}
"""Roles that only hand in; a program of an agency does so too, and gets a key."""


def until() -> date:
    return timezone.localdate() + timedelta(days=200)


@pytest.fixture
def new(cast: Cast) -> User:
    """Return somebody who has no role yet, of the centre."""
    return User.objects.create_user("new", name="Mali Madeup", organisation=cast[ADMIN].organisation)


def given(cast: Cast, user: User, role: Role = LEAD, area: str = PROVINCE, giver: Role = ADMIN) -> Grant:
    return grant(
        user=user, role=role, area_code=area, valid_from=timezone.localdate(), valid_to=until(),
        now=timezone.now(), by=cast[giver],
    )  # fmt: skip


@pytest.mark.parametrize("role", [one for one in Role if one is not Role.AGENCY])
def test_a_role_that_reaches_far_is_nothing_until_another_agrees(cast: Cast, new: User, role: Role) -> None:
    made, today = given(cast, new, role), timezone.localdate()
    at_once = role in ALONE
    assert (actor_for(new).roles() == {role}) is at_once
    assert made.holds_on(today) is at_once
    assert Grant.objects.in_force(today).filter(pk=made.pk).exists() is at_once
    assert Grant.objects.waiting(today).filter(pk=made.pk).exists() is not at_once
    assert users_with([role], today).filter(pk=new.pk).exists() is at_once
    if at_once:
        return
    second_roles(by=cast.actor(DPO), grants={str(made.pk)}, agree=True)
    made.refresh_from_db()
    assert actor_for(new).roles() == {role}
    assert made.holds_on(today)
    assert users_with([role], today).filter(pk=new.pk).exists()
    assert (made.approved_by, made.granted_by) == (cast[DPO], cast[ADMIN])
    assert not Grant.objects.waiting(today).exists()


def test_what_a_command_gives_needs_nobody_for_there_is_nobody_yet(cast: Cast, new: User) -> None:
    grant(
        user=new, role=ADMIN, area_code="", valid_from=timezone.localdate(), valid_to=until(),
        now=timezone.now(),
    )  # fmt: skip
    assert actor_for(new).roles() == {ADMIN}


@pytest.mark.parametrize("role", list(Role))
def test_who_may_agree_to_a_role_of_the_province(cast: Cast, new: User, role: Role) -> None:
    made = given(cast, new)
    other = make_user("another", cast[role].organisation, role, PROVINCE)
    may = role in {LEAD, DPO, ADMIN}
    assert [one.grant.pk for one in roles_to_second(actor_for(other))] == ([made.pk] if may else [])
    if may:
        second_roles(by=actor_for(other), grants={str(made.pk)}, agree=True)
    else:
        with pytest.raises(NotFound):
            second_roles(by=actor_for(other), grants={str(made.pk)}, agree=True)
    assert bool(actor_for(new).roles()) is may


def test_neither_the_giver_nor_the_one_who_gets_it_agrees(cast: Cast) -> None:
    made = given(cast, cast[LEAD], ADMIN, "")
    for by in (cast.actor(ADMIN), cast.actor(LEAD)):
        assert roles_to_second(by) == []
        with pytest.raises(NotFound):
            second_roles(by=by, grants={str(made.pk)}, agree=True)


@pytest.mark.parametrize("by", [ADMIN, LEAD])
def test_the_database_refuses_it_too(cast: Cast, by: Role) -> None:
    made = given(cast, cast[LEAD], ADMIN, "")
    with pytest.raises(IntegrityError), transaction.atomic():
        Grant.objects.filter(pk=made.pk).update(approved_by=cast[by], approved_at=timezone.now())


@pytest.mark.parametrize(("area", "lead_may"), [(PROVINCE, True), ("", False), (OTHER_PROVINCE, False)])
def test_nobody_agrees_to_more_than_they_reach(cast: Cast, new: User, area: str, *, lead_may: bool) -> None:
    given(cast, new, Role.DISTRICT_SUPERVISOR, area)
    assert bool(roles_to_second(cast.actor(LEAD))) is lead_may
    assert roles_to_second(cast.actor(DPO))


def test_among_agencies_another_organisation_than_the_givers_agrees(
    cast: Cast, new: User, settings: LazySettings
) -> None:
    settings.PROTOCOL = Protocol.MULTI_AGENCY
    made = given(cast, new)
    assert cast[LEAD].organisation == cast[ADMIN].organisation
    with pytest.raises(NotFound):
        second_roles(by=cast.actor(LEAD), grants={str(made.pk)}, agree=True)
    elsewhere = Organisation.objects.get(code="elsewhere")
    second_roles(
        by=actor_for(make_user("theirs", elsewhere, LEAD, PROVINCE)), grants={str(made.pk)}, agree=True
    )
    assert actor_for(new).roles() == {LEAD}


def test_who_does_not_agree_ends_it_before_it_begins(cast: Cast, new: User) -> None:
    made = given(cast, new)
    second_roles(by=cast.actor(DPO), grants={str(made.pk)}, agree=False)
    assert actor_for(new).roles() == frozenset()
    for by in (cast.actor(LEAD), cast.actor(DPO)):
        assert roles_to_second(by) == []
        with pytest.raises(NotFound):
            second_roles(by=by, grants={str(made.pk)}, agree=True)
    said = Event.objects.filter(subject="grant", subject_id=made.pk).order_by("id")
    assert [(one.verb, one.reason) for one in said] == [
        ("create", "provincial_lead"),
        ("second", "provincial_lead: no"),
    ]


PAGE = "/staff/roles/"


def test_it_is_agreed_to_on_a_page_after_a_proof_and_stands_on_the_first_page(
    cast: Cast, new: User, sign_in: SignIn
) -> None:
    made, other = given(cast, new), given(cast, cast[Role.VOLUNTEER], Role.DISTRICT_OFFICER)
    assert PAGE in [one.url for one in needs(cast.actor(DPO))]
    assert PAGE not in [one.url for one in needs(cast.actor(ADMIN))]
    assert "provincial lead" in sign_in(new).get("/").content.decode(), "they are told that it waits"
    give_authenticator(cast[DPO])
    client = sign_in(cast[DPO])

    both = {"agree": "yes", "role": [str(made.pk), str(other.pk)]}
    assert client.get(PAGE).status_code == 302
    assert client.post(PAGE, both)["Location"] == PAGE
    assert not actor_for(new).roles()
    page = proven(client, cast[DPO]).get(PAGE).content.decode()
    assert "Mali Madeup: provincial lead" in page
    for nothing in ({"agree": "yes"}, {"role": str(made.pk)}, {"agree": "perhaps", "role": str(made.pk)}):
        assert client.post(PAGE, nothing).status_code == 400
    unknown = both | {"role": [str(made.pk), str(uuid.uuid4())]}
    assert client.post(PAGE, unknown).status_code == 404
    assert not actor_for(new).roles(), "all of them or none"
    assert client.post(PAGE, both)["Location"] == "/"
    assert actor_for(new).roles() == {LEAD}
    assert PAGE not in [one.url for one in needs(cast.actor(DPO))]


def test_the_outsider_and_those_who_agree_to_nothing_find_no_such_page(
    cast: Cast, new: User, sign_in: SignIn
) -> None:
    made = given(cast, new)
    for user in (cast.outsider, cast[Role.VOLUNTEER], cast[Role.POLICE], cast[Role.PLANNER]):
        assert proven(sign_in(user), user).get(PAGE).status_code == 403
    theirs = make_user("their-lead", cast.outsider.organisation, LEAD, OTHER_PROVINCE)
    client = proven(sign_in(theirs), theirs)
    assert "Mali Madeup" not in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"agree": "yes", "role": str(made.pk)}).status_code == 404
    assert not actor_for(new).roles()


def test_a_place_that_went_to_another_province_is_its_leads_no_more(cast: Cast, new: User) -> None:
    given(cast, new, Role.DISTRICT_OFFICER, DISTRICT)
    assert roles_to_second(cast.actor(LEAD))
    old = Area.objects.get(code=DISTRICT)
    day = timezone.localdate()
    Area.objects.filter(pk=old.pk).update(valid_to=day)
    there = Area.objects.get(code=OTHER_PROVINCE)
    Area.objects.create(
        code=DISTRICT, level=old.level, parent=there, path=f"{there.path}{DISTRICT}/", name=old.name,
        valid_on=day,
    )  # fmt: skip
    assert not roles_to_second(cast.actor(LEAD))
    theirs = make_user("their-lead", cast.outsider.organisation, LEAD, OTHER_PROVINCE)
    assert roles_to_second(actor_for(theirs))


@pytest.mark.parametrize("role", [ADMIN, DPO])
def test_what_no_area_bounds_takes_somebody_whom_none_bounds(cast: Cast, new: User, role: Role) -> None:
    given(cast, new, role, VILLAGE)
    assert not roles_to_second(cast.actor(LEAD))
    assert roles_to_second(cast.actor(DPO))


@pytest.mark.parametrize("gone", ["left", "ended"])
def test_what_somebody_gave_who_gives_no_roles_any_more_is_agreed_to_by_nobody(
    cast: Cast, new: User, gone: str
) -> None:
    given(cast, new)
    if gone == "left":
        User.objects.filter(pk=cast[ADMIN].pk).update(is_active=False)
    else:
        Grant.objects.filter(user=cast[ADMIN]).update(valid_to=timezone.localdate())
    assert not roles_to_second(cast.actor(DPO))


def test_giving_and_ending_take_a_proof(cast: Cast, sign_in: SignIn) -> None:
    officer, client = cast[Role.DISTRICT_OFFICER], sign_in(cast[ADMIN])
    give_authenticator(cast[ADMIN])
    asked = {"role": "police", "area_code": PROVINCE, "until": until().isoformat()}
    held = officer.grants.get()
    stale = proven(client, cast[ADMIN], "mfa", 901)
    assert stale.post(f"/staff/{officer.pk}/role", asked)["Location"] == f"/staff/{officer.pk}/role"
    assert stale.post(f"/staff/roles/{held.pk}/ends")["Location"].startswith("/account/2fa/reauthenticate/")
    assert stale.get("/staff/accounts/")["Location"].startswith("/account/2fa/reauthenticate/")
    assert stale.post("/staff/accounts/make", {"rows": "[]"})["Location"] == "/staff/accounts/"
    assert list(officer.grants.all()) == [held]
    assert actor_for(officer).roles() == {Role.DISTRICT_OFFICER}


def test_a_role_is_given_again_and_ended_on_the_page_of_a_colleague(cast: Cast, sign_in: SignIn) -> None:
    officer, client = cast[Role.DISTRICT_OFFICER], proven(sign_in(cast[ADMIN]), cast[ADMIN], "password")
    asked = {"role": "district_supervisor", "area_code": PROVINCE, "until": until().isoformat()}
    answer = client.post(f"/staff/{officer.pk}/role", asked)
    assert answer["Location"] == f"/staff/{officer.pk}/"
    page = client.get(answer["Location"]).content.decode()
    assert "waits for a second person" in page
    assert actor_for(officer).roles() == {Role.DISTRICT_OFFICER}
    second_roles(
        by=cast.actor(LEAD), grants={str(officer.grants.get(role="district_supervisor").pk)}, agree=True
    )
    assert actor_for(officer).roles() == {Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR}

    ended = officer.grants.get(role="district_officer")
    assert client.post(f"/staff/roles/{ended.pk}/ends")["Location"] == f"/staff/{officer.pk}/"
    assert actor_for(officer).roles() == {Role.DISTRICT_SUPERVISOR}, "at once"
    new_today = officer.grants.get(role="district_supervisor")
    end_role(by=cast.actor(ADMIN), grant_id=new_today.pk)
    assert actor_for(officer).roles() == frozenset(), "one of today as well"
    assert client.post(f"/staff/roles/{new_today.pk}/ends").status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"area_code": "nowhere"}, "No area has the code"),
        ({"role": "agency"}, "agency"),
        ({"until": "2020-01-01"}, "after its first"),
        ({"until": "2099-01-01"}, "366 days at most"),
    ],
)
def test_what_cannot_be_given_is_said_beside_the_form(
    cast: Cast, sign_in: SignIn, changed: dict[str, str], words: str
) -> None:
    asked = {"role": "enumerator", "area_code": "*", "until": until().isoformat()} | changed
    client = proven(sign_in(cast[ADMIN]), cast[ADMIN], "password")
    answer = client.post(f"/staff/{cast[Role.POLICE].pk}/role", asked)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Grant.objects.filter(user=cast[Role.POLICE], role="enumerator").exists()


def refused(by: Actor, deed: Callable[[Actor], object], error: type[Exception]) -> None:
    with pytest.raises(error):
        deed(by)


def test_only_an_administrator_gives_and_ends_roles_and_never_their_own(cast: Cast) -> None:
    officer = cast[Role.DISTRICT_OFFICER]
    held = officer.grants.get()

    def give(by: Actor) -> object:
        return give_role(by=by, user=officer, role=Role.POLICE, area_code="", until=until())

    for role in set(Role) - {ADMIN}:
        refused(cast.actor(role), give, Refused)
        refused(cast.actor(role), lambda by: end_role(by=by, grant_id=held.pk), Refused)
    own = cast[ADMIN].grants.get()
    refused(cast.actor(ADMIN), lambda by: end_role(by=by, grant_id=own.pk), Problem)
    refused(cast.actor(ADMIN), lambda by: end_role(by=by, grant_id=uuid.uuid4()), NotFound)
    program = cast[Role.AGENCY].grants.get()
    refused(cast.actor(ADMIN), lambda by: end_role(by=by, grant_id=program.pk), NotFound)
    User.objects.filter(pk=officer.pk).update(is_active=False)
    officer.refresh_from_db()
    refused(cast.actor(ADMIN), give, Problem)
    assert [one.pk for one in officer.grants.all()] == [held.pk]


def test_a_colleague_with_a_role_that_waits_is_shown_so(cast: Cast, new: User) -> None:
    given(cast, new)
    found = one_colleague(cast.actor(ADMIN), new.pk)
    assert [(one.role, one.giver) for one in found.roles] == [("provincial lead", cast[ADMIN].name)]
    assert found.soonest is None

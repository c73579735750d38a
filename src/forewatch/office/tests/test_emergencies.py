"""Break-glass: one household, for some hours, after a proof, before the eyes of others."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import product
from typing import Any
from urllib.parse import quote

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor, Refused, Target, decide
from forewatch.access.models import Organisation, User
from forewatch.access.rules import (
    POLICY,
    DataClass,
    Protocol,
    Purpose,
    Role,
    Scope,
    Verb,
)
from forewatch.access.terms import Terms
from forewatch.access.typed import reasons_of
from forewatch.audit.models import Event
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.browser import give_authenticator
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, PROVINCE, VILLAGE, Cast, make_user, proven
from forewatch.config.today import needs
from forewatch.office import emergencies
from forewatch.office.reviewing import Verdict
from forewatch.places.models import Area
from forewatch.register.actions.breaking_glass import break_glass, suspended
from forewatch.register.actions.conflicts import Ground, declare_conflict
from forewatch.register.actions.merging import merge
from forewatch.register.actions.revealing import reveal_household
from forewatch.register.models import BreakGlass, Household, Person
from forewatch.register.permissions import can, target_of
from forewatch.register.queries.lists import Filters, households
from forewatch.register.tests.building import household, member, people_of
from forewatch.ui.problems import NotFound, Problem

SignIn = Callable[[User], Client]
WHY = "she calls from a truck at the border"
ADDRESS = "/people/emergency"


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    return household(cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE], member(answers={"papers": "none"}))


def opened(cast: Cast, home: Household, by: Actor | None = None) -> BreakGlass:
    break_glass(by=by or cast.outside(), code=people_of(home)[0].code, incident="1300-77", reason=WHY)
    return BreakGlass.objects.latest("made_at")


def later(actor: Actor, **by: int) -> Actor:
    return replace(actor, now=actor.now + timedelta(**by))


@pytest.mark.parametrize("role", list(Role))
def test_what_was_opened_is_open_for_reading_to_officers_and_by_name_to_who_oversees(
    cast: Cast, role: Role, assured: Assured
) -> None:
    """The truth table: every verb, class and purpose, for a household far from one's area."""
    actor = cast.actor(role)
    far = (OUTSIDE_VILLAGE, "XA2001", "XA20", "XA")
    names = {(DataClass.IDENTITY, Verb.REVEAL)}
    reading = names | {
        (DataClass.IDENTITY, Verb.READ),
        (DataClass.OBSERVATION, Verb.READ),
        (DataClass.BAND, Verb.READ),
    }
    officers = (Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD)
    opens = {**dict.fromkeys(officers, reading), Role.DATA_PROTECTION_OFFICER: names}.get(role, set())
    for verb, data, purpose in product(Verb, DataClass, Purpose):
        closed = decide(actor, verb, data, purpose, Target(far)).allowed
        mine = decide(actor, verb, data, purpose, Target(far, opened_by=frozenset({actor.user_id}))).allowed
        others = decide(actor, verb, data, purpose, Target(far, opened_by=frozenset({uuid.uuid4()}))).allowed
        assert others == closed
        # For taking in files nobody is read, opened or not.
        granted = purpose in actor.grants[0].purposes and purpose is not Purpose.IMPORT
        assert (mine and not closed) == ((data, verb) in opens and granted)
        # A conflict of interest goes before an emergency too.
        me = frozenset({actor.user_id})
        assert not decide(actor, verb, data, purpose, Target(far, kept_away=me, opened_by=me)).allowed
    assured("emergency", len(Verb) * len(DataClass) * len(Purpose))
    scoped = {key for key, scopes in POLICY.items() if Scope.BREAK_GLASS in scopes}
    assert {(data, verb) for one, data, verb in scoped if one is role} == opens


def test_one_household_opens_for_some_hours_and_nothing_beside_it(
    cast: Cast, home: Household, areas: dict[str, Area]
) -> None:
    neighbours = household(cast.actor(Role.PROVINCIAL_LEAD), areas[VILLAGE], member("Bo"))
    officer = cast.outside()
    assert not can(officer, Verb.READ, DataClass.OBSERVATION, home)
    opened(cast, home)
    after = later(officer, seconds=1)
    assert set(Household.objects.visible_to(after)) == {home}
    assert set(Person.objects.visible_to(after)) == set(people_of(home))
    assert [row.pk for row in households(after, Filters()).rows] == [home.pk]
    for verb, data in product(Verb, DataClass):
        expected = (data, verb) in {
            (DataClass.IDENTITY, Verb.READ),
            (DataClass.IDENTITY, Verb.REVEAL),
            (DataClass.IDENTITY, Verb.BREAK_GLASS),
            (DataClass.OBSERVATION, Verb.READ),
            (DataClass.BAND, Verb.READ),
            *((one, Verb.READ) for one in (DataClass.REFERENCE, DataClass.RELEASED)),
        }
        assert can(after, verb, data, home) is expected, (verb, data)
        closed = can(after, verb, data, neighbours)
        assert closed is (expected and POLICY[Role.DISTRICT_OFFICER, data, verb] == (Scope.EVERYWHERE,))
    late = later(officer, hours=Terms().break_glass_hours, seconds=1)
    assert not Household.objects.visible_to(late).exists()
    assert not can(late, Verb.READ, DataClass.OBSERVATION, home)
    assert Terms().break_glass_hours == 4 < Terms().own_hours


def test_it_goes_with_a_person_who_is_merged(cast: Cast, home: Household, areas: dict[str, Area]) -> None:
    opened(cast, home)
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    other = household(lead, areas[VILLAGE], member("Ann"))
    merge(by=lead, kept=people_of(other)[0], merged=people_of(home)[0], reason="one and the same")
    assert cast.outsider.pk in target_of(other, lead).opened_by
    assert other in Household.objects.visible_to(cast.outside())


def test_nobody_and_somebody_one_is_kept_away_from_look_the_same_and_are_written_down(
    cast: Cast, home: Household
) -> None:
    lead = cast.actor(Role.PROVINCIAL_LEAD)
    declare_conflict(by=lead, household=home, user=cast.outsider, ground=Ground.NAMED)
    for code in (people_of(home)[0].code, "P-0000-0000-0"):
        with pytest.raises(NotFound):
            break_glass(by=cast.outside(), code=code, incident="1300-77", reason=WHY)
    tries = Event.objects.filter(verb=Verb.BREAK_GLASS, allowed=False, actor_id=cast.outsider.pk)
    assert tries.count() == 2
    assert not BreakGlass.objects.exists()


@pytest.mark.parametrize("role", sorted({*Role} - {Role.DATA_PROTECTION_OFFICER}))
def test_only_officers_may(cast: Cast, home: Household, role: Role) -> None:
    officers = {Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD}
    if role in officers:
        opened(cast, home, cast.actor(role))
        return
    with pytest.raises(Refused):
        opened(cast, home, cast.actor(role))


def test_names_are_shown_beyond_the_days_limit_and_all_of_it_is_written_down(
    cast: Cast, home: Household, settings: Any
) -> None:
    settings.TERMS = replace(settings.TERMS, singly_names=0)
    opened(cast, home)
    names = reveal_household(by=cast.outside(), household=home, reason=WHY, purpose=Purpose.ASSIST).names
    assert [one.given for one in names.values()] == ["Ann"]
    done = Event.objects.get(verb=Verb.BREAK_GLASS)
    assert (done.allowed, done.area_code, done.role) == (True, VILLAGE, Role.DISTRICT_OFFICER)
    assert done.subject_id == people_of(home)[0].pk
    assert (done.reason, reasons_of([done])[done.pk]) == ("1300-77", f"1300-77: {WHY}")


def test_supervisors_there_and_the_data_protection_officer_are_told_at_once(
    cast: Cast, home: Household
) -> None:
    def told(actor: Actor) -> bool:
        return any("emergency" in str(one.what) for one in needs(actor))

    assert not told(cast.actor(Role.DATA_PROTECTION_OFFICER))
    opened(cast, home)
    may = {Role.DATA_PROTECTION_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD}
    assert {role for role in Role if told(cast.actor(role))} == may
    assert not told(cast.outside())


OVERSEE = {Role.DATA_PROTECTION_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD}


@pytest.mark.parametrize(
    ("opener", "judges"),
    [
        (None, OVERSEE),
        (Role.DISTRICT_OFFICER, {Role.DATA_PROTECTION_OFFICER}),
        (Role.DISTRICT_SUPERVISOR, {Role.DATA_PROTECTION_OFFICER}),
        (Role.PROVINCIAL_LEAD, {Role.DATA_PROTECTION_OFFICER}),
    ],
)
def test_all_who_oversee_are_told_and_whoever_shares_no_team_with_the_opener_judges(
    cast: Cast, home: Household, opener: Role | None, judges: set[Role]
) -> None:
    """Access protocol 3.7: somebody outside the team; None is an officer of another province."""
    one = opened(cast, home, cast.actor(opener) if opener else None)
    shown = {role: [found.to_judge for found in emergencies.to_review(cast.actor(role))] for role in Role}
    told = {role for role, found in shown.items() if found}
    assert told == OVERSEE - {opener}
    assert {role for role, found in shown.items() if True in found} == judges
    for role in told - judges:
        with pytest.raises(NotFound):
            emergencies.decide(by=cast.actor(role), opened=one.pk, verdict=Verdict.HOLDS)
    beside = make_user("beside", cast[Role.PROVINCIAL_LEAD].organisation, Role.PROVINCIAL_LEAD, PROVINCE)
    assert [found.to_judge for found in emergencies.to_review(actor_for(beside))] == [opener is None]


def test_a_team_that_is_told_sees_no_button(cast: Cast, home: Household, sign_in: SignIn) -> None:
    one = opened(cast, home, cast.actor(Role.DISTRICT_OFFICER))
    pages = {
        role: sign_in(cast[role]).get("/oversight/reviews/").content.decode()
        for role in (Role.DISTRICT_SUPERVISOR, Role.DATA_PROTECTION_OFFICER)
    }
    assert all(WHY in page for page in pages.values())
    assert f"{one.pk}" not in pages[Role.DISTRICT_SUPERVISOR]
    assert "Somebody outside the team says" in pages[Role.DISTRICT_SUPERVISOR]
    assert f"{one.pk}" in pages[Role.DATA_PROTECTION_OFFICER]


def test_somebody_else_looks_at_why_within_three_days_or_nothing_more_is_opened(
    cast: Cast, home: Household
) -> None:
    one = opened(cast, home)
    in_time = later(cast.outside(), hours=Terms().review_hours - 1)
    late = later(cast.outside(), hours=Terms().review_hours + 1)
    assert not suspended(in_time)
    assert suspended(late)
    with pytest.raises(Problem, match="ask the data protection officer"):
        opened(cast, home, late)
    with pytest.raises(NotFound):
        emergencies.decide(by=cast.outside(), opened=one.pk, verdict=Verdict.HOLDS)
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.update(reviewed_by=cast.outsider)
    officer = later(cast.actor(Role.DATA_PROTECTION_OFFICER), hours=Terms().review_hours + 1)
    (shown,) = emergencies.to_review(officer)
    assert (shown.reason, shown.incident, shown.late, shown.lasts) == (WHY, "1300-77", True, False)
    emergencies.decide(by=officer, opened=one.pk, verdict=Verdict.DOUBTED)
    assert Event.objects.filter(verb="review", subject="emergency", subject_id=one.pk).exists()
    assert not emergencies.to_review(officer)
    assert not suspended(late)
    assert BreakGlass.objects.get().held is False
    with pytest.raises(NotFound):
        emergencies.decide(by=officer, opened=one.pk, verdict=Verdict.HOLDS)


def test_among_several_agencies_one_of_another_judges_it(cast: Cast, home: Household, settings: Any) -> None:
    settings.PROTOCOL = Protocol.MULTI_AGENCY
    opened(cast, home)
    assert emergencies.to_review(cast.actor(Role.DISTRICT_SUPERVISOR))[0].to_judge
    same = make_user("same", cast.outsider.organisation, Role.DATA_PROTECTION_OFFICER, "")
    assert not emergencies.to_review(actor_for(same))[0].to_judge
    User.objects.filter(pk=same.pk).update(organisation=Organisation.objects.get(code="centre"))
    assert emergencies.to_review(actor_for(same))[0].to_judge


def test_a_habit_is_pointed_out_to_whoever_oversees_all(cast: Cast, home: Household, sign_in: SignIn) -> None:
    assert opened(cast, home) != opened(cast, home)
    overseer = sign_in(cast[Role.DATA_PROTECTION_OFFICER])
    page = overseer.get("/oversight/reviews/").content.decode()
    assert "Emergencies are becoming a habit: 2 in the last month" in page
    assert WHY in page
    assert people_of(home)[0].code not in page
    assert emergencies.share(cast.actor(Role.DISTRICT_SUPERVISOR)) is None
    assert not emergencies.Share(1, 0).too_many
    assert not emergencies.Share(2, 100).too_many
    assert emergencies.Share(3, 100).too_many


@pytest.fixture
def real(settings: LazySettings) -> None:
    """Make it no demonstration, where a code would do."""
    settings.DEMO = False


def passkey_of(user: User) -> None:
    """Give a user a passkey of two days ago that no device holds; `proven` says it was used."""
    made = timezone.now() - timedelta(days=2)
    kind = Authenticator.Type.WEBAUTHN
    Authenticator.objects.create(user=user, type=kind, data={"name": "made up"}, created_at=made)


@pytest.mark.usefixtures("real")
def test_the_page_asks_for_the_passkey_again(cast: Cast, home: Household, sign_in: SignIn) -> None:
    client, officer = sign_in(cast.outsider), cast.outsider
    give_authenticator(officer)
    passkey_of(officer)
    for kind, ago in (("", 0), ("totp", 0), ("recovery_codes", 0), ("webauthn", 301)):
        answer = proven(client, officer, "mfa" if kind else "password", ago, kind).get(ADDRESS)
        assert answer["Location"] == f"/account/2fa/webauthn/reauthenticate/?next={quote(ADDRESS, safe='')}"
    said = {"code": people_of(home)[0].code, "incident": "1300-77", "reason": WHY}
    for kind, ago in (("totp", 0), ("webauthn", 901)):
        answer = proven(client, officer, "mfa", ago, kind).post(ADDRESS, said)
        assert answer["Location"].startswith("/account/2fa/webauthn/reauthenticate/")
    assert not BreakGlass.objects.exists()
    assert proven(client, officer, "mfa", 0, "webauthn").get(ADDRESS).status_code == 200
    short = client.post(ADDRESS, said | {"reason": "urgent"})
    assert not BreakGlass.objects.exists()
    assert "1300-77" in short.content.decode()
    answer = client.post(ADDRESS, said)
    assert answer["Location"] == f"/people/households/{home.pk}"
    page = client.get(answer["Location"])
    assert home.code in page.content.decode()
    assert "it is open to you until" in page.content.decode()
    assert client.get(f"/people/households/{home.pk}/edit").status_code in (403, 404)


@pytest.mark.usefixtures("real")
def test_one_use_of_a_passkey_opens_one_emergency(cast: Cast, home: Household, sign_in: SignIn) -> None:
    passkey_of(cast.outsider)
    client = proven(sign_in(cast.outsider), cast.outsider, "mfa", 0, "webauthn")
    said = {"code": people_of(home)[0].code, "incident": "1300-77", "reason": WHY}
    assert client.post(ADDRESS, said | {"reason": "urgent"}).status_code == 200, "a slip costs nothing"
    assert client.post(ADDRESS, said)["Location"] == f"/people/households/{home.pk}"
    for answer in (client.get(ADDRESS), client.post(ADDRESS, said)):
        assert answer["Location"].startswith("/account/2fa/webauthn/reauthenticate/")
    assert BreakGlass.objects.count() == 1


@pytest.mark.usefixtures("real")
def test_a_passkey_that_was_slipped_in_opens_nothing_for_a_day(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    passkey_of(cast.outsider)
    Authenticator.objects.update(created_at=timezone.now() - timedelta(hours=23))
    client = proven(sign_in(cast.outsider), cast.outsider, "mfa", 0, "webauthn")
    page = client.get(ADDRESS).content.decode()
    assert "24 hours after it was added" in page
    assert 'name="code"' not in page
    said = {"code": people_of(home)[0].code, "incident": "1300-77", "reason": WHY}
    client.post(ADDRESS, said)
    assert not BreakGlass.objects.exists()


@pytest.mark.usefixtures("real")
@pytest.mark.parametrize("role", [Role.DISTRICT_OFFICER, Role.DATA_PROTECTION_OFFICER])
def test_whoever_has_no_passkey_opens_nothing_and_is_told_how_to_get_one(
    cast: Cast, home: Household, sign_in: SignIn, role: Role
) -> None:
    give_authenticator(cast[role])
    client = proven(sign_in(cast[role]), cast[role], "mfa", 0, "totp")
    said = {"code": people_of(home)[0].code, "incident": "1300-77", "reason": WHY}
    for answer in (client.get(ADDRESS), client.post(ADDRESS, said)):
        page = answer.content.decode()
        assert 'href="/account/2fa/webauthn/add/"' in page
        assert 'name="code"' not in page
    assert not BreakGlass.objects.exists()


def test_in_a_demonstration_a_code_will_do(cast: Cast, home: Household, sign_in: SignIn) -> None:
    client = sign_in(cast.outsider)
    give_authenticator(cast.outsider)
    assert proven(client, cast.outsider, "password").get(ADDRESS)["Location"].startswith("/account/2fa/")
    assert proven(client, cast.outsider, "mfa", 0, "totp").get(ADDRESS).status_code == 200

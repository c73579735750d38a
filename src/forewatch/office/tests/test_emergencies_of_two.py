"""Whoever oversees all breaks the glass only with a second person: names alone, before others' eyes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor, Refused
from forewatch.access.models import Grant, Organisation, User
from forewatch.access.rules import DataClass, Protocol, Purpose, Role, Verb
from forewatch.access.terms import Terms
from forewatch.access.typed import reasons_of
from forewatch.audit.models import Event
from forewatch.config.tests.browser import give_authenticator
from forewatch.config.tests.cast import OTHER_DISTRICT, PROVINCE, VILLAGE, Cast, make_user, proven
from forewatch.config.today import needs
from forewatch.office import emergencies
from forewatch.office.reviewing import Verdict
from forewatch.places.models import Area
from forewatch.register.actions.breaking_glass import break_glass, second, suspended
from forewatch.register.actions.conflicts import Ground, declare_conflict
from forewatch.register.actions.revealing import reveal_household
from forewatch.register.models import BreakGlass, Household, Person
from forewatch.register.permissions import can
from forewatch.register.tests.building import household, member, people_of
from forewatch.rights.who_saw import looks_at_person
from forewatch.ui.problems import NotFound, Problem

SignIn = Callable[[User], Client]
WHY = "a raid tonight, and her name is on the list"
OFFICER, SUPERVISOR, LEAD = Role.DATA_PROTECTION_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD
SECONDS = {SUPERVISOR, LEAD}


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    return household(cast.actor(LEAD), areas[VILLAGE], member(answers={"papers": "none"}), member("Bo"))


def asked(cast: Cast, home: Household) -> BreakGlass:
    return break_glass(by=cast.actor(OFFICER), code=people_of(home)[0].code, incident="9-1", reason=WHY)


def later(actor: Actor, **by: int) -> Actor:
    return replace(actor, now=actor.now + timedelta(**by))


def shown(by: Actor, home: Household) -> list[str]:
    found = reveal_household(by=by, household=home, reason=WHY, purpose=Purpose.AUDIT)
    return sorted(one.given for one in found.names.values())


def test_nothing_opens_until_a_second_person_has_agreed_and_then_names_alone(
    cast: Cast, home: Household, areas: dict[str, Area]
) -> None:
    neighbours = household(cast.actor(LEAD), areas[VILLAGE], member("Cy"))
    one, officer = asked(cast, home), cast.actor(OFFICER)
    assert one.ends_at is None
    with pytest.raises(Refused):
        shown(later(officer, seconds=1), home)
    second(by=later(cast.actor(SUPERVISOR), hours=1), opened=one.pk, agree=True)
    after = later(officer, hours=1, seconds=1)
    assert shown(after, home) == ["Ann", "Bo"]
    for verb in (Verb.READ, Verb.CORRECT, Verb.PRINT, Verb.EXPORT):
        assert not any(can(after, verb, data, home) for data in (DataClass.IDENTITY, DataClass.OBSERVATION))
    assert not can(after, Verb.READ, DataClass.BAND, home)
    assert not Household.objects.visible_to(after).exists()
    assert not Person.objects.visible_to(after).exists()
    with pytest.raises(Refused):
        shown(after, neighbours)
    # Four hours from the agreement, not from the asking.
    assert shown(later(officer, hours=Terms().break_glass_hours, minutes=59), home)
    with pytest.raises(Refused):
        shown(later(officer, hours=Terms().break_glass_hours + 1, seconds=1), home)


@pytest.mark.parametrize("role", list(Role))
def test_only_supervisors_and_leads_of_the_place_agree(cast: Cast, home: Household, role: Role) -> None:
    one, actor = asked(cast, home), cast.actor(role)
    assert bool(emergencies.to_second(actor)) is (role in SECONDS)
    if role in SECONDS:
        second(by=actor, opened=one.pk, agree=True)
        return
    with pytest.raises(NotFound):
        second(by=actor, opened=one.pk, agree=True)


def test_neither_of_elsewhere_nor_in_the_same_role_nor_kept_away(cast: Cast, home: Household) -> None:
    one, centre = asked(cast, home), cast[LEAD].organisation
    elsewhere = make_user("elsewhere", centre, SUPERVISOR, OTHER_DISTRICT)
    both = make_user("both", centre, LEAD, PROVINCE)
    granted = Grant.objects.get(user=both)
    Grant.objects.create(
        user=both, role=OFFICER, area_code="", purposes=[Purpose.AUDIT],
        valid_from=granted.valid_from, valid_to=granted.valid_to,
    )  # fmt: skip
    kept = make_user("kept", centre, LEAD, PROVINCE)
    declare_conflict(by=cast.actor(LEAD), household=home, user=kept, ground=Ground.NAMED)
    for user in (elsewhere, both, kept, cast[OFFICER]):
        with pytest.raises(NotFound):
            second(by=actor_for(user), opened=one.pk, agree=True)
    assert BreakGlass.objects.get().ends_at is None
    # Whoever asked does not agree, whatever else they were granted.
    Grant.objects.filter(user=cast[OFFICER]).update(role=LEAD, purposes=["prevent"])
    with pytest.raises(NotFound):
        second(by=cast.actor(OFFICER), opened=one.pk, agree=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        BreakGlass.objects.update(seconded_by=cast[OFFICER])


def test_among_several_agencies_the_second_is_of_another(cast: Cast, home: Household, settings: Any) -> None:
    settings.PROTOCOL = Protocol.MULTI_AGENCY
    one = asked(cast, home)
    with pytest.raises(NotFound):
        second(by=cast.actor(LEAD), opened=one.pk, agree=True)
    User.objects.filter(pk=cast[LEAD].pk).update(organisation=Organisation.objects.get(code="elsewhere"))
    second(by=cast.actor(LEAD), opened=one.pk, agree=True)


def test_a_no_and_a_silence_open_nothing_and_the_first_word_stands(cast: Cast, home: Household) -> None:
    refused, late = asked(cast, home), asked(cast, home)
    second(by=cast.actor(LEAD), opened=refused.pk, agree=False)
    for opened, who in ((refused, cast.actor(SUPERVISOR)), (late, later(cast.actor(LEAD), hours=4))):
        with pytest.raises(NotFound):
            second(by=who, opened=opened.pk, agree=True)
    with pytest.raises(Refused):
        shown(later(cast.actor(OFFICER), minutes=1), home)
    # Nothing was opened, so nothing is to be reviewed, and nothing counts as an emergency.
    assert not emergencies.to_review(cast.actor(SUPERVISOR))
    assert not suspended(later(cast.actor(OFFICER), days=30))
    share = emergencies.share(cast.actor(OFFICER))
    assert share is not None
    assert share.opened == 0


def test_both_are_on_the_trail_and_the_person_is_told_of_what_was_opened(cast: Cast, home: Household) -> None:
    one, [person, _other] = asked(cast, home), people_of(home)
    before = len(looks_at_person(person))
    second(by=cast.actor(LEAD), opened=one.pk, agree=True)
    shown(later(cast.actor(OFFICER), seconds=1), home)
    wanted = Event.objects.get(verb=Verb.BREAK_GLASS)
    assert (wanted.actor_id, wanted.role, wanted.subject_id) == (cast[OFFICER].pk, OFFICER, one.pk)
    assert (reasons_of([wanted])[wanted.pk], wanted.area_code, wanted.allowed) == (
        f"9-1: {WHY}",
        VILLAGE,
        True,
    )
    agreed = Event.objects.get(verb=Verb.SECOND)
    assert (agreed.actor_id, agreed.role, agreed.subject_id) == (cast[LEAD].pk, LEAD, person.pk)
    names = Event.objects.filter(verb=Verb.REVEAL).latest("at")
    assert (names.actor_id, names.identities, names.purpose) == (cast[OFFICER].pk, 2, Purpose.AUDIT)
    looks = looks_at_person(person)
    assert len(looks) == before + 2
    assert {one.deed for one in looks} >= {"agreed as a second person", "saw the name"}


def test_notices_and_a_review_by_somebody_who_is_neither(cast: Cast, home: Household) -> None:
    def told(actor: Actor) -> list[str]:
        return [str(one.what) for one in needs(actor) if "mergency" in str(one.what)]

    one = asked(cast, home)
    waits = ["An emergency waits for a second person"]
    assert {role for role in Role if told(cast.actor(role)) == waits} == SECONDS
    assert not any(told(cast.actor(role)) for role in {*Role} - SECONDS)
    second(by=cast.actor(LEAD), opened=one.pk, agree=True)
    assert {role for role in Role if told(cast.actor(role))} == {SUPERVISOR}
    (waiting,) = emergencies.to_review(cast.actor(SUPERVISOR))
    assert (waiting.name, waiting.second, waiting.lasts) == (cast[OFFICER].name, cast[LEAD].name, True)
    for role in (OFFICER, LEAD):
        with pytest.raises(NotFound):
            emergencies.decide(by=cast.actor(role), opened=one.pk, verdict=Verdict.HOLDS)
    for user in (cast[OFFICER], cast[LEAD]):
        with pytest.raises(IntegrityError), transaction.atomic():
            BreakGlass.objects.update(reviewed_by=user)
    late = later(cast.actor(OFFICER), hours=Terms().review_hours, minutes=1)
    assert suspended(late)
    with pytest.raises(Problem, match="hours ago"):
        break_glass(by=late, code=people_of(home)[0].code, incident="9-2", reason=WHY)
    emergencies.decide(by=cast.actor(SUPERVISOR), opened=one.pk, verdict=Verdict.HOLDS)
    assert not suspended(late)


def test_the_pages_of_both(cast: Cast, home: Household, sign_in: SignIn) -> None:
    for role in (OFFICER, LEAD):
        give_authenticator(cast[role])
    client, person = sign_in(cast[OFFICER]), people_of(home)[0]
    page = proven(client, cast[OFFICER]).get("/people/emergency").content.decode()
    assert "Nothing opens until a supervisor or lead of the place has agreed" in page
    said = {"code": person.code, "incident": "9-1", "reason": WHY}
    mine = client.post("/people/emergency", said)["Location"]
    one = BreakGlass.objects.get()
    assert mine == f"/people/emergency/{one.pk}"
    assert "It waits for a second person" in client.get(mine).content.decode()
    assert client.post(f"{mine}/names").status_code == 403

    lead = sign_in(cast[LEAD])
    assert f"{mine}/second" in lead.get("/oversight/reviews/").content.decode()
    assert lead.get(f"{mine}/second")["Location"].startswith("/account/2fa/reauthenticate/")
    assert lead.post(f"{mine}/second", {"agree": "yes"})["Location"] == f"{mine}/second"
    assert BreakGlass.objects.get().seconded_at is None
    page = proven(lead, cast[LEAD]).get(f"{mine}/second").content.decode()
    assert WHY in page
    assert not any(hidden in page for hidden in (person.code, home.code, "Ann"))
    assert lead.post(f"{mine}/second", {"agree": "perhaps"}).status_code == 400
    assert lead.post(f"{mine}/second", {"agree": "yes"}).status_code == 302
    assert client.get(mine).content.decode().count("Ann") == 0
    page = client.post(f"{mine}/names").content.decode()
    assert "Ann" in page
    assert "Bo" in page
    assert client.get(f"/people/households/{home.pk}").status_code == 403
    assert sign_in(cast[SUPERVISOR]).get(mine).status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_nobody_else_sees_anything_of_it(cast: Cast, home: Household, sign_in: SignIn, role: Role) -> None:
    one = asked(cast, home)
    second(by=cast.actor(LEAD), opened=one.pk, agree=True)
    client, address = sign_in(cast[role]), f"/people/emergency/{one.pk}"
    mine = role is OFFICER
    assert (client.get(address).status_code == 200) is mine
    assert (client.post(f"{address}/names").status_code == 200) is mine
    assert client.get(f"{address}/second").status_code in (403, 404)
    assert sign_in(cast.outsider).post(f"{address}/names").status_code == 404
    assert sign_in(cast.outsider).get(f"/people/emergency/{uuid.uuid4()}").status_code == 404

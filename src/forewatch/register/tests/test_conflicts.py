"""A conflict of interest closes a household to somebody on every path, wherever its people move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from forewatch.access.decisions import Refused, Target, decide
from forewatch.access.models import User
from forewatch.access.rules import POLICY, PURPOSES, DataClass, Purpose, Role, Verb, serves
from forewatch.audit.models import Event
from forewatch.config.tests.assurance import Assured
from forewatch.config.tests.cast import DISTRICT, PROVINCE, VILLAGE, Cast
from forewatch.places.models import Area
from forewatch.register.actions.assigning import assign
from forewatch.register.actions.conflicts import Ground, declare_conflict, end_conflict
from forewatch.register.actions.households import move_household
from forewatch.register.actions.merging import merge
from forewatch.register.models import ConflictOfInterest, Household, Person
from forewatch.register.permissions import can, target_of
from forewatch.register.queries.children import children
from forewatch.register.queries.conflicts import who_is_kept_away
from forewatch.register.queries.lists import Filters, households
from forewatch.register.tests.building import household, member, people_of
from forewatch.ui.problems import Problem

SignIn = Callable[[User], Client]
OFFICER, LEAD = Role.DISTRICT_OFFICER, Role.PROVINCIAL_LEAD


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    lead = cast.actor(LEAD)
    child = member("Kid", (lead.today - timedelta(days=3000)).isoformat(), role="child")
    made = household(lead, areas[VILLAGE], member(answers={"papers": "none"}), child)
    assign(by=lead, household=made, user=cast[Role.SOCIAL_WORKER])
    return made


def kept(cast: Cast, home: Household, role: Role, ground: Ground = Ground.RELATED) -> None:
    declare_conflict(by=cast.actor(LEAD), household=home, user=cast[role], ground=ground)


@pytest.mark.parametrize("role", list(Role))
def test_whoever_is_kept_away_may_do_nothing_of_all_they_were_granted(
    cast: Cast, role: Role, assured: Assured
) -> None:
    """The truth table: every verb, class and purpose, for a household of one's own area."""
    actor = cast.actor(role)
    here = ("XA10010101", "XA100101", DISTRICT, PROVINCE, "XA", "")
    me = frozenset({actor.user_id})
    granted = 0
    for verb, data, purpose in product(Verb, DataClass, Purpose):
        mine = Target(here, actor.user_id, actor.now, me, opened_by=me)
        granted += decide(actor, verb, data, purpose, mine).allowed
        assert not decide(
            actor, verb, data, purpose, Target(here, actor.user_id, actor.now, me, me, me)
        ).allowed
        other = Target(here, actor.user_id, actor.now, me, frozenset({actor.user_id.__class__(int=1)}), me)
        assert decide(actor, verb, data, purpose, other) == decide(actor, verb, data, purpose, mine)
    cells = [(data, verb) for one, data, verb in POLICY if one is role]
    asked = sum(serves(purpose, *cell) for purpose in PURPOSES[role] for cell in cells)
    assert granted == asked
    assured("conflict", len(Verb) * len(DataClass) * len(Purpose))


@pytest.mark.parametrize("role", [Role.ANALYST, OFFICER, Role.DISTRICT_SUPERVISOR, Role.SOCIAL_WORKER])
def test_lists_and_single_rows_agree(cast: Cast, home: Household, role: Role) -> None:
    actor = cast.actor(role)
    assert households(actor, Filters()).rows
    assert children(actor, None).rows
    kept(cast, home, role)
    assert not households(actor, Filters()).rows
    assert not children(actor, None).rows
    assert not Household.objects.visible_to(actor).exists()
    assert not Person.objects.visible_to(actor).exists()
    assert not can(actor, Verb.READ, DataClass.OBSERVATION, home)
    assert can(cast.actor(LEAD), Verb.READ, DataClass.OBSERVATION, home)


def addresses(home: Household) -> list[tuple[str, str]]:
    person = people_of(home)[0].pk
    return [
        ("get", f"/people/households/{home.pk}"),
        ("post", f"/people/households/{home.pk}/names"),
        ("get", f"/people/persons/{person}"),
        ("get", f"/risk/people/{person}"),
        ("get", f"/risk/households/{home.pk}"),
    ]


@pytest.mark.parametrize(
    ("ground", "status"), [(Ground.RELATED, 403), (Ground.OTHER, 403), (Ground.NAMED, 404)]
)
def test_every_page_is_closed_and_the_try_is_written_down(
    cast: Cast, home: Household, sign_in: SignIn, ground: Ground, status: int
) -> None:
    """Whom a person named is not told that there is anything to be kept away from."""
    client = sign_in(cast[OFFICER])
    kept(cast, home, OFFICER, ground)
    for method, address in addresses(home):
        before = Event.objects.filter(allowed=False).count()
        answer = getattr(client, method)(address)
        assert answer.status_code == status, address
        assert home.code not in answer.content.decode()
        assert Event.objects.filter(allowed=False).count() == before + 1


def test_it_goes_with_the_people_when_they_move_and_merge(
    cast: Cast, home: Household, areas: dict[str, Area]
) -> None:
    lead = cast.actor(LEAD)
    person = people_of(home)[0]
    kept(cast, home, OFFICER)
    move_household(
        by=lead, household=home, version=home.version, area=areas["XA10010102"], address=None, on=lead.today
    )
    assert not can(cast.actor(OFFICER), Verb.READ, DataClass.OBSERVATION, Household.objects.get(pk=home.pk))
    other = household(lead, areas[VILLAGE], member("Ann"))
    merge(by=lead, kept=people_of(other)[0], merged=person, reason="one and the same")
    assert cast[OFFICER].pk in target_of(other, lead).kept_away
    assert other not in Household.objects.visible_to(cast.actor(OFFICER))
    assert [one.user for one in who_is_kept_away(other)] == [cast[OFFICER]]
    end_conflict(by=lead, household=other, user=cast[OFFICER])
    assert other in Household.objects.visible_to(cast.actor(OFFICER))


def test_whoever_declares_it_is_closed_out_and_does_not_let_themselves_back(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    client = sign_in(cast[Role.DISTRICT_SUPERVISOR])
    assert client.post(f"/people/households/{home.pk}/related").status_code == 302
    me = cast[Role.DISTRICT_SUPERVISOR]
    assert client.post(f"/people/households/{home.pk}/let-back/{me.pk}").status_code == 403
    with pytest.raises(Refused):
        end_conflict(by=cast.actor(Role.DISTRICT_SUPERVISOR), household=home, user=me)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConflictOfInterest.objects.update(ended_by=me)
    lead = sign_in(cast[LEAD])
    assert me.name in lead.get(f"/people/households/{home.pk}").content.decode()
    lead.post(f"/people/households/{home.pk}/let-back/{me.pk}")
    assert client.get(f"/people/households/{home.pk}").status_code == 200


def test_whom_a_person_named_is_not_let_back_by_whoever_assigns(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    """One accomplice would be enough else, and the person would never hear of it."""
    kept(cast, home, OFFICER, Ground.RELATED)
    kept(cast, home, OFFICER, Ground.NAMED)
    back, seen = f"/people/households/{home.pk}/let-back/{cast[OFFICER].pk}", f"/people/households/{home.pk}"
    supervisor, lead = sign_in(cast[Role.DISTRICT_SUPERVISOR]), sign_in(cast[LEAD])
    assert back not in supervisor.get(seen).content.decode()
    assert supervisor.post(back).status_code == 403
    assert home not in Household.objects.visible_to(cast.actor(OFFICER))
    assert back in lead.get(seen).content.decode()
    assert lead.post(back).status_code == 302
    assert home in Household.objects.visible_to(cast.actor(OFFICER))


@pytest.mark.parametrize("role", [Role.ANALYST, Role.SOCIAL_WORKER, Role.ENUMERATOR])
def test_only_those_who_assign_keep_others_away(
    cast: Cast, home: Household, sign_in: SignIn, role: Role
) -> None:
    said = {"user": str(cast[OFFICER].pk), "ground": "named"}
    assert sign_in(cast[role]).post(f"/people/households/{home.pk}/kept-away", said).status_code == 403
    assert sign_in(cast.outsider).post(f"/people/households/{home.pk}/kept-away", said).status_code == 404
    assert not ConflictOfInterest.objects.exists()
    lead = sign_in(cast[LEAD])
    assert lead.post(f"/people/households/{home.pk}/kept-away", said | {"ground": ""}).status_code == 302
    assert not ConflictOfInterest.objects.exists()
    lead.post(f"/people/households/{home.pk}/kept-away", said)
    assert ConflictOfInterest.objects.count() == 2
    assert Event.objects.filter(reason__startswith="conflict of interest").count() == 1


def test_nobody_is_given_a_household_they_are_kept_away_from(cast: Cast, home: Household) -> None:
    kept(cast, home, OFFICER)
    with pytest.raises(Problem, match="conflict of interest"):
        assign(by=cast.actor(LEAD), household=home, user=cast[OFFICER])

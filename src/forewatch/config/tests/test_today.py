"""The first page names what waits for whom, and nothing that waits for somebody else."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from forewatch.access.actors import actor_for
from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import PROVINCE, VILLAGE, Cast, make_user
from forewatch.config.tests.world import World
from forewatch.config.today import needs
from forewatch.intake import rules as intake
from forewatch.intake.actions import hand_over
from forewatch.intake.models import Upload
from forewatch.places.models import Area
from forewatch.register.actions.drafts import keep_draft
from forewatch.register.models import CitizenshipStep, Household
from forewatch.reports.models import VisitList
from forewatch.reports.paper.rules import State

SignIn = Callable[[User], Client]


def _said(cast: Cast, role: Role) -> str:
    return "\n".join(f"{one.what}|{one.why}|{one.button}|{one.url}" for one in needs(cast.actor(role)))


@pytest.fixture
def visits(world: World) -> VisitList:
    return VisitList.objects.get(pk=world.ids["visit_list_id"])


@pytest.mark.django_db
def test_somebody_with_nothing_waiting_is_told_so(cast: Cast, sign_in: SignIn) -> None:
    page = sign_in(cast[Role.POLICE]).get("/").content.decode()
    assert "Nothing waits for you" in page


@pytest.mark.django_db
def test_the_outsider_is_told_of_nothing_that_waits_here(world: World, cast: Cast, sign_in: SignIn) -> None:
    here = {one.url for one in needs(cast.outside())}
    assert here == {"/map/first"}
    page = sign_in(cast.outsider).get("/").content.decode()
    assert "visit list" not in page
    assert "concern waits" not in page


@pytest.mark.django_db
def test_a_visit_list_waits_for_whoever_may_decide_and_did_not_ask(visits: VisitList, cast: Cast) -> None:
    address = f"/paper/visits/{visits.pk}/"
    assert address in _said(cast, Role.DISTRICT_SUPERVISOR)
    assert address not in _said(cast, Role.DISTRICT_OFFICER)


@pytest.mark.django_db
def test_an_approved_list_waits_for_whoever_asked(visits: VisitList, cast: Cast) -> None:
    VisitList.objects.filter(pk=visits.pk).update(state=State.APPROVED)
    assert "Your visit list is approved" in _said(cast, Role.DISTRICT_OFFICER)
    assert "visit list" not in _said(cast, Role.DISTRICT_SUPERVISOR)


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.REQUESTED, State.APPROVED])
def test_a_visit_list_that_is_over_waits_for_nobody(visits: VisitList, cast: Cast, state: State) -> None:
    over = timezone.now() - timedelta(minutes=1)
    VisitList.objects.filter(pk=visits.pk).update(
        state=state, requested_at=over - timedelta(days=7), expires_at=over
    )
    assert str(visits.pk) not in _said(cast, Role.DISTRICT_SUPERVISOR)
    assert str(visits.pk) not in _said(cast, Role.DISTRICT_OFFICER)


@pytest.mark.django_db
def test_a_draft_waits_for_its_writer_alone(cast: Cast, areas: dict[str, Area]) -> None:
    draft = keep_draft(by=cast.actor(Role.DISTRICT_OFFICER), typed={"area": [VILLAGE]})
    assert f"/people/new?draft={draft.pk}" in _said(cast, Role.DISTRICT_OFFICER)
    assert "half filled in" not in _said(cast, Role.PROVINCIAL_LEAD)


@pytest.mark.django_db
def test_a_draft_of_a_household_leads_back_to_it(world: World, cast: Cast) -> None:
    household = Household.objects.get(pk=world.ids["household_id"])
    keep_draft(by=cast.actor(Role.DISTRICT_OFFICER), typed={"area": [VILLAGE]}, household=household)
    assert f"/people/households/{household.pk}/edit" in _said(cast, Role.DISTRICT_OFFICER)


@pytest.mark.django_db
def test_a_step_waits_from_the_day_after_its_day(world: World, cast: Cast) -> None:
    step = CitizenshipStep.objects.filter(pk=world.ids["step_id"])
    today = timezone.localdate()
    step.update(due_on=today)
    assert "late" not in _said(cast, Role.DISTRICT_OFFICER)
    step.update(due_on=today - timedelta(days=1))
    assert "1 step to papers is late" in _said(cast, Role.DISTRICT_OFFICER)
    assert "late" not in "".join(one.what for one in needs(cast.outside()))


@pytest.mark.django_db
def test_pairs_wait_for_who_may_merge_both(world: World, cast: Cast) -> None:
    assert "1 pair of people" in _said(cast, Role.PROVINCIAL_LEAD)
    assert "pair" not in _said(cast, Role.VOLUNTEER)
    assert "pair" not in "".join(one.what for one in needs(cast.outside()))


@pytest.mark.django_db
def test_a_file_waits_for_whoever_brought_it(world: World, cast: Cast) -> None:
    upload = Upload.objects.get(pk=world.ids["upload_id"])
    address = f"/intake/{upload.pk}"
    assert "A checked file is not in yet" in _said(cast, Role.ANALYST)
    assert address in _said(cast, Role.ANALYST)
    assert address not in _said(cast, Role.PROVINCIAL_LEAD)
    Upload.objects.filter(pk=upload.pk).update(state=intake.State.MAPPING)
    assert "waits for its columns" in _said(cast, Role.ANALYST)
    Upload.objects.filter(pk=upload.pk).update(state=intake.State.IN)
    assert address not in _said(cast, Role.ANALYST)


@pytest.mark.django_db
def test_a_file_handed_over_waits_for_a_colleague_alone(world: World, cast: Cast) -> None:
    upload = Upload.objects.get(pk=world.ids["upload_id"])
    hand_over(by=cast.actor(Role.ANALYST), upload=upload)
    address = f"/intake/{upload.pk}"
    for role in Role:
        agrees = role == Role.PROVINCIAL_LEAD
        assert (address in _said(cast, role)) == agrees, role
    colleague = make_user("second", cast[Role.ANALYST].organisation, Role.ANALYST, PROVINCE)
    assert address in "".join(one.url for one in needs(actor_for(colleague)))
    assert address not in "".join(one.url for one in needs(cast.outside()))


@pytest.mark.django_db
def test_only_those_who_read_exact_figures_are_sent_to_them(cast: Cast) -> None:
    assert "/map/first" in _said(cast, Role.PROVINCIAL_LEAD)
    assert "/map/first" not in _said(cast, Role.PLANNER)
    assert "/map/first" not in _said(cast, Role.VOLUNTEER)


@pytest.mark.django_db
def test_every_need_leads_to_a_page_that_opens(world: World, cast: Cast, sign_in: SignIn) -> None:
    for role in Role:
        client = sign_in(cast[role])
        for need in needs(cast.actor(role)):
            answer = client.get(need.url)
            # Whoever lets somebody see names proves first who they are.
            proving = answer.headers.get("Location", "").startswith("/account/reauthenticate/")
            assert answer.status_code == 200 or proving, (role, need.url)

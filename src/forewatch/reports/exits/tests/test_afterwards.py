"""What has left is looked at from outside, called back, and not taken again with whoever is gone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse

from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor, Refused
from forewatch.access.models import Organisation, User
from forewatch.access.rules import Protocol, Role
from forewatch.audit.models import Event
from forewatch.config.tests.cast import PROVINCE, Cast, make_user
from forewatch.keystore.models import DataKey
from forewatch.places.models import Area
from forewatch.register.actions.statements import correct_record, record_answers
from forewatch.register.entries import Observation
from forewatch.register.models import Consent, Household, Person
from forewatch.register.signals import no_longer_shared
from forewatch.register.tests.building import people_of
from forewatch.reports.exits import actions, afterwards, taking
from forewatch.reports.exits.models import Exit, Taking
from forewatch.reports.exits.queries import to_review, to_take
from forewatch.reports.exits.rules import Kind, State
from forewatch.reports.exits.tests.making import (
    ANALYST,
    DPO,
    LEAD,
    agrees,
    become_one,
    changes_their_mind,
    later,
    left,
    page_of,
    votes,
    wish,
)
from forewatch.rights.actions import answer_contest, confirm_person, file_contest
from forewatch.rights.models import Contest
from forewatch.rights.rules import Outcome
from forewatch.risk.models import Publication
from forewatch.risk.tests.province import Province
from forewatch.ui.problems import Conflict, NotFound, Problem

SignIn = Callable[[User], Client]


def test_who_changes_their_mind_afterwards_is_told_of_to_the_recipient(
    ask: Callable[..., Exit], cast: Cast, home: Household
) -> None:
    found, mali = left(ask(), cast), people_of(home)[0]
    agrees(cast, mali, agreed=False)
    over = Exit.objects.get(pk=found.pk)
    assert (over.state, over.to_tell) == (State.TAKEN, [mali.code])
    assert str(mali.pk) not in over.people
    afterwards.told(by=cast.actor(DPO), exit_id=found.pk, codes=[mali.code])
    assert Exit.objects.get(pk=found.pk).to_tell == []


def test_whoever_comes_to_it_while_somebody_tells_stays_to_be_told_of(
    ask: Callable[..., Exit], cast: Cast, home: Household, sign_in: SignIn
) -> None:
    found, [mali, ben, _cid] = left(ask(), cast), people_of(home)
    agrees(cast, mali, agreed=False)
    officer = sign_in(cast[DPO])
    assert f'name="code" value="{mali.code}"' in page_of(found, officer)
    agrees(cast, ben, agreed=False)
    officer.post(reverse("exit_told", args=[found.pk]), {"code": mali.code})
    assert Exit.objects.get(pk=found.pk).to_tell == [ben.code]


def test_a_country_taken_back_is_told_of_to_the_recipient_there_alone(
    ask: Callable[..., Exit], cast: Cast, home: Household
) -> None:
    [mali, ben, _cid] = people_of(home)
    for one in (mali, ben):
        agrees(cast, one, countries="TH MM")
    here, there = ask(), ask(country="MM")
    for found in (here, there):
        for role in (LEAD, DPO)[: 2 if found == there else 1]:
            votes(cast.actor(role), found)
        taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)
    agrees(cast, ben, countries="MM TH")
    agrees(cast, mali, countries="TH")
    assert Exit.objects.get(pk=there.pk).to_tell == [mali.code]
    assert Exit.objects.get(pk=here.pk).to_tell == []


def test_who_was_put_right_is_told_of_to_the_recipient(
    ask: Callable[..., Exit], cast: Cast, areas: dict[str, Area], home: Household
) -> None:
    """From the answer of the desk to the list of whom to delete, by the deeds of people alone."""
    found, mali = left(ask(), cast), people_of(home)[0]
    worker, officer = cast.actor(Role.ADVOCATE), cast.actor(Role.DISTRICT_OFFICER)
    receipt = file_contest(by=worker, token=uuid4(), area=areas[PROVINCE], about=mali.code, words="not so")
    contest = Contest.objects.get(receipt=receipt)
    confirm_person(by=cast.actor(ANALYST), contest=contest, code=mali.code)
    said = record_answers(
        by=officer, subject=mali, observation=Observation(officer.today), answers={"papers": "none"}
    )
    assert said is not None
    correct_record(by=officer, record=said, values={"papers": "full"}, grade="A", observed_on=officer.today)
    contest.refresh_from_db()
    answer_contest(by=cast.actor(ANALYST), contest=contest, outcome=Outcome.CORRECTED, words="Put right.")
    assert Exit.objects.get(pk=found.pk).to_tell == [mali.code]


@pytest.mark.parametrize("on_it", ["merged", "kept"])
@pytest.mark.parametrize("how", ["no", "corrected"])
def test_whoever_two_rows_were_found_to_be_is_told_of_by_the_code_that_left(
    ask: Callable[..., Exit], cast: Cast, home: Household, how: str, on_it: str
) -> None:
    mali, ben, cid = people_of(home)
    found = left(ask(), cast)
    kept, merged = (cid, mali) if on_it == "merged" else (mali, cid)
    become_one(cast, kept, merged)
    if how == "no":
        agrees(cast, kept, agreed=False)
    else:
        # A contest stays about the row that it was filed for.
        no_longer_shared.send(sender=Person, people=[merged.pk], still=())
    over = Exit.objects.get(pk=found.pk)
    assert (over.to_tell, over.people, over.content) == ([mali.code], [str(ben.pk)], None)


@pytest.mark.parametrize("left_as", ["merged", "kept"])
@pytest.mark.parametrize("no", [True, False])
def test_a_no_said_under_one_row_holds_once_it_is_found_to_be_somebody_who_left(
    ask: Callable[..., Exit], cast: Cast, home: Household, left_as: str, no: bool
) -> None:
    mali, ben, cid = people_of(home)
    agrees(cast, cid, agreed=False)
    if not no:
        Consent.objects.filter(person=cid).update(ended_at=cast.actor(LEAD).now)
    found = left(ask(), cast)
    become_one(cast, *((cid, mali) if left_as == "merged" else (mali, cid)))
    over = Exit.objects.get(pk=found.pk)
    assert over.to_tell == ([mali.code] if no else [])
    assert set(over.people) == {str(one.pk) for one in ((ben,) if no else (mali, ben))}


@pytest.mark.parametrize("ended", ["no", "erased", "contest"])
def test_what_has_left_is_not_taken_again_once_somebody_on_it_is_struck(
    ask: Callable[..., Exit],
    cast: Cast,
    home: Household,
    areas: dict[str, Area],
    ended: str,
    tmp_path: object,
    settings: LazySettings,
    sign_in: SignIn,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.AUDIT_HEADS = tmp_path
    found, mali = left(ask(), cast), people_of(home)[0]
    assert "It cannot be taken again" not in page_of(found, sign_in(cast[ANALYST]))
    with django_capture_on_commit_callbacks(execute=True):
        changes_their_mind(ended, cast, areas, mali)
        with pytest.raises(Conflict, match="has said no"):
            taking.take(by=later(cast.actor(ANALYST), 48), exit_id=found.pk)
    over = Exit.objects.get(pk=found.pk)
    assert (over.state, over.content) == (State.TAKEN, None)
    assert not DataKey.objects.filter(subject=found.pk).exists()
    assert over.to_tell == ([] if ended == "contest" else [mali.code])
    assert Taking.objects.count() == 1
    page = page_of(found, sign_in(cast[ANALYST]))
    assert "It cannot be taken again" in page
    assert "Take the file" not in page


def test_what_has_left_is_not_taken_again_after_its_time(
    ask: Callable[..., Exit], cast: Cast, sign_in: SignIn
) -> None:
    found = left(ask(), cast)
    after = later(cast.actor(ANALYST), 24 * 9)
    with pytest.raises(Conflict, match="expired"):
        taking.take(by=after, exit_id=found.pk)
    taking.sweep(after.now)
    Exit.objects.update(expires_at=found.requested_at)
    page = page_of(found, sign_in(cast[ANALYST]))
    assert "Take the file" not in page
    assert "It cannot be taken again" not in page


def test_somebody_who_had_no_part_in_it_looks_at_it_or_no_other_is_asked_for(
    ask: Callable[..., Exit], cast: Cast, areas: dict[str, Area]
) -> None:
    found = ask()
    votes(cast.actor(LEAD), found)
    taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)
    month = later(cast.actor(ANALYST), 24 * 31)
    with pytest.raises(Problem, match="nobody outside"):
        actions.request_exit(by=month, wish=wish(areas[PROVINCE]))
    for part in (ANALYST, LEAD):
        with pytest.raises(Refused, match="part"):
            afterwards.review_exit(by=cast.actor(part), exit_id=found.pk, held=True)
    inside = make_user("third", cast[ANALYST].organisation, LEAD, PROVINCE)
    with pytest.raises(Refused, match="outside looks at it"):
        afterwards.review_exit(by=actor_for(inside), exit_id=found.pk, held=True)
    other = Organisation.objects.create(code="other", name="Other Agency")
    outside = actor_for(make_user("other-lead", other, LEAD, PROVINCE))
    assert not to_review(actor_for(inside))
    assert [one.pk for one in to_review(outside)] == [found.pk]
    assert [one.pk for one in to_review(cast.actor(DPO))] == [found.pk]
    afterwards.review_exit(by=cast.actor(DPO), exit_id=found.pk, held=True)
    assert not to_review(cast.actor(DPO))
    assert actions.request_exit(by=month, wish=wish(areas[PROVINCE]))


@pytest.mark.parametrize("how", ["recalled by who asked", "recalled by the officer", "expired"])
def test_what_was_ever_taken_is_looked_at_whatever_became_of_it(
    ask: Callable[..., Exit], cast: Cast, areas: dict[str, Area], sign_in: SignIn, how: str
) -> None:
    found = left(ask(), cast)
    if how == "expired":
        Exit.objects.update(state=State.EXPIRED)
    else:
        afterwards.recall(by=cast.actor(ANALYST if how.endswith("asked") else DPO), exit_id=found.pk)
    assert [one.pk for one in to_review(cast.actor(DPO))] == [found.pk]
    assert "Was it right to let this out?" in page_of(found, sign_in(cast[DPO]))
    month = later(cast.actor(ANALYST), 24 * 31)
    with pytest.raises(Problem, match="nobody outside"):
        actions.request_exit(by=month, wish=wish(areas[PROVINCE]))
    afterwards.review_exit(by=cast.actor(DPO), exit_id=found.pk, held=False)
    assert not to_review(cast.actor(DPO))
    assert actions.request_exit(by=month, wish=wish(areas[PROVINCE]))


def test_what_was_never_taken_is_not_looked_at(
    ask: Callable[..., Exit], cast: Cast, areas: dict[str, Area]
) -> None:
    found = ask()
    votes(cast.actor(LEAD), found)
    Exit.objects.update(state=State.EXPIRED)
    assert not to_review(cast.actor(DPO))
    with pytest.raises(Conflict, match="nothing to look at"):
        afterwards.review_exit(by=cast.actor(DPO), exit_id=found.pk, held=True)
    assert actions.request_exit(by=later(cast.actor(ANALYST), 24 * 31), wish=wish(areas[PROVINCE]))


@pytest.mark.parametrize("role", [ANALYST, LEAD, DPO])
def test_what_waits_its_day_is_stopped_by_who_asked_and_by_whoever_may_decide(
    ask: Callable[..., Exit],
    cast: Cast,
    sign_in: SignIn,
    django_capture_on_commit_callbacks: Any,
    role: Role,
) -> None:
    found = ask()
    votes(cast.actor(LEAD), found)
    browser = sign_in(cast[role])
    assert "Stop it" in page_of(found, browser)
    with django_capture_on_commit_callbacks(execute=True):
        answer = browser.post(reverse("exit_decide", args=[found.pk]), {"decision": "stop"}, follow=True)
    assert "Stopped by" in answer.content.decode()
    assert "Stop it" not in answer.content.decode()
    over = Exit.objects.get(pk=found.pk)
    assert (over.state, over.content, over.recalled_by) == (State.STOPPED, None, cast[role])
    assert not DataKey.objects.filter(subject=found.pk).exists()
    event = Event.objects.filter(verb="approve").latest("id")
    assert (event.subject_id, event.actor_id, event.reason) == (found.pk, cast[role].pk, "stopped")
    with pytest.raises(Conflict, match="stopped"):
        taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)
    assert not to_take(later(cast.actor(ANALYST)))


def test_who_may_not_decide_stops_nothing(ask: Callable[..., Exit], cast: Cast, sign_in: SignIn) -> None:
    found = ask()
    votes(cast.actor(LEAD), found)
    for role in [one for one in Role if one not in (ANALYST, LEAD, DPO)]:
        with pytest.raises((Refused, NotFound)):
            afterwards.stop(by=cast.actor(role), exit_id=found.pk)
    with pytest.raises(NotFound):
        afterwards.stop(by=cast.outside(), exit_id=found.pk)
    assert Exit.objects.get(pk=found.pk).state == State.APPROVED


@pytest.mark.parametrize(
    ("state", "told"), [("requested", "not let out"), ("taken", "has left"), ("expired", "expired")]
)
def test_only_what_was_let_out_and_has_not_left_is_stopped(
    ask: Callable[..., Exit], cast: Cast, sign_in: SignIn, state: str, told: str
) -> None:
    found = ask()
    if state == "taken":
        left(found, cast)
    elif state == "expired":
        votes(cast.actor(LEAD), found)
        Exit.objects.update(expires_at=found.requested_at)
    assert "Stop it" not in page_of(found, sign_in(cast[LEAD]))
    with pytest.raises(Conflict, match=told):
        afterwards.stop(by=cast.actor(LEAD), exit_id=found.pk)


def test_figures_are_stopped_until_the_day_from_which_they_are_read(
    province: Province, sign_in: SignIn
) -> None:
    waits, lead = Exit.objects.get(kind=Kind.RELEASE), actor_for(province.lead)
    Publication.objects.all().delete()
    votes(lead, waits)
    page = page_of(waits, sign_in(province.lead))
    assert "It can be read from" in page
    assert "Stop it" in page
    with pytest.raises(Conflict, match="has left"):
        afterwards.stop(by=later(lead), exit_id=waits.pk)
    assert published_on(later(lead))
    afterwards.stop(by=lead, exit_id=waits.pk)
    assert Exit.objects.get(pk=waits.pk).state == State.STOPPED
    assert not published_on(later(lead))


def test_figures_are_looked_at_from_outside_from_the_day_on_which_they_are_read(
    province: Province, sign_in: SignIn
) -> None:
    waits, lead = Exit.objects.get(kind=Kind.RELEASE), actor_for(province.lead)
    Publication.objects.all().delete()
    own = province.lead.organisation
    officer = actor_for(make_user("dpo", own, DPO, ""))
    inside = actor_for(make_user("inside-lead", own, LEAD, province.code))
    other = Organisation.objects.create(code="other", name="Other Agency")
    outside = actor_for(make_user("outside-lead", other, LEAD, province.code))
    everybody = (lead, officer, inside, outside)
    votes(lead, waits)
    assert not any(to_review(one) for one in everybody)
    assert [bool(to_review(later(one))) for one in everybody] == [False, True, False, True]
    with pytest.raises(Conflict, match="nothing to look at"):
        afterwards.review_exit(by=officer, exit_id=waits.pk, held=True)
    Exit.objects.update(ready_at=waits.requested_at)
    assert "Was it right to let this out?" in page_of(waits, sign_in(User.objects.get(pk=officer.user_id)))
    afterwards.review_exit(by=later(officer), exit_id=waits.pk, held=True)
    assert not any(to_review(later(one)) for one in everybody)


@pytest.mark.parametrize("how", ["refused", "stopped", "several agencies"])
def test_figures_that_nobody_reads_or_two_agencies_let_out_are_not_looked_at(
    province: Province, settings: LazySettings, how: str
) -> None:
    waits, lead = Exit.objects.get(kind=Kind.RELEASE), actor_for(province.lead)
    Publication.objects.all().delete()
    votes(lead, waits, agree=how != "refused")
    if how == "stopped":
        afterwards.stop(by=lead, exit_id=waits.pk)
    elif how == "several agencies":
        settings.PROTOCOL = Protocol.MULTI_AGENCY
    officer = actor_for(make_user("dpo", province.lead.organisation, DPO, ""))
    assert not to_review(later(officer))


def published_on(by: Actor) -> bool:
    return Publication.objects.filter(at__lte=by.now).exists()


def test_what_has_left_can_be_recalled(ask: Callable[..., Exit], cast: Cast) -> None:
    found = ask()
    votes(cast.actor(LEAD), found)
    taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)
    afterwards.recall(by=cast.actor(DPO), exit_id=found.pk)
    with pytest.raises(Conflict, match="recalled"):
        taking.take(by=later(cast.actor(ANALYST)), exit_id=found.pk)

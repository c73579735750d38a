"""A batch leaves by a colleague's hand, and stays whole once anything was done about its people."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest
from django.apps import apps
from django.db.models import ForeignKey
from django.test import Client

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.config.tests.cast import Cast
from forewatch.intake import jobs
from forewatch.intake.models import Upload
from forewatch.intake.rules import State
from forewatch.intake.tests.agency import Agency, agency, csv_of, pupil
from forewatch.places.models import Area
from forewatch.register.actions.assigning import assign
from forewatch.register.actions.breaking_glass import break_glass
from forewatch.register.actions.conflicts import declare_own_conflict
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.actions.drafts import keep_draft
from forewatch.register.actions.statements import record_answers, take_back_event
from forewatch.register.entries import Observation
from forewatch.register.models import (
    CitizenshipStep,
    Consent,
    Correction,
    Event,
    Household,
    Merge,
    Person,
    Record,
)
from forewatch.register.rules.consents import For
from forewatch.reports.exits.models import Exit
from forewatch.reports.exits.rules import Kind
from forewatch.reports.models import VisitList
from forewatch.rights.actions import file_contest
from forewatch.rights.erasures import ask_to_erase
from forewatch.rights.informing.actions import tell
from forewatch.rights.informing.models import Duty
from forewatch.rights.informing.rules import How
from forewatch.rights.models import Contest, Erasure
from forewatch.ui.problems import Conflict

__all__ = ("agency",)

SignIn = Callable[[User], Client]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def batch(agency: Agency, areas: Mapping[str, Area]) -> Upload:
    """Return a batch of two people that is in."""
    return agency.bring(csv_of([pupil(1), pupil(2)]))


def one_of(batch: Upload) -> Person:
    return Person.objects.select_related("household__area").filter(batch_id=batch.pk).order_by("id")[0]


LEAD, OFFICER = Role.PROVINCIAL_LEAD, Role.DISTRICT_OFFICER
Deed = Callable[[Cast, Person], object]


def _home(one: Person) -> Household:
    assert one.household is not None
    return one.household


def _area(one: Person) -> Area:
    area = _home(one).area
    assert area is not None
    return area


def says_no(cast: Cast, one: Person) -> object:
    by = cast.actor(LEAD)
    said = Said(For.PREVENT, False, Consent.Ground.PERSON, "th", by.today)
    return note_consent(by=by, person=one, said=said)


def contests(cast: Cast, one: Person) -> object:
    by = cast.actor(Role.ADVOCATE)
    return file_contest(by=by, token=uuid.uuid4(), area=_area(one), about=one.code, words="It is wrong.")


def is_opened(cast: Cast, one: Person) -> object:
    reason = "she calls from the border, now"
    return break_glass(by=cast.actor(OFFICER), code=one.code, incident="IN-1", reason=reason)


def is_merged(cast: Cast, one: Person) -> object:
    by = cast.actor(LEAD)
    other = Person.objects.create(code="P-OTHER", made_at=by.now)
    return Merge.objects.create(kept=other, merged=one, made_at=by.now, made_by_id=by.user_id)


def an_event_is_taken_back(cast: Cast, one: Person) -> object:
    by = cast.actor(LEAD)
    told = Event.objects.create(
        level="household", household=_home(one), source=Record.objects.filter(person=one)[0].source,
        received_on=by.today, received_at=by.now, event="T7", occurred_on=by.today, batch_id=one.batch_id,
    )  # fmt: skip
    return take_back_event(by=by, event=told)


def has_a_step(cast: Cast, one: Person) -> object:
    by = cast.actor(LEAD)
    return CitizenshipStep.objects.create(
        person=one, what="talk", due_on=by.today, made_at=by.now, made_by_id=by.user_id
    )


def waits_for_a_check(cast: Cast, one: Person) -> object:
    by = cast.actor(LEAD)
    return Correction.objects.create(household=_home(one), version=1, asked_by_id=by.user_id, asked_at=by.now)


def is_on_a_list(cast: Cast, one: Person) -> object:
    by = cast.actor(LEAD)
    door = {"household": str(one.household_id), "people": [str(one.pk)]}
    return VisitList.objects.create(
        area=_area(one), purpose="prevent", reason="x", chosen=[door], requested_by_id=by.user_id,
        requested_at=by.now, expires_at=by.now + timedelta(days=7),
    )  # fmt: skip


def is_handed_over(cast: Cast, one: Person) -> object:
    by = cast.actor(LEAD)
    return Exit.objects.create(
        kind=Kind.PEOPLE, area=_area(one), people=[str(one.pk)], sha256="", size=1,
        requested_by_id=by.user_id, requested_at=by.now, expires_at=by.now + timedelta(days=7),
    )  # fmt: skip


def is_told(cast: Cast, one: Person) -> object:
    by = cast.actor(OFFICER)
    return tell(by=by, duty=Duty.objects.get(person=one), how=How.ALONE, on=by.today)


def is_to_be_erased(cast: Cast, one: Person) -> object:
    return ask_to_erase(by=cast.actor(Role.ANALYST), person=one, ground=Erasure.Ground.ASKED)


def answers(cast: Cast, one: Person) -> object:
    by = cast.actor(OFFICER)
    seen = Observation(by.today)
    return record_answers(by=by, subject=one, observation=seen, answers={"papers": "none"})


DEEDS: Mapping[str, tuple[Deed, str]] = {
    "a no": (says_no, "1 consent or refusal"),
    "a contest": (contests, "1 contest"),
    "a conflict": (
        lambda cast, one: declare_own_conflict(by=cast.actor(LEAD), household=_home(one)),
        "1 conflict of interest",
    ),
    "an emergency": (is_opened, "1 emergency"),
    "a merge": (is_merged, "1 merge"),
    "a step": (has_a_step, "1 step towards papers"),
    "an assignment": (
        lambda cast, one: assign(
            by=cast.actor(Role.DISTRICT_SUPERVISOR), household=_home(one), user=cast[Role.SOCIAL_WORKER]
        ),
        "1 assignment",
    ),
    "a correction": (waits_for_a_check, "1 correction"),
    "taken back": (an_event_is_taken_back, "1 event taken back"),
    "a page begun": (
        lambda cast, one: keep_draft(by=cast.actor(OFFICER), typed={"house": ["7"]}, household=_home(one)),
        "1 page begun",
    ),
    "a visit list": (is_on_a_list, "1 visit list"),
    "a file": (is_handed_over, "1 file handed over"),
    "told": (is_told, "1 duty to inform dealt with"),
    "an erasure": (is_to_be_erased, "1 erasure asked for"),
    "an answer": (answers, "1 household changed by hand|Later work rests on this batch"),
}


def everything() -> list[list[str]]:
    """Return all rows about people, and of what stands on them."""
    related = {one for _name, one in relations()}
    models = {Person, Household, VisitList, Exit, Erasure, Contest, Duty, *related}
    return [
        sorted(map(repr, one._default_manager.values_list()))
        for one in sorted(models, key=lambda one: str(one))
    ]


@pytest.mark.parametrize("deed", DEEDS)
def test_what_was_done_about_its_people_since_keeps_a_batch_whole(
    cast: Cast, agency: Agency, batch: Upload, deed: str
) -> None:
    do, words = DEEDS[deed]
    one = one_of(batch)
    do(cast, one)
    before = everything()
    with pytest.raises(Conflict, match=words) as told:
        agency.undo(batch)
    assert one.code not in str(told.value), "of whom it is, whoever undoes is not told"
    assert everything() == before
    assert Upload.objects.get(pk=batch.pk).state == State.IN
    # Also where it was done between the deed and its job.
    Upload.objects.filter(pk=batch.pk).update(state=State.UNDOING)
    with pytest.raises(Conflict, match=words):
        jobs.work(batch.pk)
    assert everything() == before
    assert Upload.objects.get(pk=batch.pk).state == State.IN


def test_all_that_was_done_is_said_at_once(
    cast: Cast, agency: Agency, batch: Upload, sign_in: SignIn
) -> None:
    contests(cast, one_of(batch))
    for one in Person.objects.filter(batch_id=batch.pk).select_related("household__area"):
        says_no(cast, one)
    answer = sign_in(agency.colleague).post(f"/intake/{batch.pk}/undo")
    assert answer.status_code == 409
    assert "2 consents or refusals, 1 contest" in answer.content.decode()


def test_a_reader_who_is_kept_away_is_kept_away_from_undoing_half(
    cast: Cast, agency: Agency, batch: Upload
) -> None:
    declare_own_conflict(by=agency.approver(), household=_home(one_of(batch)))
    with pytest.raises(Conflict, match="1 conflict of interest"):
        agency.undo(batch)
    assert Person.objects.filter(batch_id=batch.pk).count() == 2


@pytest.mark.parametrize("hand", ["uploaded_by", "mapped_by", "handed_over_by"])
def test_nobody_undoes_what_they_brought_in_and_a_colleague_does(
    cast: Cast, agency: Agency, batch: Upload, sign_in: SignIn, hand: str
) -> None:
    lead = cast[LEAD]
    Upload.objects.filter(pk=batch.pk).update(**{hand: lead})
    client, page = sign_in(lead), f"/intake/{batch.pk}/"
    shown = client.get(page).content.decode()
    assert "Ask the other analyst or the provincial lead to open this page and undo it" in shown
    assert "Undo the whole batch" not in shown
    refused = client.post(f"{page}undo")
    assert refused.status_code == 409
    assert "Ask a colleague to undo it" in refused.content.decode()
    assert Upload.objects.get(pk=batch.pk).state == State.IN
    colleague = sign_in(agency.colleague)
    assert "Undo the whole batch" in colleague.get(page).content.decode()
    assert colleague.post(f"{page}undo").status_code == 302
    assert Upload.objects.get(pk=batch.pk).state == State.UNDONE
    assert not Person.objects.exists()


GOES_ALONG: Mapping[str, str] = {
    "register.Person.household": "where they belong",
    "register.Person.merged_into": "a merge says so too",
    "register.Membership.person": "who wrote it is asked for each",
    "register.Membership.household": "who wrote it is asked for each",
    "register.Residence.household": "who wrote it is asked for each",
    "register.Record.person": "who wrote it is asked for each",
    "register.Record.household": "who wrote it is asked for each",
    "register.Record.supersedes": "who wrote it is asked for each",
    "register.Event.person": "who wrote it is asked for each",
    "register.Event.household": "who wrote it is asked for each",
    "register.Event.confirms": "of nothing, once what it confirmed was undone",
    "register.Conditions.record": "part of the statement",
    "register.Confirmation.older": "worked out from statements",
    "register.Confirmation.newer": "worked out from statements",
    "register.Confirmation.made": "worked out from statements",
    "register.Identity.person": "part of the person",
    "register.IdentityKey.person": "part of the person",
    "register.HouseholdKey.household": "part of the household",
    "register.MatchProposal.first": "worked out from keys",
    "register.MatchProposal.second": "worked out from keys",
    "risk.Assessment.person": "worked out from statements",
    "risk.Assessment.household": "worked out from statements",
    "grading.Grading.record": "of statements by hand, which keep a batch by themselves",
    "register.Canary.person": "planted by hand: no file brings one",
}
"""What leaves with a batch, or is asked about in another way, and why."""
STAYS = {
    "register.Consent.person": "a no",
    "register.ConflictOfInterest.person": "a conflict",
    "register.BreakGlass.person": "an emergency",
    "register.Merge.kept": "a merge",
    "register.Merge.merged": "a merge",
    "register.CitizenshipStep.person": "a step",
    "register.Assignment.household": "an assignment",
    "register.Correction.household": "a correction",
    "register.Correction.record": "a correction",
    "register.Correction.event": "a correction",
    "register.TakenBack.event": "taken back",
    "register.Draft.household": "a page begun",
    "rights.Contest.person": "a contest",
    "informing.Duty.person": "told",
}
"""What keeps a batch, and the deed above that proves it."""


def relations() -> list[tuple[str, type]]:
    """Return every column that leads to a person, a household or a statement, with its table."""
    return [
        (f"{model._meta.app_label}.{model.__name__}.{field.name}", model)
        for model in apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, ForeignKey) and field.related_model in (Person, Household, Record, Event)
    ]


def test_every_table_about_people_either_keeps_a_batch_or_leaves_with_it() -> None:
    assert {name for name, _model in relations()} == {*GOES_ALONG, *STAYS}
    assert set(STAYS.values()) <= set(DEEDS)

"""What is past its time is counted and shown to those who may act; nothing goes by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from forewatch.access.models import User
from forewatch.access.rules import Role
from forewatch.audit.models import Event
from forewatch.commands import retention as command
from forewatch.commands.rescore import let_go
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, PROVINCE, VILLAGE, Cast
from forewatch.intake.concerns.actions import hand_in
from forewatch.intake.concerns.models import Concern
from forewatch.intake.grading.models import Grading
from forewatch.intake.grading.sealed import how_known
from forewatch.keystore import keys
from forewatch.keystore.models import DataKey
from forewatch.lib.calendars import months_before
from forewatch.lib.ids import first_id_at, new_id
from forewatch.places.models import Area
from forewatch.register.actions.consenting import Said, note_consent
from forewatch.register.actions.drafts import keep_draft
from forewatch.register.actions.statements import record_answers
from forewatch.register.entries import Observation
from forewatch.register.models import Consent, Draft, Household, Person, Record, Source
from forewatch.register.rules.consents import For
from forewatch.register.sealed import seal_source
from forewatch.register.tests.building import household, member, people_of
from forewatch.reports.exits.actions import request_exit
from forewatch.reports.exits.tests.making import wish
from forewatch.rights.actions import file_contest
from forewatch.rights.models import Contest
from forewatch.rights.retention import dry_run, past_their_time, remove_finished

SignIn = Callable[[User], Client]
TODAY = timezone.localdate()


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
        (date(2026, 7, 1), 24, date(2024, 7, 1)),
        (date(2026, 7, 1), 0, date(2026, 7, 1)),
    ],
)
def test_months_are_counted_back_by_the_calendar(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def seen(cast: Cast, areas: dict[str, Area], on: date, village: str = VILLAGE) -> Person:
    by = cast.actor(Role.PROVINCIAL_LEAD) if village == VILLAGE else cast.outside()
    home = household(by, areas[village], member(answers={"papers": "none"}), on=on)
    Household.objects.filter(pk=home.pk).update(last_seen_on=on)
    return people_of(home)[0]


@pytest.fixture
def four(cast: Cast, areas: dict[str, Area]) -> dict[str, Person]:
    limit = months_before(TODAY, 24)
    return {
        "past": seen(cast, areas, limit - timedelta(days=1)),
        "on the day": seen(cast, areas, limit),
        "fresh": seen(cast, areas, TODAY - timedelta(days=30)),
        "elsewhere": seen(cast, areas, limit - timedelta(days=9), OUTSIDE_VILLAGE),
    }


def test_the_day_on_which_the_time_ends_still_belongs_to_it(four: dict[str, Person]) -> None:
    lines = {one.name: one for one in dry_run(TODAY)}
    assert (lines["people"].past, lines["people"].soon, lines["people"].months) == (2, 1, 24)
    others = {name: one.past for name, one in lines.items() if name != "people"}
    assert others == {"concerns": 0, "sources": 0, "words": 0, "contests": 0, "audit": 0}
    assert Person.objects.count() == 4


def test_what_is_over_goes_past_its_time_with_its_key_and_nothing_else_does(
    cast: Cast, areas: dict[str, Area], four: dict[str, Person], django_capture_on_commit_callbacks: Any
) -> None:
    ends = {"concerns": months_before(TODAY, 12), "contests": months_before(TODAY, 60)}
    kept, gone = [], []
    for days, found in ((0, kept), (-1, gone), (None, kept)):
        at = {
            name: days is not None and timezone.now() - (TODAY - end) + timedelta(days)
            for name, end in ends.items()
        }
        concern = _concern(cast, areas)
        contest = _contest(cast, areas, four["fresh"])
        found += [concern.pk, contest.pk]
        if days is not None:
            Concern.objects.filter(pk=concern.pk).update(closed_at=at["concerns"], status="closed")
            Contest.objects.filter(pk=contest.pk).update(
                answered_at=at["contests"], outcome="upheld", answer=b"-"
            )
    with django_capture_on_commit_callbacks(execute=True):
        assert "1 concerns, 1 contests" in command.remove()
    left = {*Concern.objects.values_list("pk", flat=True), *Contest.objects.values_list("pk", flat=True)}
    assert left == set(kept)
    assert set(DataKey.objects.filter(subject__in=[*kept, *gone]).values_list("subject", flat=True)) == left
    told = Event.objects.filter(verb="erase", reason="past its time")
    assert {(one.subject, one.subject_id) for one in told} == {("concern", gone[0]), ("contest", gone[1])}
    assert Person.objects.count() == 4
    with django_capture_on_commit_callbacks(execute=True):
        assert "0 concerns, 0 contests" in command.remove()


def test_who_a_source_is_goes_a_year_after_anybody_last_told_something_through_it(
    cast: Cast, areas: dict[str, Area], django_capture_on_commit_callbacks: Any
) -> None:
    old = first_id_at(timezone.now() - timedelta(days=800)).int
    agency, by = cast[Role.ANALYST].organisation, cast.actor(Role.PROVINCIAL_LEAD)
    used, unused, fresh = (
        Source(id=row, code=code, name=code, kind="landlord", agency=agency)
        for code, row in (("used", UUID(int=old)), ("unused", UUID(int=old + 1)), ("fresh", new_id()))
    )
    for one in (used, unused, fresh):
        one.who = seal_source(one.pk, "Made-up Zed")
        one.save()
    person = people_of(household(by, areas[VILLAGE], member()))[0]
    Record.objects.create(
        level="person", person=person, source=used, observed_on=TODAY, received_on=TODAY,
        received_at=timezone.now(),
    )  # fmt: skip

    def past(days: int) -> int:
        return {one.name: one.past for one in dry_run(TODAY + timedelta(days=days))}["sources"]

    assert (past(0), past(400)) == (1, 3), "the one that is old and told of nobody; a fresh one has its time"
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_finished(timezone.now())["sources"] == 1
    assert set(Source.objects.filter(who__isnull=False)) >= {used, fresh}
    unused.refresh_from_db()
    assert (unused.who, unused.name) == (None, "unused")
    assert keys.held([used.pk, unused.pk, fresh.pk]) == {used.pk, fresh.pk}
    assert Event.objects.get(verb="erase", subject="source").subject_id == unused.pk


def test_a_concern_that_nobody_closed_is_past_its_time_too(cast: Cast, areas: dict[str, Area]) -> None:
    since = months_before(TODAY, 12)
    for days in (-1, 1):
        Concern.objects.filter(pk=_concern(cast, areas).pk).update(
            received_at=timezone.now() - (TODAY - since) + timedelta(days)
        )
    assert {one.name: one.past for one in dry_run(TODAY)}["concerns"] == 1
    assert remove_finished(timezone.now())["concerns"] == 1
    assert Concern.objects.count() == 1


def _concern(cast: Cast, areas: dict[str, Area]) -> Concern:
    receipt = hand_in(
        by=cast.actor(Role.VOLUNTEER), token=uuid4(), area=areas[VILLAGE], seen=[], who="Made-up Ann",
        where="", words="", urgent=False, risky_visit=False,
    )  # fmt: skip
    return Concern.objects.get(receipt=receipt)


def _contest(cast: Cast, areas: dict[str, Area], person: Person) -> Contest:
    said = {"area": areas[PROVINCE], "about": person.code, "words": "not so"}
    receipt = file_contest(by=cast.actor(Role.ADVOCATE), token=uuid4(), **said)
    return Contest.objects.get(receipt=receipt)


@pytest.mark.parametrize("role", list(Role))
def test_who_may_act_sees_whom_it_is_about(cast: Cast, four: dict[str, Person], role: Role) -> None:
    expected = [four["past"]] if role in (Role.ANALYST, Role.PROVINCIAL_LEAD) else []
    assert list(past_their_time(cast.actor(role))) == expected


def test_words_in_which_a_source_says_how_it_knows_go_after_a_year_and_the_grade_stays(
    cast: Cast, areas: dict[str, Area], django_capture_on_commit_callbacks: Any
) -> None:
    by = cast.actor(Role.PROVINCIAL_LEAD)
    person = people_of(household(by, areas[VILLAGE], member()))[0]
    source = Source.objects.create(
        code="made-up", name="Made-up", kind="survey", agency=cast[Role.ANALYST].organisation
    )
    seen = Observation(by.today, source, "A", how_known="The made-up baker next door")
    assert record_answers(by=by, subject=person, observation=seen, answers={"papers": "none"})
    grading = Grading.objects.get(record__person=person)
    assert how_known(grading) == seen.how_known

    def kept(days: int) -> tuple[int, int]:
        line = {one.name: one for one in dry_run(TODAY + timedelta(days=days))}["words"]
        return line.past, line.soon

    assert [kept(days) for days in (200, 300, 400)] == [(0, 0), (0, 1), (1, 0)]
    with django_capture_on_commit_callbacks(execute=True):
        remove_finished(timezone.now() + timedelta(days=200))
    assert how_known(grading) == seen.how_known
    old = Grading(pk=grading.pk, at=grading.at - timedelta(days=400), how_known=grading.how_known)
    assert how_known(old) == "", "past its time it is shown to nobody, removed or not"
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_finished(timezone.now() + timedelta(days=400))["words"] == 1
    assert keys.held([grading.pk]) == set()
    assert (kept(400), kept(4000)) == ((0, 0), (0, 0))
    assert how_known(grading) == ""
    assert Grading.objects.get(pk=grading.pk).information == "A"
    told = Event.objects.get(verb="erase", subject="grading")
    assert (told.subject_id, told.data_class, told.reason) == (grading.pk, "source", "past its time")


@pytest.mark.django_db(transaction=True)
def test_what_the_night_removes_is_old_drafts_and_files_that_nobody_took(
    cast: Cast, areas: dict[str, Area]
) -> None:
    lead, analyst = cast.actor(Role.PROVINCIAL_LEAD), cast.actor(Role.ANALYST)
    home = household(lead, areas[VILLAGE], member())
    said = Said(For.SHARE, True, Consent.Ground.PERSON, "th", lead.today, ["TH"])
    note_consent(by=lead, person=people_of(home)[0], said=said)
    draft = keep_draft(by=lead, typed={"m0-given": ["Mali"]}, household=home)
    leaving = request_exit(by=analyst, wish=wish(areas[PROVINCE], with_names=True))
    held = {draft.pk, leaving.pk}

    let_go(lead.now + timedelta(days=6))
    assert keys.held(held) == held
    let_go(lead.now + timedelta(days=8))
    assert keys.held(held) == {draft.pk}
    leaving.refresh_from_db()
    assert leaving.content is None
    let_go(lead.now + timedelta(days=30))
    assert not Draft.objects.exists()
    assert keys.held(held) == set()
    assert Person.objects.count() == 1


def test_the_outsider_sees_nobody(cast: Cast, four: dict[str, Person]) -> None:
    assert not past_their_time(cast.outside())


def test_the_pages(cast: Cast, four: dict[str, Person], sign_in: SignIn) -> None:
    page = sign_in(cast[Role.ANALYST]).get("/erasures/past-their-time").content.decode()
    assert four["past"].code in page
    assert four["fresh"].code not in page
    page = sign_in(cast[Role.DATA_PROTECTION_OFFICER]).get("/oversight/retention/").content.decode()
    assert "24 months" in page
    assert four["past"].code not in page


def test_the_command_tells_figures_and_removes_nothing(
    four: dict[str, Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "open_database", lambda: None)
    said = command.report(TODAY)
    assert "2 past their time, 1 more in the next 3 months" in said
    assert four["past"].code not in said
    assert "4 past their time" in command.report(TODAY + timedelta(days=3000))
    assert Person.objects.count() == 4

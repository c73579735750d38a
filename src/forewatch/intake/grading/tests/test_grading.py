"""Reports are graded once, and by another protocol some a second time by somebody who cannot see how."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from forewatch.access.decisions import Actor, Refused
from forewatch.access.models import User
from forewatch.access.rules import Protocol, Role
from forewatch.access.terms import Terms
from forewatch.audit.models import Event as AuditEvent
from forewatch.config.tests.cast import OUTSIDE_VILLAGE, VILLAGE, Cast, make_user
from forewatch.config.today import needs
from forewatch.intake.concerns.actions import hand_in
from forewatch.intake.concerns.models import Concern
from forewatch.intake.concerns.rules import Seen
from forewatch.intake.grading import queries
from forewatch.intake.grading.actions import Given, grade_again, grade_concern
from forewatch.intake.grading.drawing import drawn, percent
from forewatch.intake.grading.models import Grading
from forewatch.intake.grading.presenting import page
from forewatch.intake.grading.sealed import how_known
from forewatch.keystore.models import DataKey
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.actions.erasing import remove_people
from forewatch.register.actions.statements import record_answers
from forewatch.register.entries import Observation, Under
from forewatch.register.models import Audience, Household, Record, Source
from forewatch.register.tests.building import household, people_of
from forewatch.ui.problems import Conflict, NotFound

SignIn = Callable[[User], Client]
OFFICER, SUPERVISOR, LEAD, HANDLER, DPO = (
    Role.DISTRICT_OFFICER,
    Role.DISTRICT_SUPERVISOR,
    Role.PROVINCIAL_LEAD,
    Role.SOURCE_HANDLER,
    Role.DATA_PROTECTION_OFFICER,
)
NUMBERS = count()
C = Given("C", "P", "", "helpers")


@pytest.fixture(autouse=True)
def _everything_is_drawn(settings: Any) -> None:
    settings.PROTOCOL = Protocol.MULTI_AGENCY
    settings.TERMS = replace(settings.TERMS, second_grades_percent=100)


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    return household(cast.actor(OFFICER), areas[VILLAGE])


@pytest.fixture
def concern(cast: Cast, areas: dict[str, Area]) -> Concern:
    receipt = hand_in(
        by=cast.actor(Role.VOLUNTEER), token=uuid.uuid4(), area=areas[VILLAGE], seen=[Seen.DEBT],
        who="Zanderlyn Quorumbel", where="", words="They say the mill keeps his card", urgent=False,
        risky_visit=False,
    )  # fmt: skip
    return Concern.objects.get(receipt=receipt)


def says(cast: Cast, home: Household, grade: str = "C", day: int = 0, **more: Any) -> Record:
    officer, code = cast.actor(OFFICER), f"made-up-{next(NUMBERS)}"
    agency = cast[OFFICER].organisation
    source = Source.objects.create(code=code, name=f"Made up {code}", kind="volunteer", agency=agency, **more)
    seen = Observation(officer.today - timedelta(day), source, grade, how_known="A cousin works there")
    made = record_answers(
        by=officer, subject=people_of(home)[0], observation=seen, answers={"papers": "none"}
    )
    assert made is not None
    return made


def test_by_the_protocol_of_one_office_nobody_grades_twice(
    cast: Cast, home: Household, settings: Any
) -> None:
    settings.PROTOCOL = Protocol.SINGLE_OFFICE
    says(cast, home)
    assert not Grading.objects.get().drawn
    assert queries.waiting(cast.actor(HANDLER)) == []


def test_chance_draws_one_in_ten_the_same_ones_each_time(settings: Any) -> None:
    settings.TERMS = Terms()
    assert percent() == 10
    ids = [new_id() for _ in range(3000)]
    chosen = [one for one in ids if drawn(one)]
    assert 220 <= len(chosen) <= 380
    assert chosen == [one for one in ids if drawn(one)]
    settings.LOOKUP_KEY = bytes(32)
    assert chosen != [one for one in ids if drawn(one)]


def test_a_statement_by_hand_is_graded_as_it_is_written(cast: Cast, home: Household) -> None:
    made = says(cast, home, reliability="1")
    first = Grading.objects.get()
    assert (first.record_id, first.turn, first.information, first.by_id) == (
        made.pk,
        1,
        "C",
        cast[OFFICER].pk,
    )
    assert (first.reliability, first.handling, how_known(first)) == ("1", "P", "A cousin works there")
    assert b"cousin" not in bytes(first.how_known)
    officer = cast.actor(OFFICER)
    own = Observation(officer.today)
    record_answers(by=officer, subject=people_of(home)[0], observation=own, answers={"papers": "full"})
    assert Grading.objects.count() == 1


def test_its_conditions_are_part_of_its_grade(cast: Cast, home: Household) -> None:
    made = says(cast, home)
    officer, under = cast.actor(OFFICER), Under("not to the mill", Audience.STAFF)
    seen = Observation(officer.today, made.source, "B", under)
    record_answers(by=officer, subject=home, observation=seen, answers={"arrears": True})
    second = Grading.objects.get(information="B")
    assert (second.handling, second.conditions, second.audience) == ("C", "not to the mill", "staff")


def test_the_second_grader_of_a_statement_sees_neither_whose_it_is_nor_how_it_was_graded(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    made = says(cast, home, reliability="3")
    first = Grading.objects.get()
    assert queries.waiting(cast.actor(OFFICER)) == queries.waiting(cast.actor(LEAD)) == []
    client, address = sign_in(cast[HANDLER]), reverse("second_statement", args=[first.pk])
    listed = client.get(reverse("second_grades")).content.decode()
    shown = client.get(address).content.decode()
    assert address in listed
    assert "A cousin works there" in shown
    assert "report of a volunteer" in shown
    person = people_of(home)[0]
    for hidden in (
        made.source.name,
        person.code,
        str(person.pk),
        home.code,
        "Mill Village",
        cast[OFFICER].name,
    ):
        assert hidden not in shown
        assert hidden not in listed
    assert "checked" not in shown
    assert client.post(address, {"do": "grade", "information": "B", "handling": "P"}).status_code == 302
    assert client.get(address).status_code == 404
    assert sorted(Grading.objects.values_list("turn", "information")) == [(1, "C"), (2, "B")]
    made.refresh_from_db()
    assert made.grade == "C"


def test_a_concern_is_graded_at_the_desk_and_again_by_a_colleague(
    cast: Cast, concern: Concern, sign_in: SignIn
) -> None:
    officer, supervisor = sign_in(cast[OFFICER]), sign_in(cast[SUPERVISOR])
    opened = officer.post(reverse("concern_open", args=[concern.pk])).content.decode()
    address = reverse("concern_grade", args=[concern.pk])
    assert address in opened
    assert "keeps his card" in officer.post(address).content.decode()
    sent = {"do": "grade", "information": "C", "handling": "C"}
    assert "Write the conditions" in officer.post(address, sent).content.decode()
    assert officer.post(address, sent | {"conditions": "not to the mill"}).status_code == 302
    assert address not in officer.post(reverse("concern_open", args=[concern.pk])).content.decode()
    [first] = queries.waiting(cast.actor(SUPERVISOR))
    assert queries.waiting(cast.actor(OFFICER)) == []
    assert queries.waiting(cast.actor(HANDLER)) == []
    again = reverse("second_concern", args=[first.pk])
    shown = supervisor.post(again).content.decode()
    assert "keeps his card" in shown
    assert "not to the mill" not in shown
    assert "checked" not in shown
    assert "Zanderlyn" not in shown
    assert supervisor.post(again, {"do": "grade", "information": "D", "handling": "P"}).status_code == 302
    assert queries.waiting(cast.actor(SUPERVISOR)) == []
    trail = AuditEvent.objects.filter(data_class="grade", verb="create", subject_id=concern.pk)
    assert sorted(trail.values_list("reason", flat=True)) == ["first", "second"]
    assert AuditEvent.objects.filter(verb="reveal", subject="concern", actor_id=cast[SUPERVISOR].pk).exists()


def test_each_kind_of_report_has_its_own_page(
    cast: Cast, home: Household, concern: Concern, sign_in: SignIn
) -> None:
    says(cast, home)
    statement = Grading.objects.get()
    told = grade_concern(by=cast.actor(OFFICER), concern=concern, given=C)
    as_concern = reverse("second_concern", args=[statement.pk])
    assert sign_in(cast[SUPERVISOR]).post(as_concern).status_code == 404
    for role in (SUPERVISOR, HANDLER):
        as_statement = reverse("second_statement", args=[told.pk])
        assert sign_in(cast[role]).get(as_statement).status_code == 404


def test_nobody_grades_the_same_report_twice(cast: Cast, concern: Concern) -> None:
    first = grade_concern(by=cast.actor(OFFICER), concern=concern, given=C)
    with pytest.raises(Conflict):
        grade_concern(by=cast.actor(SUPERVISOR), concern=concern, given=C)
    with pytest.raises(NotFound):
        grade_again(by=cast.actor(OFFICER), first=first, given=C)
    grade_again(by=cast.actor(SUPERVISOR), first=first, given=C)
    with pytest.raises(NotFound):
        grade_again(by=cast.actor(LEAD), first=first, given=C)


@pytest.mark.parametrize("role", [DPO, Role.VOLUNTEER, Role.SOCIAL_WORKER, Role.ADMINISTRATOR, Role.PLANNER])
def test_who_grades_nothing(cast: Cast, concern: Concern, role: Role) -> None:
    with pytest.raises(Refused):
        grade_concern(by=cast.actor(role), concern=concern, given=C)
    assert queries.waiting(cast.actor(role)) == []


def test_another_area_grades_its_own(cast: Cast, areas: dict[str, Area], concern: Concern) -> None:
    with pytest.raises(Refused):
        grade_concern(by=cast.outside(), concern=concern, given=C)
    grade_concern(by=cast.actor(OFFICER), concern=concern, given=C)
    assert queries.waiting(cast.outside()) == []
    there = household(cast.outside(), areas[OUTSIDE_VILLAGE])
    says_there = Observation(cast.outside().today, Source.objects.create(
        code="there", name="There", kind="volunteer", agency=cast.outsider.organisation), "C")  # fmt: skip
    record_answers(by=cast.outside(), subject=there, observation=says_there, answers={"arrears": True})
    assert queries.waiting(cast.actor(HANDLER)) == []


def test_a_grade_is_never_changed_and_goes_with_the_person(
    cast: Cast, home: Household, django_capture_on_commit_callbacks: Any
) -> None:
    says(cast, home)
    with pytest.raises(DatabaseError), transaction.atomic():
        Grading.objects.update(information="A")
    row = Grading.objects.filter(how_known__isnull=False).get().pk
    assert DataKey.objects.filter(subject=row).exists()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        remove_people([people_of(home)[0].pk])
    assert not Grading.objects.exists()
    assert not DataKey.objects.filter(subject=row).exists()


def test_a_difference_is_shown_once_both_have_graded_to_those_who_may(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    said = says(cast, home)
    address = reverse("agreement")
    lead = sign_in(cast[LEAD])
    assert "No two graders have differed" in lead.get(address).content.decode()
    first = Grading.objects.get()
    grade_again(by=cast.actor(HANDLER), first=first, given=Given("E", "P", "", "helpers"))
    shown = lead.get(address).content.decode()
    assert said.source.name in shown
    assert "C: known indirectly" in shown
    assert "E: suspected false" in shown
    for role, status in {HANDLER: 200, DPO: 200, OFFICER: 403, Role.ANALYST: 403}.items():
        assert sign_in(cast[role]).get(address).status_code == status, role
    elsewhere = make_user("lead-there", cast.outsider.organisation, LEAD, "XA20")
    assert said.source.name not in _differences(sign_in(elsewhere).get(address).content.decode())


def _differences(shown: str) -> str:
    return shown[shown.index("Graded differently") : shown.index("Later confirmed")]


def test_figures_rest_on_enough_or_are_not_given(cast: Cast, home: Household) -> None:
    for _turn in range(29):
        says(cast, home, "B", reliability="2")
    few = page(cast.actor(HANDLER))
    assert [one.value for one in few.lines] == ["too few"] * 3
    assert [one.n for one in few.lines] == [0, 29, 29]
    says(cast, home, "B", reliability="2")
    for first in Grading.objects.filter(turn=1):
        grade_again(by=cast.actor(HANDLER), first=first, given=Given("B", "P", "", "helpers"))
    kappa, association, diagonal = page(cast.actor(DPO)).lines
    assert (kappa.value, kappa.n, kappa.alarm) == ("1.00 (1.00 to 1.00)", 30, "")
    assert (association.value, association.n) == ("0.00 (0.00 to 0.00)", 30)
    assert diagonal.value == "100 % (89 to 100)"
    assert "hardly two" in diagonal.alarm


def test_a_sources_record_is_what_was_later_confirmed_by_month(cast: Cast, home: Household) -> None:
    said = says(cast, home, day=3)
    officer = cast.actor(OFFICER)
    people = people_of(home)
    [before] = page(cast.actor(HANDLER)).months
    assert (before.month.reports, before.month.confirmed, before.share) == (1, 0, "too few")
    record_answers(
        by=officer, subject=people[0], observation=Observation(officer.today), answers={"papers": "none"}
    )
    [after] = page(cast.actor(HANDLER)).months
    assert (after.month.source, after.month.confirmed) == (said.source.name, 1)
    for days in range(4, 14):
        seen = Observation(officer.today - timedelta(days), said.source, "C")
        record_answers(by=officer, subject=people[0], observation=seen, answers={"papers": "refused"})
    [month] = page(cast.actor(HANDLER)).months
    assert (month.month.reports, month.month.confirmed, month.share) == (11, 1, "9 % (2 to 38)")


def test_today_names_what_waits_for_a_second_grade(cast: Cast, home: Household) -> None:
    says(cast, home)
    assert _named(cast.actor(HANDLER))
    assert not _named(cast.actor(OFFICER))


def _named(actor: Actor) -> bool:
    return any("1 report waits for a second grade" in one.what for one in needs(actor))

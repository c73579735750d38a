"""3x5x2: how far a source can be relied on, how it knows, and under which conditions it spoke."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from forewatch.access import second_lock
from forewatch.access.decisions import Refused
from forewatch.access.models import Grant, User
from forewatch.access.rules import Role
from forewatch.audit.models import Event as AuditEvent
from forewatch.config.tests.cast import DISTRICT, OTHER_DISTRICT, VILLAGE, Cast
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register import bulk
from forewatch.register.actions.assigning import assign
from forewatch.register.actions.erasing import remove_people
from forewatch.register.actions.sources import grade_source
from forewatch.register.actions.statements import correct_record, record_answers
from forewatch.register.bulk import Batch, Chunk, NewRecord
from forewatch.register.definition import definition
from forewatch.register.entries import Observation, Under
from forewatch.register.models import (
    Audience,
    Conditions,
    Grade,
    Handling,
    Household,
    Person,
    Record,
    Reliability,
    Source,
    SourceGrade,
)
from forewatch.register.queries.answers import told, under
from forewatch.register.tests.building import household, people_of
from forewatch.risk.profiles import History

SignIn = Callable[[User], Client]
OFFICER, HANDLER, LEAD, WORKER = (
    Role.DISTRICT_OFFICER,
    Role.SOURCE_HANDLER,
    Role.PROVINCIAL_LEAD,
    Role.SOCIAL_WORKER,
)
NUMBERS = count()
SECRET = Under("only for the office of Made-up", Audience.STAFF)


@pytest.fixture
def home(cast: Cast, areas: dict[str, Area]) -> Household:
    made = household(cast.actor(OFFICER), areas[VILLAGE])
    assign(by=cast.actor(LEAD), household=made, user=cast[WORKER])
    return made


def source(cast: Cast, **more: str) -> Source:
    code = f"made-up-{next(NUMBERS)}"
    agency = cast[OFFICER].organisation
    return Source.objects.create(code=code, name=code, kind="volunteer", agency=agency, **more)


def says(
    cast: Cast, home: Household, by: Source, grade: str = "A", under: Under | None = None, **answers: str
) -> Record:
    officer = cast.actor(OFFICER)
    observation = Observation(officer.today - timedelta(1), by, grade, under)
    made = record_answers(by=officer, subject=people_of(home)[0], observation=observation, answers=answers)
    assert made is not None
    return made


def grade(cast: Cast, source: Source, reliability: str) -> None:
    source.refresh_from_db()
    reason = "Two reports turned out untrue"
    by = cast.actor(HANDLER)
    # As from the page: the source handler is shown nobody, and yet all that the source said is followed.
    with second_lock.shown_to(by.user_id):
        grade_source(by=by, source=source, reliability=Reliability(reliability), reason=reason)


def score(cast: Cast, home: Household) -> int | None:
    person, day = people_of(home)[0], cast.actor(OFFICER).today
    return History.of(definition(), home.pk).profiles(day)[person.pk].assessment.outcomes["S1"].score


def papers(home: Household) -> str:
    return Person.objects.get(household=home).papers


def test_what_a_source_says_that_is_not_reliable_is_shown_and_counts_for_nothing(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    by = source(cast)
    said = says(cast, home, by, papers="none")
    assert (score(cast, home), papers(home)) == (3, "none")
    grade(cast, by, "3")
    assert (score(cast, home), papers(home)) == (None, "")
    assert told([Record.objects.get(pk=said.pk)]) == []
    page = sign_in(cast[OFFICER]).get(reverse("person", args=[people_of(home)[0].pk])).content.decode()
    assert by.name in page
    assert "counts for nothing" in page
    grade(cast, by, "1")
    assert (score(cast, home), papers(home)) == (3, "none")


@pytest.mark.parametrize("mark", ["D", "E"])
def test_what_is_not_known_or_suspected_false_is_shown_and_counts_for_nothing(
    cast: Cast, home: Household, sign_in: SignIn, mark: str
) -> None:
    says(cast, home, source(cast), mark, papers="none")
    assert (score(cast, home), papers(home)) == (None, "")
    page = sign_in(cast[OFFICER]).get(reverse("person", args=[people_of(home)[0].pk])).content.decode()
    assert f"{mark}: {Grade(mark).label}" in page
    assert "counts for nothing" in page


@pytest.mark.parametrize("which", [0, 1])
def test_no_source_that_is_not_reliable_is_a_witness(cast: Cast, home: Household, which: int) -> None:
    both = (source(cast), source(cast))
    for one in both:
        says(cast, home, one, "C", papers="none")
    assert score(cast, home) == 3
    grade(cast, both[which], "3")
    assert (score(cast, home), papers(home)) == (None, "")
    says(cast, home, source(cast), "C", papers="none")
    assert score(cast, home) == 3


def test_what_it_said_confirms_nothing_afterwards(cast: Cast, home: Household) -> None:
    by = source(cast)
    grade(cast, by, "3")
    says(cast, home, by, "C", papers="none")
    says(cast, home, source(cast), "C", papers="none")
    says(cast, home, by, "C", papers="none")
    assert score(cast, home) is None


def test_a_file_of_an_unreliable_source_confirms_nothing(cast: Cast, home: Household) -> None:
    by, person, today = source(cast), people_of(home)[0], cast.actor(OFFICER).today
    says(cast, home, source(cast), "C", papers="none")
    grade(cast, by, "3")
    batch = Batch(new_id(), by.pk, by.code, today, cast.actor(OFFICER).now, cast[Role.ANALYST].pk)
    record = NewRecord(new_id(), "person", person.pk, today, {"papers": "none"}, "C")
    with transaction.atomic():
        assert bulk.write(batch, Chunk(records=[record])).confirmed == 0


@pytest.mark.parametrize("role", sorted(set(Role) - {HANDLER}))
def test_only_the_source_handler_grades_sources(cast: Cast, role: Role) -> None:
    by = source(cast)
    with pytest.raises(Refused):
        grade_source(by=cast.actor(role), source=by, reliability=Reliability.RELIABLE, reason="I like it")


def test_each_grade_of_a_source_stays_and_is_in_the_trail(cast: Cast) -> None:
    by = source(cast)
    grade(cast, by, "3")
    grade(cast, by, "2")
    assert list(SourceGrade.objects.values_list("reliability", flat=True)) == ["2", "3"]
    assert AuditEvent.objects.filter(data_class="grade", verb="correct", subject_id=by.pk).count() == 2
    with pytest.raises(DatabaseError), transaction.atomic():
        SourceGrade.objects.update(reliability="1")


def test_whoever_grades_what_a_source_says_does_not_see_how_the_source_is_graded(
    cast: Cast, sign_in: SignIn
) -> None:
    by = source(cast)
    grade(cast, by, "1")
    seen = {role: sign_in(cast[role]).get(reverse("sources")).content.decode() for role in (OFFICER, HANDLER)}
    assert "1: reliable" not in seen[OFFICER]
    assert "1: reliable" in seen[HANDLER]


def test_the_source_handler_grades_on_a_page(cast: Cast, sign_in: SignIn) -> None:
    by, client = source(cast), sign_in(cast[HANDLER])
    address = reverse("source_grade", args=[by.pk])
    assert "Nobody has graded it yet" in client.get(address).content.decode()
    assert client.post(address, {"reliability": "3", "reason": "short"}).status_code == 200
    assert client.post(address, {"reliability": "3", "reason": "It was never there"}).status_code == 302
    assert "It was never there" in client.get(address).content.decode()
    assert sign_in(cast[OFFICER]).get(address).status_code == 403


def test_conditions_are_read_with_what_was_said_and_only_by_whom_they_allow(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    says(cast, home, source(cast), under=SECRET, papers="none")
    says(cast, home, source(cast), under=Under("not to the employer"), schooling="out")
    for address in (
        reverse("household", args=[home.pk]),
        reverse("person", args=[people_of(home)[0].pk]),
    ):
        staff = sign_in(cast[OFFICER]).get(address).content.decode()
        worker = sign_in(cast[WORKER]).get(address).content.decode()
        assert SECRET.conditions in staff
        assert SECRET.conditions not in worker
        assert "not to the employer" in staff
        assert "not to the employer" in worker


def test_staff_elsewhere_are_no_staff_here(
    cast: Cast, home: Household, areas: dict[str, Area], sign_in: SignIn
) -> None:
    """Who looks after a household here, and is an officer of another district, reads what the first may."""
    says(cast, home, source(cast), under=SECRET, papers="none")
    worker = cast[WORKER]
    Grant.objects.create(
        user=worker, role=OFFICER, area_code=OTHER_DISTRICT, purposes=["prevent"],
        valid_from=cast.actor(LEAD).today - timedelta(1), valid_to=cast.actor(LEAD).today + timedelta(9),
    )  # fmt: skip
    address = reverse("household", args=[home.pk])
    assert SECRET.conditions not in sign_in(worker).get(address).content.decode()
    Grant.objects.filter(user=worker, role=OFFICER).update(area_code=DISTRICT)
    assert SECRET.conditions in sign_in(worker).get(address).content.decode()


def test_a_source_says_for_all_its_statements_under_which_conditions_they_come(
    cast: Cast, home: Household, sign_in: SignIn
) -> None:
    agreed = {"handling": Handling.CONDITIONS, "conditions": "by agreement 7", "audience": Audience.STAFF}
    says(cast, home, source(cast, **agreed), papers="none")
    address = reverse("person", args=[people_of(home)[0].pk])
    assert "by agreement 7" in sign_in(cast[OFFICER]).get(address).content.decode()
    assert "by agreement 7" not in sign_in(cast[WORKER]).get(address).content.decode()


def test_a_source_with_conditions_has_to_say_them(cast: Cast, sign_in: SignIn) -> None:
    by, client = source(cast), sign_in(cast[LEAD])
    written = {
        "code": by.code, "name": by.name, "kind": by.kind, "agency": str(by.agency_id), "audience": "staff",
        "handling": "C",
    }  # fmt: skip
    address = reverse("source_correct", args=[by.pk])
    assert "Write the conditions" in client.post(address, written).content.decode()
    assert client.post(address, written | {"conditions": "only here"}).status_code == 302
    by.refresh_from_db()
    assert (by.handling, by.conditions, by.reliability) == ("C", "only here", "2")


def test_conditions_stay_through_a_correction_and_hold_for_what_two_make_known(
    cast: Cast, home: Household
) -> None:
    said = says(cast, home, source(cast), "C", SECRET, papers="none")
    says(cast, home, source(cast), "C", papers="none")
    made = Record.objects.get(grade="B")
    assert under(made) == SECRET
    officer = cast.actor(OFFICER)
    again = correct_record(
        by=officer, record=said, values={"papers": "full"}, grade="C", observed_on=officer.today
    )
    assert under(again) == SECRET


def test_conditions_hold_for_what_a_file_makes_known_and_go_with_it(cast: Cast, home: Household) -> None:
    said = says(cast, home, source(cast), "C", SECRET, papers="none")
    person, officer, by = people_of(home)[0], cast.actor(OFFICER), source(cast)
    batch = Batch(new_id(), by.pk, by.code, officer.today, officer.now, cast[Role.ANALYST].pk)
    record = NewRecord(new_id(), "person", person.pk, said.observed_on, {"papers": "none"}, "C")
    with transaction.atomic():
        bulk.write(batch, Chunk(records=[record]))
    assert under(Record.objects.get(grade="B")) == SECRET
    with transaction.atomic():
        bulk.undo(batch.id)
    assert Conditions.objects.get().record_id == said.pk
    with transaction.atomic():
        remove_people([person.pk])
    assert not Conditions.objects.exists()


def test_the_sheet_takes_conditions_and_asks_for_their_words(
    cast: Cast, areas: dict[str, Area], sign_in: SignIn
) -> None:
    written = {
        "do": "save", "rows": "1", "draft": str(new_id()), "place-area": str(areas[VILLAGE].pk),
        "place-observed_on": "1/6/2569", "place-grade": "C", "place-source": str(source(cast).pk),
        "place-handling": "C", "place-audience": "staff", "m0-given": "Ann", "m0-role": "head",
        "a0-papers": "none",
    }  # fmt: skip
    client = sign_in(cast[OFFICER])
    assert "Write the conditions" in client.post(reverse("household_new"), written).content.decode()
    assert (
        client.post(reverse("household_new"), written | {"place-conditions": "only here"}).status_code == 302
    )
    assert {under(one) for one in Record.objects.all()} == {Under("only here", "staff")}

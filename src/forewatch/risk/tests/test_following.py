"""What is saved in the register is in the index at once; a large batch is there after a job."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from forewatch.access.rules import Role
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register import bulk
from forewatch.register.actions.households import move_household
from forewatch.register.actions.statements import record_answers
from forewatch.register.bulk import Batch, Chunk, NewEvent, NewHousehold, NewPerson, NewRecord
from forewatch.register.entries import Observation
from forewatch.register.models import Household, Person
from forewatch.register.standing import refresh
from forewatch.register.tests.building import household, member, people_of
from forewatch.risk import following, jobs
from forewatch.risk.actions import rescore
from forewatch.risk.models import Assessment, Run
from forewatch.risk.queries import definition
from forewatch.risk.rules import unpacked

pytestmark = pytest.mark.django_db
Committed = Callable[..., AbstractContextManager[object]]


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Committed) -> Committed:
    """Return what runs, at its end, what waits for the commit."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def run(areas: dict[str, Area]) -> Run:
    """Return a run of yesterday about an empty register."""
    day = timezone.localdate() - timedelta(days=1)
    return Run.objects.create(definition=definition().name, as_of=day, made_at=timezone.now())


def scores(one: Assessment) -> dict[str, int | None]:
    return unpacked(tuple(definition().indicators), one.scores)


def test_a_new_household_is_assessed_as_it_is_saved(
    run: Run, cast: Cast, areas: dict[str, Area], committed: Committed
) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    with committed():
        home = household(officer, areas[VILLAGE], member(answers={"papers": "none"}))
        assert not Assessment.objects.exists()
    (one,) = Assessment.objects.all()
    assert (one.household_id, one.as_of, one.area.code) == (home.pk, officer.today, VILLAGE)
    assert 3 in scores(one).values()


def test_an_answer_changes_those_it_is_about_and_no_other_household(
    run: Run, cast: Cast, areas: dict[str, Area], committed: Committed
) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    with committed():
        ours = household(officer, areas[VILLAGE], member("One"), member("Two"))
        household(officer, areas[VILLAGE], member("Three"))
    before = {one.pk: one.scores for one in Assessment.objects.all()}
    with committed():
        record_answers(
            by=officer,
            subject=ours,
            observation=Observation(officer.today),
            answers={"earner_incapacitated": True},
        )
    changed = {one.pk for one in Assessment.objects.all() if one.scores != before[one.pk]}
    assert changed == {one.pk for one in people_of(ours)}


def test_a_household_that_moves_is_assessed_where_it_lives_now(
    run: Run, cast: Cast, areas: dict[str, Area], committed: Committed
) -> None:
    officer = cast.actor(Role.DISTRICT_OFFICER)
    with committed():
        home = household(officer, areas[VILLAGE], on=officer.today - timedelta(days=9))
    with committed():
        home.refresh_from_db()
        move_household(
            by=officer, household=home, version=home.version, area=areas["XA10010102"], address=None,
            on=officer.today,
        )  # fmt: skip
    assert Assessment.objects.get().area.code == "XA10010102"


def test_before_the_first_run_nothing_is_assessed(
    cast: Cast, areas: dict[str, Area], committed: Committed
) -> None:
    with committed():
        household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE])
    assert not Assessment.objects.exists()


def test_a_save_outlives_an_index_that_cannot_be_worked_out(
    run: Run, cast: Cast, areas: dict[str, Area], committed: Committed, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object, **_more: object) -> None:
        raise RuntimeError("made up")

    monkeypatch.setattr(following, "reassess", broken)
    with committed():
        household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE])
    assert Household.objects.count() == 1


def _batch(cast: Cast, areas: dict[str, Area], count: int) -> Batch:
    user = cast[Role.ANALYST]
    from forewatch.register.models import Source, SourceKind

    source = Source.objects.create(code="s", name="S", kind=SourceKind.REGISTER, agency=user.organisation)
    today = timezone.localdate()
    batch = Batch(new_id(), source.pk, source.code, today, timezone.now(), user.pk)
    homes = [NewHousehold(new_id(), areas[VILLAGE].pk, today) for _ in range(count)]
    people = [NewPerson(new_id(), one.id, today) for one in homes]
    bulk.write(batch, Chunk(homes, people))
    bulk.finish(batch)
    return batch


def test_a_large_batch_asks_once_for_a_run_about_everybody(
    run: Run, cast: Cast, areas: dict[str, Area], committed: Committed
) -> None:
    with committed():
        _batch(cast, areas, following.AT_ONCE + 1)
    with committed():
        refresh(Household.objects.values_list("pk", flat=True))
    assert not Assessment.objects.exists()
    waiting = DBTaskResult.objects.get()
    assert waiting.task_path == jobs.rescore_everybody.module_path
    jobs.rescore_everybody.func()
    assert Assessment.objects.count() == following.AT_ONCE + 1
    assert Run.objects.order_by("made_at").last().as_of == timezone.localdate()


def _told(batch: Batch, day: date, **said: list[object]) -> Batch:
    other = replace(batch, id=new_id())
    bulk.write(other, Chunk(**said))
    bulk.finish(other)
    return other


def test_what_is_said_of_an_area_has_everybody_assessed_once(
    run: Run, cast: Cast, areas: dict[str, Area], committed: Committed
) -> None:
    with committed():
        batch = _batch(cast, areas, 2)
    assert not DBTaskResult.objects.exists()
    today = timezone.localdate()
    with committed():
        said = NewRecord(new_id(), "area", areas[VILLAGE].pk, today, {"verified_incident": True})
        told = _told(batch, today, records=[said])
    assert DBTaskResult.objects.count() == 1
    jobs.rescore_everybody.func()
    assert {scores(one)["S7"] for one in Assessment.objects.all()} == {3}
    DBTaskResult.objects.all().delete()
    with committed():
        bulk.undo(told.id)
    jobs.rescore_everybody.func()
    assert DBTaskResult.objects.count() == 1
    assert {scores(one)["S7"] for one in Assessment.objects.all()} == {None}


def test_a_batch_of_events_alone_is_followed(
    run: Run, cast: Cast, areas: dict[str, Area], committed: Committed
) -> None:
    with committed():
        batch = _batch(cast, areas, 2)
    Assessment.objects.all().delete()
    home = Household.objects.order_by("pk")[0]
    today = timezone.localdate()
    with committed():
        happened = NewEvent(new_id(), "household", home.pk, "T1", today)
        _told(batch, today, events=[happened])
    assert [one.household_id for one in Assessment.objects.all()] == [home.pk]


def test_another_definition_asks_for_a_run_about_everybody(
    run: Run, cast: Cast, areas: dict[str, Area], committed: Committed
) -> None:
    Run.objects.filter(pk=run.pk).update(definition="chiang-mai-28@0")
    with committed():
        household(cast.actor(Role.DISTRICT_OFFICER), areas[VILLAGE])
    assert not Assessment.objects.exists()
    assert DBTaskResult.objects.count() == 1


def test_an_assessed_batch_can_still_be_undone(
    run: Run, cast: Cast, areas: dict[str, Area], committed: Committed
) -> None:
    with committed():
        batch = _batch(cast, areas, 3)
    assert Assessment.objects.count() == 3
    with committed():
        bulk.undo(batch.id)
    assert not Assessment.objects.exists()
    assert not Person.objects.exists()


def test_what_follows_says_what_a_run_of_today_says(filled: Path, committed: Committed) -> None:
    rescore(definition(), as_of=date(2026, 6, 30), now=datetime(2026, 7, 1, tzinfo=UTC))
    some = list(Household.objects.order_by("pk").values_list("pk", flat=True)[:5])
    with committed():
        refresh(some)
    fields = [one.attname for one in Assessment._meta.concrete_fields if one.attname != "run_id"]
    followed = list(Assessment.objects.filter(household__in=some).order_by("pk").values(*fields))
    assert {one["as_of"] for one in followed} == {timezone.localdate()}
    rescore(definition(), as_of=timezone.localdate(), now=timezone.now())
    assert followed == list(Assessment.objects.filter(household__in=some).order_by("pk").values(*fields))

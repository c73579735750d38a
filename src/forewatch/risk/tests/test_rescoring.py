"""What the register says, asked through the register, is what the engine says of the files it came from."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError

from forewatch.access.models import Organisation
from forewatch.access.rules import Role
from forewatch.analysis.scoring import score
from forewatch.audit.models import Event as Audit
from forewatch.commands.filling import made_id
from forewatch.config.tests.cast import make_user
from forewatch.register.models import Event, Household, Person, Record, Source, TakenBack
from forewatch.risk import actions
from forewatch.risk.inputs import household_tables
from forewatch.risk.models import AreaFigure, Assessment, Release, Run
from forewatch.risk.rules import unpacked
from forewatch.risk.tests.filled import INDEX

NOW = datetime(2026, 7, 1, 6, tzinfo=UTC)
COMPARED = (
    *("age", "band", "band_basis", "baseline_bp", "triggers_bp", "index_bp", "index_lo_bp", "index_hi_bp"),
    *("coverage_bp", "n3", "expires_on"),
)


def engine_says(folder: Path, as_of: date) -> dict[uuid.UUID, dict[str, object]]:
    tables = {name: folder / f"{name}.parquet" for name in ("subjects", "records", "events", "areas")}
    rows = score(INDEX, as_of=as_of, **tables).assessments.to_pylist()
    return {made_id("person", row["person_id"]): row for row in rows}


def assert_equal(stored: Assessment, row: dict[str, object]) -> None:
    assert {name: getattr(stored, name) for name in COMPARED} == {name: row[name] for name in COMPARED}
    assert unpacked(tuple(INDEX.indicators), stored.scores) == {
        one: row[f"s_{one}"] for one in INDEX.indicators
    }
    assert stored.drivers.split() == row["drivers"]
    assert stored.act_now.split() == row["act_now"]
    assert stored.area.code == row["area_code"]


@pytest.mark.parametrize("as_of", [date(2026, 6, 30), date(2025, 12, 31)])
def test_everybody_is_assessed_as_from_the_files(filled: Path, as_of: date) -> None:
    run = actions.rescore(INDEX, as_of=as_of, now=NOW)
    expected = engine_says(filled, as_of)
    found = {one.person_id: one for one in Assessment.objects.select_related("area")}
    assert found.keys() == expected.keys()
    assert run.people == len(expected)
    for person, row in expected.items():
        assert_equal(found[person], row)


def test_a_few_households_are_assessed_as_everybody_was(filled: Path) -> None:
    """The memory engine and DuckDB agree through the register too."""
    run = actions.rescore(INDEX, as_of=date(2026, 6, 30), now=NOW)
    before = {one.person_id: one for one in Assessment.objects.select_related("area")}
    households = sorted({one.household_id for one in before.values()})[::7]
    assert actions.reassess(INDEX, households, run=run) > 0
    after = {one.person_id: one for one in Assessment.objects.select_related("area")}
    assert after.keys() == before.keys()
    for person, one in after.items():
        for field in Assessment._meta.concrete_fields:
            assert getattr(one, field.attname) == getattr(before[person], field.attname), field.attname


def test_everybody_and_a_few_agree_on_which_events_count(filled: Path) -> None:
    """One waits, two told of one, one source is not reliable, one counts by itself, two were taken back."""
    day, agency = date(2026, 6, 30), Organisation.objects.order_by("pk")[0]
    one, other, bad = (
        Source.objects.create(code=code, name=code, kind="volunteer", agency=agency, reliability=how)
        for code, how in (("one", "2"), ("other", "2"), ("bad", "3"))
    )
    officer = make_user("officer", agency, Role.DISTRICT_OFFICER, "")
    Event.objects.all().delete()
    homes = list(Household.objects.filter(members__gt=0).order_by("pk")[:6])

    def told(home: Household, source: Source, grade: str, confirms: Event | None = None) -> Event:
        return Event.objects.create(
            level="household", household=home, source=source, received_on=day, received_at=NOW, event="T7",
            occurred_on=day - timedelta(days=0 if confirms else 10), grade=grade, confirms=confirms,
        )  # fmt: skip

    told(homes[0], one, "C")
    told(homes[1], other, "C", told(homes[1], one, "C"))
    told(homes[2], bad, "A")
    told(homes[3], one, "A")
    wrong, witness = told(homes[4], one, "A"), told(homes[5], other, "C", told(homes[5], one, "C"))
    for event in (wrong, witness):
        TakenBack.objects.create(event=event, taken_back_on=day, taken_back_at=NOW, made_by=officer)
    run = actions.rescore(INDEX, as_of=day, now=NOW)

    def added() -> list[set[int]]:
        rows = Assessment.objects.filter(household__in=homes).values_list("household", "triggers_bp")
        return [{bp for household, bp in rows if household == home.pk} for home in homes]

    ten_days_old = INDEX.events["T7"].points_bp[10]
    counted = [{0}, {ten_days_old}, {0}, {ten_days_old}, {0}, {0}]
    assert added() == counted
    actions.reassess(INDEX, [one.pk for one in homes], run=run)
    assert added() == counted


def test_a_changed_answer_changes_the_people_it_touches_and_nobody_else(filled: Path) -> None:
    run = actions.rescore(INDEX, as_of=date(2026, 6, 30), now=NOW)
    old = Record.objects.filter(level="household", household__isnull=False).order_by("-observed_on").first()
    assert old is not None
    before = {one.pk: one.scores for one in Assessment.objects.all()}
    Record.objects.create(
        level="household",
        household=old.household,
        source=old.source,
        observed_on=date(2026, 6, 30),
        grade="A",
        received_on=date(2026, 6, 30),
        received_at=NOW,
        values={"earner_incapacitated": True},
    )
    actions.reassess(INDEX, [old.household_id], run=run)
    changed = {one.pk for one in Assessment.objects.all() if one.scores != before[one.pk]}
    members = {one.pk for one in Assessment.objects.filter(household_id=old.household_id)}
    assert changed
    assert changed <= members
    for one in Assessment.objects.filter(pk__in=members):
        assert unpacked(tuple(INDEX.indicators), one.scores)["H1"] == 3


def test_two_people_who_were_merged_are_assessed_as_one(filled: Path) -> None:
    kept, gone = Person.objects.order_by("pk")[:2]
    gone.merged_into = kept
    gone.save(update_fields=["merged_into"])
    actions.rescore(INDEX, as_of=date(2026, 6, 30), now=NOW)
    assert not Assessment.objects.filter(person=gone).exists()
    assert Assessment.objects.filter(person=kept).exists()
    said = household_tables(INDEX, [kept.household_id]).records
    about = set(said["subject_id"].to_pylist())
    assert gone.pk.hex not in about


def test_figures_of_areas_and_the_release_come_with_the_run(filled: Path) -> None:
    run = actions.rescore(INDEX, as_of=date(2026, 6, 30), now=NOW, release=True)
    everybody = AreaFigure.objects.get(run=run, area__level=1, by="residence", sex="", age_band="")
    assert everybody.people == Assessment.objects.count()
    assert everybody.high == Assessment.objects.filter(band="high").count()
    assert Release.objects.get().run == run
    again = actions.rescore(INDEX, as_of=date(2026, 6, 30), now=NOW + timedelta(days=1), release=True)
    assert Release.objects.get().run == run
    assert AreaFigure.objects.filter(run=again).exists()


def test_a_run_that_fails_leaves_the_older_answers(filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    actions.rescore(INDEX, as_of=date(2026, 6, 30), now=NOW)
    before = list(Assessment.objects.order_by("pk").values())

    def broken(*_arguments: object) -> None:
        raise DatabaseError("made up")

    monkeypatch.setattr(actions, "store_figures", broken)
    with pytest.raises(DatabaseError):
        actions.rescore(INDEX, as_of=date(2026, 5, 31), now=NOW)
    assert list(Assessment.objects.order_by("pk").values()) == before
    assert Run.objects.count() == 1
    assert Audit.objects.filter(verb="rescore").count() == 1

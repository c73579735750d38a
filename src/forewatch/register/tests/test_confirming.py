"""Files corroborate what was said before them, and are corroborated; undone, they were no witness."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from forewatch.access.rules import Role
from forewatch.config.tests.cast import VILLAGE, Cast
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register import bulk
from forewatch.register.actions.statements import correct_record, record_answers
from forewatch.register.bulk import Batch, Chunk, NewRecord
from forewatch.register.entries import Observation
from forewatch.register.models import Confirmation, Household, Person, Record, Source
from forewatch.register.tests.building import household, people_of
from forewatch.ui.problems import Conflict

OFFICER = Role.DISTRICT_OFFICER
DAY = date(2026, 3, 1)


@dataclass
class World:
    """People about whom files speak, each file of a source of its own."""

    cast: Cast
    home: Household
    people: list[Person]

    def source(self, code: str, root: str = "", kind: str = "register") -> Source:
        agency = self.cast[OFFICER].organisation
        made, _new = Source.objects.get_or_create(
            code=code, defaults={"name": code, "kind": kind, "agency": agency, "root": root}
        )
        return made

    def file(self, code: str, *rows: NewRecord, root: str = "") -> Batch:
        """Bring in a file as intake does: what is news of it, in one transaction."""
        source = self.source(code, root)
        now, user = datetime(2026, 6, 1, tzinfo=UTC), self.cast[Role.ANALYST]
        batch = Batch(new_id(), source.pk, code, now.date(), now, user.pk)
        with transaction.atomic():
            bulk.write(batch, Chunk(records=bulk.news(batch, rows)))
            bulk.finish(batch)
        return batch

    def by_hand(self, code: str, grade: str, day: date = DAY, **answers: str) -> Record:
        observation = Observation(day, self.source(code, kind="volunteer"), grade)
        written = record_answers(
            by=self.cast.actor(OFFICER), subject=self.people[0], observation=observation, answers=answers
        )
        assert written is not None
        return written

    def papers(self) -> str:
        return Person.objects.get(pk=self.people[0].pk).papers


@pytest.fixture
def world(cast: Cast, areas: dict[str, Area]) -> World:
    home = household(cast.actor(OFFICER), areas[VILLAGE])
    return World(cast, home, people_of(home))


def row(world: World, grade: str = "C", day: date = DAY, root: str = "", **values: Any) -> NewRecord:
    return NewRecord(new_id(), "person", world.people[0].pk, day, values, grade, root)


def known() -> list[tuple[str, date, dict[str, Any]]]:
    made = Record.objects.filter(rests_on__isnull=False, superseded_by__isnull=True).exclude(values={})
    return [(one.source.code, one.observed_on, one.values) for one in made.select_related("source")]


def test_a_file_corroborates_what_was_said_by_hand(world: World) -> None:
    older = world.by_hand("told", "C", papers="none")
    assert world.papers() == ""
    batch = world.file("list", row(world, day=DAY + timedelta(20), papers="none", schooling="out"))
    assert known() == [("told", DAY, {"papers": "none"})]
    assert world.papers() == "none"
    link = Confirmation.objects.get()
    assert (link.older_id, link.newer.batch_id, link.made and link.made.grade) == (older.pk, batch.id, "B")


def test_what_is_said_by_hand_corroborates_a_file(world: World) -> None:
    world.file("list", row(world, papers="none"))
    world.by_hand("told", "C", DAY + timedelta(3), papers="none")
    assert known() == [("list", DAY, {"papers": "none"})]
    assert world.papers() == "none"


def test_a_file_corroborates_a_file_before_it(world: World) -> None:
    world.file("one", row(world, papers="none", schooling="out"))
    world.file("two", row(world, day=DAY + timedelta(9), papers="none", schooling="attending"))
    assert known() == [("one", DAY, {"papers": "none"})]


@pytest.mark.parametrize(
    ("root", "said"),
    [
        ("first", {"papers": "none"}),
        ("", {"papers": "full"}),
        ("", {"papers": "none", "grade": "D"}),
        ("", {"papers": "none", "grade": "E"}),
        ("", {"papers": "none", "day": DAY + timedelta(400)}),
    ],
    ids=["a copy", "another answer", "not known", "suspected false", "another time"],
)
def test_what_no_file_corroborates(world: World, root: str, said: dict[str, Any]) -> None:
    world.file("one", row(world, root="first", papers="none"), root="first")
    world.file("two", row(world, root=root, **said), root=root)
    assert not Confirmation.objects.exists()
    assert world.papers() == ""


def test_rows_of_one_file_are_no_witnesses_of_each_other(world: World) -> None:
    world.file("one", *(row(world, day=DAY + timedelta(one), papers="none") for one in range(5)))
    assert not Confirmation.objects.exists()


def test_an_employer_is_a_witness_beside_a_file_and_not_beside_another_employer(world: World) -> None:
    world.source("boss", kind="employer")
    observation = Observation(DAY, world.source("boss"), "A")
    officer = world.cast.actor(OFFICER)
    record_answers(by=officer, subject=world.people[0], observation=observation, answers={"papers": "none"})
    assert known() == []
    world.file("list", row(world, papers="none"))
    assert known() == [("boss", DAY, {"papers": "none"})]


@pytest.mark.parametrize("grade", ["", "A", "B"])
def test_a_file_that_counts_by_itself_confirms_and_makes_nothing(world: World, grade: str) -> None:
    older = world.by_hand("told", "C", papers="none")
    world.file("list", row(world, grade=grade, papers="none"))
    link = Confirmation.objects.get()
    assert (link.older_id, link.made) == (older.pk, None)


def test_a_visit_that_finds_the_same_confirms(world: World) -> None:
    world.file("list", row(world, papers="none"))
    observation, officer = Observation(DAY + timedelta(5)), world.cast.actor(OFFICER)
    record_answers(by=officer, subject=world.people[0], observation=observation, answers={"papers": "none"})
    link = Confirmation.objects.get()
    assert (link.older.source.code, link.made) == ("list", None)


def test_undoing_a_file_removes_what_it_was_a_witness_of(world: World) -> None:
    world.by_hand("told", "C", papers="none")
    before = everything()
    batch = world.file("list", row(world, papers="none"))
    assert everything() != before
    with transaction.atomic():
        bulk.undo(batch.id)
    assert everything() == before
    assert world.papers() == ""


@pytest.mark.parametrize("by_hand", [True, False])
def test_undoing_the_older_witness_leaves_the_newer_uncorroborated(world: World, *, by_hand: bool) -> None:
    batch = world.file("list", row(world, papers="none"))
    if by_hand:
        world.by_hand("told", "C", papers="none")
    else:
        world.file("two", row(world, papers="none"))
    assert world.papers() == "none"
    with transaction.atomic():
        bulk.undo(batch.id)
    assert world.papers() == ""
    assert list(Record.objects.filter(values__has_key="papers").values_list("grade", flat=True)) == ["C"]
    assert not Confirmation.objects.exists()


def test_a_file_is_not_undone_under_somebodys_correction_of_what_it_made_known(world: World) -> None:
    world.by_hand("told", "C", papers="none")
    batch = world.file("list", row(world, papers="none"))
    made = Record.objects.get(grade="B")
    officer = world.cast.actor(OFFICER)
    correct_record(by=officer, record=made, values={"papers": "full"}, grade="A", observed_on=DAY)
    with pytest.raises(Conflict, match="Undo the later batches first"), transaction.atomic():
        bulk.undo(batch.id)


def test_the_same_file_again_changes_nothing(world: World) -> None:
    world.by_hand("told", "C", papers="none")
    world.file("list", row(world, papers="none"))
    before = everything()
    world.file("list", row(world, papers="none"))
    assert everything() == before


@pytest.mark.parametrize("who", ["older by hand", "older by file", "newer by file"])
def test_a_witness_who_takes_it_back_is_none(world: World, who: str) -> None:
    told = world.by_hand("told", "C", papers="none", schooling="out")
    world.file("list", row(world, papers="none", schooling="out"))
    assert known() == [("told", DAY, {"papers": "none", "schooling": "out"})]
    if who == "older by hand":
        officer, said = world.cast.actor(OFFICER), {"papers": "full", "schooling": "out"}
        correct_record(by=officer, record=told, values=said, grade="C", observed_on=DAY)
    else:
        code = "told" if who == "older by file" else "list"
        world.file(code, row(world, papers="full"))
    assert {"papers": "none"}.items() not in [one[2].items() for one in known()]
    assert all("papers" not in one[2] for one in known())
    assert any(one[2] == {"schooling": "out"} for one in known())
    assert world.papers() == ""


def test_a_correction_by_whoever_checked_it_confirms_what_it_repeats(world: World) -> None:
    told = world.by_hand("told", "C", papers="none", schooling="out")
    officer, said = world.cast.actor(OFFICER), {"papers": "none", "schooling": "attending"}
    correct_record(by=officer, record=told, values=said, grade="A", observed_on=DAY)
    assert Confirmation.objects.get().older_id == told.pk


def test_files_and_hands_come_to_the_same(world: World) -> None:
    """An independent count over random sequences: known is what two roots said within a year."""
    dice = random.Random(5)  # noqa: S311
    said: list[tuple[str, str, date]] = []
    for turn in range(40):
        root, papers = dice.choice("abc"), dice.choice(["none", "expired"])
        day = DAY - timedelta(dice.randrange(0, 900, 30))
        grade = dice.choice("CCD")
        if turn % 2:
            world.file(f"file-{turn}", row(world, grade=grade, day=day, root=root, papers=papers), root=root)
        else:
            world.source(f"hand-{turn}", root, "volunteer")
            world.by_hand(f"hand-{turn}", grade, day, papers=papers)
        if grade == "C":
            said.append((root, papers, day))
    expected = {
        one[1]
        for one in said
        for other in said
        if one[0] != other[0] and one[1] == other[1] and abs(one[2] - other[2]) <= timedelta(365)
    }
    assert {one[2]["papers"] for one in known()} == expected == {"none", "expired"}


def test_a_chunk_asks_once_for_all_its_subjects(world: World) -> None:
    world.by_hand("told", "C", papers="none")
    asked = [row(world, day=DAY + timedelta(one), papers="none") for one in range(40)]
    with CaptureQueriesContext(
        connection,
    ) as queries:
        world.file("list", *asked)
    lookups = [one for one in queries if "register_record" in one["sql"] and one["sql"].startswith("SELECT")]
    assert len(lookups) <= 6
    assert Confirmation.objects.count() == 40


def everything() -> list[Any]:
    models = (Household, Person, Record, Confirmation)
    return [sorted(map(repr, one._default_manager.values_list())) for one in models]

"""Families of nobody look like their neighbours and count nowhere; whoever opens one is told of at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.test import Client

from forewatch.access.decisions import Refused
from forewatch.access.models import User
from forewatch.access.rules import Purpose, Role, Verb
from forewatch.audit.models import Event
from forewatch.config.tests.cast import DISTRICT, OTHER_DISTRICT, VILLAGE, Cast
from forewatch.office.canaries import touched
from forewatch.places.models import Area
from forewatch.register.actions.planting import plant
from forewatch.register.actions.revealing import reveal_household, reveal_list
from forewatch.register.models import Canary, Household, Identity, Person, Record
from forewatch.register.rules.canaries import HOW_WORDS, How
from forewatch.register.sealed import open_who
from forewatch.register.tests.building import household, member
from forewatch.reports.paper.queries import asked_here, households_in
from forewatch.reports.paper.visits import due_in
from forewatch.risk.inputs import write_inputs
from forewatch.risk.tests.filled import INDEX
from forewatch.ui.problems import Problem

SignIn = Callable[[User], Client]
DPO, OFFICER, LEAD = Role.DATA_PROTECTION_OFFICER, Role.DISTRICT_OFFICER, Role.PROVINCIAL_LEAD
GIVEN = ("Ann", "Bea", "Cat", "Dot", "Eve", "Fay")


@pytest.fixture
def neighbours(cast: Cast, areas: dict[str, Area]) -> list[Household]:
    lead = cast.actor(LEAD)
    day = lead.today - timedelta(days=40)
    papers = {"papers": "none"}
    return [household(lead, areas[VILLAGE], member(one, "1980", answers=papers), on=day) for one in GIVEN]


@pytest.fixture
def nobodies(cast: Cast, areas: dict[str, Area], neighbours: list[Household]) -> list[Person]:
    assert plant(by=cast.actor(DPO), area=areas[DISTRICT], families=2) == 2
    return [one.person for one in Canary.objects.select_related("person") if one.person]


def test_they_look_like_their_neighbours(
    cast: Cast, nobodies: list[Person], neighbours: list[Household]
) -> None:
    like = neighbours[0]
    for one in nobodies:
        home = one.household
        assert home is not None
        assert (home.area_path, home.made_by, home.last_seen_on) == (
            like.area_path,
            like.made_by,
            like.last_seen_on,
        )
        assert (one.papers, one.sex, one.made_by) == ("none", "F", like.made_by)
        said, model = Record.objects.get(person=one), Record.objects.filter(person__household=like).get()
        assert (said.values, said.source, said.grade) == (model.values, model.source, model.grade)
        who = open_who(one.pk, bytes(Identity.objects.get(person=one).sealed))
        assert who.given in GIVEN
        assert who.family == "Reed"
        assert abs((one.birth_date.year if one.birth_date else 0) - 1980) <= 1


def test_they_stand_in_no_figure_and_on_no_visit_list(
    cast: Cast, areas: dict[str, Area], nobodies: list[Person], tmp_path: Path
) -> None:
    files = write_inputs(INDEX, tmp_path)
    subjects = pq.read_table(files["subjects"])
    assert subjects.num_rows == len(GIVEN)
    counted = set(subjects["person_id"].to_pylist()) | set(subjects["household_id"].to_pylist())
    assert not counted & {row.hex for one in nobodies for row in (one.pk, one.household_id) if row}
    assert pq.read_table(files["records"]).num_rows == len(GIVEN)
    there = households_in(cast.actor(OFFICER), Verb.PRINT, Purpose.PREVENT, areas[VILLAGE])
    listed = due_in(asked_here(), there, cast.actor(OFFICER).today, 60, Purpose.PREVENT)
    assert listed.people == len(GIVEN)


def test_whoever_opens_one_is_told_of_at_once_on_every_way(
    cast: Cast, nobodies: list[Person], neighbours: list[Household], sign_in: SignIn
) -> None:
    client, one = sign_in(cast[OFFICER]), nobodies[0]
    assert client.get(f"/people/households/{neighbours[0].pk}").status_code == 200
    ways = (
        f"/people/households/{one.household_id}",
        f"/people/persons/{one.pk}",
        f"/risk/people/{one.pk}",
        f"/risk/households/{one.household_id}",
    )
    for times, address in enumerate(ways, start=1):
        assert client.get(address).status_code == 200
        assert len(touched(cast.actor(DPO))) == times
    assert one.household is not None
    reveal_household(
        by=cast.actor(OFFICER), household=one.household, reason="made-up reason", purpose=Purpose.PREVENT
    )
    found = touched(cast.actor(DPO))
    assert (len(found), found[0].who, found[0].of_file) == (5, cast[OFFICER].name, False)
    assert "does not exist" in sign_in(cast[DPO]).get("/").content.decode()
    for role in Role:
        if role is not DPO:
            assert not touched(cast.actor(role))


def test_whoever_has_a_list_of_names_shown_with_one_is_told_of(
    cast: Cast, areas: dict[str, Area], nobodies: list[Person], neighbours: list[Household]
) -> None:
    real = Person.objects.filter(household__in=neighbours)
    asked = {"by": cast.actor(OFFICER), "area": areas[VILLAGE], "purpose": Purpose.PREVENT}
    reveal_list(people=real, reason="forms of the made-up school", **asked)
    assert not touched(cast.actor(DPO))
    reveal_list(people=[*real, nobodies[0]], reason="forms of the made-up school", **asked)
    assert [one.how for one in touched(cast.actor(DPO))] == [HOW_WORDS[How.NAMES]]


def test_only_who_protects_the_data_plants_and_nothing_says_where(
    cast: Cast, areas: dict[str, Area], nobodies: list[Person], sign_in: SignIn
) -> None:
    for role in Role:
        if role is not DPO:
            with pytest.raises(Refused):
                plant(by=cast.actor(role), area=areas[DISTRICT], families=1)
    with pytest.raises(Problem, match="Too few families"):
        plant(by=cast.actor(DPO), area=areas[OTHER_DISTRICT], families=1)
    client = sign_in(cast[DPO])
    page = client.get("/oversight/canaries/").content.decode()
    assert "2 people are planted now" in page
    assert not any(one.code in page for one in nobodies)
    answer = client.post("/oversight/canaries/", {"area": areas[DISTRICT].pk, "families": 3}, follow=True)
    assert "3 people are planted." in answer.content.decode()
    assert Canary.objects.count() == 5
    event = Event.objects.filter(subject="canaries").latest("at")
    assert (event.area_code, event.subject_id, event.reason) == (DISTRICT, None, "3 families")


@pytest.mark.parametrize("born", ["1980", "3/2026", "29/6/2026", "29/2/2024"])
def test_a_birth_date_is_moved_as_exactly_as_it_was_known(
    cast: Cast, areas: dict[str, Area], born: str
) -> None:
    model = household(cast.actor(LEAD), areas[VILLAGE], member("Ann", born))
    plant(by=cast.actor(DPO), area=areas[DISTRICT], families=1)
    like, one = Person.objects.get(household=model), Canary.objects.get().person
    assert one is not None
    assert one.birth_precision == like.birth_precision
    assert one.birth_date <= one.made_at.date()
    if like.birth_precision != "day":
        assert (one.birth_date.month, one.birth_date.day) == (like.birth_date.month, like.birth_date.day)

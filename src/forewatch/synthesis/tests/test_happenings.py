from __future__ import annotations

import numpy as np
import pytest

from forewatch.analysis.definition import Definition, Level
from forewatch.synthesis.happenings import HAPPENINGS, NEVER, WINDOW, Events, happen
from forewatch.synthesis.people import TODAY, People, draw_people
from forewatch.synthesis.places import Places
from forewatch.synthesis.sources import SOURCES
from forewatch.synthesis.variables import answers_of


@pytest.fixture(scope="module")
def found(places: Places, people: People) -> list[Events]:
    rng = np.random.default_rng(4)
    return happen(places, people, answers_of(people, rng), rng)


def test_every_event_of_the_definition_happens_at_its_level(
    definition: Definition, found: list[Events]
) -> None:
    assert {one.event for one in found if len(one.row)} == set(definition.events)
    for one in found:
        assert one.level in definition.events[one.event].levels


def test_events_come_from_known_sources() -> None:
    assert {one.source for one in HAPPENINGS} <= {one.id for one in SOURCES}


def test_events_fall_into_eighteen_months(found: list[Events]) -> None:
    for one in found:
        assert (one.occurred > TODAY - WINDOW - 1).all()
        assert (one.occurred <= TODAY).all()
        assert (one.received >= one.occurred).all()
        assert (one.received <= TODAY).all()


def test_some_events_have_ended_and_never_before_they_began(found: list[Events]) -> None:
    ended = np.concatenate([one.ended for one in found])
    occurred = np.concatenate([one.occurred for one in found])
    over = ended != NEVER
    assert 0.01 < over.mean() < 0.5
    assert (ended[over] >= occurred[over]).all()
    assert ended[over].max() <= TODAY


def test_the_flood_is_over_and_the_border_still_closed(found: list[Events]) -> None:
    flood, closure = (one for one in found if one.whole_sub_district)
    assert (flood.event, closure.event) == ("T3", "T4")
    assert len(flood.row) == len(closure.row) == 1
    assert flood.ended[0] != NEVER
    assert closure.ended[0] == NEVER


def test_where_nobody_was_surveyed_no_event_of_a_person_is_known(
    places: Places, people: People, found: list[Events]
) -> None:
    for one in found:
        village = {Level.AREA: lambda row: row, Level.HOUSEHOLD: lambda row: people.village[row]}.get(
            one.level, lambda row: people.village[people.household[row]]
        )(one.row)
        if not one.whole_sub_district:
            assert (places.care[village] > 0).all()


def test_dropping_out_is_for_pupils_and_for_the_poor_first(people: People, found: list[Events]) -> None:
    dropped = next(one for one in found if one.event == "T6").row
    assert people.age[dropped].min() >= 10
    assert people.age[dropped].max() <= 17
    assert people.persons["poverty"][dropped].mean() > 0.5


def test_shares_are_kept(people: People, found: list[Events]) -> None:
    illness = next(one for one in found if one.event == "T1")
    assert 0.02 < len(illness.row) / len(people.village) < 0.04


def test_a_disaster_is_told_once_though_its_sub_district_spans_blocks(places: Places) -> None:
    told = {"T3": 0, "T4": 0}
    for village in range(len(places)):
        rng = np.random.default_rng(village)
        people = draw_people(places, village, village + 1, rng)
        for one in happen(places, people, answers_of(people, rng), rng):
            if one.whole_sub_district:
                told[one.event] += len(one.row)
    assert told == {"T3": 1, "T4": 1}

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from forewatch.analysis.definition import Level
from forewatch.analysis.schema import GRADES
from forewatch.synthesis.generators import SILENT, Asked
from forewatch.synthesis.people import TODAY, People
from forewatch.synthesis.places import Places
from forewatch.synthesis.sources import BMN, PARTNER, REGISTRY, SCHOOL, SOURCES, VISIT, Round, Source
from forewatch.synthesis.statements import LONGEST_DELAY, NOTHING, Statements, collect
from forewatch.synthesis.variables import answers_of


@pytest.fixture(scope="module")
def asked(people: People) -> tuple[Asked, Asked, Asked]:
    return answers_of(people, np.random.default_rng(11))


def _collect(
    sources: Sequence[Source], places: Places, people: People, asked: tuple[Asked, Asked, Asked]
) -> list[Statements]:
    return collect(sources, places, people, asked, np.random.default_rng(12))


def _first(found: list[Statements], source: Source, level: Level) -> Statements:
    return next(one for one in found if one.source == source.id and one.level is level)


def _village(said: Statements, people: People) -> np.ndarray:
    at = {Level.AREA: said.row, Level.HOUSEHOLD: people.village[said.row % len(people.village)]}
    at[Level.PERSON] = people.village[people.household[said.row % len(people.household)]]
    return at[said.level]


def test_where_nobody_was_surveyed_nobody_speaks(places: Places, people: People, asked) -> None:
    for said in _collect(SOURCES, places, people, asked):
        assert (places.care[_village(said, people)] > 0).all()


def test_coverage_is_unequal(places: Places, people: People, asked) -> None:
    said = _first(_collect([BMN], places, people, asked), BMN, Level.HOUSEHOLD)
    reached = np.isin(np.arange(len(people.village)), said.row)
    thin = (places.care[people.village] > 0) & (places.care[people.village] < 0.5)
    usual = places.care[people.village] > 0.5
    assert 0.65 < reached[usual].mean() < 0.95
    assert 0.1 < reached[thin].mean() < 0.45


def test_people_without_papers_are_missed_by_the_survey_not_by_the_registry(
    places: Places, people: People, asked
) -> None:
    found = _collect([BMN, REGISTRY], places, people, asked)
    short = people.short_of_papers
    survey = np.isin(np.arange(len(short)), _first(found, BMN, Level.HOUSEHOLD).row)
    assert survey[short].mean() < 0.7 * survey[~short].mean()
    registered = np.isin(np.arange(len(people.age)), _first(found, REGISTRY, Level.PERSON).row)
    assert registered[short[people.household]].mean() > 2 * registered[~short[people.household]].mean()


def test_a_visit_speaks_of_household_and_members_on_one_day(places: Places, people: People, asked) -> None:
    found = _collect([VISIT], places, people, asked)
    homes, persons = _first(found, VISIT, Level.HOUSEHOLD), _first(found, VISIT, Level.PERSON)
    assert set(people.household[persons.row].tolist()) == set(homes.row.tolist())
    day = dict(zip(homes.row.tolist(), homes.observed.tolist(), strict=True))
    assert [day[home] for home in people.household[persons.row].tolist()] == persons.observed.tolist()


def test_nearly_everybody_is_visited_in_a_pilot(places: Places, people: People, asked) -> None:
    homes = _first(_collect([VISIT], places, people, asked), VISIT, Level.HOUSEHOLD)
    reached = np.isin(np.arange(len(people.village)), homes.row)
    pilot = places.pilot[people.village]
    assert reached[pilot].mean() > 0.9
    assert reached[~pilot].mean() < 0.3


def test_the_school_speaks_of_pupils_only(places: Places, people: People, asked) -> None:
    said = _first(_collect([SCHOOL], places, people, asked), SCHOOL, Level.PERSON)
    assert people.age[said.row].min() >= 6
    assert people.age[said.row].max() <= 17


def test_days_fall_into_the_rounds_and_records_arrive_late_but_not_after_the_last_day(
    places: Places, people: People, asked
) -> None:
    early = replace(BMN, rounds=(Round(0.5, 300, 290), Round(0.5, 20, 10)), delay=60)
    for said in _collect([early], places, people, asked):
        ago = TODAY - said.observed
        assert (((ago >= 290) & (ago <= 300)) | ((ago >= 10) & (ago <= 20))).all()
        assert (said.received >= said.observed).all()
        assert said.received.max() <= TODAY
    first = _first(_collect([early], places, people, asked), early, Level.HOUSEHOLD)
    delay = first.received - first.observed
    assert delay.max() == LONGEST_DELAY
    assert 0.3 < (TODAY - first.observed > 200).mean() < 0.7


def test_the_survey_says_no_substance_use_or_nothing(places: Places, people: People, asked) -> None:
    found = _collect([replace(BMN, silence=0)], places, people, asked)
    said = _first(found, BMN, Level.HOUSEHOLD)
    none = asked[1].choices["substance_use"].index("none")
    assert set(said.answers["substance_use"].tolist()) == {none, SILENT}


def test_silent_answers_have_their_share(places: Places, people: People, asked) -> None:
    found = _collect([replace(BMN, silence=0.25)], places, people, asked)
    said = _first(found, BMN, Level.HOUSEHOLD)
    assert (said.answers["housing"] == SILENT).mean() == pytest.approx(0.25, abs=0.02)


def test_some_records_are_corrected_later_and_the_correction_is_right(
    places: Places, people: People, asked
) -> None:
    found = _collect([replace(VISIT, silence=0)], places, people, asked)
    firsts = [one for one in found if (one.supersedes == NOTHING).all() and one.source == VISIT.id]
    place = np.concatenate([one.row for one in firsts])
    for said in (one for one in found if (one.supersedes != NOTHING).any()):
        assert (said.supersedes != NOTHING).all()
        assert (place[said.supersedes] == said.row).all()
        truth = asked[1 if said.level is Level.HOUSEHOLD else 2]
        for name, values in said.answers.items():
            assert (values == truth.answers[name][said.row]).all()
        first = _first(firsts, VISIT, said.level)
        spoiled = np.isin(first.row, said.row)
        assert 0.008 < spoiled.mean() < 0.025
        wrong = [first.answers[name] != truth.answers[name][first.row] for name in said.answers]
        assert np.any(wrong, axis=0)[spoiled].mean() > 0.5
        assert not np.any(wrong, axis=0)[~spoiled].any()


def test_some_records_are_contradicted_on_the_same_day(places: Places, people: People, asked) -> None:
    found = _collect([VISIT], places, people, asked)
    homes = _first(found, VISIT, Level.HOUSEHOLD)
    other = next(one for one in found if one.source == PARTNER.id and one.level is Level.HOUSEHOLD)
    assert 0.001 < len(other) / len(homes) < 0.01
    day = dict(zip(homes.row.tolist(), homes.observed.tolist(), strict=True))
    assert [day[home] for home in other.row.tolist()] == other.observed.tolist()
    assert set(other.grade.tolist()) == {GRADES.index("B")}
    place = {home: number for number, home in enumerate(homes.row.tolist())}
    at = [place[home] for home in other.row.tolist()]
    differs = [homes.answers[name][at] != other.answers[name] for name in other.answers]
    assert np.any(differs, axis=0).mean() > 0.8

"""From answers to records: each source reaches some, hears most, is late, errs, corrects and contradicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from forewatch.analysis.definition import Level
from forewatch.analysis.schema import GRADES
from forewatch.synthesis.generators import EVERY_AGE, SILENT, Answers, Asked
from forewatch.synthesis.people import TODAY, People
from forewatch.synthesis.places import Floats, Ints, Places
from forewatch.synthesis.sources import PARTNER, Source

LONGEST_DELAY = 120
"""Days between the interview and the arrival of a record, or of its correction, at most."""

CORRECTED = 0.015
CONTRADICTED = 0.005
ROWS_SLIPPED = 11
NO_GRADE = -1
NOTHING = -1


@dataclass(frozen=True)
class Statements:
    """What one source said of subjects of one level, one row each: `row` counts inside the block.

    Days count from 1970; `grade` is a place in `GRADES`, or `NO_GRADE`; `supersedes` is the place of
    another record among the block's statements in the order given, or `NOTHING`.
    """

    source: str
    level: Level
    row: Ints
    observed: Ints
    received: Ints
    grade: Ints
    supersedes: Ints
    answers: dict[str, Answers]

    def __len__(self) -> int:
        return len(self.row)


def collect(
    sources: Sequence[Source],
    places: Places,
    people: People,
    asked: tuple[Asked, Asked, Asked],
    rng: Generator,
) -> list[Statements]:
    """Return everything the sources said in this block, each source's statements together."""
    found: list[Statements] = []
    for source in sources:
        found += _spoken(source, places, people, asked, rng)
    starts = np.cumsum([0, *map(len, found)])
    for said, start in zip(tuple(found), starts, strict=False):
        if said.level is not Level.AREA:
            found += _second_thoughts(said, int(start), rng)
    return found


def _spoken(
    source: Source, places: Places, people: People, asked: tuple[Asked, Asked, Asked], rng: Generator
) -> list[Statements]:
    """Return a source's statements on villages, households and persons, those of one visit on one day."""
    villages, households, persons = asked
    found = []
    if source.area:
        rows = np.flatnonzero(places.care[people.first_village :][: villages.size] > 0)
        found.append(_said(source, Level.AREA, rows, _days(source, len(rows), rng), villages, rng))
    chance = _chance(source, places, people)
    if source.by_household and (source.household or source.person):
        reached = rng.random(len(chance)) < chance
        day = _days(source, len(chance), rng)
        if source.household:
            rows = np.flatnonzero(reached)
            found.append(_said(source, Level.HOUSEHOLD, rows, day[rows], households, rng))
        members, day = reached[people.household], day[people.household]
    else:
        members = rng.random(len(people.age)) < chance[people.household]
        day = _days(source, len(people.age), rng)
    if source.person:
        if source.ages != EVERY_AGE:
            members &= (people.age >= source.ages[0]) & (people.age <= source.ages[1])
        rows = np.flatnonzero(members)
        found.append(_said(source, Level.PERSON, rows, day[rows], persons, rng))
    return found


def _chance(source: Source, places: Places, people: People) -> Floats:
    """Return, by household, the chance that a source reaches it, or each of its members."""
    village = people.first_village + people.village
    chance = source.reach * places.care[village] * np.where(people.short_of_papers, source.papers, 1.0)
    return np.where(places.pilot[village], np.maximum(chance, source.pilot), chance)


def _days(source: Source, count: int, rng: Generator) -> Ints:
    """Draw the days of the interviews: a round by its share, then any day of that round."""
    edges = np.cumsum([one.share for one in source.rounds])
    turn = np.minimum(np.searchsorted(edges, rng.random(count)), len(edges) - 1)
    earliest = np.array([one.earliest for one in source.rounds])[turn]
    latest = np.array([one.latest for one in source.rounds])[turn]
    return np.asarray(TODAY - rng.integers(latest, earliest + 1))


def _said(
    source: Source, level: Level, rows: Ints, observed: Ints, asked: Asked, rng: Generator
) -> Statements:
    names = {Level.AREA: source.area, Level.HOUSEHOLD: source.household, Level.PERSON: source.person}[level]
    answers = {}
    for name in names:
        values = asked.answers[name][rows]
        heard = rng.random(len(rows)) >= source.silence
        if name in source.only:
            heard &= values == asked.choices[name].index(source.only[name])
        answers[name] = np.where(heard, values, SILENT).astype(np.int32)
    grades = np.array([GRADES.index(one) if one else NO_GRADE for one in source.grades])
    delay = np.minimum(rng.exponential(source.delay, size=len(rows)), LONGEST_DELAY).astype(np.int64)
    return Statements(
        source=source.id,
        level=level,
        row=rows,
        observed=observed,
        received=np.minimum(observed + delay, TODAY),
        grade=rng.choice(grades, p=list(source.grades.values()), size=len(rows)),
        supersedes=np.full(len(rows), NOTHING),
        answers=answers,
    )


def _second_thoughts(said: Statements, start: int, rng: Generator) -> list[Statements]:
    """Spoil some statements in place and return their corrections, and contradictions of some others.

    A spoiled statement holds answers of somebody else, as after a slip of the row; its correction holds the
    right ones and arrives later. A contradiction is another source's word on the same day. `start` is the
    place of the first of these statements among the block's.
    """
    lot = rng.random(len(said))
    wrong = np.flatnonzero(lot < CORRECTED)
    disputed = np.flatnonzero((lot >= CORRECTED) & (lot < CORRECTED + CONTRADICTED))
    right = _part(said, wrong)
    late = rng.integers(3, 60, size=len(wrong))
    latest = np.minimum(right.observed + LONGEST_DELAY, TODAY)
    correction = replace(right, received=np.minimum(right.received + late, latest), supersedes=start + wrong)
    slipped = {name: _of_others(values) for name, values in said.answers.items()}
    contradiction = replace(
        _part(said, disputed),
        source=PARTNER.id,
        grade=np.full(len(disputed), GRADES.index("B")),
        answers={name: values[disputed] for name, values in slipped.items()},
    )
    for name, values in said.answers.items():
        values[wrong] = slipped[name][wrong]
    return [one for one in (correction, contradiction) if len(one)]


def _of_others(values: Answers) -> Answers:
    """Return, for the statements that say something, what one some rows further up says, if it does.

    Some rows, because the row just above is often of the same family.
    """
    other = np.roll(values, ROWS_SLIPPED)
    return np.where((values != SILENT) & (other != SILENT), other, values)


def _part(said: Statements, rows: NDArray[np.integer]) -> Statements:
    return replace(
        said,
        row=said.row[rows],
        observed=said.observed[rows],
        received=said.received[rows],
        grade=said.grade[rows],
        supersedes=said.supersedes[rows],
        answers={name: values[rows] for name, values in said.answers.items()},
    )

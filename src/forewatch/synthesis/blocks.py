"""One block of the province, some 20,000 people in whole villages, as Arrow tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa
from numpy.random import Generator, SeedSequence, default_rng
from numpy.typing import NDArray

from forewatch.analysis.definition import Definition, Level
from forewatch.analysis.schema import EVENTS, GRADES, SEXES, SUBJECTS
from forewatch.synthesis.generators import SILENT, Asked
from forewatch.synthesis.happenings import NEVER, Events, happen
from forewatch.synthesis.people import TODAY, People, draw_people
from forewatch.synthesis.places import Ints, Places
from forewatch.synthesis.sources import SOURCES, Source
from forewatch.synthesis.statements import NO_GRADE, NOTHING, Statements, collect
from forewatch.synthesis.variables import answers_of
from forewatch.synthesis.writing import answers, days, numbered, record_schema, text, words

BLOCK_PEOPLE = 20_000
RECORDS_IN_BLOCK = 100_000
"""Record ids count from this number times the block's own, so no block needs to know another's total."""

LEVELS = tuple(Level)
HOME_ELSEWHERE, HOME_UNKNOWN = 0.10, 0.03
MOVED = 0.015
BIRTH_UNKNOWN = 0.02
NEVER_BORN = -1_000_000
NO_WEIGHT = -1.0


@dataclass(frozen=True)
class Block:
    """The tables of one block."""

    subjects: pa.Table
    records: pa.Table
    events: pa.Table
    households: int


def spans(places: Places) -> list[tuple[int, int]]:
    """Return the blocks as runs of villages, each of some 20,000 people."""
    number = (np.cumsum(places.people) - places.people) // BLOCK_PEOPLE
    edges = [*np.flatnonzero(np.diff(number, prepend=-1)).tolist(), len(places)]
    return list(pairwise(edges))


def draw_block(
    places: Places,
    number: int,
    span: tuple[int, int],
    seed: int,
    definition: Definition,
    sources: Sequence[Source] = SOURCES,
) -> Block:
    """Draw one block; it depends on the places, the seed and its own number, never on another block."""
    rng = default_rng(SeedSequence(seed, spawn_key=(2, number)))
    people = draw_people(places, *span, rng)
    asked = answers_of(people, rng)
    said = collect(sources, places, people, asked, rng)
    subjects = _subjects(places, people, rng)
    events = happen(places, people, asked, rng)
    return Block(
        subjects=subjects,
        records=_records(places, people, said, asked, number, definition),
        events=_events(places, people, events),
        households=len(people.village),
    )


def _subjects(places: Places, people: People, rng: Generator) -> pa.Table:
    """Return who lives where, and came from where; a household that moved has two rows for each member.

    Weights are given in thinly covered villages only, where those reached stand for more.
    """
    count = len(people.age)
    codes = places.codes.astype(bytes)
    here = codes[people.first_village + people.village][people.household]
    draw = rng.random((3, count))
    elsewhere = codes[rng.integers(len(codes), size=count)]
    home = np.where(draw[0] < HOME_ELSEWHERE, elsewhere, here)
    sex = np.select([draw[1] < 0.505, draw[1] < 0.996, draw[1] < 0.997], [0, 1, 2], SILENT)
    care = places.care[people.first_village + people.village]
    thin = (care > 0) & (care < 0.5)
    weight = np.where(thin, np.round(1 / np.maximum(care, 0.1), 2), NO_WEIGHT)[people.household]
    moved = rng.random(len(people.village)) < MOVED
    before = codes[rng.integers(len(codes), size=len(moved))]
    since = TODAY - rng.integers(20, 540, size=len(moved))

    row = np.repeat(np.arange(count), 1 + moved[people.household])
    past = np.append(row[1:] == row[:-1], False)
    household = people.household[row]
    changed = moved[household]
    return pa.table(
        [
            text(numbered("P", people.first_person + 1 + row, 8)),
            text(numbered("H", people.first_household + 1 + household, 7)),
            text(np.where(past, before[household], here[row])),
            text(home[row], draw[0][row] > 1 - HOME_UNKNOWN),
            words(sex[row], SEXES).cast(pa.string()),
            days(np.where(draw[2] < BIRTH_UNKNOWN, NEVER_BORN, people.birth)[row], NEVER_BORN),
            pa.array(weight[row], mask=weight[row] == NO_WEIGHT),
            days(np.where(changed & ~past, since[household], NEVER), NEVER),
            days(np.where(past, since[household], NEVER), NEVER),
        ],
        schema=SUBJECTS,
    )


def _records(
    places: Places,
    people: People,
    said: Sequence[Statements],
    asked: tuple[Asked, ...],
    number: int,
    definition: Definition,
) -> pa.Table:
    """Return the records by village, household and person, the oldest first."""
    level = np.concatenate([np.full(len(one), LEVELS.index(one.level)) for one in said])
    row = np.concatenate([one.row for one in said])
    observed = np.concatenate([one.observed for one in said])
    place = _reading_order(people, level, row, observed)
    position = np.empty(len(place), np.int64)
    position[place] = np.arange(len(place))
    ids = numbered("R", number * RECORDS_IN_BLOCK + position, 10)
    replaces = np.concatenate([one.supersedes for one in said])
    sources = [one.id for one in SOURCES]
    source = np.concatenate([np.full(len(one), sources.index(one.source)) for one in said])
    grade = np.concatenate([one.grade for one in said])
    received = np.concatenate([one.received for one in said])
    subject = _subject_ids(places, people, level, row)
    hearsay = grade >= GRADES.index("C")
    columns = [
        text(ids[place]),
        words(level[place], LEVELS),
        text(subject[place]),
        days(observed[place]),
        days(received[place]),
        words(source[place], sources),
        words(np.where(grade == NO_GRADE, SILENT, grade)[place], GRADES),
        text(np.char.add(b"TALK-", subject)[place], ~hearsay[place]),
        text(ids[replaces][place], (replaces == NOTHING)[place]),
    ]
    starts = np.cumsum([0, *map(len, said)])
    by_level = dict(zip((Level.AREA, Level.HOUSEHOLD, Level.PERSON), asked, strict=True))
    for variable in definition.variables.values():
        values = np.full(len(place), SILENT, np.int32)
        for one, start in zip(said, starts, strict=False):
            if variable.name in one.answers:
                values[position[start : start + len(one)]] = one.answers[variable.name]
        columns.append(answers(variable, by_level[variable.level].choices[variable.name], values))
    return pa.table(columns, schema=record_schema(definition))


def _reading_order(people: People, level: Ints, row: Ints, observed: Ints) -> Ints:
    """Sort by village, then household, then person, then day."""
    first_home = np.searchsorted(people.village, np.arange(people.village[-1] + 1))
    first_person = people.first_member
    start = np.select(
        [level == LEVELS.index(Level.AREA), level == LEVELS.index(Level.HOUSEHOLD)],
        [
            first_person[first_home[np.minimum(row, len(first_home) - 1)]],
            first_person[np.minimum(row, len(first_person) - 1)],
        ],
        row,
    )
    return np.lexsort((observed, -level, start))


def _subject_ids(places: Places, people: People, level: Ints, row: Ints) -> NDArray[np.bytes_]:
    """Return the id of each subject: a village code, a household or a person."""
    codes = places.codes.astype(bytes)
    village = codes[people.first_village + np.minimum(row, people.village[-1])]
    home = numbered("H", people.first_household + 1 + row, 7)
    person = numbered("P", people.first_person + 1 + row, 8)
    at = [level == LEVELS.index(Level.AREA), level == LEVELS.index(Level.HOUSEHOLD)]
    return np.where(at[0], village, np.where(at[1], home, person))


def _events(places: Places, people: People, found: Sequence[Events]) -> pa.Table:
    """Return the events, kind by kind."""
    tables = []
    for one in found:
        level = np.full(len(one.row), LEVELS.index(one.level))
        subject = _subject_ids(places, people, level, one.row)
        if one.whole_sub_district:
            subject = np.array([code[:-2] for code in subject.tolist()], dtype="S12")
        columns = [
            words(level, LEVELS).cast(pa.string()),
            text(subject),
            pa.array([one.event] * len(level), pa.string()),
            days(one.occurred),
            days(one.ended, NEVER),
            days(one.received),
            pa.array([one.source] * len(level), pa.string()),
            pa.nulls(len(level), pa.date32()),
        ]
        tables.append(pa.table(columns, schema=EVENTS))
    return pa.concat_tables(tables)

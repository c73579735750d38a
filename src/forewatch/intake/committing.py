"""Rows that are ready go into the register as one batch, in one transaction: all of them, or none."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from forewatch.intake.interpreting.said import PersonSaid, RowSaid
from forewatch.intake.models import Upload
from forewatch.intake.profiles.loading import parse_profile
from forewatch.intake.safe import Safe
from forewatch.intake.working import Progress
from forewatch.lib.ids import new_id
from forewatch.register import bulk
from forewatch.register.models import Residence, SubjectLevel
from forewatch.register.rules.dates import BirthDate, Precision
from forewatch.register.rules.numbers import NumberState
from forewatch.register.sealed import Address, Who

AT_ONCE = 4
"""Blocks of rows that go in together."""


@dataclass
class Counts:
    """What a batch wrote."""

    records: int = 0
    unchanged: int = 0


def write_batch(upload: Upload, by: uuid.UUID, now: datetime) -> Counts:
    """Write everything that is ready; the caller holds the transaction."""
    safe, counts = Safe(upload.id), Counts()
    batch = bulk.Batch(upload.id, upload.source_id, upload.source.code, upload.uploaded_at.date(), now, by)
    said = _How(upload)
    progress = Progress(safe, upload.ready)
    for rows in _chunks(safe):
        chunk = _Chunk(batch, said)
        chunk.know(rows)
        for row in rows:
            chunk.add(row)
        fresh = bulk.news(batch, chunk.records, chunk.new())
        counts.records += len(fresh)
        counts.unchanged += len(chunk.records) - len(fresh)
        bulk.write(batch, chunk.ready(fresh))
        progress.add(len(rows))
    bulk.finish(batch)
    return counts


def _chunks(safe: Safe) -> Iterator[list[RowSaid]]:
    waiting: list[RowSaid] = []
    for number, block in enumerate(safe.blocks("ready"), 1):
        waiting += [RowSaid.unpacked(one) for one in block]
        if number % AT_ONCE == 0:
            yield waiting
            waiting = []
    if waiting:
        yield waiting


class _How:
    """The grade and root that all statements of a file carry."""

    def __init__(self, upload: Upload) -> None:
        profile = parse_profile(upload.profile_text, upload.profile)
        self.grade = profile.grade or upload.source.grade
        self.root = upload.source.root or upload.source.code


@dataclass
class _Chunk:
    """Some rows on their way: who of them is known, who is new, what is said."""

    batch: bulk.Batch
    how: _How
    numbers: dict[str, uuid.UUID] = field(default_factory=dict)
    references: dict[str, uuid.UUID] = field(default_factory=dict)
    households: dict[str, uuid.UUID] = field(default_factory=dict)
    homes: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    areas: dict[uuid.UUID, uuid.UUID] = field(default_factory=dict)
    new_households: list[bulk.NewHousehold] = field(default_factory=list)
    new_people: list[bulk.NewPerson] = field(default_factory=list)
    records: list[bulk.NewRecord] = field(default_factory=list)
    moved_people: dict[uuid.UUID, bulk.Move] = field(default_factory=dict)
    moved_households: dict[uuid.UUID, bulk.Move] = field(default_factory=dict)

    def know(self, rows: list[RowSaid]) -> None:
        """Look up everybody in the rows at once."""
        people = [one for row in rows for one in row.people]
        self.numbers = bulk.people_by_number({one.number for one in people if one.number})
        named = {one.reference for one in people if one.reference and not one.number}
        self.references = bulk.people_by_reference(self.batch.source_code, named)
        numbered = {row.household for row in rows if row.household}
        self.households = bulk.households_by_reference(self.batch.source_code, numbered)
        self.homes = bulk.homes({*self.numbers.values(), *self.references.values()})
        now = Residence.objects.filter(household__in=self.households.values(), valid_to__isnull=True)
        self.areas = dict(now.values_list("household_id", "area_id"))

    def add(self, row: RowSaid) -> None:
        """Add what a row says."""
        day, area = date.fromisoformat(row.day), uuid.UUID(row.area)
        household = self._household(row, day, area)
        for one in row.people:
            person = self._known(one)
            if person is None:
                household = household or self._new_household(row, day, area)
                person = self._new_person(one, household, row, day)
            else:
                household = household or self.homes.get(person)
                if row.household and household and self.homes.get(person, household) != household:
                    self.moved_people[person] = bulk.Move(person, household, day, one.role)
            self._say(SubjectLevel.PERSON, person, day, one.answers)
        if row.household_answers:
            household = household or self._new_household(row, day, area)
            self._say(SubjectLevel.HOUSEHOLD, household, day, row.household_answers)
        self._say(SubjectLevel.AREA, area, day, row.area_answers)

    def new(self) -> set[uuid.UUID]:
        """Return who and what the register does not know yet."""
        return {one.id for one in self.new_people} | {one.id for one in self.new_households}

    def ready(self, records: list[bulk.NewRecord]) -> bulk.Chunk:
        """Return what is to be written, with the records that are news."""
        return bulk.Chunk(
            self.new_households,
            self.new_people,
            records,
            (),
            [*self.moved_people.values()],
            [*self.moved_households.values()],
        )

    def _household(self, row: RowSaid, day: date, area: uuid.UUID) -> uuid.UUID | None:
        if not row.household:
            return None
        known = self.households.get(row.household)
        if known is None:
            return self._new_household(row, day, area)
        if self.areas.get(known, area) != area:
            self.moved_households[known] = bulk.Move(known, area, day)
        return known

    def _new_household(self, row: RowSaid, day: date, area: uuid.UUID) -> uuid.UUID:
        made = bulk.NewHousehold(
            new_id(), area, day, Address(hamlet=row.hamlet, house=row.house), row.household
        )
        self.new_households.append(made)
        if row.household:
            self.households[row.household] = made.id
            self.areas[made.id] = area
        return made.id

    def _known(self, one: PersonSaid) -> uuid.UUID | None:
        return self.numbers.get(one.number) if one.number else self.references.get(one.reference)

    def _new_person(self, one: PersonSaid, household: uuid.UUID, row: RowSaid, day: date) -> uuid.UUID:
        person = new_id()
        birth = BirthDate(date.fromisoformat(one.born), Precision(one.precision)) if one.born else None
        reference = "" if one.number else one.reference
        who = Who(
            given=one.given, family=one.family, title=one.title, other_names=one.written,
            number_state=NumberState(one.state), number=one.number, phone=one.phone,
        )  # fmt: skip
        self.new_people.append(
            bulk.NewPerson(
                person, household, day, who, one.sex, birth, one.role, row.village, None, reference
            )
        )
        if one.number:
            self.numbers[one.number] = person
        else:
            self.references[one.reference] = person
        self.homes[person] = household
        return person

    def _say(self, level: SubjectLevel, subject: uuid.UUID, day: date, values: dict[str, Any]) -> None:
        if values:
            how = self.how
            self.records.append(
                bulk.NewRecord(new_id(), str(level), subject, day, values, how.grade, how.root)
            )

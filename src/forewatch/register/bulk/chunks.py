"""Rows on their way in, as intake hands them over: ids minted, values checked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from forewatch.register.models import Membership
from forewatch.register.rules.dates import BirthDate
from forewatch.register.sealed import NOBODY_KNOWN, Address, Who


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """A household to write; `reference` is the source's own number of it."""

    id: uuid.UUID
    area_id: uuid.UUID
    since: date
    address: Address | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class NewPerson:
    """A person to write; `village` is the code of the area they live in, for finding them by name again."""

    id: uuid.UUID
    household_id: uuid.UUID
    since: date
    who: Who = NOBODY_KNOWN
    sex: str = ""
    birth: BirthDate | None = None
    role: str = Membership.Role.OTHER
    village: str = ""
    home_area_id: uuid.UUID | None = None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A statement to write; `values` are checked, decimals as strings. Without `source_id`, the batch's."""

    id: uuid.UUID
    level: str
    subject_id: uuid.UUID
    observed_on: date
    values: Mapping[str, Any]
    grade: str = ""
    root: str = ""
    supersedes_id: uuid.UUID | None = None
    source_id: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class NewEvent:
    """A trigger event to write."""

    id: uuid.UUID
    level: str
    subject_id: uuid.UUID
    event: str
    occurred_on: date
    ended_on: date | None = None
    grade: str = ""
    root: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A known person who turns up in another household, or a known household in another area."""

    id: uuid.UUID
    to: uuid.UUID
    on: date
    role: str = Membership.Role.OTHER


@dataclass(frozen=True, slots=True)
class Batch:
    """What all rows of a batch share; `source_code` goes into the keys of the source's own numbers."""

    id: uuid.UUID
    source_id: uuid.UUID
    source_code: str
    received_on: date
    now: datetime
    user_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Chunk:
    """Rows to write together."""

    households: Sequence[NewHousehold] = ()
    people: Sequence[NewPerson] = ()
    records: Sequence[NewRecord] = ()
    events: Sequence[NewEvent] = ()
    moved_people: Sequence[Move] = ()
    moved_households: Sequence[Move] = ()

    def subjects(self, level: str) -> set[uuid.UUID]:
        """Return the subjects of a level of whom something is said, or to whom something happened."""
        said = {one.subject_id for one in self.records if one.level == level}
        return said | {one.subject_id for one in self.events if one.level == level}


@dataclass(slots=True)
class Written:
    """How many rows went in, how many older statements they confirm, how many pairs were proposed as one."""

    households: int = 0
    people: int = 0
    records: int = 0
    events: int = 0
    confirmed: int = 0
    proposals: int = 0
    touched: set[uuid.UUID] = field(default_factory=set)
    """The households about which anything was written."""

"""What a page hands to the actions: a household as somebody wrote it down, checked."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from forewatch.places.models import Area
from forewatch.register.models import Audience, Grade, Membership, Source
from forewatch.register.rules.answers import Value
from forewatch.register.rules.dates import BirthDate
from forewatch.register.sealed import Address, Who

Answers = Mapping[str, Value]


@dataclass(frozen=True)
class Under:
    """The conditions under which something was said, and who may read it."""

    conditions: str
    audience: str = Audience.HELPERS

    @property
    def audience_words(self) -> str:
        """Who may read it, in words."""
        return str(Audience(self.audience).label)


@dataclass(frozen=True)
class Observation:
    """When answers were taken, and by whom it is said; without a source, it was a visit of one's own.

    What comes under no conditions of its own comes under its source's.
    """

    day: date
    source: Source | None = None
    grade: str = Grade.A
    under: Under | None = None
    how_known: str = ""
    """How the source knows it, in words that name nobody."""


@dataclass(frozen=True)
class MemberEntry:
    """A member: a new one, or one who is there (`person_id`), of whom None keeps what is known."""

    who: Who | None = None
    person_id: uuid.UUID | None = None
    sex: str | None = None
    birth: BirthDate | None = None
    role: str = Membership.Role.OTHER
    home_area: Area | None = None
    leaves: bool = False
    answers: Answers = field(default_factory=dict)


@dataclass(frozen=True)
class EventEntry:
    """Something that happened to the household."""

    code: str
    occurred_on: date


@dataclass(frozen=True)
class HouseholdEntry:
    """A household on one page. `area` and `address` of None leave it where it is."""

    observation: Observation
    area: Area | None = None
    address: Address | None = None
    members: tuple[MemberEntry, ...] = ()
    answers: Answers = field(default_factory=dict)
    events: tuple[EventEntry, ...] = ()

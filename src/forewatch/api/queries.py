"""What pages and programs read: keys, submissions, areas, and the figures of releases."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from forewatch.access.decisions import Actor, decide
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.api.models import Key, Submission
from forewatch.api.rules import digest
from forewatch.intake.models import Upload
from forewatch.intake.queries import visible_to
from forewatch.intake.rules import State
from forewatch.places.models import Area, Level
from forewatch.places.queries import current, generations
from forewatch.register.definition import definition
from forewatch.register.models import Source
from forewatch.risk.models import Release
from forewatch.risk.releases import opened, published
from forewatch.ui.problems import NotFound


@dataclass(frozen=True)
class Line:
    """A key as the list shows it."""

    key: Key
    area: str
    until: date | None
    holds: bool


def lines(today: date) -> list[Line]:
    """Return all keys, those that hold first."""
    found = Key.objects.select_related("source__agency", "account", "made_by").prefetch_related(
        "account__grants"
    )
    return sorted((_line(one, today) for one in found), key=lambda one: not one.holds)


def _line(key: Key, today: date) -> Line:
    (grant,) = key.account.grants.all()
    holds = key.ended_at is None and grant.valid_from <= today < grant.valid_to
    return Line(key, grant.area_code, grant.valid_to, holds)


def one_key(key_id: uuid.UUID) -> Key:
    """Return a key.

    Raises NotFound.
    """
    found = Key.objects.filter(pk=key_id).select_related("source", "account").first()
    if found is None:
        raise NotFound("")
    return found


def key_of(secret: str) -> Key | None:
    """Return the key of a secret, unless it has ended."""
    holding = Key.objects.filter(digest=digest(secret), ended_at__isnull=True)
    return holding.select_related("source", "account").first()


def submission_of(key: Key, submission_id: uuid.UUID) -> Submission:
    """Return what a key handed in.

    Raises NotFound, for what another key handed in too.
    """
    found = key.submissions.filter(pk=submission_id).select_related("upload").first()
    if found is None:
        raise NotFound("")
    return found


def to_look_at(actor: Actor) -> QuerySet[Upload]:
    """Return what programs handed in that waits for somebody like the actor to map it, or to hand it over."""
    if not decide(actor, Verb.IMPORT, DataClass.OBSERVATION, Purpose.IMPORT).allowed:
        return Upload.objects.none()
    waiting = visible_to(actor).filter(state__in=(State.MAPPING, State.CHECKED))
    return waiting.filter(uploaded_by__in=Key.objects.values("account")).select_related("source")


def areas(level: int | None, parent: str | None) -> QuerySet[Area]:
    """Return the current areas of a level, right below another; from the top down."""
    found = current().select_related("parent").defer("geometry", "parent__geometry").order_by("path")
    if level is not None:
        found = found.filter(level=level)
    return found.filter(parent__code=parent) if parent else found


def history(area_code: str) -> list[Area]:
    """Return the generations of an area, the newest first.

    Raises NotFound when there was never such a code.
    """
    found = list(generations(area_code).select_related("parent").defer("geometry", "parent__geometry"))
    if not found:
        raise NotFound("")
    return found


@dataclass(frozen=True)
class Wanted:
    """Which released figures are asked for; None asks for all."""

    month: str | None = None
    area: str | None = None
    sex: str | None = None
    age_band: str | None = None


def releases() -> list[Release]:
    """Return the releases, the newest first, without their figures."""
    return list(published())


def released(wanted: Wanted) -> tuple[Release, Sequence[Mapping[str, Any]]]:
    """Return the release of a month, or the newest, and its frozen rows that are asked for.

    Raises NotFound when there is no release of the index in force.
    """
    found = published().filter(index=definition().id)
    release = (found.filter(month=wanted.month) if wanted.month else found).first()
    if release is None:
        raise NotFound("")
    asked = {"area_code": wanted.area, "sex": wanted.sex, "age_band": wanted.age_band}
    given = {name: value for name, value in asked.items() if value is not None}
    rows = [row for row in _rows(release.pk) if all(row[name] == value for name, value in given.items())]
    return release, rows


@lru_cache(maxsize=12)
def _rows(release_id: uuid.UUID) -> Sequence[Mapping[str, Any]]:
    """Return all rows of a release; it never changes, so they may stay in memory."""
    rows: list[Mapping[str, Any]] = opened(Release.objects.get(pk=release_id)).rows.to_pylist()
    return rows


def sources() -> QuerySet[Source]:
    """Return the sources of which a key may hand in records."""
    return Source.objects.select_related("agency")


def bounds() -> QuerySet[Area]:
    """Return the areas in which a key may hand in: districts, and what is larger."""
    return current().filter(level__lte=Level.DISTRICT).defer("geometry").order_by("path")

"""The only writer of areas: a whole set at a time, in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.db import transaction
from django.db.models import Max, ProtectedError

from forewatch.access.decisions import Actor
from forewatch.access.models import this_node
from forewatch.access.rules import DataClass, Verb
from forewatch.analysis.problems import InputError
from forewatch.audit.actions import record
from forewatch.lib.ids import new_id
from forewatch.places import rules
from forewatch.places.generations import Changes, Generation, plan
from forewatch.places.models import Area
from forewatch.places.reading import AreaSet, read_areas, refuse
from forewatch.storage.bulk import insert, update

_FIELDS = ("id", "code", "level", "path", "name", "name_local", "valid_on", "geometry", "parent_id")
_COLUMNS = (*_FIELDS, "origin", "valid_to")
_CORRECTED = ("level", "parent_id", "path", "name", "name_local", "geometry")


@dataclass(frozen=True)
class Loaded:
    """What a load did, and from which day on; `repairs` say by code what was wrong with an outline."""

    day: date
    changes: Changes
    repairs: Mapping[str, str]


def load_areas(
    *,
    by: Actor,
    files: Sequence[Path],
    country: str | None = None,
    valid_on: date | None = None,
    whole_country: bool = False,
    encoding: str = "utf-8",
) -> Loaded:
    """Load the files of one set of areas, which holds from `valid_on`, or the day it names, or today.

    Provinces that name no country lie in `country`. What ends, begins and stays, `generations.plan` says;
    with `whole_country`, provinces that the set does not name end too. Raises InputError, and then nothing
    has changed.
    """
    found = read_areas(files, encoding)
    day = valid_on or found.valid_on or by.today
    with transaction.atomic():
        changes = _planned(found, country, day, whole_country=whole_country)
        _apply(changes, day)
        if _says_something(changes):
            _record(by, changes, files)
    return Loaded(day, changes, found.repairs)


def _planned(found: AreaSet, country: str | None, day: date, *, whole_country: bool) -> Changes:
    current = list(_current())
    areas = list(found.areas.values())
    above = country or rules.country_above(areas, {one.code: one.parent for one in current})
    if above:
        try:
            areas = rules.under_country(areas, above)
        except ValueError as problem:
            raise InputError(str(problem)) from problem
    refuse(rules.problems(areas, {one.code: one.level for one in current}))
    ended = Area.objects.filter(valid_to__isnull=False).values_list("code").annotate(Max("valid_to"))
    changes = plan(
        areas, current, day, ended=dict(ended.order_by()), whole_country=whole_country, new_id=new_id
    )
    if changes.too_late:
        raise InputError(
            f"The set holds from {day}, but {_some(changes.too_late)} are known as of a later day "
            "already. Load older sets first, or give the day with --valid-on."
        )
    return changes


def _some(codes: Sequence[str]) -> str:
    """Return a few of the codes in words."""
    more = f" and {len(codes) - 5:,} more" if len(codes) > 5 else ""
    return ", ".join(sorted(codes)[:5]) + more


def _current() -> Iterator[Generation]:
    for row in Area.objects.filter(valid_to__isnull=True).order_by().values(*_FIELDS).iterator():
        *above, _ = row["path"].rstrip(rules.SEPARATOR).split(rules.SEPARATOR)
        # PostgreSQL gives a view of its memory.
        row["geometry"] = bytes(row["geometry"]) if row["geometry"] is not None else None
        yield Generation(**row, parent=above[-1] if above else None)


def _apply(changes: Changes, day: date) -> None:
    """Write the changes, the ends first: a code has one generation in force at every moment."""
    update(Area, ("valid_to",), ((day, one.id) for one in changes.closed.values()))
    insert(Area, _COLUMNS, (_values(one, _COLUMNS) for one in changes.opened.values()))
    update(Area, _CORRECTED, (_values(one, (*_CORRECTED, "id")) for one in changes.corrected.values()))
    update(Area, ("parent_id",), ((one.parent_id, one.id) for one in changes.relinked.values()))
    _remove(changes.removed.values())


def _values(one: Generation, columns: Sequence[str]) -> list[object]:
    new = {"origin": this_node(), "valid_to": None}
    return [new[name] if name in new else getattr(one, name) for name in columns]


def _remove(areas: Iterable[Generation]) -> None:
    """Remove areas that came in and went on the same day, the lowest first."""
    for one in sorted(areas, key=lambda one: -one.level):
        try:
            Area.objects.get(pk=one.id).delete()
        except ProtectedError as problem:
            raise InputError(
                f"Area {one.code} began on the very day from which this set holds, and is not in it; but "
                "something lies there already. Give a later day with --valid-on."
            ) from problem


def _says_something(changes: Changes) -> bool:
    return any((changes.opened, changes.corrected, changes.closed, changes.removed, changes.relinked))


def _record(by: Actor, changes: Changes, files: Sequence[Path]) -> None:
    record(
        at=by.now,
        actor_id=by.user_id,
        role=",".join(sorted(by.roles()))[:32],
        verb=Verb.IMPORT,
        data_class=DataClass.REFERENCE,
        subject="areas",
        reason=(
            f"{len(changes.opened)} opened, {len(changes.closed)} closed, {len(changes.corrected)} corrected"
            f": {', '.join(file.name for file in files)}"
        )[:300],
    )

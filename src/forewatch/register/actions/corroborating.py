"""What somebody knows indirectly counts once another root says the same (access protocol 3.5, part A.7).

A copy has the root of what it was copied from, so that circular reports corroborate nothing. Of statements
that come by the file, `bulk.confirming` does the same.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q

from forewatch.access.decisions import Actor
from forewatch.lib.ids import new_id
from forewatch.register.models import Conditions, Confirmation, Event, Record, Reliability, Source
from forewatch.register.queries.confirmations import resting_on
from forewatch.register.rules.sources import (
    CHECKED,
    CONFIRMING,
    CORROBORATED,
    SAME_HAPPENING,
    TOGETHER,
    UNCORROBORATED,
    agreed,
    corroborates,
)


def corroborate(written: Record) -> Record | None:
    """Note which uncorroborated statement a new one confirms.

    Where the new one is uncorroborated too, what both say is written down as known and corroborated, with the
    source of the older one and its day. Both stay as they are. Returns that record, or None.
    """
    if written.grade not in CONFIRMING or written.source.has_no_weight:
        return None
    for older in _others(written):
        same = agreed(written.values, older.values)
        if same and corroborates(_witness(older), _witness(written)):
            made = _known(written, older, same) if written.grade == UNCORROBORATED else None
            Confirmation.objects.create(older=older, newer=written, made=made)
            return made
    return None


def confirmed_by(told: Event) -> Event | None:
    """Return the event that one confirms which is not written yet: of those first told, none that confirms.

    All who confirm one event name the same, so that it counts once however many tell of it.
    """
    if told.grade != UNCORROBORATED or told.source.has_no_weight:
        return None
    day = told.occurred_on
    near = Q(occurred_on__gte=day - SAME_HAPPENING, occurred_on__lte=day + SAME_HAPPENING)
    standing = Event.objects.filter(taken_back__isnull=True)
    rows = standing.filter(_about(told), near, event=told.event, grade=UNCORROBORATED)
    # What one confirmed may have been taken out, or back: then it is a first report itself.
    confirmed = standing.filter(pk=OuterRef("confirms_id"))
    rows = rows.filter(~Exists(confirmed)).exclude(source__reliability=Reliability.UNRELIABLE)
    first = rows.select_related("source").order_by("received_at", "pk")
    return next((one for one in first if corroborates(_witness(one), _witness(told))), None)


def put_under(record: Record, words: str, audience: str) -> None:
    """Write down under which conditions a statement came."""
    Conditions.objects.create(record=record, words=words, audience=audience)


def correct(written: Record) -> None:
    """Follow a correction: what rested on the old words rests on the new ones, as far as they still say it.

    A correction by whoever checked it confirms what it repeats.
    """
    old = written.supersedes
    assert old is not None  # whoever calls this has corrected one
    for one in resting_on([old.pk]):
        assert one.made is not None  # `resting_on` gives no other
        still = agreed(one.made.values, written.values)
        if still != one.made.values:
            _say_again(one.made, still, written)
    if old.grade == UNCORROBORATED and written.grade in CHECKED and agreed(old.values, written.values):
        Confirmation.objects.create(older=old, newer=written)
    elif written.grade == UNCORROBORATED:
        corroborate(written)


def without(source: Source, by: Actor) -> None:
    """Take back what is known only because a source, which turned out not to be reliable, said the same.

    What it said first goes with the weight of the source itself.
    """
    made = Confirmation.objects.filter(made__isnull=False, made__superseded_by__isnull=True)
    for one in made.filter(newer__source=source).select_related("made__source"):
        assert one.made is not None  # as the filter says
        Record.objects.create(**_like(one.made), **_received(by), supersedes=one.made, values={})


def _others(written: Record) -> list[Record]:
    near = Q(observed_on__gte=written.observed_on - TOGETHER, observed_on__lte=written.observed_on + TOGETHER)
    rows = Record.objects.filter(
        _about(written), near, grade=UNCORROBORATED, superseded_by__isnull=True
    ).exclude(source__reliability=Reliability.UNRELIABLE)
    return list(rows.exclude(pk=written.pk).select_related("source").order_by("-observed_on", "-pk"))


def _about(told: Record | Event) -> Q:
    return Q(level=told.level, person=told.person, household=told.household, area=told.area)


def _witness(told: Record | Event) -> tuple[str, bool]:
    return told.root or told.source.code, told.source.is_interested


def _known(written: Record, older: Record, same: dict[str, object]) -> Record:
    day = min(written.observed_on, older.observed_on)
    made = _say(written, older, day, same)
    # Known by two, it is under the conditions of either.
    strictest = Conditions.objects.filter(record__in=[older, written]).order_by("-audience").first()
    if strictest:
        put_under(made, strictest.words, strictest.audience)
    return made


def _say_again(made: Record, still: dict[str, object], written: Record) -> Record:
    return _say(written, made, made.observed_on, still, supersedes=made)


def _say(
    written: Record, like: Record, day: date, values: dict[str, object], supersedes: Record | None = None
) -> Record:
    received = {name: getattr(written, name) for name in ("received_on", "received_at", "made_by")}
    said = _like(like) | {"observed_on": day}
    return Record.objects.create(**said, **received, supersedes=supersedes, values=values)


def _like(record: Record) -> dict[str, Any]:
    """Return what a statement that is made of others shares with one of them."""
    shared = ("level", "person", "household", "area", "source", "root", "observed_on")
    copied = {name: getattr(record, name) for name in shared}
    return {"id": new_id(), "grade": CORROBORATED, **copied}


def _received(by: Actor) -> dict[str, Any]:
    return {"received_on": by.today, "received_at": by.now, "made_by_id": by.user_id}

"""Noticing that whoever shows names may be related to the people: it closes nothing, others look again."""

from __future__ import annotations

from collections.abc import Iterable

from forewatch.access.actions import village_key
from forewatch.access.models import User
from forewatch.audit.actions import record
from forewatch.audit.models import Event
from forewatch.register.permissions import codes_of
from forewatch.register.rules.names import family_of

FLAGGED = "flag"
"""The verb under which it stands in the trail; its subject is the event of the reveal."""


def flag_if_related(user: User, reveal: Event, shown: Iterable[tuple[str, str]]) -> bool:
    """Tell whether a user bears the family name of somebody shown, in the village where they live themselves.

    Then it is written down beside the reveal, so that others look again. `shown` are paths of areas with
    the key of a family name there. While nobody said where the user lives, it may be any village; one word
    is no family name.
    """
    mine = family_of(user.name)
    theirs = (path for path, family in shown if mine and family == mine)
    related = any(_may_live(user, path) for path in theirs)
    if related:
        _note(reveal)
    return related


def _may_live(user: User, path: str) -> bool:
    return user.village_key is None or bytes(user.village_key) in map(village_key, codes_of(path))


def _note(reveal: Event) -> None:
    record(
        at=reveal.at,
        actor_id=reveal.actor_id,
        role=reveal.role,
        grant_id=reveal.grant_id,
        verb=FLAGGED,
        data_class=reveal.data_class,
        area_code=reveal.area_code,
        subject="reveal",
        subject_id=reveal.pk,
        request_id=reveal.request_id,
    )

"""Who is kept away from a household, as those who assign it see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from forewatch.access.decisions import Actor
from forewatch.access.models import User
from forewatch.access.queries import users_with
from forewatch.access.rules import Role
from forewatch.register.models import ConflictOfInterest, Household
from forewatch.register.visibility import lives_in

Ground = ConflictOfInterest.Ground
READERS = (
    Role.ANALYST, Role.ENUMERATOR, Role.DISTRICT_OFFICER, Role.DISTRICT_SUPERVISOR, Role.PROVINCIAL_LEAD,
    Role.SOCIAL_WORKER, Role.ADVOCATE,
)  # fmt: skip
"""Roles that read anything about people."""


@dataclass(frozen=True)
class KeptAway:
    """A user who is kept away from a household, and why."""

    user: User
    ground: str
    named: bool
    """Whether the person does not want them to know."""


def who_is_kept_away(household: Household) -> Sequence[KeptAway]:
    """Return who is kept away from the people who live in a household, each once."""
    rows = ConflictOfInterest.objects.filter(lives_in(household.pk), ended_at__isnull=True)
    # Of each user one, and whom anybody named as named.
    ordered = sorted(rows.select_related("user__organisation"), key=lambda one: one.ground == Ground.NAMED)
    each = {one.user_id: one for one in ordered}
    return [KeptAway(one.user, one.get_ground_display(), one.ground == Ground.NAMED) for one in each.values()]


def colleagues(actor: Actor) -> QuerySet[User]:
    """Return the users who can read about people today, and so may have to be kept away."""
    return users_with(READERS, actor.today)

"""Who reads exact figures where; everybody else reads released ones."""

from __future__ import annotations

from dataclasses import dataclass

from forewatch.access.decisions import Actor, Decision, Target, check, decide, scopes
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.places.models import Area


def reads_exactly(actor: Actor, area: Area) -> bool:
    """Tell whether the actor reads exact figures of an area."""
    target = Target(areas=area.codes())
    return decide(actor, Verb.READ, DataClass.AGGREGATE, Purpose.PREVENT, target).allowed


def own_areas(actor: Actor) -> list[str]:
    """Return the codes of the areas of which the actor reads exact figures; an empty code is everywhere."""
    return [grant.area_code for grant, _ in scopes(actor, Verb.READ, DataClass.AGGREGATE, Purpose.PREVENT)]


@dataclass(frozen=True)
class Allowed:
    """By which decision and for what somebody takes figures of which class away."""

    decision: Decision
    data_class: DataClass
    purpose: Purpose


def check_can_export(actor: Actor, area: Area, *, exact: bool) -> Allowed:
    """Return by which grant the actor takes a report of an area away: whoever reads figures may.

    Raises Refused.
    """
    data_class = DataClass.AGGREGATE if exact else DataClass.RELEASED
    purposes = [Purpose.PREVENT] if exact else list(Purpose)
    target = Target(areas=area.codes())
    allowed = [one for one in purposes if decide(actor, Verb.READ, data_class, one, target).allowed]
    purpose = allowed[0] if allowed else Purpose.PREVENT
    return Allowed(check(actor, Verb.READ, data_class, purpose, target), data_class, purpose)

"""Who reads exact figures where; everybody else reads released ones."""

from __future__ import annotations

from forewatch.access.decisions import Actor, Target, decide, scopes
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.places.models import Area


def reads_exactly(actor: Actor, area: Area) -> bool:
    """Tell whether the actor reads exact figures of an area."""
    target = Target(areas=area.codes())
    return decide(actor, Verb.READ, DataClass.AGGREGATE, Purpose.PREVENT, target).allowed


def own_areas(actor: Actor) -> list[str]:
    """Return the codes of the areas of which the actor reads exact figures; an empty code is everywhere."""
    return [grant.area_code for grant, _ in scopes(actor, Verb.READ, DataClass.AGGREGATE, Purpose.PREVENT)]

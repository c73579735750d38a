"""Which colleagues somebody may look at, vouch for or hand over: all, or those of the area."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from forewatch.access.decisions import Actor, decide, scopes
from forewatch.access.models import Grant, User
from forewatch.access.rules import DataClass, Purpose, Scope, Verb
from forewatch.places.queries import current
from forewatch.ui.problems import NotFound


def may(actor: Actor, verb: Verb) -> bool:
    """Tell whether the actor may do this to any account."""
    return any(decide(actor, verb, DataClass.ACCOUNT, purpose).allowed for purpose in Purpose)


def _codes(actor: Actor, verb: Verb) -> set[str] | None:
    """Return the codes of the areas whose people the actor reaches, or None for everybody."""
    found = [one for purpose in Purpose for one in scopes(actor, verb, DataClass.ACCOUNT, purpose)]
    if any(scope is Scope.EVERYWHERE or not grant.area_code for grant, scope in found):
        return None
    return {grant.area_code for grant, _scope in found}


def reached(actor: Actor, verb: Verb, users: Iterable[User]) -> list[User]:
    """Return those of the users whom the actor reaches: a lead, whose every role lies inside the area.

    So no lead ends what somebody does for another province; whoever has no role is left to the administrator.
    Those who work for every area, as the administrator does, are everybody's to know and to vouch for.
    """
    codes = _codes(actor, verb)
    if codes is None:
        return list(users)
    inside = set(current(codes).values_list("code", flat=True)) if codes else set()
    if codes and verb is not Verb.ASSIGN:
        inside.add("")
    return [user for user in users if _lies(user.grants.all(), inside)]


def _lies(grants: Iterable[Grant], inside: set[str]) -> bool:
    held = [one.area_code for one in grants if not one.waits]
    return bool(held) and all(code in inside for code in held)


def covered(actor: Actor, verb: Verb, codes: Collection[str]) -> set[str]:
    """Return those of some codes of areas that the actor's own reach covers; the empty one is every area."""
    mine = _codes(actor, verb)
    if mine is None:
        return set(codes)
    return set(current(mine).filter(code__in=codes).values_list("code", flat=True)) if mine else set()


def check_reached(actor: Actor, verb: Verb, user: User) -> None:
    """Raise NotFound unless the actor reaches the user."""
    if not reached(actor, verb, [user]):
        raise NotFound("")

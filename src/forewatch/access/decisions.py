"""The one decision that pages, exports, tiles and jobs ask: may this person do this, to that, now?"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from forewatch.access.rules import NEEDS_BASIS, POLICY, DataClass, Purpose, Role, Scope, Verb, serves


class Refused(Exception):  # noqa: N818  what a person is told
    """The decision was no; its words say why without saying what exists."""

    def __init__(self, words: str, data_class: DataClass, verb: Verb) -> None:
        super().__init__(words)
        self.data_class = data_class
        self.verb = verb


@dataclass(frozen=True)
class Granted:
    """A grant, as the decision needs it."""

    id: uuid.UUID
    role: Role
    area_code: str
    purposes: frozenset[Purpose]
    valid_from: date
    valid_to: date

    def holds_on(self, day: date) -> bool:
        """Tell whether the grant is in force on a day; its last day is not."""
        return self.valid_from <= day < self.valid_to


@dataclass(frozen=True)
class Actor:
    """Who asks: a user, what they were granted, and the moment of asking."""

    user_id: uuid.UUID
    grants: tuple[Granted, ...]
    now: datetime
    today: date
    request_id: uuid.UUID | None = None

    def roles(self) -> frozenset[Role]:
        """Return the roles in force today."""
        return frozenset(one.role for one in self.grants if one.holds_on(self.today))


@dataclass(frozen=True)
class Target:
    """What it is done to: where it is, who wrote it and when, and to whom it is assigned.

    `areas` are the codes of the area and of all above it, from the lowest up; empty when it is in none.
    Whoever is `kept_away` by a conflict of interest may do nothing to it, whatever they were granted.
    `opened_by` are those who opened it in an emergency that lasts; `said_no_to` are the purposes for which
    the person it is about wants nothing done, which only an emergency overrides.
    """

    areas: Sequence[str] = ()
    written_by: uuid.UUID | None = None
    written_at: datetime | None = None
    assigned_to: frozenset[uuid.UUID] = field(default_factory=frozenset)
    kept_away: frozenset[uuid.UUID] = field(default_factory=frozenset)
    opened_by: frozenset[uuid.UUID] = field(default_factory=frozenset)
    said_no_to: frozenset[Purpose] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Decision:
    """Yes or no, and by which grant and scope."""

    allowed: bool
    grant: Granted | None = None
    scope: Scope | None = None


NO = Decision(allowed=False)


def decide(
    actor: Actor,
    verb: Verb,
    data_class: DataClass,
    purpose: Purpose,
    target: Target | None = None,
) -> Decision:
    """Return the decision; what no grant allows is refused.

    Without a target the question is whether there is anything at all that the actor might do it to.
    """
    if target is not None and actor.user_id in target.kept_away:
        return NO
    if not serves(purpose, data_class, verb):
        return NO
    for grant in actor.grants:
        if not grant.holds_on(actor.today) or purpose not in grant.purposes:
            continue
        for scope in POLICY.get((grant.role, data_class, verb), ()):
            if target is None or (
                _has_basis(verb, purpose, scope, target) and _reaches(actor, grant, scope, target)
            ):
                return Decision(allowed=True, grant=grant, scope=scope)
    return NO


def _has_basis(verb: Verb, purpose: Purpose, scope: Scope, target: Target) -> bool:
    # In an emergency the interest is vital (access protocol 3.6), whatever was said before.
    return verb not in NEEDS_BASIS or purpose not in target.said_no_to or scope is Scope.BREAK_GLASS


def _reaches(actor: Actor, grant: Granted, scope: Scope, target: Target) -> bool:
    if scope in (Scope.EVERYWHERE, Scope.SECONDED):
        return True
    if scope is Scope.BREAK_GLASS:
        return actor.user_id in target.opened_by
    inside = not grant.area_code or grant.area_code in target.areas
    if scope is Scope.ASSIGNED:
        return inside and actor.user_id in target.assigned_to
    if scope is Scope.OWN:
        lasts = timedelta(hours=settings.TERMS.own_hours)
        fresh = target.written_at is not None and actor.now - target.written_at < lasts
        return inside and fresh and target.written_by == actor.user_id
    return inside


def check(
    actor: Actor, verb: Verb, data_class: DataClass, purpose: Purpose, target: Target | None = None
) -> Decision:
    """Return the decision when it is yes.

    Raises Refused when it is no.
    """
    decision = decide(actor, verb, data_class, purpose, target)
    if not decision.allowed:
        raise Refused(
            _("This is not open to your role here. Ask your supervisor if you need it."), data_class, verb
        )
    return decision


def scopes(actor: Actor, verb: Verb, data_class: DataClass, purpose: Purpose) -> list[tuple[Granted, Scope]]:
    """Return every grant and scope by which the actor may do it, for filtering lists by them."""
    if not serves(purpose, data_class, verb):
        return []
    return [
        (grant, scope)
        for grant in actor.grants
        if grant.holds_on(actor.today) and purpose in grant.purposes
        for scope in POLICY.get((grant.role, data_class, verb), ())
    ]

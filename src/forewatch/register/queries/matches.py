"""Who may be whom, for those who may decide it; and what was decided."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.audit.models import Event
from forewatch.register.models import MatchProposal, Merge, Person
from forewatch.register.queries.answers import Told, records_about, told
from forewatch.register.queries.households import age_of
from forewatch.register.queries.lists import PAGE, Page, page
from forewatch.register.rules.ids import read_id
from forewatch.register.visibility import closed_to, reach
from forewatch.ui.problems import NotFound


@dataclass(frozen=True)
class Side:
    """One of two persons, beside the other: only what need not be revealed."""

    person: Person
    age: int | None
    answers: Sequence[Told]
    closed: bool
    """They said no to everything for which the reader could read of them."""


@dataclass(frozen=True)
class Comparison:
    """A proposal with its two sides."""

    proposal: MatchProposal
    first: Side
    second: Side


def _open_to(actor: Actor, *ends: str, verb: Verb = Verb.MERGE) -> Q:
    """Return the condition that the actor may do so to both: their areas must cover the one and the other."""
    condition = Q()
    for end in ends:
        condition &= reach(actor, verb, DataClass.OBSERVATION, None, f"{end}__household__")
    return condition


def proposals(actor: Actor) -> QuerySet[MatchProposal]:
    """Return the proposals whose both persons the actor may merge."""
    found = MatchProposal.objects.filter(_open_to(actor, "first", "second"))
    return found.select_related("first__household__area", "second__household__area")


def to_decide(actor: Actor, after: str = "") -> Page[MatchProposal]:
    """Return a page of the open proposals, the oldest first."""
    found = proposals(actor).filter(status=MatchProposal.Status.OPEN)
    if after:
        found = found.filter(id__gt=read_id(after) or uuid.UUID(int=0))
    return page(list(found.order_by("id")[: PAGE + 1]), lambda one: str(one.pk))


def comparison(actor: Actor, row: uuid.UUID) -> Comparison:
    """Return a proposal with what is known of both.

    Raises NotFound.
    """
    found = proposals(actor).filter(pk=row).first()
    if found is None:
        raise NotFound("")
    return Comparison(found, _side(actor, found.first), _side(actor, found.second))


def merges(actor: Actor) -> list[Merge]:
    """Return the merges that hold and that the actor may undo, the newest first."""
    holds = Q(agreed_at__isnull=False, undone_at__isnull=True)
    found = Merge.objects.filter(_open_to(actor, "kept", "merged"), holds)
    return list(found.select_related("kept", "merged", "made_by").order_by("-made_at")[:PAGE])


def one_merge(actor: Actor, row: uuid.UUID) -> Merge:
    """Return a merge that holds.

    Raises NotFound.
    """
    found = Merge.objects.filter(_open_to(actor, "kept", "merged"), pk=row).select_related(
        "kept__household", "merged__household"
    )
    one = found.first()
    if one is None:
        raise NotFound("")
    return one


def merges_to_check(actor: Actor) -> list[Merge]:
    """Return the merges that wait: those to which the actor may agree, and their own; the oldest first."""
    mine = Q(made_by_id=actor.user_id) & _open_to(actor, "kept", "merged")
    others = ~Q(made_by_id=actor.user_id) & _open_to(actor, "kept", "merged", verb=Verb.SECOND)
    found = Merge.objects.filter(mine | others, agreed_at__isnull=True, undone_at__isnull=True)
    return list(
        found.select_related("kept__household__area", "merged__household__area", "made_by").order_by(
            "made_at"
        )
    )


@dataclass(frozen=True)
class Asked:
    """A merge that waits, with its two sides."""

    merge: Merge
    kept: Side
    merged: Side


def merge_to_check(actor: Actor, row: uuid.UUID) -> Asked:
    """Return a merge that waits.

    Raises NotFound.
    """
    for one in merges_to_check(actor):
        if one.pk == row:
            return Asked(one, _side(actor, one.kept), _side(actor, one.merged))
    raise NotFound("")


def _side(actor: Actor, person: Person) -> Side:
    closed = bool(closed_to(actor, [person.pk]))
    answers = () if closed else told(records_about(Q(person=person)))
    return Side(person, age_of(person, actor), answers, closed)


def readable(*sides: Side) -> list[Person]:
    """Return the people of whom something is read in a comparison."""
    return [one.person for one in sides if not one.closed]


def has_compared(actor: Actor, asked: Asked) -> bool:
    """Tell whether the actor has seen the two of a merge since it was asked for."""
    two = [one.pk for one in readable(asked.kept, asked.merged)]
    seen = Event.objects.filter(
        actor_id=actor.user_id,
        subject="person",
        subject_id__in=two,
        verb=Verb.READ,
        allowed=True,
        at__gte=asked.merge.made_at,
    )
    return seen.values("subject_id").distinct().count() == len(two)

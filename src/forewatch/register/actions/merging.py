"""Two rows found to be one person, and found not to be after all: nothing is lost either way.

Whoever merges with a colleague's check asks for it: the two stay two until somebody else agrees.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db import models, transaction
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.lib.ids import new_id
from forewatch.register.actions.noting import note
from forewatch.register.models import Consent, Household, MatchProposal, Merge, Person
from forewatch.register.permissions import Allowed, check_can, check_can_in, takes_a_check
from forewatch.register.rules.consents import For
from forewatch.register.sealed import seal_reason
from forewatch.register.signals import no_longer_shared
from forewatch.register.standing import refresh
from forewatch.register.visibility import about
from forewatch.ui.problems import Conflict, Problem

Status = MatchProposal.Status


@second_lock.opened("one person in two places")
@transaction.atomic
def merge(*, by: Actor, kept: Person, merged: Person, reason: str) -> Merge:
    """Let two rows be one person from now on: `kept`, whose household and place stand; or ask for it.

    Raises Refused unless the actor may merge in both places; Conflict when either was merged meanwhile, or
    somebody asks for the same already.
    """
    allowed = _allowed(by, Verb.MERGE, kept, merged)
    kept, merged = _two(kept, merged)
    if _asked().filter(kept__in=(kept, merged), merged__in=(kept, merged)).exists():
        raise Conflict(_("A colleague has asked for this merge already: look at it among those that wait."))
    alone = not takes_a_check(allowed)
    row, reason = new_id(), reason.strip()
    made = Merge.objects.create(
        id=row,
        kept=kept,
        merged=merged,
        sealed=seal_reason(Merge, row, reason),
        made_at=by.now,
        made_by_id=by.user_id,
        agreed_at=by.now if alone else None,
    )
    if alone:
        _become_one(kept, merged)
        _close_proposal(by, kept, merged, Status.SAME)
    else:
        _close_proposal(by, kept, merged, Status.ASKED, only=Status.OPEN)
    note(by, allowed, Verb.MERGE, DataClass.OBSERVATION, made, area_path=_path(kept), words=reason)
    return made


@second_lock.opened("one person in two places")
@transaction.atomic
def agree_to_merge(*, by: Actor, merge: Merge) -> None:
    """Let a merge that a colleague asked for hold, who must still be allowed to ask for it.

    Raises Refused; Problem for whoever asked; Conflict when it was decided, or either merged, meanwhile.
    """
    if merge.made_by_id == by.user_id:
        raise Problem(_("You asked for this merge: a colleague looks at it."))
    allowed = _allowed(by, Verb.SECOND, merge.kept, merge.merged)
    _allowed(actor_for(merge.made_by), Verb.MERGE, merge.kept, merge.merged)
    kept, merged = _two(merge.kept, merge.merged)
    if not _asked().filter(pk=merge.pk).update(agreed_at=by.now, agreed_by_id=by.user_id):
        raise Conflict(_("Somebody decided this meanwhile."))
    _become_one(kept, merged)
    _close_proposal(by, kept, merged, Status.SAME)
    note(by, allowed, Verb.SECOND, DataClass.OBSERVATION, merge, area_path=_path(kept), reason="agreed")


@second_lock.opened("one person in two places")
@transaction.atomic
def decline_merge(*, by: Actor, merge: Merge) -> None:
    """Let nothing come of a merge that waits; whoever asked for it may take it back so.

    Raises Refused, or Conflict when it was decided meanwhile.
    """
    verb = Verb.MERGE if merge.made_by_id == by.user_id else Verb.SECOND
    allowed = _allowed(by, verb, merge.kept, merge.merged)
    if not _asked().filter(pk=merge.pk).update(undone_at=by.now, undone_by_id=by.user_id):
        raise Conflict(_("Somebody decided this meanwhile."))
    _close_proposal(by, merge.kept, merge.merged, Status.OPEN, only=Status.ASKED)
    note(by, allowed, verb, DataClass.OBSERVATION, merge, area_path=_path(merge.kept), reason="declined")


@second_lock.opened("one person in two places")
@transaction.atomic
def undo_merge(*, by: Actor, merge: Merge) -> None:
    """Let the two be two again, as if they had never been merged.

    Raises Refused, Problem for whoever merges with a check, or Conflict when it was undone already.
    """
    allowed = _allowed(by, Verb.MERGE, merge.kept, merge.merged)
    if takes_a_check(allowed):
        raise Problem(_("Ask a colleague to undo it: what two agreed to, one does not part."))
    if not _live().filter(pk=merge.pk).update(undone_at=by.now, undone_by_id=by.user_id):
        raise Conflict(_("Somebody undid this meanwhile."))
    _point_anew([merge.merged_id, merge.kept_id])
    _close_proposal(by, merge.kept, merge.merged, Status.DIFFERENT)
    note(by, allowed, Verb.MERGE, DataClass.OBSERVATION, merge, area_path=_path(merge.kept), reason="undone")


@second_lock.opened("one person in two places")
@transaction.atomic
def keep_apart(*, by: Actor, proposal: MatchProposal) -> None:
    """Decide that the two of a proposal are two persons.

    Raises Refused, or Conflict when it was decided meanwhile.
    """
    allowed = _allowed(by, Verb.MERGE, proposal.first, proposal.second)
    changed = MatchProposal.objects.filter(pk=proposal.pk, status=Status.OPEN).update(
        status=Status.DIFFERENT, decided_at=by.now, decided_by_id=by.user_id
    )
    if not changed:
        raise Conflict(_("Somebody decided this meanwhile."))
    note(by, allowed, Verb.MERGE, DataClass.OBSERVATION, proposal, area_path=_path(proposal.first))


def _allowed(by: Actor, verb: Verb, first: Person, second: Person) -> Allowed:
    """Return the decision for both; where either takes a colleague's check, that one."""
    decided = [
        check_can(by, verb, DataClass.OBSERVATION, one.household)
        if one.household
        else check_can_in(by, verb, DataClass.OBSERVATION, None)
        for one in (first, second)
    ]
    return next((one for one in decided if takes_a_check(one)), decided[0])


def _two(kept: Person, merged: Person) -> tuple[Person, Person]:
    """Return the two, locked, as they are now. Raises Problem, or Conflict when either is somebody else's."""
    one, other = (Person.objects.select_for_update(of=("self",)).get(pk=row.pk) for row in (kept, merged))
    if one.pk == other.pk:
        raise Problem(_("This is one person already."))
    if one.merged_into_id or other.merged_into_id:
        raise Conflict(_("One of the two was merged with somebody meanwhile. Open them again."))
    return one, other


def _close_proposal(
    by: Actor, one: Person, other: Person, status: Status, only: Status | None = None
) -> None:
    """Set where the proposal of two stands, or leave it where it is not as `only` says."""
    first, second = sorted((one.pk, other.pk))
    found = MatchProposal.objects.filter(first=first, second=second)
    (found.filter(status=only) if only else found).update(
        status=status, decided_at=by.now, decided_by_id=by.user_id
    )


def _become_one(kept: Person, merged: Person) -> None:
    """Let two rows be one; whoever said no under one of them said it under both, of what has left too."""
    _point_anew([merged.pk])
    holding = Consent.objects.filter(about(kept), purpose=For.SHARE, ended_at__isnull=True)
    if holding.filter(agreed=False).exists():
        no_longer_shared.send(sender=Person, people=[kept.pk], still=frozenset())


def _point_anew(changed: Iterable[UUID]) -> None:
    """Set `merged_into` of these people, and of all merged into them, to whoever is kept in the end."""
    households: set[UUID] = set()
    waiting = list(changed)
    while waiting:
        row = waiting.pop()
        end = _end_of(row)
        Person.objects.filter(pk=row).update(merged_into=None if end == row else end)
        waiting += _live().filter(kept_id=row).values_list("merged_id", flat=True)
        people = Person.objects.filter(pk__in=(row, end), household__isnull=False)
        households |= set(people.values_list("household_id", flat=True))
    refresh(households)


def _end_of(row: UUID) -> UUID:
    kept = _live().filter(merged_id=row).values_list("kept_id", flat=True).first()
    return row if kept is None else _end_of(kept)


def _live() -> models.QuerySet[Merge]:
    return Merge.objects.filter(agreed_at__isnull=False, undone_at__isnull=True).order_by("id")


def _asked() -> models.QuerySet[Merge]:
    return Merge.objects.filter(agreed_at__isnull=True, undone_at__isnull=True)


def _path(person: Person) -> str:
    household: Household | None = person.household
    return household.area_path if household else ""

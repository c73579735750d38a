"""A correction that takes a colleague's check: handed over, agreed to or not, and nothing changes before."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.actors import actor_for
from forewatch.access.decisions import Actor
from forewatch.access.noting import note_listed
from forewatch.access.rules import DataClass, Verb
from forewatch.access.sealing import forget
from forewatch.lib.ids import new_id
from forewatch.register.actions.drafts import Typed, keep_draft
from forewatch.register.actions.households import change_household
from forewatch.register.actions.noting import again_if_raced, note
from forewatch.register.actions.relations import flag_if_related
from forewatch.register.actions.revealing import within_budget
from forewatch.register.actions.statements import check_stands, count_no_more, say_anew
from forewatch.register.entries import HouseholdEntry
from forewatch.register.models import Correction, Draft, Event, Household, Record
from forewatch.register.permissions import Allowed, can, check_can, codes_of
from forewatch.register.queries.reveals import opened_today
from forewatch.register.rules.answers import Value
from forewatch.register.sealed import open_correction, seal_correction
from forewatch.ui.problems import Conflict, Problem


@dataclass(frozen=True)
class SaidAnew:
    """What one record should have said."""

    values: Mapping[str, Value]
    grade: str
    observed_on: date


@transaction.atomic
def hand_over(
    *,
    by: Actor,
    typed: Typed,
    household: Household,
    version: int,
    record: Record | None = None,
    event: Event | None = None,
) -> Correction:
    """Hand what was typed to a colleague; what the actor handed over of the same before is taken back.

    Of an event, which is only taken back, nothing is typed.

    Raises Refused; Conflict for an event that was taken back already.
    """
    allowed = check_can(by, Verb.CORRECT, DataClass.OBSERVATION, household)
    if event is not None:
        check_stands(event)
    for old in Correction.objects.filter(
        household=household, record=record, event=event, asked_by_id=by.user_id, agreed__isnull=True
    ):
        _decide(by, old, agreed=False)
        _note(by, allowed, Verb.CORRECT, old, "taken back")
    row = new_id()
    made = Correction.objects.create(
        id=row,
        household=household,
        record=record,
        event=event,
        version=version,
        sealed=seal_correction(row, typed),
        asked_by_id=by.user_id,
        asked_at=by.now,
    )
    _note(by, allowed, Verb.CORRECT, made, "asked")
    return made


@transaction.atomic
def look_at(*, by: Actor, correction: Correction, people: Collection[UUID], names: Sequence[str]) -> None:
    """Write down that a colleague looks at a correction, and at whom it is about, for when they ask.

    One that says names, of which it takes the keys of the family names, counts as names shown singly.

    Raises Refused, and BudgetSpent when too many names were shown today.
    """
    allowed = _allowed(by, correction)
    path = correction.household.area_path
    note_listed(
        by,
        allowed.decision,
        Verb.READ,
        people,
        names=bool(names),
        area_code=next(iter(codes_of(path)), ""),
        purpose=allowed.purpose,
    )
    if not names:
        _note(by, allowed, Verb.READ, correction, "a correction to check")
        return
    allowed = check_can(by, Verb.REVEAL, DataClass.IDENTITY, correction.household)
    with within_budget(by, free=opened_today(by, correction.pk)) as me:
        event = note(
            by,
            allowed,
            Verb.REVEAL,
            DataClass.IDENTITY,
            correction,
            area_path=path,
            reason="a correction to check",
            identities=len(names),
        )
        flag_if_related(me, event, ((path, one) for one in names))


@again_if_raced
@transaction.atomic
def agree_to_page(*, by: Actor, correction: Correction, entry: HouseholdEntry) -> None:
    """Let a corrected page count, as whoever typed it would have saved it.

    Raises Refused; Conflict when it was decided, or the household changed, meanwhile.
    """
    allowed = _agreed(by, correction)
    change_household(
        by=_asker(by, correction), household=correction.household, version=correction.version, entry=entry
    )
    _note(by, allowed, Verb.SECOND, correction, "agreed")


@transaction.atomic
def agree_to_record(*, by: Actor, correction: Correction, record: Record, said: SaidAnew) -> None:
    """Let a corrected `record`, that of the correction, count.

    Raises Refused; Conflict when it was decided or corrected meanwhile.
    """
    allowed = _agreed(by, correction)
    say_anew(
        by=_asker(by, correction),
        record=record,
        values=said.values,
        grade=said.grade,
        observed_on=said.observed_on,
    )
    _note(by, allowed, Verb.SECOND, correction, "agreed")


@transaction.atomic
def agree_to_taking_back(*, by: Actor, correction: Correction, event: Event) -> None:
    """Let an `event`, that of the correction, count for nothing.

    Raises Refused; Conflict when it was decided or taken back meanwhile.
    """
    allowed = _agreed(by, correction)
    count_no_more(by=_asker(by, correction), event=event)
    _note(by, allowed, Verb.SECOND, correction, "agreed")


@transaction.atomic
def decline(*, by: Actor, correction: Correction, words: str) -> None:
    """Let nothing come of a correction; a page goes back to its writer as a draft, with the reason.

    Raises Refused, or Conflict when it was decided meanwhile.
    """
    allowed = _allowed(by, correction)
    asker = actor_for(correction.asked_by)
    typed = open_correction(correction.pk, bytes(correction.sealed or b""))
    _decide(by, correction, agreed=False, words=words)
    may = can(asker, Verb.CORRECT, DataClass.OBSERVATION, correction.household)
    if correction.is_of_the_page and may:
        # What they have typed since then is newer, and stays.
        with second_lock.opened("a correction that goes back to its writer"):
            if not Draft.objects.filter(user_id=asker.user_id, household=correction.household).exists():
                keep_draft(by=asker, typed=typed, household=correction.household)
    _note(by, allowed, Verb.SECOND, correction, "declined")


@transaction.atomic
def take_back(*, by: Actor, correction: Correction) -> None:
    """Withdraw a correction of one's own. Raises Conflict when it was decided meanwhile."""
    if correction.asked_by_id != by.user_id:
        raise Problem(_("Only whoever handed it over takes it back."))
    allowed = check_can(by, Verb.CORRECT, DataClass.OBSERVATION, correction.household)
    _decide(by, correction, agreed=False)
    _note(by, allowed, Verb.CORRECT, correction, "taken back")


def _agreed(by: Actor, correction: Correction) -> Allowed:
    allowed = _allowed(by, correction)
    _decide(by, correction, agreed=True)
    return allowed


def _allowed(by: Actor, correction: Correction) -> Allowed:
    if correction.asked_by_id == by.user_id:
        raise Problem(_("This is your own correction: a colleague looks at it."))
    return check_can(by, Verb.SECOND, DataClass.OBSERVATION, correction.household)


def _asker(by: Actor, correction: Correction) -> Actor:
    """Return who typed it, as they are today: a role that ended, or a conflict of interest, stops it.

    Raises Refused.
    """
    asker = replace(actor_for(correction.asked_by), request_id=by.request_id)
    check_can(asker, Verb.CORRECT, DataClass.OBSERVATION, correction.household)
    return asker


def _decide(by: Actor, correction: Correction, *, agreed: bool, words: str = "") -> None:
    changed = Correction.objects.filter(pk=correction.pk, agreed__isnull=True).update(
        agreed=agreed, decided_by_id=by.user_id, decided_at=by.now, words=words, sealed=None
    )
    if not changed:
        raise Conflict(_("Somebody decided this meanwhile."))
    forget([correction.pk])


def _note(by: Actor, allowed: Allowed, verb: Verb, correction: Correction, how: str) -> None:
    path = correction.household.area_path
    note(by, allowed, verb, DataClass.OBSERVATION, correction, area_path=path, reason=how)

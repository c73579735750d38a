"""Handing a concern in, and moving it across the desk."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access import second_lock
from forewatch.access.decisions import Actor, Decision, Target, check
from forewatch.access.noting import note
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.access.sealing import seal
from forewatch.audit.models import Event
from forewatch.intake.concerns.held import hold
from forewatch.intake.concerns.models import Concern
from forewatch.intake.concerns.queries import TABLE, Told, told
from forewatch.intake.concerns.rules import MOVES, Outcome, Seen, Status
from forewatch.lib.ids import new_id, new_receipt
from forewatch.places.models import Area
from forewatch.register.actions.relations import flag_if_related
from forewatch.register.actions.revealing import within_budget
from forewatch.register.queries.reveals import opened_today
from forewatch.register.rules.names import family_of
from forewatch.ui.problems import Conflict, Problem


@second_lock.opened("a receipt that was sent twice")
def hand_in(
    *,
    by: Actor,
    token: uuid.UUID,
    area: Area,
    seen: Sequence[Seen],
    who: str,
    where: str,
    words: str,
    urgent: bool,
    risky_visit: bool,
) -> str:
    """Keep a concern and return its receipt; the same form sent again gives the same receipt.

    The answer depends on nothing that is already known: not on the person, and not on other concerns.
    """
    decision = check(by, Verb.CREATE, DataClass.OBSERVATION, Purpose.PREVENT, Target(area.codes()))
    row = new_id()
    content = {
        "who": who,
        "where": where,
        "words": words,
        "seen": [one.value for one in seen],
        "risky_visit": risky_visit,
        "by": str(by.user_id),
    }
    if settings.LOCKED:
        return hold(by=by, token=token, area=area, urgent=urgent, content=content, decision=decision)
    with transaction.atomic():
        concern, made = Concern.objects.get_or_create(
            token=token,
            defaults={
                "id": row,
                "receipt": new_receipt(),
                "area": area,
                "area_path": area.path,
                "received_at": by.now,
                "urgent": urgent,
                "content": seal(content, table=TABLE, row=row),
            },
        )
        if made:
            _audit(by, decision, Verb.CREATE, concern)
    return concern.receipt


def open_concern(*, by: Actor, concern: Concern) -> Told:
    """Return what a concern says, and write down who read it.

    It counts among the names shown singly, once in a day; an urgent one does not wait. Raises Refused,
    BudgetSpent.
    """
    decision = check(by, Verb.REVEAL, DataClass.IDENTITY, Purpose.PREVENT, Target(concern.area.codes()))
    with within_budget(by, free=concern.urgent or opened_today(by, concern.pk)) as me:
        event, said = _audit(by, decision, Verb.REVEAL, concern, identities=1), told(concern)
        flag_if_related(me, event, [(concern.area.path, family_of(said.who))])
        return said


def move(*, by: Actor, concern: Concern, to: Status, outcome: Outcome | None = None) -> None:
    """Take a concern, give it back, or close it with its outcome.

    Raises Conflict when somebody else moved it meanwhile.
    """
    decision = check(by, Verb.CORRECT, DataClass.OBSERVATION, Purpose.PREVENT, Target(concern.area.codes()))
    if to is Status.CLOSED and outcome is None:
        raise Problem(_("Say how it ended before closing it."))
    with transaction.atomic():
        changed = Concern.objects.filter(pk=concern.pk, status=concern.status)
        if to not in MOVES[Status(concern.status)] or not changed.update(
            status=to,
            taken_by_id=None if to is Status.NEW else by.user_id,
            outcome=outcome or "",
            closed_at=by.now if to is Status.CLOSED else None,
        ):
            raise Conflict(_("A colleague has moved this concern meanwhile. Look at it again."))
        _audit(by, decision, Verb.CORRECT, concern, reason=to)


def _audit(
    by: Actor, decision: Decision, verb: Verb, concern: Concern, *, reason: str = "", identities: int = 0
) -> Event:
    return note(
        by,
        decision,
        verb,
        DataClass.IDENTITY if verb is Verb.REVEAL else DataClass.OBSERVATION,
        purpose=Purpose.PREVENT,
        area_code=concern.area.code,
        subject="concern",
        subject_id=concern.pk,
        reason=reason,
        identities=identities,
    )

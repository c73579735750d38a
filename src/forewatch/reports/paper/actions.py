"""Asking for a visit list, deciding on it, and printing: each with its audit row, in one transaction."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, Decision
from forewatch.access.noting import note, note_listed
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.reports.models import Printing, VisitList
from forewatch.reports.paper import permissions
from forewatch.reports.paper.naming import CODES_ONLY, Named, named
from forewatch.reports.paper.queries import asked_here, households_in, households_of, list_of
from forewatch.reports.paper.rules import MOST_HOUSEHOLDS, MOVES, State, state_on
from forewatch.reports.paper.visits import Content, content_of, due_in
from forewatch.ui.problems import Conflict, Problem


@dataclass(frozen=True)
class Stamp:
    """What a sheet says of its own printing."""

    id: uuid.UUID
    at: datetime
    language: str


DrawForm = Callable[[Stamp], bytes]
DrawList = Callable[[VisitList, Content, Named, Stamp], bytes]


def request_list(
    *, by: Actor, area: Area, purpose: Purpose, reason: str, with_names: bool, households: int
) -> VisitList:
    """Ask for a list of at most so many households, those that come first in the order.

    Raises Refused, and Problem when nobody there is to be visited.
    """
    decision = permissions.check_can_request(by, area, purpose, with_names=with_names)
    there = households_in(by, Verb.PRINT, purpose, area)
    content = due_in(asked_here(), there, by.today, min(households, MOST_HOUSEHOLDS), purpose)
    if not content.visits:
        raise Problem(_("Nobody in this area is to be visited outside the usual round."))
    with transaction.atomic():
        made = VisitList.objects.create(
            area=area,
            purpose=purpose,
            reason=reason,
            with_names=with_names,
            chosen=content.chosen(),
            left_out=content.left_out,
            requested_by_id=by.user_id,
            requested_at=by.now,
            expires_at=by.now + timedelta(days=settings.TERMS.list_days),
        )
        _audit(by, decision, Verb.CREATE, made)
    return made


def decide_on_list(*, by: Actor, list_id: uuid.UUID, approve: bool) -> VisitList:
    """Approve or refuse a list that somebody else asked for; approval holds for some days.

    Raises NotFound, Refused, and Conflict when it no longer waits.
    """
    with transaction.atomic():
        visit_list = _locked(by, list_id)
        decision = permissions.check_can_decide(by, visit_list)
        visit_list.state = _moved(visit_list, State.APPROVED if approve else State.REFUSED, by.now)
        visit_list.decided_by_id = by.user_id
        visit_list.decided_at = by.now
        visit_list.expires_at = by.now + timedelta(days=settings.TERMS.list_days)
        visit_list.save()
        _audit(by, decision, Verb.APPROVE, visit_list, reason=visit_list.state)
    return visit_list


def print_list(*, by: Actor, list_id: uuid.UUID, language: str, draw: DrawList) -> bytes:
    """Return an approved list as a sheet, written into the ledger before it leaves.

    Names are opened here and nowhere else, under the purpose that was approved: one decision for the whole
    list. Raises NotFound, Refused, and Conflict when it is not approved or has expired.
    """
    with transaction.atomic():
        visit_list = _locked(by, list_id)
        decision = permissions.check_can_print(by, visit_list)
        visit_list.state = _moved(visit_list, State.PRINTED, by.now)
        visit_list.save(update_fields=["state"])
        content = content_of(asked_here(), households_of(by, Verb.PRINT, visit_list), visit_list, by.today)
        names = named(content) if visit_list.with_names else CODES_ONLY
        stamp = Stamp(new_id(), by.now, language)
        sheet = draw(visit_list, content, names, stamp)
        _ledger(
            by,
            stamp,
            sheet,
            kind=Printing.Kind.VISIT_LIST,
            area=visit_list.area,
            purpose=visit_list.purpose,
            visit_list=visit_list,
            households=len(content.visits),
            people=content.people,
            identities=len(names.people),
        )
        _audit(by, decision, Verb.PRINT, visit_list)
        note_listed(
            by,
            decision,
            Verb.PRINT,
            content.ids(),
            names=visit_list.with_names,
            area_code=visit_list.area.code,
            purpose=Purpose(visit_list.purpose),
        )
        if visit_list.with_names:
            _audit(by, decision, Verb.REVEAL, visit_list, DataClass.IDENTITY, identities=len(names.people))
    return sheet


def print_form(*, by: Actor, kind: Printing.Kind, area: Area | None, language: str, draw: DrawForm) -> bytes:
    """Return a blank form as a sheet, written into the ledger; it is about nobody, whatever place it names.

    Raises Refused.
    """
    decision = permissions.check_can_print_forms(by)
    with transaction.atomic():
        stamp = Stamp(new_id(), by.now, language)
        sheet = draw(stamp)
        made = _ledger(by, stamp, sheet, kind=kind, area=area)
        note(
            by, decision, Verb.PRINT, DataClass.REFERENCE, area_code=area.code if area else "",
            subject="printing", subject_id=made.pk,
        )  # fmt: skip
    return sheet


def _locked(by: Actor, list_id: uuid.UUID) -> VisitList:
    """Return a list, locked until the transaction ends; what the actor may not see is not there."""
    list_of(by, list_id)
    return (
        VisitList.objects.select_related("area", "requested_by")
        .select_for_update(of=("self",))
        .get(pk=list_id)
    )


def _moved(visit_list: VisitList, to: State, now: datetime) -> State:
    state = state_on(State(visit_list.state), visit_list.expires_at, now)
    if to in MOVES[state]:
        return to
    raise Conflict(
        {
            State.REQUESTED: _("This list is not approved yet."),
            State.APPROVED: _("This list was approved already."),
            State.PRINTED: _("This list was printed already."),
            State.REFUSED: _("This list was refused. Ask for another one."),
            State.EXPIRED: _("This list has expired. Ask for another one."),
        }[state]
    )


def _ledger(by: Actor, stamp: Stamp, sheet: bytes, **of_what: object) -> Printing:
    made: Printing = Printing.objects.create(
        id=stamp.id,
        by_id=by.user_id,
        at=stamp.at,
        language=stamp.language,
        sha256=hashlib.sha256(sheet).hexdigest(),
        **of_what,
    )
    return made


def _audit(
    by: Actor,
    decision: Decision,
    verb: Verb,
    visit_list: VisitList,
    data_class: DataClass = DataClass.BAND,
    *,
    reason: str = "",
    identities: int = 0,
) -> None:
    note(
        by,
        decision,
        verb,
        data_class,
        purpose=Purpose(visit_list.purpose),
        area_code=visit_list.area.code,
        subject="visit_list",
        subject_id=visit_list.pk,
        reason=reason,
        identities=identities,
    )

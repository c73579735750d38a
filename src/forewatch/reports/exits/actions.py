"""Asking for something to leave, deciding on it, taking it, and what comes after; each with its audit row."""

from __future__ import annotations

import base64
import hashlib
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyrage
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, Decision
from forewatch.access.models import User
from forewatch.access.noting import note
from forewatch.access.rules import DataClass, Verb
from forewatch.access.sealing import CannotOpen, forget, seal, unseal
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.models import Canary, Person
from forewatch.register.permissions import purpose_for
from forewatch.reports.exits import content, permissions
from forewatch.reports.exits.leaving import end
from forewatch.reports.exits.models import Exit, Taking, Vote
from forewatch.reports.exits.queries import one_exit, state_of
from forewatch.reports.exits.rules import MOST_PEOPLE, VALID_FOR, Kind, State, may_move, settled
from forewatch.risk.queries import definition
from forewatch.risk.releases import publish
from forewatch.ui.problems import Conflict, Problem

TABLE = "exit"


@dataclass(frozen=True)
class Wish:
    """What somebody wants to hand over: of whom, to whom and where, to which key, by which right, why."""

    area: Area
    whom: str
    recipient: str
    country: str
    key: str
    basis: str
    reason: str
    with_names: bool


def request_exit(*, by: Actor, wish: Wish) -> Exit:
    """Make the file that shall leave, seal it, and ask for others' yes.

    Whoever did not agree to be handed over to that country is left out. Raises Refused; Problem when nobody
    is left, there are too many, or the key is none.
    """
    decision = permissions.check_can_request(by, wish.area, with_names=wish.with_names)
    recipient_of(wish.key)
    everybody = Person.objects.filter(content.about(wish.whom, by.today), merged_into__isnull=True)
    asked = everybody.visible_to(by, Verb.READ, DataClass.BAND).under(wish.area.code)
    agreed = asked.filter(pk__in=content.eligible(wish.area, wish.country).values("pk"))
    people = list(
        agreed.select_related("household__area", "assessment__run").order_by("code")[: MOST_PEOPLE + 1]
    )
    if not people:
        raise Problem(_("Nobody of these has agreed to be handed over to this country. Ask them first."))
    if len(people) > MOST_PEOPLE:
        raise Problem(
            _("These are more than %(most)s people. Choose a smaller area, or fewer.") % {"most": MOST_PEOPLE}
        )
    with transaction.atomic():
        return _made(by, decision, wish, people, asked.count() - len(people))


def _made(by: Actor, decision: Decision, wish: Wish, people: Sequence[Person], left_out: int) -> Exit:
    row, canary = new_id(), Canary.minted(by.now)
    rows = content.rows_of(people, with_names=wish.with_names)
    # Which row is nobody's must not be guessed from anything that is known.
    rows = content.with_canary(rows, canary.pk, by.today, random.SystemRandom())
    language = get_language() or "en"
    file = content.as_table(rows, definition(), language, by.today, with_names=wish.with_names)
    canary.exit_id = row
    canary.save()
    made = Exit.objects.create(
        id=row,
        kind=Kind.PEOPLE,
        area=wish.area,
        recipient=wish.recipient,
        country=wish.country,
        key=wish.key,
        basis=wish.basis,
        reason=wish.reason,
        with_names=wish.with_names,
        people=[str(one.pk) for one in people],
        left_out=left_out,
        sha256=hashlib.sha256(file).hexdigest(),
        size=len(file),
        content=seal(base64.b64encode(file).decode(), table=TABLE, row=row),
        requested_by_id=by.user_id,
        requested_at=by.now,
        expires_at=by.now + VALID_FOR,
    )
    _note(by, decision, Verb.CREATE, made, wish.reason)
    return made


def decide_on_exit(*, by: Actor, exit_id: uuid.UUID, agree: bool, sha256: str) -> State:
    """Say yes or no to bytes of which one was shown the fingerprint, and return where it stands then.

    Nobody learns what others decided before all have. Raises NotFound, Refused, and Conflict when it waits no
    longer or these are other bytes.
    """
    with transaction.atomic():
        found = _locked(by, exit_id)
        _check_move(found, State.APPROVED, by)
        decision = permissions.check_can_decide(by, found)
        if sha256 != found.sha256:
            raise Conflict(_("This is not what you were shown. Open the page again before you decide."))
        user = User.objects.get(pk=by.user_id)
        Vote.objects.create(
            exit=found,
            by=user,
            role=permissions.role_for(by, found, decision),
            organisation_id=user.organisation_id,
            agreed=agree,
            sha256=sha256,
            at=by.now,
        )
        needed = permissions.need_of(found)
        to = settled(needed, permissions.votes_of(found))
        if to is not None:
            _settle(found, to, by, needed.wait)
        _note(by, decision, Verb.APPROVE, found, "yes" if agree else "no")
    return State(found.state)


def _settle(found: Exit, to: State, by: Actor, wait: timedelta) -> None:
    found.state, found.decided_at = to, by.now
    if to is State.APPROVED:
        found.ready_at = by.now + wait
        found.expires_at = found.ready_at + VALID_FOR
    if found.kind == Kind.RELEASE:
        _settle_release(found, to)
    elif to is State.REFUSED:
        found.content = None
        forget([found.pk])
    found.save()


def _settle_release(found: Exit, to: State) -> None:
    """Let the figures of a month be read from a moment on; refused ones stay unread."""
    if to is State.APPROVED:
        assert found.release_id is not None and found.ready_at is not None  # noqa: PT018
        # It needs nobody to take it: it has left with the day from which it may be read.
        found.state = State.TAKEN
        publish(found.release_id, found.ready_at)


def take(*, by: Actor, exit_id: uuid.UUID) -> tuple[str, bytes]:
    """Return a file that was let out, encrypted to its recipient, and its name; the ledger has it before.

    Raises NotFound, Refused; Conflict before its time, after it, or when somebody on it has changed their
    mind since, which ends it; Problem when the bytes are not those that were let out.
    """
    with transaction.atomic():
        found = _locked(by, exit_id)
        decision = permissions.check_can_take(by, found)
        _check_move(found, State.TAKEN, by)
        if found.ready_at is None or by.now < found.ready_at:
            raise Conflict(_("It can be taken a day after it was let out, so that a mistake can be stopped."))
        if not _still_agreed(found):
            end(found)
            found.save()
            _note(by, decision, Verb.EXPORT, found, "ended: somebody on it has changed their mind")
            file = b""
        else:
            file = _encrypted(found)
            digest = hashlib.sha256(file).hexdigest()
            Taking.objects.create(exit=found, by_id=by.user_id, at=by.now, sha256=digest)
            found.state = State.TAKEN
            found.save(update_fields=["state"])
            identities = len(found.people) if found.with_names else 0
            _note(by, decision, Verb.EXPORT, found, found.recipient, identities)
    if not file:
        raise Conflict(
            _("Somebody in this file has said no, contests what is kept, or is gone. Ask for it anew.")
        )
    area = found.area.code if found.area else ""
    return f"forewatch-{area}-{found.requested_at:%Y-%m-%d}.csv.age", file


def _still_agreed(found: Exit) -> bool:
    assert found.area is not None
    now = content.eligible(found.area, found.country).filter(pk__in=found.people).count()
    return now == len(found.people)


def _encrypted(found: Exit) -> bytes:
    try:
        sealed = bytes(found.content or b"")
        file = base64.b64decode(unseal(sealed, table=TABLE, row=found.pk))
    except CannotOpen:
        file = b""
    if hashlib.sha256(file).hexdigest() != found.sha256:
        raise Problem(_("These are not the bytes that were let out. Nothing has left; ask for it anew."))
    encrypted: bytes = pyrage.encrypt(file, [recipient_of(found.key)])
    return encrypted


def recipient_of(key: str) -> pyrage.x25519.Recipient:
    """Return a public key of age. Raises Problem when it is none."""
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise Problem(
            _("This is no public key of age. The recipient makes one with age-keygen; it begins with age1.")
        ) from None


@transaction.atomic
def review_exit(*, by: Actor, exit_id: uuid.UUID, held: bool) -> None:
    """Say, as somebody outside, whether it was right to let this out. Raises NotFound, Refused, Conflict."""
    found = _locked(by, exit_id)
    if found.state != State.TAKEN or found.reviewed_at:
        raise Conflict(_("There is nothing to look at now."))
    decision = permissions.check_can_review(by, found)
    found.reviewed_by_id, found.reviewed_at, found.held = by.user_id, by.now, held
    found.save(update_fields=["reviewed_by", "reviewed_at", "held"])
    _note(by, decision, Verb.APPROVE, found, "review: held" if held else "review: did not hold")


@transaction.atomic
def recall(*, by: Actor, exit_id: uuid.UUID) -> None:
    """Call back what has left: its recipient is to delete all copies. Raises NotFound, Refused, Conflict."""
    found = _locked(by, exit_id)
    decision = permissions.check_can_recall(by, found)
    _check_move(found, State.RECALLED, by)
    if found.kind == Kind.RELEASE:
        raise Conflict(_("What was read cannot be called back; corrections come with the next month."))
    found.state, found.recalled_by_id, found.recalled_at = State.RECALLED, by.user_id, by.now
    found.content = None
    forget([found.pk])
    found.save()
    _note(by, decision, Verb.APPROVE, found, "recalled")


@transaction.atomic
def told(*, by: Actor, exit_id: uuid.UUID) -> None:
    """Note that the recipient was told whose rows to delete. Raises NotFound, Refused."""
    found = _locked(by, exit_id)
    decision = permissions.check_can_recall(by, found)
    found.to_tell = []
    found.save(update_fields=["to_tell"])
    _note(by, decision, Verb.APPROVE, found, "recipient told whom to delete")


def sweep(now: datetime) -> int:
    """Drop the bytes of what is over, and return how many there were."""
    over = Exit.objects.filter(content__isnull=False, expires_at__lte=now)
    with transaction.atomic():
        ids = list(over.values_list("pk", flat=True))
        forget(ids)
        return Exit.objects.filter(pk__in=ids).update(content=None)


def _locked(by: Actor, exit_id: uuid.UUID) -> Exit:
    """Return one, locked until the transaction ends; what the actor may not see is not there."""
    one_exit(by, exit_id)
    rows = Exit.objects.select_related("area").select_for_update(of=("self",))
    return rows.get(pk=exit_id)


def _check_move(found: Exit, to: State, by: Actor) -> None:
    state = state_of(found, by.now)
    if may_move(state, to):
        return
    raise Conflict(
        {
            State.REQUESTED: _("This is not let out yet."),
            State.APPROVED: _("This was decided already."),
            State.REFUSED: _("This was refused. Ask for another one."),
            State.TAKEN: _("This has left already."),
            State.RECALLED: _("This was recalled."),
            State.EXPIRED: _("This has expired. Ask for another one."),
        }[state]
    )


def _note(by: Actor, decision: Decision, verb: Verb, found: Exit, reason: str, identities: int = 0) -> None:
    note(
        by,
        decision,
        verb,
        DataClass.EXIT,
        subject="exit",
        subject_id=found.pk,
        area_code=found.area.code if found.area else "",
        purpose=purpose_for(by, Verb.READ, DataClass.EXIT),
        reason=reason,
        identities=identities,
    )

"""Asking for something to leave, and deciding on it; each with its audit row."""

from __future__ import annotations

import base64
import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pyrage
from django.conf import settings
from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor, Decision, Refused
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Verb
from forewatch.access.sealing import forget, seal
from forewatch.lib.ids import new_id
from forewatch.places.models import Area
from forewatch.register.models import Canary, Person
from forewatch.reports.exits import content, permissions
from forewatch.reports.exits.models import Exit, Vote
from forewatch.reports.exits.rules import MOST_PEOPLE, Kind, State, settled
from forewatch.reports.exits.steps import check_move, locked, note_step
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
    prosecutes: bool
    """Whether the recipient is the police, immigration, or anybody else who prosecutes."""


def request_exit(*, by: Actor, wish: Wish) -> Exit:
    """Make the file that shall leave, seal it, and ask for others' yes.

    Whoever did not agree to be handed over to that country is left out, and nobody agrees to be handed over
    to the police: whoever asks for that is refused. Raises Refused; Problem when nobody is left, there are
    too many, or the key is none.
    """
    decision = permissions.check_can_request(by, wish.area, with_names=wish.with_names)
    if wish.prosecutes:
        words = _(
            "Everybody who agreed was told that nothing goes to the police, immigration or anybody else who "
            "prosecutes."
        )
        raise Refused(words, DataClass.EXIT, Verb.CREATE)
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
    made = Exit(
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
        size=len(file),
        content=seal(base64.b64encode(file).decode(), table=TABLE, row=row),
        requested_by_id=by.user_id,
        requested_at=by.now,
        expires_at=by.now + timedelta(days=settings.TERMS.exit_days),
    )
    made.sha256 = made.fingerprint(file)
    made.save()
    note_step(by, decision, Verb.CREATE, made)
    return made


def decide_on_exit(*, by: Actor, exit_id: uuid.UUID, agree: bool, sha256: str) -> State:
    """Say yes or no to what one was shown the fingerprint of, and return where it stands then.

    Nobody learns what others decided before all have. Raises NotFound, Refused, and Conflict when it waits no
    longer or the fingerprint is another one.
    """
    with transaction.atomic():
        found = locked(by, exit_id)
        check_move(found, State.APPROVED, by)
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
            _settle(found, to, by, waits=needed.waits)
        note_step(by, decision, Verb.APPROVE, found, "yes" if agree else "no")
    return State(found.state)


def _settle(found: Exit, to: State, by: Actor, *, waits: bool) -> None:
    found.state, found.decided_at = to, by.now
    if to is State.APPROVED:
        found.ready_at = by.now + timedelta(hours=settings.TERMS.exit_wait_hours if waits else 0)
        found.expires_at = found.ready_at + timedelta(days=settings.TERMS.exit_days)
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


def recipient_of(key: str) -> pyrage.x25519.Recipient:
    """Return a public key of age. Raises Problem when it is none."""
    try:
        return pyrage.x25519.Recipient.from_str(key)
    except pyrage.RecipientError:
        raise Problem(
            _("This is no public key of age. The recipient makes one with age-keygen; it begins with age1.")
        ) from None

"""Taking what was let out: looked at once more, encrypted to its recipient, on record before it leaves."""

from __future__ import annotations

import base64
import hashlib
import uuid
from datetime import datetime

import pyrage
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.decisions import Actor
from forewatch.access.noting import note_listed
from forewatch.access.rules import DataClass, Verb
from forewatch.access.sealing import CannotOpen, forget, unseal
from forewatch.register.permissions import purpose_for
from forewatch.reports.exits import content, permissions
from forewatch.reports.exits.actions import TABLE, recipient_of
from forewatch.reports.exits.leaving import end
from forewatch.reports.exits.models import Exit, Taking
from forewatch.reports.exits.rules import State
from forewatch.reports.exits.steps import check_move, locked, note_step
from forewatch.ui.problems import Conflict, Problem


def take(*, by: Actor, exit_id: uuid.UUID) -> tuple[str, bytes]:
    """Return a file that was let out, encrypted to its recipient, and its name; the ledger has it before.

    Raises NotFound, Refused; Conflict before its time, after it, or when somebody on it has changed their
    mind since, which ends it; Problem when it is not what was let out.
    """
    with transaction.atomic():
        found = locked(by, exit_id)
        decision = permissions.check_can_take(by, found)
        check_move(found, State.TAKEN, by)
        _check_time(found, by.now)
        if not _still_agreed(found):
            end(found)
            found.save()
            note_step(by, decision, Verb.EXPORT, found, "ended: somebody on it has changed their mind")
            file = b""
        else:
            file = _encrypted(found)
            digest = hashlib.sha256(file).hexdigest()
            Taking.objects.create(exit=found, by_id=by.user_id, at=by.now, sha256=digest)
            found.state = State.TAKEN
            found.save(update_fields=["state"])
            identities = len(found.people) if found.with_names else 0
            note_step(by, decision, Verb.EXPORT, found, found.recipient, identities)
            note_listed(
                by,
                decision,
                Verb.EXPORT,
                map(uuid.UUID, found.people),
                names=found.with_names,
                area_code=found.area.code if found.area else "",
                purpose=purpose_for(by, Verb.READ, DataClass.EXIT),
            )
    if not file:
        raise Conflict(
            _("Somebody in this file has said no, contests what is kept, or is gone. Ask for it anew.")
        )
    area = found.area.code if found.area else ""
    return f"forewatch-{area}-{found.requested_at:%Y-%m-%d}.csv.age", file


def _check_time(found: Exit, now: datetime) -> None:
    if found.ready_at is None or now < found.ready_at:
        raise Conflict(
            _("It can be taken %(hours)s hours after it was let out, so that a mistake can be stopped.")
            % {"hours": settings.TERMS.exit_wait_hours}
        )
    if now >= found.expires_at:
        raise Conflict(_("This has expired. Ask for another one."))


def _still_agreed(found: Exit) -> bool:
    assert found.area is not None
    if found.content is None:
        return False  # somebody was struck off it, and `people` tells only who is left
    now = content.eligible(found.area, found.country).filter(pk__in=found.people).count()
    return now == len(found.people)


def _encrypted(found: Exit) -> bytes:
    try:
        sealed = bytes(found.content or b"")
        file = base64.b64decode(unseal(sealed, table=TABLE, row=found.pk))
    except CannotOpen:
        file = b""
    decided_on = {found.sha256, *found.votes.values_list("sha256", flat=True)}
    if decided_on != {found.fingerprint(file)}:
        raise Problem(
            _(
                "This is not what was let out: the file, its recipient, their key or what it is for was "
                "changed since. Nothing has left; tell the data protection officer, and ask for it anew."
            )
        )
    encrypted: bytes = pyrage.encrypt(file, [recipient_of(found.key)])
    return encrypted


def sweep(now: datetime) -> int:
    """Drop the bytes of what is over, and return how many there were."""
    over = Exit.objects.filter(content__isnull=False, expires_at__lte=now)
    with transaction.atomic():
        ids = list(over.values_list("pk", flat=True))
        forget(ids)
        return Exit.objects.filter(pk__in=ids).update(content=None)

"""Giving and ending keys, and taking in what a key hands in."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.actions import grant
from forewatch.access.decisions import Actor, check
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Purpose, Role, Verb
from forewatch.api import rules
from forewatch.api.models import Key, Submission
from forewatch.audit.actions import record
from forewatch.intake import actions as intake
from forewatch.intake import jobs
from forewatch.places.models import Area
from forewatch.register.models import Source
from forewatch.ui.problems import Conflict, Problem


class TooMany(Problem):
    """More was handed in than an hour allows."""

    status = 429


def give_key(*, by: Actor, source: Source, area: Area, until: date) -> tuple[Key, str]:
    """Make a key for the program of a source's agency; return it with its secret, which is kept nowhere.

    Raises Refused, and Problem when it would hold for more than a year.
    """
    check(by, Verb.CREATE, DataClass.ACCOUNT, Purpose.SUPPORT)
    secret = rules.KEY_PREFIX + secrets.token_urlsafe(rules.KEY_BYTES)
    giver = User.objects.get(pk=by.user_id)
    with transaction.atomic():
        account = User.objects.create_user(
            f"key-{secrets.token_hex(6)}", None, name=source.name[:120], organisation=source.agency
        )
        grant(
            user=account,
            role=Role.AGENCY,
            area_code=area.code,
            valid_from=by.today,
            valid_to=until,
            now=by.now,
            by=giver,
        )
        key = Key.objects.create(
            source=source, account=account, digest=rules.digest(secret), made_at=by.now, made_by=giver
        )
        _note(by, Verb.CREATE, key, "given")
    return key, secret


def end_key(*, by: Actor, key: Key) -> None:
    """End a key at once; what it handed in stays where it is.

    Raises Refused, and Conflict when it has ended already.
    """
    check(by, Verb.CORRECT, DataClass.ACCOUNT, Purpose.SUPPORT)
    with transaction.atomic():
        ended = Key.objects.filter(pk=key.pk, ended_at__isnull=True).update(
            ended_at=by.now, ended_by_id=by.user_id
        )
        if not ended:
            raise Conflict(_("This key has ended already."))
        User.objects.filter(pk=key.account_id).update(is_active=False)
        _note(by, Verb.CORRECT, key, "ended")


def _note(by: Actor, verb: Verb, key: Key, reason: str) -> None:
    record(
        at=by.now,
        verb=verb,
        data_class=DataClass.ACCOUNT,
        actor_id=by.user_id,
        purpose=Purpose.SUPPORT,
        subject="key",
        subject_id=key.pk,
        reason=reason,
        request_id=by.request_id,
    )


def used(*, key: Key, on: date) -> None:
    """Remember the day on which a key was last used, so that idle ones can be ended."""
    if key.used_on != on:
        Key.objects.filter(pk=key.pk).update(used_on=on)


def submit(
    *, by: Actor, key: Key, idempotency_key: str, rows: Sequence[rules.Row], observed_on: date
) -> Submission:
    """Take rows in as a batch, exactly as a file of the same source; said again, it is the same submission.

    Raises Refused, Conflict when the same key came with other content, and TooMany.
    """
    fingerprint = rules.fingerprint(rules.canonical(rows, observed_on))
    with transaction.atomic():
        # One after the other: what is sent twice at once is one submission all the same.
        held = Key.objects.select_for_update(of=("self",)).select_related("source").get(pk=key.pk)
        before = held.submissions.filter(idempotency_key=idempotency_key).first()
        if before:
            return _same(before, fingerprint)
        _bounded(by, held)
        content = rules.as_csv(rows)
        upload, new = intake.receive(
            by=by,
            file=ContentFile(content),
            name=f"{held.source.code}-{observed_on}.csv",
            size=len(content),
            source=held.source,
            observed_on=observed_on,
        )
        if not new and upload.observed_on != observed_on:
            words = _(
                "These rows were received before, as observed on %(day)s. If they hold on another day too, "
                "write the day of each row into a column."
            )
            raise Conflict(words % {"day": upload.observed_on})
        if new:
            transaction.on_commit(lambda: jobs.task_work.enqueue(str(upload.id)))
        return Submission.objects.create(
            key=held,
            idempotency_key=idempotency_key,
            fingerprint=fingerprint,
            upload=upload,
            rows=len(rows),
            received_at=by.now,
        )


def _same(before: Submission, fingerprint: str) -> Submission:
    if before.fingerprint != fingerprint:
        raise Conflict(
            _("This Idempotency-Key came before with other content. Send what is new under a new key.")
        )
    return before


def _bounded(by: Actor, key: Key) -> None:
    lately = key.submissions.filter(received_at__gt=by.now - timedelta(hours=1)).count()
    if lately >= rules.SUBMISSIONS_AN_HOUR:
        words = _("This key has handed in %(count)s times within the hour. Wait, and send more rows at once.")
        raise TooMany(words % {"count": lately})

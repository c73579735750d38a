"""Concerns that come in while there are no keys: sealed to the inbox, and taken in once it opens."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import pyrage
from django.conf import settings
from django.db import transaction

from forewatch.access.decisions import Actor, Decision
from forewatch.access.noting import note
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.access.sealing import check_unlocked, seal
from forewatch.intake.concerns.models import Concern, HeldConcern
from forewatch.intake.concerns.queries import TABLE
from forewatch.lib.ids import new_id, new_receipt
from forewatch.places.models import Area


def hold(
    *, by: Actor, token: uuid.UUID, area: Area, urgent: bool, content: Mapping[str, Any], decision: Decision
) -> str:
    """Keep a concern that nobody here can read now, and return its receipt; sent again, the same.

    Raises Locked where the installation has no inbox.
    """
    if not settings.INBOX:
        check_unlocked()
    whole = {"area": str(area.pk), "urgent": urgent, "content": content}
    key = pyrage.x25519.Recipient.from_str(settings.INBOX)
    with transaction.atomic():
        held, made = HeldConcern.objects.get_or_create(
            token=token,
            defaults={
                "id": new_id(),
                "receipt": new_receipt(),
                "received_at": by.now,
                "sealed": pyrage.encrypt(json.dumps(whole).encode(), [key]),
            },
        )
        if made:
            note(
                by,
                decision,
                Verb.CREATE,
                DataClass.OBSERVATION,
                subject="concern",
                subject_id=held.pk,
                area_code=area.code,
                purpose=Purpose.PREVENT,
            )
    return held.receipt


def take_in() -> int:
    """Take in what came while there were no keys, under the receipts that were given, and return how many.

    What this inbox does not open stays, for the key that does.
    """
    if not settings.INBOX_KEY:
        return 0
    key, done = pyrage.x25519.Identity.from_str(settings.INBOX_KEY), 0
    for held in HeldConcern.objects.order_by("received_at", "id"):
        with suppress(pyrage.DecryptError), transaction.atomic():
            _take_in(held, json.loads(pyrage.decrypt(bytes(held.sealed), [key])))
            held.delete()
            done += 1
    return done


def _take_in(held: HeldConcern, whole: Mapping[str, Any]) -> None:
    area = Area.objects.get(pk=whole["area"])
    # Sent once more since there are keys, it is here already.
    Concern.objects.get_or_create(
        token=held.token,
        defaults={
            "id": held.pk,
            "receipt": held.receipt,
            "area": area,
            "area_path": area.path,
            "received_at": held.received_at,
            "urgent": whole["urgent"],
            "content": seal(whole["content"], table=TABLE, row=held.pk),
        },
    )

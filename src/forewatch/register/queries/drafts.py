"""One's own drafts."""

from __future__ import annotations

import uuid
from datetime import timedelta

from forewatch.access.decisions import Actor
from forewatch.register.models import Draft, Household
from forewatch.register.sealed import open_draft
from forewatch.ui.problems import NotFound

KEPT = timedelta(days=30)


def drafts(actor: Actor) -> list[Draft]:
    """Return the actor's drafts of the last 30 days, the newest first."""
    mine = Draft.objects.filter(user_id=actor.user_id, changed_at__gt=actor.now - KEPT)
    return list(mine.select_related("household").order_by("-changed_at"))


def one_draft(actor: Actor, row: uuid.UUID) -> Draft:
    """Return one of the actor's own drafts.

    Raises NotFound.
    """
    found = Draft.objects.filter(pk=row, user_id=actor.user_id).first()
    if found is None:
        raise NotFound("")
    return found


def draft_of(actor: Actor, household: Household) -> Draft | None:
    """Return the actor's draft of the page of a household."""
    return Draft.objects.filter(user_id=actor.user_id, household=household).first()


def typed_in(draft: Draft) -> dict[str, list[str]]:
    """Return what was typed."""
    return open_draft(draft.pk, bytes(draft.sealed))

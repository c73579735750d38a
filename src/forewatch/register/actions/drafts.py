"""What is typed and not handed in yet: kept as it is, for nobody but who typed it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db import transaction

from forewatch.access import second_lock
from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.lib.ids import new_id
from forewatch.register.models import Draft, Household
from forewatch.register.permissions import check_can, check_can_somewhere
from forewatch.register.sealed import seal_draft

Typed = Mapping[str, list[str]]


@transaction.atomic
def keep_draft(
    *, by: Actor, typed: Typed, household: Household | None = None, id: uuid.UUID | None = None
) -> Draft:
    """Keep what was typed into the page of a household, or of one that is new (`id` came with the page).

    Raises Refused.
    """
    if household:
        check_can(by, Verb.CORRECT, DataClass.OBSERVATION, household)
        draft = Draft.objects.filter(user_id=by.user_id, household=household).first()
    else:
        check_can_somewhere(by, Verb.CREATE, DataClass.IDENTITY)
        draft = Draft.objects.filter(user_id=by.user_id, household=None, pk=id or new_id()).first()
    row = draft.pk if draft else _free(id)
    values = {"sealed": seal_draft(row, typed), "changed_at": by.now}
    if draft:
        Draft.objects.filter(pk=row).update(**values)
        return draft
    return Draft.objects.create(id=row, user_id=by.user_id, household=household, **values)


@second_lock.opened("whether the id of a draft is taken")
def _free(id: uuid.UUID | None) -> uuid.UUID:
    """Return the id that came with the page, unless it is taken: then it came from somewhere else."""
    return new_id() if id is None or Draft.objects.filter(pk=id).exists() else id


@transaction.atomic
def drop_draft(*, by: Actor, draft: Draft) -> None:
    """Throw away one's own draft; anybody else's stays."""
    Draft.objects.filter(pk=draft.pk, user_id=by.user_id).delete()

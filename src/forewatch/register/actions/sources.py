"""The registry of sources."""

from __future__ import annotations

from django.db import transaction

from forewatch.access.decisions import Actor
from forewatch.access.rules import DataClass, Verb
from forewatch.register.actions.noting import note
from forewatch.register.models import Source
from forewatch.register.permissions import check_can_in


@transaction.atomic
def save_source(*, by: Actor, source: Source) -> Source:
    """Write a new source, or a corrected one.

    Raises Refused.
    """
    verb = Verb.CREATE if source._state.adding else Verb.CORRECT
    allowed = check_can_in(by, verb, DataClass.REFERENCE, None)
    source.save()
    note(by, allowed, verb, DataClass.REFERENCE, source)
    return source

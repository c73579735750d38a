"""What rests on which statements."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import Q, QuerySet

from forewatch.register.models import Confirmation


def resting_on(records: Collection[uuid.UUID]) -> QuerySet[Confirmation]:
    """Return what is in force because these records are its witnesses."""
    made = Confirmation.objects.filter(made__isnull=False, made__superseded_by__isnull=True)
    return made.filter(Q(older__in=records) | Q(newer__in=records)).select_related("made")

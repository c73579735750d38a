"""Codes of nobody: whoever looks one up has seen a file that left, or walks where they have no business."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from forewatch.access.models import Minted
from forewatch.access.rules import DataClass
from forewatch.lib.ids import new_id
from forewatch.register.models.people import Person
from forewatch.register.rules.codes import PERSON, code_for


class Canary(Minted):
    """Somebody made up: a row in a file that left (`exit_id`), or a person planted in the register."""

    code = models.CharField(max_length=16, unique=True)
    person = models.OneToOneField(Person, on_delete=models.CASCADE, null=True, related_name="canary")
    exit_id = models.UUIDField(null=True)
    made_at = models.DateTimeField()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.AUDIT

    @classmethod
    def minted(cls, now: datetime) -> Canary:
        """Return a canary with the code that belongs to its id, not yet saved."""
        row = new_id()
        return cls(id=row, code=code_for(PERSON, row), made_at=now)

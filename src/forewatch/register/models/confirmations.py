"""Which statement confirmed which: what a report was worth in the end."""

from __future__ import annotations

from django.db import models

from forewatch.access.models import Minted
from forewatch.access.rules import DataClass
from forewatch.register.models.statements import Record


class Confirmation(Minted):
    """A later statement of another root says what an uncorroborated one had said.

    Where neither counted alone, `made` is the record that states what both say, as known and corroborated; it
    goes when either witness goes.
    """

    older = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="confirmed_by")
    newer = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="confirms")
    made = models.OneToOneField(Record, on_delete=models.CASCADE, null=True, related_name="rests_on")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

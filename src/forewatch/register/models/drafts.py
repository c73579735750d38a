"""Pages half filled in: kept on the server, sealed, for the one who fills them in."""

from __future__ import annotations

from django.db import models

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.register.models.households import Household


class Draft(Minted):
    """What somebody has typed into the page of a household and not yet handed in; one for each household.

    `household` is empty for one that is not registered yet.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, null=True, related_name="+")
    sealed = models.BinaryField()
    changed_at = models.DateTimeField()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.IDENTITY

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "household"), name="draft_one_of_household"),)

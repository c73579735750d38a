"""Pages half filled in, for whoever fills them in, and those handed to a colleague to be checked: sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.register.models.households import Household
from forewatch.register.models.statements import Event, Record


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


class Correction(Minted):
    """What somebody typed who corrects with a colleague's check: it waits, and counts once agreed to.

    It corrects the page of a household in its `version`, or one `record` about somebody there, or takes one
    `event` back. What was typed is gone once it is decided; who asked, who decided and how stays.
    """

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, null=True, related_name="+")
    event = models.ForeignKey(Event, on_delete=models.CASCADE, null=True, related_name="+")
    version = models.PositiveIntegerField()
    sealed = models.BinaryField(null=True)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(null=True)
    words = models.CharField(max_length=300, blank=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION
        sealed = DataClass.IDENTITY

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(decided_by=F("asked_by"), agreed=True), name="correction_by_two"
            ),
        )
        indexes = (
            models.Index(fields=("household",), condition=Q(agreed__isnull=True), name="correction_waits"),
        )

    @property
    def is_of_the_page(self) -> bool:
        """Whether it corrects the page of a household, and no single record or event."""
        return self.record_id is None and self.event_id is None

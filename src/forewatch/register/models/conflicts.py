"""Who is kept away from whom: colleagues related to a person, or whom a person does not want to be told."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.register.models.people import Person


class ConflictOfInterest(Minted):
    """A user who sees and does nothing about a person and the household they live in, wherever that moves."""

    class Ground(models.TextChoices):
        """Why somebody is kept away."""

        RELATED = "related", _("related to them, or of their household")
        NAMED = "named", _("the person does not want them to know")
        OTHER = "other", _("another conflict of interest")

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="conflicts")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="conflicts")
    ground = models.CharField(_("why"), max_length=8, choices=Ground)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("user", "person"), condition=Q(ended_at__isnull=True), name="conflict_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True) | ~Q(ended_by=models.F("user")),
                name="conflict_not_ended_by_oneself",
            ),
        )

"""Households that somebody opened in an emergency, outside what they were granted."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.register.models.people import Person


class BreakGlass(Minted):
    """One person, opened by one user for some hours, and whether somebody else found that the reason held.

    Where it takes a second person, it ends never and opens nothing until they have agreed.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    incident = models.CharField(max_length=40)
    sealed = models.BinaryField(null=True, editable=False)
    """The reason: what somebody typed may name people."""
    made_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True)
    seconded_at = models.DateTimeField(null=True)
    seconded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    held = models.BooleanField(null=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION
        sealed = DataClass.IDENTITY

    class Meta:
        indexes = (models.Index(fields=("user", "ends_at"), name="break_glass_user"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True) | ~Q(reviewed_by=F("user")),
                name="break_glass_not_reviewed_by_oneself",
            ),
            models.CheckConstraint(condition=Q(made_at__lt=F("ends_at")), name="break_glass_ends"),
            models.CheckConstraint(
                condition=Q(seconded_by__isnull=True) | ~Q(seconded_by=F("user")),
                name="break_glass_not_seconded_by_oneself",
            ),
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True)
                | Q(seconded_by__isnull=True)
                | ~Q(reviewed_by=F("seconded_by")),
                name="break_glass_not_reviewed_by_the_second",
            ),
        )

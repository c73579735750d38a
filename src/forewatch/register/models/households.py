"""Households, where they live, and who looks after them."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.places.models import Area
from forewatch.register.visibility import Households


class Household(Minted):
    """People who live and eat together; a person alone is a household of one.

    What lists filter and sort by stands here too, kept in step by `standing.refresh`: where it lives now,
    how many it is, its youngest birth, who lacks papers, when it was last seen. The rows behind it decide.
    """

    code = models.CharField(_("household"), max_length=16, unique=True)
    version = models.PositiveIntegerField(default=1)
    """Grows with each change by hand, so that two people who edit at once notice each other."""
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    area_path = models.CharField(max_length=200, blank=True)
    members = models.PositiveSmallIntegerField(_("members"), default=0)
    youngest_born = models.DateField(null=True)
    without_papers = models.PositiveSmallIntegerField(_("members without papers"), default=0)
    last_seen_on = models.DateField(_("last seen"), null=True)
    batch_id = models.UUIDField(null=True, db_index=True, editable=False)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = Households.as_manager()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION
        youngest_born = DataClass.IDENTITY

    class Meta:
        indexes = (
            # Every list reads along this index: an area is a range of paths, a page goes on after a code,
            # and the filters are answered without touching the rows.
            models.Index(
                fields=(
                    "area_path",
                    "code",
                    "youngest_born",
                    "without_papers",
                    "last_seen_on",
                ),
                name="household_lists",
            ),
        )

    def __str__(self) -> str:
        return self.code


class Residence(Minted):
    """Where a household lives between two days; the exact address is sealed."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="residences")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True)
    address = models.BinaryField(null=True)
    """Sealed: hamlet, house number, how to find it."""
    batch_id = models.UUIDField(null=True, editable=False)
    ended_batch_id = models.UUIDField(null=True, editable=False)
    """The batches that opened and closed the interval, so that undoing one closes or opens it again."""

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION
        address = DataClass.IDENTITY

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("household",), condition=Q(valid_to__isnull=True), name="residence_one_current"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to")),
                name="residence_dates_in_order",
            ),
        )
        indexes = (
            models.Index(
                fields=("area", "household"), condition=Q(valid_to__isnull=True), name="residence_now"
            ),
        )


class Assignment(Minted):
    """A household given to somebody to look after, between two days; what "assigned" means in a decision."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="assignments")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

"""Grades of reports, each by one person who did not see the other's."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.intake.concerns.models import Concern
from forewatch.places.models import SEPARATOR
from forewatch.register.models import Audience, Grade, Handling, Record


class Grading(Minted):
    """One person's grade of one report: a concern, or a statement written by hand. Never changed.

    The first grade says whether chance has drawn the report for a second grader. `reliability` is how its
    source was graded at that moment, which neither grader sees.
    """

    concern = models.ForeignKey(Concern, on_delete=models.CASCADE, null=True, related_name="gradings")
    record = models.ForeignKey(Record, on_delete=models.CASCADE, null=True, related_name="gradings")
    area_path = models.CharField(max_length=200)
    turn = models.PositiveSmallIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(_("graded"))
    information = models.CharField(_("how the source knows"), max_length=1, choices=Grade)
    handling = models.CharField(_("handling"), max_length=1, choices=Handling)
    conditions = models.CharField(_("conditions"), max_length=300, blank=True)
    audience = models.CharField(_("who may read it"), max_length=8, choices=Audience)
    how_known = models.BinaryField(null=True)
    """Sealed: how the source knows it, in words that may give the source away; None where nobody said."""
    reliability = models.CharField(max_length=1, blank=True)
    drawn = models.BooleanField(default=False)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.GRADE
        how_known = DataClass.SOURCE

    class Meta:
        ordering = ("at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(concern__isnull=False, record__isnull=True)
                | Q(concern__isnull=True, record__isnull=False),
                name="grading_of_one",
            ),
            models.UniqueConstraint(fields=("concern", "turn"), name="concern_graded_once_a_turn"),
            models.UniqueConstraint(fields=("record", "turn"), name="record_graded_once_a_turn"),
        )
        indexes = (models.Index(fields=("area_path",), condition=Q(drawn=True), name="grading_drawn"),)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the area and of all above it, from the lowest up."""
        path = self.area_path.rstrip(SEPARATOR)
        return tuple(reversed(path.split(SEPARATOR))) if path else ()

"""Runs of the index, and the assessments they gave: answers to a question asked at a date."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted
from forewatch.access.rules import DataClass
from forewatch.places.models import Area
from forewatch.register.models import Household, Person


class Band(models.TextChoices):
    """What is said of people: when outreach is due, never what they are."""

    HIGH = "high", _("outreach now")
    MEDIUM = "medium", _("outreach soon")
    LOW = "low", _("outreach routine")
    NOT_ENOUGH_INFORMATION = "not_enough_information", _("go and ask")


class Run(Minted):
    """One answer of the engine: which definition, as of which day, from what was known by when."""

    definition = models.CharField(max_length=80)
    as_of = models.DateField(_("as of"))
    known_by = models.DateField(null=True)
    made_at = models.DateTimeField()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.REFERENCE

    class Meta:
        ordering = ("-as_of", "-id")


class Assessment(models.Model):
    """What a run said of one person, in basis points, with its bounds, its reasons and the day it expires."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="assessments")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="assessments")
    household = models.ForeignKey(Household, on_delete=models.SET_NULL, null=True, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    band = models.CharField(max_length=24, choices=Band)
    band_basis = models.CharField(max_length=12)
    index_bp = models.PositiveSmallIntegerField(null=True)
    index_lo_bp = models.PositiveSmallIntegerField(null=True)
    index_hi_bp = models.PositiveSmallIntegerField(null=True)
    coverage_bp = models.PositiveSmallIntegerField(null=True)
    scores = models.JSONField(default=dict)
    drivers = models.JSONField(default=list)
    act_now = models.JSONField(default=list)
    expires_on = models.DateField(null=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.BAND

    class Meta:
        constraints = (models.UniqueConstraint(fields=("run", "person"), name="assessment_once"),)
        indexes = (models.Index(fields=("run", "area", "band")),)

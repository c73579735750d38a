"""Concerns: where and when in clear, everything else sealed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.intake.concerns.rules import OUTCOME_LABELS, STATUS_LABELS, Status
from forewatch.places.models import Area


class HeldConcern(Minted):
    """A concern that was handed in while Forewatch was locked: sealed to its inbox until there are keys."""

    receipt = models.CharField(max_length=9, unique=True)
    token = models.UUIDField(unique=True)
    received_at = models.DateTimeField()
    sealed = models.BinaryField()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION
        sealed = DataClass.IDENTITY


class Concern(Minted):
    """What a volunteer handed in; whom it is about, what was seen and who told it are sealed.

    `token` comes with the form, so that sending it twice, as a bad line does, hands it in once.
    """

    receipt = models.CharField(_("receipt"), max_length=9, unique=True)
    token = models.UUIDField(unique=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    area_path = models.CharField(max_length=200, db_index=True)
    received_at = models.DateTimeField(_("received"))
    urgent = models.BooleanField(_("somebody is in danger now"), default=False)
    content = models.BinaryField()
    """Sealed: who, where to find them, what was seen, in which words, and who handed it in."""
    status = models.CharField(
        _("status"),
        max_length=8,
        choices=[(one.value, label) for one, label in STATUS_LABELS.items()],
        default=Status.NEW,
    )
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(
        _("outcome"),
        max_length=12,
        blank=True,
        choices=[(one.value, label) for one, label in OUTCOME_LABELS.items()],
    )
    closed_at = models.DateTimeField(null=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION
        content = DataClass.IDENTITY

    class Meta:
        ordering = ("-urgent", "received_at")
        indexes = (models.Index(fields=("status", "area_path")),)

"""What people agreed to and what they said no to: by which words, in which language, and on whose word."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.register.models.people import Person
from forewatch.register.rules.consents import NAMES


class Consent(Minted):
    """One yes or no of a person for one purpose; the one without an end holds, and older ones stay.

    `countries` are ISO 3166 codes with spaces between: where a handing over may go to.
    """

    class Ground(models.TextChoices):
        """On whose word, or by what right where nobody could be asked."""

        PERSON = "person", _("the person said so")
        GUARDIAN = "guardian", _("a parent or guardian said so")
        VITAL = "vital", _("a life is in danger and nobody can be asked")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="consents")
    purpose = models.CharField(
        _("for"), max_length=8, choices=[(one.value, name) for one, name in NAMES.items()]
    )
    agreed = models.BooleanField(_("agreed"))
    ground = models.CharField(_("on whose word"), max_length=8, choices=Ground)
    wording = models.CharField(_("wording"), max_length=16)
    language = models.CharField(_("read in"), max_length=8, choices=settings.LANGUAGES)
    countries = models.CharField(_("countries"), max_length=120, blank=True)
    said_on = models.DateField(_("day"))
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        ordering = ("-noted_at", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("person", "purpose"), condition=Q(ended_at__isnull=True), name="consent_holds_once"
            ),
        )
        # Lists ask who said no: few did, among millions.
        indexes = (
            models.Index(
                fields=("purpose", "person"),
                condition=Q(ended_at__isnull=True, agreed=False),
                name="consent_refused",
            ),
        )

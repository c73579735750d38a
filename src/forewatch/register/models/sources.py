"""Who says things, and under which agreement."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, Organisation
from forewatch.access.rules import DataClass


class Grade(models.TextChoices):
    """How a source knows what it says; only A, B and ungraded statements score."""

    A = "A", _("known directly")
    B = "B", _("known indirectly, and corroborated")
    C = "C", _("known indirectly")
    D = "D", _("not known")
    E = "E", _("suspected false")


class SourceKind(models.TextChoices):
    """Where statements come from."""

    SURVEY = "survey", _("survey")
    REGISTER = "register", _("register of an agency")
    VISIT = "visit", _("visit by staff")
    VOLUNTEER = "volunteer", _("report of a volunteer")
    EMPLOYER = "employer", _("employer")
    LANDLORD = "landlord", _("landlord")
    RECRUITER = "recruiter", _("recruiter or broker")


INTERESTED = frozenset({SourceKind.EMPLOYER, SourceKind.LANDLORD, SourceKind.RECRUITER})
"""Whoever may stand to gain from what they say."""


class Source(Minted):
    """Who says things: an agency's survey or register, or visits of one's own, under an agreement.

    `root` names where its statements first come from, so that a copy is not counted as a second witness.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=SourceKind)
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, verbose_name=_("agency"))
    agreement = models.CharField(_("agreement"), max_length=300, blank=True)
    grade = models.CharField(_("usual grade"), max_length=1, choices=Grade, blank=True)
    root = models.SlugField(_("root"), max_length=40, blank=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.REFERENCE

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_interested(self) -> bool:
        """Tell whether it may stand to gain from what it says."""
        return self.kind in INTERESTED

"""Contests: when and in which area in clear, what is contested and the answer sealed."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.places.models import Area
from forewatch.register.models import Person
from forewatch.rights.rules import OUTCOME_LABELS


class Contest(Minted):
    """Somebody says through an advocate that what is kept about them is wrong, or asks to see it.

    From its filing until its answer the person stands on no list. `person` is empty until the register is
    known to hold them; `token` comes with the form, so that sending it twice files it once.
    """

    receipt = models.CharField(_("receipt"), max_length=9, unique=True)
    token = models.UUIDField(unique=True)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, related_name="contests")
    filed_at = models.DateTimeField(_("received"))
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField(_("answer due"))
    content = models.BinaryField()
    """Sealed: by what the person can be found, and what they contest."""
    opened_at = models.DateTimeField(null=True)
    """When the desk confirmed that it is about this person; before that nobody reads anything through it."""
    outcome = models.CharField(
        _("outcome"),
        max_length=12,
        blank=True,
        choices=[(one.value, label) for one, label in OUTCOME_LABELS.items()],
    )
    answer = models.BinaryField(null=True)
    """Sealed: what was found, in words for the person."""
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION
        content = DataClass.IDENTITY
        answer = DataClass.IDENTITY

    class Meta:
        ordering = ("due_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome="", answer__isnull=True, answered_at__isnull=True)
                | (~Q(outcome="") & Q(answer__isnull=False, answered_at__isnull=False)),
                name="contest_answered_whole",
            ),
        )
        # Lists ask who is contested: few are, among millions.
        indexes = (
            models.Index(
                fields=("person",),
                condition=Q(answered_at__isnull=True, person__isnull=False),
                name="contest_open",
            ),
        )

    def __str__(self) -> str:
        return self.receipt

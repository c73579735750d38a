"""Contests, of which what is contested and the answer lie sealed; and erasures, of which only ids stay."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
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
    looked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    """Who looked first for somebody whom nobody knows by number or code; a second colleague answers."""
    moved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    """Who said that it is about somebody else than its number or code; another colleague answers."""
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


class Erasure(Minted):
    """Somebody asked for a person to be erased, and somebody else decided; nothing of them stands here."""

    class Ground(models.TextChoices):
        """Why a person is erased."""

        ASKED = "asked", _("the person asks for it")
        MISTAKE = "mistake", _("they should never have been registered")
        TIME = "time", _("the time to keep them is over")
        ORDER = "order", _("a court or an authority orders it")

    class State(models.TextChoices):
        """Where a request stands."""

        WAITING = "waiting", _("waits for a second person")
        DONE = "done", _("erased")
        REFUSED = "refused", _("refused")

    person_id = models.UUIDField(db_index=True)
    """No foreign key: the row stays when the person is gone."""
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("why"), max_length=8, choices=Ground)
    state = models.CharField(_("status"), max_length=8, choices=State, default=State.WAITING)
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        ordering = ("asked_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="erasure_by_two"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting") | Q(decided_by__isnull=False), name="erasure_decided_by_somebody"
            ),
            models.UniqueConstraint(
                fields=("person_id",), condition=Q(state="waiting"), name="erasure_waits_once"
            ),
        )

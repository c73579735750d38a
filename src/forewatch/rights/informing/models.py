"""Who is to be told what was collected about them from others."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.register.models import Person, Source
from forewatch.rights.informing.rules import GROUND_LABELS, HOW_LABELS, STATE_LABELS, State


class Duty(Minted):
    """Somebody of whom others told us is to be told so: by when, and what came of it. One for each person.

    `reason` and `answer` name nobody: the data protection officer, who sees nobody's name, reads them.
    """

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="duty")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", db_index=False)
    batch_id = models.UUIDField(null=True, db_index=True, editable=False)
    collected_on = models.DateField(_("collected"))
    due_on = models.DateField(_("due"))
    state = models.CharField(
        _("status"),
        max_length=8,
        choices=[(one.value, label) for one, label in STATE_LABELS.items()],
        default=State.OPEN,
    )
    how = models.CharField(
        _("how"),
        max_length=8,
        blank=True,
        choices=[(one.value, label) for one, label in HOW_LABELS.items()],
    )
    told_on = models.DateField(_("told"), null=True)
    ground = models.CharField(
        _("ground"),
        max_length=8,
        blank=True,
        choices=[(one.value, label) for one, label in GROUND_LABELS.items()],
    )
    reason = models.CharField(_("why"), max_length=300, blank=True)
    done_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    done_at = models.DateTimeField(null=True)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    reviewed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    reviewed_at = models.DateTimeField(null=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        ordering = ("due_on", "id")
        indexes = (models.Index(fields=("state", "due_on"), name="duty_waits"),)

"""Who may be whom: what intake noticed, and what people decided."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.register.models.identity import IdentityKey
from forewatch.register.models.people import Person


class Merge(Minted):
    """Two persons found to be one, by whom and why; undone by whom, if so.

    One by somebody who merges with a colleague's check is nothing before it is agreed to.
    """

    # Undoing reads by both.
    kept = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    merged = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    sealed = models.BinaryField(null=True, editable=False)
    """The reason: what somebody typed may name people."""
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True)
    agreed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION
        sealed = DataClass.IDENTITY

    class Meta:
        constraints = (models.CheckConstraint(condition=~Q(agreed_by=F("made_by")), name="merge_by_two"),)


class MatchProposal(Minted):
    """Two persons who may be one, as was noticed when the second came; a person decides.

    `first` is the one with the smaller id, so that a pair is proposed once.
    """

    class Status(models.TextChoices):
        """What was decided."""

        OPEN = "open", _("to decide")
        ASKED = "asked", _("waits for a colleague")
        SAME = "same", _("the same person")
        DIFFERENT = "different", _("two persons")

    first = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    basis = models.CharField(max_length=20, choices=IdentityKey.Kind)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    batch_id = models.UUIDField(null=True, db_index=True, editable=False)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        constraints = (models.UniqueConstraint(fields=("first", "second"), name="proposal_once"),)
        indexes = (models.Index(fields=("status", "id"), name="proposal_open"),)

"""Keys of partner agencies' programs, and what was handed in by them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass
from forewatch.intake.models import Upload
from forewatch.register.models import Source


class Key(Minted):
    """A key by which a program hands in records of one source; only its digest is kept.

    The program acts as `account`, a user whom nobody can sign in as, with the one grant of the key.
    """

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+", verbose_name=_("source"))
    account = models.OneToOneField(User, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    used_on = models.DateField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.ACCOUNT

    class Meta:
        ordering = ("-made_at",)

    def __str__(self) -> str:
        return self.account.name


class Submission(Minted):
    """Records handed in by a key: which batch they became, and by what a repeated request is known."""

    key = models.ForeignKey(Key, on_delete=models.PROTECT, related_name="submissions")
    idempotency_key = models.CharField(max_length=64)
    fingerprint = models.CharField(max_length=64)
    upload = models.ForeignKey(Upload, on_delete=models.PROTECT, related_name="+")
    rows = models.PositiveIntegerField()
    received_at = models.DateTimeField()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        ordering = ("-received_at",)
        constraints = (
            models.UniqueConstraint(fields=("key", "idempotency_key"), name="submission_once_per_key"),
        )

"""Who people are, sealed, and the exact keys by which they are found."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.rules import DataClass
from forewatch.register.models.households import Household
from forewatch.register.models.people import Person


class Identity(models.Model):
    """Who a person is, sealed: names, citizen number, telephone, remarks for finding them."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="identity")
    sealed = models.BinaryField()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.IDENTITY


class IdentityKey(models.Model):
    """An exact, keyed hash by which a person is found.

    A citizen number, and a source's own number of a person, find one person: whoever had it first. Whoever
    turns up with it later gets a proposal, not a row here. Names with birth years are shared by many.
    """

    class Kind(models.TextChoices):
        """What the key was made of."""

        CITIZEN_ID = "citizen_id", _("a citizen number")
        NAME_BIRTH_VILLAGE = "name_birth_village", _("name, birth year and village")
        NAME_BIRTH = "name_birth", _("name and birth year")
        REFERENCE = "reference", _("a source's own number")

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=20, choices=Kind)
    key = models.BinaryField(max_length=16)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.IDENTITY

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("kind", "key"),
                condition=Q(kind__in=("citizen_id", "reference")),
                name="identity_key_of_one",
            ),
            models.UniqueConstraint(fields=("person", "kind", "key"), name="identity_key_once"),
        )
        indexes = (models.Index(fields=("kind", "key")),)


class HouseholdKey(models.Model):
    """A keyed hash of a source's own number of a household, by which its next file finds it again."""

    id = models.BigAutoField(primary_key=True)
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="keys")
    key = models.BinaryField(max_length=16)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.IDENTITY

    class Meta:
        constraints = (models.UniqueConstraint(fields=("key",), name="household_key_once"),)

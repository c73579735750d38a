"""People without papers: what is being done, by when, and who helps."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, Organisation, User
from forewatch.access.rules import DataClass
from forewatch.register.models.people import Person
from forewatch.register.visibility import OfPerson


class CitizenshipStep(Minted):
    """One step on the way to papers: what, until when, who helps, and how it ended."""

    class What(models.TextChoices):
        """What is to be done."""

        TALK = "talk", _("talk with the family about what papers there are")
        EVIDENCE = "evidence", _("gather evidence and witnesses")
        BIRTH = "birth", _("late registration of a birth")
        REGISTER = "register", _("entry in the civil register")
        STATUS = "status", _("application for status or nationality")
        HEARING = "hearing", _("hearing or interview at the district office")
        APPEAL = "appeal", _("appeal against a refusal")
        CARD = "card", _("collection of the card or certificate")

    class Status(models.TextChoices):
        """How a step stands."""

        OPEN = "open", _("to do")
        DONE = "done", _("done")
        DROPPED = "dropped", _("dropped")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="citizenship_steps")
    what = models.CharField(_("next step"), max_length=10, choices=What)
    due_on = models.DateField(_("until"))
    helper = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("who helps")
    )
    agency = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agency"),
    )
    status = models.CharField(_("how it stands"), max_length=10, choices=Status, default=Status.OPEN)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    objects = OfPerson.as_manager()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=models.Q(status="open"), name="citizenship_one_open"
            ),
        )
        indexes = (models.Index(fields=("status", "due_on", "id"), name="citizenship_due"),)

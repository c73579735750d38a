"""Visit lists with their approval, and the ledger of everything that was printed."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.decisions import Actor, scopes
from forewatch.access.models import Minted, User
from forewatch.access.rules import DataClass, Purpose, Scope, Verb
from forewatch.places.models import Area
from forewatch.places.queries import covered
from forewatch.reports.paper.rules import PURPOSES, State

STATE_WORDS = {
    State.REQUESTED: _("waits for approval"),
    State.APPROVED: _("approved"),
    State.REFUSED: _("refused"),
    State.PRINTED: _("printed"),
    State.EXPIRED: _("expired"),
}
PURPOSE_WORDS = {
    Purpose.PREVENT: _("prevention: outreach and questions"),
    Purpose.ASSIST: _("assistance: following up help"),
}


def _overseen(actor: Actor, purpose: Purpose) -> models.QuerySet[Area]:
    """Return the areas whose visit lists the actor may approve."""
    return covered(actor, Verb.APPROVE, DataClass.BAND, purpose)


class VisitLists(models.QuerySet["VisitList"]):
    """Visit lists."""

    def visible_to(self, actor: Actor) -> Self:
        """Return one's own lists where one may still print, and those one may approve."""
        condition = Q(pk__in=())
        for purpose in PURPOSES:
            printable = covered(actor, Verb.PRINT, DataClass.BAND, purpose)
            own = Q(requested_by=actor.user_id, area__in=printable)
            condition |= Q(purpose=purpose) & (own | Q(area__in=_overseen(actor, purpose)))
        return self.filter(condition)


class VisitList(Minted):
    """Which households somebody wants to visit, for what, and whether somebody else agreed.

    `chosen` holds the ids of households and their people as they were approved: who moved in since is not
    shown, who moved away or was removed neither. The state goes with the clock: see `paper.rules.state_on`.
    """

    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("area"))
    purpose = models.CharField(_("purpose"), max_length=16, choices=list(PURPOSE_WORDS.items()))
    reason = models.CharField(_("what the visits are for"), max_length=300)
    with_names = models.BooleanField(_("with names and addresses"), default=False)
    chosen = models.JSONField(default=list)
    left_out = models.PositiveIntegerField(default=0)
    """How many more households were due than one list holds."""
    state = models.CharField(max_length=12, choices=list(STATE_WORDS.items()), default=State.REQUESTED)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()

    objects = VisitLists.as_manager()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.BAND

    class Meta:
        ordering = ("-requested_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("requested_by")),
                name="visit_list_not_decided_by_oneself",
            ),
        )

    def __str__(self) -> str:
        return f"{self.area_id} {self.state}"


class Printings(models.QuerySet["Printing"]):
    """Rows of the ledger."""

    def visible_to(self, actor: Actor) -> Self:
        """Return one's own printings, those of areas one approves lists for, and for an auditor all."""
        audits = scopes(actor, Verb.READ, DataClass.AUDIT, Purpose.AUDIT)
        if any(scope is Scope.EVERYWHERE for _grant, scope in audits):
            return self
        condition = Q(by=actor.user_id)
        for purpose in PURPOSES:
            condition |= Q(area__in=_overseen(actor, purpose))
        return self.filter(condition)


class Printing(Minted):
    """One sheet that left the screen: what it was, of where, by whom, when, what for. Never changed.

    No content stands here, only its fingerprint: the SHA-256 of the bytes that went to the printer.
    """

    class Kind(models.TextChoices):
        """What was printed."""

        HOUSEHOLD_FORM = "household_form", _("blank form for a household")
        PERSON_FORM = "person_form", _("blank form for one person")
        VISIT_LIST = "visit_list", _("visit list")

    kind = models.CharField(_("what"), max_length=16, choices=Kind)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    purpose = models.CharField(max_length=16, blank=True)
    visit_list = models.ForeignKey(VisitList, on_delete=models.PROTECT, null=True, related_name="printings")
    language = models.CharField(max_length=8)
    households = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    identities = models.PositiveIntegerField(default=0)
    sha256 = models.CharField(max_length=64)

    objects = Printings.as_manager()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.AUDIT

    class Meta:
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"

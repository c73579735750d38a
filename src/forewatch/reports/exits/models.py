"""What is to leave, who decided what about it, and each time it was taken."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.decisions import Actor, scopes
from forewatch.access.models import Minted, Organisation, User
from forewatch.access.rules import DataClass, Purpose, Scope, Verb
from forewatch.access.words import role_choices
from forewatch.places.models import Area
from forewatch.places.queries import within
from forewatch.reports.exits.rules import Kind, State
from forewatch.risk.models import Release

STATE_WORDS = {
    State.REQUESTED: _("waits for approval"),
    State.APPROVED: _("approved"),
    State.REFUSED: _("refused"),
    State.STOPPED: _("stopped"),
    State.TAKEN: _("has left"),
    State.RECALLED: _("recalled"),
    State.EXPIRED: _("expired"),
}
KIND_WORDS = {Kind.PEOPLE: _("a file about people"), Kind.RELEASE: _("the figures of a month")}


class Exits(models.QuerySet["Exit"]):
    """What is to leave."""

    def visible_to(self, actor: Actor) -> Self:
        """Return one's own requests, and what concerns areas whose exits the actor reads."""
        found = [one for purpose in Purpose for one in scopes(actor, Verb.READ, DataClass.EXIT, purpose)]
        if any(scope is Scope.EVERYWHERE for _grant, scope in found):
            return self
        of_areas = within({grant.area_code for grant, _scope in found}, "area__")
        figures = Q(kind=Kind.RELEASE) if found else Q(pk__in=())
        return self.filter(Q(requested_by=actor.user_id) | figures | (of_areas if of_areas else ~Q(pk=None)))

    def to_review(self, now: datetime) -> Self:
        """Return what has left and nobody outside has looked at: files ever taken, figures that are read."""
        taken = Q(pk__in=Taking.objects.values("exit"))
        read = Q(kind=Kind.RELEASE, state=State.TAKEN, ready_at__lte=now)
        return self.filter(taken | read, reviewed_at__isnull=True)


class Exit(Minted):
    """Something that one asks for and others let out, bound to its exact bytes, recipient, key and purpose.

    `sha256` is the fingerprint of all these, as it was asked for.
    `content` is sealed and goes when it is over; `people` are the ids of whom it is about, so that who says
    no, contests or is erased afterwards can be told of to the recipient: their codes wait in `to_tell`.
    """

    kind = models.CharField(_("what"), max_length=8, choices=list(KIND_WORDS.items()))
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    release = models.OneToOneField(Release, on_delete=models.PROTECT, null=True, related_name="exit")
    recipient = models.CharField(_("recipient"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    key = models.CharField(_("public key"), max_length=80, blank=True)
    basis = models.CharField(_("by which agreement or law"), max_length=160, blank=True)
    reason = models.CharField(_("what for"), max_length=300, blank=True)
    with_names = models.BooleanField(_("with names"), default=False)
    people = models.JSONField(default=list)
    left_out = models.PositiveIntegerField(default=0)
    to_tell = models.JSONField(default=list)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    content = models.BinaryField(null=True)
    state = models.CharField(max_length=12, choices=list(STATE_WORDS.items()), default=State.REQUESTED)
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)
    held = models.BooleanField(null=True)
    # Of what was stopped too, which is called back before it left.
    recalled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    recalled_at = models.DateTimeField(null=True)

    objects = Exits.as_manager()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.EXIT
        content = DataClass.IDENTITY

    class Meta:
        ordering = ("-requested_at", "-id")
        constraints = (
            models.CheckConstraint(
                condition=Q(reviewed_by__isnull=True)
                | Q(requested_by__isnull=True)
                | ~Q(reviewed_by=F("requested_by")),
                name="exit_not_reviewed_by_oneself",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    def fingerprint(self, file: bytes) -> str:
        """Return the SHA-256 of what others decide on: these bytes, for whom, by which right and what for."""
        told = (self.recipient, self.country, self.key, self.basis, self.reason, self.with_names)
        whole = json.dumps([hashlib.sha256(file).hexdigest(), *told])
        return hashlib.sha256(whole.encode()).hexdigest()


class Vote(Minted):
    """What one colleague decided of an exit, and the fingerprint of what they decided on."""

    exit = models.ForeignKey(Exit, on_delete=models.CASCADE, related_name="votes")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=32, choices=role_choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    agreed = models.BooleanField()
    sha256 = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.EXIT

    class Meta:
        ordering = ("at", "id")
        constraints = (models.UniqueConstraint(fields=("exit", "by"), name="exit_voted_once"),)


class Taking(Minted):
    """One time that a file left: by whom, when, and the SHA-256 of the encrypted bytes. Never changed."""

    exit = models.ForeignKey(Exit, on_delete=models.PROTECT, related_name="takings")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    sha256 = models.CharField(max_length=64)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.AUDIT

    class Meta:
        ordering = ("at", "id")

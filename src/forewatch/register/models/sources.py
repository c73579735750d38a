"""Who says things, and under which agreement."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, Organisation, User
from forewatch.access.rules import DataClass


class Grade(models.TextChoices):
    """How a source knows what it says; only A, B and ungraded statements score."""

    A = "A", _("known directly")
    B = "B", _("known indirectly, and corroborated")
    C = "C", _("known indirectly")
    D = "D", _("not known")
    E = "E", _("suspected false")


class Reliability(models.TextChoices):
    """How far a source can be relied on; what an unreliable one says is shown, and counts for nothing."""

    RELIABLE = "1", _("reliable")
    UNTESTED = "2", _("untested")
    UNRELIABLE = "3", _("not reliable")


class Handling(models.TextChoices):
    """Whether something may be passed on as the law allows, or only under the conditions it came with."""

    PERMITTED = "P", _("may be shared as the law allows")
    CONDITIONS = "C", _("only under conditions")


class Audience(models.TextChoices):
    """Who may read what came under conditions; elsewhere than in its area nobody reads statements anyhow."""

    STAFF = "staff", _("only the staff of its area")
    HELPERS = "helpers", _("the staff of its area, and whoever looks after the household")


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
    Of one person the name is the code, and `who` says, sealed, whom only the source handler is shown.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    who = models.BinaryField(null=True)
    kind = models.CharField(_("kind"), max_length=16, choices=SourceKind)
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, verbose_name=_("agency"))
    agreement = models.CharField(_("agreement"), max_length=300, blank=True)
    grade = models.CharField(_("usual grade"), max_length=1, choices=Grade, blank=True)
    root = models.SlugField(_("root"), max_length=40, blank=True)
    tells_people = models.BooleanField(
        _("It tells people itself that it hands on what it knows of them"), default=False
    )
    """As its agreement says; of any other source people are told by us."""
    reliability = models.CharField(
        _("reliability"), max_length=1, choices=Reliability, default=Reliability.UNTESTED, editable=False
    )
    """As the source handler grades it; whoever grades what it says does not see this."""
    handling = models.CharField(_("handling"), max_length=1, choices=Handling, default=Handling.PERMITTED)
    conditions = models.CharField(_("conditions"), max_length=300, blank=True)
    audience = models.CharField(
        _("who may read it"), max_length=8, choices=Audience, default=Audience.HELPERS
    )

    class Privacy:
        """Classes of the fields."""

        default = DataClass.REFERENCE
        reliability = DataClass.GRADE
        who = DataClass.SOURCE

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def is_interested(self) -> bool:
        """Tell whether it may stand to gain from what it says."""
        return self.kind in INTERESTED

    @property
    def has_no_weight(self) -> bool:
        """Tell whether what it says is shown and counts for nothing."""
        return self.reliability == Reliability.UNRELIABLE


class SourceGrade(Minted):
    """A source was graded: by whom, when, as what and why. Never changed; the newest holds."""

    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="grades")
    reliability = models.CharField(_("reliability"), max_length=1, choices=Reliability)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.GRADE

    class Meta:
        ordering = ("-at", "-id")

"""The register: who is known, in which household and where, what sources said, and what happened.

A person is a pseudonym with what the index needs (sex, birth date); names and numbers are sealed in a table
of their own. Nothing here is a band: bands are answers to a question asked at a date, and live with the runs.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.models import Minted, Organisation, User
from forewatch.access.rules import DataClass
from forewatch.places.models import Area


class Sex(models.TextChoices):
    """As published in the index's input tables."""

    FEMALE = "F", _("female")
    MALE = "M", _("male")
    OTHER = "X", _("another")


class BirthPrecision(models.TextChoices):
    """How much of a birth date is known; many papers say 1 January for want of a day."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")
    ESTIMATED = "estimated", _("estimated")


class Grade(models.TextChoices):
    """How a source knows what it says; only A, B and ungraded statements score."""

    A = "A", _("known directly")
    B = "B", _("known indirectly, and corroborated")
    C = "C", _("known indirectly")
    D = "D", _("not known")
    E = "E", _("suspected false")


class SubjectLevel(models.TextChoices):
    """Whom a statement is about."""

    PERSON = "person", _("person")
    HOUSEHOLD = "household", _("household")
    AREA = "area", _("area")


class SourceKind(models.TextChoices):
    """Where statements come from."""

    SURVEY = "survey", _("survey")
    REGISTER = "register", _("register of an agency")
    VISIT = "visit", _("visit by staff")
    VOLUNTEER = "volunteer", _("report of a volunteer")


class Source(Minted):
    """Who says things: an agency's survey or register, or visits of one's own, under an agreement.

    `root` names where its statements first come from, so that a copy is not counted as a second witness.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=16, choices=SourceKind)
    agency = models.ForeignKey(Organisation, on_delete=models.PROTECT, verbose_name=_("agency"))
    agreement = models.CharField(_("agreement"), max_length=300, blank=True)
    grade = models.CharField(_("usual grade"), max_length=1, choices=Grade, blank=True)
    root = models.SlugField(_("root"), max_length=40, blank=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.REFERENCE

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Household(Minted):
    """People who live and eat together; a person alone is a household of one."""

    code = models.CharField(_("household"), max_length=16, unique=True)
    batch_id = models.UUIDField(null=True, db_index=True, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    def __str__(self) -> str:
        return self.code


class Residence(Minted):
    """Where a household lives between two days; the exact address is sealed."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="residences")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True)
    address = models.BinaryField(null=True)
    """Sealed: hamlet, house number, how to find it."""

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION
        address = DataClass.IDENTITY

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("household",), condition=Q(valid_to__isnull=True), name="residence_one_current"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to")),
                name="residence_dates_in_order",
            ),
        )
        indexes = (
            models.Index(
                fields=("area", "household"), condition=Q(valid_to__isnull=True), name="residence_now"
            ),
        )


class Person(Minted):
    """A pseudonym with what the index asks of a person; who it is stands sealed in `Identity`.

    `merged_into` points to the person that this row turned out to be too; undoing a merge clears it.
    """

    code = models.CharField(_("person"), max_length=16, unique=True)
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    birth_date = models.DateField(_("birth date"), null=True)
    birth_precision = models.CharField(max_length=10, choices=BirthPrecision, default=BirthPrecision.DAY)
    home_area = models.ForeignKey(
        Area, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("home town")
    )
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    batch_id = models.UUIDField(null=True, db_index=True, editable=False)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION
        birth_date = DataClass.IDENTITY

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")), name="person_not_into_itself"
            ),
        )

    def __str__(self) -> str:
        return self.code


class Membership(Minted):
    """A person in a household between two days, and as what."""

    class Role(models.TextChoices):
        """As what a person belongs to a household."""

        HEAD = "head", _("head")
        SPOUSE = "spouse", _("spouse")
        CHILD = "child", _("child")
        PARENT = "parent", _("parent")
        GRANDCHILD = "grandchild", _("grandchild")
        OTHER_RELATIVE = "other_relative", _("other relative")
        OTHER = "other", _("other")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("as"), max_length=16, choices=Role, default=Role.OTHER)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"), null=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",), condition=Q(valid_to__isnull=True), name="membership_one_current"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_from__lt=F("valid_to")),
                name="membership_dates_in_order",
            ),
        )


class Identity(models.Model):
    """Who a person is, sealed: names, citizen number, telephone, remarks for finding them."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="identity")
    sealed = models.BinaryField()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.IDENTITY


class IdentityKey(models.Model):
    """An exact, keyed hash by which a person is found; unique for a citizen number, shared for others."""

    class Kind(models.TextChoices):
        """What the key was made of."""

        CITIZEN_ID = "citizen_id"
        NAME_BIRTH_VILLAGE = "name_birth_village"
        NAME_BIRTH = "name_birth"

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
                fields=("kind", "key"), condition=Q(kind="citizen_id"), name="citizen_id_once"
            ),
            models.UniqueConstraint(fields=("person", "kind", "key"), name="identity_key_once"),
        )
        indexes = (models.Index(fields=("kind", "key")),)


class Statement(Minted):
    """What records and events share: whom it is about, who says so, and when it was seen and received."""

    level = models.CharField(max_length=10, choices=SubjectLevel)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, null=True, related_name="%(class)ss")
    household = models.ForeignKey(Household, on_delete=models.CASCADE, null=True, related_name="%(class)ss")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="%(class)ss")
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    received_on = models.DateField(_("received"))
    received_at = models.DateTimeField()
    batch_id = models.UUIDField(null=True, db_index=True, editable=False)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        abstract = True


def _one_subject(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=(
            Q(level="person", person__isnull=False, household__isnull=True, area__isnull=True)
            | Q(level="household", person__isnull=True, household__isnull=False, area__isnull=True)
            | Q(level="area", person__isnull=True, household__isnull=True, area__isnull=False)
        ),
        name=name,
    )


class Record(Statement):
    """What one source said about one subject on one day: variables and their values. Never changed.

    A correction is a new record that supersedes. Values are checked against the definition's variables;
    decimals stand as strings so that they stay exact.
    """

    observed_on = models.DateField(_("observed"))
    grade = models.CharField(_("grade"), max_length=1, choices=Grade, blank=True)
    root = models.SlugField(_("root"), max_length=40, blank=True)
    supersedes = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="superseded_by")
    values = models.JSONField(default=dict)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        constraints = (_one_subject("record_one_subject"),)


class Event(Statement):
    """A trigger event: what happened to a person, household or area, and when."""

    event = models.CharField(_("event"), max_length=16)
    occurred_on = models.DateField(_("happened"))
    ended_on = models.DateField(_("ended"), null=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION

    class Meta:
        constraints = (
            _one_subject("event_one_subject"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(occurred_on__lte=F("ended_on")),
                name="event_dates_in_order",
            ),
        )


class Assignment(Minted):
    """A household given to somebody to look after, between two days; what "assigned" means in a decision."""

    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="assignments")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="assignments")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION


class Merge(Minted):
    """Two persons found to be one, by whom and why; undone by whom and why, if so."""

    kept = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    merged = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Privacy:
        """Classes of the fields."""

        default = DataClass.OBSERVATION


class MatchProposal(Minted):
    """Two persons who may be one, as intake noticed; a person decides."""

    class Status(models.TextChoices):
        """What was decided."""

        OPEN = "open", _("to decide")
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

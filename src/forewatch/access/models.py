"""Users, the organisations they belong to, and what each may do where, for what, and until when."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from forewatch.access.rules import SECONDED_ROLES, DataClass, Purpose
from forewatch.access.words import role_choices
from forewatch.lib.ids import new_id


def this_node() -> str:
    """Return the name of this installation, which every row it makes carries."""
    return str(settings.NODE)


class Minted(models.Model):
    """A row whose id could be made anywhere, with the node that made it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    origin = models.CharField(max_length=16, default=this_node, editable=False)

    class Meta:
        abstract = True


class Organisation(Minted):
    """An agency, office or association whose people use Forewatch or send it files."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_local = models.CharField(_("name in the local language"), max_length=200, blank=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.REFERENCE

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users."""

    def create_user(self, username: str, password: str | None = None, **others: object) -> User:
        """Return a new user, saved; without a password nobody can sign in as them."""
        user = self.model(username=username, **others)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(Minted, AbstractBaseUser):
    """Somebody who signs in. What they may do stands in their grants alone: there are no superusers."""

    username = models.CharField(
        _("user name"),
        max_length=40,
        unique=True,
        validators=[
            RegexValidator(r"^[a-z0-9][a-z0-9.-]*\Z", _("Use small letters, digits, dots and hyphens."))
        ],
    )
    name = models.CharField(_("name"), max_length=120)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, verbose_name=_("organisation"))
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES, default="en")
    village_key = models.BinaryField(max_length=16, null=True, editable=False)
    """A keyed hash of the village where they live (`actions.village_key`): to be compared, not to be read."""
    is_active = models.BooleanField(_("may sign in"), default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Privacy:
        """Classes of the fields."""

        default = DataClass.ACCOUNT
        village_key = DataClass.IDENTITY

    def __str__(self) -> str:
        return self.name


class Grants(models.QuerySet["Grant"]):
    """Grants, asked whether they hold."""

    def in_force(self, day: date) -> Grants:
        """Return those that hold on a day, agreed to where that takes a second person."""
        return self.filter(self._agreed(), valid_from__lte=day, valid_to__gt=day)

    def waiting(self, day: date) -> Grants:
        """Return those that are not over on a day, and wait for a second person."""
        return self.filter(valid_to__gt=day).filter(valid_to__gt=F("valid_from")).exclude(self._agreed())

    @staticmethod
    def _agreed() -> Q:
        alone = ~Q(role__in=SECONDED_ROLES)
        return alone | Q(granted_by__isnull=True) | Q(approved_by__isnull=False)


class Grant(Minted):
    """A role in an area, for some purposes, between two dates; never given by oneself.

    `area_code` is the code of an area of any level, whose descendants it covers; empty means every area. Who
    gave it is empty where it was given by command; then nobody else has to agree.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    role = models.CharField(_("role"), max_length=32, choices=role_choices)
    area_code = models.CharField(_("area"), max_length=32, blank=True)
    purposes = models.JSONField(_("purposes"), default=list)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("until"))
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    approved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)

    objects = Grants.as_manager()

    class Privacy:
        """Classes of the fields."""

        default = DataClass.ACCOUNT

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True)
                | ~Q(approved_by=F("user"))
                & Q(approved_at__isnull=False)
                & (Q(granted_by__isnull=True) | ~Q(approved_by=F("granted_by"))),
                name="grant_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(granted_by__isnull=True) | ~Q(granted_by=F("user")), name="grant_not_by_oneself"
            ),
            models.CheckConstraint(condition=Q(valid_from__lte=F("valid_to")), name="grant_dates_in_order"),
        )

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.area_code or '*'}"

    @property
    def waits(self) -> bool:
        """Tell whether it begins only when a second person has agreed, who has not yet."""
        given = self.granted_by_id is not None and self.approved_by_id is None
        return given and self.role in SECONDED_ROLES

    def holds_on(self, day: date) -> bool:
        """Tell whether it is in force on a day; its last day is not."""
        return self.valid_from <= day < self.valid_to and not self.waits

    def allowed_purposes(self) -> frozenset[Purpose]:
        """Return the purposes of this grant."""
        return frozenset(Purpose(one) for one in self.purposes)


class Session(AbstractBaseSession):
    """A browser in which somebody is signed in, or about to be (see `sessions`)."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="sessions")
    begun_at = models.DateTimeField(null=True)
    browser = models.CharField(max_length=40, blank=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.ACCOUNT

    @classmethod
    def get_session_store_class(cls) -> type[Any]:
        """Return what reads and writes these rows."""
        from forewatch.access.sessions import SessionStore

        return SessionStore


class UsedCode(Minted):
    """A code of an authenticator app that opened the door: it opens nothing again, in whichever process."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="used_codes")
    period = models.BigIntegerField()
    """The half minute in which it was shown, counted from 1970."""

    class Privacy:
        """Classes of the fields."""

        default = DataClass.ACCOUNT

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "period"), name="code_used_once"),)


class FirstCode(Minted):
    """A code by which somebody sets their password once, within a week; only its digest is kept."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="first_codes")
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.ACCOUNT


class Recovery(Minted):
    """Two colleagues confirm that somebody lost their passkey or phone; neither is that person.

    `confirmed_by` is the second of them; an unanswered request ends after a day.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recoveries")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)

    class Privacy:
        """Classes of the fields."""

        default = DataClass.ACCOUNT

    class Meta:
        ordering = ("-asked_at",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(asked_by=F("user"))
                & (
                    Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("user")) & ~Q(confirmed_by=F("asked_by"))
                ),
                name="recovery_by_two_others",
            ),
        )

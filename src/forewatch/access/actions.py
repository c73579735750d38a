"""Making users and giving them roles; each in one transaction with its audit row."""

from __future__ import annotations

import secrets
import uuid
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.models import Grant, Organisation, User
from forewatch.access.rules import PURPOSES, DataClass, Role, Verb
from forewatch.audit.actions import record
from forewatch.ui.problems import Problem

LONGEST = timedelta(days=366)
"""A grant lasts a year at most; then somebody decides again."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def new_password() -> str:
    """Return a random password that can be read out and typed: 80 bits in four groups."""
    groups = ("".join(secrets.choice(_LETTERS) for _letter in range(4)) for _group in range(4))
    return "-".join(groups)


def make_user(
    *,
    username: str,
    name: str,
    organisation: Organisation,
    password: str,
    now: datetime,
    language: str = "en",
    by: uuid.UUID | None = None,
) -> User:
    """Make a user who may sign in and, until somebody grants it, do nothing."""
    with transaction.atomic():
        user = User(username=username, name=name, organisation=organisation, language=language)
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        record(
            at=now,
            actor_id=by,
            verb=Verb.CREATE,
            data_class=DataClass.ACCOUNT,
            subject="user",
            subject_id=user.pk,
        )
    return user


def grant(
    *,
    user: User,
    role: Role,
    area_code: str,
    valid_from: date,
    valid_to: date,
    now: datetime,
    by: User | None = None,
) -> Grant:
    """Give a user a role in an area, with all purposes that the role may have.

    Raises Problem when it would last more than a year, or somebody would give it to themselves.
    """
    if valid_to - valid_from > LONGEST:
        raise Problem(_("A role is given for a year at most; then decide again."))
    if by is not None and by.pk == user.pk:
        raise Problem(_("Nobody gives a role to themselves; ask a colleague."))
    with transaction.atomic():
        made = Grant.objects.create(
            user=user,
            role=role,
            area_code=area_code,
            purposes=[one.value for one in PURPOSES[role]],
            valid_from=valid_from,
            valid_to=valid_to,
            granted_by=by,
        )
        record(
            at=now,
            actor_id=by.pk if by else None,
            verb=Verb.CREATE,
            data_class=DataClass.ACCOUNT,
            area_code=area_code,
            subject="grant",
            subject_id=made.pk,
            reason=role,
        )
    return made


def speak(*, language: str, by: User, now: datetime) -> None:
    """Remember the language that somebody chose, for their next sign-in."""
    with transaction.atomic():
        User.objects.filter(pk=by.pk).update(language=language)
        record(
            at=now,
            actor_id=by.pk,
            verb=Verb.CORRECT,
            data_class=DataClass.ACCOUNT,
            subject="user",
            subject_id=by.pk,
        )

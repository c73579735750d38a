"""Making users and giving them roles; each in one transaction with its audit row."""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from forewatch.access.models import Grant, Organisation, Session, UsedCode, User
from forewatch.access.rules import CODE_SECONDS, PURPOSES, DataClass, Purpose, Role, Verb
from forewatch.access.sealing import lookup_key
from forewatch.access.sessions import AT_ONCE, handle
from forewatch.audit.actions import record
from forewatch.ui.problems import Problem

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def longest() -> timedelta:
    """Return how long a grant lasts at most."""
    return timedelta(days=settings.TERMS.grant_days)


def new_password() -> str:
    """Return a random password that can be read out and typed: 138 bits in seven groups."""
    groups = ("".join(secrets.choice(_LETTERS) for _letter in range(4)) for _group in range(7))
    return "-".join(groups)


def note_account(
    at: datetime, by: uuid.UUID | None, verb: Verb, subject: str, row: uuid.UUID, **more: Any
) -> None:
    """Write down what was done to an account, in the transaction of the deed. Raises NotInTransaction."""
    record(
        at=at, actor_id=by, verb=verb, data_class=DataClass.ACCOUNT, subject=subject, subject_id=row, **more
    )


def make_organisation(*, code: str, name: str, now: datetime, by: uuid.UUID | None = None) -> Organisation:
    """Make an organisation.

    Raises Problem when there is one of this code.
    """
    if Organisation.objects.filter(code=code).exists():
        raise Problem(_("There is an organisation with the code %(code)s already.") % {"code": code})
    with transaction.atomic():
        made = Organisation.objects.create(code=code, name=name)
        note_account(now, by, Verb.CREATE, "organisation", made.pk)
    return made


def make_user(
    *,
    username: str,
    name: str,
    organisation: Organisation,
    password: str | None,
    now: datetime,
    language: str = "en",
    village_code: str = "",
    by: uuid.UUID | None = None,
) -> User:
    """Make a user who may do nothing until somebody grants it; without a password they need a first code."""
    with transaction.atomic():
        user = User(
            username=username,
            name=name,
            organisation=organisation,
            language=language,
            village_key=village_key(village_code),
        )
        user.set_password(password)
        user.full_clean(exclude=["password"])
        user.save()
        note_account(now, by, Verb.CREATE, "user", user.pk)
    return user


def village_key(code: str) -> bytes | None:
    """Return what is kept of the village where a user lives, whom others may look for."""
    return lookup_key("home of staff", code) if code else None


@transaction.atomic
def note_village(*, user: User, village_code: str, now: datetime, by: uuid.UUID) -> None:
    """Keep in which village a user lives; an empty code forgets it. The trail does not say which."""
    User.objects.filter(pk=user.pk).update(village_key=village_key(village_code))
    note_account(now, by, Verb.CORRECT, "user", user.pk)


def grant(
    *,
    user: User,
    role: Role,
    area_code: str,
    valid_from: date,
    valid_to: date,
    now: datetime,
    by: User | None = None,
    purposes: Sequence[Purpose] = (),
) -> Grant:
    """Give a user a role in an area; without purposes, with all that the role may have.

    One that reaches far begins when a second person has agreed, unless it is given by command. Raises Problem
    when it would be over before it begins or last more than a year, or somebody would give it to themselves.
    """
    if valid_to <= valid_from:
        raise Problem(_("The last day of a role must lie after its first."))
    if valid_to - valid_from > longest():
        words = _("A role is given for %(days)s days at most; then decide again.")
        raise Problem(words % {"days": longest().days})
    if by is not None and by.pk == user.pk:
        raise Problem(_("Nobody gives a role to themselves; ask a colleague."))
    with transaction.atomic():
        made = Grant.objects.create(
            user=user,
            role=role,
            area_code=area_code,
            purposes=[one.value for one in purposes or PURPOSES[role]],
            valid_from=valid_from,
            valid_to=valid_to,
            granted_by=by,
        )
        giver = by.pk if by else None
        note_account(now, giver, Verb.CREATE, "grant", made.pk, area_code=area_code, reason=role)
    return made


def end_grant(one: Grant, day: date) -> None:
    """End a grant on a day; one that has not begun by then never does. The caller writes it down."""
    one.valid_to = max(day, one.valid_from)
    one.save(update_fields=("valid_to",))


def speak(*, language: str, by: User, now: datetime) -> None:
    """Remember the language that somebody chose, for their next sign-in."""
    with transaction.atomic():
        User.objects.filter(pk=by.pk).update(language=language)
        note_account(now, by.pk, Verb.CORRECT, "user", by.pk)


def spend_code(*, user: User) -> bool:
    """Note that the code which a user's app shows now was used; False when it was before."""
    period = int(time.time()) // CODE_SECONDS
    user.used_codes.filter(period__lt=period - 1).delete()
    _made, fresh = UsedCode.objects.get_or_create(user=user, period=period)
    return fresh


def end_sessions(
    *, user: User, now: datetime, by: uuid.UUID | None, why: str, but: str = "", only: uuid.UUID | None = None
) -> int:
    """End the sessions of a user, `but` the one with this key, or `only` one by its handle."""
    keys = [
        one for one in user.sessions.exclude(session_key=but).values_list("session_key", flat=True)
        if only in (None, handle(one))
    ]  # fmt: skip
    with transaction.atomic():
        ended, _by_table = Session.objects.filter(session_key__in=keys).delete()
        if ended:
            note_account(now, by, Verb.CORRECT, "session", user.pk, reason=why)
    return ended


def make_room(*, user: User, now: datetime, here: str) -> None:
    """End what is over, and of somebody's sessions those unused for longest, so that one more may begin."""
    Session.objects.filter(expire_date__lte=now).delete()
    others = user.sessions.exclude(session_key=here).order_by("-expire_date")
    for key in others.values_list("session_key", flat=True)[AT_ONCE - 1 :]:
        end_sessions(user=user, now=now, by=user.pk, why="too many at once", only=handle(key))

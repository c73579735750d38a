"""Making the accounts of a sheet: all of them or none, each with a first code for paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language

from forewatch.access.actions import grant, make_user
from forewatch.access.decisions import Actor, check
from forewatch.access.first_codes import give_code
from forewatch.access.models import User
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.office.sheets import Account


@dataclass(frozen=True)
class Strip:
    """What stands on a person's strip of paper; the code is nowhere else."""

    name: str
    organisation: str
    role: str
    username: str
    code: str
    waits: bool = False
    """Whether the role begins only when a second person has agreed."""


def make_accounts(*, by: Actor, accounts: Sequence[Account]) -> list[Strip]:
    """Make the accounts, and return a strip for each.

    Raises Refused.
    """
    check(by, Verb.CREATE, DataClass.ACCOUNT, Purpose.SUPPORT)
    return _made(accounts, by.now, User.objects.get(pk=by.user_id))


def load_accounts(accounts: Sequence[Account]) -> list[Strip]:
    """Make the accounts by command, which nobody known to the application gives."""
    return _made(accounts, timezone.now(), None)


@transaction.atomic
def _made(accounts: Sequence[Account], now: datetime, by: User | None) -> list[Strip]:
    return [_strip(one, now, by) for one in accounts]


def _strip(one: Account, now: datetime, by: User | None) -> Strip:
    user = make_user(
        username=one.username,
        name=one.name,
        organisation=one.organisation,
        password=None,
        now=now,
        language=_language(),
        village_code=one.village,
        by=by.pk if by else None,
    )
    waits = False
    for code in one.areas:
        waits = grant(
            user=user,
            role=one.role,
            area_code=code,
            valid_from=timezone.localdate(now),
            valid_to=one.until,
            now=now,
            by=by,
            purposes=one.purposes,
        ).waits
    code = give_code(user=user, now=now, by=by.pk if by else None)
    return Strip(one.name, str(one.organisation), one.role_name(), one.username, code, waits)


def _language() -> str:
    """Return the language of whoever loads the sheet: their colleagues most often share it."""
    spoken = get_language() or "en"
    return spoken if spoken in dict(settings.LANGUAGES) else "en"

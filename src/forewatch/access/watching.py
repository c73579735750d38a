"""Writes down who came in and how, and who tried: the first in the trail, a stranger's tries in the log."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import user_logged_in, user_logged_out
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authentication_failed
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from forewatch.access.models import User
from forewatch.access.rules import DataClass
from forewatch.audit.actions import record

LOG = logging.getLogger("forewatch.security")
SIGN_IN, SIGN_OUT = "sign_in", "sign_out"


@receiver(user_logged_in)
def came_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Write down that somebody came in, and by which proofs."""
    proofs = [str(one.get("type", one["method"])) for one in get_authentication_records(request, user)]
    _note(user.pk, SIGN_IN, " + ".join(dict.fromkeys(proofs)))


@receiver(user_logged_out)
def went_out(user: User | None = None, **_: Any) -> None:
    """Write down that somebody signed out."""
    if isinstance(user, User):
        _note(user.pk, SIGN_OUT, "")


@receiver(authentication_failed)
def wrong_code(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Write down a wrong second factor: whoever typed it had the right password."""
    _note(user.pk, SIGN_IN, f"wrong {authenticator.type}", allowed=False)


@receiver(user_login_failed)
def wrong_password(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """Log a wrong password or first code, with the account if there is one and never with what was typed."""
    account = User.objects.filter(username=str(credentials.get("username", ""))[:40]).first()
    method = "first code" if "first_code" in credentials else "password"
    _log("sign_in_failed", request, account=str(account.pk) if account else None, method=method)


@receiver(user_locked_out)
def shut_out(request: HttpRequest, **_: Any) -> None:
    """Log that an address guessed too often and is shut out."""
    _log("shut_out", request)


def _note(user: uuid.UUID, verb: str, how: str, *, allowed: bool = True) -> None:
    with transaction.atomic():
        record(
            at=timezone.now(), actor_id=user, verb=verb, data_class=DataClass.ACCOUNT, allowed=allowed,
            subject="user", subject_id=user, reason=how,
        )  # fmt: skip


def _log(event: str, request: HttpRequest | None, **more: Any) -> None:
    LOG.warning(event.replace("_", " "), extra={"event": event, "request": request, **more})

"""What follows when somebody signs in, proves again who they are, or takes a second factor away."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import (
    authentication_step_completed,
    password_changed,
    password_set,
    user_logged_in,
)
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.conf import settings
from django.contrib.auth import signals
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from forewatch.access import sessions
from forewatch.access.actions import end_sessions, make_room
from forewatch.access.middleware import SESSION_FLAG
from forewatch.access.models import User


@receiver(user_logged_in)
def speak_their_language(response: HttpResponse, user: User, **_: Any) -> None:
    """Show pages in the language of whoever signed in."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        user.language,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Strict",
    )


@receiver(signals.user_logged_in)
def begin_session(request: HttpRequest, user: User, **_: Any) -> None:
    """Note when the session began and where, and let only so many of them live at once."""
    sessions.begin(request)
    make_room(user=user, now=timezone.now(), here=request.session.session_key or "")


@receiver([password_changed, password_set, authenticator_added, authenticator_removed, authenticator_reset])
def end_the_others(request: HttpRequest, user: User, **_: Any) -> None:
    """Sign out every other browser when somebody changed how they sign in."""
    here = request.session.session_key or ""
    end_sessions(user=user, now=timezone.now(), by=user.pk, why="another way to sign in", but=here)


@receiver(authenticator_added)
def count_as_proof(request: HttpRequest, user: User, authenticator: Authenticator, **_: Any) -> None:
    """Take setting up an app or a passkey for a proof: it was in their hands just now."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(request, user, method="mfa", id=authenticator.pk, type=authenticator.type)


@receiver(authentication_step_completed)
def begin_anew(request: HttpRequest, reauthenticated: bool = False, **_: Any) -> None:
    """Give the session another id after a proof, so that whoever stole the one before gains nothing by it."""
    if reauthenticated:
        request.session.cycle_key()


@receiver(authenticator_removed)
def ask_again(request: HttpRequest, **_: Any) -> None:
    """Look again whether a second factor is left before anything more is shown."""
    request.session.pop(SESSION_FLAG, None)

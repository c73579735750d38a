"""What follows when somebody signs in, proves again who they are, or takes a second factor away."""

from __future__ import annotations

from typing import Any

from allauth.account.signals import authentication_step_completed, user_logged_in
from allauth.mfa.signals import authenticator_removed
from django.conf import settings
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse

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


@receiver(authentication_step_completed)
def begin_anew(request: HttpRequest, reauthenticated: bool = False, **_: Any) -> None:
    """Give the session another id after a proof, so that whoever stole the one before gains nothing by it."""
    if reauthenticated:
        request.session.cycle_key()


@receiver(authenticator_removed)
def ask_again(request: HttpRequest, **_: Any) -> None:
    """Look again whether a second factor is left before anything more is shown."""
    request.session.pop(SESSION_FLAG, None)

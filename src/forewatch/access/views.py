"""Choosing a language, the first sign-in with a code on paper, and the browsers in which one is signed in."""

from __future__ import annotations

import uuid

from allauth.account.internal.flows.login import Login, perform_login, record_authentication
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from forewatch.access.actions import end_sessions, speak
from forewatch.access.forms import FirstSignIn
from forewatch.access.models import User
from forewatch.access.proving import ask_for_proof
from forewatch.access.queries import browsers_of
from forewatch.access.requests import AskedRequest


@require_http_methods(["GET", "HEAD", "POST"])
def choose_language(request: HttpRequest) -> HttpResponse:
    """Show pages in the language chosen; somebody signed in finds it again at the next sign-in."""
    answer = set_language(request)
    chosen = request.POST.get("language", "")
    if request.method == "POST" and isinstance(request.user, User) and chosen in dict(settings.LANGUAGES):
        speak(language=chosen, by=request.user, now=timezone.now())
    return answer


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def first_sign_in(request: HttpRequest) -> HttpResponse:
    """Turn a code on paper into a password, sign in, and go on to the second factor."""
    form = FirstSignIn(request.POST or None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        user = authenticate(
            request,
            username=typed["username"],
            first_code=typed["first_code"],
            new_password=typed["password1"],
        )
        if isinstance(user, User):
            user.backend = "allauth.account.auth_backends.AuthenticationBackend"
            record_authentication(request, user, method="password")
            answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=reverse("mfa_index")))
            return answer
        form.add_error(
            None,
            _(
                "The user name or the code is not right, or the code was used or holds no longer. "
                "Ask your administrator for a new one."
            ),
        )
    return render(request, "account/first.html", {"form": form})


@login_required
@require_http_methods(["GET", "HEAD"])
def my_sessions(request: AskedRequest) -> HttpResponse:
    """List the browsers in which somebody is signed in."""
    assert isinstance(request.user, User)
    browsers = browsers_of(request.user, request.session.session_key or "")
    terms = settings.TERMS
    shown = {"browsers": browsers, "hours": terms.session_hours, "minutes": terms.idle_minutes}
    return render(request, "access/sessions.html", shown)


@login_required
@require_POST
def end_session(request: AskedRequest, session: uuid.UUID) -> HttpResponse:
    """Sign out one other browser of the user who asks."""
    return _end(request, only=session)


@login_required
@require_POST
def end_others(request: AskedRequest) -> HttpResponse:
    """Sign out every other browser of the user who asks."""
    return _end(request)


def _end(request: AskedRequest, only: uuid.UUID | None = None) -> HttpResponse:
    ask_for_proof(request)
    assert isinstance(request.user, User)
    here = request.session.session_key or ""
    end_sessions(
        user=request.user, now=timezone.now(), by=request.user.pk, why="by its owner", but=here, only=only
    )
    messages.success(request, _("Signed out there."))
    return redirect("sessions")

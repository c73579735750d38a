"""Choosing a language, which anybody may, and the first sign-in with a code on paper."""

from __future__ import annotations

from allauth.account.internal.flows.login import Login, perform_login, record_authentication
from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django.views.i18n import set_language

from forewatch.access.actions import speak
from forewatch.access.forms import FirstSignIn
from forewatch.access.models import User


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
                "The user name or the code is not right, or the code was used or is older than a week. "
                "Ask your administrator for a new one."
            ),
        )
    return render(request, "account/first.html", {"form": form})

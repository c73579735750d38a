"""Choosing a language, which anybody may, and which stays chosen for whoever is signed in."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.i18n import set_language

from forewatch.access.actions import speak
from forewatch.access.models import User


def choose_language(request: HttpRequest) -> HttpResponse:
    """Show pages in the language chosen; somebody signed in finds it again at the next sign-in."""
    answer = set_language(request)
    chosen = request.POST.get("language", "")
    if request.method == "POST" and isinstance(request.user, User) and chosen in dict(settings.LANGUAGES):
        speak(language=chosen, by=request.user, now=timezone.now())
    return answer

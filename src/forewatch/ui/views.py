"""Pages that belong to no domain."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form that did not come from our own page, or came too late."""
    words = _(
        "This page had been open for too long. Go back, reload it and send it again; nothing was saved."
    )
    return render(request, "ui/problem.html", {"words": words}, status=403)

"""The page by which somebody is opened in an emergency."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import guarded
from forewatch.access.proving import ask_for_proof, proved
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import BREAK_GLASS_HOURS, REVIEW_HOURS
from forewatch.register.actions.breaking_glass import break_glass, suspended
from forewatch.register.forms.others import BreakGlassForm
from forewatch.register.views.guards import BREAK_GLASS
from forewatch.ui.problems import NotFound

TO_FILL_IN = 15 * 60
"""Seconds that somebody who proved who they are may take for the form."""


@guarded(GET=BREAK_GLASS, POST=BREAK_GLASS)
def emergency(request: AskedRequest) -> HttpResponse:
    """Open one household at once, after proving again who one is."""
    if request.method == "POST" and not proved(request, TO_FILL_IN):
        return redirect("emergency")
    if request.method != "POST":
        ask_for_proof(request)
    form = BreakGlassForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            found = break_glass(
                by=request.actor, code=data["code"], incident=data["incident"], reason=data["reason"]
            )
        except NotFound:
            form.add_error("code", _("Nobody whom you could open has this code."))
        else:
            return redirect("household", found.pk)
    shown = {
        "form": form,
        "suspended": suspended(request.actor),
        "hours": BREAK_GLASS_HOURS,
        "review_hours": REVIEW_HOURS,
    }
    return render(request, "register/emergency.html", shown)

"""The pages by which somebody is opened in an emergency, alone or together with a second person."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import guarded
from forewatch.access.proving import asks_for_passkey, spend_passkey, unproved
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Verb
from forewatch.register.actions.breaking_glass import break_glass, second, suspended
from forewatch.register.actions.revealing import Revealed, reveal_household
from forewatch.register.forms.others import BreakGlassForm
from forewatch.register.models import BreakGlass
from forewatch.register.permissions import needs_a_second, purpose_for
from forewatch.register.queries.emergencies import asked_by, home_of, lasts, one_asked, one_to_second
from forewatch.register.sealed import reason_of
from forewatch.register.views.guards import BREAK_GLASS, REVEAL, SECOND
from forewatch.ui.problems import NotFound, Problem


def _hours() -> dict[str, int]:
    return {"hours": settings.TERMS.break_glass_hours, "review_hours": settings.TERMS.review_hours}


@guarded(GET=BREAK_GLASS, POST=BREAK_GLASS)
def emergency(request: AskedRequest) -> HttpResponse:
    """Open one household at once, or ask for it, after using one's passkey again."""
    if way := asks_for_passkey(request):
        return way
    form = BreakGlassForm(request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = break_glass(
                by=request.actor, code=data["code"], incident=data["incident"], reason=data["reason"]
            )
        except NotFound:
            form.add_error("code", _("Nobody whom you could open has this code."))
        else:
            spend_passkey(request)
            return (
                redirect("household", made.person.household_id)
                if made.ends_at
                else redirect("emergency_asked", made.pk)
            )
    shown = {
        "form": form,
        "suspended": suspended(request.actor),
        "with_another": needs_a_second(request.actor),
        "asked": asked_by(request.actor),
    }
    return render(request, "register/emergency.html", shown | _hours())


@guarded(GET=BREAK_GLASS)
def one(request: AskedRequest, opened: uuid.UUID) -> HttpResponse:
    """Show where an emergency stands that takes a second person."""
    return _shown(request, one_asked(request.actor, opened))


@guarded(POST=REVEAL)
def names(request: AskedRequest, opened: uuid.UUID) -> HttpResponse:
    """Show who the people are, once a second person has agreed."""
    found = one_asked(request.actor, opened)
    home = home_of(found)
    if home is None:
        raise NotFound("")
    revealed = reveal_household(
        by=request.actor,
        household=home,
        reason=f"{found.incident}: {reason_of(found)}",
        purpose=purpose_for(request.actor, Verb.REVEAL, DataClass.IDENTITY),
    )
    return _shown(request, found, revealed)


def _shown(request: AskedRequest, found: BreakGlass, revealed: Revealed | None = None) -> HttpResponse:
    now = request.actor.now
    shown = {
        "one": found,
        "waits": not found.seconded_at and found.made_at > now - lasts(),
        "lasts": bool(found.ends_at and found.ends_at > now),
        "revealed": revealed,
    }
    return render(request, "register/emergency_asked.html", shown | _hours())


@guarded(GET=SECOND, POST=SECOND)
def seconded(request: AskedRequest, asked: uuid.UUID) -> HttpResponse:
    """Agree, or not, to another's emergency, after proving again who one is."""
    found = one_to_second(request.actor, asked)
    if way := unproved(request):
        return way
    if request.method != "POST":
        return render(request, "register/emergency_second.html", {"one": found} | _hours())
    said = request.POST.get("agree")
    if said not in ("yes", "no"):
        raise Problem(_("Say whether you agree or not."))
    second(by=request.actor, opened=asked, agree=said == "yes")
    messages.success(request, _("Your word is noted."))
    return redirect("reviews")

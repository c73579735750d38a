"""Pages: who waits to be told, one of them, and the grounds for not telling."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import Guard, guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.rights.informing import actions, queries
from forewatch.rights.informing.forms import GroundForm, ReviewForm, ToldForm

ACT = Guard(Verb.CORRECT, DataClass.OBSERVATION)
REVIEW = Guard(Verb.APPROVE, DataClass.AUDIT, Purpose.AUDIT)


@guarded(GET=ACT)
def listed(request: AskedRequest) -> HttpResponse:
    """Show who waits to be told, by area and day."""
    late = "late" in request.GET
    found = queries.page(request.actor, late=late)
    shown = {
        "duties": found,
        "late": late,
        "most": queries.SHOWN,
        "today": request.actor.today,
        "days": settings.TERMS.telling_days,
    }
    return render(request, "informing/listed.html", shown)


@guarded(GET=ACT, POST=ACT)
def told(request: AskedRequest, duty_id: uuid.UUID) -> HttpResponse:
    """Note that somebody was told."""
    form = ToldForm(request.POST or None)
    return _one(request, duty_id, form, GroundForm())


@guarded(POST=ACT)
def not_told(request: AskedRequest, duty_id: uuid.UUID) -> HttpResponse:
    """Note a ground for not telling somebody for now."""
    return _one(request, duty_id, ToldForm(), GroundForm(request.POST))


def _one(request: AskedRequest, duty_id: uuid.UUID, told: ToldForm, ground: GroundForm) -> HttpResponse:
    duty = queries.one_of(request.actor, duty_id)
    if told.is_valid():
        actions.tell(by=request.actor, duty=duty, **told.cleaned_data)
        messages.success(request, _("Noted that they were told."))
        return redirect("informing")
    if ground.is_valid():
        actions.ask_not_to(by=request.actor, duty=duty, **ground.cleaned_data)
        messages.success(request, _("Noted. The data protection officer looks at the ground."))
        return redirect("informing")
    return render(request, "informing/one.html", {"duty": duty, "told": told, "ground": ground})


@guarded(GET=REVIEW)
def grounds(request: AskedRequest) -> HttpResponse:
    """Show the grounds for not telling somebody that wait for a second look."""
    shown = {"asked": queries.to_review(request.actor), "form": ReviewForm()}
    return render(request, "informing/grounds.html", shown)


@guarded(POST=REVIEW)
def review(request: AskedRequest, duty_id: uuid.UUID) -> HttpResponse:
    """Agree with a ground, or ask for the person to be told all the same."""
    duty, form = queries.one_to_review(request.actor, duty_id), ReviewForm(request.POST)
    if not form.is_valid():
        shown = {"asked": queries.to_review(request.actor), "form": form, "open": duty.pk}
        return render(request, "informing/grounds.html", shown)
    agrees = request.POST.get("do") == "agree"
    actions.review(by=request.actor, duty=duty, agrees=agrees, answer=form.cleaned_data["answer"])
    messages.success(request, _("Noted."))
    return redirect("informing_grounds")

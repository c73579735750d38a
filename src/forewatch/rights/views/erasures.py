"""Pages of erasures: asking for one, and deciding."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from forewatch.access.guarding import Guard, guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Verb
from forewatch.register.actions.opening import open_at_home
from forewatch.register.queries.households import one_person
from forewatch.rights import erasures, queries, retention
from forewatch.rights.forms import ErasureForm
from forewatch.rights.models import Erasure

ASK = Guard(Verb.ERASE, DataClass.IDENTITY)
DECIDE = Guard(Verb.APPROVE, DataClass.IDENTITY)
SHOWN = 100


@guarded(GET=DECIDE)
def listed(request: AskedRequest) -> HttpResponse:
    """Show the erasures that wait, and those decided."""
    found = queries.erasures(request.actor)
    shown = {
        "waiting": found.filter(state=Erasure.State.WAITING),
        "decided": found.exclude(state=Erasure.State.WAITING)[:SHOWN],
    }
    return render(request, "rights/erasures.html", shown)


@guarded(GET=ASK, POST=ASK)
def ask(request: AskedRequest, person_id: uuid.UUID) -> HttpResponse:
    """Ask for a person to be erased."""
    person = one_person(request.actor, person_id)
    open_at_home(by=request.actor, person=person)
    form = ErasureForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        erasures.ask_to_erase(by=request.actor, person=person, ground=form.cleaned_data["ground"])
        messages.success(request, _("Asked. Nothing is gone before a second person agrees."))
        return redirect("person", person.pk)
    return render(request, "rights/erase.html", {"person": person, "form": form})


@guarded(POST=DECIDE)
def decide(request: AskedRequest, erasure_id: uuid.UUID) -> HttpResponse:
    """Erase a person, or leave them."""
    found, erase = queries.one_erasure(request.actor, erasure_id), request.POST.get("do") == "erase"
    erasures.decide_on_erasure(by=request.actor, erasure=found, erase=erase)
    messages.success(request, _("Erased.") if erase else _("They stay."))
    return redirect("erasures")


@guarded(GET=ASK)
def past_their_time(request: AskedRequest) -> HttpResponse:
    """Show whom nobody has observed for longer than people are kept."""
    shown = {
        "people": retention.past_their_time(request.actor),
        "months": settings.TERMS.people_months,
        "most": retention.SHOWN,
    }
    return render(request, "rights/past_their_time.html", shown)

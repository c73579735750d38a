"""The page on which whoever answers for a team sees what it did."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render

from forewatch.access.guarding import Guard, guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Verb
from forewatch.office import team
from forewatch.office.forms import TeamForm
from forewatch.office.noting import note
from forewatch.office.oversight import DAYS

SEE_TEAM = Guard(Verb.READ, DataClass.DEEDS)


@guarded(GET=SEE_TEAM)
def team_deeds(request: AskedRequest) -> HttpResponse:
    """Show what the colleagues of a team did, a page at a time; the look stands in the trail itself."""
    members = team.members(request.actor)
    form = TeamForm(request.GET or None, members=members)
    said = form.cleaned_data if form.is_valid() else {}
    one, day = said.get("colleague"), said.get("day")
    chosen = [] if form.errors else [one] if one else list(members)
    page = Paginator(team.deeds_of(request.actor, chosen, day), team.PAGE).get_page(request.GET.get("page"))
    asked = request.GET.copy()
    asked.pop("page", None)
    shown = {
        "form": form,
        "page": page,
        "deeds": team.shown(page, chosen),
        "alone": not members,
        "here": asked.urlencode(),
        "day": day,
        "days": DAYS,
    }
    with transaction.atomic():
        note(request.actor, Verb.READ, DataClass.DEEDS, "team", one.pk if one else None)
    return render(request, "office/team_deeds.html", shown, status=422 if form.errors else 200)

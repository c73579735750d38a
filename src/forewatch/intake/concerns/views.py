"""The volunteer's page, and the desk's."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render

from forewatch.access.guarding import Guard, guarded
from forewatch.access.requests import AskedRequest
from forewatch.access.rules import DataClass, Purpose, Verb
from forewatch.intake.concerns import actions, queries
from forewatch.intake.concerns.forms import CloseForm, ConcernForm
from forewatch.intake.concerns.rules import Status

HAND_IN = Guard(Verb.CREATE, DataClass.OBSERVATION, Purpose.PREVENT)
READ = Guard(Verb.READ, DataClass.OBSERVATION, Purpose.PREVENT)
REVEAL = Guard(Verb.REVEAL, DataClass.IDENTITY, Purpose.PREVENT)
MOVE = Guard(Verb.CORRECT, DataClass.OBSERVATION, Purpose.PREVENT)


@guarded(GET=HAND_IN, POST=HAND_IN)
def report(request: AskedRequest) -> HttpResponse:
    """Hand a concern in; the answer is a receipt and nothing else."""
    form = ConcernForm(request.POST or None, actor=request.actor)
    if request.method == "POST" and form.is_valid():
        receipt = actions.hand_in(by=request.actor, **form.cleaned_data)
        return render(request, "concerns/receipt.html", {"receipt": receipt})
    return render(request, "concerns/report.html", {"form": form})


@guarded(GET=READ)
def desk(request: AskedRequest) -> HttpResponse:
    """Show the concerns of the area that wait, or those closed."""
    closed = "closed" in request.GET
    found = queries.desk(request.actor, closed=closed)
    return render(request, "concerns/desk.html", {"concerns": found, "closed": closed})


@guarded(POST=REVEAL)
def opened(request: AskedRequest, concern_id: uuid.UUID) -> HttpResponse:
    """Show what one concern says; reading it is written down."""
    concern = queries.one_of(request.actor, concern_id)
    told = actions.open_concern(by=request.actor, concern=concern)
    return render(
        request,
        "concerns/opened.html",
        {"concern": concern, "told": told, "form": CloseForm(), "graded": concern.gradings.exists()},
    )


@guarded(POST=MOVE)
def take(request: AskedRequest, concern_id: uuid.UUID) -> HttpResponse:
    """Look after a concern oneself."""
    actions.move(by=request.actor, concern=queries.one_of(request.actor, concern_id), to=Status.TAKEN)
    return redirect("concerns")


@guarded(POST=MOVE)
def give_back(request: AskedRequest, concern_id: uuid.UUID) -> HttpResponse:
    """Give a concern back for somebody else to take."""
    actions.move(by=request.actor, concern=queries.one_of(request.actor, concern_id), to=Status.NEW)
    return redirect("concerns")


@guarded(POST=MOVE)
def close(request: AskedRequest, concern_id: uuid.UUID) -> HttpResponse:
    """Close a concern with its outcome."""
    form = CloseForm(request.POST)
    outcome = form.cleaned_data["outcome"] if form.is_valid() else None
    concern = queries.one_of(request.actor, concern_id)
    actions.move(by=request.actor, concern=concern, to=Status.CLOSED, outcome=outcome)
    return redirect("concerns")
